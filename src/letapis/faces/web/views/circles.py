"""Who could have told us? The sentences of a use of a dossier that few people could have told, and a colleague's word on each.

A use is a document for a body, a case file or a person's public card. All have the same pages; what differs is in ``Weighing``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.brief import Sentence
from letapis.core.circles import CONSENTS, Assessed, Weighed, key_of
from letapis.core.errors import LetapisError, NotFound, UsageError
from letapis.desk import briefs, card_plan, casefile_plan, circles, consents, reading
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import ClaimLine, Lines, part_of
from letapis.faces.web.pages import ident, notice, page

app_name = "circles"
_SHOWN: Final = 40
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
    wording = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    risk = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    consent = forms.ChoiceField()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("consent", [("", "circles.consent.choose"), *((one, f"circles.consent.{one}") for one in CONSENTS)])


@dataclass(frozen=True)
class SentenceLine:
    """One sentence in words: its number on the page, its circle (key of a text), what it rests on, where it is said in other words;
    ``mine``: this reader wrote it down."""

    number: int
    text: str
    circle: str
    relatives: bool
    claims: list[ClaimLine]
    mine: bool
    ticked: bool
    reword: str


@dataclass(frozen=True)
class Weighing:
    """One use of a dossier. ``name`` is what it is called, ``home`` and ``button`` lead back to it; ``route`` and ``named`` make addresses,
    ``kind`` ends the keys of texts that differ. ``assess`` records a word and returns where to go and what to say; ``rewords``: what is said
    may go in other words; ``language``: in which it is shown."""

    dossier: bytes
    use: str
    tab: str
    name: str
    home: str
    button: str
    route: str
    named: Mapping[str, str]
    kind: str
    found: Callable[[], list[Weighed]]
    held: Callable[[], list[Weighed]]
    assess: Callable[[Sequence[Sentence], circles.AssessmentForm], tuple[str, str]]
    language: str
    rewords: bool = True

    def place(self, what: str, **more: object) -> str:
        return reverse(f"circles:{self.route}{what}", kwargs={**self.named, **more})

    def text(self, key: str) -> str:
        """The key of a text that is another one for a case file."""
        return f"circles.{key}{self.kind}"


def _document(request: Any, brief: str) -> Weighing:
    """A document for a body: where its words change, a new one is made, and that is the one to read and approve."""
    desk, reader = request.desk, request.reader
    view = briefs.brief(desk, reader, ident(brief))

    def assess(chosen: Sequence[Sentence], word: circles.AssessmentForm) -> tuple[str, str]:
        now = briefs.assess(desk, reader, view, chosen, word)
        shown = reverse("submit:brief", args=[now.brief.hex()])
        if now.brief != view.brief:
            return shown, "circles.new_document"
        return (reverse("circles:show", args=[brief]) if briefs.held_back(desk, reader, now) else shown), "circles.kept"

    return Weighing(
        view.dossier,
        view.use,
        "submissions",
        desk.catalogue.mechanisms[view.mechanism].name[request.language],
        reverse("submit:brief", args=[brief]),
        "submit.document",
        "",
        {"brief": brief},
        "",
        lambda: briefs.weighed(desk, reader, view),
        lambda: briefs.held_back(desk, reader, view),
        assess,
        view.language,
    )


def _package(request: Any, dossier: str) -> Weighing:
    """The case files of a dossier."""
    desk, reader, whole = request.desk, request.reader, ident(dossier)
    home = reverse("casefile:export", args=[dossier])

    def held() -> list[Weighed]:
        return casefile_plan.in_language(desk, reader, casefile_plan.held_back(desk, reader, whole), request.language)

    def assess(chosen: Sequence[Sentence], word: circles.AssessmentForm) -> tuple[str, str]:
        circles.assess(desk, reader, whole, circles.PACKAGE, chosen, word)
        return (reverse("circles:package_show", args=[dossier]) if held() else home), "circles.kept"

    return Weighing(
        whole,
        circles.PACKAGE,
        "evidence",
        Lines(request).say("circles.package"),
        home,
        "casefile.open",
        "package_",
        {"dossier": dossier},
        "_package",
        lambda: casefile_plan.in_language(desk, reader, casefile_plan.weighed(desk, reader, whole), request.language),
        held,
        assess,
        request.language,
    )


def _card(request: Any, entity: str) -> Weighing:
    """The values of a person's public card. A field of a card has no other words: a value goes as it is, or stays out."""
    desk, reader = request.desk, request.reader
    person = reading.entity(desk, reader, ident(entity))
    if person.kind != consents.PERSON:
        raise NotFound("reading.not_found")
    home = reverse("cards:person", args=[entity])

    def found() -> list[Weighed]:
        return casefile_plan.in_language(desk, reader, card_plan.plan(desk, reader, person.dossier, person.entity).weighed, request.language)

    def held() -> list[Weighed]:
        return [one for one in found() if not one.clear]

    def assess(chosen: Sequence[Sentence], word: circles.AssessmentForm) -> tuple[str, str]:
        circles.assess(desk, reader, person.dossier, circles.PUBLICATION, chosen, word)
        return (reverse("circles:public_show", args=[entity]) if held() else home), "circles.kept"

    return Weighing(
        person.dossier,
        circles.PUBLICATION,
        "around",
        Lines(request).say("public.choose"),
        home,
        "public.choose",
        "public_",
        {"entity": entity},
        "_public",
        found,
        held,
        assess,
        request.language,
        rewords=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, brief: str) -> HttpResponse:
    """All sentences of a document that wait for a word; several can be ticked and get the same."""
    return _show(request, _document(request, brief))


