"""One test for each rule that another rule would often catch first: here only the rule itself can refuse."""

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letapis.core.canonical import field_digest
from letapis.faces.verifier import verify

SAMPLES = Path(__file__).parents[2] / "vectors" / "letapis-v1"
HASH = "a" * 64


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


# --- proofs ------------------------------------------------------------------------------------------------------------


def _proof(index: int, size: int, root: bytes, path: list[bytes]) -> Any:
    return verify.Proof(index, tuple(path), verify.Checkpoint(b"", "log", size, root, ()))


def test_an_index_beyond_the_size_is_refused_even_when_the_hash_is_the_root() -> None:
    leaf = b"\x01" + bytes(32)
    root = hashlib.sha256(b"\x00" + leaf).digest()
    verify.check_inclusion(leaf, _proof(0, 1, root, []))
    with pytest.raises(verify.Fault, match="index beyond"):
        verify.check_inclusion(leaf, _proof(1, 1, root, []))


def test_a_path_longer_than_the_tree_is_refused_even_when_it_leads_to_the_root() -> None:
    leaf, step = b"\x01" + bytes(32), bytes(32)
    value = hashlib.sha256(b"\x00" + leaf).digest()
    for root in (hashlib.sha256(b"\x01" + step + value).digest(), hashlib.sha256(b"\x01" + value + step).digest()):
        with pytest.raises(verify.Fault, match="path too long"):
            verify.check_inclusion(leaf, _proof(0, 1, root, [step]))


def test_a_path_shorter_than_the_tree_is_refused_even_when_it_leads_to_the_root() -> None:
    leaf = b"\x01" + bytes(32)
    with pytest.raises(verify.Fault, match="does not lead"):
        verify.check_inclusion(leaf, _proof(0, 2, hashlib.sha256(b"\x00" + leaf).digest(), []))


@pytest.mark.parametrize("leaf", [b"\x01" + bytes(31), b"\x01" + bytes(33), b"\x02" + bytes(32), b"", bytes(65)])
def test_a_leaf_of_another_form_is_refused_even_when_its_hash_is_the_root(leaf: bytes) -> None:
    """A leaf of 65 bytes could pass a node off as a record."""
    with pytest.raises(verify.Fault, match="33 bytes"):
        verify.check_inclusion(leaf, _proof(0, 1, hashlib.sha256(b"\x00" + leaf).digest(), []))


def _proof_text(extra: str = "", hashes: int = 0) -> bytes:
    note = json.loads((SAMPLES / "notes.json").read_text(encoding="utf-8"))[0]["note"]
    return f"c2sp.org/tlog-proof@v1\n{extra}index 0\n{(b64(bytes(32)) + chr(10)) * hashes}\n{note}".encode()


def test_at_most_sixty_three_hashes_and_an_extra_line_with_data() -> None:
    assert len(verify.parse_proof(_proof_text("extra eA==\n", 63)).path) == 63
    for text in (_proof_text(hashes=64), _proof_text("extra \n"), _proof_text("extra eA\n"), _proof_text("extra eA==\nextra eA==\n")):
        with pytest.raises(verify.Fault):
            verify.parse_proof(text)


def test_another_log_of_the_policy_may_not_sign_this_logs_checkpoint(build: Any) -> None:
    other = type(build.log)("log.example.org/zzzzzzzzzzzzzzzz", b"z" * 32)
    build.original("E-0001", b"photo", b"o" * 16)
    policy = build.policy + f"log {other.vkey(1)}\n".encode()
    bag = build.bag()
    assert verify.verify_folder(bag, policy, build.devices)["exit"] == 0
    checkpoint = verify.parse_proof(bag.files["data/proofs/0001.tlog-proof"]).checkpoint
    bag.files["data/proofs/0001.tlog-proof"] += other.line(1, checkpoint.origin, checkpoint.size, checkpoint.root).encode()
    (row,) = verify.verify_folder(bag.redone(), policy, build.devices)["items"]
    assert row["result"] == "FAIL log key (another log signed this checkpoint)"


# --- records -----------------------------------------------------------------------------------------------------------


def _field(name: str, kind: str = "text", value: str = "x", salt: bytes = bytes(32)) -> dict[str, str]:
    return {"salt": b64(salt), "name": name, "type": kind, "value": value}


