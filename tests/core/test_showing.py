"""Values and dates in words, in three languages."""

from decimal import Decimal

import pytest

from letapis.core import date_words
from letapis.core.showing import show_value
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

VOCABULARY, TEXTS = catalogue().vocabulary, catalogue().texts


@pytest.mark.parametrize(
    ("fact", "value", "language", "shown"),
    [
        ("detention.reasons_given", False, "be", "не"),
        ("detention.reasons_given", True, "en", "yes"),
        ("lawyer.first_access_h", 72, "en", "72 hours"),
        ("lawyer.first_access_h", 1, "en", "1 hour"),
        ("lawyer.first_access_h", Decimal("1.5"), "ru", "1,5 ч"),
        ("discrim.similar_cases", 7, "be", "7"),
        ("sentence.fine", 100, "en", "100 Belarusian roubles"),
        ("detention.start", "2020-08-09", "be", "9 жніўня 2020 г."),
        ("detention.start", "2020-08", "ru", "август 2020 г."),
        ("detention.start", "2020-08-09/2020-08-11", "en", "9 August 2020 – 11 August 2020"),
        ("judge.authority", "prosecutor", "en", "Prosecutor"),
        ("person.nationality", ("BY", "PL"), "be", "BY, PL"),
        ("charge.based_on", (), "en", "none found"),
        ("detention.agency", "ГУБАЗіК", "be", "ГУБАЗіК"),
    ],
)
def test_a_value_is_shown_in_the_words_of_the_language(fact: str, value: Value, language: str, shown: str) -> None:
    assert show_value(VOCABULARY.fact(fact), value, language, TEXTS) == shown


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_every_unit_of_the_vocabulary_has_words(language: str) -> None:
    for fact in VOCABULARY.facts.values():
        if fact.unit:
            assert "2" in show_value(fact, 2, language, TEXTS)
            assert "1" in show_value(fact, 1, language, TEXTS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2020-08-09", "on 9 August 2020"),
        ("2020-08", "in August 2020"),
        ("2020", "in 2020"),
        ("2020-08-09/2020-09", "between 9 August 2020 and September 2020"),
    ],
)
def test_a_date_takes_the_preposition_of_its_precision(text: str, words: str) -> None:
    assert date_words.preposition(text) == words


def test_a_month_with_a_day_is_inflected_and_alone_is_not() -> None:
    assert [date_words.show("2021-05-01", language) for language in ("be", "ru")] == ["1 мая 2021 г.", "1 мая 2021 г."]
    assert [date_words.show("2021-05", language) for language in ("be", "ru")] == ["май 2021 г.", "май 2021 г."]
    assert date_words.show("2021", "en") == "2021"
