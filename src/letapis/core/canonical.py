"""Canonical bytes of a record: salted fields, list digest, keyed commitment, leaf, sealed form.

The bytes are made once, signed, stored and never derived again. Layout: a record is a list of fields
(salt, name, type, value); each field has a salted digest, the sorted digests make the list digest D, and
C = HMAC(K, D) is what the log holds. Without K and salts nobody can confirm a guess; with them a court can
check every field that is shown and count every field that is withheld.

Two sealed forms exist. Version 1 carries each salt; version 2 carries one seed from which all salts are squeezed.
Both give the same digests. Everything that is not exactly as written here is refused, never repaired.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from struct import Struct, pack, unpack_from
from typing import Final

from letapis.core.dates import is_partial_date
from letapis.core.errors import Damaged

MAX_FIELDS: Final = 1024
MAX_VALUE: Final = 1 << 20
MAX_NAME: Final = 128
PAD_TO: Final = 8
MAGIC: Final = b"LTPR"
FIELD: Final = b"letapis/field/1\x00"
_LIST = b"letapis/list/1\x00"
_COMMIT = b"letapis/commit/1\x00"
_SIGNED = b"letapis/record-sig/1\x00"
_SALTS = b"letapis/salts/2\x00"
_NAME = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*\Z")
_INSTANT = re.compile(rb"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ\Z")
_DECIMAL = re.compile(rb"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?\Z")
_FORM_AND_SIZE = Struct(">BI")
EMPTY: Final = _FORM_AND_SIZE.pack(0, 0).rjust(6, b"\x00")  # a decoy behind its salt: no name, kind 0, no value
_BYTE = tuple(bytes((i,)) for i in range(256))
_DIGEST_SIZES = {1: 32, 2: 64, 3: 64, 4: 32}


class Kind(IntEnum):
    """Type code of a field's value bytes."""

    DECOY = 0
    TEXT = 1
    BYTES = 2
    UINT = 3
    INT = 4
    BOOL = 5
    INSTANT = 6
    DATE = 7
    DIGEST = 8
    DECIMAL = 9
    REF = 10


@dataclass(frozen=True, slots=True)
class Field:
    """One opened field: 32-byte salt, name (empty for a decoy), kind and value bytes."""

    salt: bytes
    name: str
    kind: int
    value: bytes


@dataclass(frozen=True, slots=True)
class RecordSignature:
    """``alg`` 1 Ed25519, 6 ML-DSA-44; ``key`` is the name of the device's record key."""

    alg: int
    key: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A parsed sealed record: the commitment key, its opened fields in list order, and the signatures as they stand."""

    key: bytes
    fields: tuple[Field, ...]
    signatures: tuple[RecordSignature, ...]
    digest: bytes  # D
    commitment: bytes  # C


def check_name(name: str) -> None:
    """Raise Damaged when ``name`` is no field name."""
    if not _is_name(name):
        raise Damaged("record.field_name")


@lru_cache(maxsize=1024)
def _is_name(name: str) -> bool:
    return len(name) <= MAX_NAME and _NAME.match(name) is not None


def check_value(kind: int, value: bytes) -> None:
    """Raise Damaged when ``value`` is not the one way to write a value of this kind."""
    if len(value) > MAX_VALUE:
        raise Damaged("record.value_too_long")
    if not _fits(kind, value):
        raise Damaged("record.value_form")


def _fits(kind: int, value: bytes) -> bool:
    form = _FORMS.get(kind)
    return form is not None and form(value)


def _is_text(value: bytes) -> bool:
    if value.isascii():
        return True
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=4096)
def _is_date(value: bytes) -> bool:
    return value.isascii() and is_partial_date(value.decode("ascii"))


_FORMS: Final[Mapping[int, Callable[[bytes], bool]]] = {
    0: lambda value: not value,
    1: _is_text,
    2: lambda _: True,
    3: lambda value: len(value) == 8,
    4: lambda value: len(value) == 8,
    5: lambda value: value in (b"\x00", b"\x01"),
    6: lambda value: _INSTANT.match(value) is not None and _is_date(value[:10]),
    7: _is_date,
    8: lambda value: len(value) > 1 and _DIGEST_SIZES.get(value[0]) == len(value) - 1,
    9: lambda value: _DECIMAL.match(value) is not None and value != b"-0",
    10: lambda value: len(value) == 32,
}


def field_digest(salt: bytes, name: bytes, kind: int, value: bytes) -> bytes:
    """d_i = H(T("letapis/field/1") || salt || lp1(name) || u8 kind || lp4(value))."""
    return hashlib.sha256(b"".join((FIELD, salt, _BYTE[len(name)], name, _FORM_AND_SIZE.pack(kind, len(value)), value))).digest()


def list_digest(digests: Sequence[bytes]) -> bytes:
    """D over the field digests, which are sorted here; equal digests and odd counts are refused."""
    ordered = sorted(digests)
    if not 1 <= len(ordered) <= MAX_FIELDS or set(map(len, ordered)) != {32}:
        raise Damaged("record.field_count")
    if len(set(ordered)) != len(ordered):
        raise Damaged("record.equal_digests")
    return hashlib.sha256(_LIST + pack(">H", len(ordered)) + b"".join(ordered)).digest()


def commitment(key: bytes, digest: bytes) -> bytes:
    """C = HMAC-SHA-256(K, T("letapis/commit/1") || D). HMAC pads short keys silently, so any K that is not 32 bytes is refused."""
    if len(key) != 32 or len(digest) != 32:
        raise Damaged("record.key_length")
    return hmac.digest(key, _COMMIT + digest, "sha256")


def leaf(commitment_: bytes) -> bytes:
    """The 33 bytes that the log holds for a record."""
    return b"\x01" + commitment_


def signed_message(device: str, digest: bytes) -> bytes:
    """What a device signs: T("letapis/record-sig/1") || lp1(device key name) || D."""
    name = device.encode("utf-8")
    if len(name) > 255:
        raise Damaged("record.signature_name")
    return _SIGNED + bytes((len(name),)) + name + digest


def decoys_for(count: int) -> int:
    """How many decoy fields bring ``count`` fields to the next multiple of eight."""
    return -count % PAD_TO


def salts(seed: bytes, count: int) -> list[bytes]:
    """``count`` salts of 32 bytes, squeezed once from the record's seed, in the order of the fields by name, decoys last."""
    if len(seed) != 32:
        raise Damaged("record.seed_length")
    stream = hashlib.shake_256(_SALTS + seed).digest(32 * count)
    return [stream[i : i + 32] for i in range(0, 32 * count, 32)]


