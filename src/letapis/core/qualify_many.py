"""How each of many persons stands for every norm: whom no condition of the rulebook tells apart stands alike, and is read once.

A list of thousands says the same few things of its people. Two days between which no treaty came into force, two terms on the same side of
every threshold are the same to every norm; what is told apart is told apart here too, so each person stands as ``evaluate_all`` says.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from letapis.core.dates import bounds
from letapis.core.elements import Judgement
from letapis.core.norm_gates import on_day
from letapis.core.norms import ACTOR, ANSWER, Norm, Rulebook
from letapis.core.predicates import Condition, Known
from letapis.core.qualify import Status, evaluate_all
from letapis.core.situation import FactState, Situation

Judgements = Mapping[tuple[str, str], Judgement]


class Statuses:
    """The status of every norm of a rulebook on one situation after another, as of one day."""

    def __init__(self, rulebook: Rulebook, as_of: date | None = None) -> None:
        self._rulebook, self._as_of = rulebook, as_of
        self._conditions: dict[str, dict[Condition, None]] = {}
        self._dated: dict[str, dict[tuple[Any, ...], Norm]] = {}
        for norm in rulebook.norms.values():
            for condition in (condition for predicate in norm.predicates for condition in predicate.conditions):
                self._conditions.setdefault(condition.fact, {})[condition] = None
            rule = (norm.validity_at, norm.valid_from, norm.valid_to, norm.adopted, norm.gates.treaty, norm.gates.duty_bearer)
            for fact in norm.gates.date_facts:
                self._dated.setdefault(fact, {}).setdefault(rule, norm)
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._classes: dict[tuple[Any, ...], int] = {}
        self._found: dict[tuple[Any, ...], Mapping[str, Status]] = {}

    @property
    def read(self) -> int:
        """How many different situations the rulebook was read on."""
        return len(self._found)

    def of(self, situation: Situation, judgements: Judgements) -> Mapping[str, Status]:
        """Norm -> status, as ``core.qualify.evaluate_all`` finds it."""
        known = frozenset(self._class(fact, state) for fact, state in situation.facts.items() if fact in self._rulebook.readers)
        key = (known, frozenset((place, one.confirmed) for place, one in judgements.items()))
        if key not in self._found:
            found = evaluate_all(self._rulebook, situation, judgements, as_of=self._as_of)
            self._found[key] = {one.norm: one.status for one in found}
        return self._found[key]

    def _class(self, fact: str, state: FactState) -> int:
        """A number that two states of a fact share when nothing in the rulebook tells them apart."""
        said = (fact, *((side.value, side.partial) for side in state.sides))
        if said not in self._numbers:
            told = (fact, *(self._told(fact, Known(side.value, side.partial)) for side in state.sides))
            self._numbers[said] = self._classes.setdefault(told, len(self._classes))
        return self._numbers[said]

    def _told(self, fact: str, known: Known) -> tuple[Any, ...]:
        """What the rulebook can see of one value: the truth of each condition, the norms whose time it falls into. Who acted and what the State
        answered are read as they stand."""
        truths = tuple(condition.holds({fact: known}) for condition in self._conditions.get(fact, ()))
        rules = self._dated.get(fact, {}).values()
        act = bounds(str(known.value)) if rules else None
        days = tuple(on_day(norm, self._rulebook.treaties.get(norm.gates.treaty), act).holds for norm in rules) if act else ()
        return truths, days, (known.value, known.partial) if fact in (ACTOR, ANSWER) else ()
