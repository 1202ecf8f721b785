"""Instants: one form, there and back, and no signed number of seconds that a page could fail on."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.instants import instant, is_instant, moment_at, moment_of

MOMENTS = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, MOMENTS)
def test_instants_come_back_and_stand_in_the_order_of_time(one: datetime, other: datetime) -> None:
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    assert moment_of(instant(one)) == one and is_instant(instant(one))
    assert (instant(one) < instant(other)) == (one < other)


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_every_second_that_can_be_signed_has_a_time_and_later_is_never_earlier(one: int, other: int) -> None:
    assert is_instant(instant(moment_at(one)))
    assert moment_at(min(one, other)) <= moment_at(max(one, other))


@pytest.mark.parametrize("text", ["", "2026-02-30T00:00:00Z", "2026-01-01", "2026-1-1T0:0:0Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.5Z"])
def test_another_form_is_none(text: str) -> None:
    assert not is_instant(text)