def _record(*fields: dict[str, str], **changes: Any) -> dict[str, Any]:
    whole = {"letapis": "record/1", "origin": "log", "index": "0", "key": b64(bytes(32)), "fields": list(fields), "signatures": []}
    return {**whole, **changes}


def test_the_smallest_record_is_read() -> None:
    record = verify.record_from_json(_record(_field("b.text")))
    assert record.shown == {"b.text": b"x"} and record.withheld == 0


@pytest.mark.parametrize(
    "field",
    [
        _field("B.text"), _field("b..text"), _field(".b"), _field("b."), _field("b text"), _field("b.ж"), _field("x" * 129), _field(""),
        _field("b.text", "float"), _field("b.text", "decoy", ""), _field("b.text", salt=bytes(31)), _field("b.object", "bytes", b64(bytes(15))),
        _field("b.object", "text", "x"), _field("h.type", "uint", "1"), _field("h.seq", "int", "1"), _field("b.parents.0", "bytes", b64(bytes(32))),
        _field("b.content.sha256", "digest", "sha512:" + "0" * 128), _field("h.id", "bytes", b64(bytes(17))), _field("b.detail", "bytes", ""),
        {"digest": b64(bytes(32)), "reason": ""}, {"digest": b64(bytes(31)), "reason": "x"}, {"digest": b64(bytes(32))},
        {"digest": b64(bytes(32)), "reason": "x", "name": "b.text"},
    ],
)  # fmt: skip
def test_field_of_another_form_is_refused(field: dict[str, str]) -> None:
    with pytest.raises(verify.Fault):
        verify.record_from_json(_record(field))


@pytest.mark.parametrize(
    "change",
    [{"letapis": "record/2"}, {"origin": ""}, {"origin": "a b"}, {"index": "00"}, {"index": "-1"}, {"key": b64(bytes(31))}, {"key": b64(bytes(33))},
     {"fields": []}, {"fields": {}}, {"signatures": {}}, {"more": "x"}],
    ids=str,
)  # fmt: skip
def test_record_of_another_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(verify.Fault):
        verify.record_from_json(_record(_field("b.text"), **change))


def test_a_name_twice_under_two_salts_is_refused() -> None:
    fields = [_field("b.text", salt=bytes((n,)) * 32) for n in (1, 2)]
    fields.sort(key=lambda field: field_digest(base64.b64decode(field["salt"]), b"b.text", 1, b"x"))
    with pytest.raises(verify.Fault, match="name twice"):
        verify.record_from_json(_record(*fields))


def test_fields_in_another_order_and_equal_fields_are_refused() -> None:
    fields = sorted((_field("b.one"), _field("b.two")), key=lambda field: field_digest(bytes(32), field["name"].encode(), 1, b"x"))
    assert len(verify.record_from_json(_record(*fields)).shown) == 2
    for other in (fields[::-1], [fields[0], fields[0]]):
        with pytest.raises(verify.Fault, match="ascend"):
            verify.record_from_json(_record(*other))


def test_a_member_repeated_with_the_same_value_is_refused() -> None:
    text = json.dumps(_record(_field("b.text")))
    assert verify.parse_record(text.encode()).shown
    for member in ('"letapis": "record/1"', '"name": "b.text"'):
        with pytest.raises(verify.Fault, match="repeated"):
            verify.parse_record(text.replace(member, f"{member}, {member}").encode())


def test_values_records_and_numbers_of_fields_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    long = _record(_field("b.text", value="x" * (verify.VALUE_LIMIT + 1)))
    with pytest.raises(verify.Fault, match="too long"):
        verify.record_from_json(long)
    with pytest.raises(verify.Fault, match="number of fields"):
        verify.record_from_json(_record(*[_field("b.text")] * 1025))
    monkeypatch.setattr(verify, "RECORD_LIMIT", 10)
    with pytest.raises(verify.Fault, match="too long"):
        verify.parse_record(json.dumps(_record(_field("b.text"))).encode())


@pytest.mark.parametrize("change", [{"alg": "ed448"}, {"alg": "mldsa44"}, {"sig": b64(bytes(63))}, {"sig": b64(bytes(2420))}, {"more": "x"}])
def test_signature_of_another_form_is_refused(change: dict[str, str]) -> None:
    key = json.loads((SAMPLES / "keys.json").read_text(encoding="utf-8"))[1]["vkeys"]
    good = {"alg": "ed25519", "key": key["01"], "sig": b64(bytes(64))}
    assert len(verify.record_from_json(_record(_field("b.text"), signatures=[good])).signatures) == 1
    for other in ({**good, **change}, {**good, "key": key["04"]}, {**good, "key": key["06"]}):
        with pytest.raises(verify.Fault):
            verify.record_from_json(_record(_field("b.text"), signatures=[other]))


