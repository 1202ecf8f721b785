"""Partial dates: a date is known to the year, the month or the day, or lies in an interval; a day is never invented.

Text forms: ``2020``, ``2020-08``, ``2020-08-09`` and intervals ``2020-08/2020-09-01``.
A comparison that the precision cannot decide is unknown (None), as in the three-valued logic of the rulebook.
"""

import re
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")


class Certainty(StrEnum):
    """How sure the source is of a date."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LATEST = "at_latest"
    AT_EARLIEST = "at_earliest"


def _edge(text: str, *, last: bool) -> date | None:
    match = _PARTIAL.match(text)
    if not match or not text.isascii():
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if year is not None and month and day:
            return date(year, month, day)
        if year is not None and month and match[3] is None:
            first = date(year, month, 1)
            if not last:
                return first
            return date.max if (year, month) == (9999, 12) else (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if year is not None and match[2] is None:
            return date(year, 12, 31) if last else date(year, 1, 1)
    except ValueError:
        return None
    return None


@lru_cache(maxsize=16_384)
def bounds(text: str) -> tuple[date, date]:
    """First and last day that ``text`` may mean. Raises ValueError when it is no partial date or a reversed interval."""
    first, slash, second = text.partition("/")
    low, high = _edge(first, last=False), _edge(second if slash else first, last=True)
    if low is None or high is None or low > high:
        raise ValueError("no partial date")
    return low, high


@lru_cache(maxsize=4096)
def is_partial_date(text: str) -> bool:
    """``text`` is a partial date or an interval of two."""
    try:
        bounds(text)
    except ValueError:
        return False
    return True


def edtf(text: str, certainty: str = "") -> str:
    """A partial date with how sure it is, in the notation of ISO 8601-2: ``1988~`` is about 1988, ``../1988`` in 1988 at the latest, ``1988/..``
    at the earliest. What is no partial date stays as it is."""
    if not is_partial_date(text):
        return text
    if certainty == Certainty.ABOUT:
        return "/".join(f"{end}~" for end in text.split("/"))
    if certainty == Certainty.AT_LATEST:
        return f"../{text.rpartition('/')[2]}"
    return f"{text.partition('/')[0]}/.." if certainty == Certainty.AT_EARLIEST else text


def coarser(text: str) -> str:
    """A single partial date said with less: of a day the month, of a month the year, of a year and of an interval nothing. For whoever can
    write a date and not that it is about right."""
    return text.rpartition("-")[0] if is_partial_date(text) and "/" not in text else ""


def sort_key(text: str) -> tuple[str, str]:
    """Order for a timeline: by the first day it may mean, the more precise first; unknown dates come last."""
    if not text:
        return ("9999-99-99", "")
    low, high = bounds(text)
    return (low.isoformat(), high.isoformat())


def compare(actual: str, operator: str, value: str) -> bool | None:
    """Truth of ``actual operator value`` for ``== != < <= > >=``; None when the precision cannot decide it."""
    (low, high), (first, last) = bounds(actual), bounds(value)
    if operator == "==":
        return True if (low, high) == (first, last) else False if high < first or low > last else None
    if operator == "!=":
        equal = compare(actual, "==", value)
        return None if equal is None else not equal
    sure, never = {
        ">=": (low >= first, high < first),
        ">": (low > last, high <= last),
        "<=": (high <= last, low > last),
        "<": (high < first, low >= first),
    }[operator]
    return True if sure else False if never else None
