"""Checkpoints that may leave the house: where the keepers asked for it, they show a size that the clock says and not how much was recorded.

Nothing else of the desk signs a checkpoint of its own log (``logs.sign_checkpoint``), so none shows another size. Cover leaves are records like
all others, in the organisation's compartment: the chain of the device stays whole, colleagues can tell one from a record that was taken out,
and whoever holds no key cannot tell it from any other leaf.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from letapis.core import cover_leaves as rules
from letapis.core.access import Reader
from letapis.core.cover_leaves import COVER, OFF, ON, RHYTHM, Began, Rhythm, Version
from letapis.core.errors import Refused
from letapis.core.instants import moment_of
from letapis.core.records import Draft, Record, Value
from letapis.desk import ledger, logs, people, settings
from letapis.desk.members import common_compartment, require_keeper
from letapis.desk.opening import Desk
from letapis.desk.reading.window import guard
from letapis.desk.vault import COLUMNS, open_rows
from letapis.engines.db.models import Record as Row

_BEGAN: Final = "cover.began"


@dataclass(frozen=True)
class Covering:
    """What is in force: the rhythm, None when logs are not covered; ``seen``: the decisions that a new one is made from; ``leaves``: how many
    cover leaves each log has, by device, as far as they are here."""

    rhythm: Rhythm | None
    seen: tuple[bytes, ...]
    leaves: dict[str, int]


# ---- what keepers decide ---------------------------------------------------------------------------------------------


def covering(desk: Desk, reader: Reader) -> Covering:
    """Whether and how logs are covered, for who looks at them."""
    guard(reader)
    found = _latest(desk)
    rows = desk.store.rows("SELECT device, count(*) FROM db_record WHERE type = %s AND state = %s GROUP BY device", (COVER, Row.OK))
    return Covering(found[0].rhythm if found else None, tuple(one.ref for one in found), {str(device): int(count) for device, count in rows})


def cover(desk: Desk, reader: Reader, step: int, hours: int) -> None:
    """Decide that every log grows by ``step`` leaves in so many hours, whatever is recorded.

    Raises Refused("members.keepers_only"), UsageError("cover.step", "cover.hours").
    """
    require_keeper(desk, reader)
    asked = rules.rhythm(step, hours)
    _decide(desk, {"step": asked.step, "hours": asked.hours, "state": ON})


def end(desk: Desk, reader: Reader) -> None:
    """Decide that logs are shown as they are from now on. Raises Refused("members.keepers_only", "cover.not_covered")."""
    require_keeper(desk, reader)
    if not any(one.rhythm for one in _latest(desk)):
        raise Refused("cover.not_covered")
    _decide(desk, {"step": 0, "hours": 0, "state": OFF})


def _decide(desk: Desk, body: dict[str, Value]) -> None:
    seen = tuple(one.ref for one in _latest(desk))
    ledger.append(desk, [Draft(RHYTHM, common_compartment(desk, "ORG"), {**body, **({"after": seen} if seen else {})})])


def _latest(desk: Desk) -> tuple[Version, ...]:
    """Decisions of keepers, also of those who have left since, that no later one has seen. They are read from the records themselves, because a
    desk has to follow them before anybody looks: also one that was restored and waits for its first exchange."""
    rows = desk.store.rows(f"SELECT {COLUMNS} FROM db_record WHERE type = %s AND state = %s ORDER BY id", (RHYTHM, Row.OK))
    if not rows:
        return ()
    folded, home = people.directory(desk), common_compartment(desk, "ORG")
    keepers = {member.member for member in folded.members.values() if member.keeper}
    records = [one.record for one in open_rows(desk, rows) if one.record.header.compartment == home]
    weighed = [(record, people.weigh(folded, record.header.device, record.header.seq)) for record in records]
    return rules.latest(_version(record) for record, (author, counts, _) in weighed if counts and author in keepers)


def _version(record: Record) -> Version:
    step, hours = record.number("step"), record.number("hours")
    sound = record.text("state") == ON and rules.SMALLEST <= step <= rules.LARGEST and 1 <= hours <= rules.LONGEST
    return Version(record.ref, frozenset(record.refs("after")), Rhythm(step, hours) if sound else None)


# ---- checkpoints -----------------------------------------------------------------------------------------------------


def checkpoint(desk: Desk, *, whole: bool = False) -> bytes:
    """A signed checkpoint of the own log, fit to be shown outside. With ``whole`` it covers everything that was recorded so far; without, the
    one of this stretch of hours is enough where logs are covered, so that asking often shows nothing.

    Cover leaves are on the disk before the checkpoint over them is signed; killed in between, the next call signs the same size.
    Raises as ``logs.sign_checkpoint`` and ``ledger.append`` do.
    """
    found = _latest(desk)
    if not found or found[0].rhythm is None:
        return logs.sign_checkpoint(desk)
    rhythm, now = found[0].rhythm, desk.clock()
    with desk.store.transaction():
        log = logs.log_of(desk.store, desk.device, desk.origin)
        began, known = _began(desk, found[0], log.frontier.size, now)
        note = _signed(desk, log, rhythm, began, now, whole) if known else None
        if note is not None:
            return note
        size = rules.due(rhythm, began, log.frontier.size, now)
        if rules.is_too_long(rhythm, log.frontier.size, size):
            began = rules.begin(rhythm, log.frontier.size, now)
            size, known = began.size, False
        if not known:
            settings.keep(desk.store, _BEGAN, f"{desk.origin} {found[0].ref.hex()} {began.size} {began.slot}")
        ledger.append(desk, _covers(desk, size - log.frontier.size))
    return logs.sign_checkpoint(desk, size)


def follows_the_clock(desk: Desk) -> bool:
    """Logs are covered now: a checkpoint is due with each step, also when nothing was recorded."""
    found = _latest(desk)
    return bool(found) and found[0].rhythm is not None


def _covers(desk: Desk, count: int) -> Sequence[Draft]:
    home = common_compartment(desk, "ORG") if count else b""
    return [Draft(COVER, home, {}) for _ in range(count)]


def _began(desk: Desk, version: Version, size: int, now: datetime) -> tuple[Began, bool]:
    """Where this log began to follow this decision, and whether that stood here. Another log, after a restore, begins anew."""
    assert version.rhythm is not None
    told = settings.value(desk.store, _BEGAN).split()
    if len(told) == 4 and told[:2] == [desk.origin, version.ref.hex()]:
        return Began(int(told[2]), int(told[3])), True
    return rules.begin(version.rhythm, size, now), False


def _signed(desk: Desk, log: logs.Log, rhythm: Rhythm, began: Began, now: datetime, whole: bool) -> bytes | None:
    """The checkpoint that was signed in this stretch of hours, when it is enough."""
    query = "SELECT size, received, note FROM db_checkpoint WHERE log = %s AND fault = %s ORDER BY size DESC, id DESC LIMIT 1"
    for size, received, note in desk.store.rows(query, (log.number, "")):
        fits = int(size) % rhythm.step == 0 and int(size) >= began.size and rhythm.slot(moment_of(str(received))) == rhythm.slot(now)
        if fits and not (whole and log.frontier.size > int(size)):
            return str(note).encode("utf-8")
    return None
