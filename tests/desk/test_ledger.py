"""What enters the ledger is there as a whole, once, in its place in the chain, and worth what the rules say."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from letapis.core.canonical import commitment
from letapis.core.errors import Busy, Damaged, Locked
from letapis.core.merkle import leaf_hash, root_of
from letapis.core.records import BOTH_SIGNATURES, Draft, Value
from letapis.core.standing import Level
from letapis.desk import ledger, logs, people
from letapis.desk.audit import audit
from letapis.desk.dossiers import new_dossier
from letapis.desk.opening import Desk
from letapis.engines.db import models


class Case:
    """A dossier with one person and one source at a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.dossier = new_dossier(desk, "P-1", "Pryklad", "person", "Vydumka Prykladny")
        row = models.Dossier.objects.using(desk.store.alias).get(dossier=self.dossier)
        self.work, self.raw = bytes(row.work), bytes(row.raw)
        self.person = bytes(models.Entity.objects.using(desk.store.alias).get().entity)
        self.source = desk.randomness(16)
        ledger.append(desk, [self.source_draft()])

    def source_draft(self, source: bytes = b"", code: str = "S1", grade: str = "B") -> Draft:
        body: dict[str, Value] = {"dossier": self.dossier, "source": source or self.source, "code": code, "kind": "person", "grade": grade}
        return Draft("source", self.work, body)

    def claim(self, prop: str = "detention.reasons_given", **more: Value) -> Draft:
        body: dict[str, Value] = {"dossier": self.dossier, "subject": self.person, "property": prop, "source": self.source, "basis": "saw"}
        return Draft("claim", self.work, body | ({} if any(name.startswith("value") for name in more) else {"value.bool": True}) | more)

    def decision(self, kind: str, *targets: bytes, **more: Value) -> Draft:
        return Draft("decision", self.work, {"dossier": self.dossier, "kind": kind, "targets": targets, **more})


@pytest.fixture
def case(desk: Desk) -> Case:
    return Case(desk)


def level_of(desk: Desk, ref: bytes) -> Level:
    return Level(models.Claim.objects.using(desk.store.alias).get(ref=ref).level)


def test_record_is_row_leaf_claim_and_hit_at_once(case: Case) -> None:
    (record,) = ledger.append(case.desk, [case.claim()])
    store = case.desk.store
    row = models.Record.objects.using(store.alias).get(ref=record.ref)
    assert (row.seq, row.type, row.state) == (record.header.seq, "claim", models.Record.OK)
    claim = models.Claim.objects.using(store.alias).get(id=row.id)
    assert (bytes(claim.ref), claim.value, claim.level, bytes(claim.author)) == (record.ref, "true", Level.OPEN, case.desk.me)
    log = logs.log_of(store, case.desk.device, case.desk.origin)
    leaf = models.LogLeaf.objects.using(store.alias).get(id=(log.number << logs.SHIFT) + record.header.seq)
    assert bytes(leaf.hash) == logs.leaf_of(record.ref)
    assert log.frontier.size == record.header.seq + 1 and log.head == record.ref


def test_chain_links_each_record_to_the_one_before(case: Case) -> None:
    first, second = ledger.append(case.desk, [case.claim(), case.claim()])
    (third,) = ledger.append(case.desk, [case.claim()])
    assert second.header.prev == first.ref and third.header.prev == second.ref
    assert [r.header.seq for r in (first, second, third)] == list(range(first.header.seq, first.header.seq + 3))


def test_what_is_returned_is_what_opens_from_the_database(case: Case) -> None:
    made = ledger.append(case.desk, [case.claim(page="4", scopes=("court", "letters")), case.source_draft(b"s" * 16, "S2")])
    opened = ledger.opened_by_ref(case.desk, [record.ref for record in made])
    assert [opened[record.ref].record for record in made] == made
    for one in opened.values():
        assert commitment(one.sealed.key, one.sealed.digest) == one.record.ref


def test_a_claim_carries_one_signature_and_a_decision_both(case: Case) -> None:
    (claim,) = ledger.append(case.desk, [case.claim()])
    (decision,) = ledger.append(case.desk, [case.decision("retract", claim.ref)])
    opened = ledger.opened_by_ref(case.desk, [claim.ref, decision.ref])
    assert [s.alg for s in opened[claim.ref].sealed.signatures] == [1]
    assert [s.alg for s in opened[decision.ref].sealed.signatures] == [1, 6]
    assert "claim" not in BOTH_SIGNATURES


def test_a_bad_body_leaves_nothing_behind(case: Case) -> None:
    before = case.desk.store.rows("SELECT count(*) FROM db_record")
    with pytest.raises(Damaged):
        ledger.append(case.desk, [case.claim(), Draft("claim", case.work, {"dossier": case.dossier})])
    assert case.desk.store.rows("SELECT count(*) FROM db_record") == before
    (record,) = ledger.append(case.desk, [case.claim()])
    assert record.header.seq == before[0][0]