# --- the bag and its tables --------------------------------------------------------------------------------------------


def test_a_folder_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(6):
        (tmp_path / str(n)).write_bytes(b"")
    assert len(verify.Folder(str(tmp_path)).sizes()) == 6
    monkeypatch.setattr(verify, "FILE_COUNT", 5)
    with pytest.raises(verify.Fault, match="too many files"):
        verify.Folder(str(tmp_path)).sizes()


def test_a_file_that_became_a_pipe_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(verify.Fault, match="neither file nor folder"):
        verify.Folder(str(tmp_path)).read("pipe")


def test_a_parsed_file_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_bytes(b"12345")
    monkeypatch.setattr(verify, "TAG_LIMIT", 4)
    with pytest.raises(verify.Fault, match="too large"):
        verify.Folder(str(tmp_path)).read("x")


def test_a_hash_of_either_manifest_that_does_not_fit_is_refused(build: Any) -> None:
    build.original("E-0001", b"photo", b"o" * 16)
    for name in ("manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt"):
        bag = build.bag()
        data = bag.files[name]
        bag.files[name] = (b"1" if data[:1] == b"0" else b"0") + data[1:]
        with pytest.raises(verify.Fault, match="is not the file that"):
            verify.check_bag(bag)


COLUMNS = ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2",
        "a,b\r\n1,2\n",
        "a,b\n1\r,2\n",
        "a,b\n1,2\0\n",
        "a,b\n1\n",
        "a,b\n1,2,3\n",
        "b,a\n",
        "",
        "\n",
        'a,b\n"1,2\n',
        'a,b\n"1"x,2\n',
        "a,b\n1,\xff\n",
    ],
)
def test_table_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(verify.Fault):
        verify.parse_table(text.encode("latin-1"), COLUMNS, "table")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "a,b\r\n1,2\r\n", 'a,b\n"1","2"\n'])
def test_table_with_either_line_end_is_read(text: str) -> None:
    assert verify.parse_table(text.encode(), COLUMNS, "table") == [{"a": "1", "b": "2"}]


FILES = {"data/originals/a": (1, HASH, ""), "data/originals/b": (1, HASH, ""), "data/web/c": (1, HASH, "")}


def _items(*rows: str) -> list[dict[str, str]]:
    return verify.parse_items("\n".join((",".join(verify.ITEM_COLUMNS), *rows, "")).encode(), FILES)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([f"E 1,data/originals/a,{HASH},0001,original,"], "proper name"),
        ([f"E-1,data/originals/a,{HASH},0001,original,", f"E-1,data/originals/b,{HASH},0001,original,"], "named twice"),
        ([f"E-1,data/originals/a,{HASH},0001,original,", f"E-2,data/originals/a,{HASH},0001,original,"], "role and path"),
        ([f"E-1,data/originals/gone,{HASH},0001,original,"], "role and path"),
        ([f"E-1,data/web/c,{HASH},0001,original,"], "role and path"),
        ([f"E-1,data/originals/a,{HASH},0001,photo,"], "role and path"),
        ([f"E-1,data/originals/a,{HASH.upper()},0001,original,"], "hash or record"),
        ([f"E-1,data/originals/a,{HASH},1,original,"], "hash or record"),
        (["E-1,,,0001,withdrawn,"], "neither file nor record"),
        (["E-1,data/originals/a,,,withdrawn,"], "neither file nor record"),
        ([f"E-1,,{HASH},,withdrawn,"], "neither file nor record"),
    ],
)
def test_item_row_of_another_form_is_refused(rows: list[str], reason: str) -> None:
    assert len(_items(f"E-1,data/originals/a,{HASH},0001,original,", "E-2,,,,withdrawn,")) == 2
    with pytest.raises(verify.Fault, match=reason):
        _items(*rows)


def _stones(*rows: str) -> list[dict[str, str]]:
    return verify.parse_tombstones("\n".join((",".join(verify.TOMBSTONE_COLUMNS), *rows, "")).encode())


