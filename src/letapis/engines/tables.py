"""Tables out of files of strangers, as the sandbox reads them: columns, rows, faults. A long table of lines is read in pieces, again and again
where it is asked for, so that it never lies in memory whole.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, overload

from letapis.core.errors import Hostile
from letapis.core.listing_table import ListFault, Row, Table, unlisted
from letapis.engines import parse
from letapis.engines.parse.table_lines import ENCODINGS, FIRST, beginning, going_on
from letapis.engines.parse.table_told import FAULTS, LIMITS
from letapis.engines.parse.wire import MAX_INPUT

Opened = Callable[[int], Iterable[bytes]]
READER: Final = "table"
_WHOLE: Final = (b"PK", b"\xd0\xcf\x11\xe0", b"{", b"[", b"<")
_KEPT: Final = 2
MOST_FAULTS: Final = 5_000


@dataclass(frozen=True)
class Tables:
    """What a file holds. ``form``: csv, xlsx, xls, ods, json, jsonl or xml; ``encoding`` and ``delimiter`` of lines; ``flags`` as ``parse`` has
    them (``flags.macros``: macros were there and were not run; ``flags.encoding_guessed``)."""

    tables: tuple[Table, ...]
    form: str
    encoding: str = ""
    delimiter: str = ""
    flags: tuple[str, ...] = ()


def read_tables(opened: Opened, size: int, name: str) -> Tables:
    """The tables of a file of ``size`` bytes; ``opened`` gives its bytes from a place on. A sheet of a workbook is called ``name / sheet``.

    Raises Hostile with a code ``parse.*`` for a file that is no table or larger than tables may be, Refused ``parse.no_sandbox``.
    """
    piece = _take(opened, 0, LIMITS["piece_bytes"])
    if len(piece) >= size or beginning(piece).startswith(_WHOLE):
        if size > min(MAX_INPUT, LIMITS["whole_bytes"]):
            raise Hostile("parse.too_large")
        found = _Answer(piece if len(piece) >= size else _take(opened, 0, size), "")
        if found.used >= size:
            return Tables(tuple(one.table(name) for one in found.sheets), *found.form, found.flags)
    rows = _Pieces(opened, size, name)
    return Tables((Table(name, rows.columns, rows, tuple(rows.faults), tuple(rows.aside)),), *rows.form, rows.flags)


def _take(opened: Opened, start: int, size: int) -> bytes:
    taken = bytearray()
    for block in opened(start):
        taken += block[: size - len(taken)]
        if len(taken) >= size:
            break
    return bytes(taken)


@dataclass
class _Sheet:
    """A sheet as it is told, line by line."""

    name: str = ""
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    aside: list[Row] = field(default_factory=list)
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def table(self, file: str) -> Table:
        name = f"{file} / {self.name}" if self.name else file
        faults = tuple(ListFault(row, column, code, table=name) for row, column, code in self.faults[:MOST_FAULTS])
        more = unlisted(len(self.faults) - MOST_FAULTS, name)
        return Table(name, self.columns, tuple(self.rows), faults + more, tuple(self.aside[:MOST_FAULTS]))


class _Answer:
    """What the sandbox said of a file or a piece, each part looked at again: a reader that was taken over must not hand us another shape."""

    def __init__(self, data: bytes, declared: str, width: int = 0) -> None:
        found = parse.inspect(data, READER, declared)
        self.flags = found.flags
        self.sheets: list[_Sheet] = [_Sheet(columns=("",) * width)] if width else []
        self.about: dict[str, str] = {}
        try:
            for key, text in _joined(found.rows):
                self._take(key, text)
            if self.sheets:
                self.form, self.used = _form(self.about), int(self.about["used"])
        except (ValueError, TypeError, IndexError, KeyError, OverflowError, RecursionError):
            raise Hostile("parse.bad_answer") from None
        if not self.sheets:
            raise Hostile("parse.other_form")

    def _take(self, key: str, text: str) -> None:
        if key == "sheet":
            self.sheets.append(_Sheet(_string(_loaded(text))))
        elif key == "columns":
            self.sheets[-1].columns = tuple(map(_string, _loaded(text)))
        elif key == "lines":
            for kind, number, *cells in _loaded(text):
                self._line(kind, int(number), cells)
        else:
            self.about[key] = text

    def _line(self, kind: str, number: int, cells: list[Any]) -> None:
        sheet = self.sheets[-1]
        if kind == "faults":
            column, code = cells
            sheet.faults.append((number, _string(column), FAULTS[int(code)]))
            return
        if not set(map(type, cells)) <= {str}:
            raise TypeError
        row = Row(number, tuple(cells))
        if kind == "rows" and len(cells) == len(sheet.columns):
            sheet.rows.append(row)
        elif kind == "aside":
            sheet.aside.append(row)
        else:
            raise ValueError(kind)


def _joined(rows: Iterable[dict[str, str]]) -> Iterable[tuple[str, str]]:
    """Texts by their names, those that went on in further frames made whole."""
    key, text = "", list[str]()
    for row in rows:
        for name, value in row.items():
            short = name.removeprefix("table.")
            if short == "more":
                text.append(value)
                continue
            if key:
                yield key, "".join(text)
            key, text = short, [value]
    if key:
        yield key, "".join(text)


def _form(about: dict[str, str]) -> tuple[str, str, str]:
    """Form, letters, and what parts the cells. Raises KeyError, ValueError where lines do not say how they go on."""
    if about["form"] != "csv":
        return about["form"], "", ""
    if about["encoding"] not in ENCODINGS or int(about["width"]) < 1 or int(about["last"]) < 0:
        raise ValueError("form")
    return "csv", about["encoding"], chr(int(about["delimiter"], 16))


def _loaded(text: str) -> Any:
    """Raises ValueError for what is no JSON, and for half a letter in it, which nothing could record or show."""
    value = json.loads(text)
    if "\\ud" in text.lower():
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


@dataclass(frozen=True, slots=True)
class _Piece:
    """Where a piece begins, in bytes and in rows, and what is declared of it."""

    start: int
    first: int
    declared: str


class _Pieces(Sequence[Row]):
    """The rows of a long table of lines. It is read once through at the beginning; later only the pieces that are asked for."""

    def __init__(self, opened: Opened, size: int, name: str) -> None:
        self._opened, self._size, self._name = opened, size, name
        self._pieces: list[_Piece] = []
        self._kept: dict[int, tuple[Row, ...]] = {}
        self._length = 0
        self.columns: tuple[str, ...] = ()
        self.form = ("csv", "", "")
        self.flags: tuple[str, ...] = ()
        self.faults: list[ListFault] = []
        self.aside: list[Row] = []
        self._unlisted = 0
        self._through()
        self.faults += unlisted(self._unlisted, name)

    def _through(self) -> None:
        start, declared = 0, FIRST
        while start < self._size:
            found = self._read(start, declared)
            used, sheet = found.used, found.sheets[0]
            if not 0 < used <= self._size - start:
                raise Hostile("parse.bad_answer")
            if not start:
                self.columns, self.form, self.flags = sheet.columns, found.form, found.flags
            self._pieces.append(_Piece(start, self._length, declared))
            self._length += len(sheet.rows)
            room = MOST_FAULTS - len(self.faults)
            self.faults += [ListFault(row, column, code, table=self._name) for row, column, code in sheet.faults[: max(room, 0)]]
            self._unlisted += max(0, len(sheet.faults) - max(room, 0))
            self.aside += sheet.aside[: max(MOST_FAULTS - len(self.aside), 0)]
            start += used
            declared = self._next(found, start)

    def _next(self, found: _Answer, start: int) -> str:
        return going_on(found.about, last=start + LIMITS["piece_bytes"] >= self._size)

    def _read(self, start: int, declared: str) -> _Answer:
        data = _take(self._opened, start, LIMITS["piece_bytes"])
        return _Answer(data, declared, len(self.columns) if start else 0)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return tuple(self[place] for place in range(*at.indices(self._length)))
        if not -self._length <= at < self._length:
            raise IndexError(at)
        place = at % self._length
        number = bisect_right(self._pieces, place, key=lambda piece: piece.first) - 1
        return self._rows(number)[place - self._pieces[number].first]

    def _rows(self, number: int) -> tuple[Row, ...]:
        """The rows of a piece; the last few that were asked for stay."""
        if number not in self._kept:
            piece = self._pieces[number]
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[number] = tuple(self._read(piece.start, piece.declared).sheets[0].rows)
        return self._kept[number]
