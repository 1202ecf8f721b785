"""Which unanswered questions decide something: every value that an answer may have is tried, and the norms whose status would change are named.

A question of which no single answer changes a status may still be needed together with others; it is not listed here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from letapis.core.elements import Judgement
from letapis.core.norms import Rulebook
from letapis.core.qualify import Qualification, Status, evaluate_all
from letapis.core.situation import FactState, Side, Situation
from letapis.core.vocabulary import Fact, FactType, Value, Vocabulary


@dataclass(frozen=True, slots=True)
class Effect:
    """A norm with each status that an answer would give it, other than the one it has, and the first answer that does."""

    norm: str
    turns: tuple[tuple[Status, Value], ...]


@dataclass(frozen=True, slots=True)
class Deciding:
    """An unanswered question with the norms that an answer to it alone would move."""

    fact: str
    effects: tuple[Effect, ...]


def deciding(
    rulebook: Rulebook,
    vocabulary: Vocabulary,
    situation: Situation,
    judgements: Mapping[tuple[str, str], Judgement],
    found: Iterable[Qualification],
    as_of: date,
) -> tuple[Deciding, ...]:
    """Questions whose answer alone would change a status among ``found``, those that move most norms first."""
    known = {one.norm: one for one in found}
    asked = dict.fromkeys(fact for one in known.values() for fact in one.missing if fact not in situation.facts and fact in vocabulary)
    decided = []
    for name in asked:
        norms = [norm for norm in rulebook.readers.get(name, ()) if norm in known]
        turns: dict[str, dict[Status, Value]] = {}
        for value in answers(vocabulary.fact(name), rulebook.thresholds.get(name, frozenset()), as_of):
            for one in evaluate_all(rulebook, _with(situation, name, value), judgements, norms, as_of=as_of):
                if one.status is not known[one.norm].status:
                    turns.setdefault(one.norm, {}).setdefault(one.status, value)
        if turns:
            decided.append(Deciding(name, tuple(Effect(norm, tuple(turned.items())) for norm, turned in turns.items())))
    return tuple(sorted(decided, key=lambda one: (-len(one.effects), one.fact)))


def _with(situation: Situation, fact: str, value: Value) -> Situation:
    return Situation({**situation.facts, fact: FactState((Side(value, level=situation.floor),))}, situation.floor)


def answers(fact: Fact, thresholds: Iterable[Value], day: date) -> tuple[Value, ...]:
    """The answers to try: every member, yes and no, numbers on both sides of what rules ask for, lists of one member and the empty list."""
    asked = sorted(thresholds, key=str)
    match fact.type:
        case FactType.BOOL:
            return (True, False)
        case FactType.ENUM:
            return tuple(member.key for member in fact.members)
        case FactType.NUMBER:
            numbers = [number for number in asked if isinstance(number, (int, Decimal)) and not isinstance(number, bool)]
            around = {Decimal(number) + step for number in numbers or [Decimal(1)] for step in (-1, 0, 1)}
            return tuple(sorted(number for number in around if number >= 0))
        case FactType.LIST:
            keys = [member.key for member in fact.members] or [str(one) for one in asked] or ["?"]
            return ((), *((key,) for key in keys))
        case FactType.DATE:
            return (day.isoformat(), *(str(one) for one in asked))
        case FactType.TEXT:
            return (*(str(one) for one in asked), "?")
