"""The front page and what changes with every snapshot: how many, by which rule, as of when, what changed lately, whose birthday comes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final

from letapis.core.date_words import day_and_month
from letapis.core.public_custody import HELD
from letapis.core.public_statistics import PublicFigure, Tables
from letapis.core.published import REMOVED, Change
from letapis.faces.public.frame import MENU, page, to
from letapis.faces.public.html import Html, el, escaped, fitting, link, many, rows
from letapis.faces.public.links import person_path
from letapis.faces.public.people import Born, Person
from letapis.faces.public.person_page import changed
from letapis.faces.public.words import Words

RECENT: Final = 30
_SHOWN: Final = 12
LONG: Final = 300
BIRTHDAYS: Final = 31
BORN: Final = 250
_ROOM: Final = 45_000
"""Bytes of the lines of a page that names the latest, or the next, as far as there is room for them."""


@dataclass(frozen=True)
class News:
    """A line of the log with its number, and whose it is where the card is public and named."""

    number: int
    change: Change
    person: Person | None


@dataclass(frozen=True)
class Front:
    """What the front page says: the day, the figures with their rules, the first detention of somebody who is named, what changed in the last
    weeks and the latest lines of the log that are of somebody who is named. ``unnamed``: some who are held are counted and not named."""

    day: str
    since: str
    unnamed: bool
    figures: tuple[PublicFigure, ...]
    lately: tuple[tuple[str, int], ...]
    news: tuple[News, ...]


def news_of(changes: Sequence[Change], people: Mapping[str, Person], first: int = 0) -> Iterator[News]:
    """Lines of the log from the latest on back to one. Whose it was is not said of who has no name in public."""
    for at in range(len(changes) - 1, first - 1, -1):
        person = people.get(changes[at].card)
        yield News(at + 1, changes[at], person if person is not None and person.names else None)


def front_of(told: Tables, people: Mapping[str, Person], changes: Sequence[Change]) -> Front:
    unnamed = any(one.status == HELD and not one.names for one in people.values())
    since = min((one.detained for one in people.values() if one.detained and one.names), default="")
    border = (date.fromisoformat(told.day) - timedelta(days=RECENT)).isoformat()
    lately = Counter(one.what for one in changes if one.day > border)
    news = (one for one in news_of(changes, people) if one.person is not None or one.change.what == REMOVED)
    return Front(told.day, since, unnamed, told.figures, tuple(sorted(lately.items())), tuple(islice(news, _SHOWN)))


def front_page(words: Words, front: Front) -> bytes:
    path = "index.html"
    ways = [el("li", link(target, words.say(f"menu.{name}")), " ", el("span", words.say(f"way.{name}"))) for name, target in MENU]
    parts = (_glance(words, front), el("ul", *ways, class_="doors"), _lately(words, path, front))
    return page(words, path, words.say("front.title"), *parts)


def _glance(words: Words, front: Front) -> Html:
    """How many, by which rule, as of when, since when: before anything else."""
    first = next((one for one in front.figures if one.id == HELD), None)
    others = [el("li", one.sentences[words.language]) for one in front.figures if one.id != HELD]
    none = [el("p", words.say("front.none"), class_="over")]
    parts = [el("p", words.say("front.held"), class_="over"), el("p", el("strong", _number(first.value)), class_="count")] if first else none
    parts.append(el("p", words.say("front.as_of", day=words.day(front.day))))
    parts += [el("p", words.say("front.since", day=words.day(front.since)))] if front.since else []
    parts.append(el("p", first.rule[words.language] if first else "", " ", link("how-we-count.html", words.say("front.rule_link"))))
    parts += [el("p", words.say("front.unnamed"), class_="quiet")] if front.unnamed else []
    return el("section", *parts, *((el("ul", *others),) if others else ()), class_="glance")


def _number(count: int) -> Html:
    """A number with a thin space between its thousands that does not break."""
    return Html(f"{count:,}".replace(",", "&#8239;"))


def _lately(words: Words, path: str, front: Front) -> Html:
    counts = [(words.say(f"change.{what}"), _number(count)) for what, count in front.lately]
    told = rows(counts) if counts else el("p", words.say("front.quiet", days=RECENT))
    more = el("p", link("changes.html", words.say("front.changes")), " · ", link("changes.xml", words.say("menu.feed")))
    return el("section", el("h2", words.say("front.lately", days=RECENT)), told, news_rows(words, path, front.news), more)


def news_rows(words: Words, path: str, news: Iterable[News]) -> Html:
    """Lines of the log: whose, where the card stands and has a name; of a card that went it is not said whose it was."""
    lines = []
    for one in news:
        whose = link(to(path, person_path(one.person.short)), words.named(one.person.names)) if one.person else _nobody(words, one.change)
        lines.append(el("li", el("span", words.day(one.change.day)), " ", whose, " ", el("span", changed(words, one.change))))
    return el("ul", *fitting(lines, _ROOM), class_="people") if lines else Html()


def _nobody(words: Words, change: Change) -> Html:
    return el("b", words.say("a_card") if change.what == REMOVED else words.say("unnamed"))


def changes_page(words: Words, news: tuple[News, ...]) -> bytes:
    path = "changes.html"
    told = news_rows(words, path, news)
    feed = el("p", words.say("changes.feed", link=link("changes.xml", words.say("menu.feed"))))
    return page(words, path, words.say("menu.changes"), feed, told, el("p", words.say("changes.all", link=link("data.html", words.say("menu.data")))))


# ---- birthdays -------------------------------------------------------------------------------------------------------


def coming(people: Iterable[Person], day: date, days: int) -> list[tuple[date, Born]]:
    """Birthdays of named persons who are held, from a day on; who was born on 29 February has theirs on 1 March in other years."""
    found = []
    for one in people:
        born = one.born
        if one.custody == HELD and one.names and len(born) == 10:
            on = _next(born[4:], day)
            if on is not None and (on - day).days < days:
                found.append((on, one.birthday))
    return sorted(found, key=lambda pair: (pair[0], pair[1].short))


@lru_cache(maxsize=1_024)
def _next(born: str, day: date) -> date | None:
    """The next one of a day of the year (``-02-29``); ten thousand people have theirs on 366."""
    try:
        month, of_month = int(born[1:3]), int(born[4:6])
        date(2000, month, of_month)
    except ValueError:
        return None
    for year in (day.year, day.year + 1):
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        on = date(year, 3, 1) if (month, of_month) == (2, 29) and not leap else date(year, month, of_month)
        if on >= day:
            return on
    return None


def birthdays_page(words: Words, found: tuple[tuple[date, Born], ...]) -> bytes:
    path = "birthdays.html"
    days: dict[date, list[Html]] = {}
    lines = fitting((_born(words, one) for _, one in found), _ROOM)
    for (day, _), line in zip(found, lines, strict=False):
        days.setdefault(day, []).append(line)
    headed = [(escaped(day_and_month(f"{day:%m-%d}", words.language)), some) for day, some in days.items()]
    body = [el("section", el("h2", heading), el("ul", *some, class_="people")) for heading, some in headed]
    intro = el("p", words.say("birthdays.file", link=link("birthdays.ics", words.say("birthdays.file_link"))))
    return page(words, path, words.say("menu.birthdays"), intro, many(body) or el("p", words.say("birthdays.none")), lead=words.say("birthdays.lead"))


def _born(words: Words, one: Born) -> Html:
    place = Html(f" <span>{words.place(one.place)}</span>") if one.place else Html()
    return el("li", link(person_path(one.short), words.named(one.names)), place)
