"""The count behind the figures: every card of a snapshot sorted into cells, counting units kept apart, as of a day.

Cells are named by their way from what is counted: ``persons/class:recognised/custody:held/region:minsk-city``. What is counted of persons, of
detentions, of verdicts, of terms and of articles are five counts that never meet in one sum.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from letapis.core.public_custody import CUSTODY, HELD, begun_by, custody, place_on, spans_of
from letapis.core.public_figures import NOT_STATED, PublicFigures
from letapis.core.published import Card, Published
from letapis.core.small_cells import Cell, Split, System

PERSONS: Final = "persons"
EPISODES, VERDICTS, TERMS, ARTICLES = "episodes", "verdicts", "terms", "articles"
CLASSES: Final = ("recognised", "not_recognised")
HELD_CELL: Final = f"{PERSONS}/class:recognised/custody:{HELD}"
_RECOGNISED: Final = f"{PERSONS}/class:recognised"
_ALONE: Final = (PERSONS, _RECOGNISED, HELD_CELL)
"""All, of these the recognised, of these the held: people not named are told in these, and in no other part of the first two."""
_LISTED: Final = frozenset({PERSONS, _RECOGNISED, f"{PERSONS}/class:not_recognised"})
_OTHERS: Final = 1
"""A row for those of whom nothing is said could always be there."""


@dataclass
class Count:
    """Cells while they are being filled, into which others each is told apart, and ``names`` of those by what they are told apart by."""

    possible: dict[tuple[str, str], int]
    named: dict[str, int] = field(default_factory=dict)
    unnamed: dict[str, set[str]] = field(default_factory=dict)
    parts: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    names: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def add(self, cell: str, who: str) -> str:
        """One more in a cell: the card of somebody not named, empty for somebody named."""
        if who:
            self.named.setdefault(cell, 0)
            self.unnamed.setdefault(cell, set()).add(who)
        else:
            self.named[cell] = self.named.get(cell, 0) + 1
        return cell

    def part(self, whole: str, kind: str, code: str, who: str) -> str:
        """One more in a part of a cell."""
        cell = self.names.get((whole, kind, code))
        if cell is None:
            cell = self.names[whole, kind, code] = f"{whole}/{kind}:{code}"
            self.parts.setdefault((whole, kind), {})[cell] = None
        return self.add(cell, who)

    def system(self) -> System:
        cells = {name: Cell(count, frozenset(self.unnamed.get(name, ()))) for name, count in self.named.items()}
        apart = {key: parts for key, parts in self.parts.items() if key[0] not in _LISTED}
        sizes = {(whole, kind): max(self.possible.get((_kind(whole), kind), 0), len(parts)) for (whole, kind), parts in apart.items()}
        splits = [Split(whole, tuple(apart[whole, kind]), possible) for (whole, kind), possible in sizes.items()]
        return System(cells, _ALONE, tuple(sorted(splits, key=lambda split: split.whole.count("/"))))


def count(published: Published, rules: PublicFigures, day: date) -> System:
    """Sort every card into the cells of all tables as of a day, as the snapshot knows it."""
    made, known = Count(_possible(rules)), date.fromisoformat(published.day)
    made.named |= dict.fromkeys((PERSONS, EPISODES, VERDICTS, TERMS, ARTICLES), 0)
    made.named |= {f"{PERSONS}/class:{row}/custody:{column}": 0 for row in CLASSES for column in CUSTODY}
    made.named |= {f"{PERSONS}/class:{row}": 0 for row in CLASSES}
    for entry in published.entries:
        _person(made, entry.card, rules, day, max(known, day))
    return made.system()


def _person(made: Count, card: Card, rules: PublicFigures, day: date, known: date) -> None:
    who, outcome, state = "" if card.named else card.card, card.first("outcome"), custody(card, day, known)
    since = recognised_since(card, rules, known)
    class_of = CLASSES[0] if since and since <= day else CLASSES[1]
    made.add(PERSONS, who)
    row = made.part(PERSONS, "class", class_of, who)
    made.part(row, "outcome", outcome, who)
    held = made.part(row, "custody", state, who)
    if class_of != CLASSES[0]:
        return
    if state == HELD:
        _held(made, held, card, who, rules, day, known)
    _dated(made, EPISODES, "detained_year", card, who, "detained", day, known)
    _dated(made, VERDICTS, "verdict_year", card, who, "verdict", day, known)
    for one in card.all("months"):
        if one.value.isdecimal() and len(one.value) < 5:
            made.part(made.add(TERMS, who), "term", rules.band(int(one.value)), who)


def recognised_since(card: Card, rules: PublicFigures, known: date) -> date | None:
    """From which day on a person counts as recognised; None: never. A decision without a day counts on the last day that the snapshot knows."""
    if card.first("outcome") not in rules.recognised:
        return None
    return min((span.high for _, span in spans_of(card, "recognised", known)), default=known)


def _held(made: Count, held: str, card: Card, who: str, rules: PublicFigures, day: date, known: date) -> None:
    made.part(held, "sex", card.first("sex"), who)
    made.part(held, "ground", card.first("ground"), who)
    made.part(held, "held_since", _year(begun_by(card, day, known)), who)
    place = rules.place(place_on(card, day, known))
    made.part(made.part(held, "region", rules.regions.get(place, NOT_STATED), who), "facility", place, who)
    for article in sorted({rules.article(one.value) for one in card.all("article")}):
        group = made.part(made.add(ARTICLES, who), "article_group", rules.groups.get(article, NOT_STATED), who)
        made.part(group, "article", article, who)


def _dated(made: Count, root: str, kind: str, card: Card, who: str, field: str, day: date, known: date) -> None:
    """One for each value of a field whose day had come."""
    for text, span in spans_of(card, field, known):
        if span.low <= day:
            made.part(made.add(root, who), kind, _year(text), who)


def _year(text: str) -> str:
    """The year of a date; none where it may lie in two."""
    first, _, second = text.partition("/")
    return first[:4] if not second or first[:4] == second[:4] else NOT_STATED


def _kind(cell: str) -> str:
    """What kind of a cell it is: ``region`` of ``…/region:minsk-city``."""
    return cell.rpartition("/")[2].partition(":")[0]


def _possible(rules: PublicFigures) -> dict[tuple[str, str], int]:
    """How many parts each kind of cell could have, by the lists that everybody can read; what they do not know is bounded by what is there."""
    sizes: dict[tuple[str, str], int] = {("custody", kind): len(rules.labels.get(kind, ())) + _OTHERS for kind in ("sex", "ground", "region")}
    return sizes | {(ARTICLES, "article_group"): len(rules.labels["article_group"]) + _OTHERS, (TERMS, "term"): len(rules.bands)}
