"""Recognition: the dossier for the vote as a page and as text, a decision written down, public statements."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.core.language import LANGUAGES
from letapis.core.recognition_criteria import TierState
from letapis.core.records import Record
from letapis.desk import reading, recognition, statements, vote_dossier
from letapis.faces.recognition_words import TIER_TONES
from letapis.faces.texts import texts
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.law_words import chosen_floor, people_of, person_of
from letapis.faces.web.lines import Lines
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import keep_chosen, seen_versions, version_context
from letapis.faces.web.views.recognition import DAY, back, title_in, today, words_of

app_name = "recognition_writing"
_CLAIMS: Final = 6
_DECIDING: Final = {
    "recognition.outcome": "outcome",
    "recognition.nothing_to_withdraw": "outcome",
    "recognition.day": "day",
    "recognition.same_day": "day",
    "recognition.ground": "ground",
    "recognition.reason": "reason",
    "recognition.too_long": "reason",
    "recognition.override": "override",
    "recognition.statement": "statement",
}
_STATING: Final = {
    "recognition.outcome": "outcome",
    "recognition.day": "day",
    "recognition.ground": "ground",
    "recognition.signatories": "signatories",
    "recognition.titles": "title_en",
    "recognition.too_long": "text_en",
    "recognition.link": "link",
}


def _person(request: Any, dossier: bytes) -> tuple[list[reading.EntityView], reading.EntityView]:
    people = people_of(request, dossier)
    if not people:
        raise NotFound("qualify.no_person")
    return people, person_of(request, people)


@require_safe
def vote_page(request: Any, dossier: str) -> HttpResponse:
    """What the record says under each ground, before anybody votes."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around")) | chosen_floor(request)
    people, person = _person(request, ident_)
    prepared = vote_dossier.prepare(request.desk, request.reader, ident_, person.entity, context["floor"])
    lines, words = Lines(request), words_of(request)
    tiers = []
    for one in prepared.tiers:
        criteria = []
        for criterion in one.criteria:
            carried, against = (
                [lines.line(prepared.claims[ref]) for ref in refs if ref in prepared.claims] for refs in (criterion.refs, criterion.against)
            )
            more = max(0, len(carried) - _CLAIMS) + max(0, len(against) - _CLAIMS)
            criteria.append((words.criterion(one, criterion), carried[:_CLAIMS], against[:_CLAIMS], more))
        demand, blocked = words.demand(one.demand), one.state in (TierState.BLOCKED, TierState.EXCLUDED)
        tiers.append((one, words.title(one), words.tier(one), TIER_TONES[one.state], demand, criteria, blocked))
    asked = words.questions(prepared.questions)
    told = {"people": people, "person": person, "tiers": tiers, "held": words.held(prepared.held), "questions": asked, "today": today(request)}
    told |= {"to": "vote", "ours": words.ours(prepared.questions)}
    return page(request, "recognition/vote.html", context | told)


@require_safe
def vote_text(request: Any, dossier: str) -> HttpResponse:
    """The same as text, to be sent to who votes; no source is named in it."""
    ident_ = ident(dossier)
    frame(request, ident_, "around")
    _, person = _person(request, ident_)
    prepared = vote_dossier.prepare(request.desk, request.reader, ident_, person.entity, chosen_floor(request)["floor"])
    lines = Lines(request)

    def claim(one: reading.ClaimView) -> str:
        return f"{lines.label(one.property)}: {lines.value(one)}"

    text = words_of(request).paper(prepared, person.label, today(request), claim)
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="dossier-for-the-vote.md"'
    return answer


