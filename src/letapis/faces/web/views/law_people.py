"""A dossier about many: for every norm how many persons stand how, with the way to each, and the context that their files prepare together."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.core.pattern import Support
from letapis.desk import patterns
from letapis.faces.texts import texts
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.law_words import ORDER, TONES, chosen_floor
from letapis.faces.web.pages import ident, page

app_name = "law_people"
_PEOPLE: Final = 5  # names beside a norm among others
_ALL: Final = 300  # names when that norm alone is shown


@dataclass(frozen=True)
class Side:
    """The persons who stand so for a norm, some of them by name."""

    status: str
    tone: str
    count: int
    people: list[tuple[bytes, str]]
    more: int


@dataclass(frozen=True)
class Row:
    """A norm over all persons."""

    norm: str
    title: str
    instrument: str
    sides: list[Side]


@dataclass(frozen=True)
class Count:
    """A contextual fact with what the files show towards it."""

    label: str
    kind: str
    persons: str
    months: str
    places: str
    enough: bool


@require_safe
def people(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "law")) | chosen_floor(request)
    found = patterns.read_people(request.desk, request.reader, ident_, context["floor"])
    if not found.people:
        return page(request, "law/empty.html", context)
    names = {person.entity: person.label for person in found.people}
    asked = request.GET.get("norm", "")
    if asked:
        request.desk.catalogue.rulebook.norm(asked)
    limit = _ALL if asked else _PEOPLE
    rows = [_row(request, one, names, limit) for one in found.rows if (one.norm == asked if asked else one.reached)]
    data, language = request.desk.catalogue, request.language
    rules = data.pattern
    kinds = [(norm.id, norm.title[language], {act.person for act in found.acts if act.kind == norm.id}) for norm in rules.kinds(data.rulebook)]
    chapeau = data.rulebook.norms.get(rules.chapeau)
    context |= {
        "count": len(found.people),
        "rows": rows,
        "asked": asked,
        "silent": 0 if asked else len(found.rows) - len(rows),
        "rulebook": data.rulebook.version,
        "kinds": [(norm, title, len(persons)) for norm, title, persons in kinds if persons],
        "counts": [_count(request, one) for one in found.supports],
        "touched": found.touched,
        "least": rules.least_persons,
        "chapeau": rules.chapeau if chapeau else "",
        "chapeau_title": chapeau.title[language] if chapeau else "",
        "chapeau_status": f"law.status.{found.context.status}" if found.context else "",
        "chapeau_tone": TONES.get(found.context.status, "") if found.context else "",
        "waits": len(found.context.waits_for) if found.context else 0,
    }
    return page(request, "law_people/people.html", context)


def _row(request: Any, one: patterns.NormRow, names: dict[bytes, str], limit: int) -> Row:
    norm = request.desk.catalogue.rulebook.norm(one.norm)
    sides = []
    for status in ORDER:
        persons = one.persons.get(status, ())
        if persons:
            shown = [(person, names[person]) for person in persons[:limit]]
            sides.append(Side(f"law.status.{status}", TONES.get(status, ""), len(persons), shown, len(persons) - len(shown)))
    return Row(norm.id, norm.title[request.language], norm.instrument_title[request.language], sides)


def _count(request: Any, one: Support) -> Count:
    data, language, wanted = request.desk.catalogue, request.language, one.threshold

    def of(has: int, needs: int) -> str:
        return texts().say("lawpeople.has_of", language, has=has, needs=needs)

    counts = (of(one.persons, wanted.persons), of(one.months, wanted.months), of(one.places, wanted.places))
    kind = data.rulebook.norm(one.kind).title[language] if one.kind else ""
    return Count(data.vocabulary.fact(wanted.fact).label[language], kind, *counts, one.enough)


urlpatterns = [path("dossiers/<str:dossier>/law-people", people, name="people")]
