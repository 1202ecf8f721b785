"""What the record supported on an earlier day, or by the package's rules alone, beside what it supports now: norm by norm, with the claims."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.core.compare import Change, ElementChange
from letapis.core.errors import UsageError
from letapis.core.qualify import Status
from letapis.desk import qualify
from letapis.engines.catalogue import Catalogue, catalogue
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.law_words import TONES, chosen_floor, people_of, person_of
from letapis.faces.web.lines import ClaimLine, Lines
from letapis.faces.web.pages import ident, page

app_name = "law_compare"
_CLAIMS: Final = 12
_NONE: Final = "lawthen.no_such_norm"


@dataclass(frozen=True)
class ElementWords:
    """An element whose result differs, in words."""

    text: str
    before: str
    after: str
    judged: bool


@dataclass(frozen=True)
class ChangeLine:
    """A norm on which the two readings differ."""

    norm: str
    title: str
    before: str
    before_tone: str
    after: str
    after_tone: str
    rewritten: bool
    here: bool
    elements: tuple[ElementWords, ...]
    came: list[ClaimLine]
    went: list[ClaimLine]
    more: int


@require_safe
def then(request: Any, dossier: str) -> HttpResponse:
    """The page asks for a day; with one it compares. Without own rules there is nothing but days to compare."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "law")) | chosen_floor(request)
    people = people_of(request, ident_)
    if not people:
        return page(request, "law/empty.html", context)
    person, typed, by_rules = person_of(request, people), request.GET.get("day", "").strip()[:21], request.GET.get("rules") == "package"
    context |= {"people": people, "person": person, "typed": typed, "own": request.desk.catalogue.overlay is not None, "by_rules": by_rules}
    if not typed and not by_rules:
        return page(request, "law_compare/then.html", context)
    try:
        if by_rules:
            found = qualify.compare_rules(request.desk, request.reader, ident_, catalogue(), context["floor"], person.entity)
        else:
            found = qualify.compare_days(request.desk, request.reader, ident_, qualify.day_of(typed), context["floor"], person.entity)
    except UsageError as fault:
        return page(request, "law_compare/then.html", context | {"error": f"errors.{fault.code}"}, 422)
    moved, shifted = _changes(request, found)
    statuses = [(f"law.status.{one}", _count(found.before, one), _count(found.after, one)) for one in Status]
    versions = (found.before.qualifications[0].rulebook, found.after.qualifications[0].rulebook)
    shown = {"found": True, "moved": moved, "shifted": shifted, "statuses": statuses, "versions": versions}
    return page(request, "law_compare/then.html", context | shown | {"day": "" if by_rules else qualify.day_of(typed).isoformat()})


def _count(side: qualify.LawPage, status: Status) -> int:
    return sum(one.status is status for one in side.qualifications)


def _changes(request: Any, found: qualify.Comparison) -> tuple[list[ChangeLine], list[ChangeLine]]:
    """Norms that have another status, and those where only parts differ."""
    lines = Lines(request)
    told = [(change.moved, _change(request, lines, found, change)) for change in found.changes]
    return [line for moved, line in told if moved], [line for moved, line in told if not moved]


def _change(request: Any, lines: Lines, found: qualify.Comparison, change: Change) -> ChangeLine:
    own: Catalogue = request.desk.catalogue
    here = change.norm in own.rulebook.norms
    rulebook = own.rulebook if here else catalogue().rulebook
    norm = rulebook.norm(change.norm)
    texts = {element.key: element.text[request.language] for element in norm.elements}

    def claims(refs: Iterable[bytes]) -> list[ClaimLine]:
        return lines.lines([found.claims[ref] for ref in refs if ref in found.claims][:_CLAIMS])

    return ChangeLine(
        norm=change.norm,
        title=norm.title[request.language],
        before=f"law.status.{change.before}" if change.before else _NONE,
        before_tone=TONES.get(change.before, "") if change.before else "",
        after=f"law.status.{change.after}" if change.after else _NONE,
        after_tone=TONES.get(change.after, "") if change.after else "",
        rewritten=change.rewritten,
        here=here,
        elements=tuple(_element(one, texts) for one in change.elements),
        came=claims(change.came),
        went=claims(change.went),
        more=max(0, len(change.came) - _CLAIMS) + max(0, len(change.went) - _CLAIMS),
    )


def _element(one: ElementChange, texts: dict[str, str]) -> ElementWords:
    before, after = (f"law.result.{side}" if side else _NONE for side in (one.before, one.after))
    return ElementWords(texts.get(one.key, one.key), before, after, one.judged)


urlpatterns = [path("dossiers/<str:dossier>/law-then", then, name="then")]
