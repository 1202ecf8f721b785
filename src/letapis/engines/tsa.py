"""Whether a time stamp (RFC 3161) is genuine: signed by an authority whose root certificate a person pinned, when that was valid.

The certificates inside a reply are candidates and never grounds of trust: the signer is found among them by issuer, serial number and hash,
and the chain from it has to end at the pinned root. ``rfc3161-client`` checks signature and chain at the time of the stamp, so a chain
that has expired since is no fault. It wants the set of certificates in DER order, which many authorities do not send: it gets a copy.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from letapis.core import timestamps
from letapis.core.errors import Damaged, Refused
from letapis.engines.seal.certificates import Certificate, read_certificate


@dataclass(frozen=True)
class Stamped:
    """A time stamp that holds: when, and until when the certificate that signed it is good."""

    moment: datetime
    ends: datetime
    authority: str


def verify(request: bytes, reply: bytes, roots: Sequence[Certificate], others: Sequence[Certificate] = ()) -> Stamped:
    """Check a reply to this request. ``roots``: pinned by a person; ``others``: certificates that may stand between, trusted as little as those
    in the reply.

    Raises Damaged for bytes that are no such reply, Refused("time.…") with what does not hold.
    """
    token = timestamps.parse_reply(reply)
    timestamps.check_answers(timestamps.parse_request(request), token)
    return _genuine(reply, token, roots, others)


def verify_over(message: bytes, reply: bytes, roots: Sequence[Certificate], others: Sequence[Certificate] = ()) -> Stamped:
    """The same for a token that came with a message and without its request, as in foreign proofs: a claim of others, so it is read more widely,
    without a nonce and by an authority that names its certificate the older way. Raises as ``verify`` does."""
    token = timestamps.parse_reply(reply, older=True)
    if hashlib.new(token.algorithm, message).digest() != token.imprint:
        raise Refused("time.imprint")
    return _genuine(reply, token, roots, others)


def verify_token(reply: bytes, roots: Sequence[Certificate], others: Sequence[Certificate] = ()) -> Stamped:
    """The same for a token whose imprint was compared already, as in an evidence record. Raises as ``verify`` does."""
    return _genuine(reply, timestamps.parse_reply(reply, older=True), roots, others)


def _genuine(reply: bytes, token: timestamps.Token, roots: Sequence[Certificate], others: Sequence[Certificate]) -> Stamped:
    offered = {one.data: one for one in (*_readable(token.certificates), *others)}
    signer = read_certificate(timestamps.signer_among(token, offered))
    if not signer.stamps_only:
        raise Refused("time.purpose")
    if not signer.strong:
        raise Refused("time.weak")
    if token.moment < signer.first:
        raise Refused("time.before_certificate")
    if token.moment > signer.last:
        raise Refused("time.outside")
    valid = [root for root in roots if root.self_issued and root.first <= token.moment <= root.last]
    if not valid:
        raise Refused("time.root_outside" if roots else "time.no_root")
    between = [one for one in offered.values() if one.signs_certificates and one.strong and not one.self_issued]
    _check_signature(reply, token, signer, between, valid)
    return Stamped(token.moment, signer.last, signer.subject)


def _readable(certificates: Sequence[bytes]) -> list[Certificate]:
    """Those that can be read; what else somebody put into the set is not signed and means nothing."""
    found = []
    for data in certificates:
        try:
            found.append(read_certificate(data))
        except Damaged:
            continue
    return found


def _check_signature(
    reply: bytes, token: timestamps.Token, signer: Certificate, between: Sequence[Certificate], roots: Sequence[Certificate]
) -> None:
    copy = timestamps.with_certificates(reply, (signer.data, *(one.data for one in between)))
    verifier = VerifierBuilder(
        tsa_certificate=signer.loaded,
        roots=[root.loaded for root in roots],
        intermediates=[one.loaded for one in between],
    ).build()
    try:
        verifier.verify(decode_timestamp_response(copy), token.imprint)
    except (VerificationError, ValueError):
        raise Refused("time.signature") from None
