"""Proposals hold for notes from strangers' hands: lines that were written by two people who never saw the patterns.

Parts were read while words and patterns were made. Of the held-out parts nobody read a line: only their figures are known, and the floors
below are what was reached on them, a little below. The aim is 80 % of the lines right and at most 3 % of the proposals wrong.
"""

import pytest
from tests.core.stranger_lines import groups, lines, numbers

FLOORS = {
    "lines development": (0.92, 0.03),
    "lines held out": (0.69, 0.155),
    "second development": (0.85, 0.02),
    "second held out": (0.7, 0.16),
}


@pytest.mark.parametrize("name", FLOORS)
def test_a_stranger_s_lines_are_read_as_well_as_before(name: str) -> None:
    right, _, wrong = numbers(dict(groups())[name])
    least, most = FLOORS[name]
    assert right >= least and wrong <= most, (name, right, wrong)


def test_there_are_lines_of_three_languages_in_each_part() -> None:
    sizes = {name: len(chosen) for name, chosen in groups()}
    assert [sizes[name] for name in FLOORS] == [150, 150, 300, 100] and min(sizes.values()) >= 30
    assert len({line.text for line in lines()}) == 700


def test_nothing_is_proposed_for_nearly_all_lines_that_say_nothing() -> None:
    """Talk, plans, questions and other people, in all parts: at least nineteen of twenty stay without a proposal."""
    nothing = [line for line in lines() if not line.sets[0]]
    assert sum(not line.proposed for line in nothing) >= 0.95 * len(nothing)
