"""Content credentials (C2PA) in a file: what they say, and what the checks of the library found. Runs inside the sandbox.

Nothing is fetched: a manifest that lies at an address is said to lie there and not read, certificates are not asked about. The library
trusts no signer here, so "Valid" means that the bytes fit the signature of whoever made it, and nothing more.
"""

import io
import json
from typing import Any, Final

import c2pa  # type: ignore[import-untyped]

from letapis.engines.parse.answer import Answer
from letapis.engines.parse.codes import Kind
from letapis.engines.parse.sniff import sniff
from letapis.engines.parse.told import Told

_CONTEXT: Final = c2pa.Context(c2pa.Settings.from_dict({"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}))
_KINDS: Final = (Kind.PICTURE, Kind.VIDEO, Kind.AUDIO, Kind.PDF)
_MOST: Final = 60


def read(untrusted: bytes, answer: Answer) -> None:
    told = Told(answer)
    kind, media = sniff(untrusted)
    if kind not in _KINDS:
        told.meta("c2pa", "state", "none")
        return
    try:
        found = json.loads(c2pa.Reader(media, io.BytesIO(untrusted), context=_CONTEXT).json())
    except c2pa.C2paError as fault:
        told.meta("c2pa", "state", _state(str(fault)))
        return
    except (ValueError, RecursionError):
        told.meta("c2pa", "state", "unreadable")
        return
    _tell(found if isinstance(found, dict) else {}, told)


def _state(fault: str) -> str:
    """The library names the kind of its error before a colon."""
    kind = fault.partition(":")[0].strip()
    if kind == "Remote":
        return "remote"
    return "none" if kind == "ManifestNotFound" else "unsupported" if kind == "NotSupported" else "unreadable"


def _tell(found: dict[str, Any], told: Told) -> None:
    state = found.get("validation_state")
    told.meta("c2pa", "state", {"Valid": "valid", "Trusted": "valid", "Invalid": "invalid"}.get(str(state), "unreadable"))
    for one in _listed(found.get("validation_status")):
        told.meta("c2pa", "code", one.get("code", ""))
    manifests = found.get("manifests")
    manifest = manifests.get(found.get("active_manifest")) if isinstance(manifests, dict) else None
    if not isinstance(manifest, dict):
        return
    signed = manifest.get("signature_info")
    for name, value in signed.items() if isinstance(signed, dict) else ():
        if name in ("issuer", "common_name", "time", "alg"):
            told.meta("c2pa", f"signer.{name}", value)
    told.meta("c2pa", "made_by", manifest.get("claim_generator") or "")
    told.meta("c2pa", "title", manifest.get("title") or "")
    for assertion in _listed(manifest.get("assertions")):
        told.meta("c2pa", "assertion", assertion.get("label", ""))
        data = assertion.get("data")
        for action in _listed(data.get("actions") if isinstance(data, dict) else None):
            told.meta("c2pa", "action", action.get("action", ""))
    for made_of in _listed(manifest.get("ingredients")):
        told.meta("c2pa", "ingredient", made_of.get("title", ""))


def _listed(value: Any) -> list[dict[str, Any]]:
    return [one for one in value[:_MOST] if isinstance(one, dict)] if isinstance(value, list) else []
