"""Custody of an item: the words for what is done with it, and what its chain of entries shows and what is missing in it.

Entries are a graph, because people work apart: each names the entries before it. Everything here is a function of the set of entries, so the
order in which they came changes nothing. That nothing was left out at the very end no graph can show: there each device's log speaks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

FIRST: Final = "first"  # it is not the arrival and names nothing before it
PARENT: Final = "parent"  # what it names is neither here nor withdrawn
STEP: Final = "step"  # its number does not follow from those before it
ARRIVALS: Final = "arrivals"  # a second record of the arrival
SILENCE: Final = "silence"  # no fault: nobody wrote anything for very long
MORE: Final = ("agent", "happened", "place", "reason", "authority", "tool", "recipient", "condition", "unusual")
"""What an entry may say beside event, outcome and detail; hashes before and after are told apart, because they are no words."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that can be done. ``code``: the Library of Congress has exactly this term. ``daily``: the same member's same event counts once
    a day. ``by_hand``: people write it down."""

    id: str
    code: str
    daily: bool
    by_hand: bool
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Events:
    """All events by id in the order of the file, and after how many days without an entry a chain is said to be silent."""

    longest_silence: int
    by_id: Mapping[str, Event]

    def label(self, event: str, language: str) -> str:
        """The event in words; one that this version does not know as it was recorded."""
        known = self.by_id.get(event)
        return known.label[language] if known else event


def read_events(table: Mapping[str, Any]) -> Events:
    """Events from the parsed file ``custody.toml``."""
    found = [Event(e["id"], e.get("code", ""), e.get("daily", False), e.get("by_hand", False), e["label"]) for e in table["events"]]
    return Events(table["longest_silence_days"], {event.id: event for event in found})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the graph: its commitment, step, the commitments it names, and the day on which it was recorded (``YYYY-MM-DD`` …)."""

    ref: bytes
    step: int
    parents: tuple[bytes, ...]
    recorded: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing or off at the entry ``ref``; ``missing``: the commitment that it names in vain; ``days`` of silence before it."""

    kind: str
    ref: bytes
    missing: bytes = b""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """Entries step by step, those of one step side by side; parents with several children; what is missing; silences."""

    rows: tuple[tuple[bytes, ...], ...]
    forks: tuple[tuple[bytes, tuple[bytes, ...]], ...]
    gaps: tuple[Gap, ...]
    silences: tuple[Gap, ...]

    @property
    def is_whole(self) -> bool:
        return not self.gaps


def chain(entries: Iterable[Entry], gone: Collection[bytes] = (), longest_silence: int = 0) -> Chain:
    """What these entries show. ``gone``: commitments that were withdrawn on record, so that naming them is no gap."""
    known = {entry.ref: entry for entry in entries}
    ordered = sorted(known.values(), key=lambda entry: (entry.step, entry.ref))
    children: dict[bytes, list[bytes]] = {}
    rows: dict[int, list[bytes]] = {}
    for entry in ordered:
        rows.setdefault(entry.step, []).append(entry.ref)
        for parent in sorted(set(entry.parents)):
            children.setdefault(parent, []).append(entry.ref)
    gaps = [gap for entry in ordered for gap in _gaps(entry, known, gone)]
    arrivals = [entry.ref for entry in ordered if not entry.step and not entry.parents]
    gaps += [Gap(ARRIVALS, ref) for ref in arrivals[1:]]
    silences = [gap for entry in ordered for gap in _silence(entry, known, longest_silence)]
    forks = tuple((parent, tuple(several)) for parent, several in sorted(children.items()) if len(several) > 1)
    return Chain(tuple(tuple(row) for _, row in sorted(rows.items())), forks, tuple(gaps), tuple(silences))


def _gaps(entry: Entry, known: Mapping[bytes, Entry], gone: Collection[bytes]) -> list[Gap]:
    """The same questions as an outsider's verifier asks of a case file."""
    lost = [parent for parent in entry.parents if parent not in known and parent not in gone]
    if lost:
        return [Gap(PARENT, entry.ref, parent) for parent in sorted(set(lost))]
    if entry.step and not entry.parents:
        return [Gap(FIRST, entry.ref)]
    steps = [known[parent].step for parent in entry.parents if parent in known]
    least = 1 + max(steps, default=0)
    all_here = len(steps) == len(entry.parents)
    if (not entry.step and entry.parents) or (entry.step and (entry.step < least or (all_here and entry.step != least))):
        return [Gap(STEP, entry.ref)]
    return []


def _silence(entry: Entry, known: Mapping[bytes, Entry], longest: int) -> list[Gap]:
    before = [day for parent in entry.parents if parent in known for day in (_day(known[parent].recorded),) if day]
    day = _day(entry.recorded)
    if not longest or not before or day is None:
        return []
    days = (day - max(before)).days
    return [Gap(SILENCE, entry.ref, days=days)] if days > longest else []


def _day(text: str) -> date | None:
    """What the clock of a device said, which may be nonsense; it orders nothing and is only counted."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
