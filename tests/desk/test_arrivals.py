"""Records from elsewhere: a union that does not depend on order, where nothing unsound counts for anything."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letapis.core.canonical import RecordSignature, commitment, digest_of, seal_bytes, written
from letapis.core.records import Draft, Header, Value, flatten
from letapis.core.standing import Level
from letapis.desk import ledger, people
from letapis.desk.chain import about
from letapis.desk.dossiers import new_dossier
from letapis.desk.opening import Desk
from letapis.engines import seal
from letapis.engines.db import models
from tests.desk.tables import projections

Carry = Callable[..., ledger.Receipt]
Pair = tuple[Desk, Desk]


def shared_dossier(desk: Desk) -> tuple[bytes, bytes, bytes, bytes]:
    """Dossier, its WORK compartment, its person and a source, recorded at ``desk``."""
    dossier = new_dossier(desk, "P-1", "Pryklad", "person", "Vydumka Prykladny")
    row = models.Dossier.objects.using(desk.store.alias).get(dossier=dossier)
    person = bytes(models.Entity.objects.using(desk.store.alias).get().entity)
    body: dict[str, Value] = {"dossier": dossier, "source": b"s" * 16, "code": "S1", "kind": "person", "grade": "B"}
    ledger.append(desk, [Draft("source", bytes(row.work), body)])
    return dossier, bytes(row.work), person, b"s" * 16


def claim(home: tuple[bytes, bytes, bytes, bytes], value: bool = True, **more: Value) -> Draft:
    dossier, work, person, source = home
    body: dict[str, Value] = {"dossier": dossier, "subject": person, "property": "detention.reasons_given", "source": source, "basis": "saw"}
    return Draft("claim", work, body | {"value.bool": value} | more)


def decision(home: tuple[bytes, bytes, bytes, bytes], kind: str, *targets: bytes, **more: Value) -> Draft:
    return Draft("decision", home[1], {"dossier": home[0], "kind": kind, "targets": targets, **more})


def sealed_of(desk: Desk, where: str = "1 = 1") -> list[ledger.Arrived]:
    rows = desk.store.rows(f"SELECT compartment, epoch, rid, blob, wrap FROM db_record WHERE {where} ORDER BY id")
    return [ledger.Arrived(bytes(c), e, bytes(rid), bytes(blob), bytes(wrap)) for c, e, rid, blob, wrap in rows]


def forged(desk: Desk, draft: Draft, keys: seal.DeviceKeys, device: str, seq: int, prev: bytes, both: bool = False, **head: Any) -> ledger.Arrived:
    """A record that somebody made outside the ledger with these keys."""
    header = Header(**{"type": draft.type, "version": 1, "id": desk.randomness(16), "device": device, "compartment": draft.compartment,
                       "recorded": "2026-11-25T12:00:00Z", "seq": seq, "prev": prev, **head})  # fmt: skip
    key, seed, dek = desk.randomness(32), desk.randomness(32), desk.randomness(32)
    parts = written(flatten(draft, header))
    digest = digest_of(seed, parts)
    assert len(commitment(key, digest)) == 32
    signed = [RecordSignature(alg, device, signature) for alg, signature in seal.sign_record(keys, device, digest, both)]
    blob = seal.seal_record(dek, about(header.compartment, 1, header.id), seal_bytes(key, seed, parts, signed))
    (wrap,) = desk.agent.wrap_deks(header.compartment, 1, [(header.id, dek)])
    return ledger.Arrived(header.compartment, 1, header.id, blob, wrap)


def keys_of(number: int) -> seal.DeviceKeys:
    return seal.DeviceKeys.from_seed(bytes([number]) * 32)


def states(desk: Desk) -> list[tuple[int, str]]:
    return [
        (int(state), str(fault)) for state, fault in desk.store.rows("SELECT state, fault FROM db_record WHERE state <> 0 OR fault <> '' ORDER BY id")
    ]


def test_a_colleague_sees_what_was_recorded(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    (made,) = ledger.append(first, [claim(home)])
    receipt = carry(first, second)
    assert receipt.new > 0 and receipt.quarantined == () and receipt.evidence == ()
    assert projections(second) == projections(first)
    assert ledger.opened_by_ref(second, [made.ref])[made.ref].record == made


def test_the_same_records_again_change_nothing(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    ledger.append(first, [claim(home)])
    carry(first, second)
    before = projections(second)
    receipt = ledger.receive(second, [*sealed_of(first), *sealed_of(first)])
    assert (receipt.new, receipt.quarantined, receipt.evidence) == (0, (), ())
    assert receipt.known == 2 * len(sealed_of(first))
    assert projections(second) == before


def test_two_others_check_a_claim_across_desks(two_desks: Pair, carry: Carry, make_desk: Callable[..., Desk]) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    (made,) = ledger.append(first, [claim(home)])
    carry(first, second)
    ledger.append(second, [decision(home, "check", made.ref)])
    carry(second, first)
    for desk in two_desks:
        row = models.Claim.objects.using(desk.store.alias).get(ref=made.ref)
        assert (row.checks, row.level) == (1, Level.OPEN)
    ledger.append(second, [decision(home, "dispute", made.ref, reason="the date cannot be")])
    carry(second, first)
    assert models.Claim.objects.using(first.store.alias).get(ref=made.ref).level == Level.DISPUTED


def test_a_record_of_an_unknown_device_waits_until_the_directory_knows_it(two_desks: Pair, carry: Carry, make_desk: Callable[..., Desk]) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    carry(first, second)
    third = make_desk(3)
    org = bytes(first.store.rows("SELECT compartment FROM db_compartment WHERE klass = 'ORG'")[0][0])
    from tests.conftest import device_body, member_body

    ledger.trust_root(third, people.root(first))
    carry(first, third)
    (made,) = ledger.append(third, [claim(home)])
    receipt = ledger.receive(first, sealed_of(third, "type = 'claim'"))
    assert receipt.quarantined == ("ledger.unknown_device",)
    assert states(first) == [(2, "ledger.unknown_device")]
    assert not models.Claim.objects.using(first.store.alias).exists()
    drafts = [Draft("member", org, member_body(third.me, "Treci", keeper=False)), Draft("device", org, device_body(third.agent))]
    entries = ledger.append(first, drafts)
    assert not models.Claim.objects.using(first.store.alias).exists()  # two keepers are needed, and one has spoken
    carry(first, second)
    ledger.append(second, [Draft("decision", org, {"kind": "endorse", "targets": tuple(entry.ref for entry in entries)})])
    carry(second, first)
    assert states(first) == []
    assert bytes(models.Claim.objects.using(first.store.alias).get(ref=made.ref).author) == third.me


def test_a_forged_signature_is_kept_apart(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    carry(first, second)
    bad = forged(first, claim(home), keys_of(9), second.device, 0, b"")
    assert ledger.receive(first, [bad]).quarantined == ("ledger.signature",)
    assert states(first) == [(2, "ledger.signature")]
    assert not models.Claim.objects.using(first.store.alias).exists()


def test_a_decision_needs_both_signatures(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    (made,) = ledger.append(first, [claim(home)])
    one = forged(first, decision(home, "dispute", made.ref, reason="so"), keys_of(2), second.device, 0, b"", both=False)
    assert ledger.receive(first, [one]).quarantined == ("ledger.signature_missing",)
    both = forged(first, decision(home, "dispute", made.ref, reason="so"), keys_of(2), second.device, 0, b"", both=True)
    assert ledger.receive(first, [both]).quarantined == ()
    assert models.Claim.objects.using(first.store.alias).get(ref=made.ref).level == Level.DISPUTED


def test_two_records_at_one_place_are_evidence_of_a_fork(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    pair = [forged(first, claim(home, value), keys_of(2), second.device, 0, b"") for value in (True, False)]
    assert ledger.receive(first, pair[:1]).evidence == ()
    assert ledger.receive(first, pair[1:]).evidence == ("ledger.fork",)
    assert models.Claim.objects.using(first.store.alias).count() == 2  # both are signed; what they are worth is for people to say
    assert states(first) == [(0, "ledger.fork")]


def test_a_record_that_names_another_one_before_it_is_evidence(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    ledger.receive(first, [forged(first, claim(home), keys_of(2), second.device, 0, b"")])
    assert ledger.receive(first, [forged(first, claim(home), keys_of(2), second.device, 1, b"x" * 32)]).evidence == ("ledger.prev_differs",)


def test_a_gap_is_no_fault(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    receipt = ledger.receive(first, [forged(first, claim(home), keys_of(2), second.device, 7, b"x" * 32)])
    assert (receipt.new, receipt.quarantined, receipt.evidence) == (1, (), ())


def test_a_type_from_the_future_is_kept_and_counts_for_nothing(two_desks: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    newer = forged(first, claim(home), keys_of(2), second.device, 0, b"", version=2)
    receipt = ledger.receive(first, [newer])
    assert (receipt.new, receipt.quarantined) == (1, ())
    assert states(first) == [(1, "")]
    assert not models.Claim.objects.using(first.store.alias).exists()


@pytest.mark.parametrize("spoil", ["blob", "wrap", "rid", "epoch", "compartment"])
def test_what_does_not_open_is_reported_and_not_kept(two_desks: Pair, spoil: str) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    good = forged(first, claim(home), keys_of(2), second.device, 0, b"")
    parts = {"compartment": good.compartment, "epoch": good.epoch, "rid": good.rid, "blob": good.blob, "wrap": good.wrap}
    parts[spoil] = 2 if spoil == "epoch" else bytes([parts[spoil][0] ^ 1]) + parts[spoil][1:]  # type: ignore[index]
    receipt = ledger.receive(first, [ledger.Arrived(**parts), good])  # type: ignore[arg-type]
    assert receipt.new == 1 and len(receipt.quarantined) == 1 and receipt.quarantined[0].split(".")[0] in ("seal", "keys")


def test_a_value_that_fits_no_column_spoils_only_its_own_record(two_desks: Pair) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    odd = forged(first, claim(home, page="p" * 500), keys_of(2), second.device, 0, b"")
    nul = forged(first, claim(home, page="a\x00b"), keys_of(2), second.device, 1, b"x" * 32)
    huge = Draft("as_said", home[1], {"dossier": home[0], "note": b"n" * 16, "start": 2**63, "end": 2**63 + 1, "text": "t", "language": "be"})
    receipt = ledger.receive(first, [odd, nul, forged(first, huge, keys_of(2), second.device, 9, b"x" * 32)])
    assert sorted(receipt.quarantined) == ["ledger.out_of_range", "ledger.too_long"]
    assert models.Claim.objects.using(first.store.alias).get().anchor == "a␀b"


def test_an_id_that_another_record_bears_is_refused(two_desks: Pair) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    (made,) = ledger.append(first, [claim(home)])
    assert ledger.receive(first, [forged(first, claim(home), keys_of(2), second.device, 0, b"", id=made.header.id)]).quarantined == (
        "ledger.id_twice",
    )


def test_a_dossier_does_not_move_to_another_compartment(two_desks: Pair) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    org = bytes(first.store.rows("SELECT compartment FROM db_compartment WHERE klass = 'ORG'")[0][0])
    body: dict[str, Value] = {"dossier": home[0], "code": "P-1", "title": "T", "subject_kind": "person", "work": org, "raw": org, "pub": org}
    later = {"recorded": "2030-01-01T00:00:00Z"}
    receipt = ledger.receive(first, [forged(first, Draft("dossier", org, body), keys_of(2), second.device, 0, b"", **later)])
    assert receipt.quarantined == ()
    assert bytes(models.Dossier.objects.using(first.store.alias).get(dossier=home[0]).work) == home[1]
    elsewhere = forged(first, Draft("dossier", home[1], body), keys_of(2), second.device, 1, b"x" * 32, **later)
    assert ledger.receive(first, [elsewhere]).quarantined == ("ledger.other_compartment",)


def compromise(desk: Desk, org: bytes, device: Desk, since: int) -> None:
    """The keepers mark ``device`` compromised from a size of its log on; here the lone founder's word is asked for first."""
    size = device.store.rows("SELECT size FROM db_logstate WHERE device = %s", (device.device,))[0][0]
    body: dict[str, Value] = {"device": device.device, "log": (device.origin,), "size": (int(size),), "root": (b"r" * 32,)}
    ledger.append(desk, [Draft("removal", org, body | {"compromised_since": since, "reason": "lost"})])


