"""A check that goes on by itself: a little at a time, never while somebody works, and every place is read in the end."""

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.fixity import days_overdue
from letapis.core.fixity_pace import QUIET, REST, RETRY, SLICE, Here, may_read, must_stop, next_place, rest

PLACES = tuple(bytes([number]) * 16 for number in range(1, 6))
DUE = st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 400)), max_size=5, unique_by=lambda one: one[0])


@given(st.floats(0, 1e6), st.booleans(), st.floats(0, 1e3))
def test_it_stops_when_somebody_comes_or_its_time_is_over(quiet: float, working: bool, worked: float) -> None:
    here = Here(quiet, working)
    assert may_read(here) == (quiet >= QUIET and not working)
    assert must_stop(here, worked) == (worked >= SLICE or quiet < QUIET or working)
    assert rest(worked) >= 1 and worked <= (worked + rest(worked)) / (1 + REST) + 1e-6


@given(DUE, st.sets(st.sampled_from(PLACES)), st.sets(st.sampled_from(PLACES)), st.dictionaries(st.sampled_from(PLACES), st.floats(0, 1e5)))
def test_what_is_next_is_due_answers_and_is_nobodys_own_work(
    due: list[tuple[bytes, int]], begun: set[bytes], others: set[bytes], silent: dict[bytes, float]
) -> None:
    now = 1e5
    chosen = next_place(due, begun, others, silent, now)
    may = [place for place, _ in due if place not in others and now - silent.get(place, -RETRY) >= RETRY]
    assert (chosen is None) == (not may) and (chosen is None or chosen in may)
    if chosen is not None:
        days = dict(due)
        assert chosen in begun or not set(may) & begun, "what was ended in the middle comes first"
        same = [place for place in may if (place in begun) == (chosen in begun)]
        assert days[chosen] == max(days[place] for place in same)
    assert next_place(due[::-1], begun, others, silent, now) == chosen


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(1, 60))
def test_every_place_is_read_in_time_when_one_is_read_a_day(every: list[int], days: int) -> None:
    """A day for each place that is due: none waits longer than there are places."""
    from datetime import date, timedelta

    start = date(2026, 1, 1)
    last = dict.fromkeys(PLACES[: len(every)], "")
    for day in range(days):
        today = start + timedelta(days=day)
        due = [(place, late) for place, often in zip(last, every, strict=True) if (late := days_overdue(often, last[place], today)) is not None]
        assert all(late <= len(every) for _, late in due)
        if chosen := next_place(due, (), (), {}, 0):
            last[chosen] = today.isoformat()