def test_what_does_not_fit_a_column_is_refused_by_code(case: Case) -> None:
    for prop, code in (("x" * 61, "ledger.too_long"), ("detention.reasons_given", "ledger.id_length")):
        with pytest.raises(Damaged) as fault:
            ledger.append(case.desk, [case.claim(prop) if len(prop) > 60 else case.claim(evidence=b"short")])
        assert fault.value.code == code


def test_a_compartment_without_key_is_locked(case: Case) -> None:
    with pytest.raises(Locked) as fault:
        ledger.append(case.desk, [Draft("claim", b"?" * 16, case.claim().body)])
    assert fault.value.code == "keys.no_compartment"


def test_given_ids_are_used_and_never_twice(case: Case) -> None:
    (record,) = ledger.append(case.desk, [case.claim()], [b"i" * 16])
    assert record.header.id == b"i" * 16
    for ids in ([b"i" * 16], [b"j" * 16, b"j" * 16]):
        with pytest.raises(Damaged):
            ledger.append(case.desk, [case.claim()] * len(ids), ids)


def test_author_cannot_check_own_claim(case: Case) -> None:
    (claim,) = ledger.append(case.desk, [case.claim()])
    ledger.append(case.desk, [case.decision("check", claim.ref)])
    assert level_of(case.desk, claim.ref) is Level.OPEN


def test_a_retraction_reaches_the_claim_at_once(case: Case) -> None:
    (claim,) = ledger.append(case.desk, [case.claim()])
    ledger.append(case.desk, [case.decision("retract", claim.ref)])
    assert level_of(case.desk, claim.ref) is Level.RETRACTED


def test_contradicting_claims_stand_side_by_side(case: Case) -> None:
    ledger.append(case.desk, [case.claim(), case.claim(**{"value.bool": False})])
    assert [c.contested for c in models.Claim.objects.using(case.desk.store.alias).all()] == [True, True]


def test_a_correction_replaces_what_it_names(case: Case) -> None:
    (old,) = ledger.append(case.desk, [case.claim()])
    ledger.append(case.desk, [case.claim(**{"value.bool": False, "replaces": old.ref})])
    assert [(c.replaced, c.contested) for c in models.Claim.objects.using(case.desk.store.alias).order_by("id")] == [(True, False), (False, False)]


def test_a_property_from_the_future_counts_for_nothing(case: Case) -> None:
    (claim,) = ledger.append(case.desk, [case.claim("future.property")])
    assert level_of(case.desk, claim.ref) is Level.UNCOUNTED


def test_a_source_judged_anew_changes_what_rests_on_it(case: Case) -> None:
    other = b"t" * 16
    ledger.append(case.desk, [case.source_draft(other, "S2"), case.claim(), case.claim(source=other)])
    ledger.append(
        case.desk,
        [Draft("decision", case.work, {"dossier": case.dossier, "kind": "distinct", "parties": (case.source, other), "reason": "met both"})],
    )
    assert [c.independent for c in models.Claim.objects.using(case.desk.store.alias).all()] == [2, 2]
    ledger.append(case.desk, [case.source_draft(other, "S2", "E")])
    assert [c.independent for c in models.Claim.objects.using(case.desk.store.alias).order_by("id")] == [1, 1]


def test_the_later_of_two_records_of_one_second_wins(case: Case) -> None:
    case.desk.clock.now = case.desk.clock.now.replace(year=2020)  # type: ignore[attr-defined]  # the test's clock went back
    older, newer = b"u" * 16, b"v" * 16
    ledger.append(case.desk, [case.source_draft(older, "S2", "A"), case.source_draft(newer, "S3", "C"), case.source_draft(older, "S2", "D")])
    grades = {s.code: s.grade for s in models.Source.objects.using(case.desk.store.alias).all()}
    assert grades == {"S1": "B", "S2": "D", "S3": "C"}


