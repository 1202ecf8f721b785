"""Signed notes, verifier keys, checkpoints and cosignatures as the C2SP texts have them, read without mercy.

A note is text, a blank line and lines ``— name base64(key id || payload)``. A checkpoint is the text ``origin``,
``size``, ``base64(root)``, one line each; lines beyond these are refused, because ML-DSA-44 would not cover them.
Sources: signed-note, tlog-checkpoint, tlog-cosignature 1.0.1. Signature schemes are passed in as ``verify``.

    type  payload            signed bytes
    01    64                 text                                                        log, Ed25519
    04    u64 time || 64     "cosignature/v1\\ntime <time>\\n" || text                     witness, Ed25519
    06    u64 time || 2,420  "subtree/v1\\n\\0" || lp1(name) || u64 time || lp1(origin)    log or witness, ML-DSA-44
                             || u64 0 || u64 size || root
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from struct import pack, unpack_from
from typing import Final

from letapis.core.errors import Damaged, UsageError
from letapis.core.merkle import EMPTY_ROOT, HASH_SIZE
from letapis.core.textforms import MAX_COUNT, from_base64, from_decimal, from_hex, to_base64

Verify = Callable[[int, bytes, bytes, bytes], bool]
"""(scheme 1 Ed25519 or 6 ML-DSA-44, public key, message, signature) -> valid."""

MAX_LINES: Final = 64
MAX_NOTE: Final = 1 << 20
MAX_KEY_NAME: Final = 255
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\Z")


class KeyKind(IntEnum):
    """Signature type byte of a verifier key."""

    ED25519 = 1
    COSIGNATURE = 4
    ML_DSA_44 = 6


_PUBLIC_SIZE = {KeyKind.ED25519: 32, KeyKind.COSIGNATURE: 32, KeyKind.ML_DSA_44: 1312}


def public_origin(origin: str) -> str:
    """The log of publications that a device keeps beside the log of its records: another name, so that no key signs two trees under one."""
    return f"{origin}/public"


def manifest_origin(origin: str) -> str:
    """What a device signs over the files of one snapshot of what is public; the key is that of the log of publications."""
    return f"{public_origin(origin)}/manifest"


def check_key_name(name: str, code: str = "note.key_name") -> None:
    """Raise Damaged unless ``name`` may name a key: not empty, no blanks of any script, no plus, no control characters."""
    try:
        size = len(name.encode("utf-8"))
    except UnicodeEncodeError as fault:
        raise Damaged(code) from fault
    if not 1 <= size <= MAX_KEY_NAME or any(c == "+" or c.isspace() for c in name) or _CONTROL.search(name):
        raise Damaged(code)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """First four bytes of H(name || 0A || type || public key)."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + bytes((kind,)) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name and signature type; ``text`` is the vkey line ``name+hex(key id)+base64(type || key)``."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if len(self.public) != _PUBLIC_SIZE[self.kind]:
            raise Damaged("note.vkey")

    @property
    def scheme(self) -> int:
        """Number of the signature scheme: 1 Ed25519, 6 ML-DSA-44."""
        return 6 if self.kind is KeyKind.ML_DSA_44 else 1

    @property
    def signature_size(self) -> int:
        """Length of a signature by this key."""
        return 2420 if self.kind is KeyKind.ML_DSA_44 else 64

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    @property
    def text(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes((self.kind,)) + self.public)}"


def parse_vkey(text: str) -> VerifierKey:
    """Read a vkey. Raises Damaged for an unknown type, a key of wrong length or a key id that does not match."""
    match = _VKEY.match(text)
    if not match:
        raise Damaged("note.vkey")
    blob = from_base64(match[3], "note.vkey")
    if blob[0] not in _PUBLIC_SIZE:
        raise Damaged("note.vkey_kind")
    key = VerifierKey(match[1], KeyKind(blob[0]), blob[1:])
    if key.key_id != from_hex(match[2], "note.vkey"):
        raise Damaged("note.vkey_id")
    return key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Signed head of a log: its origin, how many leaves it has and their Merkle root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_key_name(self.origin, "note.origin_name")
        if not 0 <= self.size <= MAX_COUNT or len(self.root) != HASH_SIZE:
            raise Damaged("note.checkpoint")

    @property
    def text(self) -> bytes:
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n".encode()


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read the text of a checkpoint: exactly three lines."""
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError as fault:
        raise Damaged("note.encoding") from fault
    if len(lines) != 4 or lines[3]:
        raise Damaged("note.checkpoint")
    return Checkpoint(lines[0], from_decimal(lines[1], "note.checkpoint"), from_base64(lines[2], "note.checkpoint"))


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One signature line: who claims to have signed, and the payload after the key id."""

    name: str
    key_id: bytes
    payload: bytes

    @property
    def text(self) -> bytes:
        return f"— {self.name} {to_base64(self.key_id + self.payload)}\n".encode()


@dataclass(frozen=True, slots=True)
class Note:
    """``text`` ends in a newline; ``lines`` stand in the order of the file. Nothing is verified yet."""

    text: bytes
    lines: tuple[NoteLine, ...]


