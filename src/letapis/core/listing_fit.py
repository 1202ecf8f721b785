"""A mapping fitted to the tables at hand: ``properties/name/*`` becomes the columns that begin so; of a loose mapping only what is there is left."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from letapis.core.listing_mapping import ALL, EITHER, Field, ListMapping, NameColumn
from letapis.core.listing_table import Table

Told = TypeVar("Told", NameColumn, Field)


def fitted(mapping: ListMapping, tables: Sequence[Table]) -> ListMapping:
    """The mapping for these tables. A mapping that names every column in full and is not loose comes back as it is."""
    there = list(dict.fromkeys(column for table in tables for column in table.columns if column))
    known = frozenset(there)
    names = tuple(fit for one in mapping.names for fit in _spread(one, there) if _is_there(fit.column, known) or not mapping.loose)
    fields = tuple(fit for one in mapping.fields for fit in _spread(one, there) if _is_there(fit.column, known) or not mapping.loose)
    drop = frozenset(column for one in mapping.drop for column in _named(one, there))
    # A table without any column of a name is told so by the first of them.
    return replace(mapping, names=names or mapping.names[:1], fields=fields, drop=drop)


def settled(mapping: ListMapping, columns: Sequence[str]) -> ListMapping:
    """The mapping with the columns of one table by their own titles: of ``this|that`` the first that is there, as whoever chooses by hand sees
    it; what a table has nothing of is left out."""
    known = frozenset(columns)

    def own(column: str) -> str:
        return next((one for one in column.split(EITHER) if one in known), "")

    spread = [fit for one in mapping.names for fit in _spread(one, columns)]
    names = [replace(one, column=own(one.column), parts=tuple(filter(None, map(own, one.parts)))) for one in spread]
    fields = [replace(fit, column=own(fit.column)) for one in mapping.fields for fit in _spread(one, columns)]
    key = tuple(filter(None, map(own, mapping.key)))
    return replace(mapping, key=key, names=tuple(one for one in names if one.column), fields=tuple(one for one in fields if one.column))


def missing(mapping: ListMapping, tables: Sequence[Table]) -> list[str]:
    """Columns that the mapping reads and no table has; of a loose one only the key and the names, where nothing of them is there."""
    known = frozenset(column for table in tables for column in table.columns)
    if not mapping.loose:
        return sorted(mapping.columns - known)
    needed = [*mapping.key, *([] if any(_is_there(one.column, known) for one in mapping.names) else [mapping.names[0].column])]
    return [column for column in needed if not _is_there(column, known)]


def _spread(one: Told, there: Sequence[str]) -> Iterator[Told]:
    for column in _named(one.column, there):
        yield replace(one, column=column)


def _named(column: str, there: Sequence[str]) -> list[str]:
    return [name for name in there if name.startswith(column[:-1])] if column.endswith(ALL) else [column]


def _is_there(column: str, known: frozenset[str]) -> bool:
    return any(one in known for one in column.split(EITHER))
