"""Proofs that strangers made, checked behind the shut door: what comes back is codes of a fixed table and hours, each looked at again.

A web archive is signed, and an evidence record was stamped, by whoever made it; certificates and stamps are read by native code. So they are
asked about as a file of a stranger is (``parse.inspect_proof``), with the certificates that a person pinned beside them.
"""

import base64
import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from letapis.core.errors import Damaged, Hostile
from letapis.core.instants import moment_of
from letapis.engines import parse
from letapis.engines.seal.certificates import Certificate

COVERS: Final = "records.covers"
_ALGORITHMS: Final = frozenset({"sha256", "sha384", "sha512"})
_WEB: Final = frozenset(
    f"wacz.{code}"
    for code in (
        *("signature_right", "signature_wrong", "signature_unreadable", "anonymous", "domain_right", "no_root", "chain_unknown"),
        *("test_authority", "outside_validity", "other_domain", "self_made"),
        *("time_none", "time_right", "time_far", "time_other", "time_no_root", "time_unknown", "time_unreadable"),
    )
)
_TIME: Final = frozenset(
    f"time.{code}"
    for code in (
        *("der", "not_a_token", "imprint_form", "moment", "certificate", "weak", "authority_refused", "signers", "no_signer_hash", "no_signer"),
        *("other_certificate", "purpose", "outside", "root_outside", "no_root", "signature"),
    )
)
_RECORD: Final = _TIME | {f"records.{code}" for code in ("covers", "form", "version", "algorithm", "other_file", "renewal", "order", "imprint")}


@dataclass(frozen=True)
class Stamped:
    """One stamp of a record: the hour that its token states; ``fault``: why it is not proven, empty where it is."""

    moment: datetime
    fault: str = ""


@dataclass(frozen=True)
class RecordVerdict:
    """``code`` is ``records.covers`` where the record covers the file, and then every stamp is told; else what is wrong."""

    code: str
    stamps: tuple[Stamped, ...] = ()


def web_signature(signed: Mapping[str, str], pinned: Sequence[bytes]) -> tuple[str, ...]:
    """Codes of ``core.web_claims`` for the signature of a web archive, under certificates (DER) that a person pinned, and those of the public
    authorities that come with the program. A signature on which the reader gives up is unreadable. Raises Refused ``parse.no_sandbox``."""
    asked = {"signed": dict(signed), "pinned": [_text(root) for root in pinned], "public": [_text(root) for root in public_roots()]}
    try:
        found = tuple(_code(row, _WEB) for row in _asked(asked))
    except Hostile:
        found = ()
    return found or ("wacz.signature_unreadable",)


@cache
def public_roots() -> tuple[bytes, ...]:
    """The certificates (DER) of ``data/web_roots.toml``. Raises Damaged ``wacz.root`` for one that is not the certificate whose digest stands
    beside it."""
    found = []
    for one in tomllib.loads((files("letapis") / "data" / "web_roots.toml").read_text("utf-8"))["root"]:
        certificate = base64.b64decode("".join(one["certificate"].split("\n")[1:-2]))
        if hashlib.sha256(certificate).hexdigest() != one["sha256"]:
            raise Damaged("wacz.root")
        found.append(certificate)
    return tuple(found)


def evidence_record(
    data: bytes, known: Mapping[str, bytes], digest_of: Callable[[str], bytes], roots: Sequence[Certificate], between: Sequence[Certificate]
) -> RecordVerdict:
    """What a record (RFC 4998) comes to beside a file whose digests are ``known``; ``digest_of`` makes another that the record asks for.

    A record on which the reader gives up has no form. Raises Refused ``parse.no_sandbox``.
    """
    asked = {"record": _text(data), "roots": [_text(one.data) for one in roots], "between": [_text(one.data) for one in between]}
    digests = dict(known)
    try:
        rows = _asked(asked | {"digests": _written(digests)})
        while rows and (algorithm := rows[0].get("proof.wants", "")) in _ALGORITHMS - digests.keys():
            digests[algorithm] = digest_of(algorithm)
            rows = _asked(asked | {"digests": _written(digests)})
        return _verdict(rows)
    except Hostile:
        return RecordVerdict("records.form")


def _verdict(rows: Sequence[Mapping[str, str]]) -> RecordVerdict:
    """Raises Hostile for an answer that the reader does not give."""
    if not rows:
        raise Hostile("parse.bad_answer")
    try:
        stamps = tuple(Stamped(moment_of(row["proof.moment"]), _code(row, _TIME) if "proof.code" in row else "") for row in rows[1:])
    except (KeyError, ValueError, Damaged):
        raise Hostile("parse.bad_answer") from None
    return RecordVerdict(_code(rows[0], _RECORD), stamps)


def _asked(question: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    return parse.inspect(json.dumps(question).encode("ascii"), "proof").rows


def _code(row: Mapping[str, str], known: frozenset[str]) -> str:
    if (code := row.get("proof.code", "")) not in known:
        raise Hostile("parse.bad_answer")
    return code


def _written(digests: Mapping[str, bytes]) -> dict[str, str]:
    return {algorithm: digest.hex() for algorithm, digest in digests.items()}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
