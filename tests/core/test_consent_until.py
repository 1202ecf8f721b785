"""How long an answer holds: up to the last day a use is allowed without a break, and on the next it is not."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.consent import ANSWERS, Consent, last_day, may, may_unless_over
from letapis.engines.catalogue import catalogue

SCOPE = catalogue().consent.scope("public_list_named")
TODAY = date(2026, 11, 26)
DAYS = st.sampled_from(("", "2025", "2026-11", "2026-11-20", "2026-11-26", "2026-11-27", "2026-12", "2026-12-05", "2027-01-10"))


@st.composite
def said(draw: st.DrawFn) -> list[Consent]:
    count = draw(st.integers(0, 5))
    answers = st.sampled_from(("given", "given", *ANSWERS))
    return [
        Consent(bytes([n]), b"party", SCOPE.id, draw(answers), draw(DAYS), n, expires=draw(DAYS), surrogate=draw(st.booleans()), reason="Invented")
        for n in range(count)
    ]


@settings(max_examples=300, deadline=None)
@given(said())
def test_what_is_allowed_stays_so_to_the_last_day_and_not_on_the_next(told: list[Consent]) -> None:
    if not may(SCOPE, told, TODAY).holds:
        return
    last = last_day(SCOPE, told, TODAY)
    end = last or TODAY + timedelta(days=500)
    assert end >= TODAY
    assert all(may(SCOPE, told, TODAY + timedelta(days=n)).holds for n in range((end - TODAY).days + 1))
    assert last is None or not may(SCOPE, told, last + timedelta(days=1)).holds


def test_an_end_at_the_end_of_all_days_is_no_end() -> None:
    assert last_day(SCOPE, [Consent(b"1", b"party", SCOPE.id, "given", "2026", expires="9999")], TODAY) is None


@settings(max_examples=300, deadline=None)
@given(said(), st.integers(0, 900))
def test_a_clock_of_which_nobody_else_tells_ends_nothing_and_undoes_no_refusal(told: list[Consent], ahead: int) -> None:
    shown = TODAY + timedelta(days=ahead)
    answer, held = may(SCOPE, told, shown), may_unless_over(SCOPE, told, shown, TODAY)
    if answer.because != "law.consent_expired":
        assert held == answer
    assert may_unless_over(SCOPE, told, shown, shown) == answer


def test_what_was_over_on_the_day_that_others_know_is_over() -> None:
    for expires, holds in (("2026-11-25", False), ("2026-11-26", True), ("2026-12", True)):
        told = [Consent(b"1", b"party", SCOPE.id, "given", "2026-01", expires=expires)]
        assert not may(SCOPE, told, date(2028, 1, 1)).holds
        assert may_unless_over(SCOPE, told, date(2028, 1, 1), TODAY).holds is holds
