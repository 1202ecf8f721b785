"""The fold of a dossier: latest answers, reconfirmed records, unread records, and its cost."""

import gc
import time
from itertools import count

import pytest

from letapis.core.fold import DossierState, fold, kind_of, klass_of, rulings_of, said_of, source_of
from letapis.core.membership import Device, Directory, Member, State
from letapis.core.records import Header, Record, Value
from letapis.core.standing import Level
from letapis.core.vocabulary import Fact, FactType, Vocabulary
from letapis.core.vocabulary import Member as EnumMember

DOSSIER, SUBJECT, PERSON, PAPER, EVIDENCE = b"D" * 16, b"s" * 16, b"P" * 16, b"d" * 16, b"E" * 16
MEMBERS = {"author": b"A" * 16, "anna": b"1" * 16, "bela": b"2" * 16, "cesa": b"3" * 16}


def fact(name: str, kind: FactType, klass: str, *keys: str) -> Fact:
    members = tuple(EnumMember(key, {}) for key in keys)
    return Fact(name, name.partition(".")[0], kind, {}, {}, "", "person", klass, items="enum" if keys else "", members=members)


FACTS = [
    fact("harm.beaten", FactType.BOOL, "first_hand"),
    fact("charge.date", FactType.DATE, "document"),
    fact("detention.days", FactType.NUMBER, "close_contact"),
    fact("harm.means", FactType.LIST, "first_hand", "cold", "light"),
]
VOCABULARY = Vocabulary({f.id: f for f in FACTS}, ())


def directory(removed: int | None = None, compromised: int | None = None) -> Directory:
    """Four members with one device each, the author with one more; the marks are those of the author's first."""

    def device(name: str, member: bytes) -> Device:
        marks = (removed, compromised) if name == "author" else (None, None)
        return Device(name, member, "", name, b"", b"", b"", b"", b"", State.ACTIVE, b"", *marks)

    people = {m: Member(m, "Vydumka", True, True, State.ACTIVE, b"") for m in MEMBERS.values()}
    return Directory("", "", people, {name: device(name, member) for name, member in {**MEMBERS, "author again": MEMBERS["author"]}.items()})