class DecisionForm(DeskForm):
    section = "recognition"
    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    day = forms.CharField(max_length=10, widget=DAY)
    ground = forms.ChoiceField(required=False)
    reason = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    statement = forms.ChoiceField(required=False)
    override = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    corrects = forms.ChoiceField(required=False)

    def __init__(self, request: Any, dossier: bytes, person: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        words, say = words_of(request), texts().say
        none = ("", say("recognition.none_chosen", self.language))
        self._give("outcome", words.outcomes())
        self._give("ground", [none, *words.grounds()])
        known = statements.in_dossier(request.desk, request.reader, dossier)
        self._give("statement", [none, *((one.statement, title_in(one.titles, self.language)) for one in known)])
        decided = [one.said for one in recognition.course(request.desk, request.reader, dossier, person).decisions if not one.corrected]
        self._give("corrects", [none, *((one.decided.hex(), words.said(one)) for one in decided)])
        if not known:
            del self.fields["statement"]
        if not decided:
            del self.fields["corrects"]

    def _give(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def told(self) -> recognition.OutcomeForm:
        told = self.cleaned_data
        ids = [bytes.fromhex(told.get(name, "")) for name in ("statement", "corrects")]
        return recognition.OutcomeForm(told["outcome"], told["day"], told["ground"], told["reason"], told["override"], *ids)


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: Any, dossier: str) -> HttpResponse:
    """Write down what the organisations decided; another member confirms it."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    _, person = _person(request, ident_)
    posted = request.POST if request.method == "POST" else None
    form, doubts = DecisionForm(request, ident_, person.entity, posted, initial={"day": today(request)}), tuple[str, ...]()
    if posted is not None and form.is_valid():
        said = form.told()
        try:
            recognition.record_outcome(request.desk, request.reader, ident_, person.entity, said)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _DECIDING.get(error.code))
            if error.code == "recognition.override":
                doubts = recognition.doubts(request.desk, request.reader, ident_, person.entity, said)
        else:
            notice(request, "recognition.written")
            return back("recognition:dossier", ident_, person.entity)
    told = {"form": form, "person": person, "statements": "statement" in form.fields, "doubts": [f"recognition.doubt.{one}" for one in doubts]}
    return page(request, "recognition/decide.html", context | told, 422 if form.errors else 200)


class StatementForm(DeskForm):
    section = "recognition"
    day = forms.CharField(max_length=10, widget=DAY)
    outcome = forms.ChoiceField()
    ground = forms.ChoiceField(required=False)
    signatories = forms.CharField(max_length=8000, widget=forms.Textarea(attrs={"rows": 4}))
    link = forms.CharField(max_length=300, required=False)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        words, say = words_of(request), texts().say
        outcomes: Any = self.fields["outcome"]
        grounds: Any = self.fields["ground"]
        outcomes.choices = words.outcomes()
        grounds.choices = [("", say("recognition.none_chosen", self.language)), *words.grounds()]
        for lang in LANGUAGES:
            title = forms.CharField(max_length=300, required=False, widget=forms.TextInput(attrs={"lang": lang}))
            text = forms.CharField(max_length=20000, required=False, widget=forms.Textarea(attrs={"rows": 6, "lang": lang}))
            for name, field in (("title", title), ("text", text)):
                field.label = say(f"recognition.field.{name}_{lang}", self.language)
                self.fields[f"{name}_{lang}"] = field

    def told(self) -> statements.StatementForm:
        told = self.cleaned_data
        titles, said = ({lang: told[f"{name}_{lang}"] for lang in LANGUAGES} for name in ("title", "text"))
        signed = tuple(told["signatories"].splitlines())
        return statements.StatementForm(told["day"], told["outcome"], titles, said, signed, told["ground"], told["link"])


def _initial(request: Any, dossier: bytes, ident_: bytes) -> dict[str, str]:
    """What stands in a statement, for its form."""
    known = statements.read(statements.copy(request.desk, request.reader, dossier, ident_).record)
    told = {"day": known.day, "outcome": known.outcome, "ground": known.ground, "link": known.link, "signatories": "\n".join(known.signatories)}
    return told | {f"{name}_{lang}": words for name, said in (("title", known.titles), ("text", known.texts)) for lang, words in said.items()}


def _write(request: Any, dossier: bytes, ident_: bytes = b"") -> HttpResponse:
    context = dict(frame(request, dossier, "around"))
    initial = _initial(request, dossier, ident_) if ident_ else {"day": today(request)}
    form = StatementForm(request, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            statements.write(request.desk, request.reader, dossier, form.told(), ident_, seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _STATING.get(error.code))
        else:
            notice(request, "recognition.statement_kept")
            return see_other("recognition:dossier", dossier=dossier.hex())
    context |= {"form": form, "statement": ident_.hex(), "elsewhere": []}
    if ident_:
        item = statements.copy(request.desk, request.reader, dossier, ident_)
        lines = Lines(request)
        context |= version_context(request, lines, item, lambda record: _describe(lines, record))
        context["served"] = statements.served(request.desk, request.reader, ident_)
    else:
        known = statements.elsewhere(request.desk, request.reader, dossier)
        context["elsewhere"] = [(one.statement, title_in(one.titles, request.language), one.day, one.signatories) for one in known]
    return page(request, "recognition/statement.html", context, 422 if form.errors else 200)


def _describe(lines: Lines, record: Record) -> list[tuple[str, str]]:
    said = statements.read(record)
    told = [("recognition.field.day", lines.date(said.day)), ("recognition.field.signatories", ", ".join(said.signatories))]
    told += [(f"recognition.field.title_{lang}", said.titles.get(lang, "")) for lang in LANGUAGES]
    told += [(f"recognition.field.text_{lang}", said.texts.get(lang, "")) for lang in LANGUAGES]
    return [*told, ("recognition.field.link", said.link)]


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def new_statement(request: Any, dossier: str) -> HttpResponse:
    """A public statement in three languages, or one of another dossier chosen again."""
    return _write(request, ident(dossier))


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: Any, dossier: str, statement: str) -> HttpResponse:
    return _write(request, ident(dossier), ident(statement))


@require_POST
def keep(request: Any, dossier: str, statement: str) -> HttpResponse:
    keep_chosen(request, statements.copy(request.desk, request.reader, ident(dossier), ident(statement)))
    return see_other("recognition_writing:statement", dossier=dossier, statement=statement)


@require_POST
def choose(request: Any, dossier: str) -> HttpResponse:
    """The same statement for one more dossier."""
    ident_ = ident(dossier)
    frame(request, ident_, "around")
    statements.choose(request.desk, request.reader, ident_, ident(request.POST.get("statement", "")))
    notice(request, "recognition.statement_kept")
    return see_other("recognition:dossier", dossier=dossier)


urlpatterns = [
    path("dossiers/<str:dossier>/recognition/vote", vote_page, name="vote"),
    path("dossiers/<str:dossier>/recognition/vote.md", vote_text, name="text"),
    path("dossiers/<str:dossier>/recognition/decide", decide, name="decide"),
    path("dossiers/<str:dossier>/recognition/statement", new_statement, name="new_statement"),
    path("dossiers/<str:dossier>/recognition/choose", choose, name="choose"),
    path("dossiers/<str:dossier>/recognition/statements/<str:statement>", statement, name="statement"),
    path("dossiers/<str:dossier>/recognition/statements/<str:statement>/keep", keep, name="keep"),
]
