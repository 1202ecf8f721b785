"""What a witness is asked and what it answers (C2SP tlog-witness 1.0), as bytes that travel by network, stick or messenger alike.

    request    old <size>            what the asker believes that the witness saw last
               <base64 hash> ...     consistency proof, at most 63
                                     (blank line)
               <signed note>         the checkpoint to be cosigned
    answer     signature lines of types 04 and 06, or a status and why

A witness keeps one size, root and note for each log. It never signs two trees of one log of which one is not the beginning of the
other, so whoever rewrites a log must have every witness of a quorum on their side. Nothing here has a clock, a key or a disk.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.errors import Damaged
from letapis.core.merkle import EMPTY_ROOT, HASH_SIZE, MAX_PROOF, verify_consistency
from letapis.core.notes import (
    Checkpoint,
    Note,
    Signer,
    VerifierKey,
    Verify,
    format_note,
    parse_checkpoint,
    parse_note,
    signature_line,
    signed_bytes,
    signers_of,
)
from letapis.core.textforms import from_base64, from_decimal, to_base64

MAX_REQUEST: Final = 512 << 10
SIGNED, MALFORMED, UNTRUSTED, UNKNOWN_LOG, STALE, INCONSISTENT = 200, 400, 403, 404, 409, 422
STATUSES: Final = (MALFORMED, UNTRUSTED, UNKNOWN_LOG, STALE, INCONSISTENT)
FORK, UNPROVEN, FALSE_EMPTY = "fork", "unproven", "false_empty"
"""What a signed note that was refused shows: another tree of the same size, one that nobody showed to go on, an empty one that is none."""

Sign = Callable[[VerifierKey, bytes], bytes]
"""(key, message) -> signature by the private half."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is well-formed; whether the note is signed is not known yet. ``head`` is what its text says."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes
    head: Checkpoint


def parse_request(data: bytes) -> Request:
    """Read a request. Raises Damaged: ``witness.request_size``, ``witness.request_form``, ``witness.proof_length``, ``note.…``."""
    if len(data) > MAX_REQUEST:
        raise Damaged("witness.request_size")
    asked, blank, note = data.partition(b"\n\n")
    text, end, _ = note.partition(b"\n\n")
    if not blank or not end or not asked.isascii():
        raise Damaged("witness.request_form")
    first, *hashes = asked.decode("ascii").split("\n")
    if not first.startswith("old "):
        raise Damaged("witness.request_form")
    old = from_decimal(first.removeprefix("old "), "witness.request_form")
    if len(hashes) > MAX_PROOF:
        raise Damaged("witness.proof_length")
    proof = tuple(from_base64(line, "witness.request_form") for line in hashes)
    if any(len(one) != HASH_SIZE for one in proof):
        raise Damaged("witness.request_form")
    return Request(old, proof, note, parse_checkpoint(text + b"\n"))


