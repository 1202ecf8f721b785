"""What is taken back in a dossier: what is out of sight now, what waits for two to decide, who has received it, and what is gone."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.erasure import GROUNDS, KEEP_GROUNDS
from letapis.core.errors import LetapisError, NotFound
from letapis.desk import erasing, erasure, reading, recalls, restriction
from letapis.faces.erasure_words import kinds
from letapis.faces.texts import texts
from letapis.faces.web import choosing, erasure_lines
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import LOOKS, DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import carried, seen_versions

app_name = "erasure"
_FIELDS: Final = {"erasure.target": "targets", "erasure.ground": "ground", "erasure.reason": "text", "erasure.keep_ground": "ground",
                  "erasure.channel": "text", "erasure.answer": "text", "erasure.day": "day"}  # fmt: skip


class AskForm(DeskForm):
    section = "erasure"
    look = forms.CharField(max_length=200, required=False)
    targets = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    ground = forms.ChoiceField()
    text = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        offered: Any = self.fields["targets"]
        things = erasure_lines.things(request, Lines(request), dossier)
        self.empty, self.many = not things, len(things) > choosing.FEW
        offered.choices = self._near(request, dossier, things) if self.many else things
        if not self.many:
            del self.fields["look"]
        elif not offered.choices and not self.data:
            del self.fields["targets"]
        self.offer("ground", [(ground, f"erasure.ground.{ground}") for ground in GROUNDS])

    def _near(self, request: Any, dossier: bytes, things: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of more things than a list is read through: what is ticked already, and what was looked for."""
        sent: Any = self.data
        ticked, typed = sent.getlist("targets") if sent else [], sent.get("look", "").strip()[:200]
        wanted = {*ticked, *(erasure_lines.found_among(request, dossier, things, typed) if typed else ())}
        return [one for one in things if one[0] in wanted]

    def clean(self) -> dict[str, Any]:
        """A name that was typed is looked for; nothing goes on before something was ticked for it."""
        said: dict[str, Any] = super().clean() or {}
        offered: Any = self.fields.get("targets")
        if self.many and (self.data.get("step") == "find" or "targets" not in said):
            typed = said.get("look", "")
            self.errors.pop("targets", None)
            key = "erasure.seek.choose" if typed and offered.choices else "erasure.seek.nothing" if typed else "erasure.seek.type"
            self.add_error("look", forms.ValidationError(texts().say(key, self.language), code=LOOKS))
        return said

    def told(self) -> tuple[list[bytes], str, str]:
        said = self.cleaned_data
        return [bytes.fromhex(one) for one in said["targets"]], said["ground"], said["text"]


class KeepForm(DeskForm):
    section = "erasure_keep"
    ground = forms.ChoiceField()
    text = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("ground", [(ground, f"erasure.keep_ground.{ground}") for ground in KEEP_GROUNDS])


class LiftForm(DeskForm):
    section = "erasure_lift"
    text = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class RecallForm(DeskForm):
    """How the recipient was told, or what they answered: whichever button is pressed."""

    section = "erasure_recall"
    text = forms.CharField(max_length=2000)


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any, dossier: str) -> HttpResponse:
    """All of it on one page. What is chosen below is shown first as exactly what goes and what stays, and asked for with a second button."""
    ident_ = ident(dossier)
    if request.method != "POST":
        return _overview(request, ident_)
    form = AskForm(request, ident_, request.POST)
    if not form.is_valid():
        return _overview(request, ident_, form)
    targets, ground, text = form.told()
    try:
        if request.POST.get("step") == "ask":
            erasure.ask(request.desk, request.reader, ident_, targets, ground, text)
            notice(request, "erasure.asked")
            return see_other("erasure:list", dossier=dossier)
        going = erasing.going(request.desk, request.reader, ident_, targets)
    except NotFound:
        raise
    except LetapisError as error:
        form.complain(error, _FIELDS.get(error.code))
        return _overview(request, ident_, form)
    lines = Lines(request)
    labels = dict(erasure_lines.things(request, lines, ident_))
    context = dict(frame(request, ident_, "around")) | {
        "form": form,
        "about": [labels[value] for value in form.cleaned_data["targets"]],
        "ground": f"erasure.ground.{ground}",
        "chosen": form.cleaned_data["targets"],
        "goes": kinds(texts(), lines.language, going.counts),
        "going": going,
        "files": len(going.blobs),
        "sent": [(one.recipient, f"erasure.what.{one.what}", one.day) for one in going.sent],
    }
    return page(request, "erasure/preview.html", context)


