"""Bytes of a record: both sealed versions, the forms of values, and no second spelling of anything."""

import hashlib
import json
import random
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.canonical import (
    MAX_FIELDS,
    MAX_VALUE,
    Field,
    Kind,
    RecordSignature,
    Sealed,
    check_name,
    check_value,
    commitment,
    decoys_for,
    digest_of,
    field_digest,
    in_name_order,
    leaf,
    list_digest,
    open_bytes,
    salts,
    seal_bytes,
    seal_bytes_v1,
    signed_message,
    written,
)
from letapis.core.errors import Damaged
from letapis.core.merkle import leaf_hash
from letapis.core.notes import parse_vkey

VECTORS = Path(__file__).parents[1] / "vectors"
RECORDS_V1 = json.loads((VECTORS / "letapis-v1/records.json").read_bytes())
RECORDS_V2 = json.loads((VECTORS / "letapis-v2/records.json").read_bytes())
KEY, SEED = bytes(range(32)), bytes(range(32, 64))


def _code(data: bytes) -> str:
    with pytest.raises(Damaged) as caught:
        open_bytes(data)
    return caught.value.code


# --- known answers ---


def _v1_fields(case: dict[str, Any]) -> list[Field]:
    return [Field(b64decode(f["salt"]), f["name"], Kind[f["type"].upper()], bytes.fromhex(f["value_hex"])) for f in case["fields"]]


def _v1_signatures(case: dict[str, Any]) -> list[RecordSignature]:
    keys = [(parse_vkey(s["key"]), b64decode(s["sig"])) for s in case["signatures"]]
    return [RecordSignature(int(key.kind), key.name, signature) for key, signature in keys]


@pytest.mark.parametrize("case", RECORDS_V1, ids=lambda c: c["name"])
def test_known_records_of_version_1(case: dict[str, Any]) -> None:
    fields = _v1_fields(case)
    assert [field_digest(f.salt, f.name.encode(), f.kind, f.value).hex() for f in fields] == [f["digest"] for f in case["fields"]]
    sealed = seal_bytes_v1(b64decode(case["key"]), fields, _v1_signatures(case))
    assert hashlib.sha256(sealed).hexdigest() == case["sealed_sha256"] and len(sealed) == case["sealed_len"]
    opened = open_bytes(sealed)
    assert opened.digest.hex() == case["list_digest"] and opened.commitment.hex() == case["commitment"]
    assert opened.fields == tuple(fields) and opened.signatures == tuple(_v1_signatures(case))
    assert leaf(opened.commitment).hex() == case["leaf_data"] and leaf_hash(leaf(opened.commitment)).hex() == case["leaf_hash"]
    assert signed_message("device.example.org/d1", opened.digest).hex() == case["signature_message"]


@pytest.mark.parametrize("case", RECORDS_V1, ids=lambda c: c["name"])
def test_signatures_of_known_records_verify(case: dict[str, Any], verify: Any) -> None:
    message = bytes.fromhex(case["signature_message"])
    for s in case["signatures"]:
        key = parse_vkey(s["key"])
        assert verify(key.scheme, key.public, message, b64decode(s["sig"]))
        assert not verify(key.scheme, key.public, message[:-1] + bytes((message[-1] ^ 1,)), b64decode(s["sig"]))


@pytest.mark.parametrize("name", ["belarusian-text", "one-field"])
def test_known_sealed_files_are_opened_and_written_again(name: str) -> None:
    data = (VECTORS / f"letapis-v1/sealed/{name}.ltpr").read_bytes()
    (case,) = (c for c in RECORDS_V1 if c["sealed_sha256"] == hashlib.sha256(data).hexdigest())
    opened = open_bytes(data)
    assert opened.commitment.hex() == case["commitment"]
    assert seal_bytes_v1(opened.key, opened.fields, opened.signatures) == data


