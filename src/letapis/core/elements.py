"""One element of a norm on one situation: what satisfies it, what defeats it, what is open, and why. Section 3 of the law page.

A contested fact is tried with each of its values: only when the result of the element changes with the value is the element
contested. A contested fact that could never satisfy the element leaves it unknown, so that a dispute alone never carries a norm.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, Final

from letapis.core.norms import ANSWER, Element
from letapis.core.predicates import Known, Predicate, World, any_of
from letapis.core.situation import Situation

SILENT: Final = frozenset({"none", "no_substance", "late"})
ANSWERED: Final = "substantive"
_MAX_WORLDS: Final = 256


class Outcome(StrEnum):
    """Result of an element."""

    MET = "met"
    NOT_MET = "not_met"
    CONTESTED = "contested"
    UNREBUTTED = "unrebutted"
    UNJUSTIFIED = "unjustified"
    UNKNOWN = "unknown"


_CARRIES: Final = frozenset({Outcome.MET, Outcome.CONTESTED, Outcome.UNREBUTTED, Outcome.UNJUSTIFIED})
_QUESTIONS: Final = frozenset({Outcome.UNKNOWN, Outcome.UNREBUTTED, Outcome.UNJUSTIFIED})


@dataclass(frozen=True, slots=True)
class Judgement:
    """Decision of a named reviewer about a judgement element; ``ref`` is the record that holds the reasons."""

    confirmed: bool
    member: bytes
    ref: bytes


@dataclass(frozen=True, slots=True)
class PredicateResult:
    """A predicate that matters for the result: its text, the facts it reads, the claims that carry them, their lowest standing."""

    text: str
    facts: tuple[str, ...]
    refs: tuple[bytes, ...]
    level: int


@dataclass(frozen=True, slots=True)
class ElementResult:
    """Result with everything a reviewer needs: both sides, open defeaters, contested facts, questions, the judgement if there is one.

    ``owed``: what puts the State to its proof where it has not been asked yet. ``level`` is the lowest standing that the result rests on, -1
    where it rests on no fact.
    """

    key: str
    role: str
    judge: bool
    burden: str
    result: Outcome
    satisfied: tuple[PredicateResult, ...]
    defeated: tuple[PredicateResult, ...]
    open_defeaters: tuple[PredicateResult, ...]
    contested_facts: tuple[str, ...]
    missing: tuple[str, ...]
    judgement: Judgement | None
    owed: tuple[PredicateResult, ...] = ()

    @property
    def confirmed(self) -> bool | None:
        return None if self.judgement is None else self.judgement.confirmed

    @property
    def refs(self) -> tuple[bytes, ...]:
        return tuple(dict.fromkeys(ref for part in (*self.satisfied, *self.defeated, *self.owed) for ref in part.refs))

    @property
    def named(self) -> tuple[bytes, ...]:
        """Claims on either side, open defeaters among them."""
        return tuple(dict.fromkeys((*self.refs, *(ref for part in self.open_defeaters for ref in part.refs))))

    @property
    def level(self) -> int:
        deciding = self.defeated if self.result is Outcome.NOT_MET else self.satisfied or self.owed
        return max((part.level for part in deciding), default=-1)


def counts(outcome: Outcome, judge: bool, confirmed: bool | None, *, strict: bool) -> bool | None:
    """Truth of an element in the logic. Strict: met, and confirmed where a judgement is due. Else unconfirmed, contested, unrebutted
    and unjustified count as met."""
    if outcome is Outcome.MET:
        return None if strict and judge and not confirmed else True
    if outcome in _CARRIES:
        return None if strict else True
    return False if outcome is Outcome.NOT_MET else None


def examine(element: Element, situation: Situation, judgement: Judgement | None) -> ElementResult:
    """Result of one element. A judgement counts only for an element that asks for one; a refusal decides, a confirmation needs the facts."""
    judgement = judgement if element.judge else None
    if judgement is None and element.facts.isdisjoint(situation.facts):
        return _untouched(element, _state_was_silent(situation.world))
    if element.facts.isdisjoint(situation.contested):
        return _settled(element, situation, judgement)
    contested = tuple(sorted(element.facts & situation.contested.keys()))
    worlds = tuple(_worlds(element, situation, contested))
    owed = _owed(element, worlds, situation)
    outcome, deciding = _outcome(element, worlds, contested, _unknown(element, _state_was_silent(situation.world), owed))
    satisfied = _holding(element.satisfied_by, worlds, situation, True)
    defeated = _holding(element.defeated_by, worlds, situation, True)
    open_defeaters = _holding(element.defeated_by, worlds, situation, None)
    if judgement is not None and not judgement.confirmed:
        outcome = Outcome.NOT_MET
    missing = _missing(element, worlds) if outcome in _QUESTIONS else ()
    return _result(element, outcome, satisfied, defeated, open_defeaters, deciding, missing, judgement, owed)


@lru_cache(maxsize=4096)
def _untouched(element: Element, silent: bool) -> ElementResult:
    """The result of an element of whose facts nothing is known: most elements of most dossiers, so it is found once."""
    return _settled(element, Situation({}), None, silent=silent)


def _settled(element: Element, situation: Situation, judgement: Judgement | None, *, silent: bool | None = None) -> ElementResult:
    """The same where no fact of the element is contested: each condition is looked at once."""
    world, truth = situation.world, situation.truth
    pro = [(predicate, truth(predicate)) for predicate in element.satisfied_by]
    contra = [(predicate, truth(predicate)) for predicate in element.defeated_by]
    for_it, against = any_of([holds for _, holds in pro]), any_of([holds for _, holds in contra])
    owed = _owed(element, (world,), situation)
    outcome = _of_truths(for_it, against, _unknown(element, _state_was_silent(world) if silent is None else silent, owed))
    if judgement is not None and not judgement.confirmed:
        outcome = Outcome.NOT_MET
    missing: tuple[str, ...] = ()
    if outcome in _QUESTIONS:
        missing = tuple(dict.fromkeys(fact for predicate, holds in pro if holds is None for fact in predicate.open_facts(world)))
    satisfied = tuple([_carrying(predicate, situation) for predicate, holds in pro if holds])
    defeated = tuple([_carrying(predicate, situation) for predicate, holds in contra if holds])
    open_defeaters = tuple([_carrying(predicate, situation) for predicate, holds in contra if holds is None])
    return _result(element, outcome, satisfied, defeated, open_defeaters, (), missing, judgement, owed)


def _result(element: Element, outcome: Outcome, *found: Any) -> ElementResult:
    made = ElementResult(element.key, element.role, element.judge, element.burden, outcome, *found)
    return made if outcome is Outcome.UNJUSTIFIED or not made.owed else replace(made, owed=())


def _worlds(element: Element, situation: Situation, contested: tuple[str, ...]) -> Iterator[World]:
    """The settled facts with every choice of sides for the contested ones; past the limit only each side alone, the rest unknown."""
    if not contested:
        yield situation.world
        return
    base = {fact: situation.world[fact] for fact in element.facts if fact in situation.world}
    sides = [situation.contested[fact] for fact in contested]
    if prod(len(side) for side in sides) <= _MAX_WORLDS:
        for choice in product(*sides):
            yield base | dict(zip(contested, choice, strict=True))
    else:
        for fact, side in zip(contested, sides, strict=True):
            for known in side:
                yield {**base, fact: known}


def _outcome(element: Element, worlds: tuple[World, ...], contested: tuple[str, ...], unknown: Outcome) -> tuple[Outcome, tuple[str, ...]]:
    """Outcome over all worlds, with the contested facts when they decide it."""
    outcomes = {_in_world(element, world, unknown) for world in worlds}
    if len(outcomes) == 1:
        return outcomes.pop(), ()
    return (Outcome.CONTESTED if outcomes & _CARRIES else Outcome.UNKNOWN), contested


def _state_was_silent(world: Mapping[str, Known]) -> bool:
    response = world.get(ANSWER)
    return response is not None and response.value in SILENT


def _owed(element: Element, worlds: tuple[World, ...], situation: Situation) -> tuple[PredicateResult, ...]:
    """What alone puts the State to its proof: conditions that hold whichever side of a dispute is right, unless it answered in substance."""
    if not element.prima_facie:
        return ()
    response = situation.world.get(ANSWER)
    if response is not None and response.value == ANSWERED:
        return ()
    return tuple(_carrying(p, situation) for p in element.prima_facie if all(p.holds(world) for world in worlds))


def _in_world(element: Element, world: World, unknown: Outcome) -> Outcome:
    for_it = any_of(predicate.holds(world) for predicate in element.satisfied_by)
    against = any_of(predicate.holds(world) for predicate in element.defeated_by)
    return _of_truths(for_it, against, unknown)


def _of_truths(for_it: bool | None, against: bool | None, unknown: Outcome) -> Outcome:
    if for_it and against:
        return Outcome.CONTESTED
    if for_it:
        return Outcome.MET
    if against or for_it is False:
        return Outcome.NOT_MET
    return unknown


def _unknown(element: Element, silent: bool, owed: tuple[PredicateResult, ...]) -> Outcome:
    """What an element is of which the facts say neither yes nor no."""
    if silent and element.burden == "state":
        return Outcome.UNREBUTTED
    return Outcome.UNJUSTIFIED if owed else Outcome.UNKNOWN


def _holding(predicates: tuple[Predicate, ...], worlds: tuple[World, ...], situation: Situation, wanted: bool | None) -> tuple[PredicateResult, ...]:
    """Predicates with this truth in some world, and (for open ones) with no certain truth in any."""
    found = []
    for predicate in predicates:
        truths = {predicate.holds(world) for world in worlds}
        if wanted in truths and (wanted is not None or True not in truths):
            found.append(_carrying(predicate, situation))
    return tuple(found)


def _carrying(predicate: Predicate, situation: Situation) -> PredicateResult:
    """A predicate with the claims behind its facts and their lowest standing."""
    known = [situation.facts[fact].level for fact in predicate.facts if fact in situation.facts]
    return PredicateResult(predicate.text, predicate.facts, situation.refs(predicate.facts) if known else (), min(known, default=-1))


def _missing(element: Element, worlds: tuple[World, ...]) -> tuple[str, ...]:
    """Unknown facts of predicates that could still satisfy the element."""
    open_ones = (fact for p in element.satisfied_by for world in worlds if p.holds(world) is None for fact in p.open_facts(world))
    return tuple(dict.fromkeys(open_ones))