def test_log_root_is_that_of_all_leaves(case: Case) -> None:
    ledger.append(case.desk, [case.claim() for _ in range(600)])
    log = logs.log_of(case.desk.store, case.desk.device, case.desk.origin)
    refs = [bytes(row[0]) for row in case.desk.store.rows("SELECT ref FROM db_record ORDER BY seq")]
    assert log.frontier.root() == root_of([leaf_hash(b"\x01" + ref) for ref in refs])
    assert case.desk.store.rows("SELECT count(*) FROM db_lognode") == [(len(refs) // 256,)]


def test_directory_gives_the_author_and_survives_reopening(case: Case) -> None:
    assert people.directory(case.desk).member_of(case.desk.device) == case.desk.me
    case.desk.kept.clear()
    assert people.directory(case.desk).member_of(case.desk.device) == case.desk.me
    assert case.desk.reader("work").compartments == frozenset(case.desk.epochs())


def test_reader_of_a_former_member_sees_nothing(case: Case) -> None:
    case.desk.store.run("UPDATE db_member SET state = 'removed'")
    assert case.desk.reader("work").compartments == frozenset()


def test_a_failure_in_the_middle_changes_nothing_and_is_named(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    before = case.desk.store.rows("SELECT count(*) FROM db_record")

    def full(*_: object) -> Any:
        raise Busy("disk.full")

    with monkeypatch.context() as patch:
        patch.setattr(logs, "save", full)
        with pytest.raises(Busy):
            ledger.append(case.desk, [case.claim()])
    assert case.desk.store.rows("SELECT count(*) FROM db_record") == before
    assert people.directory(case.desk).member_of(case.desk.device) == case.desk.me
    ledger.append(case.desk, [case.claim()])


def test_an_append_that_fails_inside_a_larger_step_leaves_nothing_of_itself_there(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever goes on after it has the chain as it was before: neither half a record nor its place."""
    desk = case.desk

    def full(*_: object) -> Any:
        raise Busy("disk.full")

    before = ledger.newest(desk)
    with desk.store.transaction():
        ledger.append(desk, [case.claim()])
        with monkeypatch.context() as patch, pytest.raises(Busy):
            patch.setattr(logs, "save", full)
            ledger.append(desk, [case.claim(), case.claim()])
        ledger.append(desk, [case.claim()])
    assert ledger.newest(desk) == before + 2 and audit(desk, processes=1).faults == ()


def test_nothing_to_record_is_nothing(desk: Desk, found: Callable[..., bytes]) -> None:
    assert ledger.append(desk, []) == []


def test_batches_one_after_the_other_are_one_chain(case: Case) -> None:
    """Each next batch is signed beside the one before; who records in between takes the place, and the batch is signed anew."""
    desk = case.desk
    batches = ([case.claim() for _ in range(3)] for _ in range(4))
    sizes = []
    for number, size in enumerate(ledger.append_each(desk, batches)):
        sizes.append(size)
        if number == 1:
            ledger.append(desk, [case.source_draft(desk.randomness(16), "S2")])
    assert sizes == [3, 3, 3, 3] and audit(desk, processes=1).faults == ()
    rows = models.Record.objects.using(desk.store.alias).order_by("seq").values_list("type", flat=True)
    assert list(rows)[-13:] == ["claim"] * 6 + ["source"] + ["claim"] * 6


def test_a_batch_without_a_draft_records_nothing_and_stops_nothing(case: Case) -> None:
    desk = case.desk
    before = ledger.newest(desk)
    assert list(ledger.append_each(desk, [])) == [] and list(ledger.append_each(desk, [[]])) == [0]
    assert list(ledger.append_each(desk, [[], [case.claim()], [], [], [case.claim(), case.claim()], []])) == [0, 1, 0, 0, 2, 0]
    assert ledger.newest(desk) == before + 3 and audit(desk, processes=1).faults == ()


def test_a_batch_that_does_not_fit_leaves_those_before_it(case: Case) -> None:
    desk = case.desk
    before = ledger.newest(desk)
    with pytest.raises(Damaged, match=r"record\.body_field"):
        list(ledger.append_each(desk, [[case.claim()], [case.claim(), case.claim(other="x")], [case.claim()]]))
    assert ledger.newest(desk) == before + 1
    ledger.append(desk, [case.claim()])
    assert audit(desk, processes=1).faults == ()


def test_a_batch_for_a_compartment_without_a_key_leaves_those_before_it(case: Case) -> None:
    desk = case.desk
    before = ledger.newest(desk)
    with pytest.raises(Locked, match=r"keys\.no_compartment"):
        list(ledger.append_each(desk, [[case.claim()], [replace(case.claim(), compartment=bytes(16))]]))
    assert ledger.newest(desk) == before + 1 and audit(desk, processes=1).faults == ()


def test_who_stops_between_two_batches_keeps_what_is_recorded(case: Case) -> None:
    desk = case.desk
    before, each = ledger.newest(desk), ledger.append_each(desk, ([case.claim()] for _ in range(5)))
    assert next(each) == 1
    each.close()
    assert ledger.newest(desk) == before + 1 and ledger.append(desk, [case.claim()]) and audit(desk, processes=1).faults == ()


def test_ids_of_a_long_append_stand_together_and_those_of_a_short_one_tell_nothing(case: Case) -> None:
    long, short = ([one.header.id for one in ledger.append(case.desk, [case.claim() for _ in range(count)])] for count in (100, 40))
    assert len({one[0] for one in long}) == 1 < len({one[0] for one in short})
    assert len({one[1:5] for one in (*long, *short)}) == 140 and {len(one) for one in (*long, *short)} == {16}
