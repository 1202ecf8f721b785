"""Which backups there are that may still hold what was erased since: each is counted when it is made, and has a day on which it is destroyed.

A backup opens with its own code and holds the keys of its time, so nothing that is erased later is gone from it before it is gone itself.
Each is kept for a stated time; then its file and the sheet with its code are destroyed, and somebody says so here. An erasure is done when
the last backup from before it has gone.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import LetapisError
from letapis.desk import items, members, people, reading
from letapis.desk.opening import Desk

KEPT_DAYS: Final = 90
TYPE: Final = "backup_copy"
_KEPT, _DESTROYED = "kept", "destroyed"


@dataclass(frozen=True)
class Copy:
    """A backup of somebody: when it was made, until when it is kept, and whether its destruction was said."""

    copy: bytes
    member: bytes
    made: str
    day: date
    until: date
    destroyed: bool
    heads: tuple[bytes, ...]


def count(desk: Desk) -> bytes:
    """A backup is about to be made. Returns its id; empty at a desk that is no member's of an organisation yet."""
    if people.directory(desk).member_of(desk.device) is None:
        return b""
    day = desk.clock().date()
    body = {"day": day.isoformat(), "until": (day + timedelta(days=KEPT_DAYS)).isoformat(), "state": _KEPT}
    return items.new(desk, TYPE, members.common_compartment(desk, "ORG"), body)


def was_not_made(desk: Desk, copy: bytes) -> None:
    """The backup that was counted did not come about."""
    if copy:
        destroyed(desk, desk.reader("work"), copy)


def destroyed(desk: Desk, reader: Reader, copy: bytes, seen: tuple[bytes, ...] = ()) -> None:
    """The file and the sheet with its code are no more. Raises NotFound for what is no backup."""
    items.change(desk, reader, TYPE, copy, {"state": _DESTROYED, "destroyed": desk.clock().date().isoformat()}, seen)


def copies(desk: Desk, reader: Reader) -> list[Copy]:
    """All backups that were counted, the oldest first."""
    found = []
    for one in reading.items(desk, reader, TYPE, limit=5000):
        try:
            first = reading.versions(desk, reader, one.item)[-1]
            days = date.fromisoformat(one.text("day")), date.fromisoformat(one.text("until"))
        except (LetapisError, ValueError):
            continue
        found.append(Copy(one.item, first.author, first.recorded, *days, one.state == _DESTROYED, one.heads))
    return sorted(found, key=lambda one: (one.made, one.copy))


def from_before(desk: Desk, reader: Reader, instant: str) -> list[Copy]:
    """Backups that were made before this hour and are not destroyed."""
    return [one for one in copies(desk, reader) if one.made <= instant and not one.destroyed]


