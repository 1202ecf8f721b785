"""The real person behind a code name: sealed at once, opened only by several custodians together.

Every source has a sealed identity, also when nothing is known, so that its presence says nothing. The key of an identity is
split by XOR for each subset of custodians; a share leaves its custodian only sealed anew to the one who asked, and the log
holds the request, the shares and the opening before anybody reads a name. After an opening the key is replaced.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from letapis.core import custodians, thresholds
from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.errors import Damaged, Locked, NotFound, Refused, UsageError
from letapis.core.membership import Device, State
from letapis.core.records import Draft, Record, Value
from letapis.desk import ledger, members, people, reading
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.engines import seal
from letapis.engines.db import models

PADDED = 4096  # every identity has this size before sealing
_ID = 32


@dataclass(frozen=True)
class Details:
    """Who a source really is. All fields may be empty: an empty identity is sealed like a full one."""

    name: str = ""
    birth: str = ""
    contact: str = ""
    notes: str = ""


@dataclass(frozen=True)
class RequestView:
    """A request to open an identity. ``shares`` custodians have given theirs, ``needed`` must; ``mine``: this member may still give one."""

    rid: bytes
    source: bytes
    code: str
    requester: bytes
    purpose: str
    recorded: str
    shares: int
    needed: int
    mine: bool
    asked_by_me: bool
    opened: bool


def custody(desk: Desk, reader: Reader, dossier: bytes) -> custodians.Custody:
    """Who would hold the identities of this dossier now, and what to know about it."""
    return custodians.choose(people.directory(desk), caseworkers(desk, reader, dossier))


def custody_note(desk: Desk, reader: Reader, dossier: bytes) -> Answer:
    return custody(desk, reader, dossier).note


def caseworkers(desk: Desk, reader: Reader, dossier: bytes) -> frozenset[bytes]:
    """Members who wrote in the dossier, and the one who is writing now; checking alone does not make a caseworker."""
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
    return _draft(desk, source, _padded(details), version, chosen)


def _draft(desk: Desk, source: bytes, plaintext: bytes, version: int, chosen: custodians.Custody) -> Draft:
    key = desk.randomness(_ID)
    shares = thresholds.split(key, chosen.holders, chosen.threshold, desk.randomness)
    directory = people.directory(desk)
    holders: list[bytes] = []
    subsets: list[int] = []
    commitments: list[bytes] = []
    sealed: list[bytes] = []
    for share in shares:
        mask = _mask(share.subset, chosen.holders)
        for device in directory.devices_of(share.holder):
            holders.append(share.holder)
            subsets.append(mask)
            commitments.append(share.commitment())
            sealed.append(seal.wrap_to(device.kem, _share_context(source, version, mask), share.value + share.nonce))
    body: dict[str, Value] = {
        "source": source,
        "version": version,
        "sealed": seal.seal_record(key, _identity_context(source, version), plaintext),
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


def _details(padded: bytes) -> Details:
    size = int.from_bytes(padded[:2], "big")
    if len(padded) != PADDED or size > PADDED - 2:
        raise Damaged("identity.form")
    return Details(**json.loads(padded[2 : 2 + size].decode("utf-8")))


def ident_compartment(desk: Desk) -> bytes:
    """The compartment of sealed identities, which every member holds and in which nothing can be read."""
    return members.common_compartment(desk, "IDENT")


def _mask(subset: Sequence[bytes], holders: Sequence[bytes]) -> int:
    ordered = sorted(set(holders))
    return sum(1 << ordered.index(holder) for holder in subset)


def _subset(mask: int, holders: Sequence[bytes]) -> tuple[bytes, ...]:
    ordered = sorted(set(holders))
    return tuple(holder for i, holder in enumerate(ordered) if mask >> i & 1)


def _identity_context(source: bytes, version: int) -> bytes:
    return seal.context("letapis identity", object_id=source, object_version=version)


def _share_context(source: bytes, version: int, mask: int) -> bytes:
    return seal.context(f"letapis share {mask}", object_id=source, object_version=version)


def _release_context(request: bytes, source: bytes, version: int, mask: int) -> bytes:
    return seal.context(f"letapis release {mask} {hashlib.sha256(request).hexdigest()}", object_id=source, object_version=version)


def _newest(desk: Desk, source: bytes) -> Record:
    row = models.Identity.objects.using(desk.store.alias).filter(source=source).order_by("-version", "-recorded", "-ref").first()
    if row is None:
        raise NotFound("reading.not_found")
    return ledger.opened_by_ref(desk, [bytes(row.ref)])[bytes(row.ref)].record


def _record(desk: Desk, ref: bytes) -> Record:
    return ledger.opened_by_ref(desk, [ref])[ref].record


def request_identity(desk: Desk, reader: Reader, source: bytes, purpose: str) -> Record:
    """Ask the custodians to open an identity, with the purpose written down; logged before any share moves."""
    reading.source(desk, reader, source)
    current = _newest(desk, source)
    body: dict[str, Value] = {"source": source, "version": current.number("version"), "purpose": require_text(purpose, "identity.purpose", 2000)}
    draft = Draft("identity_request", ident_compartment(desk), {**body, "requester": desk.me, "device": desk.device})
    return ledger.append(desk, [draft])[0]


def share_identity(desk: Desk, reader: Reader, request: bytes, passphrase: str) -> list[Record]:
    """Give one's shares for a request (its id), sealed anew to the requester's device. Needs the passphrase again.

    Raises Refused for the requester's own request, for one who holds no share, and for shares given before.
    """
    asked = _request(desk, request)
    if not desk.agent.confirm(passphrase):
        raise Locked("keys.passphrase")
    if bytes(asked.requester) == desk.me:
        raise Refused("identity.requester_never_counts")
    if desk.me in _givers(desk, asked):
        raise Refused("identity.given_already")
    identity = _newest(desk, bytes(asked.source))
    device = _device_of(desk, asked)
    if identity.number("version") != asked.version:
        raise Refused("identity.replaced")
    drafts = [
        _released(desk, asked, identity, device, position)
        for position, holder in enumerate(identity.refs("holders"))
        if holder == desk.me and bytes(asked.requester) not in _subset(identity.numbers("subsets")[position], identity.refs("holders"))
    ]
    given = [draft for draft in drafts if draft is not None]
    if not given:
        raise Refused("identity.no_share")
    return ledger.append(desk, given)


def _released(desk: Desk, asked: models.IdentityRequest, identity: Record, device: Device, position: int) -> Draft | None:
    """One share sealed anew; None when it was sealed to another device of this member."""
    source, version, mask = bytes(asked.source), asked.version, identity.numbers("subsets")[position]
    opened_as, sent_as = _share_context(source, version, mask), _release_context(bytes(asked.ref), source, version, mask)
    try:
        resealed = desk.agent.reseal_share(identity.refs("shares")[position], opened_as, people.public_of(device), sent_as)
    except Damaged:
        return None
    body: dict[str, Value] = {"request": bytes(asked.ref), "source": source, "version": version, "subset": mask, "sealed": resealed}
    return Draft("identity_share", ident_compartment(desk), body)


def open_identity(desk: Desk, reader: Reader, request: bytes, passphrase: str) -> Details:
    """Open an identity with the shares of enough custodians. The opening is recorded first, and the key is replaced afterwards."""
    asked = _request(desk, request)
    if not desk.agent.confirm(passphrase):
        raise Locked("keys.passphrase")
    if bytes(asked.requester) != desk.me or asked.device != desk.device:
        raise Refused("identity.not_your_request")
    if _opened(desk, asked):
        raise Refused("identity.opened_already")
    identity = _newest(desk, bytes(asked.source))
    if identity.number("version") != asked.version:
        raise Refused("identity.replaced")
    key = _joined(desk, asked, identity)
    source = reading.source(desk, reader, bytes(asked.source))
    ident = ident_compartment(desk)
    ledger.append(desk, [Draft("decision", ident, {"kind": "disclose", "targets": (bytes(asked.ref),)})])
    plaintext = seal.open_record(key, _identity_context(bytes(asked.source), asked.version), identity.raw("sealed"))
    details = _details(plaintext)
    chosen = custodians.choose(people.directory(desk), caseworkers(desk, reader, source.dossier))
    ledger.append(desk, [_draft(desk, bytes(asked.source), plaintext, asked.version + 1, chosen)])
    return details


def _joined(desk: Desk, asked: models.IdentityRequest, identity: Record) -> bytes:
    holders = identity.refs("holders")
    committed = {
        (_subset(mask, holders), holder): commitment
        for mask, holder, commitment in zip(identity.numbers("subsets"), holders, identity.refs("commitments"), strict=True)
    }
    given = []
    for row in models.IdentityShare.objects.using(desk.store.alias).filter(request=bytes(asked.ref)):
        share = _record(desk, bytes(row.ref))
        subset = _subset(row.subset, holders)
        if bytes(row.custodian) not in subset or bytes(asked.requester) in subset:
            continue
        about = _release_context(bytes(asked.ref), bytes(asked.source), asked.version, row.subset)
        opened = desk.agent.open_share(share.raw("sealed"), about)
        given.append(thresholds.Share(subset, bytes(row.custodian), opened[:_ID], opened[_ID:]))
    return thresholds.join(given, committed)


def _request(desk: Desk, request: bytes) -> models.IdentityRequest:
    row = models.IdentityRequest.objects.using(desk.store.alias).filter(rid=request).first()
    if row is None:
        raise NotFound("reading.not_found")
    return row


def _device_of(desk: Desk, asked: models.IdentityRequest) -> Device:
    device = people.directory(desk).devices.get(asked.device)
    if device is None or device.state is not State.ACTIVE or device.member != bytes(asked.requester):
        raise Refused("identity.requester_unknown")
    return device


def _givers(desk: Desk, asked: models.IdentityRequest) -> frozenset[bytes]:
    rows = models.IdentityShare.objects.using(desk.store.alias).filter(request=bytes(asked.ref))
    return frozenset(bytes(custodian) for custodian in rows.values_list("custodian", flat=True))


def _opened(desk: Desk, asked: models.IdentityRequest) -> bool:
    return models.Ruling.objects.using(desk.store.alias).filter(target=bytes(asked.ref), kind="disclose").exists()


def requests(desk: Desk, reader: Reader) -> list[RequestView]:
    """All requests this device knows, the newest first; the source's code name only for those who hold its dossier."""
    found = []
    for asked in models.IdentityRequest.objects.using(desk.store.alias).order_by("-recorded", "ref"):
        identity = _newest(desk, bytes(asked.source))
        holders, givers = identity.refs("holders"), _givers(desk, asked)
        current = identity.number("version") == asked.version
        mine = current and desk.me in holders and desk.me not in givers and bytes(asked.requester) != desk.me
        found.append(
            RequestView(
                bytes(asked.rid),
                bytes(asked.source),
                _code(desk, reader, bytes(asked.source)),
                bytes(asked.requester),
                asked.purpose,
                asked.recorded,
                len(givers),
                identity.number("threshold"),
                mine,
                bytes(asked.requester) == desk.me,
                _opened(desk, asked),
            )
        )
    return found


def _code(desk: Desk, reader: Reader, source: bytes) -> str:
    try:
        return reading.source(desk, reader, source).code
    except NotFound:
        return ""