def in_name_order(fields: Sequence[tuple[str, int, bytes]]) -> list[tuple[str, int, bytes]]:
    """Fields sorted by name; a name twice, a bad name or a bad value is refused before anything is signed."""
    ordered = sorted(fields)
    for name, kind, value in ordered:
        if not _is_name(name):
            check_name(name)
        form = _FORMS.get(kind)
        if form is None or len(value) > MAX_VALUE or not form(value):
            check_value(kind, value)
    if len({name for name, _, _ in ordered}) != len(ordered):
        raise Damaged("record.field_twice")
    if not 1 <= len(ordered) <= MAX_FIELDS:
        raise Damaged("record.field_count")
    return ordered


def written(fields: Sequence[tuple[str, int, bytes]]) -> list[bytes]:
    """Each field (name, kind, value) as it stands in a sealed record and, behind its salt, in its digest: lp1(name) || u8 kind || lp4(value).
    Made once of a record, which is digested and sealed from it."""
    return [_head(name, kind) + pack(">I", len(value)) + value for name, kind, value in fields]


@lru_cache(maxsize=4096)
def _head(name: str, kind: int) -> bytes:
    return bytes((len(name),)) + name.encode("ascii") + bytes((kind,))


def digest_of(seed: bytes, parts: Sequence[bytes]) -> bytes:
    """D of the fields of a record as they are ``written``, in name order, under the salts of ``seed`` and padded with decoys."""
    count = len(parts)
    salted = salts(seed, count + decoys_for(count))
    sha256 = hashlib.sha256
    digests = [sha256(FIELD + salt + part).digest() for salt, part in zip(salted, parts, strict=False)]
    digests += [sha256(FIELD + salt + EMPTY).digest() for salt in salted[count:]]
    return list_digest(digests)


def seal_bytes(key: bytes, seed: bytes, parts: Sequence[bytes], signatures: Sequence[RecordSignature]) -> bytes:
    """Sealed version 2: "LTPR" || 02 || K || seed || u16 n || {lp1(name) || u8 kind || lp4(value)} x n || signatures."""
    return b"".join((MAGIC, b"\x02", key, seed, pack(">H", len(parts)), *parts, _signature_bytes(signatures)))


def seal_bytes_v1(key: bytes, fields: Sequence[Field], signatures: Sequence[RecordSignature]) -> bytes:
    """Sealed version 1 with explicit salts; ``fields`` stand in the order of their digests."""
    parts = [MAGIC, b"\x01", key, pack(">H", len(fields))]
    for f in fields:
        name = f.name.encode("ascii")
        parts.append(f.salt + pack(">B", len(name)) + name + pack(">BI", f.kind, len(f.value)) + f.value)
    return b"".join(parts) + _signature_bytes(signatures)


def _signature_bytes(signatures: Sequence[RecordSignature]) -> bytes:
    parts = [pack(">B", len(signatures))]
    for s in signatures:
        name = s.key.encode("utf-8")
        parts.append(pack(">BB", s.alg, len(name)) + name + pack(">H", len(s.signature)) + s.signature)
    return b"".join(parts)


