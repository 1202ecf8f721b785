"""The real person behind a code name: sealed at once, opened only by several custodians together.

Every source has a sealed identity, also when nothing is known, so that its presence says nothing. The key of an identity is
split by XOR for each subset of custodians; a share leaves its custodian only sealed anew to the one who asked, and the log
holds the request, the shares and the opening before anybody reads a name. After an opening the key is replaced.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from letapis.core import thresholds
from letapis.core.access import Reader
from letapis.core.errors import Damaged, Locked, NotFound, Refused
from letapis.core.membership import Device, State
from letapis.core.records import Draft, Record, Value
from letapis.desk import ledger, people, reading
from letapis.desk.dossiers import require_text
from letapis.desk.identity_seal import (
    KEY,
    Details,
    candidates,
    caseworkers,
    custody,
    custody_note,
    details_from_json,
    ident_compartment,
    identity_context,
    identity_draft,
    newest,
    read_details,
    record_of,
    release_context,
    sealed_draft,
    share_context,
    subset_of,
)
from letapis.desk.opening import Desk
from letapis.desk.reading.window import guard
from letapis.engines import seal
from letapis.engines.db import models

__all__ = [
    "Details",
    "RequestView",
    "Resealed",
    "caseworkers",
    "custody",
    "custody_note",
    "details_from_json",
    "false_givers",
    "ident_compartment",
    "open_identity",
    "request_identity",
    "requests",
    "reseal_all",
    "sealed_draft",
    "share_identity",
]


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


def request_identity(desk: Desk, reader: Reader, source: bytes, purpose: str) -> Record:
    """Ask the custodians to open an identity, with the purpose written down; logged before any share moves."""
    reading.source(desk, reader, source)
    current = newest(desk, source)
    body: dict[str, Value] = {"source": source, "version": current.number("version"), "purpose": require_text(purpose, "identity.purpose", 2000)}
    draft = Draft("identity_request", ident_compartment(desk), {**body, "requester": desk.me, "device": desk.device})
    return ledger.append(desk, [draft])[0]


def may_use(holders: Sequence[bytes], threshold: int, requester: bytes, subset: Sequence[bytes]) -> bool:
    """Shares of this subset count for this requester: they never count themselves, unless the team is too small to do without.

    Of two custodians each needs the other, so two persons open even then; a single one opens alone, which is one-person custody.
    """
    return requester not in subset or len(set(holders) - {requester}) < threshold


def share_identity(desk: Desk, reader: Reader, request: bytes, passphrase: str) -> list[Record]:
    """Give one's shares for a request (its id), sealed anew to the requester's device. Needs the passphrase again.

    Raises Refused for the requester's own request, for one who holds no share, and for shares given before.
    """
    guard(reader)
    asked = _request(desk, request)
    if not desk.agent.confirm(passphrase):
        raise Locked("keys.passphrase")
    requester = bytes(asked.requester)
    if requester == desk.me:
        raise Refused("identity.requester_never_counts")
    if desk.me in _givers(desk, asked):
        raise Refused("identity.given_already")
    _asked_for(desk, asked)
    device = _device_of(desk, asked)
    given = [draft for identity in candidates(desk, bytes(asked.source), asked.version) for draft in _released(desk, asked, identity, device)]
    if not given:
        raise Refused("identity.no_share")
    return ledger.append(desk, given)


def _asked_for(desk: Desk, asked: models.IdentityRequest) -> Record:
    """The identity that a request asks for, while it is the one in force."""
    identity = newest(desk, bytes(asked.source))
    if identity.number("version") != asked.version:
        raise Refused("identity.replaced")
    return identity


def _released(desk: Desk, asked: models.IdentityRequest, identity: Record, device: Device) -> Iterator[Draft]:
    """Our shares of one identity that count for this requester, sealed anew to their device."""
    source, version, holders, threshold = bytes(asked.source), asked.version, identity.refs("holders"), identity.number("threshold")
    for holder, mask, share in zip(holders, identity.numbers("subsets"), identity.refs("shares"), strict=True):
        if holder != desk.me or not may_use(holders, threshold, bytes(asked.requester), subset_of(mask, holders)):
            continue
        opened_as = share_context(source, version, mask, holders, threshold)
        try:
            sent_as = release_context(bytes(asked.ref), source, version, mask)
            sealed = desk.agent.reseal_share(share, opened_as, people.public_of(device), sent_as)
        except Damaged:
            continue  # Sealed to another device of this member.
        body: dict[str, Value] = {"request": bytes(asked.ref), "source": source, "version": version, "subset": mask, "sealed": sealed}
        yield Draft("identity_share", ident_compartment(desk), body)


def open_identity(desk: Desk, reader: Reader, request: bytes, passphrase: str) -> Details:
    """Open an identity with the shares of enough custodians. The opening is recorded first, and the key is replaced afterwards.

    Raises Refused("thresholds.too_few") while shares are missing, Damaged("identity.false_share") when they are missing because a
    custodian gave a false one (``false_givers`` names them).
    """
    asked = _request(desk, request)
    if not desk.agent.confirm(passphrase):
        raise Locked("keys.passphrase")
    if bytes(asked.requester) != desk.me or asked.device != desk.device:
        raise Refused("identity.not_your_request")
    if _opened(desk, asked):
        raise Refused("identity.opened_already")
    identity = _asked_for(desk, asked)
    dossier = reading.source(desk, reader, bytes(asked.source)).dossier
    key = _joined(desk, asked, identity)
    ledger.append(desk, [Draft("decision", ident_compartment(desk), {"kind": "disclose", "targets": (bytes(asked.ref),)})])
    plaintext = seal.open_record(key, identity_context(bytes(asked.source), asked.version), identity.raw("sealed"))
    details = read_details(plaintext)
    ledger.append(desk, [identity_draft(desk, bytes(asked.source), plaintext, asked.version + 1, custody(desk, reader, dossier))])
    return details


def _joined(desk: Desk, asked: models.IdentityRequest, identity: Record) -> bytes:
    shares, false = _given(desk, asked, identity)
    try:
        return thresholds.join(shares, _committed(identity))
    except Refused as missing:
        if false:
            raise Damaged("identity.false_share") from missing
        raise


def false_givers(desk: Desk, reader: Reader, request: bytes) -> tuple[bytes, ...]:
    """The custodians who gave a share that was committed to nowhere, as only the requester's device can see it."""
    guard(reader)
    asked = _request(desk, request)
    return tuple(sorted(_given(desk, asked, _asked_for(desk, asked))[1]))


