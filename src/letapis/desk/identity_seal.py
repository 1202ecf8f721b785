"""How an identity is sealed: padded to one size, its key split for each subset of custodians, each share sealed to its holder.

Who opens it, and after which steps, is ``desk.identity``.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from letapis.core import custodians, thresholds
from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.errors import Damaged, NotFound, Refused, UsageError
from letapis.core.records import Draft, Record, Value
from letapis.desk import ledger, members, people, reading
from letapis.desk.opening import Desk
from letapis.engines import seal
from letapis.engines.db import models

PADDED = 4096  # every identity has this size before sealing
KEY = 32


@dataclass(frozen=True)
class Details:
    """Who a source really is. All fields may be empty: an empty identity is sealed like a full one."""

    name: str = ""
    birth: str = ""
    contact: str = ""
    notes: str = ""


def custody(desk: Desk, reader: Reader, dossier: bytes) -> custodians.Custody:
    """Who would hold the identities of this dossier now, and what to know about it."""
    return custodians.choose(people.directory(desk), caseworkers(desk, reader, dossier))


def custody_note(desk: Desk, reader: Reader, dossier: bytes) -> Answer:
    return custody(desk, reader, dossier).note


def caseworkers(desk: Desk, reader: Reader, dossier: bytes) -> frozenset[bytes]:
    """Members who wrote in the dossier, and the one who is writing now; checking alone does not make a caseworker. Empty: one that is
    about to be opened."""
    if not dossier:
        return frozenset({desk.me})
    reading.dossier(desk, reader, dossier)
    found = {desk.me}
    for table in (models.Note, models.Claim):
        rows = table.objects.using(desk.store.alias).filter(dossier=dossier).values_list("author", flat=True).distinct()
        found |= {bytes(author) for author in rows}
    return frozenset(found)


def sealed_draft(desk: Desk, reader: Reader, dossier: bytes, source: bytes, details: Details, version: int) -> Draft:
    """The sealed identity of a source, ready to be recorded together with it. Raises UsageError("identity.too_long")."""
    chosen = custody(desk, reader, dossier)
    if not chosen.holders:
        raise Refused("identity.no_custodian")
    return identity_draft(desk, source, _padded(details), version, chosen)


def identity_draft(desk: Desk, source: bytes, plaintext: bytes, version: int, chosen: custodians.Custody) -> Draft:
    key = desk.randomness(KEY)
    shares = thresholds.split(key, chosen.holders, chosen.threshold, desk.randomness)
    directory = people.directory(desk)
    holders: list[bytes] = []
    subsets: list[int] = []
    commitments: list[bytes] = []
    sealed: list[bytes] = []
    for share in shares:
        mask = mask_of(share.subset, chosen.holders)
        about = share_context(source, version, mask, chosen.holders, chosen.threshold)
        for device in directory.devices_of(share.holder):
            holders.append(share.holder)
            subsets.append(mask)
            commitments.append(share.commitment())
            sealed.append(seal.wrap_to(device.kem, about, share.value + share.nonce))
    body: dict[str, Value] = {
        "source": source,
        "version": version,
        "sealed": seal.seal_record(key, identity_context(source, version), plaintext),
        "threshold": chosen.threshold,
        "commitments": tuple(commitments),
        "holders": tuple(holders),
        "subsets": tuple(subsets),
        "shares": tuple(sealed),
    }
    return Draft("identity", ident_compartment(desk), body)


def details_from_json(untrusted_text: str) -> Details:
    """Details from a JSON object with the keys name, birth, contact, notes. Raises UsageError for anything else."""
    try:
        found = json.loads(untrusted_text)
    except (ValueError, RecursionError) as fault:
        raise UsageError("identity.form") from fault
    known = set(Details.__dataclass_fields__)
    if not isinstance(found, dict) or not set(found) <= known or not all(isinstance(part, str) for part in found.values()):
        raise UsageError("identity.form")
    return Details(**found)


def _padded(details: Details) -> bytes:
    raw = json.dumps(asdict(details), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    if len(raw) > PADDED - 2:
        raise UsageError("identity.too_long")
    return len(raw).to_bytes(2, "big") + raw.ljust(PADDED - 2, b"\x00")


def read_details(padded: bytes) -> Details:
    size = int.from_bytes(padded[:2], "big")
    if len(padded) != PADDED or size > PADDED - 2:
        raise Damaged("identity.form")
    try:
        return details_from_json(padded[2 : 2 + size].decode("utf-8"))
    except (UnicodeDecodeError, UsageError) as fault:
        raise Damaged("identity.form") from fault


def ident_compartment(desk: Desk) -> bytes:
    """The compartment of sealed identities, which every member holds and in which nothing can be read."""
    return members.common_compartment(desk, "IDENT")


def mask_of(subset: Sequence[bytes], holders: Sequence[bytes]) -> int:
    ordered = sorted(set(holders))
    return sum(1 << ordered.index(holder) for holder in subset)


def subset_of(mask: int, holders: Sequence[bytes]) -> tuple[bytes, ...]:
    ordered = sorted(set(holders))
    return tuple(holder for i, holder in enumerate(ordered) if mask >> i & 1)


def identity_context(source: bytes, version: int) -> bytes:
    return seal.context("letapis identity", object_id=source, object_version=version)


def share_context(source: bytes, version: int, mask: int, holders: Sequence[bytes], threshold: int) -> bytes:
    """The context of a share names all holders and the threshold: it opens only where they are what they were when it was made, so
    nobody can talk a custodian out of a share by showing an identity with other rules."""
    custody = hashlib.sha256(bytes((threshold,)) + b"".join(sorted(set(holders)))).hexdigest()
    return seal.context(f"letapis share {mask} {custody}", object_id=source, object_version=version)


def release_context(request: bytes, source: bytes, version: int, mask: int) -> bytes:
    return seal.context(f"letapis release {mask} {hashlib.sha256(request).hexdigest()}", object_id=source, object_version=version)


def newest(desk: Desk, source: bytes) -> Record:
    """The identity in force. Where several have its version, the one that was recorded together with the source, as far as this
    device can see that. Raises NotFound for a source that has none."""
    version, found = 1, candidates(desk, source, 1)
    if not found:
        raise NotFound("reading.not_found")
    while following := candidates(desk, source, version + 1):
        version, found = version + 1, following
    return next((record for record in found if version > 1 or _came_with_source(desk, source, record)), found[0])


def candidates(desk: Desk, source: bytes, version: int) -> list[Record]:
    """All sound identities of a version; after the first only those made by someone who had opened the one before.

    Any member can record an identity for a source that they do not hold. It harms nothing as long as shares are given for each and
    the requester, who holds the dossier, takes the right one.
    """
    rows = models.Identity.objects.using(desk.store.alias).filter(source=source, version=version).order_by("recorded", "ref")
    allowed = [bytes(row.ref) for row in rows if version == 1 or _has_opened(desk, source, version - 1, bytes(row.author))]
    opened = ledger.opened_by_ref(desk, allowed)
    return [opened[ref].record for ref in allowed if _is_sound(opened[ref].record)]


def _is_sound(record: Record) -> bool:
    """As many subsets, shares and commitments as holders, and a custody that can be: others would break whoever reads them."""
    holders, threshold = record.refs("holders"), record.number("threshold")
    lengths = {len(holders), len(record.numbers("subsets")), len(record.refs("shares")), len(record.refs("commitments"))}
    return len(lengths) == 1 and 1 <= threshold <= len(set(holders)) <= thresholds.MAX_HOLDERS and {len(holder) for holder in holders} == {16}


def _came_with_source(desk: Desk, source: bytes, record: Record) -> bool:
    """The record before it in its device's chain is one of this very source."""
    before = ledger.opened_by_ref(desk, [record.header.prev]).get(record.header.prev)
    return before is not None and before.record.type == "source" and before.record.raw("source") == source


def _has_opened(desk: Desk, source: bytes, version: int, member: bytes) -> bool:
    asked = models.IdentityRequest.objects.using(desk.store.alias).filter(source=source, version=version, requester=member)
    refs = [bytes(ref) for ref in asked.values_list("ref", flat=True)]
    return models.Ruling.objects.using(desk.store.alias).filter(kind="disclose", member=member, target__in=refs, counts=True).exists()


def record_of(desk: Desk, ref: bytes) -> Record:
    return ledger.opened_by_ref(desk, [ref])[ref].record
