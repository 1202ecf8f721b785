"""Entries of a list that share what one person alone should have: a page, a key, a name with a birth date. They wait together.

Entries in whose rows no name stands wait as well: whoever finds a person called by a number in a dossier knows nothing of them.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from letapis.core import names
from letapis.core.dates import Certainty
from letapis.core.listing_entry import NAMELESS, Quarantine, Value
from letapis.core.listing_mapping import Field, Rule
from letapis.core.listing_readers import clean
from letapis.core.listing_rows import AGAIN, Rows, Spot
from letapis.core.one_person import components

SAME_KEY: Final = "same_key"


class Collisions:
    """What the rows of a list share that only one entry should have, gathered while they are read for the first time."""

    def __init__(self, work: Rows) -> None:
        self._work = work
        self._pairs: dict[tuple[str, str], str] = {}  # with the first reason why they belong together
        self._first: dict[int, str] = {}  # by the mark of what is shared, which is small however long a list is
        self._unnamed: dict[str, None] = {}  # of which a row has no name; another row may have one
        fields = work.mapping.fields
        self._rules = [(rule, [one for one in fields if one.property == rule.property]) for rule in work.mapping.quarantine]

    def see(self, key: str, spot: Spot) -> None:
        """A row that belongs to the entry ``key``."""
        if not self._work.names_of(spot)[0]:
            self._unnamed[key] = None
        for number, (rule, fields) in enumerate(self._rules):
            for mark in self._marks(rule, fields, spot):
                if (known := self._first.setdefault(hash((number, mark)), key)) != key:
                    self._pairs.setdefault((known, key), rule.code)

    def found(self) -> tuple[Quarantine, ...]:
        """Groups of entries, a chain of shared things being one group; entries of one key are a group as well. Those without a name are one
        group, the last: nothing but that is common to them."""
        for key in self._work.places:
            bare, again, _ = key.rpartition(AGAIN)
            if again and bare in self._work.places:
                self._pairs.setdefault((bare, key), SAME_KEY)
        group_of = {key: group for group in components(self._pairs) for key in group}
        why: dict[frozenset[str], str] = {}
        for (key, _), code in self._pairs.items():
            why.setdefault(group_of[key], code)
        keys: dict[frozenset[str], list[str]] = {}
        for key in self._work.places:
            if key in group_of:
                keys.setdefault(group_of[key], []).append(key)
        work = self._work
        unnamed = tuple(key for key in self._unnamed if key not in group_of and not any(work.names_of(spot)[0] for spot in work.spots(key)))
        found = [Quarantine(why[group], tuple(some)) for group, some in keys.items()]
        return (*found, Quarantine(NAMELESS, unnamed)) if unnamed else tuple(found)

    def _marks(self, rule: Rule, fields: Sequence[Field], spot: Spot) -> Iterator[Hashable]:
        work = self._work
        if rule.column:
            cell = clean(spot.cell(rule.column, work.mapping.empty)).rstrip("/")
            if mark := cell.partition(rule.after)[2] if rule.after else cell:
                yield mark
            return
        exact = {value.value for value, _ in work.values_of(spot, fields, []) if isinstance(value.value, str) and _is_day(value)}
        for name in work.names_of(spot)[0] if exact else ():
            if not name.anonymous:
                for day in exact:
                    yield day, frozenset(names.tokens(name.text))


def _is_day(value: Value) -> bool:
    return value.certainty == Certainty.EXACT and len(str(value.value)) == len("2020-08-09")
