"""Enter records whose bytes are settled: rows, directory, projections, index, standing. Used by append, receive and rebuild.

What a rebuild makes of all records is what the ledger made of them one by one; a test compares the tables row by row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.erasure import LIFTED, RESTRICTED
from letapis.core.errors import Damaged
from letapis.core.membership import Directory
from letapis.core.records import Record
from letapis.desk import beginnings, people, placing, refold, shredded, versions, withheld
from letapis.desk.opening import Desk
from letapis.desk.projections import PROJECT, TABLES, Document, Placed, document
from letapis.desk.vault import COLUMNS, Arrived, open_rows
from letapis.engines import search
from letapis.engines.db.models import Record as Row
from letapis.engines.db.tables import Rows

_TRUTH: Final = frozenset({"record", "leaf", "node", "compartment"})  # no projections; a compartment exists before any record of it
_WEIGHED_APART: Final = frozenset({"claim", "decision"})  # shown although they do not count, and weighed by the fold
_IN_TURN: Final = ("type = 'dossier'", "type = 'decision'", "type NOT IN ('dossier', 'decision')")
_PART: Final = 1000

Sound = tuple[int, Record]
"""Row id, record."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record to be entered in a state: ``Row.OK``, ``NEWER`` or ``QUARANTINED``, with the code of what is wrong or odd about it."""

    record: Record
    arrived: Arrived
    state: int
    fault: str = ""


def enter(desk: Desk, entries: Sequence[Entry]) -> None:
    """Insert the rows and project those that are sound. Inside a transaction. A record of our own that does not fit raises Damaged."""
    first = insert(desk, entries)
    project(desk, [(first + i, entry.record) for i, entry in enumerate(entries) if entry.state == Row.OK])


def insert(desk: Desk, entries: Sequence[Entry]) -> int:
    """Insert the rows of the records alone; the id of the first."""
    first = desk.store.reserve_ids("db_record", len(entries))
    rows = Rows(TABLES)
    for i, entry in enumerate(entries):
        h, a = entry.record.header, entry.arrived
        rows.add(
            "record",
            id=first + i,
            ref=entry.record.ref,
            rid=h.id,
            type=h.type[:20],
            compartment=h.compartment,
            epoch=a.epoch,
            device=h.device,
            seq=h.seq,
            recorded=h.recorded,
            state=entry.state,
            fault=entry.fault,
            blob=a.blob,
            wrap=a.wrap,
        )
    rows.write(desk.store)
    return first


def project(desk: Desk, sound: Sequence[Sound], *, waited: bool = False) -> None:
    """Project records that stand in the table: the directory first, since it says what the others weigh. ``waited``: they came before others that
    are laid out already.

    Where a change of the directory or a reconfirmation changes what records weigh that were projected before, everything is
    projected anew: that happens when a device is found compromised, and exactness matters more then than speed.
    """
    records = [record for _, record in sound]
    change = people.take_in(desk, records)
    beginnings.take_in(desk, records)
    if change.directory.ordered != change.before.ordered and shredded.settle(desk):
        project_all(desk)
        return
    if _is_reweighed(desk, change, {ident for ident, _ in sound}) or _reconfirms_others(desk, change.directory, sound):
        project_all(desk)
        return
    if beginnings.late(desk) != beginnings.in_effect(desk):
        project_all(desk)
        return
    if placing.judged_otherwise(desk, records) or withheld.speaks_of_hidden(desk, records):
        project_all(desk)
        return
    placed, too_late = _project_part(desk, change.directory, sound, waited=waited)
    if too_late or _lifts(desk, change, sound):
        project_all(desk)
        return
    refold.refold(desk, refold.touched_by(desk, placed) | withheld.withhold(desk))


def _lifts(desk: Desk, change: people.Change, sound: Iterable[Sound]) -> bool:
    """A restriction may have ended with these records: what it kept out of the tables comes back into them."""
    lifted = any(r.type == RESTRICTED and r.text("state") == LIFTED for _, r in sound)
    return lifted or (change.directory.members != change.before.members and bool(desk.store.rows("SELECT 1 FROM db_withheld LIMIT 1")))


def _is_reweighed(desk: Desk, change: people.Change, new: set[int]) -> bool:
    """A record that was projected before weighs otherwise now."""
    query = "SELECT id, seq FROM db_record WHERE device = %s AND state = %s AND type NOT IN ('organisation', 'member', 'device', 'removal')"
    for device in change.devices:
        for ident, seq in desk.store.stream(query, (device, Row.OK)):
            if ident not in new and people.weigh(change.before, device, seq) != people.weigh(change.directory, device, seq):
                return True
    return False


def _reconfirms_others(desk: Desk, directory: Directory, sound: Iterable[Sound]) -> bool:
    """Somebody calls back a record that did not count and is neither claim nor decision, so that it has no row yet."""
    targets = {target for _, r in sound if r.type == "decision" and r.text("kind") == "reconfirm" for target in r.refs("targets")}
    found = desk.store.rows_in("SELECT type, device, seq FROM db_record WHERE ref IN ({marks})", targets)
    return any(kind not in _WEIGHED_APART and not directory.counts(device, seq) for kind, device, seq in found)


