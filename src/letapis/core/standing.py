"""What a claim is worth.

Standing is computed from decisions and never stored as truth: the same records give the same standing in any order and however
often they arrive. A decision by the claim's own author counts for nothing, and a member counts once, whatever number of devices sign.

    retracted > disputed > verified > checked > open        and below all of them: uncounted

The rules are those of ``docs/explanation/standing.md``; ``core.corroboration`` says what the sources add up to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from letapis.core.answers import Answer


class Level(IntEnum):
    """Worth of a claim; a use reads claims at a floor, so everything that must not be relied on lies below OPEN."""

    UNCOUNTED = -3  # signed by a device after its removal or after it was compromised, and not reconfirmed
    RETRACTED = -2
    DISPUTED = -1
    OPEN = 0
    CHECKED = 1
    VERIFIED = 2


class Said(NamedTuple):
    """What the fold needs of a claim; a named tuple, because one fold makes thousands.

    ``author`` is a member, ``value`` the canonical text of the value, ``counts`` the word of the directory. ``lost``: recorded at or
    above the removal of its device, which no reconfirmation brings back. ``partial``: a list that may have more members. ``singly``: of
    a property (torture, death, a named perpetrator) that a check confirms alone or not at all.
    """

    ref: bytes
    author: bytes
    subject: bytes
    property: str
    value: str
    source: bytes
    basis: str
    evidence: bytes
    passage: bytes
    valid_from: str
    valid_to: str
    replaces: bytes
    counts: bool
    lost: bool = False
    partial: bool = False
    singly: bool = False


class Ruling(NamedTuple):
    """One target of a decision, empty for one that names parties instead. ``order`` is (recorded, ref); ``reasoned``: with written reasons;
    ``alone``: the decision names nothing else."""

    ref: bytes
    kind: str
    target: bytes
    member: bytes
    order: tuple[str, bytes]
    counts: bool
    reasoned: bool
    lost: bool = False
    holds: bool = True
    parties: tuple[bytes, ...] = ()
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Corroboration:
    """What the sources of agreeing claims add up to: how many stand on their own, which count as one, of which kinds, and is it enough."""

    independent: int
    groups: tuple[tuple[bytes, ...], ...]
    types: frozenset[str]
    satisfied: Answer


class Standing(NamedTuple):
    """Level of a claim with everything a person needs to understand it. ``independent`` is shown beside the level, never averaged into it.

    ``replaced_by`` names the claim that corrects this one; a replaced claim keeps its level for history and feeds nothing.
    """

    level: Level
    checkers: tuple[bytes, ...]
    disputed_by: tuple[bytes, ...]
    independent: int
    because: tuple[Answer, ...]
    replaced_by: bytes = b""

    def feeds(self, floor: Level) -> bool:
        """The claim may feed facts of a use that reads at ``floor``."""
        return self.level >= max(floor, Level.OPEN) and not self.replaced_by


Live = Mapping[bytes, Sequence[Ruling]]

ON_NOTHING: Final = "hollow"
"""Stands in place of the basis of a claim whose item of evidence does not hold what it is kept for."""

OWN_CHECK: Final = Answer(False, "standing.own_check_does_not_count")
_AMONG_OTHERS: Final = Answer(False, "standing.checked_among_others")
_AWAITS: Final = Answer(False, "standing.awaits_reconfirmation")
_LOST: Final = Answer(False, "standing.recorded_after_removal")
_RETRACTED_BY_AUTHOR: Final = Answer(False, "standing.retracted_by_author")
_RETRACTED_BY_OTHERS: Final = Answer(False, "standing.retracted_by_two_others")
_CHECKED: Final = Answer(True, "standing.checked_by_two_others")
_NEEDS_TWO: Final = Answer(False, "standing.needs_two_checkers")
_NEEDS_ONE: Final = Answer(False, "standing.needs_one_more_checker")
_OVERRULED: Final = Answer(True, "standing.dispute_overruled")
_HALF_OVERRULED: Final = Answer(False, "standing.overrule_needs_one_more")
_HALF_RETRACTED: Final = Answer(False, "standing.retraction_needs_one_more")
_ON_NOTHING: Final = Answer(False, "standing.hollow_capture")
REPLACED: Final = Answer(False, "standing.replaced")
# What a member may take back. A retraction is final (what was retracted is said anew), and taking back a withdrawal or a
# reconfirmation would make the answer depend on a chain of refusals that nobody could follow.
_WITHDRAWABLE: Final = frozenset({"check", "dispute", "overrule", "judge", "approve", "authentic", "distinct", "same", "assess_circle", "disclose"})


def live_rulings(rulings: Iterable[Ruling]) -> Live:
    """The rulings that count, by target: signed while the device counted or reconfirmed by another member, and not withdrawn."""
    once = {(r.ref, r.target, r.kind): r for r in rulings}.values()
    reconfirmed: dict[bytes, set[bytes]] = {}
    for r in once:
        if r.kind == "reconfirm" and r.counts and r.member:
            reconfirmed.setdefault(r.target, set()).add(r.member)
    withdrawn = {(r.target, r.member) for r in once if r.kind == "withdraw" and _counts(r, reconfirmed)}
    live: dict[bytes, list[Ruling]] = {}
    for r in once:
        if _counts(r, reconfirmed) and not (r.kind in _WITHDRAWABLE and (r.ref, r.member) in withdrawn):
            live.setdefault(r.target, []).append(r)
    return live


def _counts(r: Ruling, reconfirmed: Mapping[bytes, set[bytes]]) -> bool:
    """A reconfirmation must count by itself: a compromised device cannot call another compromised device back."""
    if not r.member or r.lost:
        return False
    return r.counts or (r.kind != "reconfirm" and r.ref in reconfirmed and bool(reconfirmed[r.ref] - {r.member}))


def standing(said: Said, rulings: Iterable[Ruling], corroboration: Corroboration) -> Standing:
    """Standing of one claim from the rulings on it, the rulings on those rulings, and what its sources add up to."""
    return corroborated(ruled(said, live_rulings(rulings)), corroboration)


def ruled(said: Said, live: Live) -> Standing:
    """Standing by decisions alone: everything but the step from checked to verified."""
    mine = live.get(said.ref, ())
    if not (said.counts and said.author and not said.lost) and not _is_called_back(said, mine):
        return Standing(Level.UNCOUNTED, (), (), 0, (_LOST if said.lost or not said.author else _AWAITS,))
    if not mine:
        return UNTOUCHED
    author = said.author
    checks = [r for r in mine if r.kind == "check"]
    only_checks = len(checks) == len(mine)  # most claims meet nothing else
    among_others = said.singly and not all(r.alone for r in checks)
    if among_others:
        checks = [r for r in checks if r.alone]
    stand, ended, half = ((), (), False) if only_checks else _disputes(said, mine, live)
    disputers = {r.member for r in (*stand, *ended)}
    checkers = _members([r for r in checks if r.member != author and r.member not in disputers])
    disputed_by = _members(stand)
    notes = [OWN_CHECK] if author in [r.member for r in checks] else []
    notes += [_AMONG_OTHERS] if among_others else []
    notes += [_OVERRULED] if ended else []
    notes += [_HALF_OVERRULED] if half else []
    retraction = None if only_checks else _retraction(said, mine)
    if retraction is not None and retraction is not _HALF_RETRACTED:
        return Standing(Level.RETRACTED, checkers, disputed_by, 0, (retraction, *notes))
    notes += [_HALF_RETRACTED] if retraction is _HALF_RETRACTED else []
    if disputed_by:
        return Standing(Level.DISPUTED, checkers, disputed_by, 0, (Answer(False, "standing.disputed", {"members": len(disputed_by)}), *notes))
    if len(checkers) >= 2 and said.basis == ON_NOTHING:
        return Standing(Level.OPEN, checkers, (), 0, (_ON_NOTHING, *notes))
    if len(checkers) >= 2:
        return Standing(Level.CHECKED, checkers, (), 0, (_CHECKED, *notes))
    return Standing(Level.OPEN, checkers, (), 0, (_NEEDS_ONE if checkers else _NEEDS_TWO, *notes))


def grounded(said: Said, hollow: frozenset[bytes]) -> Said:
    """The claim as it is weighed: one on a capture that does not hold what was seen stands on nothing, whoever checked it."""
    return said._replace(basis=ON_NOTHING, evidence=b"") if said.evidence in hollow else said


UNTOUCHED: Final = Standing(Level.OPEN, (), (), 0, (_NEEDS_TWO,))


def corroborated(by_decisions: Standing, corroboration: Corroboration) -> Standing:
    """Add what the sources say: a checked claim whose class is satisfied is verified."""
    level, because = by_decisions.level, by_decisions.because
    if level >= Level.OPEN:
        level = Level.VERIFIED if level is Level.CHECKED and corroboration.satisfied.holds else level
        because = (*because, corroboration.satisfied)
    return Standing(level, by_decisions.checkers, by_decisions.disputed_by, corroboration.independent, because, by_decisions.replaced_by)


def reviewers(said: Said, live: Live) -> frozenset[bytes]:
    """Members other than the author who wrote down reasons for this claim (an assessment stands on two of them)."""
    found = (r for r in live.get(said.ref, ()) if r.kind in ("check", "judge", "approve") and (r.alone or r.kind != "check" or not said.singly))
    return frozenset(r.member for r in found if r.reasoned and r.member != said.author)


def _is_called_back(said: Said, mine: Sequence[Ruling]) -> bool:
    return not said.lost and said.author != b"" and any(r.kind == "reconfirm" and r.member != said.author for r in mine)


def _disputes(said: Said, mine: Sequence[Ruling], live: Live) -> tuple[Sequence[Ruling], Sequence[Ruling], bool]:
    """Disputes that stand, disputes overruled by two others, and whether one overruling waits for its second."""
    stand: list[Ruling] = []
    ended: list[Ruling] = []
    half = False
    for dispute in mine:
        if dispute.kind != "dispute" or not dispute.reasoned:
            continue
        others = {r.member for r in live.get(dispute.ref, ()) if r.kind == "overrule" and r.reasoned} - {dispute.member, said.author}
        (ended if len(others) >= 2 else stand).append(dispute)
        half = half or len(others) == 1
    return stand, ended, half


def _retraction(said: Said, mine: Sequence[Ruling]) -> Answer | None:
    if any(r.kind == "retract" and r.member == said.author for r in mine):
        return _RETRACTED_BY_AUTHOR
    others = {r.member for r in mine if r.kind == "retract" and r.reasoned}
    return None if not others else _RETRACTED_BY_OTHERS if len(others) >= 2 else _HALF_RETRACTED


def _members(rulings: Sequence[Ruling]) -> tuple[bytes, ...]:
    """Members in the order in which they first ruled; a member counts once."""
    if len(rulings) < 2:
        return tuple(r.member for r in rulings)
    return tuple(dict.fromkeys(r.member for r in sorted(rulings, key=lambda r: r.order)))
