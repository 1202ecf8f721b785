"""Hand out a case file of a dossier into a folder that a person names, with the words to check it without us."""

import shlex
from pathlib import Path
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.errors import LetapisError, NotFound
from letapis.core.standing import Level
from letapis.desk import casefile, casefile_opening, reading
from letapis.desk.casefile_records import Showing
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.streams import saved

app_name = "casefile"
_REPORT: Final = "casefile"
_FLOORS: Final = {"verified": Level.VERIFIED, "checked": Level.CHECKED, "open": Level.OPEN}
_TRUST: Final = {"policy": 0, "devices": 1}
_FIELDS: Final = {
    "casefile.recipient": "recipient",
    "casefile.purpose": "purpose",
    "casefile.folder": "folder",
    "casefile.exists": "folder",
    "casefile.inside_workspace": "folder",
    "casefile.item": "items",
    "casefile.no_items": "items",
    "casefile.needs_two": "instants",
}


class CaseFileForm(DeskForm):
    """Who gets it and why, where it goes, what is in it. Fields that may name somebody stay withheld unless they are asked for."""

    section = "casefile"
    recipient = forms.CharField(max_length=200)
    purpose = forms.CharField(max_length=200)
    folder = forms.CharField(max_length=1000, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    items = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    copies = forms.BooleanField(required=False, initial=True)
    claims = forms.BooleanField(required=False, initial=True)
    floor = forms.ChoiceField(initial="checked")
    titles = forms.BooleanField(required=False)
    instants = forms.BooleanField(required=False)

    def __init__(self, request: Any, kept: list[reading.EvidenceView], *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("floor", [(name, f"claims.level.{name}") for name in _FLOORS])
        field: Any = self.fields["items"]
        field.choices = [(item.object.hex(), item.title) for item in kept]
        field.initial = [item.object.hex() for item in kept if item.kind != "submission"]

    def choice(self) -> casefile.Choice:
        told = self.cleaned_data
        showing = Showing(titles=told["titles"], instants=told["instants"])
        items = tuple(bytes.fromhex(text) for text in told["items"])
        return casefile.Choice(items, told["copies"], told["claims"], _FLOORS[told["floor"]], showing)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: Any, dossier: str) -> HttpResponse:
    return _page(request, dossier)


def _page(request: Any, dossier: str, fault: str = "", reason: str = "") -> HttpResponse:
    """The form, and what it made; ``fault`` is the key of what is wrong with a request to open devices and hours."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "evidence"))
    kept = reading.evidence_of(request.desk, request.reader, ident_)
    sent = request.method == "POST" and not fault
    form = CaseFileForm(request, kept, request.POST if sent else None)
    if sent and form.is_valid():
        told = form.cleaned_data
        about = (Path(told["folder"]), told["recipient"], told["purpose"])
        try:
            made = casefile.export_case_file(request.desk, request.reader, ident_, *about, form.choice())
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            request.session[_REPORT] = (dossier, _report(made))
            return see_other("casefile:export", dossier=dossier)
    of, report = request.session.get(_REPORT, ("", None))
    context |= {"form": form, "kept": kept, "report": report if of == dossier else None, "openings": _openings(request, ident_)}
    return page(request, "casefile/export.html", context | {"fault": fault, "reason": reason}, 422 if form.errors or fault else 200)


def _openings(request: Any, dossier: bytes) -> list[tuple[casefile_opening.Opening, str, bool]]:
    """Each request with the name of who asked, and whether this reader may agree to it."""
    lines, me = Lines(request), request.reader.member
    found = casefile_opening.openings(request.desk, request.reader, dossier)
    return [(one, lines.name(one.member), me != one.member and me not in one.agreed) for one in found]


@require_POST
def ask(request: Any, dossier: str) -> HttpResponse:
    """Ask that devices and hours be shown, with the reason."""
    reason = request.POST.get("reason", "")
    try:
        casefile_opening.ask_opening(request.desk, request.reader, ident(dossier), reason)
    except NotFound:
        raise
    except LetapisError as error:
        return _page(request, dossier, fault=f"errors.{error.code}", reason=reason)
    notice(request, "casefile.opening_asked")
    return see_other("casefile:export", dossier=dossier)


@require_POST
def agree(request: Any, dossier: str, opening: str) -> HttpResponse:
    """Stand behind a colleague's request."""
    try:
        casefile_opening.agree_opening(request.desk, request.reader, ident(dossier), ident(opening))
    except NotFound:
        raise
    except LetapisError as error:
        return _page(request, dossier, fault=f"errors.{error.code}")
    notice(request, "casefile.opening_agreed")
    return see_other("casefile:export", dossier=dossier)


def _report(made: casefile.CaseFileReport) -> dict[str, Any]:
    """What was handed out, and the command that checks it, as the recipient types it."""
    counts = {name: getattr(made, name) for name in ("items", "records", "claims", "withheld", "left_out", "size", "digest")}
    command = f"python3 -I -S {shlex.quote(str(made.target / 'verify.py'))} {shlex.quote(str(made.target))}"
    trusted = f"{command} --policy policy.txt --devices devices.txt"
    return counts | {"target": str(made.target), "command": command, "trusted": trusted}


@require_POST
def trust(request: Any, name: str) -> HttpResponseBase:
    """The organisation's keys, to be given to an expert apart from any case file."""
    if name not in _TRUST:
        raise NotFound("web.no_such_page")
    data = casefile.trust_files(request.desk, request.reader)[_TRUST[name]]
    return saved([data], f"{name}.txt", len(data))


urlpatterns = [
    path("dossiers/<str:dossier>/case-file", export, name="export"),
    path("dossiers/<str:dossier>/case-file/openings", ask, name="ask"),
    path("dossiers/<str:dossier>/case-file/openings/<str:opening>", agree, name="agree"),
    path("trust/<str:name>", trust, name="trust"),
]
