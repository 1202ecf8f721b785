"""Dates as lists write them, read as partial dates: ``24.9.2004``, ``31/12/2020``, "24 April 1982", "April 2026", "1979, 1980 or 1981".

Several alternatives are one interval that is not certain. A day or a month that nobody wrote is never filled in.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from letapis.core.date_words import month_words
from letapis.core.dates import Certainty, bounds, is_partial_date

_ISO: Final = re.compile(
    r"(\d{4}(?:-\d{2}){0,2}(?:/\d{4}(?:-\d{2}){0,2})?)(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?\Z", re.IGNORECASE
)
_FIGURES: Final = re.compile(r"(\d{1,2}|dd)[./-](\d{1,2}|mm)[./-](\d{4})(?: 0{1,2}:00(?::00)?)?\Z", re.IGNORECASE)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[./](\d{1,2})(?:[./](\d{1,2}))?\Z")
_MONTH_FIGURES: Final = re.compile(r"(\d{1,2})[./](\d{4})\Z")
_WORDS: Final = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th|-?г[ао])?[\s.]+(?:of\s+)?)?([^\W\d_]+)\.?,?[\s-]+(\d{4})\Z")
_MONTH_DAY: Final = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\Z")
_DASHED: Final = re.compile(r"(\d{1,2})-([^\W\d_]{3,})-(\d{4})\Z")
_YEAR_WORD: Final = re.compile(r"\s*(?:г(?:од[ау]?)?|year)\.?\Z")
_NOT_KNOWN: Final = re.compile(r"(?<=^\d{4})(?:-(?:xx|00|\?\?)){1,2}\Z|(?<=^\d{4}-\d{2})-(?:xx|00|\?\?)\Z")
_ABOUT: Final = re.compile(r"(?<!\w)(?:approx(?:imately)?\.?|circa|ca?\.?|about|around|каля|прыкладна|около|примерно)\s+|~\s*", re.IGNORECASE)
_OR: Final = re.compile(r"\s*(?:[,;\n|]|(?:\s(?:or|або|ці|или|либо|and|і|и)\s))\s*")
_RANGE: Final = re.compile(
    r"(?:between\s+|from\s+|з\s+|с\s+)?(.{4,30}?)(?:\s*[–—]\s*|\s+-\s+|(?<=\d{4})-(?=\d{4}\Z)|\s+(?:to|and|да|до|па|по)\s+)(.{4,30})\Z"
)
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A partial date or an interval, and how sure it is."""

    text: str
    certainty: str


@lru_cache(maxsize=16_384)
def read_date(cell: str, *, month_first: bool = False) -> WrittenDate | None:
    """The date that a cell holds; None where it holds none. ``month_first``: ``12/31/2020`` is the last day of the year."""
    text = " ".join(cell.split()).lower()
    if not text or len(text) > _LONGEST:
        return None
    plain = _ABOUT.sub("", text)
    certainty = Certainty.ABOUT if plain != text else Certainty.EXACT
    if one := _one(plain, month_first):
        return WrittenDate(one, certainty)
    if span := _RANGE.match(plain):
        ends = [_one(part, month_first) for part in span.groups()]
        if all(ends) and bounds(ends[0])[0] <= bounds(ends[1])[1]:
            return WrittenDate(f"{ends[0]}/{ends[1]}", certainty)
    return _alternatives(plain, month_first)


def _alternatives(text: str, month_first: bool) -> WrittenDate | None:
    """The interval from the first to the last of several, which says that it is one of them and no more."""
    found = [_one(part, month_first) for part in _OR.split(text) if part]
    if len(found) < 2 or not all(found):
        return None
    first, last = min(found, key=lambda one: bounds(one)[0]), max(found, key=lambda one: bounds(one)[1])
    return WrittenDate(first if first == last else f"{first.partition('/')[0]}/{last.rpartition('/')[2]}", Certainty.ABOUT)


def _one(text: str, month_first: bool) -> str:
    """A single date in any of its forms; empty for none."""
    text = _NOT_KNOWN.sub("", _YEAR_WORD.sub("", text.strip().strip("()").strip()))
    if iso := _ISO.match(text):
        return _sound(iso[1])
    if figures := _FIGURES.match(text):
        day, month, year = figures.groups()
        return _dated(year, *((day, month) if month_first else (month, day)))
    if first := _YEAR_FIRST.match(text):
        return _dated(first[1], first[2], first[3] or "")
    if month := _MONTH_FIGURES.match(text):
        return _dated(month[2], month[1])
    if words := _WORDS.match(text) or _DASHED.match(text):
        return _of_word(words[2], words[3], words[1] or "")
    if words := _MONTH_DAY.match(text):
        return _of_word(words[1], words[3], words[2])
    return ""


def _of_word(word: str, year: str, day: str) -> str:
    month = month_words().get(word, 0)
    return _dated(year, str(month), day) if month else ""


def _dated(year: str, month: str = "", day: str = "") -> str:
    """Zeros and the letters dd, mm stand for what is not known."""
    if not month.isdecimal() or not int(month):
        return _sound(year) if not day.isdecimal() or not int(day) else ""
    if not day.isdecimal() or not int(day):
        return _sound(f"{year}-{int(month):02}")
    return _sound(f"{year}-{int(month):02}-{int(day):02}")


def _sound(text: str) -> str:
    return text if is_partial_date(text) else ""
