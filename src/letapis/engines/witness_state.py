"""What a witness saw last of a log, as it stands in a file: the time of its last signature, the signed note, a keyed checksum.

    letapis-witness-state/1 LF time <seconds> LF LF note check <64 hex digits> LF
"""

import hashlib
from pathlib import Path
from typing import Final

from letapis.core.errors import Damaged
from letapis.core.notes import parse_checkpoint, parse_note
from letapis.core.textforms import from_decimal
from letapis.core.witness import Stored
from letapis.engines import seal

FOLDER: Final = "state"
_HEAD: Final = "letapis-witness-state/1"


def ident(origin: str) -> str:
    """What stands for a log in names of files: the first 16 hex digits of H(origin)."""
    return hashlib.sha256(origin.encode("utf-8")).hexdigest()[:16]


def state_file(folder: Path, origin: str) -> Path:
    """Where the state of a log stands in the folder of a witness."""
    return folder / FOLDER / f"{ident(origin)}.state"


def format_state(stored: Stored, key: bytes) -> bytes:
    """A state with its checksum under ``key``."""
    body = f"{_HEAD}\ntime {stored.time}\n\n".encode("ascii") + stored.note
    return body + b"check " + check_of(body, key)


def parse_state(data: bytes, origin: str) -> tuple[Stored, bytes, bytes]:
    """A state, the bytes that its checksum covers, and the checksum, which is not compared yet. Raises Damaged."""
    body, _, check = data.rpartition(b"check ")
    head, _, note = body.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if len(lines) != 2 or lines[0] != _HEAD:
        raise Damaged("witness.state")
    checkpoint = parse_checkpoint(parse_note(note).text)
    if checkpoint.origin != origin:
        raise Damaged("witness.state")
    time = from_decimal(lines[1].removeprefix("time "), "witness.state")
    return Stored(checkpoint.size, checkpoint.root, note, time), body, check


def check_of(body: bytes, key: bytes) -> bytes:
    """The checksum of a state, as it stands at its end."""
    return seal.keyed_hash(key, body).hex().encode("ascii") + b"\n"
