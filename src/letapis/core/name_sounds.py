"""How a word of a name is repaired and heard: one script, no marks that nobody sees, and the sounds of each way to read its letters.

Spellings of one name disagree about vowels, softness and endings, and agree about little more than consonants. So a word has its sounds
(three vowels, one letter for each consonant) and its bones (the consonants alone), several of each where letters can be read in more ways.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from letapis.core.errors import Damaged

LONGEST: Final = 60
_READINGS: Final = 6
_ENDED: Final = 2
_MARKS: Final = 0xE000  # of private use: no letter that is heard, and none of ASCII, as all that is heard of Latin letters is
_VOWELS: Final = {**dict.fromkeys("aeo", "a"), **dict.fromkeys("iyj", "y"), "u": "u"}
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_CYRILLIC_ALONE: Final = re.compile(r"[\u0400-\u052f]+")
# Small Latin letters that look like none of the other alphabet, nor like a letter of it in a capital's shape.
_LATIN_ALONE: Final = frozenset("dfglnqruvwz")
_SOFTENED: Final = re.compile("(?<=[au])y+|y+(?=[au])")
_DOUBLE: Final = re.compile(r"(.)(?=\1)")
_SHORT_U: Final = re.compile(r"(?<=a)u|\Au(?=[^ayu])")


class _Table(dict[int, str]):
    """Letters for ``str.translate``; what is not in it is asked of ``otherwise``, once."""

    def __init__(self, letters: Mapping[str, str], otherwise: Callable[[str], str]) -> None:
        super().__init__((ord(letter), other) for letter, other in letters.items() if len(letter) == 1)
        self._otherwise = otherwise

    def __missing__(self, letter: int) -> str:
        found = self[letter] = self._otherwise(chr(letter))
        return found


class _Spelt(dict[str, str]):
    """The sound of each spelling of Latin letters; of a letter that is not in it, its own."""

    def __missing__(self, part: str) -> str:
        found = self[part] = _letter(part)
        return found


@dataclass(frozen=True)
class Letters:
    """The letters of both scripts as data. Made by ``read_letters``.

    ``latin``: the sound of each spelling, for a doubtful one a mark that is no letter; ``doubtful``: by its mark the ways to read it.
    """

    to_cyrillic: Mapping[int, str]
    to_latin: Mapping[int, str]
    silent: re.Pattern[str]
    digits_cyrillic: Mapping[int, str]
    digits_latin: Mapping[int, str]
    cyrillic: Mapping[int, str]
    plain: Mapping[int, str]
    alike: Mapping[int, str]
    latin: Mapping[str, str]
    doubtful: Mapping[str, tuple[str, ...]]
    endings: tuple[tuple[str, str], ...]
    beginnings: tuple[tuple[str, str], ...]
    initials: Mapping[str, frozenset[str]]
    spelled: re.Pattern[str]

    @cached_property
    def begun(self) -> tuple[str, ...]:
        """The beginnings alone."""
        return tuple(beginning for beginning, _ in self.beginnings)

    @cached_property
    def ended(self) -> tuple[str, ...]:
        """The endings alone."""
        return tuple(ending for ending, _ in self.endings)


def read_letters(table: Mapping[str, Any]) -> Letters:
    """Raises Damaged when a part is missing or is no pair."""
    try:
        repair, sounds = table["repair"], table["sounds"]
        doubts = {key: tuple(value.split(",")) for key, value in _pairs(sounds["doubtful"])}
        marks = {key: chr(_MARKS + at) for at, key in enumerate(doubts)}
        latin = dict(_pairs(sounds["latin"]))
        both = sorted({*doubts, *latin}, key=lambda one: (-len(one), one))
        return Letters(
            to_cyrillic=_letters_for(repair["latin"], repair["cyrillic"]) | {ord(a): b for a, b in _pairs(repair["only_cyrillic"])},
            to_latin=_letters_for(repair["cyrillic"], repair["latin"]),
            silent=re.compile(f"[{re.escape(repair['silent'])}]+"),
            digits_cyrillic={ord(a): b for a, b in _pairs(repair["digits_cyrillic"])},
            digits_latin={ord(a): b for a, b in _pairs(repair["digits_latin"])},
            cyrillic=_Table(dict(_pairs(sounds["cyrillic"])), lambda _: ""),
            plain=_Table(dict(_pairs(sounds["plain"])), _without_marks),
            alike={ord(a): b for a, b in _pairs(sounds["alike"])},
            latin=_Spelt(latin | marks),
            doubtful={marks[key]: ways for key, ways in doubts.items()},
            endings=tuple(_pairs(sounds["endings"])),
            beginnings=tuple(_pairs(sounds["beginnings"])),
            initials={a: frozenset(b) for a, b in _pairs(table["initials"]["letters"])},
            spelled=_spelling(both),
        )
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise Damaged("catalogue.names", "letters") from error


def _spelling(known: Sequence[str]) -> re.Pattern[str]:
    """One of these spellings, or any letter. They stand under their first letters, so that most letters are asked about once."""
    under: dict[str, list[str]] = {}
    for spelling in known:
        under.setdefault(spelling[0], []).append(re.escape(spelling[1:]))
    begun = [f"{re.escape(first)}(?:{'|'.join(rest)})" if any(rest) else re.escape(first) for first, rest in under.items()]
    return re.compile(f"[^{re.escape(''.join(under))}\n]|{'|'.join(begun)}|.")


def _letters_for(one: str, other: str) -> dict[int, str]:
    return {ord(a): b for a, b in zip(one, other, strict=True)}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pair in text.split():
        left, right = pair.split("=")
        yield left, right


def repaired(word: str, letters: Letters, cyrillic_around: bool = False) -> str:
    """The word in small letters of the script that most of it is written in, without what is not seen; digits inside it are letters again.

    ``cyrillic_around``: the rest of the name is Cyrillic, so a word that only has letters of both alphabets is Cyrillic too.
    """
    if word.isalpha() and ((word.isascii() and not cyrillic_around) or _CYRILLIC_ALONE.fullmatch(word)):
        return word.lower()[:LONGEST]
    plain = letters.silent.sub("", unicodedata.normalize("NFC", word)).lower()[:LONGEST]
    if plain.isalpha() and (_CYRILLIC_ALONE.fullmatch(plain) or (plain.isascii() and not cyrillic_around)):
        return plain
    foreign, whole = len(_CYRILLIC.findall(plain)), sum(map(str.isalpha, plain))
    lookalike = (foreign or cyrillic_around) and all(ord(letter) in letters.to_cyrillic for letter in _CYRILLIC.sub("", plain) if letter.isalpha())
    cyrillic = (foreign and 2 * foreign >= whole) or (lookalike and whole > 1)
    if cyrillic and foreign and any(letter in _LATIN_ALONE for letter in plain):
        # What is Cyrillic may only look so (Yаuhiеn): then no letter of it is Cyrillic alone.
        cyrillic = any(ord(letter) not in letters.to_latin for letter in _CYRILLIC.findall(plain))
    plain = plain.translate(letters.to_cyrillic if cyrillic else letters.to_latin) if cyrillic or foreign else plain
    return plain.translate(letters.digits_cyrillic if cyrillic else letters.digits_latin) if whole and not plain.isalpha() else plain


def in_latin(word: str, letters: Letters) -> str:
    """The word in the usual Latin letters, without their marks."""
    return word if word.isascii() else word.translate(letters.plain)


def in_one_latin(word: str, letters: Letters) -> str:
    """The same with one letter for those of which every system of romanisation takes another: г is g or h, й is i, j or y."""
    return in_latin(word, letters).translate(letters.alike)


def _without_marks(letter: str) -> str:
    """The letter itself in a script of neither alphabet."""
    plain = unicodedata.normalize("NFKD", letter)[:1]
    return plain if plain.isascii() else letter


def is_cyrillic(word: str) -> bool:
    return _CYRILLIC.search(word) is not None


def readings(word: str, letters: Letters) -> tuple[str, ...]:
    """The sounds of a repaired word, once for each way to read it, the likeliest first; never empty, but a reading may be."""
    if _CYRILLIC.search(word):
        return (_heard(word.translate(letters.cyrillic)),)
    if not word.endswith(letters.ended):
        sounds = _sounds(word, letters)
        if sounds.isascii():
            return (_heard(sounds),)
        return tuple(dict.fromkeys(map(_heard, _ways_of(sounds, letters, _READINGS))))
    return tuple(dict.fromkeys(map(_heard, _spelt(word, letters))))


def in_russian(sounds: str, letters: Letters) -> str:
    """How a surname made of a given name that the languages say in two ways is heard in the other one (Рыгораў, Григоров); empty for any other."""
    if not sounds.startswith(letters.begun):
        return ""
    return next(other + sounds[len(own) :] for own, other in letters.beginnings if sounds.startswith(own))


def retold(sounds: str, letters: Letters) -> Iterator[tuple[str, str]]:
    """The consonants that such a surname begins with and those of the other language instead, whichever of the two it is heard in."""
    for own, other in letters.beginnings:
        for here, there in ((own, other), (other, own)):
            if sounds.startswith(here):
                yield bones(here), bones(there)


def _spelt(word: str, letters: Letters) -> Iterator[str]:
    if word.endswith(letters.ended):
        for ending, sound in letters.endings:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                yield from [way + sound for way in _ways_of(_sounds(word[: -len(ending)], letters), letters, _ENDED)]
    yield from _ways_of(_sounds(word, letters), letters, _READINGS)


def _sounds(word: str, letters: Letters) -> str:
    """What is written in Latin letters, with a mark in each place that is doubtful."""
    return "".join(map(letters.latin.__getitem__, letters.spelled.findall(word)))


def _ways_of(sounds: str, letters: Letters, most: int) -> list[str]:
    """One choice for each mark of a doubtful spelling, the same wherever it stands in the word; the first choices come first."""
    ways = [sounds]
    for mark in dict.fromkeys(sounds):
        if mark in letters.doubtful:
            ways = [way.replace(mark, choice) for way in ways for choice in letters.doubtful[mark]][:most]
    return ways


def _letter(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[:1]
    return _VOWELS.get(plain) or (plain if plain.isascii() and plain.isalpha() else "")


def _heard(sounds: str) -> str:
    """A u behind a vowel is a ў, and one before a consonant at the beginning is a в; й beside a vowel is not heard, nor what is doubled."""
    plain = _SHORT_U.sub("v", sounds) if "u" in sounds else sounds
    if "ay" in plain or "ya" in plain or "uy" in plain or "yu" in plain:
        plain = _SOFTENED.sub("", plain)
    if "t" in plain:
        plain = plain.replace("ts", "t").replace("dz", "d").replace("tc", "c")
    elif "d" in plain:
        plain = plain.replace("dz", "d")
    return _DOUBLE.sub("", plain.replace("wc", "c").replace("dj", "j"))


def consonants(sounds: str) -> str:
    """The sounds without vowels."""
    return sounds.replace("a", "").replace("y", "").replace("u", "")


def once(sounds: str) -> str:
    """What is doubled is not heard twice."""
    return _DOUBLE.sub("", sounds)


def bones(sounds: str) -> str:
    """The consonants alone, none of them twice in a row."""
    return once(consonants(sounds))
