"""What orders in force take away, on this device: records with their keys, everything made of them, and never taken in again.

An order is carried by keepers as an entry of the directory is (``core.directory``), so which orders are in force is a function of the
organisation's records. Here that is carried out, in the transaction in which an order comes into force: rows go, with the sealed record,
its key, salts and signatures; the tables are made anew without them; commitments stay, so that a record which arrives again from an old
batch, stick or backup is recognised and not taken in. Objects and empty pages follow once the tables have let go (``desk.clearing``).

The leaf in the log stays, and with it every proof of every other record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.erasure import FOLLOWED, OWN, Order, may_go, type_may_go
from letapis.core.membership import ORDER
from letapis.core.records import Record
from letapis.desk import clearing, people, settings
from letapis.desk.opening import Desk
from letapis.desk.projections import ITEMS
from letapis.desk.vault import COLUMNS, Arrived, Opened, open_rows, opened_by_ref, try_open
from letapis.engines.db.models import Record as Row
from letapis.engines.objects import ObjectStore

_DONE: Final = "shredded.orders"
IDENTS: Final = {**OWN, **{kind: one.ident for kind, one in ITEMS.items()}}
"""By type the field of a record that holds the id of what it is a version of."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stood that is gone; ``device`` is empty when this device never had it."""

    ref: bytes
    compartment: bytes
    device: str
    seq: int


# ---- which orders there are ------------------------------------------------------------------------------------------


def orders(desk: Desk) -> list[Order]:
    """Every order that this device knows, in force or not, in the order of their hours."""
    directory = people.directory(desk)
    standing = {one.ref: one for one in directory.orders}
    found = []
    for r in people.records(desk):
        if r.type == ORDER and r.ref in standing:
            one = standing[r.ref]
            place = (r.ref, r.raw("order"), r.number("part"), r.number("parts"), r.text("ground"), r.refs("commitments"), r.texts("blobs"))
            author = directory.member_of(r.header.device) or b""
            found.append(Order(*place, r.header.recorded, author, one.supporters, one.members, one.needed, r.ref in directory.ordered))
    return sorted(found, key=lambda o: (o.recorded, o.order, o.part))


def ordered_blobs(desk: Desk) -> frozenset[str]:
    """Names of sealed objects that an order in force takes away and no record that is here still names: relays and copy places delete
    these, and nothing else."""
    named = {name for one in orders(desk) if one.in_force for name in one.blobs}
    return frozenset(named - _still_named(desk)) if named else frozenset()


def _still_named(desk: Desk) -> set[str]:
    shown = {str(row[0]) for row in desk.store.rows("SELECT blob FROM db_evidence")}
    others = desk.store.rows("SELECT ref FROM db_record WHERE type = 'evidence' AND ref NOT IN (SELECT ref FROM db_evidence)")
    return shown | {one.record.text("blob.name") for one in opened_by_ref(desk, [bytes(row[0]) for row in others]).values()}


# ---- carrying out ----------------------------------------------------------------------------------------------------


