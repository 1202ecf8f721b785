"""A person of the public list as the pages need them: what is on the card, and what follows from it on the day of the snapshot."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from letapis.core.dates import bounds, is_partial_date, sort_key
from letapis.core.errors import Refused
from letapis.core.letters import Address
from letapis.core.public_custody import HELD, custody, place_on
from letapis.core.public_viasna import SHORT
from letapis.core.published import Card, CardValue, Change, Entry, Published, Statement
from letapis.faces.public.name_words import Word, words_of
from letapis.faces.public.words import Constant

NOT_RECOGNISED: Final = "not_recognised"
STATUSES: Final = (HELD, "released", "died", "unknown", NOT_RECOGNISED)


class Line(NamedTuple):
    """What a list says of a person: two with the same lines are the same list."""

    short: str
    names: tuple[CardValue, ...]
    status: str
    year: str
    place: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """An entry with its lines of the log, the statement it names, and on the day of the snapshot: custody, the list it stands on (``STATUSES``),
    the code of the place where it is held, where letters go. ``pictured``: a photograph stands beside the page."""

    entry: Entry
    custody: str
    status: str
    place: str
    articles: tuple[str, ...]
    log: tuple[Change, ...] = ()
    statement: Statement | None = None
    write_to: tuple[Address, ...] = ()
    pictured: bool = False

    @cached_property
    def card(self) -> Card:
        return self.entry.card

    @cached_property
    def fields(self) -> frozenset[str]:
        """Fields of which something is public."""
        return frozenset(one.field for one in self.card.values)

    @cached_property
    def names(self) -> tuple[CardValue, ...]:
        """Forms of the name; none of who is not named."""
        return self.card.all("name")

    @cached_property
    def words(self) -> tuple[tuple[str, Word], ...]:
        """Words of all forms of the name with the letters under which they stand."""
        return words_of(self.names, self.short, self.born[:4])

    @cached_property
    def places(self) -> frozenset[str]:
        """Every place of which the card tells."""
        return frozenset(one.value for one in self.card.values if one.field == "place")

    @cached_property
    def line(self) -> Line:
        return Line(self.short, self.names, self.status, self.detained[:4], self.place, self.articles)

    @cached_property
    def born(self) -> str:
        return self.card.first("birth_date")

    @cached_property
    def short(self) -> str:
        """By which the page of the person is addressed: the first half of the random number, which says nothing."""
        return short(self.card.card)

    @cached_property
    def detained(self) -> str:
        """The first day of detention."""
        return min((one.value for one in self.card.all("detained") if is_partial_date(one.value)), key=sort_key, default="")

    @cached_property
    def held_months(self) -> tuple[tuple[int, int], ...]:
        """Months of which at least a part is known to have been spent in custody, as (year, month), up to the last change of the card."""
        return tuple(sorted({month for start, end in self._stays() for month in _months(start, end)}))

    def _stays(self) -> Iterable[tuple[date, date]]:
        starts = sorted(bounds(one.value)[1] for one in self.card.all("detained") if is_partial_date(one.value))
        ends = [one.value for one in self.card.all("released")] + [one.since for one in self.card.all("died") if one.value == "yes"]
        over = sorted(bounds(one)[0] for one in ends if is_partial_date(one))
        known = date.fromisoformat(self.entry.changed)
        for at, start in enumerate(starts):
            following = starts[at + 1] if at + 1 < len(starts) else None
            end = next((one for one in over if one >= start), None)
            if end is not None and (following is None or end <= following):
                yield start, end
            elif following is None and self.custody == HELD:
                yield start, known


def short(card: str) -> str:
    return card[:SHORT]


def people(published: Published, constant: Constant, pictured: Collection[str], known: Mapping[str, Person]) -> dict[str, Person]:
    """All entries by card. ``pictured``: short numbers of those with a photograph. What is the same as in ``known`` is that very object, so
    that comparing pages costs nothing where nothing changed.

    Raises Refused("site.same_address") where two cards would stand under one address."""
    day, rules = date.fromisoformat(published.day), constant.catalogue.public_figures
    statements = {one.statement: one for one in published.statements}
    log: dict[str, list[Change]] = {}
    for change in published.changes:
        log.setdefault(change.card, []).append(change)
    addresses: dict[str, tuple[Address, ...]] = {}
    found: dict[str, Person] = {}
    for entry in published.entries:
        card, told = entry.card, {one.field: one.value for one in reversed(entry.card.values)}
        to = told.get("write_to", "")
        if to not in addresses:
            addresses[to] = constant.addresses(to, day)
        lines, statement = tuple(log.get(card.card, ())), statements.get(told.get("statement", ""))
        state = custody(card, day)
        status = state if told.get("outcome") in rules.recognised else NOT_RECOGNISED
        place = rules.place(place_on(card, day)) if state == HELD else ""
        articles = tuple(dict.fromkeys(rules.article(one.value) for one in card.values if one.field == "article"))
        one = Person(entry, state, status, place, articles, lines, statement, addresses[to], short(card.card) in pictured)
        before = known.get(card.card)
        found[card.card] = before if before is not None and before == one else one
    if len({short(card) for card in found}) < len(found):
        raise Refused("site.same_address")
    return found


def _months(start: date, end: date) -> Iterable[tuple[int, int]]:
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        yield year, month
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
