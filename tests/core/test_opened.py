"""How much is much: compared with the member's own days, and never told at or below the threshold."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from letapis.core import opened
from letapis.engines.catalogue import catalogue

TODAY = date(2026, 11, 25)
MEASURE = opened.Measure("dossiers", 30, 3, 120, {})
COUNTS = st.integers(0, 2000)
DAYS = st.dictionaries(st.integers(-5, 60).map(lambda back: TODAY - timedelta(days=back)), COUNTS)


@given(DAYS, COUNTS)
def test_at_or_below_the_threshold_nothing_is_told(days: dict[date, int], count: int) -> None:
    limit = opened.threshold(MEASURE, opened.usual(days, TODAY, 28))
    assert MEASURE.floor <= limit <= MEASURE.ceiling
    assert (opened.passed(count, limit) > 0) is (count > limit)


@given(COUNTS, st.integers(1, 500))
def test_it_is_said_again_only_when_the_number_has_doubled(count: int, limit: int) -> None:
    times = opened.passed(count, limit)
    assert opened.passed(count + 1, limit) in (times, times + 1)
    assert times == 0 or limit * 2 ** (times - 1) < count <= limit * 2**times


@given(DAYS)
def test_the_usual_day_is_one_of_the_member_s_own_before_today(days: dict[date, int]) -> None:
    within = {count for day, count in days.items() if timedelta(0) < TODAY - day <= timedelta(days=28)} - {0}
    assert opened.usual(days, TODAY, 28) in (within or {0})
    assert opened.usual({**days, TODAY: 10_000}, TODAY, 28) == opened.usual(days, TODAY, 28), "today does not excuse itself"


def test_a_usual_day_cannot_be_raised_without_end() -> None:
    days = {TODAY - timedelta(days=back): 1000 for back in range(1, 28)}
    assert opened.threshold(MEASURE, opened.usual(days, TODAY, 28)) == MEASURE.ceiling


def test_the_file_is_whole() -> None:
    known = catalogue().opened
    assert known.window > 7 and set(known.measures) == {"dossiers", "things"}
    assert all(one.floor < one.ceiling and one.times > 1 and set(one.label) == {"en", "be", "ru"} for one in known.measures.values())
