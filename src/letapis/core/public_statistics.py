"""Figures of the public list: tables ready to be printed, from one frozen snapshot, as of a day.

``tables`` gives the same numbers for the same snapshot, day and data files, whoever runs it and whenever. A number carries its rule, its day
and "at least"; people who are not named are in it by whole groups (``core.small_cells``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from letapis.core.brief import clean
from letapis.core.errors import UsageError
from letapis.core.language import LANGUAGES
from letapis.core.public_count import ARTICLES, EPISODES, HELD_CELL, PERSONS, TERMS, VERDICTS, count
from letapis.core.public_figures import NOT_STATED, PublicFigures, TableRule, Words, with_day
from letapis.core.publication import Publication
from letapis.core.published import Entry, Published
from letapis.core.small_cells import System, pointed_at, shown

_TABLES: Final = {
    "status": (PERSONS, "class"),
    "sex": (HELD_CELL, "sex"),
    "region": (HELD_CELL, "region"),
    "facility": (HELD_CELL, "region"),
    "ground": (HELD_CELL, "ground"),
    "held_since": (HELD_CELL, "held_since"),
    "article_group": (ARTICLES, "article_group"),
    "article": (ARTICLES, "article_group"),
    "detained_year": (EPISODES, "detained_year"),
    "verdict_year": (VERDICTS, "verdict_year"),
    "term": (TERMS, "term"),
}
"""Which cell a table tells apart, and by what. A table ``within`` another goes one step further down."""
_YEARS: Final = frozenset({"held_since", "detained_year", "verdict_year"})


@dataclass(frozen=True)
class Row:
    """A row of a table. ``named``: how many of them everybody can count on the public list; ``under``: the code of the row of the wider table
    that it belongs to, with its words in ``under_label``."""

    code: str
    label: Words
    value: int
    named: int
    under: str = ""
    under_label: Words | None = None


@dataclass(frozen=True)
class Table:
    """A table as it is printed. ``unit`` never mixes with another; ``apart``: how many are in the total and in no row."""

    id: str
    unit: str
    unit_label: Words
    title: Words
    rule: Words
    rows: tuple[Row, ...]
    total: int
    apart: int


@dataclass(frozen=True)
class PublicFigure:
    """One figure with its rule and its sentence in every language; it always reads "at least"."""

    id: str
    value: int
    named: int
    label: Words
    rule: Words
    sentences: Words


@dataclass(frozen=True)
class Tables:
    """All figures and tables of a snapshot as of a day. ``notes``: what stands below every one of them; ``words``: what a printed table needs
    besides (``total``, ``apart``)."""

    organisation: str
    number: int
    snapshot: str
    day: str
    figures: tuple[PublicFigure, ...]
    tables: tuple[Table, ...]
    notes: tuple[Words, ...]
    words: Mapping[str, Words]

    def table(self, ident: str) -> Table | None:
        return next((one for one in self.tables if one.id == ident), None)

    def figure(self, ident: str) -> PublicFigure | None:
        """A figure; none where it would be 0, which would be read as "nobody"."""
        return next((one for one in self.figures if one.id == ident), None)


def tables(published: Published, publication: Publication, rules: PublicFigures, day: date | str = "") -> Tables:
    """All tables as of a day, of the snapshot's own where none is given. Raises UsageError("stats.day") for a later one or for none at all."""
    on = day_of(published, day)
    system = count(published, rules, on)
    told = _Told(system, shown(system, publication.small), rules)
    parts = {"day": on.isoformat(), "small": str(publication.small)}
    figures = tuple(figure for rule in rules.figures if (figure := told.figure(rule, on.isoformat())).value)
    made = tuple(table for table in map(told.table, rules.tables.values()) if any(row.code for row in table.rows))
    notes = tuple(_filled(rules.words[name], parts) for name in ("at_least", "small"))
    words = {name: rules.words[name] for name in ("total", "apart")}
    return Tables(clean(published.organisation), published.number, published.day, on.isoformat(), figures, made, notes, words)


def day_of(published: Published, day: date | str) -> date:
    """The day as of which is counted. Raises UsageError("stats.day")."""
    try:
        on = day if isinstance(day, date) else date.fromisoformat(day or published.day)
    except ValueError:
        raise UsageError("stats.day") from None
    if on.isoformat() > published.day:
        raise UsageError("stats.day")
    return on


