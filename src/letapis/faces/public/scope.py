"""Which pages two snapshots may tell apart: the own pages of whoever is told of otherwise, and every list, place, statement and letter in which
they stand, before or now.

A group of pages is named by how their addresses begin, so that two codes that would share an address are always asked for together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from letapis.core.published import Published
from letapis.faces.public import lists, name_index
from letapis.faces.public.links import place_path, statement_path
from letapis.faces.public.people import Person
from letapis.faces.public.words import Constant

NAMES: Final = "names/index"
PLACES: Final = "places/index"


@dataclass(frozen=True)
class Scope:
    """Cards whose own pages are asked for, and groups of pages by how their addresses begin; None: all."""

    cards: frozenset[str] | None = None
    stems: frozenset[str] | None = None

    def has(self, stem: str) -> bool:
        return self.stems is None or stem in self.stems


ALL: Final = Scope()


def between(before: Published, then: Mapping[str, Person], published: Published, now: Mapping[str, Person], constant: Constant) -> Scope:
    """What may be another page after one snapshot than after the one before. ``then`` and ``now``: their persons, each on its own day."""
    cards, stems = set[str](), set[str]()
    for card in then.keys() | now.keys():
        old, new = then.get(card), now.get(card)
        if old is not new and old != new:
            cards.add(card)
            stems.update(_apart(old, new))
    was, told = ({one.statement: one for one in known.statements} for known in (before, published))
    for ident in was.keys() | told.keys():
        if was.get(ident) != told.get(ident):
            stems |= {_stem(statement_path(one)) for one in (was.get(ident), told.get(ident)) if one is not None}
    days = {date.fromisoformat(before.day), date.fromisoformat(published.day)}
    for code in constant.catalogue.reference["facilities"].entries if len(days) > 1 else ():
        if len({constant.addresses(code, day) for day in days}) > 1:
            stems |= {PLACES, _stem(place_path(code))}
    return Scope(frozenset(cards), frozenset(stems))


def _apart(old: Person | None, new: Person | None) -> Iterator[str]:
    """Where a person stands in either snapshot, as far as anything differs there. Who is not named stands nowhere."""
    named = [one for one in (old, new) if one is not None and one.names]
    if old is None or new is None or old.listed != new.listed:
        for one in named:
            yield from _stands_in(one)
    if old is None or new is None or old.words != new.words:
        for one in named:
            yield NAMES
            yield from (name_index.stem_of(letter) for letter, _ in one.words)


def _stands_in(one: Person) -> Iterator[str]:
    yield from (lists.LISTS, PLACES, lists.stem_of("all", ""))
    yield from (lists.stem_of(kind, code) for kind, code in one.codes)
    yield from (lists.stem_of("letter", letter) for letter in one.letters.values())
    yield from (_stem(place_path(code)) for code in one.places | ({one.place} - {""}))
    if one.statement is not None:
        yield _stem(statement_path(one.statement))


def _stem(path: str) -> str:
    return path.removesuffix(".html")