def _committed(identity: Record) -> dict[tuple[thresholds.Subset, bytes], bytes]:
    holders = identity.refs("holders")
    listed = zip(identity.numbers("subsets"), holders, identity.refs("commitments"), strict=True)
    return {(subset_of(mask, holders), holder): commitment for mask, holder, commitment in listed}


def _given(desk: Desk, asked: models.IdentityRequest, identity: Record) -> tuple[list[thresholds.Share], set[bytes]]:
    """The true shares of this identity that count for this request, and the custodians who gave one that is true of no identity."""
    requester, shares, false = bytes(asked.requester), list[thresholds.Share](), set[bytes]()
    others = [other for other in candidates(desk, bytes(asked.source), asked.version) if other.ref != identity.ref]
    for row in models.IdentityShare.objects.using(desk.store.alias).filter(request=bytes(asked.ref)).exclude(custodian=requester):
        custodian = bytes(row.custodian)
        about = release_context(bytes(asked.ref), bytes(asked.source), asked.version, row.subset)
        try:
            opened = desk.agent.open_share(record_of(desk, bytes(row.ref)).raw("sealed"), about)
            share = _committed_share(identity, requester, custodian, row.subset, opened)
            if share is not None:
                shares.append(share)
            elif not any(_committed_share(other, requester, custodian, row.subset, opened) for other in others):
                false.add(custodian)
        except Damaged:
            false.add(custodian)
    return shares + _own_shares(desk, asked, identity), false


def _committed_share(identity: Record, requester: bytes, custodian: bytes, mask: int, opened: bytes) -> thresholds.Share | None:
    """An opened share as one of this identity, None when the identity did not commit to it or it does not count for the requester."""
    holders = identity.refs("holders")
    share = _share(subset_of(mask, holders), custodian, opened)
    if not may_use(holders, identity.number("threshold"), requester, share.subset):
        return None
    return None if thresholds.check([share], _committed(identity)) else share


