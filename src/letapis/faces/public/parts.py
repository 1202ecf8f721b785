"""A long list in pages: where each one ends, under which address it stands, which names it holds, and the ways from one to the next.

A page begins with somebody whose random number says so, and that number is its address. So whoever comes or goes makes one page another, at
most those beside it too, and the first one, which counts all: the others stay as they are, and an address that a reader kept leads to the
same names as before.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, Generic, TypeVar

from letapis.faces.public.frame import to
from letapis.faces.public.html import Html, el, escaped, link
from letapis.faces.public.links import part_path
from letapis.faces.public.words import Words

_ENDS: Final = "0c"
"""Two hexadecimal digits; one of twenty random numbers ends below them."""
_FEW: Final = 10
"""So few are no page of their own at the end of a list."""
_LEAST: Final = 3
_MOST: Final = 40
"""Letters of a name that say where a page begins and ends."""
T = TypeVar("T")
Span = tuple[str, str]


@dataclass(frozen=True)
class Cut(Generic[T]):
    """How a list is cut. ``size``: things on a page at most; ``room``: their ``weight`` together at most, in bytes of free text; ``number``: the
    random number of a thing; ``address``: what stands in the address of the page that begins with it; ``span``: from which to which the
    things from one to another are, in words."""

    size: int
    room: int
    weight: Callable[[T], int]
    number: Callable[[T], str]
    address: Callable[[T], str]
    span: Callable[[T, T], Span]


@dataclass(frozen=True)
class Part:
    """One page of a list: what it is addressed by, empty for the first; the same of the pages before and after it, None where there is none;
    what it holds, and from which to which; and of the first page also addresses and spans of all, where there are several."""

    mark: str
    before: str | None
    after: str | None
    things: tuple[Any, ...]
    span: Span
    all: tuple[tuple[str, Span], ...] = ()


def parted(things: Iterable[T], how: Cut[T]) -> list[Part]:
    """The pages of a list; of nothing one empty page."""
    some = cut(list(things), how)
    if len(some) == 1:
        return [Part("", None, None, some[0], ("", ""))]
    marks = ["", *(how.address(one[0]) for one in some[1:])]
    spans = [how.span(one[0], one[-1]) for one in some]
    whole, made = tuple(zip(marks, spans, strict=True)), list[Part]()
    for at, one in enumerate(some):
        before, after = marks[at - 1] if at else None, marks[at + 1] if at + 1 < len(marks) else None
        made.append(Part(marks[at], before, after, one, spans[at], () if at else whole))
    return made


def cut(some: Sequence[T], how: Cut[T]) -> list[tuple[T, ...]]:
    """In parts of at most so many. Past its half a part ends where the random number of a thing says so, and where it is full: where somebody
    comes or goes, that part becomes another, and soon after it the parts are what they were."""
    parts, at = list[tuple[T, ...]](), 0
    while at < len(some):
        end = _end(some, at, how)
        parts.append(tuple(some[at:end]))
        at = end
    return parts or [()]


def _end(some: Sequence[T], at: int, how: Cut[T]) -> int:
    """Where the part that begins here ends."""
    most = min(at + how.size, len(some))
    if sum(map(how.weight, some[at:most])) > how.room:
        most = _full(some, at, how)
    last = len(some) - _FEW
    for end in range(at + (how.size + 1) // 2, min(most, last + 1)):
        if how.number(some[end])[-2:] < _ENDS:
            return end
    return max(min(most, last), at + 1) if most < len(some) else most


def _full(some: Sequence[T], at: int, how: Cut[T]) -> int:
    weight, end = how.weight(some[at]), at + 1
    while weight + how.weight(some[end]) <= how.room:
        weight += how.weight(some[end])
        end += 1
    return end


def span(first: str, last: str) -> Span:
    """With which letters two names begin: as many as tell them apart, and three at least."""
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    size = min(max(_LEAST, alike + 1), _MOST)
    return _begin(first, size), _begin(last, size)


def _begin(name: str, size: int) -> str:
    while size < len(name) and unicodedata.combining(name[size]):
        size += 1
    return name[:size].strip()


def between(span: Span) -> Html:
    """A span as it is shown."""
    first, last = span
    return el("bdi", first if first == last else Html(f"{escaped(first)} – {escaped(last)}"))


def titled(heading: str, part: Part) -> Html:
    """The heading of a page of a list, with its span on every one but the first, which stands for all."""
    head = heading if isinstance(heading, Html) else escaped(heading)
    return Html(f"{head}: {between(part.span)}") if part.mark else Html(head)


def ways(words: Words, stem: str, part: Part) -> Html:
    """On the first page the ways to all pages of its list, on the others to the page before, to that overview, and to the next one."""
    if part.before is None and part.after is None:
        return Html()
    path = part_path(stem, part.mark)
    if not part.mark:
        lines = [el("li", link(to(path, part_path(stem, mark)), between(one), aria_current=None if mark else "page")) for mark, one in part.all]
        return el("nav", el("ul", *lines), class_="pages", id="pages", aria_label=words.say("list.parts"))
    lines = [el("li", link(to(path, part_path(stem, part.before or "")), words.say("parts.before"), rel="prev"))]
    lines.append(el("li", link(f"{to(path, part_path(stem))}#pages", words.say("parts.all"))))
    lines += [] if part.after is None else [el("li", link(to(path, part_path(stem, part.after)), words.say("parts.after"), rel="next"))]
    return el("nav", el("ul", *lines), class_="pages", aria_label=words.say("list.parts"))


def way_down(words: Words, part: Part) -> Html:
    """From the top of the first page to the ways to all of them."""
    return Html(f" {link('#pages', words.say('parts.all'))}") if part.all else Html()
