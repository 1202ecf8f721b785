"""Documents for bodies: make a draft from the record, see every gate with its reason, let a colleague approve, produce and keep."""

from dataclasses import replace
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from letapis.core import composed
from letapis.core.brief import word_count, words_in
from letapis.core.errors import LetapisError, NotFound
from letapis.core.gates import Gate
from letapis.core.language import LANGUAGES
from letapis.desk import briefs, reading, submit, travel
from letapis.faces.card_words import CardWords, GateWords
from letapis.faces.texts import texts
from letapis.faces.web.choosing import is_many, offer_parties
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.streams import saved

app_name = "submit"
_DRAFTS: Final = 20
_SENT: Final = 50
_LONGEST: Final = 20_000
_FIRST: Final = "WGAD-REGULAR"  # the body that most documents go to is offered first
_OF: Final = ":"  # between a body and one of its requests


class NewForm(DeskForm):
    """For which body and which of its requests, in which of its languages; whom it proposes, where it proposes an official."""

    section = "submit"
    mechanism = forms.ChoiceField()
    document_language = forms.ChoiceField()
    target = forms.ChoiceField(required=False)

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        catalogue = request.desk.catalogue
        asked: Any = self.fields["mechanism"]
        asked.choices = sorted((one for form in catalogue.forms.values() for one in _asked(request, form)), key=lambda one: one[1].casefold())
        asked.initial = _FIRST
        offered = [language for language in LANGUAGES if any(language in one.languages for one in catalogue.forms.values())]
        self.offer("document_language", [(language, f"submit.language.{language}") for language in offered])
        nobody = ("", texts().say("submit.no_target", request.language))
        if is_many(request, dossier):
            offer_parties(self, "target", request, dossier, ("person",), first=[nobody])
        else:
            proposed = briefs.possible_targets(request.desk, request.reader, dossier)
            target: Any = self.fields["target"]
            target.choices = [nobody, *((one.entity.hex(), one.label) for one in proposed)]


def _asked(request: Any, form: Any) -> list[tuple[str, str]]:
    """A body as one choice, or one choice for each of its requests."""
    name, language = request.desk.catalogue.mechanisms[form.mechanism].name[request.language], request.language
    requests = [(f"{form.mechanism}{_OF}{key}", f"{name}: {words.get(language, words[LANGUAGES[0]])}") for key, words in form.requests.items()]
    return requests or [(form.mechanism, name)]


