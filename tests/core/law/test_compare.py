"""Two readings side by side: nothing differs from itself, what differs is told both ways, and the claims that made the difference are named."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from letapis.core.compare import changes
from letapis.core.elements import Judgement
from letapis.core.qualify import Status, evaluate_all
from letapis.core.situation import ClaimFact, Situation, facts_from
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

RULEBOOK = catalogue().rulebook
NAMES = sorted(RULEBOOK.readers)


def situation(facts: dict[str, Value]) -> Situation:
    return facts_from([ClaimFact(name.encode(), name, value, 0) for name, value in facts.items()], 0)


@pytest.mark.parametrize("seed", range(6))
def test_changes_are_none_against_itself_and_mirror_each_other(seed: int, draw: Callable[..., dict[str, Value]]) -> None:
    chance = random.Random(seed)
    before, after = (evaluate_all(RULEBOOK, situation(draw(chance, NAMES, 0.3)), {}) for _ in range(2))
    assert changes(before, before) == ()
    there, back = changes(before, after), changes(after, before)
    assert {(c.norm, c.before, c.after, frozenset(c.came), frozenset(c.went)) for c in there} == {
        (c.norm, c.after, c.before, frozenset(c.went), frozenset(c.came)) for c in back
    }
    by_norm = {c.norm: c for c in there}
    for old, new in zip(before, after, strict=True):
        assert (old.status is not new.status) <= (old.norm in by_norm)
    assert [c.moved for c in there] == sorted((c.moved for c in there), reverse=True)


def test_the_claim_that_made_the_difference_is_named() -> None:
    facts: dict[str, Value] = {"detention.legal_basis": "criminal", "act.country": "BY", "detention.start": "2021"}
    before = evaluate_all(RULEBOOK, situation(facts), {}, ["ICCPR-9-3"])
    after = evaluate_all(RULEBOOK, situation({**facts, "judge.first_appearance_h": 90}), {}, ["ICCPR-9-3"])
    (change,) = changes(before, after)
    assert (change.before, change.after) == (Status.INSUFFICIENT_FACTS, Status.INDICATED)
    assert (change.came, change.went, change.rewritten) == ((b"judge.first_appearance_h",), (), False)
    assert [(e.key, e.after) for e in change.elements] == [("E2", "met")]


def test_a_reviewer_s_word_is_a_change_and_so_is_another_version() -> None:
    facts: dict[str, Value] = {"detention.legal_basis": "criminal", "act.country": "BY", "detention.start": "2021", "detention.pretrial_days": 400}
    before = evaluate_all(RULEBOOK, situation(facts), {}, ["ICCPR-9-3"])
    after = evaluate_all(RULEBOOK, situation(facts), {("ICCPR-9-3", "E4"): Judgement(True, b"m", b"r")}, ["ICCPR-9-3"])
    (change,) = changes(before, after)
    assert (change.before, change.after, change.elements[0].judged) == (Status.ARGUABLE, Status.INDICATED, True)
    newer = [replace(one, version=99) for one in after]
    assert changes(before, newer)[0].rewritten


def test_a_norm_that_only_one_rulebook_has_is_told() -> None:
    read = evaluate_all(RULEBOOK, situation({}), {}, ["ICCPR-9-3", "ICCPR-9-4"])
    (gone,) = changes(read, read[:1])
    assert (gone.norm, gone.before, gone.after) == ("ICCPR-9-4", Status.INSUFFICIENT_FACTS, None)
    (come,) = changes(read[:1], read)
    assert (come.before, come.after) == (None, Status.INSUFFICIENT_FACTS)
