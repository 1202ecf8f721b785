"""Every norm says of stories made from its text what the text says; a change of one word in a rule is noticed by some story."""

import pytest
from tests.core.law.mutants import explained, misplaced_roles, tallies
from tests.core.law.norm_sets import KINDS, all_sets, files

from letapis.engines.catalogue import catalogue, data_files

SETS = all_sets()
RULEBOOK = catalogue().rulebook


def test_every_norm_has_its_stories_in_the_folder_of_the_norm() -> None:
    assert sorted(f"norms/{path.parent.name}/{path.name}" for path in files()) == sorted(
        name for name in data_files("rulebook") if name.startswith("norms/")
    )


@pytest.mark.parametrize("norm", sorted(SETS))
def test_a_norm_reads_each_story_as_its_text_does(norm: str) -> None:
    wrong = {one.name: list(one.differences(one.read(RULEBOOK.norm(norm), RULEBOOK))) for one in SETS[norm]}
    assert {name: words for name, words in wrong.items() if words} == {}


@pytest.mark.parametrize("norm", sorted(SETS))
def test_sets_keep_what_their_kind_promises(norm: str) -> None:
    names = [one.name for one in SETS[norm]]
    assert len(set(names)) == len(names)
    assert {one.norm for one in SETS[norm]} == {norm}
    assert {one.kind for one in SETS[norm]} == set(KINDS)
    assert {one.name: list(one.faults()) for one in SETS[norm] if list(one.faults())} == {}


def test_a_role_is_what_the_logic_makes_of_the_element() -> None:
    assert {norm.id: misplaced_roles(norm) for norm in RULEBOOK.norms.values() if misplaced_roles(norm)} == {}


def test_a_change_of_one_word_in_a_rule_is_noticed_by_some_story() -> None:
    """What no story can tell apart is listed with its reason, and nothing is listed that a story does tell apart."""
    alive = {(tally.norm, name) for tally in tallies() for name in tally.survivors}
    assert alive == explained().keys()
