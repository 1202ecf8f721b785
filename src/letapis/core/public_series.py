"""Figures month by month, as one snapshot knows them and as an older one knew them, and two tables side by side.

News arrives late: a verdict of January is learned of in March. The number of January changes then, and both numbers are said, each with the
snapshot that it comes from.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from letapis.core import date_words
from letapis.core.language import LANGUAGES
from letapis.core.periods import months_on
from letapis.core.public_count import recognised_since
from letapis.core.public_custody import HELD, History, spans_of
from letapis.core.public_figures import PublicFigures, Words
from letapis.core.public_statistics import Tables
from letapis.core.publication import Publication
from letapis.core.published import Published
from letapis.core.small_cells import groups

MONTHS: Final = 12
_STATE: Final = "held"


@dataclass(frozen=True, slots=True)
class Point:
    """A month (``2026-01``), its number, and what an older snapshot said of it, with the day of that one; None where none told of this month."""

    month: str
    value: int
    then: int | None = None
    as_of: str = ""


class Told(NamedTuple):
    """What was said of a month, and the day of the snapshot that said it."""

    value: int
    day: str


Said = Mapping[str, Mapping[str, Told]]
"""Series -> month -> what was first said of it after it had ended."""


@dataclass(frozen=True)
class Series:
    """Numbers of consecutive months by one rule. ``notes``: a sentence for each month whose number changed."""

    id: str
    unit: str
    unit_label: Words
    label: Words
    rule: Words
    points: tuple[Point, ...]
    notes: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A figure or a row of a table on two days; 0 where it has no row there. ``row`` is empty for the figure or the total itself."""

    id: str
    unit: str
    title: Words
    row: str
    label: Words
    before: int
    after: int


def series(
    published: Published, publication: Publication, rules: PublicFigures, months: int = MONTHS, then: Published | None = None
) -> tuple[Series, ...]:
    """The last so many months as this snapshot knows them; with ``then`` also as that one knew them, and a note where they differ. The month
    in which that one was made had not ended then, so it is not held against it."""
    now = _numbers(published, publication, rules, _months(published.day, months))
    old = _numbers(then, publication, rules, [month for month in _months(published.day, months) if month < then.day[:7]]) if then else {}
    made = []
    for ident, rule in rules.series.items():
        told = {month: Told(value, then.day) for month, value in old.get(ident, {}).items()} if then else {}
        points = tuple(Point(month, value) for month, value in now[ident].items())
        made.append(_noted(Series(ident, rule.unit, rules.units[rule.unit], rule.label, rule.definition, points), rules, told))
    return tuple(made)


def restated(made: Iterable[Series], rules: PublicFigures, said: Said) -> tuple[Series, ...]:
    """Months with what was first said of each after it had ended, and a note where that was another number."""
    return tuple(_noted(one, rules, said.get(one.id, {})) for one in made)


def first_said(made: Iterable[Series], said: Said, day: str) -> Said:
    """What was first said of each month that had ended by the day of a snapshot, this one's numbers among them; of months that are shown no
    more nothing."""
    ended = {one.id: {point.month: Told(point.value, day) for point in one.points if point.month < day[:7]} for one in made}
    return {ident: {month: said.get(ident, {}).get(month, told) for month, told in months.items()} for ident, months in ended.items()}


def compared(before: Tables, after: Tables) -> tuple[Difference, ...]:
    """Every figure and every row that says another number; both tables are of one set of rules."""
    found = []
    figures = {one.id: one for one in (*before.figures, *after.figures)}
    for ident, figure in figures.items():
        old, new = (one.value if (one := made.figure(ident)) else 0 for made in (before, after))
        found.append(Difference(ident, "persons", figure.label, "", figure.label, old, new))
    tables = {one.id: one for one in (*before.tables, *after.tables)}
    for ident, table in tables.items():
        rows = [{(row.under, row.code): row for row in made.rows} if (made := side.table(ident)) else {} for side in (before, after)]
        for key in dict.fromkeys((*rows[1], *rows[0])):
            row = rows[1].get(key) or rows[0][key]
            old, new = (side[key].value if key in side else 0 for side in rows)
            found.append(Difference(ident, table.unit, table.title, row.code, row.label, old, new))
    return tuple(one for one in found if one.before != one.after)


def _months(day: str, months: int) -> list[str]:
    last = date.fromisoformat(day).replace(day=1)
    return [months_on(last, -back).isoformat()[:7] for back in reversed(range(months))]


def _end(month: str, last: date) -> date:
    return min(months_on(date.fromisoformat(f"{month}-01"), 1) - timedelta(days=1), last)


def _numbers(published: Published, publication: Publication, rules: PublicFigures, months: Sequence[str]) -> dict[str, dict[str, int]]:
    last = date.fromisoformat(published.day)
    ends = {month: _end(month, last) for month in months}
    named, unnamed = Counter[str](), Counter[str]()
    # Of most of a list one beginning alone is known: these are counted by its day, so that a month is asked of days and not of people.
    alone = {True: Counter[date](), False: Counter[date]()}
    happened = {ident: Counter[str]() for ident in rules.series if ident != _STATE}
    for entry in published.entries:
        card = entry.card
        since = recognised_since(card, rules, last)
        if since is None:
            continue
        state, history = named if card.named else unnamed, History.of(card, last)
        begun = history.begun_alone
        if begun is None:
            state.update(month for month, end in ends.items() if since <= end and history.on(end) == HELD)
        else:
            alone[card.named][max(since, begun)] += 1
        if card.named:
            for field, counted in happened.items():
                counted.update(text[:7] for text, (low, high) in spans_of(card, field, last) if (low.year, low.month) == (high.year, high.month))
    for state, days in ((named, alone[True]), (unnamed, alone[False])):
        for month, end in ends.items():
            state[month] += sum(count for day, count in days.items() if day <= end)
    held = {month: named[month] + groups(unnamed[month], publication.small) for month in months}
    return {ident: held if ident == _STATE else {month: happened[ident][month] for month in months} for ident in rules.series}


def _noted(made: Series, rules: PublicFigures, told: Mapping[str, Told]) -> Series:
    """A series with what was said before, and a sentence for each month of which it was another number."""
    points = tuple(replace(one, then=told[one.month].value, as_of=told[one.month].day) if one.month in told else one for one in made.points)
    changed = [one for one in points if one.then is not None and one.then != one.value]
    return replace(made, points=points, notes=tuple({lang: _note(one, rules, lang) for lang in LANGUAGES} for one in changed))


def _note(one: Point, rules: PublicFigures, language: str) -> str:
    then = date_words.show(one.as_of, language)
    said = rules.words["restated"][language].format(when=_when(one.month, language), before=one.then, then=then, after=one.value)
    return said.replace("..", ".")


def _when(month: str, language: str) -> str:
    words = date_words.show(month, language)
    return words[0].upper() + words[1:]
