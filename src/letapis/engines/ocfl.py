"""OCFL objects in a folder that somebody brings: found by their names, hashed here, judged in the sandbox."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from letapis.core.errors import LetapisError
from letapis.core.ocfl_listing import ALGORITHMS, INVENTORY, is_text, roots
from letapis.engines import folders, parse

MOST: Final = 200
_LONGEST: Final = 4000  # what is kept of all objects is one record, and one that is too large reaches no colleague
_TEXTS: Final = 64 << 20  # of one object
_TOGETHER: Final = 256 << 20  # of all, which lie in memory together
_CODE: Final = re.compile(r"[EW][0-9]{3}\Z")
_HASHES: Final = {"blake2b-512": "blake2b"}


@dataclass(frozen=True, slots=True)
class Object:
    """One object. ``folder``: where it lies, "" for the folder itself; ``remarks``: (code of the specification, place), faults first.

    ``unread``: the code of why it could not be judged, empty where it was."""

    folder: str
    ident: str = ""
    head: str = ""
    files: int = 0
    remarks: tuple[tuple[str, str], ...] = ()
    unread: str = ""

    @property
    def sound(self) -> bool:
        return not self.unread and not any(code.startswith("E") for code, _ in self.remarks)


def objects(root: Path) -> list[Object]:
    """Every OCFL object below ``root``, or what calls itself so, in the order of its place; those beyond ``MOST`` are passed over.

    Raises what ``folders.walk`` raises; a fault of one object is said of it.
    """
    found = roots(one.path for one in folders.walk(root) if not one.why)[:MOST]
    if not found:
        return []
    gathered, room = {folder: _Gathered() for folder in found}, _TOGETHER
    for one in folders.walk(root):
        folder = _above(one.path, gathered)
        if folder is not None and one.why:
            gathered[folder].unread = one.why  # a link or a device has no place in an object, and is not followed to see
        elif folder is not None:
            room -= gathered[folder].take(one, one.path.removeprefix(f"{folder}/") if folder else one.path, room)
    return [_judged(folder, one) for folder, one in gathered.items()]


def _above(path: str, known: Mapping[str, Any]) -> str | None:
    parts = path.split("/")
    return next((folder for end in range(len(parts)) if (folder := "/".join(parts[:end])) in known), None)


class _Gathered:
    """The list of one object. One that is too large or changes while it is read is not judged."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, str]] = {}
        self.texts: dict[str, bytes] = {}
        self.weight = 0
        self.unread = ""

    def take(self, one: folders.Found, path: str, room: int) -> int:
        """Read a file of it. Returns how many bytes of it are kept, at most ``room``."""
        if self.unread:
            return 0
        kept = one.size if is_text(path) else 0
        self.weight += kept
        if self.weight > _TEXTS or kept > room:
            self.unread = "parse.too_large"
            return 0
        try:
            self._read(one, path)
        except LetapisError as fault:
            self.unread = fault.code
        return kept

    def _read(self, one: folders.Found, path: str) -> None:
        kept = is_text(path)
        wanted = ALGORITHMS if b'"fixity"' in self.texts.get(INVENTORY, b"") else ALGORITHMS[:2]
        hashes = {name: hashlib.new(_HASHES.get(name, name), usedforsecurity=False) for name in wanted}
        whole = []
        for piece in folders.pieces(one):
            for hashed in hashes.values():
                hashed.update(piece)
            if kept:
                whole.append(piece)
        self.files[path] = {name: hashed.hexdigest() for name, hashed in hashes.items()}
        if kept:
            self.texts[path] = b"".join(whole)


def _judged(folder: str, one: _Gathered) -> Object:
    if one.unread:
        return Object(folder, unread=one.unread)
    texts = {path: base64.b64encode(data).decode("ascii") for path, data in one.texts.items()}
    try:
        rows = parse.inspect(json.dumps({"files": one.files, "texts": texts}).encode("utf-8"), "ocfl").rows
    except LetapisError as fault:
        return Object(folder, unread=fault.code)
    head = rows[0] if rows else {}
    return Object(folder, head.get("ocfl.id", ""), head.get("ocfl.head", ""), len(one.files), tuple(_remarks(rows[1:])))


def _remarks(rows: tuple[dict[str, str], ...]) -> Iterator[tuple[str, str]]:
    for row in rows:
        if _CODE.match(row.get("ocfl.code", "")):
            yield row["ocfl.code"], row.get("ocfl.place", "")


def written(one: Object) -> str:
    """An object as the one text that is kept of it; where it is too long, with fewer remarks, the first always among them."""
    told = [one.folder, one.ident, one.head, one.files, one.remarks, one.unread]
    text = json.dumps(told, ensure_ascii=False)
    if len(text) <= _LONGEST or len(one.remarks) <= 1:
        return text
    return written(replace(one, remarks=one.remarks[: len(one.remarks) // 2]))


def read_back(text: str) -> Object | None:
    """What ``written`` wrote; None for another text."""
    try:
        folder, ident, head, files, remarks, unread = json.loads(text)
        return Object(str(folder), str(ident), str(head), int(files), tuple((str(code), str(place)) for code, place in remarks), str(unread))
    except (ValueError, TypeError):
        return None