@pytest.mark.parametrize(
    "rows",
    [
        [f"E 1,7,{HASH},c,g,T-0001,0006"], [f"E-1,07,{HASH},c,g,T-0001,0006"], [f"E-1,7,{HASH.upper()},c,g,T-0001,0006"],
        [f"E-1,7,{HASH},c,g,0001,0006"],
        [f"E-1,7,{HASH},c,g,T-1,0006"], [f"E-1,7,{HASH},c,g,T-0001,6"], [f"E-1,7,{HASH},c,g,T-0001,0006", f"E-2,8,{HASH},c,g,T-0002,0006"],
        [f"E-1,7,{HASH},c,g,T-0001,0006", f"E-2,8,{'b' * 64},c,g,T-0001,0006"],
    ],
)  # fmt: skip
def test_tombstone_row_of_another_form_is_refused(rows: list[str]) -> None:
    assert len(_stones(f"E-1,7,{HASH},c,g,T-0001,0006", f"E-2,8,{'b' * 64},c,g,T-0002,")) == 2
    with pytest.raises(verify.Fault):
        _stones(*rows)


def test_a_policy_of_the_sender_that_does_not_parse_fails(build: Any) -> None:
    build.original("E-0001", b"photo", b"o" * 16)
    for name in ("data/policy.txt", "data/devices.txt"):
        bag = build.bag()
        bag.files[name] = b"nonsense\n"
        assert verify.verify_folder(bag.redone())["exit"] == 1
        del bag.files[name]
        assert verify.verify_folder(bag.redone())["exit"] == 1
        assert verify.verify_folder(bag.redone(), build.policy, build.devices)["exit"] == 0


# --- time stamps -------------------------------------------------------------------------------------------------------


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    count = (len(body).bit_length() + 7) // 8
    size = bytes((len(body),)) if len(body) < 128 else bytes((0x80 | count,)) + len(body).to_bytes(count, "big")
    return bytes((tag,)) + size + body


def _imprint(oid: bytes = verify.OID_SHA256, value: bytes = bytes(32), more: bytes = b"") -> bytes:
    return _der(0x30, _der(0x30, _der(0x06, oid), _der(0x05), more), _der(0x04, value))


def _request(version: bytes = b"\x01", imprint: bytes | None = None, nonce: bytes = b"\x02\x01\x07", more: bytes = b"") -> bytes:
    return _der(0x30, _der(0x02, version), imprint or _imprint(), nonce, _der(0x01, b"\xff")) + more


@pytest.mark.parametrize(
    "change",
    [{"version": b"\x02"}, {"nonce": b""}, {"nonce": b"\x02\x01\x07\x02\x01\x08"}, {"more": b"\x00"}, {"more": b"\x05\x00"},
     {"imprint": _imprint(b"\x2b\x0e\x03\x02\x1a")},
     {"imprint": _imprint(value=bytes(20))}, {"imprint": _imprint(more=b"\x05\x00")}, {"imprint": _der(0x31)}],
    ids=str,
)  # fmt: skip
def test_request_of_another_form_is_refused(change: dict[str, bytes]) -> None:
    assert verify.parse_request(_request()) == verify.Stamp(bytes(32), b"\x07")
    with pytest.raises(verify.Fault):
        verify.parse_request(_request(**change))


def _reply(**change: Any) -> bytes:
    """A reply as an authority would build it, unsigned; every part can be replaced."""
    part = {
        "status": b"\x00", "content": verify.OID_SIGNED_DATA, "inner": verify.OID_TST_INFO, "version": b"\x01", "imprint": _imprint(),
        "time": b"20261122082201Z",
        "digest": verify.OID_SHA256, "algorithm": bytes.fromhex("2a8648ce3d040302"), "signers": 1, "more": b"",
        **change,
    }  # fmt: skip
    info = _der(0x30, _der(2, part["version"]), _der(6, b"\x2a\x03"), part["imprint"], _der(2, b"\x09"), _der(0x18, part["time"]), _der(2, b"\x07"))
    signer = _der(
        0x30, _der(2, b"\x01"), _der(0x30), _der(0x30, _der(6, part["digest"])), _der(0x30, _der(6, part["algorithm"])), _der(4, b"signature")
    )
    content = _der(0x30, _der(6, part["inner"]), _der(0xA0, _der(4, info)))
    signed = _der(0x30, _der(2, b"\x03"), _der(0x31), content, _der(0x31, signer * part["signers"]))
    return _der(0x30, _der(0x30, _der(2, part["status"])), _der(0x30, _der(6, part["content"]), _der(0xA0, signed)), part["more"])