def _overview(request: Any, dossier: bytes, form: AskForm | None = None, keeping: tuple[bytes, KeepForm] | None = None, error: str = "",
              telling: tuple[bytes, RecallForm] | None = None) -> HttpResponse:  # fmt: skip
    """``keeping``, ``telling``: a form that came back, and what it is about; ``error``: the code of why a button did nothing."""
    lines = Lines(request)
    standings = erasure.standings(request.desk, request.reader, dossier)
    waiting = erasure_lines.requests(request, lines, dossier, standings)
    notices = recalls.recalls(request.desk, request.reader, dossier)
    context = dict(frame(request, dossier, "around")) | erasure_lines.around(request, lines, standings)
    context |= {
        "form": form or AskForm(request, dossier),
        "restricted": erasure_lines.restricted(request, lines, dossier),
        "waiting": [(one, _own(keeping, one.erasure) or KeepForm(request, auto_id=f"keep_{one.erasure.hex()[:6]}_%s")) for one in waiting],
        "told": [_recall(request, one, telling) for one in notices],
        "gone": erasure_lines.orders(request, lines, [one for one in standings if one.in_force]),
        "error": f"errors.{error}" if error else "",
    }
    status = 422 if form or keeping or telling or error else 200
    return page(request, "erasure/list.html", context, status)


def _own(given: tuple[bytes, Any] | None, ident_: bytes) -> Any:
    return given[1] if given and given[0] == ident_ else None


def _recall(request: Any, one: recalls.Recall, telling: tuple[bytes, RecallForm] | None) -> tuple[recalls.Recall, str, str, str, RecallForm]:
    form = _own(telling, one.recall) or RecallForm(request, auto_id=f"recall_{one.recall.hex()[:6]}_%s")
    return one, f"erasure.what.{one.what}", f"erasure.recall_state.{one.state}", carried(one.heads), form


def _request_of(request: Any, text: str) -> reading.ItemView:
    return reading.item(request.desk, request.reader, ident(text), "erasure")


@require_POST
def keep(request: Any, erasure_: str) -> HttpResponse:
    """One of the two who say that it is kept, and why."""
    known = _request_of(request, erasure_)
    form = KeepForm(request, request.POST, auto_id=f"keep_{erasure_[:6]}_%s")
    if form.is_valid():
        try:
            said = form.cleaned_data
            made = erasure.keep(request.desk, request.reader, known.item, said["ground"], said["text"], seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "erasure.kept" if made.kept else "erasure.keep_waits")
            return see_other("erasure:list", dossier=known.dossier.hex())
    return _overview(request, known.dossier, keeping=(known.item, form))


@require_POST
def drop(request: Any, erasure_: str) -> HttpResponse:
    known = _request_of(request, erasure_)
    try:
        erasure.drop(request.desk, request.reader, known.item, seen_versions(request.POST))
    except NotFound:
        raise
    except LetapisError as error:
        return _overview(request, known.dossier, error=error.code)
    notice(request, "erasure.dropped")
    return see_other("erasure:list", dossier=known.dossier.hex())


@require_POST
def recall(request: Any, recall: str) -> HttpResponse:
    """A recipient was told, or has answered."""
    known = reading.item(request.desk, request.reader, ident(recall), "recall")
    form = RecallForm(request, request.POST, auto_id=f"recall_{recall[:6]}_%s")
    if form.is_valid():
        text, seen = form.cleaned_data["text"], seen_versions(request.POST)
        try:
            if request.POST.get("state") == recalls.ANSWERED:
                recalls.answer(request.desk, request.reader, known.item, text, seen=seen)
            else:
                recalls.tell(request.desk, request.reader, known.item, text, seen)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "erasure.noted")
            return see_other("erasure:list", dossier=known.dossier.hex())
    return _overview(request, known.dossier, telling=(known.item, form))


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: Any, restricted: str) -> HttpResponse:
    """What is restricted, for an officer; the restriction is lifted here."""
    known = reading.item(request.desk, request.reader, ident(restricted), "restricted")
    restriction.require_officer(request.desk, request.reader)
    form = LiftForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            restriction.lift(request.desk, request.reader, known.item, form.cleaned_data["text"], seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "erasure.lifted")
            return see_other("erasure:list", dossier=known.dossier.hex())
    lines = Lines(request)
    going = erasing.going(request.desk, request.reader, known.dossier, [known.about])
    found = restriction.look(request.desk, request.reader, going.records)
    shown = [(lines.word("history.type", one.kind), one.day, erasure_lines.words(lines, one)) for one in found]
    context = dict(frame(request, known.dossier, "around")) | {
        "form": form,
        "restricted": known,
        "about": erasure_lines.label(lines, known.dossier, known.about),
        "shown": [line for line in shown if line[2]],
        "seen": carried(known.heads),
    }
    return page(request, "erasure/look.html", context, 422 if form.errors else 200)


AROUND = (Around(80, "erasure.title", "erasure:list", ("restricted", "recall")),)
urlpatterns = [
    path("dossiers/<str:dossier>/erasure", overview, name="list"),
    path("erasure/requests/<str:erasure_>/keep", keep, name="keep"),
    path("erasure/requests/<str:erasure_>/drop", drop, name="drop"),
    path("erasure/recalls/<str:recall>", recall, name="recall"),
    path("erasure/restricted/<str:restricted>", look, name="look"),
]
