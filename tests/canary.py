"""Canaries: words that nobody else writes, put into every field, and the search for them on a disk.

Every canary holds one of two marks, so a whole disk area is searched for a few patterns; which canary it was is found afterwards.
"""

import base64
import codecs
import mmap
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

LATIN, CYRILLIC = "Zqkanary", "Жшканарка"


def canary(number: int) -> str:
    """Canary ``number`` as a phrase with both marks, so that a page, an index and a name can each hold it."""
    return f"{LATIN}{number:02}x {CYRILLIC}{number:02}"


CANARIES = tuple(canary(number) for number in range(60))


def _texts(mark: str) -> Iterator[str]:
    yield from dict.fromkeys((mark, mark.lower(), mark.upper()))


def _base64(raw: bytes) -> Iterator[bytes]:
    """What stands in a base64 text wherever in a group of three the bytes begin; the letters at both ends depend on the neighbours."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw)
        start = -(-before * 4 // 3)
        whole = encoded[start : len(encoded) - 4 if len(encoded) % 4 == 0 else len(encoded)]
        yield whole
        yield whole.replace(b"+", b"-").replace(b"/", b"_")


def patterns() -> dict[bytes, str]:
    """Bytes to search for, with the name of their encoding."""
    found: dict[bytes, str] = {}
    for mark in (LATIN, CYRILLIC):
        for text in _texts(mark):
            for name in ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r"):
                try:
                    found[text.encode(name)] = name
                except UnicodeEncodeError:
                    continue
        raw = mark.encode("utf-8")
        found |= {part: "base64" for part in _base64(raw)}
        found |= {raw.hex().encode(): "hex", raw.hex().upper().encode(): "hex", quote(mark).encode(): "url"}
        found |= {codecs.encode(mark, "unicode_escape"): "json", mark.encode("utf-8")[::-1]: "backwards"}
    return found


PATTERNS = patterns()


@dataclass(frozen=True)
class Hit:
    """Where a mark stands: file, position, encoding, and a few bytes around it."""

    path: Path
    at: int
    encoding: str
    around: bytes


def search(roots: Iterable[Path]) -> list[Hit]:
    """Every mark in the contents and names of all files below ``roots``; compressed streams are opened where they begin."""
    hits: list[Hit] = []
    for root in roots:
        for path in sorted([root, *root.rglob("*")]) if root.is_dir() else [root]:
            hits += [Hit(path, -1, name, b"") for pattern, name in PATTERNS.items() if pattern in str(path).encode("utf-8", "replace")]
            if path.is_file() and not path.is_symlink() and path.stat().st_size:
                hits += _in_file(path)
    return hits


def _in_file(path: Path) -> Iterator[Hit]:
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield from _in_bytes(path, data)
        for magic in (b"\x78\x9c", b"\x78\x01", b"\x78\xda"):
            at = data.find(magic)
            while at >= 0:
                yield from _in_bytes(path, _inflated(data[at : at + (1 << 16)]))
                at = data.find(magic, at + 1)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, 1 << 20)
    except zlib.error:
        return b""


def _in_bytes(path: Path, data: "bytes | mmap.mmap") -> Iterator[Hit]:
    for pattern, name in PATTERNS.items():
        at = data.find(pattern)
        if at >= 0:
            yield Hit(path, at, name, bytes(data[max(0, at - 16) : at + len(pattern) + 16]))
