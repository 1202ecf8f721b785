"""A name in the words of a statement is found in any spelling, case and place, and one that is not there is not."""

from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.published import Statement
from letapis.core.still_named import names_in
from letapis.engines.catalogue import catalogue

TOLD = catalogue().names.told

GONE = ("Янка Прыклад", "Янка Иванович Пример", "Yanka Pryklad")
OTHER = ("суд", "рашэнне", "вязні", "Мінск", "2026", "statement", "prisoners", "Vydumka", "Марыля")


def of(text: str, language: str = "be", title: str = "Invented") -> Statement:
    return Statement("5" * 32, "2026-01-01", "recognised", "", "", ("Invented",), {language: title}, {language: text})


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(OTHER), max_size=8),
    st.sampled_from(("Янка Прыклад", "Прыклад Янка", "ЯНКА ПРЫКЛАД", "Янкі Прыклада", "Янку Прыкладу", "Yanka Pryklad", "«Янка», Прыклад.")),
    st.integers(0, 8),
    st.booleans(),
)
def test_a_name_is_found_wherever_it_stands(words: list[str], said: str, place: int, in_title: bool) -> None:
    with_name = " ".join([*words[:place], said, *words[place:]])
    statement = of("Invented", title=with_name) if in_title else of(with_name)
    assert names_in(statement, ("Янка Прыклад",), TOLD) == {"Янка Прыклад"}
    assert not names_in(statement, ("Алена Узорнік",), TOLD) and not names_in(statement, (), TOLD)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(OTHER), max_size=12))
def test_a_name_that_is_not_there_is_not_found(words: list[str]) -> None:
    assert not names_in(of(" ".join(words)), GONE, TOLD)


def test_half_a_name_is_no_name_and_the_fathers_name_may_be_missing() -> None:
    assert not names_in(of("Янка і Марыля"), GONE, TOLD) and not names_in(of("Спадар Прыклад"), GONE, TOLD)
    assert "Янка Иванович Пример" in names_in(of("Янка Пример", "ru"), GONE, TOLD)


def test_a_surname_that_the_other_language_says_otherwise_is_found() -> None:
    """Made of given names that Russian has in another form: a text in Russian about whoever the list had in Belarusian."""
    for name, said in (("Янка Восіпаў", "Янка Осипов"), ("Янка Лявонцьеў", "Янку Леонтьева"), ("Янка Осипов", "Янка Восіпаў")):
        assert names_in(of(said, "ru"), (name,), TOLD) == {name}
