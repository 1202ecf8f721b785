"""Stamps over the checkpoints of the logs: who was asked, what came, what of it holds, and what of it goes into a case file.

Nothing that a record says of a stamp is believed: the reply is checked against the request, the note and the pinned root.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from letapis.core import notes, timestamps, witness_policy
from letapis.core.access import Reader
from letapis.core.errors import Damaged, UsageError
from letapis.core.policy import open_trusted
from letapis.core.records import Record
from letapis.desk import authorities, beacons, logs, reading, witnesses
from letapis.desk.anchor_views import OTS, PENDING, AnchorView, viewed
from letapis.desk.authorities import AuthorityView
from letapis.desk.casefile_records import Head, is_covered
from letapis.desk.opening import Desk
from letapis.desk.vault import Opened
from letapis.desk.witnessed import full_note
from letapis.engines import seal

SOON: Final = timedelta(days=365)
_MANY: Final = 100_000


# ---- stamps ----------------------------------------------------------------------------------------------------------


def anchors(desk: Desk, reader: Reader, anchored: bytes = b"") -> list[AnchorView]:
    """Every stamp and request, of one checkpoint or of all, each checked anew, in the order in which they were asked for."""
    known = {one.authority: one for one in authorities.authorities(desk, reader)}
    found = reading.items(desk, reader, "anchor", parent=anchored, limit=_MANY)
    digests = {one.item: hashlib.sha256(one.record.raw("note")).digest() for one in reading.items(desk, reader, "anchored", limit=_MANY)}
    views: dict[bytes, AnchorView] = {}
    # A stamp that renews another is over the reply that holds, so the others are looked at first.
    for one in sorted(found, key=lambda one: bool(one.record.raw("renews"))):
        views[one.item] = _holding(desk, reader, one, partial(_looked, desk, one.item, known, views, digests))
    return sorted(views.values(), key=lambda view: (view.asked, view.anchor))


def _looked(
    desk: Desk, item: bytes, known: Mapping[bytes, AuthorityView], views: Mapping[bytes, AnchorView], digests: Mapping[bytes, bytes], record: Record
) -> AnchorView:
    return viewed(desk, item, record, known, _message(record, views, digests))


def _holding(desk: Desk, reader: Reader, item: reading.ItemView, look: Callable[[Record], AnchorView]) -> AnchorView:
    """The version that is shown, or where that one does not hold, the newest that does: nobody loses a stamp by a version that spoils it."""
    shown = look(item.record)
    if not shown.fault and shown.reply:
        return shown
    older = (look(one.record) for one in reading.versions(desk, reader, item.item) if one.ref != item.ref and one.record.raw("reply"))
    return next((one for one in older if not one.fault), shown)


def _message(record: Record, views: Mapping[bytes, AnchorView], digests: Mapping[bytes, bytes]) -> bytes:
    """What a stamp is over: a note, or an older stamp that it renews; empty when that is not here."""
    renewed = record.raw("renews")
    if renewed:
        return hashlib.sha256(views[renewed].reply).digest() if renewed in views else b""
    return digests.get(record.raw("anchored"), b"")


def due(desk: Desk, reader: Reader, now: datetime) -> list[AnchorView]:
    """Stamps whose authority's certificate ends within a year and that nothing younger covers."""
    found = anchors(desk, reader)
    covered = {one.renews for one in found if one.renews and (one.state == PENDING or (one.ends and one.ends > now + SOON))}
    return [one for one in found if one.ends and one.ends <= now + SOON and one.anchor not in covered]


# ---- for a case file -------------------------------------------------------------------------------------------------


def preferred(desk: Desk, reader: Reader, heads: Mapping[str, Head], records: Iterable[Opened]) -> dict[str, Head]:
    """For each device the checkpoint that its records in a case file are best proven by: the newest stamped one that covers them all, where
    there is one; before it, the newest with a stamp that no public value contradicts. What no checkpoint covers yet stays out anyway and asks
    for nothing."""
    found, ranks, last = dict(heads), dict[str, tuple[bool, int]](), dict[str, int]()
    for one in records:
        if is_covered(one, heads):
            last[one.record.header.device] = max(one.record.header.seq, last.get(one.record.header.device, -1))
    told, stamped = beacons.beacons(desk, reader), dict[bytes, list[datetime]]()
    for stamp in anchors(desk, reader):
        if stamp.not_after and not stamp.renews:
            stamped.setdefault(stamp.anchored, []).append(stamp.not_after)
    for item in reading.items(desk, reader, "anchored", limit=_MANY):
        device = next((name for name, head in heads.items() if head.device.log == item.text("origin")), "")
        if not device or item.item not in stamped:
            continue
        head, size = heads[device], item.record.number("size")
        value = beacons.held_by(told, device, size)
        rank = any(not beacons.contradicts(value, moment) for moment in stamped[item.item]), size
        if last.get(device, -1) < size <= head.size and ranks.get(device, (False, 0)) < rank:
            made = _head(desk, reader, head, item.record.raw("note"))
            if made:
                found[device], ranks[device] = made, rank
    return found


def contradicting(desk: Desk, reader: Reader, heads: Mapping[str, Head]) -> list[bytes]:
    """Records of the public values against which a stamp beside one of these checkpoints cannot be right. The stamp goes out as it came, so
    what speaks against it goes along."""
    told, found = beacons.beacons(desk, reader), list[bytes]()
    for device, head in heads.items():
        value = beacons.held_by(told, device, head.size)
        moments = (one.not_after for _, held in _over(desk, reader, head.note) for one in held)
        if value and any(moment and beacons.contradicts(value, moment) for moment in moments):
            found.append(value.ref)
    return found


