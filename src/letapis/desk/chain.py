"""The next records of this device's chain: place, digest, signature, seal.

Bytes are made here once and never again. ``seq`` counts the device's records and is the index in its log; ``prev`` is the
commitment of the record before. What the clock says is the device's word and orders nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.canonical import RecordSignature, commitment, digest_of, leaf, seal_bytes, written
from letapis.core.errors import Damaged, UsageError
from letapis.core.merkle import leaf_hash
from letapis.core.records import BOTH_SIGNATURES, Draft, Header, Record, flatten
from letapis.engines import seal
from letapis.engines.keys import Agent

_SECRETS: Final = 96  # commitment key, seed of the salts, data key


@dataclass(frozen=True, slots=True)
class Link:
    """Where the chain stands: how many records it has, the last one, and the last *seen* record of this device."""

    device: str
    size: int
    head: bytes
    seen: bytes


@dataclass(frozen=True, slots=True)
class Forged:
    """A finished record: read form, leaf hash in the log, sealed blob and its data key under the compartment's key."""

    record: Record
    leaf: bytes
    epoch: int
    blob: bytes
    wrap: bytes


@dataclass(frozen=True, slots=True)
class _Placed:
    record: Record
    key: bytes
    seed: bytes
    dek: bytes
    parts: list[bytes]
    digest: bytes


def about(compartment: bytes, epoch: int, rid: bytes) -> bytes:
    """The context under which a record's blob is sealed."""
    return seal.context("record", compartment=compartment, epoch=epoch, object_id=rid)


def forge(
    agent: Agent, link: Link, drafts: Sequence[Draft], ids: Sequence[bytes], recorded: str, epochs: Mapping[bytes, int], random: bytes
) -> list[Forged]:
    """Records for ``drafts`` in this order, after ``link``. ``random`` holds 96 fresh bytes for each of them.

    Raises Damaged for a body that does not fit its schema, Locked("keys.no_compartment") for a compartment we hold no key of.
    """
    if len(random) != _SECRETS * len(drafts) or len(ids) != len(drafts):
        raise UsageError("ledger.ids")
    placed = _place(link, drafts, ids, recorded, random)
    signatures = agent.sign_records([(p.digest, p.record.type in BOTH_SIGNATURES) for p in placed])
    wraps = _wraps(agent, placed, epochs)
    forged = []
    for p, signed in zip(placed, signatures, strict=True):
        h = p.record.header
        sealed = seal_bytes(p.key, p.seed, p.parts, [RecordSignature(alg, h.device, signature) for alg, signature in signed])
        epoch = epochs[h.compartment]
        blob = seal.seal_record(p.dek, about(h.compartment, epoch, h.id), sealed)
        forged.append(Forged(p.record, leaf_hash(leaf(p.record.ref)), epoch, blob, wraps[h.id]))
    return forged


def _place(link: Link, drafts: Sequence[Draft], ids: Sequence[bytes], recorded: str, random: bytes) -> list[_Placed]:
    placed, prev, seen = [], link.head, link.seen
    for i, (draft, ident) in enumerate(zip(drafts, ids, strict=True)):
        header = Header(draft.type, draft.version, ident, link.device, draft.compartment, recorded, link.size + i, prev, seen)
        if len(ident) != 16 or len(draft.compartment) != 16:
            raise Damaged("record.header_form")
        parts = written(flatten(draft, header))
        secrets = random[_SECRETS * i : _SECRETS * (i + 1)]
        key, seed, dek = secrets[:32], secrets[32:64], secrets[64:]
        digest = digest_of(seed, parts)
        prev = commitment(key, digest)
        body = {name: value for name, value in draft.body.items() if value != ()}
        placed.append(_Placed(Record(prev, header, body), key, seed, dek, parts, digest))
        seen = prev if draft.type == "seen" else seen
    return placed


def _wraps(agent: Agent, placed: Sequence[_Placed], epochs: Mapping[bytes, int]) -> dict[bytes, bytes]:
    """The data keys under their compartments' keys, one call to the agent for each compartment."""
    by_compartment: dict[bytes, list[tuple[bytes, bytes]]] = {}
    for p in placed:
        by_compartment.setdefault(p.record.header.compartment, []).append((p.record.header.id, p.dek))
    wraps: dict[bytes, bytes] = {}
    for compartment, items in by_compartment.items():
        for (ident, _), wrap in zip(items, agent.wrap_deks(compartment, epochs[compartment], items), strict=True):
            wraps[ident] = wrap
    return wraps
