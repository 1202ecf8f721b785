"""Hand the keys of compartments to a colleague's device: one signed bundle, sealed to that device alone.

A bundle lists compartments with their key wrapped to the device, and names the device that gives it. Both signatures of the
giver stand over it inside the seal, so whoever carries it learns neither who gave nor what, and nobody outside the directory
can plant a key.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import error as StructError  # noqa: N812  the name says what it is
from struct import pack, unpack_from

from letapis.core.canonical import signed_message
from letapis.core.errors import Damaged, Hostile
from letapis.core.membership import Device, State
from letapis.core.records import CLASSES
from letapis.desk import compartments, held_keys, people
from letapis.desk.opening import Desk
from letapis.engines import seal

_DOMAIN = b"letapis/bundle/1\x00"
_CONTEXT = "letapis bundle"
MAX_KEYS = 20_000
GENERATION = 16
"""Low bits of an epoch that are random, so that two who change one key at the same time do not give two keys one number; above is its generation."""
AHEAD_AT_MOST = 64
"""How many generations one exchange may bring; who was away for more of them hears of the others with the next."""
FIRST_AT_MOST = 1 << 14
"""The generation of the first key that may be taken of a compartment: half of those there are."""


@dataclass(frozen=True, slots=True)
class Key:
    """One compartment key as it travels: ``wrap`` opens on the receiving device only."""

    compartment: bytes
    klass: str
    dossier: bytes
    epoch: int
    wrap: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle: the device that gave it, what it signed, and the keys."""

    giver: str
    digest: bytes
    signatures: tuple[tuple[int, bytes], ...]
    keys: tuple[Key, ...]


def _lp(data: bytes) -> bytes:
    return pack(">I", len(data)) + data


def make_bundle(desk: Desk, public: seal.DevicePublic, held: Iterable[tuple[bytes, int]]) -> bytes:
    """Seal the keys of (compartment, epoch) to a device. Raises Locked for a key that this device does not hold."""
    parts = []
    for compartment, epoch in held:
        (wrap,) = desk.agent.export_compartment(compartment, epoch, [public])
        klass, dossier = _about(desk, compartment)
        parts.append(compartment + pack(">I", epoch) + _lp(klass.encode("ascii")) + _lp(dossier) + _lp(wrap))
    body = _lp(desk.device.encode("utf-8")) + pack(">I", len(parts)) + b"".join(parts)
    digest = hashlib.sha256(_DOMAIN + seal.kem_key_id(public.kem) + body).digest()
    (signatures,) = desk.agent.sign_records([(digest, True)])
    signed = _lp(body) + pack(">B", len(signatures)) + b"".join(pack(">B", alg) + _lp(sig) for alg, sig in signatures)
    return seal.wrap_to(public.kem, seal.context(_CONTEXT), signed)


def _about(desk: Desk, compartment: bytes) -> tuple[str, bytes]:
    rows = desk.store.rows("SELECT klass, dossier FROM db_compartment WHERE compartment = %s", (compartment,))
    return (str(rows[0][0]), bytes(rows[0][1])) if rows else ("", b"")


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def number(self, form: str) -> int:
        (value,) = unpack_from(form, self.data, self.at)
        self.at += 4 if form == ">I" else 1
        return int(value)

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) != count:
            raise Hostile("sync.bundle_form")
        self.at += count
        return part

    def lp(self) -> bytes:
        return self.take(self.number(">I"))


def open_bundle(desk: Desk, sealed: bytes) -> Bundle:
    """Open a bundle that is sealed to this device. Raises Damaged("seal.open") when it is not ours, Hostile for a bad form."""
    opened = desk.agent.open_share(sealed, seal.context(_CONTEXT))
    try:
        outer = _Reader(opened)
        body = outer.lp()
        signatures = tuple((outer.number(">B"), outer.lp()) for _ in range(outer.number(">B")))
        inner = _Reader(body)
        giver = inner.lp().decode("utf-8")
        count = inner.number(">I")
        if count > MAX_KEYS:
            raise Hostile("sync.bundle_form")
        keys = tuple(_keys(inner, count))
    except (StructError, UnicodeDecodeError) as fault:
        raise Hostile("sync.bundle_form") from fault
    if outer.at != len(opened) or inner.at != len(body):
        raise Hostile("sync.bundle_form")
    key_id = seal.kem_key_id(desk.agent.me().public.kem)
    return Bundle(giver, hashlib.sha256(_DOMAIN + key_id + body).digest(), signatures, keys)


def _keys(reader: _Reader, count: int) -> Iterator[Key]:
    for _ in range(count):
        compartment, epoch = reader.take(16), reader.number(">I")
        klass, dossier, wrap = reader.lp().decode("ascii"), reader.lp(), reader.lp()
        if klass not in CLASSES or len(dossier) not in (0, 16) or epoch >= 1 << 31:
            raise Hostile("sync.bundle_form")
        yield Key(compartment, klass, dossier, epoch, wrap)