def _own_shares(desk: Desk, asked: models.IdentityRequest, identity: Record) -> list[thresholds.Share]:
    """The requester's own shares, in the subsets where they count."""
    holders, threshold, source = identity.refs("holders"), identity.number("threshold"), bytes(asked.source)
    found = []
    for holder, mask, sealed in zip(holders, identity.numbers("subsets"), identity.refs("shares"), strict=True):
        subset = subset_of(mask, holders)
        if holder == bytes(asked.requester) and may_use(holders, threshold, holder, subset):
            with suppress(Damaged):  # sealed to another device of this member
                about = share_context(source, asked.version, mask, holders, threshold)
                found.append(_share(subset, holder, desk.agent.open_share(sealed, about)))
    return found


def _share(subset: thresholds.Subset, holder: bytes, opened: bytes) -> thresholds.Share:
    if len(opened) != KEY + thresholds.NONCE:
        raise Damaged("identity.form")
    return thresholds.Share(subset, holder, opened[:KEY], opened[KEY:])


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
    return models.Ruling.objects.using(desk.store.alias).filter(target=bytes(asked.ref), kind="disclose", member=bytes(asked.requester)).exists()


def requests(desk: Desk, reader: Reader) -> list[RequestView]:
    """All requests this device knows, the newest first; the source's code name only for those who hold its dossier."""
    guard(reader)
    found = []
    for asked in models.IdentityRequest.objects.using(desk.store.alias).order_by("-recorded", "ref"):
        try:
            identity = newest(desk, bytes(asked.source))
        except NotFound:
            continue  # the request came before the identity
        found.append(_view(desk, reader, asked, identity))
    return found


def _view(desk: Desk, reader: Reader, asked: models.IdentityRequest, identity: Record) -> RequestView:
    requester, source, holders, givers = bytes(asked.requester), bytes(asked.source), identity.refs("holders"), _givers(desk, asked)
    current = identity.number("version") == asked.version
    return RequestView(
        rid=bytes(asked.rid),
        source=source,
        code=_code(desk, reader, source),
        requester=requester,
        purpose=asked.purpose,
        recorded=asked.recorded,
        shares=len(givers & (set(holders) - {requester})),
        needed=min(identity.number("threshold"), len(set(holders) - {requester})),
        mine=current and desk.me in holders and desk.me not in givers and requester != desk.me,
        asked_by_me=requester == desk.me,
        opened=_opened(desk, asked),
    )


def _code(desk: Desk, reader: Reader, source: bytes) -> str:
    try:
        return reading.source(desk, reader, source).code
    except NotFound:
        return ""


# ---- the team grows or shrinks ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Resealed:
    """Sources whose identity was split anew, and those that wait for the next opening because nobody alone can open them."""

    done: tuple[bytes, ...]
    waiting: tuple[bytes, ...]


def reseal_all(desk: Desk, reader: Reader, passphrase: str, purpose: str) -> Resealed:
    """Split identities anew among the custodians of today, where this member holds one alone. Each opening is recorded like any other.

    An identity that several hold is split anew when it is next opened; ``waiting`` says which.
    """
    guard(reader)
    if not desk.agent.confirm(passphrase):
        raise Locked("keys.passphrase")
    done, waiting = [], []
    for source in sorted({bytes(s) for s in models.Identity.objects.using(desk.store.alias).values_list("source", flat=True)}):
        identity = newest(desk, source)
        holders = set(identity.refs("holders"))
        try:
            chosen = custody(desk, reader, reading.source(desk, reader, source).dossier)
        except NotFound:
            continue  # a dossier that this member does not hold
        if holders == set(chosen.holders) and identity.number("threshold") == chosen.threshold:
            continue
        if holders == {desk.me}:
            asked = request_identity(desk, reader, source, purpose)
            open_identity(desk, reader, asked.header.id, passphrase)
            done.append(source)
        else:
            waiting.append(source)
    return Resealed(tuple(done), tuple(waiting))
