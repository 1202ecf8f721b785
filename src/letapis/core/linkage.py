"""What a linkage of many persons compares: columns of keys, and a model of how much each agreement says. Pure, for every engine the same.

Each person is a row of lists: how their surnames are heard and what consonants they have, the given names they may be a form of, the father's,
days and years of birth, places, articles; and the keys under which they are looked for. How often two strangers agree is counted from the
columns themselves, how often one person agrees with themself is known of spellings. So nothing is trained and nothing is drawn at random: two
engines, and two runs, give the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Final

from letapis.core import names
from letapis.core.identity_proposals import Known, Rules, full_names

_RAREST: Final = 1e-9
CROWD: Final = 200
"""Under a key that more share nobody is looked for: it says too little, and its pairs are too many."""
LOOKED_FOR: Final = (("pair",), ("near",), ("bones", "year"))
"""Columns that two persons must share to be compared at all, each way for itself."""


@dataclass(frozen=True, slots=True)
class Level:
    """One way to agree: a column in which two persons share something, and how often one person does (``same``) or two strangers
    (``strangers``)."""

    column: str
    same: float
    strangers: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the comparison: its levels, the strongest first; what is left means that it differs. Where ``column`` is empty on a side
    nothing is said."""

    name: str
    column: str
    levels: tuple[Level, ...]

    @property
    def rest(self) -> Level:
        """It differs."""
        same, strangers = (sum(getattr(level, name) for level in self.levels) for name in ("same", "strangers"))
        return Level("", 1 - same, 1 - strangers)


# For strangers what is usual, until the columns themselves say more.
_PARTS: Final = (
    Part("surname", "bones", (Level("heard", 0.86, 0.0005), Level("bones", 0.10, 0.0015))),
    Part("given", "given", (Level("given", 0.93, 0.03), Level("initial", 0.05, 0.12))),
    Part("father", "father", (Level("father", 0.92, 0.03),)),
    Part("birth", "year", (Level("day", 0.72, 0.00005), Level("year", 0.20, 0.02))),
    Part("place", "place", (Level("place", 0.60, 0.05),)),
    Part("article", "article", (Level("article", 0.60, 0.15),)),
    Part("judge", "judge", (Level("judge", 0.70, 0.02),)),
)
_USUAL: Final = 1e6
"""So many pairs weigh as much as what is usual: of a short list the pairs that are one person would be counted among strangers."""
COLUMNS: Final = ("heard", "bones", "given", "initial", "father", "day", "year", "place", "article", "judge", "pair", "near")
_MATCHES: Final = 0.2
"""How many of the persons of a list are expected to stand in it, or in another, once more."""


@dataclass(frozen=True)
class Linkage:
    """What an engine gets: the columns, the parts with all their odds, how likely two at random are one, how many keys were too crowded."""

    size: int
    columns: Mapping[str, list[list[str]]]
    parts: tuple[Part, ...]
    prior: float
    crowded: int


def prepare(people: Sequence[Known], rules: Rules) -> Linkage:
    """The columns and the model for these persons, in their order."""
    columns: dict[str, list[list[str]]] = {name: [] for name in COLUMNS}
    for one in people:
        row = _row(one, rules)
        for name in COLUMNS:
            columns[name].append(sorted(row.get(name, ())))
    crowded = 0
    for name in ("pair", "near"):
        often = {key for key, count in Counter(key for keys in columns[name] for key in keys).items() if count > CROWD}
        columns[name] = [[key for key in keys if key not in often] for keys in columns[name]]
        crowded += len(often)
    size = len(people)
    prior = min(0.01, _MATCHES * size / max(1, comb(size, 2)))
    return Linkage(size, columns, tuple(_counted(part, columns) for part in _PARTS), prior, crowded)


def _row(one: Known, rules: Rules) -> dict[str, set[str]]:
    row: dict[str, set[str]] = {name: set() for name in COLUMNS}
    for name in full_names(one, rules):
        paired = names.pair_keys(name, rules.comparer.told)
        row["pair"].update(paired.together)
        row["near"].update(paired.near)
        for parts in rules.comparer.parts(name)[:1]:
            for word in (*parts.surnames, *parts.others):
                row["heard"].update(word.trunks)
                row["bones"].update(word.bones)
            if parts.given:
                row["given"].update(parts.given.given or parts.given.sounds)
                row["initial"].update(parts.given.letters)
            if parts.father:
                row["father"].update(parts.father.father or parts.father.sounds)
    for day in one.births:
        row["year"].add(day[:4])
        if len(day) == len("2020-08-09"):
            row["day"].add(day)
    for part in ("place", "article", "judge"):
        row[part].update(one.says(part))
    return row


def _counted(part: Part, columns: Mapping[str, list[list[str]]]) -> Part:
    """The part with how often two strangers agree: as often as two rows of the columns share a key, beside what is usual."""
    said = sum(1 for keys in columns[part.column] if keys)
    pairs, above, levels = comb(said, 2), 0.0, []
    for level in part.levels:
        counts = Counter(key for keys in columns[level.column] for key in keys)
        share = sum(comb(count, 2) for count in counts.values()) + _USUAL * (above + level.strangers)
        share = min(0.9, share / (pairs + _USUAL))
        levels.append(Level(level.column, level.same, max(_RAREST, share - above)))
        above = max(above, share)
    return Part(part.name, part.column, tuple(levels))


def namesakes(linkage: Linkage) -> list[int]:
    """For each person how many bear the name, themself among them; 0 where their name is too common to be looked for."""
    counts = Counter(key for keys in linkage.columns["pair"] for key in keys)
    return [max((counts[key] for key in keys), default=0) for keys in linkage.columns["pair"]]
