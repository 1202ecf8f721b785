"""Read from the relay what is new: keys that were sealed to this device, records, and the objects they name.

Everything there may be hostile. What does not fit is named by a code and read again next time; what is sound enters through the
ledger's door and nowhere else. A file that waits for another (a key, the other half of a batch, a device in the directory) waits.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from struct import error as StructError  # noqa: N812  the name says what it is
from typing import Final

from letapis.core.errors import Damaged, Hostile, LetapisError
from letapis.core.membership import State
from letapis.desk import away, confirming, keyring, ledger, people, relay_names, relaying, settings, shredded, uninvited
from letapis.desk.arrivals import UNKNOWN_DEVICE
from letapis.desk.relay_names import Exchange, is_own_failure
from letapis.desk.relaying import Place
from letapis.engines.objects import ObjectStore

_MAX_BUNDLE: Final = 8 << 20


def take_all(exchange: Exchange) -> None:
    """Bundles and records in turn until nothing new opens: records bring devices, devices vouch for bundles, bundles open records."""
    held = _held(exchange)
    exchange.expect(name for name in _unsettled(exchange, "keys") if name.count("/") == 1 or _held_place(name, held))
    exchange.expect(_unsettled(exchange, "notes"))
    progress, waiting, strange = True, set[str](), set[str]()
    while progress:
        keys, strange = _take_bundles(exchange)
        records, waiting = _take_records(exchange)
        progress = bool(keys or records)
    for name in sorted(strange):
        exchange.fail(name, "sync.key_giver")
    uninvited.set_aside(exchange.desk)
    confirming.confirm_keys(exchange.desk)
    _report_dropped(exchange)
    exchange.faults += ["sync.keys_missing"] * len(waiting)
    exchange.faults += ["sync.records_missing"] * _short(exchange)


def _unsettled(exchange: Exchange, kind: str) -> Iterator[str]:
    return (name for name in sorted(exchange.names - exchange.settled) if name.startswith(f"{kind}/"))


# ---- keys ------------------------------------------------------------------------------------------------------------


def _take_bundles(exchange: Exchange) -> tuple[int, set[str]]:
    """Keys from bundles of devices that the directory has in force; how many were new, and bundles with keys of compartments into which their
    giver was not let as far as we know: who let them in may come with the next batch."""
    desk, taken, strange = exchange.desk, 0, set[str]()
    devices = people.directory(desk).devices
    waiting = [name for name in _unsettled(exchange, "keys") if name.count("/") == 1 and name not in exchange.failed]
    exchange.expect(waiting)
    for name in waiting:
        exchange.begin(name)
        try:
            data = _limited(exchange, name)
            relaying.check_bundle(name, data)
            bundle = _ours(exchange, data)
            if bundle is None:
                exchange.settle(name)
                continue
            giver = devices.get(bundle.giver)
            if giver is None or giver.state is State.PROPOSED:
                continue  # its record, or what puts it in force, may come with the next batch
            if giver.state is State.REMOVED:
                exchange.settle(name)  # who stays gives these keys anew
                continue
            keyring.check_giver(bundle, giver)
            with desk.store.transaction():
                keys = keyring.of_holders(desk, giver.member, bundle.keys)
                whole, near = len(keys) == len(bundle.keys), keyring.within_reach(desk, keys)
                wanted = uninvited.wanted(desk, replace(bundle, keys=tuple(near)))
                keyring.doubt_strangers(desk, giver.member, wanted)
                fresh, contradicting = keyring.take_keys(desk, wanted)
            taken += fresh
            if len(near) < len(keys):
                exchange.fail(name, "sync.key_epoch")
            elif whole:
                exchange.settle(name)
            else:
                strange.add(name)
            if contradicting:
                exchange.fail(name, "sync.key_conflict")
        except LetapisError as fault:
            if is_own_failure(fault):
                raise
            exchange.fail(name, fault.code)
    return taken, strange


def _limited(exchange: Exchange, name: str) -> bytes:
    """A bundle of an honest device has at most two thousand keys, about 2.5 MiB."""
    if exchange.sizes[name] > _MAX_BUNDLE:
        raise Hostile("relay.size")
    return exchange.relay.get(name)


def _ours(exchange: Exchange, data: bytes) -> keyring.Bundle | None:
    """The opened bundle, None when it is sealed to somebody else: its name proved that it is whole."""
    try:
        return keyring.open_bundle(exchange.desk, data)
    except Damaged:
        return None


# ---- records ---------------------------------------------------------------------------------------------------------


def _take_records(exchange: Exchange) -> tuple[int, set[str]]:
    """Batches with their data keys, of compartments whose key we hold. Returns how many records were new, and batches without keys."""
    held = _held(exchange)
    fresh, paired = 0, set[str]()
    waiting = [(name, place) for name in _unsettled(exchange, "keys") if name not in exchange.failed and (place := _held_place(name, held))]
    exchange.expect(name for name, _ in waiting)
    for name, place in waiting:
        exchange.begin(name)
        batch_name = ""
        try:
            batch, wraps = relaying.open_wraps(exchange.desk, place, exchange.relay.get(name))
            batch_name = Place(place.compartment, place.epoch, batch).name("records")
            if batch_name in exchange.names and batch_name not in exchange.failed:
                fresh += _take_batch(exchange, batch_name, name, wraps)
            paired.add(batch_name)
        except LetapisError as fault:
            if is_own_failure(fault):
                raise
            exchange.fail(batch_name or name, fault.code)
        except StructError:
            exchange.fail(batch_name or name, "sync.form")
    return fresh, {name for name in _unsettled(exchange, "records") if _held_place(name, held)} - paired - exchange.failed


def _held(exchange: Exchange) -> set[tuple[bytes, int]]:
    return {(bytes(c), int(e)) for c, e in exchange.desk.store.rows("SELECT compartment, epoch FROM db_compartmentkey")}


def _held_place(name: str, held: set[tuple[bytes, int]]) -> Place | None:
    """The place that a name says, when we hold its key."""
    place = relaying.place_of(name)
    return place if place is not None and (place.compartment, place.epoch) in held else None


def _take_batch(exchange: Exchange, name: str, keys_name: str, wraps: Mapping[bytes, bytes]) -> int:
    desk, place = exchange.desk, relaying.place_of(name)
    if place is None:
        raise Hostile("sync.form")
    batch = relaying.open_batch(desk, place, exchange.relay.get(name))
    receipt = ledger.receive(desk, list(relaying.joined(place, batch, wraps)))
    for device, total in batch.totals.items():
        _keep_total(exchange, place.compartment, device, total)
    exchange.received += receipt.new
    exchange.faults += receipt.evidence
    bad = [code for code in receipt.quarantined if code != UNKNOWN_DEVICE]
    exchange.quarantined += len(bad)
    if bad:
        exchange.faults += bad[1:]
        exchange.fail(name, bad[0])
    else:
        exchange.settle(name, keys_name)
    return receipt.new


# ---- what should be here ---------------------------------------------------------------------------------------------


def _keep_total(exchange: Exchange, compartment: bytes, device: str, total: int) -> None:
    """The most records of a compartment that a batch said this device had: to be counted until they are all here."""
    name = f"total:{hashlib.sha256(compartment + device.encode('utf-8')).hexdigest()[:40]}"
    store = exchange.desk.store
    known = settings.value(store, name).partition(" ")[0]
    if total > int(known or 0):
        settings.keep(store, name, f"{total} {compartment.hex()} {device}")


def _short(exchange: Exchange) -> int:
    """How many devices have recorded more in a compartment that we hold than has reached us. What is complete is forgotten."""
    store, short = exchange.desk.store, 0
    expected = store.rows("SELECT name, value FROM db_setting WHERE name LIKE %s", ("total:%",))
    if not expected:
        return 0
    here = {(bytes(c), str(d)): int(n) for c, d, n in store.rows("SELECT compartment, device, count(*) FROM db_record GROUP BY compartment, device")}
    erased, somewhere = shredded.counts(exchange.desk)
    for name, value in expected:
        total, compartment, device = str(value).split(" ", 2)
        key = (bytes.fromhex(compartment), device)
        if here.get(key, 0) + erased.get(key, 0) + somewhere < int(total):
            short += 1
        else:
            settings.drop(store, name)
    return short


def _report_dropped(exchange: Exchange) -> None:
    """Names that we read or wrote and that are gone. Our own part of what they may have held goes out once more.

    Files under an older key are expected to go: whoever changed the key has put all of it there anew.
    """
    desk = exchange.desk
    newest = desk.epochs()
    gone = sorted(exchange.settled - exchange.names)
    taken_off = away.names_removed(desk) | shredded.names_removed(desk) if gone else frozenset()
    places = {name: relaying.place_of(name) for name in gone}
    missed = [n for n, place in places.items() if n not in taken_off and (place is None or place.epoch >= newest.get(place.compartment, 0))]
    exchange.faults += ["sync.dropped"] * len(missed)
    relay_names.leave_anew(desk, {place.compartment for name in missed if (place := places[name]) is not None}, own=True)
    if any(places[name] is None and name.startswith("keys/") for name in missed):
        desk.store.run("DELETE FROM db_sentwrap")
    if any(name.startswith("notes/") for name in missed):
        settings.keep(desk.store, relay_names.WORD_SENT, "")
    exchange.forget(gone)
    exchange.settled.difference_update(gone)


# ---- objects ---------------------------------------------------------------------------------------------------------


def exchange_objects(exchange: Exchange, store: ObjectStore) -> None:
    """Copy sealed objects as they are, both ways: those that records we hold name, and only what the record's digest allows."""
    here = set(store.names())
    rows = exchange.desk.store.rows("SELECT blob, blob_sha256 FROM db_evidence ORDER BY record_id")
    moving = [(blob, digest) for blob, digest in rows if (blob in here) != (f"objects/{blob}" in exchange.names)]
    exchange.expect(f"objects/{blob}" for blob, _ in moving)
    for blob, digest in moving:
        name = f"objects/{blob}"
        exchange.begin(name)
        try:
            if blob in here:
                exchange.relay.put_new(name, store.blob(blob))
                exchange.settle(name)
                exchange.objects_sent += 1
            else:
                store.put_blob(blob, exchange.relay.pieces(name), bytes(digest))
                exchange.settle(name)
                exchange.objects_received += 1
        except LetapisError as fault:
            if is_own_failure(fault):
                raise
            exchange.fail(name, fault.code)
