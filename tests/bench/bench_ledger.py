"""What the ledger costs: `make bench`, with LETAPIS_BENCH_CLAIMS claims (20,000 when not said). Rates are by CPU time and by the clock.

The bound of an append is what cannot be left out: make, sign and seal the records, grow the log, write bare rows.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from letapis.core.merkle import Frontier
from letapis.core.records import Draft, Value
from letapis.desk import chain, ledger
from letapis.desk.audit import audit
from letapis.desk.dossiers import new_dossier
from letapis.desk.opening import Desk
from letapis.desk.projections import PROJECT, TABLES, Placed
from letapis.engines import search
from letapis.engines.db import models
from letapis.engines.db.tables import Rows

CLAIMS = int(os.environ.get("LETAPIS_BENCH_CLAIMS", "20000"))
BATCH = 500
WORDS = (
    "арышт",
    "штраф",
    "суд",
    "допыт",
    "ізалятар",
    "каментар",
    "пратэст",
    "затрыманне",
    "вобшук",
    "адвакат",
    "пратакол",
    "следчы",
    "галадоўка",
    "карцэр",
    "спатканне",
    "перадача",
)


@contextmanager
def clocked(what: str, count: int) -> Any:
    cpu, wall = time.process_time(), time.perf_counter()
    taken: dict[str, float] = {}
    yield taken
    taken["cpu"], taken["wall"] = time.process_time() - cpu, time.perf_counter() - wall
    print(f"\n{what}: {count / taken['wall']:,.0f}/s by the clock, {count / taken['cpu']:,.0f}/s of CPU")


class Filler:
    """Dossiers of 500 claims each, from five sources, with values of every kind."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.chance = desk, random.Random(1)
        self.facts = list(desk.catalogue.vocabulary.facts.values())

    def dossier(self) -> list[Draft]:
        desk, chance = self.desk, self.chance
        dossier = new_dossier(desk, desk.randomness(8).hex(), "Pryklad " + chance.choice(WORDS), "person", "Vydumka " + chance.choice(WORDS))
        work = bytes(models.Dossier.objects.using(desk.store.alias).get(dossier=dossier).work)
        person = bytes(models.Entity.objects.using(desk.store.alias).get(dossier=dossier).entity)
        sources = [desk.randomness(16) for _ in range(5)]
        told = [{"dossier": dossier, "source": s, "code": f"S{i}", "kind": "person", "grade": "B"} for i, s in enumerate(sources)]
        ledger.append(desk, [Draft("source", work, body) for body in told])
        return [Draft("claim", work, self._claim(dossier, person, sources)) for _ in range(BATCH)]

    def _claim(self, dossier: bytes, person: bytes, sources: list[bytes]) -> dict[str, Value]:
        chance, fact = self.chance, self.chance.choice(self.facts)
        values: dict[str, dict[str, Value]] = {
            "bool": {"value.bool": True},
            "number": {"value.number": str(chance.randrange(100))},
            "date": {"value.date": f"20{chance.randrange(10, 26)}-05"},
            "list": {"value.list": (chance.choice(WORDS),), "value.listed": True},
        }
        words = fact.members[0].key if fact.members else " ".join(chance.choices(WORDS, k=6))
        body: dict[str, Value] = {"dossier": dossier, "subject": person, "property": fact.id, "source": chance.choice(sources), "basis": "saw"}
        body |= {
            "passage": self.desk.randomness(32),
            "valid_from": f"20{chance.randrange(10, 26)}-0{chance.randrange(1, 10)}",
            "scopes": ("letters",),
        }
        return body | values.get(str(fact.type), {"value.text": words})


def bound(desk: Desk, drafts: list[Draft]) -> float:
    """CPU seconds of what an append cannot leave out."""
    begun = time.process_time()
    random_bytes = desk.randomness(96 * len(drafts))
    ids = [desk.randomness(16) for _ in drafts]
    link, epochs = chain.Link(desk.device, 10**9, b"p" * 32, b""), {draft.compartment: 1 for draft in drafts}
    forged = chain.forge(desk.agent, link, drafts, ids, "2026-11-25T12:00:00Z", epochs, random_bytes)
    Frontier().extend([one.leaf for one in forged])
    with desk.store.transaction():
        rows, first = Rows(TABLES), desk.store.reserve_ids("db_record", len(forged))
        for i, one in enumerate(forged):
            h = one.record.header
            named = {
                "id": first + i,
                "ref": one.record.ref,
                "rid": h.id,
                "type": h.type,
                "compartment": h.compartment,
                "device": "bench",
                "seq": h.seq,
            }
            rows.add("record", recorded=h.recorded, blob=one.blob, wrap=one.wrap, **named)
            rows.add("leaf", id=h.seq, hash=one.leaf)
            PROJECT["claim"](rows, Placed(first + i, one.record, desk.me, True, False))
        rows.write(desk.store)
    spent = time.process_time() - begun
    for statement in (
        "DELETE FROM db_claim WHERE id IN (SELECT id FROM db_record WHERE device = 'bench')",
        "DELETE FROM db_record WHERE device = 'bench'",
    ):
        desk.store.run(statement)
    desk.store.run("DELETE FROM db_logleaf WHERE id >= %s AND id < %s", (10**9, 10**9 + len(forged)))
    return spent


def test_what_the_ledger_costs(make_desk: Callable[..., Desk], found: Callable[..., bytes]) -> None:
    desk = make_desk(1)
    found(desk)
    filler = Filler(desk)
    for _ in range(max(0, CLAIMS // BATCH - 8)):
        ledger.append(desk, filler.dossier())
    batches = [filler.dossier() for _ in range(8)]
    least = min(bound(desk, batch) for batch in batches[:4])
    with clocked(f"append in batches of {BATCH} at {CLAIMS:,} claims", 8 * BATCH) as taken:
        for batch in batches:
            ledger.append(desk, batch)
    share = 8 * least / taken["cpu"]
    print(f"of the bound: {share:.2f}")
    single = [_timed(ledger.append, desk, [batches[0][i]]) for i in range(200)]
    print(f"single append: p50 {statistics.median(single):.1f} ms, p95 {statistics.quantiles(single, n=20)[18]:.1f} ms")
    held = desk.reader("work").compartments
    for query in ("арышт", "затрыманне вобшук ", "карцэр спатканне адвакат ", "пра", "а"):
        looked = [_timed(search.find, desk.store, query, held, 50) for _ in range(40)]
        print(f"search of {len(query.split())} words, {len(query)} letters: p95 {statistics.quantiles(looked, n=20)[18]:.1f} ms")
    with clocked("rebuild", CLAIMS):
        ledger.rebuild(desk)
    with clocked("audit with two processes", CLAIMS):
        assert audit(desk, processes=2).faults == ()
    print(f"database: {(desk.workspace / 'database.db').stat().st_size / CLAIMS:,.0f} bytes for each claim")
    assert share > 0.5


def _timed(action: Callable[..., object], *given: object) -> float:
    begun = time.perf_counter()
    action(*given)
    return (time.perf_counter() - begun) * 1000
