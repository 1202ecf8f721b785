"""From the rows of a list to its entries: who is named in it, by which key, with which names and values, and what cannot be taken as it stands.

A row that cannot be read spoils nothing but itself, a cell nothing but its value. What shares a page or a name and a birth date with another
entry is quarantined whole; a death and a date that is still to come are held back; a name that hides somebody is never matched. Entries
are made when they are asked for, so that a long list is read piece by piece.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import overload

from letapis.core.listing_changes import Change, Changes, Renamed, compare_listings
from letapis.core.listing_entry import At, Entry, Held, Listing, Name, Quarantine, Value
from letapis.core.listing_fit import names_in
from letapis.core.listing_guess import ColumnWords, guess
from letapis.core.listing_mapping import ListMapping, read_mapping
from letapis.core.listing_quarantine import Collisions
from letapis.core.listing_rows import Rows
from letapis.core.listing_table import ListFault, Row, Table
from letapis.core.vocabulary import Vocabulary

__all__ = [
    "At",
    "Change",
    "Changes",
    "ColumnWords",
    "Entry",
    "Held",
    "ListFault",
    "ListMapping",
    "Listing",
    "Name",
    "Quarantine",
    "Renamed",
    "Row",
    "Table",
    "Value",
    "compare_listings",
    "entries",
    "guess",
    "read_mapping",
]


def entries(tables: Sequence[Table], mapping: ListMapping, vocabulary: Vocabulary, *, today: date, hides: Callable[[str], bool]) -> Listing:
    """Everything that the tables hold, read by the mapping. Never raises for anything that stands in a cell.

    ``today``: a date behind it is still to come. ``hides``: whether a name is none but stands for one that was left out.
    """
    work = Rows(tables, mapping, vocabulary, today, hides)
    collisions = Collisions(work)
    work.gather(collisions.see)
    quarantined = collisions.found()
    why = {key: group.code for group in reversed(quarantined) for key in group.keys}
    untaken = [column for table in tables for column in table.columns if not work.reads(column)]
    return Listing(_Entries(work, why), tuple(work.faults), quarantined, tuple(dict.fromkeys(untaken)), names_in(work.mapping, tables))


class _Entries(Sequence[Entry]):
    """Entries in the order in which their first rows stand, each made when it is asked for."""

    def __init__(self, work: Rows, why: Mapping[str, str]) -> None:
        self._work, self._why, self._keys = work, why, tuple(work.places)

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, at: int) -> Entry: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Entry]: ...

    def __getitem__(self, at: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(at, slice):
            return tuple(self._one(key) for key in self._keys[at])
        return self._one(self._keys[at])

    def _one(self, key: str) -> Entry:
        entry = self._work.entry(key)
        return replace(entry, quarantined=self._why[key]) if key in self._why else entry
