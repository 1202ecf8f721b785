"""Lists of persons in parts of a size that comes over a slow link: all of them, and by status, region, article, year and first letter."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, TypeVar

from letapis.faces.public.frame import page, to
from letapis.faces.public.html import Html, el, escaped, link, many
from letapis.faces.public.links import numbered, person_path, place_path, slug
from letapis.faces.public.people import STATUSES, Line, Person
from letapis.faces.public.words import Words

ROWS: Final = 100
NAMES: Final = 250
KINDS: Final = ("status", "region", "article", "year", "letter")
_ENDS: Final = "0c"
"""Two hexadecimal digits; one of twenty random numbers ends below them."""
T = TypeVar("T")
SHORT: Final[Callable[[Any], str]] = attrgetter("short")

Sorted = Sequence[Person]


@dataclass(frozen=True)
class Part:
    """One page of a list: what the list is of (kind and code), which part of how many, how many persons in all, which the first page says, and
    those on this page."""

    kind: str
    code: str
    number: int
    parts: int
    count: int
    people: tuple[Line, ...]

    @property
    def stem(self) -> str:
        return stem_of(self.kind, self.code)


def stem_of(kind: str, code: str) -> str:
    """How the addresses of a list begin."""
    if kind == "all":
        return "list/all"
    if kind == "status":  # A few words of ours, in which nobody writes.
        return f"list/status-{code.replace('_', '-')}"
    return f"list/{kind}-{ord(code):04x}" if kind == "letter" else f"list/{kind}-{slug(code)}"


def cut(things: Iterable[T], size: int, mark: Callable[[T], str]) -> list[tuple[T, ...]]:
    """In parts of at most so many; of nothing one empty part. Past its half a part ends where the random number of a thing (``mark``) says so:
    where somebody comes or goes, that part becomes other and soon after it the parts are what they were, so that few pages are written."""
    some, parts, at = list(things), list[tuple[T, ...]](), 0
    while len(some) - at > size // 2:
        half = at + (size + 1) // 2
        for end in range(half, min(at + size, len(some))):
            if mark(some[end])[-2:] < _ENDS:
                break
        else:
            end = at + size
        parts.append(tuple(some[at:end]))
        at = end
    return [*parts, tuple(some[at:])] if at < len(some) or not parts else parts


def parted(kind: str, code: str, found: Sorted) -> Iterable[Part]:
    parts = cut((one.line for one in found), ROWS, SHORT)
    return (Part(kind, code, at, len(parts), len(found) if at == 1 else 0, some) for at, some in enumerate(parts, 1))


def sorted_by_name(words: Words, people: Iterable[Person]) -> list[Person]:
    """Named persons in the order of the alphabet of this language."""
    return sorted((one for one in people if one.names), key=lambda one: one.in_order[words.language])


def grouped(words: Words, found: Sorted) -> dict[str, dict[str, list[Person]]]:
    """Persons by kind and code, both in the order in which they are shown."""
    groups: defaultdict[tuple[str, str], list[Person]] = defaultdict(list)
    for one in found:
        for key in one.codes:
            groups[key].append(one)
        groups["letter", one.letters[words.language]].append(one)
    order = sorted(groups, key=lambda key: (KINDS.index(key[0]), _place_of(words, *key)))
    return {kind: {code: groups[kind, code] for of, code in order if of == kind} for kind in KINDS}


def _place_of(words: Words, kind: str, code: str) -> tuple[object, ...]:
    if kind == "status":
        return (STATUSES.index(code),)
    if kind == "article":
        law, _, number = code.rpartition(" ")
        digits = number.replace("-", ".").split(".")
        return (law, tuple(int(one) if one.isascii() and one.isdecimal() else 0 for one in digits), code)
    if kind == "year":
        return (tuple(-ord(one) for one in code),)
    return (words.order(heading(words, kind, code)),)


def heading(words: Words, kind: str, code: str) -> Html:
    """What a list is of."""
    if kind == "all":
        return words.say("list.all")
    if kind == "status":
        return words.say(f"status.{code}")
    if kind == "region":
        return words.listed("regions", code)
    if kind == "article":
        return words.article(code)
    return words.say("list.year", year=code) if kind == "year" else escaped(code)


def list_page(words: Words, part: Part) -> bytes:
    path = numbered(part.stem, part.number)
    title = heading(words, part.kind, part.code)
    lead = Html(f"{words.say('list.count', count=part.count)} {words.say('list.named_only')}") if part.number == 1 else Html()
    body = [people_rows(words, path, part.people), pages(words, part.stem, part.number, part.parts), back(words, path)]
    return page(words, path, title, *body, lead=lead, same=part.kind != "letter")


def back(words: Words, path: str) -> Html:
    return el("p", link(to(path, "list/index.html"), words.say("list.other")))


def people_rows(words: Words, path: str, people: Iterable[Line]) -> Html:
    """A line for each person: the name, how they are, the case, the place."""
    return el("ul", *(_row(words, path, one) for one in people), class_="people")


def _row(words: Words, path: str, one: Line) -> Html:
    told = [words.say(f"short.{one.status}")]
    if one.year:
        told.append(words.say("since", day=escaped(one.year)))
    if one.place:
        told.append(words.place(one.place))
    told += [words.say("article", number=code) for code in one.articles[:2]]
    return Html(f"<li>{link(to(path, person_path(one.short)), words.named(one.names))} <span>{' · '.join(told)}</span></li>")


def name_rows(words: Words, path: str, people: Iterable[Line]) -> Html:
    """Names alone, as links."""
    return el("ul", *(el("li", link(to(path, person_path(one.short)), words.named(one.names))) for one in people), class_="names")


def pages(words: Words, stem: str, number: int, parts: int) -> Html:
    """Ways to the other parts of a list."""
    if parts == 1:
        return Html()
    folder = stem.rpartition("/")[0]
    told = []
    for one in range(1, parts + 1):
        current = "page" if one == number else None
        told.append(el("li", link(to(f"{folder}/x", numbered(stem, one)), str(one), aria_current=current)))
    return el("nav", el("ul", *told), class_="pages", aria_label=words.say("list.parts"))


def list_index(words: Words, counts: tuple[tuple[str, tuple[tuple[str, int], ...]], ...], places: tuple[tuple[str, int], ...], named: int) -> bytes:
    """The ways into the list: everything that a filter would do, built before anybody asks."""
    path = "list/index.html"
    parts = [el("p", link(to(path, "list/all.html"), words.say("list.all")), f" ({named})", class_="big")]
    parts += [] if named else [el("p", words.say("list.nobody"))]
    for kind, codes in counts:
        lines = []
        for code, count in codes:
            stem = stem_of(kind, code)
            told = escaped(code) if kind == "year" else heading(words, kind, code)
            lines.append(el("li", link(to(path, f"{stem}.html"), told), f" {count}"))
        class_ = "letters" if kind in ("letter", "year") else "ways"
        if lines:
            parts.append(el("section", el("h2", words.say(f"list.by_{kind}")), el("ul", *lines, class_=class_)))
        if kind == "status":
            held = [el("li", link(to(path, place_path(code)), words.place(code)), f" {count}") for code, count in places]
            parts.append(el("section", el("h2", words.say("list.by_place")), el("ul", *held, class_="ways")) if held else Html())
    return page(words, path, words.say("list.title"), many(parts), lead=words.say("list.lead"))
