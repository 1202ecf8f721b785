"""Records as a court reads them: known answers, redaction, signatures, and one spelling of everything."""

import base64
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.canonical import Field, Kind, in_name_order, open_bytes, seal_bytes, written
from letapis.core.disclosure import (
    DisclosedSignature,
    Disclosure,
    Withheld,
    check_logged,
    check_signatures,
    disclose,
    format_disclosure,
    parse_disclosure,
)
from letapis.core.errors import Damaged, LetapisError, UsageError
from letapis.core.notes import KeyKind, VerifierKey, parse_vkey
from letapis.core.policy import parse_policy
from letapis.core.proofs import Proof, parse_proof
from letapis.core.records import BOTH_SIGNATURES, SCHEMAS
from letapis.core.valuejson import value_bytes, value_json

V1 = Path(__file__).parents[1] / "vectors" / "letapis-v1"
CASES = json.loads((V1 / "disclosures.json").read_bytes())
with tarfile.open(V1 / "case-file/good.tgz") as _bag:
    BAG = {m.name.removeprefix("case-file/data/"): file.read() for m in _bag.getmembers() if (file := _bag.extractfile(m))}
POLICY = parse_policy((V1 / "case-file/expert-policy.txt").read_bytes())
ALONE = frozenset(SCHEMAS) - BOTH_SIGNATURES
DEVICE_LINES = (V1 / "case-file/expert-devices.txt").read_text(encoding="utf-8").splitlines()
DEVICES = [parse_vkey(line.removeprefix("device ")) for line in DEVICE_LINES if line]

Verify = Callable[[int, bytes, bytes, bytes], bool]


def _data(case: dict[str, Any]) -> bytes:
    return json.dumps(case["record"]).encode()


def _case(name: str) -> dict[str, Any]:
    return next(dict(c) for c in CASES if c["name"] == name)


def _verdict(case: dict[str, Any], verify: Verify) -> str:
    """Verdict of our code in the words of the known answers."""
    try:
        read = parse_disclosure(_data(case))
    except Damaged:
        return "refuse"
    if read.commitment.hex() != case["commitment"]:
        return "refuse"
    try:
        schemes = check_signatures(read, DEVICES, verify, ALONE)
    except Damaged:
        return "bad signature"
    if len(schemes) < 2:
        return "weak: one scheme only"
    return f"accept, {len(read.withheld)} withheld" if read.withheld else "accept"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_known_disclosures(case: dict[str, Any], verify: Verify) -> None:
    assert _verdict(case, verify) == case["expect"]


REASONS = {
    "value changed": "record.digest_order",
    "salt changed": "record.digest_order",
    "type changed": "record.value_form",
    "duplicate field": "record.field_twice",
    "short key": "record.key_length",
    "short salt": "record.salt_length",
    "uint as number": "record.json_number",
    "unknown member": "record.json_members",
    "unknown version": "record.json_version",
    "decoy with a value": "record.value_form",
    "lone surrogate": "record.lone_surrogate",
    "base64 without padding": "record.signature_form",
    "base64 spare bits": "record.key_length",
}


def test_every_refused_disclosure_is_refused_for_its_own_reason() -> None:
    found = {}
    for case in CASES:
        if case["expect"] == "refuse":
            try:
                parse_disclosure(_data(case))
            except Damaged as fault:
                found[case["name"]] = fault.code
    assert found == REASONS


def test_a_removed_field_gives_another_commitment() -> None:
    case = _case("field removed")
    assert parse_disclosure(_data(case)).commitment.hex() != case["commitment"]


def _good() -> Disclosure:
    return parse_disclosure(_data(_case("unredacted, valid")))


def test_disclosure_is_written_and_read_back() -> None:
    for name in ("unredacted, valid", "redacted, valid"):
        read = parse_disclosure(_data(_case(name)))
        assert parse_disclosure(format_disclosure(read)) == read
        assert json.loads(format_disclosure(read)) == _case(name)["record"]


