"""Originals and other large things: sealed while they arrive, stored under random names, never anywhere in clear.

    blob      = envelope header without wraps (its object id is the name) | chunks of the padded content
    content   = plaintext | zeros | u64 size        padded to Padme of size + 8, at least 64 KiB

Memory does not grow with size: 4 MiB pieces pass through. The plaintext's SHA-256 and SHA-512 and the blob's SHA-256 are computed in the
same pass by threads of their own (``hashlib`` lets other threads run). A blob is acknowledged after fsync of file and folder, or not at
all. Data keys are random, one for each object, and never stored here: the caller wraps the returned key.
"""

import hashlib
import os
import queue
import re
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from struct import pack, unpack
from typing import Any, Final

from letapis.core.errors import Damaged, Refused, UsageError
from letapis.engines import seal
from letapis.engines.blobs import blobs_at
from letapis.engines.seal import CHUNK, SEALED_CHUNK, ChunkOpener, ChunkSealer, Header

PIECE: Final = 64 * CHUNK
SEALED_PIECE: Final = 64 * SEALED_CHUNK
HEADER: Final = len(Header(b"\x00" * 16, 0, b"\x00" * 16, 1).encode())
MAX_SIZE: Final = 1 << 46
_NAME: Final = re.compile(r"[0-9a-f]{32}\Z")
_SIZE: Final = 8
_QUEUED: Final = 2
_SMALL: Final = 256 << 10

Bytes = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class SealedObject:
    """What ``put`` made. ``size`` and the first two hashes are of the plaintext: they belong into sealed records only."""

    name: str
    size: int
    sha256: bytes
    sha512: bytes
    blob_sha256: bytes
    blob_size: int
    dek: bytes

    @property
    def object_id(self) -> bytes:
        """The id under which the data key is wrapped."""
        return bytes.fromhex(self.name)


