"""Tables of lines: CSV and its kin. What parts the cells and which letters they are in is found, and said. Runs inside the sandbox.

A long file comes in pieces. A piece says how many of its bytes it used, to the end of its last whole record, and the next one begins there.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.table_told import LIMITS, LOST, Sheets
from letapis.engines.parse.words import cyrillic_page

_DELIMITERS: Final = ",;\t|"
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866")
_SAID: Final = re.compile(r"lines; encoding=([a-z0-9-]+); delimiter=([0-9a-f]{2}); columns=(\d{1,3}); row=(\d{1,12})(; last)?\Z")
_SAMPLE: Final = 60
_BEGINNING: Final = 4096
_RECORDS: Final = 100_000  # of one piece
_NEARLY: Final = 2
_SIGNS: Final = re.compile(rb"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")
_FIELD: Final = 1 << 20
FIRST: Final = "lines; first"
_SEP: Final = re.compile(r"sep=([,;\t|])\s*\Z")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Form:
    """How the lines are to be read. ``columns``: how many cells a row has, 0 before the titles were seen; ``row``: the last one that was read."""

    encoding: str
    delimiter: str = ""
    columns: int = 0
    row: int = 0
    mark: int = 0
    usual: int = 0  # cells of most records in the sample


def going_on(told: dict[str, str], *, last: bool) -> str:
    """What is declared of the piece that follows one of which this was told."""
    said = f"lines; encoding={told['encoding']}; delimiter={told['delimiter']}; columns={told['width']}; row={told['last']}"
    return f"{said}; last" if last else said


def read_lines(untrusted: bytes, declared: str, answer: Answer) -> None:
    """The rows of one piece. ``declared`` is what ``going_on`` says, or for the first of several pieces ``FIRST``."""
    said = _SAID.match(declared)
    last = said[5] is not None if said else declared != FIRST
    known = said is not None and said[1] in ENCODINGS
    form = Form(said[1], chr(int(said[2], 16)), int(said[3]), int(said[4])) if said and known else letters_of(untrusted, answer)
    lines, left = _lines(untrusted, form, last)
    if not form.delimiter:
        form = _with_delimiter(form, lines)
    sheets = Sheets(answer)
    unused, form = _Records(lines, form, last).tell(sheets)
    rest = sum(len(_bytes(line, form.encoding)) for line in lines[len(lines) - unused :]) + left
    sheets.end()
    if not form.columns:
        raise Stop("parse.other_form")
    sheets.about(
        form="csv",
        encoding=form.encoding,
        delimiter=f"{ord(form.delimiter):02x}",
        width=str(form.columns),
        last=str(form.row),
        used=str(len(untrusted) - rest),
    )


def beginning(data: bytes) -> bytes:
    """How a text begins, whichever of the usual letters it is in: without its mark, blanks and the zeros of UTF-16."""
    start = data[:_BEGINNING]
    for mark, _ in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip()


def letters_of(data: bytes, answer: Answer) -> Form:
    """By the mark at its beginning, by the zeros of UTF-16 without a mark, as UTF-8 if it is or nearly is, else an old Cyrillic page.

    An old page read as UTF-8 breaks nearly every letter, so that some that hold outweigh some that are broken. A stray zero in a text costs no
    more than itself; what has many, or other signs that no text has, is none.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Form(name, mark=len(mark))
    if b"\0" in data:
        even, odd = data[0::2].count(0), data[1::2].count(0)
        if max(even, odd) * 8 >= len(data) and min(even, odd) * 4 <= max(even, odd):
            answer.flag("encoding_guessed")
            return Form("utf-16-le" if odd > even else "utf-16-be")
        if (even + odd) * 20 > len(data) or _SIGNS.search(data):
            raise Stop("parse.other_form")
    text = data.decode("utf-8", "replace")
    lost = text.count(LOST)
    letters = len(text) - len(text.encode("ascii", "ignore")) - lost
    if lost * _NEARLY <= letters or (lost == 1 and len(data) >= LIMITS["piece_bytes"]):
        answer.flag("encoding_guessed", lost > 1)
        return Form("utf-8")
    answer.flag("encoding_guessed")
    return Form(cyrillic_page(data))


def _lines(data: bytes, form: Form, last: bool) -> tuple[list[str], int]:
    """The whole lines of a piece, and how many bytes behind them are left. Broken letters become lone surrogates, so that lengths stay. A piece
    without the end of a line is one line, because it has to be something."""
    wide = form.encoding.startswith("utf-16")
    body = data[form.mark :]
    end = len(body) if last else _end(body, "\n".encode(form.encoding))
    end -= end % 2 if wide else 0
    text = body[:end].decode(form.encoding, "surrogatepass" if wide else "surrogateescape")
    return io.StringIO(text, newline="").readlines(), len(body) - end


def _end(body: bytes, feed: bytes) -> int:
    """Behind the last line feed, which begins at a whole letter."""
    at = body.rfind(feed)
    while at > 0 and at % len(feed):
        at = body.rfind(feed, 0, at + len(feed) - 1)
    return at + len(feed) if at >= 0 else len(body)


