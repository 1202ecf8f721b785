"""After filing: what happened to a submission, which days follow from it, and what its family was told."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.afterwards import SENT, Progress, StepKind
from letapis.core.errors import LetapisError, NotFound
from letapis.desk import filed, reading
from letapis.faces.card_words import CardWords
from letapis.faces.web.documents import kept_document
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.filed_lines import filed_line, step_lines, time_line
from letapis.faces.web.forms import DeskForm, let_go
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.session import takes_files
from letapis.faces.web.task_form import colleagues

app_name = "filed"
_DAY: Final = forms.DateInput(attrs={"type": "date", "class": "short"})
_FIELDS: Final = {"filed.day": "day", "filed.day_future": "day", "filed.due": "due", "filed.due_before": "due", "filed.channel": "channel",
                  "filed.reference": "reference", "filed.link": "link", "filed.text": "text", "filed.safety": "safety", "filed.member": "member",
                  "evidence.duplicate": "file", "evidence.empty": "file"}  # fmt: skip


class StepForm(DeskForm):
    """One thing that happened: of these fields those that its kind asks."""

    section = "filed"
    day = forms.CharField(widget=_DAY)
    channel = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    member = forms.ChoiceField(required=False)
    safety = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    reference = forms.CharField(max_length=200, required=False)
    due = forms.CharField(widget=_DAY, required=False)
    link = forms.CharField(max_length=500, required=False)
    text = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(required=False, allow_empty_file=True)

    def __init__(self, request: Any, dossier: bytes, kind: StepKind, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        words, family = request.desk.catalogue.replies, "family_channel" in kind.fields
        asked = {"day", "channel" if family else "", "file" if "object" in kind.fields else "", *kind.fields}
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]
        if family:
            self.offer_labels("channel", [(one.id, one.label) for one in words.channels.values()])
            self.offer_labels("safety", [(one.id, one.label) for one in words.safety.values()])
            member: Any = self.fields["member"]
            member.choices = colleagues(request, dossier)
        elif "channel" in self.fields:
            self.offer("channel", [(one, f"mechanisms.channel.{one}") for one in filed.CHANNELS])
        for name in [name for name in ("channel", "safety", "member") if family] + (["channel"] if kind.id == SENT else []):
            self.fields[name].required = True
        if kind.due_required:
            self.fields["due"].required = True

    def step(self, kind: str, document: bytes) -> filed.StepForm:
        told = self.cleaned_data
        said = {name: told.get(name, "") for name in ("day", "due", "channel", "reference", "text", "link", "safety")}
        return filed.StepForm(kind, **said, document=document, member=bytes.fromhex(told.get("member", "")))


@require_safe
def show(request: Any, submission: str) -> HttpResponse:
    return _show(request, filed.filed(request.desk, request.reader, ident(submission)))


def _show(request: Any, one: filed.FiledView, errors: tuple[str, ...] = ()) -> HttpResponse:
    lines, words = Lines(request), CardWords(request.desk.catalogue, request.language)
    kinds = [kind for kind in request.desk.catalogue.after_filing.steps.values() if not kind.by_reply and kind.id != SENT]
    context = dict(frame(request, one.dossier, "submissions")) | {
        "filed": one,
        "line": filed_line(words, one),
        "unsent": one.progress is Progress.PRODUCED,
        "times": [time_line(words, time) for time in one.deadlines],
        "steps": step_lines(request, lines, words, one),
        "kinds": [(kind.id, kind.label[request.language]) for kind in kinds],
        "sent": SENT,
        "errors": errors,
    }
    return page(request, "filed/show.html", context, 422 if errors else 200)


@takes_files("dossier")
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: Any, dossier: str, submission: str, kind: str) -> HttpResponse:
    """Note one thing that happened; its document is taken in like every original."""
    one, known = _one(request, ident(dossier), submission), _kind(request, kind)
    context = dict(frame(request, one.dossier, "submissions"))
    context |= {"filed": one, "card": CardWords(request.desk.catalogue, request.language).name(one.mechanism)}
    context |= {"kind": kind, "label": known.label[request.language]}
    if request.method != "POST":
        given = {"day": request.desk.clock().date().isoformat(), "member": request.reader.member.hex()}
        return page(request, "filed/note.html", context | {"form": StepForm(request, one.dossier, known, initial=given)})
    upload = request.FILES.get("file")
    form = StepForm(request, one.dossier, known, request.POST, request.FILES)
    if form.is_valid():
        try:
            document = kept_document(request, one.dossier, f"{known.label[request.language]}, {form.cleaned_data['day']}", upload)
            upload = None
            filed.record_step(request.desk, request.reader, one.submission, form.step(kind, document))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "filed.noted")
            return see_other("filed:show", submission=submission)
    if upload is not None:
        let_go(form, request, [upload])
    return page(request, "filed/note.html", context | {"form": form}, 422)


def _one(request: Any, dossier: bytes, submission: str) -> filed.FiledView:
    """The submission, if it is one of this dossier."""
    one = filed.filed(request.desk, request.reader, ident(submission))
    if one.dossier != dossier:
        raise NotFound("reading.not_found")
    return one


def _kind(request: Any, kind: str) -> StepKind:
    known: StepKind | None = request.desk.catalogue.after_filing.steps.get(kind)
    if known is None or known.by_reply:
        raise NotFound("web.no_such_page")
    return known


@require_POST
def back(request: Any, step: str) -> HttpResponse:
    """Take back a step that was noted by mistake."""
    known = reading.item(request.desk, request.reader, ident(step), "filing_step")
    try:
        filed.take_back(request.desk, request.reader, known.item)
    except NotFound:
        raise
    except LetapisError as error:
        return _show(request, filed.filed(request.desk, request.reader, known.parent), (f"errors.{error.code}",))
    notice(request, "filed.taken_back")
    return see_other("filed:show", submission=known.parent.hex())


urlpatterns = [
    path("filings/<str:submission>", show, name="show"),
    path("dossiers/<str:dossier>/filings/<str:submission>/<str:kind>", note, name="note"),
    path("filings/steps/<str:step>/back", back, name="back"),
]
