"""Small cells against somebody who knows the public list, the number of those not named, every table, and the way of counting."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.small_cells import Cell, Split, System, groups, pointed_at, shown

Counts = Mapping[str, int]
TREE = (Split("held", ("a1", "a2", "a3"), 3), Split("held", ("b1", "b2"), 2), Split("a1", ("c1", "c2"), 2))
SMALL = 3


def shares(count: int, among: int) -> Iterator[tuple[int, ...]]:
    """All ways of sharing out so many among so many."""
    for bars in combinations(range(count + among - 1), among - 1):
        edges = (-1, *bars, count + among - 1)
        yield tuple(edges[at + 1] - edges[at] - 1 for at in range(among))


def people(count: int) -> frozenset[str]:
    return frozenset(f"card {number}" for number in range(count))


def of_counts(counts: Counts, *splits: Split, alone: tuple[str, ...] = ()) -> System:
    return System({name: Cell(0, people(count)) for name, count in counts.items()}, alone, splits)


def worlds(total: int) -> Iterator[dict[str, int]]:
    """Everything that so many people not named can be: listed, recognised, held, and held in every way."""
    for (held, recognised, _), extra in product(shares(total, 3), (0, 1)):
        if extra:
            yield {"all": total, "recognised": held + recognised, "held": held}
            continue
        for (a1, a2, a3), (b1, b2) in product(shares(held, 3), shares(held, 2)):
            for c1, c2 in shares(a1, 2):
                cells = {"a1": a1, "a2": a2, "a3": a3, "b1": b1, "b2": b2, "c1": c1, "c2": c2}
                yield {"all": total, "recognised": held + recognised, "held": held} | cells


@pytest.mark.parametrize("total", range(8))
def test_nobody_can_show_that_somebody_not_named_is_in_a_small_cell(total: int) -> None:
    """Every world that gives the same tables is a possible one. In one of them each cell that shows no group is empty; and no difference
    of two numbers is known to be a small one."""
    same: dict[tuple[tuple[str, int], ...], list[dict[str, int]]] = defaultdict(list)
    for world in worlds(total):
        splits = TREE if "a1" in world else ()
        told = shown(of_counts(world, *splits, alone=("all", "recognised", "held")), SMALL)
        same[tuple(sorted(told.items()))].append(world)
    for told_cells, possible in same.items():
        for cell, least in told_cells:
            truths = {world[cell] for world in possible}
            assert least % SMALL == 0 <= least <= min(truths)
            assert cell == "all" or least or min(truths) == 0, (cell, told_cells)
        for wide, narrow in (("all", "recognised"), ("all", "held"), ("recognised", "held")):
            left = {world[wide] - world[narrow] for world in possible}
            assert not left <= set(range(1, SMALL)), (wide, narrow, told_cells)


@given(st.integers(2, 7), st.lists(st.integers(0, 30), min_size=2, max_size=12), st.lists(st.integers(0, 30), min_size=12, max_size=12))
def test_no_sum_says_more_than_its_parts_could_hold(small: int, sizes: list[int], others: list[int]) -> None:
    total, parts = sum(sizes), tuple(f"p{at}" for at in range(len(sizes)))
    other, left = [], total
    for size in others[:-1]:
        other.append(min(size, left))
        left -= other[-1]
    more = tuple(f"q{at}" for at in range(12))
    splits = (Split("all", parts, len(parts)), Split("all", more, 12))
    counts = {"all": total} | dict(zip(parts, sizes, strict=True)) | dict(zip(more, (*other, left), strict=True))
    least = shown(of_counts(counts, *splits), small)
    for split in splits:
        told = sum(least[part] for part in split.parts)
        assert told <= least["all"] <= total
        assert least["all"] <= told + (small - 1) * (len(split.parts) - 1)
    assert all(least[name] == groups(least[name], small) <= counts[name] for name in counts)


def test_full_cells_of_four_do_not_add_up_to_their_own_proof() -> None:
    counts = {"all": 20} | {f"p{at}": 4 for at in range(5)}
    split = Split("all", tuple(f"p{at}" for at in range(5)), 5)
    assert shown(of_counts(counts, split), 5)["all"] == 15


def test_persons_with_several_articles_are_a_group_only_as_persons() -> None:
    two = people(2)
    system = System({"all": Cell(7, two), "x": Cell(3, two), "y": Cell(4, two)}, (), (Split("all", ("x", "y"), 2),))
    assert set(shown(system, 5).values()) == {0}
    many = people(5)
    system = System({"all": Cell(0, many), "x": Cell(0, many), "y": Cell(0, many)}, (), (Split("all", ("x", "y"), 2),))
    assert shown(system, 5) == {"all": 10, "x": 5, "y": 5}


@given(st.integers(2, 6), st.randoms(use_true_random=False))
def test_a_difference_points_at_nobody_unless_it_is_told(small: int, random: Random) -> None:
    """Whatever changed: a cell that says another number has a whole group behind it, or its people are named by ``pointed_at``."""
    before, after = (drawn(random) for _ in range(2))
    pointed = pointed_at(before, after, small)
    old, new = shown(before, small), shown(after, small)
    for name in old:
        moved = before.cells[name].unnamed ^ after.cells[name].unnamed
        if old[name] != new[name]:
            assert len(moved) >= small or moved <= pointed


def drawn(random: Random) -> System:
    where = {card: random.choice(("a1", "a2", "a3")) for card in sorted(people(random.randint(0, 25))) if random.random() < 0.8}
    parts = {name: Cell(random.randint(0, 9), frozenset(card for card, cell in where.items() if cell == name)) for name in ("a1", "a2", "a3")}
    return System({"all": Cell(20, frozenset(where))} | parts, (), (Split("all", ("a1", "a2", "a3"), 3),))


def test_who_is_named_is_told_exactly() -> None:
    system = System({"all": Cell(7, people(3)), "x": Cell(1), "y": Cell(6, people(3))}, (), (Split("all", ("x", "y"), 2),))
    assert {name: system.cells[name].named + least for name, least in shown(system, 5).items()} == {"all": 7, "x": 1, "y": 6}
