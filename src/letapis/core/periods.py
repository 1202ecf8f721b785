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
    return months_on(start, int(value) * _MONTHS[unit])


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or earlier for a number below zero; the last day of a shorter month. It stays in the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    last = bounds(f"{year:04d}-{month + 1:02d}")[1]
    return last.replace(day=min(day.day, last.day))
