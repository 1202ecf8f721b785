"""Devices on a journey: whose silence is named instead of taken for agreement, and who may bring back what was put away.

A journey is a working item of the organisation. It counts when the traveller or a keeper wrote it, and not for longer than a journey
lasts: nobody may be kept silent for ever by a word that they travel.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

AWAY, PACKED, ENDED = "away", "packed", "ended"
LONGEST: Final = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Said:
    """One version of a journey: its state, who wrote it, its reference, and those of the versions that its writer had seen."""

    state: str
    author: bytes
    ref: bytes
    after: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """A device of ``member`` from one day to another, both included. ``said``: every version, in any order; ``author`` wrote the
    latest, ``latest`` is its state."""

    device: str
    member: bytes
    first: date
    last: date
    latest: str
    author: bytes
    said: tuple[Said, ...]

    @property
    def packed(self) -> frozenset[bytes]:
        """Versions in which the traveller put things away. Nobody else can say that for them: it would keep their keys from them."""
        return frozenset(one.ref for one in self.said if one.state == PACKED and one.author == self.member)

    @property
    def state(self) -> str:
        """What holds, whatever order it came in. What was put away is over only when somebody else than the traveller ended the journey,
        knowing of it: who ended it before they heard of the packing has not let it come back."""
        if self.packed:
            ends = (one for one in self.said if one.state == ENDED and one.author != self.member)
            return ENDED if any(self.packed <= self._seen_by(one) for one in ends) else PACKED
        return self.latest if self.latest in (AWAY, ENDED) else AWAY if self.latest == PACKED else ENDED

    def _seen_by(self, one: Said) -> set[bytes]:
        """References of everything that led to a version."""
        earlier, seen, waiting = {said.ref: said.after for said in self.said}, set[bytes](), set(one.after)
        while waiting:
            seen |= waiting
            waiting = {ref for known in waiting for ref in earlier.get(known, ())} - seen
        return seen

    def counts(self, keepers: Collection[bytes]) -> bool:
        """The traveller or a keeper says it, and it is no longer than a journey."""
        return may_announce(self.member, self.author, keepers) and timedelta() <= self.last - self.first <= LONGEST

    def covers(self, on: date) -> bool:
        return self.state != ENDED and self.first <= on <= self.last


def away(journeys: Iterable[Journey], keepers: Collection[bytes], on: date) -> frozenset[str]:
    """Devices that travel on this day."""
    return frozenset(j.device for j in journeys if j.covers(on) and j.counts(keepers))


def may_announce(owner: bytes, member: bytes, keepers: Collection[bytes]) -> bool:
    """Who says that a device travels: its owner, or a keeper."""
    return member == owner or member in keepers


def may_end(journey: Journey, member: bytes) -> bool:
    """Who ends a journey: anybody, unless something was put away. Then it takes a colleague who has heard the traveller: whoever holds
    the device alone cannot make it whole again."""
    return journey.state != PACKED or member != journey.member
