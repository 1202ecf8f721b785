"""Recognition as a political prisoner: rounds, votes of organisations and decisions with their dates, and what stands today.

It is a decision of organisations. The machine counts votes, says which criteria the record carries and which decision is the last; it never
recognises anybody. A decision counts when a member other than the one who wrote it down confirmed these very words; a decision of two is
undone by a decision of two and by nothing else. The order in which records arrive does not matter.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

UNDER_REVIEW, NOT_ASSESSED = "under_review", "not_assessed"
RECOGNISED, EX_POST_FACTO, REHABILITATION = "recognised", "recognised_ex_post_facto", "rehabilitation_demanded"
REFUSED, FOR_NOW, WITHDRAWN, NOT_RECOGNISED = "refused", "refused_for_now", "withdrawn", "repressed_not_recognised"
OUTCOMES: Final = (RECOGNISED, EX_POST_FACTO, REHABILITATION, FOR_NOW, REFUSED, NOT_RECOGNISED, WITHDRAWN)
"""What may be decided, codes of the list ``recognition-statuses``."""
RECOGNISES: Final = frozenset({RECOGNISED, EX_POST_FACTO, REHABILITATION})
REASONED: Final = frozenset(OUTCOMES) - RECOGNISES
"""Decisions that say why."""
FOR, AGAINST, ABSTAIN = "for", "against", "abstain"
STANCES: Final = (FOR, AGAINST, ABSTAIN)
PROPOSED, TAKEN_BACK = "proposed", "taken_back"


@dataclass(frozen=True, slots=True)
class Opened:
    """A round of a recognition: for whom, which one, since when."""

    recognition: bytes
    subject: bytes
    number: int
    day: str


@dataclass(frozen=True, slots=True)
class Voted:
    """What one organisation said in a round. ``recorded`` and ``ref`` order what has one day."""

    recognition: bytes
    organisation: str
    stance: str
    day: str
    ref: bytes
    recorded: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One version of a decision as a member wrote it down. ``corrects``: the decision whose place it takes, where that was written wrongly."""

    decided: bytes
    ref: bytes
    member: bytes
    subject: bytes
    recognition: bytes
    outcome: str
    day: str
    recorded: str
    ground: str = ""
    demand: str = ""
    text: str = ""
    override: str = ""
    statement: bytes = b""
    corrects: bytes = b""
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A member stands behind one version of a decision."""

    target: bytes
    member: bytes


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that counts, and the members behind it: who wrote it down, who confirmed it. ``corrected``: another one took its place."""

    said: Proposed
    confirmed: tuple[bytes, ...]
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of a round, each organisation once by its last word; ``unclear``: two different words of one day, counted nowhere."""

    votes: tuple[Voted, ...]
    unclear: tuple[str, ...]

    def count(self, stance: str) -> int:
        return sum(one.stance == stance for one in self.votes)

    @property
    def carried(self) -> bool:
        """More organisations are for it than against it."""
        return self.count(FOR) > self.count(AGAINST)


@dataclass(frozen=True)
class Course:
    """The whole way of one person: decisions that count from the oldest on, what waits for a second member, rounds nobody decided yet."""

    decisions: tuple[Decision, ...]
    waiting: tuple[Proposed, ...]
    open_rounds: tuple[Opened, ...]

    @property
    def current(self) -> Decision | None:
        """The last decision that was not corrected."""
        return next((one for one in reversed(self.decisions) if not one.corrected), None)

    @property
    def outcome(self) -> str:
        """The outcome that stands; before any decision whether it is under review."""
        if self.current is not None:
            return self.current.said.outcome
        return UNDER_REVIEW if self.open_rounds or self.waiting else NOT_ASSESSED

    @property
    def recognised(self) -> bool:
        return self.outcome in RECOGNISES


def course(opened: Iterable[Opened], proposed: Iterable[Proposed], confirmed: Iterable[Confirmed]) -> Course:
    """What follows from all records on one person."""
    behind: dict[bytes, set[bytes]] = {}
    for one in confirmed:
        behind.setdefault(one.target, set()).add(one.member)
    versions: dict[bytes, list[Proposed]] = {}
    for said in proposed:
        versions.setdefault(said.decided, []).append(said)
    found: list[tuple[Proposed, tuple[bytes, ...]]] = []
    waiting = []
    for written in versions.values():
        ready = [(one, others) for one in written if not one.taken_back and (others := _others(one, behind))]
        if ready:
            # The first that two stand behind: a decision is never written anew.
            found.append(min(ready, key=lambda pair: (pair[0].recorded, pair[0].ref)))
        elif not any(one.taken_back for one in written):
            waiting.append(max(written, key=lambda one: (one.recorded, one.ref)))
    struck = {one.corrects for one, _ in found if one.corrects != one.decided}
    decisions = [Decision(one, others, one.decided in struck) for one, others in found]
    known = set(opened)
    # A decision settles its round and every one before it, also a round that a colleague opened at the same time.
    last = max((one.number for one in known if one.recognition in {said.recognition for said, _ in found}), default=0)
    rounds = sorted((one for one in known if one.number > last), key=lambda one: (one.day, one.number, one.recognition))
    return Course(tuple(sorted(decisions, key=lambda one: _age(one.said))), tuple(sorted(waiting, key=_age)), tuple(rounds))


def _others(said: Proposed, behind: Mapping[bytes, Collection[bytes]]) -> tuple[bytes, ...]:
    """Members behind these words other than who wrote them down; one member with two devices is one."""
    return tuple(sorted(set(behind.get(said.ref, ())) - {said.member})) if said.member else ()


def _age(said: Proposed) -> tuple[str, bool, str, bytes]:
    """By day; of one day what does not recognise is the last word, so that no order of arrival makes anybody recognised."""
    return (said.day, said.outcome not in RECOGNISES, said.recorded, said.ref)


def tally(votes: Iterable[Voted]) -> Tally:
    """Each organisation once, by the last word of its last day."""
    last: dict[str, list[Voted]] = {}
    for one in sorted(votes, key=lambda vote: (vote.day, vote.recorded, vote.ref)):
        known = last.setdefault(same_name(one.organisation), [])
        if known and known[0].day < one.day:
            known.clear()
        known.append(one)
    clear = [said[-1] for said in last.values() if len({one.stance for one in said}) == 1]
    unclear = [said[-1].organisation for said in last.values() if len({one.stance for one in said}) > 1]
    return Tally(tuple(sorted(clear, key=lambda vote: same_name(vote.organisation))), tuple(sorted(unclear)))


def same_name(organisation: str) -> str:
    """Two spellings with the same result are one organisation."""
    return " ".join(organisation.split()).casefold()


def confirmation_refused(said: Proposed, member: bytes, known: Course) -> str:
    """Why a member may not confirm: it is their "own", it was "decided" or "taken_back". Empty when they may."""
    if said.taken_back:
        return "taken_back"
    if any(one.said.decided == said.decided for one in known.decisions):
        return "decided"
    return "own" if said.member == member else ""