def parse_note(data: bytes) -> Note:
    """Split a signed note. Raises Damaged for whatever ``format_note`` would not have written."""
    if len(data) > MAX_NOTE:
        raise Damaged("note.too_long")
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Damaged("note.encoding") from fault
    if _CONTROL.search(content.replace("\n", "")):
        raise Damaged("note.control_character")
    text, blank, block = content.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise Damaged("note.framing")
    lines = block.split("\n")[:-1]
    if len(lines) > MAX_LINES:
        raise Damaged("note.lines")
    return Note(f"{text}\n".encode(), tuple(_line(line) for line in lines))


def _line(line: str) -> NoteLine:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise Damaged("note.line")
    check_key_name(parts[1])
    blob = from_base64(parts[2], "note.line")
    if len(blob) < 5:
        raise Damaged("note.line")
    return NoteLine(parts[1], blob[:4], blob[4:])


def format_note(text: bytes, lines: Iterable[bytes]) -> bytes:
    """A note of ``text`` and finished signature lines; refused when it would not be read back as the same."""
    made = tuple(lines)
    data = text + b"\n" + b"".join(made)
    note = parse_note(data)
    if note.text != text or tuple(line.text for line in note.lines) != made:
        raise Damaged("note.framing")
    return data


def signed_bytes(key: VerifierKey, text: bytes, time: int) -> bytes:
    """What ``key`` signs for the checkpoint ``text``; ``time`` in seconds since 1970 counts for types 04 and 06 only."""
    if key.kind is KeyKind.ED25519:
        return text
    if not 0 < time <= MAX_COUNT:
        raise Damaged("note.time")
    if key.kind is KeyKind.COSIGNATURE:
        return b"cosignature/v1\ntime %d\n" % time + text
    head = parse_checkpoint(text)
    name, origin = key.name.encode("utf-8"), head.origin.encode("utf-8")
    sizes = pack(">QQ", 0, head.size)
    return b"".join((b"subtree/v1\n\x00", pack(">B", len(name)), name, pack(">QB", time, len(origin)), origin, sizes, head.root))


def signature_line(key: VerifierKey, time: int, signature: bytes) -> bytes:
    """The line for a signature over ``signed_bytes(key, text, time)``."""
    if len(signature) != key.signature_size:
        raise UsageError("note.signature_length")
    stamp = b"" if key.kind is KeyKind.ED25519 else pack(">Q", time)
    return NoteLine(key.name, key.key_id, stamp + signature).text


@dataclass(frozen=True, slots=True)
class Signer:
    """A key whose line verified; ``time`` is None where the type carries none."""

    key: VerifierKey
    time: int | None


def signers_of(note: Note, keys: Sequence[VerifierKey], verify: Verify) -> tuple[Signer, ...]:
    """The known keys that signed, in the order of the lines.

    Lines of unknown keys are ignored; one failing line of a known key condemns the note, and so does a note that no
    known key signed. Raises Damaged.
    """
    known = {(k.name, k.key_id): k for k in keys}
    if len(known) != len(set(keys)):
        raise Damaged("note.key_collision")
    found = [(known[n.name, n.key_id], n) for n in note.lines if (n.name, n.key_id) in known]
    if not found:
        raise Damaged("note.no_known_signature")
    return tuple(_verified(note.text, key, line.payload, verify) for key, line in found)


def _verified(text: bytes, key: VerifierKey, payload: bytes, verify: Verify) -> Signer:
    time, signature = None, payload
    if key.kind is not KeyKind.ED25519:
        if len(payload) < 8:
            raise Damaged("note.signature")
        time, signature = int(unpack_from(">Q", payload)[0]), payload[8:]
    if len(signature) != key.signature_size:
        raise Damaged("note.signature")
    if not verify(key.scheme, key.public, signed_bytes(key, text, time or 0), signature):
        raise Damaged("note.signature")
    return Signer(key, time)


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint that its log signed, and the witnesses whose cosignatures verified."""

    checkpoint: Checkpoint
    log: tuple[Signer, ...]
    witnesses: tuple[Signer, ...]

    @property
    def time(self) -> int | None:
        """When the log says it signed; only its ML-DSA-44 line carries a time."""
        return next((s.time for s in self.log if s.time is not None), None)


def open_checkpoint(
    data: bytes, logs: Sequence[VerifierKey], verify: Verify, witnesses: Sequence[VerifierKey] = (), *, every_key: bool = True
) -> OpenedCheckpoint:
    """Read and verify a signed checkpoint. Raises Damaged.

    The name of the log's key must equal the origin. With ``every_key`` each key of that name in ``logs`` must have
    signed: were one scheme enough, whoever breaks the weaker could leave the line of the stronger out.
    """
    note = parse_note(data)
    head = parse_checkpoint(note.text)
    if any(k.kind is KeyKind.COSIGNATURE for k in logs) or any(k.kind is KeyKind.ED25519 for k in witnesses):
        raise UsageError("note.key_use")
    if head.size == 0 and head.root != EMPTY_ROOT:
        raise Damaged("note.empty_root")
    signers = signers_of(note, (*logs, *witnesses), verify)
    by_log = tuple(s for s in signers if s.key in logs)
    own, signed = {k for k in logs if k.name == head.origin}, {s.key for s in by_log}
    if not signed or not signed <= own:
        raise Damaged("note.origin")
    if every_key and signed != own:
        raise Damaged("note.log_signature_missing")
    return OpenedCheckpoint(head, by_log, tuple(s for s in signers if s.key not in logs))
