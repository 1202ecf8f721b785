"""Bags (BagIt) in a folder that somebody brings: found by their names, hashed here, judged in the sandbox. Nothing in one is ever fetched."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from letapis.core.bagit import WARNINGS, is_text, roots, wanted
from letapis.core.bagit_words import CODES
from letapis.core.errors import LetapisError
from letapis.engines import gathering, parse
from letapis.engines.gathering import Gathered, Rule, gather, remarks
from letapis.engines.parse import Inspection

MOST: Final = 100
_TOGETHER: Final = 160_000  # bytes that are kept of all bags


@dataclass(frozen=True, slots=True)
class Bag:
    """One bag. ``folder``: where it lies, "" for the folder itself; ``remarks``: (code of ``core.bagit``, place), faults first.

    ``unread``: the code of why it could not be judged, empty where it was."""

    folder: str
    version: str = ""
    algorithms: str = ""
    files: int = 0
    remarks: tuple[tuple[str, str], ...] = ()
    unread: str = ""

    @property
    def valid(self) -> bool:
        return not self.unread and all(code in WARNINGS for code, _ in self.remarks)

    @property
    def verdict(self) -> str:
        """``valid``, ``warned`` (valid with remarks), ``invalid`` or ``unread``."""
        if self.unread:
            return "unread"
        return "invalid" if not self.valid else "warned" if self.remarks else "valid"


def bags(root: Path) -> list[Bag]:
    """Every bag below ``root``, or what calls itself so, in the order of its place; those beyond ``MOST`` are passed over.

    Raises what ``folders.walk`` raises; a fault of one bag is said of it.
    """
    return [_judged(folder, one) for folder, one in gather(root, Rule(roots, is_text, lambda one: wanted(one.names), MOST)).items()]


def _judged(folder: str, one: Gathered) -> Bag:
    if one.unread:
        return Bag(folder, unread=one.unread)
    try:
        found = told(parse.inspect(one.packed(), "bagit"))
    except LetapisError as fault:
        return Bag(folder, unread=fault.code)
    return replace(found[0], folder=folder, files=len(one.files)) if len(found) == 1 else Bag(folder, unread="parse.bad_answer")


def told(found: Inspection) -> list[Bag]:
    """The bags that the reader told of, in its order."""
    heads = [at for at, row in enumerate(found.rows) if "bagit.files" in row]
    made = []
    for at, end in zip(heads, [*heads[1:], len(found.rows)], strict=True):
        head, files = found.rows[at], found.rows[at]["bagit.files"]
        said = tuple(remarks(found.rows[at + 1 : end], "bagit", CODES.__contains__))
        count = int(files) if files.isdecimal() and len(files) < 10 else 0
        made.append(Bag(head.get("bagit.root", ""), head.get("bagit.version", ""), head.get("bagit.algorithms", ""), count, said))
    return made


def written(found: list[Bag]) -> tuple[str, ...]:
    """Each bag as the one text that is kept of it."""
    return gathering.written(found, _TOGETHER)


def read_back(text: str) -> Bag | None:
    """What ``written`` wrote of one bag; None for another text."""
    return gathering.read_back(text, Bag)
