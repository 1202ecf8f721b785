"""Who could have told us? The sentences of a document that few people could have told, and a colleague's word on each before they go out."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.brief import Sentence
from letapis.core.circles import CONSENTS, Assessed, Weighed, key_of
from letapis.core.errors import LetapisError, NotFound, UsageError
from letapis.desk import circles, reading, submit
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import ClaimLine, Lines
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "circles"
_GOES: Final = ("as_it_is", "stays_out")
_FIELDS: Final = {"circles.risk": "risk", "circles.consent": "consent", "circles.needs_wording": "goes", "circles.wording": "wording"}


class WordForm(DeskForm):
    """What could happen, what they answered, how it goes: one word for the ticked sentences."""

    section = "circles"
    risk = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    consent = forms.ChoiceField()
    goes = forms.ChoiceField(widget=forms.RadioSelect, initial="as_it_is")

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("consent", [("", "circles.consent.choose"), *((one, f"circles.consent.{one}") for one in CONSENTS)])
        self.offer("goes", [(one, f"circles.goes.{one}") for one in _GOES])


class OtherWordsForm(DeskForm):
    """The same for one sentence that goes in other words."""

    section = "circles"
    wording = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}))
    risk = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    consent = forms.ChoiceField()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("consent", [("", "circles.consent.choose"), *((one, f"circles.consent.{one}") for one in CONSENTS)])


@dataclass(frozen=True)
class SentenceLine:
    """One sentence in words: its number on the page, its circle (key of a text), what it rests on; ``mine``: this reader wrote it down."""

    number: int
    text: str
    circle: str
    relatives: bool
    claims: list[ClaimLine]
    mine: bool
    ticked: bool


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, brief: str) -> HttpResponse:
    """All sentences that wait for a word; several can be ticked and get the same."""
    view = submit.brief(request.desk, request.reader, ident(brief))
    held = submit.held_back(request.desk, request.reader, view)
    form, chosen = WordForm(request, request.POST if request.method == "POST" else None), _ticked(request, held)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        word = circles.AssessmentForm(told["risk"], told["consent"], goes=told["goes"] == "as_it_is")
        try:
            if not chosen:
                raise UsageError("circles.sentences")
            now = submit.assess(request.desk, request.reader, view, [held[n].sentence for n in chosen], word)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            return _done(request, view, now, len(chosen))
    return _page(request, view, form, chosen)


def _page(request: Any, view: submit.BriefView, form: WordForm, chosen: list[int], error: str = "") -> HttpResponse:
    lines, held = Lines(request), submit.held_back(request.desk, request.reader, view)
    waiting = [_line(request, lines, n, one, n in chosen) for n, one in enumerate(held)]
    told = {"form": form, "waiting": waiting, "settled": _settled(request, lines, view), "error": error}
    return page(request, "circles/show.html", _frame(request, view) | told, 422 if form.errors or error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def reword(request: Any, brief: str, number: str) -> HttpResponse:
    """One sentence in words that do not show who told it."""
    view = submit.brief(request.desk, request.reader, ident(brief))
    held = submit.held_back(request.desk, request.reader, view)
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else len(held)
    if place >= len(held):
        return see_other("circles:show", brief=brief)  # a colleague may have decided about it since the page was made
    one = held[place]
    start = {"wording": one.sentence.text}
    form = OtherWordsForm(request, request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            if request.POST.get("sentence", "") != one.sentence.text:
                raise UsageError("circles.changed")
            word = circles.AssessmentForm(told["risk"], told["consent"], wording=told["wording"])
            now = submit.assess(request.desk, request.reader, view, [one.sentence], word)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            return _done(request, view, now, 1)
    context = _frame(request, view) | {"form": form, "line": _line(request, Lines(request), place, one, False)}
    return page(request, "circles/reword.html", context, 422 if form.errors else 200)


@require_POST
def take_back(request: Any, brief: str, decision: str) -> HttpResponse:
    """Take one's own word back; the sentence waits again."""
    view = submit.brief(request.desk, request.reader, ident(brief))
    try:
        ref = bytes.fromhex(decision)
    except ValueError:
        raise NotFound("web.no_such_page") from None
    try:
        circles.withdraw_assessment(request.desk, request.reader, view.dossier, ref)
    except LetapisError as error:
        return _page(request, view, WordForm(request), [], f"errors.{error.code}")
    notice(request, "circles.taken_back")
    return see_other("circles:show", brief=brief)


def _frame(request: Any, view: submit.BriefView) -> dict[str, Any]:
    card = request.desk.catalogue.mechanisms[view.mechanism].name[request.language]
    return dict(frame(request, view.dossier, "submissions")) | {"brief": view, "card": card}


def _ticked(request: Any, held: list[Weighed]) -> list[int]:
    """Numbers of the ticked sentences. The words stand beside the number, so that a page gone stale assesses nothing else."""
    found = []
    for n, one in enumerate(held):
        if f"{n}" in request.POST.getlist("chosen") and request.POST.get(f"sentence-{n}", "") == one.sentence.text:
            found.append(n)
    return found


def _done(request: Any, before: submit.BriefView, now: submit.BriefView, count: int) -> HttpResponse:
    """Where the words changed, the new document holds, and it is the one to read and approve."""
    if now.brief != before.brief:
        notice(request, "circles.new_document")
        return see_other("submit:brief", brief=now.brief.hex())
    notice(request, "circles.kept", count=count)
    left = submit.held_back(request.desk, request.reader, now)
    return see_other("circles:show" if left else "submit:brief", brief=now.brief.hex())


def _line(request: Any, lines: Lines, number: int, one: Weighed, ticked: bool) -> SentenceLine:
    claims = reading.claims_by_ref(request.desk, request.reader, one.claims)
    told = lines.lines([claims[ref] for ref in one.claims if ref in claims])
    mine = request.reader.member in one.writers
    return SentenceLine(number, one.sentence.text, f"claims.circle.{one.circle}", one.relatives, told, mine, ticked and not mine)


def _settled(request: Any, lines: Lines, view: submit.BriefView) -> list[tuple[Assessed, str, str, bool]]:
    """Words that stand for this body: the sentence it is about, who said it, whether this reader may take it back."""
    said = {key_of(one.sentence): one.sentence for one in submit.weighed(request.desk, request.reader, view)}
    found = []
    for a in circles.assessed(request.desk, request.reader, view.dossier, view.mechanism):
        found.append((a, _named(a, said), lines.name(a.member), a.member == request.reader.member))
    return found


def _named(a: Assessed, said: dict[Any, Sentence]) -> str:
    """The sentence that a word is about, as this document has it; empty for a word on several."""
    return a.wording or a.sentence or (said[a.key].text if a.key in said else "")


urlpatterns = [
    path("documents/<str:brief>/circles", show, name="show"),
    path("documents/<str:brief>/circles/<str:number>", reword, name="reword"),
    path("documents/<str:brief>/circles/<str:decision>/take-back", take_back, name="take_back"),
]