def format_request(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The request to cosign ``note`` for a witness that saw ``old`` leaves. Raises Damaged when it would not be read back the same."""
    data = "".join((f"old {old}\n", *(f"{to_base64(one)}\n" for one in proof), "\n")).encode("ascii") + note
    read = parse_request(data)
    if (read.old, read.proof, read.note) != (old, tuple(proof), note):
        raise Damaged("witness.request_form")
    return data


def request_name(origin: str, old: int, new: int) -> str:
    """Name of the file of a request and, with another ending, of its answer; it shows a log to nobody who does not know it."""
    return f"{hashlib.sha256(origin.encode('utf-8')).hexdigest()[:16]}-{old}-{new}"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a witness saw last of one log; before the first time the tree of no leaves, with no note. ``time``: of its last signature."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    note: bytes = b""
    time: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer before anything is signed. ``head`` and ``stored`` are there once the note was found to be signed by its log.

    ``reason`` is the code of a sentence; ``shows`` says what a refused note proves or lets one suspect, empty for nothing.
    """

    status: int
    reason: str = ""
    head: Checkpoint | None = None
    note: bytes = b""
    stored: Stored | None = None
    shows: str = ""


def judge(data: bytes, logs: Mapping[str, Sequence[VerifierKey]], stored_of: Callable[[str], Stored], verify: Verify) -> Judged:
    """Weigh a request in the order of the specification; the first thing that is wrong is the answer. Status 200: sign, once it is stored."""
    try:
        asked = parse_request(data)
    except Damaged as fault:
        return Judged(MALFORMED, fault.code)
    if not logs.get(asked.head.origin):
        return Judged(UNKNOWN_LOG, "witness.unknown_log")
    try:
        note = parse_note(asked.note)
        if note.text != asked.head.text:
            raise Damaged("note.framing")
        signers_of(note, logs[asked.head.origin], verify)
    except Damaged as fault:
        return Judged(UNTRUSTED, fault.code)
    return _weigh(asked, stored_of(asked.head.origin))


def _weigh(asked: Request, stored: Stored) -> Judged:
    """The checks of a note that its log signed."""
    head = asked.head

    def answer(status: int, reason: str = "", shows: str = "") -> Judged:
        return Judged(status, reason, head, asked.note, stored, shows)

    other = FORK if stored.note and head.size == stored.size and head.root != stored.root else ""
    if asked.old > head.size:
        return answer(MALFORMED, "witness.old_larger")
    if asked.old != stored.size:
        return answer(STALE, "witness.stale", other)
    if head.size == 0 and head.root != EMPTY_ROOT:
        return answer(INCONSISTENT, "note.empty_root", other or FALSE_EMPTY)
    if asked.old == 0 or asked.old == head.size:
        # Every tree goes on from the empty one, so there a proof could say nothing and the verifier is not asked.
        if asked.proof:
            return answer(INCONSISTENT, "witness.proof_not_empty", other)
        return answer(INCONSISTENT, "witness.other_root", other) if other else answer(SIGNED)
    try:
        verify_consistency(asked.old, head.size, stored.root, head.root, asked.proof)
    except Damaged as fault:
        return answer(INCONSISTENT, fault.code, UNPROVEN)
    return answer(SIGNED)


# ---- answers ---------------------------------------------------------------------------------------------------------


def cosignatures(head: Checkpoint, keys: Sequence[VerifierKey], time: int, sign: Sign) -> bytes:
    """The lines of a witness for a checkpoint: one for each of its keys, all of one time."""
    return b"".join(signature_line(key, time, sign(key, signed_bytes(key, head.text, time))) for key in keys)


def cosigners(text: bytes, lines: bytes, keys: Sequence[VerifierKey], verify: Verify) -> tuple[Signer, ...]:
    """The keys whose lines verify over the checkpoint ``text``. Raises Damaged for none, and for a line of a known key that fails."""
    return signers_of(parse_note(text + b"\n" + lines), keys, verify)


def lines_of(note: Note, keys: Iterable[VerifierKey]) -> list[bytes]:
    """The lines that these keys claim, as they stand."""
    known = {(key.name, key.key_id) for key in keys}
    return [line.text for line in note.lines if (line.name, line.key_id) in known]


def with_lines(data: bytes, lines: Iterable[bytes]) -> bytes:
    """A signed note with more lines under those it has; a line that stands there already is not repeated."""
    note = parse_note(data)
    there = [line.text for line in note.lines]
    return format_note(note.text, dict.fromkeys([*there, *lines]))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal that travels as a file. ``size`` is what the witness holds (409 alone); ``note`` what it saw last, where it says so."""

    status: int
    size: int | None = None
    note: bytes = b""

    @property
    def text(self) -> bytes:
        size = "" if self.size is None else f"{self.size}\n"
        return f"{self.status}\n{size}".encode("ascii") + (b"\n" + self.note if self.note else b"")


def refusal(judged: Judged) -> Refusal:
    """What a witness says of a request that it does not sign. Who shows a note that the log signed is shown what we hold of that log."""
    stored = judged.stored
    size = stored.size if stored is not None and judged.status == STALE else None
    return Refusal(judged.status, size, stored.note if stored is not None else b"")


def parse_refusal(data: bytes) -> Refusal:
    """Read a refusal. Raises Damaged("witness.refusal_form")."""
    head, blank, note = data.partition(b"\n\n")
    if len(data) > MAX_REQUEST or not head.isascii() or (blank and not note):
        raise Damaged("witness.refusal_form")
    lines = (head if blank else head.removesuffix(b"\n")).decode("ascii").split("\n")
    status = from_decimal(lines[0], "witness.refusal_form")
    if status not in STATUSES or len(lines) != (2 if status == STALE else 1):
        raise Damaged("witness.refusal_form")
    made = Refusal(status, from_decimal(lines[1], "witness.refusal_form") if status == STALE else None, note)
    if made.text != data:
        raise Damaged("witness.refusal_form")
    return made
