"""Days of a chat that a telephone wrote in its own order: 01/02 is read only when somebody, or the file itself, says in which order."""

import re
from datetime import date
from typing import Final

ORDERS: Final = ("dmy", "mdy", "ymd")
_WRITTEN: Final = re.compile(r"(\d{1,4})/(\d{1,2})/(\d{1,4}) (\d\d:\d\d(?::\d\d)?)\Z")


def day_of(written: str, order: str) -> str:
    """``2026-02-01 14:05`` for ``1/2/26 14:05`` in an order, or empty for a day that is none. A year of two digits is of this century.

    Raises ValueError for an order that is none.
    """
    if order not in ORDERS:
        raise ValueError("order")
    match = _WRITTEN.match(written)
    if not match:
        return ""
    parts = {letter: int(match[1 + place]) for place, letter in enumerate(order)}
    year = parts["y"] + 2000 if parts["y"] < 100 else parts["y"]
    try:
        return f"{date(year, parts['m'], parts['d']).isoformat()} {match[4]}"
    except ValueError:
        return ""
