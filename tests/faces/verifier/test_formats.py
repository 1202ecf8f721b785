"""Every known answer for disclosures, notes, proofs and policies, through the verifier's own functions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.faces.verifier import verify

SAMPLES = Path(__file__).parents[2] / "vectors" / "letapis-v1"


def _entries(name: str) -> list[Any]:
    found = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    assert found
    return list(found)


def entries(name: str) -> list[Any]:
    return [pytest.param(entry, id=entry["name"]) for entry in _entries(name)]


def _disclosure_verdict(entry: dict[str, Any]) -> str:
    try:
        record = verify.parse_record(json.dumps(entry["record"]).encode("utf-8"))
        if record.commitment.hex() != entry["commitment"]:
            raise verify.Fault("record", "another commitment")
    except verify.Fault:
        return "refuse"
    devices = [verify.parse_vkey(key["vkeys"][kind]) for key in json.loads((SAMPLES / "keys.json").read_text()) for kind in ("01", "06")]
    try:
        schemes = verify.check_device_signatures(record, devices)
    except verify.Fault as fault:
        assert fault.word == "device signature"
        return "bad signature"
    if len(schemes) == 1:
        return "weak: one scheme only"
    return f"accept, {record.withheld} withheld" if record.withheld else "accept"


@pytest.mark.parametrize("entry", entries("disclosures"))
def test_disclosure(entry: dict[str, Any]) -> None:
    assert _disclosure_verdict(entry) == entry["expect"]


@pytest.mark.parametrize("entry", entries("records"))
def test_record_gives_the_known_digests_and_commitment(entry: dict[str, Any]) -> None:
    members = ("salt", "name", "type", "value")
    fields = sorted(entry["fields"], key=lambda item: item["digest"])
    record = verify.record_from_json(
        {
            "letapis": "record/1",
            "origin": "log.example.org/3fqk7x2m9d4v6c8t",
            "index": "0",
            "key": entry["key"],
            "fields": [{name: item[name] for name in members} for item in fields],
            "signatures": entry["signatures"],
        }
    )
    assert record.digest.hex() == entry["list_digest"]
    assert record.commitment.hex() == entry["commitment"]


@pytest.mark.parametrize("entry", entries("notes"))
def test_note(entry: dict[str, Any]) -> None:
    keys = [verify.parse_vkey(text) for text in entry["keys"]]
    try:
        verify.open_checkpoint(entry["note"].encode("utf-8"), keys)
        verdict = "accept"
    except verify.Fault:
        verdict = "refuse"
    assert verdict == entry["expect"].split(" ")[0]


@pytest.mark.parametrize("entry", entries("proofs"))
def test_proof(entry: dict[str, Any]) -> None:
    keys = [verify.parse_vkey(text) for text in entry["keys"]]
    try:
        proof = verify.parse_proof(entry["proof"].encode("utf-8"))
        verify.check_inclusion(bytes.fromhex(entry["leaf_data"]), proof)
        assert verify.verified_keys(proof.checkpoint, keys)
        verdict = "accept"
    except verify.Fault:
        verdict = "refuse"
    assert verdict == entry["expect"]


@pytest.mark.parametrize("entry", entries("policies"))
def test_policy(entry: dict[str, Any]) -> None:
    try:
        policy = verify.parse_policy(entry["policy"].encode("utf-8"))
        verdict = "satisfied" if policy.holds({policy.witnesses[name] for name in entry["cosigned_by"]}) else "not satisfied"
    except verify.Fault:
        verdict = "error"
    assert verdict == entry["expect"]


@pytest.mark.parametrize(
    "line",
    [
        "log",
        "log x",
        "witness a",
        "group g any",
        "quorum",
        "quorum nobody",
        "group g 2 a",
        "group g -1 a",
        "group g 01 a",
        "wintess a b",
        "quorum a b",
    ],
)
def test_policy_line_of_no_known_form_is_refused(line: str) -> None:
    with pytest.raises(verify.Fault):
        verify.parse_policy(f"{line}\nquorum none\n".encode())


@pytest.mark.parametrize("data", [b"", b"# nothing\n", b"quorum none\0\n", b"quorum none\r\n", b"quorum none\nquorum none\n"])
def test_policy_without_exactly_one_quorum_or_with_control_characters_is_refused(data: bytes) -> None:
    with pytest.raises(verify.Fault):
        verify.parse_policy(data)


def test_policy_names_are_octets_and_never_text() -> None:
    """A Kelvin sign is not a K, and octets that are no UTF-8 are a name like any other."""
    key = json.loads((SAMPLES / "keys.json").read_text())[0]["vkeys"]["04"]
    policy = verify.parse_policy(b"witness \xff\xfe " + key.encode() + b"\nquorum \xff\xfe\n")
    assert not policy.holds(set()) and policy.holds(set(policy.witnesses.values()))
    with pytest.raises(verify.Fault):
        verify.parse_policy(b"witness K " + key.encode() + "\nquorum \u212a\n".encode())


def test_groups_within_groups_are_decided_however_deep_they_lie() -> None:
    key = json.loads((SAMPLES / "keys.json").read_text())[0]["vkeys"]["04"]
    depth = 5_000
    groups = "".join(f"group g{i} any {f'g{i - 1}' if i else 'w'}\n" for i in range(depth))
    policy = verify.parse_policy(f"witness w {key}\n{groups}quorum g{depth - 1}\n".encode())
    assert policy.holds(set(policy.witnesses.values())) and not policy.holds(set())


def test_a_policy_or_devices_file_without_its_last_line_end_is_refused() -> None:
    for read in (verify.parse_policy, verify.parse_devices):
        with pytest.raises(verify.Fault):
            read(b"# cut off\nquorum none")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint", "01"), ("uint", "-1"), ("uint", "+1"), ("uint", "18446744073709551616"), ("uint", ""), ("uint", "1.0"), ("uint", "٣"),
        ("int", "-0"), ("int", "9223372036854775808"), ("bool", "true"), ("bool", 1), ("text", None), ("text", "\ud800"), ("text", ["x"]),
        ("instant", "2026-13-01T00:00:00Z"), ("instant", "2026-01-01T24:00:00Z"), ("instant", "2026-01-01 00:00:00Z"),
        ("date", "2026-02-30"), ("date", "2026-00"), ("date", "2026-05/2026-04"), ("date", "26"), ("date", "0000"), ("decimal", "1.0"),
        ("decimal", "-0"), ("decimal", "01"), ("decimal", "1e3"), ("decimal", "NaN"), ("digest", "sha256:00"), ("digest", "md5:" + "0" * 32),
        ("digest", "sha256:" + "A" * 64), ("ref", "AAAA"), ("bytes", "AB=="), ("bytes", "QQ"), ("bytes", "Q Q="), ("decoy", "x"),
    ],
)  # fmt: skip
def test_value_with_another_spelling_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(verify.Fault):
        verify.value_bytes(kind, value)


@pytest.mark.parametrize("text", ["2026", "2026-02", "2024-02-29", "2020-08/2020-09-01", "9999-12", "2026/2026"])
def test_partial_dates_are_read(text: str) -> None:
    assert verify.value_bytes("date", text) == text.encode("ascii")


@given(st.binary(max_size=60))
def test_only_the_canonical_base64_of_bytes_is_read(data: bytes) -> None:
    import base64

    text = base64.b64encode(data).decode("ascii")
    assert verify.from_base64(text, "x") == data
    for other in (text + "=", text + "\n", " " + text, text[:-1] if text else "="):
        with pytest.raises(verify.Fault):
            verify.from_base64(other, "x")


@given(st.text(max_size=300))
def test_printed_text_holds_no_control_or_direction_characters(text: str) -> None:
    shown = verify.plain(text)
    assert len(shown) <= 201 and all(c.isprintable() for c in shown)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"1", b"NaN", b"[" * 200000, b"\xff", b"\xef\xbb\xbf{}", b'{"letapis": "record/1", "letapis": "record/1"}',
        b'{"letapis": 1e999}', b'{"letapis": ' + b"9" * 100000 + b"}",
    ],
    ids=lambda data: repr(data[:20]),
)  # fmt: skip
def test_hostile_json_is_a_fault_and_never_a_crash(data: bytes) -> None:
    with pytest.raises(verify.Fault):
        verify.parse_record(data)


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=8), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner)))
def test_json_of_any_shape_is_a_fault_and_never_a_crash(whole: Any) -> None:
    with pytest.raises(verify.Fault):
        verify.record_from_json(whole)


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_by_every_reader(data: bytes) -> None:
    readers = [verify.parse_checkpoint, verify.parse_proof, verify.parse_record, verify.parse_request, verify.parse_reply]
    for reader in readers:
        with pytest.raises(verify.Fault):
            reader(data)


def _replaced(whole: Any, value: Any) -> Iterator[Any]:
    """Every copy of a JSON tree in which one node is ``value``."""
    nodes = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    for name, inner in list(nodes):
        for other in (value, *_replaced(inner, value)):
            copy = dict(whole) if isinstance(whole, dict) else list(whole)
            copy[name] = other
            yield copy


@pytest.mark.parametrize("value", [None, True, "", "x", "AAAA", [], {}, [{}], "\x00", "9" * 30], ids=repr)
def test_a_record_with_one_node_replaced_is_another_record_or_none(value: Any) -> None:
    """Only the reason of a withheld field may read otherwise: it is the sender's word and in no digest."""
    good = next(entry["record"] for entry in _entries("disclosures") if entry["name"] == "redacted, valid")
    commitment = verify.record_from_json(good).commitment
    for changed in _replaced(good, value):
        try:
            record = verify.record_from_json(changed)
        except verify.Fault:
            continue
        reasons = [item.get("reason") for item in changed["fields"]] != [item.get("reason") for item in good["fields"]]
        elsewhere = changed["origin"] != good["origin"] or changed["signatures"] != good["signatures"]
        assert reasons or elsewhere or record.commitment != commitment or changed == good


ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="  # H("")
LINE = "— log.example.org/x AAAAAAAA\n"


