"""Where can this go? Every body for one dossier with its reasons, the routing table as advice, and the card of each body."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.core.mechanisms import Mechanism
from letapis.core.whereto import Advice, CardStanding, Way
from letapis.desk import gate_words, reading, whereto
from letapis.faces.card_words import CardWords, GateWords
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.law_words import people_of, person_of
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "mechanisms"
_REASONS: Final = 2
_TONES: Final = {Way.OPEN: "good", Way.CONDITIONAL: "warn", Way.CLOSED: "bad"}


class ReviewForm(DeskForm):
    """What a colleague saw on the body's own page."""

    section = "mechanisms"
    text = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


@dataclass(frozen=True)
class CardLine:
    """A card in the overview: the first of its reasons, and how many more there are."""

    id: str
    name: str
    way: str
    tone: str
    prepare: bool
    reasons: list[GateWords]
    more: int


@dataclass(frozen=True)
class AdviceLine:
    """A route in words; ``avoid`` are names with the reason, in the words of the table."""

    situation: str
    first: list[CardLine]
    parallel: list[CardLine]
    avoid: list[tuple[str, str]]


@dataclass(frozen=True)
class SaidLine:
    """What a colleague answered to a question of the body."""

    gate: str
    about: str
    question: str
    english: bool
    holds: bool
    text: str
    name: str
    recorded: str


@require_safe
def dossier(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "submissions"))
    people = people_of(request, ident_)
    if not people:
        return page(request, "law/empty.html", context)
    person = person_of(request, people)
    found = whereto.where(request.desk, request.reader, ident_, person.entity)
    words = CardWords(request.desk.catalogue, request.language)
    lines = [(one.way, _line(words, one)) for one in found.cards]
    groups = [(way, [line for group, line in lines if group is way]) for way in Way]
    context |= {
        "people": people,
        "person": person,
        "groups": [(f"mechanisms.way.{way}", f"mechanisms.way.{way}.means", cards) for way, cards in groups if cards],
        "advice": [_advice(words, one) for one in found.advice],
    }
    return page(request, "mechanisms/dossier.html", context)


def _line(words: CardWords, one: CardStanding) -> CardLine:
    against, card = one.closing or one.waiting, one.card
    reasons = [words.gate(card, gate) for gate in against[:_REASONS]]
    return CardLine(card.id, words.name(card.id), f"mechanisms.way.{one.way}", _TONES[one.way], one.prepare, reasons, max(0, len(against) - _REASONS))


def _advice(words: CardWords, one: Advice) -> AdviceLine:
    avoid = [(words.name(what), why) for what, why in one.route.avoid]
    return AdviceLine(one.route.situation[words.language], [_line(words, c) for c in one.first], [_line(words, c) for c in one.parallel], avoid)


@require_safe
def card(request: Any, dossier: str, card: str) -> HttpResponse:
    return _card_page(request, ident(dossier), card, ReviewForm(request), 200)


def _card_page(request: Any, dossier: bytes, mechanism: str, form: ReviewForm, status: int, **wrong: str) -> HttpResponse:
    """``wrong``: an answer that was refused, with its error, so that nothing typed is lost."""
    context = dict(frame(request, dossier, "submissions"))
    known = whereto.card_of(request.desk, mechanism)
    people = people_of(request, dossier)
    words, lines = CardWords(request.desk.catalogue, request.language), Lines(request)
    review = whereto.reviews(request.desk, request.reader)[known.id]
    context |= {
        "card": known,
        "title": known.name[request.language],
        "body": known.body[request.language],
        "who": [words.word("mechanisms.who", one) for one in known.who_may_submit],
        "spoken": [words.word("mechanisms.language", one) for one in known.languages],
        "limits": [(words.quantity(one), one) for one in known.limits],
        "timing": [(words.time(one.what), words.quantity(one), one) for one in known.timing],
        "channels": [(words.word("mechanisms.channel", one.kind), one) for one in known.channels],
        "other": [(words.name(one.other), words.word("mechanisms.rule", one.rule), one.text) for one in known.duplication],
        "fields": [(*words.question(field.label), field.required) for field in known.fields],
        "review": review,
        "reviewer": lines.name(review.member) if review.member else "",
        "form": form,
        "said": [_said(words, lines, known, one) for one in _words(request, dossier, known.id)],
        "wrong": wrong,
    }
    if people:
        context |= _reasons(request, words, whereto.where(request.desk, request.reader, dossier, person_of(request, people).entity), known.id)
    return page(request, "mechanisms/card.html", context, status)


def _words(request: Any, dossier: bytes, mechanism: str) -> list[gate_words.WordView]:
    return [one for one in gate_words.words_of(request.desk, request.reader, dossier) if one.mechanism == mechanism]


def _said(words: CardWords, lines: Lines, known: Mechanism, one: gate_words.WordView) -> SaidLine:
    about = next((check.text for check in known.checks if check.id == one.about), "") if one.gate == "check" else words.name(one.about)
    return SaidLine(one.gate, one.about, about, one.gate == "check", one.holds, one.text, lines.name(one.member), one.recorded)


def _reasons(request: Any, words: CardWords, found: whereto.WherePage, mechanism: str) -> dict[str, Any]:
    one = next(card for card in found.cards if card.card.id == mechanism)
    parts = {name: [words.gate(one.card, gate) for gate in getattr(one, name)] for name in ("closing", "waiting", "noted", "settled")}
    person = reading.entity(request.desk, request.reader, found.person).label
    return parts | {"way": f"mechanisms.way.{one.way}", "tone": _TONES[one.way], "prepare": one.prepare, "person": person}


@require_POST
def confirm(request: Any, dossier: str, card: str) -> HttpResponse:
    """A colleague read the body's own page today, and the card still holds."""
    ident_ = ident(dossier)
    frame(request, ident_, "submissions")
    form = ReviewForm(request, request.POST)
    if form.is_valid():
        try:
            whereto.confirm_card(request.desk, card, form.cleaned_data["text"])
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, "text")
        else:
            notice(request, "mechanisms.confirmed_now")
            return see_other("mechanisms:card", dossier=dossier, card=card)
    return _card_page(request, ident_, card, form, 422)


@require_POST
def answer(request: Any, dossier: str, card: str) -> HttpResponse:
    """A colleague answers what no fact answers, with the reason."""
    ident_ = ident(dossier)
    frame(request, ident_, "submissions")
    typed = {name: request.POST.get(name, "")[:4000] for name in ("gate", "about", "reason", "holds")}
    if typed["holds"] not in ("yes", "no"):
        return _card_page(request, ident_, card, ReviewForm(request), 422, **typed, error="lawpage.choose")
    told = typed["gate"], typed["about"], typed["reason"].replace("\r\n", "\n")
    try:
        gate_words.answer(request.desk, request.reader, ident_, whereto.card_of(request.desk, card).id, *told, holds=typed["holds"] == "yes")
    except NotFound:
        raise
    except LetapisError as error:
        return _card_page(request, ident_, card, ReviewForm(request), 422, **typed, error=f"errors.{error.code}")
    notice(request, "mechanisms.answered")
    return see_other("mechanisms:card", dossier=dossier, card=card)


urlpatterns = [
    path("dossiers/<str:dossier>/bodies", dossier, name="dossier"),
    path("dossiers/<str:dossier>/bodies/<str:card>", card, name="card"),
    path("dossiers/<str:dossier>/bodies/<str:card>/answer", answer, name="answer"),
    path("dossiers/<str:dossier>/bodies/<str:card>/confirm", confirm, name="confirm"),
]
