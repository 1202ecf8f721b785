"""Partial dates: a day is never invented, and what the precision cannot decide stays unknown."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.dates import bounds, compare, is_partial_date, sort_key

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def _cut(day: date, precision: int) -> str:
    return day.isoformat()[:precision]


@st.composite
def partial(draw: st.DrawFn) -> str:
    first = draw(DAYS)
    one = _cut(first, draw(st.sampled_from([4, 7, 10])))
    if draw(st.booleans()):
        return one
    return f"{one}/{_cut(first + timedelta(days=draw(st.integers(0, 3000))), draw(st.sampled_from([4, 7, 10])))}"


PARTIAL = partial().filter(is_partial_date)
OPERATORS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
TRUTH = {"==": date.__eq__, "!=": date.__ne__, "<": date.__lt__, "<=": date.__le__, ">": date.__gt__, ">=": date.__ge__}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-02", date(2021, 2, 1), date(2021, 2, 28)),
        ("2020-12", date(2020, 12, 1), date(2020, 12, 31)),
        ("2020-08-09", date(2020, 8, 9), date(2020, 8, 9)),
        ("2020-08/2020-09-01", date(2020, 8, 1), date(2020, 9, 1)),
        ("2020/2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
    ],
)
def test_first_and_last_day_that_a_date_may_mean(text: str, low: date, high: date) -> None:
    assert bounds(text) == (low, high)


BAD_DAYS = ["2020-13", "2020-00", "2020-02-30", "2021-02-29", "2020-08-00", "2020-08-9", "0000", "0000-01"]
BAD_SHAPES = ["", "20", "202", "20200", "2020-", "2020-1", "2020-08-09T00", " 2020", "2020\n", "٢٠٢٠", "-2020", "2020.08"]
BAD_INTERVALS = ["2020/", "/2020", "/", "2021/2020", "2020-09/2020-08", "2020/2021/2022", "2020-08-09/2020-08-08"]


@pytest.mark.parametrize("text", BAD_DAYS + BAD_SHAPES + BAD_INTERVALS)
def test_what_is_no_partial_date(text: str) -> None:
    assert not is_partial_date(text)
    with pytest.raises(ValueError, match="no partial date"):
        bounds(text)


@given(PARTIAL, OPERATORS, PARTIAL)
def test_comparison_is_certain_only_if_every_day_agrees(actual: str, operator: str, value: str) -> None:
    """Sound: a definite answer holds for the edge days that both sides may mean."""
    verdict = compare(actual, operator, value)
    if verdict is None or operator in ("==", "!="):
        return
    for one in bounds(actual):
        for other in bounds(value):
            if bounds(value)[0] == bounds(value)[1]:
                assert TRUTH[operator](one, other) is verdict


@given(DAYS, OPERATORS, DAYS)
def test_exact_days_compare_as_days(actual: date, operator: str, value: date) -> None:
    assert compare(actual.isoformat(), operator, value.isoformat()) is TRUTH[operator](actual, value)


@given(PARTIAL, PARTIAL)
def test_opposite_operators_never_agree(actual: str, value: str) -> None:
    for one, other in (("==", "!="), ("<", ">="), (">", "<=")):
        first, second = compare(actual, one, value), compare(actual, other, value)
        assert (first is None) == (second is None) and (first is None or first is not second)


@pytest.mark.parametrize(
    ("actual", "operator", "value", "expected"),
    [
        ("2020-08", ">=", "2020-08-09", None),
        ("2020-09", ">=", "2020-08-09", True),
        ("2020-08", "<", "2020-09", True),
        ("2020", "==", "2020-08", None),
        ("2020-08", "==", "2020-08", True),
        ("2020-08", "!=", "2021", True),
        ("2020-08-09", "==", "2020-08-09", True),
        ("2020-08/2020-10", "<=", "2020-09", None),
        ("2020-08", "<=", "2020-08", True),
        ("2020-08", ">", "2020-08", False),
    ],
)
def test_comparisons_that_precision_decides_or_not(actual: str, operator: str, value: str, expected: bool | None) -> None:
    assert compare(actual, operator, value) is expected


def test_unknown_operator_is_an_error() -> None:
    with pytest.raises(KeyError):
        compare("2020", "=>", "2020")


@given(PARTIAL, PARTIAL)
def test_timeline_orders_by_first_day_and_puts_the_precise_first(one: str, other: str) -> None:
    if bounds(one)[0] < bounds(other)[0]:
        assert sort_key(one) < sort_key(other)
    if bounds(one)[0] == bounds(other)[0] and bounds(one)[1] < bounds(other)[1]:
        assert sort_key(one) < sort_key(other)
    assert sort_key(one) < sort_key("")


def test_timeline_of_mixed_precision() -> None:
    mixed = ["2020", "2020-08-09", "", "2020-08", "2019-12-31", "2020-01-01"]
    assert sorted(mixed, key=sort_key) == ["2019-12-31", "2020-01-01", "2020", "2020-08", "2020-08-09", ""]
