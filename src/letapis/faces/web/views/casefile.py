"""Hand out a case file of a dossier into a folder that a person names, with the words to check it without us.

The page shows what would leave and what stays at home. What is written is what was shown: where it has become something else, it is
shown again first.
"""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.answers import Answer
from letapis.core.errors import LetapisError, NotFound, Refused
from letapis.core.language import LANGUAGES
from letapis.core.standing import Level
from letapis.desk import casefile, casefile_opening, casefile_plan, evidence, reading, redaction
from letapis.desk.casefile_plan import Choice
from letapis.desk.casefile_records import Showing
from letapis.faces.web.carrying import carry_out
from letapis.faces.web.doing import Made, Progress
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import ClaimLine, Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.streams import saved

app_name = "casefile"
_REPORT: Final = "casefile"
_SHOWN: Final = 40  # sentences, or originals, of one list
_PARTS: Final = ("held", "goes", "stays", "items", "items_stay")
"""The lists of which a page shows one part; a button of the form asks for another, so that what was chosen stays chosen."""
_FLOORS: Final = {"verified": Level.VERIFIED, "checked": Level.CHECKED}
_TRUST: Final = {"policy": 0, "devices": 1}
_FIELDS: Final = {
    "casefile.recipient": "recipient",
    "casefile.purpose": "purpose",
    "casefile.folder": "folder",
    "casefile.exists": "folder",
    "casefile.inside_workspace": "folder",
    "casefile.item": "items",
    "redact.copy": "redacted",
    "redact.not_looked_at": "redacted",
    "casefile.no_items": "items",
    "casefile.to": "to",
    "casefile.needs_two": "instants",
}


