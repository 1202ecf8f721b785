"""What changed between two versions of a list: entries that came and went, values that differ, keys that may be new names of old ones."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core import names
from letapis.core.listing_entry import Entry, Name, Value
from letapis.core.vocabulary import canonical_value

NAMES: Final = "names"


@dataclass(frozen=True, slots=True)
class Change:
    """What one entry said of one thing and says now. ``property`` is a fact, or ``names``; ``held``: the values are held back."""

    key: str
    property: str
    before: tuple[Value | Name, ...]
    after: tuple[Value | Name, ...]
    held: bool = False


@dataclass(frozen=True, slots=True)
class Renamed:
    """An entry that went and one that came share a name and something besides: perhaps the list gave it another key. A proposal."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys of entries that came and went, changes of those that stayed, keys that stood still; ``quarantine``: key, before, after."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[Change, ...]
    same: int
    renamed: tuple[Renamed, ...] = ()
    quarantine: tuple[tuple[str, str, str], ...] = ()


def compare_listings(old: Iterable[Entry], new: Iterable[Entry]) -> Changes:
    """The differences, by the keys of the list. The order of rows, of columns and of the members of a list makes none."""
    before, after = ({entry.key: entry for entry in one} for one in (old, new))
    added = tuple(key for key in after if key not in before)
    gone = tuple(key for key in before if key not in after)
    changed: list[Change] = []
    moved, same = [], 0
    for key, entry in after.items():
        if key not in before:
            continue
        found = _changes(before[key], entry)
        changed += found
        same += not found
        if before[key].quarantined != entry.quarantined:
            moved.append((key, before[key].quarantined, entry.quarantined))
    renamed = _renamed([before[key] for key in gone], [after[key] for key in added])
    return Changes(added, gone, tuple(changed), same, renamed, tuple(moved))


def _changes(old: Entry, new: Entry) -> list[Change]:
    found = []
    if {_name(one) for one in old.names} != {_name(one) for one in new.names}:
        found.append(Change(new.key, NAMES, old.names, new.names))
    for held in (False, True):
        before, after = (_by_property([h.value for h in one.held] if held else one.values) for one in (old, new))
        for property_ in dict.fromkeys([*before, *after]):
            was, now = before.get(property_, ()), after.get(property_, ())
            if {_said(one) for one in was} != {_said(one) for one in now}:
                found.append(Change(new.key, property_, tuple(was), tuple(now), held))
    return found


def _by_property(values: Sequence[Value]) -> Mapping[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for value in values:
        found.setdefault(value.property, []).append(value)
    return found


def _name(name: Name) -> Hashable:
    return name.text, name.role


def _said(value: Value) -> Hashable:
    return canonical_value(value.value), value.certainty, value.valid_from, value.valid_to


def _renamed(gone: Sequence[Entry], added: Sequence[Entry]) -> tuple[Renamed, ...]:
    """Only where each of the two has no other partner: of three namesakes nobody says which one it was."""
    pairs = [(old, new) for old, new in _namesakes(gone, added) if _shared(old, new)]
    of_old, of_new = ([pair[side].key for pair in pairs] for side in (0, 1))
    return tuple(Renamed(old.key, new.key) for old, new in pairs if of_old.count(old.key) == 1 and of_new.count(new.key) == 1)


def _namesakes(gone: Sequence[Entry], added: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    by_name: dict[Hashable, list[Entry]] = {}
    for entry in gone:
        for mark in _marks(entry):
            by_name.setdefault(mark, []).append(entry)
    pairs: dict[tuple[str, str], tuple[Entry, Entry]] = {}
    for entry in added:
        for mark in _marks(entry):
            for old in by_name.get(mark, ()):
                pairs[old.key, entry.key] = (old, entry)
    return list(pairs.values())


def _marks(entry: Entry) -> set[Hashable]:
    return {frozenset(names.tokens(name.text)) for name in entry.names if not name.anonymous}


def _shared(old: Entry, new: Entry) -> bool:
    return bool({(one.property, _said(one)) for one in old.values} & {(one.property, _said(one)) for one in new.values})
