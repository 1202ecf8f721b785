"""What the lists, digests and signatures of a web archive come to, as codes: each a claim of somebody, shown with its reason and never trusted."""

from letapis.core.access import Reader
from letapis.desk import web_roots
from letapis.desk.opening import Desk
from letapis.engines.foreign_proofs import web_signature
from letapis.engines.parse import Inspection


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
    signed = _signed(found)
    if not signed:
        return (*faults, "wacz.unsigned")
    return (*faults, *web_signature(signed, [root.certificate for root in web_roots.roots(desk, reader)]))


def _signed(found: Inspection) -> dict[str, str]:
    """The texts of the signature as they stand in the archive."""
    told: dict[str, str] = {}
    for member in found.members:
        part = found.rows[member.row].get("web.part", "")
        if part.startswith("signed."):
            told[part.removeprefix("signed.")] = member.data.decode("utf-8", "replace")
    return told
