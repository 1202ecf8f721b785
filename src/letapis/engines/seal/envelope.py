"""Envelopes: how a sealed thing looks outside, and the small form of a record.

    envelope   = "LTEN" | u8 version 1 | u8 suite 1 | compartment[16] | u32 epoch | object id[16] | u32 object version
                 | commitment[32] | u16 n | wrap x n | chunks
    wrap       = u8 kind | lp1 key id | lp2 sealed          kind 1: to a device (HPKE), key id[16]; kind 2: DEK under CK, key id empty
    commitment = HMAC(HKDF(DEK, "commit"), lp4 context | everything between suite and chunks but the commitment)
    context    = version, suite, organisation, dossier, class, compartment, object id, object version, epoch, purpose; each lp4

The context is HPKE ``info`` and AEAD associated data. The commitment is checked before anything is decrypted, because an AEAD does
not commit to its key; it covers the wraps too, so every byte of an envelope is authenticated. Wraps may be replaced (a new epoch)
without touching the chunks, whose associated data is the context alone. An unknown version or suite is refused.

    record     = 01 | commitment[32] | AEAD(HKDF(DEK, "record"), nonce 0, data = context, plaintext)     the DEK is used once
"""

import hmac
import os
from dataclasses import dataclass, replace
from functools import lru_cache
from struct import pack, unpack_from
from typing import Final, Self

from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from letapis.core.errors import Damaged
from letapis.engines.seal.chunks import ChunkOpener, ChunkSealer
from letapis.engines.seal.device import kem_key_id
from letapis.engines.seal.primitives import KEM_ENCAPSULATED, KEY, NONCE, TAG, aead_open, aead_seal, expand, hpke_open, hpke_seal, keyed_hash

VERSION: Final = 1
SUITE: Final = 1
MAGIC: Final = b"LTEN"
TO_DEVICE: Final = 1
UNDER_COMPARTMENT: Final = 2
MAX_WRAPS: Final = 1024
RECORD_OVERHEAD: Final = 1 + 32 + TAG
WRAPPED_KEY: Final = KEM_ENCAPSULATED + KEY + TAG
WRAPPED_DEK: Final = NONCE + KEY + TAG
_FIXED: Final = len(MAGIC) + 2 + 16 + 4 + 16 + 4 + 32 + 2
_COMMIT: Final = b"letapis/commit/1"
_RECORD: Final = b"letapis/record/1"
_RECORD_COMMIT: Final = b"letapis/record-commit/1"
_DEK: Final = b"letapis dek\x00"
_WRAP: Final = b"letapis wrap\x00"
_ZERO_NONCE: Final = b"\x00" * NONCE


def context(
    purpose: str,
    *,
    compartment: bytes = b"",
    epoch: int = 0,
    object_id: bytes = b"",
    object_version: int = 1,
    organisation: bytes = b"",
    dossier: bytes = b"",
    kind: str = "",
) -> bytes:
    """The canonical context: every field with a u32 length before it, so no two sets of fields give the same bytes.

    Only immutable facts belong here. ``kind`` is the class of the compartment (WORK, RAW, PUB …).
    """
    before, after = _around(purpose, compartment, epoch, object_version, organisation, dossier, kind)
    return before + pack(">I", len(object_id)) + object_id + after


@lru_cache(maxsize=512)
def _around(
    purpose: str, compartment: bytes, epoch: int, object_version: int, organisation: bytes, dossier: bytes, kind: str
) -> tuple[bytes, bytes]:
    """What stands before and after the object's id: the same for all objects of a compartment."""
    before = (bytes((VERSION,)), bytes((SUITE,)), organisation, dossier, kind.encode("ascii"), compartment)
    after = (pack(">I", object_version), pack(">I", epoch), purpose.encode("ascii"))
    return b"".join(map(_lp4, before)), b"".join(map(_lp4, after))


def _lp4(field: bytes) -> bytes:
    return pack(">I", len(field)) + field


def seal_record(dek: bytes, about: bytes, plaintext: bytes) -> bytes:
    """Small form, 49 bytes longer than ``plaintext``. ``dek`` must be 32 fresh random bytes: the nonce is fixed."""
    sealing, mark = expand(dek, _RECORD), keyed_hash(expand(dek, _RECORD_COMMIT), about)
    return b"\x01" + mark + aead_seal(sealing, _ZERO_NONCE, plaintext, about)


def open_record(dek: bytes, about: bytes, sealed: bytes) -> bytes:
    """Raises Damaged: ``seal.version``, ``seal.commitment`` (another key or context), ``seal.open`` (changed bytes)."""
    if len(sealed) < RECORD_OVERHEAD or sealed[0] != 1 or len(dek) != KEY:
        raise Damaged("seal.version")
    if not hmac.compare_digest(sealed[1:33], keyed_hash(expand(dek, _RECORD_COMMIT), about)):
        raise Damaged("seal.commitment")
    return aead_open(expand(dek, _RECORD), _ZERO_NONCE, sealed[33:], about)


def wrap_dek(ck: bytes, about: bytes, dek: bytes) -> bytes:
    """A data key under a compartment key: random nonce[12] | AEAD(CK, data = "letapis dek" | context); 60 bytes."""
    if len(dek) != KEY:
        raise Damaged("seal.key_length")
    nonce = os.urandom(NONCE)
    return nonce + aead_seal(ck, nonce, dek, _DEK + about)


def unwrap_dek(ck: bytes, about: bytes, wrapped: bytes) -> bytes:
    """Raises Damaged ``seal.open`` for another compartment key, epoch, object or changed bytes."""
    if len(wrapped) != WRAPPED_DEK:
        raise Damaged("seal.open")
    return aead_open(ck, wrapped[:NONCE], wrapped[NONCE:], _DEK + about)