class Book:
    """Records of a dossier as they are written down."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.names = count(1)

    def write(self, device: str, kind: str, body: dict[str, Value], recorded: str = "2026-02-01T00:00:00Z", seq: int | None = None) -> bytes:
        number = next(self.names)
        ref = number.to_bytes(32, "big")
        self.records.append(Record(ref, Header(kind, 1, ref[-16:], device, b"W" * 16, recorded, number if seq is None else seq), body))
        return ref

    def source(self, source: bytes, kind: str, grade: str = "B", recorded: str = "2026-02-01T00:00:00Z") -> bytes:
        return self.write("anna", "source", {"dossier": DOSSIER, "source": source, "code": "K", "kind": kind, "grade": grade}, recorded)

    def claim(self, source: bytes, value: dict[str, Value], prop: str = "harm.beaten", basis: str = "saw", **more: Value) -> bytes:
        body: dict[str, Value] = {"dossier": DOSSIER, "subject": SUBJECT, "property": prop, "source": source, "basis": basis}
        return self.write("author", "claim", {**body, **value, **more})

    def decide(self, by: str, kind: str, *targets: bytes, **more: Value) -> bytes:
        return self.write(by, "decision", {"dossier": DOSSIER, "kind": kind, "targets": targets, "reason": "because", **more})

    def check(self, *claims: bytes) -> None:
        for member in ("anna", "bela"):
            self.decide(member, "check", *claims)

    def folded(self, known: Directory | None = None) -> DossierState:
        return fold(self.records, known or directory(), VOCABULARY)


@pytest.fixture
def book() -> Book:
    made = Book()
    made.source(PERSON, "person")
    made.source(PAPER, "document")
    return made


def test_a_witness_and_a_paper_make_a_verified_claim(book: Book) -> None:
    seen = book.claim(PERSON, {"value.bool": True})
    shown = book.claim(PAPER, {"value.bool": True}, basis="document", evidence=EVIDENCE)
    book.check(seen, shown)
    standing = book.folded().claims[seen].standing
    assert standing.level is Level.VERIFIED and standing.independent == 2


def test_an_authentic_document_verifies_what_it_shows(book: Book) -> None:
    scan = book.write("author", "evidence", {"dossier": DOSSIER, "object": EVIDENCE})
    shown = book.claim(PAPER, {"value.date": "2021-03-04"}, prop="charge.date", basis="document", evidence=EVIDENCE)
    book.check(shown)
    assert book.folded().claims[shown].standing.level is Level.CHECKED
    book.decide("author", "authentic", scan)
    assert book.folded().claims[shown].standing.level is Level.CHECKED, "who brought it does not judge it"
    book.decide("cesa", "authentic", scan)
    assert book.folded().claims[shown].standing.level is Level.VERIFIED


def test_the_latest_judgement_of_a_source_decides(book: Book) -> None:
    seen = book.claim(PERSON, {"value.bool": True})
    book.source(PERSON, "person", "E", recorded="2026-03-01T00:00:00Z")
    state = book.folded()
    assert state.sources[PERSON].grade == "E"
    assert state.claims[seen].standing.because[-1].because == "corroboration.source_is_lead_only"


def test_of_two_answers_in_one_second_the_later_in_the_device_decides(book: Book) -> None:
    body: dict[str, Value] = {"dossier": DOSSIER, "party": PERSON, "scope": "publish"}
    book.write("anna", "consent", {**body, "answer": "withdrawn"}, seq=8)
    book.write("anna", "consent", {**body, "answer": "given"}, seq=7)
    book.write("anna", "consent", {**body, "answer": "given", "recipient": "somebody"}, seq=9)
    consents = book.folded().consents
    assert consents[PERSON, "publish", ""].text("answer") == "withdrawn"
    assert consents[PERSON, "publish", "somebody"].text("answer") == "given"


def test_what_was_signed_after_the_compromise_counts_again_when_reconfirmed(book: Book) -> None:
    seen = book.claim(PERSON, {"value.bool": True})
    name = book.write("author", "entity", {"dossier": DOSSIER, "entity": SUBJECT, "kind": "person", "label": "Pryklad"})
    shaken = directory(removed=900, compromised=0)
    state = book.folded(shaken)
    assert state.claims[seen].standing.level is Level.UNCOUNTED and not state.entities
    for own in ("author", "author again"):
        book.decide(own, "reconfirm", seen, name)
        state = book.folded(shaken)
        assert state.claims[seen].standing.level is Level.UNCOUNTED and not state.entities
    book.decide("cesa", "reconfirm", seen, name)
    state = book.folded(shaken)
    assert state.claims[seen].standing.level is Level.OPEN and SUBJECT in state.entities


def test_what_was_signed_after_the_removal_never_counts(book: Book) -> None:
    seen = book.claim(PERSON, {"value.bool": True})
    name = book.write("author", "entity", {"dossier": DOSSIER, "entity": SUBJECT, "kind": "person", "label": "Pryklad"})
    book.decide("cesa", "reconfirm", seen, name)
    state = book.folded(directory(removed=0))
    assert state.claims[seen].standing.level is Level.UNCOUNTED and not state.entities


def test_records_that_this_version_cannot_read_are_listed_and_count_for_nothing(book: Book) -> None:
    unknown = book.claim(PERSON, {"value.text": "?"}, prop="future.fact")
    unfit = book.claim(PERSON, {"value.text": "yes"})
    book.write("anna", "horoscope", {})
    future = Record(book.records[-1].ref, book.records[-1].header, {}, known=False)
    book.records[-1] = future
    state = book.folded()
    assert state.unread == tuple(sorted([unknown, unfit, future.ref])) and not state.claims


def test_contradictions_are_grouped_by_what_they_are_about(book: Book) -> None:
    yes, no = book.claim(PERSON, {"value.bool": True}), book.claim(PAPER, {"value.bool": False})
    three, four = (book.claim(PERSON, {"value.number": n}, prop="detention.days") for n in ("3", "4"))
    state = book.folded()
    assert {frozenset(group) for group in state.contradictions} == {frozenset((yes, no)), frozenset((three, four))}
    assert state.claims[yes].contested


def test_a_decision_about_many_claims_is_a_ruling_on_each(book: Book) -> None:
    book.decide("anna", "check", b"1" * 32, b"2" * 32)
    book.decide("anna", "distinct", parties=(PERSON, PAPER))
    many, parties = (rulings_of(record, directory()) for record in book.records[-2:])
    assert [r.target for r in many] == [b"1" * 32, b"2" * 32] and {r.member for r in many} == {MEMBERS["anna"]}
    assert [(r.target, r.parties) for r in parties] == [(b"", (PERSON, PAPER))]


def test_a_claim_is_read_with_its_canonical_value(book: Book) -> None:
    book.claim(PERSON, {"value.listed": True, "value.list": ("light", "cold"), "value.partial": True}, prop="harm.means")
    book.claim(PERSON, {"value.listed": True}, prop="harm.means")
    some, none = (said_of(record, directory(), VOCABULARY) for record in book.records[-2:])
    assert some is not None and (some.value, some.partial, some.author, some.counts) == ("cold; light", True, MEMBERS["author"], True)
    assert none is not None and (none.value, none.partial) == ("", False)


def test_unknown_properties_have_no_class_and_no_type() -> None:
    assert (klass_of(VOCABULARY)("harm.beaten"), kind_of(VOCABULARY)("harm.beaten")) == ("first_hand", "bool")
    assert (klass_of(VOCABULARY)("future.fact"), kind_of(VOCABULARY)("future.fact")) == ("", "")


def test_a_source_keeps_what_it_repeats(book: Book) -> None:
    more: dict[str, Value] = {"upstream": (PERSON,), "circle": "cell"}
    book.write("anna", "source", {"dossier": DOSSIER, "source": PAPER, "code": "K", "kind": "media", "grade": "C", **more})
    source = source_of(book.records[-1])
    assert (source.upstream, source.circle, source.kind, source.grade) == ((PERSON,), "cell", "media", "C")


def test_submissions_and_notes_have_their_place(book: Book) -> None:
    sent = book.write("anna", "submission", {"dossier": DOSSIER, "brief": b"b" * 32, "mechanism": "UPR"})
    book.write("anna", "note", {"dossier": DOSSIER, "note": PERSON, "title": "old", "text": ""})
    book.write("anna", "note", {"dossier": DOSSIER, "note": PERSON, "title": "new", "text": ""}, recorded="2026-02-02T00:00:00Z")
    state = book.folded()
    assert set(state.submissions) == {sent} and state.notes[PERSON].text("title") == "new"


def test_five_thousand_records_fold_in_a_moment(book: Book) -> None:
    """A bound that a slow machine under load keeps: the fold is linear, not quadratic."""
    claims = []
    for number in range(3200):
        subject = (number // 2).to_bytes(16, "big")
        claims.append(book.claim(PERSON if number % 2 else PAPER, {"value.bool": True}, subject=subject))
    for number in range(1800):
        book.decide(("anna", "bela", "cesa")[number % 3], "check", *claims[number : number + 2])
    gc.collect()
    started = time.process_time()
    state = book.folded()
    assert time.process_time() - started < 1.0
    assert len(state.claims) == 3200 and any(c.standing.level is Level.VERIFIED for c in state.claims.values())
