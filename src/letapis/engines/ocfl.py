"""OCFL objects in a folder that somebody brings: found by their names, hashed here, judged in the sandbox."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.errors import LetapisError
from letapis.core.ocfl_listing import ALGORITHMS, INVENTORY, is_text, roots
from letapis.engines import gathering, parse
from letapis.engines.gathering import Gathered, Rule, gather, remarks

MOST: Final = 200
_TOGETHER: Final = 800_000  # bytes that are kept of all objects
_CODE: Final = re.compile(r"[EW][0-9]{3}\Z")


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
    return [_judged(folder, one) for folder, one in gather(root, Rule(roots, is_text, _algorithms, MOST)).items()]


def _algorithms(one: Gathered) -> tuple[str, ...]:
    """The two that an inventory may be made by; all of them where it speaks of more."""
    return ALGORITHMS if b'"fixity"' in one.texts.get(INVENTORY, b"") else ALGORITHMS[:2]


def _judged(folder: str, one: Gathered) -> Object:
    if one.unread:
        return Object(folder, unread=one.unread)
    try:
        rows = parse.inspect(one.packed(), "ocfl").rows
    except LetapisError as fault:
        return Object(folder, unread=fault.code)
    head = rows[0] if rows else {}
    return Object(folder, head.get("ocfl.id", ""), head.get("ocfl.head", ""), len(one.files), tuple(remarks(rows[1:], "ocfl", _CODE.match)))


def written(found: list[Object]) -> tuple[str, ...]:
    """Each object as the one text that is kept of it."""
    return gathering.written(found, _TOGETHER)


def read_back(text: str) -> Object | None:
    """What ``written`` wrote of one object; None for another text."""
    return gathering.read_back(text, Object)
