"""Chunks of an object: 64 KiB each, bound to their place and to being the last one.

chunk i = AEAD(HKDF(DEK, "chunks"), nonce = counter i in 11 bytes | final flag, data = context | i | final).
Truncation, a swap, a drop or a repeat is an authentication error. Sizes are padded before sealing: Padme (Nikitin et al.,
"Reducing Metadata Leakage from Encrypted Files", PETS 2019), never below 64 KiB, so that a blob tells little of its content.
"""

from struct import pack
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from letapis.core.errors import Damaged, UsageError
from letapis.engines.seal.primitives import TAG, expand

CHUNK: Final = 64 * 1024
SEALED_CHUNK: Final = CHUNK + TAG
FLOOR: Final = 64 * 1024
_CHUNKS: Final = b"letapis/chunks/1"


def padme(length: int, floor: int = FLOOR) -> int:
    """The padded size for ``length`` bytes: with E = floor(log2 L), S = floor(log2 E) + 1, a multiple of 2^(E-S)."""
    if length <= max(floor, 2):
        return max(floor, length)
    exponent = length.bit_length() - 1
    low = (1 << (exponent - exponent.bit_length())) - 1
    return (length + low) & ~low


def pad(data: bytes, floor: int = FLOOR) -> bytes:
    """``data`` || 80 || 00 … up to the padded size (ISO/IEC 7816-4 marker)."""
    return data + b"\x80" + b"\x00" * (padme(len(data) + 1, floor) - len(data) - 1)


def unpad(padded: bytes, floor: int = FLOOR) -> bytes:
    """The reverse of ``pad``. Raises Damaged ``seal.padding`` unless ``pad`` would give exactly these bytes."""
    end = len(padded.rstrip(b"\x00")) - 1
    if end < 0 or padded[end] != 0x80 or len(padded) != padme(end + 1, floor):
        raise Damaged("seal.padding")
    return padded[:end]


def _nonce_and_data(context: bytes, index: int, final: bool) -> tuple[bytes, bytes]:
    place = pack(">QB", index, final)
    return b"\x00\x00\x00" + place, context + place


class ChunkSealer:
    """Seals a plaintext that arrives in pieces. Every piece but the last is a multiple of 64 KiB; any size of buffer may be used."""

    def __init__(self, dek: bytes, context: bytes) -> None:
        self._cipher = ChaCha20Poly1305(expand(dek, _CHUNKS))
        self._context = context
        self._index = 0
        self._done = False

    def seal(self, data: bytes | bytearray | memoryview, final: bool = False) -> bytearray:
        """The sealed chunks of ``data``. Raises UsageError ``seal.chunk_size`` for a broken multiple or a piece after the last."""
        sealed = bytearray(len(data) + max(1, -(-len(data) // CHUNK)) * TAG)
        self.seal_into(data, sealed, final)
        return sealed

    def seal_into(self, data: bytes | bytearray | memoryview, buffer: bytearray, final: bool = False) -> memoryview:
        """As ``seal``, into the beginning of ``buffer``, which is used again and again where much is sealed; answers the part written."""
        if self._done or (not final and (len(data) == 0 or len(data) % CHUNK)):
            raise UsageError("seal.chunk_size")
        count = max(1, -(-len(data) // CHUNK))
        source, target = memoryview(data), memoryview(buffer)[: len(data) + count * TAG]
        for number in range(count):
            last = final and number == count - 1
            nonce, associated = _nonce_and_data(self._context, self._index, last)
            piece = source[number * CHUNK : (number + 1) * CHUNK]
            start = number * SEALED_CHUNK
            self._cipher.encrypt_into(nonce, piece, associated, target[start : start + len(piece) + TAG])
            self._index += 1
        self._done = final
        return target


class ChunkOpener:
    """Opens sealed chunks in order. The final flag is the caller's claim and must be true, else nothing opens."""

    def __init__(self, dek: bytes, context: bytes) -> None:
        self._cipher = ChaCha20Poly1305(expand(dek, _CHUNKS))
        self._context = context
        self._index = 0
        self._done = False

    def at(self, index: int) -> None:
        """Go to chunk ``index``: each chunk is bound to its number, so a reader may look at the last one first."""
        self._index, self._done = index, False

    def open(self, data: bytes | bytearray | memoryview, final: bool = False) -> bytearray:
        """Plaintext of whole sealed chunks; ``final`` when the last of them ends the object. Raises Damaged ``seal.chunk``."""
        if self._done or (not final and (len(data) == 0 or len(data) % SEALED_CHUNK)):
            raise Damaged("seal.chunk")
        count = max(1, -(-len(data) // SEALED_CHUNK))
        if len(data) < (count - 1) * SEALED_CHUNK + TAG:
            raise Damaged("seal.chunk")
        plain = bytearray(len(data) - count * TAG)
        source, target = memoryview(data), memoryview(plain)
        for number in range(count):
            last = final and number == count - 1
            nonce, associated = _nonce_and_data(self._context, self._index, last)
            piece = source[number * SEALED_CHUNK : (number + 1) * SEALED_CHUNK]
            start = number * CHUNK
            try:
                self._cipher.decrypt_into(nonce, piece, associated, target[start : start + len(piece) - TAG])
            except (InvalidTag, ValueError):
                raise Damaged("seal.chunk") from None
            self._index += 1
        self._done = final
        return plain
