"""Names that a note may hold, from the reference lists of a country: places of detention, bodies, courts, articles. Found by ``note_name_reader``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from letapis.core.note_words import Token, fold
from letapis.core.reference import ReferenceList

_LONGEST_ENDING: Final = 3
_ADJECTIVE: Final = re.compile("ь?[сц]к")


@dataclass(frozen=True, slots=True)
class NameSpan:
    """Tokens ``first`` to ``last`` name a ``kind`` of thing; ``value`` is how a claim says it. ``sure``: no word of context is needed."""

    kind: str
    value: str
    first: int
    last: int
    sure: bool = True


@dataclass(frozen=True)
class Names:
    """Phrases by their first word, the numbers of places by their kind, and the articles of the codes."""

    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], str, str]]]
    types: Mapping[str, str]
    numbered: Mapping[tuple[str, int], str]
    town_types: Mapping[str, str]
    towns: Sequence[tuple[str, str]]
    located: Mapping[tuple[str, str], str]
    located_types: Mapping[str, str]
    alone: Mapping[str, str]
    terms: Mapping[str, str]
    criminal: frozenset[str]
    administrative: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    served: tuple[str, ...]
    _towns: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _known: dict[str, tuple[tuple[tuple[str, ...], str, str], ...]] = field(default_factory=dict, compare=False, repr=False)

    def beginning(self, word: str) -> tuple[tuple[tuple[str, ...], str, str], ...]:
        """Phrases whose first word this may be."""
        known = self._known.get(word)
        if known is None:
            stems = (word[:length] + "*" for length in range(max(2, len(word) - _LONGEST_ENDING), len(word) + 1))
            known = tuple(entry for key in (word, *stems) for entry in self.phrases.get(key, ()))
            if len(self._known) < 1 << 16:
                self._known[word] = known
        return known

    def means(self, token: Token, *what: str) -> bool:
        """The word is one of those for one of these."""
        return any(token.text in self.words[one] for one in what)

    def town(self, word: str) -> str:
        """The town that a word names, in any case, or as an adjective: «гомельскае»."""
        known = self._towns.get(word)
        if known is None:
            rests = ((word[len(stem) :], label) for stem, label in self.towns if word.startswith(stem))
            known = next((label for rest, label in rests if len(rest) <= _LONGEST_ENDING or (len(rest) < 7 and _ADJECTIVE.match(rest))), "")
            if len(self._towns) < 1 << 16:
                self._towns[word] = known
        return known


def meets(word: str, wanted: str) -> bool:
    """A word is this one, or begins with a stem and ends within three more letters."""
    return word.startswith(wanted[:-1]) and len(word) - len(wanted) < _LONGEST_ENDING if wanted.endswith("*") else word == wanted


def read_names(table: Mapping[str, Any], lists: Mapping[str, ReferenceList]) -> Names:
    """Names from their file and the reference lists. Raises KeyError when the file names a code that no list has."""
    phrases: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}

    def keep(words: Sequence[str], kind: str, value: str) -> None:
        for phrase in words:
            first, *rest = (fold(word.rstrip("*")) + "*" * word.endswith("*") for word in phrase.split())
            phrases.setdefault(first, []).append((tuple(rest), kind, value))

    facilities, courts = lists["facilities"].entries, lists["courts"].entries
    shared = {fold(word.rstrip("*")) for words in table["shared"].values() for word in words}
    for code, entry in facilities.items():
        nicks = [nick for nick in entry.more.get("nick", ()) if not any(fold(nick).startswith(stem) for stem in shared)]
        keep([*nicks, *table["facilities"].get(code, ())], "place", entry.label["en"])
    for name, words in table["shared"].items():
        keep(words, "place", name)
    for code, words in table["agencies"].items():
        keep(words, "agency", lists["agencies"].entry(code).label["en"])
    for code, words in table["whole_courts"].items():
        keep(words, "court", courts[code].label["en"])
    for code, words in table["courts"].items():
        keep(words, "district", courts[code].label["en"])
    for code, words in table["countries"].items():
        keep(words, "country", code)
    counted = [entry for entry in facilities.values() if "number" in entry.more]
    numbered = {(kind, entry.more["number"]): entry.label["en"] for entry in counted for kind in _kinds(entry.more)}
    administrative = {code: f"CAO2021 {code}" for code in lists["administrative-code"].entries}
    for entry in lists["administrative-code"].entries.values():
        if "was" in entry.more:
            administrative.setdefault(entry.more["was"], f"{entry.more['was_in']} {entry.more['was']}")
    return Names(
        phrases,
        {fold(word): kind for kind, words in table["types"].items() for word in words},
        numbered,
        {fold(word): lists["facility-types"].entry(kind).label["en"] for kind, words in table["town_types"].items() for word in words},
        (*_towns(lists["localities"]), *_other_towns(table["towns"], lists["localities"])),
        _located(lists),
        {fold(word): kind for kind, words in table["located_types"].items() for word in words},
        {_town_of(facilities[code].more["locality"], lists): facilities[code].label["en"] for code in table["alone"]["facilities"]},
        {fold(word): months for months, words in table["terms"].items() for word in words},
        frozenset(lists["criminal-code"].entries),
        administrative,
        {name: frozenset(map(fold, words)) for name, words in table["words"].items()},
        tuple(map(fold, table["served"]["stems"])),
    )


def _kinds(more: Mapping[str, Any]) -> tuple[str, ...]:
    return (more["type"], *more.get("also_type", ()))


def _town_of(code: str, lists: Mapping[str, ReferenceList]) -> str:
    return str(lists["localities"].entry(code).label["en"]).split(",")[0]


def _located(lists: Mapping[str, ReferenceList]) -> dict[tuple[str, str], str]:
    """The only place of its kind in a town, by kind and town; "women" are colonies for women."""
    found: dict[tuple[str, str], set[str]] = {}
    for entry in lists["facilities"].entries.values():
        if "number" in entry.more:
            for kind in (*_kinds(entry.more), *(["women"] if entry.more.get("sex") == "female" else [])):
                found.setdefault((kind, _town_of(entry.more["locality"], lists)), set()).add(entry.label["en"])
    return {key: next(iter(labels)) for key, labels in found.items() if len(labels) == 1}


def _other_towns(table: Mapping[str, Sequence[str]], localities: ReferenceList) -> Iterator[tuple[str, str]]:
    for code, stems in table.items():
        for stem in stems:
            yield fold(stem), str(localities.entry(code).label["en"]).split(",")[0]


def _towns(localities: ReferenceList) -> Iterator[tuple[str, str]]:
    for entry in localities.entries.values():
        for language in ("be", "ru", "en"):
            word = fold(entry.label[language].split(",")[0].split(" / ")[0])
            if " " not in word:
                yield word.rstrip("аеыийоья") if len(word) > 4 else word, entry.label["en"].split(",")[0]
