"""OpenTimestamps proofs: read, written and completed. Own code from the format, without a network.

    file    31-byte magic, varuint version 1, operation of the file hash, digest, tree
    tree    ff before every branch but the last; 00 = attestation (8-byte tag, varbytes), else an operation and the tree behind it
    f0 append · f1 prepend (1 to 4,096 bytes) · f2 reverse · f3 hexlify · 02 sha1 · 03 ripemd160 · 08 sha256 · 67 keccak256
    tags    Bitcoin 0588960d73d71901 (varuint height) · pending 83dfe30d2ef90c8e (varbytes address)

What was read is written back byte for byte. Unknown attestations are kept; SHA-1 and Keccak on a path are not computed and lead nowhere.
A file whose own hash is SHA-1 is refused: two files may have the same.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from letapis.core.errors import Damaged, Refused
from letapis.core.ripemd160 import ripemd160

LARGEST: Final = 1 << 20
LARGEST_REPLY: Final = 10_000
MAX_MESSAGE: Final = 4096
MAX_PAYLOAD: Final = 8192
MAX_ADDRESS: Final = 1000
MAX_DEPTH: Final = 256
MAGIC: Final = bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294")
BITCOIN: Final = bytes.fromhex("0588960d73d71901")
PENDING: Final = bytes.fromhex("83dfe30d2ef90c8e")
CONTENT_TYPE: Final = "application/x-www-form-urlencoded"
_APPEND, _PREPEND, _REVERSE, _HEXLIFY, _SHA256, _RIPEMD160, _ATTESTATION, _FORK = 0xF0, 0xF1, 0xF2, 0xF3, 0x08, 0x03, 0x00, 0xFF
_WITH_ARGUMENT: Final = frozenset({_APPEND, _PREPEND})
_OPERATIONS: Final = frozenset({_APPEND, _PREPEND, _REVERSE, _HEXLIFY, _SHA256, _RIPEMD160, 0x02, 0x67})
_ADDRESS: Final = re.compile(rb"[A-Za-z0-9\-._/:]*\Z")


@dataclass(frozen=True)
class Attestation:
    """Somebody's word on the message at this place, as its tag and payload."""

    tag: bytes
    payload: bytes


@dataclass(frozen=True)
class Step:
    """An operation on the message, and what follows from its result."""

    operation: int
    argument: bytes
    then: "Tree"


Branch = Attestation | Step
Tree = tuple[Branch, ...]


@dataclass(frozen=True)
class Proof:
    """A proof over the file whose SHA-256 is ``digest``."""

    digest: bytes
    tree: Tree


@dataclass(frozen=True)
class Bitcoin:
    """The message that must be the Merkle root of the block at this height; None behind an operation that we do not compute."""

    height: int
    message: bytes | None


@dataclass(frozen=True)
class Pending:
    """A calendar has promised to bring this message to Bitcoin."""

    address: str
    message: bytes | None


