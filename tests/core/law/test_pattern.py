"""Contextual elements come from many files and never from one, whatever that one file says."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.core.pattern import Act, acts_of, context_of, of_one_file, read_pattern_rules, supports
from letapis.core.qualify import Judgement, Outcome, evaluate_all
from letapis.core.situation import ClaimFact, Situation, facts_from, settled
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

RULEBOOK, VOCABULARY, RULES = catalogue().rulebook, catalogue().vocabulary, catalogue().pattern
KINDS = tuple(norm.id for norm in RULES.kinds(RULEBOOK))
CONFIRMED = {(n.id, e.key): Judgement(True, b"m" * 16, b"r" * 32) for n in RULEBOOK.norms.values() for e in n.elements if e.judge}
ACTS = st.builds(
    lambda kind, person, ref, month, place: Act(kind, bytes([person]), bytes([ref]), month, place),
    st.sampled_from(KINDS),
    st.integers(1, 30),
    st.integers(0, 255),
    st.sampled_from(("", "2020-08", "2020-09", "2021-01", "2021-02")),
    st.sampled_from(("", "Vydumka", "Pryklad", "Kalina", "Klon")),
)
CLAIMS = st.lists(
    st.builds(lambda fact, value, ref, level: ClaimFact(bytes([ref]), fact, value, level), st.sampled_from(sorted(RULES.facts)), st.booleans(),
              st.integers(0, 255), st.integers(0, 2)),
    max_size=12,
)  # fmt: skip


@given(st.lists(ACTS, max_size=60), CLAIMS, st.integers(1, 30))
def test_one_person_never_makes_the_context_met_whatever_is_recorded(acts: list[Act], claims: list[ClaimFact], person: int) -> None:
    own = [Act(act.kind, bytes([person]), act.ref, act.month, act.place) for act in acts]
    assert context_of(own, claims, RULES, 0) == []
    (chapeau,) = evaluate_all(RULEBOOK, facts_from(context_of(own, claims, RULES, 0), 0), CONFIRMED, [RULES.chapeau])
    assert not chapeau.reached and all(element.result is Outcome.UNKNOWN for element in chapeau.elements)


@given(st.lists(ACTS, max_size=60), CLAIMS)
def test_persons_below_the_least_number_prepare_nothing_and_each_count_needs_as_many_as_it_says(acts: list[Act], claims: list[ClaimFact]) -> None:
    context = context_of(acts, claims, RULES, 0)
    persons = {act.person for act in acts}
    if len(persons) < RULES.least_persons:
        assert context == []
    for one in supports(acts, RULES):
        counted = [act for act in acts if not one.kind or act.kind == one.kind]
        assert one.persons == len({act.person for act in counted}) and one.persons >= len(set(one.refs))
        if one.enough:
            assert len({act.person for act in counted}) >= one.threshold.persons >= RULES.least_persons
            assert len({act.month for act in counted} - {""}) >= one.threshold.months


@given(st.lists(ACTS, max_size=40), st.lists(ACTS, max_size=20), st.randoms())
def test_more_acts_never_take_support_away_and_order_changes_nothing(acts: list[Act], more: list[Act], chance: random.Random) -> None:
    before = supports(acts, RULES)
    shuffled = [*acts, *acts[:5]]
    chance.shuffle(shuffled)
    assert supports(shuffled, RULES) == before
    for old, new in zip(before, supports([*acts, *more], RULES), strict=True):
        assert (old.enough, old.persons) <= (new.enough, new.persons), "another kind may come first once it is enough, with fewer persons"


def test_a_file_of_one_person_does_not_keep_what_only_a_pattern_shows() -> None:
    claims = [ClaimFact(bytes([n]), fact, True, 2) for n, fact in enumerate([*sorted(RULES.facts), "detention.after_amnesty"])]
    assert [claim.property for claim in of_one_file(claims, RULES)] == ["detention.after_amnesty"]
    found = evaluate_all(RULEBOOK, facts_from(of_one_file(claims, RULES), 0), CONFIRMED, [RULES.chapeau, *KINDS])
    assert not any(one.reached for one in found)


def situation(draw: Callable[..., dict[str, Value]], behind: Callable[[str], tuple[str, ...]], kind: str) -> Situation:
    """Some person whose own file documents an act of this kind."""
    chance = random.Random(kind)
    names = [name for name in behind(kind) if name not in RULES.facts]
    for _ in range(3000):
        drawn = settled(draw(chance, names, 1.0))
        claims = [ClaimFact(name.encode(), name, state.sides[0].value, 0) for name, state in drawn.facts.items()]
        told = facts_from(claims, 0)
        if any(act.kind == kind for act in acts_of(b"p", told, RULEBOOK, RULES, {})):
            return told
    raise AssertionError("no facts reach it")


@pytest.mark.parametrize("kind", KINDS)
def test_an_act_counts_when_only_the_context_is_missing(
    kind: str, draw: Callable[..., dict[str, Value]], behind: Callable[[str], tuple[str, ...]]
) -> None:
    told = situation(draw, behind, kind)
    (alone,) = evaluate_all(RULEBOOK, told, CONFIRMED, [kind])
    assert not alone.reached
    own = acts_of(b"p", told, RULEBOOK, RULES, {})
    acts = [Act(act.kind, bytes([n]), bytes([n]), f"2021-{n % 12 + 1:02}", f"P{n % 4}") for n in range(24) for act in own]
    claims = [ClaimFact(b"c" + fact.encode(), fact, True, 0) for fact in RULES.facts - {one.fact for one in RULES.counted}]
    context = facts_from(context_of(acts, claims, RULES, 0), 0)
    (chapeau,) = evaluate_all(RULEBOOK, Situation({**told.facts, **context.facts}), {}, [RULES.chapeau])
    assert chapeau.status in ("arguable", "not_applicable")  # judged by nobody: prepared, never indicated
    assert {fact for fact in RULES.facts if fact in context.facts} == RULES.facts


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_fact_that_acts_read_a_file_documents_none(
    kind: str, draw: Callable[..., dict[str, Value]], behind: Callable[[str], tuple[str, ...]]
) -> None:
    told, read = situation(draw, behind, kind), RULES.read_of_acts(RULEBOOK)
    assert not read.isdisjoint(told.facts) and "identity.name" not in read
    rest = Situation({name: state for name, state in told.facts.items() if name not in read}, told.floor)
    for judgements in ({}, CONFIRMED):
        assert acts_of(b"p", rest, RULEBOOK, RULES, judgements) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_documents_an_act_is_never_passed_over_and_more_facts_make_it_no_less_likely(
    kind: str, draw: Callable[..., dict[str, Value]], behind: Callable[[str], tuple[str, ...]]
) -> None:
    """Of 6,000 persons of a list each was read for acts: four seconds. Now only those whose facts, whatever they are, could show one."""
    told, chance = situation(draw, behind, kind), random.Random(kind)
    names, passed = sorted(told.facts), 0
    for _ in range(150):
        some = chance.sample(names, chance.randint(0, len(names)))
        part = Situation({name: told.facts[name] for name in some}, told.floor)
        may = RULES.may_show(RULEBOOK, some)
        assert may or not any(acts_of(b"p", part, RULEBOOK, RULES, judgements) for judgements in ({}, CONFIRMED))
        assert not may or RULES.may_show(RULEBOOK, [*some, *names])
        passed += not may
    assert passed and RULES.may_show(RULEBOOK, names) and not RULES.may_show(RULEBOOK, ["identity.name"])


def test_what_a_list_of_prisoners_tells_shows_no_act() -> None:
    assert not RULES.may_show(RULEBOOK, ["identity.birth_date", "detention.start", "detention.place", "detention.end", "charge.article"])


COUNTED = {"fact": "context.widespread", "persons": 9, "months": 1, "places": 1, "one_kind": False}


@pytest.mark.parametrize(
    "change",
    [{"least_persons": 1}, {"counted": [{**COUNTED, "persons": 1}]}, {"counted": [{**COUNTED, "fact": "no.such"}]}],
)
def test_rules_that_one_person_could_fulfil_are_refused(change: dict[str, object]) -> None:
    table = {"chapeau": RULES.chapeau, "least_persons": 3, "counted": [COUNTED]} | change
    with pytest.raises(Damaged):
        read_pattern_rules(table, RULEBOOK, VOCABULARY)


def test_a_rulebook_without_the_norm_of_the_context_prepares_nothing() -> None:
    rules = read_pattern_rules({"chapeau": "NO-SUCH", "least_persons": 3, "counted": [COUNTED]}, RULEBOOK, VOCABULARY)
    assert rules.kinds(RULEBOOK) == () and acts_of(b"p", settled({"detention.pretrial_days": 400}), RULEBOOK, rules, {}) == []