def check_giver(bundle: Bundle, device: Device | None) -> None:
    """Raise Hostile unless an active device of the directory signed the bundle with both its keys."""
    if device is None or device.state is not State.ACTIVE:
        raise Hostile("sync.bundle_giver")
    public = {seal.ED25519: device.ed25519, seal.ML_DSA_44: device.mldsa44}
    message = signed_message(bundle.giver, bundle.digest)
    found = dict(bundle.signatures)
    if set(found) != set(public) or not all(seal.verify(alg, public[alg], message, sig) for alg, sig in found.items()):
        raise Hostile("sync.bundle_signature")


def of_holders(desk: Desk, giver: bytes, keys: Sequence[Key]) -> list[Key]:
    """The keys that the member who gives them may have. A new key of a compartment that we read comes from who reads it too: whoever only knows
    its number would else make one of their own, under which everything new would be sealed. Who lets us in is not known before we can read."""
    asked = {key.compartment for key in keys}
    held = {bytes(row[0]) for row in desk.store.rows_in("SELECT compartment FROM db_compartmentkey WHERE compartment IN ({marks})", asked)}
    rows = desk.store.rows_in("SELECT compartment, member FROM db_grant WHERE compartment IN ({marks})", held)
    let_in = {(bytes(compartment), bytes(member)) for compartment, member in rows}
    known = {compartment for compartment, _ in let_in}
    return [key for key in keys if giver == desk.me or key.compartment not in known or (key.compartment, giver) in let_in]


def within_reach(desk: Desk, keys: Sequence[Key]) -> list[Key]:
    """The keys whose number is not far beyond what this device holds. Each renewal takes the next generation, of which there are 32,768: a holder
    who gave one near the last would leave no room for another, and nobody could be removed any more."""
    asked = {key.compartment for key in keys}
    rows = desk.store.rows_in("SELECT compartment, max(epoch) FROM db_compartmentkey WHERE compartment IN ({marks}) GROUP BY compartment", asked)
    newest = {bytes(compartment): int(epoch) >> GENERATION for compartment, epoch in rows}
    return [key for key in keys if key.epoch >> GENERATION <= newest.get(key.compartment, FIRST_AT_MOST) + AHEAD_AT_MOST]


def doubt_strangers(desk: Desk, giver: bytes, keys: Sequence[Key]) -> None:
    """Note new keys of which nothing here says whether their giver may have them; other devices of this member are believed."""
    asked = {key.compartment for key in keys}
    known = {bytes(row[0]) for row in desk.store.rows_in("SELECT compartment FROM db_grant WHERE compartment IN ({marks})", asked)}
    held = desk.store.rows_in("SELECT compartment, epoch FROM db_compartmentkey WHERE compartment IN ({marks})", asked)
    here = {(bytes(compartment), int(epoch)) for compartment, epoch in held}
    once = {compartment for compartment, _ in held_keys.doubts(desk.store)}
    for key in keys:
        place = (key.compartment, key.epoch)
        if giver != desk.me and place not in here and (key.compartment not in known or key.compartment in once):
            held_keys.note(desk.store, place, held_keys.WAITS)


def take_keys(desk: Desk, keys: Sequence[Key]) -> tuple[int, int]:
    """Keep keys that are new to this device and hand them to the agent. How many were new, and how many contradict one we hold."""
    taken, contradicting = 0, 0
    for key in keys:
        held = desk.store.rows("SELECT 1 FROM db_compartmentkey WHERE compartment = %s AND epoch = %s", (key.compartment, key.epoch))
        try:
            desk.agent.load_compartments([(key.compartment, key.epoch, key.wrap)])
        except Damaged as fault:
            # A wrap that is not ours says nothing about the others in the bundle.
            if fault.code == "keys.compartment_conflict":
                contradicting += 1
                held_keys.contradict(desk.store, (key.compartment, key.epoch))
            continue
        if held:
            continue
        compartments.keep_key(desk, key.compartment, key.epoch)
        statement = (
            "INSERT INTO db_compartment (compartment, klass, dossier, epoch) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (compartment) DO UPDATE SET epoch = CASE WHEN db_compartment.epoch > excluded.epoch "
            "THEN db_compartment.epoch ELSE excluded.epoch END"
        )
        desk.store.run(statement, (key.compartment, key.klass, key.dossier, key.epoch))
        taken += 1
    return taken, contradicting


def give_keys(desk: Desk, device: str, held: Sequence[tuple[bytes, int]]) -> bytes:
    """A bundle for an active device of the directory. Raises Hostile("sync.bundle_giver") for any other."""
    known = people.directory(desk).devices.get(device)
    if known is None or known.state is not State.ACTIVE:
        raise Hostile("sync.bundle_giver")
    return make_bundle(desk, people.public_of(known), held)