def test_records_of_the_known_case_file_keep_their_bytes() -> None:
    names = sorted(name for name in BAG if name.endswith(".rec"))
    assert len(names) == 7
    for name in names:
        assert json.loads(format_disclosure(parse_disclosure(BAG[name]))) == json.loads(BAG[name])


def _logged(number: str) -> tuple[Disclosure, Proof]:
    return parse_disclosure(BAG[f"records/{number}.rec"]), parse_proof(BAG[f"proofs/{number}.tlog-proof"])


@pytest.mark.parametrize("number", [f"{n:04}" for n in range(1, 8)])
def test_records_of_the_known_case_file_are_logged_and_signed(number: str, verify: Verify) -> None:
    read, proof = _logged(number)
    assert check_logged(read, proof, POLICY, verify).checkpoint.size == 300
    assert check_signatures(read, DEVICES, verify, ALONE) == {1, 6}


def test_record_is_refused_at_another_place_than_it_names(verify: Verify) -> None:
    read, proof = _logged("0001")
    for moved in (replace(read, index=read.index + 1), replace(read, origin="log.example.org/other")):
        with pytest.raises(Damaged, match=r"record\.other_place"):
            check_logged(moved, proof, POLICY, verify)
    with pytest.raises(Damaged, match=r"merkle\.root"):
        check_logged(replace(read, key=bytes(32)), proof, POLICY, verify)


# --- redaction ---


def _sealed() -> bytes:
    header = [("h.type", Kind.TEXT, b"claim"), ("h.device", Kind.TEXT, b"d.example/1")]
    fields = in_name_order([*header, ("b.text", Kind.TEXT, "сведчанне".encode()), ("b.n", Kind.UINT, bytes(8))])
    return seal_bytes(b"\1" * 32, b"\2" * 32, written(fields), [])


def test_withholding_keeps_the_commitment_and_hides_the_value() -> None:
    sealed = open_bytes(_sealed())
    shown = disclose(sealed, "log.example", 3, [], {"b.text": "бяспека крыніцы", "h.type": "x"})
    assert shown.commitment == sealed.commitment and shown.digest == sealed.digest and shown.leaf == b"\1" + sealed.commitment
    assert [w.reason for w in shown.withheld].count("бяспека крыніцы") == 1 and len(shown.withheld) == 2
    assert "сведчанне".encode() not in format_disclosure(shown) and shown.value("b.text") is None
    assert parse_disclosure(format_disclosure(shown)) == shown


def test_decoys_are_opened_so_that_the_number_withheld_is_exact() -> None:
    shown = disclose(open_bytes(_sealed()), "log.example", 3, [], {"b.text": "r"})
    assert len(shown.fields) == 8 and len(shown.opened) == 3 and len(shown.withheld) == 1


def test_withholding_a_field_that_does_not_exist_is_an_error() -> None:
    """A misspelt name would otherwise disclose what was meant to be withheld."""
    for name in ("b.txt", ""):
        with pytest.raises(UsageError, match=r"record\.withhold_unknown"):
            disclose(open_bytes(_sealed()), "log.example", 3, [], {name: "r"})


@given(st.sets(st.sampled_from(["h.type", "h.device", "b.text", "b.n"])))
def test_any_selection_of_fields_commits_to_the_same(names: set[str]) -> None:
    sealed = open_bytes(_sealed())
    shown = disclose(sealed, "log.example", 3, [], dict.fromkeys(names, "reason"))
    assert parse_disclosure(format_disclosure(shown)).commitment == sealed.commitment
    assert {f.name for f in shown.opened} == {"h.type", "h.device", "b.text", "b.n"} - names


def test_a_withheld_field_cannot_be_opened_with_another_value() -> None:
    sealed = open_bytes(_sealed())
    forged = [replace(f, value=b"other") if f.name == "b.text" else f for f in sealed.fields]
    shown = sorted(forged, key=lambda f: f.salt)
    with pytest.raises(Damaged, match=r"record\.digest_order"):
        Disclosure("log.example", 3, sealed.key, tuple(shown), ())


