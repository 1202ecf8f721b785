"""A need tells as little as it can: what a raid could use is refused, and its last day comes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.needs import is_over, too_much


@pytest.mark.parametrize(
    "text",
    ["200 euros for rent", "дайце 50 рублёў", "сто долларов в месяц", "€", "нужно 300р", "500 zł", "1 000 PLN", "Br 40", "100 тыс. руб.", "200 у. е.",
     "просіць 20 бел. руб.", "в биткоинах", "٢٠٠ €", "2 0 0 еўра", "бітко\u00adіны, 5 дол.", "10 грыўняў", "ў гривнах"],
)  # fmt: skip
def test_money_is_refused(text: str) -> None:
    assert too_much(text) == "amount"


@pytest.mark.parametrize(
    "text", ["card 4111 1111 1111 1111", "BY20 OLMP 3135 0000 0010 0000 0933", "карта 5555-4444-3333-2222", "LT121000011101001000"]
)
def test_an_account_is_refused(text: str) -> None:
    assert too_much(text) == "account"


@pytest.mark.parametrize(
    "text",
    ["ring +375 29 123-45-67", "80291234567", "тэл. (017) 200-00-01", "write to mum@vydumka.invalid", "@prykladna in Telegram", "t.me/prykladna",
     "+370.600.12.345", "＋３７５２９１２３４５６７", "8 0 2 9 1 2 3 4 5 6 7"],
)  # fmt: skip
def test_a_way_to_reach_somebody_is_refused(text: str) -> None:
    assert too_much(text) in ("contact", "account")


@pytest.mark.parametrize(
    "text",
    ["", "a dentist, soon", "стаматолаг", "until 2027-05-25, 3 children of 4, 7 and 12", "пасля 18:30, двойчы на тыдзень",
     "з 01.12.2026 па 31.03.2027", "двух комнат хватит", "рубашка и обувь 43", "Eurobus to Vilnius", "руки после обморожения",
     "брат тоже, 17 лет", "злой зуб болит", "ул. не называть", "100 мг, 2 раза в день", "3 рады", "група крыві 2, рэзус"],
)  # fmt: skip
def test_what_people_need_is_let_through(text: str) -> None:
    assert too_much(text) == ""


_WORDS = st.text(alphabet="abcабвўі ,;", max_size=30)
_SEPARATORS = st.lists(st.sampled_from(["", " ", "-", ".", " (", ") ", "\u00a0"]), min_size=15, max_size=15)


@given(_WORDS, _WORDS, st.lists(st.sampled_from("0123456789"), min_size=9, max_size=16), _SEPARATORS)
def test_a_long_number_is_never_let_through(before: str, after: str, digits: list[str], between: list[str]) -> None:
    number = "".join(digit + gap for digit, gap in zip(digits, [*between, ""], strict=False))
    assert too_much(f"{before} 9{number} {after}")


@given(st.text(max_size=60))
def test_any_text_has_an_answer(text: str) -> None:
    assert too_much(text) in ("", "amount", "account", "contact")


@given(st.dates(), st.dates())
def test_the_last_day_is_still_shown(until: date, today: date) -> None:
    assert is_over(until.isoformat(), today) is (today > until)
