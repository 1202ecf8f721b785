"""Whose birthday falls into a span of days. Only a date known to the day has one; a day is never invented."""

from collections.abc import Sequence
from datetime import date, timedelta


def month_days(first: date, last: date) -> Sequence[tuple[str, str]]:
    """The span as ranges of ``MM-DD`` texts, two of them when it runs over the end of a year. A whole year or more is every day.

    Who was born on 29 February stands on that day's place: between the last of February and the first of March.
    """
    if last - first >= timedelta(days=365):
        return (("01-01", "12-31"),)
    low, high = (day.isoformat()[5:] for day in (first, last))
    high = "02-29" if high == "02-28" else high
    return ((low, high),) if low <= high else ((low, "12-31"), ("01-01", high))


def turns(born: str, month_day: str, first: date) -> int:
    """How old somebody born on this day becomes on the first ``month_day`` at or after ``first``."""
    year = first.year if month_day >= first.isoformat()[5:] else first.year + 1
    return year - int(born[:4])
