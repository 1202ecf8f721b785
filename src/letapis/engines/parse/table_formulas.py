"""Formulas of a workbook (OOXML) for which its program saved no value: such a cell reads as empty, and it must be said. Runs inside the sandbox.

Nothing is worked out: it is only looked whether a value stands beside the formula.
"""

import io
import posixpath
import re
import zipfile
from typing import Any, Final
from xml.parsers import expat

_MOST: Final = 10_000
_PIECE: Final = 1 << 16
_PLACE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# Zip entries are named in code page 437 or UTF-8, and behind the shut door neither could be loaded.
"".encode("cp437")

Cells = list[tuple[int, int]]
"""Row and column of each cell, both counted from 0."""


def unsaved(untrusted: bytes) -> dict[str, Cells]:
    """By the name of the sheet the cells that hold a formula and no value; the first 10,000 of each. Empty for a workbook of another kind."""
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            return {name: found for name, part in _parts(archive).items() if (found := _cells(archive, part))}
    except (KeyError, ValueError, LookupError, NotImplementedError, RuntimeError, zipfile.BadZipFile, expat.ExpatError):
        return {}  # whoever reads the values says what is wrong with the file


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by its name."""
    targets, sheets = dict[str, str](), dict[str, str]()

    def relation(name: str, told: dict[str, str]) -> None:
        if name == "Relationship":
            targets[told.get("Id", "")] = told.get("Target", "")

    def sheet(name: str, told: dict[str, str]) -> None:
        if name == "sheet":
            sheets[told.get("name", "")] = next((value for key, value in told.items() if key.rpartition(":")[2] == "id"), "")

    _read(archive, "xl/_rels/workbook.xml.rels", relation)
    _read(archive, "xl/workbook.xml", sheet)
    found = {name: posixpath.normpath(posixpath.join("/xl", targets[key])).lstrip("/") for name, key in sheets.items() if key in targets}
    return {name: part for name, part in found.items() if part.startswith("xl/worksheets/")}


class _Sheet:
    """Goes through the cells of a sheet."""

    def __init__(self) -> None:
        self.found: Cells = []
        self._place, self._inside, self._text = "", "", False
        self._formula, self._value = False, False

    def start(self, name: str, told: dict[str, str]) -> None:
        if name == "c":
            self._place, self._text = told.get("r", ""), told.get("t", "") == "str"
            self._formula, self._value = False, False
        elif name == "f":
            self._formula = True
        elif name == "v" and self._text:
            self._value = True  # a formula whose answer is a text may have answered with an empty one
        self._inside = name

    def words(self, _: str) -> None:
        self._value = self._value or self._inside == "v"

    def end(self, name: str) -> None:
        self._inside = ""
        place = _PLACE.fullmatch(self._place) if name.rpartition(":")[2] == "c" and self._formula and not self._value else None
        if place is not None and len(self.found) < _MOST:
            column = 0
            for letter in place[1]:
                column = column * 26 + ord(letter) - 64
            self.found.append((int(place[2]) - 1, column - 1))


def _cells(archive: zipfile.ZipFile, part: str) -> Cells:
    sheet = _Sheet()
    _read(archive, part, sheet.start, sheet.end, sheet.words)
    return sheet.found


def _read(archive: zipfile.ZipFile, part: str, start: Any, end: Any = None, words: Any = None) -> None:
    """Raises ValueError for a part that declares entities: no workbook does."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, told: start(name.rpartition(":")[2], told)
    parser.EndElementHandler, parser.CharacterDataHandler = end, words
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _forbidden
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
    parser.Parse(b"", True)


def _forbidden(*_: Any) -> None:
    raise ValueError
