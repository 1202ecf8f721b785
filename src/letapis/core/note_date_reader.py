"""Finds the dates of a sentence: days in figures and words, bare days, months, days of the week, so many days ago, and the words before them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from letapis.core.dates import is_partial_date
from letapis.core.note_dates import DateSpan, DateWords, Role
from letapis.core.note_words import Token
from letapis.core.periods import months_on

_ISO: Final = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?\Z")
_FULL: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./]((?:19|20)\d\d|\d\d)\Z")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})[./](\d{1,2})\Z")
_MONTH_YEAR: Final = re.compile(r"(0[1-9]|1[0-2])[./]((?:19|20)\d\d)\Z")
_DAYS: Final = re.compile(r"(\d{1,2})-(\d{1,2})\Z")
_YEAR: Final = re.compile(r"(?:19|20)\d\d\Z")


class DateReader:
    """Finds the dates of one sentence. ``taken`` are tokens that are something else already (an article, a term)."""

    def __init__(self, words: DateWords, found: Sequence[Token], note_day: date, taken: frozenset[int]) -> None:
        self._words, self._found, self._day, self._taken = words, found, note_day, taken

    def spans(self) -> list[DateSpan]:
        spans: list[DateSpan] = []
        i = 0
        while i < len(self._found):
            token = self._found[i]
            span = self._at(i) if i not in self._taken and (token.number or self._words.may_begin(token.text)) else None
            if span is None:
                i += 1
                continue
            after = span.last + 1
            if self._is_of_another_thing(span):
                i = after
                continue
            span = self._with_role(span)
            if spans and _says_again(spans[-1], span, self._found):
                spans[-1] = replace(span, first=spans[-1].first, role=spans[-1].role)
            else:
                spans.append(span)
            i = after
        return _ranges(spans, self._found, self._taken)

    def _is_of_another_thing(self, span: DateSpan) -> bool:
        """«пасля вызвалення 30.04»: the day of something that came before or after, not of what the sentence tells."""
        at = span.first - 2
        if at < 0 or span.first - 1 in self._taken or not self._found[at + 1].word or any(self._is(at + 1, name) for name in self._words.words):
            return False
        return self._is(at, "after", "before")

    # ---- one date ----------------------------------------------------------------------------------------------------

    def _at(self, i: int) -> DateSpan | None:
        token = self._found[i]
        if token.number:
            return self._figures(i) or self._night(i) or self._day_month(i) or self._ago(i) or self._year(i) or self._day_alone(i)
        return self._spelled(i) or self._month_day(i) or self._relative(i) or self._ago(i) or self._weekday(i) or self._month_only(i)

    def _figures(self, i: int) -> DateSpan | None:
        text = self._found[i].text
        if _ISO.match(text):
            return DateSpan(i, i, Role.BARE, fixed=text) if is_partial_date(text) else None
        if full := _FULL.match(text):
            year = full[3] if len(full[3]) == 4 else f"20{full[3]}"
            fixed = f"{year}-{int(full[2]):02}-{int(full[1]):02}"
            return DateSpan(i, i, Role.BARE, fixed=fixed) if is_partial_date(fixed) else None
        if part := _MONTH_YEAR.match(text):
            return DateSpan(i, i, Role.BARE, fixed=f"{part[2]}-{part[1]}")
        if (part := _DAY_MONTH.match(text)) and ("/" not in text or int(part[1]) > 12):
            return _dated(i, i, int(part[2]), int(part[1]))
        return None

    def _day_month(self, i: int) -> DateSpan | None:
        """``5 мая``, ``5-га мая 2025 г.``, ``5-7 мая``, ``5th of May``."""
        text, at = self._found[i].text, i + 1
        days = _DAYS.match(text)
        if not days and not (text.isdecimal() and len(text) < 3):
            return None
        while at < len(self._found) and (self._found[at].text == "-" or self._is(at, "ordinal") or self._found[at].text in ("of", "числа")):
            at += 1
        month = self._month(at) or self._short_month(at)
        if not month:
            return None
        last, year = self._year_after(at)
        first, end = (int(days[1]), int(days[2])) if days else (int(text), 0)
        return _dated(i, last, month, first, end, year)

    def _short_month(self, at: int) -> int:
        """«1 ліст.»: short forms that are words of their own, with their full stop and behind a word for dates."""
        if at + 1 >= len(self._found) or self._found[at + 1].text != "." or at < 2 or not self._is(at - 2, "since", "until", "at"):
            return 0
        return self._words.short_months.get(self._found[at].text, 0)

    def _night(self, i: int) -> DateSpan | None:
        """«з 17 на 18», «с 17-го на 18-е ноября»: a night between two days."""
        at = self._after_ordinal(i + 1)
        if at + 1 >= len(self._found) or self._found[at].text != "на" or not i or not self._is(i - 1, "since"):
            return None
        first, second = self._found[i].text, self._found[at + 1].text
        if not (first.isdecimal() and second.isdecimal() and len(second) < 3 and int(second) == int(first) + 1 and int(second) < 32):
            return None
        last = self._after_ordinal(at + 2)
        month = self._month(last)
        return DateSpan(i - 1, last if month else last - 1, Role.BARE, month=month, day=int(first), end_day=int(second))

    def _after_ordinal(self, at: int) -> int:
        while at < len(self._found) and (self._found[at].text == "-" or self._is(at, "ordinal")):
            at += 1
        return at

    def _day_alone(self, i: int) -> DateSpan | None:
        """``18-го``, ``12го``, ``the 9th``: a day whose month nobody said; not a year, a floor or a second time."""
        text = self._found[i].text
        at = i + 1 if i + 1 < len(self._found) and self._found[i + 1].text != "-" else i + 2
        if not (text.isdecimal() and 0 < int(text[:3]) < 32) or at >= len(self._found) or not self._is(at, "day_ordinal"):
            return None
        english = self._found[at].text.isascii()
        placed = i > 0 and (self._found[i - 1].text in ("the", "on") or self._is(i - 1, "since", "until"))
        counts = at + 1 < len(self._found) and self._found[at + 1].word and self._words.counted(self._found[at + 1].text)
        return None if (english and not placed) or counts or self._is_year(i) else DateSpan(i, at, Role.BARE, day=int(text))

    def _is_year(self, i: int) -> bool:
        """«летам 28-га», «в мае 21-го»: behind a month or a season it is a year."""
        return i > 0 and (self._month(i - 1) > 0 or self._is(i - 1, "season"))

    def _spelled(self, i: int) -> DateSpan | None:
        """«пятага лістапада», "first of November"."""
        day = self._words.ordinals.get(self._found[i].text, 0)
        at = i + 2 if day and i + 1 < len(self._found) and self._found[i + 1].text == "of" else i + 1
        month = self._month(at) if day else 0
        if not month:
            return None
        last, year = self._year_after(at)
        return _dated(i, last, month, day, year=year)

    def _month_day(self, i: int) -> DateSpan | None:
        """``May 5``, ``May 5, 2025``."""
        month = self._month(i) if self._found[i].text.isascii() else 0
        if not month or i + 1 >= len(self._found):
            return None
        text = self._found[i + 1].text
        if not (text.isdecimal() and len(text) < 3):
            return None
        last = i + 2 if i + 2 < len(self._found) and self._is(i + 2, "ordinal") else i + 1
        comma = last + 1 < len(self._found) and self._found[last + 1].text == ","
        at = last + 2 if comma else last + 1
        if at < len(self._found) and _YEAR.match(self._found[at].text):
            return _dated(i, at, month, int(text), year=self._found[at].text)
        return _dated(i, last, month, int(text))

    def _month_only(self, i: int) -> DateSpan | None:
        """``у сакавіку``, ``сакавік 2026``, ``since March``. May and March need a word before them: they are other words as well."""
        month = self._month(i)
        if not month:
            return None
        last, year = self._year_after(i)
        if year:
            return DateSpan(i, last, Role.BARE, fixed=f"{year}-{month:02}")
        placed = i > 0 and self._is(i - 1, "since", "until", "at", "after", "before", "about", "part", "last", "this")
        if not placed and not (i > 1 and self._found[i - 1].text == "-") and not self._stands_alone(i):
            return None
        if self._is(i - 1, "last") and not self._found[i].text.isascii():
            return None
        return DateSpan(i, i, Role.BARE, month=month)

    def _stands_alone(self, i: int) -> bool:
        """«…, май», «(сакавік)»: between signs there is nothing else that the word could be."""
        before = self._found[i - 1].text if i else ""
        after = self._found[i + 1].text if i + 1 < len(self._found) else ","
        return before in ("", ",", "(") and after in (",", ")", ":") and bool(before or after == ":")

    def _relative(self, i: int) -> DateSpan | None:
        for name, back in (("today", 0), ("yesterday", 1), ("day_before", 2), ("tomorrow", -1)):
            if self._is(i, name):
                return DateSpan(i, i, Role.BARE, fixed=(self._day - timedelta(days=back)).isoformat(), named=True)
        if i + 1 < len(self._found) and self._is(i, "this"):
            for unit, length in (("month", 7), ("year", 4), ("morning", 10)):
                if self._is(i + 1, unit):
                    return DateSpan(i, i + 1, Role.BARE, fixed=self._day.isoformat()[:length])
        if not self._is(i, "last") or i + 1 >= len(self._found):
            return None
        if self._is(i + 1, "night"):
            return DateSpan(i, i + 1, Role.BARE, fixed=(self._day - timedelta(days=1)).isoformat(), named=True)
        if self._is(i + 1, "week"):
            monday = self._day - timedelta(days=self._day.isoweekday() + 6)
            return DateSpan(i, i + 1, Role.BARE, fixed=f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}")
        if self._is(i + 1, "month"):
            return DateSpan(i, i + 1, Role.BARE, fixed=_months_back(self._day, 1))
        if self._is(i + 1, "year"):
            return DateSpan(i, i + 1, Role.BARE, fixed=str(self._day.year - 1))
        return None

    def _ago(self, i: int) -> DateSpan | None:
        """``тры дні таму``, ``месяц назад``: about, and no finer than the unit allows."""
        count = self._words.count(self._found[i])
        at = i + 1 if count else i
        count = count or 1
        if at + 1 >= len(self._found) or not self._is(at + 1, "ago"):
            return None
        if self._is(at, "day") and at > i and count < 15:
            return DateSpan(i, at + 1, Role.BARE, fixed=(self._day - timedelta(days=count)).isoformat(), about=True)
        if self._is(at, "week") and count < 9:
            return DateSpan(i, at + 1, Role.BARE, fixed=(self._day - timedelta(days=7 * count)).isoformat(), about=True)
        if self._is(at, "month") and count < 13:
            return DateSpan(i, at + 1, Role.BARE, fixed=_months_back(self._day, count), about=True)
        if self._is(at, "year") and count < 30:
            return DateSpan(i, at + 1, Role.BARE, fixed=str(self._day.year - count), about=True)
        return None

    def _weekday(self, i: int) -> DateSpan | None:
        weekday = self._words.weekdays.get(self._found[i].text, 0)
        if not weekday:
            return None
        past = i > 0 and self._is(i - 1, "last")
        placed = past or (i > 0 and self._is(i - 1, "since", "at"))
        english = self._found[i].text.isascii() and self._found[i].capital and i > 0 and not self._is(i - 1, "repeated")
        return DateSpan(i, i, Role.BARE, weekday=weekday, named=True, past=past) if placed or english else None

    def _year(self, i: int) -> DateSpan | None:
        if not _YEAR.match(self._found[i].text):
            return None
        named = i + 1 < len(self._found) and self._is(i + 1, "year")
        placed = i > 0 and self._is(i - 1, "since", "at")
        return DateSpan(i, i + named, Role.BARE, fixed=self._found[i].text) if named or placed else None

    # ---- what stands around it ---------------------------------------------------------------------------------------

    def _is(self, i: int, *what: str) -> bool:
        return self._words.means(self._found[i].text, *what)

    def _month(self, i: int) -> int:
        """Number of the month named by a token. An English name is one only with a capital where the word means something else."""
        if i >= len(self._found) or not self._found[i].word:
            return 0
        token = self._found[i]
        if self._is(i, "month_with_capital") and not token.capital:
            return 0
        return self._words.month(token.text)

    def _year_after(self, at: int) -> tuple[int, str]:
        """The last token of a date whose month stands at ``at``, and the year that follows it."""
        after = at + 1
        if after >= len(self._found):
            return at, ""
        if _YEAR.match(self._found[after].text):
            more = after + 1 < len(self._found) and self._is(after + 1, "year")
            return after + more, self._found[after].text
        if self._is(after, "last") and after + 1 < len(self._found) and self._is(after + 1, "year"):
            return after + 1, str(self._day.year - 1)
        if self._is(after, "this") and after + 1 < len(self._found) and self._is(after + 1, "year"):
            return after + 1, str(self._day.year)
        return at, ""

    def _says_how(self, at: int) -> bool:
        """A word between the preposition and the date: «з пачатку траўня», «каля 5 мая»."""
        return self._is(at, "about", "part") or self._found[at].text in ("~", "-", "то")

    def _with_role(self, span: DateSpan) -> DateSpan:
        at, about, first = span.first - 1, span.about, span.first
        while at >= 0 and (self._says_how(at) or (span.weekday and self._is(at, "last"))):
            about = about or self._is(at, "about")
            first, at = at, at - 1
        role = Role.BARE
        if at >= 0 and at not in self._taken:
            for name in ("since", "until", "after", "before", "at"):
                if self._is(at, name):
                    role, first = Role(name), at
                    break
        if at > 0 and self._is(at - 1, "about"):
            about, first = True, at - 1
        if role is Role.UNTIL and at > 0 and self._is(at - 1, "before"):
            role, first = Role.BEFORE, at - 1
        return replace(span, first=first, role=role, about=about)


def _dated(first: int, last: int, month: int, day: int, end_day: int = 0, year: str = "") -> DateSpan | None:
    """A day of a month, or the days from one to another, if there are such days; without a year those of a leap year."""
    text = "/".join(f"{year or 2024}-{month:02}-{one:02}" for one in (day, end_day) if one)
    if not day or not is_partial_date(text):
        return None
    return DateSpan(first, last, Role.BARE, fixed=text) if year else DateSpan(first, last, Role.BARE, month=month, day=day, end_day=end_day)


def _months_back(day: date, count: int) -> str:
    return months_on(day, -count).isoformat()[:7]


def _says_again(before: DateSpan, span: DateSpan, found: Sequence[Token]) -> bool:
    """A day in figures right behind "yesterday" or a day of the week says the same day better: «учора, 19 мая»."""
    near = span.first - before.last == 1 or (span.first - before.last == 2 and found[span.first - 1].text in ",(")
    return near and span.role is Role.BARE and before.named and not span.named


def _ranges(spans: list[DateSpan], found: Sequence[Token], taken: frozenset[int]) -> list[DateSpan]:
    """``з 3 па 13 мая``: the day before "until" takes the month of the day after it."""
    result: list[DateSpan] = []
    for span in spans:
        before = span.first - 1
        bare_number = before > 0 and before not in taken and found[before].text.isdecimal()
        if span.role is Role.UNTIL and bare_number and (not result or result[-1].last < before - 1):
            start = _same_month(span, int(found[before].text[:3]), before)
            if start is not None:
                result.append(start)
        result.append(span)
    return result


def _same_month(span: DateSpan, day: int, at: int) -> DateSpan | None:
    """A day of the month (and year) of this date, before it."""
    if span.month and 0 < day < span.day:
        return DateSpan(at - 1, at, Role.SINCE, month=span.month, day=day)
    if len(span.fixed) == 10 and 0 < day < int(span.fixed[8:]):
        return DateSpan(at - 1, at, Role.SINCE, fixed=f"{span.fixed[:8]}{day:02}")
    return None
