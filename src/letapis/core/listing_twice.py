"""Titles that stand twice in a table. Whoever read the first alone would lose the other in silence, or take a reporter for a victim."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from letapis.core.listing_table import ListFault, Table

DIFFER: Final = "twice_differ"
_NUMBERED: Final = re.compile(r"(.+) \(\d{1,3}\)\Z", re.DOTALL)


def twice(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Titles that stand more than once, and the columns behind the first, which the reader of tables told apart by a number."""
    there, found = frozenset(columns), dict[str, tuple[str, ...]]()
    for column in columns:
        if (said := _NUMBERED.match(column)) and said[1] in there:
            found[said[1]] = (*found.get(said[1], ()), column)
    return found


def differing(table: Table, read: frozenset[str], known: frozenset[str]) -> Iterator[ListFault]:
    """For each title that is read and stands twice, the first row whose columns say different things under it.

    ``known``: columns of which somebody said what becomes of them; where all of one title are, nothing is left to ask. Columns that say the
    same in every row, or of which the others are empty, lose nothing.
    """
    asked = {title: some for title, some in twice(table.columns).items() if title in read and not known >= frozenset(some)}
    places = {title: [table.columns.index(one) for one in (title, *some)] for title, some in asked.items()}
    for number in range(len(table.rows) if places else 0):
        row = table.rows[number]
        if len(row.cells) != len(table.columns):
            continue
        for title in [title for title, at in places.items() if {row.cells[place].strip() for place in at[1:]} - {"", row.cells[at[0]].strip()}]:
            del places[title]
            yield ListFault(row.number, title, DIFFER, table=table.name)
        if not places:
            return
