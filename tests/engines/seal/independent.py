"""A second implementation of our HPKE suite, from the texts: X-Wing combiner and RFC 9180 key schedule in plain hashlib and hmac.

It shares only the ML-KEM-768, X25519 and ChaCha20-Poly1305 primitives with the library; the combination is its own.
"""

import hashlib
import hmac
from struct import pack

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

SUITE_ID = b"HPKE" + pack(">HHH", 0x647A, 0x0001, 0x0003)
LABEL = bytes.fromhex("5c2e2f2f5e5c")


def private_keys(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    stretched = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(stretched[:64]), X25519PrivateKey.from_private_bytes(stretched[64:])


def combine(lattice_secret: bytes, curve_secret: bytes, curve_ciphertext: bytes, curve_public: bytes) -> bytes:
    return hashlib.sha3_256(lattice_secret + curve_secret + curve_ciphertext + curve_public + LABEL).digest()


def decapsulate(seed: bytes, encapsulated: bytes) -> bytes:
    lattice, curve = private_keys(seed)
    curve_ciphertext = encapsulated[1088:]
    curve_secret = curve.exchange(X25519PublicKey.from_public_bytes(curve_ciphertext))
    return combine(lattice.decapsulate(encapsulated[:1088]), curve_secret, curve_ciphertext, curve.public_key().public_bytes_raw())


def _extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or b"\x00" * 32, b"HPKE-v1" + SUITE_ID + label + ikm, "sha256")


def _expand(prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return hmac.digest(prk, pack(">H", length) + b"HPKE-v1" + SUITE_ID + label + info + b"\x01", "sha256")[:length]


def schedule(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes, bytes]:
    """Key, base nonce and exporter secret of base mode."""
    context = b"\x00" + _extract(b"", b"psk_id_hash", b"") + _extract(b"", b"info_hash", info)
    secret = _extract(shared_secret, b"secret", b"")
    return _expand(secret, b"key", context, 32), _expand(secret, b"base_nonce", context, 12), _expand(secret, b"exp", context, 32)


def seal(shared_secret: bytes, encapsulated: bytes, info: bytes, plaintext: bytes, associated: bytes = b"") -> bytes:
    key, nonce, _ = schedule(shared_secret, info)
    return encapsulated + ChaCha20Poly1305(key).encrypt(nonce, plaintext, associated)
