"""The law in numbers: every norm on one large dossier, and on ten thousand dossiers one after the other."""

import random
import time
from datetime import date
from typing import Final

from letapis.core.language import LANGUAGES
from letapis.core.qualify import evaluate_all
from letapis.core.situation import ClaimFact, Situation, facts_from, settled
from letapis.core.vocabulary import Fact, FactType, Value
from letapis.engines.catalogue import catalogue
from tests.bench.measure import timed
from tests.bench.report import Report

DOSSIERS: Final = 10_000
DAY: Final = date(2026, 11, 25)
KNOWN: Final = 0.15  # of the vocabulary, in an ordinary dossier


def _value(fact: Fact, chance: random.Random) -> Value:
    """A value that the fact may have; dates and numbers on both sides of what rules ask for."""
    keys = [member.key for member in fact.members]
    match fact.type:
        case FactType.BOOL:
            return chance.random() < 0.5
        case FactType.NUMBER:
            return chance.choice((0, 1, 3, 20, 48, 49, 90, 400))
        case FactType.DATE:
            return f"20{chance.randint(10, 26)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        case FactType.LIST:
            return tuple(chance.sample(keys, min(2, len(keys)))) if keys else ("BY",)
        case FactType.ENUM:
            return chance.choice(keys)
        case FactType.TEXT:
            return "BY" if fact.pattern else LANGUAGES[0]


def _large() -> list[ClaimFact]:
    """500 claims: each fact of the vocabulary, and a second or third word on many, so that accounts differ."""
    chance, facts = random.Random(500), list(catalogue().vocabulary.facts.values())
    drawn = [facts[number % len(facts)] for number in range(500)]
    return [ClaimFact(number.to_bytes(32, "big"), fact.id, _value(fact, chance), 1) for number, fact in enumerate(drawn)]


def _ordinary(number: int) -> Situation:
    chance = random.Random(number)
    facts = catalogue().vocabulary.facts
    return settled({name: _value(fact, chance) for name, fact in facts.items() if chance.random() < KNOWN})


def test_law_of_a_large_dossier(report: Report) -> None:
    claims, rulebook = _large(), catalogue().rulebook
    situation = facts_from(claims, 0)
    found = timed([lambda: evaluate_all(rulebook, Situation(situation.facts), {}, as_of=DAY)] * 40)
    what = f"{len(rulebook.norms)} norms on 500 facts, {len(situation.contested)} of them contested"
    told = f"least {found.least:.0f} ms, p50 {found.median:.0f} ms; processor least {min(found.cpu):.0f} ms"
    report.add(what, told, "≤ 30 ms", holds=found.least <= 30)


def test_law_of_many_dossiers(report: Report) -> None:
    rulebook = catalogue().rulebook
    situations = [_ordinary(number) for number in range(DOSSIERS)]
    began, worked = time.perf_counter(), time.process_time()
    for situation in situations:
        evaluate_all(rulebook, situation, {}, as_of=DAY)
    took, cost = time.perf_counter() - began, time.process_time() - worked
    told = f"{DOSSIERS / took:,.0f} dossiers/s; {DOSSIERS / cost:,.0f} per processor second"
    report.add(f"All norms for {DOSSIERS:,} dossiers, facts prepared", told, "≥ 200 dossiers/s", holds=DOSSIERS / cost >= 200)
