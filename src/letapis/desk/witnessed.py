"""What witnesses have seen of each log: their signatures, verified anew at each reading, and the checkpoint that all are asked to sign.

Every answer is about one tree: a quorum counts where its witnesses signed the same checkpoint, not each one of their own.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from letapis.core import notes, witness_policy
from letapis.core.access import Reader
from letapis.core.errors import Damaged
from letapis.core.membership import Device, State
from letapis.core.witness import lines_of, with_lines
from letapis.core.witness_policy import WitnessKey
from letapis.desk import logs, people, reading, witnesses
from letapis.desk.held import held
from letapis.desk.opening import Desk
from letapis.desk.witnesses import Witness
from letapis.engines import seal

ROUND: Final = timedelta(days=7)
"""So long a checkpoint that some witnesses signed is offered to the others, so that all sign one; afterwards a new one is."""
AHEAD: Final = timedelta(minutes=10)
"""A signature whose hour is further than this ahead of our clock waits: it counts when that hour has come, and no sooner."""
OPEN, SETTLED = "kept", "settled"
_KEPT: Final = 6


@dataclass(frozen=True)
class Cosigned:
    """A checkpoint that a witness signed with every key it has; ``time`` is the witness's, ``note`` bears its lines and the log's."""

    witness: bytes
    size: int
    root: bytes
    time: int
    note: bytes


@dataclass(frozen=True)
class Standing:
    """How one log stands with the witnesses. ``newest``: the last checkpoint that we hold; ``last``: what each witness signed last.

    ``agreed`` is the greatest size that the quorum signed, None when there is none; ``missing``: of each group, how many more have to
    sign the checkpoint that is offered now, whose size is ``offered``. ``state``: ``forked``, ``nothing_due``, ``not_seen``,
    ``seen``, or ``old``: the log grew since the quorum signed, and two rounds went by. ``ahead``: signatures that do not count
    yet, because their hour is still to come by our clock.
    """

    device: Device
    size: int
    newest: int
    newest_time: int | None
    last: Mapping[bytes, Cosigned]
    agreed: int | None
    agreed_time: int | None
    offered: int
    missing: Mapping[str, int]
    forks: int
    state: str
    ahead: Mapping[bytes, Cosigned]


def log_id(origin: str) -> bytes:
    """What stands for a log in records."""
    return hashlib.sha256(origin.encode("utf-8")).digest()[:16]


def log_keys(device: Device) -> tuple[notes.VerifierKey, notes.VerifierKey]:
    return logs.verifier_keys(device.log, device.log_ed25519, device.log_mldsa44)


def cosigned(desk: Desk, reader: Reader, device: Device, one: Witness) -> list[Cosigned]:
    """The last checkpoints of a log that a witness signed with all its keys, the greatest first, but those whose hour is still to come."""
    return [made for made in all_cosigned(desk, reader, device, one) if not is_ahead(desk, made.time)]


def is_ahead(desk: Desk, time: int) -> bool:
    """A witness whose clock is wrong would date whatever it signs afterwards, since its hours never run backwards."""
    return time > (desk.clock() + AHEAD).timestamp()


def all_cosigned(desk: Desk, reader: Reader, device: Device, one: Witness) -> list[Cosigned]:
    """The same with those that wait for their hour. What a record says of a signature is not believed: the signature is verified."""
    kept = reading.items(desk, reader, "cosignature", parent=log_id(device.log), about=one.item, newest=True, limit=_KEPT)
    found = [made for view in kept if (made := _known(desk, view.text("note").encode("utf-8"), device, one)) is not None]
    return sorted(found, key=lambda known: (known.size, known.time), reverse=True)


def _known(desk: Desk, note: bytes, device: Device, one: Witness) -> Cosigned | None:
    key = ("cosigned", hashlib.sha256(note).digest(), one.item, *(key.text for key in (*log_keys(device), *one.key.keys)))
    return held(desk, key, lambda: _verified(note, device, one))


def _verified(note: bytes, device: Device, one: Witness) -> Cosigned | None:
    try:
        opened = notes.open_checkpoint(note, log_keys(device), seal.verify, one.key.keys)
    except Damaged:
        return None
    if opened.checkpoint.origin != device.log or not witness_policy.signed(one.key, {signer.key for signer in opened.witnesses}):
        return None
    time = max(signer.time or 0 for signer in opened.witnesses)
    return Cosigned(one.item, opened.checkpoint.size, opened.checkpoint.root, time, note)


@dataclass(frozen=True)
class Board:
    """What every answer about one log needs, read once: all signatures by (size, root), and by witness."""

    device: Device
    log: logs.Log
    signed: Mapping[tuple[int, bytes], tuple[Cosigned, ...]]
    last: Mapping[bytes, Cosigned]
    ahead: Mapping[bytes, Cosigned]

    def by(self, size: int, root: bytes) -> set[bytes]:
        return {one.witness for one in self.signed.get((size, root), ())}


def board_of(desk: Desk, reader: Reader, log: logs.Log, device: Device, known: Sequence[Witness]) -> Board:
    signed: dict[tuple[int, bytes], tuple[Cosigned, ...]] = {}
    last, ahead = {}, {}
    for one in known:
        every = all_cosigned(desk, reader, device, one)
        found = [made for made in every if not is_ahead(desk, made.time)]
        if len(found) < len(every):
            ahead[one.item] = max(every, key=lambda made: made.time)
        for made in found:
            place = (made.size, made.root)
            signed[place] = (*signed.get(place, ()), made)
        if found:
            last[one.item] = found[0]
    return Board(device, log, signed, last, ahead)


def boards(desk: Desk, reader: Reader, known: Sequence[Witness]) -> list[Board]:
    """Of every log of a device that is or was in force and of which there is something."""
    devices = {one.device: one for one in people.directory(desk).devices.values() if one.state is not State.PROPOSED}
    found = [(log, devices[log.device]) for log in logs.logs(desk.store) if log.device in devices and log.frontier.size]
    return [board_of(desk, reader, log, device, known) for log, device in found]


def newest_of(desk: Desk, log: logs.Log) -> tuple[int, bytes, bytes] | None:
    """Size, root and note of the newest good checkpoint that our part of the log reaches."""
    query = "SELECT size, root, note FROM db_checkpoint WHERE log = %s AND fault = %s AND size <= %s ORDER BY size DESC, id DESC LIMIT 1"
    rows = desk.store.rows(query, (log.number, "", log.frontier.size))
    return (int(rows[0][0]), bytes(rows[0][1]), str(rows[0][2]).encode("utf-8")) if rows else None


def offered_of(desk: Desk, board: Board, known: Sequence[Witness], due: Mapping[str, int]) -> tuple[int, bytes, bytes] | None:
    """The checkpoint that is offered: one that some signed lately and that still lacks others, else the newest."""
    since = int((desk.clock() - ROUND).timestamp())
    keys = [one.key for one in known]
    open_ = [
        made[0]
        for (size, root), made in board.signed.items()
        if size <= board.log.frontier.size
        and min(one.time for one in made) >= since
        and witness_policy.missing(keys, due, {one.witness for one in made})
    ]
    newest = newest_of(desk, board.log)
    if not open_:
        return newest
    best = max(open_, key=lambda one: one.size)
    if any(size >= best.size and not witness_policy.missing(keys, due, board.by(size, root)) for size, root in board.signed):
        return newest  # a later one has the quorum already
    return best.size, best.root, of_log(best.note, board.device)


def of_log(note: bytes, device: Device) -> bytes:
    """A checkpoint with the lines of its log alone."""
    read = notes.parse_note(note)
    return notes.format_note(read.text, lines_of(read, log_keys(device)))


def standing(desk: Desk, reader: Reader) -> list[Standing]:
    """How every log stands, our own first."""
    known, due = witnesses.witnesses(desk, reader), witnesses.needs(desk, reader)
    forked = [view.text("origin") for view in forks_of(desk, reader, OPEN)]
    found = [_standing(desk, board, known, due, forked.count(board.device.log)) for board in boards(desk, reader, known)]
    return sorted(found, key=lambda one: (one.device.device != desk.device, one.device.state is not State.ACTIVE, one.device.device))


def _standing(desk: Desk, board: Board, known: Sequence[Witness], due: Mapping[str, int], forks: int) -> Standing:
    keys = [one.key for one in known]
    newest, offered, agreed = newest_of(desk, board.log), offered_of(desk, board, known, due), agreed_of(board, keys, due)
    signed = notes.open_checkpoint(newest[2], log_keys(board.device), seal.verify).time if newest else None
    size, root = (offered[0], offered[1]) if offered else (0, b"")
    when = max(one.time for one in board.signed[agreed]) if agreed else None
    grew = agreed is not None and agreed[0] < board.log.frontier.size
    old = grew and when is not None and when < (desk.clock() - 2 * ROUND).timestamp()
    return Standing(
        board.device,
        board.log.frontier.size,
        newest[0] if newest else 0,
        signed,
        board.last,
        agreed[0] if agreed else None,
        when,
        size,
        witness_policy.missing(keys, due, board.by(size, root)),
        forks,
        "forked" if forks else "nothing_due" if not due else "not_seen" if agreed is None else "old" if old else "seen",
        board.ahead,
    )


def agreed_of(board: Board, keys: Sequence[WitnessKey], due: Mapping[str, int]) -> tuple[int, bytes] | None:
    """Size and root of the greatest checkpoint of our own tree that the quorum signed; none where nothing is due."""
    own = [place for place in board.signed if due and place[0] <= board.log.frontier.size]
    return max((place for place in own if not witness_policy.missing(keys, due, board.by(*place))), default=None)


def forks_of(desk: Desk, reader: Reader, state: str = "") -> list[reading.ItemView]:
    """Pairs of checkpoints that do not go together; those in one state (``OPEN`` or ``SETTLED``) where it is named."""
    return reading.items(desk, reader, "log_fork", state=state)


# ---- for a case file -------------------------------------------------------------------------------------------------


def seen_head(desk: Desk, reader: Reader, device: Device, covers: int) -> tuple[int, bytes, bytes] | None:
    """Size, root and note of the greatest checkpoint that the quorum signed and that is later than the record ``covers``, with the lines
    of all its witnesses; None where there is none, or nothing is due."""
    known, due = witnesses.witnesses(desk, reader), witnesses.needs(desk, reader)
    board = next((board for board in boards(desk, reader, known) if board.device.device == device.device), None)
    place = agreed_of(board, [one.key for one in known], due) if board else None
    if board is None or place is None or place[0] <= covers or logs.contradiction(desk.store, board.log, notes.Checkpoint(device.log, *place)):
        return None
    return (*place, _full(board, place))


def full_note(desk: Desk, reader: Reader, note: bytes) -> bytes:
    """A signed checkpoint of one of our logs with the lines of every witness that signed it; the same note where none did."""
    head = notes.parse_checkpoint(notes.parse_note(note).text)
    board = next((b for b in boards(desk, reader, witnesses.witnesses(desk, reader)) if b.device.log == head.origin), None)
    place = (head.size, head.root)
    return _full(board, place, note) if board and place in board.signed else note


def _full(board: Board, place: tuple[int, bytes], note: bytes = b"") -> bytes:
    signed = board.signed[place]
    lines = [line.text for one in signed for line in notes.parse_note(one.note).lines]
    return with_lines(note or of_log(signed[0].note, board.device), lines)
