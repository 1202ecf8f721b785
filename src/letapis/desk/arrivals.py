"""Take in records from elsewhere: a set union in which every record is checked before it counts for anything.

What does not open is reported and not kept. What opens but is not sound is kept apart with the code of its fault, so that the
evidence is not lost, and never projected. A record whose device is not in the directory waits and is tried again when the
directory grows. Nothing depends on the order of arrival.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from letapis.core.cover_leaves import COVER
from letapis.core.errors import LetapisError
from letapis.core.membership import State
from letapis.core.records import Record
from letapis.desk import logs, people, shredded
from letapis.desk.checking import PublicKeys, signature_fault
from letapis.desk.entering import Entry, fault_of, insert, project
from letapis.desk.opening import Desk
from letapis.desk.vault import COLUMNS, Arrived, Opened, open_rows, try_open
from letapis.engines.db.models import Record as Row

UNKNOWN_DEVICE: Final = "ledger.unknown_device"
FORK: Final = "ledger.fork"
_PREV: Final = "ledger.prev_differs"
_MAX_DEVICE: Final = 64


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of it: records that are new (waiting ones included, cover leaves not), records we had, codes of what was set apart
    or refused (one for each record), and codes of what is evidence against a device although the record itself is sound (forks)."""

    new: int
    known: int
    quarantined: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


def receive(desk: Desk, sealed: Sequence[Arrived]) -> Receipt:
    """Union of these records with ours. Raises Busy with nothing changed; everything else is said in the receipt."""
    with desk.store.transaction():
        opened = try_open(desk.agent, sealed)
        refused = [item.code for item in opened if isinstance(item, LetapisError)]
        distinct = {item.record.ref: item for item in opened if isinstance(item, Opened)}
        held = {bytes(row[0]) for row in desk.store.rows_in("SELECT ref FROM db_record WHERE ref IN ({marks})", distinct)}
        held |= shredded.recognised(desk, [item.record for item in distinct.values()])
        fresh = [item for ref, item in distinct.items() if ref not in held]
        doubled = len(opened) - len(refused) - len(distinct)
        entries = _judge(desk, fresh)
        odd = _take_places(desk, [entry for entry in entries if entry.state != Row.QUARANTINED])
        entries = [replace(entry, fault=odd.get(entry.record.ref, entry.fault)) for entry in entries]
        _enter(desk, entries)
    apart = [entry.fault for entry in entries if entry.state == Row.QUARANTINED]
    new = sum(item.record.type != COVER for item in fresh)
    return Receipt(new, len(held) + doubled, tuple(refused + apart), tuple(odd.values()))


def _enter(desk: Desk, entries: Sequence[Entry]) -> None:
    """Rows of all; projections of the sound ones, the directory's first; then those that waited for a device that is known now."""
    if not entries:
        return
    first = insert(desk, entries)
    sound = [(first + i, entry.record) for i, entry in enumerate(entries) if entry.state == Row.OK]
    grown = any(people.matters(record) for _, record in sound)
    project(desk, sound)
    while grown:
        grown = _try_waiting(desk)


# ---- judging ---------------------------------------------------------------------------------------------------------


def _judge(desk: Desk, fresh: Sequence[Opened]) -> list[Entry]:
    """State and fault of each record. Entries of the directory may bring the key by which they are checked."""
    keys = _known_keys(desk)
    taken = _taken_ids(desk, fresh)
    offered = _offered_keys(desk, [item.record for item in fresh])
    return [_judged(item, keys, offered, taken) for item in fresh]


def _judged(item: Opened, keys: Mapping[str, PublicKeys], offered: Mapping[str, PublicKeys], taken: frozenset[bytes]) -> Entry:
    record = item.record
    device = record.header.device
    fault = _form_fault(record, taken)
    if not fault:
        public = keys.get(device) or (offered.get(device) if people.matters(record) else None)
        fault = UNKNOWN_DEVICE if public is None else signature_fault(record.type, device, item.sealed, public)
    if fault:
        return Entry(record, item.arrived, Row.QUARANTINED, fault)
    if not record.known:
        return Entry(record, item.arrived, Row.NEWER)
    fault = fault_of(record)
    return Entry(record, item.arrived, Row.QUARANTINED if fault else Row.OK, fault)


def _form_fault(record: Record, taken: frozenset[bytes]) -> str:
    h = record.header
    if len(h.device) > _MAX_DEVICE or "\x00" in h.device or h.seq >= 1 << logs.SHIFT:
        return "ledger.header"
    return "ledger.id_twice" if h.id in taken else ""


def _taken_ids(desk: Desk, fresh: Sequence[Opened]) -> frozenset[bytes]:
    """Random ids that another record bears already: nobody draws the same 16 bytes by chance."""
    ids = [item.record.header.id for item in fresh]
    twice = {ident for ident in ids if ids.count(ident) > 1} if len(set(ids)) != len(ids) else set()
    held = {bytes(row[0]) for row in desk.store.rows_in("SELECT rid FROM db_record WHERE rid IN ({marks})", ids)}
    return frozenset(twice | held)


def _known_keys(desk: Desk) -> dict[str, PublicKeys]:
    """Keys of the devices that are or were in force. A proposed device signs nothing but what concerns the directory."""
    devices = people.directory(desk).devices.values()
    return {d.device: PublicKeys(d.ed25519, d.mldsa44) for d in devices if d.state is not State.PROPOSED}


