"""The page of the cutting form: what was sent with it and whether that may be saved, and what it shows beside its rows.

Information is cut from a note, added without one and corrected on the same page; what differs is the deed that records it.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.http import HttpResponse

from letapis.core.dates import Certainty
from letapis.core.errors import LetapisError
from letapis.core.records import BASES
from letapis.desk.sources import CIRCLES
from letapis.faces.web.choosing import whom
from letapis.faces.web.cutting import MOST_ROWS, CuttingForm, groups_of, is_complete, read_form, take_property
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import page

_FEW: Final = 8
T = TypeVar("T")


def sent_or(request: Any, dossier: bytes, proposed: CuttingForm, fits: Callable[[CuttingForm], bool] = lambda _: True) -> CuttingForm:
    """The form that was sent, if it fits this page; else the proposed one. Where a dossier has many entries, whom the rows are about is found
    by name: read it from what was sent."""
    form = proposed
    if request.method == "POST":
        sent = read_form(request.desk.catalogue, request.POST, request.language)
        form = sent if fits(sent) else proposed
    form.whom = whom(request, dossier, form.subject)
    if form.whom and request.method == "POST":
        form.subject = form.whom.read(request.POST)
    return form


def saved(request: Any, form: CuttingForm, save: Callable[[CuttingForm], T], *, grows: bool = True) -> T | None:
    """What ``save`` made of a form that was sent complete. None while there is something left to do; what is wrong then stands in the form.
    A form that ``grows`` may ask for another row, or take one away, before it is saved."""
    catalogue, sent = request.desk.catalogue, request.POST
    if request.method != "POST":
        return None
    if grows and (sent.get("do") == "add" or form.wanted.strip() or not (form.rows or form.looks)):
        take_property(catalogue, form, request.language)
        return None
    if (grows and sent.get("drop")) or form.looks or not is_complete(catalogue, form):
        return None
    try:
        return save(form)
    except LetapisError as error:
        form.fault = (f"errors.{error.code}",)
        return None


def cut_page(request: Any, form: CuttingForm, context: dict[str, Any]) -> HttpResponse:
    return page(request, "work/cut.html", context, 422 if form.wrong or form.looks else 200)


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
