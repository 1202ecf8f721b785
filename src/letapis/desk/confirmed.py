"""Is everything of these compartments safe on the relay? Read back and compared, not believed.

A record counts as safe when its batch opens, its data key lies beside it, and what opens with it is the very record; an original when
the relay gives back the bytes that its record names.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from struct import error as StructError  # noqa: N812  the name says what it is

from letapis.core.errors import LetapisError
from letapis.desk import relaying
from letapis.desk.opening import Desk
from letapis.desk.relay_names import is_own_failure
from letapis.desk.relaying import Place
from letapis.desk.vault import Opened, opened_by_ref, try_open
from letapis.engines.db.models import Record as Row
from letapis.engines.objects import ObjectStore
from letapis.engines.relay import RelayStore

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Missing:
    """What the relay did not give back: compartments of which records lack, and names of originals."""

    compartments: frozenset[bytes]
    objects: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.compartments or self.objects)


def missing(desk: Desk, relay: RelayStore, compartments: Collection[bytes], progress: Progress | None = None) -> Missing:
    """What of these compartments is not safe on the relay. Raises what is a failure of this machine."""
    sizes = relay.list().sizes
    names = [name for name in sizes if name.startswith("keys/") and (p := relaying.place_of(name)) and p.compartment in compartments]
    held = ObjectStore(desk.workspace / "objects")
    here = set(held.names())
    named = [(blob, digest) for blob, digest in originals(desk, compartments) if blob in here]
    total = len(names) + len(named)
    safe: set[bytes] = set()
    for done, name in enumerate(names, start=1):
        safe |= _refs_in(desk, relay, name)
        if progress:
            progress(done, total)
    lost = []
    for done, (blob, digest) in enumerate(named, start=len(names) + 1):
        if f"objects/{blob}" not in sizes or not _is_whole(relay, blob, digest):
            lost.append(blob)
        if progress:
            progress(done, total)
    return Missing(_lacking(desk, compartments, safe), tuple(lost))


def originals(desk: Desk, compartments: Collection[bytes]) -> list[tuple[str, bytes]]:
    """Names and digests of the sealed objects of these compartments, also of those that are restricted and stand in no table."""
    rows = desk.store.rows_in("SELECT blob, blob_sha256 FROM db_evidence WHERE compartment IN ({marks})", compartments)
    query = "SELECT ref FROM db_record WHERE type = %s AND state = %s AND ref NOT IN (SELECT ref FROM db_evidence) AND compartment IN ({marks})"
    others = [bytes(row[0]) for row in desk.store.rows_in(query, compartments, ("evidence", Row.OK))]
    hidden = [one.record for one in opened_by_ref(desk, others).values()]
    return [*((str(blob), bytes(digest)) for blob, digest in rows), *((r.text("blob.name"), r.raw("blob.sha256")[1:]) for r in hidden)]


def _refs_in(desk: Desk, relay: RelayStore, keys_name: str) -> set[bytes]:
    """References of the records that a pair of batch and data keys gives back; none for a pair that does not open."""
    place = relaying.place_of(keys_name)
    if place is None:
        return set()
    try:
        ident, wraps = relaying.open_wraps(desk, place, relay.get(keys_name))
        home = Place(place.compartment, place.epoch, ident)
        batch = relaying.open_batch(desk, home, relay.get(home.name("records")))
        found = try_open(desk.agent, list(relaying.joined(home, batch, wraps)))
    except LetapisError as fault:
        if is_own_failure(fault):
            raise
        return set()
    except StructError:
        return set()
    return {item.record.ref for item in found if isinstance(item, Opened)}


def _is_whole(relay: RelayStore, blob: str, digest: bytes) -> bool:
    found = hashlib.sha256()
    try:
        for piece in relay.pieces(f"objects/{blob}"):
            found.update(piece)
    except LetapisError as fault:
        if is_own_failure(fault):
            raise
        return False
    return found.digest() == digest


def _lacking(desk: Desk, compartments: Collection[bytes], safe: set[bytes]) -> frozenset[bytes]:
    """Compartments with a record that is not safe. What was set apart as unsound came from the relay and is no part of the record."""
    lacking = set()
    for compartment in compartments:
        query = "SELECT ref FROM db_record WHERE compartment = %s AND (state <> %s OR fault = 'ledger.unknown_device')"
        if any(bytes(row[0]) not in safe for row in desk.store.rows(query, (compartment, Row.QUARANTINED))):
            lacking.add(compartment)
    return frozenset(lacking)
