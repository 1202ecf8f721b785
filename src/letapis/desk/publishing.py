"""Leave on the relay what colleagues do not have yet: keys for those I admitted, records, and the objects that records name.

A batch is written before its data keys and before the mark that says so; whoever is killed in between sends it once more under
another name, and a union does not mind.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from letapis.core.cover_leaves import COVER
from letapis.core.membership import Directory, State
from letapis.desk import away, held_keys, keyring, people, relay_names, relaying, renewal, resealing, settings
from letapis.desk.opening import Desk
from letapis.desk.relay_names import Anew, Exchange
from letapis.desk.relaying import Batch, Place
from letapis.desk.vault import COLUMNS, open_rows
from letapis.engines.db.models import Record as Row

_KEYS_IN_BUNDLE: Final = 2000
_SENDABLE: Final = "(state <> %s OR fault = 'ledger.unknown_device')"
_OWN_MARK: Final = "sent.own"  # position in our log up to which all compartments are on the relay
Held = tuple[bytes, int]
"""Compartment and epoch of a key."""
Found = tuple[int, str]
"""Row and device of a record."""


@dataclass(frozen=True, slots=True)
class Sendable:
    """A row as it leaves."""

    ident: int
    rid: bytes
    device: str
    type: str
    blob: bytes
    wrap: bytes


# ---- keys ------------------------------------------------------------------------------------------------------------


def publish_keys(exchange: Exchange) -> None:
    """A bundle for every active device that I owe keys: those of members whom I granted a compartment, and my own other devices."""
    desk = exchange.desk
    _welcome_back(desk)
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
    """The keys that each active device should have from this one and was not given yet.

    A device that put things away before a journey is given nothing of them; one that was welcomed back is given whatever its member
    was admitted to, by whoever of us holds it.
    """
    directory = people.directory(desk)
    held: dict[bytes, list[int]] = {}
    doubted = held_keys.in_doubt(desk.store)  # who is given one of us would believe it
    for compartment, epoch in desk.store.rows("SELECT compartment, epoch FROM db_compartmentkey ORDER BY compartment, epoch"):
        if (bytes(compartment), int(epoch)) not in doubted:
            held.setdefault(bytes(compartment), []).append(int(epoch))
    pairs = {pair for pair in _granted(desk) if pair[0] in held} | {(compartment, desk.me) for compartment in held}
    sent = {(bytes(c), int(e), str(d)) for c, e, d in desk.store.rows("SELECT compartment, epoch, device FROM db_sentwrap")}
    wanted = {(compartment, device.device) for compartment, member in pairs for device in directory.devices_of(member)}
    wanted |= _owed_to_returned(desk, directory, held)
    due: dict[str, list[Held]] = {}
    for compartment, device in sorted(_allowed(desk, wanted)):
        due.setdefault(device, []).extend((compartment, e) for e in held[compartment] if (compartment, e, device) not in sent)
    return {device: keys for device, keys in due.items() if keys}


def _allowed(desk: Desk, wanted: Iterable[tuple[bytes, str]]) -> Iterator[tuple[bytes, str]]:
    """Other devices only; of those that put things away only what they kept, and the organisation's."""
    packed = away.kept_by_packed(desk)
    homes = {bytes(c): (str(k), bytes(d)) for c, k, d in desk.store.rows("SELECT compartment, klass, dossier FROM db_compartment")} if packed else {}
    for compartment, device in wanted:
        klass, dossier = homes.get(compartment, ("", b""))
        if device != desk.device and (device not in packed or klass == "ORG" or (dossier and dossier in packed[device])):
            yield compartment, device


def _owed_to_returned(desk: Desk, directory: Directory, held: Mapping[bytes, Sequence[int]]) -> set[tuple[bytes, str]]:
    """Compartments and devices that were welcomed back: every holder gives them, so that nothing hangs on the one who once granted it."""
    back = {name: directory.devices[name].member for name in away.welcomed(desk) if name in directory.devices}
    active = {device.device for device in directory.active_devices()}
    granted = renewal.granted_epochs(desk) if back else {}
    return {(c, name) for name, member in back.items() if name in active for c in held if member in granted.get(c, ())}


def _welcome_back(desk: Desk) -> None:
    """What was given to a device before its journey was put away there, so it is given anew, once for each journey."""
    for device, travel in away.welcomed(desk).items():
        name = f"welcomed:{travel.hex()}"
        if not settings.value(desk.store, name):
            with desk.store.transaction():
                desk.store.run("DELETE FROM db_sentwrap WHERE device = %s", (device,))
                settings.keep(desk.store, name, "1")


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
    """Own records that are new; after a change of keys or of the relay, everything we hold of a compartment."""
    desk = exchange.desk
    shut = held_keys.shut(desk.store)
    due = {c: part for c, part in relay_names.anew(desk).items() if c in desk.epochs() and c not in shut}
    if due:
        _publish_anew(exchange, due)
    first = published_until(desk)
    query = f"SELECT id, compartment, device, seq FROM db_record WHERE device = %s AND seq >= %s AND {_SENDABLE} ORDER BY seq"
    rows = desk.store.rows(query, (desk.device, first, Row.QUARANTINED))
    leaving = {compartment: found for compartment, found in _by_compartment(rows).items() if compartment not in shut}
    exchange.expect(_part_name(compartment, 0) for compartment in leaving)
    for compartment, found in leaving.items():
        _publish_own(exchange, compartment, found)
    if rows:
        settings.keep(desk.store, _OWN_MARK, str(int(rows[-1][3]) + 1))


