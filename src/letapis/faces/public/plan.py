"""Which pages a snapshot has, and exactly what each is made from. Two snapshots with the same data for a page have the same page."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from letapis.core.public_series import Series
from letapis.core.public_statistics import Tables
from letapis.core.published import Published
from letapis.faces.public import about, feeds, front, lists, name_index, places, statements
from letapis.faces.public.links import numbered, person_path, place_path, statement_path
from letapis.faces.public.name_words import Word
from letapis.faces.public.people import Line, Person
from letapis.faces.public.person_page import person_page
from letapis.faces.public.words import Words

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
    """A snapshot with its persons, its figures where pages that need them are written, and names of the data files beside it. ``said``: file of
    a text -> what it says in place of the picture of the same name; ``months``: figures month by month."""

    published: Published
    people: dict[str, Person]
    tables: Tables | None = None
    files: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    months: tuple[Series, ...] = ()


def sheets(whole: Whole, tongues: Mapping[str, Words]) -> dict[str, Sheet]:
    """All pages by path."""
    made: dict[str, Sheet] = {}
    index = name_index.index(whole.people.values())
    news = tuple(front.News(at, one, _named(whole.people.get(one.card))) for at, one in enumerate(whole.published.changes, 1))
    birthdays = tuple(front.coming(whole.people.values(), date.fromisoformat(whole.published.day), _YEAR))
    for language, words in tongues.items():
        found = lists.sorted_by_name(words, whole.people.values())
        parts = [_persons(whole, words), _lists(words, found), _index(index, words), _places(whole, words, found), _statements(whole, words, found)]
        parts += [_fronts(whole, words, news), _birthdays(whole, words, birthdays), _about(whole, words)]
        for path, sheet in (pair for part in parts for pair in part):
            made[f"{language}/{path}"] = sheet
    return made


def _persons(whole: Whole, words: Words) -> Iterator[tuple[str, Sheet]]:
    for one in whole.people.values():
        if one.names:
            yield person_path(one.short), Sheet(person_page, words, (one,))


def _lists(words: Words, found: list[Person]) -> Iterator[tuple[str, Sheet]]:
    groups = lists.grouped(words, found)
    for part in lists.parted("all", "", found):
        yield numbered(part.stem, part.number), Sheet(lists.list_page, words, (part,))
    for kind, codes in groups.items():
        for code, some in codes.items():
            for part in lists.parted(kind, code, some):
                yield numbered(part.stem, part.number), Sheet(lists.list_page, words, (part,))
    counts = tuple((kind, tuple((code, len(some)) for code, some in codes.items())) for kind, codes in groups.items())
    held = Counter(one.place for one in found if one.place)
    order = sorted(held.items(), key=lambda one: (-one[1], one[0]))
    yield "list/index.html", Sheet(lists.list_index, words, (counts, tuple(order), len(found)))


def _index(found: Mapping[str, list[tuple[Word, ...]]], words: Words) -> Iterator[tuple[str, Sheet]]:
    for leaf in name_index.leaves(found):
        yield numbered(leaf.stem, leaf.number), Sheet(name_index.leaf_page, words, (leaf,))
    ranges = tuple((letter, tuple(part[0].word[:3] for part in parts)) for letter, parts in found.items())
    yield "names/index.html", Sheet(name_index.names_index, words, (ranges,))


def _by_place(words: Words, named: Iterable[Person]) -> dict[str, list[Line]]:
    """Named persons by the place where they are held; every place of the lists is there, and every other of which a card of theirs tells, with
    nobody in it too. A place that stands on the card of somebody who is not named has no page because of them."""
    found: dict[str, list[Line]] = {code: [] for code in words.constant.catalogue.reference["facilities"].entries}
    for person in named:
        for code in person.places:
            found.setdefault(code, [])
        if person.place:
            found.setdefault(person.place, []).append(person.line)
    return found


def _places(whole: Whole, words: Words, named: Iterable[Person]) -> Iterator[tuple[str, Sheet]]:
    day = date.fromisoformat(whole.published.day)
    found = _by_place(words, named)
    for code, some in found.items():
        parts = lists.cut(some, lists.ROWS, lambda one: one.short)
        for at, people in enumerate(parts, 1):
            part = places.PlacePart(code, at, len(parts), len(some) if at == 1 else 0, people, words.constant.addresses(code, day))
            yield place_path(code, at), Sheet(places.place_page, words, (part,))
    yield "places/index.html", Sheet(places.places_index, words, (tuple((code, len(some)) for code, some in sorted(found.items())),))


def _statements(whole: Whole, words: Words, found: Iterable[Person]) -> Iterator[tuple[str, Sheet]]:
    named: dict[str, list[Line]] = {}
    for one in found:
        if one.statement is not None:
            named.setdefault(one.statement.statement, []).append(one.line)
    order = sorted(whole.published.statements, key=lambda one: (one.day, one.statement), reverse=True)
    for statement in order:
        parts = lists.cut(named.get(statement.statement, []), lists.NAMES, lambda one: one.short)
        for at, people in enumerate(parts, 1):
            part = statements.StatementPart(statement, at, len(parts), people)
            yield statement_path(statement, at), Sheet(statements.statement_page, words, (part,))
    archive = lists.cut(order, statements.ARCHIVE, lambda one: one.statement)
    for at, some in enumerate(archive, 1):
        yield numbered("statements/index", at), Sheet(statements.archive, words, (some, at, len(archive)))


def _fronts(whole: Whole, words: Words, news: tuple[front.News, ...]) -> Iterator[tuple[str, Sheet]]:
    if whole.tables is not None:
        first = front.front_of(whole.tables, list(whole.people.values()), news)
        yield "index.html", Sheet(front.front_page, words, (first,), True)
        yield "figures.html", Sheet(about.figures_page, words, (whole.tables, whole.published.figures, whole.months), True)
    yield "changes.html", Sheet(front.changes_page, words, (news[-front.LONG :][::-1],))
    yield "changes.xml", Sheet(feeds.atom, words, (whole.published.day, news[-_FEED:][::-1]))


def _birthdays(whole: Whole, words: Words, found: tuple[tuple[date, Person], ...]) -> Iterator[tuple[str, Sheet]]:
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


def _named(person: Person | None) -> Person | None:
    return person if person is not None and person.names else None


def differing(now: dict[str, Sheet], before: dict[str, Sheet]) -> Iterable[str]:
    """Paths whose pages cannot be taken over."""
    return (path for path, sheet in now.items() if sheet.always or path not in before or before[path].data != sheet.data)
