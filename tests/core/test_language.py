"""The language somebody wrote in, as its letters tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.language import LANGUAGES, language_of


@pytest.mark.parametrize(
    ("text", "otherwise", "language"),
    [
        ("Перавялі ў СІЗА-1, лістоў няма", "en", "be"),
        ("Перевели в СИЗО-1, писем нет", "be", "ru"),
        ("moved to SIZO-1", "be", "en"),
        ("тры тыдні без навін", "ru", "be"),
        ("суд завтра", "ru", "ru"),
        ("342", "ru", "ru"),
        ("", "be", "be"),
    ],
)
def test_letters_tell_the_language(text: str, otherwise: str, language: str) -> None:
    assert language_of(text, otherwise) == language


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_any_text_has_one_of_the_three(text: str, otherwise: str) -> None:
    assert language_of(text, otherwise) in LANGUAGES
