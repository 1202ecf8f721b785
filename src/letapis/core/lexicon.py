"""What the reader of notes knows: words for concepts, patterns of concepts that make a claim, words of dates, names of places. All of it is data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.note_dates import DateWords, Tense, read_date_words
from letapis.core.note_names import Names, read_names
from letapis.core.note_words import Concepts, fold, read_concepts
from letapis.core.reference import ReferenceList
from letapis.core.vocabulary import FactType, Vocabulary

_SETS: Final = ("joints", "contrast", "ands", "short", "me", "other", "fillers", "places", "aside", "articles", "opening", "auxiliary", "latin")


@dataclass(frozen=True, slots=True)
class Pattern:
    """``needs``: one of each group of concepts; ``without``: none of these; ``said``: it may also stand in somebody's quoted words;
    ``weak``: only where nothing unknown stands before it or right behind. How value and dates are read: ``core/proposal_values.py``."""

    fact: str
    value: str
    needs: tuple[frozenset[str], ...]
    without: frozenset[str]
    dates: str
    tense: Tense
    kin: bool
    flip: bool
    has: str
    around: frozenset[str]
    not_around: frozenset[str]
    alone: bool
    said: bool
    weak: bool


@dataclass(frozen=True)
class Lexicon:
    """Everything that the reader of notes knows."""

    concepts: Concepts
    patterns: Mapping[str, Sequence[Pattern]]
    dates: DateWords
    names: Names
    lists: frozenset[str]
    joints: frozenset[str]
    contrast: frozenset[str]
    ands: frozenset[str]
    short: frozenset[str]
    me: frozenset[str]
    other: frozenset[str]
    fillers: frozenset[str]
    places: frozenset[str]
    aside: frozenset[str]
    articles: frozenset[str]
    opening: frozenset[str]
    auxiliary: frozenset[str]
    latin: frozenset[str]
    usual: tuple[str, ...]
    quiet: frozenset[str]


def read_lexicon(tables: Mapping[str, Mapping[str, Any]], reference: Mapping[str, ReferenceList], vocabulary: Vocabulary) -> Lexicon:
    """The lexicon from its files: ``words``, ``dates``, ``names`` and, under any other name, patterns with their concepts."""
    words = tables["words"]
    patterns: dict[str, list[Pattern]] = {}
    concepts: list[Mapping[str, Mapping[str, Sequence[str]]]] = [words["concepts"]]
    for name, table in tables.items():
        if name in ("words", "dates", "names"):
            continue
        concepts.append(table.get("concepts", {}))
        for entry in table["patterns"]:
            pattern = _pattern(entry)
            vocabulary.fact(pattern.fact)
            for concept in pattern.needs[0] if pattern.needs else ("",):
                patterns.setdefault(concept, []).append(pattern)
    sets = {name: frozenset(map(fold, words["sets"][name])) for name in _SETS}
    return Lexicon(
        read_concepts(concepts, words["sets"]["negations"]),
        patterns,
        read_date_words(tables["dates"]),
        read_names(tables["names"], reference),
        frozenset(fact.id for fact in vocabulary.facts.values() if fact.type is FactType.LIST),
        usual=tuple(map(fold, words["sets"]["usual"])),
        quiet=frozenset(words["sets"]["quiet"]),
        **sets,
    )


def _pattern(entry: Mapping[str, Any]) -> Pattern:
    return Pattern(
        entry["fact"],
        entry["value"],
        tuple(map(_slot, entry.get("needs", ()))),
        frozenset(entry.get("without", ())),
        entry.get("dates", "valid"),
        Tense(entry.get("tense", "past")),
        entry.get("kin", False),
        entry.get("flip", False),
        entry.get("has", ""),
        _slot(entry.get("around", "")),
        _slot(entry.get("not_around", "")),
        entry.get("alone", False),
        entry.get("said", False),
        entry.get("weak", False),
    )


def _slot(text: str) -> frozenset[str]:
    return frozenset(text.split("|")) if text else frozenset()
