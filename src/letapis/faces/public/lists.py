"""Lists of persons in parts of a size that comes over a slow link: all of them, and by status, region, article, year and first letter."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from letapis.faces.public.frame import page, to
from letapis.faces.public.html import Html, el, escaped, link, many
from letapis.faces.public.links import part_path, person_path, place_path, slug
from letapis.faces.public.parts import Cut, Part, parted, span, titled, way_down, ways
from letapis.faces.public.people import STATUSES, Line, Person
from letapis.faces.public.words import Words

ROWS: Final = 100
NAMES: Final = 250
_ROOM: Final = 16_000
"""Free text of the rows of one page in bytes; what the program says itself comes to as much again, and twice that of a page is 60 KB."""
_NAMES_ROOM: Final = 24_000
LISTS: Final = "list/index"
KINDS: Final = ("status", "region", "article", "year", "letter")


@dataclass(frozen=True)
class ListPart:
    """One page of a list: what the list is of (kind and code), how many persons in all, which the first page says, and the page."""

    kind: str
    code: str
    count: int
    part: Part

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


def persons_cut(words: Words) -> Cut[Line]:
    """How a list of persons is cut, by rows of what a list says of them."""
    short = attrgetter("short")
    return Cut(ROWS, _ROOM, attrgetter("weight"), short, short, lambda first, last: span(words.name(first.names), words.name(last.names)))


def names_cut(words: Words) -> Cut[Line]:
    """How a list of names alone is cut."""
    return replace(persons_cut(words), size=NAMES, room=_NAMES_ROOM)


def pages_of(words: Words, kind: str, code: str, found: Sequence[Line]) -> Iterable[ListPart]:
    for part in parted(found, persons_cut(words)):
        yield ListPart(kind, code, 0 if part.mark else len(found), part)


def sorted_by_name(words: Words, people: Iterable[Person]) -> list[Person]:
    """Named persons in the order of the alphabet of this language."""
    return sorted((one for one in people if one.names), key=lambda one: one.in_order[words.language])


def grouped(words: Words, found: Iterable[Person]) -> dict[str, dict[str, list[Line]]]:
    """Persons by kind and code, both in the order in which they are shown."""
    groups: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for one in found:
        line = one.line
        for key in one.codes:
            groups[key].append(line)
        groups["letter", one.letters[words.language]].append(line)
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


def list_page(words: Words, one: ListPart) -> bytes:
    path, part = part_path(one.stem, one.part.mark), one.part
    lead = Html() if part.mark else Html(f"{words.say('list.count', count=one.count)} {words.say('list.named_only')}{way_down(words, part)}")
    body = [people_rows(words, path, part.things), ways(words, one.stem, part), back(words, path)]
    other = f"{LISTS}.html" if one.kind == "letter" else f"{one.stem}.html" if part.mark else ""
    return page(words, path, titled(heading(words, one.kind, one.code), part), *body, lead=lead, other=other)


def back(words: Words, path: str) -> Html:
    return el("p", link(to(path, f"{LISTS}.html"), words.say("list.other")))


def people_rows(words: Words, path: str, people: Iterable[Line]) -> Html:
    """A line for each person: the name, how they are, the case, the place."""
    up = to(path, "")
    return el("ul", *(_row(words, up, one) for one in people), class_="people")


def _row(words: Words, up: str, one: Line) -> Html:
    told = words.once(_told, one.status, one.year, one.place, *one.articles[:2])
    return Html(f'<li><a href="{up}{person_path(one.short)}">{words.named(one.names)}</a> <span>{told}</span></li>')


def _told(words: Words, status: str, year: str, place: str, *articles: str) -> Html:
    """What a row says beside the name; ten thousand people are in a few hundred such cases."""
    told = [words.say(f"short.{status}")]
    if year:
        told.append(words.say("since", day=escaped(year)))
    if place:
        told.append(words.place(place))
    told += [words.say("article", number=code) for code in articles]
    return Html(" · ".join(told))


def name_rows(words: Words, path: str, people: Iterable[Line]) -> Html:
    """Names alone, as links."""
    up = to(path, "")
    lines = [Html(f'<li><a href="{up}{person_path(one.short)}">{words.named(one.names)}</a></li>') for one in people]
    return el("ul", *lines, class_="names")


def list_index(words: Words, counts: tuple[tuple[str, tuple[tuple[str, int], ...]], ...], places: tuple[tuple[str, int], ...], named: int) -> bytes:
    """The ways into the list: everything that a filter would do, built before anybody asks."""
    path = f"{LISTS}.html"
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
