"""Sealing and signing: the only package that imports ``cryptography`` (threat-model.md, section 4).

    primitives   HKDF, HMAC, strict signatures, AEAD, HPKE with the hybrid KEM, Argon2id
    witness      the keys of a witness of other people's logs
    device       the keys of one device, their public halves, fingerprint
    chunks       64 KiB chunk cipher and padding
    envelope     context, envelope, small record form, wraps

A wrong key, context or byte raises Damaged; nothing here answers None or falls back to something weaker.
"""

from letapis.engines.seal.chunks import CHUNK, FLOOR, SEALED_CHUNK, ChunkOpener, ChunkSealer, pad, padme, unpad
from letapis.engines.seal.device import DeviceKeys, DevicePublic, fingerprint, kem_key_id, sign_log, sign_record
from letapis.engines.seal.envelope import (
    RECORD_OVERHEAD,
    TO_DEVICE,
    UNDER_COMPARTMENT,
    Envelope,
    Header,
    Wrap,
    context,
    open_record,
    seal_record,
    unwrap_dek,
    unwrap_with,
    wrap_dek,
    wrap_to,
)
from letapis.engines.seal.primitives import (
    ED25519,
    ML_DSA_44,
    PassphraseCost,
    aead_open,
    aead_seal,
    derive,
    derive_passphrase_key,
    hpke_open,
    hpke_seal,
    keyed_hash,
    verify,
)
from letapis.engines.seal.witness import WitnessKeys

__all__ = [
    "CHUNK",
    "ED25519",
    "FLOOR",
    "ML_DSA_44",
    "RECORD_OVERHEAD",
    "SEALED_CHUNK",
    "TO_DEVICE",
    "UNDER_COMPARTMENT",
    "ChunkOpener",
    "ChunkSealer",
    "DeviceKeys",
    "DevicePublic",
    "Envelope",
    "Header",
    "PassphraseCost",
    "WitnessKeys",
    "Wrap",
    "aead_open",
    "aead_seal",
    "context",
    "derive",
    "derive_passphrase_key",
    "fingerprint",
    "hpke_open",
    "hpke_seal",
    "kem_key_id",
    "keyed_hash",
    "open_record",
    "pad",
    "padme",
    "seal_record",
    "sign_log",
    "sign_record",
    "unpad",
    "unwrap_dek",
    "unwrap_with",
    "verify",
    "wrap_dek",
    "wrap_to",
]
