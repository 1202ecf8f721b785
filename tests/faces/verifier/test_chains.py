"""Chains, tombstones, redaction and signatures over case files that are built here, record by record, by the core's own arithmetic."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from letapis.faces.verifier import verify

OBJECT, OTHER = b"o" * 16, b"p" * 16


def test_a_case_file_built_by_the_core_is_proven(build: Any) -> None:
    first = build.original("E-0001", b"photo", OBJECT)
    build.event("transfer", OBJECT, 1, [first])
    assert build.results() == {"E-0001": "OK", "bag": "OK", "exit": "0"}


def test_withheld_fields_are_counted_over_the_whole_chain(build: Any) -> None:
    first = build.original("E-0001", b"photo", OBJECT, hide=["h.recorded", "h.compartment"])
    build.event("transfer", OBJECT, 1, [first], hide=["h.id"])
    build.original("E-0002", b"other", OTHER)
    assert build.results() == {"E-0001": "REDACTED 3", "E-0002": "OK", "bag": "OK", "exit": "0"}


def test_a_missing_middle_step_is_a_gap(build: Any) -> None:
    first = build.original("E-0001", b"photo", OBJECT)
    second = build.event("transfer", OBJECT, 1, [first])
    build.event("transfer", OBJECT, 2, [second])
    del build.records["0002"]
    assert build.results()["E-0001"].startswith("FAIL custody gap")


def test_a_step_whose_parents_are_withheld_is_a_gap(build: Any) -> None:
    first = build.original("E-0001", b"photo", OBJECT)
    build.event("transfer", OBJECT, 1, [first], hide=["b.parents.0"])
    assert build.results()["E-0001"].startswith("FAIL custody gap")


@pytest.mark.parametrize("step", [0, 2, 7])
def test_a_step_that_does_not_follow_its_parents_fails(step: int, build: Any) -> None:
    first = build.original("E-0001", b"photo", OBJECT)
    build.event("transfer", OBJECT, step, [first])
    assert build.results()["E-0001"].startswith("FAIL custody chain")


def test_two_people_who_handled_one_object_apart_are_reported_and_joined(build: Any) -> None:
    first = build.original("E-0001", b"photo", OBJECT)
    left = build.event("transfer", OBJECT, 1, [first])
    right = build.event("fixity check", OBJECT, 1, [first])
    build.event("transfer", OBJECT, 2, [left, right])
    assert build.results() == {"E-0001": "OK", "bag": "OK", "exit": "0"}
    report = verify.verify_folder(build.bag(), build.policy, build.devices)
    assert "record 0001 is followed by two records, 0002 and 0003" in report["notes"]


@pytest.mark.parametrize("hidden", ["b.step", "b.object"])
def test_a_chain_that_hides_step_or_object_fails(hidden: str, build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT, hide=[hidden])
    assert build.results()["E-0001"].startswith("FAIL custody chain")


def test_a_hidden_withdrawal_shows_as_a_gap(build: Any) -> None:
    """The record of a shredding without the tombstone: what it shredded is neither here nor withdrawn."""
    build.original("E-0001", b"photo", OBJECT)
    gone = build.original("E-0002", b"gone", OTHER)
    build.event("shredding", OTHER, 1, [gone], more={"ground": ("text", "consent withdrawn")})
    build.withdraw("E-0002", gone, "consent withdrawn", "0003")
    assert build.results() == {"E-0001": "OK", "E-0002": "WITHDRAWN", "bag": "OK", "exit": "0"}
    build.tombstones.clear()
    build.stones.clear()
    build.items.pop()
    assert build.results()["record 0003"].startswith("FAIL custody gap")


def test_a_step_taken_out_of_a_chain_that_stays_is_said(build: Any) -> None:
    """A sender shreds one inconvenient step, with tombstone and record of the shredding: the item is proven, and the hole is told."""
    first = build.original("E-0001", b"photo", OBJECT)
    inconvenient = build.event("modification", OBJECT, 1, [first])
    build.event("fixity check", OBJECT, 2, [inconvenient])
    build.record("shredding", {"ground": ("text", "error"), "parents.0": ("ref", inconvenient)})
    build.withdraw("W0001", inconvenient, "error", "0004")
    assert build.results()["W0001"] == "WITHDRAWN"
    notes = verify.verify_folder(build.bag(), build.policy, build.devices)["notes"]
    assert [note for note in notes if note.startswith("record 0003 ") and "this chain is not whole" in note]
    assert not [note for note in notes if "followed by two" in note], "the record of the shredding is no second pair of hands"


def test_a_step_that_calls_itself_a_shredding_tells_the_hole_before_it(build: Any) -> None:
    first = build.original("E-0001", b"photo", OBJECT)
    inconvenient = build.event("modification", OBJECT, 1, [first])
    build.event("shredding", OBJECT, 2, [inconvenient], more={"ground": ("text", "error")})
    build.withdraw("W0001", inconvenient, "error", "0003")
    assert build.results()["W0001"] == "WITHDRAWN"
    notes = verify.verify_folder(build.bag(), build.policy, build.devices)["notes"]
    assert [note for note in notes if note.startswith("record 0003 ") and "this chain is not whole" in note]


@pytest.mark.parametrize("kind", ["shredding", "custody"])
def test_nothing_is_hidden_behind_a_record_that_shows_no_step(kind: str, build: Any) -> None:
    """A record of a shredding, or one of which everything is withheld, stands where a step was, and what it followed is not here."""
    build.original("E-0001", b"photo", OBJECT)
    told = {"object": ("bytes", OBJECT), "step": ("uint", 2), "parents.0": ("ref", b"x" * 32)}
    hide = ["b.object", "b.step", *(["b.parents.0"] if kind == "custody" else [])]
    between = build.record(kind, told, hide=hide)
    build.event("fixity check", OBJECT, 3, [between])
    assert build.results()["E-0001"].startswith("FAIL custody chain (a record before it shows no step")


def test_a_step_that_follows_the_chain_of_another_object_fails(build: Any) -> None:
    """A gap is not closed by naming a record of something else."""
    build.original("E-0001", b"photo", OBJECT)
    other = build.original("E-0002", b"other", OTHER)
    build.event("transfer", OBJECT, 1, [other])
    assert build.results()["E-0001"].startswith("FAIL custody chain (a record before it is of another object")


@pytest.mark.parametrize("hidden", [[], ["b.object"]])
def test_a_step_behind_a_record_whose_object_is_not_shown_fails(hidden: list[str], build: Any) -> None:
    first = build.original("E-0001", b"photo", OBJECT)
    between = build.record("custody", {"object": ("bytes", OBJECT), "step": ("uint", 1), "parents.0": ("ref", first)}, hide=["b.object"])
    build.record("custody", {"object": ("bytes", OBJECT), "step": ("uint", 2), "parents.0": ("ref", between)}, hide=hidden)
    assert any(result.startswith("FAIL custody chain") for result in build.results().values())


def _withdrawn(build: Any, event: str = "shredding", ground: str = "consent withdrawn", parent: bytes | None = None, **options: Any) -> str:
    build.original("E-0001", b"photo", OBJECT)
    gone = build.original("E-0002", b"gone", OTHER)
    build.event(event, OTHER, 1, [parent or gone], more={"ground": ("text", "consent withdrawn")}, **options)
    build.withdraw("E-0002", gone, ground, "0003")
    return str(build.results()["E-0002"])


def test_withdrawn_item(build: Any) -> None:
    assert _withdrawn(build) == "WITHDRAWN"


def _ordered(build: Any, names: str) -> dict[str, Any]:
    """The record of a shredding names an order, which names ``gone`` or something else."""
    build.original("E-0001", b"photo", OBJECT)
    gone = build.original("E-0002", b"gone", OTHER)
    order = build.record("shred_order", {"ground": ("text", "error"), "commitments.0": ("ref", gone if names == "gone" else b"x" * 32)})
    build.record("decision", {"kind": ("text", "endorse"), "targets.0": ("ref", order)})
    build.record("shredding", {"ground": ("text", "error"), "order": ("ref", order), "parents.0": ("ref", gone)})
    build.withdraw("E-0002", gone, "error", "0005")
    report = verify.verify_folder(build.bag(), build.policy, build.devices)
    assert report["exit"] == 0
    return report


def test_a_signature_from_the_future_is_said(build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    build.original("E-0001", b"photo", OBJECT)

    def notes() -> list[str]:
        found = verify.verify_folder(build.bag(), build.policy, build.devices)["notes"]
        return [note for note in found if "later than the clock of this computer" in note]

    assert notes() == []
    monkeypatch.setattr(verify.time, "time", lambda: 1_000_000_000.0)
    assert len(notes()) == 2, "the log and the witness"


def test_a_withdrawal_says_on_whose_word_it_rests(build: Any) -> None:
    report = _ordered(build, "gone")
    device = build.device.name
    assert report["withdrawn"] == [{"item": "E-0002", "record": "0005", "device": device, "order": "0003", "signed_by": [device]}]
    assert any(note.startswith("E-0002: withdrawn by an order (record 0003)") for note in report["notes"])


def test_an_order_that_names_something_else_is_nobodys_word(build: Any) -> None:
    report = _ordered(build, "other")
    assert (report["withdrawn"][0]["order"], report["withdrawn"][0]["signed_by"]) == ("", [])
    assert any(note.startswith("E-0002: withdrawn on the word of one device") for note in report["notes"])


@pytest.mark.parametrize(
    "change",
    [
        {"event": "transfer"},
        {"ground": "another ground"},
        {"parent": b"x" * 32},
        {"hide": ["b.event"]},
        {"hide": ["b.ground"]},
        {"hide": ["b.parents.0"]},
    ],
    ids=str,
)
def test_a_tombstone_without_its_record_of_shredding_fails(change: dict[str, Any], build: Any) -> None:
    assert _withdrawn(build, **change).startswith("FAIL tombstone")


@pytest.mark.parametrize("change", ["commitment", "index", "record", "proof", "item", "gone"])
def test_a_tombstone_row_that_names_something_else_fails(change: str, build: Any) -> None:
    assert _withdrawn(build) == "WITHDRAWN"
    item, index, commitment, kind, ground, proof, record = build.tombstones[0].split(",")
    row = {
        "commitment": [item, index, build.commitments[0].hex(), kind, ground, proof, record],
        "index": [item, "0", commitment, kind, ground, proof, record],
        "record": [item, index, commitment, kind, ground, proof, "0001"],
        "proof": [item, index, commitment, kind, ground, "T-0009", record],
        "item": ["E-0001", index, commitment, kind, ground, proof, record],
        "gone": None,
    }[change]
    build.tombstones = [",".join(row)] if row else []
    results = build.results()
    assert results["exit"] == "1" and any(result.startswith("FAIL tombstone") for result in results.values())


def test_an_item_cannot_be_withdrawn_and_shown(build: Any) -> None:
    _withdrawn(build)
    first = build.commitments[0]
    build.items.append("E-0003,,,,withdrawn,")
    build.stones["T-0002"] = 0
    build.tombstones.append(f"E-0003,0,{first.hex()},x,consent withdrawn,T-0002,0003")
    assert build.results()["E-0003"].startswith("FAIL tombstone")


def test_two_records_of_one_device_with_one_number_are_a_fork(build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT)
    build.original("E-0002", b"other", OTHER, seq=0, prev=None)
    results = build.results()
    assert results["E-0001"].startswith("FAIL device chain") and results["E-0002"].startswith("FAIL device chain")


@pytest.mark.parametrize("header", [{"prev": b"x" * 32}, {"prev": None}, {"seq": 5}], ids=["other prev", "no prev", "other number"])
def test_a_device_chain_that_contradicts_itself_fails(header: dict[str, Any], build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT)
    build.original("E-0002", b"other", OTHER, **header)
    results = build.results()
    assert results["E-0001"] == "OK" and results["E-0002"].startswith("FAIL device chain")


def test_a_log_that_holds_a_device_in_another_order_fails(build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT, seq=3, prev=b"x" * 32)
    build.original("E-0002", b"other", OTHER, seq=1, prev=b"y" * 32)
    assert build.results()["E-0001"].startswith("FAIL device chain (the log has")


def test_records_of_a_device_may_be_left_out(build: Any) -> None:
    """A case file shows what concerns the case; the rest of the device's work is nobody's business."""
    build.original("E-0001", b"photo", OBJECT)
    build.original("E-0002", b"elsewhere", b"q" * 16)
    build.original("E-0003", b"other", OTHER)
    build.records.pop("0002")
    build.items.pop(1)
    build.payload.pop("data/originals/E-0002.bin")
    assert build.results() == {"E-0001": "OK", "E-0003": "OK", "bag": "OK", "exit": "0"}


def _claim(build: Any, both: bool, kind: str = "claim", **options: Any) -> dict[str, str]:
    build.original("E-0001", b"photo", OBJECT)
    build.record(kind, {"text": ("text", "x")}, both=both, **options)
    return dict(build.results())


def test_one_scheme_is_enough_on_a_claim_and_too_little_elsewhere(other_builder: Callable[[], Any]) -> None:
    assert _claim(other_builder(), both=False)["exit"] == "0"
    assert _claim(other_builder(), both=True)["exit"] == "0"
    for kind in ("custody", "consent", "decision", "member", "device", "release", "nobody_knows_this"):
        assert _claim(other_builder(), both=False, kind=kind)["record 0002"].startswith("FAIL device signature"), kind


def test_where_the_type_is_withheld_both_schemes_are_due(other_builder: Callable[[], Any]) -> None:
    assert _claim(other_builder(), both=False, hide=["h.type"])["record 0002"].startswith("FAIL device signature")
    assert _claim(other_builder(), both=True, hide=["h.type"])["exit"] == "0"


def test_the_device_in_the_header_must_be_the_one_that_signed(build: Any) -> None:
    assert _claim(build, both=True, device="device.example.org/other")["record 0002"].startswith("FAIL device signature")


def test_a_device_that_the_expert_does_not_know_fails(build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT)
    devices = "".join(f"device {type(build.device)('device.example.org/dev1', b'z' * 32).vkey(kind)}\n" for kind in (1, 6)).encode()
    (row,) = verify.verify_folder(build.bag(), build.policy, devices)["items"]
    assert row["result"].startswith("FAIL device key")


def test_a_signature_of_another_record_fails(build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT)
    build.original("E-0002", b"other", OTHER)
    build.records["0001"]["signatures"] = build.records["0002"]["signatures"]
    results = build.results()
    assert results["E-0001"].startswith("FAIL device signature") and results["E-0002"] == "OK"


@pytest.mark.parametrize("name", ["content.sha256", "content.sha512", "content.size"])
def test_hash_and_size_of_the_file_must_be_those_of_the_record(name: str, build: Any) -> None:
    wrong = {"content.sha256": ("digest", bytes(32)), "content.sha512": ("digest", bytes(64)), "content.size": ("uint", 4)}[name]
    build.payload["data/originals/E-0001.bin"] = b"photo"
    right = {"content.sha256": ("digest", hashlib.sha256(b"photo").digest()), "object": ("bytes", OBJECT), "step": ("uint", 0)}
    build.record("custody", {**right, name: wrong})
    build.items.append(f"E-0001,data/originals/E-0001.bin,{hashlib.sha256(b'photo').hexdigest()},0001,original,")
    assert build.results()["E-0001"].startswith("FAIL content hash")


def test_a_record_that_withholds_the_hash_proves_no_file(build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT, hide=["b.content.sha256"])
    assert build.results()["E-0001"].startswith("FAIL content hash")


def test_the_table_cannot_state_another_hash(build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT)
    build.items[0] = build.items[0].replace(hashlib.sha256(b"photo").hexdigest(), hashlib.sha256(b"x").hexdigest())
    assert build.results()["E-0001"].startswith("FAIL content hash")


def test_an_item_without_its_record_or_proof_fails(other_builder: Callable[[], Any], check: Any) -> None:
    build = other_builder()
    build.original("E-0001", b"photo", OBJECT)
    for name, word in (("data/records/0001.rec", "FAIL record"), ("data/proofs/0001.tlog-proof", "FAIL proof")):
        bag = build.bag()
        del bag.files[name]
        report = verify.verify_folder(bag.redone(), build.policy, build.devices)
        assert report["items"][0]["result"].startswith(word)
        assert report["exit"] == 1


def test_the_same_record_twice_fails(build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT)
    bag = build.bag()
    for kind, ending in (("records", "rec"), ("proofs", "tlog-proof")):
        bag.files[f"data/{kind}/0002.{ending}"] = bag.files[f"data/{kind}/0001.{ending}"]
    report = verify.verify_folder(bag.redone(), build.policy, build.devices)
    assert {row["item"]: row["result"][:4] for row in report["items"]} == {"E-0001": "OK", "record 0002": "FAIL"}


def test_a_quorum_that_is_not_met_fails(build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT)
    stranger = type(build.device)("witness.example.net/v", b"v" * 32)
    policy = build.policy.replace(b"quorum w", b"witness v %s\ngroup both all w v\nquorum both" % stranger.vkey(4).encode())
    (row,) = verify.verify_folder(build.bag(), policy, build.devices)["items"]
    assert row["result"].startswith("FAIL quorum")


def test_the_stronger_key_of_the_log_cannot_be_left_out(build: Any) -> None:
    """Whoever breaks Ed25519 would drop the ML-DSA-44 line: the policy lists both keys, so both must have signed."""
    build.original("E-0001", b"photo", OBJECT)
    bag = build.bag()
    proof = bag.files["data/proofs/0001.tlog-proof"]
    lines = [line for line in proof.decode().splitlines(True) if base64.b64encode(build.log.key_id(6)).decode()[:5] not in line]
    assert len(lines) == proof.count(b"\n") - 1
    bag.files["data/proofs/0001.tlog-proof"] = "".join(lines).encode()
    (row,) = verify.verify_folder(bag.redone(), build.policy, build.devices)["items"]
    assert row["result"].startswith("FAIL log key")


def test_proofs_of_one_log_must_use_one_checkpoint(other_builder: Callable[[], Any]) -> None:
    build, earlier = other_builder(), other_builder()
    for builder in (build, earlier):
        builder.original("E-0001", b"photo", OBJECT)
    build.original("E-0002", b"other", OTHER)
    bag = build.bag()
    bag.files["data/proofs/0001.tlog-proof"] = earlier.bag().files["data/proofs/0001.tlog-proof"]
    report = verify.verify_folder(bag.redone(), build.policy, build.devices)
    assert report["exit"] == 1 and any("more than one checkpoint" in row["result"] for row in report["items"])


def test_a_case_file_without_items_proves_nothing(build: Any) -> None:
    build.record("claim", {"text": ("text", "x")})
    assert build.results()["bag"].startswith("FAIL items.csv")


def test_records_of_two_logs_stand_in_one_case_file(other_builder: Callable[[], Any]) -> None:
    """Devices have a log each: a case file may hold records of several, each with its own checkpoint."""
    one, two = other_builder(), other_builder()
    two.log = type(one.log)("log.example.org/eeeeffffgggghhhh", b"2" * 32)
    two.device = type(one.device)("device.example.org/dev2", b"3" * 32)
    one.original("E-0001", b"photo", OBJECT)
    two.record("claim", {"text": ("text", "x")}, id=b"another id of 16")
    bag, second = one.bag(), two.bag()
    for kind, ending in (("records", "rec"), ("proofs", "tlog-proof")):
        bag.files[f"data/{kind}/0002.{ending}"] = second.files[f"data/{kind}/0001.{ending}"]
    logs = "".join(f"log {two.log.vkey(kind)}\n" for kind in (1, 6)).encode()
    report = verify.verify_folder(bag.redone(), one.policy + logs, one.devices + two.devices)
    assert report["exit"] == 0 and len(report["checkpoints"]) == 2
    report = verify.verify_folder(bag.redone(), one.policy, one.devices + two.devices)
    assert {row["item"]: row["result"] for row in report["items"]}["record 0002"].startswith("FAIL log key")


@pytest.mark.parametrize(("name", "value"), [("index", "1"), ("origin", "log.example.org/eeeeffffgggghhhh")])
def test_index_and_origin_of_a_record_must_be_those_of_its_proof(name: str, value: str, build: Any) -> None:
    build.original("E-0001", b"photo", OBJECT)
    bag = build.bag()
    bag.files["data/records/0001.rec"] = json.dumps({**build.records["0001"], name: value}).encode()
    (row,) = verify.verify_folder(bag.redone(), build.policy, build.devices)["items"]
    assert row["result"].startswith("FAIL proof (it is for another log or index")


def test_what_was_never_logged_cannot_be_called_withdrawn(build: Any) -> None:
    """A record of a shredding names an invented commitment; the proof beside the tombstone is of another leaf."""
    build.original("E-0001", b"photo", OBJECT)
    gone = build.original("E-0002", b"gone", OTHER)
    build.event("shredding", OTHER, 1, [b"x" * 32], more={"ground": ("text", "consent withdrawn")})
    build.withdraw("E-0002", gone, "consent withdrawn", "0003")
    build.tombstones = [row.replace(gone.hex(), (b"x" * 32).hex()) for row in build.tombstones]
    assert build.results()["E-0002"].startswith("FAIL tombstone (proof (the path does not lead")


def test_a_shredding_that_stands_before_what_it_shreds_fails(other_builder: Callable[[], Any]) -> None:
    build, foretold = other_builder(), other_builder()
    foretold.commitments = [b"", b""]
    coming = foretold.original("E-0002", b"gone", OTHER, prev=None)
    build.original("E-0001", b"photo", OBJECT)
    build.event("shredding", OTHER, 1, [coming], more={"ground": ("text", "consent withdrawn")})
    assert build.original("E-0002", b"gone", OTHER, prev=None) == coming
    build.withdraw("E-0002", coming, "consent withdrawn", "0002")
    assert build.results()["E-0002"] == "FAIL tombstone (shredded before it was recorded)"


@pytest.mark.parametrize(("source", "result"), [(b"photo", "OK"), (b"another", "FAIL content hash (derived from another file than the item says)")])
def test_a_derived_item_comes_from_the_item_that_it_names(source: bytes, result: str, build: Any) -> None:
    first = build.original("E-0001", b"photo", OBJECT)
    hashes = {"content": hashlib.sha256(b"cut").digest(), "source": hashlib.sha256(source).digest()}
    build.event("redaction", OBJECT, 1, [first], more={f"{name}.sha256": ("digest", value) for name, value in hashes.items()})
    build.payload["data/derived/E-0002.bin"] = b"cut"
    build.items.append(f"E-0002,data/derived/E-0002.bin,{hashes['content'].hex()},0002,derived,E-0001")
    assert build.results()["E-0002"] == result
