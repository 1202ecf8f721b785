"""The digests of a sealed record computed anew, without reading what it says.

An audit asks whether the bytes that are held are still the bytes that were signed. The digests answer that for every field: names,
kinds, lengths and values all go into them, so nothing of the form needs to be looked at a second time. It was looked at when the
record came in (``core.canonical.open_bytes``), and bytes of another form have another commitment.
"""

import hashlib
from dataclasses import dataclass
from struct import Struct, error
from typing import Final

from letapis.core import canonical
from letapis.core.canonical import RecordSignature, commitment, decoys_for, list_digest, open_bytes, salts
from letapis.core.errors import Damaged

_SIZE: Final = Struct(">I")
_COUNT: Final = Struct(">H")
_SEED: Final = slice(37, 69)
_FIELDS: Final = 71
_HEAD: Final = ord("h")


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The fields of the head by name, the signatures as they stand, and the digests."""

    head: dict[bytes, bytes]
    signatures: tuple[RecordSignature, ...]
    digest: bytes  # D
    commitment: bytes  # C


def recompute(data: bytes) -> Recomputed:
    """D and C of a sealed record of either version. Raises Damaged for bytes that cannot be taken apart."""
    if data[:5] != canonical.MAGIC + b"\x02":
        sealed = open_bytes(data)
        head = {f.name.encode("ascii"): f.value for f in sealed.fields if f.name.startswith("h.")}
        return Recomputed(head, sealed.signatures, sealed.digest, sealed.commitment)
    try:
        head, digests, at = _fields(data)
    except (IndexError, error):
        raise Damaged("record.truncated") from None
    signatures = canonical.signatures_at(data, at)
    digest = list_digest(digests)
    return Recomputed(head, signatures, digest, commitment(data[5:37], digest))


def _fields(data: bytes) -> tuple[dict[bytes, bytes], list[bytes], int]:
    """Head, digests and the place behind the last field. A length that leads behind the end is found there by whoever reads on."""
    (count,) = _COUNT.unpack_from(data, 69)
    if not 1 <= count <= canonical.MAX_FIELDS:
        raise Damaged("record.field_count")
    at, head, digests = _FIELDS, {}, []
    sha256, size_of, prefix = hashlib.sha256, _SIZE.unpack_from, canonical.FIELD
    salted = salts(data[_SEED], count + decoys_for(count))
    for salt in salted[:count]:
        start = at + 1 + data[at]
        after = start + 5 + size_of(data, start + 1)[0]
        digests.append(sha256(prefix + salt + data[at:after]).digest())
        if data[at + 1] == _HEAD:
            head[data[at + 1 : start]] = data[start + 5 : after]
        at = after
    digests += [sha256(prefix + salt + canonical.EMPTY).digest() for salt in salted[count:]]
    return head, digests, at
