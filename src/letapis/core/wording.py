"""Conditions and logic of a norm in words, so that a lawyer can read a rule without its grammar."""

from collections.abc import Callable
from typing import Final

from letapis.core.language import Texts
from letapis.core.predicates import Condition, Predicate
from letapis.core.qualify_logic import All, Logic, Name, Not
from letapis.core.showing import show_value
from letapis.core.vocabulary import FactType, Vocabulary

_SIGNS: Final = {"==": "is", "!=": "is_not", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least", "has": "has", "present": "present"}
_DATES: Final = {"<": "before", "<=": "until", ">": "after", ">=": "since"}


def say_predicate(predicate: Predicate, vocabulary: Vocabulary, language: str, texts: Texts) -> str:
    """All conditions of a predicate: ``Hours until a judge: more than 48 hours, and Authority: judge``."""
    joined = f", {texts.say('law.and', language)} "
    return joined.join(_say_condition(condition, vocabulary, language, texts) for condition in predicate.conditions)


def _say_condition(condition: Condition, vocabulary: Vocabulary, language: str, texts: Texts) -> str:
    fact = vocabulary.fact(condition.fact)
    sign = _DATES.get(condition.operator) if condition.type is FactType.DATE else None
    wanted = (str(condition.wanted),) if condition.operator == "has" else condition.wanted
    value = "" if condition.operator == "present" else show_value(fact, wanted, language, texts)
    return f"{fact.label[language]}: " + texts.say(f"law.sign.{sign or _SIGNS[condition.operator]}", language, value=value)


def say_logic(tree: Logic, name: Callable[[str], str], language: str, texts: Texts, *, inner: bool = False) -> str:
    """A logic in words; ``name`` says what stands for an element key or ``@NORM``."""
    if isinstance(tree, Name):
        return name(tree.name)
    if isinstance(tree, Not):
        return f"{texts.say('law.not', language)} {say_logic(tree.part, name, language, texts, inner=True)}"
    joint = texts.say("law.and" if isinstance(tree, All) else "law.or", language)
    said = f" {joint} ".join(say_logic(part, name, language, texts, inner=True) for part in tree.parts)
    return f"({said})" if inner else said
