"""What two signed checkpoints of one log say of each other, and what a checkpoint says of the date of a record.

Whoever kept an old checkpoint can hold a log to it: an archive, a journalist, a court. It takes the two texts and the keys of the log.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.errors import Damaged, UsageError
from letapis.core.instants import moment_at
from letapis.core.merkle import EMPTY_ROOT, verify_consistency
from letapis.core.notes import OpenedCheckpoint

SAME, CONTINUES, OPEN = "same", "continues", "open"
FORK, ROLLBACK, UNPROVEN = "fork", "rollback", "unproven"
AGAINST: Final = frozenset({FORK, ROLLBACK, UNPROVEN})
"""Findings that stand against a log. ``open``: nothing does, but a consistency proof is due."""


def compare(first: OpenedCheckpoint, second: OpenedCheckpoint, proof: Sequence[bytes] | None = None) -> str:
    """What two checkpoints, each signed by the log, say of each other; ``proof`` leads from the smaller tree to the greater.

    Raises UsageError("forks.other_log") for checkpoints of two logs.
    """
    small, great = sorted((first, second), key=lambda opened: opened.checkpoint.size)
    old, new = small.checkpoint, great.checkpoint
    if old.origin != new.origin:
        raise UsageError("forks.other_log")
    if old.size == new.size:
        return SAME if old.root == new.root else FORK
    if small.time is not None and great.time is not None and small.time > great.time:
        return ROLLBACK
    if old.size == 0 and old.root == EMPTY_ROOT:
        return CONTINUES
    if proof is None:
        return OPEN
    try:
        verify_consistency(old.size, new.size, old.root, new.root, proof)
    except Damaged:
        return UNPROVEN
    return CONTINUES


@dataclass(frozen=True, slots=True)
class BackDated:
    """A record that says it was made on ``day``, although the log had ``size`` records, and not this one, when it signed at ``signed``."""

    index: int
    day: str
    size: int
    signed: str


def back_dated(index: int, day: str, seen: Iterable[OpenedCheckpoint]) -> BackDated | None:
    """The earliest checkpoint that a record's day contradicts; None where none does.

    A record that stands at or after the size of a checkpoint came after the log signed it, so it was not made on an earlier day (of UTC;
    on the very day nothing can be said). Only the log's own time counts: between it and the time of a witness the log may have grown.
    """
    found = []
    for opened in seen:
        if opened.time is not None and index >= opened.checkpoint.size:
            signed = moment_at(opened.time).date().isoformat()
            if day < signed:
                found.append(BackDated(index, day, opened.checkpoint.size, signed))
    return min(found, key=lambda one: one.signed, default=None)
