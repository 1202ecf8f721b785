"""Which beginning of a number counts, where two compartments begin it.

Numbers are drawn at random, so that no two dossiers begin the same one: where they do, one of them copied it from the other. Which of the two
did, no record says, for hours are what their writers say. Whoever holds both sees it: the copier never held the compartment that they
copied from, or they would not need to copy. So their word alone counts for nothing.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

BEGINS = "begins"
"""The kind of a decision: what its compartment begins counts, and not what the compartments that it names in ``parties`` begin again."""


@dataclass(frozen=True, slots=True)
class Word:
    """A member's word that what ``first`` begins counts before what ``over`` begins. ``said``: the hour it bears, and its reference."""

    first: bytes
    over: bytes
    member: bytes
    said: tuple[str, bytes]


def late(words: Iterable[Word], let_in: Mapping[bytes, Set[bytes]]) -> frozenset[bytes]:
    """Compartments whose beginnings come after those of all others. ``let_in``: who was ever let into a compartment, by its own grants.

    A word counts from whoever was let into both. Of one member on two compartments the last word counts; where two members say the opposite
    of each other, neither does."""
    latest: dict[tuple[frozenset[bytes], bytes], Word] = {}
    for word in words:
        if word.first == word.over or not all(word.member in let_in.get(place, ()) for place in (word.first, word.over)):
            continue
        pair = frozenset((word.first, word.over)), word.member
        if pair not in latest or latest[pair].said < word.said:
            latest[pair] = word
    said = {(word.first, word.over) for word in latest.values()}
    return frozenset(over for first, over in said if (over, first) not in said)