def held_back(before: Published, entries: Iterable[Entry], day: str, publication: Publication, rules: PublicFigures) -> frozenset[str]:
    """Cards of people not named whose change has to wait, because the figures of two days would point at fewer than ``small`` of them; where
    fewer than that are left to change, all wait. What was recalled waits for nothing, so a card that is no longer among the entries is never
    in the answer; nor does anybody who was named and is not any more, for waiting would keep the name in public."""
    old, now = ({one.card.card: one for one in known} for known in (before.entries, entries))
    bare = {card for card, one in now.items() if not one.card.named and not (card in old and old[card].card.named)}
    moved = {card for card in bare if card not in old or old[card].card != now[card].card}
    if not moved:
        return frozenset()
    first, wait = count(before, rules, date.fromisoformat(before.day)), set[str]()
    while moved - wait:
        kept = now | {card: old[card] for card in wait & old.keys()}
        after = replace(before, entries=tuple(one for card, one in kept.items() if card in old or card not in wait), day=day)
        pointed = pointed_at(first, count(after, rules, date.fromisoformat(day)), publication.small) & moved - wait
        if len(moved - wait - pointed) < publication.small:
            return frozenset(moved)
        wait |= pointed
        if not pointed:
            break
    return frozenset(wait)


def _filled(words: Words, parts: Mapping[str, str]) -> Words:
    return {lang: with_day(words[lang], lang, **parts) for lang in LANGUAGES}


class _Told:
    """A count and what each of its cells may say."""

    def __init__(self, system: System, unnamed: Mapping[str, int], rules: PublicFigures) -> None:
        self._system, self._unnamed, self._rules = system, unnamed, rules
        self._parts: dict[tuple[str, str], tuple[str, ...]] = {}
        for cell in system.cells:
            whole, _, last = cell.rpartition("/")
            key = (whole, last.partition(":")[0])
            self._parts[key] = (*self._parts.get(key, ()), cell)

    def value(self, cell: str) -> int:
        return self.named(cell) + self._unnamed.get(cell, 0)

    def named(self, cell: str) -> int:
        return self._system.cells[cell].named if cell in self._system.cells else 0

    def figure(self, ident: str, day: str) -> PublicFigure:
        rule = self._rules.figures[ident]
        value = self.value(rule.cell)
        sentences = {language: rule.say(language, value, day) for language in LANGUAGES}
        return PublicFigure(ident, value, self.named(rule.cell), rule.label, rule.definition, sentences)

    def table(self, rule: TableRule) -> Table:
        if rule.id == "outcome":
            wholes = [(whole, "outcome") for whole in self._parts.get((PERSONS, "class"), ())]
            whole, rows = PERSONS, [self._row(part, kind) for one, kind in wholes for part in self._parts.get((one, kind), ())]
        else:
            whole, kind = _TABLES[rule.id]
            rows = [self._row(part, kind) for part in self._parts.get((whole, kind), ())]
            deeper = {"status": "custody", "facility": "facility", "article": "article"}.get(rule.id)
            if deeper:
                above = self._parts.get((whole, kind), ())
                rows = [self._row(part, deeper, one, kind) for one in above for part in self._parts.get((one, deeper), ())]
        kept = tuple(sorted((row for row in rows if row.value), key=lambda row: _order(rule.id, row)))
        total = self.value(whole)
        words = self._rules
        return Table(rule.id, rule.unit, words.units[rule.unit], rule.label, rule.definition, kept, total, total - sum(row.value for row in kept))

    def _row(self, cell: str, kind: str, above: str = "", above_kind: str = "") -> Row:
        code, under = _code(cell), _code(above)
        label = self._rules.label(kind, code) if kind not in _YEARS or code == NOT_STATED else dict.fromkeys(LANGUAGES, code)
        return Row(code, label, self.value(cell), self.named(cell), under, self._rules.label(above_kind, under) if above else None)


def _code(cell: str) -> str:
    return cell.rpartition("/")[2].partition(":")[2]


def _order(table: str, row: Row) -> tuple[object, ...]:
    """Years and terms in their order, everything else by size; who is not stated comes last."""
    if table in _YEARS:
        return (row.code == NOT_STATED, row.code)
    if table == "term":
        return (row.code == "over_120", int("".join(filter(str.isdigit, row.code)) or 0))
    if table == "status":
        return (row.under != "recognised", -row.value)
    return (row.code == NOT_STATED, -row.value, row.code)
