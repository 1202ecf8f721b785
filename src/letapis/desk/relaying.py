"""What lies on the relay, byte for byte: batches of records, their wrapped data keys, and each device's word about its log.

    records/<compartment>/<epoch>/<random>   envelope under the compartment's key: who had how many records here, then {id, blob} …
    keys/<compartment>/<epoch>/<random>      envelope under the same key: name of a batch, then {id, wrapped data key} …
    keys/<digest>                            a bundle of compartment keys for one device (``desk.keyring``); its name is its digest
    notes/<random>                           envelope under the ORG key: a device's checkpoint and the leaves since its last one, signed

The object id of an envelope is its name, and the compartment and epoch in its head are those of its path, so that a file under
another name is found out before it is opened. Everything is padded. Data keys lie apart from what they open, so that erasing one
record touches one small file. Numbers are big-endian.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from struct import error as StructError  # noqa: N812  the name says what it is
from struct import pack, unpack_from
from typing import Final

from letapis.core.errors import Damaged, Hostile
from letapis.desk.opening import Desk
from letapis.desk.vault import Arrived
from letapis.engines import seal
from letapis.engines.seal import Envelope, Header, Wrap

MAX_RECORDS: Final = 512
MAX_BYTES: Final = 1 << 20
MAX_RECORD: Final = 3 << 20
MAX_LEAVES: Final = 16_000
_FLOOR: Final = 4096
_BATCH: Final = "relay batch"
_WRAPS: Final = "relay wraps"
_WORD: Final = "relay word"
_SAID: Final = b"letapis/log-word/1\x00"


@dataclass(frozen=True, slots=True)
class Place:
    """Compartment, epoch and last part of a name under ``records/`` or ``keys/``."""

    compartment: bytes
    epoch: int
    ident: bytes

    def name(self, kind: str) -> str:
        return f"{kind}/{self.compartment.hex()}/{self.epoch}/{self.ident.hex()}"


def place_of(name: str) -> Place | None:
    """The place that a name says; None for bundles and for names that cannot be ours."""
    parts = name.split("/")
    if len(parts) != 4 or len(parts[1]) != 32 or len(parts[3]) != 32 or not parts[2].isdecimal() or int(parts[2]) >= 1 << 31:
        return None
    return Place(bytes.fromhex(parts[1]), int(parts[2]), bytes.fromhex(parts[3]))


@dataclass(frozen=True, slots=True)
class Batch:
    """Sealed records of one compartment. ``totals``: how many records of this compartment each of these devices had by then."""

    totals: Mapping[str, int]
    blobs: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Word:
    """What a device says of its log: a checkpoint (empty when more leaves follow) and leaf hashes from ``start`` on."""

    device: str
    said: str
    note: bytes
    start: int
    leaves: tuple[bytes, ...] = field(repr=False)

    def body(self) -> bytes:
        head = _lp(self.device.encode("utf-8")) + _lp(self.said.encode("ascii")) + _lp(self.note)
        return head + pack(">QI", self.start, len(self.leaves)) + b"".join(self.leaves)

    def digest(self) -> bytes:
        """What the device signs in place of a record's list digest; the domain keeps the two apart."""
        return hashlib.sha256(_SAID + self.body()).digest()


def _lp(data: bytes) -> bytes:
    return pack(">I", len(data)) + data


class Parts:
    """Reads length-prefixed parts; running out of bytes is a bad form, and so are bytes left over."""

    def __init__(self, data: bytes, code: str = "sync.form") -> None:
        self.data, self.at, self.code = data, 0, code

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) != count:
            raise Hostile(self.code)
        self.at += count
        return part

    def number(self, form: str = ">I") -> int:
        try:
            (value,) = unpack_from(form, self.data, self.at)
        except StructError as fault:
            raise Hostile(self.code) from fault
        self.at += {">B": 1, ">I": 4, ">Q": 8}[form]
        return int(value)

    def lp(self) -> bytes:
        return self.take(self.number())

    def text(self) -> str:
        try:
            return self.lp().decode("utf-8")
        except UnicodeDecodeError as fault:
            raise Hostile(self.code) from fault

    def end(self) -> None:
        if self.at != len(self.data):
            raise Hostile(self.code)


# ---- envelopes -------------------------------------------------------------------------------------------------------


def _seal(desk: Desk, purpose: str, place: Place, plaintext: bytes) -> bytes:
    dek = desk.randomness(32)
    about = seal.context(purpose, compartment=place.compartment, epoch=place.epoch, object_id=place.ident)
    (wrapped,) = desk.agent.wrap_deks(place.compartment, place.epoch, [(place.ident, dek)])
    head = Header(place.compartment, place.epoch, place.ident, 1, wraps=(Wrap(seal.UNDER_COMPARTMENT, b"", wrapped),))
    return Envelope.seal(dek, head, about, seal.pad(plaintext, _FLOOR)).encode()


