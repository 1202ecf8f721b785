"""How long a log is shown to be, where its length would tell how much was recorded.

Keepers agree on a step and a number of hours. Every checkpoint that a device signs is then of a multiple of the step, and the log grows by one
step in so many hours, whether much, little or nothing was recorded: what is missing is filled with cover leaves, records that say nothing. What
is shown is a function of the clock alone as long as no more is recorded than the steps hold; a burst beyond them shows as one more step.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from letapis.core.errors import UsageError

COVER, RHYTHM = "cover", "cover_rhythm"
ON, OFF = "on", "off"
SMALLEST, LARGEST = 8, 4096
"""Bounds of a step, in leaves."""
LONGEST: Final = 168
"""The longest time of a step, in hours."""
AT_ONCE: Final = 4096
"""So many cover leaves at most make up for time in which nothing was signed. Who was silent for longer begins anew: that nobody was there shows
already in that there is no checkpoint."""


@dataclass(frozen=True)
class Rhythm:
    """Leaves of a step, and hours in which the log grows by one."""

    step: int
    hours: int

    def full(self, size: int) -> int:
        """The least multiple of the step that holds ``size`` leaves."""
        return -(-size // self.step) * self.step

    def slot(self, now: datetime) -> int:
        """Which stretch of so many hours it is, counted from 1970: the same at every device, so that none shows when its day begins."""
        return int(now.timestamp()) // (3600 * self.hours)


USUAL: Final = Rhythm(64, 24)
"""What is offered to keepers who have not decided yet."""


@dataclass(frozen=True)
class Version:
    """A decision of a keeper: its reference, the decisions that its writer had seen, and the rhythm, None when covering was ended."""

    ref: bytes
    after: frozenset[bytes]
    rhythm: Rhythm | None


@dataclass(frozen=True)
class Began:
    """Where a log stood, full, when it began to follow a rhythm, and in which stretch of hours."""

    size: int
    slot: int


def rhythm(step: int, hours: int) -> Rhythm:
    """Raises UsageError("cover.step", "cover.hours") outside the bounds."""
    if not SMALLEST <= step <= LARGEST:
        raise UsageError("cover.step")
    if not 1 <= hours <= LONGEST:
        raise UsageError("cover.hours")
    return Rhythm(step, hours)


def latest(versions: Iterable[Version]) -> tuple[Version, ...]:
    """The versions that no other has seen, the one in force first: of two keepers who did not know of each other the one who covers more, so
    that nobody ends by accident what a colleague asked for."""
    every = list(versions)
    seen = {ref for one in every for ref in one.after}
    return tuple(sorted((one for one in every if one.ref not in seen), key=_covers_more, reverse=True))


def _covers_more(one: Version) -> tuple[float, bytes]:
    return (one.rhythm.step / one.rhythm.hours if one.rhythm else 0.0), one.ref


def begin(rhythm: Rhythm, size: int, now: datetime) -> Began:
    """A log of this size begins to follow the rhythm now: at its next full size."""
    return Began(rhythm.full(size), rhythm.slot(now))


def due(rhythm: Rhythm, began: Began, size: int, now: datetime) -> int:
    """The size of which a checkpoint is signed now: what the clock says, or, where more was recorded than that, the next full size.

    A clock that goes back asks for nothing. Raises nothing; a caller fills the log up to this size.
    """
    return max(began.size + rhythm.step * max(0, rhythm.slot(now) - began.slot), rhythm.full(size))


def is_too_long(rhythm: Rhythm, size: int, target: int) -> bool:
    """More would be filled up at once than makes up for anything (``AT_ONCE``)."""
    return target - rhythm.full(size) > max(AT_ONCE, rhythm.step)
