"""Months counted from a day, and the code of law that holds on one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.codes import administrative_code
from letapis.core.periods import months_on


@given(st.dates(date(2000, 1, 1), date(2200, 1, 1)), st.integers(-60, 60))
def test_months_on_is_the_same_day_or_the_last_one(day: date, months: int) -> None:
    found = months_on(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


def test_months_stay_in_the_calendar() -> None:
    assert months_on(date(2026, 3, 31), -1) == date(2026, 2, 28) and months_on(date(2026, 1, 15), -13) == date(2024, 12, 15)
    assert months_on(date(2, 1, 1), -30) == date.min and months_on(date(9999, 6, 1), 8) == date.max


@pytest.mark.parametrize(
    ("day", "code"),
    [("2021-02-28", "CAO2003"), ("2021-03-01", "CAO2021"), ("2020", "CAO2003"), ("2021", ""), ("2021-03", "CAO2021"), ("", ""), ("soon", "")],
)
def test_the_code_in_force_is_asked_of_the_day(day: str, code: str) -> None:
    assert administrative_code(day) == code
