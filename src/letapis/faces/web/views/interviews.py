"""Interviews of a dossier: prepared with warnings, their text kept in sections, moved on from pass to pass."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.errors import LetapisError, NotFound
from letapis.core.interview import PRIOR, RISKS
from letapis.core.language import LANGUAGES
from letapis.core.records import BASES, Record
from letapis.desk import claims, contacts, fellows, interview_sections, interviews, reading
from letapis.faces.web.around import Around
from letapis.faces.web.choosing import offer_parties
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.section_lines import section_lines
from letapis.faces.web.versions import keep_chosen, seen_versions, version_context

app_name = "interviews"
_WAITING: Final = 12
_SECTIONS: Final = 50  # three hours are fewer; a page of the longest text stays small
_FIELDS: Final = {f"interviews.{name}": name for name in ("source", "subject", "day", "elsewhere", "referral", "risk_reason")}
_TEXT_FIELDS: Final = {"claims.note_text": "text", "claims.note_title": "title", "claims.basis": "basis"}
_BASES: Final = tuple(basis for basis in BASES if basis != "own_experience")  # that link is said where a claim is cut, and stays in RAW


class PlanForm(DeskForm):
    section = "interviews"
    source = forms.ChoiceField()
    subject = forms.ChoiceField(required=False)
    day = forms.CharField(max_length=10, widget=forms.DateInput(attrs={"type": "date", "class": "short"}))

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, initial={"day": request.desk.clock().date().isoformat()}, **named)
        source: Any = self.fields["source"]
        source.choices = [(one.source.hex(), one.code) for one in reading.sources(request.desk, request.reader, dossier)]
        nobody = Lines(request).say("interviews.nobody_else")
        offer_parties(self, "subject", request, dossier, kinds=("person",), first=[("", nobody)])


class PreparationForm(DeskForm):
    section = "interviews"
    prior = forms.ChoiceField(required=False)
    elsewhere = forms.CharField(max_length=200, required=False)
    referral = forms.CharField(max_length=200, required=False)
    risk = forms.ChoiceField(required=False)
    risk_reason = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    child = forms.BooleanField(required=False)
    grave = forms.BooleanField(required=False)
    trained = forms.BooleanField(required=False)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("prior", [("", "interviews.prior.unasked"), *((one, f"interviews.prior.{one}") for one in PRIOR)])
        self.offer("risk", [("", "interviews.risk.unknown"), *((one, f"interviews.risk.{one}") for one in RISKS)])


class TextForm(DeskForm):
    section = "interviews"
    title = forms.CharField(max_length=200)
    text = forms.CharField(max_length=claims.MAX_NOTE, strip=False, widget=forms.Textarea(attrs={"rows": 18}))
    spoken = forms.ChoiceField()
    basis = forms.ChoiceField()

    def __init__(self, request: Any, day: str, *arguments: Any, **named: Any) -> None:
        lines = Lines(request)
        title = lines.say("interviews.title_of", day=lines.date(day))
        super().__init__(request, *arguments, initial={"title": title, "spoken": request.language, "basis": "saw"}, **named)
        self.offer("spoken", [(language, f"account.language.{language}") for language in LANGUAGES])
        self.offer("basis", [(basis, f"claims.basis.{basis}") for basis in _BASES])


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any, dossier: str) -> HttpResponse:
    """The interviews of a dossier with how far they are; one more is prepared here."""
    ident_, lines = ident(dossier), Lines(request)
    context = dict(frame(request, ident_, "around"))
    form = PlanForm(request, ident_, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = interviews.plan_interview(
                request.desk, request.reader, ident_, bytes.fromhex(told["source"]), bytes.fromhex(told["subject"]), told["day"]
            )
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "interviews.made")
            return see_other("interviews:show", interview=made.hex())
    found = reading.items(request.desk, request.reader, "interview", dossier=ident_)
    context |= {"form": form, "rows": [_row(request, lines, one) for one in found[::-1]], "no_source": not lines.sources(ident_)}
    return page(request, "interviews/list.html", context, 422 if form.errors else 200)


def _row(request: Any, lines: Lines, one: reading.ItemView) -> tuple[reading.ItemView, str, tuple[int, int]]:
    """An interview in a list: who tells, and how many of its sections are passed."""
    done = (0, 0)
    if one.record.raw("note"):
        found = interview_sections.talk(request.desk, request.reader, one.item)
        done = (found.passed, len(found.sections))
    return one, lines.source(one.dossier, one.about).code, done


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, interview: str) -> HttpResponse:
    """What to know before the talk, and the sections after it; POST keeps what was found out."""
    ident_ = ident(interview)
    view = interviews.view(request.desk, request.reader, ident_)
    form = PreparationForm(request, request.POST if request.method == "POST" else None, initial=_prepared(view.item))
    if request.method == "POST" and form.is_valid():
        try:
            interviews.prepare(request.desk, request.reader, ident_, interviews.Preparation(**form.cleaned_data), seen_versions(request.POST))
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "interviews.prepared")
            return see_other("interviews:show", interview=interview)
    return _page(request, view, form)


def _prepared(item: reading.ItemView) -> dict[str, Any]:
    texts = ("prior", "elsewhere", "referral", "risk", "risk_reason")
    return {name: item.text(name) for name in texts} | {name: item.record.flag(name) for name in ("child", "grave", "trained")}


def _page(request: Any, view: interviews.InterviewView, form: PreparationForm, contact_fault: str = "") -> HttpResponse:
    lines, dossier = Lines(request), view.item.dossier
    talk = interview_sections.talk(request.desk, request.reader, view.item.item) if view.note else None
    waiting = fellows.waiting(request.desk, request.reader, dossier)
    following = talk.next_open(0) if talk else b""
    context = dict(frame(request, dossier, "around"))
    context |= version_context(request, lines, view.item, lambda record: _describe(lines, record))
    context |= {
        "view": view,
        "form": form,
        "talk": talk,
        "part": part_of(section_lines(request, talk) if talk else [], request.GET.get("page", ""), _SECTIONS),
        "following": following,
        "following_number": talk.number(following) if talk and following else 0,
        "subject": lines.entities(dossier).get(view.subject, ""),
        "state": f"interviews.state.{view.item.state}",
        "contact": _contact_words(view.contact),
        "safeties": [(one, f"interviews.safety.{one}") for one in contacts.SAFETY],
        "devices": [(one, f"interviews.device.{one}") for one in contacts.DEVICES],
        "contact_fault": contact_fault,
        "waiting": lines.lines(waiting[:_WAITING]),
        "waiting_more": max(0, len(waiting) - _WAITING),
    }
    return page(request, "interviews/show.html", context, 422 if form.errors or contact_fault else 200)


def _describe(lines: Lines, record: Record) -> list[tuple[str, str]]:
    """What a version says, for two that stand side by side."""
    chosen = [("how_far", "state", "state"), ("field.prior", "prior", "prior"), ("field.risk", "risk", "risk")]
    said = [(f"interviews.{key}", lines.word(f"interviews.{family}", record.text(name))) for key, family, name in chosen if record.text(name)]
    said += [(f"interviews.field.{name}", record.text(name)) for name in ("elsewhere", "referral", "risk_reason")]
    return said + [(f"interviews.field.{name}", lines.say("vocabulary.yes")) for name in ("child", "grave", "trained") if record.flag(name)]


def _contact_words(contact: reading.ItemView | None) -> tuple[str, str] | None:
    """Keys of the words for the safety of calling and for the telephone; a state that this version does not know is not known."""
    if contact is None:
        return None
    form = contacts.form_of(contact)
    safety = form.safety if form.safety in contacts.SAFETY else "unknown"
    return f"interviews.safety.{safety}", f"interviews.device.{form.device if form.device in contacts.DEVICES else 'unknown'}"


@require_POST
def contact(request: Any, interview: str) -> HttpResponse:
    """Say what is known of the safety of calling and of the telephone; everything else of the contact stays as it is."""
    view = interviews.view(request.desk, request.reader, ident(interview))
    told = {"safety": request.POST.get("safety", ""), "device": request.POST.get("device", "")}
    try:
        interviews.keep_contact_state(request.desk, request.reader, view, **told)
    except LetapisError as error:
        return _page(request, view, PreparationForm(request, initial=_prepared(view.item)), f"errors.{error.code}")
    notice(request, "interviews.contact_kept")
    return see_other("interviews:show", interview=interview)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: Any, interview: str) -> HttpResponse:
    """The whole talk as one text, which is cut into sections."""
    ident_ = ident(interview)
    view = interviews.view(request.desk, request.reader, ident_)
    form = TextForm(request, view.item.text("day"), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        # Browsers send line ends as two characters and count them as one; the words are kept as they are counted.
        words = told["text"].replace("\r\n", "\n").replace("\r", "\n")
        try:
            interviews.add_text(request.desk, request.reader, ident_, told["title"], words, told["spoken"], told["basis"])
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _TEXT_FIELDS.get(error.code))
        else:
            notice(request, "interviews.text_kept")
            return see_other("interviews:show", interview=interview)
    context = dict(frame(request, view.item.dossier, "around")) | {"view": view, "form": form}
    return page(request, "interviews/text.html", context, 422 if form.errors else 200)


@require_POST
def keep(request: Any, interview: str) -> HttpResponse:
    """Of two versions that do not know of each other, go on with one."""
    keep_chosen(request, interviews.interview(request.desk, request.reader, ident(interview)))
    return see_other("interviews:show", interview=interview)


@require_POST
def move(request: Any, interview: str) -> HttpResponse:
    ident_ = ident(interview)
    view = interviews.view(request.desk, request.reader, ident_)
    try:
        interviews.move_on(request.desk, request.reader, ident_, request.POST.get("state", ""))
    except LetapisError as error:
        form = PreparationForm(request, _prepared(view.item))
        form.is_valid()
        form.complain(error)
        return _page(request, view, form)
    notice(request, "interviews.moved")
    return see_other("interviews:show", interview=interview)


AROUND = (Around(15, "interviews.title", "interviews:list", ("interview",)),)
urlpatterns = [
    path("dossiers/<str:dossier>/interviews", overview, name="list"),
    path("interviews/<str:interview>", show, name="show"),
    path("interviews/<str:interview>/contact", contact, name="contact"),
    path("interviews/<str:interview>/text", text, name="text"),
    path("interviews/<str:interview>/keep", keep, name="keep"),
    path("interviews/<str:interview>/move", move, name="move"),
]
