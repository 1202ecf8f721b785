"""The register of letters of a dossier, one letter, all that wait, and what to know before writing."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.core.letters import RETURNED
from letapis.core.records import Record
from letapis.desk import letters, reading
from letapis.faces.web.around import Around
from letapis.faces.web.choosing import offer_parties
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.letter_lines import advice_on, letter_line, places, silent_lines
from letapis.faces.web.lines import Lines
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import keep_chosen, seen_versions, version_context

app_name = "letters"
_DAYS: Final = ("sent", "arrived", "answered", "returned")
_FIELDS: Final = {f"letters.{name}": name for name in (*_DAYS, "subject", "reason", "place")} | {f"letters.{name}_before": name for name in _DAYS}
_SHOWN: Final = 200
_WAITING: Final = 60


class LetterForm(DeskForm):
    section = "letters"
    subject = forms.ChoiceField()
    place = forms.CharField(max_length=300, required=False, widget=forms.TextInput(attrs={"list": "places"}))
    sent = forms.CharField(max_length=24, required=False)
    arrived = forms.CharField(max_length=24, required=False)
    answered = forms.CharField(max_length=24, required=False)
    returned = forms.CharField(max_length=24, required=False)
    reason = forms.ChoiceField(required=False)
    text = forms.CharField(max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("reason", [("", "letters.no_reason"), *((reason, f"letters.reason.{reason}") for reason in RETURNED)])
        offer_parties(self, "subject", request, dossier)

    def letter(self) -> letters.LetterForm:
        told = self.cleaned_data
        words = {name: told.get(name, "").strip() for name in (*_DAYS, "reason", "text")}
        return letters.LetterForm(bytes.fromhex(told["subject"]), told["place"], **words)


class NewLetterForm(LetterForm):
    """What is known when a letter goes out; the rest comes later, from its own page."""

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        named["initial"] = {"sent": request.desk.today().isoformat()}
        super().__init__(request, dossier, *arguments, **named)
        for later in ("arrived", "answered", "returned", "reason"):
            del self.fields[later]


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    form = NewLetterForm(request, ident_, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            letters.add_letter(request.desk, request.reader, ident_, form.letter())
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "letters.added")
            return see_other("letters:dossier", dossier=dossier)
    lines = Lines(request)
    found = reading.items(request.desk, request.reader, "letter", dossier=ident_, limit=_SHOWN, newest=True)
    written = dict.fromkeys(item.text("place") for item in found if item.text("place"))
    context |= {
        "form": form,
        "letters": [letter_line(request, lines, item) for item in reversed(found)],
        "silent": silent_lines(request, lines, found),
        "places": places(request).names(request.language),
        "advice": [advice_on(request, lines, place) for place in list(written)[:3]] or [advice_on(request, lines, "")],
        "nobody": not lines.entities(ident_),
    }
    return page(request, "letters/dossier.html", context, 422 if form.errors else 200)


def _letter(request: Any, text: str) -> reading.ItemView:
    return reading.item(request.desk, request.reader, ident(text), "letter")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, letter: str) -> HttpResponse:
    known = _letter(request, letter)
    form = LetterForm(request, known.dossier, request.POST if request.method == "POST" else None, initial=_initial(request, known))
    if request.method == "POST" and form.is_valid():
        try:
            letters.change_letter(request.desk, request.reader, known.item, form.letter(), seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "letters.changed")
            return see_other("letters:show", letter=letter)
    return _page(request, known, form)


def _page(request: Any, known: reading.ItemView, form: LetterForm, error: str = "") -> HttpResponse:
    lines = Lines(request)
    context = dict(frame(request, known.dossier, "around"))
    context |= version_context(request, lines, known, lambda record: _describe(request, lines, record))
    context |= {
        "line": letter_line(request, lines, known),
        "heading": lines.say("letters.heading", who=lines.entities(known.dossier).get(known.about) or lines.say("work.nobody_named")),
        "text": known.text("text"),
        "form": form,
        "places": places(request).names(request.language),
        "reasons": [(reason, f"letters.reason.{reason}") for reason in RETURNED],
        "day": request.POST.get("day") or request.desk.today().isoformat(),
        "advice": [advice_on(request, lines, known.text("place"))],
        "error": error,
    }
    return page(request, "letters/show.html", context, 422 if form.errors or error else 200)


def _initial(request: Any, known: reading.ItemView) -> dict[str, str]:
    told = {name: known.text(name) for name in (*_DAYS, "reason", "text")}
    return told | {"subject": known.about.hex(), "place": places(request).name_of(known.text("place"), request.language)}


def _describe(request: Any, lines: Lines, record: Record) -> list[tuple[str, str]]:
    days = [(f"letters.field.{name}", lines.date(record.text(name)) if record.text(name) else "") for name in _DAYS]
    reason = record.text("reason")
    return [
        ("letters.field.place", places(request).name_of(record.text("place"), request.language)),
        *days,
        ("letters.field.reason", lines.word("letters.reason", reason) if reason else ""),
        ("letters.field.text", record.text("text")),
    ]


@require_POST
def went(request: Any, letter: str) -> HttpResponse:
    """It arrived, was answered, or came back."""
    known, what = _letter(request, letter), request.POST.get("what", "")
    try:
        letters.letter_went(request.desk, request.reader, known.item, what, request.POST.get("day", ""), request.POST.get("reason", ""))
    except LetapisError as error:
        return _page(request, known, LetterForm(request, known.dossier, initial=_initial(request, known)), f"errors.{error.code}")
    notice(request, f"letters.now.{what}")
    return see_other("letters:show", letter=letter)


@require_POST
def keep(request: Any, letter: str) -> HttpResponse:
    keep_chosen(request, _letter(request, letter))
    return see_other("letters:show", letter=letter)


@require_safe
def waiting(request: Any) -> HttpResponse:
    """Letters of all dossiers of which nobody has heard for a month."""
    lines = Lines(request)
    found = [letter_line(request, lines, item) for item in reading.waiting_letters(request.desk, request.reader, _WAITING)]
    return page(request, "letters/waiting.html", {"letters": found, "advice": [advice_on(request, lines, "")]})


AROUND = (Around(30, "letters.title", "letters:dossier", ("letter",)),)
urlpatterns = [
    path("letters", waiting, name="waiting"),
    path("letters/<str:letter>", show, name="show"),
    path("letters/<str:letter>/way", went, name="went"),
    path("letters/<str:letter>/version", keep, name="keep"),
    path("dossiers/<str:dossier>/letters", dossier, name="dossier"),
]