@require_http_methods(["GET", "HEAD", "POST"])
def package_show(request: Any, dossier: str) -> HttpResponse:
    """The same for the case files of a dossier."""
    return _show(request, _package(request, dossier))


@require_http_methods(["GET", "HEAD", "POST"])
def public_show(request: Any, entity: str) -> HttpResponse:
    """The same for a person's public card."""
    return _show(request, _card(request, entity))


def _show(request: Any, use: Weighing) -> HttpResponse:
    reading.dossier(request.desk, request.reader, use.dossier)
    held = use.held()
    form, chosen = _word(request, use, request.POST if request.method == "POST" else None), _ticked(request, held)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        word = circles.AssessmentForm(told["risk"], told["consent"], goes=told["goes"] == "as_it_is")
        try:
            if not chosen:
                raise UsageError("circles.sentences")
            return _done(request, use, [held[n].sentence for n in chosen], word)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
    return _page(request, use, form, chosen, held)


def _word(request: Any, use: Weighing, posted: Any = None) -> WordForm:
    """The form of a word; where nothing goes in other words, it says so."""
    form = WordForm(request, posted)
    if not use.rewords:
        form.fields["goes"].help_text = Lines(request).say(use.text("reword_means"))
    return form


def _page(request: Any, use: Weighing, form: WordForm, chosen: list[int], held: Sequence[Weighed], error: str = "") -> HttpResponse:
    """The sentences that wait, one part of them: its address names it, so that the form of a part comes back to that part."""
    lines = Lines(request)
    part = part_of(list(enumerate(held)), request.GET.get("page", ""), _SHOWN)
    claims = reading.claims_by_ref(request.desk, request.reader, {ref for _, one in part.shown for ref in one.claims})
    waiting = [_line(request, use, lines, n, one, claims, n in chosen) for n, one in part.shown]
    told = {"form": form, "waiting": waiting, "count": len(held), "part": part, "settled": _settled(request, lines, use), "error": error}
    return page(request, "circles/show.html", _frame(request, use) | told, 422 if form.errors or error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def reword(request: Any, brief: str, number: str) -> HttpResponse:
    """One sentence of a document in words that do not show who told it."""
    return _reword(request, _document(request, brief), number)


@require_http_methods(["GET", "HEAD", "POST"])
def package_reword(request: Any, dossier: str, number: str) -> HttpResponse:
    """The same for the case files of a dossier."""
    return _reword(request, _package(request, dossier), number)


def _reword(request: Any, use: Weighing, number: str) -> HttpResponse:
    reading.dossier(request.desk, request.reader, use.dossier)
    held = use.held()
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else len(held)
    if place >= len(held):
        return _to(use.place("show"))  # a colleague may have decided about it since the page was made
    one = held[place]
    form = OtherWordsForm(request, request.POST if request.method == "POST" else None, initial={"wording": one.sentence.text})
    form.fields["wording"].widget.attrs["lang"] = use.language
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            if request.POST.get("sentence", "") != one.sentence.text:
                raise UsageError("circles.changed")
            return _done(request, use, [one.sentence], circles.AssessmentForm(told["risk"], told["consent"], wording=told["wording"]))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
    claims = reading.claims_by_ref(request.desk, request.reader, one.claims)
    context = _frame(request, use) | {"form": form, "line": _line(request, use, Lines(request), place, one, claims, False)}
    return page(request, "circles/reword.html", context, 422 if form.errors else 200)


@require_POST
def take_back(request: Any, brief: str, decision: str) -> HttpResponse:
    """Take one's own word back; the sentence waits again."""
    return _take_back(request, _document(request, brief), decision)


@require_POST
def package_take_back(request: Any, dossier: str, decision: str) -> HttpResponse:
    """The same for the case files of a dossier."""
    return _take_back(request, _package(request, dossier), decision)


@require_POST
def public_take_back(request: Any, entity: str, decision: str) -> HttpResponse:
    """The same for a person's public card."""
    return _take_back(request, _card(request, entity), decision)


def _take_back(request: Any, use: Weighing, decision: str) -> HttpResponse:
    try:
        ref = bytes.fromhex(decision)
    except ValueError:
        raise NotFound("web.no_such_page") from None
    try:
        circles.withdraw_assessment(request.desk, request.reader, use.dossier, ref)
    except NotFound:
        raise
    except LetapisError as error:
        return _page(request, use, _word(request, use), [], use.held(), f"errors.{error.code}")
    notice(request, "circles.taken_back")
    return _to(use.place("show"))


def _frame(request: Any, use: Weighing) -> dict[str, Any]:
    words = {name: use.text(name) for name in ("none", "reword_means", "word_means")}
    return dict(frame(request, use.dossier, use.tab)) | {"use": use, "here": use.place("show"), "words": words}


def _to(address: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address})


