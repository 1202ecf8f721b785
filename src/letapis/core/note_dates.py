"""Dates in the words of a note: partial dates only, and never a day or a year that the words and the note's own day do not make certain."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from letapis.core.dates import Certainty, is_partial_date
from letapis.core.note_words import Token, fold
from letapis.core.periods import months_on

_PAST_REACH: Final = 270  # days: "in March" said later than this is not surely the last March
_DAY_REACH: Final = 345  # the same for a day of a month
_AHEAD: Final = 20  # a bare day so far back may as well be the one to come
_APART: Final = 10  # days between two readings of a bare day that may lie ahead
_ANY_REACH: Final = 150  # days to either side for what may lie ahead


class Tense(StrEnum):
    """When what a pattern says may have been: over, still going on, or over or ahead."""

    PAST = "past"
    NOW = "now"
    ANY = "any"


class Role(StrEnum):
    """What the word before a date makes of it."""

    AT = "at"
    SINCE = "since"
    UNTIL = "until"
    AFTER = "after"
    BEFORE = "before"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date in tokens ``first`` to ``last``. ``fixed``: the words say all of it; else month and perhaps day without a year."""

    first: int
    last: int
    role: Role
    fixed: str = ""
    month: int = 0
    day: int = 0
    end_day: int = 0
    weekday: int = 0
    about: bool = False
    named: bool = False
    past: bool = False

    @property
    def certainty(self) -> str:
        if self.about:
            return Certainty.ABOUT
        return {Role.AFTER: Certainty.AT_EARLIEST, Role.BEFORE: Certainty.AT_LATEST}.get(self.role, "")

    def resolve(self, note_day: date, tense: Tense, years: bool) -> str:
        """The partial date; empty when the year is not certain. ``years``: a year may be taken from the note's own day."""
        if self.fixed:
            return self.fixed
        if self.weekday:
            back = (note_day.isoweekday() - self.weekday) % 7 or 7 * self.past
            over = tense is not Tense.ANY or self.role is Role.SINCE or self.past
            return (note_day - timedelta(days=back)).isoformat() if back and over else ""
        if not years and tense is not Tense.NOW:
            return ""
        if not self.month:
            return self._day_of_near_month(note_day, tense)
        texts = [self._text(year) for year in (note_day.year + 1, note_day.year, note_day.year - 1)]
        found = [(text, (date.fromisoformat(text if self.day else f"{text}-01") - note_day).days) for text in texts if is_partial_date(text)]
        if tense is Tense.ANY:
            near = min(found, key=lambda one: abs(one[1]), default=("", 10_000))
            text, away = near[0], abs(near[1])
            return self._range(text) if text and away <= _ANY_REACH else ""
        past = [(text, -ahead) for text, ahead in found if ahead <= 0]
        text, away = min(past, key=lambda one: one[1], default=("", 10_000))
        return self._range(text) if away <= (_DAY_REACH if self.day else _PAST_REACH) else ""

    def _day_of_near_month(self, note_day: date, tense: Tense) -> str:
        """«18-го»: the last such day; for what may lie ahead the nearest, unless two are about as near."""
        months = (months_on(note_day, step).isoformat()[:8] for step in (-2, -1, 0, 1))
        days = [date.fromisoformat(text) for month in months if is_partial_date(text := f"{month}{self.day:02}")]
        away = sorted((abs((day - note_day).days), day) for day in days if tense is Tense.ANY or day <= note_day)
        ahead = bool(away) and away[0][0] > _AHEAD and self.role is not Role.SINCE
        unsure = not away or ahead or (len(away) > 1 and away[1][0] - away[0][0] < _APART and tense is Tense.ANY)
        return "" if unsure else self._range(away[0][1].isoformat())

    def _text(self, year: int) -> str:
        return f"{year:04}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")

    def _range(self, text: str) -> str:
        if not text or not self.end_day:
            return text
        last = f"{text[:7]}-{self.end_day:02}"
        return f"{text}/{last}" if is_partial_date(f"{text}/{last}") else ""


@dataclass(frozen=True)
class DateWords:
    """The words of dates, by what they mean."""

    months: Mapping[str, int]
    month_stems: Sequence[tuple[str, int]]
    weekdays: Mapping[str, int]
    words: Mapping[str, frozenset[str]]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    short_months: Mapping[str, int]
    things: Sequence[str]
    _begins: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def may_begin(self, word: str) -> bool:
        """A date may begin with this word; nine of ten words of an account are none."""
        known = self._begins.get(word)
        if known is None:
            parts = ("today", "yesterday", "day_before", "tomorrow", "last", "this", "day", "week", "month", "year")
            known = word in self.weekdays or word in self.numbers or word in self.ordinals or self.month(word) > 0
            known = known or self.means(word, *parts)
            if len(self._begins) < 1 << 16:
                self._begins[word] = known
        return known

    def month(self, word: str) -> int:
        return self.months.get(word) or next((month for stem, month in self.month_stems if word.startswith(stem)), 0)

    def count(self, token: Token) -> int:
        """The number that a token says, in figures or as a word; 0 for none."""
        if token.number:
            return int(token.text) if token.text.isdecimal() and len(token.text) < 4 else 0
        return self.numbers.get(token.text, 0)

    def counted(self, word: str) -> bool:
        """The word names a thing that has a number of its own: a floor, a ward, a year."""
        return word.startswith(tuple(self.things))

    def means(self, word: str, *what: str) -> bool:
        """The word is one of those for one of these."""
        return any(word in self.words[one] for one in what)


def read_date_words(table: Mapping[str, Any]) -> DateWords:
    months = [(fold(word), int(number)) for number, words in table["months"].items() for word in words]
    return DateWords(
        {word: number for word, number in months if not word.endswith("*")},
        tuple((word[:-1], number) for word, number in months if word.endswith("*")),
        _numbered(table["weekdays"]),
        {name: frozenset(map(fold, words)) for name, words in table["words"].items()},
        _numbered(table["numbers"]),
        _numbered(table["ordinals"]),
        _numbered(table["short_months"]),
        tuple(map(fold, table["things"]["stems"])),
    )


def _numbered(table: Mapping[str, Iterable[str]]) -> dict[str, int]:
    return {fold(word): int(number) for number, words in table.items() for word in words}


def other_years(found: Iterable[Token], note_day: date) -> bool:
    """The text names a year other than the note's own (a year of birth aside): what has no year in it may belong there."""
    years = {int(match[0]) for token in found if token.number for match in re.finditer(r"(?<!\d)(?:19|20)\d\d(?!\d)", token.text)}
    return any(2000 <= year <= note_day.year + 1 and year != note_day.year for year in years)