class CaseFileForm(DeskForm):
    """Who gets it and why, where it goes, what is in it. Fields that may name somebody stay withheld unless they are asked for."""

    section = "casefile"
    to = forms.ChoiceField(initial="court")
    recipient = forms.CharField(max_length=200)
    purpose = forms.CharField(max_length=200)
    folder = forms.CharField(max_length=1000, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    items = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    redacted = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    paper = forms.ChoiceField(initial="en")
    copies = forms.BooleanField(required=False, initial=True)
    captures = forms.BooleanField(required=False, initial=True)
    claims = forms.BooleanField(required=False, initial=True)
    floor = forms.ChoiceField(initial="checked")
    titles = forms.BooleanField(required=False)
    words = forms.BooleanField(required=False)
    instants = forms.BooleanField(required=False)

    def __init__(self, request: Any, kept: list[reading.EvidenceView], *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("paper", [(language, f"submit.language.{language}") for language in LANGUAGES])
        self.offer("floor", [(name, f"claims.level.{name}") for name in _FLOORS])
        self.offer_labels("to", [(one.id, one.label) for one in request.desk.catalogue.consent.handovers.values()])
        field: Any = self.fields["items"]
        field.choices = [(item.object.hex(), item.title) for item in kept]
        field.initial = [item.object.hex() for item in kept if item.kind != "submission"]
        copies: Any = self.fields["redacted"]
        cleared = redaction.leaving(request.desk, request.reader, kept[0].dossier) if kept else []
        copies.choices = [(one.copy.object.hex(), one.copy.title) for one in cleared]
        if not cleared:
            del self.fields["redacted"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("items") and not told.get("redacted") and "items" not in self.errors:
            self.add_error("items", self.fields["items"].error_messages["required"])
        return told

    def choice(self) -> Choice:
        """What was chosen; a field that is wrong or was not sent yet is taken as the page offers it."""
        told = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        if self.is_bound:
            self.is_valid()
            told |= self.cleaned_data
        showing = Showing(titles=bool(told["titles"]), instants=bool(told["instants"]), words=bool(told["words"]))
        items, redacted = (tuple(bytes.fromhex(text) for text in told.get(name) or ()) for name in ("items", "redacted"))
        return Choice(
            items,
            redacted=redacted,
            originals=bool(items or not redacted),
            copies=bool(told["copies"]),
            claims=bool(told["claims"]),
            captures=bool(told["captures"]),
            floor=_FLOORS[told["floor"]],
            showing=showing,
            to=told["to"],
            language=told["paper"],
        )

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, to be shown again without a word on what is still missing."""
        return {name: field.widget.value_from_datadict(self.data, self.files, name) for name, field in self.fields.items()}


@dataclass(frozen=True)
class Leaving:
    """A sentence that leaves, stays or waits: the claim in the reader's language, why, and whose answer that is (keys of texts).
    ``language``: of the sentence, so that it is read aloud as what it is."""

    line: ClaimLine
    sentence: str
    language: str
    why: str
    who: str


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: Any, dossier: str) -> HttpResponse:
    return _page(request, dossier)


def _page(request: Any, dossier: str, fault: str = "", reason: str = "", refused: LetapisError | None = None) -> HttpResponse:
    """The form, and what it made; ``fault`` is the key of what is wrong with a request to open devices and hours, ``refused`` why nothing
    was written."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "evidence"))
    kept = reading.evidence_of(request.desk, request.reader, ident_)
    sent = request.method == "POST" and not fault
    form = CaseFileForm(request, kept, request.POST if sent else None)
    choice = form.choice()
    plan = casefile_plan.make_plan(request.desk, request.reader, ident_, _recipient(form), choice) if kept else None
    if sent and ("look" in request.POST or any(f"{name}-part" in request.POST for name in _PARTS)):
        form = CaseFileForm(request, kept, initial=form.typed())
    elif sent and refused:  # said before validity is asked: what was chosen may be gone by now, and the reason would go with it
        form.complain(refused, _FIELDS.get(refused.code) if kept else None)
    elif plan and sent and form.is_valid():
        if request.POST.get("shown", "") == plan.fingerprint:
            return carry_out(request, "case_file", _work(request, ident_, form), lambda made: _handed_over(request, dossier, made))
        form.complain(Refused("casefile.look_again"))
    of, report = request.session.get(_REPORT, ("", None))
    context |= {"form": form, "kept": kept, "report": report if of == dossier else None, "openings": _openings(request, ident_)}
    context |= _leaving(request, plan, choice.language) if plan else {}
    return page(request, "casefile/export.html", context | {"fault": fault, "reason": reason}, 422 if form.errors or fault else 200)


def _recipient(form: CaseFileForm) -> str:
    """Who gets it, as far as it was typed: a consent may name them."""
    if not form.is_bound:
        return ""
    form.is_valid()
    return " ".join(form.cleaned_data.get("recipient", "").split())


def _work(request: Any, dossier: bytes, form: CaseFileForm) -> Callable[[Progress], casefile.CaseFileReport]:
    told, desk, reader, choice = form.cleaned_data, request.desk, request.reader, form.choice()
    about = (Path(told["folder"]), told["recipient"], told["purpose"])
    return lambda progress: casefile.export_case_file(desk, reader, dossier, *about, choice, progress)


def _handed_over(request: Any, dossier: str, made: Made) -> HttpResponse:
    try:
        report = _report(made())
    except LetapisError as error:
        return _page(request, dossier, refused=error)
    request.session[_REPORT] = (dossier, report)
    return see_other("casefile:export", dossier=dossier)


def _leaving(request: Any, plan: casefile_plan.Plan, printed: str) -> dict[str, Any]:
    """The plan in words, of each list the part that was asked for: what leaves, what waits for a colleague, what stays and why.
    What leaves stands in the language ``printed`` of the recipient, as it will be read; the rest is for the reader, in theirs."""
    desk, lines = request.desk, Lines(request)
    told = dict(zip(_PARTS, (plan.waiting, plan.goes, plan.stays, plan.items, plan.items_stay), strict=True))
    parts = {name: part_of(told[name], request.POST.get(f"{name}-part", ""), _SHOWN) for name in _PARTS}
    waiting = reading.claims_by_ref(desk, request.reader, [ref for one in parts["held"].shown for ref in one.sentence.claims])
    own = casefile_plan.in_language(desk, request.reader, parts["held"].shown, request.language, printed)
    held = [(waiting[one.sentence.claims[0]], one.sentence.text) for one in own]
    stays = [(s, casefile_plan.said_plainly(desk, s.claim, request.language).text) for s in parts["stays"].shown]

    def row(claim: reading.ClaimView, sentence: str, why: str = "", who: str = "", language: str = request.language) -> Leaving:
        return Leaving(lines.lines([claim])[0], sentence, language, why, who)

    def because(answer: Answer) -> str:
        return lines.say(answer.because, **answer.detail)

    return {
        "plan": plan,
        "to": plan.to.label[request.language],
        "parts": parts,
        "counts": {name: len(told[name]) for name in _PARTS},
        "goes": [row(s.claim, s.sentence.text, "casefile.other_words" if s.veiled else "", language=printed) for s in parts["goes"].shown],
        "printed": f"submit.language.{printed}",
        "held": [row(*one) for one in held],
        "stays": [row(s.claim, text, because(s.because), _who(s.who)) for s, text in stays],
        "reasons": _reasons(plan, because) if parts["stays"].count > 1 else [],
        "items": [(item, evidence.lies_inside(desk, request.reader, item.object)) for item in parts["items"].shown],
        "items_stay": [(s.item, because(s.because), _who(s.who)) for s in parts["items_stay"].shown],
    }


def _who(who: str) -> str:
    return f"casefile.who.{who}" if who else ""


def _reasons(plan: casefile_plan.Plan, because: Callable[[Answer], str]) -> list[tuple[str, str, int]]:
    """Whose answer keeps how many sentences at home and why, the commonest reason first."""
    found: dict[tuple[Any, ...], tuple[Answer, int]] = {}
    for one in plan.stays:
        key = (one.who, one.because.because, *sorted(one.because.detail.items()))
        found[key] = one.because, found.get(key, (one.because, 0))[1] + 1
    told = [(_who(key[0]), because(answer), count) for key, (answer, count) in found.items()]
    return sorted(told, key=lambda row: -row[2])


def _openings(request: Any, dossier: bytes) -> list[tuple[casefile_opening.Opening, str, bool]]:
    """Each request with the name of who asked, and whether this reader may agree to it."""
    lines = Lines(request)
    found = casefile_opening.openings(request.desk, request.reader, dossier)
    return [(one, lines.name(one.member), one.may_agree(request.reader.member)) for one in found]


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
    command = f"python3 -I -S {shlex.quote(str(made.target / 'verify.py'))} {shlex.quote(str(made.target))}"
    trusted = f"{command} --policy policy.txt --devices devices.txt"
    return made.figures | {"target": str(made.target), "command": command, "trusted": trusted}


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
