"""Outward the organisation attests: which colleague's device recorded what, and at which hour, is opened by two members or not at all.

One asks with a reason, another agrees. While such an opening holds, a case file of the dossier may show devices and moments; before, they
are digests that can be opened later, and the case file says only the day.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused
from letapis.core.records import Draft, Record, Value
from letapis.desk import ledger, reading
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.desk.refold import live_of_kind

SCOPE: Final = "casefile"
_DAYS: Final = 30


@dataclass(frozen=True)
class Opening:
    """Somebody asked that devices and moments be shown. ``agreed``: who stands behind it, the asking member apart; ``holds`` until that day."""

    rid: bytes
    ref: bytes
    member: bytes
    reason: str
    until: str
    agreed: tuple[bytes, ...]
    holds: bool

    def may_agree(self, member: bytes) -> bool:
        """A colleague of who asked, once."""
        return member != self.member and member not in self.agreed


def ask_opening(desk: Desk, reader: Reader, dossier: bytes, reason: str) -> Record:
    """Ask, with the reason, that case files of this dossier show devices and moments for thirty days."""
    home = reading.dossier(desk, reader, dossier)
    until = (desk.clock().date() + timedelta(days=_DAYS)).isoformat()
    body: dict[str, Value] = {"dossier": dossier, "kind": "disclose", "scope": SCOPE, "reason": require_text(reason, "casefile.reason", 2000)}
    return ledger.append(desk, [Draft("decision", home.work, body | {"until": until})])[0]


def agree_opening(desk: Desk, reader: Reader, dossier: bytes, rid: bytes) -> Record:
    """Stand behind a colleague's request (its id). Raises NotFound for one that is none, Refused for one's own and for a second time."""
    home = reading.dossier(desk, reader, dossier)
    asked = next((one for one in openings(desk, reader, dossier) if one.rid == rid), None)
    if asked is None:
        raise NotFound("reading.not_found")
    if not asked.may_agree(desk.me):
        raise Refused("casefile.own_opening")
    body: dict[str, Value] = {"dossier": dossier, "kind": "disclose", "scope": SCOPE, "targets": (asked.ref,)}
    return ledger.append(desk, [Draft("decision", home.work, body)])[0]


def openings(desk: Desk, reader: Reader, dossier: bytes) -> list[Opening]:
    """Requests of this dossier that have not run out, the newest first."""
    reading.dossier(desk, reader, dossier)
    members = live_of_kind(desk, dossier, "disclose")
    found = [(ref, one.record) for ref, one in ledger.opened_by_ref(desk, members).items() if one.record.text("scope") == SCOPE]
    today = desk.clock().date().isoformat()
    asked = {ref: record for ref, record in found if not record.refs("targets") and record.text("until") >= today}
    behind: dict[bytes, set[bytes]] = {ref: set() for ref in asked}
    for ref, record in found:
        for target in record.refs("targets"):
            if target in asked and members[ref] != members[target]:
                behind[target].add(members[ref])
    ordered = sorted(asked.items(), key=lambda item: (item[1].header.recorded, item[0]), reverse=True)
    return [
        Opening(r.header.id, ref, members[ref], r.text("reason"), r.text("until"), tuple(sorted(behind[ref])), bool(behind[ref]))
        for ref, r in ordered
    ]


def require_opening(desk: Desk, reader: Reader, dossier: bytes) -> None:
    """Raises Refused("casefile.needs_two") unless two members decided that this dossier's case files may show devices and moments."""
    if not any(one.holds for one in openings(desk, reader, dossier)):
        raise Refused("casefile.needs_two")
