"""The keys of one device: everything is derived from one 32-byte seed, one HKDF label per key.

A device has two key pairs for each signature scheme, *record* and *log*, and one hybrid key pair that receives wraps.
The directory binds the public halves to a member; two people compare a fingerprint of them by voice.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from letapis.core.canonical import signed_message
from letapis.core.errors import Damaged
from letapis.engines.seal.primitives import ED25519, KEM_PUBLIC, ML_DSA_44, canonical_point, derive, kem_keys, kem_public

_MAGIC: Final = b"LTDP\x01"
_SIZES: Final = (32, 1312, 32, 1312, KEM_PUBLIC)
_FINGERPRINT: Final = b"letapis/fingerprint/1\x00"
_KEY_ID: Final = b"letapis/kem-key/1\x00"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U, which are misheard or misread


@dataclass(frozen=True, slots=True)
class DevicePublic:
    """Public halves as raw bytes: Ed25519 32, ML-DSA-44 1,312, hybrid KEM 1,216 (ML-KEM-768, then X25519)."""

    record_ed25519: bytes
    record_mldsa44: bytes
    log_ed25519: bytes
    log_mldsa44: bytes
    kem: bytes

    def to_bytes(self) -> bytes:
        """The bytes "LTDP" 01, then the five keys in the order of the fields; 3,909 together."""
        return b"".join((_MAGIC, self.record_ed25519, self.record_mldsa44, self.log_ed25519, self.log_mldsa44, self.kem))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises Damaged ``seal.public_key`` for anything that ``to_bytes`` of a sound device would not give."""
        if len(data) != len(_MAGIC) + sum(_SIZES) or not data.startswith(_MAGIC):
            raise Damaged("seal.public_key")
        parts, at = [], len(_MAGIC)
        for size in _SIZES:
            parts.append(data[at : at + size])
            at += size
        public = cls(*parts)
        if not (canonical_point(public.record_ed25519) and canonical_point(public.log_ed25519)):
            raise Damaged("seal.public_key")
        if public.record_ed25519 == public.log_ed25519 or public.record_mldsa44 == public.log_mldsa44:
            raise Damaged("seal.public_key")
        kem_public(public.kem)
        return public


def kem_key_id(kem: bytes) -> bytes:
    """16 bytes that name a KEM key in wraps; bound into the wrap's HPKE info."""
    return hashlib.sha256(_KEY_ID + kem).digest()[:16]


def fingerprint(public: DevicePublic) -> str:
    """Six groups of four letters or digits (120 bits) to compare by voice, over all five keys."""
    number = int.from_bytes(hashlib.sha256(_FINGERPRINT + public.to_bytes()).digest()[:15], "big")
    letters = [_ALPHABET[(number >> shift) & 31] for shift in range(115, -1, -5)]
    return " ".join("".join(letters[i : i + 4]) for i in range(0, 24, 4))


@dataclass(frozen=True, slots=True, repr=False)
class DeviceKeys:
    """Private halves. Lives in the key agent and nowhere else; its representation shows nothing."""

    record_ed25519: Ed25519PrivateKey
    record_mldsa44: MLDSA44PrivateKey
    log_ed25519: Ed25519PrivateKey
    log_mldsa44: MLDSA44PrivateKey
    kem: MLKEM768X25519PrivateKey
    public: DevicePublic

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        if len(seed) != 32:
            raise Damaged("seal.key_length")
        record = Ed25519PrivateKey.from_private_bytes(derive(seed, b"letapis/device/1 record ed25519"))
        record_pq = MLDSA44PrivateKey.from_seed_bytes(derive(seed, b"letapis/device/1 record mldsa44"))
        log = Ed25519PrivateKey.from_private_bytes(derive(seed, b"letapis/device/1 log ed25519"))
        log_pq = MLDSA44PrivateKey.from_seed_bytes(derive(seed, b"letapis/device/1 log mldsa44"))
        kem, kem_bytes = kem_keys(derive(seed, b"letapis/device/1 kem xwing"))
        public = DevicePublic(
            record.public_key().public_bytes_raw(),
            record_pq.public_key().public_bytes_raw(),
            log.public_key().public_bytes_raw(),
            log_pq.public_key().public_bytes_raw(),
            kem_bytes,
        )
        return cls(record, record_pq, log, log_pq, kem, public)


def sign_record(keys: DeviceKeys, name: str, digest: bytes, both: bool) -> tuple[tuple[int, bytes], ...]:
    """Signatures (alg, bytes) of a record's list digest D under the device's key name: Ed25519, and ML-DSA-44 when ``both``.

    The message is built here, so a caller of the agent can have nothing but records signed by the record keys.
    """
    if len(digest) != 32:
        raise Damaged("seal.digest_length")
    message = signed_message(name, digest)
    first = (ED25519, keys.record_ed25519.sign(message))
    return (first, (ML_DSA_44, keys.record_mldsa44.sign(message))) if both else (first,)


def sign_log(keys: DeviceKeys, alg: int, message: bytes) -> bytes:
    """Signature by the log key of ``alg`` (1 or 6) over the bytes that ``core.notes`` says a checkpoint signs."""
    return keys.log_ed25519.sign(message) if alg == ED25519 else keys.log_mldsa44.sign(message)
