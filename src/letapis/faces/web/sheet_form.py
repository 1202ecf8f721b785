"""The form of a day sheet: header, paste box and a table of lines, usable by keyboard alone and without script.

Names are short because a page holds many: ``n3`` is the name in line 3, ``s3`` where its words stand in the pasted text. Whatever was
typed comes back with the page, whether it could be read or not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from letapis.core.daysheet import UNITS, Count, Row, faults, row_of, with_unread_as_remark
from letapis.core.errors import UsageError
from letapis.desk import daysheets
from letapis.desk.daysheets import SheetForm, SheetLine
from letapis.desk.opening import Desk

MOST_ROWS: Final = 60
FIRST_ROWS: Final = 10
MORE_ROWS: Final = 20
MOST_PASTED: Final = 10_000
CELLS: Final = {"n": "name", "a": "age", "r": "article", "p": "place", "m": "remark"}
_HEADER: Final = ("home", "code", "day", "place", "agency", "source", "basis", "total", "named", "unit", "remark")
_SPAN: Final = re.compile(r"([0-9]{1,6}):([0-9]{1,6})")
_WHOLE: Final = re.compile(r"[0-9]{1,5}")


@dataclass
class FormRow:
    """A line of the table: its cells as typed, where its words stand, and what is to be mended in which cell."""

    number: int
    row: Row = field(default_factory=Row)
    span: tuple[int, int] = (0, 0)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def cells(self) -> list[tuple[str, str, str, str]]:
        """Letter, name, text and error of each cell, in the order of the table."""
        return [(letter, name, getattr(self.row, name), self.errors.get(name, "")) for letter, name in CELLS.items()]

    @property
    def place_in_words(self) -> str:
        return f"{self.span[0]}:{self.span[1]}" if self.span[1] else ""


@dataclass
class SheetPage:
    """What a page of the form holds. ``errors``: field of the header -> key of a text."""

    told: dict[str, str]
    rows: list[FormRow]
    about: bool = False
    words: str = ""
    paste: str = ""
    counted_at: tuple[int, int] = (0, 0)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, day: str, home: str = "") -> "SheetPage":
        told = dict.fromkeys(_HEADER, "") | {"day": day, "home": home, "basis": "was_told", "unit": UNITS[0]}
        return cls(told, [FormRow(number) for number in range(1, FIRST_ROWS + 1)])

    @classmethod
    def posted(cls, posted: Any) -> "SheetPage":
        """As a browser sent it. Line ends are those of the text that was pasted, so that places in it stay where they were."""
        told = {name: _text(posted, name).strip() for name in _HEADER}
        count = _text(posted, "rows")
        wanted = min(MOST_ROWS, int(count)) if _WHOLE.fullmatch(count) else FIRST_ROWS
        rows = []
        for number in range(1, wanted + 1):
            cells = {name: _text(posted, f"{letter}{number}") for letter, name in CELLS.items()}
            rows.append(FormRow(number, row_of(**cells), _span(_text(posted, f"s{number}"))))
        about = posted.get("about") == "yes"
        return cls(told, rows, about, _text(posted, "words"), _text(posted, "paste"), _span(_text(posted, "counted")))

    @property
    def filled(self) -> list[FormRow]:
        return [row for row in self.rows if not row.row.is_empty]

    @property
    def wrong_rows(self) -> list[FormRow]:
        return [row for row in self.rows if row.errors]

    @property
    def can_keep_unread(self) -> bool:
        """Every fault of a line is a cell that cannot be read, and may stay as a remark."""
        return bool(self.wrong_rows) and all(set(row.errors) <= {"age", "article"} for row in self.wrong_rows)

    def more(self) -> None:
        """Empty lines below the others."""
        self._number(self.rows + [FormRow(0) for _ in range(MORE_ROWS)])

    def read(self, desk: Desk) -> int:
        """Read the paste box into lines below those that are filled; returns how many. The text stays in the box when they are too many."""
        text = self.paste.rstrip()
        pasted = daysheets.understood(desk, text, self._day(desk))
        rows = [FormRow(0, row, piece.span) for piece, row in pasted.lines]
        if len(text) + len(self.words) > MOST_PASTED or len(rows) + len(self.filled) > MOST_ROWS:
            self.errors["paste"] = "errors.daysheets.paste_long"
            return 0
        before = len(self.words) + 1 if self.words else 0
        self.words, self.paste = f"{self.words}\n{text}" if self.words else text, ""
        shifted = [FormRow(0, row.row, (row.span[0] + before, row.span[1] + before)) for row in rows]
        self._number([*self.filled, *shifted])
        self.told["remark"] = "\n".join(filter(None, (self.told["remark"], pasted.remark)))
        if pasted.count.total is not None and not self.told["total"]:
            self._take_count(pasted.count)
            self.counted_at = next(((s + before, e + before) for s, e in (p.span for p in pasted.pieces if p.counts)), (0, 0))
        return len(rows)

    def _take_count(self, count: Count) -> None:
        self.told |= {"total": str(count.total), "named": "" if count.named is None else str(count.named), "unit": count.unit}
        self.about = count.about

    def form(self, desk: Desk, language: str) -> tuple[SheetForm, list[SheetLine]]:
        """What is to be saved; ``errors`` and the errors of the lines say what stands in the way."""
        told = self.told
        total, named = (self._number_of(name) for name in ("total", "named"))
        count = Count(total, named, told["unit"] or UNITS[0], self.about)
        counted = self.counted_at if total is not None else (0, 0)
        form = SheetForm(
            told["day"],
            told["place"],
            told["agency"],
            source_code=told["source"],
            basis=told["basis"],
            count=count,
            remark=told["remark"],
            words=self.words,
            counted_at=counted,
            language=language,
        )
        self.errors |= {name: f"errors.{code}" for name, code in daysheets.check_header(desk, form).items() if name not in self.errors}
        day = self._day(desk)
        for row in self.filled:
            row.errors = {name: f"errors.{code}" for name, code in faults(row.row, day).items()}
        return form, [SheetLine(row.row, row.span) for row in self.filled]

    def keep_unread(self, desk: Desk) -> None:
        """Move every cell that cannot be read into the remark of its line."""
        self.rows = [replace(row, row=with_unread_as_remark(row.row, self._day(desk))) for row in self.rows]

    def _number_of(self, name: str) -> int | None:
        if self.told[name] and not _WHOLE.fullmatch(self.told[name]):
            self.errors[name] = "errors.daysheets.count"
        return int(self.told[name]) if self.told[name] and name not in self.errors else None

    def _day(self, desk: Desk) -> str:
        try:
            return daysheets.day_of(desk, self.told["day"])
        except UsageError:
            return ""

    def _number(self, rows: list[FormRow]) -> None:
        self.rows = [replace(row, number=number) for number, row in enumerate(rows[:MOST_ROWS], 1)]


def _text(posted: Any, name: str) -> str:
    return str(posted.get(name, "")).replace("\r\n", "\n").replace("\r", "\n")


def _span(text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else (0, 0)
