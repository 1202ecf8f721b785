"""When a check of copies goes on by itself, and when it leaves the machine to people.

A due check is read in slices: one ends after a few seconds, rests three times as long as it worked, and does not begin while somebody works.
Which place is next depends on what is known of the places alone, so whoever is killed goes on with the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SLICE: Final = 4.0
"""Seconds that a slice works at most, but for the object that it is reading."""
REST: Final = 3.0
"""How many times as long as it worked it rests: a quarter of one processor, and of one disk, at most."""
QUIET: Final = 5.0
"""Seconds after the last page that somebody asked for."""
LOOK: Final = 600.0
"""Seconds between two looks whether anything is due."""
RETRY: Final = 3600.0
"""Seconds before a place that did not answer is asked again: a stick is put in when somebody has time."""
Due = Sequence[tuple[bytes, int]]
"""Places with a check that is due, and for how many days it has been."""


@dataclass(frozen=True, slots=True)
class Here:
    """What goes on at this desk: seconds since somebody asked for a page, and whether long work is under way."""

    quiet: float
    working: bool


def may_read(here: Here) -> bool:
    """Nobody waits for a page, and no long work of a person is under way."""
    return here.quiet >= QUIET and not here.working


def must_stop(here: Here, worked: float) -> bool:
    """The slice is over, or somebody came back."""
    return worked >= SLICE or not may_read(here)


def rest(worked: float) -> float:
    """Seconds to wait after a slice that worked so long; never less than one."""
    return max(1.0, worked * REST)


def next_place(due: Due, begun: Collection[bytes], others: Collection[bytes], silent: Mapping[bytes, float], now: float) -> bytes | None:
    """The place to go on with: one whose check was ended in the middle, then the one that waits longest. ``others``: places where a person's own
    work, copying or repairing, was ended in the middle, which is theirs to go on with; ``silent``: when a place last did not answer."""
    waiting = [(place not in begun, -days, place) for place, days in due if place not in others and now - silent.get(place, -RETRY) >= RETRY]
    return min(waiting)[2] if waiting else None
