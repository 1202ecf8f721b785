"""A dossier against the norms: what the facts indicate, which claims carry it, which speak against it, and what to ask next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from letapis.core.answers import Answer
from letapis.core.deciding import Deciding
from letapis.core.elements import ElementResult, Outcome
from letapis.core.errors import LetapisError, NotFound
from letapis.core.qualify import Qualification
from letapis.core.reasons import reasons_of
from letapis.desk import qualify, reading, verify
from letapis.faces.texts import texts
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.law_words import ORDER, TONES, chosen_floor, people_of, person_of
from letapis.faces.web.lines import ClaimLine, Lines
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "law"
_QUESTIONS: Final = 25
_NORMS: Final = 4
_CLAIMS_SHOWN: Final = 6
_RESULTS: Final = {Outcome.MET: "good", Outcome.NOT_MET: "bad", Outcome.CONTESTED: "warn", Outcome.UNREBUTTED: "warn"}


@dataclass(frozen=True)
class NormLine:
    """A norm in the overview."""

    norm: str
    title: str
    instrument: str
    status: str
    tone: str
    met: int
    of: int
    waits: int
    rung: str


@dataclass(frozen=True)
class QuestionLine:
    """An open question that decides something: the norms that an answer alone would move, each with what it would become."""

    question: str
    norms: list[tuple[str, str, str]]
    more: int


@dataclass(frozen=True)
class WordLine:
    """A reviewer's word on an element with the reason given."""

    name: str
    holds: bool
    reason: str
    recorded: str


@dataclass(frozen=True)
class Carried:
    """A claim with the words it was cut from; None where there are none or the reader does not hold them."""

    line: ClaimLine
    passage: reading.PassageView | None


@dataclass(frozen=True)
class ElementLines:
    """An element with both sides: claims that carry it and claims against it, reasons, questions, reviewers."""

    key: str
    text: str
    role: str
    result: str
    tone: str
    judge: bool
    burden: bool
    reasons: tuple[str, ...]
    carried: tuple["Carried", ...]
    against: tuple["Carried", ...]
    more: int
    questions: tuple[str, ...]
    words: tuple[WordLine, ...]


@require_safe
def overview(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "law")) | chosen_floor(request)
    people = people_of(request, ident_)
    if not people:
        return page(request, "law/empty.html", context)
    person = person_of(request, people)
    law = qualify.qualify(request.desk, request.reader, ident_, floor=context["floor"], person=person.entity)
    rulebook, vocabulary, language = request.desk.catalogue.rulebook, request.desk.catalogue.vocabulary, request.language
    deciding = [_question(request, one) for one in qualify.deciding_questions(request.desk, law)]
    moved = {one.question for one in deciding}
    asked = [(vocabulary.fact(q.fact).question[language], len(q.norms)) for q in law.questions]
    others = [(question, count) for question, count in asked if question not in moved]
    groups = [(f"law.status.{status}", [_norm_line(request, q) for q in law.qualifications if q.status is status]) for status in ORDER]
    shown = {"people": people, "to": "law", "person": person, "groups": [g for g in groups if g[1]]}
    context |= shown | {"questions": deciding[:_QUESTIONS], "others": others[:_QUESTIONS]}
    counts = {"questions_count": len(deciding), "others_count": len(others), "rulebook": rulebook.version}
    return page(request, "law/dossier.html", context | counts)


def _question(request: Any, one: Deciding) -> QuestionLine:
    """What an answer would change: each norm once, with the statuses that some answer gives it."""
    data, language = request.desk.catalogue, request.language
    told = []
    for effect in one.effects[:_NORMS]:
        statuses = " / ".join(texts().say(f"law.status.{status}", language) for status, _ in effect.turns)
        told.append((effect.norm, data.rulebook.norm(effect.norm).title[language], statuses))
    return QuestionLine(data.vocabulary.fact(one.fact).question[language], told, max(0, len(one.effects) - _NORMS))


def _rung(request: Any, found: Qualification) -> str:
    """The standard of proof on which a result stands, in words; empty where it stands on nothing yet."""
    rung = request.desk.catalogue.proof.rung_of(found)
    return f"{rung.id} · {rung.label[request.language]}" if rung else ""


