"""A produced submission of an invented dossier, without the checks and approvals that other tests play."""

from letapis.core.records import Draft
from letapis.desk import dossiers, ledger, reading, submit
from letapis.desk.opening import Desk


def produced(desk: Desk, dossier: bytes, mechanism: str = "WGAD-REGULAR") -> bytes:
    """Record that a document for a body was produced. Returns the id of the submission."""
    view = submit.make_brief(desk, desk.reader("work"), dossier)
    work = reading.dossier(desk, desk.reader("work"), dossier).work
    return ledger.append(desk, [Draft("submission", work, {"dossier": dossier, "brief": view.ref, "mechanism": mechanism})])[0].header.id


def dossier_of(desk: Desk, code: str = "PRY-1") -> bytes:
    return dossiers.new_dossier(desk, code, "Pryklad", "person", "Janka Vydumka")
