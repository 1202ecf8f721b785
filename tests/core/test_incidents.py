"""What follows when a device is in other hands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import UsageError
from letapis.core.incidents import GROUPS, Warned, doubt, group_of, proven_at, require_happenings, size_at, steps_for, warn_order
from letapis.core.language import LANGUAGES
from letapis.engines.catalogue import catalogue

PLAN = catalogue().incidents
HOURS = st.integers(0, 20).map(lambda hour: f"2026-11-25T{hour:02}:00:00Z")


def test_the_plan_speaks_three_languages_and_its_steps_have_a_phase() -> None:
    words = [h.label for h in PLAN.happenings.values()] + [s.help for s in PLAN.steps if s.help]
    for table in (*words, *PLAN.phases.values(), *(s.label for s in PLAN.steps)):
        assert set(table) == set(LANGUAGES) and all(text.strip() for text in table.values())
    assert {step.phase for step in PLAN.steps} == set(PLAN.phases)
    assert len({step.code for step in PLAN.steps}) == len(PLAN.steps)
    assert all(step.after <= set(PLAN.happenings) for step in PLAN.steps)


def test_steps_belong_to_what_happened() -> None:
    lost, detained = ({step.code for step in steps_for(PLAN, (what,))} for what in ("lost", "detained"))
    assert "lawyer" in detained and "lawyer" not in lost and "silence" in lost & detained
    assert require_happenings(PLAN, ["detained", "taken"]) == ("taken", "detained")
    for wrong in ([], ["eaten"]):
        with pytest.raises(UsageError):
            require_happenings(PLAN, wrong)


@given(st.lists(HOURS, max_size=12), st.sets(st.integers(0, 11)), HOURS)
def test_no_record_after_the_hour_is_below_the_mark(times: list[str], hidden: set[int], moment: str) -> None:
    """Of an honest clock that never goes back: everything later is at or above the mark, whatever of it we do not hold."""
    ordered = sorted(times)
    known = [(seq, when) for seq, when in enumerate(ordered) if seq not in hidden]
    size = size_at(known, moment, len(ordered))
    assert 0 <= size <= len(ordered)
    assert all(when <= moment for seq, when in known if seq < size)
    above = [seq for seq, when in known if when > moment]
    assert not above or size <= above[0]
    if not hidden:
        assert size == sum(when <= moment for when in ordered)


@given(st.lists(st.tuples(st.integers(0, 50), HOURS), max_size=8), HOURS, st.integers(0, 50))
def test_where_somebody_else_could_sign_the_clock_of_the_device_is_not_believed(notes: list[tuple[int, str]], moment: str, by_clock: int) -> None:
    proven = proven_at(notes, moment)
    assert all(size <= proven for size, received in notes if received <= moment)
    assert doubt(PLAN, ["unlocked", "lost"], by_clock, proven, 50).suggested == min(by_clock, proven)
    assert doubt(PLAN, ["lost"], by_clock, proven, 50).suggested == by_clock


SOURCES = st.builds(
    Warned, st.binary(min_size=16, max_size=16), st.text("ab", min_size=1, max_size=3), st.booleans(),
    st.sampled_from(["", "not_now", "safe", "newer word"]), st.sampled_from(["", "BY", "PL"]),
    st.sampled_from(["", "family", "public"]), st.booleans(),
)  # fmt: skip


@given(st.lists(SOURCES, max_size=10, unique_by=lambda one: one.source))
def test_contacts_come_first_then_relatives_and_the_unsafe_before_the_safe(people: list[Warned]) -> None:
    ordered = warn_order(PLAN, people)
    groups = [GROUPS.index(group_of(one)) for one in ordered]
    assert groups == sorted(groups) and sorted(ordered, key=repr) == sorted(people, key=repr)
    reached = [one.safety for one in ordered if one.contact and not one.put_away]
    assert "safe" not in reached or "not_now" not in reached[reached.index("safe") :]
    assert "safe" not in reached or "" not in reached[reached.index("safe") :]
    assert warn_order(PLAN, list(reversed(people))) == ordered
