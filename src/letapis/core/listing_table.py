"""A table of a stranger as it was read: its columns, its rows with the numbers a person counts, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Cell = str
TEXT_OF_FAULT: Final = "listing.fault."
MORE: Final = "more_faults"


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``number`` counts as a person does, the line of titles being 1; ``cells`` are as many as the table has columns."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ListFault:
    """What is wrong at one place of a list. ``code`` has its sentence under ``listing.fault.<code>``; ``hint`` is a word of ours (a column, a
    number), never a value of the list. ``column`` is empty for a whole row, ``row`` is 0 for a whole table."""

    row: int
    column: str
    code: str
    hint: str = ""
    table: str = ""

    @property
    def text_key(self) -> str:
        return TEXT_OF_FAULT + self.code

    @property
    def count(self) -> int:
        """How many faults it stands for: ``more_faults`` for those that are not listed one by one, as many as its hint says."""
        return int(self.hint) if self.code == MORE else 1


def unlisted(count: int, table: str = "") -> tuple[ListFault, ...]:
    """What says that so many faults are not listed; nothing for none."""
    return (ListFault(0, "", MORE, str(count), table),) if count > 0 else ()


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or file. ``rows`` may be read piece by piece: only its length and its rows by place are asked for. ``aside``: rows that have
    another number of cells than the table has columns, as they stood; a fault says so of each."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    faults: tuple[ListFault, ...] = ()
    aside: tuple[Row, ...] = ()