class OwnWordsForm(DeskForm):
    """A lawyer's paragraphs beside one question of the form."""

    section = "submit"
    question = forms.ChoiceField()
    words = forms.CharField(required=False, max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, request: Any, card: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        field: Any = self.fields["question"]
        words = CardWords(request.desk.catalogue, request.language)
        field.choices = [(asked.key, words.question(asked.label)[0]) for asked in card.fields]


@require_safe
def dossier(request: Any, dossier: str) -> HttpResponse:
    return _overview(request, ident(dossier), NewForm(request, ident(dossier)), 200)


def _overview(request: Any, dossier: bytes, form: NewForm, status: int) -> HttpResponse:
    lines, words = Lines(request), CardWords(request.desk.catalogue, request.language)
    context = dict(frame(request, dossier, "submissions"))
    part = part_of(briefs.briefs(request.desk, request.reader, dossier), request.GET.get("page", ""), _DRAFTS)
    sent = submit.submissions(request.desk, request.reader, dossier)[:_SENT]
    context |= {
        "form": form,
        "briefs": [(b, words.name(b.mechanism), lines.name(b.author), bool(b.approvers)) for b in part.shown],
        "part": part,
        "sent": [(s, words.name(s.mechanism), lines.name(s.member), _files(request, s)) for s in sent],
    }
    return page(request, "submit/dossier.html", context, status)


def _files(request: Any, sent: submit.SubmissionView) -> list[tuple[str, str]]:
    """The files of a submission that this member may open: id and kind of file."""
    found = []
    for kept in sent.objects:
        try:
            item = reading.evidence(request.desk, request.reader, kept)
        except NotFound:
            continue  # the original lies in the part of the dossier that this member does not hold
        found.append((item.object.hex(), "PDF" if item.media_type == "application/pdf" else "DOCX"))
    return found


@made_once
@require_POST
def new(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    form = NewForm(request, ident_, request.POST)
    if form.is_valid():
        try:
            mechanism, _, asked = form.cleaned_data["mechanism"].partition(_OF)
            target, language = bytes.fromhex(form.cleaned_data["target"]), form.cleaned_data["document_language"]
            made = briefs.make_brief(request.desk, request.reader, ident_, mechanism, language, target=target, request=asked)
        except LetapisError as error:
            reading.dossier(request.desk, request.reader, ident_)
            form.complain(error, {"submit.language": "document_language", "submit.target": "target"}.get(error.code))
        else:
            notice(request, "submit.made")
            return see_other("submit:brief", brief=made.brief.hex())
    return _overview(request, ident_, form, 422)


@require_safe
def brief(request: Any, brief: str) -> HttpResponse:
    view = briefs.brief(request.desk, request.reader, ident(brief))
    return _show(request, view, None, "", (), 200)


def _show(request: Any, view: briefs.BriefView, form: OwnWordsForm | None, override: str, errors: tuple[str, ...], status: int) -> HttpResponse:
    lines, card = Lines(request), request.desk.catalogue.mechanisms[view.mechanism]
    words = CardWords(request.desk.catalogue, request.language)
    asked = submit.gates(request.desk, request.reader, view, override)
    gates = [_gate(request, card, gate) for gate in asked]
    labels = {field.key: field.label for field in card.fields}
    shut = [gate for gate in asked if gate.closed]
    context = dict(frame(request, view.dossier, "submissions")) | {
        "brief": view,
        "card": card.name[request.language],
        "author": lines.name(view.author),
        "approvers": [lines.name(member) for member in view.approvers],
        "may_approve": view.may_approve(request.reader.member),
        "mine": request.reader.member in view.involved,
        "outgrown": any(gate.answer.because == "submit.changed_since" for gate in shut),
        "waiting": sorted((gate for gate in gates if not gate.holds), key=lambda gate: not gate.blocks),
        "settled": [gate for gate in gates if gate.holds],
        "held": any(gate.name == "circle" for gate in shut),
        "weighed": briefs.weighed(request.desk, request.reader, view),
        "shut": len(shut),
        "stale": bool(override) or any(gate.name == "freshness" for gate in shut),
        "only_silent": bool(shut) and all(gate.name == "freshness" for gate in shut),
        "missing": [words.question(label) for label in composed.missing(view.document)],
        "own_words": [(*words.question(labels[key]), text, words_in(text)) for key, text in view.own_words.items() if key in labels],
        "typed": words_in(form["words"].value() or "") if form else 0,
        "words": word_count(view.document),
        "lengths": [said.says for gate, said in zip(asked, gates, strict=True) if gate.name == "length"],
        "form": form or OwnWordsForm(request, card),
        "override": override,
        "errors": errors,
    }
    return page(request, "submit/brief.html", context, status)


def _gate(request: Any, card: Any, gate: Gate) -> GateWords:
    """One gate in words; silent devices on a journey are named."""
    said = CardWords(request.desk.catalogue, request.language).gate(card, gate)
    if gate.name != "freshness":
        return said
    devices = travel.silent_travellers(request.desk, request.reader, submit.MAX_HOURS)
    return replace(said, named=", ".join(Lines(request).device(device) for device in devices))


@require_safe
def preview(request: Any, brief: str) -> HttpResponse:
    """The document on one page. The renderer escapes every text, so its fragment may stand as it is."""
    view = briefs.brief(request.desk, request.reader, ident(brief))
    fragment = submit.preview_page(request.desk, request.reader, view, lambda claim: reverse("claims:show", args=[claim.hex()]))
    context = dict(frame(request, view.dossier, "submissions")) | {"brief": view, "document": mark_safe(fragment)}
    return page(request, "submit/preview.html", context)


@require_POST
def draft(request: Any, brief: str) -> HttpResponseBase:
    """Save the PDF as it would look now; every page says that it is a draft."""
    view = briefs.brief(request.desk, request.reader, ident(brief))
    made = submit.preview(request.desk, request.reader, view)
    return saved([made], "draft.pdf", len(made))


@require_POST
def own_words(request: Any, brief: str) -> HttpResponse:
    """A new draft with a lawyer's paragraphs beside a question; the draft before stays as it was."""
    view = briefs.brief(request.desk, request.reader, ident(brief))
    form = OwnWordsForm(request, request.desk.catalogue.mechanisms[view.mechanism], request.POST)
    if form.is_valid():
        words = {**view.own_words, form.cleaned_data["question"]: form.cleaned_data["words"].strip()}
        kept = {key: text for key, text in words.items() if text}
        try:
            made = briefs.make_again(request.desk, request.reader, view, kept)
        except LetapisError as error:
            form.complain(error, "words")
        else:
            notice(request, "submit.words_kept")
            return see_other("submit:brief", brief=made.brief.hex())
    return _show(request, view, form, "", (), 422)


@require_POST
def again(request: Any, brief: str) -> HttpResponse:
    """The same document as the record supports it now; the draft before stays as it was."""
    made = briefs.make_again(request.desk, request.reader, briefs.brief(request.desk, request.reader, ident(brief)))
    notice(request, "submit.made")
    return see_other("submit:brief", brief=made.brief.hex())


@require_POST
def approve(request: Any, brief: str) -> HttpResponse:
    view = briefs.brief(request.desk, request.reader, ident(brief))
    try:
        briefs.approve_brief(request.desk, request.reader, view)
    except LetapisError as error:
        return _show(request, view, None, "", (f"errors.{error.code}",), 422)
    notice(request, "submit.approved_now")
    return see_other("submit:brief", brief=brief)


@require_POST
def produce(request: Any, brief: str) -> HttpResponse:
    """Make both files and keep them; a silent device may be accepted with a reason."""
    view = briefs.brief(request.desk, request.reader, ident(brief))
    override = request.POST.get("override", "").strip()[:2000]
    try:
        submit.produce(request.desk, request.reader, view, override)
    except LetapisError as error:
        return _show(request, view, None, override, (f"errors.{error.code}",), 422)
    notice(request, "submit.produced")
    return see_other("submit:dossier", dossier=view.dossier.hex())


urlpatterns = [
    path("dossiers/<str:dossier>/submissions", dossier, name="dossier"),
    path("dossiers/<str:dossier>/submissions/new", new, name="new"),
    path("documents/<str:brief>", brief, name="brief"),
    path("documents/<str:brief>/preview", preview, name="preview"),
    path("documents/<str:brief>/draft", draft, name="draft"),
    path("documents/<str:brief>/again", again, name="again"),
    path("documents/<str:brief>/words", own_words, name="words"),
    path("documents/<str:brief>/approve", approve, name="approve"),
    path("documents/<str:brief>/produce", produce, name="produce"),
]
