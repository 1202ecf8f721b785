"""Exchange with witnesses: what each is to be asked next, and what came back.

Requests and answers are the bytes of ``core.witness``, whether they go by network, stick or messenger. What a witness signed is kept as
a record, so that every desk has it; so are two checkpoints of one log that do not go together, wherever the second came from.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from letapis.core import merkle, notes, witness_policy
from letapis.core.access import Reader
from letapis.core.errors import Damaged, Hostile, LetapisError, NotFound, UsageError
from letapis.core.instants import moment_at
from letapis.core.membership import Device
from letapis.core.records import Value
from letapis.core.witness import SIGNED, STALE, Refusal, cosigners, format_request, lines_of, parse_refusal, request_name, with_lines
from letapis.desk import armour, cover_leaves, items, logs, people, reading, settings, witnesses
from letapis.desk.dossiers import require_text
from letapis.desk.log_tiles import Tiles
from letapis.desk.members import common_compartment, require_keeper
from letapis.desk.opening import Desk
from letapis.desk.witnessed import OPEN, SETTLED, Board, all_cosigned, boards, forks_of, is_ahead, log_id, log_keys, newest_of, of_log, offered_of
from letapis.desk.witnesses import Witness
from letapis.engines import seal, witness_client

ASKED, ANSWERED = "WITNESS REQUEST", "WITNESS REPLY"
_CANDIDATES: Final = 60
_KNOWN, _SIGNED, _REFUSED, _FORK, _BEHIND, _FORGOT = "known", "cosigned", "refused", "fork", "behind", "forgot"
_AHEAD: Final = "ahead"


@dataclass(frozen=True)
class Request:
    """One request: the name of its file without ending, its bytes, and the log that it is about."""

    origin: str
    name: str
    data: bytes


@dataclass(frozen=True)
class Taken:
    """What came of one answer. ``outcome``: cosigned, known (we had it), refused, fork, behind (the witness saw more than this log has:
    a restored copy of ours), forgot (it saw more before: a restored copy of theirs), ahead (its clock is far ahead of ours: kept, not counted)."""

    outcome: str
    witness: str
    origin: str = ""
    size: int = 0
    status: int = SIGNED


# ---- asking ----------------------------------------------------------------------------------------------------------


def _setting(one: Witness, device: Device) -> str:
    return f"witness:{one.item.hex()}:{log_id(device.log).hex()}"


def requests(desk: Desk, reader: Reader, one: Witness) -> list[Request]:
    """What this witness is to be asked now: each log that has something that it did not sign."""
    known, due = witnesses.witnesses(desk, reader), witnesses.needs(desk, reader)
    if cover_leaves.follows_the_clock(desk):
        cover_leaves.checkpoint(desk)  # due with the clock, or a quiet week would be seen; the boards then know its leaves
        every = boards(desk, reader, known)
    else:
        every = boards(desk, reader, known)
        _sign_own(desk, reader, next((board for board in every if board.device.device == desk.device), None))
    found = [_request(desk, board, one, known, due) for board in every]
    return [request for request in found if request is not None]


def _sign_own(desk: Desk, reader: Reader, board: Board | None) -> None:
    """A new checkpoint of our own log, unless all that came since the last one are answers of witnesses: those are records too, and with
    each of them the log would need the next."""
    newest = newest_of(desk, board.log) if board else None
    if board and newest:
        kept = reading.items(desk, reader, "cosignature", newest=True)
        answers = sum(view.record.header.device == desk.device and view.record.header.seq >= newest[0] for view in kept)
        if board.log.frontier.size - newest[0] <= answers:
            return
    cover_leaves.checkpoint(desk)


def _request(desk: Desk, board: Board, one: Witness, known: Sequence[Witness], due: Mapping[str, int]) -> Request | None:
    told = settings.value(desk.store, _setting(one, board.device))
    last = board.last.get(one.item)
    old = int(told) if told else last.size if last else 0
    for offered in (offered_of(desk, board, known, due), newest_of(desk, board.log)):
        # The offer of a round may be of a size that this witness is past; it is asked for the newest then.
        if offered is not None and old <= offered[0] and one.item not in board.by(offered[0], offered[1]):
            size, _, note = offered
            node = Tiles(desk.store, board.log.number)
            proof = merkle.consistency_proof(old, size, node) if 0 < old < size else []
            return Request(board.device.log, request_name(board.device.log, old, size), format_request(old, proof, note))
    return None


def request_text(made: Iterable[Request]) -> str:
    """Requests as one armoured text, to be sent by messenger or mail."""
    return "\n".join(armour.wrap(ASKED, request.data) for request in made)


def submit(desk: Desk, reader: Reader, one: Witness, progress: Callable[[int, int], None] | None = None) -> list[Taken]:
    """Ask a witness over HTTP for every log, and take what it answers. A stale size is asked anew once, from what the witness holds.

    Raises UsageError("witnesses.no_address"), Busy("witnesses.unreachable"), Hostile("witnesses.redirected", "witnesses.answer").
    """
    if not one.address:
        raise UsageError("witnesses.no_address")
    waiting, found = requests(desk, reader, one), list[Taken]()
    for done, request in enumerate(waiting):
        if progress:
            progress(done, len(waiting))
        status, body = witness_client.ask(one.address, request.data)
        taken = _answered(desk, reader, one, request.origin, status, body)
        again = next((r for r in requests(desk, reader, one) if r.origin == request.origin), None) if status == STALE else None
        if again is not None and again.data != request.data:
            first, (status, body) = taken, witness_client.ask(one.address, again.data)
            taken = _answered(desk, reader, one, request.origin, status, body)
            if first.outcome != _REFUSED:
                found.append(first)
        found.append(taken)
    if progress:
        progress(len(waiting), len(waiting))
    return found


def _answered(desk: Desk, reader: Reader, one: Witness, origin: str, status: int, body: bytes) -> Taken:
    """An answer over HTTP, where a refusal brings no note and the size as its body."""
    if status == SIGNED:
        return _take_lines(desk, reader, body, one)
    try:
        made = parse_refusal(f"{status}\n".encode("ascii") + (body if status == STALE else b""))
    except Damaged:
        raise Hostile("witnesses.answer") from None
    return _take_refusal(desk, reader, made, one, origin)


# ---- what came back --------------------------------------------------------------------------------------------------


def take(desk: Desk, reader: Reader, untrusted: bytes, one: Witness | None = None) -> list[Taken]:
    """Take in an answer that came as a file or as an armoured text of several. ``one``: who sent it, which a refusal does not say itself.

    Raises Hostile("witnesses.answer", "members.armour_…"), Damaged for a signature that is not what it says,
    UsageError("witnesses.who") for a refusal without a witness, NotFound("witnesses.unknown", "witnesses.no_checkpoint").
    """
    armoured = b"BEGIN LETAPIS" in untrusted
    parts = armour.unwrap_all(ANSWERED, untrusted.decode("utf-8", "replace")) if armoured else [untrusted]
    return [_take_one(desk, reader, part, one) for part in parts]


def _take_one(desk: Desk, reader: Reader, data: bytes, one: Witness | None) -> Taken:
    if data.startswith("—".encode()):
        return _take_lines(desk, reader, data, one)
    try:
        made = parse_refusal(data)
    except Damaged:
        raise Hostile("witnesses.answer") from None
    if one is None:
        raise UsageError("witnesses.who")
    return _take_refusal(desk, reader, made, one, _origin(made.note))


def _take_lines(desk: Desk, reader: Reader, lines: bytes, one: Witness | None) -> Taken:
    """Signature lines: whose they are, over which checkpoint, and the record of them."""
    try:
        claimed = {(line.name, line.key_id) for line in notes.parse_note(b"x\n\n" + lines).lines}
    except Damaged:
        raise Hostile("witnesses.answer") from None
    for known in [one] if one else witnesses.witnesses(desk, reader):
        if claimed & {(key.name, key.key_id) for key in known.key.keys}:
            return _keep(desk, reader, lines, known)
    raise NotFound("witnesses.unknown")


def _keep(desk: Desk, reader: Reader, lines: bytes, one: Witness) -> Taken:
    fault: LetapisError = NotFound("witnesses.no_checkpoint")
    for device, note in _candidates(desk, reader):
        text = notes.parse_note(note).text
        try:
            signers = cosigners(text, lines, one.key.keys, seal.verify)
        except Damaged as error:
            fault = error if error.code != "note.signature" else fault
            continue
        if not witness_policy.signed(one.key, {signer.key for signer in signers}):
            raise Damaged("witnesses.key_missing")
        head = notes.parse_checkpoint(text)
        time = max(signer.time or 0 for signer in signers)
        early = is_ahead(desk, time)
        settings.keep(desk.store, _setting(one, device), str(head.size) if early else "")
        told = Taken(_AHEAD if early else _SIGNED, one.name, device.log, head.size)
        if any((made.size, made.root) == (head.size, head.root) and made.time <= time for made in all_cosigned(desk, reader, device, one)):
            return told if early else replace(told, outcome=_KNOWN)
        own = lines_of(notes.parse_note(text + b"\n" + lines), one.key.keys)
        day = moment_at(time).date().isoformat()
        body: dict[str, Value] = {"witness": one.item, "log": log_id(device.log), "size": head.size, "day": day, "state": _AHEAD if early else "kept"}
        items.new(desk, "cosignature", common_compartment(desk, "ORG"), {**body, "note": with_lines(note, own).decode("utf-8")})
        return told
    raise fault


def _candidates(desk: Desk, reader: Reader) -> list[tuple[Device, bytes]]:
    """The last checkpoints of every log, as an answer may be to any of them: ours, and those that other witnesses signed."""
    found: dict[bytes, tuple[Device, bytes]] = {}
    query = "SELECT note FROM db_checkpoint WHERE log = %s AND fault = %s ORDER BY size DESC LIMIT %s"
    for board in boards(desk, reader, witnesses.witnesses(desk, reader)):
        told = [str(row[0]).encode("utf-8") for row in desk.store.rows(query, (board.log.number, "", _CANDIDATES))]
        told += [of_log(made[0].note, board.device) for made in board.signed.values()]
        found.update({notes.parse_note(note).text: (board.device, note) for note in told})
    return list(found.values())


def _origin(note: bytes) -> str:
    try:
        return notes.parse_checkpoint(notes.parse_note(note).text).origin if note else ""
    except Damaged:
        raise Hostile("witnesses.answer") from None


def _take_refusal(desk: Desk, reader: Reader, made: Refusal, one: Witness, origin: str) -> Taken:
    """A refusal: remember the size that the witness holds, and look whether what it saw goes together with what we hold."""
    told = Taken(_REFUSED, one.name, origin, made.size or 0, made.status)
    board = next((b for b in boards(desk, reader, [one]) if b.device.log == origin), None)
    if board is None:
        return told
    if made.size is not None:
        settings.keep(desk.store, _setting(one, board.device), str(made.size))
        last = board.last.get(one.item)
        if last is not None and made.size < last.size:
            told = replace(told, outcome=_FORGOT)
        if made.size > board.log.frontier.size and board.device.device == desk.device:
            told = replace(told, outcome=_BEHIND)
    if not made.note:
        return told
    if compare_note(desk, reader, made.note):
        return replace(told, outcome=_FORK)
    if notes.parse_checkpoint(notes.parse_note(made.note).text).size > board.log.frontier.size:
        # Our log is behind what it signed, or we lack a part of a colleague's: kept, so that nothing is signed that goes back.
        with suppress(Damaged):
            logs.take_checkpoint(desk, made.note, board.device.device, people.public_of(board.device), board.device.log)
    return told


def compare_note(desk: Desk, reader: Reader, note: bytes) -> bool:
    """Whether a signed checkpoint of one of our logs, wherever it came from, contradicts what we hold; both are kept as a record then.

    Raises Damaged for a note that its log did not sign, NotFound for a log that is none of ours.
    """
    origin = _origin(note)
    board = next((b for b in boards(desk, reader, []) if b.device.log == origin), None)
    if board is None:
        raise NotFound("witnesses.unknown_log")
    opened = notes.open_checkpoint(note, log_keys(board.device), seal.verify, every_key=False)
    head = opened.checkpoint
    if not logs.contradiction(desk.store, board.log, head):
        return False
    theirs = of_log(note, board.device).decode("utf-8")
    kept = {(view.text("origin"), notes.parse_note(view.text("second").encode("utf-8")).text) for view in forks_of(desk, reader)}
    if (origin, head.text) not in kept:
        body: dict[str, Value] = {"origin": origin, "day": desk.clock().strftime("%Y-%m-%d"), "second": theirs, "state": OPEN}
        items.new(desk, "log_fork", common_compartment(desk, "ORG"), {**body, "first": _beside(desk, board, head.size)})
    return True


def settle_fork(desk: Desk, reader: Reader, fork: bytes, text: str) -> None:
    """Say what was done about two checkpoints that do not go together; both stay on record.

    Raises Refused("members.keepers_only"), UsageError("witnesses.settled_text"), NotFound.
    """
    require_keeper(desk, reader)
    items.change(desk, reader, "log_fork", fork, {"state": SETTLED, "text": require_text(text, "witnesses.settled_text", 2000)})


def _beside(desk: Desk, board: Board, size: int) -> str:
    """The checkpoint of ours that contradicts one of this size the plainest: of the same size, else the next greater."""
    query = "SELECT note FROM db_checkpoint WHERE log = %s AND fault = %s AND size >= %s AND size <= %s ORDER BY size LIMIT 1"
    rows = desk.store.rows(query, (board.log.number, "", size, board.log.frontier.size))
    return str(rows[0][0]) if rows else ""
