"""Proofs that strangers made: the signature of a web archive, and an evidence record of an archive. Runs inside the sandbox.

What comes in is no file but a question of ``engines.foreign_proofs``: the bytes of the stranger, and the certificates that a person pinned.
Certificates and stamps are read by libraries in native code, and whoever made a proof chose every byte of it.
"""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from letapis.core import evidence_records as records
from letapis.core.errors import Damaged, LetapisError, Refused
from letapis.core.instants import instant, moment_of
from letapis.engines import tsa
from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.seal.certificates import read_certificate, read_pem
from letapis.engines.seal.loading import load_all
from letapis.engines.seal.web_signature import check_anonymous, check_domain

# Behind the shut door nothing can be imported, and both wait with that until they are used: certificates, and the calendar of Python.
load_all()
moment_of("1970-01-01T00:00:00Z")

_FAR: Final = timedelta(minutes=10)
# What a time stamp is refused for before it is known whether its authority leads to a pinned certificate.
_REFUSED: Final = {
    "time.imprint": "wacz.time_other",
    "time.authority_refused": "wacz.time_other",
    "time.no_root": "wacz.time_no_root",
    "time.weak": "wacz.time_unreadable",
}


class _Wanted(Exception):
    """The digest of the file by this algorithm was not given."""


def read(untrusted: bytes, answer: Answer) -> None:
    try:
        # As letters: given bytes, the library guesses how they are written, and behind the shut door it cannot load what it guessed.
        asked = json.loads(untrusted.decode("ascii"))
    except (ValueError, RecursionError):
        asked = None
    if not _is_question(asked):
        raise Stop("parse.other_form")
    if "signed" in asked:
        pinned, public = ([b64decode(root) for root in asked[name]] for name in ("pinned", "public"))
        for number, code in enumerate(web_codes(asked["signed"], pinned, public)):
            answer.fact(number, "proof.code", code)
    else:
        _tell_record(asked, answer)


def _is_question(asked: Any) -> bool:
    """Whether this is a question as ``engines.foreign_proofs`` asks it: a file of a stranger may be JSON as well."""
    match asked:
        case {"signed": dict(signed), "pinned": list(pinned), "public": list(public)}:
            texts, packed = [*signed.values()], [*pinned, *public]
        case {"record": str(record), "digests": dict(digests), "roots": list(roots), "between": list(between)}:
            texts, packed = [*digests.values()], [record, *roots, *between]
        case _:
            return False
    return all(isinstance(one, str) for one in (*texts, *packed)) and all(_is_packed(one) for one in packed)


def _is_packed(text: str) -> bool:
    try:
        b64decode(text)
    except ValueError:
        return False
    return True


def web_codes(signed: Mapping[str, str], pinned: Sequence[bytes], public: Sequence[bytes] = ()) -> tuple[str, ...]:
    """What the signature of a web archive comes to, as codes of ``core.web_claims``, under certificates (DER) that a person pinned. Under those of
    ``public`` authorities only the name of a domain counts: none of them vouches for an hour."""
    message, signature = signed.get("hash", "").encode("utf-8"), signed.get("signature", "")
    try:
        if "publicKey" in signed and "domainCert" not in signed:
            check_anonymous(signed["publicKey"], signature, message)
            return ("wacz.signature_right", "wacz.anonymous")
        created = _moment(signed.get("created", ""))
        check_domain(signed.get("domainCert", ""), signed.get("domain", ""), signature, message, created, pinned, public)
    except LetapisError as fault:
        if fault.code in ("wacz.signature_wrong", "wacz.signature_unreadable"):
            return (fault.code,)
        made: tuple[str, ...] = ("wacz.signature_right", fault.code)
    else:
        made = ("wacz.signature_right", "wacz.domain_right")
    return (*made, *time_codes(signed, created, pinned))


def time_codes(signed: Mapping[str, str], created: datetime, pinned: Sequence[bytes]) -> tuple[str, ...]:
    """What the time stamp comes to that stands over the written form of the signature, under a pinned authority (DER) or none."""
    if "timeSignature" not in signed:
        return ("wacz.time_none",)
    try:
        reply, others = b64decode(signed["timeSignature"], validate=True), read_pem(signed.get("timestampCert", ""))
        stamped = tsa.verify_over(signed["signature"].encode("utf-8"), reply, [read_certificate(root) for root in pinned], others)
    except (Damaged, ValueError):
        return ("wacz.time_unreadable",)
    except Refused as fault:
        return (_REFUSED.get(fault.code, "wacz.time_unknown"),)
    return ("wacz.time_right",) if abs(stamped.moment - created) <= _FAR else ("wacz.time_right", "wacz.time_far")


def _moment(text: str) -> datetime:
    """When the archive says that it was signed, which is when its certificate has to be good. Raises Damaged for what is no moment."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Damaged("wacz.signature_unreadable") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tell_record(asked: Mapping[str, Any], answer: Answer) -> None:
    """One row for the record, ``records.covers`` or what is wrong with it, and one for each stamp: its hour, and why it is not proven."""

    def digest_of(algorithm: str) -> bytes:
        if algorithm not in asked["digests"]:
            raise _Wanted(algorithm)
        return bytes.fromhex(asked["digests"][algorithm])

    try:
        known = records.parse_record(b64decode(asked["record"]))
        records.check_covers(known, digest_of)
    except _Wanted as wanted:
        answer.fact(0, "proof.wants", str(wanted))
        return
    except LetapisError as fault:
        answer.fact(0, "proof.code", fault.code)
        return
    answer.fact(0, "proof.code", "records.covers")
    roots, between = ([read_certificate(b64decode(one)) for one in asked[name]] for name in ("roots", "between"))
    for number, stamp in enumerate(known.stamps, 1):
        answer.fact(number, "proof.moment", instant(stamp.token.moment))
        try:
            tsa.verify_token(stamp.reply, roots, between)
        except LetapisError as fault:
            answer.fact(number, "proof.code", fault.code)
