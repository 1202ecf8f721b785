"""Who is not to be named is not named, in any case of the name and in any alphabet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.pseudonyms import names_in, stems, without_names

HIDDEN = stems(["Алесь Прыклад", "Aleś Pryklad"])

# Written by hand from grammars and from passports, not made by the code: each line a name, then forms of it in running text.
FORMS = """
Прыклад = Прыкладу Прыкладам ПРЫКЛАД Прыкладзе Приклада Прикладом Pryklad Pryklad's Pryklada
Pryklad = Прыклад Прыкладу Приклад Прикладом Pryklad's
Прыкладаў = Прыкладава Прыкладавым Прикладов Прикладову Prykladaŭ Prykladau Prikladov Prykladava
Прыкладава = Прыкладавай Прыкладаву Прикладовой Prykladava Prikladova
Ганна Прыкладава-Сідарэнка = Прыкладаву Сідарэнку Сідарэнка Сидоренко Sidarenka Прыкладава-Выдумка Ганне Анну Hanna
Сідарэнка = Сідарэнкі Сідарэнка-Прыклад Сидоренко-Выдумка Sidarenka
Пётр = Пятра Пятру Пятром Петра Петром Петр Piotr Piatra
Петр = Пётр Пётру Пятра
Павел = Паўла Паўлам Павла Павлом Pavel Paviel
Заяц = Зайца Зайцам Зайцу Zajac Zayats
Лев = Льва Львом Льву Львоў Leŭ
Арол = Арла Арлу
Ёлкин = Елкина Ёлкиным Елкину Yolkin Elkina
Ян = Яна Яну Янам Яном Jan Yan Ian
Лі = Лі Ли Li
Кім = Кіма Ким Киму Kim
Іна = Іны Іне Инна Инну Ina Inna
Ева = Еву Евай Eva
Аня = Ані Аню Аней Ania Anya
Юлія = Юліі Юлію Юлией Yulia Julia Yuliya
Жук = Жука Жуком Zhuk Žuk Żuk
Цой = Цоя Цою Tsoi Coj
Сяргей = Сяргея Сергея Сергеем Siarhei Sergey
Мікалай = Мікалая Николая Николаем Mikalai Nikolai
Ілья = Ільі Ільёй Илья Ильи Ilya Ilja
Чыж = Чыжа Чижом Chyzh Čyž
Шчэрба = Шчэрбы Щербу Shcherba Ščerba
Зайцаў = Зайцава Зайцеву Zaitsev Zajcaŭ
Лук'ян = Лук’яна Лукʼяну Лукьяна
Кузьма = Кузьмой Кузьме
"""
LISTED = [(name, form) for line in FORMS.strip().splitlines() for name, _, forms in [line.partition(" = ")] for form in forms.split()]
UNSEEN = ["\u0301", "\u00ad", "\u200d", "\u2060", "\ufeff"]
STAYS = """
але яго адпусцілі з суда, калі яна прыйшла: так можна лічыць, ці не; мэр горада, турма, права і свет сказалі
Она была задержана, но он не сказал или же повёл себя так; мэр, тюрьма, право и патрон, январь
An application was made In the morning; Also marine, petrol, pattern, party, petition and alert; In particular, January, Person, Annex, List
"""
NAMES = "Алесь Прыклад Пётр Павел Ганна Анна Іна Ина Ina Ян Лі Ева Аня Марыя Святлана Юрый Кім Жук"


@pytest.mark.parametrize(("name", "form"), LISTED)
def test_a_name_is_found_in_its_cases_and_spellings(name: str, form: str) -> None:
    found_by = stems([name])
    assert names_in(f"12.11.2024 {form}, забралі", found_by)
    assert without_names(f"Яго, {form}, забралі", found_by, "1") in {"Яго, 1, забралі", "Яго, 1-Выдумка, забралі", "Яго, 1-Прыклад, забралі"}


@given(st.sampled_from(LISTED), st.integers(1, 9), st.sampled_from(UNSEEN))
def test_a_mark_inside_hides_no_name(listed: tuple[str, str], place: int, mark: str) -> None:
    name, form = listed
    at = min(place, len(form) - 1)
    text = f"Яго, {form[:at]}{mark}{form[at:]}."
    assert names_in(text, stems([name])) and not names_in(without_names(text, stems([name]), "1"), stems([name]))


@pytest.mark.parametrize("name", NAMES.split())
def test_a_name_takes_no_common_words_with_it(name: str) -> None:
    assert without_names(STAYS, stems([name]), "1") == STAYS


def test_a_name_in_an_address_is_found() -> None:
    assert without_names("pryklad2024@example.org, @pryklad_a", HIDDEN, "1") == "12024@example.org, @1_a"


def test_neighbouring_words_of_a_name_become_one_person() -> None:
    assert without_names("Яго, Алеся Прыклада, затрымалі.", HIDDEN, "Асоба 1") == "Яго, Асоба 1, затрымалі."
    assert without_names("Алеся-Прыклада", HIDDEN, "Асоба 1") == "Асоба 1"


def test_other_words_stay() -> None:
    text = "Затрыманы 12 лістапада на вуліцы Прытыцкага."
    assert without_names(text, HIDDEN, "Асоба 1") == text
    assert not names_in(text, frozenset())


def test_initials_and_particles_alone_do_not_empty_a_text() -> None:
    assert stems(["А. П."]) == frozenset()
    assert not names_in("Дом де Вельд", stems(["Ян де Прыклад"]))


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_keeps_a_name(text: str, name: str) -> None:
    found_by = stems([name])
    assert not names_in(without_names(f"{text} {name} {text}", found_by, "…"), found_by)
