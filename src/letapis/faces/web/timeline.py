"""Dated claims by year and month, as a timeline shows them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from letapis.desk import reading
from letapis.faces.web.lines import ClaimLine, Lines


@dataclass(frozen=True)
class Month:
    """``text`` is empty for claims of which only the year is known."""

    text: str
    lines: tuple[ClaimLine, ...]


@dataclass(frozen=True)
class Year:
    """``of`` claims stand in the year; ``most`` is the busiest year, so that a bar can be drawn."""

    text: str
    of: int
    most: int
    months: tuple[Month, ...]


def years_of(lines: Lines, shown: Iterable[reading.ClaimView], every: Sequence[reading.ClaimView]) -> list[Year]:
    """Years with their months. ``shown`` is sorted by first day and may be one part of ``every``."""
    counts = Counter(claim.low[:4] for claim in every)
    most = max(counts.values(), default=1)
    years = []
    for year, group in groupby(shown, key=lambda claim: claim.low[:4]):
        months = tuple(_month(lines, month, list(told)) for month, told in groupby(group, key=_month_of))
        years.append(Year(lines.date(year), counts[year], most, months))
    return years


def _month_of(claim: reading.ClaimView) -> str:
    """``2020-08``, or the year when the claim names no month: its first day is then only the first of January."""
    told = claim.value if claim.value_type == "date" and not claim.valid_from else claim.valid_from
    return claim.low[:7] if len(told.partition("/")[0]) > 4 else claim.low[:4]


def _month(lines: Lines, month: str, claims: list[reading.ClaimView]) -> Month:
    return Month(lines.date(month) if len(month) > 4 else "", tuple(lines.lines(claims)))
