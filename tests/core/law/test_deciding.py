"""Questions that decide: what is listed does change a status, what is left out changes none, whatever is answered."""

import random
from collections.abc import Callable
from datetime import date

import pytest

from letapis.core.deciding import answers, deciding
from letapis.core.qualify import evaluate_all
from letapis.core.situation import ClaimFact, facts_from, settled
from letapis.core.vocabulary import FactType, Value
from letapis.engines.catalogue import catalogue

RULEBOOK, VOCABULARY = catalogue().rulebook, catalogue().vocabulary
NAMES, DAY = sorted(RULEBOOK.readers), date(2026, 11, 25)
NORMS = RULEBOOK.first_set


@pytest.mark.parametrize("seed", range(5))
def test_exactly_the_questions_that_change_a_status_are_listed(seed: int, draw: Callable[..., dict[str, Value]]) -> None:
    chance = random.Random(seed)
    known = draw(chance, NAMES, (0.05, 0.2, 0.4, 0.6, 0.8)[seed])
    found = evaluate_all(RULEBOOK, settled(known), {}, NORMS, as_of=DAY)
    before = {one.norm: one.status for one in found}
    listed = {one.fact: one for one in deciding(RULEBOOK, VOCABULARY, settled(known), {}, found, DAY)}
    missing = {fact for one in found for fact in one.missing} - known.keys()
    assert set(listed) <= missing
    for fact in chance.sample(sorted(missing), min(25, len(missing))):
        moved: dict[str, set[str]] = {}
        for value in answers(VOCABULARY.fact(fact), RULEBOOK.thresholds.get(fact, ()), DAY):
            for one in evaluate_all(RULEBOOK, settled({**known, fact: value}), {}, NORMS, as_of=DAY):
                if one.status is not before[one.norm]:
                    moved.setdefault(one.norm, set()).add(one.status)
        effects = {effect.norm: {status for status, _ in effect.turns} for effect in listed[fact].effects} if fact in listed else {}
        assert effects == moved, fact
    counts = [len(one.effects) for one in listed.values()]
    assert counts == sorted(counts, reverse=True)


def test_every_answer_that_rules_tell_apart_is_tried() -> None:
    for fact in VOCABULARY.facts.values():
        tried = answers(fact, RULEBOOK.thresholds.get(fact.id, ()), DAY)
        assert tried and len(set(tried)) == len(tried)
        match fact.type:
            case FactType.ENUM:
                assert set(tried) == {member.key for member in fact.members}
            case FactType.LIST if fact.items == "enum":
                assert set(tried) == {(), *((member.key,) for member in fact.members)}
            case FactType.NUMBER:
                assert {threshold for threshold in RULEBOOK.thresholds.get(fact.id, ())} <= set(tried) and min(tried) >= 0  # type: ignore[type-var]


def test_a_contested_fact_is_no_question_and_a_dossier_that_knows_all_has_none() -> None:
    known: dict[str, Value] = {"detention.legal_basis": "criminal", "act.country": "BY", "detention.start": "2021"}
    claims = [ClaimFact(name.encode(), name, value, 0) for name, value in known.items()]
    claims += [ClaimFact(bytes([n]), "judge.first_appearance_h", value, 0) for n, value in enumerate((20, 90))]
    situation = facts_from(claims, 0)
    found = evaluate_all(RULEBOOK, situation, {}, ["ICCPR-9-3"], as_of=DAY)
    asked = {one.fact for one in deciding(RULEBOOK, VOCABULARY, situation, {}, found, DAY)}
    assert "judge.authority" in asked and "judge.first_appearance_h" not in asked
    full = settled({name: answers(VOCABULARY.fact(name), (), DAY)[0] for name in NAMES})
    assert deciding(RULEBOOK, VOCABULARY, full, {}, evaluate_all(RULEBOOK, full, {}, as_of=DAY), DAY) == ()


@pytest.mark.parametrize(("level", "rung"), [(0, "L0"), (1, "L1"), (2, "L3")])
def test_the_standard_of_proof_is_that_of_the_weakest_part(level: int, rung: str) -> None:
    known: dict[str, Value] = {"detention.legal_basis": "criminal", "act.country": "BY", "detention.start": "2021"}
    claims = [ClaimFact(name.encode(), name, value, 2) for name, value in known.items()]
    proof = catalogue().proof
    (nothing,) = evaluate_all(RULEBOOK, facts_from(claims, 0), {}, ["ICCPR-9-3"], as_of=DAY)
    assert proof.rung_of(nothing) is None
    claims.append(ClaimFact(b"x", "judge.first_appearance_h", 90, level))
    (found,) = evaluate_all(RULEBOOK, facts_from(claims, 0), {}, ["ICCPR-9-3"], as_of=DAY)
    stands = proof.rung_of(found)
    assert stands is not None and stands.id == rung