@pytest.mark.parametrize(
    "change",
    [
        {"status": b"\x02"}, {"content": verify.OID_TST_INFO}, {"inner": verify.OID_SIGNED_DATA}, {"version": b"\x02"},
        {"imprint": _imprint(value=b"x")},
        {"time": b"2026112208220Z"}, {"digest": bytes.fromhex("2b0e03021a")}, {"algorithm": bytes.fromhex("2a864886f70d010105")}, {"signers": 0},
        {"signers": 2}, {"more": b"\x05\x00"},
    ],
    ids=str,
)  # fmt: skip
def test_reply_of_another_form_is_refused(change: dict[str, Any]) -> None:
    assert verify.parse_reply(_reply()).time_text == "2026-11-22T08:22:01Z"
    assert verify.parse_reply(_reply(status=b"\x01")).nonce == b"\x07"
    with pytest.raises(verify.Fault):
        verify.parse_reply(_reply(**change))


def test_a_reply_without_signers_or_with_bytes_after_it_is_refused() -> None:
    info = _der(0x30, _der(2, b"\x01"), _der(6, b"\x2a\x03"), _imprint(), _der(2, b"\x09"), _der(0x18, b"20261122082201Z"))
    content = _der(0x30, _der(6, verify.OID_TST_INFO), _der(0xA0, _der(4, info)))
    unsigned = _der(0x30, _der(2, b"\x03"), _der(0x31), content)
    alone = _der(0x30, _der(0x30, _der(2, b"\x00")), _der(0x30, _der(6, verify.OID_SIGNED_DATA), _der(0xA0, unsigned)))
    for data in (alone, _reply() + b"\x05\x00"):
        with pytest.raises(verify.Fault):
            verify.parse_reply(data)


def test_a_stamp_of_another_file_type_is_refused() -> None:
    good = verify.OTS_MAGIC + b"\x01\x08" + bytes(32) + b"\x00" + verify.OTS_PENDING + b"\x02\x01a"
    assert verify.parse_ots(good, bytes(32)) == []
    for data in (b"\x01" + good[1:], good[:30] + b"\x95" + good[31:]):
        with pytest.raises(verify.Fault):
            verify.parse_ots(data, bytes(32))


@pytest.mark.parametrize("name", ["300.note.a.tsr", "300.note.ots"])
def test_a_stamp_beside_a_note_with_a_false_signature_fails(name: str, memory_bag: Callable[[str], Any], check: Callable[..., Any]) -> None:
    bag = memory_bag("no-anchors")
    note = bytearray((SAMPLES / "anchors" / "300.note").read_bytes())
    place = note.index(b"\n\n") + 60
    note[place : place + 1] = b"A" if note[place : place + 1] != b"A" else b"B"
    bag.files["data/anchors/300.note"] = bytes(note)
    digest = hashlib.sha256(bytes(note)).digest()
    bag.files["data/anchors/300.note.a.tsq"] = _request(imprint=_imprint(value=digest))
    bag.files["data/anchors/300.note.a.tsr"] = _reply(imprint=_imprint(value=digest))
    ots = verify.OTS_MAGIC + b"\x01\x08" + digest + b"\x00" + verify.OTS_PENDING + b"\x02\x01a"
    bag.files["data/anchors/300.note.ots"] = ots
    rows = {row["name"]: row["result"] for row in check(bag.redone())["anchors"]}
    assert rows[name].startswith("FAIL checkpoint signature")


def test_a_token_over_another_note_fails_though_the_request_is_over_this_one(memory_bag: Callable[[str], Any], check: Callable[..., Any]) -> None:
    bag = memory_bag("no-anchors")
    note = (SAMPLES / "anchors" / "300.note").read_bytes()
    bag.files["data/anchors/300.note"] = note
    bag.files["data/anchors/300.note.a.tsq"] = _request(imprint=_imprint(value=hashlib.sha256(note).digest()))
    bag.files["data/anchors/300.note.a.tsr"] = _reply()
    (row,) = check(bag.redone())["anchors"]
    assert row["result"] == "FAIL time stamp (it is over another note)"
