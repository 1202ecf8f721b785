"""Values of a public card in words: labels of the lists, days, articles with their titles, and what no list knows."""

import pytest
from tests.public import card_of

from letapis.core.collation import numbered
from letapis.core.public_words import PublicWords
from letapis.core.published import CardValue
from letapis.engines.catalogue import catalogue


@pytest.fixture(scope="module")
def words() -> PublicWords:
    return catalogue().public_words


@pytest.mark.parametrize(
    "value, said",
    [
        (CardValue("sex", "f"), ("Female", "Жаночы", "Женский")),
        (CardValue("outcome", "recognised"), ("Recognised as a political prisoner", "Прызнанне палітвязнем", "Признание политзаключённым")),
        (CardValue("release_kind", "full_term"), ("served full term, released", "адбыў поўны тэрмін", "полностью отбыл срок")),
        (CardValue("detained", "2021-02-03"), ("3 February 2021", "3 лютага 2021 г.", "3 февраля 2021 г.")),
        (CardValue("place", "sizo-1"), ("Pre-trial detention center No. 1", "СІЗА № 1", "СИЗО № 1")),
        (CardValue("terrorist_list", "yes"), ("yes", "так", "да")),
        (CardValue("name", "Janka Vydumka", "en"), ("Janka Vydumka",) * 3),
        (CardValue("place", "nowhere-9"), ("nowhere-9",) * 3),
        (CardValue("later", "of a newer table"), ("of a newer table",) * 3),
        (CardValue("penalty", "unheard_of"), ("unheard_of",) * 3),
        (CardValue("article", "CC1999 999(7)"), ("Article 999, part 7 CC", "Частка 7 артыкула 999 КК", "Часть 7 статьи 999 УК")),
    ],
)
def test_a_value_in_three_languages(words: PublicWords, value: CardValue, said: tuple[str, str, str]) -> None:
    assert tuple(words.value(value, language) for language in ("en", "be", "ru")) == said


def test_an_article_brings_its_title(words: PublicWords) -> None:
    assert words.value(CardValue("article", "CC1999 130"), "en") == "Article 130 CC: Incitement to hatred"
    assert words.value(CardValue("article", "CAO2003 17.1"), "en").endswith(": Petty hooliganism"), "by the number that it had then"


def test_days_of_a_value(words: PublicWords) -> None:
    assert words.when(CardValue("place", "ik-3", since="2021", until="2022-05"), "en") == "2021 – May 2022"
    assert words.when(CardValue("place", "ik-3", since="2021-02-03"), "be") == "з 3 лютага 2021 г."
    assert words.when(CardValue("place", "ik-3", until="2022"), "ru") == "до 2022 г."
    assert words.when(CardValue("place", "ik-3"), "en") == ""
    said = [words.when(CardValue("place", "ik-3", until="2024-04"), language) for language in ("en", "be", "ru")]
    assert said == ["until April 2024", "да красавіка 2024 г.", "до апреля 2024 г."]
    assert words.when(CardValue("place", "ik-3", since="2024-04"), "ru") == "с апреля 2024 г."


def test_places_stand_by_their_numbers_and_letters_of_the_language() -> None:
    assert sorted(("ПК № 12", "ПК № 3", "ІЧУ", "Турма № 1"), key=lambda one: numbered(one, "be")) == ["ІЧУ", "ПК № 3", "ПК № 12", "Турма № 1"]


def test_every_field_of_an_invented_set_has_words(words: PublicWords) -> None:
    for number in range(10):
        for value in card_of(number).values:
            assert words.value(value, "be") and words.label(value.field, "be") != value.field
