"""Proposals hold for notes from a stranger's hand: lines that were written by somebody who never saw the patterns.

One half was read while words and patterns were made. Of the other nobody read a line: only its figures are known, and the floors below are
what was reached on it, a little below. The aim is 80 % of the lines right and at most 3 % of the proposals wrong.
"""

import pytest
from tests.core.stranger_lines import groups, lines, numbers

FLOORS = {"development": (0.92, 0.03), "held out": (0.7, 0.15)}


@pytest.mark.parametrize("name", FLOORS)
def test_a_stranger_s_lines_are_read_as_well_as_before(name: str) -> None:
    right, _, wrong = numbers(dict(groups())[name])
    least, most = FLOORS[name]
    assert right >= least and wrong <= most, (name, right, wrong)


def test_there_are_lines_of_three_languages_in_both_halves() -> None:
    sizes = {name: len(chosen) for name, chosen in groups()}
    assert sizes["development"] == sizes["held out"] == 150 and min(sizes.values()) >= 45
    assert len({line.text for line in lines()}) == 300


def test_nothing_is_proposed_for_nearly_all_lines_that_say_nothing() -> None:
    """Talk, plans, questions and other people, in both halves: at least nineteen of twenty stay without a proposal."""
    nothing = [line for line in lines() if not line.sets[0]]
    assert sum(not line.proposed for line in nothing) >= 0.95 * len(nothing)
