"""Small cells: what a table may say of people who are counted and not named.

Whoever is named stands on the public list, so everybody can count them; a cell says exactly how many there are. Of those who are *not* named
a cell says whole groups of ``small`` only, rounded down: 4 are 0, 9 are 5. It stays true, because every figure reads "at least".

Against whom: somebody who has the public list of every day, every table of every day, the way of counting, and the number of those not named.
He adds and subtracts rows and totals. What he must not be able to show is that anybody not named is in a cell whose groups are 0. With
groups of ``small`` each unnamed part lies between what is shown and ``small - 1`` more; therefore a cell can be empty as long as the others of
its table could hold everybody else:

    shown total - sum of the shown parts  <=  (small - 1) * (parts that there could be - 1)

Where that fails, or where parts say more than their total, something is lowered by a group until it holds: lower is never untrue. In a tree
of tables this is enough (``docs/explanation/small-cells.md`` says why); tables with row and column totals are a ring, so each of their cells
is tried as a flow: with nobody in it, can all totals still be met?
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


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


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with totals of rows and columns. ``cells``: (row, column) -> cell; all of them are cells of the system."""

    whole: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class System:
    """Cells by id and how they hang together, wholes before their parts; a grid's rows and columns are splits too."""

    cells: Mapping[str, Cell]
    splits: tuple[Split, ...]
    grids: tuple[Grid, ...] = field(default=())


def groups(count: int, small: int) -> int:
    """Whole groups only, rounded down."""
    return count - count % small


def shown(system: System, small: int) -> dict[str, int]:
    """How many not named each cell may say."""
    least = {name: groups(len(cell.unnamed), small) for name, cell in system.cells.items()}
    for split in reversed(system.splits):  # One person has several articles: rows of such a table may say more than its number of persons.
        least[split.whole] = max(least[split.whole], sum(least[part] for part in split.parts))
    known = {name: len(system.cells[name].unnamed) for name in _roots(system)}
    _settle(least, system.splits, known, small)
    while any(_tells(grid, least, known.get(grid.whole), small) for grid in system.grids) and _lower_grid(system.grids, least, small):
        _settle(least, system.splits, known, small)
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


def _roots(system: System) -> set[str]:
    return {split.whole for split in system.splits} - {part for split in system.splits for part in split.parts}


def _settle(least: dict[str, int], splits: Sequence[Split], known: Mapping[str, int], small: int) -> None:
    """Lower until no sum tells more than the groups do. Every step lowers something, and with nothing shown nothing is told."""
    moved = True
    while moved:
        moved = False
        for split in reversed(splits):
            told, room = sum(least[part] for part in split.parts), (small - 1) * (split.possible - 1)
            if told > least[split.whole] or (told and known.get(split.whole, 0) > told + room):
                _lower(least, split.parts, small)
            elif least[split.whole] > told + room:
                least[split.whole] -= small
            else:
                continue
            moved = True


def _lower(least: dict[str, int], parts: Iterable[str], small: int) -> None:
    least[max(parts, key=lambda part: (least[part], part))] -= small


# ---- tables with totals of rows and columns --------------------------------------------------------------------------


def _tells(grid: Grid, least: Mapping[str, int], known: int | None, small: int) -> bool:
    """Somebody could show that a cell or a total whose groups are 0 is not empty."""
    doubtful = [name for name in (*grid.rows, *grid.columns, *grid.cells.values()) if not least[name]]
    return any(not _can_be_empty(grid, least, known, small, name) for name in doubtful)


def _can_be_empty(grid: Grid, least: Mapping[str, int], known: int | None, small: int, empty: str) -> bool:
    """With nobody in this cell there are numbers for all others that meet every total: a circulation with bounds (Hoffman)."""
    need: dict[str, int] = {}
    free: dict[tuple[str, str], int] = {}

    def edge(start: str, end: str, low: int, high: int) -> None:
        free[start, end] = high - low
        need[end], need[start] = need.get(end, 0) + low, need.get(start, 0) - low

    def between(start: str, end: str, name: str) -> None:
        edge(start, end, least[name], least[name] + (0 if name == empty else small - 1))

    for row in grid.rows:
        between("from", f"row {row}", row)
    for (row, column), name in grid.cells.items():
        between(f"row {row}", f"column {column}", name)
    for column in grid.columns:
        between(f"column {column}", "to", column)
    low, high = (least[grid.whole], least[grid.whole] + small - 1) if known is None else (known, known)
    edge("to", "from", low, high)
    return _carries(free, need)


def _carries(free: dict[tuple[str, str], int], need: Mapping[str, int]) -> bool:
    """Every surplus finds its way to a want, one unit of flow after another."""
    ways: dict[str, set[str]] = {}
    for start, end in list(free):
        free.setdefault((end, start), 0)
        ways.setdefault(start, set()).add(end)
        ways.setdefault(end, set()).add(start)
    left = dict(need)
    for source in [name for name, amount in need.items() if amount > 0]:
        while left[source]:
            path = _path(source, free, ways, left)
            if not path:
                return False
            amount = min(left[source], -left[path[-1]], *(free[step] for step in pairwise(path)))
            for start, end in pairwise(path):
                free[start, end] -= amount
                free[end, start] += amount
            left[source] -= amount
            left[path[-1]] += amount
    return True


def _path(source: str, free: Mapping[tuple[str, str], int], ways: Mapping[str, set[str]], left: Mapping[str, int]) -> list[str]:
    came: dict[str, str] = {source: ""}
    queue = [source]
    for at in queue:
        if left.get(at, 0) < 0:
            path = [at]
            while came[path[-1]]:
                path.append(came[path[-1]])
            return path[::-1]
        for end in sorted(ways.get(at, ())):
            if end not in came and free[at, end]:
                came[end] = at
                queue.append(end)
    return []


def _lower_grid(grids: Iterable[Grid], least: dict[str, int], small: int) -> bool:
    """Lower the largest total of a grid, or its largest cell where no total says anything; False when nothing is left to lower."""
    for grid in grids:
        for names in ((*grid.rows, *grid.columns), tuple(grid.cells.values())):
            if any(least[name] for name in names):
                _lower(least, names, small)
                return True
    return False
