"""Values of the record as values of a public card, who is not named, and what points at one person."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.public import card_of

from letapis.core.cards import CardRules, Told, fault_of, in_latin, languages_of, naming, pointing, read_card_rules, unnamed, values_of
from letapis.core.errors import Damaged
from letapis.core.published import Card, CardValue
from letapis.core.vocabulary import LIST_SEPARATOR
from letapis.engines.catalogue import catalogue

BOOK = catalogue()
RULES: CardRules = BOOK.cards
FIELDS = BOOK.publication.fields
BIDI = "\u202e"


def value(field: str, told: Told | str) -> tuple[CardValue, ...] | str:
    return values_of(FIELDS[field], told if isinstance(told, Told) else Told(told), RULES, BOOK.reference)


@pytest.mark.parametrize(
    "field, told, expected",
    [
        ("place", "sizo-1", "sizo-1"),
        ("place", "Валадарка", "sizo-1"),
        ("terrorist_list", "true", "yes"),
        ("detained", "2021-03", "2021-03"),
        ("judge", "Vydumka  V.", "Vydumka V."),
        ("court", "supreme", "supreme"),
        ("judge", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_a_value_stands_as_it_is_or_by_its_code(field: str, told: str, expected: str) -> None:
    found = value(field, told)
    assert not isinstance(found, str) and [one.value for one in found] == [expected]


@pytest.mark.parametrize(
    "field, told, because",
    [
        ("place", "vulica Vydumki 1, 2", "cards.not_in_list"),
        ("terrorist_list", "perhaps", "cards.no_flag"),
        ("detained", "in March", "cards.no_day"),
        ("name", "Янка Прыклaд", "cards.mixed_script"),
        ("name", f"Янка{BIDI} Прыклад", "cards.hidden_characters"),
        ("judge", "Vydumka\u200b V.", "cards.hidden_characters"),
        ("name", "---", "cards.empty"),
    ],
)
def test_a_value_that_cannot_stand_says_why(field: str, told: str, because: str) -> None:
    assert value(field, told) == because and because in BOOK.texts


def test_lists_become_values_and_days_stand_where_the_field_has_days() -> None:
    day = "2021-03-01"
    found = value("article", Told(LIST_SEPARATOR.join(("CC1999 342(1)", "CC1999 361")), many=True, since=day))
    assert [(one.value, one.since) for one in found if not isinstance(one, str)] == [("CC1999 342(1)", day), ("CC1999 361", day)]
    assert value("detained", Told(day, since="2021", certainty="about")) == (CardValue("detained", day, certainty="about"),)


def test_the_language_of_a_name_is_told_by_its_letters() -> None:
    assert [languages_of(one) for one in ("Janka", "Выдумка", "Лявоніха", "Пример")] == [("en",), ("be", "ru"), ("be",), ("ru",)]


@pytest.mark.parametrize(
    "name, latin",
    [("Аляксей Прыклад", "Aliaksiei Pryklad"), ("Юлія Ёўш", "Yuliya Yoush"), ("Мар’яна", "Maryana"), ("ЯНКА", "YANKA"), ("Janka", ""), ("ع", "")],
)
def test_a_latin_form_is_offered(name: str, latin: str) -> None:
    assert in_latin(name, RULES) == latin


VALUES = st.builds(
    CardValue,
    st.sampled_from(sorted(FIELDS)),
    st.sampled_from(["2021-03-01", "sizo-1", "m", "Янка", "yes"]),
    st.sampled_from(["", "be"]),
    st.sampled_from(["", "2021-03-01"]),
    st.sampled_from(["", "2022"]),
)


@given(st.lists(VALUES))
def test_of_who_is_not_named_nothing_stands_but_what_the_rules_name(values: list[CardValue]) -> None:
    left = unnamed(values, RULES)
    assert {one.field for one in left} <= set(RULES.unnamed) and unnamed(left, RULES) == left
    assert not any(one.since or one.until for one in left)
    assert all(len(one.value) <= 4 for one in left if RULES.unnamed[one.field] == "year")
    assert not any(FIELDS[one.field].ask for one in left), "nothing that somebody has to be asked for"


def test_few_of_a_kind_are_pointed_out_until_there_are_enough() -> None:
    bare = Card("f" * 32, (CardValue("article", "CC1999 342(1)"), CardValue("detained", "2021"), CardValue("sex", "f")))
    others = [replace(bare, card=f"{number:032x}") for number in range(BOOK.publication.small - 1)]
    assert pointing(bare, others[1:], RULES, BOOK.publication.small) == ("article_year_sex",)
    assert pointing(bare, others, RULES, BOOK.publication.small) == ()
    assert pointing(bare, [bare] * 9, RULES, BOOK.publication.small), "a card is not its own company"
    named = replace(card_of(1), values=(*card_of(1).values, CardValue("profession", "baker", "en")))
    assert pointing(named, (), RULES, BOOK.publication.small) == ("place_day_profession", "place_age_profession")


def test_a_name_of_somebody_else_is_seen_in_any_spelling_and_with_any_ending() -> None:
    known, own = {"person": ["Марыля Канарэйчанка"], "source": ["Kalina"]}, ["Янка Прыклад", "Янка Канарэйчанка"]
    said = [CardValue("about", "Жыў з Марыляй Канарейченко.", "be"), CardValue("interests", "Talks with Kalina", "en")]
    said += [CardValue("name", "Kalina", "en"), CardValue("judge", "Канарэйчанка М.")]
    assert naming(said, known, own, BOOK.names.told) == (("about", "person"), ("interests", "source"))
    assert naming([CardValue("about", "Янка Канарэйчанка любіць шахматы.", "be")], known, own, BOOK.names.told) == (), "a surname is shared"
    theirs, spoken = {"person": ["Марыля Восіпава"]}, [CardValue("about", "Жила с Осиповой.", "ru")]
    assert naming(spoken, theirs, own, BOOK.names.told) == (("about", "person"),), "Russian says the surname otherwise"
    assert naming(spoken, theirs, ["Янка Восіпаў"], BOOK.names.told) == (), "and it is shared all the same"


@given(st.text())
def test_what_has_no_fault_can_be_read(text: str) -> None:
    if not fault_of(text):
        assert any(letter.isalnum() for letter in text) and not set(text) & set("\u202e\u200b\u00ad\x00")


@pytest.mark.parametrize(
    "changed",
    [
        {"unnamed": [{"field": "about"}]},
        {"unnamed": [{"field": "name"}]},
        {"unnamed": [{"field": "sex", "precision": "hour"}]},
        {"lists": [{"field": "place", "list": "nowhere"}]},
        {"combinations": [{"id": "x", "fields": ["shoes"]}]},
        {"photo": {}},
        {"ending": {}},
        {"latin": {}},
    ],
)
def test_rules_that_nobody_knows_are_refused(changed: dict[str, Any]) -> None:
    table: dict[str, Any] = {
        "unnamed": [{"field": "sex"}],
        "lists": [{"field": "place", "list": "facilities"}],
        "combinations": [],
        "latin": {"be": "а=a", "ru": "а=a", "first": "е=ye"},
        "ending": {"ahead": 30},
        "photo": {"edge": 1, "bytes": 1},
    }
    assert read_card_rules(table, BOOK.publication, BOOK.reference).edge == 1
    with pytest.raises(Damaged, match=r"catalogue\.cards"):
        read_card_rules({**table, **changed}, BOOK.publication, BOOK.reference)
