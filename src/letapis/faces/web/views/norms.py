"""The rulebook to read: every norm with its elements, its logic in words, what it rests on, and what a lawyer has still to look at."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.core.date_words import show as show_date
from letapis.core.norms import Element, Norm, open_points
from letapis.core.predicates import Predicate
from letapis.core.wording import say_logic, say_predicate
from letapis.desk import own_rules
from letapis.engines.catalogue import Catalogue
from letapis.faces.texts import texts
from letapis.faces.web.pages import page

app_name = "norms"
_TONES: Final = {"open": "good", "conditional": "warn", "closed": "bad"}


@dataclass(frozen=True)
class NormEntry:
    """A norm in the list. ``points`` counts what is still to be looked at."""

    id: str
    title: str
    article: str
    points: int
    own: bool


@dataclass(frozen=True)
class ElementEntry:
    """An element with its conditions in words; any one of a list is enough."""

    key: str
    text: str
    role: str
    judge: bool
    burden: bool
    satisfied: tuple[str, ...]
    defeated: tuple[str, ...]
    prima_facie: tuple[str, ...]


class _Words:
    """What norms say, in the language of one request."""

    def __init__(self, data: Catalogue, language: str) -> None:
        self.data, self.language = data, language

    def predicates(self, predicates: tuple[Predicate, ...]) -> tuple[str, ...]:
        return tuple(say_predicate(one, self.data.vocabulary, self.language, texts()) for one in predicates)

    def element(self, element: Element) -> ElementEntry:
        sides = (self.predicates(side) for side in (element.satisfied_by, element.defeated_by, element.prima_facie))
        text, role = element.text[self.language], f"law.role.{element.role}"
        return ElementEntry(element.key, text, role, element.judge, element.burden == "state", *sides)

    def logics(self, norm: Norm) -> list[tuple[str, str]]:
        """The logic of a norm and of its variants in words, each with when it is used."""
        told = [("", norm.logic), *((norm.variant_when.get(name, name), tree) for name, tree in norm.variants.items())]
        return [(when, say_logic(tree, self._name, self.language, texts())) for when, tree in told]

    def _name(self, name: str) -> str:
        return f"«{self.title(name[1:])}»" if name.startswith("@") else name

    def title(self, norm: str) -> str:
        return self.data.rulebook.norm(norm).title[self.language]

    def gates(self, norm: Norm) -> list[tuple[str, list[str]]]:
        """What must hold before the elements are looked at: the text key of each gate, and its conditions in words."""
        gates, facts = norm.gates, self.data.vocabulary
        dated = [facts.fact(name).label[self.language] for name in gates.date_facts]
        attribution = texts().say(f"normpage.attribution.{gates.attribution}", self.language)
        gated = [("date", dated), ("jurisdiction", [*self.predicates(gates.jurisdiction)])]
        return [*gated, ("person", [*self.predicates(gates.person)]), ("attribution", [attribution])]

    def validity(self, norm: Norm) -> str:
        """From when to when the norm is applied, and whether to the day of the act or to today."""
        days = [day.isoformat() if day else "" for day in (norm.valid_from, norm.valid_to)]
        said = [show_date(day, self.language) if day else "…" for day in days]
        at = texts().say(f"normpage.validity.{norm.validity_at}", self.language)
        return f"{at}: {said[0]} – {said[1]}" if any(days) else at


@require_safe
def overview(request: Any) -> HttpResponse:
    """Every norm of the rulebook that this desk reads, by instrument."""
    data, language = request.desk.catalogue, request.language
    rulebook = data.rulebook
    groups: dict[str, list[NormEntry]] = {}
    for norm in rulebook.norms.values():
        points = len(open_points(norm, rulebook.treaties.get(norm.gates.treaty)))
        entry = NormEntry(norm.id, norm.title[language], norm.article, points, norm.id in data.own_norms)
        groups.setdefault(norm.instrument_title[language], []).append(entry)
    context = {"groups": sorted(groups.items()), "version": rulebook.version, "count": len(rulebook.norms), "own": own_rules.own_rules(request.desk)}
    return page(request, "norms/list.html", context)


@require_safe
def show(request: Any, norm: str) -> HttpResponse:
    """One norm. Raises NotFound for one that the rulebook does not have."""
    data, language = request.desk.catalogue, request.language
    rulebook, known = data.rulebook, data.rulebook.norm(norm)
    treaty, words = rulebook.treaties.get(known.gates.treaty), _Words(data, language)
    bodies = [card for card in data.mechanisms.values() if known.id in card.norms]
    context = {
        "norm": known,
        "version": rulebook.version,
        "title": known.title[language],
        "instrument": known.instrument_title[language],
        "validity": words.validity(known),
        "adopted": known.adopted,
        "treaty": treaty,
        "treaty_title": treaty.title[language] if treaty else "",
        "elements": [words.element(element) for element in known.elements],
        "logics": words.logics(known),
        "gates": words.gates(known),
        "guards": [guard[language] for guard in known.scope_guards],
        "points": [f"normpage.point.{point}" for point in open_points(known, treaty)],
        "rests_on": [(name, words.title(name)) for name in sorted(known.refers_to)],
        "carries": [(other.id, other.title[language]) for other in rulebook.norms.values() if known.id in other.refers_to],
        "bodies": [(card.name[language], f"mechanisms.status.{card.status}", _TONES[card.status]) for card in bodies],
    }
    return page(request, "norms/show.html", context)


urlpatterns = [path("law/norms", overview, name="list"), path("law/norms/<str:norm>", show, name="show")]
