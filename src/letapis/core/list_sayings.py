"""What an entry of a list says, as the claims it becomes: each once, with the row where it stands.

Names are what the list calls somebody: the forms of the name that it gives first are names, every other one is another name. Values of one
fact that holds a list become one list; whatever three language files of a list say alike is said once.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core.dates import Certainty
from letapis.core.listing import At, Entry
from letapis.core.listing_mapping import PRIMARY
from letapis.core.vocabulary import Value, canonical_value

NAME: Final = "identity.name"
OTHER_NAME: Final = "identity.other_name"
_LABEL: Final = 200

Place = tuple[str, str, str]
"""Fact, and from when to when: what one list says there is compared with what it said before."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One claim of a list: the fact, its typed value, and where it stands."""

    property: str
    value: Value
    at: At
    certainty: str = ""
    valid_from: str = ""
    valid_to: str = ""


def place_of(said: Saying) -> Place:
    return said.property, said.valid_from, said.valid_to


def text_of(said: Saying) -> str:
    return canonical_value(said.value)


def label_of(entry: Entry) -> str:
    """How the dossier calls an entry: by its first name."""
    named = sorted(entry.names, key=lambda one: one.role != PRIMARY)
    return named[0].text[:_LABEL] if named else entry.key[:_LABEL]


def sayings(entry: Entry) -> tuple[Saying, ...]:
    """The claims of an entry, names first, in the order of its columns."""
    made: dict[tuple[Place, str], Saying] = {}
    for name in entry.names:
        if name.role == PRIMARY:
            made.setdefault(((NAME, "", ""), name.text), Saying(NAME, name.text, name.at))
    others = [name for name in entry.names if name.role != PRIMARY]
    if others:
        made[(OTHER_NAME, "", ""), ""] = Saying(OTHER_NAME, tuple(dict.fromkeys(_flat(name.text) for name in others)), others[0].at)
    for value in entry.values:
        where = (value.property, value.valid_from, value.valid_to)
        certainty = "" if value.certainty == Certainty.EXACT else value.certainty
        if isinstance(value.value, tuple):  # of one fact that holds a list a list makes one claim
            before = made.get((where, ""))
            known = before.value if before and isinstance(before.value, tuple) else ()
            members = tuple(dict.fromkeys((*known, *value.value)))
            made[where, ""] = Saying(value.property, members, before.at if before else value.at, certainty, *where[1:])
        else:
            made.setdefault((where, canonical_value(value.value)), Saying(value.property, value.value, value.at, certainty, *where[1:]))
    return tuple(made.values())


def _flat(text: str) -> str:
    """A name as a member of a list, in which commas and semicolons part members."""
    return " ".join(text.replace(",", " ").replace(";", " ").split())


def mark(source: bytes, key: str) -> bytes:
    """An entry as the journal of its list knows it again: keyed, so that the journal holds no word of the list."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16, key=source).digest()


@dataclass(frozen=True, slots=True)
class Difference:
    """What a newer list says otherwise at one place: ``old`` or ``new`` is None where it says nothing there."""

    old: Saying | None
    new: Saying | None


def differences(old: Iterable[Saying], new: Iterable[Saying]) -> tuple[Difference, ...]:
    """Place by place what is said otherwise. Of several values at one place those that both say are left, the others are paired in order."""
    before, after = _by_place(old), _by_place(new)
    found = []
    for place in dict.fromkeys((*before, *after)):
        ours, theirs = before.get(place, {}), after.get(place, {})
        left = [one for text, one in ours.items() if text not in theirs]
        came = [one for text, one in theirs.items() if text not in ours]
        for number in range(max(len(left), len(came))):
            found.append(Difference(left[number] if number < len(left) else None, came[number] if number < len(came) else None))
    return tuple(found)


def _by_place(said: Iterable[Saying]) -> Mapping[Place, dict[str, Saying]]:
    places: dict[Place, dict[str, Saying]] = {}
    for one in said:
        places.setdefault(place_of(one), {})[text_of(one)] = one
    return places