def test_what_a_compromised_device_signed_counts_for_nothing_and_rebuild_agrees(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    carry(first, second)
    (made,) = ledger.append(first, [claim(home)])
    carry(first, second)
    ledger.append(second, [decision(home, "dispute", made.ref, reason="no")])
    ledger.append(second, [Draft("entity", home[1], {"dossier": home[0], "entity": b"e" * 16, "kind": "person", "label": "Druhi"})])
    carry(second, first)
    assert models.Claim.objects.using(first.store.alias).get(ref=made.ref).level == Level.DISPUTED
    org = bytes(first.store.rows("SELECT compartment FROM db_compartment WHERE klass = 'ORG'")[0][0])
    compromise(first, org, second, 0)
    assert people.directory(first).counts(second.device, 0) is False
    assert models.Claim.objects.using(first.store.alias).get(ref=made.ref).level == Level.OPEN
    assert not models.Entity.objects.using(first.store.alias).filter(entity=b"e" * 16).exists()
    live = projections(first)
    ledger.rebuild(first)
    assert projections(first) == live


# --- laws -------------------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False), cuts=st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_union_does_not_depend_on_order(
    two_desks: Pair, make_desk: Callable[..., Desk], carry: Carry, order: random.Random, cuts: Sequence[int]
) -> None:
    first, second = two_desks
    if not models.Dossier.objects.using(first.store.alias).exists():
        home = shared_dossier(first)
        made = ledger.append(first, [claim(home), claim(home, False), claim(home, source=b"t" * 16)])
        carry(first, second)
        other: dict[str, Value] = {"dossier": home[0], "source": b"t" * 16, "code": "S2", "kind": "person", "grade": "C"}
        (dispute,) = ledger.append(second, [decision(home, "dispute", made[0].ref, reason="no")])
        ledger.append(second, [decision(home, "check", made[1].ref, made[2].ref), Draft("source", home[1], other)])
        ledger.append(second, [decision(home, "withdraw", dispute.ref), claim(home, replaces=made[2].ref, source=b"t" * 16)])
        carry(second, first)
    third = make_desk(4)
    ledger.trust_root(third, people.root(first))
    for compartment, epoch in first.epochs().items():
        (wrap,) = first.agent.export_compartment(compartment, epoch, [third.agent.me().public])
        third.agent.load_compartments([(compartment, epoch, wrap)])
    sealed = sealed_of(first)
    order.shuffle(sealed)
    at = 0
    while at < len(sealed):
        size = cuts[at % len(cuts)]
        ledger.receive(third, sealed[at : at + size])
        at += size
    assert projections(third) == projections(first)
    live = projections(third)
    ledger.rebuild(third)
    assert projections(third) == live


