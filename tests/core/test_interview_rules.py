"""Before an interview: warnings and one wall. After it: what stays inside."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.interview import PRIOR, RISKS, Before, may_hear, needs_assessment, warnings
from letapis.engines.catalogue import catalogue
from letapis.faces.texts import texts

WORDS = texts()
KNOWN = st.builds(
    Before,
    st.integers(0, 2),
    st.sampled_from(["", *PRIOR]),
    st.booleans(),
    st.sampled_from(["", *RISKS]),
    st.booleans(),
    st.sampled_from(["", "unknown", "safe", "not_now"]),
    st.sampled_from(["", "unknown", "trusted", "hostile"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(KNOWN)
def test_every_warning_has_its_sentence_and_none_is_a_wall(known: Before) -> None:
    assert all(key in WORDS for key in warnings(known))
    assert may_hear(known).holds is not ((known.child or known.grave) and not known.trained)


def test_an_account_that_exists_is_read_first() -> None:
    assert "interview.warn.account_here" in warnings(Before(accounts=1))
    assert "interview.warn.account_elsewhere" in warnings(Before(prior="elsewhere"))
    assert "interview.warn.prior_unasked" not in warnings(Before(prior="none"))


def test_nothing_is_left_to_warn_of_when_everything_was_asked() -> None:
    assert not warnings(Before(0, "none", True, "low", True, "safe", "trusted"))
    assert "interview.warn.device" in warnings(Before(0, "none", True, "low", True, "safe", "unknown")), "a telephone is unsafe until somebody looked"


def test_a_claim_about_a_fellow_prisoner_stays_until_somebody_weighed_it() -> None:
    me, agreed, other = b"me", b"agreed", b"other"
    for subject, told, assessed in product((me, agreed, other), (True, False), (True, False)):
        stays = needs_assessment(subject, frozenset({me}), frozenset({agreed}), told_in_interview=told, assessed=assessed)
        assert stays is (subject == other and told and not assessed)


def test_rules_that_are_shown_are_rules_of_consent() -> None:
    keys = WORDS.keys()
    shown = {key.removeprefix("interview.rule.") for key in keys if key.startswith("interview.rule.")}
    assert shown == {"no_benefit", "trained_interview", "children"} and shown <= set(catalogue().consent.rules)
