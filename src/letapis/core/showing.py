"""A value of a fact in the words of a language, for a page, a letter or a table cell."""

from decimal import Decimal

from letapis.core import date_words
from letapis.core.language import Texts
from letapis.core.vocabulary import Fact, FactType, Value, canonical_value


def show_value(fact: Fact, value: Value, language: str, texts: Texts) -> str:
    """Members by their labels, numbers with their unit, dates in words; an empty list says that nothing was found."""
    if isinstance(value, tuple):
        if not value:
            return texts.say("vocabulary.none_listed", language)
        return ", ".join(member_label(fact, key, language) for key in value)
    if isinstance(value, bool):
        return texts.say("vocabulary.yes" if value else "vocabulary.no", language)
    if isinstance(value, (int, Decimal)):
        return _number(fact, value, language, texts)
    if fact.type is FactType.DATE:
        return date_words.show(value, language)
    return member_label(fact, value, language)


def member_label(fact: Fact, key: str, language: str) -> str:
    """Label of an enum member; other items stand for themselves."""
    member = fact.member(key)
    return member.label[language] if member else key


def _number(fact: Fact, value: int | Decimal, language: str, texts: Texts) -> str:
    text = canonical_value(value)
    if language != "en":
        text = text.replace(".", ",")
    key = f"vocabulary.unit.{fact.unit}"
    return texts.say(f"{key}.one" if value == 1 else key, language, number=text)