class _Cursor:
    """Reads forward and never beyond the end. Raises Damaged("time.ots_form")."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def is_over(self) -> bool:
        return self.at == len(self.data)

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) != count:
            raise Damaged("time.ots_form")
        self.at += count
        return part

    def number(self) -> int:
        value = 0
        for shift in range(0, 64, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                if shift and not byte:
                    break
                return value
        raise Damaged("time.ots_form")

    def block(self, least: int, most: int) -> bytes:
        size = self.number()
        if not least <= size <= most:
            raise Damaged("time.ots_limit")
        return self.take(size)


def parse_proof(data: bytes) -> Proof:
    """Read a whole file. Raises Damaged, Refused("time.weak") for a proof over a SHA-1, Refused("time.ots_hash") over another hash."""
    if len(data) > LARGEST or data[: len(MAGIC)] != MAGIC:
        raise Damaged("time.ots_form")
    cursor = _Cursor(data[len(MAGIC) :])
    if cursor.number() != 1:
        raise Damaged("time.ots_version")
    operation = cursor.take(1)[0]
    if operation != _SHA256:
        raise Refused("time.weak" if operation == 0x02 else "time.ots_hash")
    digest = cursor.take(32)
    return Proof(digest, _rest(cursor, digest))


def parse_reply(data: bytes, message: bytes) -> Tree:
    """Read what a calendar answers about a message: a tree without a head. Raises Damaged."""
    if len(data) > LARGEST_REPLY:
        raise Damaged("time.ots_limit")
    return _rest(_Cursor(data), message)


def _rest(cursor: _Cursor, message: bytes) -> Tree:
    tree = _tree(cursor, message, 0)
    if not cursor.is_over:
        raise Damaged("time.ots_form")
    return tree


def _tree(cursor: _Cursor, message: bytes | None, depth: int) -> Tree:
    if depth > MAX_DEPTH:
        raise Damaged("time.ots_limit")
    found: list[Branch] = []
    tag = cursor.take(1)[0]
    while tag == _FORK:
        found.append(_branch(cursor, cursor.take(1)[0], message, depth))
        tag = cursor.take(1)[0]
    found.append(_branch(cursor, tag, message, depth))
    return tuple(found)


def _branch(cursor: _Cursor, tag: int, message: bytes | None, depth: int) -> Branch:
    if tag == _ATTESTATION:
        return _checked(Attestation(cursor.take(8), cursor.block(0, MAX_PAYLOAD)))
    if tag not in _OPERATIONS:
        raise Damaged("time.ots_form")
    argument = cursor.block(1, MAX_MESSAGE) if tag in _WITH_ARGUMENT else b""
    return Step(tag, argument, _tree(cursor, _result(tag, argument, message), depth + 1))


def _result(operation: int, argument: bytes, message: bytes | None) -> bytes | None:
    """What an operation makes of a message. Raises Damaged for one that is too long."""
    if message is None:
        return None
    made = {
        _APPEND: lambda: message + argument,
        _PREPEND: lambda: argument + message,
        _REVERSE: lambda: message[::-1],
        _HEXLIFY: lambda: message.hex().encode("ascii"),
        _SHA256: lambda: hashlib.sha256(message).digest(),
        _RIPEMD160: lambda: ripemd160(message),
    }.get(operation, lambda: None)()
    if made is not None and len(made) > MAX_MESSAGE:
        raise Damaged("time.ots_limit")
    return made


def _checked(found: Attestation) -> Attestation:
    """The attestation, when the payload of a kind that we know is one. Raises Damaged."""
    if found.tag in (BITCOIN, PENDING):
        cursor = _Cursor(found.payload)
        if found.tag == BITCOIN:
            cursor.number()
        elif not _ADDRESS.match(cursor.block(0, MAX_ADDRESS)):
            raise Damaged("time.ots_address")
        if not cursor.is_over:
            raise Damaged("time.ots_form")
    return found


# ---- writing ---------------------------------------------------------------------------------------------------------


def format_proof(proof: Proof) -> bytes:
    """The bytes of a proof."""
    return MAGIC + b"\x01" + bytes((_SHA256,)) + proof.digest + _tree_bytes(proof.tree)


def _tree_bytes(tree: Tree) -> bytes:
    parts = [_branch_bytes(branch) for branch in tree]
    return b"".join(bytes((_FORK,)) + part for part in parts[:-1]) + parts[-1]


def _branch_bytes(branch: Branch) -> bytes:
    if isinstance(branch, Attestation):
        return bytes((_ATTESTATION,)) + branch.tag + _block_bytes(branch.payload)
    argument = _block_bytes(branch.argument) if branch.operation in _WITH_ARGUMENT else b""
    return bytes((branch.operation,)) + argument + _tree_bytes(branch.then)


def _block_bytes(data: bytes) -> bytes:
    return _number_bytes(len(data)) + data


def _number_bytes(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*found, value))


# ---- stamping and completing -----------------------------------------------------------------------------------------


def commitment(digest: bytes, nonce: bytes) -> bytes:
    """What calendars are asked to stamp: a hash that says nothing of the digest, even to who has the file."""
    return hashlib.sha256(digest + nonce).digest()


def new_proof(digest: bytes, nonce: bytes, replies: tuple[Tree, ...]) -> Proof:
    """A proof over a digest out of what calendars answered about its commitment."""
    tree: Tree = ()
    for reply in replies:
        tree = _merged(tree, reply)
    return Proof(digest, (Step(_APPEND, nonce, (Step(_SHA256, b"", tree),)),))


def walk(proof: Proof) -> Iterator[tuple[Attestation, bytes | None]]:
    """Every attestation with the message that it is about."""
    yield from _walk(proof.tree, proof.digest)


def _walk(tree: Tree, message: bytes | None) -> Iterator[tuple[Attestation, bytes | None]]:
    for branch in tree:
        if isinstance(branch, Attestation):
            yield branch, message
        else:
            yield from _walk(branch.then, _result(branch.operation, branch.argument, message))


def bitcoin(proof: Proof) -> tuple[Bitcoin, ...]:
    """What the proof says of blocks."""
    return tuple(Bitcoin(_Cursor(one.payload).number(), message) for one, message in walk(proof) if one.tag == BITCOIN)


def pending(proof: Proof) -> tuple[Pending, ...]:
    """Which calendars have promised, and what to ask them for."""
    found = ((_Cursor(one.payload).block(0, MAX_ADDRESS).decode("ascii"), message) for one, message in walk(proof) if one.tag == PENDING)
    return tuple(Pending(address, message) for address, message in found)


def upgraded(proof: Proof, message: bytes, reply: Tree) -> Proof:
    """The proof with what a calendar answered about one of its messages. Nothing that it holds is lost.

    Raises Refused("time.ots_other") when no path of the proof leads to this message.
    """
    tree, found = _grafted(proof.tree, proof.digest, message, reply)
    if not found:
        raise Refused("time.ots_other")
    return Proof(proof.digest, tree)


def _grafted(tree: Tree, here: bytes | None, message: bytes, reply: Tree) -> tuple[Tree, bool]:
    if here == message:
        return _merged(tree, reply), True
    branches: list[Branch] = []
    found = False
    for branch in tree:
        if isinstance(branch, Step):
            then, hit = _grafted(branch.then, _result(branch.operation, branch.argument, here), message, reply)
            found = found or hit
            branches.append(Step(branch.operation, branch.argument, then))
        else:
            branches.append(branch)
    return tuple(branches), found


def joined(one: Proof, other: Proof) -> Proof:
    """Two proofs over one digest as one. Raises Refused("time.ots_other")."""
    if one.digest != other.digest:
        raise Refused("time.ots_other")
    return Proof(one.digest, _merged(one.tree, other.tree))


def _merged(one: Tree, other: Tree) -> Tree:
    """Both trees over the same message; a branch that both have stands once."""
    branches = list(one)
    for branch in other:
        same = next((i for i, known in enumerate(branches) if _is_same(known, branch)), None)
        if same is None:
            branches.append(branch)
        elif isinstance(branch, Step):
            known = branches[same]
            assert isinstance(known, Step)
            branches[same] = Step(branch.operation, branch.argument, _merged(known.then, branch.then))
    return tuple(branches)


def _is_same(one: Branch, other: Branch) -> bool:
    if isinstance(one, Step) and isinstance(other, Step):
        return (one.operation, one.argument) == (other.operation, other.argument)
    return one == other