def _ticked(request: Any, held: list[Weighed]) -> list[int]:
    """Numbers of the ticked sentences. The words stand beside the number, so that a page gone stale assesses nothing else."""
    found = []
    for n, one in enumerate(held):
        if f"{n}" in request.POST.getlist("chosen") and request.POST.get(f"sentence-{n}", "") == one.sentence.text:
            found.append(n)
    return found


def _done(request: Any, use: Weighing, chosen: Sequence[Sentence], word: circles.AssessmentForm) -> HttpResponse:
    address, said = use.assess(chosen, word)
    notice(request, said, **({"count": len(chosen)} if said == "circles.kept" else {}))
    return _to(address)


def _line(
    request: Any, use: Weighing, lines: Lines, number: int, one: Weighed, claims: Mapping[bytes, reading.ClaimView], ticked: bool
) -> SentenceLine:
    told = lines.lines([claims[ref] for ref in one.claims if ref in claims])
    mine, other = request.reader.member in one.writers, use.place("reword", number=number) if use.rewords else ""
    return SentenceLine(number, one.sentence.text, f"claims.circle.{one.circle}", one.relatives, told, mine, ticked and not mine, other)


def _settled(request: Any, lines: Lines, use: Weighing) -> list[tuple[Assessed, str, str, str]]:
    """Words that stand for this use: the sentence each is about, who said it, and where this reader may take it back."""
    words = circles.assessed(request.desk, request.reader, use.dossier, use.use)
    said = {key_of(one.sentence): one.sentence for one in use.found()} if words else {}
    found = []
    for a in words:
        own = use.place("take_back", decision=a.ref.hex()) if a.member == request.reader.member else ""
        found.append((a, _named(a, said), lines.name(a.member), own))
    return found


def _named(a: Assessed, said: dict[Any, Sentence]) -> str:
    """The sentence that a word is about, as this document has it; empty for a word on several."""
    return a.wording or a.sentence or (said[a.key].text if a.key in said else "")


urlpatterns = [
    path("documents/<str:brief>/circles", show, name="show"),
    path("documents/<str:brief>/circles/<str:number>", reword, name="reword"),
    path("documents/<str:brief>/circles/<str:decision>/take-back", take_back, name="take_back"),
    path("dossiers/<str:dossier>/case-file/circles", package_show, name="package_show"),
    path("dossiers/<str:dossier>/case-file/circles/<str:number>", package_reword, name="package_reword"),
    path("dossiers/<str:dossier>/case-file/circles/<str:decision>/take-back", package_take_back, name="package_take_back"),
    path("persons/<str:entity>/public/circles", public_show, name="public_show"),
    path("persons/<str:entity>/public/circles/<str:decision>/take-back", public_take_back, name="public_take_back"),
]