def test_the_smallest_note_is_read() -> None:
    checkpoint = verify.parse_checkpoint(f"log.example.org/x\n0\n{ROOT}\n\n{LINE}".encode())
    assert (checkpoint.size, checkpoint.lines[0].payload) == (0, b"\0\0")


@pytest.mark.parametrize(
    "note",
    [
        f"log\x01x\n0\n{ROOT}\n\n{LINE}", f"log\x7fx\n0\n{ROOT}\n\n{LINE}", f"log x\n0\n{ROOT}\n\n{LINE}", f"log+x\n0\n{ROOT}\n\n{LINE}",
        f"\n0\n{ROOT}\n\n{LINE}", f"log\n0\n{ROOT}\nextension\n\n{LINE}", f"log\n0\n{ROOT[:-1]}\n\n{LINE}", f"log\n0\n{'A' * 43}=\n\n{LINE}",
        f"log\n9223372036854775808\n{ROOT}\n\n{LINE}", f"log\n-1\n{ROOT}\n\n{LINE}", f"log\n0\n{ROOT}\n\n{LINE}A", f"log\n0\n{ROOT}\n\n",
        f"log\n0\n{ROOT}\n\n— x AAAAAA==\n", f"log\n0\n{ROOT}\n\n— x  AAAAAAAA\n", f"log\n0\n{ROOT}\n\n— AAAAAAAA\n", f"log\n0\n{ROOT}\n\n{LINE}\n",
        f"log\n0\n{ROOT}\n\n— x+y AAAAAAAA\n", f"log\n0\n{ROOT}\n\n{LINE * 65}", f"log\n0\n{ROOT}\n{LINE}",
    ],
)  # fmt: skip
def test_note_of_another_form_is_refused(note: str) -> None:
    with pytest.raises(verify.Fault):
        verify.parse_checkpoint(note.encode())


