"""Recognition as a political prisoner: where a person of a dossier stands, rounds and votes, decisions that wait for a second member."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from letapis.core import recognition as rules
from letapis.core.errors import LetapisError, NotFound
from letapis.core.recognition import Course, Decision, Opened, Proposed, Tally
from letapis.desk import reading, recognition, recognition_waiting, statements
from letapis.faces.recognition_words import RecognitionWords
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.law_words import people_of, person_of
from letapis.faces.web.lines import Lines
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, reference, see_other

app_name = "recognition"
AROUND = (Around(60, "recognition.title", "recognition:dossier", ("recognition", "recognition_outcome"), ("person", "event", "group")),)
_FIELDS: Final = {"recognition.day": "day", "recognition.too_long": "text", "recognition.organisation": "organisation",
                  "recognition.stance": "stance", "items.too_long": "text"}  # fmt: skip
DAY: Final = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")


class RoundForm(DeskForm):
    section = "recognition"
    day = forms.CharField(max_length=10, widget=DAY)
    text = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class VoteForm(DeskForm):
    section = "recognition"
    organisation = forms.CharField(max_length=300)
    stance = forms.ChoiceField(widget=forms.RadioSelect)
    day = forms.CharField(max_length=10, widget=DAY)
    text = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("stance", [(stance, f"recognition.stance.{stance}") for stance in rules.STANCES])


@dataclass(frozen=True)
class DecisionLine:
    """A decision in words. ``others``: who confirmed it; ``mine``: this member wrote it down; ``tone`` is that of its tag."""

    said: Proposed
    outcome: str
    tone: str
    ground: str
    demand: str
    author: str
    others: tuple[str, ...]
    corrected: bool
    mine: bool
    statement: str


@dataclass(frozen=True)
class RoundLine:
    """A round with its votes; ``counts``: how many for, against, abstaining."""

    opened: Opened
    text: str
    tally: Tally
    votes: tuple[tuple[str, str, str, str], ...]
    counts: str


def today(request: Any) -> str:
    day: str = request.desk.clock().date().isoformat()
    return day


def words_of(request: Any) -> RecognitionWords:
    return RecognitionWords(request.desk.catalogue, request.language)


def tone_of(outcome: str) -> str:
    return "good" if outcome in rules.RECOGNISES else "warn" if outcome == rules.UNDER_REVIEW else "bad" if outcome == rules.WITHDRAWN else ""


def _decision(request: Any, lines: Lines, words: RecognitionWords, said: Proposed, behind: Decision | None, titles: dict[str, str]) -> DecisionLine:
    tone = tone_of(said.outcome) if behind else "warn"  # what one member wrote down does not look decided
    told = (words.outcome(said.outcome), tone, words.ground(said.ground), words.demand(said.demand), lines.name(said.member))
    others = tuple(lines.name(member) for member in behind.confirmed) if behind else ()
    corrected = behind.corrected if behind else False
    return DecisionLine(said, *told, others, corrected, said.member == request.desk.me, titles.get(said.statement.hex(), ""))


def _round(request: Any, lines: Lines, words: RecognitionWords, opened: Opened) -> RoundLine:
    found = recognition.tally(request.desk, request.reader, opened.recognition)
    votes = tuple((one.organisation, lines.word("recognition.stance", one.stance), one.day, one.text) for one in found.votes)
    text = reading.item(request.desk, request.reader, opened.recognition).text("text")
    return RoundLine(opened, text, found, votes, words.votes(found))


def _context(request: Any, dossier: bytes, people: list[reading.EntityView]) -> dict[str, Any]:
    """Where one person stands: the outcome, what waits, rounds with their votes, statements, the whole history."""
    person, lines, words = person_of(request, people), Lines(request), words_of(request)
    known = recognition.course(request.desk, request.reader, dossier, person.entity)
    said = statements.in_dossier(request.desk, request.reader, dossier)
    titles = {one.statement: title_in(one.titles, request.language) for one in said}
    rounds = [_round(request, lines, words, one) for one in recognition.rounds(request.desk, request.reader, dossier, person.entity)]
    open_ids = {one.recognition for one in known.open_rounds}
    return {
        "people": people,
        "person": person,
        "outcome": words.outcome(known.outcome),
        "tone": tone_of(known.outcome),
        "current": _decision(request, lines, words, known.current.said, known.current, titles) if known.current else None,
        "reviewed_anew": bool(known.current and known.open_rounds),
        "waiting": [_decision(request, lines, words, one, None, titles) for one in known.waiting],
        "open_rounds": [one for one in rounds if one.opened.recognition in open_ids],
        "past_rounds": [one for one in rounds if one.opened.recognition not in open_ids],
        "history": [_decision(request, lines, words, one.said, one, titles) for one in known.decisions],
        "statements": [(one.statement, titles[one.statement], one.day, one.signatories) for one in said],
        "step": _step(known),
    }


def _step(known: Course) -> str:
    """What comes next, as the key of a text."""
    if known.waiting:
        return "recognition.step.confirm"
    if known.open_rounds:
        return "recognition.step.vote"
    return "recognition.step.settled" if known.current else "recognition.step.open"


def title_in(titles: Any, language: str) -> str:
    return titles.get(language) or next(iter(titles.values()), "")


def show(request: Any, dossier: bytes, status: int = 200, **shown: Any) -> HttpResponse:
    """The page of a person with what was typed, where a form comes back."""
    context = dict(frame(request, dossier, "around"))
    people = people_of(request, dossier)
    if not people:
        return page(request, "recognition/empty.html", context)
    round_form = RoundForm(request, initial={"day": today(request)}, auto_id="round_%s")
    vote_form = VoteForm(request, initial={"day": today(request)}, auto_id="vote_%s")
    told = {"round_form": round_form, "vote_form": vote_form} | _context(request, dossier, people) | shown
    return page(request, "recognition/dossier.html", context | told, status)


def back(name: str, dossier: bytes, person: bytes) -> HttpResponse:
    """To the page of a person."""
    answer = see_other(name, dossier=dossier.hex())
    answer["Location"] += f"?person={person.hex()}"
    return answer


@require_safe
def dossier(request: Any, dossier: str) -> HttpResponse:
    return show(request, ident(dossier))


@made_once
@require_POST
def open_round(request: Any, dossier: str) -> HttpResponse:
    """Put a person before the organisations."""
    ident_ = ident(dossier)
    frame(request, ident_, "around")
    people = people_of(request, ident_)
    if not people:
        raise NotFound("reading.not_found")
    person, form = person_of(request, people), RoundForm(request, request.POST, auto_id="round_%s")
    if form.is_valid():
        try:
            recognition.open_round(request.desk, request.reader, ident_, person.entity, form.cleaned_data["day"], form.cleaned_data["text"])
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "recognition.opened")
            return back("recognition:dossier", ident_, person.entity)
    return show(request, ident_, 422, round_form=form)


@made_once
@require_POST
def vote(request: Any, round: str) -> HttpResponse:
    """What an organisation said in a round."""
    found = reading.item(request.desk, request.reader, ident(round), recognition.ROUND)
    form = VoteForm(request, request.POST, auto_id="vote_%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            said = recognition.VoteForm(told["organisation"], told["stance"], told["day"], told["text"])
            recognition.vote(request.desk, request.reader, found.item, said)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "recognition.voted")
            return back("recognition:dossier", found.dossier, found.about)
    return show(request, found.dossier, 422, vote_form=form)


def _of_two(request: Any, decided: str, deed: str) -> HttpResponse:
    found = reading.item(request.desk, request.reader, ident(decided), recognition.OUTCOME)
    try:
        if deed == "confirmed":
            recognition.confirm(request.desk, request.reader, found.item, reference(request.POST.get("seen", "")))
        else:
            recognition.take_back(request.desk, request.reader, found.item)
    except NotFound:
        raise
    except LetapisError as error:
        return show(request, found.dossier, 422, fault=f"errors.{error.code}")
    notice(request, f"recognition.{deed}")
    return back("recognition:dossier", found.dossier, found.about)


@require_POST
def confirm(request: Any, decided: str) -> HttpResponse:
    """Another member stands behind a decision; with that it counts."""
    return _of_two(request, decided, "confirmed")


@require_POST
def take_back(request: Any, decided: str) -> HttpResponse:
    return _of_two(request, decided, "taken_back_now")


@require_safe
def overview(request: Any) -> HttpResponse:
    """Everybody of whom a round or a decision waits, and for whom."""
    words, found = words_of(request), recognition_waiting.under_review(request.desk, request.reader)
    rows = []
    for one in found:
        address = reverse("recognition:dossier", args=[one.dossier.dossier.hex()]) + f"?person={one.person.entity.hex()}"
        mine = any(said.member == request.desk.me for said in one.course.waiting)
        waits = [("recognition.waits_for_other" if mine else "recognition.waits_for_you", "warn")] if one.course.waiting else []
        waits = waits or [("recognition.waits_for_votes", "")]
        since = min(day for day in (*(each.day for each in one.course.open_rounds), *(each.day for each in one.course.waiting)))
        rows.append((one, address, words.outcome(one.course.outcome), tone_of(one.course.outcome), waits, since))
    return page(request, "recognition/list.html", {"rows": rows})


urlpatterns = [
    path("publication/recognition", overview, name="list"),
    path("dossiers/<str:dossier>/recognition", dossier, name="dossier"),
    path("dossiers/<str:dossier>/recognition/open", open_round, name="open"),
    path("recognition/<str:round>/vote", vote, name="vote"),
    path("recognition/decisions/<str:decided>/confirm", confirm, name="confirm"),
    path("recognition/decisions/<str:decided>/take-back", take_back, name="take_back"),
]
