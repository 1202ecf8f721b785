"""Laws of the picture of copies: no day is left out or told twice, and what it says of today is what the schedule says."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.fixity import CHANGED, CHECK, COPY, GOOD, REPAIR, Check, days_overdue, last_whole
from letapis.core.fixity_picture import FAULTY, OVERDUE, SPAN, UNKNOWN, WHOLE, span, track

PLACE, OTHER, ONE = b"p" * 16, b"o" * 16, b"1" * 8
TODAY = date(2026, 11, 26)


@st.composite
def checks(draw: st.DrawFn) -> list[Check]:
    made = []
    for number in range(draw(st.integers(0, 8))):
        day = (TODAY - timedelta(days=draw(st.integers(-3, 500)))).isoformat()
        found = {draw(st.sampled_from((GOOD, GOOD, CHANGED))): frozenset((ONE,))}
        deed, reached = draw(st.sampled_from((CHECK, COPY, REPAIR))), draw(st.booleans())
        made.append(Check(draw(st.sampled_from((PLACE, OTHER))), deed, day, f"{day}T10:00:{number:02}Z", reached, found))
    return made


@settings(deadline=None, max_examples=200)
@given(checks(), st.integers(0, 60))
def test_every_day_is_in_one_stretch_and_today_is_as_the_schedule_says(told: list[Check], every: int) -> None:
    shown = span(told, TODAY)
    assert 28 <= shown.days <= SPAN and shown.last == TODAY
    line = track(PLACE, every, told, shown)
    assert line.stretches[0].first == shown.first and line.stretches[-1].until == shown.last + timedelta(days=1)
    for one, following in zip(line.stretches, line.stretches[1:], strict=False):
        assert one.until == following.first and one.state != following.state
    assert all(one.first < one.until for one in line.stretches)
    past = [check for check in told if check.day <= TODAY.isoformat()]
    last = last_whole(past, PLACE)
    assert (line.state == UNKNOWN) == (not last)
    if last and line.last == last:
        late = days_overdue(every, last, TODAY)
        newest = max((check for check in past if check.place == PLACE and check.reached and check.deed != COPY), key=lambda one: one.ended)
        faulty = bool(newest.found.get(CHANGED))
        assert line.state == (FAULTY if faulty else OVERDUE if late is not None else WHOLE) and line.overdue == late
    assert track(PLACE, every, told[::-1], shown) == line
    ticks = [shown.at(day, 560) for day in shown.ticks()]
    assert ticks == sorted(ticks) and ticks[0] == 0 and shown.at(shown.last + timedelta(days=1), 560) == 560


def test_a_check_that_is_told_in_several_records_is_one() -> None:
    day = "2026-11-20"
    parts = [Check(PLACE, CHECK, day, f"{day}T10:00:00Z", True, found) for found in ({CHANGED: frozenset((ONE,))}, {GOOD: frozenset((b"2" * 8,))})]
    for order in (parts, parts[::-1]):
        assert track(PLACE, 7, order, span(order, TODAY)).state == FAULTY
    mended = [*parts, Check(PLACE, REPAIR, day, f"{day}T11:00:00Z", True, {GOOD: frozenset((ONE,))})]
    assert track(PLACE, 7, mended, span(mended, TODAY)).state == WHOLE
