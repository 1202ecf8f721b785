"""Predicates that no facts can fulfil: a rule with one looks finished and never speaks."""

from decimal import Decimal

from letapis.core.predicates import Condition, Predicate
from letapis.core.vocabulary import FactType, Vocabulary


def never_holds(predicate: Predicate, vocabulary: Vocabulary) -> bool:
    """Whether the conditions of a predicate shut each other out, whatever the facts are. Dates and lists are not looked at."""
    by_fact: dict[str, list[Condition]] = {}
    for condition in predicate.conditions:
        by_fact.setdefault(condition.fact, []).append(condition)
    return any(_excluded(group, vocabulary) for group in by_fact.values() if len(group) > 1)


def _excluded(conditions: list[Condition], vocabulary: Vocabulary) -> bool:
    """Whether conditions on one fact shut each other out."""
    kind, fact = conditions[0].type, vocabulary.fact(conditions[0].fact)
    equal = {c.wanted for c in conditions if c.operator == "=="}
    unequal = {c.wanted for c in conditions if c.operator == "!="}
    if len(equal) > 1 or equal & unequal:
        return True
    if kind is FactType.BOOL:
        return unequal == {True, False}
    if kind is FactType.ENUM:
        return bool(unequal) and unequal >= {member.key for member in fact.members}
    return kind is FactType.NUMBER and _empty(conditions)


def _empty(conditions: list[Condition]) -> bool:
    """Whether no number lies within all the bounds."""
    points = {Decimal(str(c.wanted)) for c in conditions if c.operator != "present"}
    tried = sorted(points | {p + d for p in points for d in (Decimal("-0.0001"), Decimal("0.0001"))})
    signs = {"==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b}
    signs |= {">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "present": lambda a, b: True}
    return not any(n >= 0 and all(signs[c.operator](n, Decimal(str(c.wanted or 0))) for c in conditions) for n in tried)
