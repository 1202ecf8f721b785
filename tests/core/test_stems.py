"""A word is found by any of its forms: paradigms of Belarusian, Russian and English, and pairs that must stay apart."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.stems import _stem, fold, stem, stems, tokens

VECTORS = Path(__file__).parent.parent / "vectors" / "stems"


def rows(name: str) -> list[list[str]]:
    lines = (VECTORS / f"{name}.txt").read_text("utf-8").splitlines()
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize(("name", "words", "least"), [("be", 60, 0.99), ("be-2", 100, 0.99), ("ru", 60, 0.99), ("en", 30, 0.99)])
def test_forms_of_a_word_have_the_stem_of_its_first_form(name: str, words: int, least: float) -> None:
    table = rows(name)
    lost = [(row[0], form) for row in table for form in row[1:] if stem(form) != stem(row[0])]
    total = sum(len(row) - 1 for row in table)
    assert len(table) >= words
    assert 1 - len(lost) / total >= least, lost


def test_different_words_keep_different_stems() -> None:
    pairs = rows("pairs")
    same = [pair for pair in pairs if stem(pair[0]) == stem(pair[1])]
    assert len(pairs) >= 100
    assert 1 - len(same) / len(pairs) >= 0.95, same


def test_lemmas_of_one_language_rarely_fall_together() -> None:
    for names in (("be", "be-2"), ("ru",)):
        lemmas = sorted({row[0].lower() for name in names for row in rows(name)})
        assert len({stem(lemma) for lemma in lemmas}) / len(lemmas) >= 0.93


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ўлада", "улада"),
        ("аб'ява", "аб\u2019ява"),
        ("аб'ява", "аб\u02bcява"),
        ("заключённый", "заключенный"),
        ("ЦІХАНОВІЧ", "ціхановіч"),
        ("у\u0306лада", "улада"),
        ("Žodzina", "zodzina"),
        ("Łukasz", "lukasz"),
        ("prisoner\u2019s", "prisoners"),
        ("дзень", "день"),
        ("пратакол", "протокол"),
        ("адвакат", "адвокат"),
    ],
)
def test_spellings_that_people_mix_up_are_one(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_tokens_are_words_and_numbers_without_signs() -> None:
    assert tokens("Сям'я з 3 чалавек: №17-А, «Вясна», 2020-08-09, x_y") == [
        "сям'я",
        "з",
        "3",
        "чалавек",
        "17",
        "а",
        "вясна",
        "2020",
        "08",
        "09",
        "x",
        "y",
    ]


def test_stems_of_a_text_are_the_stems_of_its_words_in_order() -> None:
    text = "Затрыманых вязняў трымалі ў ізалятары, the witnesses testified in 2020"
    assert stems(text) == [stem(token) for token in tokens(text)]
    assert stems("") == []


def test_number_is_its_own_stem() -> None:
    assert stems("342 2020 17а") == ["342", "2020", stem("17а")]


@given(st.text(alphabet="абвгдеёжзійклмнопрстуўфхцчшыьэюяищъ'", min_size=1, max_size=20))
def test_any_cyrillic_word_has_a_stem_that_is_not_longer(word: str) -> None:
    got = stem(word)
    # A short irregular verb may be named by a longer form of its own; nothing else grows.
    assert len(got) <= len(word) + 5
    assert got or not fold(word)
    assert got == stem(word.upper().lower())


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_it(text: str) -> None:
    assert len(stems(text)) == len(tokens(text))
    assert all(isinstance(got, str) for got in stems(text))


def test_a_megabyte_of_text_takes_less_than_a_second() -> None:
    words = [form for name in ("be", "be-2", "ru", "en") for row in rows(name) for form in row]
    text = " ".join(words)
    text *= 1 + 1_000_000 // len(text.encode())
    _stem.cache_clear()
    start = time.process_time()
    stems(text)
    assert len(text.encode()) / (time.process_time() - start) >= 1_000_000
