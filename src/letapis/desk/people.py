"""The directory as this device knows it, kept folded in memory and laid out in the tables of members and devices.

It is a function of the organisation's records alone (``core.directory``). When it changes, what the records of a device weigh
may change with it, so everything that such a device signed is weighed anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.directory import ENTRIES, fold_directory
from letapis.core.errors import Refused
from letapis.core.membership import Device, Directory, Member, Weight
from letapis.core.records import Record
from letapis.desk import settings, vault
from letapis.desk.opening import Desk
from letapis.desk.projections import DEVICES, MEMBERS, device_row, member_row
from letapis.engines.db.models import Record as Row
from letapis.engines.db.store import Store
from letapis.engines.seal import DevicePublic

ROOT: Final = "directory.root"
_MARK: Final = "directory.mark"
_ACTS: Final = frozenset({"endorse", "reconfirm"})


@dataclass(frozen=True, slots=True)
class _Folded:
    """The directory with the records it follows from, and the mark under which it was read."""

    mark: str
    records: tuple[Record, ...]
    directory: Directory


def pin_root(desk: Desk, ref: bytes) -> None:
    """Trust the organisation record ``ref`` as the beginning of the directory. Raises Refused("ledger.root_pinned") for a second one."""
    known = settings.value(desk.store, ROOT)
    if known and known != ref.hex():
        raise Refused("ledger.root_pinned")
    settings.keep(desk.store, ROOT, ref.hex())
    desk.kept.pop("directory", None)
    lay_out(desk.store, directory(desk))


def records(desk: Desk) -> tuple[Record, ...]:
    """The sound records of the directory that this device holds, in force or not."""
    return _folded(desk).records


def root(desk: Desk) -> bytes:
    return bytes.fromhex(settings.value(desk.store, ROOT))


def matters(record: Record) -> bool:
    """The record may change the directory."""
    return record.type in ENTRIES or (record.type == "decision" and record.text("kind") in _ACTS)


def directory(desk: Desk) -> Directory:
    """The directory in force, folded once for each change of its records."""
    return _folded(desk).directory


def is_keeper(desk: Desk, reader: Reader) -> bool:
    """The reader is one of those who sign who is a member."""
    return reader.member in directory(desk).keepers()


def publishers(desk: Desk) -> frozenset[bytes]:
    """Members of now who make the public list, and are given keys of what is public alone."""
    return frozenset(one.member for one in directory(desk).active_members() if one.publisher)


def _folded(desk: Desk) -> _Folded:
    mark = settings.value(desk.store, _MARK)
    kept = desk.kept.get("directory")
    if isinstance(kept, _Folded) and kept.mark == mark:
        return kept
    records = _read(desk)
    fresh = _Folded(mark, records, fold_directory(records, root(desk)))
    desk.kept["directory"] = fresh
    return fresh


def _read(desk: Desk) -> tuple[Record, ...]:
    """The organisation's records: entries, and the decisions in the compartments in which entries stand."""
    entries = desk.store.rows_in(f"SELECT {vault.COLUMNS} FROM db_record WHERE state = %s AND type IN ({{marks}})", sorted(ENTRIES), (Row.OK,))
    homes = {bytes(row[2]) for row in entries}
    query = f"SELECT {vault.COLUMNS} FROM db_record WHERE state = %s AND type = 'decision' AND compartment IN ({{marks}})"
    decisions = desk.store.rows_in(query, homes, (Row.OK,))
    return tuple(opened.record for opened in vault.open_rows(desk, [*entries, *decisions]))


@dataclass(frozen=True, slots=True)
class Change:
    """The directory before and after new records, and the devices whose records may weigh otherwise than before."""

    before: Directory
    directory: Directory
    devices: frozenset[str]


def take_in(desk: Desk, records: Sequence[Record]) -> Change:
    """Fold the directory with ``records``, which are in the table already, and write members and devices anew."""
    before = _folded(desk)
    acts = [record for record in records if matters(record)]
    if not acts:
        return Change(before.directory, before.directory, frozenset())
    _pin_own(desk, acts)
    known = {record.ref: record for record in (*before.records, *acts)}
    after = fold_directory(known.values(), root(desk))
    mark = acts[-1].ref.hex()
    settings.keep(desk.store, _MARK, mark)
    desk.kept["directory"] = _Folded(mark, tuple(known.values()), after)
    if after == before.directory:
        return Change(after, after, frozenset())
    lay_out(desk.store, after)
    return Change(before.directory, after, _reweighed(before.directory, after))


def _pin_own(desk: Desk, acts: Iterable[Record]) -> None:
    """Whoever founds the organisation on this device trusts it; everybody else pins what a colleague showed them."""
    if not settings.value(desk.store, ROOT):
        founded = [act for act in acts if act.type == "organisation" and act.header.device == desk.device]
        if founded:
            pin_root(desk, founded[0].ref)


def _reweighed(before: Directory, after: Directory) -> frozenset[str]:
    def facts(known: Device | None) -> object:
        return known and (known.member, known.state == "proposed", known.removed_from, known.compromised_since)

    return frozenset(name for name in {*before.devices, *after.devices} if facts(before.devices.get(name)) != facts(after.devices.get(name)))


def lay_out(store: Store, folded: Directory) -> None:
    """Members and devices as tables. There are few of them, so they are written whole."""
    store.run("DELETE FROM db_member")
    store.run("DELETE FROM db_device")
    store.run_many(MEMBERS.statement, [MEMBERS.row(_member_row(member)) for member in folded.members.values()])
    store.run_many(DEVICES.statement, [DEVICES.row(_device_row(device)) for device in folded.devices.values()])


def _member_row(m: Member) -> dict[str, object]:
    return member_row(m.member, m.name, m.keeper, m.custodian, str(m.state), m.ref)


def _device_row(d: Device) -> dict[str, object]:
    row = device_row(d.device, d.member, d.label, public_of(d).to_bytes(), d.log, str(d.state), d.ref)
    return row | {"removed_from": d.removed_from, "compromised_since": d.compromised_since}


def public_of(device: Device) -> DevicePublic:
    return DevicePublic(device.ed25519, device.mldsa44, device.log_ed25519, device.log_mldsa44, device.kem)


def weigh(folded: Directory, device: str, seq: int) -> tuple[bytes, bool, bool]:
    """Author (empty for none), whether the record counts by itself, whether nothing can make it count."""
    weight = folded.weight(device, seq)
    return folded.member_of(device) or b"", weight is Weight.COUNTS, weight is Weight.NEVER
