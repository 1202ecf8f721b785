"""What the lists, digests and signatures of a web archive come to, as codes: each a claim of somebody, shown with its reason and never trusted."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Damaged, LetapisError, Refused
from letapis.desk import web_roots
from letapis.desk.opening import Desk
from letapis.engines import tsa
from letapis.engines.parse import Inspection
from letapis.engines.seal.certificates import read_certificate, read_pem
from letapis.engines.seal.web_signature import check_anonymous, check_domain

_FAR: Final = timedelta(minutes=10)
# What a time stamp is refused for before it is known whether its authority leads to a pinned certificate.
_REFUSED: Final = {
    "time.imprint": "wacz.time_other",
    "time.authority_refused": "wacz.time_other",
    "time.no_root": "wacz.time_no_root",
    "time.weak": "wacz.time_unreadable",
}


def codes(desk: Desk, reader: Reader, found: Inspection) -> tuple[str, ...]:
    """Codes of ``core.web_claims``, those of the archive first."""
    form = next((row["web.form"] for row in found.rows if "web.form" in row), "")
    faults = list(dict.fromkeys(row["web.fault"] for row in found.rows if "web.fault" in row))
    digests = {row["web.digest"] for row in found.rows if "web.digest" in row}
    if "bad" in digests:
        faults.append("web.digest_wrong")
    elif form != "page":
        faults.append("web.digests_right" if "ok" in digests else "web.no_digests")
    else:
        faults.append("web.page_alone")
    if form != "wacz":
        return tuple(faults)
    if not any(code.startswith("wacz.") for code in faults):
        faults.append("wacz.parts_right")
    return (*faults, *_signature(desk, reader, _signed(found)))


def _signed(found: Inspection) -> dict[str, str]:
    """The texts of the signature as they stand in the archive."""
    told: dict[str, str] = {}
    for member in found.members:
        part = found.rows[member.row].get("web.part", "")
        if part.startswith("signed."):
            told[part.removeprefix("signed.")] = member.data.decode("utf-8", "replace")
    return told


def _signature(desk: Desk, reader: Reader, signed: dict[str, str]) -> tuple[str, ...]:
    if not signed:
        return ("wacz.unsigned",)
    message, signature = signed.get("hash", "").encode("utf-8"), signed.get("signature", "")
    pinned = [root.certificate for root in web_roots.roots(desk, reader)]
    try:
        if "publicKey" in signed and "domainCert" not in signed:
            check_anonymous(signed["publicKey"], signature, message)
            return ("wacz.signature_right", "wacz.anonymous")
        created = _moment(signed.get("created", ""))
        check_domain(signed.get("domainCert", ""), signed.get("domain", ""), signature, message, created, pinned)
    except LetapisError as fault:
        if fault.code not in ("wacz.no_root", "wacz.chain_unknown"):
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
