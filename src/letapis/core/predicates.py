"""Predicates of the rulebook: conditions on facts joined by ``&``; a list of predicates is any-of. Three values: True, False, None.

Grammar and meaning follow section 2 of docs/reference/law.md. A predicate is parsed and typed once, when the rulebook is
read; evaluating it then looks up facts and compares. A condition on an unknown fact is unknown, ``present`` included.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from letapis.core.dates import compare, is_partial_date
from letapis.core.errors import Damaged
from letapis.core.vocabulary import Fact, FactType, Value, Vocabulary

_CONDITION: Final = re.compile(
    r"(?P<fact>[a-z_]+\.[a-z0-9][a-z0-9_]*) (?:(?P<present>present)|(?P<op>==|!=|<=|>=|<|>|has) (?P<value>[A-Za-z0-9][A-Za-z0-9_.-]*))\Z"
)
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?\Z")
_ORDERED: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "present"})
OPERATORS: Final[Mapping[FactType, frozenset[str]]] = {
    FactType.BOOL: frozenset({"==", "!=", "present"}),
    FactType.ENUM: frozenset({"==", "!=", "present"}),
    FactType.TEXT: frozenset({"==", "!=", "present"}),
    FactType.NUMBER: _ORDERED,
    FactType.DATE: _ORDERED,
    FactType.LIST: frozenset({"has", "present"}),
}


class PredicateFault(Damaged):
    """A predicate cannot be read against the vocabulary; ``code`` says why."""


@dataclass(frozen=True, slots=True)
class Known:
    """A settled value of a fact; ``partial``: the list may have members that nobody recorded."""

    value: Value
    partial: bool = False


World = Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of one fact. ``wanted`` is typed like the fact; it is empty for ``present``."""

    fact: str
    type: FactType
    operator: str
    wanted: Value

    def holds(self, world: World) -> bool | None:
        known = world.get(self.fact)
        if known is None:
            return None
        if self.operator == "present":
            return True if known.value not in ((), "") else None if known.partial else False
        if isinstance(known.value, tuple):
            return True if self.wanted in known.value else None if known.partial else False
        if self.type is FactType.DATE:
            return compare(str(known.value), self.operator, str(self.wanted))
        return _COMPARE[self.operator](known.value, self.wanted)


@dataclass(frozen=True, slots=True, eq=False)
class Predicate:
    """Conditions that must all hold (strong Kleene "and"), with the text they were read from. Equal only to itself: truths are kept by it."""

    text: str
    conditions: tuple[Condition, ...]
    facts: tuple[str, ...]

    def holds(self, world: World) -> bool | None:
        unknown = False
        for condition in self.conditions:
            truth = condition.holds(world)
            if truth is False:
                return False
            unknown = unknown or truth is None
        return None if unknown else True

    def open_facts(self, world: World) -> tuple[str, ...]:
        """Facts whose conditions are unknown, each once: what to ask to decide the predicate."""
        return tuple(dict.fromkeys(c.fact for c in self.conditions if c.holds(world) is None))


def any_of(truths: Iterable[bool | None]) -> bool | None:
    """Strong Kleene "or": true if any is true, else unknown if any is unknown."""
    unknown = False
    for truth in truths:
        if truth:
            return True
        unknown = unknown or truth is None
    return None if unknown else False


def all_of(truths: Iterable[bool | None]) -> bool | None:
    """Strong Kleene "and": false if any is false, else unknown if any is unknown."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


@lru_cache(maxsize=8192)
def parse_predicate(text: str, vocabulary: Vocabulary) -> Predicate:
    """Predicate from its text, the same object for the same text. Raises PredicateFault ``law.predicate_…`` for a form, fact, operator or
    value that does not fit."""
    conditions = tuple(_parse_condition(part, vocabulary) for part in text.split(" & "))
    return Predicate(text, conditions, tuple(dict.fromkeys(c.fact for c in conditions)))


def _parse_condition(text: str, vocabulary: Vocabulary) -> Condition:
    match = _CONDITION.match(text)
    if not match:
        raise PredicateFault("law.predicate_form")
    fact = vocabulary.facts.get(match["fact"])
    if fact is None:
        raise PredicateFault("law.predicate_fact")
    operator = match["op"] or "present"
    if operator not in OPERATORS[fact.type]:
        raise PredicateFault("law.predicate_operator")
    wanted: Value = "" if operator == "present" else _wanted(fact, match["value"], vocabulary)
    return Condition(fact.id, fact.type, operator, wanted)


def _wanted(fact: Fact, text: str, vocabulary: Vocabulary) -> Value:
    match fact.type:
        case FactType.BOOL if text in ("true", "false"):
            return text == "true"
        case FactType.NUMBER if _NUMBER.match(text):
            return Decimal(text)
        case FactType.DATE if is_partial_date(text):
            return text
        case FactType.ENUM if fact.member(text):
            return text
        case FactType.TEXT if re.fullmatch(fact.pattern or ".+", text):
            return text
        case FactType.LIST if _fits_item(fact, text, vocabulary):
            return text
    raise PredicateFault("law.predicate_value")


def _fits_item(fact: Fact, text: str, vocabulary: Vocabulary) -> bool:
    if fact.items == "enum":
        return fact.member(text) is not None
    if fact.items in vocabulary.lists:
        return text in vocabulary.lists[fact.items]
    return re.fullmatch(fact.pattern or ".+", text) is not None


_COMPARE: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: _number(a) < _number(b),
    "<=": lambda a, b: _number(a) <= _number(b),
    ">": lambda a, b: _number(a) > _number(b),
    ">=": lambda a, b: _number(a) >= _number(b),
}


def _number(value: object) -> Decimal | int:
    return value if isinstance(value, (int, Decimal)) else Decimal(str(value))
