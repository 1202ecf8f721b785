"""What size of a log is shown: what the clock says, in full steps, and one more step where more was recorded."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.canonical import Kind, commitment, digest_of, in_name_order, leaf, written
from letapis.core.cover_leaves import AT_ONCE, COVER, LARGEST, LONGEST, RHYTHM, SMALLEST, Rhythm, Version, begin, due, is_too_long, latest, rhythm
from letapis.core.erasure import type_may_go
from letapis.core.errors import UsageError
from letapis.core.records import BOTH_SIGNATURES, SCHEMAS, Draft, Header, flatten

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
rhythms = st.builds(Rhythm, st.integers(SMALLEST, 300), st.integers(1, LONGEST))
days = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), min_size=1, max_size=40)
"""Records written, and hours that went by, again and again."""


def shown(kept: Rhythm, first: int, day: list[tuple[int, int]]) -> list[int]:
    """Sizes of the checkpoints of a log that is filled up before each of them."""
    now, size, sizes = NOON, first, []
    began = begin(kept, size, now)
    for count, hours in day:
        now += timedelta(hours=hours)
        size = due(kept, began, size + count, now)
        sizes.append(size)
    return sizes


@given(rhythms, st.integers(0, 5000), days)
def test_every_size_is_a_multiple_of_the_step_and_none_is_smaller_than_the_one_before(kept: Rhythm, first: int, day: list[tuple[int, int]]) -> None:
    sizes = shown(kept, first, day)
    assert not [size for size in sizes if size % kept.step]
    assert sizes == sorted(sizes) and sizes[0] >= first


@given(rhythms, st.integers(0, 5000), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=30))
def test_who_records_less_than_the_steps_hold_is_shown_as_who_records_nothing(kept: Rhythm, first: int, day: list[tuple[int, int]]) -> None:
    """At each checkpoint another stretch of hours has begun, and in each there are fewer records than a step holds: what is shown is the same,
    to the number, for the busy and for the quiet device."""
    busy, quiet = [(one, kept.hours) for one, _ in day], [(0, kept.hours) for _ in day]
    assert shown(kept, first, busy) == shown(kept, first, quiet)


def test_a_burst_shows_as_steps_and_the_clock_catches_up() -> None:
    kept = Rhythm(64, 1)
    assert shown(kept, 100, [(0, 1), (200, 1), (0, 1), (0, 1), (0, 1)]) == [192, 448, 448, 448, 448]
    assert shown(kept, 100, [(0, 1), (200, 1), (0, 4)]) == [192, 448, 512]


def test_a_clock_that_goes_back_asks_for_nothing() -> None:
    kept = Rhythm(64, 1)
    began = begin(kept, 100, NOON)
    assert due(kept, began, 128, NOON - timedelta(days=400)) == 128


def test_who_was_silent_for_long_or_whose_clock_is_far_ahead_does_not_write_for_ever() -> None:
    kept = Rhythm(64, 1)
    began = begin(kept, 100, NOON)
    assert not is_too_long(kept, 128, due(kept, began, 128, NOON + timedelta(hours=AT_ONCE // 64)))
    assert is_too_long(kept, 128, due(kept, began, 128, NOON + timedelta(hours=AT_ONCE // 64 + 1)))
    largest = Rhythm(LARGEST, 1)
    assert not is_too_long(largest, 0, due(largest, begin(largest, 0, NOON), 0, NOON + timedelta(hours=1)))


@pytest.mark.parametrize(
    ("step", "hours", "code"),
    [(7, 1, "cover.step"), (4097, 1, "cover.step"), (64, 0, "cover.hours"), (64, 169, "cover.hours"), (-64, 1, "cover.step")],
)
def test_a_rhythm_has_bounds(step: int, hours: int, code: str) -> None:
    with pytest.raises(UsageError) as fault:
        rhythm(step, hours)
    assert fault.value.code == code


def test_of_two_decisions_side_by_side_the_one_that_covers_more_holds_in_any_order() -> None:
    off, few, many = Version(b"c", frozenset(), None), Version(b"b", frozenset(), Rhythm(16, 2)), Version(b"a", frozenset(), Rhythm(64, 1))
    assert {latest(order)[0] for order in itertools.permutations((off, few, many))} == {many}
    ended = Version(b"d", frozenset((b"a", b"b", b"c")), None)
    assert latest((off, few, many, ended)) == (ended,)
    assert latest(()) == ()


def test_a_cover_leaf_has_the_form_of_every_other_leaf_and_says_nothing() -> None:
    assert SCHEMAS[COVER] == () and RHYTHM in BOTH_SIGNATURES and COVER not in BOTH_SIGNATURES
    header = Header(COVER, 1, b"i" * 16, "device.invalid/1", b"o" * 16, "2026-11-25T12:00:00Z", 5, b"p" * 32)
    fields = flatten(Draft(COVER, b"o" * 16, {}), header)
    assert {name for name, _, _ in fields} == {"h.type", "h.version", "h.id", "h.device", "h.compartment", "h.recorded", "h.seq", "h.prev"}
    assert fields == in_name_order(fields) and all(kind != Kind.DECOY for _, kind, _ in fields)
    found = leaf(commitment(b"k" * 32, digest_of(b"s" * 32, written(fields))))
    assert len(found) == 33 and found[:1] == b"\x01"


def test_no_order_takes_a_cover_leaf_or_the_decision_on_covering_away() -> None:
    assert not type_may_go(COVER) and not type_may_go(RHYTHM)
