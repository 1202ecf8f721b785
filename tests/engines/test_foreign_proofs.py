"""Proofs that strangers made, asked about behind the shut door: verdicts of the samples, and answers that a reader who was taken over may give."""

import io
import json
import random
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.authority import make_authority, needs_openssl
from tests.evidence_record import record, sha256, stamp, token

from letapis.core.errors import Hostile
from letapis.engines import foreign_proofs, tsa
from letapis.engines.foreign_proofs import RecordVerdict, evidence_record, web_signature
from letapis.engines.parse.inspect_proof import time_codes
from letapis.engines.seal.certificates import read_certificate
from letapis.engines.seal.web_signature import read_root

VECTORS = Path(__file__).parents[1] / "vectors"
SIGNED = json.loads(zipfile.ZipFile(VECTORS / "wacz/valid_signed_example_1.wacz").read("datapackage-digest.json"))["signedData"]
ROOT, OTHER = (read_root((VECTORS / name).read_text())[0] for name in ("wacz/freetsa-root.pem", "letapis-v1/anchors/root-one.pem"))
MOMENT = datetime(2022, 1, 18, 19, 0, 12, tzinfo=UTC)


def test_a_time_stamp_counts_over_the_written_signature_and_under_a_pinned_root() -> None:
    """The authority of this sample names its certificate by SHA-1 alone, which a stamp of our own may not."""
    assert time_codes(SIGNED, MOMENT, [OTHER, ROOT]) == ("wacz.time_right",)
    assert time_codes(SIGNED, MOMENT + timedelta(minutes=10), [ROOT]) == ("wacz.time_right",)
    assert time_codes(SIGNED, MOMENT + timedelta(minutes=11), [ROOT]) == ("wacz.time_right", "wacz.time_far")
    assert time_codes(SIGNED, MOMENT, []) == ("wacz.time_no_root",)
    assert time_codes(SIGNED, MOMENT, [OTHER]) == ("wacz.time_unknown",)
    assert time_codes({"signature": SIGNED["signature"]}, MOMENT, [ROOT]) == ("wacz.time_none",)


def test_a_time_stamp_over_another_signature_or_turned_in_one_bit_is_none() -> None:
    turned = bytearray(b64decode(SIGNED["timeSignature"]))
    turned[-1] ^= 1
    wrong = [
        ({"signature": SIGNED["signature"] + " "}, "wacz.time_other"),
        ({"timeSignature": b64encode(turned).decode()}, "wacz.time_unknown"),
        ({"timestampCert": "x"}, "wacz.time_unreadable"),
        *(({"timeSignature": text}, "wacz.time_unreadable") for text in ("AAAA", "", "x", "э")),
    ]
    for change, code in wrong:
        assert time_codes(SIGNED | change, MOMENT, [ROOT]) == (code,)


@pytest.mark.parametrize(
    "asked",
    [
        {}, [], 3, {"signed": 1, "pinned": [], "public": []}, {"signed": {}, "pinned": 1, "public": []},
        {"signed": {"hash": 1}, "pinned": [], "public": []},
        {"signed": {}, "pinned": ["x"], "public": []}, {"signed": {}, "pinned": [], "public": ["x"]}, {"signed": {}, "pinned": []},
        {"record": "AAAA"}, {"record": "x", "digests": {}, "roots": [], "between": []}, {"record": "AAAA", "digests": [], "roots": [], "between": []},
        {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "messageSignature": {}},
    ],
)  # fmt: skip
def test_what_is_no_question_of_ours_is_refused_and_breaks_no_reader(asked: object) -> None:
    with pytest.raises(Hostile, match=r"parse\.other_form"):
        foreign_proofs.parse.inspect(json.dumps(asked).encode(), "proof")


