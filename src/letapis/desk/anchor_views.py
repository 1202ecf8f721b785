"""A stamp as it was recorded, and whether it holds: the reply against the request, the note, and the pinned root.

Nothing that a record says of a stamp is believed; it is computed from the bytes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from letapis.core import bitcoin, opentimestamps, timestamps
from letapis.core.errors import Damaged, LetapisError, Refused
from letapis.core.instants import moment_of
from letapis.core.records import Record
from letapis.desk import authorities
from letapis.desk.authorities import AuthorityView
from letapis.desk.held import held
from letapis.desk.opening import Desk
from letapis.engines import tsa

TSA, OTS = "tsa", "ots"
PENDING, STAMPED, UPGRADED, ARCHIVED = "pending", "stamped", "upgraded", "archived"
BLOCK: Final = timedelta(hours=2)


@dataclass(frozen=True)
class AnchorView:
    """One stamp, or the request for one. ``moment`` and ``ends`` are there when it holds now; ``fault``: the code of why it does not.

    ``height``: the block that an OpenTimestamps proof leads to, 0 while there is none; ``promised``: calendars that have only promised.
    """

    anchor: bytes
    anchored: bytes
    kind: str
    name: str
    state: str
    asked: datetime
    request: bytes
    reply: bytes
    header: bytes
    renews: bytes
    authority: AuthorityView | None
    moment: datetime | None = None
    ends: datetime | None = None
    fault: str = ""
    height: int = 0
    promised: int = 0

    @property
    def not_after(self) -> datetime | None:
        """The hour before which the checkpoint was there; that of a block counts two hours later, because miners may set it so far back."""
        return self.moment + BLOCK if self.moment and self.kind == OTS else self.moment

    @property
    def waits(self) -> bool:
        """Something is still to come for it."""
        return self.state == PENDING or (self.kind == OTS and self.moment is None and not self.fault)

    @property
    def stage(self) -> str:
        """What it waits for: ``authority`` or ``calendar`` to answer, ``block`` while calendars have only promised, ``header`` of the block."""
        if self.state == PENDING:
            return "authority" if self.kind == TSA else "calendar"
        return "header" if self.height else "block"

    def days(self, now: datetime) -> int:
        """Full days since it was asked for; none where the clock went back."""
        return max(0, (now - self.asked).days)


def viewed(desk: Desk, item: bytes, record: Record, known: Mapping[bytes, AuthorityView], message: bytes) -> AnchorView:
    request, reply, header, renews = (record.raw(name) for name in ("request", "reply", "header", "renews"))
    authority = known.get(record.raw("authority"))
    kind, name, asked = record.text("kind"), authority.name if authority else OTS, moment_of(record.text("asked"))
    view = AnchorView(item, record.raw("anchored"), kind, name, record.text("state"), asked, request, reply, header, renews, authority)
    if not view.reply:
        return view
    try:
        return _checked_token(desk, view, message) if view.kind == TSA else _checked_proof(view, message)
    except LetapisError as fault:
        return replace(view, fault=fault.code)


def check_token(request: bytes, reply: bytes, authority: AuthorityView) -> tsa.Stamped:
    """A reply of this authority to this request. Raises as ``engines.tsa.verify`` does."""
    roots, between = authorities.checked_certificates(authority)
    return tsa.verify(request, reply, roots, between)


def _checked_token(desk: Desk, view: AnchorView, message: bytes) -> AnchorView:
    if view.authority is None or timestamps.parse_request(view.request).imprint != message:
        raise Damaged("time.imprint")
    request, reply, authority = view.request, view.reply, view.authority
    key = ("token", request, hashlib.sha256(reply).digest(), authority.root)
    stamped = held(desk, key, lambda: check_token(request, reply, authority))
    return replace(view, moment=stamped.moment, ends=stamped.ends)


def _checked_proof(view: AnchorView, message: bytes) -> AnchorView:
    proof = opentimestamps.parse_proof(view.reply)
    if proof.digest != message:
        raise Damaged("time.imprint")
    attested = opentimestamps.bitcoin(proof)
    view = replace(view, height=min((one.height for one in attested), default=0), promised=len(opentimestamps.pending(proof)))
    if not view.header:
        return view
    header = check_header(view.header, attested)
    return replace(view, height=header.height, moment=header.moment)


def check_header(data: bytes, attested: Sequence[opentimestamps.Bitcoin]) -> bitcoin.Header:
    """The header of a block that a proof leads to. Raises Damaged("time.header_form"), Refused("time.header_…")."""
    header = bitcoin.parse_header(data)
    if (header.height, header.root) not in {(one.height, one.message) for one in attested}:
        raise Refused("time.header_other")
    if not header.strong:
        raise Refused("time.header_weak")
    return header