# --- signatures ---


def _accept(*_: object) -> bool:
    return True


def _signed(read: Disclosure, *kinds: KeyKind, device: str = "d.example/1") -> tuple[Disclosure, list[VerifierKey]]:
    keys = [VerifierKey(device, kind, bytes((kind,)) * (1312 if kind is KeyKind.ML_DSA_44 else 32)) for kind in kinds]
    return replace(read, signatures=tuple(DisclosedSignature(k, b"s" * k.signature_size) for k in keys)), keys


def _refusal(read: Disclosure, keys: list[VerifierKey], verify: Verify = _accept) -> str:
    with pytest.raises(Damaged) as caught:
        check_signatures(read, keys, verify, ALONE)
    return caught.value.code


def test_claim_may_carry_ed25519_alone_or_both() -> None:
    whole = disclose(open_bytes(_sealed()), "log.example", 3, [])
    for kinds, schemes in (([KeyKind.ED25519], {1}), ([KeyKind.ED25519, KeyKind.ML_DSA_44], {1, 6})):
        assert check_signatures(*_signed(whole, *kinds), _accept, ALONE) == schemes
    read, keys = _signed(whole, KeyKind.ML_DSA_44)
    assert _refusal(read, keys) == "record.signature_missing"
    assert _refusal(replace(read, signatures=()), keys) == "record.signature_missing"


def test_both_schemes_are_due_unless_the_type_is_known_to_need_one() -> None:
    whole = disclose(open_bytes(_sealed()), "log.example", 3, [])
    hidden = disclose(open_bytes(_sealed()), "log.example", 3, [], {"h.type": "r"})
    for kind in (KeyKind.ED25519, KeyKind.ML_DSA_44):
        read, keys = _signed(hidden, kind)
        assert _refusal(read, keys) == "record.signature_missing"
        read, keys = _signed(whole, kind)
        with pytest.raises(Damaged, match=r"record\.signature_missing"):
            check_signatures(read, keys, _accept, ALONE - {"claim"})
    assert check_signatures(*_signed(hidden, KeyKind.ED25519, KeyKind.ML_DSA_44), _accept, ALONE) == {1, 6}


def test_signature_of_an_unknown_key_is_refused() -> None:
    read, keys = _signed(disclose(open_bytes(_sealed()), "log.example", 3, []), KeyKind.ED25519)
    assert _refusal(read, []) == "record.signature_unknown"
    stranger = VerifierKey("d.example/1", KeyKind.ED25519, b"\7" * 32)
    assert _refusal(replace(read, signatures=(*read.signatures, DisclosedSignature(stranger, b"s" * 64))), keys) == "record.signature_unknown"


def test_one_failing_signature_condemns() -> None:
    read, keys = _signed(disclose(open_bytes(_sealed()), "log.example", 3, []), KeyKind.ED25519, KeyKind.ML_DSA_44)
    assert _refusal(read, keys, lambda alg, *_: alg == 1) == "record.signature"


def test_signature_of_another_device_than_the_named_is_refused() -> None:
    whole = disclose(open_bytes(_sealed()), "log.example", 3, [])
    read, keys = _signed(whole, KeyKind.ED25519, device="d.example/2")
    assert _refusal(read, keys) == "record.signature_device"
    hidden = disclose(open_bytes(_sealed()), "log.example", 3, [], {"h.device": "r"})
    one, first = _signed(hidden, KeyKind.ED25519, device="d.example/2")
    other, second = _signed(hidden, KeyKind.ML_DSA_44, device="d.example/3")
    assert check_signatures(one, first, _accept, ALONE) == {1}
    assert _refusal(replace(hidden, signatures=one.signatures + other.signatures), first + second) == "record.signature_device"


def test_more_than_16_signatures_are_refused() -> None:
    read, _ = _signed(disclose(open_bytes(_sealed()), "log.example", 3, []), KeyKind.ED25519)
    assert len(replace(read, signatures=read.signatures * 16).signatures) == 16
    with pytest.raises(Damaged, match=r"record\.signature_count"):
        replace(read, signatures=read.signatures * 17)


