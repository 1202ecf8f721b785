"""Copies of sealed objects in different places: what the checks of all members say together, what is due, what is still to be done.

An object is named here by the first eight bytes of its random blob name, which tell nothing and are long enough to be told apart. Of several
checks of one place the latest that speaks of an object counts. A number here is a count of copies that somebody read whole and compared.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

GOOD, MISSING, CHANGED, UNREAD, UNCHECKED = "good", "missing", "changed", "unread", "unchecked"
STATES: Final = (GOOD, MISSING, CHANGED, UNREAD, UNCHECKED)
FAULTS: Final = (MISSING, CHANGED, UNREAD)
CHECK, COPY, REPAIR = "check", "copy", "repair"
DEEDS: Final = (CHECK, COPY, REPAIR)
GOAL: Final = 3
SHORT: Final = 8
LONGEST_EVERY: Final = 366
THREE, APART, FAULTY, FIRST = "three", "apart", "faulty", "first"


@dataclass(frozen=True, slots=True)
class Check:
    """One finished check of a place by one member: objects by state. ``reached`` is false where the place did not answer."""

    place: bytes
    deed: str
    day: str
    ended: str
    reached: bool
    found: Mapping[str, frozenset[bytes]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One object at one place: its state and the day of the check that says so."""

    state: str
    day: str = ""


def pack(shorts: Iterable[bytes]) -> bytes:
    """Short names as one value, in ascending order."""
    return b"".join(sorted(set(shorts)))


def unpack(value: bytes) -> frozenset[bytes]:
    """The reverse; an incomplete end is left out."""
    return frozenset(value[at : at + SHORT] for at in range(0, len(value) - SHORT + 1, SHORT))


def cells(objects: Collection[bytes], checks: Iterable[Check]) -> dict[bytes, dict[bytes, Cell]]:
    """Place → object → cell. ``checks`` come in any order; of one object the latest word counts, and a fault before good of the same moment."""
    table: dict[bytes, dict[bytes, Cell]] = {}
    wanted = frozenset(objects)
    for check in sorted(checks, key=lambda one: (one.ended, one.place, one.day, one.deed)):
        row = table.setdefault(check.place, {})
        for state in (GOOD, *FAULTS):
            row.update(dict.fromkeys(check.found.get(state, frozenset()) & wanted, Cell(state, check.day)))
    return table


def good_days(one: bytes, checks: Iterable[Check]) -> dict[bytes, tuple[str, ...]]:
    """Place → days on which somebody read the copy of an object there whole and found it good, the earliest first."""
    days: dict[bytes, set[str]] = {}
    for check in checks:
        if one in check.found.get(GOOD, frozenset()):
            days.setdefault(check.place, set()).add(check.day)
    return {place: tuple(sorted(found)) for place, found in days.items()}


def tally(objects: Collection[bytes], row: Mapping[bytes, Cell]) -> dict[str, int]:
    """How many objects are in each state at a place; every object is counted once."""
    counts = dict.fromkeys(STATES, 0)
    for one in objects:
        counts[row[one].state if one in row else UNCHECKED] += 1
    return counts


def copies(objects: Collection[bytes], table: Mapping[bytes, Mapping[bytes, Cell]]) -> dict[bytes, int]:
    """How many good copies of each object are known."""
    return {one: sum(one in row and row[one].state == GOOD for row in table.values()) for one in objects}


def last_whole(checks: Iterable[Check], place: bytes) -> str:
    """The day on which everything at a place was last read; copying reads only what is new."""
    return max((check.day for check in checks if check.place == place and check.reached and check.deed != COPY), default="")


def days_overdue(every: int, last: str, today: date) -> int | None:
    """How many days ago a check of a place was due; None while it is not due yet or is never asked for. Without a check it is due today."""
    if every <= 0:
        return None
    try:
        passed = (today - date.fromisoformat(last)).days if last else every
    except ValueError:
        passed = every
    return passed - every if passed >= every else None


def next_step(counts: Mapping[str, int], is_due: bool, is_source: bool) -> str:
    """The deed that helps a place most now: damaged or lost copies first, then what never came there, then what was long not read. A place
    where originals arrive (``is_source``) is read first, not filled in. Empty when there is nothing to do."""
    if counts[CHANGED] or counts[MISSING]:
        return REPAIR
    if counts[UNCHECKED]:
        return CHECK if is_source else COPY
    return CHECK if is_due or counts[UNREAD] else ""


def advice(objects: Collection[bytes], table: Mapping[bytes, Mapping[bytes, Cell]], apart: Collection[bytes]) -> Sequence[str]:
    """What is still to be done, as words of ``fixity.advice.…``: nothing was checked, something is not in order, fewer than three copies,
    no place that those who write to the others cannot write to."""
    if not objects:
        return ()
    found = []
    if not table:
        return (FIRST, THREE, *(() if apart else (APART,)))
    if any(cell.state in FAULTS for row in table.values() for one, cell in row.items() if one in objects):
        found.append(FAULTY)
    if min(copies(objects, table).values()) < GOAL:
        found.append(THREE)
    if not apart:
        found.append(APART)
    return tuple(found)
