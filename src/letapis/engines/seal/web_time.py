"""The time stamp (RFC 3161) of a signed web archive, over the written form of its signature.

It is a claim that came with the archive, so it is read more widely than a stamp of our own: without a nonce, and by an authority that names
its certificate the older way. It counts under a root that a person pinned, and not otherwise.
"""

import hashlib
from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from letapis.core.errors import Damaged, Refused
from letapis.engines.seal.web_signature import read_chain

_HASHES: Final = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}


def check_time(token: str, pem: str, signature: str, roots: Sequence[bytes]) -> datetime:
    """The moment of a token whose imprint is that of ``signature`` as it is written, by an authority under one of ``roots`` (DER).

    Raises Damaged("wacz.time_unreadable"), Refused("wacz.time_other", "wacz.time_no_root", "wacz.time_unknown").
    """
    try:
        answer = decode_timestamp_response(b64decode(token, validate=True))
        told = answer.tst_info.message_imprint
        moment: datetime = answer.tst_info.gen_time
        name = _HASHES[told.hash_algorithm.dotted_string]
        digest = hashlib.new(name, signature.encode("utf-8")).digest()
    except (ValueError, KeyError, UnicodeEncodeError):
        raise Damaged("wacz.time_unreadable") from None
    if answer.status not in (0, 1) or told.message != digest:
        raise Refused("wacz.time_other")
    if not roots:
        raise Refused("wacz.time_no_root")
    if not any(_holds(answer, digest, signer, root, moment) for signer in _stampers(pem) for root in roots):
        raise Refused("wacz.time_unknown")
    return moment


def _stampers(pem: str) -> list[x509.Certificate]:
    """Certificates beside the token whose one purpose is time stamping. Which of them signed is found by trying, never by its place."""
    found = []
    for one in read_chain(pem):
        try:
            purposes = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        except (x509.ExtensionNotFound, ValueError, x509.DuplicateExtension):
            continue
        if purposes.critical and list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING]:
            found.append(one)
    return found


def _holds(answer: object, digest: bytes, signer: x509.Certificate, root: bytes, moment: datetime) -> bool:
    try:
        trusted = x509.load_der_x509_certificate(root)
        if not (trusted.not_valid_before_utc <= moment <= trusted.not_valid_after_utc):
            return False
        if not (signer.not_valid_before_utc <= moment <= signer.not_valid_after_utc):
            return False
        VerifierBuilder(tsa_certificate=signer, roots=[trusted]).build().verify(answer, digest)  # type: ignore[arg-type]
    except (VerificationError, ValueError):
        return False
    return True
