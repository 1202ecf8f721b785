"""Columns chosen by hand: what each of a list's columns means, as a mapping's file would say it, and back.

A meaning is a fact of the vocabulary, or one of a few words: the number by which the list knows an entry, a whole name or a part of one,
another name. A death is held back whatever the column says, and so is an end that is still to come: a person looks at it first.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from letapis.core.listing_guess import KEY, NAME, PARTS
from letapis.core.listing_mapping import ALIAS, KINDS, PERSON, PRIMARY, Field, ListMapping
from letapis.core.listing_twice import twice
from letapis.core.vocabulary import Fact, FactType, Vocabulary

WORDS: Final = (KEY, NAME, *PARTS, ALIAS)
DEATH, FUTURE = "death", "future_date"
_DEATHS: Final = frozenset({"listed.died", "death.in_custody", "sentence.executed"})
_ENDS: Final = frozenset({"detention.end", "verdict.date", "verdict.appeal_date"})
_OFTEN: Final = frozenset({"identity", "office"})  # groups of which every fact is offered
_READERS: Final = {
    FactType.BOOL: "flag",
    FactType.NUMBER: "number",
    FactType.DATE: "date",
    FactType.ENUM: "member",
    FactType.TEXT: "text",
}
_OWN_READERS: Final = {"charge.article": "articles", "sentence.months": "term", "detention.place": "place"}


def meanings(mapping: ListMapping) -> dict[str, str]:
    """What each column means in a mapping: the first thing of several."""
    found: dict[str, str] = dict.fromkeys(mapping.key, KEY)
    for name in mapping.names:
        if name.role != PRIMARY:
            found.setdefault(name.column, ALIAS)
        elif name.parts:
            found |= {column: part for column, part in zip((name.column, *name.parts), PARTS, strict=False) if column not in found}
        else:
            found.setdefault(name.column, NAME)
    for one in mapping.fields:
        found.setdefault(one.column, one.property)
    return found


def offered(vocabulary: Vocabulary, mappings: Iterable[ListMapping], proposed: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Facts that a column may be, by their group: those that ready mappings read, those that were proposed, and who somebody is."""
    read = {one.property for mapping in mappings for one in mapping.fields} | set(proposed)
    groups = ((group.id, tuple(name for name in group.facts if name in read or group.id in _OFTEN)) for group in vocabulary.groups)
    return tuple((name, facts) for name, facts in groups if facts)


def form_of(chosen: Mapping[str, str], kind: str, vocabulary: Vocabulary, guessed: ListMapping | None = None) -> dict[str, Any]:
    """A mapping as its file would say it, from what was chosen for each column. A choice that is none is left out, but where a title stands
    twice it is said that the other column is not meant; a field that was proposed keeps the reader it was proposed with."""
    known = {(one.column, one.property): one for one in (guessed.fields if guessed else ())}
    names: list[dict[str, Any]] = [{"column": column} for column, meaning in chosen.items() if meaning == NAME]
    parts = [column for part in PARTS for column, meaning in chosen.items() if meaning == part]
    if parts:
        names.insert(0, {"column": parts[0], "parts": parts[1:], "order": "surname_first"})
    names += [{"column": column, "role": ALIAS} for column, meaning in chosen.items() if meaning == ALIAS]
    fields = [
        _field(column, vocabulary.fact(meaning), known.get((column, meaning))) for column, meaning in chosen.items() if meaning in vocabulary
    ]
    form: dict[str, Any] = {"key": [column for column, meaning in chosen.items() if meaning == KEY], "names": names, "fields": fields}
    left = [column for some in twice(list(chosen)).values() for column in some if not chosen[column]]
    return form | ({"drop": left} if left else {}) | {"kind": kind if kind in KINDS else PERSON, "joined": "files"}


def _field(column: str, fact: Fact, known: Field | None) -> dict[str, Any]:
    told: dict[str, Any] = {"column": column, "property": fact.id, "reader": known.reader if known else reader_of(fact)}
    if known and known.options:
        told["options"] = dict(known.options)
    if fact.id in _DEATHS:
        told |= {"hold": "always", "held": DEATH}
    elif fact.id in _ENDS:
        told |= {"hold": "future", "held": FUTURE}
    return told


def reader_of(fact: Fact) -> str:
    """Which reader understands the cells of a fact."""
    if fact.id in _OWN_READERS:
        return _OWN_READERS[fact.id]
    if fact.type is FactType.LIST:
        return "members" if fact.items == "enum" else "country" if fact.names_country else "words"
    return _READERS[fact.type]
