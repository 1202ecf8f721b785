"""Many persons read at once stand exactly as each of them read alone, and a list that says the same few things is read a few times."""

import random
from collections.abc import Callable
from datetime import date

from letapis.core.qualify import Judgement, evaluate_all
from letapis.core.qualify_many import Judgements, Statuses
from letapis.core.situation import FactState, Side, Situation, settled
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

RULEBOOK = catalogue().rulebook
TODAY = date(2026, 11, 27)
JUDGED = sorted((norm.id, element.key) for norm in RULEBOOK.norms.values() for element in norm.elements if element.judge)

Draw = Callable[[random.Random, list[str], float], dict[str, Value]]
Behind = Callable[[str], tuple[str, ...]]


def alone(situation: Situation, judgements: Judgements) -> dict[str, str]:
    return {one.norm: one.status for one in evaluate_all(RULEBOOK, situation, judgements, as_of=TODAY)}


def test_whoever_is_read_among_others_stands_as_whoever_is_read_alone(behind: Behind, draw: Draw) -> None:
    """One reading of them all, so that any two that it takes for alike and are not would show: settled, contested and open facts, words of
    reviewers."""
    chance, many, seen = random.Random(27), Statuses(RULEBOOK, TODAY), set()
    for _ in range(250):
        norm = chance.choice(sorted(RULEBOOK.norms))
        facts = list(behind(norm))
        first, second = (draw(chance, facts, chance.choice([0.2, 0.5, 0.9])) for _ in range(2))
        states = dict(settled(first, [fact for fact in first if chance.random() < 0.2]).facts)
        for fact, value in second.items():
            if fact in states and value != first[fact] and chance.random() < 0.3:
                states[fact] = FactState((*states[fact].sides, Side(value)))
        words = {place: Judgement(chance.random() < 0.5, b"m" * 16, b"r" * 32) for place in JUDGED if chance.random() < 0.2}
        situation, judgements = Situation(states), words if chance.random() < 0.5 else {}
        found = many.of(situation, judgements)
        assert dict(found) == alone(situation, judgements), states
        seen |= set(found.values())
    assert len(seen) == 5, "every status occurs"


def test_a_list_of_a_thousand_days_is_read_as_often_as_norms_tell_days_apart() -> None:
    many = Statuses(RULEBOOK, TODAY)
    for day in range(1000):
        facts: dict[str, Value] = {"detention.start": date.fromordinal(date(2022, 1, 1).toordinal() + day).isoformat(), "act.country": "BY"}
        situation = settled(facts)
        assert dict(many.of(situation, {})) == alone(situation, {}) if day % 100 == 0 else many.of(situation, {})
    assert many.read < 12, "each day alone would be a thousand"


def test_what_no_norm_reads_and_who_says_it_changes_nothing() -> None:
    many = Statuses(RULEBOOK, TODAY)
    said = FactState((Side(True, (b"a" * 32,), 1),)), FactState((Side(True, (b"b" * 32,), 2),), (b"c" * 32,))
    for state in said:
        many.of(Situation({"detention.masked_agents": state}), {})
    many.of(Situation({"detention.masked_agents": said[0], "vydumka.of_nobody": said[1]}), {})
    assert many.read == 1
