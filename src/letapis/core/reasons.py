"""Why an element stands as it stands, as things that can be counted and opened: which facts carry it, speak against it, or leave it open."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from letapis.core.elements import ElementResult, Outcome, PredicateResult
from letapis.core.norms import ANSWER, Element


class Kind(StrEnum):
    """What the facts of a reason do to the element."""

    SATISFIED = "satisfied"
    DEFEATED = "defeated"
    NOT_SATISFIED = "not_satisfied"
    CONTESTED = "contested"
    UNREBUTTED = "unrebutted"
    UNJUSTIFIED = "unjustified"
    OPEN = "open"
    OPEN_DEFEATER = "open_defeater"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. ``because`` is the key of its sentence; ``predicates`` are the conditions as the rulebook writes them."""

    kind: Kind
    because: str
    facts: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()


def reasons_of(element: Element, result: ElementResult) -> tuple[Reason, ...]:
    """Every reason of a result, both sides with the same weight, the deciding side first."""
    sides = [*_sides(element, result), *_open(result)]
    if result.result is Outcome.NOT_MET and result.confirmed is not False:
        sides.sort(key=lambda reason: reason.kind is Kind.SATISFIED)
    return (*_reviewer(result), *sides)


def _reviewer(result: ElementResult) -> Iterator[Reason]:
    if result.confirmed is False:
        yield Reason(Kind.REVIEWER, "law.element_refused")
    elif result.judge and result.result is Outcome.MET:
        yield Reason(Kind.REVIEWER, "law.element_confirmed" if result.confirmed else "law.element_waits_for_reviewer")


def _sides(element: Element, result: ElementResult) -> Iterator[Reason]:
    if result.satisfied:
        yield _of(Kind.SATISFIED, "law.reason_satisfied", result.satisfied)
    if result.defeated:
        yield _of(Kind.DEFEATED, "law.element_defeated", result.defeated)
    if result.result is Outcome.NOT_MET and not result.defeated and not result.satisfied:
        texts = tuple(predicate.text for predicate in element.satisfied_by)
        facts = tuple(dict.fromkeys(fact for predicate in element.satisfied_by for fact in predicate.facts))
        yield Reason(Kind.NOT_SATISFIED, "law.element_facts_say_no", facts, texts)
    if result.contested_facts:
        carries = result.result is Outcome.CONTESTED
        yield Reason(Kind.CONTESTED, "law.element_contested_facts" if carries else "law.element_contested_unproven", result.contested_facts)


def _open(result: ElementResult) -> Iterator[Reason]:
    if result.owed:
        yield _of(Kind.UNJUSTIFIED, "law.element_unjustified", result.owed)
    elif result.result is Outcome.UNREBUTTED:
        yield Reason(Kind.UNREBUTTED, "law.element_unrebutted", (ANSWER,))
    if result.missing:
        yield Reason(Kind.OPEN, "law.element_unknown", result.missing)
    if result.open_defeaters and result.result is not Outcome.NOT_MET:
        yield _of(Kind.OPEN_DEFEATER, "law.reason_open_defeater", result.open_defeaters)


def _of(kind: Kind, because: str, parts: tuple[PredicateResult, ...]) -> Reason:
    facts = tuple(dict.fromkeys(fact for part in parts for fact in part.facts))
    return Reason(kind, because, facts, tuple(part.text for part in parts))