def published_until(desk: Desk) -> int:
    """Position in our own log up to which all compartments are on the relay."""
    return int(settings.value(desk.store, _OWN_MARK) or 0)


def _by_compartment(rows: Iterable[Sequence[Any]]) -> dict[bytes, list[Found]]:
    found: dict[bytes, list[Found]] = {}
    for ident, compartment, device, *_ in rows:
        found.setdefault(bytes(compartment), []).append((int(ident), str(device)))
    return found


def _publish_own(exchange: Exchange, compartment: bytes, found: Sequence[Found]) -> None:
    desk = exchange.desk
    last, count = relay_names.counted(desk, compartment)
    waiting = [ident for ident, _ in found if ident > last]
    for number, rows in enumerate(_parts(desk, compartment, waiting)):
        exchange.begin(_part_name(compartment, number))
        count += len(rows)
        _put(exchange, compartment, rows, {desk.device: count})
        relay_names.keep_counted(desk, compartment, rows[-1].ident, count)


def _publish_anew(exchange: Exchange, due: Mapping[bytes, Anew]) -> None:
    """One walk over all rows says what stands in which compartment; an index for that would cost every record its space."""
    desk = exchange.desk
    rows = desk.store.rows(f"SELECT id, compartment, device FROM db_record WHERE {_SENDABLE} ORDER BY id", (Row.QUARANTINED,))
    found = _by_compartment(row for row in rows if bytes(row[1]) in due)
    exchange.expect(_part_name(compartment, 0, anew=True) for compartment in due)
    for compartment, part in sorted(due.items()):
        standing = [(ident, device) for ident, device in found.get(compartment, []) if ident <= part.end and (device == desk.device or not part.own)]
        totals: Counter[str] = Counter(device for ident, device in standing if ident <= part.done)
        for number, sent in enumerate(_parts(desk, compartment, [ident for ident, _ in standing if ident > part.done])):
            exchange.begin(_part_name(compartment, number, anew=True))
            totals.update(row.device for row in sent)
            _put(exchange, compartment, sent, {row.device: totals[row.device] for row in sent})
            relay_names.keep_anew(desk, compartment, replace(part, done=sent[-1].ident))
        own = [ident for ident, device in standing if device == desk.device]
        if own and own[-1] > relay_names.counted(desk, compartment)[0]:
            relay_names.keep_counted(desk, compartment, own[-1], len(own))
        if not part.own:
            _remove_old(exchange, compartment, desk.epochs()[compartment])
        relay_names.end_anew(desk, compartment)


def _part_name(compartment: bytes, number: int, anew: bool = False) -> str:
    """What leaves has no name on the relay yet; this one only counts it."""
    return f"{'anew' if anew else 'own'}/{compartment.hex()}/{number}"


def _parts(desk: Desk, compartment: bytes, idents: Sequence[int]) -> Iterator[list[Sendable]]:
    """Rows in parts that fit one batch: at most 512 records, at most 1 MiB unless one alone is larger. All are under the newest key."""
    epoch = desk.epochs()[compartment]
    waiting: list[Sendable] = []
    size = 0
    for start in range(0, len(idents), relaying.MAX_RECORDS):
        part = idents[start : start + relaying.MAX_RECORDS]
        with desk.store.transaction():
            resealing.reseal(desk, compartment, epoch, part)
        query = "SELECT id, rid, device, type, blob, wrap FROM db_record WHERE epoch = %s AND id IN ({marks}) ORDER BY id"
        for row in desk.store.rows_in(query, part, (epoch,)):
            one = Sendable(int(row[0]), bytes(row[1]), str(row[2]), str(row[3]), bytes(row[4]), bytes(row[5]))
            if waiting and (len(waiting) == relaying.MAX_RECORDS or size + len(one.blob) > relaying.MAX_BYTES):
                yield waiting
                waiting, size = [], 0
            waiting.append(one)
            size += len(one.blob) + 20
    if waiting:
        yield waiting


def _put(exchange: Exchange, compartment: bytes, rows: Sequence[Sendable], totals: Mapping[str, int]) -> None:
    desk = exchange.desk
    fitting = [row for row in rows if len(row.blob) <= relaying.MAX_RECORD]
    if len(fitting) < len(rows):
        exchange.faults.append("sync.record_size")
    epoch = desk.epochs()[compartment]
    place, apart = Place(compartment, epoch, desk.randomness(16)), Place(compartment, epoch, desk.randomness(16))
    batch = Batch(totals, tuple((row.rid, row.blob) for row in fitting))
    exchange.relay.put_new(place.name("records"), relaying.seal_batch(desk, place, batch))
    exchange.relay.put_new(apart.name("keys"), relaying.seal_wraps(desk, apart, place.ident, [(row.rid, row.wrap) for row in fitting]))
    exchange.settle(place.name("records"), apart.name("keys"))
    exchange.sent += sum(row.type != COVER for row in fitting)


def _remove_old(exchange: Exchange, compartment: bytes, epoch: int) -> None:
    """Files under older keys, as far as we took in all of them: everything they hold stands on the relay again under the new key."""
    for name in sorted(exchange.names & exchange.settled):
        place = relaying.place_of(name)
        is_old = place is not None and place.compartment == compartment and place.epoch < epoch
        if is_old and not exchange.take_off(name):
            return  # A relay that does not let us delete is no reason to stop the sync: what the old files hold is known already.


# ---- who is there ----------------------------------------------------------------------------------------------------


def is_active(desk: Desk) -> bool:
    """The directory that we know has this device in force."""
    known = people.directory(desk).devices.get(desk.device)
    return known is not None and known.state is State.ACTIVE
