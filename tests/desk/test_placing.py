"""What is said of a dossier from elsewhere is in no table, one record at a time; ``test_said_elsewhere`` writes all there is."""

from collections.abc import Callable

import pytest

from letapis.core.records import Draft, Record, Value
from letapis.desk import compartments, dossiers, entering, ledger, members, placing, reading
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


HEARD: dict[str, Value] = {"day": "2026-11-27", "court": "Vydumka", "state": "open"}
HANDED: dict[str, Value] = {"digest": b"\x01" + bytes(32), "day": "2026-11-27", "state": "handed"}
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
    "a note": lambda k: k.record("note", k.org, dossier=k.dossier, note=b"n" * 16, title="Vydumka", text="Vydumka", language="en", basis="saw"),
    "a task": lambda k: k.record("task", k.org, dossier=k.dossier, task=b"t" * 16, about=k.person, kind="call", text="Vydumka", state="open"),
    "a hearing where publishers write": lambda k: k.record("hearing", k.pub, dossier=k.dossier, hearing=b"h" * 16, subject=k.person, **HEARD),
    "an erasure": lambda k: k.record("erasure", k.org, dossier=k.dossier, erasure=b"e" * 16, targets=(k.person,), ground="asked", state="asked"),
    "a bundle": lambda k: k.record("bundle", k.own, dossier=k.dossier, bundle=b"b" * 16, submission=k.person, **HANDED),
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


def test_what_comes_before_its_compartment_is_laid_out_when_that_comes_and_asked_for_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    known, contact = Known(desk), desk.randomness(16)
    place = compartments.new_compartment(desk, "CONTACT", known.dossier)
    desk.store.run("DELETE FROM db_compartment WHERE compartment = %s", (place,))  # its key came, and no word of what it is
    said: dict[str, Value] = {"source": known.source, "channel": "phone", "address": "Vydumka", "state": "current"}
    known.record("contact", place, contact=contact, dossier=known.dossier, **said)
    assert not desk.store.rows("SELECT 1 FROM db_item WHERE item = %s", (contact,))
    count = laid_out_anew(monkeypatch)
    for _ in range(2):
        known.record("compartment", place, compartment=place, dossier=known.dossier, epoch=1, **{"class": "CONTACT"})
    assert len(desk.store.rows("SELECT 1 FROM db_item WHERE item = %s", (contact,))) == len(count) == 1


def test_a_word_that_is_said_again_and_again_lays_nothing_out_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something was left out in each of these places; an insider says what they are a thousand times, and of dossiers that nobody has."""
    known = Known(desk)
    for name in ("an answer in the organisation", "an answer in another dossier", "an answer where publishers write"):
        SAID[name](known)
    home = reading.dossier(desk, desk.reader("work"), known.other)
    count, opened = laid_out_anew(monkeypatch), list[bytes]()
    read = placing.opened_by_ref
    monkeypatch.setattr(placing, "opened_by_ref", lambda of, refs: read(of, [opened.append(ref) or ref for ref in refs]))  # type: ignore[func-returns-value]
    told: dict[str, Value] = {"title": "Vydumka", "subject_kind": "person", "work": home.work, "raw": known.org, "pub": known.pub}
    again = [Draft("compartment", known.org, {"compartment": known.org, "class": "ORG", "epoch": 1})] * 500
    again += [Draft("dossier", home.work, {**told, "dossier": known.other, "code": "PRY-2"})] * 500
    for at in range(0, len(again), 50):
        ledger.append(desk, again[at : at + 50])
    assert not count and not opened
    for at in range(20):
        ledger.append(desk, [Draft("dossier", home.work, {**told, "dossier": desk.randomness(16), "code": f"VYD-{at}"})])
    assert not count and len(opened) == len(set(opened)) == 3


def laid_out_anew(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each time that all of it is laid out anew."""
    count, known = list[int](), entering.project_all
    monkeypatch.setattr(entering, "project_all", lambda *given: count.append(known(*given)))
    return count


def test_who_holds_it_answers_and_disputes(desk: Desk) -> None:
    known = Known(desk)
    known.record("consent", known.work, **known.answer(known.dossier))
    known.dispute(known.work, known.dossier)
    assert reading.given_at(desk, known.person) and len(reading.rulings_on(desk, {known.claim.ref})) == 1