def test_sixty_four_signature_lines_are_read() -> None:
    assert len(verify.parse_checkpoint(f"log\n0\n{ROOT}\n\n{LINE * 64}".encode()).lines) == 64


def _key(kind: str = "04", place: int = 0) -> str:
    return str(_entries("keys")[place]["vkeys"][kind])


@pytest.mark.parametrize(
    "text",
    [
        "# \x01\nquorum none\n",
        "# \x7f\nquorum none\n",
        "quorum none",
        f"witness a {_key()}\nwitness a {_key(place=1)}\nquorum a\n",
        f"witness a {_key()}\ngroup a any a\nquorum a\n",
        f"witness none {_key()}\nquorum none\n",
        f"log {_key('01')}\nwitness a {_key('04')}\nquorum a\n",
        f"log {_key('04')}\nquorum none\n",
        f"witness a {_key('01')}\nquorum none\n",
        f"witness a {_key()}\ngroup g 2 a\nquorum g\n",
    ],
)
def test_policy_that_breaks_a_rule_about_names_or_keys_is_refused(text: str) -> None:
    with pytest.raises(verify.Fault):
        verify.parse_policy(text.encode())


@pytest.mark.parametrize(
    "text", ["device\n", "device a b\n", "key {one}\n", "{one}\n", "device {one}\ndevice {one}\n", "device {cosign}\n", "device {one}"]
)
def test_devices_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(verify.Fault):
        verify.parse_devices(text.format(one=_key("01"), cosign=_key("04")).encode())
    assert len(verify.parse_devices(f"# ours\n\ndevice {_key('01')}\ndevice {_key('06')}\n".encode())) == 2


@pytest.mark.parametrize("change", ["+AA", " ", "00000000+", "\n"])
def test_key_of_another_form_is_refused(change: str) -> None:
    text = _key("01")
    assert verify.parse_vkey(text).kind == 1
    for other in (text + change, change + text, text.replace("+", change, 1)):
        with pytest.raises(verify.Fault):
            verify.parse_vkey(other)