def _project_part(desk: Desk, directory: Directory, sound: Sequence[Sound], *, waited: bool = False) -> tuple[list[Placed], bool]:
    """Rows and index of these records; those that do not count are left out unless somebody else reconfirmed them, and those that speak of what
    stands elsewhere. True where one of them should have come before what stands here with its number (``beginnings.late``)."""
    elsewhere = placing.misplaced(desk, [r for _, r in sound])
    placing.tell(desk, [i for i, r in sound if r.ref in elsewhere])
    placing.drop_aimed(desk, targets=[r.ref for _, r in sound if r.header.device != desk.device])
    taken = withheld.numbers_of_others(desk, [r for _, r in sound])
    placing.tell(desk, [i for i, r in sound if r.ref in taken], placing.TWICE)
    known = [(i, r) for i, r in sound if r.ref not in elsewhere | taken]
    placed = [Placed(i, r, *people.weigh(directory, r.header.device, r.header.seq)) for i, r in known]
    doubtful = [one for one in placed if one.record.type not in _WEIGHED_APART and not (one.counts and one.author)]
    again = refold.reconfirmed(desk, {one.record.ref: one.author for one in doubtful if one.author and not one.lost}) if doubtful else set()
    left_out = {one.id for one in doubtful if one.record.ref not in again}
    rows, documents = Rows(TABLES), []
    for one in placed:
        found = None if one.id in left_out else projected(rows, one)
        if found:
            documents.append(found)
    rows.write(desk.store)
    placing.drop_aimed(desk, rows=[one.id for one in placed if one.record.type == "decision"])
    placing.drop_foreign(desk, [one.record for one in placed])
    versions.show(desk, [one for one in placed if one.id not in left_out])
    search.index(desk.store, documents)
    twice, too_late = beginnings.begun_twice(desk, [(one.id, one.record) for one in placed if one.id not in left_out])
    placing.tell(desk, [one.id for one in placed if one.record.ref in twice], placing.TWICE)
    return placed, too_late or (bool(taken) and (waited or bool(beginnings.in_effect(desk))))


def projected(rows: Rows, placed: Placed) -> Document | None:
    """Put the rows of one record to the others, all or none, and give back what the index learns of it."""
    own = Rows(TABLES)
    PROJECT[placed.record.type](own, placed)
    rows.take_over(own)
    return document(placed.record)


def fault_of(record: Record) -> str:
    """The code of why a record cannot be projected, or empty: asked of records from elsewhere before anything is written."""
    try:
        projected(Rows(TABLES), Placed(0, record, b"", True, False))
    except Damaged as fault:
        return fault.code
    return ""


# ---- all of it -------------------------------------------------------------------------------------------------------


def rebuild(desk: Desk, progress: Callable[[int, int], None] | None = None) -> int:
    """Empty the projections and fill them from the sealed records in the order of their rows. Returns how many records there are.

    One transaction: whoever reads meanwhile sees the tables as they were. Signatures are not verified again; the audit does that.
    ``progress`` hears how many of how many are done. Raises Damaged at the first record that does not open.
    """
    with desk.store.transaction():
        desk.kept.pop("directory", None)
        people.lay_out(desk.store, people.directory(desk))
        return project_all(desk, progress)


def project_all(desk: Desk, progress: Callable[[int, int], None] | None = None) -> int:
    """The same inside a transaction, with members and devices laid out already. Dossiers first, which say where what is theirs stands; then
    decisions, which say who was reconfirmed."""
    _set_apart(desk)
    total = int(desk.store.rows("SELECT count(*) FROM db_record WHERE state = %s", (Row.OK,))[0][0])
    for name, table in TABLES.items():
        if name not in _TRUTH:
            desk.store.run(f"DELETE FROM {table.name}")
    search.clear(desk.store)
    withheld.forget(desk)
    placing.forget_told(desk)
    late, done = beginnings.put_in_effect(desk), 0
    marks = ", ".join(["%s"] * len(late))
    turns = [f"{types} AND compartment {word} ({marks})" for types in _IN_TURN for word in ("NOT IN", "IN")] if late else _IN_TURN
    for which in turns:
        last = 0
        while part := _next(desk, last, which, sorted(late)):
            _project_part(desk, people.directory(desk), part)
            last, done = part[-1][0], done + len(part)
            if progress:
                progress(done, total)
    withheld.withhold(desk)
    refold.refold_all(desk)
    return done


def _set_apart(desk: Desk) -> None:
    """What an older letapis took of compartments that it stands in no part of is kept apart now, as what comes anew."""
    query = f"SELECT {COLUMNS} FROM db_record WHERE state = %s AND type IN ('compartment', 'grant', 'dossier') ORDER BY id"
    faults = [(Row.QUARANTINED, fault, one.row) for one in open_rows(desk, desk.store.rows(query, (Row.OK,))) if (fault := fault_of(one.record))]
    desk.store.run_many("UPDATE db_record SET state = %s, fault = %s WHERE id = %s", faults)


def _next(desk: Desk, last: int, which: str, late: Sequence[bytes]) -> list[Sound]:
    query = f"SELECT {COLUMNS} FROM db_record WHERE id > %s AND state = %s AND {which} ORDER BY id LIMIT %s"
    return [(opened.row, opened.record) for opened in open_rows(desk, desk.store.rows(query, (last, Row.OK, *late, _PART)))]
