"""Codes of law that took the place of one another: which of them holds on a day."""

from datetime import date
from typing import Final

from letapis.core.dates import bounds, is_partial_date

_ADMINISTRATIVE: Final = date(2021, 3, 1)
"""From this day on the administrative code of 2021 holds instead of that of 2003."""


def administrative_code(day: str) -> str:
    """The administrative code in force on that day; empty when the date allows both, or is none."""
    if not is_partial_date(day):
        return ""
    low, high = bounds(day)
    return "CAO2021" if low >= _ADMINISTRATIVE else "CAO2003" if high < _ADMINISTRATIVE else ""
