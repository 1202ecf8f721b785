"""Days, weeks and months counted from a day, as the cards of bodies count them."""

from datetime import date, timedelta
from typing import Final

from letapis.core.dates import bounds

_DAYS: Final = {"days": 1, "weeks": 7}
_MONTHS: Final = {"months": 1, "years": 12}


def is_period(unit: str) -> bool:
    return unit in _DAYS or unit in _MONTHS


def after(start: date, value: int | float, unit: str) -> date:
    """The last day of a period that begins on ``start``: three months after 30 November is the last day of February.

    A period that leaves the calendar ends on its last day. ``unit`` is one that ``is_period`` knows.
    """
    if unit in _DAYS:
        days = int(value) * _DAYS[unit]
        return start + timedelta(days=days) if days <= (date.max - start).days else date.max
    months = start.year * 12 + start.month - 1 + int(value) * _MONTHS[unit]
    if months // 12 > date.max.year:
        return date.max
    last = bounds(f"{months // 12:04d}-{months % 12 + 1:02d}")[1]
    return last.replace(day=min(start.day, last.day))