class _Cursor:
    """Reads length-prefixed parts; running out of bytes is damage, and so are bytes left over."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        end = self.at + count
        if end > len(self.data):
            raise Damaged("record.truncated")
        part, self.at = self.data[self.at : end], end
        return part

    def number(self, form: str, size: int) -> int:
        if self.at + size > len(self.data):
            raise Damaged("record.truncated")
        (value,) = unpack_from(form, self.data, self.at)
        self.at += size
        return int(value)

    def name(self) -> str:
        raw = self.take(self.number(">B", 1))
        if not raw.isascii():
            raise Damaged("record.field_name")
        return raw.decode("ascii")


def open_bytes(data: bytes) -> Sealed:
    """Parse a sealed record of version 1 or 2 and compute D and C. Raises Damaged for anything that we would not have written."""
    if data[:4] != MAGIC:
        raise Damaged("record.magic")
    cursor = _Cursor(data)
    cursor.take(4)
    version = cursor.number(">B", 1)
    key = cursor.take(32)
    if version == 1:
        fields = tuple(_fields_v1(cursor))
        digests = [field_digest(f.salt, f.name.encode("ascii"), f.kind, f.value) for f in fields]
    elif version == 2:
        fields, digests = _fields_v2(cursor)
    else:
        raise Damaged("record.version")
    _check_fields(fields)
    signatures = signatures_at(data, cursor.at)
    # Version 1 was written in the order of the digests; another order would be a second spelling of one record.
    if version == 1 and any(a > b for a, b in pairwise(digests)):
        raise Damaged("record.digest_order")
    digest = list_digest(digests)
    return Sealed(key, fields, signatures, digest, commitment(key, digest))


def _fields_v1(cursor: _Cursor) -> Iterator[Field]:
    for _ in range(cursor.number(">H", 2)):
        salt, name = cursor.take(32), cursor.name()
        kind = cursor.number(">B", 1)
        yield Field(salt, name, kind, cursor.take(cursor.number(">I", 4)))


def _fields_v2(cursor: _Cursor) -> tuple[tuple[Field, ...], list[bytes]]:
    """Fields and their digests in one pass over the bytes: a workspace is rebuilt and audited by opening each of its records.

    What stands for a field is, behind its salt, exactly what its digest is made of (``field_digest``).
    """
    seed, count = cursor.take(32), cursor.number(">H", 2)
    if not 1 <= count <= MAX_FIELDS:
        raise Damaged("record.field_count")
    salted = salts(seed, count + decoys_for(count))
    data, at, end, previous = cursor.data, cursor.at, len(cursor.data), ""
    fields, digests, sha256, size_of = [], [], hashlib.sha256, _FORM_AND_SIZE.unpack_from
    for salt in salted[:count]:
        start = at + 1 + data[at] if at < end else end
        if start + 5 > end:
            raise Damaged("record.truncated")
        raw = data[at + 1 : start]
        if not raw.isascii():
            raise Damaged("record.field_name")
        name = raw.decode("ascii")
        if name <= previous:
            raise Damaged("record.field_order")
        kind, size = size_of(data, start)
        after = start + 5 + size
        if after > end:
            raise Damaged("record.truncated")
        fields.append(Field(salt, name, kind, data[start + 5 : after]))
        digests.append(sha256(FIELD + salt + data[at:after]).digest())
        previous, at = name, after
    cursor.at = at
    for salt in salted[count:]:
        fields.append(Field(salt, "", Kind.DECOY, b""))
        digests.append(sha256(FIELD + salt + EMPTY).digest())
    return tuple(fields), digests


def _check_fields(fields: Sequence[Field]) -> None:
    names = set()
    for f in fields:
        name, value = f.name, f.value
        if f.kind == 0:  # a decoy
            if name or value:
                raise Damaged("record.value_form")
            continue
        if not _is_name(name):
            raise Damaged("record.field_name")
        form = _FORMS.get(f.kind)
        if len(value) > MAX_VALUE or form is None or not form(value):
            check_value(f.kind, value)
        if name in names:
            raise Damaged("record.field_twice")
        names.add(name)


def signatures_at(data: bytes, at: int) -> tuple[RecordSignature, ...]:
    """The signatures that stand from ``at`` to the end of a sealed record. Raises Damaged when they end elsewhere."""
    cursor = _Cursor(data)
    cursor.at = at
    signatures = tuple(_signatures(cursor))
    if cursor.at != len(data):
        raise Damaged("record.trailing_bytes")
    return signatures


def _signatures(cursor: _Cursor) -> Iterator[RecordSignature]:
    for _ in range(cursor.number(">B", 1)):
        alg = cursor.number(">B", 1)
        try:
            name = cursor.take(cursor.number(">B", 1)).decode("utf-8")
        except UnicodeDecodeError as fault:
            raise Damaged("record.signature_name") from fault
        yield RecordSignature(alg, name, cursor.take(cursor.number(">H", 2)))