def _open(desk: Desk, purpose: str, place: Place, data: bytes) -> bytes:
    """Raises Hostile("sync.swapped") for what belongs under another name, Damaged for changed bytes, Locked without the key."""
    found = Envelope.decode(data)
    head = found.header
    if (head.compartment, head.epoch, head.object_id, head.object_version) != (place.compartment, place.epoch, place.ident, 1):
        raise Hostile("sync.swapped")
    if len(head.wraps) != 1 or head.wraps[0].kind != seal.UNDER_COMPARTMENT:
        raise Hostile("sync.form")
    (dek,) = desk.agent.unwrap_deks(place.compartment, place.epoch, [(place.ident, head.wraps[0].sealed)])
    about = seal.context(purpose, compartment=place.compartment, epoch=place.epoch, object_id=place.ident)
    return seal.unpad(found.open(dek, about), _FLOOR)


def seal_batch(desk: Desk, place: Place, batch: Batch) -> bytes:
    parts = [pack(">I", len(batch.totals))]
    parts += [_lp(device.encode("utf-8")) + pack(">I", total) for device, total in sorted(batch.totals.items())]
    parts.append(pack(">I", len(batch.blobs)))
    parts += [rid + _lp(blob) for rid, blob in batch.blobs]
    return _seal(desk, _BATCH, place, b"".join(parts))


def open_batch(desk: Desk, place: Place, data: bytes) -> Batch:
    """Raises as every reading here: Hostile for a bad form or place, Damaged for changed bytes, Locked for a key that we lack."""
    parts = Parts(_open(desk, _BATCH, place, data))
    totals = {}
    for _ in range(_count(parts)):
        device = parts.text()
        totals[device] = parts.number()
    blobs = tuple((parts.take(16), parts.lp()) for _ in range(_count(parts)))
    parts.end()
    return Batch(totals, blobs)


def _count(parts: Parts) -> int:
    count = parts.number()
    if count > MAX_RECORDS:
        raise Hostile("sync.form")
    return count


def seal_wraps(desk: Desk, place: Place, batch: bytes, wraps: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The data keys of the batch with this id."""
    return _seal(desk, _WRAPS, place, batch + pack(">I", len(wraps)) + b"".join(rid + _lp(wrap) for rid, wrap in wraps))


def open_wraps(desk: Desk, place: Place, data: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """Id of the batch, and the wrapped data key of each of its records."""
    parts = Parts(_open(desk, _WRAPS, place, data))
    batch = parts.take(16)
    wraps = {parts.take(16): parts.lp() for _ in range(_count(parts))}
    parts.end()
    return batch, wraps


def joined(place: Place, batch: Batch, wraps: Mapping[bytes, bytes]) -> Iterator[Arrived]:
    """The records of a batch with their keys; a record whose key is gone was erased, and stays unread."""
    for rid, blob in batch.blobs:
        if rid in wraps:
            yield Arrived(place.compartment, place.epoch, rid, blob, wraps[rid])


# ---- words about logs ------------------------------------------------------------------------------------------------


def seal_word(desk: Desk, place: Place, word: Word) -> bytes:
    """A word of this device, signed with both its keys inside the seal."""
    (signatures,) = desk.agent.sign_records([(word.digest(), True)])
    signed = pack(">B", len(signatures)) + b"".join(pack(">B", alg) + _lp(signature) for alg, signature in signatures)
    return _seal(desk, _WORD, place, _lp(word.body()) + signed)


def open_word(desk: Desk, ident: bytes, data: bytes, organisation: bytes) -> tuple[Word, tuple[tuple[int, bytes], ...]]:
    """A word with its signatures, still to be verified. Notes carry no epoch in their name: the head says under which key it is."""
    epoch = Header.decode(data)[0].epoch
    parts = Parts(_open(desk, _WORD, Place(organisation, epoch, ident), data))
    inner = Parts(parts.lp())
    signatures = tuple((parts.number(">B"), parts.lp()) for _ in range(parts.number(">B")))
    parts.end()
    device, said, note, start = inner.text(), inner.text(), inner.lp(), inner.number(">Q")
    count = inner.number()
    if count > MAX_LEAVES or not said.isascii():
        raise Hostile("sync.form")
    word = Word(device, said, note, start, tuple(inner.take(32) for _ in range(count)))
    inner.end()
    return word, signatures


def bundle_name(data: bytes) -> str:
    """A bundle's name is its digest: ciphertext is random, so the name is too, and a changed bundle is seen without any key."""
    return f"keys/{hashlib.sha256(data).hexdigest()[:32]}"


def check_bundle(name: str, data: bytes) -> None:
    if bundle_name(data) != name:
        raise Damaged("sync.changed")
