"""What is reported of an official beside reported acts: a part that somebody says they had, and command over the place at the time.

Nothing here says that anybody did anything. Command over a place is shown apart from a part in an act, and both with what the dates decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from letapis.core.command import Days, Parent, Span, Step, Tenure, Truth, chain
from letapis.core.dates import bounds


class There(NamedTuple):
    """That somebody was in a place for a time, and the reference of the claim that says so."""

    place: str
    span: Span
    claim: bytes


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a claim says was done to somebody, on a day that is a partial date. ``places``: where they were."""

    ref: bytes
    day: str
    places: tuple[There, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A post from which the place, or a body above it, was headed: ``up`` bodies above the place.

    ``claims``: what it rests on besides the post itself, by reference: that the person was there, which body stood above which. One act may
    have several of one post, each on other claims.
    """

    post: bytes
    body: str
    up: int
    truth: Truth
    claims: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Involvement:
    """An act with what is reported of the official beside it: ``parts`` are references of claims on a part in an act of that time."""

    act: bytes
    parts: tuple[bytes, ...]
    commands: tuple[Command, ...]


def involvements(acts: Iterable[Act], parts: Sequence[tuple[bytes, Span]], tenures: Sequence[Tenure], parents: Sequence[Parent]) -> list[Involvement]:
    """Acts beside which anything is reported of the official whose ``parts`` and ``tenures`` these are, in the order given."""
    found = []
    for act in acts:
        day = bounds(act.day)
        commands = tuple(one for there in act.places for one in _commands(there, act.day, tenures, parents))
        told = tuple(ref for ref, span in parts if _may_be_of(span, day))
        if told or commands:
            found.append(Involvement(act.ref, told, commands))
    return found


def _may_be_of(span: Span, day: Days) -> bool:
    """A part that is told of a time is one in the acts of that time; one that is told of no time is not put beside any act."""
    return bool(span.since or span.until) and span.at(day) is not Truth.NOT


def _commands(told: There, day: str, tenures: Sequence[Tenure], parents: Sequence[Parent]) -> Iterable[Command]:
    """Command over a place, no more certain than that the person was there and that the bodies between stood so."""
    there = told.span.at(bounds(day))
    if there is Truth.NOT:
        return
    nearest: dict[bytes, Command] = {}
    for up, step, sure, claims in _upwards(chain(told.place, day, parents, tenures), 0, there is Truth.CERTAIN, (told.claim,)):
        for one in step.held:
            truth = Truth.CERTAIN if sure and one.truth is Truth.CERTAIN else Truth.POSSIBLE
            known = nearest.get(one.tenure.post)
            if known is None or (known.truth is not Truth.CERTAIN and truth is Truth.CERTAIN):
                nearest[one.tenure.post] = Command(one.tenure.post, step.body, up, truth, claims)
    yield from nearest.values()


def _upwards(step: Step, up: int, sure: bool, claims: tuple[bytes, ...]) -> Iterable[tuple[int, Step, bool, tuple[bytes, ...]]]:
    yield up, step, sure, claims
    for one in step.above:
        if one.step:
            said = (*claims, one.parent.claim) if one.parent.claim else claims  # the line of a register is no claim
            yield from _upwards(one.step, up + 1, sure and one.truth is Truth.CERTAIN, said)
