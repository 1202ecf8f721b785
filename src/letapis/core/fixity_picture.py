"""The picture of copies: for every place a line of time that says how long its copies were known to be whole.

A stretch of it is *whole* from a check that found everything in order until the next one is due, *overdue* from then on, *faulty* from a check
that found something missing, changed or unreadable until one that did not. Copying reads only what is new and says nothing of the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from letapis.core.fixity import COPY, FAULTS, Check, days_overdue

WHOLE, OVERDUE, FAULTY, UNKNOWN = "whole", "overdue", "faulty", "unknown"
SPAN: Final = 366
"""Days that the picture reaches back."""
_LEAST: Final = 28
_TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, the last one not included, that were in one state."""

    state: str
    first: date
    until: date


@dataclass(frozen=True, slots=True)
class Track:
    """One place: its stretches without a gap, the days of its checks (with whether it answered), the day of the next, and days overdue."""

    place: bytes
    stretches: tuple[Stretch, ...]
    checked: tuple[tuple[date, bool], ...]
    next: str
    overdue: int | None
    last: str

    @property
    def state(self) -> str:
        return self.stretches[-1].state


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a picture shows, the last one included, and some of them to write beside it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def ticks(self) -> tuple[date, ...]:
        """Days that stand evenly below the picture, the last one among them."""
        return tuple(self.first + timedelta(days=(self.days - 1) * number // _TICKS) for number in range(_TICKS + 1))

    def at(self, day: date, width: int) -> int:
        """How far from the left a day begins in a picture of this width; the day after the last is at its end."""
        return max(0, min(self.days, (day - self.first).days)) * width // self.days


def span(checks: Iterable[Check], today: date) -> Span:
    """From the first check on, four weeks at least and a year at most."""
    days = [day for check in checks if (day := _day(check)) is not None and day <= today]
    first = min(days, default=today)
    return Span(max(min(first, today - timedelta(days=_LEAST - 1)), today - timedelta(days=SPAN - 1)), today)


def track(place: bytes, every: int, checks: Iterable[Check], shown: Span) -> Track:
    """The line of one place. ``every``: days between two checks, 0 for never. Checks come in any order; of one day the last counts."""
    told = sorted((check for check in checks if check.place == place and _day(check)), key=lambda check: (check.day, check.ended))
    read = [check for check in told if check.reached and check.deed != COPY]
    states: dict[date, str] = {}
    ended: dict[date, str] = {}
    for check in read:  # one check may be told in several records, which end at the same moment
        day = date.fromisoformat(check.day)
        faulty = any(check.found.get(state) for state in FAULTS)
        going_on = ended.get(day) == check.ended and states[day] == FAULTY
        states[day], ended[day] = FAULTY if faulty or going_on else WHOLE, check.ended
    last = max(states, default=None)
    overdue = days_overdue(every, last.isoformat() if last else "", shown.last)
    following = (last + timedelta(days=every)).isoformat() if last and every else ""
    asked = [check for check in told if check.deed != COPY or not check.reached]
    answered = {one: check.reached for check in asked if (one := _day(check)) and shown.first <= one <= shown.last}
    stretches, marks = tuple(_stretches(states, every, shown)), tuple(sorted(answered.items()))
    return Track(place, stretches, marks, following, overdue, last.isoformat() if last else "")


def _stretches(states: dict[date, str], every: int, shown: Span) -> Sequence[Stretch]:
    """From the first day shown to the last, one after the other, none of them empty and no two beside each other alike."""
    end = shown.last + timedelta(days=1)
    marks = [(date.min, UNKNOWN)]
    days = sorted(states)
    for day, until in zip(days, [*days[1:], end], strict=False):
        marks.append((day, states[day]))
        late = day + timedelta(days=every)
        if every and states[day] == WHOLE and late < until:
            marks.append((late, OVERDUE))
    found: list[Stretch] = []
    for (day, state), (until, _) in zip(marks, [*marks[1:], (end, "")], strict=True):
        first, stop = max(day, shown.first), min(until, end)
        if first >= stop:
            continue
        if found and found[-1].state == state:
            found[-1] = Stretch(state, found[-1].first, stop)
        else:
            found.append(Stretch(state, first, stop))
    return found


def _day(check: Check) -> date | None:
    """The day of a check; None for one that is no day, as a device whose clock is wrong may write it."""
    try:
        return date.fromisoformat(check.day)
    except ValueError:
        return None