def test_a_device_whose_names_or_keys_fit_nothing_is_set_apart(two_desks: Pair) -> None:
    from tests.conftest import device_body

    first, second = two_desks
    org = next(iter(first.epochs()))
    good = device_body(second.agent)
    changes: list[dict[str, Value]] = [
        {"device": "d" * 65},
        {"log": "l" * 129},
        {"ed25519": bytes(32)},
        {"kem": b"k"},
        {"label": "l" * 101},
        {"member": b"m"},
    ]
    for number, change in enumerate(changes):
        draft = Draft("device", org, good | {"device": f"new{number}", "log": f"log.invalid/new{number}"} | change)
        receipt = ledger.receive(first, [forged(first, draft, keys_of(2), second.device, 100 + number, b"x" * 32, both=True)])
        assert len(receipt.quarantined) == 1
    assert {d.device for d in models.Device.objects.using(first.store.alias).all()} == {first.device, second.device}


def test_a_proposal_cannot_take_the_log_of_another_device(two_desks: Pair) -> None:
    from tests.conftest import device_body

    first, second = two_desks
    org = next(iter(first.epochs()))
    keys = keys_of(7).public
    named: dict[str, Value] = {"device": "device.invalid/thief", "log": first.origin, "ed25519": keys.record_ed25519, "mldsa44": keys.record_mldsa44}
    thief = Draft("device", org, device_body(second.agent) | named)
    receipt = ledger.receive(first, [forged(first, thief, keys_of(7), "device.invalid/thief", 0, b"", both=True)])
    assert (receipt.new, receipt.quarantined) == (1, ())
    assert first.store.rows("SELECT device FROM db_logstate WHERE origin = %s", (first.origin,)) == [(first.device,)]
    assert models.Device.objects.using(first.store.alias).get(device="device.invalid/thief").state == "proposed"


def test_a_locked_agent_is_no_fault_of_what_arrives(two_desks: Pair) -> None:
    from letapis.core.errors import Locked

    first, second = two_desks
    sealed = sealed_of(first)
    second.agent.lock()
    with pytest.raises(Locked) as fault:
        ledger.receive(second, sealed)
    assert fault.value.code == "keys.locked"
