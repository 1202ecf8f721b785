"""Small cells: what a table may say of people who are counted and not named.

Whoever is named stands on the public list, so everybody can count them; a cell says exactly how many there are. Of those who are *not* named
a cell says whole groups of ``small`` only, rounded down: 4 are 0, 9 are 5. It stays true, because every figure reads "at least".

Against whom: somebody who has the public list of every day, every table of every day, the way of counting, and from the log the number of all
who are not named. He adds and subtracts rows and totals. What he must not be able to show is that anybody not named is in a cell whose groups
are 0, nor that fewer than ``small`` of them are in what he gets by taking one number from another.

The unnamed part of a cell lies between what is shown and ``small - 1`` more. Two rules keep it so:

* A cell that is told *alone* (who is held, of all) has no sister that is told: what is left has ``small`` possible numbers in a row, so it may
  be none or a whole group; where it would be known to be none, so that everybody not named is in the cell, a group less is told. That is
  why a table with totals of rows and columns says its unnamed part in one cell only.
* A cell that is *split* into parts may be told no more than all parts but any one of them could hold:

      shown whole - sum of the shown parts  <=  (small - 1) * (parts that there could be - 1)

Where that fails, or where parts say more than their whole, something is lowered by a group until it holds: lower is never untrue. In a tree of
splits this is enough (``docs/explanation/small-cells.md`` says why; the tests try every small world).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of those named, and the cards of those that are not."""

    named: int = 0
    unnamed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Split:
    """A cell that is told apart into others; ``possible``: how many parts there could be, those that nobody is in among them."""

    whole: str
    parts: tuple[str, ...]
    possible: int


@dataclass(frozen=True)
class System:
    """Cells by id, and where their unnamed part is told: in cells told alone, the one of everybody first, and in wholes and parts of splits,
    wholes before their parts. Every other cell tells who is named and nothing else."""

    cells: Mapping[str, Cell]
    alone: tuple[str, ...]
    splits: tuple[Split, ...]


def groups(count: int, small: int) -> int:
    """Whole groups only, rounded down."""
    return count - count % small


def shown(system: System, small: int) -> dict[str, int]:
    """How many not named each cell may say."""
    told = {*system.alone, *(name for split in system.splits for name in (split.whole, *split.parts))}
    least = {name: groups(len(cell.unnamed), small) if name in told else 0 for name, cell in system.cells.items()}
    for split in reversed(system.splits):  # One person has several articles: rows of such a table may say more than its number of persons.
        least[split.whole] = max(least[split.whole], sum(least[part] for part in split.parts))
    for name in system.alone[1:]:
        if least[name] and least[name] == len(system.cells[system.alone[0]].unnamed):
            least[name] -= small
    while any([_lowered(least, split, small) for split in reversed(system.splits)]):
        pass  # Every round lowers something, and with nothing shown nothing is told.
    return least


def pointed_at(before: System, after: System, small: int) -> frozenset[str]:
    """Cards of people not named at whom the difference of two publications would point: a cell says another number, and fewer than
    ``small`` of them are behind it."""
    old, new = shown(before, small), shown(after, small)
    found: set[str] = set()
    for name in old.keys() | new.keys():
        if old.get(name, 0) != new.get(name, 0):
            moved = before.cells.get(name, Cell()).unnamed ^ after.cells.get(name, Cell()).unnamed
            found |= moved if len(moved) < small else frozenset()
    return frozenset(found)


def _lowered(least: dict[str, int], split: Split, small: int) -> bool:
    """Lower by one group what tells too much of this split."""
    told, room = sum(least[part] for part in split.parts), (small - 1) * (split.possible - 1)
    if told > least[split.whole]:
        _lower(least, split.parts, small)
    elif least[split.whole] > told + room:
        _lower(least, (split.whole,), small)
    else:
        return False
    return True


def _lower(least: dict[str, int], names: Iterable[str], small: int) -> None:
    least[max(names, key=lambda name: (least[name], name))] -= small