def _norm_line(request: Any, found: Qualification) -> NormLine:
    norm = request.desk.catalogue.rulebook.norm(found.norm)
    met = sum(element.result is Outcome.MET for element in found.elements)
    named = norm.title[request.language], norm.instrument_title[request.language]
    counts = (met, len(found.elements), len(found.waits_for))
    return NormLine(found.norm, *named, f"law.status.{found.status}", TONES.get(found.status, ""), *counts, _rung(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
def norm(request: Any, dossier: str, norm: str) -> HttpResponse:
    """One norm, element by element. A reviewer's word is given here, with reasons."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "law")) | chosen_floor(request)
    people = people_of(request, ident_)
    if not people:
        raise NotFound("qualify.no_person")
    person, error, typed = person_of(request, people), "", {"element": "", "reason": "", "holds": ""}
    known = request.desk.catalogue.rulebook.norm(norm)
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:4000] for name in typed}
        error = _judge(request, ident_, person.entity, norm, typed)
        if not error:
            notice(request, "lawpage.judged")
            answer = see_other("law:norm", dossier=dossier, norm=norm)
            answer["Location"] += f"?person={person.entity.hex()}"
            return answer
    law = qualify.qualify(request.desk, request.reader, ident_, (norm,), context["floor"], person.entity)
    found = law.qualifications[0]
    context |= {
        "norm": known,
        "rulebook": found.rulebook,
        "title": known.title[request.language],
        "instrument": known.instrument_title[request.language],
        "person": person,
        "status": f"law.status.{found.status}",
        "rung": _rung(request, found),
        "tone": TONES.get(found.status, ""),
        "gates": [(gate, _say(request, gate.answer)) for gate in found.gates],
        "elements": _elements(request, law, found, known),
        "error": error,
        "typed": typed,
    }
    return page(request, "law/norm.html", context, 422 if error else 200)


def _judge(request: Any, dossier: bytes, person: bytes, norm: str, typed: Mapping[str, str]) -> str:
    """Record a reviewer's word. Returns the key of what is wrong, or nothing."""
    if typed["holds"] not in ("yes", "no"):
        return "lawpage.choose"
    try:
        said = typed["element"], typed["holds"] == "yes", typed["reason"]
        verify.judge_element(request.desk, request.reader, dossier, norm, *said, person)
    except NotFound:
        raise
    except LetapisError as fault:
        return f"errors.{fault.code}"
    return ""


def _say(request: Any, answer: Answer) -> str:
    return texts().say(answer.because, request.language, **answer.detail)


def _elements(request: Any, law: qualify.LawPage, found: Qualification, known: Any) -> list[ElementLines]:
    lines = Lines(request)
    said = {r.ref: r for r in reading.rulings_of_dossier(request.desk, request.reader, law.dossier, ("judge",))}
    passages = reading.passages_by_ref(request.desk, request.reader, list({claim.passage for claim in law.claims.values() if claim.passage}))

    def carried(claims: list[reading.ClaimView]) -> tuple[Carried, ...]:
        return tuple(Carried(lines.line(claim), passages.get(claim.passage)) for claim in claims[:_CLAIMS_SHOWN])

    return [_element(request, lines, law, known.element(result.key), result, said, found.norm, carried) for result in found.elements]


def _element(
    request: Any,
    lines: Lines,
    law: qualify.LawPage,
    element: Any,
    result: ElementResult,
    said: Mapping[bytes, Any],
    norm: str,
    told: Callable[[list[reading.ClaimView]], tuple[Carried, ...]],
) -> ElementLines:
    carried = [law.claims[ref] for ref in _refs(result.satisfied) if ref in law.claims]
    against = [law.claims[ref] for ref in _refs((*result.defeated, *result.open_defeaters)) if ref in law.claims]
    vocabulary, rulings = request.desk.catalogue.vocabulary, [said[word.ref] for word in law.words.get((norm, result.key), ()) if word.ref in said]
    return ElementLines(
        key=result.key,
        text=element.text[request.language],
        role=f"law.role.{result.role}",
        result=f"law.result.{result.result}",
        tone=_RESULTS.get(result.result, ""),
        judge=result.judge,
        burden=result.burden == "state",
        reasons=tuple(texts().say(reason.because, request.language) for reason in reasons_of(element, result)),
        carried=told(carried),
        against=told(against),
        more=max(0, len(carried) - _CLAIMS_SHOWN) + max(0, len(against) - _CLAIMS_SHOWN),
        questions=tuple(vocabulary.fact(fact).question[request.language] for fact in result.missing[:8]),
        words=tuple(WordLine(lines.name(r.member), r.holds, r.reason, r.recorded) for r in rulings),
    )


def _refs(parts: Any) -> list[bytes]:
    return list(dict.fromkeys(ref for part in parts for ref in part.refs))


urlpatterns = [
    path("dossiers/<str:dossier>/law", overview, name="dossier"),
    path("dossiers/<str:dossier>/law/<str:norm>", norm, name="norm"),
]
