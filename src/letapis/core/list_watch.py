"""Two versions of a published list, compared for whoever watches it: who was added, who is gone, what is said otherwise of whom.

A list that no mapping knows is watched by its columns as they stand: one of them may name the entries, one may number them. Nothing of it
becomes a claim that way.
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from letapis.core.list_sayings import label_of
from letapis.core.listing import At, Entry, Name, Table, Value, compare_listings
from letapis.core.listing_changes import NAMES, Change
from letapis.core.listing_mapping import PRIMARY
from letapis.core.listing_readers import clean
from letapis.core.listing_rows import AGAIN, BETWEEN

_LONGEST: Final = 200
_MANY: Final = 20


class Deed(StrEnum):
    """What happened to an entry between two versions."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is said otherwise: the fact, ``names``, or the title of a column; both texts as the lists have them."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry that differs. ``names``: all forms that either version has; ``number``: its row in the version where it stands; ``before``: the
    key under which the entry that went may have been known; ``again``: other rows of the same entry stand in both versions."""

    key: str
    deed: Deed
    label: str
    names: tuple[str, ...]
    number: int
    kind: str = ""
    said: tuple[Said, ...] = ()
    before: str = ""
    again: bool = False

    @property
    def code(self) -> str:
        """What happened, as texts name it: of an entry that stands in other rows too nobody says that it came or went."""
        return f"row_{self.deed.value}" if self.again else self.deed.value


def plain_entries(tables: Sequence[Table], key: str = "", name: str = "", drop: Collection[str] = ()) -> list[Entry]:
    """Rows as entries, by the titles of their columns. Without a column of numbers a row is known by its name, without a column of names by
    everything it says. Rows of one key count as several entries; columns of ``drop`` are not looked at."""
    found: list[Entry] = []
    seen: dict[str, int] = {}
    for number, table in enumerate(tables):
        at: dict[str, int] = {}
        for spot, column in enumerate(table.columns):
            if column not in drop:
                at.setdefault(column, spot)
        for row in table.rows:
            if len(row.cells) != len(table.columns) or not any(cell.strip() for cell in row.cells):
                continue
            said = {column: clean(row.cells[place]) for column, place in at.items()}
            whole = BETWEEN.join(text for text in said.values() if text)
            own = said.get(key, "") or said.get(name, "") or whole
            seen[own] = seen.get(own, 0) + 1
            label = said.get(name, "") or whole[:_LONGEST]
            place = At(number, row.number)
            values = tuple(Value(column, text, text, column, place) for column, text in said.items() if text and column not in (key, name))
            ident = own if seen[own] == 1 else f"{own}{AGAIN}{seen[own]}"
            found.append(Entry(ident, "", (Name(label, "", PRIMARY, "any", place),), values, (place,)))
    return found


def lines(old: Sequence[Entry], new: Sequence[Entry]) -> list[Line]:
    """What differs, entry by entry: those that were added, those that changed, those that are gone."""
    before, after = ({entry.key: entry for entry in one} for one in _paired(old, new))
    found = compare_listings(before.values(), after.values())
    renamed = {one.after: one.before for one in found.renamed}
    changed: dict[str, list[Change]] = {}
    for change in found.changed:
        changed.setdefault(change.key, []).append(change)
    told = [_line(after[key], Deed.ADDED, before=renamed.get(key, ""), again=_bare(key) in before) for key in found.added]
    told += [_line(after[key], Deed.CHANGED, tuple(map(_said, some)), older=before[key]) for key, some in changed.items()]
    return told + [_line(before[key], Deed.GONE, again=_bare(key) in after) for key in found.gone]


def is_doubtful(old: Sequence[Entry], new: Sequence[Entry], found: Sequence[Line]) -> bool:
    """The newer version looks as if it were not the whole file: nothing is in it, or more than half of many entries are gone."""
    gone = sum(line.deed is Deed.GONE and not line.again for line in found)
    return bool(old) and (not new or (gone >= _MANY and 2 * gone > len(old)))


def _bare(key: str) -> str:
    """The key without the number that tells rows of one key apart."""
    bare, again, number = key.rpartition(AGAIN)
    return bare if again and number.isdecimal() else key


def _paired(old: Sequence[Entry], new: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Both versions with rows of one key numbered so that those that say the same are one: which of them stands first says nothing."""
    groups: dict[str, tuple[list[Entry], list[Entry]]] = {}
    for side, entries in enumerate((old, new)):
        known = {entry.key for entry in entries}
        for entry in entries:
            bare = _bare(entry.key)
            groups.setdefault(bare if bare in known else entry.key, ([], []))[side].append(entry)
    numbered: tuple[list[Entry], list[Entry]] = ([], [])
    for key, sides in groups.items():
        for side, entries in enumerate(_alike_first(*sides)):
            numbered[side].extend(replace(one, key=f"{key}{AGAIN}{at}" if at > 1 else key) for at, one in enumerate(entries, 1))
    return numbered


def _alike_first(old: Sequence[Entry], new: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    waiting: dict[Hashable, list[Entry]] = {}
    for one in reversed(new):
        waiting.setdefault(_says(one), []).append(one)
    both: tuple[list[Entry], list[Entry]] = ([], [])
    for one in old:
        if found := waiting.get(_says(one)):
            both[0].append(one)
            both[1].append(found.pop())
    kept = {id(one) for side in both for one in side}
    return [*both[0], *(one for one in old if id(one) not in kept)], [*both[1], *(one for one in new if id(one) not in kept)]


def _says(entry: Entry) -> Hashable:
    return frozenset(name.text for name in entry.names), frozenset((one.property, one.as_said) for one in entry.values)


def _line(entry: Entry, deed: Deed, said: tuple[Said, ...] = (), before: str = "", older: Entry | None = None, again: bool = False) -> Line:
    forms = [name.text for one in (entry, older) if one for name in one.names if not name.anonymous]
    return Line(entry.key, deed, label_of(entry), tuple(dict.fromkeys(forms)), entry.rows[0].row, entry.kind, said, before, again)


def _said(change: Change) -> Said:
    return Said(change.property, *("; ".join(dict.fromkeys(_text(one) for one in side)) for side in (change.before, change.after)))


def _text(one: Value | Name) -> str:
    return one.text if isinstance(one, Name) else one.as_said


__all__ = ["NAMES", "Deed", "Line", "Said", "is_doubtful", "lines", "plain_entries"]
