"""Signatures of web archives: made by a browser's throw-away key, or by a service under the certificate of its domain.

Neither says that a page was so; each says that this list of files was there when somebody with that key signed. The certificate of a domain
counts only under a root that a person pinned or under a public authority of the web that comes with the program (``data/web_roots.toml``),
because any other chain anybody can make.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from letapis.core.errors import Damaged, Refused

_LARGEST: Final = 1 << 16
_MOST: Final = 10
_CURVES: Final = (ec.SECP256R1, ec.SECP384R1)
# Authorities that say in their own names that they vouch for nobody: those by which a service is tried out.
_TRIAL: Final = re.compile(r"staging|\bfake\b|\btest(?:ing)?\b|happy hacker|not for production|do not trust|untrusted", re.IGNORECASE)


def check_anonymous(key: str, signature: str, signed: bytes) -> None:
    """A signature of numbers r and s, one behind the other, by the key that stands beside it. Raises Refused("wacz.signature_wrong"),
    Damaged("wacz.signature_unreadable")."""
    try:
        public = load_der_public_key(_raw(key))
    except (ValueError, TypeError):
        raise Damaged("wacz.signature_unreadable") from None
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, _CURVES):
        raise Damaged("wacz.signature_unreadable")
    raw, size = _raw(signature), (public.curve.key_size + 7) // 8
    if len(raw) != 2 * size:
        raise Damaged("wacz.signature_unreadable")
    _check(public, encode_dss_signature(int.from_bytes(raw[:size], "big"), int.from_bytes(raw[size:], "big")), signed)


def check_domain(pem: str, domain: str, signature: str, signed: bytes, moment: datetime, roots: Sequence[bytes], known: Sequence[bytes] = ()) -> None:
    """A signature by the first certificate of a chain that names ``domain``, was valid at ``moment`` and ends at one of ``roots`` (DER), which a
    person pinned, or of ``known``, public authorities of the web.

    Raises Refused("wacz.signature_wrong"); for a certificate that nobody can trust, whatever is pinned, Refused("wacz.outside_validity",
    "wacz.other_domain", "wacz.self_made", "wacz.test_authority"); for one that nobody pinned, Refused("wacz.no_root", "wacz.chain_unknown");
    Damaged("wacz.signature_unreadable").
    """
    leaf, *between = read_chain(pem)
    try:
        public = leaf.public_key()
    except (ValueError, TypeError):
        raise Damaged("wacz.signature_unreadable") from None
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise Damaged("wacz.signature_unreadable")
    _check(public, _raw(signature), signed)
    _check_leaf(leaf, domain, moment)
    if (roots or known) and _leads_to([*roots, *known], leaf, between, domain, moment):
        return
    if any(_TRIAL.search(name.rfc4514_string()) for name in (leaf.issuer, *(name for one in between for name in (one.subject, one.issuer)))):
        raise Refused("wacz.test_authority")
    if roots:
        raise Refused("wacz.chain_unknown")
    raise Refused("wacz.no_root")


def _check_leaf(leaf: x509.Certificate, domain: str, moment: datetime) -> None:
    """What the certificate says by itself: for when, for whom, and that another one vouches for it."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        names = []
    if not leaf.not_valid_before_utc <= moment <= leaf.not_valid_after_utc:
        raise Refused("wacz.outside_validity")
    asked = domain.lower().rstrip(".")
    if not asked or not {asked, f"*.{asked.partition('.')[2]}"} & {name.lower() for name in names}:
        raise Refused("wacz.other_domain")
    if leaf.issuer == leaf.subject:
        raise Refused("wacz.self_made")


def _leads_to(roots: Sequence[bytes], leaf: x509.Certificate, between: list[x509.Certificate], domain: str, moment: datetime) -> bool:
    try:
        trusted = Store([x509.load_der_x509_certificate(root) for root in roots])
        PolicyBuilder().store(trusted).time(moment).build_server_verifier(x509.DNSName(domain)).verify(leaf, between)
    except (VerificationError, ValueError, x509.UnsupportedGeneralNameType):
        return False
    return True


def read_chain(pem: str) -> list[x509.Certificate]:
    """The certificates of a text, in its order. Raises Damaged("wacz.signature_unreadable") for none, or for what cannot be read."""
    try:
        raw = pem.encode("ascii")
        found = x509.load_pem_x509_certificates(raw) if len(raw) <= _LARGEST else []
    except ValueError:
        found = []
    if not 1 <= len(found) <= _MOST:
        raise Damaged("wacz.signature_unreadable")
    return found


def read_root(pem: str) -> tuple[bytes, str, str]:
    """One certificate of an authority: its bytes (DER), its name, its SHA-256 to compare. Raises Damaged("wacz.root")."""
    try:
        found = read_chain(pem)
    except Damaged:
        raise Damaged("wacz.root") from None
    try:
        authority = found[0].extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError, x509.DuplicateExtension):
        authority = False
    if len(found) != 1 or not authority or found[0].subject != found[0].issuer:
        raise Damaged("wacz.root")
    return found[0].public_bytes(Encoding.DER), found[0].subject.rfc4514_string(), found[0].fingerprint(hashes.SHA256()).hex()


def _check(public: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes) -> None:
    try:
        public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Refused("wacz.signature_wrong") from None


def _raw(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise Damaged("wacz.signature_unreadable") from None
