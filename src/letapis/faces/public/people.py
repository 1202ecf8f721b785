"""A person of the public list as the pages need them: what is on the card, and what follows from it on the day of the snapshot."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from letapis.core.collation import order
from letapis.core.dates import bounds, is_partial_date, sort_key
from letapis.core.errors import Refused
from letapis.core.language import LANGUAGES
from letapis.core.letters import Address
from letapis.core.public_custody import HELD, custody, place_on, settled
from letapis.core.public_viasna import SHORT
from letapis.core.published import Card, CardValue, Change, Entry, Published, Statement
from letapis.faces.public.html import weigh
from letapis.faces.public.name_words import Form, Word, words_of
from letapis.faces.public.words import Constant

NOT_RECOGNISED: Final = "not_recognised"
STATUSES: Final = (HELD, "released", "died", "unknown", NOT_RECOGNISED)


class Line(NamedTuple):
    """What a list says of a person: two with the same lines are the same list. ``weight``: bytes of what is not in words of ours."""

    short: str
    weight: int
    names: tuple[CardValue, ...]
    status: str
    year: str
    place: str
    articles: tuple[str, ...]


class Born(NamedTuple):
    """What the calendar of birthdays says of a person."""

    card: str
    short: str
    names: tuple[CardValue, ...]
    place: str


@dataclass(frozen=True)
class Person:
    """An entry with its lines of the log, the statement it names, and on the day of the snapshot: custody, the list it stands on (``STATUSES``),
    the code of the place where it is held and of its region, where letters go. ``pictured``: a photograph stands beside the page."""

    entry: Entry
    custody: str
    status: str
    place: str
    region: str
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
    def forms(self) -> tuple[Form, ...]:
        return tuple([Form(one, order(one.value, one.language or LANGUAGES[0]), weigh(one.value)) for one in self.names])

    @cached_property
    def in_order(self) -> dict[str, tuple[str, str]]:
        """Language -> by what the person is sorted in its lists."""
        own = {form.value.language: form.order for form in reversed(self.forms)}
        return {one: (own[one] if one in own else order(name_in(self.names, one), one), self.short) for one in LANGUAGES}

    @cached_property
    def letters(self) -> dict[str, str]:
        """Language -> the first letter of the name, or ``#`` for one that begins with none."""
        return {language: _first_letter(name_in(self.names, language)) for language in LANGUAGES}

    @cached_property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Kind and code of the lists that the person stands on whatever the language."""
        told = [("status", self.status), *(("article", one) for one in self.articles)]
        told += [("region", self.region)] if self.region else []
        return (*told, ("year", self.detained[:4])) if self.detained else tuple(told)

    @cached_property
    def listed(self) -> tuple[object, ...]:
        """All that pages of several persons say of this one, and by what they sort it."""
        return self.line, self.codes, self.places, self.custody, self.born, self.statement and self.statement.statement

    @cached_property
    def words(self) -> tuple[tuple[str, Word], ...]:
        """Words of all forms of the name with the letters under which they stand."""
        return words_of(self.forms, self.short, self.born[:4])

    @cached_property
    def places(self) -> frozenset[str]:
        """Every place of which the card tells."""
        return frozenset(one.value for one in self.card.values if one.field == "place")

    @cached_property
    def line(self) -> Line:
        weight = max((form.weight for form in self.forms), default=0) + weigh("".join((self.place, *self.articles[:2])))
        return Line(self.short, weight, self.names, self.status, self.detained[:4], self.place, self.articles)

    @cached_property
    def birthday(self) -> Born:
        return Born(self.card.card, self.short, self.names, self.place)

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


def name_in(names: tuple[CardValue, ...], language: str) -> str:
    """The form of a name in a language, or the first where there is none in it; empty where there is no name."""
    for one in names:
        if one.language == language:
            return one.value
    return names[0].value if names else ""


def _first_letter(name: str) -> str:
    first = name[:1] if name[:1].isalnum() else next((one for one in name if one.isalnum()), "#")
    return first.upper() if first.isalpha() and len(first.upper()) == 1 else "#"


@dataclass(frozen=True)
class Known:
    """The persons of the snapshot before, by card, and the day of which they tell."""

    day: date
    people: dict[str, Person]


def people(published: Published, constant: Constant, pictured: Collection[str], known: Known | None = None) -> dict[str, Person]:
    """All entries by card. ``pictured``: short numbers of those with a photograph. Who is the same as in ``known`` is that very object, so that
    comparing pages costs nothing where nothing changed; who may be another on this day, because a date of theirs lies near, is asked anew.

    Raises Refused("site.same_address") where two cards would stand under one address."""
    day = date.fromisoformat(published.day)
    statements = {one.statement: one for one in published.statements}
    log: dict[str, list[Change]] = {}
    for change in published.changes:
        log.setdefault(change.card, []).append(change)
    found: dict[str, Person] = {}
    addresses: dict[str, tuple[Address, ...]] = {}
    for entry in published.entries:
        card, to = entry.card, entry.card.first("write_to")
        if to not in addresses:
            addresses[to] = constant.addresses(to, day)
        told = tuple(log.get(card.card, ())), statements.get(card.first("statement")), addresses[to], short(card.card) in pictured
        before = known.people.get(card.card) if known else None
        if known and before and before.entry == entry and (before.log, before.statement, before.write_to, before.pictured) == told:
            same = known.day == day or settled(card, min(known.day, day))
            found[card.card] = before if same else _person(entry, constant, day, *told)
        else:
            found[card.card] = _person(entry, constant, day, *told)
    if len({short(card) for card in found}) < len(found):
        raise Refused("site.same_address")
    return found


def _person(
    entry: Entry, constant: Constant, day: date, log: tuple[Change, ...], statement: Statement | None, write_to: tuple[Address, ...], pictured: bool
) -> Person:
    """An entry on a day."""
    card, rules = entry.card, constant.catalogue.public_figures
    state = custody(card, day)
    status = state if card.first("outcome") in rules.recognised else NOT_RECOGNISED
    place = rules.place(place_on(card, day)) if state == HELD else ""
    articles = tuple(dict.fromkeys(rules.article(one.value) for one in card.all("article")))
    return Person(entry, state, status, place, constant.region(place), articles, log, statement, write_to, pictured)


def _months(start: date, end: date) -> Iterable[tuple[int, int]]:
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        yield year, month
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
