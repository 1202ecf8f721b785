"""What is settled, contested or unknown about one person: claims become the facts that rules read.

Claims are counted at a floor: those whose standing lies below it decide nothing, but are kept beside the fact when they say
otherwise. Two different values at the floor make a fact contested; nobody chooses between them here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from letapis.core.predicates import Known, Predicate
from letapis.core.vocabulary import Value, canonical_value


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """A claim as rules see it: its reference, property, typed value and standing (``core.standing.Level`` or its number)."""

    ref: bytes
    property: str
    value: Value
    level: int
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a fact with the claims that carry it; ``level`` is the best standing among them."""

    value: Value
    refs: tuple[bytes, ...] = ()
    level: int = 0
    partial: bool = False


@dataclass(frozen=True, slots=True)
class FactState:
    """State of one fact that has claims: one side is settled, more are contested. ``opposing`` are claims below the floor that disagree."""

    sides: tuple[Side, ...]
    opposing: tuple[bytes, ...] = ()

    @property
    def contested(self) -> bool:
        return len(self.sides) > 1

    @property
    def value(self) -> Value | None:
        """The settled value; None when contested."""
        return None if self.contested else self.sides[0].value

    @property
    def supporting(self) -> tuple[bytes, ...]:
        return self.sides[0].refs if len(self.sides) == 1 else tuple(dict.fromkeys(ref for side in self.sides for ref in side.refs))

    @property
    def level(self) -> int:
        return min(side.level for side in self.sides)


@dataclass(frozen=True)
class Situation:
    """Facts of one person at one floor. A fact that is not in ``facts`` is unknown."""

    facts: Mapping[str, FactState]
    floor: int = 0

    @cached_property
    def world(self) -> Mapping[str, Known]:
        """Settled facts only, as predicates read them."""
        return {fact: Known(state.sides[0].value, state.sides[0].partial) for fact, state in self.facts.items() if not state.contested}

    @cached_property
    def contested(self) -> Mapping[str, tuple[Known, ...]]:
        """Contested facts with the value of each side."""
        return {fact: tuple(Known(side.value, side.partial) for side in state.sides) for fact, state in self.facts.items() if state.contested}

    @cached_property
    def _truths(self) -> dict[Predicate, bool | None]:
        return {}

    def truth(self, predicate: Predicate) -> bool | None:
        """Truth of a predicate on the settled facts, found once: many elements of many norms ask for the same."""
        if predicate not in self._truths:
            self._truths[predicate] = predicate.holds(self.world)
        return self._truths[predicate]

    def refs(self, facts: Iterable[str]) -> tuple[bytes, ...]:
        """Claims that carry these facts, each once."""
        states = [self.facts[fact] for fact in facts if fact in self.facts]
        if len(states) == 1:
            return states[0].supporting
        return tuple(dict.fromkeys(ref for state in states for ref in state.supporting))


def settled(values: Mapping[str, Value], partial: Iterable[str] = (), floor: int = 0) -> Situation:
    """Situation in which every given value is agreed: for files of facts and for worked examples."""
    open_lists = frozenset(partial)
    return Situation({fact: FactState((Side(value, level=floor, partial=fact in open_lists),)) for fact, value in values.items()}, floor)


def facts_from(claims: Iterable[ClaimFact], floor: int) -> Situation:
    """Situation from the claims about one person, read at ``floor``. The order of the claims does not matter."""
    ordered = sorted(claims, key=lambda claim: (claim.property, claim.ref))
    facts = {}
    for name, group in groupby(ordered, key=lambda claim: claim.property):
        state = _state(tuple(group), floor)
        if state is not None:
            facts[name] = state
    return Situation(facts, floor)


def _state(claims: tuple[ClaimFact, ...], floor: int) -> FactState | None:
    counted = tuple(claim for claim in claims if claim.level >= floor)
    if not counted:
        return None
    listed = all(isinstance(claim.value, tuple) for claim in counted)
    sides = _list_sides(counted) if listed else _value_sides(counted)
    below = tuple(claim.ref for claim in claims if claim.level < floor and not any(_agrees(claim.value, side.value) for side in sides))
    return FactState(sides, below)


def _value_sides(claims: tuple[ClaimFact, ...]) -> tuple[Side, ...]:
    """One side a distinct value; only identical numbers and dates agree."""
    by_value: dict[str, list[ClaimFact]] = {}
    for claim in claims:
        by_value.setdefault(canonical_value(claim.value), []).append(claim)
    return tuple(_side(group[0].value, group, partial=False) for _, group in sorted(by_value.items()))


def _list_sides(claims: tuple[ClaimFact, ...]) -> tuple[Side, ...]:
    """Lists add up. "Examined, and none" against any member is a contradiction. The sum is complete if one complete claim holds all of it."""
    none = [claim for claim in claims if claim.value == () and not claim.partial]
    members = tuple(sorted({item for claim in claims if isinstance(claim.value, tuple) for item in claim.value}))
    if not members:
        return (_side((), claims, partial=not none),)
    some = [claim for claim in claims if claim not in none]
    complete = any(not claim.partial and isinstance(claim.value, tuple) and set(claim.value) == set(members) for claim in some)
    adding = _side(members, some, partial=not complete)
    return (_side((), none, partial=False), adding) if none else (adding,)


def _side(value: Value, claims: Iterable[ClaimFact], *, partial: bool) -> Side:
    group = tuple(claims)
    return Side(value, tuple(claim.ref for claim in group), max(claim.level for claim in group), partial)


def _agrees(value: Value, side: Value) -> bool:
    if isinstance(value, tuple) and isinstance(side, tuple):
        return bool(value) == bool(side) and set(value) <= set(side)
    return canonical_value(value) == canonical_value(side)
