"""What a government or body was asked, what it promised, and what followed: chains, and promises that nothing followed yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from letapis.core.dates import bounds, is_partial_date


class Kind(StrEnum):
    """``OUTCOME``: what happened, in deed; ``STATEMENT``: what was said in public."""

    MEETING = "meeting"
    REQUEST = "request"
    PROMISE = "promise"
    STATEMENT = "statement"
    OUTCOME = "outcome"


DEEPEST: Final = 12
"""How deep a chain is shown indented; what is deeper stays at this depth."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log as the rules need it: what it follows, its day and, for a promise, until when. Dates may be partial."""

    ident: bytes
    answers: bytes
    kind: str
    day: str
    due: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry at its place in a chain: how deep under the entry that the chain begins with."""

    entry: Entry
    depth: int


def chains(entries: Iterable[Entry]) -> tuple[tuple[Link, ...], ...]:
    """Every entry once: chains by their newest entry, the latest chain first; within a chain what follows stands under what it follows.

    An entry whose forerunner is not here (another dossier, not held) begins a chain; so does one of entries that follow each other round.
    """
    known = {entry.ident: entry for entry in entries}
    follow: dict[bytes, list[Entry]] = {}
    for entry in sorted(known.values(), key=_age):
        follow.setdefault(entry.answers if entry.answers in known else b"", []).append(entry)
    found, placed = [], set[bytes]()
    for root in [*follow.get(b"", ()), *sorted(known.values(), key=_age)]:
        if root.ident not in placed:
            found.append(_walk(root, follow, placed))
    return tuple(sorted(found, key=lambda chain: max(_age(link.entry) for link in chain), reverse=True))


def _walk(root: Entry, follow: Mapping[bytes, Sequence[Entry]], placed: set[bytes]) -> tuple[Link, ...]:
    chain, waiting = [], [Link(root, 0)]
    while waiting:
        link = waiting.pop()
        if link.entry.ident in placed:
            continue
        placed.add(link.entry.ident)
        chain.append(link)
        waiting += [Link(entry, min(link.depth + 1, DEEPEST)) for entry in reversed(follow.get(link.entry.ident, ()))]
    return tuple(chain)


def _age(entry: Entry) -> tuple[date, bytes]:
    return (bounds(entry.day)[0] if is_partial_date(entry.day) else date.min, entry.ident)


@dataclass(frozen=True, slots=True)
class Open:
    """A promise that no outcome followed: for how many days at least, and whether its own day has passed."""

    entry: Entry
    days: int
    late: bool


def open_promises(entries: Iterable[Entry], today: date) -> tuple[Open, ...]:
    """Promises without an outcome anywhere under them, the oldest first. A day known to the month is taken as its last."""
    known = {entry.ident: entry for entry in entries}
    kept: set[bytes] = set()
    for entry in known.values():
        if entry.kind == Kind.OUTCOME:
            kept |= _forerunners(entry, known)
    found = [_open(entry, today) for entry in known.values() if entry.kind == Kind.PROMISE and entry.ident not in kept]
    return tuple(sorted(found, key=lambda one: (-one.days, one.entry.ident)))


def _forerunners(entry: Entry, known: Mapping[bytes, Entry]) -> set[bytes]:
    found: set[bytes] = set()
    while entry.answers in known and entry.answers not in found:
        found.add(entry.answers)
        entry = known[entry.answers]
    return found


def _open(entry: Entry, today: date) -> Open:
    last = bounds(entry.day)[1] if is_partial_date(entry.day) else today
    late = is_partial_date(entry.due) and bounds(entry.due)[1] < today
    return Open(entry, max(0, (today - last).days), late)