class ObjectStore:
    """Sealed objects in a folder or at an address of ``blobs``."""

    def __init__(self, root_or_url: Path | str) -> None:
        self._blobs = blobs_at(root_or_url)

    def put(self, stream: Iterable[Bytes], compartment: bytes, epoch: int, *, settled: bool = True) -> SealedObject:
        """Seal what ``stream`` yields (pieces of any size) under a fresh name and data key.

        With ``settled`` false the bytes are on the disk and the name may not survive a loss of power: ``settle`` must follow, once for many,
        before anything names the object.
        Raises Busy ``disk.full`` or ``disk.failed``, and whatever ``stream`` raises; then nothing is left behind.
        """
        name, dek = os.urandom(16).hex(), os.urandom(32)
        about = object_context(compartment, epoch, bytes.fromhex(name))
        head = Header(compartment, epoch, bytes.fromhex(name), 1).committed(dek, about).encode()
        sealer, buffers = ChunkSealer(dek, about), _Buffers(SEALED_PIECE)
        plain, blob = (_Hashing("sha256"), _Hashing("sha512")), _Hashing("sha256", head)
        size = 0
        try:
            with self._blobs.create(name, settled=settled) as out:
                out.write(head)
                for piece, used, final in _padded(stream):
                    size += used
                    for one in plain:
                        one.update(piece[:used])
                    room = bytearray(_sealed_size(len(piece))) if len(piece) < PIECE else buffers.next()
                    sealed = sealer.seal_into(piece, room, final)
                    blob.update(sealed)
                    out.write(sealed)
                digests = [one.digest() for one in (*plain, blob)]
        finally:
            for one in (*plain, blob):
                one.stop()
        blob_size = HEADER + _sealed_size(seal.padme(size + _SIZE))
        return SealedObject(name, size, digests[0], digests[1], digests[2], blob_size, dek)

    def settle(self) -> None:
        """Make the names of what was put unsettled survive a loss of power. Raises Busy ``disk.failed``."""
        self._blobs.settle()

    def open(self, name: str, dek: bytes, start: int = 0) -> Iterator[bytes]:
        """The plaintext in pieces, from byte ``start`` on. Header and last chunk are checked before this returns, every other chunk before it
        is given out; what lies before ``start`` is not read.

        Raises NotFound ``blobs.missing``; Damaged ``objects.other`` (a blob under another's name), ``seal.commitment`` (not its key),
        ``seal.chunk`` or ``objects.size`` (changed, cut, swapped, repeated).
        """
        _check_name(name)
        total = self._blobs.size(name)
        header, end = Header.decode(self._blobs.read(name, 0, HEADER))
        if header.wraps or end != HEADER or header.object_version != 1 or header.object_id.hex() != name:
            raise Damaged("objects.other")
        about = object_context(header.compartment, header.epoch, header.object_id)
        header.check(dek, about)
        opener = ChunkOpener(dek, about)
        size = self._plain_size(name, total, opener)
        return self._plain(name, size, opener, start)

    def _plain_size(self, name: str, total: int, opener: ChunkOpener) -> int:
        """The size in the last chunk, which also proves that nothing is missing at the end."""
        count = -(-(total - HEADER) // SEALED_CHUNK)
        if count < 1:
            raise Damaged("objects.size")
        start = HEADER + (count - 1) * SEALED_CHUNK
        opener.at(count - 1)
        last = opener.open(self._blobs.read(name, start, total - start), final=True)
        if len(last) < _SIZE:
            raise Damaged("objects.size")
        (size,) = unpack(">Q", last[-_SIZE:])
        if size > MAX_SIZE or HEADER + _sealed_size(seal.padme(size + _SIZE)) != total:
            raise Damaged("objects.size")
        return int(size)

    def _plain(self, name: str, size: int, opener: ChunkOpener, start: int) -> Iterator[bytes]:
        padded, at = seal.padme(size + _SIZE), start // PIECE * PIECE
        opener.at(at // CHUNK)
        while at < size:
            sealed = self._blobs.read(name, HEADER + at // CHUNK * SEALED_CHUNK, SEALED_PIECE)
            plain = opener.open(sealed, final=at + PIECE >= padded)
            yield bytes(memoryview(plain)[max(0, start - at) : size - at])
            at += PIECE

    def size(self, name: str) -> int:
        """Size of the blob, not of the plaintext. Raises NotFound ``blobs.missing``."""
        _check_name(name)
        return self._blobs.size(name)

    def names(self) -> Iterator[str]:
        """Names of all blobs; anything that is not one of ours is passed over."""
        return (name for name, size in self._blobs.entries("") if size >= 0 and _NAME.match(name))

    def blob(self, name: str) -> Iterator[bytes]:
        """The sealed bytes in pieces, for a relay, a backup or a mirror."""
        _check_name(name)
        return read_whole(self._blobs, name)

    def put_blob(self, name: str, pieces: Iterable[Bytes], blob_sha256: bytes) -> None:
        """Store sealed bytes that came from elsewhere under their name.

        Raises Damaged ``objects.blob_hash`` when they are not what the record says, Refused ``blobs.exists``; then nothing is left behind.
        """
        _check_name(name)
        blob = hashlib.sha256()
        with self._blobs.create(name) as out:
            for piece in pieces:
                blob.update(piece)
                out.write(piece)
            if blob.digest() != blob_sha256:
                raise Damaged("objects.blob_hash")

    def fixity(self, name: str) -> bytes:
        """SHA-256 of the blob as it lies there now; needs no key."""
        blob = hashlib.sha256()
        for piece in self.blob(name):
            blob.update(piece)
        return blob.digest()

    def set_aside(self, name: str, keeper: "ObjectStore | None" = None) -> str:
        """Keep bytes that are not what they should be under another name, here or at ``keeper``, and free this one for a good copy. Returns
        the other name.

        Ended anywhere in between, the damaged bytes lie under one of the names or both. Raises Damaged("objects.aside") when what was set
        aside cannot be read back as it was, and whatever the store raises; then the name is as before.
        """
        _check_name(name)
        digest = self.fixity(name)
        other, there = f"aside-{name}-{digest.hex()[:16]}", (keeper or self)._blobs
        try:
            with there.create(other) as out:
                for piece in read_whole(self._blobs, name):
                    out.write(piece)
        except Refused as fault:
            if fault.code != "blobs.exists":
                raise
        kept = hashlib.sha256()
        for piece in read_whole(there, other):
            kept.update(piece)
        if kept.digest() != digest:
            raise Damaged("objects.aside")
        self._blobs.remove(name)
        return other

    def remove_aside(self, names: Collection[str]) -> int:
        """Delete what was set aside of these blobs; how many files that were."""
        found = [other for other, _ in self._blobs.entries("") if other.startswith("aside-") and other[6:38] in names]
        for other in found:
            self._blobs.remove(other)
        return len(found)

    def sweep(self, older_than: float = 86_400.0) -> int:
        """Remove what killed writers left unfinished more than ``older_than`` seconds ago; how many files that were."""
        return self._blobs.sweep(older_than)

    def remove(self, name: str) -> None:
        """Delete a blob. What makes it unreadable for ever is the loss of its key, not this."""
        _check_name(name)
        self._blobs.remove(name)


def object_context(compartment: bytes, epoch: int, object_id: bytes) -> bytes:
    """Context of an object's chunks; ``epoch`` is the one it was sealed in and stays when its key is wrapped anew."""
    return seal.context("object", compartment=compartment, epoch=epoch, object_id=object_id)


def read_whole(blobs: Any, name: str) -> Iterator[bytes]:
    """All bytes of a blob in pieces of 4 MiB."""
    total, at = blobs.size(name), 0
    while at < total:
        piece = blobs.read(name, at, PIECE)
        if not piece:
            raise Damaged("objects.size")
        yield piece
        at += len(piece)


def _check_name(name: str) -> None:
    if not _NAME.match(name):
        raise UsageError("objects.name")


def _sealed_size(padded: int) -> int:
    return padded + -(-padded // CHUNK) * (SEALED_CHUNK - CHUNK)


def _padded(stream: Iterable[Bytes]) -> Iterator[tuple[memoryview, int, bool]]:
    """(piece, how much of it is content, whether it is the last): content, then zeros, then the size, up to the padded size.

    A piece filled by content is never the last, because the size comes after it.
    """
    source, buffers, size = _Source(stream), _Buffers(PIECE), 0
    small = source.first(_SMALL)
    if (used := sum(len(piece) for piece in small)) < _SMALL - _SIZE:  # a buffer of a whole piece costs more to make than a small object to seal
        rest = seal.padme(used + _SIZE)
        yield memoryview(b"".join((*small, bytes(rest - used - _SIZE), pack(">Q", used)))), used, True
        return
    source.put_back(small)
    while True:
        buffer = buffers.next()
        used = source.fill(buffer)
        size += used
        if used < PIECE:
            break
        yield memoryview(buffer), used, False
    rest = seal.padme(size + _SIZE) - (size - used)
    while rest > PIECE:
        buffer[used:] = bytes(PIECE - used)
        yield memoryview(buffer), used, False
        rest, used, buffer = rest - PIECE, 0, buffers.next()
    buffer[used:rest] = bytes(rest - used - _SIZE) + pack(">Q", size)
    yield memoryview(buffer)[:rest], used, True


class _Source:
    """Fills buffers from pieces of any size."""

    def __init__(self, stream: Iterable[Bytes]) -> None:
        self._stream, self._rest = iter(stream), memoryview(b"")

    def first(self, enough: int) -> list[Bytes]:
        """The first pieces, as many as together have so many bytes, or all."""
        found, size = list[Bytes](), 0
        for piece in self._stream:
            found.append(piece)
            size += len(piece)
            if size >= enough:
                break
        return found

    def put_back(self, pieces: list[Bytes]) -> None:
        """Give back what was taken first: it is filled in again."""
        self._stream = chain(pieces, self._stream)

    def fill(self, buffer: bytearray) -> int:
        """How much was filled; less than the whole buffer only at the end of the stream."""
        at = 0
        while at < len(buffer):
            if not self._rest:
                following = next(self._stream, None)
                if following is None:
                    break
                self._rest = memoryview(following)
            count = min(len(self._rest), len(buffer) - at)
            buffer[at : at + count] = self._rest[:count]
            self._rest, at = self._rest[count:], at + count
        return at


class _Buffers:
    """Buffers used in turn: as many as can wait for a hashing thread, one more that it works on, and the one being filled."""

    def __init__(self, size: int) -> None:
        self._size, self._ring, self._turn = size, list[bytearray](), 0

    def next(self) -> bytearray:
        if len(self._ring) < _QUEUED + 2:
            self._ring.append(bytearray(self._size))
            return self._ring[-1]
        self._turn += 1
        return self._ring[(self._turn - 1) % len(self._ring)]


class _Hashing:
    """One digest in a thread of its own, started with the second piece: small objects need none, and no queue, which costs as much to make
    as a small digest. A few pieces may wait, no more."""

    def __init__(self, algorithm: str, start: bytes = b"") -> None:
        self._hash = hashlib.new(algorithm, start)
        self._waiting: queue.Queue[Bytes | None]
        self._thread: threading.Thread | None = None
        self._pieces = 0

    def update(self, data: Bytes) -> None:
        self._pieces += 1
        if self._pieces == 1:
            self._hash.update(data)
            return
        if self._thread is None:
            self._waiting = queue.Queue(_QUEUED)
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        self._waiting.put(data)

    def _work(self) -> None:
        while (data := self._waiting.get()) is not None:
            self._hash.update(data)

    def stop(self) -> None:
        """End the thread, whatever happened; calling it twice is no harm."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def digest(self) -> bytes:
        self.stop()
        return self._hash.digest()
