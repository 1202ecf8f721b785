"""How much was opened on a day: counted for the member, and one number told to the keepers when it was unusually much.

A device that somebody is forced to use, or a colleague who was turned, shows itself by how much is read. The price of noticing it must not
be a history of what a colleague reads: which things were opened is known to this process alone, so that one thing counts once while the
desk is open, and is gone with it. On the disk stand a number a day; in the record only days that passed the threshold, with their number.

The keepers hold that number in a compartment that the member holds too: what is told about somebody, they see themselves, and first.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from letapis.core import opened as rules
from letapis.core.access import Reader
from letapis.core.records import Value
from letapis.desk import apart, items, ledger, people, reading, settings
from letapis.desk.opening import Desk

RECORD: Final = "much_opened"
CLASS: Final = "KEEPERS"
DOSSIERS, THINGS = "dossiers", "things"
_DAYS, _PLACE = "opened.days", "opened.place"
Days = dict[str, dict[str, int]]  # by day: how many of each kind


@dataclass(frozen=True)
class Measured:
    """One kind today: how many were opened, the member's usual day, and the number above which the keepers are told."""

    measure: rules.Measure
    today: int
    usual: int
    threshold: int


@dataclass(frozen=True)
class Told:
    """What was told of a member: on this day more than the threshold of this kind was opened."""

    member: bytes
    day: str
    kind: str
    count: int
    threshold: int


def count(desk: Desk, kind: str, what: bytes) -> bool:
    """The member at this desk opened ``what``, which counts once while the desk is open. True when that passes a threshold: it is recorded
    at once, whatever is looked at or not looked at afterwards."""
    today = desk.clock().date()
    seen = _seen(desk, today)
    if (kind, what) in seen:
        return False
    with desk.store.transaction():
        days = _days(desk, today)
        counts = days.setdefault(today.isoformat(), {})
        counts[kind] = counts.get(kind, 0) + 1
        limit = _measured(desk, days, today, kind).threshold
        news = rules.passed(counts[kind], limit) > rules.passed(counts[kind] - 1, limit)
        if news:
            _tell(desk, today, kind, counts[kind], limit)
        settings.keep(desk.store, _DAYS, json.dumps(days, sort_keys=True))
    seen.add((kind, what))
    return news


def _seen(desk: Desk, today: date) -> set[tuple[str, bytes]]:
    """What was opened today since the desk was opened. In memory only."""
    day, seen = desk.kept.get("opened", (None, set()))
    if day != today:
        seen = set()
        desk.kept["opened"] = (today, seen)
    found: set[tuple[str, bytes]] = seen
    return found


def _days(desk: Desk, today: date) -> Days:
    """The numbers of the days that still matter."""
    first = (today - timedelta(days=desk.catalogue.opened.window)).isoformat()
    days: Days = json.loads(settings.value(desk.store, _DAYS) or "{}")
    return {day: counts for day, counts in days.items() if day >= first}


def _measured(desk: Desk, days: Mapping[str, Mapping[str, int]], today: date, kind: str) -> Measured:
    known = desk.catalogue.opened
    measure = known.measures[kind]
    counts = {date.fromisoformat(day): one.get(kind, 0) for day, one in days.items()}
    usual = rules.usual(counts, today, known.window)
    return Measured(measure, counts.get(today, 0), usual, rules.threshold(measure, usual))


def measured(desk: Desk, reader: Reader) -> list[Measured]:
    """What this member opened today at this device beside their usual day. There is no way to ask about somebody else."""
    today = desk.clock().date()
    days = _days(desk, today) if reader.member == desk.me else {}
    return [_measured(desk, days, today, kind) for kind in desk.catalogue.opened.measures]


def _tell(desk: Desk, today: date, kind: str, number: int, limit: int) -> None:
    keepers = people.directory(desk).keepers()
    known = bytes.fromhex(settings.value(desk.store, _PLACE))
    place, drafts = apart.prepare_apart(desk, b"", CLASS, known if known in desk.epochs() else None, keepers)
    body: dict[str, Value] = {"day": today.isoformat(), "kind": kind, "count": number, "threshold": limit, "state": "told"}
    ledger.append(desk, [*drafts, items.draft(desk, RECORD, place, body)])
    settings.keep(desk.store, _PLACE, place.hex())


def told(desk: Desk, reader: Reader) -> list[Told]:
    """What was told, the newest day first: to a keeper of everybody, to anybody else of themselves.

    Of several numbers for one day the highest is shown: no later version of a record takes it back.
    """
    keeper = people.is_keeper(desk, reader)
    highest: dict[tuple[bytes, str, str], Told] = {}
    for item in reading.items(desk, reader, RECORD, newest=True):
        for version in reading.versions(desk, reader, item.item):
            record = version.record
            one = Told(version.author, record.text("day"), record.text("kind"), record.number("count"), record.number("threshold"))
            key = (one.member, one.day, one.kind)
            if (keeper or one.member == reader.member) and one.count > (highest[key].count if key in highest else 0):
                highest[key] = one
    return sorted(highest.values(), key=lambda one: (one.day, one.count, one.member), reverse=True)


def whom_to_tell(desk: Desk, reader: Reader) -> list[reading.MemberView]:
    """Keepers beside this member: whom to tell when it was somebody else at the device."""
    keepers = set(people.directory(desk).keepers()) - {reader.member}
    return [member for member in reading.members(desk, reader) if member.member in keepers]
