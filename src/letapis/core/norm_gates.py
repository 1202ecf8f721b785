"""Gates of a norm, tested before its elements: date and treaty, jurisdiction, person, attribution. Section 5 of the law page.

A false gate makes a norm not applicable; an unknown gate never does: it is shown and becomes a question.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from letapis.core.answers import Answer
from letapis.core.dates import bounds
from letapis.core.norms import ACTOR, Norm, Rulebook, Treaty
from letapis.core.predicates import Known, Predicate, any_of
from letapis.core.situation import Situation


@dataclass(frozen=True, slots=True)
class GateResult:
    """``truth`` None: unknown; ``answer`` says why; ``missing`` are the facts that would decide it."""

    name: str
    truth: bool | None
    answer: Answer
    missing: tuple[str, ...] = ()


def examine_gates(norm: Norm, situation: Situation, rulebook: Rulebook, as_of: date | None = None) -> tuple[GateResult, ...]:
    """All gates of a norm; ``as_of`` is the day on which a yardstick of today is applied (None: today is not asked)."""
    return (
        _date_gate(norm, situation, rulebook.treaties.get(norm.gates.treaty), as_of),
        _predicate_gate("jurisdiction", norm.gates.jurisdiction, situation),
        _predicate_gate("person", norm.gates.person, situation),
        _attribution_gate(norm, situation),
    )


def _date_gate(norm: Norm, situation: Situation, treaty: Treaty | None, as_of: date | None) -> GateResult:
    """The first recorded date fact is the date of the act; sides of a contested one must agree on the result."""
    if norm.validity_at == "assessment" and as_of is not None and norm.valid_from is not None and as_of < norm.valid_from:
        return GateResult("date", False, Answer(False, "law.gate_not_yet_valid"))
    fact = next((name for name in norm.gates.date_facts if name in situation.facts), None)
    if fact is None:
        return GateResult("date", None, Answer(False, "law.gate_date_unknown"), norm.gates.date_facts)
    answers = [on_day(norm, treaty, bounds(str(side.value))) for side in situation.facts[fact].sides]
    holding = {answer.holds for answer in answers}
    if len(holding) > 1:
        return GateResult("date", None, Answer(False, "law.gate_date_contested"), (fact,))
    return GateResult("date", holding.pop(), answers[0])


@lru_cache(maxsize=65_536)
def on_day(norm: Norm, treaty: Treaty | None, act: tuple[date, date]) -> Answer:
    """Whether the norm is read on an act of this time, between the first and the last day that it may mean."""
    low, high = act
    start = norm.valid_from if norm.validity_at == "act" else None
    bound = treaty if norm.gates.duty_bearer == "BY" else None
    if bound is not None and bound.status in ("not_party", "disputed"):
        return Answer(False, "law.gate_not_party")
    if bound is not None and bound.in_force:
        force = bounds(bound.in_force)[0]
        start = max(start or force, force)
    if start is not None and high < start:
        return Answer(False, "law.gate_before_validity")
    if norm.valid_to is not None and low > norm.valid_to:
        return Answer(False, "law.gate_after_validity")
    if bound is not None and bound.until and low > bounds(bound.until)[1]:
        return Answer(True, "law.gate_treaty_denounced")
    if norm.adopted and high < bounds(norm.adopted)[0]:
        return Answer(True, "law.gate_before_adoption")
    return Answer(True, "law.gate_host_state" if norm.gates.duty_bearer == "host_state" and norm.gates.treaty else "law.gate_date_holds")


def _predicate_gate(name: str, predicates: tuple[Predicate, ...], situation: Situation) -> GateResult:
    if not predicates:
        return _gate(name, True, "law.gate_not_tested")
    truth = any_of(situation.truth(predicate) for predicate in predicates)
    if truth is None:
        missing = dict.fromkeys(fact for predicate in predicates for fact in predicate.open_facts(situation.world))
        return GateResult(name, None, Answer(False, "law.gate_unknown"), tuple(missing))
    return _gate(name, truth, f"law.gate_{name}_holds" if truth else f"law.gate_{name}_fails")


@lru_cache(maxsize=256)
def _gate(name: str, truth: bool, because: str) -> GateResult:
    """A gate that is decided: the same for every norm and person, so it is made once."""
    return GateResult(name, truth, Answer(truth, because))


def _attribution_gate(norm: Norm, situation: Situation) -> GateResult:
    """Presumed attribution falls when the actor is private; other kinds are tested in the norm or beside it."""
    if norm.gates.attribution != "presumed":
        return _gate("attribution", True, f"law.gate_attribution_{norm.gates.attribution}")
    if situation.world.get(ACTOR) == Known("private"):
        return _gate("attribution", False, "law.gate_private_actor")
    if any(side.value == "private" for side in situation.contested.get(ACTOR, ())):
        return GateResult("attribution", None, Answer(False, "law.gate_unknown"), (ACTOR,))
    return _gate("attribution", True, "law.gate_attribution_presumed")
