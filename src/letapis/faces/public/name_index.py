"""Search without script: every word of every form of a name stands under its first letter, in Latin and in Cyrillic letters."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from letapis.core.public_viasna import SHORT
from letapis.faces.public.frame import page
from letapis.faces.public.html import Html, el, escaped, link
from letapis.faces.public.links import part_path
from letapis.faces.public.name_words import Word
from letapis.faces.public.parts import Cut, Part, Span, parted, span, titled, way_down, ways
from letapis.faces.public.people import Person
from letapis.faces.public.words import Words

_SCRIPTS: Final = (("latin", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), ("cyrillic", "АБВГҐДЕЁЄЖЗІЇИЙКЛМНОПРСТУЎФХЦЧШЩЪЫЬЭЮЯ"))


NAMES: Final = 250
_ROOM: Final = 24_000
"""Forms of names on a page, in bytes."""


@dataclass(frozen=True)
class Leaf:
    """One page of a letter."""

    letter: str
    part: Part

    @property
    def stem(self) -> str:
        return stem_of(self.letter)


Index = Mapping[str, list[Part]]


def index(people: Iterable[Person], known: Index | None = None) -> dict[str, list[Part]]:
    """Words of all named persons by first letter, cut into pages. ``known``: letters of which it is known already what stands under them."""
    letters: defaultdict[str, list[Word]] = defaultdict(list)
    there, told = set[str](), known or {}
    for one in people:
        for letter, word in one.words:
            if letter in told:
                there.add(letter)
            else:
                letters[letter].append(word)
    return {letter: told[letter] if letter in told else parted(sorted(letters[letter]), _CUT) for letter in sorted(letters.keys() | there)}


def _address(one: Word) -> str:
    """Somebody stands under a letter with more than one word: a page that begins with one of them is addressed by a digest of it."""
    return hashlib.sha256("\x00".join(one[:-1]).encode("utf-8", "surrogatepass")).hexdigest()[:SHORT]


def _span(first: Word, last: Word) -> Span:
    """From which word to which; where that is one and the same, from which name to which."""
    if first.word != last.word:
        return span(first.word, last.word)
    one, other = span(first.form, last.form)
    return (one, other) if one.startswith(first.word) else (f"{first.word}: {one}", other)


_CUT: Final[Cut[Word]] = Cut(NAMES, _ROOM, attrgetter("weight"), attrgetter("short"), _address, _span)


def stem_of(letter: str) -> str:
    """How the addresses of a letter begin."""
    return f"names/{ord(letter):04x}"


def leaves(found: Index) -> Iterable[Leaf]:
    return (Leaf(letter, one) for letter, parts in found.items() for one in parts)


def leaf_page(words: Words, leaf: Leaf) -> bytes:
    path, part = part_path(leaf.stem, leaf.part.mark), leaf.part
    further = ways(words, leaf.stem, part)
    back = el("p", link("index.html", words.say("names.back")))
    title = titled(words.say("names.letter", letter=leaf.letter), part)
    top = [el("p", way_down(words, part))] if part.all else []
    return page(words, path, title, *top, el("ul", *map(_line, part.things), class_="names"), further, back)


def _line(one: Word) -> Html:
    language = f' lang="{escaped(one.language)}"' if one.language else ""
    born = f" <small>{escaped(one.born)}</small>" if one.born else ""
    return Html(f'<li><a href="../p/{one.short}.html"><bdi{language}>{escaped(one.form)}</bdi></a>{born}</li>')


def names_index(words: Words, ranges: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]) -> bytes:
    """All letters; those of many names with the first letters of the words with which each page begins."""
    path = "names/index.html"
    known = dict(ranges)
    sections = [el("p", words.say("names.how" if ranges else "list.nobody"))]
    for script, letters in _SCRIPTS:
        lines = [_letter(letter, known.pop(letter)) for letter in letters if letter in known]
        if lines:
            sections.append(el("section", el("h2", words.say(f"names.{script}")), el("ul", *lines, class_="index")))
    if known:
        lines = [_letter(letter, starts) for letter, starts in known.items()]
        sections.append(el("section", el("h2", words.say("names.others")), el("ul", *lines, class_="index")))
    return page(words, path, words.say("names.title"), *sections)


def _letter(letter: str, starts: tuple[tuple[str, str], ...]) -> Html:
    stem = f"{ord(letter):04x}"
    head = link(f"{stem}.html", el("b", letter))
    more = [link(part_path(stem, mark), f"{start}…") for mark, start in starts]
    return el("li", head, *(Html(f" {one}") for one in more))
