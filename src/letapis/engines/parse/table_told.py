"""What the reader of tables says: sheets with the titles of their columns, their rows, and what is wrong where. Runs inside the sandbox.

Rows are many and small, so they travel together, as JSON in which every character that nobody sees is written as its number. A row that is
longer than a frame goes on in the next one.
"""

import json
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Final

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.words import HIDDEN

# Read before the door is shut, with the module.
LIMITS: Final[dict[str, int]] = tomllib.loads((files("letapis") / "data" / "tables.toml").read_text("utf-8"))["limits"]
# Codes of faults as the desk knows them too: anything else is no answer of ours.
FAULTS: Final = ("cells", "quote", "letters_lost", "cell_long", "column_twice", "json_line", "merged", "formula_empty")
_FRAME: Final = 60_000
_MANY: Final = 40_000
LOST: Final = "\ufffd"
_WRITER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Sheets:
    """Writes tables in their order; counts cells over all of them."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._row, self._cells, self._sheets = 0, 0, 0
        self._kept: list[str] = []
        self._size = 0
        self.width = 0
        self.columns: list[str] = []

    def about(self, **said: str) -> None:
        """What holds for the whole file: its form, its letters, what parts its cells, how far it was read."""
        self._flush()
        for name, value in said.items():
            self.answer.fact(self._row, f"table.{name}", value)
        self._row += 1

    def begin(self, name: str, titles: Sequence[str]) -> None:
        """A sheet with its columns. A title that stands twice gets a number, and it is said."""
        self._flush()
        self._sheets += 1
        if self._sheets > LIMITS["sheets"]:
            raise Stop("parse.table_too_large")
        if len(titles) > LIMITS["columns"]:
            raise Stop("parse.table_too_wide")
        self._long("sheet", name[: LIMITS["title_characters"]])
        columns, twice = _unlike(titles)
        self.columns = columns
        self.width = len(columns)
        self._long("columns", _json(columns))
        for column in twice:
            self.fault(1, column, "column_twice")

    def row(self, number: int, cells: Sequence[str]) -> None:
        """A row of the sheet that was begun. ``cells`` are as many as its columns, or the row is put aside."""
        self._cells += len(cells)
        if max(map(len, cells), default=0) > LIMITS["cell_characters"]:
            self.fault(number, "", "cell_long")
            cells = [cell[: LIMITS["cell_characters"]] for cell in cells]
        if len(cells) != self.width:
            self.aside(number, cells, "cells")
            return
        if LOST in self._keep("rows", [number, *cells]):
            self.fault(number, "", "letters_lost")

    def aside(self, number: int, cells: Sequence[str], code: str) -> None:
        """A row that cannot be one of the sheet; it is kept as it is, for whoever mends it."""
        self._keep("aside", [number, *(cell[: LIMITS["cell_characters"]] for cell in cells[: LIMITS["columns"]])])
        self.fault(number, "", code)

    def fault(self, row: int, column: str, code: str) -> None:
        self._keep("faults", [row, column, FAULTS.index(code)])

    def bounded(self, rows: int) -> None:
        """Raises Stop for more than may be read whole."""
        if rows > LIMITS["rows"] or self._cells > LIMITS["cells"]:
            raise Stop("parse.table_too_large")

    def end(self) -> None:
        self._flush()

    def _keep(self, name: str, value: list[Any]) -> str:
        line = _json([name, *value])
        if self._size + len(line) > _MANY:
            self._flush()
        self._kept.append(line)
        self._size += len(line)
        return line

    def _flush(self) -> None:
        if self._kept:
            self._long("lines", "[" + ",".join(self._kept) + "]")
        self._kept, self._size = [], 0

    def _long(self, name: str, text: str) -> None:
        """A text of any length: in one frame, and the rest of it in those that follow."""
        if name == "sheet":
            text = _json(text)
        data = text.encode("utf-8")
        if len(data) <= _FRAME:
            self.answer.fact(self._row, f"table.{name}", text)
            self._row += 1
            return
        for start in range(0, len(text), _FRAME // 4):
            self.answer.fact(self._row, f"table.{name}" if not start else "table.more", text[start : start + _FRAME // 4])
            self._row += 1


def _json(value: object) -> str:
    """JSON in which nothing is hidden: such characters are written as numbers, as JSON allows."""
    text = _WRITER(value)
    return text if text.isprintable() else HIDDEN.sub(_numbered, text)


def _numbered(match: Any) -> str:
    """The number of a character; half a letter, which JSON can name and no text can hold, is a lost one."""
    return LOST if "\ud800" <= match[0] <= "\udfff" else json.dumps(match[0])[1:-1]


def _unlike(titles: Sequence[str]) -> tuple[list[str], list[str]]:
    """Titles that are all different, and those that were not. A column without a title is called by its place."""
    found: dict[str, None] = {}
    twice = []
    for place, title in enumerate(titles, 1):
        name = " ".join(title.split())[: LIMITS["title_characters"]] or f"#{place}"
        if name in found:
            twice.append(name)
            name = next(other for n in range(2, place + 2) if (other := f"{name} ({n})") not in found)
        found[name] = None
    return list(found), twice
