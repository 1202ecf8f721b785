"""The rows of a list, one by one, by a mapping: which of them make an entry, and what each of their cells says."""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from letapis.core import names
from letapis.core.dates import bounds, is_partial_date
from letapis.core.errors import LetapisError
from letapis.core.language import LANGUAGES, language_of
from letapis.core.listing_entry import At, Entry, Held, Name, Value
from letapis.core.listing_fit import fitted, missing
from letapis.core.listing_mapping import ALIAS, EITHER, PERSON, PRIMARY, Field, ListMapping, NameColumn
from letapis.core.listing_readers import READERS, Reading, Unread, clean
from letapis.core.listing_table import ListFault, Row, Table, unlisted
from letapis.core.listing_twice import differing
from letapis.core.name_flags import ANONYMOUS, flags_of
from letapis.core.name_variants import variants
from letapis.core.vocabulary import Value as Typed
from letapis.core.vocabulary import Vocabulary, canonical_value

AGAIN: Final = "~"
LONGEST_NAME: Final = 300
_MOST_NAMES: Final = 200
_MOST_FAULTS: Final = 50_000
_KEPT: Final = 1 << 16
_SHORT: Final = 200
BETWEEN: Final = " · "
_BORN, _FUTURE = "identity.birth_date", "future_date"


@dataclass(frozen=True, slots=True)
class Spot:
    """A row and the place of each column in it."""

    at: At
    table: Table
    columns: Mapping[str, int]
    row: Row
    language: str

    def cell(self, column: str, empty: frozenset[str] = frozenset()) -> str:
        """The cell of a column as it stands; of ``this|that`` the first that holds something; empty where a word of the list means empty."""
        if EITHER in column:
            return next((text for one in column.split(EITHER) if (text := self.cell(one, empty))), "")
        place = self.columns.get(column, -1)
        text = self.row.cells[place] if place >= 0 else ""
        return "" if not text or text.isspace() or text.strip().casefold() in empty else text


    def title(self, column: str) -> str:
        """The column as this table calls it: of ``this|that`` the first that holds something."""
        return next((one for one in column.split(EITHER) if self.cell(one).strip()), column)


