"""Workbooks: values of cells as their program last saved them. No formula is worked out, no macro is run. Runs inside the sandbox."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.archives import check_zip
from letapis.engines.parse.table_formulas import unsaved
from letapis.engines.parse.table_told import LIMITS, Sheets

_ZIP: Final = b"PK"
_ABOVE: Final = 20
_ENOUGH: Final = 2 / 3
_MOST_SPANNED: Final = 10_000
_MACROS: Final = ("_VBA_PROJECT", "Macros")


def read_book(untrusted: bytes, form: str, answer: Answer) -> None:
    """Every sheet that holds anything. Raises Stop for one that is locked with a password, damaged or too large."""
    if untrusted.startswith(_ZIP):
        names = check_zip(untrusted)
        answer.flag("macros", any("vbaproject" in name.lower() or "macrosheets/" in name.lower() or name.startswith("Basic/") for name in names))
    else:
        answer.flag("macros", any(name.encode("utf-16-le") in untrusted for name in _MACROS))
        if "EncryptedPackage".encode("utf-16-le") in untrusted:
            raise Stop("parse.table_locked")
    sheets = Sheets(answer)
    empty = unsaved(untrusted) if form == "xlsx" else {}
    for name, rows, merged in _sheets(untrusted):
        _tell(sheets, name, rows, merged, empty.get(name, ()))
    sheets.end()
    sheets.about(form=form, used=str(len(untrusted)))


Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of cells that were made one: row and column of each, counted from 0."""


def _sheets(untrusted: bytes) -> Iterator[tuple[str, Sequence[Sequence[Any]], Sequence[Range]]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(untrusted))
        for sheet in book.sheets_metadata:
            if sheet.typ is SheetTypeEnum.WorkSheet:
                one = book.get_sheet_by_name(sheet.name)
                if one.total_height * one.total_width > LIMITS["cells"] * 4 or one.total_height > LIMITS["rows"] * 2:
                    raise Stop("parse.table_too_large")
                yield sheet.name, one.to_python(skip_empty_area=False), one.merged_cell_ranges or ()
    except PasswordError:
        raise Stop("parse.table_locked") from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise Stop("parse.table_damaged") from None


def _tell(sheets: Sheets, name: str, rows: Sequence[Sequence[Any]], merged: Sequence[Range], empty: Sequence[tuple[int, int]]) -> None:
    """The sheet from its titles on; one without a row is passed over. A sheet's rows are as long as its widest, so none is put aside. Of cells
    that were made one only the first says anything: that they mean the other rows as well nobody wrote."""
    written = [[_text(cell) for cell in row] for row in rows]
    start = _titles(written)
    if start is None:
        return
    width = max((place for row in written[start:] for place, cell in enumerate(row, 1) if cell), default=0)
    sheets.begin(name, written[start][:width])
    for number, row in enumerate(written[start + 1 :], start + 2):
        if any(row):
            sheets.row(number, row[:width])
            sheets.bounded(number)
    for number in sorted(_spanned(merged, start, len(written)))[:_MOST_SPANNED]:
        sheets.fault(number, "", "merged")
    for line, column in empty:
        if line > start and column < width:
            sheets.fault(line + 1, sheets.columns[column], "formula_empty")


def _spanned(merged: Sequence[Range], start: int, end: int) -> set[int]:
    """The rows, as a workbook counts them, that lie under a cell made of several."""
    return {row + 1 for (first, _), (last, _) in merged for row in range(max(first, start + 1), min(last, end - 1, first + _MOST_SPANNED) + 1)}


def _titles(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the line of titles: the first of the upper rows that is nearly as full as the fullest. What is above it is a heading."""
    full = [sum(1 for cell in row if cell) for row in rows[:_ABOVE]]
    most = max(full, default=0)
    return next((place for place, count in enumerate(full) if count and count >= most * _ENOUGH), None)


def _text(value: Any) -> str:
    """A value as text: days in the order of the calendar, whole numbers without a point."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, (str, int, timedelta)) else ""
