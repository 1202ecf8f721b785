"""The picture of copies as a drawing on the page, and the same in words as a table before it. It shows counts, days and names of places alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from letapis.core import fixity as rules
from letapis.core.fixity_picture import Span, Track, span, track
from letapis.desk.copies import Overview
from letapis.desk.copy_places import Place

WIDTH: Final = 560
_TOP, _ROW, _BAR, _FOOT = 8, 52, 18, 26


@dataclass(frozen=True)
class Drawn:
    """One place: its name, its stretches as (left, width, state), its checks as (left, answered), and how many copies are in which state."""

    name: str
    track: Track
    top: int
    bars: tuple[tuple[int, int, str], ...]
    marks: tuple[tuple[int, bool], ...]
    good: int
    counts: tuple[tuple[str, int], ...]
    faults: int
    never: bool
    due: int

    @property
    def below(self) -> int:
        return self.top + 18

    @property
    def middle(self) -> int:
        return self.below + _BAR // 2


@dataclass(frozen=True)
class Drawing:
    rows: tuple[Drawn, ...]
    ticks: tuple[tuple[int, str], ...]
    height: int
    count: int
    first: str
    last: str

    @property
    def foot(self) -> int:
        return self.height - _FOOT

    @property
    def words(self) -> int:
        return self.height - 8


def drawing(found: Overview, names: Sequence[tuple[Place, str]], today: date) -> Drawing:
    """The places that somebody named, in their order, over the days since the first check."""
    told = [one for one in names if one[0].known]
    shown = span(found.checks, today)
    rows = tuple(_drawn(found, place, name, shown, number) for number, (place, name) in enumerate(told))
    ticks = tuple((shown.at(day, WIDTH), day.isoformat()) for day in shown.ticks())
    return Drawing(rows, ticks, _TOP + _ROW * len(rows) + _FOOT, len(found.objects), shown.first.isoformat(), shown.last.isoformat())


def _drawn(found: Overview, place: Place, name: str, shown: Span, number: int) -> Drawn:
    line = track(place.place, place.every, found.checks, shown)
    ends = [(shown.at(one.first, WIDTH), shown.at(one.until, WIDTH), one.state) for one in line.stretches]
    bars = tuple((left, max(1, right - left), state) for left, right, state in ends)
    marks = tuple((shown.at(day, WIDTH), answered) for day, answered in line.checked)
    counts = found.tally(place.place)
    told = tuple((f"fixity.count.{state}", count) for state, count in counts.items() if count)
    faults = sum(counts[state] for state in rules.FAULTS)
    return Drawn(name, line, _TOP + _ROW * number, bars, marks, counts[rules.GOOD], told, faults, not place.every, line.overdue or 0)
