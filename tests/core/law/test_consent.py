"""Consent: silence is refusal, the newest answer holds, a doubt about dates never widens a use."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.consent import ANSWERS, Consent, may
from letapis.core.errors import NotFound
from letapis.engines.catalogue import catalogue

SCOPES = catalogue().consent
DAY = date(2026, 5, 10)
WGAD, PUBLISH, KEEP = (SCOPES.scope(name) for name in ("wgad_regular", "publish_named", "keep_internal"))


def consent(answer: str, taken: str = "2026-05-01", scope: str = "publish_named", order: int = 0, **more: object) -> Consent:
    return Consent(b"r" * 32, b"p" * 16, scope, answer, taken, order, **more)  # type: ignore[arg-type]


def because(*answers: Consent, scope: str = "publish_named", recipient: str = "", day: date = DAY) -> str:
    return may(SCOPES.scope(scope), answers, day, [recipient] if recipient else []).because.removeprefix("law.consent_")


def test_a_scope_that_was_never_asked_is_not_given() -> None:
    assert because() == "never_asked"
    assert because(scope="keep_internal") == "must_be_asked"
    assert because(consent("given", scope="publish_anonymous")) == "never_asked"


@pytest.mark.parametrize(
    ("answer", "reason"), [("given", "given"), ("refused", "refused"), ("withdrawn", "withdrawn"), ("ask_again", "must_be_asked")]
)
def test_one_answer_decides(answer: str, reason: str) -> None:
    assert because(consent(answer)) == reason


def test_the_newest_answer_holds() -> None:
    assert because(consent("given", "2026-04"), consent("refused", "2026-05-02")) == "refused"
    assert because(consent("refused", "2026-04-01"), consent("given", "2026-05-02")) == "given"
    assert because(consent("withdrawn", "2026-04-01"), consent("given", "2026-05-02")) == "given"


def test_answers_of_one_day_are_told_apart_by_their_order() -> None:
    assert because(consent("given", order=2), consent("refused", order=1)) == "given"
    assert because(consent("given", order=1), consent("withdrawn", order=2)) == "withdrawn"


def test_a_withdrawal_that_may_be_the_newest_stops_the_use() -> None:
    assert because(consent("withdrawn", "2026-05"), consent("given", "2026-05-05")) == "withdrawn"
    assert because(consent("withdrawn", ""), consent("given", "2026-05-05")) == "withdrawn"


def test_a_refusal_that_may_be_the_newest_stops_the_use() -> None:
    assert because(consent("refused", "2026"), consent("given", "2026-03-01")) == "refused"
    assert because(consent("given", "2026-03-01"), consent("refused", "", order=1)) == "refused"
    assert because(consent("refused", "2025"), consent("given", "2026-03-01")) == "given"


@pytest.mark.parametrize(("answer", "reason"), [("refused", "refused"), ("withdrawn", "withdrawn"), ("ask_again", "must_be_asked")])
def test_a_relative_does_not_override_what_the_person_said(answer: str, reason: str) -> None:
    theirs = consent("given", "2026-05-05", scope="wgad_regular", order=1, surrogate=True, reason="held incommunicado")
    assert because(consent(answer, "2026-05-01", scope="wgad_regular"), theirs, scope="wgad_regular") == reason


def test_a_relative_can_stop_what_the_person_allowed_until_they_allow_it_again() -> None:
    own, theirs = consent("given", "2026-05-01"), consent("withdrawn", "2026-05-05", surrogate=True, reason="held incommunicado")
    assert because(own, theirs) == "withdrawn"
    assert because(own, theirs, consent("given", "2026-05-06")) == "given"


def test_an_answer_of_tomorrow_does_not_count_today() -> None:
    assert because(consent("given", "2026-05-11")) == "never_asked"
    assert because(consent("given", "2026-05-11"), day=date(2026, 5, 11)) == "given"


def test_consent_ends_after_the_last_day_of_its_term() -> None:
    assert because(consent("given", expires="2026-05")) == "given"
    assert because(consent("given", expires="2026-05"), day=date(2026, 6, 1)) == "expired"
    assert because(consent("given", expires="2026-05-09")) == "expired"


def test_consent_for_one_recipient_is_none_for_another() -> None:
    answer = consent("given", recipient="Vydumka Monitor")
    assert because(answer, recipient="Vydumka Monitor") == "given"
    assert because(answer, recipient="Pryklad Post") == "other_recipient"
    assert because(answer) == "other_recipient"
    assert because(answer, recipient=" vydumka monitor ") == "given"


def test_a_withdrawal_for_everybody_reaches_every_recipient() -> None:
    given_ = consent("given", "2026-05-01", recipient="Vydumka Monitor")
    assert because(given_, consent("withdrawn", "2026-05-02"), recipient="Vydumka Monitor") == "withdrawn"


def test_family_may_answer_only_where_the_person_cannot_be_reached_and_with_the_reason() -> None:
    assert because(consent("given", scope="wgad_regular", surrogate=True, reason="held incommunicado"), scope="wgad_regular") == "surrogate_given"
    assert because(consent("given", scope="wgad_regular", surrogate=True), scope="wgad_regular") == "surrogate_without_reason"
    assert because(consent("given", surrogate=True, reason="held incommunicado")) == "surrogate_not_allowed"
    assert WGAD.surrogate_allowed and not PUBLISH.surrogate_allowed and KEEP.default == "ask"


days = st.dates(date(2025, 1, 1), date(2027, 1, 1))
answers = st.builds(
    Consent,
    ref=st.just(b"r" * 32),
    party=st.just(b"p" * 16),
    scope=st.just("publish_named"),
    answer=st.sampled_from(ANSWERS),
    taken=st.one_of(st.just(""), days.map(str), days.map(lambda d: str(d)[:7])),
    order=st.integers(0, 9),
    expires=st.one_of(st.just(""), days.map(str)),
    surrogate=st.booleans(),
    reason=st.sampled_from(["", "held"]),
)


@given(st.lists(answers, max_size=5), days)
def test_use_is_never_allowed_without_a_given_answer_that_has_not_expired(listed: list[Consent], day: date) -> None:
    if may(PUBLISH, listed, day).holds:
        assert any(c.answer == "given" and (not c.expires or c.expires >= str(day)) for c in listed)


@given(st.lists(answers, max_size=5), days)
def test_another_withdrawal_today_always_stops_the_use(listed: list[Consent], day: date) -> None:
    stop = consent("withdrawn", str(day), order=10)
    assert not may(PUBLISH, [*listed, stop], day).holds
    assert not may(PUBLISH, [*listed, stop], day + timedelta(days=0)).holds


@given(st.lists(answers, max_size=5), days, st.sampled_from(["refused", "withdrawn"]))
def test_no_answer_of_a_relative_opens_what_the_person_closed(listed: list[Consent], day: date, answer: str) -> None:
    theirs = [replace(c, surrogate=True) for c in listed]
    assert not may(WGAD, [replace(c, scope=WGAD.id) for c in [consent(answer, str(day)), *theirs]], day).holds


@given(st.permutations([consent("given", "2026-01-01"), consent("refused", "2026-02-01"), consent("given", "2026-03-01", order=3)]))
def test_the_order_of_records_changes_nothing(listed: list[Consent]) -> None:
    assert may(PUBLISH, listed, DAY).holds


def test_a_scope_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"law\.unknown_scope"):
        SCOPES.scope("sell_to_press")


def test_a_record_of_consent_asks_for_risks_and_relatives() -> None:
    keys = {key for key, required, label in SCOPES.record_fields if required and label["be"]}
    assert {"risks_explained", "relatives_inside_country_risk", "withdrawal_method", "language"} <= keys
    assert "withdrawal" in SCOPES.rules
