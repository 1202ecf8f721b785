"""Which claims of one source on one person belong to one post, where nobody said so: a list tells title, body and days apart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.bodies import folded

TITLE, SINCE, UNTIL = "office.post", "office.since", "office.until"
NAMED: Final = ("office.body", "office.commands")


@dataclass(frozen=True, slots=True)
class Told:
    """One claim of a list: its reference, what it says, and the place in the list (source, item, row) where it stands."""

    ref: bytes
    property: str
    value: str
    place: tuple[object, ...]
    valid_from: str
    valid_to: str


def grouped(told: Iterable[Told]) -> list[tuple[bytes, ...]]:
    """The claims of each post, title first. One title in a row takes what stands in the row; of several each takes the bodies that its
    words name and the days that are its own. What fits no title, or two alike, is left alone: a wrong body is worse than none."""
    places: dict[tuple[object, ...], list[Told]] = defaultdict(list)
    for one in told:
        places[one.place].append(one)
    return [group for found in places.values() for group in _of_place(found)]


def _of_place(found: Sequence[Told]) -> list[tuple[bytes, ...]]:
    titles = [one for one in found if one.property == TITLE]
    others = [one for one in found if one.property != TITLE and one.property in (*NAMED, SINCE, UNTIL)]
    fits = {one.ref: [title.ref for title in titles if len(titles) == 1 or _fits(title, one)] for one in others}
    return [(title.ref, *(one.ref for one in others if fits[one.ref] == [title.ref])) for title in titles]


def _fits(title: Told, one: Told) -> bool:
    if one.property == SINCE:
        return one.value == title.valid_from
    if one.property == UNTIL:
        return one.value == title.valid_to
    said = folded(title.value)
    return folded(one.value) in said or folded(one.value) in said.replace("minister ", "ministry ")
