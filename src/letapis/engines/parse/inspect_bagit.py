"""Whether a folder, or what an archive holds, is a valid bag. Runs inside the sandbox.

What comes in is our own list of a folder (``engines.bagit`` writes it), or an archive of a stranger (zip, tar, tar with gzip), which is read
without unpacking: its files are hashed as they pass, and only the few that say what the bag is are kept.
"""

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any, Final

from letapis.core import bagit
from letapis.core.bagit_text import ENCODINGS
from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.archives import DAMAGED, MAX_ENTRIES, MAX_RATIO, MAX_TOTAL, SMALL, check_names, check_zip
from letapis.engines.parse.told import Told

_TEXTS: Final = 64 << 20
_MOST: Final = 20  # bags told of in one archive
_OURS: Final = b'{"files": '

# Behind the shut door nothing can be imported, and both wait with that until they are used.
for _codec in ENCODINGS.values():
    "".encode(_codec)
for _algorithm in bagit.ALGORITHMS.values():
    hashlib.new(_algorithm, usedforsecurity=False)

Walk = Callable[[], Iterator[tuple[str, IO[bytes]]]]


def read(untrusted: bytes, answer: Answer) -> None:
    """For each bag first what it says of itself, then a row for each remark. Raises Stop for what is neither a list of ours nor an archive
    with a bag in it."""
    rows = Told(answer)
    listing = _list(untrusted) if untrusted.startswith(_OURS) and not _is_tar(untrusted) else None
    if listing is not None:
        _tell(rows, "", bagit.check(listing), ())
        return
    try:
        walk = _walk(untrusted)
        paths = [path for path, _ in walk()]
        roots = bagit.roots(paths)[:_MOST]
        if not roots:
            raise Stop("parse.other_form")
        for root in roots:
            loose = (("archive_root", root),) if not root or "/" in root or any(not path.startswith(f"{root}/") for path in paths) else ()
            _tell(rows, root, bagit.check(_gathered(walk, root, paths)), loose)
    except DAMAGED:
        raise Stop("parse.archive_damaged") from None


def _is_tar(data: bytes) -> bool:
    """By this a stranger's file comes here as an archive, so that no list inside it passes for ours."""
    return data[257:262] == b"ustar"


def _list(data: bytes) -> bagit.Listing | None:
    try:
        told = json.loads(data)
        return bagit.Listing(told["files"], told["sizes"], {path: base64.b64decode(text) for path, text in told["texts"].items()})
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _tell(rows: Told, root: str, verdict: bagit.Verdict, loose: tuple[tuple[str, str], ...]) -> None:
    rows.row("bagit", root=root[:500], version=verdict.version[:20], algorithms=", ".join(verdict.algorithms), files=verdict.files)
    for code, place in (*verdict.faults, *loose, *verdict.warnings):
        rows.row("bagit", code=code, place=place[:500])


def _walk(data: bytes) -> Walk:
    """Name and bytes of each file of an archive, as often as it is asked for. Raises Stop for what no honest archive needs."""
    if data.startswith(b"PK"):
        check_zip(data)
        return lambda: _zipped(data)
    if not data.startswith(b"\x1f\x8b") and not _is_tar(data):
        raise Stop("parse.other_form")
    check_names(name for name, _ in _packed(data))
    return lambda: _packed(data)


def _zipped(data: bytes) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1:
                raise Stop("parse.archive_damaged")  # what is encrypted cannot be judged
            if not info.is_dir():
                with archive.open(info) as stream:
                    yield info.filename, stream


def _packed(data: bytes) -> Iterator[tuple[str, IO[bytes]]]:
    raw: Any = io.BytesIO(data)
    counted = _Counted(gzip.GzipFile(fileobj=raw) if data.startswith(b"\x1f\x8b") else raw, len(data))
    with tarfile.open(fileobj=counted, mode="r|", errorlevel=2) as archive:
        for number, member in enumerate(archive):
            if number >= MAX_ENTRIES:
                raise Stop("parse.archive_too_many")
            if member.issym() or member.islnk():
                raise Stop("parse.archive_link")
            if not (member.isreg() or member.isdir()):
                raise Stop("parse.archive_path")
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is not None:
                yield member.name.removeprefix("./"), stream


class _Counted(io.RawIOBase):
    """A stream that stops when more comes out of it than an honest archive holds."""

    def __init__(self, stream: Any, packed: int) -> None:
        self._stream, self._packed, self._total = stream, packed, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._stream.read(min(size, 1 << 20) if size >= 0 else 1 << 20)
        self._total += len(piece)
        if self._total > MAX_TOTAL:
            raise Stop("parse.archive_too_large")
        if self._total > SMALL and self._total > MAX_RATIO * self._packed:
            raise Stop("parse.archive_ratio")
        return piece


def _gathered(walk: Walk, root: str, paths: list[str]) -> bagit.Listing:
    """One bag of the archive: its files hashed by every algorithm that its manifests name."""
    before = f"{root}/" if root else ""
    algorithms = bagit.wanted(path.removeprefix(before) for path in paths if path.startswith(before))
    files, sizes, texts, weight = dict[str, dict[str, str]](), dict[str, int](), dict[str, bytes](), 0
    for name, stream in walk():
        if not name.startswith(before):
            continue
        path = name.removeprefix(before)
        hashes = {algorithm: hashlib.new(algorithm, usedforsecurity=False) for algorithm in algorithms}
        kept: list[bytes] | None = [] if bagit.is_text(path) else None
        sizes[path] = 0
        while piece := stream.read(1 << 20):
            sizes[path] += len(piece)
            for hashed in hashes.values():
                hashed.update(piece)
            if kept is not None:
                weight += len(piece)
                if weight > _TEXTS:
                    raise Stop("parse.too_large")
                kept.append(piece)
        files[path] = {algorithm: hashed.hexdigest() for algorithm, hashed in hashes.items()}
        if kept is not None:
            texts[path] = b"".join(kept)
    return bagit.Listing(files, sizes, texts)
