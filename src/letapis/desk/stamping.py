"""Have checkpoints stamped: ask now, ask later, take what came by hand, complete what was promised, renew what ages.

A request is recorded before it leaves, so a desk that is killed between request and reply sends the very same request the next time.
Nothing is asked but the addresses that a person configured; where there is no network, requests go out and replies come in as files.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from letapis.core import notes, opentimestamps, timestamps
from letapis.core.access import Reader
from letapis.core.errors import LetapisError, NotFound, Refused
from letapis.core.instants import instant
from letapis.core.opentimestamps import Proof, Tree
from letapis.core.records import Draft, Value
from letapis.desk import authorities, cover_leaves, items, ledger, members, people, reading, witnessed
from letapis.desk.anchor_views import ARCHIVED, OTS, PENDING, STAMPED, TSA, UPGRADED, AnchorView, check_token
from letapis.desk.anchors import anchors, due, text_of
from letapis.desk.authorities import AuthorityView
from letapis.desk.opening import Desk
from letapis.engines.asking import Asker
from letapis.engines.tsa import Stamped

Progress = Callable[[int, int], None]
_CLOCK: Final = timedelta(hours=1)
_AGAIN: Final = timedelta(days=30)
_MANY: Final = 100_000


@dataclass(frozen=True)
class SendReport:
    """What came of asking. ``faults``: (name of whom was asked, code). ``clock_differs``: an authority's hour is far from this device's."""

    stamped: int = 0
    upgraded: int = 0
    waiting: int = 0
    faults: tuple[tuple[str, str], ...] = ()
    clock_differs: bool = False


# ---- asking ----------------------------------------------------------------------------------------------------------


def begin(desk: Desk, reader: Reader, *, every_log: bool = False) -> int:
    """Make the requests for the newest checkpoint of this device's log, signed now, and with ``every_log`` of the others that we hold; where
    a quorum of witnesses is due, for the newest one that it signed as well, because a case file is proven by that one.

    Returns how many are new. Raises Refused("time.nobody") when nobody was entered who could be asked.
    """
    asked = authorities.authorities(desk, reader, TSA, in_use=True)
    calendars = authorities.authorities(desk, reader, authorities.CALENDAR, in_use=True)
    if not asked and not calendars:
        raise Refused("time.nobody")
    wanted = [(desk.origin, cover_leaves.checkpoint(desk, whole=True)), *(_others(desk) if every_log else ())]
    wanted += _seen_by_witnesses(desk, reader, {origin for origin, _ in wanted})
    with desk.store.transaction():
        drafts = [one for origin, note in wanted for one in _requests(desk, reader, origin, note, asked, bool(calendars))]
        if drafts:
            ledger.append(desk, drafts)
    return sum(one.type == "anchor" for one in drafts)


def _others(desk: Desk) -> list[tuple[str, bytes]]:
    query = "SELECT s.origin, c.size, c.note FROM db_checkpoint c JOIN db_logstate s ON s.id = c.log WHERE c.fault = %s ORDER BY c.size, c.id"
    found = {str(origin): str(note).encode("utf-8") for origin, size, note in desk.store.rows(query, ("",)) if int(size) and origin != desk.origin}
    return sorted(found.items())


def _seen_by_witnesses(desk: Desk, reader: Reader, origins: set[str]) -> list[tuple[str, bytes]]:
    """The newest checkpoint of each of these logs that the quorum signed, where it was not asked for yet."""
    known = {text_of(one.record.raw("note")) for one in reading.items(desk, reader, "anchored", limit=_MANY)}
    devices = [one for one in people.directory(desk).devices.values() if one.log in origins]
    found = [(one.log, seen[2]) for one in devices if (seen := witnessed.seen_head(desk, reader, one, 0))]
    return [(origin, note) for origin, note in found if notes.parse_note(note).text not in known]


def _requests(desk: Desk, reader: Reader, origin: str, note: bytes, asked: list[AuthorityView], calendars: bool) -> list[Draft]:
    """What is missing for this note: the note itself, a request to each authority, one to the calendars together."""
    known = next((one for one in reading.items(desk, reader, "anchored", limit=_MANY) if one.record.raw("note") == note), None)
    held = [one for one in anchors(desk, reader, known.item) if not one.fault and not one.renews] if known else []
    home, now = members.common_compartment(desk, "ORG"), desk.clock()
    anchored = known.item if known else desk.randomness(16)
    digest = hashlib.sha256(note).digest()
    drafts = [_request(desk, home, anchored, digest, one) for one in asked if one.name not in {had.name for had in held if had.kind == TSA}]
    if calendars and not any(one.kind == OTS for one in held):
        body: dict[str, Value] = {"kind": OTS, "request": desk.randomness(16), "anchored": anchored, "asked": instant(now), "state": PENDING}
        drafts.append(items.draft(desk, "anchor", home, body))
    if drafts and known is None:
        size = notes.parse_checkpoint(notes.parse_note(note).text).size
        told: dict[str, Value] = {"origin": origin, "size": size, "note": note, "day": now.date().isoformat(), "state": "kept"}
        drafts.insert(0, items.draft(desk, "anchored", home, told, anchored))
    return drafts


def _request(desk: Desk, home: bytes, anchored: bytes, digest: bytes, authority: AuthorityView, renews: bytes = b"") -> Draft:
    query = timestamps.request(digest, timestamps.nonce_from(desk.randomness(8)))
    body: dict[str, Value] = {"kind": TSA, "request": query, "anchored": anchored, "authority": authority.authority, "renews": renews}
    return items.draft(desk, "anchor", home, {**body, "asked": instant(desk.clock()), "state": PENDING})


def renew(desk: Desk, reader: Reader) -> int:
    """Ask for stamps over the old stamps whose authority's certificate ends within a year; the old ones are kept. Returns how many requests.
    The authority that made the old one is asked only where there is no other.

    Raises Refused("time.nobody").
    """
    asked = authorities.authorities(desk, reader, TSA, in_use=True)
    if not asked:
        raise Refused("time.nobody")
    home, now = members.common_compartment(desk, "ORG"), desk.clock()
    recent = {(one.renews, one.name) for one in anchors(desk, reader) if one.renews and now - one.asked < _AGAIN}
    drafts = [
        _request(desk, home, old.anchored, hashlib.sha256(old.reply).digest(), authority, old.anchor)
        for old in due(desk, reader, now)
        for authority in [one for one in asked if one.name != old.name] or asked
        if (old.anchor, authority.name) not in recent
    ]
    if drafts:
        ledger.append(desk, drafts)
    return len(drafts)


# ---- sending and completing ------------------------------------------------------------------------------------------


def send(desk: Desk, reader: Reader, progress: Progress | None = None) -> SendReport:
    """Send what waits, and ask calendars for what they promised. One that does not answer stops nothing: its request goes on waiting."""
    waiting = [one for one in anchors(desk, reader) if one.waits]
    calendars = authorities.authorities(desk, reader, authorities.CALENDAR, in_use=True)
    report = SendReport()
    for done, one in enumerate(waiting):
        if progress:
            progress(done, len(waiting))
        try:
            report = _sent(desk, reader, one, calendars, report)
        except LetapisError as fault:
            if not fault.code.startswith("time."):
                raise
            report = replace(report, faults=(*report.faults, (one.name, fault.code)))
    if progress and waiting:
        progress(len(waiting), len(waiting))
    return replace(report, waiting=sum(one.waits for one in anchors(desk, reader)))


def _sent(desk: Desk, reader: Reader, one: AnchorView, calendars: list[AuthorityView], report: SendReport) -> SendReport:
    if one.kind == OTS:
        return _promised(desk, reader, one, calendars, report) if one.state == PENDING else _completed(desk, reader, one, calendars, report)
    if one.authority is None or not one.authority.in_use or not one.authority.address:
        return report
    asker = Asker(one.authority.address)
    reply = asker.post(one.request, timestamps.CONTENT_TYPE, timestamps.REPLY_TYPE, timestamps.LARGEST)
    moment = keep_token(desk, reader, one, reply)
    differs = abs(moment.moment - desk.clock()) > _CLOCK
    return replace(report, stamped=report.stamped + 1, clock_differs=report.clock_differs or differs)


def keep_token(desk: Desk, reader: Reader, one: AnchorView, reply: bytes) -> Stamped:
    """Check a reply and keep it as it came; a stamp that renews another lets that one rest. Raises as ``engines.tsa.verify`` does."""
    if one.authority is None:
        raise Refused("time.no_root")
    said = check_token(one.request, reply, one.authority)
    with desk.store.transaction():
        _keep(desk, reader, one.anchor, {"reply": reply, "state": STAMPED})
        if one.renews:
            _keep(desk, reader, one.renews, {"state": ARCHIVED})
    return said


def _keep(desk: Desk, reader: Reader, anchor: bytes, changes: dict[str, Value]) -> None:
    """A next version. Two devices may have asked at once: both answers are genuine, and the later version stands for both."""
    items.change(desk, reader, "anchor", anchor, changes, reading.item(desk, reader, anchor, "anchor").heads)


def _digest_of(desk: Desk, reader: Reader, one: AnchorView) -> bytes:
    return hashlib.sha256(reading.item(desk, reader, one.anchored, "anchored").record.raw("note")).digest()


def _promised(desk: Desk, reader: Reader, one: AnchorView, calendars: list[AuthorityView], report: SendReport) -> SendReport:
    """Give the commitment to every calendar; one answer is enough to go on."""
    digest = _digest_of(desk, reader, one)
    commitment = opentimestamps.commitment(digest, one.request)
    trees: list[Tree] = []
    faults = report.faults
    for calendar in calendars:
        try:
            asker = Asker(calendar.address)
            reply = asker.post(commitment, opentimestamps.CONTENT_TYPE, "", opentimestamps.LARGEST_REPLY, "digest")
            trees.append(opentimestamps.parse_reply(reply, commitment))
        except LetapisError as fault:
            faults = (*faults, (calendar.name, fault.code))
    if not trees:
        return replace(report, faults=faults)
    keep_proof(desk, reader, one, opentimestamps.new_proof(digest, one.request, tuple(trees)))
    return replace(report, stamped=report.stamped + 1, faults=faults)


def keep_proof(desk: Desk, reader: Reader, one: AnchorView, proof: Proof) -> None:
    """Keep a proof joined with what is held of it already."""
    known = opentimestamps.joined(opentimestamps.parse_proof(one.reply), proof) if one.reply and not one.fault else proof
    data = opentimestamps.format_proof(known)
    if data != one.reply:
        _keep(desk, reader, one.anchor, {"reply": data, "state": UPGRADED if opentimestamps.bitcoin(known) else STAMPED})


def _completed(desk: Desk, reader: Reader, one: AnchorView, calendars: list[AuthorityView], report: SendReport) -> SendReport:
    """Ask each calendar that promised, and that a person configured, whether the promise is kept by now.

    A block that a proof names is not proven before its header is here, and a proof that came by hand may name one that it does not lead to:
    what was promised is asked for until a header holds.
    """
    held = proof = opentimestamps.parse_proof(one.reply)
    known = {calendar.address.rstrip("/"): calendar for calendar in calendars}
    faults, strangers = report.faults, 0
    for promise in opentimestamps.pending(proof):
        calendar = known.get(promise.address.rstrip("/"))
        if calendar is None or promise.message is None:
            strangers += 1
            continue
        try:
            asker = Asker(calendar.address)
            reply = asker.get("", opentimestamps.LARGEST_REPLY, f"timestamp/{promise.message.hex()}")
            proof = opentimestamps.upgraded(proof, promise.message, opentimestamps.parse_reply(reply, promise.message))
        except NotFound:
            continue  # not yet: a block takes hours
        except LetapisError as fault:
            faults = (*faults, (calendar.name, fault.code))
    if proof != held and opentimestamps.bitcoin(proof):
        keep_proof(desk, reader, one, proof)
        return replace(report, upgraded=report.upgraded + 1, faults=faults)
    if strangers and not opentimestamps.bitcoin(proof):
        faults = (*faults, (one.name, "time.calendar_unknown"))
    return replace(report, faults=faults)
