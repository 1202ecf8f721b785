"""Travel mode: before a border the device keeps what the journey needs; the rest is on the relay, and comes back afterwards.

Put away is what can be had again: everything is exchanged first and read back from the relay, and of each compartment another device
holds the key, to whom it is handed once more. Then records, originals, keys, search entries and texts typed and not saved leave this
device, and the bundles on the relay that it could open leave the relay. What remains of our own log are its hashes, so that it goes on.

The keys come back by the hand of a colleague who has heard the traveller (``desk.publishing``): whoever holds the device alone, with its
passphrase and the address of the relay, cannot make it whole.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.errors import LetapisError, NotFound, Refused
from letapis.core.records import Value
from letapis.core.travelling import ENDED, PACKED
from letapis.desk import (
    away,
    clearing,
    confirmed,
    held_keys,
    items,
    kept,
    keyring,
    letting_go,
    members,
    people,
    put_away,
    reading,
    relay_names,
    relaying,
    renewal,
    settings,
    sync,
    travel,
)
from letapis.desk.confirmed import Progress
from letapis.desk.opening import Desk, finish_putting_away
from letapis.desk.reading.window import guard
from letapis.engines.objects import ObjectStore
from letapis.engines.relay import RelayStore

_KEYS_IN_BUNDLE = 2000


@dataclass(frozen=True)
class Packed:
    """How many records, originals and keys are put away. ``clean``: nothing is left to do on the disk."""

    records: int
    objects: int
    keys: int
    clean: bool


@dataclass(frozen=True)
class Returned:
    """How many records and originals were put away, and how many of them are still missing."""

    records: int
    objects: int
    missing_records: int
    missing_objects: int


# ---- before ----------------------------------------------------------------------------------------------------------


def status(desk: Desk, reader: Reader) -> Packed | None:
    """What is put away on this device; None when nothing is."""
    guard(reader)
    one = put_away.known(desk)
    return Packed(one.records, len(one.objects), one.keys, not settings.value(desk.store, clearing.LEFT)) if one else None


def pack(desk: Desk, reader: Reader, keep: Collection[bytes], progress: Progress | None = None, typed: kept.Typed | None = None) -> Packed:
    """Put away everything but the organisation's matters and the dossiers ``keep``. All of it or nothing. ``typed``: the texts that the
    member knows to wait and to be lost, those that wait now when it is None.

    Raises Refused("travel.office" | "travel.packed_already" | "travel.no_journey" | "travel.nobody_holds" | "travel.not_on_relay" |
    "travel.relay_keeps" | "travel.typed_meanwhile"), NotFound for a dossier that is not theirs, and what ``sync`` raises.
    """
    if desk.store.postgres:
        raise Refused("travel.office")
    if put_away.known(desk):
        raise Refused("travel.packed_already")
    for dossier in keep:
        reading.dossier(desk, reader, dossier)
    journey, typed = _journey(desk, reader), typed or kept.typed(desk, reader)
    letting_go.require_typed(desk, reader, typed)
    sync.sync(desk, reader, progress)
    leaving = _leaving(desk, keep)
    _require_others(desk, leaving)
    relay = sync.open_relay(desk)
    _require_safe(desk, reader, relay, leaving, progress)
    _hand_over(desk, relay, leaving)
    bundles = list(_own_bundles(desk, relay))
    said: dict[str, Value] = {"state": PACKED, "dossiers": tuple(sorted(keep)), "gone": tuple(bundles)}
    items.change(desk, reader, "travel", journey.travel, said, travel.journey(desk, reader, journey.travel).heads)  # each is weighed by rule
    sync.sync(desk, reader)
    _take_off(relay, bundles)
    letting_go.let_go(desk, reader, journey.travel, leaving, bundles, typed)
    finish_putting_away(desk)
    done = status(desk, desk.reader("work"))
    assert done is not None
    return done


def _journey(desk: Desk, reader: Reader) -> away.JourneyView:
    """The journey of this device that is under way or to come; one that was interrupted while packing is gone on with."""
    today = desk.clock().date()
    for view in travel.journeys(desk, reader):
        journey = view.journey
        if journey.device == desk.device and journey.state != ENDED and journey.last >= today:
            return view
    raise Refused("travel.no_journey")


def _leaving(desk: Desk, keep: Collection[bytes]) -> list[bytes]:
    """Compartments that leave: all whose key is here but the organisation's, the kept dossiers', and a private one that no other device
    of this member holds."""
    org = members.common_compartment(desk, "ORG")
    held = desk.epochs()
    twice = any(device.device != desk.device for device in people.directory(desk).devices_of(desk.me))
    found = []
    for compartment, klass, dossier in desk.store.rows("SELECT compartment, klass, dossier FROM db_compartment ORDER BY compartment"):
        stays = bytes(compartment) == org or bytes(dossier) in keep or (klass == "PRIVATE" and not twice)
        if bytes(compartment) in held and not stays:
            found.append(bytes(compartment))
    return found


def _others(desk: Desk, compartments: Sequence[bytes]) -> Iterator[tuple[bytes, list[str]]]:
    """Of each compartment the other active devices whose members hold its newest key."""
    directory, granted, newest = people.directory(desk), renewal.granted_epochs(desk), desk.epochs()
    for compartment in compartments:
        holders = {member for member, epoch in granted.get(compartment, {}).items() if epoch >= newest[compartment]} | {desk.me}
        yield compartment, sorted(d.device for member in holders for d in directory.devices_of(member) if d.device != desk.device)


def _require_others(desk: Desk, leaving: Sequence[bytes]) -> None:
    """Of what is held by a key in doubt alone nobody else need hold it, unless something was written in it here: a colleague who sends the key of
    nothing keeps nobody from packing."""
    shut = held_keys.shut(desk.store)
    query = "SELECT DISTINCT compartment FROM db_record WHERE device = %s AND compartment IN ({marks})"
    shut -= {bytes(row[0]) for row in desk.store.rows_in(query, list(shut), (desk.device,))}
    if any(not devices for _, devices in _others(desk, [one for one in leaving if one not in shut])):
        raise Refused("travel.nobody_holds")


def only_here(desk: Desk, reader: Reader) -> frozenset[bytes]:
    """Dossiers of which nobody else holds all: they cannot be put away."""
    homes = {bytes(c): bytes(d) for c, d in desk.store.rows("SELECT compartment, dossier FROM db_compartment")}
    return frozenset(homes[c] for c, devices in _others(desk, _leaving(desk, ())) if not devices and guard(reader).holds(c)) - {b""}


def _require_safe(desk: Desk, reader: Reader, relay: RelayStore, leaving: Sequence[bytes], progress: Progress | None) -> None:
    """Everything that leaves lies on the relay, read back; what the relay lost is left there once more first."""
    lacking = confirmed.missing(desk, relay, leaving, progress)
    if lacking.compartments:
        relay_names.leave_anew(desk, lacking.compartments)
        sync.sync(desk, reader)
        lacking = confirmed.missing(desk, relay, leaving, progress)
    if lacking:
        raise Refused("travel.not_on_relay")


def _hand_over(desk: Desk, relay: RelayStore, leaving: Sequence[bytes]) -> None:
    """Every key that leaves is given once more to the others who hold it, whoever gave it to them before; one in doubt is handed on to nobody."""
    epochs, doubted = dict[bytes, list[int]](), held_keys.in_doubt(desk.store)
    for compartment, epoch in desk.store.rows("SELECT compartment, epoch FROM db_compartmentkey ORDER BY compartment, epoch"):
        if (bytes(compartment), int(epoch)) not in doubted:
            epochs.setdefault(bytes(compartment), []).append(int(epoch))
    given: dict[str, list[tuple[bytes, int]]] = {}
    for compartment, devices in _others(desk, leaving):
        for device in devices:
            given.setdefault(device, []).extend((compartment, epoch) for epoch in epochs.get(compartment, ()))
    for device, held in sorted(given.items()):
        for start in range(0, len(held), _KEYS_IN_BUNDLE):
            bundle = keyring.give_keys(desk, device, held[start : start + _KEYS_IN_BUNDLE])
            relay.put_new(relaying.bundle_name(bundle), bundle)


def _own_bundles(desk: Desk, relay: RelayStore) -> Iterator[str]:
    """Bundles on the relay that this device can open."""
    for name in relay.list("keys"):
        if name.count("/") == 1:
            try:
                keyring.open_bundle(desk, relay.get(name))
            except LetapisError as fault:
                if relay_names.is_own_failure(fault):
                    raise
                continue  # sealed to another device, or none at all
            yield name


def _take_off(relay: RelayStore, bundles: Sequence[str]) -> None:
    for name in bundles:
        try:
            relay.remove(name)
        except NotFound:
            continue
        except Refused as fault:
            raise Refused("travel.relay_keeps") from fault


# ---- afterwards ------------------------------------------------------------------------------------------------------


def unpack(desk: Desk, reader: Reader, progress: Progress | None = None) -> Returned:
    """Exchange, and take back what was put away. May be repeated until nothing is missing.

    Raises Refused("travel.not_packed"), Refused("travel.not_welcomed") while no colleague has ended the journey, and what ``sync`` raises.
    """
    one = put_away.known(desk)
    if one is None:
        raise Refused("travel.not_packed")
    sync.sync(desk, reader, progress)
    if travel.journey(desk, desk.reader("work"), one.travel).journey.state != ENDED:
        raise Refused("travel.not_welcomed")
    records, objects = put_away.still_missing(desk, one, set(ObjectStore(desk.workspace / "objects").names()))
    if not records and not objects:
        _settle(desk, one)
    return Returned(one.records, len(one.objects), records, objects)


def _settle(desk: Desk, one: put_away.PutAway) -> None:
    """Everything is back: go on counting our own records of each compartment where we were, and forget that something was away."""
    query = "SELECT compartment, max(id), count(*) FROM db_record WHERE device = %s GROUP BY compartment"
    with desk.store.transaction():
        for compartment, last, count in desk.store.rows(query, (desk.device,)):
            if one.digest(bytes(compartment)) in one.places:
                relay_names.keep_counted(desk, bytes(compartment), int(last), int(count))
        settings.drop(desk.store, put_away.PACKED)
