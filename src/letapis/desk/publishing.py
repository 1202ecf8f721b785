"""Leave on the relay what colleagues do not have yet: keys for those I admitted, records, and the objects that records name.

A batch is written before its data keys and before the mark that says so; whoever is killed in between sends it once more under
another name, and a union does not mind.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from letapis.core.errors import NotFound, Refused
from letapis.core.membership import State
from letapis.desk import keyring, people, relay_names, relaying, resealing
from letapis.desk.opening import Desk
from letapis.desk.relay_names import Exchange
from letapis.desk.relaying import Batch, Place
from letapis.desk.vault import COLUMNS, open_rows
from letapis.engines.db.models import Record as Row

_KEYS_IN_BUNDLE: Final = 2000
_SENDABLE: Final = "(state <> %s OR fault = 'ledger.unknown_device')"
Held = tuple[bytes, int]
"""Compartment and epoch of a key."""


# ---- keys ------------------------------------------------------------------------------------------------------------


def publish_keys(exchange: Exchange) -> None:
    """A bundle for every active device that I owe keys: those of members whom I granted a compartment, and my own other devices."""
    desk = exchange.desk
    for device, held in sorted(owed(desk).items()):
        for start in range(0, len(held), _KEYS_IN_BUNDLE):
            part = held[start : start + _KEYS_IN_BUNDLE]
            bundle = keyring.give_keys(desk, device, part)
            name = relaying.bundle_name(bundle)
            exchange.relay.put_new(name, bundle)
            exchange.settle(name)
            keep_sent(desk, device, part)


def keep_sent(desk: Desk, device: str, held: Sequence[Held]) -> None:
    """Remember that these keys were handed to a device."""
    statement = "INSERT INTO db_sentwrap (compartment, epoch, device) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    desk.store.run_many(statement, [(compartment, epoch, device) for compartment, epoch in held])


def owed(desk: Desk) -> dict[str, list[Held]]:
    """The keys that each active device should have from this one and was not given yet."""
    directory = people.directory(desk)
    held: dict[bytes, list[int]] = {}
    for compartment, epoch in desk.store.rows("SELECT compartment, epoch FROM db_compartmentkey ORDER BY compartment, epoch"):
        held.setdefault(bytes(compartment), []).append(int(epoch))
    pairs = {pair for pair in _granted(desk) if pair[0] in held} | {(compartment, desk.me) for compartment in held}
    sent = {(bytes(c), int(e), str(d)) for c, e, d in desk.store.rows("SELECT compartment, epoch, device FROM db_sentwrap")}
    due: dict[str, list[Held]] = {}
    for compartment, member in sorted(pairs):
        for device in directory.devices_of(member):
            if device.device != desk.device:
                due.setdefault(device.device, []).extend((compartment, e) for e in held[compartment] if (compartment, e, device.device) not in sent)
    return {device: keys for device, keys in due.items() if keys}


def _granted(desk: Desk) -> set[tuple[bytes, bytes]]:
    """Compartment and member of each grant that this device signed; read once, then only what is new."""
    last, pairs = desk.kept.get("granted", (0, set()))
    query = f"SELECT {COLUMNS} FROM db_record WHERE type = 'grant' AND device = %s AND id > %s AND state = %s ORDER BY id"
    for opened in open_rows(desk, desk.store.rows(query, (desk.device, last, Row.OK))):
        last = opened.row
        pairs.add((opened.record.raw("compartment"), opened.record.raw("member")))
    desk.kept["granted"] = (last, pairs)
    return set(pairs)


# ---- records ---------------------------------------------------------------------------------------------------------


def publish_records(exchange: Exchange) -> None:
    """Own records that are new, each compartment for itself; after a change of keys everything we hold of it."""
    for compartment, epoch in sorted(exchange.desk.epochs().items()):
        _publish_compartment(exchange, compartment, epoch)


def _publish_compartment(exchange: Exchange, compartment: bytes, epoch: int) -> None:
    desk = exchange.desk
    with desk.store.transaction():
        resealing.reseal(desk, compartment, epoch)
    if (whole := relay_names.whole(desk, compartment)) is not None:
        done, end = whole
        for rows in _parts(desk, compartment, done, end):
            _put(exchange, Place(compartment, epoch, desk.randomness(16)), rows)
            relay_names.keep_whole(desk, compartment, int(rows[-1][0]), end)
        relay_names.keep_mark(desk, compartment, max(end, relay_names.mark(desk, compartment)))
        _remove_old(exchange, compartment, epoch)
        relay_names.end_whole(desk, compartment)
    for rows in _parts(desk, compartment, relay_names.mark(desk, compartment)):
        _put(exchange, Place(compartment, epoch, desk.randomness(16)), rows)
        relay_names.keep_mark(desk, compartment, int(rows[-1][0]))


def _parts(desk: Desk, compartment: bytes, after: int, end: int | None = None) -> Iterator[Sequence[Sequence[Any]]]:
    """Rows in parts that fit one batch: at most 512 records, at most 1 MiB unless one alone is larger. Everything up to row ``end``,
    or all of our own."""
    query = f"SELECT id, rid, blob, wrap, device FROM db_record WHERE compartment = %s AND id > %s AND {_SENDABLE}"
    query += " AND device = %s" if end is None else " AND id <= %s"
    limit = desk.device if end is None else end
    while found := desk.store.rows(f"{query} ORDER BY id LIMIT %s", (compartment, after, Row.QUARANTINED, limit, relaying.MAX_RECORDS)):
        rows: list[Sequence[Any]] = []
        size = 0
        for row in found:
            size += len(row[2]) + 20
            if rows and size > relaying.MAX_BYTES:
                break
            rows.append(row)
        after = int(rows[-1][0])
        yield rows


def _put(exchange: Exchange, place: Place, rows: Sequence[Sequence[Any]]) -> None:
    desk = exchange.desk
    fitting = [row for row in rows if len(row[2]) <= relaying.MAX_RECORD]
    if len(fitting) < len(rows):
        exchange.faults.append("sync.record_size")
    totals = {str(row[4]): _total(desk, place.compartment, str(row[4]), int(rows[-1][0])) for row in fitting}
    batch = Batch(totals, tuple((bytes(row[1]), bytes(row[2])) for row in fitting))
    wraps = [(bytes(row[1]), bytes(row[3])) for row in fitting]
    apart = Place(place.compartment, place.epoch, desk.randomness(16))
    exchange.relay.put_new(place.name("records"), relaying.seal_batch(desk, place, batch))
    exchange.relay.put_new(apart.name("keys"), relaying.seal_wraps(desk, apart, place.ident, wraps))
    exchange.settle(place.name("records"), apart.name("keys"))
    exchange.sent += len(fitting)


def _total(desk: Desk, compartment: bytes, device: str, last: int) -> int:
    query = f"SELECT count(*) FROM db_record WHERE compartment = %s AND device = %s AND id <= %s AND {_SENDABLE}"
    return int(desk.store.rows(query, (compartment, device, last, Row.QUARANTINED))[0][0])


def _remove_old(exchange: Exchange, compartment: bytes, epoch: int) -> None:
    """Files under older keys, as far as we took in all of them: everything they hold stands on the relay again under the new key."""
    for name in sorted(exchange.names & exchange.settled):
        place = relaying.place_of(name)
        if place is not None and place.compartment == compartment and place.epoch < epoch:
            try:
                exchange.relay.remove(name)
            except NotFound:
                pass  # A colleague was quicker.
            except Refused as fault:
                # A relay that does not let us delete is no reason to stop: what the old files hold is known already.
                exchange.faults.append(fault.code)
                return
            exchange.forget([name])
            exchange.settled.discard(name)


# ---- who is there ----------------------------------------------------------------------------------------------------


def is_active(desk: Desk) -> bool:
    """The directory that we know has this device in force."""
    known = people.directory(desk).devices.get(desk.device)
    return known is not None and known.state is State.ACTIVE
