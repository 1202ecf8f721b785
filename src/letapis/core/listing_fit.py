"""A mapping fitted to the tables at hand: ``properties/name/*`` becomes the columns that begin so; of a loose mapping only what is there is left.

A loose mapping knows its columns by their words as well: the same form is exported with the names of its questions (``birth_date``) or with
what the questions say (``Birth date``), and what stands there is the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from letapis.core.listing_mapping import ALL, EITHER, Field, ListMapping, NameColumn
from letapis.core.listing_table import Table

Told = TypeVar("Told", NameColumn, Field)
_WORD: Final = re.compile(r"[^\W_]+")


def fitted(mapping: ListMapping, tables: Sequence[Table]) -> ListMapping:
    """The mapping for these tables. A mapping that names every column in full and is not loose comes back as it is."""
    there = list(dict.fromkeys(column for table in tables for column in table.columns if column))
    known = frozenset(there)
    if mapping.loose:
        mapping = _by_words(mapping, there)
    names = tuple(fit for one in mapping.names for fit in _spread(one, there) if _is_there(fit.column, known) or not mapping.loose)
    fields = tuple(fit for one in mapping.fields for fit in _spread(one, there) if _is_there(fit.column, known) or not mapping.loose)
    drop = frozenset(column for one in mapping.drop for column in _named(one, there))
    # A table without any column of a name is told so by the first of them.
    return replace(mapping, names=names or mapping.names[:1], fields=fields, drop=drop)


def names_in(mapping: ListMapping, tables: Sequence[Table]) -> bool:
    """Some table has a column in which the fitted mapping looks for a name."""
    known = frozenset(column for table in tables for column in table.columns)
    return any(_is_there(column, known) for one in mapping.names for column in (one.column, *one.parts))


def _by_words(mapping: ListMapping, there: Sequence[str]) -> ListMapping:
    """A column that no table has under its own title is looked for under the same words: blanks, strokes and capitals do not count."""
    words: dict[str, list[str]] = {}
    for title in there:
        words.setdefault(_words(title), []).append(title)

    def own(column: str) -> str:
        ways = column.split(EITHER)
        if column.endswith(ALL) or any(way in there for way in ways):
            return column
        return EITHER.join(dict.fromkeys(title for way in ways for title in words.get(_words(way), ()))) or column

    names = tuple(replace(one, column=own(one.column), parts=tuple(map(own, one.parts))) for one in mapping.names)
    fields = tuple(replace(one, column=own(one.column)) for one in mapping.fields)
    return replace(mapping, key=tuple(map(own, mapping.key)), names=names, fields=fields)


def _words(title: str) -> str:
    return " ".join(_WORD.findall(title.casefold().replace("ё", "е")))


def settled(mapping: ListMapping, columns: Sequence[str]) -> ListMapping:
    """The mapping with the columns of one table by their own titles: of ``this|that`` the first that is there, as whoever chooses by hand sees
    it; what a table has nothing of is left out."""
    known = frozenset(columns)
    if mapping.loose:
        mapping = _by_words(mapping, columns)

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
