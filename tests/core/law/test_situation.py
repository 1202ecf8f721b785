"""From claims to facts: the floor, agreement, contradiction, lists."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.predicates import Known
from letapis.core.situation import ClaimFact, Situation, facts_from, settled
from letapis.core.standing import Level
from letapis.core.vocabulary import Value

OPEN, CHECKED, VERIFIED, DISPUTED = Level.OPEN, Level.CHECKED, Level.VERIFIED, Level.DISPUTED


def claim(number: int, name: str, value: Value, level: int = VERIFIED, partial: bool = False) -> ClaimFact:
    return ClaimFact(bytes([number]) * 32, name, value, level, partial)


claims = st.lists(
    st.builds(
        ClaimFact,
        ref=st.integers(0, 255).map(lambda n: bytes([n]) * 32),
        property=st.sampled_from(["judge.authority", "charge.based_on"]),
        value=st.just("judge"),
        level=st.sampled_from(list(Level)),
        partial=st.booleans(),
    ).flatmap(
        lambda c: (
            st.sampled_from(["judge", "prosecutor"]).map(lambda v: ClaimFact(c.ref, c.property, v, c.level))
            if c.property == "judge.authority"
            else st.sampled_from([(), ("expression",), ("assembly", "expression")]).map(lambda v: ClaimFact(c.ref, c.property, v, c.level, c.partial))
        )
    ),
    max_size=6,
    unique_by=lambda c: c.ref,
)


@given(claims, st.randoms(use_true_random=False), st.sampled_from([OPEN, CHECKED, VERIFIED]))
def test_the_order_of_claims_changes_nothing(listed: list[ClaimFact], chance: object, floor: Level) -> None:
    mixed = list(listed)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert facts_from(mixed, floor) == facts_from(listed, floor)


@given(claims, st.sampled_from([OPEN, CHECKED, VERIFIED]))
def test_no_claim_below_the_floor_carries_a_fact(listed: list[ClaimFact], floor: Level) -> None:
    levels = {c.ref: c.level for c in listed}
    for state in facts_from(listed, floor).facts.values():
        assert state.supporting and all(levels[ref] >= floor for ref in state.supporting)
        assert all(levels[ref] < floor for ref in state.opposing)
        assert state.level >= floor


@given(claims, st.sampled_from([OPEN, CHECKED, VERIFIED]))
def test_every_claim_at_the_floor_stands_on_one_side(listed: list[ClaimFact], floor: Level) -> None:
    for name, state in facts_from(listed, floor).facts.items():
        counted = sorted(c.ref for c in listed if c.property == name and c.level >= floor)
        assert sorted(state.supporting) == counted


def test_a_disputed_claim_is_no_fact_at_any_floor() -> None:
    assert facts_from([claim(1, "judge.authority", "judge", DISPUTED)], OPEN).facts == {}


def test_two_verified_values_contest_a_fact_and_nobody_chooses() -> None:
    situation = facts_from([claim(1, "judge.authority", "judge"), claim(2, "judge.authority", "prosecutor")], VERIFIED)
    state = situation.facts["judge.authority"]
    assert state.contested and state.value is None
    assert {side.value for side in state.sides} == {"judge", "prosecutor"}
    assert "judge.authority" not in situation.world
    assert situation.contested["judge.authority"] == (Known("judge"), Known("prosecutor"))


def test_an_unverified_doubt_stands_beside_the_fact_and_does_not_contest_it() -> None:
    state = facts_from([claim(1, "judge.authority", "judge"), claim(2, "judge.authority", "none", OPEN)], VERIFIED).facts["judge.authority"]
    assert state.value == "judge" and state.opposing == (bytes([2]) * 32,)


@pytest.mark.parametrize(("a", "b", "contested"), [(72, 72, False), (72, 69, True), (72, Decimal("72.5"), True)])
def test_only_identical_numbers_agree(a: Value, b: Value, contested: bool) -> None:
    assert facts_from([claim(1, "judge.first_appearance_h", a), claim(2, "judge.first_appearance_h", b)], OPEN).facts[
        "judge.first_appearance_h"
    ].contested is (contested)


def test_a_month_and_a_day_within_it_are_two_sides() -> None:
    assert facts_from([claim(1, "detention.start", "2020-08"), claim(2, "detention.start", "2020-08-09")], OPEN).facts["detention.start"].contested


def test_lists_add_up_and_are_complete_only_if_one_claim_holds_all() -> None:
    both = [claim(1, "charge.based_on", ("expression",)), claim(2, "charge.based_on", ("assembly",))]
    (side,) = facts_from(both, OPEN).facts["charge.based_on"].sides
    assert side.value == ("assembly", "expression") and side.partial
    (side,) = facts_from([*both, claim(3, "charge.based_on", ("assembly", "expression"))], OPEN).facts["charge.based_on"].sides
    assert not side.partial


def test_a_list_marked_partial_stays_open() -> None:
    (side,) = facts_from([claim(1, "charge.based_on", ("expression",), partial=True)], OPEN).facts["charge.based_on"].sides
    assert side.partial


def test_examined_and_none_contradicts_any_member() -> None:
    state = facts_from([claim(1, "discrim.ground", ()), claim(2, "discrim.ground", ("political_opinion",))], OPEN).facts["discrim.ground"]
    assert state.contested and {side.value for side in state.sides} == {(), ("political_opinion",)}


def test_the_level_of_a_fact_is_the_best_of_its_claims_and_the_worst_of_its_sides() -> None:
    agreed = [claim(1, "judge.authority", "judge", CHECKED), claim(2, "judge.authority", "judge", VERIFIED)]
    assert facts_from(agreed, OPEN).facts["judge.authority"].level == VERIFIED
    assert facts_from([*agreed, claim(3, "judge.authority", "none", CHECKED)], OPEN).facts["judge.authority"].level == CHECKED


def test_refs_of_several_facts_are_each_named_once() -> None:
    situation = facts_from([claim(1, "judge.authority", "judge"), claim(2, "detention.start", "2020")], OPEN)
    assert situation.refs(["judge.authority", "detention.start", "judge.authority", "harm.severe"]) == (bytes([1]) * 32, bytes([2]) * 32)


def test_worked_examples_are_settled() -> None:
    situation = settled({"judge.authority": "judge", "charge.based_on": ("expression",)}, partial=["charge.based_on"])
    assert isinstance(situation, Situation)
    assert situation.world["charge.based_on"] == Known(("expression",), True)
    assert not situation.contested