class Rows:
    """The tables of one list while they are read."""

    def __init__(self, tables: Sequence[Table], mapping: ListMapping, vocabulary: Vocabulary, today: date, hides: Callable[[str], bool]) -> None:
        self.tables, self.mapping, self.vocabulary, self.today = tables, fitted(mapping, tables), vocabulary, today
        self.columns = [{column: place for place, column in reversed(list(enumerate(table.columns)))} for table in tables]
        self.places: dict[str, list[tuple[int, int]]] = {}
        self._aside: dict[str, tuple[int, int]] = {}
        self._refers = any(one.reader == "entry" for one in mapping.fields)
        self.faults: list[ListFault] = []
        self._unlisted = 0
        self._read: dict[tuple[Field, str], tuple[tuple[tuple[Typed, Reading], ...], str]] = {}
        self._known = self.mapping.columns | self.mapping.drop
        self._hides = hides
        self._several = re.compile(mapping.several) if mapping.several else None
        self._own_words = [re.compile(pattern, re.IGNORECASE) for pattern in mapping.anonymous]

    # ---- which rows make an entry ------------------------------------------------------------------------------------

    def gather(self, see: Callable[[str, Spot], None]) -> None:
        """Look at every row once: to which entry it belongs is told to ``see``."""
        for number, table in enumerate(self.tables):
            self.faults += table.faults
            self._missing(table)
            self.faults += differing(table, self.mapping.columns, self._known)
            seen, here = set[int](), dict[str, int]()
            for place in range(len(table.rows)):
                spot = self.spot(number, place)
                if spot is None or self._is_titles(spot):
                    continue
                if not self._taken(spot):
                    if self._refers and (key := self._key(spot)):
                        self._aside.setdefault(key, (number, place))
                    continue
                key = self._key(spot)
                if key and self._several and self._several.search(key):
                    self._told(ListFault(spot.row.number, self.mapping.key[0], "several", table=table.name))
                elif key:
                    if own := self._place(number, place, key, seen, here):
                        see(own, spot)
                elif any(cell.strip() for cell in spot.row.cells):
                    self._told(ListFault(spot.row.number, self.mapping.key[0] if self.mapping.key else "", "no_key", table=table.name))
        self.faults += unlisted(self._unlisted)

    def _missing(self, table: Table) -> None:
        """Columns that no table has are told once, for the first table."""
        if table is self.tables[0]:
            self.faults += [ListFault(0, column, "no_column", column, table.name) for column in missing(self.mapping, self.tables)]

    def reads(self, column: str) -> bool:
        """The mapping knows the column: it is read, or it is one that is never taken."""
        return column in self._known

    def _is_titles(self, spot: Spot) -> bool:
        """The line of titles once more, as files have it that were put together from several; it is nobody's entry, and it is said."""
        again = [cell.strip() for cell in spot.row.cells] == [column.strip() for column in spot.table.columns]
        if again:
            self._told(ListFault(spot.row.number, "", "titles_again", table=spot.table.name))
        return again

    def _taken(self, spot: Spot) -> bool:
        only = self.mapping.only
        return only is None or only.column not in spot.columns or bool(only.of(spot.cell(only.column)))

    def _place(self, number: int, place: int, key: str, seen: set[int], here: dict[str, int]) -> str:
        """The key of the entry. A row that says the same again is passed over; one of the same key that says something else is an entry of its
        own. ``seen``: marks of the rows of this table, so that no earlier one has to be read again; ``here``: how often a key stood in it."""
        if self.mapping.joined == "rows":
            self.places.setdefault(key, []).append((number, place))
            return key
        table = self.tables[number]
        row = table.rows[place]
        mark = hash((key, row.cells))
        if mark in seen:
            self._told(ListFault(row.number, "", "same_row", table=table.name))
            return ""
        seen.add(mark)
        times = here[key] = here.get(key, 0) + 1
        own = f"{key}{AGAIN}{times}" if times > 1 else key
        if self.mapping.joined != "files" and own in self.places:
            own = f"{key}{AGAIN}{number + 1}.{times}"
        self.places.setdefault(own, []).append((number, place))
        return own

    def _told(self, fault: ListFault) -> None:
        """A list of which nearly every row is wrong is told so by the first of them, and by how many more there are."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)
        else:
            self._unlisted += 1

    def spot(self, number: int, place: int) -> Spot | None:
        table = self.tables[number]
        row = table.rows[place]
        if len(row.cells) != len(table.columns):
            self._told(ListFault(row.number, "", "cells", table=table.name))
            return None
        bare = Spot(At(number, row.number), table, self.columns[number], row, "")
        choice = self.mapping.language
        language = choice.of(bare.cell(choice.column)) if choice.column in bare.columns else choice.constant
        return replace(bare, language=language or _of_file(table.name))

    def _key(self, spot: Spot) -> str:
        cells = [clean(spot.cell(column, self.mapping.empty)) for column in self.mapping.key]
        if self.mapping.key:
            return BETWEEN.join(cells) if all(cells) else ""
        found, _ = self.names_of(spot)
        return " ".join(names.tokens(found[0].text)) if found else ""

    # ---- one entry ---------------------------------------------------------------------------------------------------

    def spots(self, key: str) -> Iterator[Spot]:
        for number, place in self.places[key]:
            if spot := self.spot(number, place):
                yield spot

    def entry(self, key: str) -> Entry:
        found: dict[Hashable, Name] = {}
        values: dict[Hashable, Value] = {}
        held: dict[Hashable, Held] = {}
        faults: list[ListFault] = []
        rows, kind = [], ""
        for spot in self.spots(key):
            rows.append(spot.at)
            here, wrong = self.names_of(spot)
            for name in here:
                found.setdefault((name.text, name.role), name)
            faults += wrong
            for value, code in self.values_of(spot, self.mapping.fields, faults):
                if code:
                    held.setdefault((code, self._same(value)), Held(code, value))
                else:
                    values.setdefault(self._same(value), value)
            kind = kind or self._kind(spot)
        if not found:
            faults.append(ListFault(rows[0].row, self.mapping.names[0].column, "no_name", table=self.tables[rows[0].table].name))
        faults += self._disagreeing(values)
        kind, told = kind or self.mapping.kind.constant, tuple(found.values())[:_MOST_NAMES]
        return Entry(key, kind, told, tuple(values.values()), tuple(rows), tuple(faults), tuple(held.values()))

    def _kind(self, spot: Spot) -> str:
        choice = self.mapping.kind
        return choice.of(spot.cell(choice.column)) if choice.column in spot.columns else ""

    def _same(self, value: Value) -> Hashable:
        """What makes two values one: they say the same of the same time, whatever column or language file it stands in."""
        return value.property, canonical_value(value.value), value.valid_from, value.valid_to

    def _disagreeing(self, values: Mapping[Hashable, Value]) -> Iterator[ListFault]:
        """Files of one list that say different things where words of a language cannot be the reason: all is kept, and it is said."""
        if len(self.tables) < 2:
            return
        first: dict[tuple[str, str], Value] = {}
        for value in values.values():
            if self.vocabulary.is_free(value.property):
                continue
            known = first.setdefault((value.property, value.column), value)
            if known.at.table != value.at.table:
                yield ListFault(value.at.row, value.column, "files_differ", str(known.at.row), self.tables[value.at.table].name)

    def names_of(self, spot: Spot) -> tuple[list[Name], list[ListFault]]:
        found: list[Name] = []
        faults: list[ListFault] = []
        for column in self.mapping.names:
            for number, text in enumerate(self._names_in(spot, column)):
                plain = " ".join(clean(text).split())
                if code := _no_name(plain):
                    faults.append(ListFault(spot.at.row, column.column, code, table=spot.table.name))
                    continue
                role = column.role_of.of(spot.cell(column.role_of.column)) if column.role_of else ""
                language = column.language or spot.language or language_of(plain, "")
                role = role or column.role
                role = ALIAS if number and column.variants and role == PRIMARY else role
                found.append(Name(plain, language, role, column.order, spot.at, self._flags(text)))
        return found, faults

    def _names_in(self, spot: Spot, column: NameColumn) -> list[str]:
        cells = [spot.cell(one, self.mapping.empty).strip() for one in (column.column, *column.parts)]
        whole = " ".join(cell for cell in cells if cell)
        parts = re.split(column.split, whole) if column.split else [whole]
        said = [part.strip() for part in parts if part and clean(part)]
        if column.variants and (self._kind(spot) or self.mapping.kind.constant) == PERSON:
            said = [form for part in said for form in variants(part)]
        return list(dict.fromkeys(said))

    def _flags(self, text: str) -> tuple[str, ...]:
        plain = clean(text)
        hidden = self._hides(plain) or any(pattern.search(plain) for pattern in self._own_words)
        return (ANONYMOUS, *flags_of(text)) if hidden else flags_of(text)

    def values_of(self, spot: Spot, fields: Sequence[Field], faults: list[ListFault]) -> Iterator[tuple[Value, str]]:
        """Values of a row, each with the code under which it is held back, or none. A cell that one of its fields could not
        read, and that gave nothing to another, is a fault."""
        unread: dict[str, str] = {}
        read: set[str] = set()
        for one in fields:
            cell = spot.cell(one.column, self.mapping.empty)
            if not cell or (one.wants and not one.wants.of(spot.cell(one.wants.column))):
                continue
            typed, fault = self._typed(one, cell)
            if fault:
                unread.setdefault(one.column, fault)
            if typed:
                read.add(one.column)
            since, until = (self._edge(spot, column) for column in (one.valid_from, one.valid_to))
            for value, reading in typed:
                language = one.language or (spot.language or language_of(cell, "") if self.vocabulary.is_free(one.property) else "")
                span = reading.since or since, reading.until or until
                made = Value(one.property, value, reading.said or cell, one.column, spot.at, reading.certainty, language, *span)
                yield made, self._hold(one, value)
        wrong = [(spot.title(column), code) for column, code in unread.items() if column not in read]
        faults += [ListFault(spot.at.row, column, code, table=spot.table.name) for column, code in wrong]

    def _edge(self, spot: Spot, column: str) -> str:
        cell = clean(spot.cell(column, self.mapping.empty)) if column else ""
        try:
            return str(READERS["date"](cell, {})[0].raw) if cell else ""
        except Unread:
            return ""

    def _hold(self, one: Field, value: Typed) -> str:
        if one.hold == "always":
            return one.held
        awaited = one.hold == "future" or one.property == _BORN
        if awaited and isinstance(value, str) and is_partial_date(value) and bounds(value)[0] > self.today:
            return one.held or _FUTURE
        return ""

    def _typed(self, one: Field, cell: str) -> tuple[tuple[tuple[Typed, Reading], ...], str]:
        """Values of a cell and the code of the first fault in it. Cells repeat in a list, so what was read of a short one is remembered."""
        at = (one, cell)
        if len(cell) > _SHORT:
            return self._typed_now(one, cell)
        if at not in self._read:
            if len(self._read) > _KEPT:
                self._read.clear()
            self._read[at] = self._typed_now(one, cell)
        return self._read[at]

    def _typed_now(self, one: Field, cell: str) -> tuple[tuple[tuple[Typed, Reading], ...], str]:
        found: list[tuple[Typed, Reading]] = []
        fault = ""
        text = clean(cell)
        for part in re.split(one.split, text) if one.split else [text]:
            if not part or not part.strip():
                continue
            try:
                for reading in READERS[one.reader](part.strip(), one.options):
                    found.append((self._value(one, reading), reading))
            except Unread as error:
                fault = fault or error.code
            except LetapisError as error:
                fault = fault or error.code.rpartition(".")[2]
        return tuple(found), fault

    def _value(self, one: Field, reading: Reading) -> Typed:
        raw = reading.raw
        if one.reader == "entry" and isinstance(raw, str):
            # The cell holds the key of another entry of this list, or of a row that is none (a post): its first name is said.
            aside = self.spot(*self._aside[raw]) if raw in self._aside else None
            spots = self.spots(raw) if raw in self.places else [aside] if aside else []
            raw = next((name.text for spot in spots for name in self.names_of(spot)[0]), raw)
        return self.vocabulary.parse_value(one.property, raw)


def _no_name(text: str) -> str:
    """Why a text is no name: too long, or without a letter."""
    if len(text) > LONGEST_NAME:
        return "name_long"
    return "" if any(letter.isalpha() for letter in text) else "name_letters"


def _of_file(name: str) -> str:
    """The language that the name of a file tells: ``list.be.csv``."""
    found = re.findall(r"[._-](en|be|ru)(?=[._-]|\Z)", name.casefold())
    return found[-1] if found and found[-1] in LANGUAGES else ""
