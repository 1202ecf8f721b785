"""Who is not to be named is not named, in any case of the name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.pseudonyms import names_in, stems, without_names

HIDDEN = stems(["Алесь Прыклад", "Aleś Pryklad"])


@pytest.mark.parametrize("text", ["Прыкладу", "да Прыклада", "з Алесем Прыкладам", "ALEŚ PRYKLAD", "Pryklad's mother", "Прыкладава"])
def test_a_name_is_found_in_its_cases(text: str) -> None:
    assert names_in(text, HIDDEN)
    assert not names_in(without_names(text, HIDDEN, "Person 1"), HIDDEN)


def test_neighbouring_words_of_a_name_become_one_person() -> None:
    assert without_names("Яго, Алеся Прыклада, затрымалі.", HIDDEN, "Асоба 1") == "Яго, Асоба 1, затрымалі."


def test_other_words_stay() -> None:
    text = "Затрыманы 12 лістапада на вуліцы Прытыцкага."
    assert without_names(text, HIDDEN, "Асоба 1") == text
    assert not names_in(text, frozenset())


@pytest.mark.parametrize(("name", "cases"), [("Ілья", "Ільі Ільёй"), ("Ганна", "Ганне Ганну"), ("Кузьма", "Кузьмой")])
def test_short_names_are_found_too(name: str, cases: str) -> None:
    assert all(names_in(case, stems([name])) for case in cases.split())


def test_a_name_does_not_take_common_words_with_it() -> None:
    assert without_names("але яго адпусцілі", HIDDEN, "Асоба 1") == "але яго адпусцілі"


def test_initials_alone_do_not_empty_a_text() -> None:
    assert stems(["А. П."]) == frozenset()


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_keeps_a_name(text: str, name: str) -> None:
    found_by = stems([name])
    assert not names_in(without_names(f"{text} {name} {text}", found_by, "…"), found_by)
