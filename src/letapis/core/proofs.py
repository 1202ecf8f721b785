"""Proof files (C2SP tlog-proof): an index, a Merkle path and the checkpoint that the path leads to, in one text.

    c2sp.org/tlog-proof@v1
    extra <base64>            optional, authenticated by nothing, never shown as proven
    index <n>
    <base64 hash> ...         from the leaf's sibling up, at most 63

    <signed note>
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.errors import Damaged
from letapis.core.merkle import HASH_SIZE, MAX_PROOF, leaf_hash, verify_inclusion
from letapis.core.notes import OpenedCheckpoint, VerifierKey, Verify, open_checkpoint
from letapis.core.textforms import MAX_COUNT, from_base64, from_decimal, to_base64

HEADER: Final = "c2sp.org/tlog-proof@v1"
LEAF_SIZE: Final = 33


@dataclass(frozen=True, slots=True)
class Proof:
    """``note`` is the signed checkpoint, byte for byte; ``untrusted_extra`` is proven by nothing."""

    index: int
    path: tuple[bytes, ...]
    note: bytes
    untrusted_extra: bytes = b""

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_COUNT:
            raise Damaged("proof.index")
        if len(self.path) > MAX_PROOF or any(len(h) != HASH_SIZE for h in self.path):
            raise Damaged("proof.path")

    @property
    def text(self) -> bytes:
        """The file's bytes."""
        extra = f"extra {to_base64(self.untrusted_extra)}\n" if self.untrusted_extra else ""
        path = "".join(f"{to_base64(h)}\n" for h in self.path)
        return f"{HEADER}\n{extra}index {self.index}\n{path}\n".encode() + self.note


def parse_proof(data: bytes) -> Proof:
    """Read a proof file; the note inside is kept as it is and checked by ``check_proof``."""
    head, blank, note = data.partition(b"\n\n")
    if not blank or not head.isascii():
        raise Damaged("proof.framing")
    lines = head.decode("ascii").split("\n")
    if lines[0] != HEADER:
        raise Damaged("proof.header")
    at, extra = 1, b""
    if at < len(lines) and lines[at].startswith("extra "):
        extra = from_base64(lines[at].removeprefix("extra "), "proof.extra")
        if not extra:
            raise Damaged("proof.extra")
        at += 1
    if at >= len(lines) or not lines[at].startswith("index "):
        raise Damaged("proof.index")
    index = from_decimal(lines[at].removeprefix("index "), "proof.index")
    return Proof(index, tuple(from_base64(line, "proof.path") for line in lines[at + 1 :]), note, extra)


def check_proof(
    proof: Proof, leaf: bytes, logs: Sequence[VerifierKey], verify: Verify, witnesses: Sequence[VerifierKey] = (), *, every_key: bool = True
) -> OpenedCheckpoint:
    """Raise Damaged unless the log signed a tree that holds ``leaf`` (01 || 32 bytes) at the proof's index."""
    if len(leaf) != LEAF_SIZE or leaf[0] != 1:
        raise Damaged("proof.leaf")
    opened = open_checkpoint(proof.note, logs, verify, witnesses, every_key=every_key)
    verify_inclusion(proof.index, opened.checkpoint.size, leaf_hash(leaf), proof.path, opened.checkpoint.root)
    return opened
