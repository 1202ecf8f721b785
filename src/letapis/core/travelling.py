"""Devices on a journey: whose silence is named instead of taken for agreement, and who may bring back what was put away.

A journey is a working item of the organisation. It counts when the traveller or a keeper wrote it, and not for longer than a journey
lasts: nobody may be kept silent for ever by a word that they travel.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

AWAY, PACKED, ENDED = "away", "packed", "ended"
STATES: Final = (AWAY, PACKED, ENDED)
LONGEST: Final = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Journey:
    """A device of ``member`` from one day to another, both included. ``said``: state and author of every version, in any order;
    ``author`` wrote the latest, ``latest`` is its state."""

    device: str
    member: bytes
    first: date
    last: date
    latest: str
    author: bytes
    said: tuple[tuple[str, bytes], ...]

    @property
    def state(self) -> str:
        """What holds. What was once packed is over only when somebody else than the traveller ended it, whatever order it came in."""
        if any(state == PACKED for state, _ in self.said):
            return ENDED if any(state == ENDED and author != self.member for state, author in self.said) else PACKED
        return self.latest if self.latest in STATES else ENDED

    def counts(self, keepers: Collection[bytes]) -> bool:
        """The traveller or a keeper says it, and it is no longer than a journey."""
        return self.author in {self.member, *keepers} and timedelta() <= self.last - self.first <= LONGEST

    def covers(self, on: date) -> bool:
        return self.state != ENDED and self.first <= on <= self.last


def away(journeys: Iterable[Journey], keepers: Collection[bytes], on: date) -> frozenset[str]:
    """Devices that travel on this day."""
    return frozenset(j.device for j in journeys if j.covers(on) and j.counts(keepers))


def may_end(journey: Journey, member: bytes) -> bool:
    """Who ends a journey: anybody, unless something was put away. Then it takes a colleague who has heard the traveller: whoever holds
    the device alone cannot make it whole again."""
    return journey.state != PACKED or member != journey.member