def _wrap_info(kem: bytes, about: bytes) -> bytes:
    return _WRAP + pack(">I", len(about)) + about + kem_key_id(kem)


def wrap_to(kem: bytes, about: bytes, secret: bytes) -> bytes:
    """A key or a share for one recipient: HPKE with info = "letapis wrap" | lp4 context | recipient's key id."""
    return hpke_seal(kem, _wrap_info(kem, about), secret)


def unwrap_with(private: MLKEM768X25519PrivateKey, kem: bytes, about: bytes, sealed: bytes) -> bytes:
    """``kem`` is the public half of ``private``. Raises Damaged ``seal.open``."""
    if len(sealed) < KEM_ENCAPSULATED + TAG:
        raise Damaged("seal.open")
    return hpke_open(private, _wrap_info(kem, about), sealed)


@dataclass(frozen=True, slots=True)
class Wrap:
    """One way to the DEK. ``key_id`` is ``kem_key_id`` of the recipient for kind 1 and empty for kind 2."""

    kind: int
    key_id: bytes
    sealed: bytes

    def check(self) -> None:
        to_device = self.kind == TO_DEVICE and len(self.key_id) == 16 and len(self.sealed) == WRAPPED_KEY
        under_compartment = self.kind == UNDER_COMPARTMENT and not self.key_id and len(self.sealed) == WRAPPED_DEK
        if not (to_device or under_compartment):
            raise Damaged("seal.wrap")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in clear before the chunks: random ids, numbers and wraps."""

    compartment: bytes
    epoch: int
    object_id: bytes
    object_version: int
    commitment: bytes = b"\x00" * 32
    wraps: tuple[Wrap, ...] = ()

    def encode(self) -> bytes:
        """Raises Damaged for fields of a wrong size, so nothing is written that would not be read."""
        return self._with(self.commitment)

    def _with(self, commitment: bytes) -> bytes:
        if len(self.compartment) != 16 or len(self.object_id) != 16 or len(commitment) != 32 or len(self.wraps) > MAX_WRAPS:
            raise Damaged("seal.header")
        if not (0 <= self.epoch < 1 << 32 and 0 <= self.object_version < 1 << 32):
            raise Damaged("seal.header")
        parts = [MAGIC, bytes((VERSION, SUITE)), self.compartment, pack(">I", self.epoch), self.object_id, pack(">I", self.object_version)]
        parts += [commitment, pack(">H", len(self.wraps))]
        for wrap in self.wraps:
            wrap.check()
            parts.append(pack(">BB", wrap.kind, len(wrap.key_id)) + wrap.key_id + pack(">H", len(wrap.sealed)) + wrap.sealed)
        return b"".join(parts)

    @classmethod
    def decode(cls, data: bytes) -> tuple[Self, int]:
        """The header and where the chunks begin. Raises Damaged: ``seal.magic|version|header|wrap``."""
        if data[:4] != MAGIC:
            raise Damaged("seal.magic")
        if data[4:6] != bytes((VERSION, SUITE)):
            raise Damaged("seal.version")
        if len(data) < _FIXED:
            raise Damaged("seal.header")
        compartment, epoch, object_id, version, commitment, count = data[6:22], *unpack_from(">I16sI32sH", data, 22)
        if count > MAX_WRAPS:
            raise Damaged("seal.header")
        wraps, at = [], _FIXED
        for _ in range(count):
            wrap, at = _decode_wrap(data, at)
            wraps.append(wrap)
        return cls(compartment, epoch, object_id, version, commitment, tuple(wraps)), at

    def committed(self, dek: bytes, about: bytes) -> "Header":
        """This header with the commitment that ``dek`` gives it."""
        return replace(self, commitment=self._mark(dek, about))

    def check(self, dek: bytes, about: bytes) -> None:
        """Raise Damaged ``seal.commitment`` when ``dek`` is not the key, ``about`` not the context or the header was changed."""
        if not hmac.compare_digest(self.commitment, self._mark(dek, about)):
            raise Damaged("seal.commitment")

    def _mark(self, dek: bytes, about: bytes) -> bytes:
        blank = self._with(b"\x00" * 32)
        return keyed_hash(expand(dek, _COMMIT), pack(">I", len(about)) + about + blank[6:])


def _decode_wrap(data: bytes, at: int) -> tuple[Wrap, int]:
    if at + 2 > len(data):
        raise Damaged("seal.wrap")
    kind, id_size = data[at], data[at + 1]
    at += 2 + id_size
    if at + 2 > len(data):
        raise Damaged("seal.wrap")
    key_id, (size,) = data[at - id_size : at], unpack_from(">H", data, at)
    at += 2
    wrap = Wrap(kind, key_id, data[at : at + size])
    wrap.check()
    return wrap, at + size


@dataclass(frozen=True, slots=True)
class Envelope:
    """A whole sealed thing in memory: header and sealed chunks."""

    header: Header
    chunks: bytes

    def encode(self) -> bytes:
        return self.header.encode() + self.chunks

    @classmethod
    def decode(cls, data: bytes) -> Self:
        header, at = Header.decode(data)
        if len(data) - at < TAG:
            raise Damaged("seal.chunk")
        return cls(header, data[at:])

    @classmethod
    def seal(cls, dek: bytes, header: Header, about: bytes, plaintext: bytes) -> Self:
        """``about`` is the full context; the header's commitment is filled in here."""
        return cls(header.committed(dek, about), bytes(ChunkSealer(dek, about).seal(plaintext, final=True)))

    def open(self, dek: bytes, about: bytes) -> bytes:
        """Raises Damaged ``seal.commitment`` or ``seal.chunk``."""
        self.header.check(dek, about)
        return bytes(ChunkOpener(dek, about).open(self.chunks, final=True))