@pytest.mark.parametrize("case", RECORDS_V2, ids=lambda c: c["name"])
def test_version_2_agrees_with_the_second_path(case: dict[str, Any]) -> None:
    key, seed = bytes.fromhex(case["key"]), bytes.fromhex(case["seed"])
    fields = [(f["name"], f["kind"], bytes.fromhex(f["value"])) for f in case["fields"]]
    assert in_name_order(list(reversed(fields))) == fields
    assert [s.hex() for s in salts(seed, len(fields) + decoys_for(len(fields)))] == case["salts"]
    parts = written(fields)
    assert digest_of(seed, parts).hex() == case["digest"]
    assert commitment(key, digest_of(seed, parts)).hex() == case["commitment"]
    assert leaf_hash(leaf(bytes.fromhex(case["commitment"]))).hex() == case["leaf_hash"]
    assert signed_message(case["device"], bytes.fromhex(case["digest"])).hex() == case["signed_message"]
    signatures = [RecordSignature(s["alg"], s["key"], bytes.fromhex(s["signature"])) for s in case["signatures"]]
    assert seal_bytes(key, seed, parts, signatures).hex() == case["sealed"]
    opened = open_bytes(bytes.fromhex(case["sealed"]))
    assert (opened.key, opened.digest.hex(), opened.commitment.hex()) == (key, case["digest"], case["commitment"])
    assert [(f.name, f.kind, f.value) for f in opened.fields if f.kind] == fields and opened.signatures == tuple(signatures)


def test_the_second_path_wrote_what_is_kept() -> None:
    """The generator imports nothing of letapis, and running it again would change nothing."""
    source = (VECTORS / "make_sealed_v2.py").read_text(encoding="utf-8")
    scope: dict[str, Any] = {"__name__": "generator"}
    exec(compile(source, "make_sealed_v2.py", "exec"), scope)
    assert scope["CASES"] == RECORDS_V2 and len(RECORDS_V2) >= 8
    assert not [line for line in source.splitlines() if line.strip().startswith(("import letapis", "from letapis"))]


# --- every byte counts ---


def _small(version: int) -> tuple[bytes, int]:
    """A small sealed record and the offset of its signature block."""
    fields = written(in_name_order([("h.type", Kind.TEXT, b"note"), ("b.n", Kind.UINT, pack(">Q", 7)), ("b.t", Kind.TEXT, "дзень".encode())]))
    signatures = [RecordSignature(1, "device.example/x", b"s" * 64)]
    if version == 2:
        data = seal_bytes(KEY, SEED, fields, signatures)
        return data, len(seal_bytes(KEY, SEED, fields, [])) - 1
    opened = open_bytes(seal_bytes(KEY, SEED, fields, signatures))
    ordered = sorted(opened.fields, key=lambda f: field_digest(f.salt, f.name.encode(), f.kind, f.value))
    return seal_bytes_v1(KEY, ordered, signatures), len(seal_bytes_v1(KEY, ordered, [])) - 1


@pytest.mark.parametrize("version", [1, 2])
def test_every_single_byte_change_shows(version: int) -> None:
    """A changed byte before the signatures never opens to the same commitment; after them it changes the signatures."""
    data, signatures_at = _small(version)
    original = open_bytes(data)
    for at in range(len(data)):
        for flip in (1, 0x20, 0x80, 0xFF):
            changed = data[:at] + bytes((data[at] ^ flip,)) + data[at + 1 :]
            try:
                opened = open_bytes(changed)
            except Damaged:
                continue
            if at < signatures_at:
                assert opened.commitment != original.commitment
            else:
                assert opened.commitment == original.commitment and opened.signatures != original.signatures


@pytest.mark.parametrize("name", ["belarusian-text", "one-field"])
def test_every_byte_of_a_known_sealed_file_counts(name: str) -> None:
    data = (VECTORS / f"letapis-v1/sealed/{name}.ltpr").read_bytes()
    original = open_bytes(data)
    chance = random.Random(name)
    for at in range(len(data)):
        changed = data[:at] + bytes((data[at] ^ chance.randrange(1, 256),)) + data[at + 1 :]
        try:
            opened = open_bytes(changed)
        except Damaged:
            continue
        assert opened.commitment != original.commitment or opened.signatures != original.signatures


@pytest.mark.parametrize("version", [1, 2])
def test_no_truncated_or_lengthened_record_opens(version: int) -> None:
    data, _ = _small(version)
    for end in range(len(data)):
        with pytest.raises(Damaged):
            open_bytes(data[:end])
    assert _code(data + b"\0") == "record.trailing_bytes"


def test_versions_are_never_taken_for_each_other() -> None:
    for version in (1, 2):
        data, _ = _small(version)
        with pytest.raises(Damaged):
            open_bytes(data[:4] + bytes((3 - version,)) + data[5:])
        assert _code(data[:4] + b"\x03" + data[5:]) == "record.version"
        assert _code(b"LTPX" + data[4:]) == "record.magic"


# --- round trips ---

