"""What the page of the cutting form shows beside its rows: whom it may be about, who may have told it, how they may know."""

from typing import Any, Final

from letapis.core.dates import Certainty
from letapis.core.records import BASES
from letapis.desk.sources import CIRCLES
from letapis.faces.web.choosing import whom
from letapis.faces.web.cutting import MOST_ROWS, CuttingForm, groups_of
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import Lines

_FEW: Final = 8


def settle(request: Any, dossier: bytes, form: CuttingForm) -> None:
    """Where a dossier has many entries, whom the rows are about is found by name: read it from what was sent."""
    form.whom = whom(request, dossier, form.subject)
    if form.whom and request.method == "POST":
        form.subject = form.whom.read(request.POST)


def cut_context(request: Any, dossier: bytes, form: CuttingForm, *, properties: bool = True) -> dict[str, Any]:
    lines = Lines(request)
    subjects = [] if form.whom else [(one.hex(), label) for one, label in lines.entities(dossier).items()]
    return dict(frame(request, dossier, "account")) | {
        "form": form,
        "groups": groups_of(request.desk.catalogue.vocabulary, request.language) if properties and len(form.rows) < MOST_ROWS else [],
        "subjects": subjects,
        # With many people one field for all rows keeps the page small; rows about somebody else are saved in a second go.
        "rows_choose_subject": 1 < len(subjects) <= _FEW,
        "sources": [(one.hex(), source.code) for one, source in lines.sources(dossier).items()],
        "bases": [(basis, f"claims.basis.{basis}") for basis in BASES],
        "circles": [(circle, f"claims.circle.{circle}") for circle in CIRCLES],
        "certainties": [(str(one), f"claims.certainty.{one}") for one in Certainty],
        "shared_open": bool(form.fault) or form.looks or not (form.source and form.basis and form.subject),
    }
