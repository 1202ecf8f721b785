"""What the record says before organisations vote: the criteria of each ground, met, not met or unknown, and whether the person was held.

It prepares a vote and replaces none. An exclusion that nobody can answer blocks like one that stands, and is a question to somebody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from letapis.core import recognition as rules
from letapis.core.dates import is_partial_date, sort_key
from letapis.core.elements import ElementResult, PredicateResult, counts
from letapis.core.norms import Norm
from letapis.core.qualify import Qualification, Status
from letapis.core.qualify_logic import All, Logic, Not, Some, names_in
from letapis.core.recognition import Tally

EXCLUSION: Final = "exclusion"


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class TierState(StrEnum):
    """``blocked``: an exclusion that nobody can answer yet; ``excluded``: one that stands."""

    CARRIED = "carried"
    BLOCKED = "blocked"
    EXCLUDED = "excluded"
    OPEN = "open"
    NOT_CARRIED = "not_carried"


@dataclass(frozen=True)
class Criterion:
    """One element of a ground. ``one_of``: it is enough when one of those marked so is met; ``waits``: facts carry it, a reviewer has to say
    so; ``missing``: facts that nobody recorded."""

    key: str
    verdict: Verdict
    exclusion: bool
    one_of: bool
    waits: bool
    found: ElementResult

    @property
    def missing(self) -> tuple[str, ...]:
        return self.found.missing

    @property
    def refs(self) -> tuple[bytes, ...]:
        """Claims that speak for it."""
        return _refs(self.found.satisfied)

    @property
    def against(self) -> tuple[bytes, ...]:
        """Claims that speak against it."""
        return _refs((*self.found.defeated, *self.found.open_defeaters))


@dataclass(frozen=True)
class Tier:
    """One ground of the Guidelines on one person: the norm that was read, its demand, and its criteria in their order."""

    norm: str
    ground: str
    demand: str
    state: TierState
    criteria: tuple[Criterion, ...]

    @property
    def blocks(self) -> tuple[Criterion, ...]:
        """Exclusions that stand, and those that nobody can answer."""
        return tuple(one for one in self.criteria if one.exclusion and one.verdict is not Verdict.NOT_MET)


@dataclass(frozen=True, slots=True)
class Held:
    """Whether a person was held, as the record says: ``held``, ``released`` or ``unknown``, and since when."""

    state: str
    since: str = ""


def tier(norm: Norm, found: Qualification) -> Tier:
    """A ground from the reading of its norm."""
    alternatives = _alternatives(norm.logic)
    criteria = tuple(_criterion(one, one.key in alternatives) for one in found.elements)
    return Tier(norm.id, norm.recognition["ground"], norm.recognition["demand"], _state(found, criteria), criteria)


def _criterion(found: ElementResult, one_of: bool) -> Criterion:
    truth = counts(found.result, found.judge, found.confirmed, strict=True)
    verdict = Verdict.UNKNOWN if truth is None else Verdict.MET if truth else Verdict.NOT_MET
    waits = found.judge and found.confirmed is None and bool(found.satisfied)
    return Criterion(found.key, verdict, found.role == EXCLUSION, one_of, waits, found)


def _state(found: Qualification, criteria: Iterable[Criterion]) -> TierState:
    exclusions = [one.verdict for one in criteria if one.exclusion]
    if Verdict.MET in exclusions:
        return TierState.EXCLUDED
    if found.status in (Status.CONTRADICTED, Status.NOT_APPLICABLE):
        return TierState.NOT_CARRIED
    if Verdict.UNKNOWN in exclusions:
        return TierState.BLOCKED
    return TierState.CARRIED if found.status is Status.INDICATED else TierState.OPEN


def _alternatives(logic: Logic) -> frozenset[str]:
    """Keys that stand in an "or"."""
    if isinstance(logic, Some):
        return frozenset(names_in(logic))
    parts = logic.parts if isinstance(logic, All) else (logic.part,) if isinstance(logic, Not) else ()
    return frozenset[str]().union(*map(_alternatives, parts))


def _refs(parts: Iterable[PredicateResult]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(ref for part in parts for ref in part.refs))


def held(began: Iterable[str], ended: Iterable[str]) -> Held:
    """What the days on which custody began and ended add up to; of one day the end is the last word."""
    days = [(sort_key(day), 0, day) for day in began if is_partial_date(day)] + [(sort_key(day), 1, day) for day in ended if is_partial_date(day)]
    if not days:
        return Held("unknown")
    (_, end, day) = max(days)
    return Held("released" if end else "held", day)


def doubts(outcome: str, ground: str, tiers: Iterable[Tier], held_: Held, votes: Tally | None, stated: bool) -> tuple[str, ...]:
    """What speaks against recognising on this ground: none of it forbids, each wants its reason written down. ``stated``: a public statement
    of organisations stands behind it."""
    if outcome not in rules.RECOGNISES:
        return ()
    states = {one.ground: one.state for one in tiers}
    found = [_CRITERIA[state] for state in (states.get(ground),) if state in _CRITERIA]
    if outcome == rules.RECOGNISED and held_.state == "released":
        found.append("not_held")
    if outcome != rules.RECOGNISED and held_.state == "held":
        found.append("still_held")
    if votes is not None and votes.votes and not votes.carried:
        found.append("votes_against")
    if (votes is None or not votes.votes) and not stated:
        found.append("no_votes")
    return tuple(found)


_CRITERIA: Final = {
    TierState.EXCLUDED: "exclusion_stands",
    TierState.BLOCKED: "exclusion_unknown",
    TierState.NOT_CARRIED: "criteria_not_met",
    TierState.OPEN: "criteria_unknown",
}