def test_message_that_a_device_signs_names_it_and_the_digest() -> None:
    read, keys = _signed(disclose(open_bytes(_sealed()), "log.example", 3, []), KeyKind.ED25519)
    seen: list[tuple[int, bytes, bytes, bytes]] = []
    check_signatures(read, keys, lambda *call: not seen.append(call), ALONE)
    assert seen == [(1, keys[0].public, b"letapis/record-sig/1\0\x0bd.example/1" + read.digest, b"s" * 64)]


# --- JSON ---


def _changed(**members: object) -> bytes:
    return json.dumps({**_case("unredacted, valid")["record"], **members}).encode()


def _field(**members: object) -> bytes:
    fields = _case("unredacted, valid")["record"]["fields"]
    return _changed(fields=[{**fields[0], **members}, *fields[1:]])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "record.json"),
        (b"\xef\xbb\xbf{}", "record.json"),
        (b"\xff", "record.json"),
        (b"{} {}", "record.json"),
        (b"[" * 100_000, "record.json"),
        (b"{" + b'"a":[' * 100_000, "record.json"),
        (b"[]", "record.json_members"),
        (b"null", "record.json_members"),
        (b"1", "record.json_number"),
        (b"NaN", "record.json_number"),
        (b"1.5", "record.json_number"),
        (b'{"a": "", "a": ""}', "record.json_member_twice"),
        (b'{"a": {"b": "", "b": ""}}', "record.json_member_twice"),
        (_changed(letapis=["record/1"]), "record.json_version"),
        (_changed(origin="a b"), "record.origin"),
        (_changed(origin=None), "record.json_text"),
        (_changed(origin="\ud800"), "record.json_text"),
        (_changed(index="07"), "record.index"),
        (_changed(index="-1"), "record.index"),
        (_changed(index="9223372036854775808"), "record.index"),
        (_changed(index=True), "record.json_text"),
        (_changed(key="A" * 43), "record.key_length"),
        (_changed(fields={}), "record.json_members"),
        (_changed(fields=[]), "record.field_count"),
        (_changed(fields=["x"]), "record.json_members"),
        (_changed(signatures="x"), "record.json_members"),
        (_changed(signatures=[{"alg": "ed25519", "key": "x", "sig": ""}]), "note.vkey"),
        (_changed(signatures=[{"alg": "mldsa44", "key": DEVICES[0].text, "sig": ""}]), "record.signature_scheme"),
        (_changed(signatures=[{"alg": "ed25519", "key": DEVICES[0].text, "sig": "AAAA"}]), "record.signature_form"),
        (_changed(signatures=[{"alg": "rsa", "key": DEVICES[0].text, "sig": ""}]), "record.signature_scheme"),
        (_changed(signatures=[{"alg": "ed25519", "key": DEVICES[0].text, "sig": "", "x": ""}]), "record.json_members"),
        (_field(type="Text"), "record.value_kind"),
        (_field(type="decoy "), "record.value_kind"),
        (_field(type="text"), "record.field_name"),
        (_field(name="b.x"), "record.value_form"),
        (_field(digest="AA=="), "record.json_members"),
        (_field(value=None), "record.value_form"),
        (_changed(fields=[{"digest": "AA==", "reason": ""}]), "record.withheld"),
        (_changed(fields=[{"digest": "AA=="}]), "record.json_members"),
        (_changed(fields=[{"digest": base64.b64encode(bytes(32)).decode(), "reason": "r"}] * 2), "record.equal_digests"),
        (_changed(fields=[{"digest": base64.b64encode(bytes(32)).decode(), "reason": "\udfff"}]), "record.json_text"),
    ],
)
def test_json_that_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Damaged) as caught:
        parse_disclosure(data)
    assert caught.value.code == code


SIMPLE = st.none() | st.booleans() | st.integers() | st.text(max_size=5)


