"""What a certificate says of itself, as far as time stamps need it. Whether it is to be trusted is asked elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from letapis.core.errors import Damaged

_STRONG: Final = frozenset({"sha256", "sha384", "sha512"})
_LARGEST: Final = 1 << 16
_MOST: Final = 16
_UNREADABLE: Final = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)


@dataclass(frozen=True)
class Certificate:
    """One X.509 certificate. ``stamps_only``: its one purpose is time stamping, and critical; ``strong``: signed over a SHA-2, or Ed25519."""

    data: bytes
    subject: str
    first: datetime
    last: datetime
    stamps_only: bool
    strong: bool
    signs_certificates: bool
    self_issued: bool
    loaded: Any = field(repr=False, compare=False)

    @property
    def pem(self) -> str:
        text: bytes = self.loaded.public_bytes(Encoding.PEM)
        return text.decode("ascii")


def read_certificate(data: bytes) -> Certificate:
    """Read DER. Raises Damaged("time.certificate")."""
    try:
        return _read(x509.load_der_x509_certificate(data), data)
    except _UNREADABLE:
        raise Damaged("time.certificate") from None


def read_pem(text: str) -> tuple[Certificate, ...]:
    """All certificates of a PEM text, in their order. Raises Damaged("time.certificate") for none or for what cannot be read."""
    try:
        raw = text.encode("ascii")
        found = x509.load_pem_x509_certificates(raw) if len(raw) <= _LARGEST else []
    except ValueError:
        found = []
    if not 1 <= len(found) <= _MOST:
        raise Damaged("time.certificate")
    return tuple(read_certificate(one.public_bytes(Encoding.DER)) for one in found)


def _read(loaded: x509.Certificate, data: bytes) -> Certificate:
    hashed = loaded.signature_hash_algorithm
    return Certificate(
        data,
        loaded.subject.rfc4514_string(),
        loaded.not_valid_before_utc,
        loaded.not_valid_after_utc,
        _stamps_only(loaded),
        hashed is None or hashed.name in _STRONG,
        _signs_certificates(loaded),
        loaded.subject == loaded.issuer,
        loaded,
    )


def _stamps_only(loaded: x509.Certificate) -> bool:
    try:
        purposes = loaded.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return purposes.critical and list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _signs_certificates(loaded: x509.Certificate) -> bool:
    try:
        return loaded.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
