"""Evidence records for tests, written by hand from RFC 4998 with tokens of a throw-away authority."""

import hashlib
from collections.abc import Sequence

from letapis.core import der, timestamps
from tests.authority import Authority

SHA256, SHA512 = (der.encode(der.SEQUENCE, der.encode(der.OID, bytes.fromhex("60864801650304020" + last)), b"\x05\x00") for last in "13")


def token(authority: Authority, imprint: bytes) -> bytes:
    """The signed data of a fresh token over a SHA-256 imprint."""
    reply = der.whole(authority.reply(timestamps.request(imprint, b"\x01" + imprint[:7])), der.SEQUENCE)
    return der.encoded(reply[1])


def stamp(content: bytes, tree: Sequence[Sequence[bytes]] = (), named: bool = True) -> bytes:
    lists = [der.encode(der.SEQUENCE, *(der.encode(der.OCTETS, value) for value in held)) for held in tree]
    head = der.encode(0xA0, SHA256[2:]) if named else b""
    return der.encode(der.SEQUENCE, head, der.encode(0xA2, *lists) if tree else b"", content)


def record(*chains: Sequence[bytes], version: bytes = b"\x01") -> bytes:
    inside = [der.encode(der.SEQUENCE, *chain) for chain in chains]
    return der.encode(der.SEQUENCE, der.encode(der.INTEGER, version), der.encode(der.SEQUENCE, SHA256), der.encode(der.SEQUENCE, *inside))


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()
