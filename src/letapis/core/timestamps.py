"""Time stamps of RFC 3161: the request that we send, and what an authority's reply states. Signatures are ``engines.tsa``.

    request   30 43 02 01 01 30 31 30 0d 06 09 <sha256> 05 00 04 20 <32> 02 08 <nonce, first byte 01-7f> 01 01 ff
    reply     status 0 or 1, then CMS SignedData over TSTInfo: imprint, time, nonce

The imprint, the nonce and the algorithms are compared here, so that they depend on no library. The signer's certificate is found by issuer
and serial number, never by its place or its name, and must be the one whose hash the signed attributes hold (ESS).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from letapis.core import der
from letapis.core.errors import Damaged, Refused

LARGEST: Final = 1 << 18
CONTENT_TYPE: Final = "application/timestamp-query"
REPLY_TYPE: Final = "application/timestamp-reply"

_SHA2: Final = {bytes.fromhex("60864801650304020" + last): name for last, name in (("1", "sha256"), ("2", "sha384"), ("3", "sha512"))}
_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
_TST_INFO: Final = bytes.fromhex("2a864886f70d0109100104")
_CONTENT_TYPE: Final = bytes.fromhex("2a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
_ESS_1: Final = bytes.fromhex("2a864886f70d010910020c")
_ESS_2: Final = bytes.fromhex("2a864886f70d010910022f")
_PSS: Final = bytes.fromhex("2a864886f70d01010a")
# RSA with SHA-256, -384, -512 or with the hash that stands beside it, ECDSA with the same three, Ed25519.
_SIGNATURES: Final = frozenset(
    bytes.fromhex(oid)
    for oid in (
        *("2a864886f70d01010b", "2a864886f70d01010c", "2a864886f70d01010d", "2a864886f70d010101"),
        *("2a8648ce3d040302", "2a8648ce3d040303", "2a8648ce3d040304", "2b6570"),
    )
)
_PREFIX: Final = bytes.fromhex("30430201013031300d060960864801650304020105000420")
_WANTS_CERTIFICATE: Final = bytes.fromhex("0101ff")
_MOMENT: Final = re.compile(r"([0-9]{14})(\.[0-9]*[1-9])?Z\Z")


def nonce_from(random: bytes) -> bytes:
    """Eight random bytes as a nonce that DER writes in eight bytes."""
    return bytes((1 + random[0] % 127,)) + random[1:8]


def request(digest: bytes, nonce: bytes) -> bytes:
    """Ask for a time stamp over a SHA-256; the certificate of the authority is to come with it."""
    if len(digest) != 32 or len(nonce) != 8 or not 1 <= nonce[0] <= 0x7F:
        raise ValueError("a digest of 32 bytes and a nonce of 8 are needed")
    return _PREFIX + digest + b"\x02\x08" + nonce + _WANTS_CERTIFICATE


@dataclass(frozen=True)
class Asked:
    """What a request asks for."""

    algorithm: str
    imprint: bytes
    nonce: bytes


@dataclass(frozen=True)
class Signer:
    """Who a token says signed it: issuer and serial number as DER has them, and the hash of the certificate with its algorithm."""

    issuer: bytes
    serial: bytes
    algorithm: str
    digest: bytes


@dataclass(frozen=True)
class Token:
    """What a reply states. Nothing of it is proven before the signature is."""

    algorithm: str
    imprint: bytes
    nonce: bytes
    moment: datetime
    certificates: tuple[bytes, ...]
    signer: Signer


def parse_request(data: bytes) -> Asked:
    """Read a request that has a nonce. Raises Damaged."""
    if len(data) > LARGEST:
        raise Damaged("time.der")
    values = der.whole(data, der.SEQUENCE)
    if der.take(values, der.INTEGER) != b"\x01":
        raise Damaged("time.request")
    algorithm, imprint = _imprint(der.take(values, der.SEQUENCE))
    nonces = [content for tag, content in values if tag == der.INTEGER]
    if len(nonces) != 1:
        raise Damaged("time.request")
    return Asked(algorithm, imprint, nonces[0])


def _imprint(content: bytes) -> tuple[str, bytes]:
    values = der.nodes(content)
    name = hash_name(der.take(values, der.SEQUENCE))
    value = der.take(values, der.OCTETS)
    if values or len(value) != hashlib.new(name).digest_size:
        raise Damaged("time.imprint_form")
    return name, value


def hash_name(content: bytes) -> str:
    """The name of a hash algorithm. Raises Refused("time.weak") for anything but SHA-256, SHA-384 and SHA-512."""
    values = der.nodes(content)
    name = _SHA2.get(der.take(values, der.OID))
    if name is None:
        raise Refused("time.weak")
    if values not in ([], [(der.NULL, b"")]):
        raise Damaged("time.der")
    return name


def parse_reply(data: bytes, older: bool = False) -> Token:
    """Read a reply; ``older``: also one that names its certificate by SHA-1 alone. Raises Refused("time.authority_refused", "time.weak"),
    Damaged for what is none."""
    content = _signed_data(data)
    der.take(content, der.INTEGER)
    der.take(content, der.SET)
    inner = der.nodes(der.take(content, der.SEQUENCE))
    if der.take(inner, der.OID) != _TST_INFO:
        raise Damaged("time.not_a_token")
    octets = der.nodes(der.take(inner, der.FIRST))
    info = der.take(octets, der.OCTETS)
    if octets or inner:
        raise Damaged("time.not_a_token")
    certificates = tuple(der.encoded(node) for node in der.nodes(der.take(content, der.FIRST))) if content[:1] and content[0][0] == der.FIRST else ()
    if not content or content[-1][0] != der.SET:
        raise Damaged("time.not_a_token")
    return _token(info, certificates, _signer(content[-1][1], older))


def _signed_data(data: bytes) -> list[der.Node]:
    """The values of the SignedData in a reply that grants."""
    if len(data) > LARGEST:
        raise Damaged("time.der")
    values = der.whole(data, der.SEQUENCE)
    if der.take(der.nodes(der.take(values, der.SEQUENCE)), der.INTEGER) not in (b"\x00", b"\x01"):
        raise Refused("time.authority_refused")
    content = der.nodes(der.take(values, der.SEQUENCE))
    if values or der.take(content, der.OID) != _SIGNED_DATA:
        raise Damaged("time.not_a_token")
    outer = der.nodes(der.take(content, der.FIRST))
    signed = der.take(outer, der.SEQUENCE)
    if outer or content:
        raise Damaged("time.not_a_token")
    return der.nodes(signed)


def _token(info: bytes, certificates: tuple[bytes, ...], signer: Signer) -> Token:
    values = der.whole(info, der.SEQUENCE)
    if der.take(values, der.INTEGER) != b"\x01":
        raise Damaged("time.not_a_token")
    der.take(values, der.OID)
    algorithm, imprint = _imprint(der.take(values, der.SEQUENCE))
    der.take(values, der.INTEGER)
    moment = _moment(der.take(values, der.TIME))
    nonces = [content for tag, content in values if tag == der.INTEGER]
    if len(nonces) > 1:
        raise Damaged("time.not_a_token")
    return Token(algorithm, imprint, nonces[0] if nonces else b"", moment, certificates, signer)


def _moment(content: bytes) -> datetime:
    match = _MOMENT.match(content.decode("ascii", "replace"))
    try:
        moment = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        moment = None
    if moment is None or moment.year < 1990:
        raise Damaged("time.moment")
    return moment


def _signer(content: bytes, older: bool) -> Signer:
    """The one signer of a token, and no weak hash in what it signed with."""
    signers = der.nodes(content)
    if len(signers) != 1:
        raise Refused("time.signers")
    parts = der.nodes(der.take(signers, der.SEQUENCE))
    der.take(parts, der.INTEGER)
    named = der.nodes(der.take(parts, der.SEQUENCE))
    issuer, serial = der.encode(der.SEQUENCE, der.take(named, der.SEQUENCE)), der.take(named, der.INTEGER)
    hash_name(der.take(parts, der.SEQUENCE))
    attributes = _attributes(der.take(parts, der.FIRST))
    _check_signature_algorithm(der.nodes(der.take(parts, der.SEQUENCE)))
    return Signer(issuer, serial, *_ess(attributes, older))


def _attributes(content: bytes) -> dict[bytes, bytes]:
    """Type -> the one value of each signed attribute."""
    found: dict[bytes, bytes] = {}
    for tag, inner in der.nodes(content):
        values = der.nodes(inner)
        kind = der.take(values, der.OID)
        held = der.nodes(der.take(values, der.SET))
        if tag != der.SEQUENCE or values or len(held) != 1 or kind in found:
            raise Damaged("time.not_a_token")
        found[kind] = der.encoded(held[0])
    if found.get(_CONTENT_TYPE) != der.encode(der.OID, _TST_INFO) or _MESSAGE_DIGEST not in found:
        raise Damaged("time.not_a_token")
    return found


def _check_signature_algorithm(values: list[der.Node]) -> None:
    kind = der.take(values, der.OID)
    if kind == _PSS:
        # Without a hash of its own the scheme means SHA-1.
        settings = der.nodes(der.take(values, der.SEQUENCE))
        hashed = der.nodes(settings[0][1]) if settings and settings[0][0] == der.FIRST else []
        if not hashed:
            raise Refused("time.weak")
        hash_name(der.take(hashed, der.SEQUENCE))
    elif kind not in _SIGNATURES:
        raise Refused("time.weak")


def _ess(attributes: dict[bytes, bytes], older: bool) -> tuple[str, bytes]:
    """The hash of the signer's certificate, of SHA-2; the older attribute has SHA-1 only and says nothing unless it is asked for.

    Raises Refused("time.weak") where there is that one alone, Refused("time.no_signer_hash") where there is none.
    """
    kind = _ESS_2 if _ESS_2 in attributes else _ESS_1
    if kind not in attributes:
        raise Refused("time.no_signer_hash")
    if kind == _ESS_1 and not older:
        raise Refused("time.weak")
    certificates = der.nodes(der.take(der.whole(attributes[kind], der.SEQUENCE), der.SEQUENCE))
    first = der.nodes(der.take(certificates, der.SEQUENCE))
    if kind == _ESS_1:
        return "sha1", der.take(first, der.OCTETS)
    name = hash_name(der.take(first, der.SEQUENCE)) if first and first[0][0] == der.SEQUENCE else "sha256"
    return name, der.take(first, der.OCTETS)


def check_answers(asked: Asked, token: Token) -> None:
    """Raises Refused("time.imprint", "time.nonce") unless the token answers this very request."""
    if (token.algorithm, token.imprint) != (asked.algorithm, asked.imprint):
        raise Refused("time.imprint")
    if token.nonce != asked.nonce:
        raise Refused("time.nonce")


def signer_among(token: Token, certificates: Iterable[bytes]) -> bytes:
    """The certificate that signed: of the issuer and serial number that the token names, and of the hash that its signature covers.

    Raises Refused("time.no_signer", "time.other_certificate").
    """
    named = [one for one in certificates if _named(one) == (token.signer.issuer, token.signer.serial)]
    if not named:
        raise Refused("time.no_signer")
    for one in named:
        if hashlib.new(token.signer.algorithm, one).digest() == token.signer.digest:
            return one
    raise Refused("time.other_certificate")


def _named(certificate: bytes) -> tuple[bytes, bytes]:
    """Issuer and serial number of a certificate; empty for bytes that are none, which nobody signed with then."""
    try:
        inner = der.nodes(der.take(der.whole(certificate, der.SEQUENCE), der.SEQUENCE))
        if inner[:1] and inner[0][0] == der.FIRST:
            inner.pop(0)
        serial = der.take(inner, der.INTEGER)
        der.take(inner, der.SEQUENCE)
        return der.encode(der.SEQUENCE, der.take(inner, der.SEQUENCE)), serial
    except Damaged:
        return b"", b""


def with_certificates(data: bytes, certificates: tuple[bytes, ...]) -> bytes:
    """A copy of a reply with these certificates in DER order, and status 0, as strict readers want it. Only the copy: what is kept stays.

    The set of certificates is outside of what is signed.
    """
    content = _signed_data(data)
    kept = [node for node in content if node[0] != der.FIRST]
    inside = der.encode(der.FIRST, *sorted(set(certificates)))
    signed = der.encode(der.SEQUENCE, *(der.encoded(node) for node in kept[:3]), inside, *(der.encoded(node) for node in kept[3:]))
    token = der.encode(der.SEQUENCE, der.encode(der.OID, _SIGNED_DATA), der.encode(der.FIRST, signed))
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, b"\x02\x01\x00"), token)
