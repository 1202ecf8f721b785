"""The first page answers one question: what is waiting for me?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.core.errors import NotFound
from letapis.desk import qualify, reading
from letapis.faces.web.lines import Lines
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import page
from letapis.faces.web.publisher_lines import is_publisher, publisher_lines
from letapis.faces.web.today import digest_lines, take_digest, today_lines
from letapis.faces.web.waiting import waiting_lines

_SHOWN: Final = 6
_ASKED: Final = 2


@dataclass(frozen=True)
class Asked:
    """A question that nobody has answered yet in a dossier."""

    dossier: reading.DossierView
    question: str


def questions(request: Any, dossiers: tuple[reading.DossierView, ...]) -> list[Asked]:
    """Questions to people whose answers would move most, from these dossiers; an analyst's are on the law page."""
    found = []
    vocabulary = request.desk.catalogue.vocabulary
    for home in dossiers:
        try:
            law = qualify.qualify(request.desk, request.reader, home.dossier)
        except NotFound:
            continue
        facts = [vocabulary.fact(question.fact) for question in law.questions]
        to_people = [fact for fact in facts if not fact.is_assessment]
        found += [Asked(home, fact.question[request.language]) for fact in to_people[:_ASKED]]
    return found


@dataclass(frozen=True)
class Told:
    """One thing that sources tell differently: what it is about and the values that stand side by side."""

    dossier: bytes
    code: str
    label: str
    subject: str
    values: tuple[str, ...]


def told_differently(lines: Lines, contested: Iterable[reading.ClaimView]) -> list[Told]:
    groups: dict[tuple[bytes, bytes, str], list[reading.ClaimView]] = {}
    for claim in contested:
        groups.setdefault((claim.dossier, claim.subject, claim.property), []).append(claim)
    found = []
    for (dossier, _, _), claims in list(groups.items())[:_SHOWN]:
        line = lines.line(claims[0])
        values = tuple(dict.fromkeys(lines.value(claim) for claim in claims))
        found.append(Told(dossier, lines.code(dossier), line.label, line.subject, values))
    return found


@require_safe
def home(request: Any) -> HttpResponse:
    if is_publisher(request):
        return page(request, "publication/publisher_home.html", {"publisher": publisher_lines(request)})
    found = reading.home_page(request.desk, request.reader)
    lines = Lines(request)
    to_check, left = waiting_lines(request, lines, found.to_check)
    context = {
        "today": today_lines(request, lines),
        "digest": take_digest(request, lines),
        "back": "home",
        "to_check": to_check[:_SHOWN],
        "left_to_others": left,
        "to_check_count": found.to_check_count,
        "contested": told_differently(lines, found.contested),
        "disputed": [(lines.code(c.dossier), lines.line(c)) for c in found.disputed[:_SHOWN]],
        "asked": questions(request, found.asked),
        "news": found.news[:_SHOWN],
        "dossiers": found.dossiers[: 2 * _SHOWN],
        "more_dossiers": len(found.dossiers) > 2 * _SHOWN,
    }
    return page(request, "work/home.html", context)


@require_safe
def digest(request: Any) -> HttpResponse:
    """What changed since the unlock before this one, to be looked at again."""
    return page(request, "day/digest.html", {"digest": digest_lines(request, Lines(request))})


NAVIGATION = (Entry(0, "home.title", "home"),)
urlpatterns = [path("", home, name="home"), path("digest", digest, name="digest")]
