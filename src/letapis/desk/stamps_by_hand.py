"""Stamps where there is no network: requests go out as files, replies come in as files, over any stick or messenger.

    <log>-<size>.note.<authority>.tsq   to the authority, on any machine:  curl -H "Content-Type: application/timestamp-query"
                                        --data-binary @x.tsq https://… > x.tsr
    <log>-<size>.note                   for OpenTimestamps:  ots stamp x.note   gives x.note.ots

A reply is recognised by what it holds, not by its name: nobody can put it in the wrong place.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core import opentimestamps, timestamps
from letapis.core.access import Reader
from letapis.core.errors import Busy, Damaged, LetapisError, Refused
from letapis.core.instants import instant
from letapis.core.records import Value
from letapis.desk import items, members, reading
from letapis.desk.anchor_views import ARCHIVED, OTS, PENDING, TSA, AnchorView, check_header, check_token
from letapis.desk.anchors import anchors
from letapis.desk.opening import Desk
from letapis.desk.stamping import begin, keep_proof, keep_token

ENDINGS: Final = (".tsr", ".ots", ".btc")
_MANY: Final = 100_000
_FILES: Final = 1000
_LINE: Final = re.compile(rb"[\t\n\r -~]+")


@dataclass(frozen=True)
class TakenReport:
    """What came of a folder: how many replies were taken, and (file name, code) of those that were not."""

    taken: int
    faults: tuple[tuple[str, str], ...]


def request_files(desk: Desk, reader: Reader) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of what has to go out: the requests that wait, and the notes that calendars are to stamp."""
    notes = {one.item: one for one in reading.items(desk, reader, "anchored", limit=_MANY)}
    for one in anchors(desk, reader):
        item = notes.get(one.anchored)
        if one.state != PENDING or item is None:
            continue
        log = hashlib.sha256(item.text("origin").encode("utf-8")).hexdigest()[:16]
        base = f"{log}-{item.record.number('size')}.note"
        if one.kind == OTS:
            yield base, item.record.raw("note")
        else:
            again = f".renews-{one.renews.hex()[:8]}" if one.renews else ""
            yield f"{base}{again}.{one.name}.tsq", one.request


def write_requests(desk: Desk, reader: Reader, folder: Path) -> list[Path]:
    """Write them into a folder, which is made where it is not there. Where nothing waits, the newest checkpoint is asked for first.

    Raises Refused("time.nobody"), Busy("time.folder").
    """
    found = list(request_files(desk, reader))
    if not found:
        begin(desk, reader)
        found = list(request_files(desk, reader))
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in found:
            (folder / name).write_bytes(data)
            written.append(folder / name)
    except OSError:
        raise Busy("time.folder") from None
    return written


def take_folder(desk: Desk, reader: Reader, folder: Path) -> TakenReport:
    """Take every reply in a folder. Raises Busy("time.folder"), Refused("time.nothing_to_take")."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(ENDINGS) and entry.is_file(follow_symlinks=False))
    except OSError:
        raise Busy("time.folder") from None
    if not names:
        raise Refused("time.nothing_to_take")
    taken, faults = 0, []
    # A proof goes in before the header of the block that it leads to.
    for name in sorted(names, key=lambda name: (name.endswith(".btc"), name))[:_FILES]:
        try:
            take(desk, reader, read_file(folder / name))
            taken += 1
        except LetapisError as fault:
            if not fault.code.startswith("time."):
                raise
            faults.append((name, fault.code))
    return TakenReport(taken, tuple(faults))


def read_file(path: Path) -> bytes:
    """The bytes of a reply. Raises Busy("time.folder"), Damaged("time.too_large")."""
    try:
        with path.open("rb") as stream:
            data = stream.read(opentimestamps.LARGEST + 1)
    except OSError:
        raise Busy("time.folder") from None
    if len(data) > opentimestamps.LARGEST:
        raise Damaged("time.too_large")
    return data


def take(desk: Desk, reader: Reader, data: bytes) -> bytes:
    """Take one reply: a token, a proof, or the header of a block. Returns the id of the stamp that it belongs to; the same reply twice
    changes nothing.

    Raises Refused("time.nothing_waits") when it answers nothing that was asked here, and as the checks do.
    """
    found = anchors(desk, reader)
    if data.startswith(opentimestamps.MAGIC):
        return _take_proof(desk, reader, found, data)
    if _LINE.fullmatch(data):  # never a reply of an authority: its first length or number is no character of a line, not even in a refusal
        return _take_header(desk, reader, found, data)
    return _take_token(desk, reader, found, data)


def _take_token(desk: Desk, reader: Reader, found: list[AnchorView], data: bytes) -> bytes:
    token, same = timestamps.parse_reply(data), False
    for one in found:
        try:
            asked = timestamps.parse_request(one.request)
        except LetapisError:
            continue  # none of ours: a proof, or a record of a hand that made no request
        same = same or asked.imprint == token.imprint
        if one.kind == TSA and (asked.imprint, asked.nonce) == (token.imprint, token.nonce):
            if one.moment is None:
                keep_token(desk, reader, one, data)
            elif one.authority is not None:
                check_token(one.request, data, one.authority)  # one is here already; what another hand signed is not called taken
            return one.anchor
    raise Refused("time.nonce" if same else "time.nothing_waits")


def _take_proof(desk: Desk, reader: Reader, found: list[AnchorView], data: bytes) -> bytes:
    proof = opentimestamps.parse_proof(data)
    for item in reading.items(desk, reader, "anchored", limit=_MANY):
        if hashlib.sha256(item.record.raw("note")).digest() != proof.digest:
            continue
        held = next((one for one in found if one.kind == OTS and one.anchored == item.item), None)
        if held is None:
            held = _new_proof(desk, reader, item.item)
        keep_proof(desk, reader, held, proof)
        return held.anchor
    raise Refused("time.nothing_waits")


def _new_proof(desk: Desk, reader: Reader, anchored: bytes) -> AnchorView:
    """A place for a proof that somebody had made elsewhere, without our asking a calendar."""
    body: dict[str, Value] = {"kind": OTS, "anchored": anchored, "asked": instant(desk.clock()), "state": PENDING}
    made = items.new(desk, "anchor", members.common_compartment(desk, "ORG"), body)
    return next(one for one in anchors(desk, reader, anchored) if one.anchor == made)


def _take_header(desk: Desk, reader: Reader, found: list[AnchorView], data: bytes) -> bytes:
    line = b" ".join(data.split()) + b"\n"
    refused: LetapisError = Refused("time.nothing_waits")
    for one in found:
        if one.kind != OTS or not one.height:
            continue
        try:
            check_header(line, opentimestamps.bitcoin(opentimestamps.parse_proof(one.reply)))
        except LetapisError as fault:
            refused = fault
            continue
        if one.header != line:
            item = reading.item(desk, reader, one.anchor, "anchor")
            items.change(desk, reader, "anchor", one.anchor, {"header": line, "state": ARCHIVED}, item.heads)
        return one.anchor
    raise refused
