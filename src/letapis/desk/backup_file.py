"""The form of a backup: one file of random-looking bytes that a code of 128 bits opens.

    header  = envelope header without wraps (its object id is a random salt), committed to the key
    content = entries: u16 length of name (0 ends) | name | u64 size | bytes ... | zeros up to the next MiB, in sealed chunks

    key = HKDF(code, "letapis/backup/1", salt)      code: 26 letters and digits (Crockford's base 32) and two to check the typing

What is inside is sealed once more by its own keys, so whoever has file and code still needs the passphrase.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import pack, unpack
from typing import Final

from letapis.core.errors import Damaged, LetapisError, Locked, UsageError
from letapis.engines import seal
from letapis.engines.blobs import Folder
from letapis.engines.objects import HEADER
from letapis.engines.seal import CHUNK, SEALED_CHUNK, ChunkOpener, ChunkSealer, Header

CODE_BYTES: Final = 16
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LETTERS: Final = 26
_CHECK_LETTERS: Final = 2
_LABEL: Final = b"letapis/backup/1"
_PIECE: Final = 16 * CHUNK  # 1 MiB: padding to the next MiB is padding of the last piece
_SEALED_PIECE: Final = 16 * SEALED_CHUNK
_NAME: Final = re.compile(r"(?:workspace\.toml|seed\.sealed|database\.db|invented|objects/[0-9a-f]{32})\Z")


@dataclass(frozen=True)
class Entry:
    """One file: its name inside the workspace, its size, its bytes in pieces of any size."""

    name: str
    size: int
    pieces: Iterable[bytes]


def spoken_code(secret: bytes) -> str:
    """The code as it is printed: seven groups of four."""
    number = int.from_bytes(secret, "big") << 2
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_CODE_LETTERS)))
    whole = letters + _check_letters(secret)
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))


def read_code(typed: str) -> bytes:
    """The secret of a typed code; blanks, hyphens and case do not matter, O is 0, I and L are 1. Raises UsageError("backup.code_form")."""
    letters = re.sub(r"[\s-]", "", typed).upper().translate(str.maketrans("OIL", "011"))
    if len(letters) != _CODE_LETTERS + _CHECK_LETTERS or not set(letters) <= set(_LETTERS):
        raise UsageError("backup.code_form")
    number = 0
    for letter in letters[:_CODE_LETTERS]:
        number = number << 5 | _LETTERS.index(letter)
    secret = (number >> 2).to_bytes(CODE_BYTES, "big")
    if number & 3 or letters[_CODE_LETTERS:] != _check_letters(secret):
        raise UsageError("backup.code_form")
    return secret


def _check_letters(secret: bytes) -> str:
    digest = hashlib.sha256(b"letapis/backup code/1\x00" + secret).digest()
    return _LETTERS[digest[0] & 31] + _LETTERS[digest[1] & 31]


def _key_and_context(secret: bytes, salt: bytes) -> tuple[bytes, bytes]:
    return seal.derive(secret, _LABEL, salt=salt), seal.context("backup", object_id=salt)


def write(target: Path, secret: bytes, salt: bytes, entries: Iterable[Entry]) -> int:
    """Write a backup as a new file, whole or not at all. Returns its size. Raises Refused("blobs.exists"), Busy for a full disk."""
    key, about = _key_and_context(secret, salt)
    sealer, size = ChunkSealer(key, about), HEADER
    with Folder(target.parent).create(target.name) as out:
        out.write(Header(bytes(16), 0, salt, 1).committed(key, about).encode())
        for piece, final in _padded(_framed(entries)):
            sealed = sealer.seal(piece, final)
            size += len(sealed)
            out.write(sealed)
    return size


def _framed(entries: Iterable[Entry]) -> Iterator[bytes]:
    for entry in entries:
        name, left = entry.name.encode("ascii"), entry.size
        yield pack(">H", len(name)) + name + pack(">Q", entry.size)
        for piece in entry.pieces:
            left -= len(piece)
            yield piece
        if left:
            raise Damaged("backup.changed")
    yield pack(">H", 0)


def _padded(stream: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Pieces of exactly one MiB, the last with zeros at its end, each with whether it is the last."""
    held = bytearray()
    for piece in stream:
        held += piece
        while len(held) > _PIECE:
            yield bytes(held[:_PIECE]), False
            del held[:_PIECE]
    yield bytes(held) + bytes(_PIECE - len(held)), True


# ---- reading ---------------------------------------------------------------------------------------------------------


def read(source: Path, secret: bytes) -> Iterator[Entry]:
    """The entries of a backup in their order; the pieces of one are to be read before the next. Every chunk is checked before it is given.

    Raises NotFound ``blobs.missing``, Locked("backup.code") for another code, Damaged("backup.damaged") for anything that ``write``
    would not have written, also a file that was cut.
    """
    plain = _Plain(source, secret)
    seen: set[str] = set()
    while True:
        (length,) = unpack(">H", plain.exactly(2))
        if length == 0:
            break
        name = plain.exactly(min(length, 100)).decode("latin-1")
        if not _NAME.match(name) or name in seen:
            raise Damaged("backup.damaged")
        seen.add(name)
        (size,) = unpack(">Q", plain.exactly(8))
        left = [size]
        yield Entry(name, size, plain.pieces(left))
        if left[0]:
            raise UsageError("backup.unread")
    plain.end()


class _Plain:
    """The opened content as a stream."""

    def __init__(self, source: Path, secret: bytes) -> None:
        if not source.parent.is_dir():
            raise UsageError("backup.folder")
        self._blobs, self._name = Folder(source.parent), source.name
        self._total = self._blobs.size(self._name)
        try:
            header, end = Header.decode(self._blobs.read(self._name, 0, HEADER))
        except LetapisError:
            raise Damaged("backup.not_one") from None
        if end != HEADER or (self._total - HEADER) % _SEALED_PIECE or self._total == HEADER:
            raise Damaged("backup.damaged")
        key, about = _key_and_context(secret, header.object_id)
        try:
            header.check(key, about)
        except Damaged:
            raise Locked("backup.code") from None
        self._opener, self._at, self._held = ChunkOpener(key, about), HEADER, b""

    def _more(self) -> None:
        if self._at >= self._total:
            raise Damaged("backup.damaged")
        sealed = self._blobs.read(self._name, self._at, _SEALED_PIECE)
        self._at += _SEALED_PIECE
        try:
            self._held = bytes(self._opener.open(sealed, final=self._at >= self._total))
        except Damaged:
            raise Damaged("backup.damaged") from None

    def exactly(self, size: int) -> bytes:
        parts = []
        while size:
            if not self._held:
                self._more()
            part, self._held = self._held[:size], self._held[size:]
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def pieces(self, left: list[int]) -> Iterator[bytes]:
        """The next ``left[0]`` bytes; the number goes down as they are given out."""
        while left[0]:
            if not self._held:
                self._more()
            part, self._held = self._held[: left[0]], self._held[left[0] :]
            left[0] -= len(part)
            yield part

    def end(self) -> None:
        """Only zeros follow, and less than a piece of them. Raises Damaged."""
        if self._at < self._total or self._held.strip(b"\x00"):
            raise Damaged("backup.damaged")
