"""Which pages a snapshot has, and exactly what each is made from. Two snapshots with the same data for a page have the same page."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from letapis.core.public_series import Series
from letapis.core.public_statistics import Tables
from letapis.core.published import Published
from letapis.faces.public import about, feeds, front, lists, name_index, places, statements
from letapis.faces.public.links import part_path, person_path, place_path, statement_path
from letapis.faces.public.parts import parted
from letapis.faces.public.people import Born, Line, Person
from letapis.faces.public.person_page import person_page
from letapis.faces.public.scope import ALL, NAMES, PLACES, Scope
from letapis.faces.public.words import Constant, Words

_FEED: Final = 100
_YEAR: Final = 365


@dataclass(frozen=True)
class Sheet:
    """A page: what writes it, and all that it is written from beside the words of its language. ``always``: it is written anew whatever the
    snapshot before said, because it is made from more than the two."""

    make: Callable[..., bytes]
    words: Words
    data: tuple[Any, ...]
    always: bool = False

    def write(self) -> bytes:
        return self.make(self.words, *self.data)


@dataclass(frozen=True)
class Whole:
    """A snapshot with its persons, its figures where pages that need them are written, and names of the data files beside it. ``index``: names
    by first letter; ``said``: file of a text -> what it says in place of the picture of the same name; ``months``: figures month by month."""

    published: Published
    people: dict[str, Person]
    index: name_index.Index
    tables: Tables | None = None
    files: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    months: tuple[Series, ...] = ()


def sheets(whole: Whole, tongues: Mapping[str, Words], scope: Scope = ALL) -> dict[str, Sheet]:
    """Pages by path: those that the scope asks for, and the few that every snapshot may change."""
    made: dict[str, Sheet] = {}
    changes = whole.published.changes
    news = tuple(front.news_of(changes, whole.people, max(0, len(changes) - front.LONG)))
    first = front.front_of(whole.tables, whole.people, changes) if whole.tables is not None else None
    birthdays = tuple(front.coming(whole.people.values(), date.fromisoformat(whole.published.day), _YEAR))
    codes = place_codes(whole.people.values(), next(iter(tongues.values())).constant) if scope.has(PLACES) else ()
    for language, words in tongues.items():
        found = lists.sorted_by_name(words, whole.people.values()) if scope.stems is None or scope.stems else []
        parts = [_persons(whole, words, scope), _lists(words, found, scope), _index(whole.index, words, scope)]
        parts += [_places(whole, codes, words, found, scope), _statements(whole, words, found, scope)]
        parts += [_fronts(whole, words, first, news), _birthdays(whole, words, birthdays)]
        for path, sheet in (pair for part in (*parts, _about(whole, words)) for pair in part):
            made[f"{language}/{path}"] = sheet
    return made


def _persons(whole: Whole, words: Words, scope: Scope) -> Iterator[tuple[str, Sheet]]:
    for one in whole.people.values() if scope.cards is None else (whole.people[card] for card in scope.cards if card in whole.people):
        if one.names:
            yield person_path(one.short), Sheet(person_page, words, (one,))


def _lists(words: Words, found: list[Person], scope: Scope) -> Iterator[tuple[str, Sheet]]:
    if not scope.has(lists.LISTS):
        return
    groups = lists.grouped(words, found)
    for kind, codes in {"all": {"": [one.line for one in found]}, **groups}.items():
        for code, some in codes.items():
            for part in lists.pages_of(words, kind, code, some) if scope.has(lists.stem_of(kind, code)) else ():
                yield part_path(part.stem, part.part.mark), Sheet(lists.list_page, words, (part,))
    counts = tuple((kind, tuple((code, len(some)) for code, some in codes.items())) for kind, codes in groups.items())
    held = Counter(one.place for one in found if one.place)
    order = sorted(held.items(), key=lambda one: (-one[1], one[0]))
    yield f"{lists.LISTS}.html", Sheet(lists.list_index, words, (counts, tuple(order), len(found)))


def _index(found: name_index.Index, words: Words, scope: Scope) -> Iterator[tuple[str, Sheet]]:
    if not scope.has(NAMES):
        return
    for leaf in name_index.leaves({letter: parts for letter, parts in found.items() if scope.has(name_index.stem_of(letter))}):
        yield part_path(leaf.stem, leaf.part.mark), Sheet(name_index.leaf_page, words, (leaf,))
    ranges = tuple((letter, tuple((mark, first) for mark, (first, _) in parts[0].all)) for letter, parts in found.items())
    yield f"{NAMES}.html", Sheet(name_index.names_index, words, (ranges,))


def place_codes(people: Iterable[Person], constant: Constant) -> tuple[str, ...]:
    """Places that have a page: every one of the lists, with nobody in it too, and every other of which the card of somebody who is named tells.
    A place that stands on the card of somebody who is not named has no page because of them."""
    told = {code for one in people if one.names for code in (*one.places, one.place)} - {""}
    known = constant.catalogue.reference["facilities"].entries
    return (*known, *sorted(told - known.keys()))


def _places(whole: Whole, codes: tuple[str, ...], words: Words, named: Iterable[Person], scope: Scope) -> Iterator[tuple[str, Sheet]]:
    if not scope.has(PLACES):
        return
    day, held = date.fromisoformat(whole.published.day), defaultdict[str, list[Line]](list)
    for person in named:
        held[person.place].append(person.line)
    for code in codes:
        if scope.has(place_path(code).removesuffix(".html")):
            some, holding = held.get(code, []), words.constant.addresses(code, day)
            for one in parted(some, lists.persons_cut(words)):
                part = places.PlacePart(code, 0 if one.mark else len(some), one, holding)
                yield place_path(code, one.mark), Sheet(places.place_page, words, (part,))
    counts = tuple((code, len(held.get(code, ()))) for code in sorted(codes))
    yield f"{PLACES}.html", Sheet(places.places_index, words, (counts,))


def _statements(whole: Whole, words: Words, found: Iterable[Person], scope: Scope) -> Iterator[tuple[str, Sheet]]:
    named = defaultdict[str, list[Line]](list)
    for person in found:
        if person.statement is not None:
            named[person.statement.statement].append(person.line)
    order = sorted(whole.published.statements, key=lambda one: (one.day, one.statement), reverse=True)
    for statement in order:
        if scope.has(statement_path(statement).removesuffix(".html")):
            for one in parted(named.get(statement.statement, []), lists.names_cut(words)):
                part = statements.StatementPart(statement, one)
                yield statement_path(statement, one.mark), Sheet(statements.statement_page, words, (part,))
    for one in parted(order, statements.archive_cut(words)):
        yield part_path("statements/index", one.mark), Sheet(statements.archive, words, (one,))


def _fronts(whole: Whole, words: Words, first: front.Front | None, news: tuple[front.News, ...]) -> Iterator[tuple[str, Sheet]]:
    if first is not None:
        yield "index.html", Sheet(front.front_page, words, (first,), True)
        yield "figures.html", Sheet(about.figures_page, words, (whole.tables, whole.published.figures, whole.months), True)
    yield "changes.html", Sheet(front.changes_page, words, (news,))
    yield "changes.xml", Sheet(feeds.atom, words, (whole.published.day, news[:_FEED]))


def _birthdays(whole: Whole, words: Words, found: tuple[tuple[date, Born], ...]) -> Iterator[tuple[str, Sheet]]:
    day = date.fromisoformat(whole.published.day)
    soon = tuple(one for one in found if (one[0] - day).days < front.BIRTHDAYS)[: front.BORN]
    yield "birthdays.html", Sheet(front.birthdays_page, words, (soon,))
    yield "birthdays.ics", Sheet(feeds.birthdays, words, (found, day))


def _about(whole: Whole, words: Words) -> Iterator[tuple[str, Sheet]]:
    """Pages that are written from more than the snapshot, or from none of it."""
    yield "data.html", Sheet(about.data_page, words, (whole.files, whole.published.number, whole.published.day), True)
    yield "press.html", Sheet(about.press_page, words, (words.constant.pictures, whole.said), True)
    yield "how-we-count.html", Sheet(about.rules_page, words, ())
    yield "corrections.html", Sheet(about.corrections_page, words, ())


def differing(now: dict[str, Sheet], before: dict[str, Sheet]) -> Iterable[str]:
    """Paths whose pages cannot be taken over."""
    return (path for path, sheet in now.items() if sheet.always or path not in before or before[path].data != sheet.data)
