"""When something is due, and which days a list of a week or a month shows. Days are compared, never hours."""

from datetime import date, timedelta
from enum import StrEnum

from letapis.core.dates import bounds, is_partial_date


class Due(StrEnum):
    """Where a task stands on a day. ``NOW``: the day is within what the date may mean."""

    OVERDUE = "overdue"
    NOW = "today"
    LATER = "later"
    OPEN = "undated"


def due_on(due: str, today: date) -> Due:
    """A task due "in December" is not overdue before December has ended. What is no date counts as undated."""
    if not is_partial_date(due):
        return Due.OPEN
    low, high = bounds(due)
    return Due.OVERDUE if high < today else Due.NOW if low <= today else Due.LATER


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week that holds ``day``; the first and last days of the calendar have short weeks."""
    monday = day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
    return monday, monday + timedelta(days=min(6, date.max.toordinal() - monday.toordinal()))


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month that holds ``day``."""
    return bounds(f"{day.year:04d}-{day.month:02d}")


def may_fall_within(when: str, first: date, last: date) -> bool:
    """Whether a partial date may mean a day of this span."""
    low, high = bounds(when)
    return low <= last and high >= first
