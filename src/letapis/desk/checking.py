"""Check sealed records away from the database: what a worker process of the audit does. Imports no Django."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from letapis.core.canonical import RecordSignature, Sealed, signed_message
from letapis.core.errors import LetapisError
from letapis.core.recompute import Recomputed, recompute
from letapis.core.records import BOTH_SIGNATURES
from letapis.desk.chain import about
from letapis.engines import seal

_STATED: Final = (b"h.id", b"h.compartment", b"h.device", b"h.seq", b"h.recorded")


class PublicKeys(NamedTuple):
    """Public record keys of a device. Named tuples here: they go to another process and back, and cost the least on the way."""

    ed25519: bytes
    mldsa44: bytes


class Row(NamedTuple):
    """A row of the records with its data key, and the keys of its device (None: not to be verified). ``fault``: there is no data key."""

    ref: bytes
    rid: bytes
    type: str
    compartment: bytes
    epoch: int
    device: str
    seq: int
    recorded: str
    blob: bytes
    dek: bytes
    public: PublicKeys | None
    fault: str = ""


class Seen(NamedTuple):
    """What a check found: place in the chain, and the code of what is wrong, if anything."""

    device: str
    seq: int
    ref: bytes
    prev: bytes
    recorded: str
    fault: str


def check_rows(rows: Sequence[Row]) -> list[Seen]:
    """Open, recompute and verify each row; nothing raises."""
    return [_check(row) for row in rows]


def _check(row: Row) -> Seen:
    """Only the head is read and compared; bodies were read when the record came in."""
    if row.fault:
        return Seen(row.device, row.seq, row.ref, b"", row.recorded, row.fault)
    try:
        found = recompute(seal.open_record(row.dek, about(row.compartment, row.epoch, row.rid), row.blob))
    except LetapisError as fault:
        return Seen(row.device, row.seq, row.ref, b"", row.recorded, fault.code)
    head = found.head
    kind = head.get(b"h.type", b"").decode("utf-8", "replace")
    stated = tuple(map(head.get, _STATED))
    shown = (row.rid, row.compartment, row.device.encode(), (row.seq % (1 << 64)).to_bytes(8, "big"), row.recorded.encode())
    code = ""
    if found.commitment != row.ref or kind[:20] != row.type or stated != shown:
        code = "audit.row_differs"
    elif row.public is not None:
        code = signature_fault(kind, row.device, found, row.public)
    return Seen(row.device, row.seq, row.ref, head.get(b"h.prev", b""), row.recorded, code)


def signature_fault(kind: str, device: str, sealed: Sealed | Recomputed, public: PublicKeys) -> str:
    """Why the signatures of a record of this type are not in order, or empty.

    Ed25519 always; ML-DSA-44 where both are due, and wherever it stands. Schemes from the future are not looked at.
    """
    message = signed_message(device, sealed.digest)
    keys = {seal.ED25519: public.ed25519, seal.ML_DSA_44: public.mldsa44}
    due = {seal.ED25519, seal.ML_DSA_44} if kind in BOTH_SIGNATURES else {seal.ED25519}
    ours = [s for s in sealed.signatures if s.alg in keys]
    found = {s.alg: s for s in ours}
    if len(found) != len(ours) or not due <= set(found):
        return "ledger.signature_missing"
    return "" if all(_is_signed(s, device, keys[s.alg], message) for s in ours) else "ledger.signature"


def _is_signed(signature: RecordSignature, device: str, public: bytes, message: bytes) -> bool:
    return signature.key == device and seal.verify(signature.alg, public, message, signature.signature)