@given(st.recursive(SIMPLE, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner)))
def test_no_foreign_json_raises_anything_but_damage(document: object) -> None:
    for data in (json.dumps(document).encode(), _changed(fields=document), _changed(signatures=[document]), _field(value=document)):
        try:
            parse_disclosure(data)
        except LetapisError as fault:
            assert isinstance(fault, Damaged)


VALUES = [
    (Kind.DECOY, "", b""),
    (Kind.TEXT, "и\u0306", "и\u0306".encode()),
    (Kind.BYTES, "AAE=", b"\0\1"),
    (Kind.UINT, "18446744073709551615", b"\xff" * 8),
    (Kind.INT, "-1", b"\xff" * 8),
    (Kind.INT, "-9223372036854775808", b"\x80" + bytes(7)),
    (Kind.INT, "9223372036854775807", b"\x7f" + b"\xff" * 7),
    (Kind.BOOL, True, b"\1"),
    (Kind.BOOL, False, b"\0"),
    (Kind.INSTANT, "2026-09-21T14:10:00Z", b"2026-09-21T14:10:00Z"),
    (Kind.DATE, "2020-08", b"2020-08"),
    (Kind.DIGEST, "sha256:" + "ab" * 32, b"\1" + b"\xab" * 32),
    (Kind.DIGEST, "sha512:" + "ab" * 64, b"\2" + b"\xab" * 64),
    (Kind.DIGEST, "sha3-512:" + "ab" * 64, b"\3" + b"\xab" * 64),
    (Kind.DIGEST, "blake3:" + "ab" * 32, b"\4" + b"\xab" * 32),
    (Kind.DECIMAL, "-0.5", b"-0.5"),
    (Kind.REF, base64.b64encode(bytes(32)).decode(), bytes(32)),
]


@pytest.mark.parametrize(("kind", "spelling", "value"), VALUES)
def test_spelling_of_values(kind: Kind, spelling: str | bool, value: bytes) -> None:
    assert value_bytes(kind, spelling) == value and value_json(kind, value) == spelling


BAD_SPELLINGS: list[tuple[Kind, object]] = [
    *((Kind.UINT, v) for v in ("", "-1", "01", "+1", "1.0", "1e3", "18446744073709551616", "٣", " 1", "1" * 5000)),
    *((Kind.INT, v) for v in ("-0", "--1", "9223372036854775808", "-9223372036854775809", "+1", "-")),
    *((Kind.BOOL, v) for v in ("true", "", 1, None)),
    *((Kind.BYTES, v) for v in ("AAE", "AAF=", "AA E=", "AAE=\n", "!", True)),
    *((Kind.DIGEST, v) for v in ("sha256:", "sha256", "SHA256:" + "ab" * 32, "sha256:" + "AB" * 32, "sha256:" + "ab" * 31, "md5:" + "ab" * 16)),
    *((Kind.REF, v) for v in ("", "AAE=")),
    *((Kind.TEXT, v) for v in (True, None, [], {})),
    (Kind.DECOY, "x"),
    (Kind.DATE, "2020-13"),
]


@pytest.mark.parametrize(("kind", "spelling"), BAD_SPELLINGS)
def test_second_spellings_are_refused(kind: Kind, spelling: object) -> None:
    with pytest.raises(Damaged, match=r"record\.value_form"):
        value_bytes(kind, spelling)


@given(st.sampled_from(list(Kind)), st.text() | st.booleans())
def test_each_value_has_one_spelling(kind: Kind, spelling: str | bool) -> None:
    try:
        value = value_bytes(kind, spelling)
    except Damaged:
        return
    assert value_json(kind, value) == spelling


def test_withheld_and_salt_of_wrong_length_are_refused() -> None:
    for part, code in (
        (Withheld(b"x", "r"), "record.withheld"),
        (Withheld(bytes(32), ""), "record.withheld"),
         (Field(b"x", "b.a", Kind.TEXT, b""), "record.salt_length"),
    ):
        with pytest.raises(Damaged) as caught:
            Disclosure("log.example", 0, bytes(32), (part,), ())
        assert caught.value.code == code
