"""The guide for an interview: read on the page, printed in one of three languages."""

from itertools import count
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.core.guide import AUDIENCES
from letapis.core.language import LANGUAGES
from letapis.desk import guide, reading
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.law_words import people_of, person_of
from letapis.faces.web.pages import ident, page
from letapis.faces.web.streams import saved

app_name = "guide"


@require_safe
def show(request: Any, dossier: str) -> HttpResponse:
    return _show(request, ident(dossier), request.GET)


def _show(request: Any, dossier: bytes, asked: Any, error: str = "") -> HttpResponse:
    context = dict(frame(request, dossier, "around"))
    people = people_of(request, dossier)
    if not people:
        return page(request, "law/empty.html", context)
    person, audience, body = _chosen(request, people, asked)
    found = guide.guide(request.desk, request.reader, dossier, person.entity, audience, body)
    numbers, cards = count(1), request.desk.catalogue.mechanisms.values()
    context |= {
        "people": people,
        "person": person,
        "audience": audience,
        "audiences": [(one, f"guide.for.{one}") for one in AUDIENCES],
        "body": body,
        "bodies": sorted(((card.id, card.name[request.language]) for card in cards), key=lambda pair: pair[1]),
        "parts": [(one, one.part.say.get(request.language, ()), [(next(numbers), q) for q in one.questions]) for one in found.parts],
        "guide": found,
        "spoken": LANGUAGES,
        "error": error,
    }
    return page(request, "guide/show.html", context, 422 if error else 200)


def _chosen(request: Any, people: list[reading.EntityView], asked: Any) -> tuple[reading.EntityView, str, str]:
    """Person, audience and body that were asked for; what is none of ours falls back to the first person, to the person and to no body."""
    audience, body = asked.get("audience", ""), asked.get("body", "")
    return person_of(request, people), audience if audience in AUDIENCES else AUDIENCES[0], body if body in request.desk.catalogue.mechanisms else ""


@require_POST
def printed(request: Any, dossier: str) -> HttpResponseBase:
    """The guide as a file. It names the dossier by its code, sources by their codes, and nobody else."""
    ident_, language = ident(dossier), request.POST.get("language", "")
    people = people_of(request, ident_)
    if not people:
        raise NotFound("qualify.no_person")
    if language not in LANGUAGES:
        return _show(request, ident_, request.POST, "guide.choose_language")
    person, audience, body = _chosen(request, people, request.POST)
    form = request.POST.get("form", "")
    try:
        found = guide.guide(request.desk, request.reader, ident_, person.entity, audience, body)
        made = guide.print_guide(request.desk, request.reader, ident_, found, language, form)
    except NotFound:
        raise
    except LetapisError as error:
        return _show(request, ident_, request.POST, f"errors.{error.code}")
    return saved([made], f"guide.{form}", len(made))


urlpatterns = [
    path("dossiers/<str:dossier>/guide", show, name="show"),
    path("dossiers/<str:dossier>/guide/print", printed, name="print"),
]
