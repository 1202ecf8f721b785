"""What is said of a dossier from elsewhere is in no table, one record at a time; ``test_said_elsewhere`` writes all there is."""

from collections.abc import Callable

import pytest

from letapis.core.records import Draft, Record, Value
from letapis.desk import dossiers, ledger, members, reading
from letapis.desk.opening import Desk
from tests.desk.tables import projections


class Known:
    """A dossier of which somebody knows every number, and the places in which they may write."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.dossier, self.other = (dossiers.new_dossier(desk, f"PRY-{n}", "Vydumka", "person", f"Vydumka {n}") for n in (1, 2))
        reader = desk.reader("work")
        home, own = (reading.dossier(desk, reader, one) for one in (self.dossier, self.other))
        self.org, self.own, self.pub, self.work = members.common_compartment(desk, "ORG"), own.work, home.pub, home.work
        self.person = reading.entities(desk, reader, self.dossier)[0].entity
        self.source = desk.randomness(16)
        told: dict[str, Value] = {"source": self.source, "code": "S1", "kind": "person", "grade": "B"}
        ledger.append(desk, [Draft("source", self.work, {"dossier": self.dossier, **told})])
        self.claim = self.record("claim", self.work, **self.saying(True))

    def saying(self, value: bool) -> dict[str, Value]:
        about: dict[str, Value] = {"dossier": self.dossier, "subject": self.person, "property": "detention.reasons_given"}
        return {**about, "source": self.source, "basis": "saw", "value.bool": value}

    def answer(self, dossier: bytes) -> dict[str, Value]:
        return {"dossier": dossier, "party": self.person, "scope": "public_list_named", "answer": "given"}

    def record(self, kind: str, place: bytes, /, **body: Value) -> Record:
        return ledger.append(self.desk, [Draft(kind, place, body)])[0]

    def dispute(self, place: bytes, dossier: bytes = b"") -> Record:
        named: dict[str, Value] = {"dossier": dossier} if dossier else {}
        return self.record("decision", place, kind="dispute", targets=(self.claim.ref,), reason="Vydumka", **named)


SAID: dict[str, Callable[[Known], Record]] = {
    "an answer in the organisation": lambda k: k.record("consent", k.org, **k.answer(k.dossier)),
    "an answer in another dossier": lambda k: k.record("consent", k.own, **k.answer(k.dossier)),
    "an answer of another dossier": lambda k: k.record("consent", k.own, **k.answer(k.other)),
    "an answer where publishers write": lambda k: k.record("consent", k.pub, **k.answer(k.dossier)),
    "a decision in the organisation": lambda k: k.dispute(k.org),
    "a decision in the organisation that names the dossier": lambda k: k.dispute(k.org, k.dossier),
    "a decision in another dossier": lambda k: k.dispute(k.own),
    "a decision of another dossier": lambda k: k.dispute(k.own, k.other),
    "a decision where publishers write": lambda k: k.dispute(k.pub),
    "a claim in the organisation": lambda k: k.record("claim", k.org, **k.saying(False)),
    "a claim where publishers write": lambda k: k.record("claim", k.pub, **k.saying(False)),
    "another name": lambda k: k.record("entity", k.own, dossier=k.dossier, entity=k.person, kind="person", label="Vydumka Inshaya"),
    "another source": lambda k: k.record("source", k.org, dossier=k.dossier, source=k.source, code="S9", kind="person", grade="F"),
    "a restriction": lambda k: k.record("restricted", k.org, dossier=k.dossier, restricted=b"r" * 16, party=k.person, state="on"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_from_elsewhere_is_in_no_table(desk: Desk, name: str) -> None:
    known = Known(desk)
    before = projections(desk)
    SAID[name](known)
    after = projections(desk)
    assert [table for table in before if before[table] != after[table]] == []
    ledger.rebuild(desk)
    again = projections(desk)
    assert [table for table in before if before[table] != again[table]] == []


def test_who_holds_it_answers_and_disputes(desk: Desk) -> None:
    known = Known(desk)
    known.record("consent", known.work, **known.answer(known.dossier))
    known.dispute(known.work, known.dossier)
    assert reading.given_at(desk, known.person) and len(reading.rulings_on(desk, {known.claim.ref})) == 1