def _head(desk: Desk, reader: Reader, head: Head, note: bytes) -> Head | None:
    """A stamped note as a head, with what witnesses signed since, when the leaves that we hold give its root. A quorum of witnesses is not
    given away for a stamp."""
    device = head.device
    try:
        at = notes.open_checkpoint(note, logs.verifier_keys(device.log, device.log_ed25519, device.log_mldsa44), seal.verify).checkpoint
    except Damaged:
        return None
    known = next((log for log in logs.logs(desk.store) if log.origin == at.origin), None)
    if known is None or at.size > known.frontier.size or logs.contradiction(desk.store, known, at):
        return None
    made = replace(head, size=at.size, root=at.root, note=full_note(desk, reader, note))
    return made if has_quorum(desk, reader, made) or not has_quorum(desk, reader, head) else None


def has_quorum(desk: Desk, reader: Reader, head: Head) -> bool:
    """The checkpoint bears every signature that the organisation's policy asks for."""
    keys = logs.verifier_keys(head.device.log, head.device.log_ed25519, head.device.log_mldsa44)
    known = [one.key for one in witnesses.witnesses(desk, reader)]
    try:
        open_trusted(head.note, witness_policy.policy(keys, known, witnesses.needs(desk, reader)), seal.verify)
    except (UsageError, Damaged):
        return False
    return True


def paths(desk: Desk, reader: Reader, heads: Iterable[Head]) -> list[tuple[str, bytes]]:
    """Path and bytes of everything about time that goes into a case file whose proofs use these checkpoints. Where two logs have the same
    size, the second one's files begin with a piece of its name."""
    made: dict[str, bytes] = {}
    for head in heads:
        offered = dict(files(desk, reader, head.note))
        if any(name in made for name in offered if name.endswith(".note")):
            offered = dict(files(desk, reader, head.note, hashlib.sha256(head.device.log.encode("utf-8")).hexdigest()[:8] + "-"))
        made |= offered
    return [(f"data/anchors/{name}", data) for name, data in sorted(made.items())] + _renewals(desk, reader, made)


def _renewals(desk: Desk, reader: Reader, offered: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """Younger stamps over these stamps. They are over a token, not over a note, so they stand apart; the name says which file each renews:
    ``openssl ts -verify -data <that file> -in <this file> -CAfile root-<authority>.pem``."""
    tokens = {hashlib.sha256(data).digest(): name for name, data in offered.items() if name.endswith(".tsr")}
    made: dict[str, bytes] = {}
    for one in anchors(desk, reader):
        if one.renews and one.moment and one.authority:
            base = tokens.get(timestamps.parse_request(one.request).imprint)
            if base:
                made |= {f"{base}.{one.name}.tsq": one.request, f"{base}.{one.name}.tsr": one.reply}
                made[f"root-{one.name}.pem"] = "".join(root.pem for root in authorities.checked_certificates(one.authority)[0]).encode("ascii")
    return [(f"data/metadata/renewals/{name}", data) for name, data in sorted(made.items())]


def files(desk: Desk, reader: Reader, note: bytes, stem: str = "") -> tuple[tuple[str, bytes], ...]:
    """The files that stand beside a checkpoint in a case file: every stamp over it that holds, request and reply as they went and came.

    ``note``: the note of the proofs; notes with the same text, signed by more or fewer witnesses, are the same checkpoint. ``stem`` goes
    before the names where another log has the same size. Root certificates are named by their authority.
    """
    made: dict[str, bytes] = {}
    for number, (record, held) in enumerate(_over(desk, reader, note)):
        if held:
            base = f"{stem}{record.number('size')}{f'-{number}' if number else ''}.note"
            made[base] = record.raw("note")
            for one in held:
                made |= _beside(base, one)
    return tuple(sorted(made.items()))


def _over(desk: Desk, reader: Reader, note: bytes) -> list[tuple[Record, list[AnchorView]]]:
    """Each note that was kept of the same checkpoint, with the stamps over it that hold."""
    text = notes.parse_note(note).text
    same = [one for one in reading.items(desk, reader, "anchored", limit=_MANY) if text_of(one.record.raw("note")) == text]
    stamps = [anchors(desk, reader, one.item) for one in same]
    return [(one.record, [at for at in held if at.reply and not at.fault and not at.renews]) for one, held in zip(same, stamps, strict=True)]


def text_of(note: bytes) -> bytes:
    """The signed text of a note; empty for bytes that are none."""
    try:
        return notes.parse_note(note).text
    except Damaged:
        return b""


def _beside(base: str, one: AnchorView) -> dict[str, bytes]:
    if one.kind == OTS:
        return {f"{base}.ots": one.reply, **({f"{base}.btc": one.header} if one.moment else {})}
    assert one.authority is not None
    made = {f"{base}.{one.name}.tsq": one.request, f"{base}.{one.name}.tsr": one.reply}
    roots, between = authorities.checked_certificates(one.authority)
    made[f"root-{one.name}.pem"] = "".join(root.pem for root in roots).encode("ascii")
    if between:
        made[f"{one.name}.pem"] = "".join(one.pem for one in between).encode("ascii")
    return made
