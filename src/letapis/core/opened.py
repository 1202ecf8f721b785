"""How much is much: when the number of things that a member opened on one day is told to the keepers.

The comparison is with the member's own usual day. The rule knows numbers alone; what was opened it is never told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of things that are counted: never much at ``floor`` or below, always above ``ceiling``."""

    id: str
    floor: int
    times: int
    ceiling: int
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Opened:
    """Measures by id in the order of the file, and how many days make the usual one."""

    window: int
    measures: Mapping[str, Measure]


def read_opened(table: Mapping[str, Any]) -> Opened:
    """Measures from the parsed file ``opened.toml``."""
    measures = [Measure(k["id"], k["floor"], k["times"], k["ceiling"], k["label"]) for k in table["kinds"]]
    return Opened(table["window"], {measure.id: measure for measure in measures})


def usual(days: Mapping[date, int], today: date, window: int) -> int:
    """The member's usual day: the middle one of the days before today on which they opened anything; 0 when there is none."""
    first = today - timedelta(days=window)
    counts = [count for day, count in days.items() if first <= day < today and count > 0]
    return median_low(counts) if counts else 0


def threshold(measure: Measure, usual_day: int) -> int:
    """The number up to which nothing is told."""
    return min(measure.ceiling, max(measure.floor, measure.times * usual_day))


def passed(count: int, limit: int) -> int:
    """How often a day's number has passed what is told: 0 up to the limit, 1 above it, 2 above twice as much, 3 above four times …"""
    times = 0
    while count > limit << times:
        times += 1
    return times