@pytest.mark.parametrize("data", [b"\x1f\0\0\0{", b"{\0}\0", b"\0{\0}", b"\0\0\0{", b"\xff\xfe{\0", "{}ё".encode()], ids=lambda data: data.hex())
def test_bytes_that_look_like_letters_of_two_or_four_break_no_reader(data: bytes) -> None:
    """A reader that lets a library guess the letters dies of it: behind the door no codec can be loaded."""
    with pytest.raises(Hostile, match=r"parse\.other_form"):
        foreign_proofs.parse.inspect(data, "proof")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("a.proof.json", data)
        archive.writestr("a.jpg", b"none")
        archive.writestr("a.jpg.asc", b"none")
    try:
        foreign_proofs.parse.inspect(package.getvalue(), "proofmode")
    except Hostile as told:
        assert told.code not in {"parse.crashed", "parse.bad_answer", "parse.timeout"}


def refusing(*_: object, **__: object) -> Any:
    raise AssertionError("read in the process of the desk")


def test_a_signed_archive_is_read_behind_the_door_and_not_beside_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("load_der_x509_certificate", "load_pem_x509_certificates"):
        monkeypatch.setattr(x509, name, refusing)
    monkeypatch.setattr(tsa, "decode_timestamp_response", refusing)
    assert web_signature(SIGNED, [ROOT]) == ("wacz.signature_right", "wacz.domain_right", "wacz.time_right")
    assert web_signature(SIGNED, []) == ("wacz.signature_right", "wacz.domain_right", "wacz.time_no_root")
    assert web_signature(SIGNED | {"hash": SIGNED["hash"] + "0"}, [ROOT]) == ("wacz.signature_wrong",)
    assert web_signature({"signature": "x"}, []) == ("wacz.signature_unreadable",)


def test_any_change_of_a_signature_has_a_verdict() -> None:
    """Each question is a process, so only some; the readers themselves meet thousands of changes in their own tests."""
    chance = random.Random(7)
    for name in sorted(SIGNED.keys() & {"signature", "domainCert", "timeSignature", "timestampCert", "created", "domain"}):
        text = SIGNED[name]
        at = chance.randrange(len(text))
        changed = text[:at] + chance.choice("A/+ ё\0") + text[at + 1 :]
        assert set(web_signature(SIGNED | {name: changed}, [ROOT])) <= foreign_proofs._WEB


@needs_openssl
def test_a_record_asks_for_the_digest_that_it_stands_on(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "one")
    made = record([stamp(token(authority, sha256(b"a file")))])
    root = [read_certificate(x509.load_pem_x509_certificate(authority.root.encode()).public_bytes(Encoding.DER))]
    assert evidence_record(made, {"sha256": sha256(b"a file")}, refusing, root, []).stamps[0].fault == ""
    assert evidence_record(made, {}, lambda name: {"sha256": sha256(b"a file")}[name], [], []).stamps[0].fault == "time.no_root"
    assert evidence_record(made, {"sha256": sha256(b"another")}, refusing, root, []) == RecordVerdict("records.other_file")
    assert evidence_record(b"no record", {}, refusing, root, []) == RecordVerdict("records.form")


@pytest.mark.parametrize(
    "rows",
    [
        (),
        ({"proof.code": "records.proven"},),
        ({"proof.code": "records.covers"}, {"proof.moment": "yesterday"}),
        ({"proof.code": "records.covers"}, {"proof.code": "time.weak"}),
        ({"proof.code": "records.covers"}, {"proof.moment": "2026-01-01T00:00:00Z", "proof.code": "a name out of the file"}),
        ({"proof.wants": "md5"},),
        ({"proof.wants": "sha384"},),
    ],
)
def test_an_answer_that_no_reader_of_ours_gives_proves_nothing(monkeypatch: pytest.MonkeyPatch, rows: Sequence[dict[str, str]]) -> None:
    monkeypatch.setattr(foreign_proofs, "_asked", lambda _: rows)
    assert evidence_record(b"", {}, lambda _: b"x", [], []) == RecordVerdict("records.form")
    assert web_signature({}, []) == ("wacz.signature_unreadable",)


def test_a_reader_that_dies_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_: object) -> Any:
        raise Hostile("parse.crashed")

    monkeypatch.setattr(foreign_proofs.parse, "inspect", dead)
    assert evidence_record(b"", {}, refusing, [], []) == RecordVerdict("records.form")
    assert web_signature({}, []) == ("wacz.signature_unreadable",)
