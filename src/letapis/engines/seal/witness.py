"""The keys of a witness: both are derived from one 32-byte seed, one HKDF label per key, as those of a device are."""

from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from letapis.core.errors import Damaged
from letapis.core.notes import KeyKind, VerifierKey
from letapis.engines.seal.primitives import derive


@dataclass(frozen=True, slots=True, repr=False)
class WitnessKeys:
    """Private halves, one for each type of cosignature; the representation shows nothing."""

    ed25519: Ed25519PrivateKey
    mldsa44: MLDSA44PrivateKey

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        if len(seed) != 32:
            raise Damaged("seal.key_length")
        first = Ed25519PrivateKey.from_private_bytes(derive(seed, b"letapis/witness/1 ed25519"))
        return cls(first, MLDSA44PrivateKey.from_seed_bytes(derive(seed, b"letapis/witness/1 mldsa44")))

    def public(self, name: str) -> tuple[VerifierKey, VerifierKey]:
        """The two public keys under a name. Raises Damaged("note.key_name") for what can be no name."""
        curve = VerifierKey(name, KeyKind.COSIGNATURE, self.ed25519.public_key().public_bytes_raw())
        return curve, VerifierKey(name, KeyKind.ML_DSA_44, self.mldsa44.public_key().public_bytes_raw())

    def sign(self, key: VerifierKey, message: bytes) -> bytes:
        """Signature over what ``core.notes`` says that a cosignature covers, by the private half of the type of ``key``."""
        return self.mldsa44.sign(message) if key.kind is KeyKind.ML_DSA_44 else self.ed25519.sign(message)
