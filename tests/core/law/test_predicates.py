"""Predicates of the rulebook: grammar, operators, and three values on known, unknown and partly known facts."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.predicates import Known, Predicate, PredicateFault, all_of, any_of, parse_predicate
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

VOCABULARY = catalogue().vocabulary


def holds(text: str, **facts: Value) -> bool | None:
    """Truth on settled facts; ``a__b`` names the fact ``a.b``."""
    return parse_predicate(text, VOCABULARY).holds({name.replace("__", "."): Known(value) for name, value in facts.items()})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("detention.start  present", "law.predicate_form"),
        ("detention.start present&judge.authority == judge", "law.predicate_form"),
        ("detention.start present or judge.authority == judge", "law.predicate_form"),
        ("", "law.predicate_form"),
        ("detention.mood == true", "law.predicate_fact"),
        ("detention.reasons_given > 3", "law.predicate_operator"),
        ("charge.based_on == expression", "law.predicate_operator"),
        ("detention.start has 2020", "law.predicate_operator"),
        ("detention.reasons_given == yes", "law.predicate_value"),
        ("lawyer.first_access_h > soon", "law.predicate_value"),
        ("detention.start > 2020-13", "law.predicate_value"),
        ("judge.authority == minister", "law.predicate_value"),
        ("charge.based_on has poetry", "law.predicate_value"),
        ("act.country == Belarus", "law.predicate_value"),
        ("procedure.pending_before has MOON", "law.predicate_value"),
    ],
)
def test_a_predicate_outside_the_grammar_is_refused(text: str, code: str) -> None:
    with pytest.raises(PredicateFault) as fault:
        parse_predicate(text, VOCABULARY)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("text", "facts", "truth"),
    [
        ("detention.reasons_given == false", {}, None),
        ("detention.reasons_given == false", {"detention__reasons_given": False}, True),
        ("detention.reasons_given != false", {"detention__reasons_given": False}, False),
        ("judge.first_appearance_h > 48", {"judge__first_appearance_h": 48}, False),
        ("judge.first_appearance_h <= 48", {"judge__first_appearance_h": 48}, True),
        ("judge.first_appearance_h >= 48", {"judge__first_appearance_h": 48}, True),
        ("judge.first_appearance_h < 48", {"judge__first_appearance_h": 47}, True),
        ("detention.start present", {}, None),
        ("detention.start present", {"detention__start": "2020"}, True),
        ("charge.based_on present", {"charge__based_on": ()}, False),
        ("charge.based_on has assembly", {"charge__based_on": ("expression",)}, False),
        ("charge.based_on has assembly", {"charge__based_on": ("expression", "assembly")}, True),
        ("act.date >= 2020-05-01", {"act__date": "2020"}, None),
        ("act.date >= 2020-05-01", {"act__date": "2021"}, True),
        ("act.date >= 2020-05-01", {"act__date": "2020-04"}, False),
        ("judge.authority == judge & judge.first_appearance_h <= 48", {"judge__authority": "prosecutor"}, False),
        ("judge.authority == judge & judge.first_appearance_h <= 48", {"judge__authority": "judge"}, None),
    ],
)
def test_a_predicate_has_three_values(text: str, facts: dict[str, Value], truth: bool | None) -> None:
    assert holds(text, **facts) is truth


def test_a_partial_list_that_lacks_a_member_leaves_it_unknown() -> None:
    predicate = parse_predicate("charge.based_on has assembly", VOCABULARY)
    assert predicate.holds({"charge.based_on": Known(("expression",), partial=True)}) is None
    assert predicate.holds({"charge.based_on": Known(("assembly",), partial=True)}) is True
    present = parse_predicate("charge.based_on present", VOCABULARY)
    assert present.holds({"charge.based_on": Known((), partial=True)}) is None
    assert present.holds({"charge.based_on": Known(("assembly",), partial=True)}) is True


def test_open_facts_are_those_that_would_decide() -> None:
    predicate = parse_predicate("judge.authority == judge & judge.first_appearance_h <= 48", VOCABULARY)
    assert predicate.open_facts({"judge.authority": Known("judge")}) == ("judge.first_appearance_h",)
    assert predicate.facts == ("judge.authority", "judge.first_appearance_h")


three = st.sampled_from([True, False, None])


@given(st.lists(three))
def test_and_and_or_are_strong_kleene(truths: list[bool | None]) -> None:
    rank = {False: 0, None: 1, True: 2}
    assert all_of(truths) == min(truths, key=lambda t: rank[t], default=True)
    assert any_of(truths) == max(truths, key=lambda t: rank[t], default=False)


ELEMENTS = [element for norm in catalogue().rulebook.norms.values() for element in norm.elements]
every_predicate = st.sampled_from(sorted({p for e in ELEMENTS for p in (*e.satisfied_by, *e.defeated_by)}, key=lambda p: p.text))


@given(every_predicate, st.data())
def test_learning_another_fact_never_turns_a_decided_predicate(
    values: Mapping[str, tuple[Value, ...]], predicate: Predicate, data: st.DataObject
) -> None:
    """Kleene logic is monotone: knowledge turns unknown into true or false and never true into false."""
    full = {fact: Known(data.draw(st.sampled_from(values[fact]))) for fact in predicate.facts}
    kept = data.draw(st.sets(st.sampled_from(predicate.facts)))
    truth = predicate.holds({fact: full[fact] for fact in kept})
    assert truth is None or predicate.holds(full) is truth


@given(every_predicate)
def test_every_predicate_of_the_rulebook_reads_back_from_its_text(predicate: Predicate) -> None:
    read = parse_predicate(predicate.text, VOCABULARY)
    assert (read.text, read.conditions, read.facts) == (predicate.text, predicate.conditions, predicate.facts)
