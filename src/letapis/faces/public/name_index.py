"""Search without script: every word of every form of a name stands under its first letter, in Latin and in Cyrillic letters."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from letapis.faces.public.frame import page
from letapis.faces.public.html import Html, el, escaped, link
from letapis.faces.public.links import numbered
from letapis.faces.public.lists import NAMES, SHORT, cut, pages
from letapis.faces.public.name_words import Word
from letapis.faces.public.people import Person
from letapis.faces.public.words import Words

_SCRIPTS: Final = (("latin", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), ("cyrillic", "АБВГҐДЕЁЄЖЗІЇИЙКЛМНОПРСТУЎФХЦЧШЩЪЫЬЭЮЯ"))


@dataclass(frozen=True)
class Leaf:
    """One page of a letter."""

    letter: str
    number: int
    parts: int
    words: tuple[Word, ...]

    @property
    def stem(self) -> str:
        return stem_of(self.letter)


Index = Mapping[str, list[tuple[Word, ...]]]


def index(people: Iterable[Person], known: Index | None = None) -> dict[str, list[tuple[Word, ...]]]:
    """Words of all named persons by first letter, cut into pages. ``known``: letters of which it is known already what stands under them."""
    letters: defaultdict[str, list[Word]] = defaultdict(list)
    for one in people:
        for letter, word in one.words:
            letters[letter].append(word)
    return {letter: (known or {}).get(letter) or _cut(letters[letter]) for letter in sorted(letters)}


def _cut(words: Iterable[Word]) -> list[tuple[Word, ...]]:
    return cut(sorted(words), NAMES, SHORT)


def stem_of(letter: str) -> str:
    """How the addresses of a letter begin."""
    return f"names/{ord(letter):04x}"


def leaves(found: Index) -> Iterable[Leaf]:
    for letter, parts in found.items():
        for number, some in enumerate(parts, 1):
            yield Leaf(letter, number, len(parts), some)


def leaf_page(words: Words, leaf: Leaf) -> bytes:
    path = numbered(leaf.stem, leaf.number)
    lines = [_line(one) for one in leaf.words]
    ways = pages(words, leaf.stem, leaf.number, leaf.parts)
    back = el("p", link("index.html", words.say("names.back")))
    return page(words, path, words.say("names.letter", letter=leaf.letter), ways, el("ul", *lines, class_="names"), ways, back)


def _line(one: Word) -> Html:
    named = el("bdi", one.form, lang=one.language or None)
    born = f" <small>{escaped(one.born)}</small>" if one.born else ""
    return Html(f"<li>{link(f'../p/{one.short}.html', named)}{born}</li>")


def names_index(words: Words, ranges: tuple[tuple[str, tuple[str, ...]], ...]) -> bytes:
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


def _letter(letter: str, starts: tuple[str, ...]) -> Html:
    stem = f"{ord(letter):04x}"
    head = link(f"{stem}.html", el("b", letter))
    more = [link(numbered(stem, at), f"{start}…") for at, start in enumerate(starts, 1)] if len(starts) > 1 else []
    return el("li", head, *(Html(f" {one}") for one in more))