def _offered_keys(desk: Desk, fresh: Iterable[Record]) -> dict[str, PublicKeys]:
    """Keys that device records bring along, for checking the directory's records until the directory binds them.

    A name that comes with two different keys is worth nothing.
    """
    offered: dict[str, set[PublicKeys]] = {}
    for r in (*people.records(desk), *fresh):
        if r.type == "device" and r.known:
            offered.setdefault(r.text("device"), set()).add(PublicKeys(r.raw("ed25519"), r.raw("mldsa44")))
    return {name: next(iter(found)) for name, found in offered.items() if len(found) == 1}


# ---- places in the logs ----------------------------------------------------------------------------------------------


def _take_places(desk: Desk, entries: Sequence[Entry]) -> dict[bytes, str]:
    """Put the leaves of checked records to their devices' logs. Returns, by reference, what contradicts what we hold."""
    by_device: dict[str, list[Record]] = {}
    for entry in entries:
        by_device.setdefault(entry.record.header.device, []).append(entry.record)
    origins = _origins(desk, [entry.record for entry in entries])
    owners = {log.origin: log.device for log in logs.logs(desk.store)}
    odd: dict[bytes, str] = {}
    for device, records in by_device.items():
        if device == desk.device or device not in origins or owners.setdefault(origins[device], device) != device:
            continue  # a proposal that names another device's log has no place in it
        log = logs.log_of(desk.store, device, origins[device])
        first: dict[int, bytes] = {}
        for record in records:
            if first.setdefault(record.header.seq, record.ref) != record.ref:
                odd[record.ref] = FORK
        forks = set(logs.take_leaves(desk.store, log, [(seq, logs.leaf_of(ref)) for seq, ref in first.items()]))
        odd.update({ref: FORK for seq, ref in first.items() if seq in forks})
        odd.update(_broken_links(desk, log.number, [record for record in records if record.ref not in odd]))
    own = [entry.record for entry in entries if entry.record.header.device == desk.device]
    return odd | {record.ref: FORK for record in _not_returning(desk, own)}


def _not_returning(desk: Desk, own: Sequence[Record]) -> list[Record]:
    """Records of our own that we did not write down: a copy of our keys signs elsewhere, or a backup came back. One whose leaf stands in
    our log was put away before a journey and comes home."""
    if not own:
        return []
    base = logs.log_of(desk.store, desk.device, desk.origin).number << logs.SHIFT
    rows = desk.store.rows_in("SELECT id, hash FROM db_logleaf WHERE id IN ({marks})", [base + record.header.seq for record in own])
    held = {int(ident) - base: bytes(hashed) for ident, hashed in rows}
    return [record for record in own if held.get(record.header.seq) != logs.leaf_of(record.ref)]


def _broken_links(desk: Desk, number: int, records: Sequence[Record]) -> dict[bytes, str]:
    """Records whose ``prev`` is not the record that we hold before them."""
    base = number << logs.SHIFT
    before = [base + record.header.seq - 1 for record in records if record.header.seq]
    held = {row[0] - base: bytes(row[1]) for row in desk.store.rows_in("SELECT id, hash FROM db_logleaf WHERE id IN ({marks})", before)}
    return {
        record.ref: _PREV
        for record in records
        if record.header.seq and held.get(record.header.seq - 1, b"") not in (b"", logs.leaf_of(record.header.prev))
    }


def _origins(desk: Desk, records: Sequence[Record]) -> dict[str, str]:
    """Log origin of each device, from the directory or, before it is in force, from its record in this batch."""
    origins = {r.text("device"): r.text("log") for r in records if r.type == "device"}
    known = {log.device: log.origin for log in logs.logs(desk.store)}
    return origins | {d.device: d.log for d in people.directory(desk).devices.values()} | known


# ---- waiting ---------------------------------------------------------------------------------------------------------


def trust_root(desk: Desk, ref: bytes) -> None:
    """Pin the organisation's first record, as a colleague showed it in person, and judge what waited for it.

    Raises Refused("ledger.root_pinned") when another is pinned.
    """
    with desk.store.transaction():
        people.pin_root(desk, ref)
        while _try_waiting(desk):
            pass


def _try_waiting(desk: Desk) -> bool:
    """Judge again the records that wait for their device. True when the directory may have grown once more."""
    query = f"SELECT {COLUMNS} FROM db_record WHERE state = %s AND fault = %s ORDER BY id"
    waiting = list(open_rows(desk, desk.store.rows(query, (Row.QUARANTINED, UNKNOWN_DEVICE))))
    keys, offered = _known_keys(desk), _offered_keys(desk, [item.record for item in waiting])
    judged = [(item, _judged(item, keys, offered, frozenset())) for item in waiting]
    settled = [(item, entry) for item, entry in judged if entry.fault != UNKNOWN_DEVICE]
    if not settled:
        return False
    odd = _take_places(desk, [entry for _, entry in settled if entry.state != Row.QUARANTINED])
    changes = [(entry.state, odd.get(entry.record.ref, entry.fault), item.row) for item, entry in settled]
    desk.store.run_many("UPDATE db_record SET state = %s, fault = %s WHERE id = %s", changes)
    project(desk, [(item.row, entry.record) for item, entry in settled if entry.state == Row.OK], waited=True)
    return any(people.matters(entry.record) for _, entry in settled if entry.state == Row.OK)
