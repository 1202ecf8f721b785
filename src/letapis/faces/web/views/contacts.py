"""How to reach the sources of a dossier: read and changed by the keeper and the deputy alone, with every version."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.errors import LetapisError, NotFound
from letapis.core.records import Record
from letapis.desk import contacts, reading
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import keep_chosen, seen_versions, version_context

app_name = "contacts"
_FIELDS: Final = {"contacts.channel": "channel", "contacts.safety": "safety", "contacts.device": "device", "contacts.empty": "channel",
                  "contacts.deputy": "deputy"}  # fmt: skip
_TONES: Final = {"safe": "good", "with_care": "warn", "not_now": "bad"}
_TOLD: Final = ("channel", "address", "hours", "word", "country", "safety", "device", "text")


def choices(form: DeskForm) -> None:
    """Fill in the words of the fields that a contact has wherever it is asked for."""
    form.offer("channel", [("", "contacts.channel."), *((one, f"contacts.channel.{one}") for one in contacts.CHANNELS)])
    form.offer("safety", [(one, f"contacts.safety.{one}") for one in contacts.SAFETY])


class ContactForm(DeskForm):
    section = "contacts"
    source = forms.ChoiceField()
    safety = forms.ChoiceField(initial="unknown")
    channel = forms.ChoiceField(required=False)
    address = forms.CharField(max_length=400, required=False)
    hours = forms.CharField(max_length=400, required=False)
    word = forms.CharField(max_length=400, required=False)
    device = forms.ChoiceField(initial="unknown")
    country = forms.CharField(max_length=400, required=False)
    text = forms.CharField(max_length=400, required=False)

    def __init__(self, request: Any, sources: Sequence[reading.SourceView], *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        choices(self)
        self.offer("device", [(one, f"contacts.device.{one}") for one in contacts.DEVICES])
        known: Any = self.fields["source"]
        known.choices = [(one.source.hex(), one.code) for one in sources]
        if not sources:
            del self.fields["source"]

    def contact(self) -> contacts.ContactForm:
        return contacts.ContactForm(**{name: self.cleaned_data[name] for name in _TOLD})


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any, dossier: str) -> HttpResponse:
    """The contacts of a dossier that this member holds; one more is added here."""
    ident_ = ident(dossier)
    known = reading.sources(request.desk, request.reader, ident_)
    form = ContactForm(request, known, request.POST if request.method == "POST" else None, initial={"source": request.GET.get("source", "")})
    if request.method == "POST" and known and form.is_valid():
        try:
            contacts.keep_contact(request.desk, request.reader, bytes.fromhex(form.cleaned_data["source"]), form.contact())
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "contacts.added")
            return see_other("contacts:list", dossier=dossier)
    return _list(request, ident_, form, bool(known))


def _list(request: Any, dossier: bytes, form: ContactForm, has_sources: bool, fault: str = "") -> HttpResponse:
    view, lines = contacts.contacts(request.desk, request.reader, dossier), Lines(request)
    wrong = bool(form.errors or fault)
    context = dict(frame(request, dossier, "around")) | {
        "rows": [(one, lines.source(dossier, one.about).code, *_shown(lines, one.record)) for one in view.contacts],
        "holders": sorted(lines.name(member) for member in view.holders),
        "alone": view.holders == {request.reader.member},
        "possible": [(one.member.hex(), one.name) for one in view.possible],
        "form": form,
        "has_sources": has_sources,
        "fault": fault,
    }
    return page(request, "contacts/list.html", context, 422 if wrong else 200)


def _words(lines: Lines, told: Record) -> dict[str, str]:
    """What a version of a contact says, in words; empty where it says nothing."""
    said = {name: told.text(name) for name in _TOLD if name != "device"} | {"device": told.text("device_state")}
    for name in ("channel", "safety", "device"):
        said[name] = lines.word(f"contacts.{name}", said[name]) if said[name] else ""
    return said


def _shown(lines: Lines, told: Record) -> tuple[dict[str, str], str]:
    return _words(lines, told), _TONES.get(told.text("safety"), "")


@require_POST
def deputy(request: Any, dossier: str) -> HttpResponse:
    """Let a colleague hold the contacts."""
    ident_ = ident(dossier)
    try:
        contacts.add_deputy(request.desk, request.reader, ident_, ident(request.POST.get("member", "").strip() or "-"))
    except NotFound:
        raise
    except LetapisError as error:
        known = reading.sources(request.desk, request.reader, ident_)
        return _list(request, ident_, ContactForm(request, known), bool(known), f"errors.{error.code}")
    notice(request, "contacts.deputy_added")
    return see_other("contacts:list", dossier=dossier)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, contact: str) -> HttpResponse:
    """One contact, to be said anew, with its versions."""
    ident_ = ident(contact)
    known, lines = contacts.contact(request.desk, request.reader, ident_), Lines(request)
    form = ContactForm(request, (), request.POST if request.method == "POST" else None, initial=contacts.form_of(known).__dict__)
    if request.method == "POST" and form.is_valid():
        try:
            contacts.change_contact(request.desk, request.reader, ident_, form.contact(), seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "contacts.changed")
            return see_other("contacts:show", contact=contact)
    words, tone = _shown(lines, known.record)
    context = dict(frame(request, known.dossier, "around")) | version_context(request, lines, known, lambda told: _described(lines, told)) | {
        "code": lines.source(known.dossier, known.about).code,
        "words": words,
        "tone": tone,
        "form": form,
        "action": reverse("contacts:keep", args=[contact]),
        "holders": sorted(lines.name(member) for member in reading.holders(request.desk, known.compartment)),
    }
    return page(request, "contacts/show.html", context, 422 if form.errors else 200)


def _described(lines: Lines, told: Record) -> list[tuple[str, str]]:
    return [(f"contacts.field.{name}", words) for name, words in _words(lines, told).items()]


@require_POST
def keep(request: Any, contact: str) -> HttpResponse:
    """Of two versions side by side, go on with one."""
    keep_chosen(request, contacts.contact(request.desk, request.reader, ident(contact)))
    return see_other("contacts:show", contact=contact)


AROUND = (Around(10, "contacts.title", "contacts:list", ("contact",)),)
urlpatterns = [
    path("dossiers/<str:dossier>/contacts", overview, name="list"),
    path("dossiers/<str:dossier>/contacts/deputy", deputy, name="deputy"),
    path("contacts/<str:contact>", show, name="show"),
    path("contacts/<str:contact>/keep", keep, name="keep"),
]