def _bytes(line: str, encoding: str) -> bytes:
    return line.encode(encoding, "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape")


def _full(cells: list[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _with_delimiter(form: Form, lines: list[str]) -> Form:
    """What parts most lines into the same number of cells, the more the better; a first line ``sep=;`` says it."""
    sample = [line for line in lines[:_SAMPLE] if line.strip()]
    told = _SEP.match(lines[0]) if lines else None
    delimiter = told[1] if told else max(_DELIMITERS, key=lambda one: _evenly(sample, one))
    return replace(form, delimiter=delimiter, usual=_evenly(sample, delimiter)[1])


def _evenly(sample: list[str], delimiter: str) -> tuple[float, int]:
    """How many of the records have as many cells as most have, where that is more than one; and how many that is."""
    widths = Counter[int]()
    try:
        for record in csv.reader(sample, delimiter=delimiter):
            widths[len(record)] += 1
    except csv.Error:
        pass
    width, times = max(((width, times) for width, times in widths.items() if width > 1), key=lambda found: (found[1], found[0]), default=(0, 0))
    return times / max(widths.total(), 1), width


class _TooLong(Exception):
    """A record goes on for more lines than any has."""


class _Feed(Iterator[str]):
    """Lines for the reader of records, which can be set back to where a record began."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.at, self.begun = lines, 0, 0
        self._zeros = any("\0" in line for line in lines)

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        if self.at - self.begun >= LIMITS["record_lines"]:
            raise _TooLong
        self.at += 1
        return self.lines[self.at - 1].replace("\0", "")

    @property
    def has_lost(self) -> bool:
        """A zero stood in the record that was read last, and was left out."""
        return self._zeros and any("\0" in line for line in self.lines[self.begun : self.at])

    @property
    def is_done(self) -> bool:
        return self.at >= len(self.lines)


class _Records:
    """Records of lines, one after the other. A quote that nobody closed costs the line where it stands and no other one."""

    def __init__(self, lines: list[str], form: Form, last: bool) -> None:
        self._feed, self._form, self._last = _Feed(lines), form, last
        self._is_cut = False
        self._is_broken = any(_SURROGATES.search(line) for line in lines)
        csv.field_size_limit(_FIELD)

    def tell(self, sheets: Sheets) -> tuple[int, Form]:
        """How many lines at the end belong to the next piece, and the form with what was learnt."""
        feed, form = self._feed, self._form
        columns, number = form.columns, form.row
        sheets.width = columns
        if not number and feed.lines and _SEP.match(feed.lines[0]):
            feed.at, number = 1, 1
        reader = self._reader()
        while not feed.is_done and number - form.row < _RECORDS:
            feed.begun = feed.at
            record = self._record(reader, columns)
            if record is None and self._goes_on():
                feed.at = feed.begun
                break
            number += 1
            if record is None:
                feed.at = feed.begun + 1
                reader = self._reader()
                record = self._alone(feed.begun)
                if columns and len(record) != columns:
                    sheets.aside(number, self._whole(record), "quote")
                    continue
            if any(record) and not "".join(record).isspace() and (columns or form.usual < 2 or _full(record) > 1):
                columns = self._told(sheets, number, self._whole(record), columns)
                if feed.has_lost:
                    sheets.fault(number, "", "letters_lost")
        return len(feed.lines) - feed.at, replace(form, columns=columns, row=number, mark=0)

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed, delimiter=self._form.delimiter, strict=True)

    def _record(self, reader: Iterator[list[str]], columns: int) -> list[str] | None:
        """The next record; None for what is none: without an end, with letters behind a quote, or of several lines that are no row together."""
        self._is_cut = False
        try:
            record = next(reader)
        except (csv.Error, _TooLong, StopIteration) as fault:
            self._is_cut = "unexpected end" in str(fault)
            return None
        several = self._feed.at - self._feed.begun > 1
        return None if several and columns and len(record) != columns else record

    def _goes_on(self) -> bool:
        """The rest of the record is in the next piece."""
        return self._is_cut and not self._last and self._feed.begun > 0

    def _alone(self, at: int) -> list[str]:
        """The cells of a line by itself, whatever its quotes."""
        try:
            cells = next(csv.reader([self._feed.lines[at].replace("\0", "")], delimiter=self._form.delimiter), [])
        except csv.Error:
            return []
        return [*cells[:-1], cells[-1].rstrip("\r\n")] if cells else []

    def _told(self, sheets: Sheets, number: int, cells: list[str], columns: int) -> int:
        """Says a row, or the titles if there were none. Returns how many columns there are."""
        while len(cells) > max(columns, 1) and not cells[-1].strip():
            cells.pop()
        if columns:
            sheets.row(number, cells)
            return columns
        sheets.begin("", cells)
        return sheets.width

    def _whole(self, cells: list[str]) -> list[str]:
        """Cells with a mark where letters were broken."""
        return [_SURROGATES.sub(LOST, cell) for cell in cells] if self._is_broken else cells