def settle(desk: Desk) -> bool:
    """Bring this device in line with the orders in force. Inside a transaction. True when a record went, so that every table is to be
    made anew."""
    directory = people.directory(desk)
    mark = " ".join(sorted(ref.hex() for ref in directory.ordered))
    if settings.value(desk.store, _DONE) == mark:
        return False
    wanted = {ref: one.ref for one in orders(desk) if one.in_force for ref in one.commitments}
    held = {bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_shredded")}
    desk.store.run_many("DELETE FROM db_shredded WHERE ref = %s", [(ref,) for ref in sorted(held - set(wanted))])
    insert = "INSERT INTO db_shredded (ref, part, rid, compartment, device, seq) VALUES (%s, %s, %s, %s, %s, %s)"
    fresh = sorted(set(wanted) - held)
    desk.store.run_many(insert, [(ref, wanted[ref], b"", b"", "", -1) for ref in fresh])
    gone = _shred(desk, fresh)
    _let_go_of_objects(desk)
    settings.keep(desk.store, _DONE, mark)
    return gone


def _shred(desk: Desk, refs: Sequence[bytes]) -> bool:
    rows = desk.store.rows_in(f"SELECT {COLUMNS}, type, ref, device, seq FROM db_record WHERE ref IN ({{marks}})", refs)
    items = [Arrived(bytes(row[2]), int(row[3]), bytes(row[1]), bytes(row[4]), bytes(row[5])) for row in rows]
    opened = try_open(desk.agent, items)
    going, records = [], list[Record]()
    for row, one in zip(rows, opened, strict=True):
        if isinstance(one, Opened):
            if not may_go(one.record):
                continue
            records.append(one.record)
        elif not type_may_go(str(row[6])):
            continue
        going.append(row)
    if not going:
        return False
    _keep_places(desk, [(bytes(row[1]), bytes(row[2]), str(row[8]), int(row[9]), bytes(row[7])) for row in going])
    desk.store.run_many("DELETE FROM db_record WHERE id = %s", [(int(row[0]),) for row in going])
    _forget_typed(desk, records)
    # What was skipped in a note names it and its words by a short hash; of what stays it is asked again.
    desk.store.run("DELETE FROM db_setting WHERE name LIKE %s OR name LIKE %s", ("skipped.%", "looked:%"))
    for name in set(desk.kept) - {"directory", "granted"}:
        del desk.kept[name]
    clearing.note_left(desk.store, [])
    return True


def _keep_places(desk: Desk, places: Sequence[tuple[bytes, bytes, str, int, bytes]]) -> None:
    desk.store.run_many("UPDATE db_shredded SET rid = %s, compartment = %s, device = %s, seq = %s WHERE ref = %s", places)


def _forget_typed(desk: Desk, records: Iterable[Record]) -> None:
    """Texts typed and not saved on the pages of what is gone, or that name it."""
    idents = {record.header.id.hex() for record in records} | {record.raw(IDENTS[record.type]).hex() for record in records if record.type in IDENTS}
    typed = desk.store.rows("SELECT form, fields FROM db_kepttext")
    going = [(form,) for form, fields in typed if any(ident and (ident in form or ident in fields) for ident in idents)]
    desk.store.run_many("DELETE FROM db_kepttext WHERE form = %s", going)


def _let_go_of_objects(desk: Desk) -> None:
    """Note the objects that have to go from this disk, and forget their names on the relay: what is not there any more is not missed."""
    named = ordered_blobs(desk)
    here = set(ObjectStore(desk.workspace / "objects").names()) if named else set[str]()
    desk.store.run_many("DELETE FROM db_relayname WHERE name = %s", [(f"objects/{name}",) for name in sorted(named)])
    if named & here:
        clearing.note_left(desk.store, sorted(named & here))


# ---- what comes again ------------------------------------------------------------------------------------------------


def recognised(desk: Desk, records: Iterable[Record]) -> frozenset[bytes]:
    """Those of these records that an order took away, wherever they come from; where they stood is kept. Inside a transaction."""
    known = {record.ref: record for record in records}
    rows = desk.store.rows_in("SELECT ref FROM db_shredded WHERE ref IN ({marks})", known)
    gone = [known[bytes(row[0])] for row in rows if may_go(known[bytes(row[0])])]
    _keep_places(desk, [(r.header.id, r.header.compartment, r.header.device[:64], min(r.header.seq, (1 << 44) - 1), r.ref) for r in gone])
    return frozenset(record.ref for record in gone)


def places(desk: Desk) -> list[Place]:
    rows = desk.store.rows("SELECT ref, compartment, device, seq FROM db_shredded")
    return [Place(bytes(ref), bytes(compartment), str(device), int(seq)) for ref, compartment, device, seq in rows]


def counts(desk: Desk) -> tuple[dict[tuple[bytes, str], int], int]:
    """How many records of a compartment and device are gone, and how many of which this device cannot know where they stood: whoever
    counts what should be here allows for them."""
    known: dict[tuple[bytes, str], int] = {}
    unknown = 0
    for one in places(desk):
        if one.device:
            known[one.compartment, one.device] = known.get((one.compartment, one.device), 0) + 1
        else:
            unknown += 1
    return known, unknown


# ---- who has followed ------------------------------------------------------------------------------------------------


def followed(desk: Desk) -> dict[bytes, dict[str, str]]:
    """By order (a part's reference) the devices that recorded that they followed it, each with the hour it said."""
    found: dict[bytes, dict[str, str]] = {}
    for record in followings(desk):
        if not record.texts("gone"):
            found.setdefault(record.raw("order"), {}).setdefault(record.header.device, record.header.recorded)
    return found


def followings(desk: Desk) -> list[Record]:
    """The records of shreddings that this device knows."""
    rows = desk.store.rows(f"SELECT {COLUMNS} FROM db_record WHERE type = %s AND state = %s ORDER BY id", (FOLLOWED, Row.OK))
    return [one.record for one in open_rows(desk, rows)]


def names_removed(desk: Desk) -> frozenset[str]:
    """Names that an order took off the relay, as those who did so said it: nobody takes them for something that was kept from them. Besides the
    objects only files of data keys leave, so nobody explains away a batch of records by saying that it left."""
    named = {f"objects/{name}" for one in orders(desk) if one.in_force for name in one.blobs}
    if not people.directory(desk).ordered:
        return frozenset()
    return frozenset(named | {name for record in followings(desk) for name in record.texts("gone") if name.startswith("keys/")})
