"""A document that came with a form: taken in like every original, before the rest of the form is recorded."""

from typing import Any

from letapis.core.errors import LetapisError
from letapis.desk import evidence


def kept_document(request: Any, dossier: bytes, title: str, upload: Any) -> bytes:
    """The document as an item of evidence, nothing when none was chosen; one that the dossier holds already is that item."""
    if upload is None:
        return b""
    told = evidence.EvidenceForm(title, "document", upload.untrusted_name[:1000], arrived="form")
    try:
        return evidence.keep_evidence(request.desk, request.reader, dossier, told, upload.sealed)
    except LetapisError as error:
        if error.code != "evidence.duplicate":
            raise
        return bytes.fromhex(error.where)
