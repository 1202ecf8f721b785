"""The constructions we take from ``cryptography``, each behind one function with one way to fail.

The hybrid KEM is MLKEM768-X25519 of draft-ietf-hpke-pq-05 (HPKE kem_id 0x647a), which is X-Wing of
draft-connolly-cfrg-xwing-kem: the shared secret is SHA3-256(ss_mlkem || ss_x25519 || ct_x25519 || pk_x25519 || 5c2e2f2f5e5c),
where the last six bytes are the label; a private key is a 32-byte seed that SHAKE-256 stretches to 96 bytes, 64 for ML-KEM-768
(FIPS 203 seed form) and 32 for X25519. Key schedule: RFC 9180, base mode, HKDF-SHA256 (kdf_id 1), ChaCha20-Poly1305 (aead_id 3).
``tests/vectors/hpke`` holds the working group's vector for exactly this suite, so a library that changes its mind fails the suite.

Ed25519 is strict (evidence.md, section 2): small-order and non-canonical keys and R are refused before the library is asked.
"""

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from letapis.core.errors import Damaged

ED25519: Final = 1
ML_DSA_44: Final = 6
KEY: Final = 32
NONCE: Final = 12
TAG: Final = 16
KEM_PUBLIC: Final = 1184 + 32
KEM_ENCAPSULATED: Final = 1088 + 32

_P: Final = 2**255 - 19
_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        _P - 1,
        int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
        int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
    }
)
_SUITE: Final = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def derive(key: bytes, label: bytes, length: int = KEY, salt: bytes | None = None) -> bytes:
    """HKDF-SHA256 (RFC 5869) with a label as info; no salt is the same as an empty one."""
    return HKDF(SHA256(), length, salt, label).derive(key)


def expand(key: bytes, label: bytes) -> bytes:
    """One block of HKDF-Expand (RFC 5869, section 2.3) under a uniform 32-byte key: about a microsecond."""
    return hmac.digest(key, label + b"\x01", "sha256")


def keyed_hash(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA-256. Short keys would be padded silently, so the key must be 32 bytes; Damaged ``seal.key_length`` otherwise."""
    if len(key) != KEY:
        raise Damaged("seal.key_length")
    return hmac.digest(key, data, "sha256")


# --- signatures


@lru_cache(maxsize=512)
def _ed25519(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


@lru_cache(maxsize=512)
def _ml_dsa_44(public: bytes) -> MLDSA44PublicKey:
    return MLDSA44PublicKey.from_public_bytes(public)


def canonical_point(encoded: bytes) -> bool:
    """Whether 32 bytes are a point encoding with y < p that is not of small order (evidence.md, section 2)."""
    if len(encoded) != KEY:
        return False
    y = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    return y < _P and y not in _SMALL_ORDER


def verify(alg: int, public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` by ``public`` covers ``message``. ``alg`` 1 is strict Ed25519, 6 ML-DSA-44 with empty context.

    Anything else, and any key or signature of another form, is False: nothing is raised for foreign bytes.
    """
    try:
        if alg == ED25519:
            if len(signature) != 64 or not canonical_point(public) or not canonical_point(signature[:32]):
                return False
            _ed25519(public).verify(signature, message)
        elif alg == ML_DSA_44:
            if len(public) != 1312 or len(signature) != 2420:
                return False
            _ml_dsa_44(public).verify(signature, message)
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


# --- sealing with a shared key


def aead_seal(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """ChaCha20-Poly1305 (RFC 8439); the tag stands at the end. A nonce must never be used twice under one key."""
    return ChaCha20Poly1305(key).encrypt(nonce, plaintext, associated)


def aead_open(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Raises Damaged ``seal.open`` when the key, nonce, associated data or any sealed byte differs."""
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, associated)
    except (InvalidTag, ValueError):
        raise Damaged("seal.open") from None


# --- sealing to a public key


def kem_keys(seed: bytes) -> tuple[hpke.MLKEM768X25519PrivateKey, bytes]:
    """The hybrid key pair of a 32-byte X-Wing seed: private key object and 1,216 public bytes."""
    if len(seed) != KEY:
        raise Damaged("seal.key_length")
    stretched = hashlib.shake_256(seed).digest(96)
    lattice = MLKEM768PrivateKey.from_seed_bytes(stretched[:64])
    curve = X25519PrivateKey.from_private_bytes(stretched[64:])
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return hpke.MLKEM768X25519PrivateKey(lattice, curve), public


@lru_cache(maxsize=512)
def kem_public(public: bytes) -> hpke.MLKEM768X25519PublicKey:
    """Parse 1,216 public bytes. Raises Damaged ``seal.public_key`` for any other form."""
    if len(public) != KEM_PUBLIC:
        raise Damaged("seal.public_key")
    try:
        return hpke.MLKEM768X25519PublicKey(MLKEM768PublicKey.from_public_bytes(public[:1184]), X25519PublicKey.from_public_bytes(public[1184:]))
    except ValueError:
        raise Damaged("seal.public_key") from None


def hpke_seal(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """HPKE single shot, base mode: 1,120 bytes of encapsulation, then the ciphertext with its tag."""
    return _SUITE.encrypt(plaintext, kem_public(public), info=info)


def hpke_open(private: hpke.MLKEM768X25519PrivateKey, info: bytes, sealed: bytes) -> bytes:
    """Raises Damaged ``seal.open`` when the key, ``info`` or any sealed byte differs."""
    try:
        return _SUITE.decrypt(sealed, private, info=info)
    except (InvalidTag, ValueError):
        raise Damaged("seal.open") from None


# --- passphrases


@dataclass(frozen=True, slots=True)
class PassphraseCost:
    """Argon2id parameters (RFC 9106), stored beside what they protect. The default takes 0.5 s and 256 MiB on two cores."""

    memory_kib: int = 256 * 1024
    passes: int = 3
    lanes: int = 4

    def check(self) -> None:
        """Raise Damaged ``seal.passphrase_cost`` for numbers that would exhaust a machine or that Argon2 does not know."""
        if not (1 <= self.lanes <= 64 and 8 * self.lanes <= self.memory_kib <= 4 * 1024 * 1024 and 1 <= self.passes <= 64):
            raise Damaged("seal.passphrase_cost")


def derive_passphrase_key(passphrase: str, salt: bytes, cost: PassphraseCost) -> bytes:
    """32 bytes from a passphrase in its plain form and a salt, of which RFC 9106 wants 16 bytes and at least 8."""
    cost.check()
    if len(salt) < 8:
        raise Damaged("seal.passphrase_cost")
    kdf = Argon2id(salt=salt, length=KEY, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(passphrase.encode("utf-8"))
