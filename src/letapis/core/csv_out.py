"""Tables that letapis hands out. A spreadsheet must not run what stands in a cell, so such a cell begins with an apostrophe.

Where a spreadsheet parts cells at semicolons, as it does with Belarusian, Russian or Polish settings, our quotes do not hold a cell together that
stands behind a comma: what follows a semicolon or a line end in it begins a cell or a row of its own there. An apostrophe stands there too.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Final

# Signs with which a formula begins, at the beginning or behind blanks that a spreadsheet passes over; look-alikes of full width among them.
_SIGN: Final = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_BLANK: Final = "\\s\u00a0\u200b\ufeff"
_FORMULA: Final = re.compile(f"[{_BLANK}]*{_SIGN}|[\t\r\n]")
_INSIDE: Final = re.compile(f'([;\r\n][{_BLANK}";]*)(?={_SIGN})')


def harmless(cell: str) -> str:
    """The cell as text that no spreadsheet runs."""
    if ";" in cell or "\n" in cell or "\r" in cell:
        cell = _INSIDE.sub(r"\1'", cell)
    return f"'{cell}" if _FORMULA.match(cell) else cell


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows, the titles among them, as UTF-8 with commas; line ends inside cells stay, as LF: the writer quotes no bare CR, which would end a row."""
    written: list[str] = []
    cells = ([_lines(harmless(cell)) for cell in row] for row in rows)
    csv.writer(SimpleNamespace(write=written.append), lineterminator="\n").writerows(cells)
    return "".join(written).encode("utf-8")


def _lines(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