NAMES = st.lists(st.from_regex(r"[hb](\.[a-z0-9_]{1,5}){1,3}", fullmatch=True), min_size=1, max_size=30, unique=True)
SECRET = st.binary(min_size=32, max_size=32)
U64 = st.integers(0, (1 << 64) - 1).map(lambda n: n.to_bytes(8, "big"))
DIGESTS = st.sampled_from([(1, 32), (2, 64), (3, 64), (4, 32)]).flatmap(lambda p: st.binary(min_size=p[1], max_size=p[1]).map(bytes((p[0],)).__add__))
VALUES = st.one_of(
    st.tuples(st.just(Kind.TEXT), st.text().map(lambda t: t.encode("utf-8"))),
    st.tuples(st.just(Kind.BYTES), st.binary(max_size=300)),
    st.tuples(st.sampled_from([Kind.UINT, Kind.INT]), U64),
    st.tuples(st.just(Kind.BOOL), st.sampled_from([b"\0", b"\1"])),
    st.tuples(st.just(Kind.INSTANT), st.datetimes().map(lambda d: d.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0").encode())),
    st.tuples(st.just(Kind.DATE), st.dates().map(lambda d: d.isoformat().encode())),
    st.tuples(st.just(Kind.DIGEST), DIGESTS),
    st.tuples(st.just(Kind.DECIMAL), st.decimals(-1000, 1000, places=0).map(lambda d: str(int(d)).encode())),
    st.tuples(st.just(Kind.REF), st.binary(min_size=32, max_size=32)),
)
SIGNATURES = st.lists(st.builds(RecordSignature, st.sampled_from([1, 6]), st.text(max_size=40), st.binary(max_size=70)), max_size=3)


def _opened(sealed: Sealed) -> list[tuple[str, int, bytes]]:
    return [(f.name, f.kind, f.value) for f in sealed.fields if f.kind != Kind.DECOY]


@given(st.data())
def test_both_versions_are_read_back_and_commit_to_the_same(data: st.DataObject) -> None:
    fields = in_name_order([(name, *data.draw(VALUES)) for name in data.draw(NAMES)])
    key, seed, signatures = data.draw(SECRET), data.draw(SECRET), data.draw(SIGNATURES)
    second = open_bytes(seal_bytes(key, seed, written(fields), signatures))
    assert _opened(second) == fields and second.signatures == tuple(signatures) and second.key == key
    assert len(second.fields) % 8 == 0 and second.digest == digest_of(seed, written(fields)) and second.commitment == commitment(key, second.digest)
    ordered = sorted(second.fields, key=lambda f: field_digest(f.salt, f.name.encode(), f.kind, f.value))
    first = open_bytes(seal_bytes_v1(key, ordered, signatures))
    assert (first.commitment, first.digest, first.signatures) == (second.commitment, second.digest, second.signatures)
    assert sorted(_opened(first)) == sorted(fields)


@settings(max_examples=50)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_other_key_or_seed_commits_to_something_else(one: bytes, other: bytes) -> None:
    fields = written([("b.t", Kind.TEXT, b"leaflet")])
    if one != other:
        assert digest_of(one, fields) != digest_of(other, fields)
        assert commitment(one, digest_of(SEED, fields)) != commitment(other, digest_of(SEED, fields))


@given(st.binary(max_size=400))
def test_no_foreign_bytes_raise_anything_but_damage(data: bytes) -> None:
    for head in (b"", b"LTPR\x01" + KEY, b"LTPR\x02" + KEY + SEED):
        with pytest.raises(Damaged):
            open_bytes(head + data)


# --- rules of order and count ---


def _v2(*fields: tuple[str, int, bytes]) -> bytes:
    return seal_bytes(KEY, SEED, written(fields), [])


def test_version_2_fields_stand_in_strict_name_order() -> None:
    a, b = ("b.a", Kind.TEXT, b""), ("b.b", Kind.TEXT, b"")
    assert open_bytes(_v2(a, b))
    assert _code(_v2(b, a)) == "record.field_order"
    assert _code(_v2(a, a)) == "record.field_order"
    assert _code(_v2(("", Kind.DECOY, b""), a)) == "record.field_order"


def test_version_2_has_no_written_decoys() -> None:
    assert _code(_v2(("b.a", Kind.DECOY, b""))) == "record.value_form"


def test_version_1_fields_stand_in_the_order_of_their_digests() -> None:
    opened = open_bytes(_v2(("b.a", Kind.TEXT, b""), ("b.b", Kind.TEXT, b"")))
    ordered = sorted(opened.fields, key=lambda f: field_digest(f.salt, f.name.encode(), f.kind, f.value))
    assert open_bytes(seal_bytes_v1(KEY, ordered, [])).commitment == opened.commitment
    assert _code(seal_bytes_v1(KEY, ordered[::-1], [])) == "record.digest_order"
    assert _code(seal_bytes_v1(KEY, [ordered[0], ordered[0]], [])) in ("record.equal_digests", "record.field_twice")


def test_version_1_refuses_a_name_twice_and_a_decoy_with_content() -> None:
    twice = sorted((Field(bytes((i,)) * 32, "b.a", Kind.TEXT, b"x") for i in range(2)), key=lambda f: field_digest(f.salt, b"b.a", f.kind, f.value))
    assert _code(seal_bytes_v1(KEY, twice, [])) == "record.field_twice"
    for decoy in (Field(SEED, "b.a", Kind.DECOY, b""), Field(SEED, "", Kind.DECOY, b"x")):
        assert _code(seal_bytes_v1(KEY, [decoy], [])) == "record.value_form"


@pytest.mark.parametrize("count", [1, 2, 1023, 1024])
def test_record_of_1_to_1024_fields(count: int) -> None:
    fields = in_name_order([(f"b.{i}", Kind.BOOL, b"\1") for i in range(count)])
    assert len(open_bytes(_v2(*fields)).fields) == -(-count // 8) * 8


def test_record_without_or_with_too_many_fields_is_refused() -> None:
    many = [(f"b.{i:04}", int(Kind.BOOL), b"\1") for i in range(MAX_FIELDS + 1)]
    assert _code(_v2()) == _code(_v2(*many)) == _code(seal_bytes_v1(KEY, [], [])) == "record.field_count"
    for fields in ([], many):
        with pytest.raises(Damaged, match=r"record\.field_count"):
            in_name_order(fields)


def test_writer_refuses_a_name_twice_before_anything_is_signed() -> None:
    with pytest.raises(Damaged, match=r"record\.field_twice"):
        in_name_order([("b.a", Kind.TEXT, b"x"), ("b.b", Kind.TEXT, b""), ("b.a", Kind.TEXT, b"y")])


def test_list_digest_refuses_equal_and_short_digests() -> None:
    one, two = hashlib.sha256(b"1").digest(), hashlib.sha256(b"2").digest()
    assert list_digest([one, two]) == list_digest([two, one]) != list_digest([one])
    for digests, code in (([one, one], "record.equal_digests"), ([one[:31]], "record.field_count"), ([], "record.field_count")):
        with pytest.raises(Damaged) as caught:
            list_digest(digests)
        assert caught.value.code == code


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_key_and_seed_are_32_bytes(size: int) -> None:
    """HMAC pads a short key with zeros, so K and K||00 would commit to the same."""
    with pytest.raises(Damaged, match=r"record\.key_length"):
        commitment(bytes(size), bytes(32))
    with pytest.raises(Damaged, match=r"record\.key_length"):
        commitment(bytes(32), bytes(size))
    with pytest.raises(Damaged, match=r"record\.seed_length"):
        salts(bytes(size), 8)


@pytest.mark.parametrize("count", range(1, 20))
def test_decoys_fill_a_block_of_eight(count: int) -> None:
    assert (count + decoys_for(count)) % 8 == 0 and 0 <= decoys_for(count) < 8


def test_signed_message_cannot_be_cut_elsewhere() -> None:
    assert signed_message("ab", bytes(32)) != signed_message("a", b"b" + bytes(31))
    with pytest.raises(Damaged, match=r"record\.signature_name"):
        signed_message("ж" * 128, bytes(32))


def test_signature_name_that_is_no_text_is_refused() -> None:
    data = seal_bytes(KEY, SEED, written([("b.a", Kind.TEXT, b"")]), [RecordSignature(1, "~~", b"s")])
    assert _code(data.replace(b"~~", b"\xff\xfe")) == "record.signature_name"


# --- names and values ---


@pytest.mark.parametrize("name", ["a", "b.a", "h.type", "b.parents.0", "_", "0", "b." + "n" * 126])
def test_field_names(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["", ".", "b.", ".b", "b..a", "B", "b.A", "b-a", "b a", "b.a\n", "b.ж", "b.\u0660", "b." + "n" * 127])
def test_names_that_are_no_field_names(name: str) -> None:
    with pytest.raises(Damaged, match=r"record\.field_name"):
        check_name(name)


GOOD_VALUES = {
    Kind.DECOY: [b""],
    Kind.TEXT: [b"", "пад’езд".encode(), "и\u0306".encode(), b"a\0b\n", "\U0010ffff".encode()],
    Kind.BYTES: [b"", b"\xff" * 1000],
    Kind.UINT: [bytes(8), b"\xff" * 8],
    Kind.INT: [bytes(8), b"\x80" + bytes(7)],
    Kind.BOOL: [b"\0", b"\1"],
    Kind.INSTANT: [b"2026-09-21T14:10:00Z", b"2024-02-29T00:00:00Z", b"0001-01-01T23:59:59Z"],
    Kind.DATE: [b"2020", b"2020-08", b"2020-08-09", b"2020/2021", b"2020-08/2020-09-01"],
    Kind.DIGEST: [b"\1" + bytes(32), b"\2" + bytes(64), b"\3" + bytes(64), b"\4" + bytes(32)],
    Kind.DECIMAL: [b"0", b"-1", b"12.05", b"-0.5", b"1000000000000000000000"],
    Kind.REF: [bytes(32)],
}
BAD_VALUES = {
    Kind.DECOY: [b"\0"],
    Kind.TEXT: [b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80"],
    Kind.UINT: [b"", bytes(7), bytes(9)],
    Kind.INT: [b"", bytes(7), bytes(9)],
    Kind.BOOL: [b"", b"\2", b"\0\0", b"1"],
    Kind.INSTANT: [
        *(b"", b"2026-09-21T14:10:00", b"2026-09-21 14:10:00Z", b"2026-09-21T24:00:00Z", b"2026-09-21T14:10:60Z", b"2026-02-30T00:00:00Z"),
        *(b"2023-02-29T00:00:00Z", b"0000-01-01T00:00:00Z", b"2026-09-21T14:10:00Z\n", b"2026-09-21T14:10:00.0Z", b"2026-13-01T00:00:00Z"),
    ],
    Kind.DATE: [
        *(b"", b"20", b"2020-13", b"2020-02-30", b"2021/2020", b"2020-08-09T", "٢٠٢٠".encode()),
        *(b"2020\n", b"2020/", b"2020/2021/2022", b"\xff"),
    ],
    Kind.DIGEST: [b"", b"\1", b"\1" + bytes(31), b"\2" + bytes(32), b"\5" + bytes(32), b"\0" + bytes(32)],
    Kind.DECIMAL: [b"", b"-0", b"+1", b"01", b".5", b"1.", b"1.0", b"1.50", b"1e3", b"-0.0", b"1\n", b"--1", "١".encode(), b"1,5"],
    Kind.REF: [b"", bytes(31), bytes(33)],
}


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in GOOD_VALUES.items() for v in values])
def test_forms_of_values(kind: Kind, value: bytes) -> None:
    check_value(kind, value)


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in BAD_VALUES.items() for v in values])
def test_second_spellings_of_values_are_refused(kind: Kind, value: bytes) -> None:
    with pytest.raises(Damaged, match=r"record\.value_form"):
        check_value(kind, value)


def test_unknown_kind_and_too_long_value_are_refused() -> None:
    for kind in (11, 255, -1):
        with pytest.raises(Damaged, match=r"record\.value_form"):
            check_value(kind, b"")
    check_value(Kind.TEXT, b"x" * MAX_VALUE)
    with pytest.raises(Damaged, match=r"record\.value_too_long"):
        check_value(Kind.TEXT, b"x" * (MAX_VALUE + 1))


def test_negative_zero_with_a_fraction_has_one_spelling() -> None:
    check_value(Kind.DECIMAL, b"-0.5")
    with pytest.raises(Damaged, match=r"record\.value_form"):
        check_value(Kind.DECIMAL, b"-0")


def test_field_of_another_record_does_not_fit() -> None:
    """The salt binds a field to its record: moved to another it gives another digest."""
    one = open_bytes(_v2(("b.a", Kind.TEXT, b"x"))).fields[0]
    other = replace(one, salt=open_bytes(seal_bytes(KEY, KEY, written([("b.a", Kind.TEXT, b"x")]), [])).fields[0].salt)
    assert field_digest(one.salt, b"b.a", one.kind, one.value) != field_digest(other.salt, b"b.a", other.kind, other.value)
