"""The logic of norms: what can be read, what is refused, and its truth in three values."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.core.qualify_logic import All, Logic, Name, Not, Some, names_in, parse_logic, role_in, solve

names = st.sampled_from(["E1", "E2", "J1", "@ICCPR-7"]).map(Name)
trees: st.SearchStrategy[Logic] = st.recursive(
    names,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Some(tuple(parts))),
    ),
    max_leaves=8,
)


def written(tree: Logic) -> str:
    match tree:
        case Name(name):
            return name
        case Not(part):
            return f"!({written(part)})"
        case All(parts):
            return " & ".join(f"({written(part)})" for part in parts)
        case Some(parts):
            return " | ".join(f"({written(part)})" for part in parts)


@given(trees)
def test_a_logic_reads_back_from_its_text(tree: Logic) -> None:
    assert parse_logic(written(tree)) == tree


@given(trees, st.dictionaries(st.sampled_from(["E1", "E2", "J1", "@ICCPR-7"]), st.sampled_from([True, False])))
def test_truth_agrees_with_python_when_all_is_known_and_never_guesses(tree: Logic, known: dict[str, bool]) -> None:
    """The Kleene value is true or false only if every way of filling the unknowns gives that value."""
    truth = solve(tree, known.get)
    missing = sorted(names_in(tree) - known.keys())
    outcomes = {
        solve(tree, {**known, **dict(zip(missing, filled, strict=True))}.get) for filled in itertools.product([True, False], repeat=len(missing))
    }
    assert None not in outcomes
    assert truth is None or outcomes == {truth}


def test_and_binds_closer_than_or() -> None:
    assert parse_logic("E1 | E2 & E3") == Some((Name("E1"), All((Name("E2"), Name("E3")))))
    assert parse_logic("!E1 & E2") == All((Not(Name("E1")), Name("E2")))


@pytest.mark.parametrize(
    "text", ["", "E1 &", "& E1", "E1 E2", "(E1", "E1)", "e1", "E1 && E2", "@", "E1 | | E2", "!", "()", "E1 and E2", "!" * 60 + "E1"]
)
def test_a_logic_outside_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(Damaged, match=re.escape("law.logic_form")):
        parse_logic(text)


def test_names_are_collected_from_the_whole_tree() -> None:
    assert names_in(parse_logic("M & (A | !B) & @ICCPR-7")) == {"M", "A", "B", "@ICCPR-7"}


def test_a_role_is_what_the_logic_makes_of_the_element() -> None:
    logic, variant = parse_logic("A & !(B & !C)"), parse_logic("A & J & !X")
    assert {key: role_in(key, logic, [variant]) for key in "ABCJXQ"} == {
        "A": "constitutive",
        "B": "exclusion",
        "C": "constitutive",
        "J": "jurisdiction",
        "X": "exclusion",
        "Q": "consequence",
    }
    assert role_in("A", logic, [parse_logic("!A")]) == ""
