"""Signed notes against the known answers, ours and those of others."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letapis.core.errors import Damaged, UsageError
from letapis.core.merkle import EMPTY_ROOT
from letapis.core.notes import (
    Checkpoint,
    KeyKind,
    NoteLine,
    VerifierKey,
    format_note,
    open_checkpoint,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    signature_line,
    signed_bytes,
    signers_of,
)

VECTORS = Path(__file__).parents[1] / "vectors"
V1 = VECTORS / "letapis-v1"
NOTES = json.loads((V1 / "notes.json").read_bytes())
KEYS = json.loads((V1 / "keys.json").read_bytes())
LOG = "log.example.org/3fqk7x2m9d4v6c8t"

Verify = Callable[[int, bytes, bytes, bytes], bool]


def _split(texts: list[str]) -> tuple[list[VerifierKey], list[VerifierKey]]:
    """Keys of logs and of witnesses; in the known answers witnesses are named so."""
    keys = [parse_vkey(text) for text in texts]
    return [k for k in keys if "witness" not in k.name], [k for k in keys if "witness" in k.name]


def _keys(label: str, *kinds: str) -> list[VerifierKey]:
    (entry,) = (k for k in KEYS if k["label"] == label)
    return [parse_vkey(entry["vkeys"][kind]) for kind in kinds]


def _note(name: str) -> bytes:
    (entry,) = (n for n in NOTES if n["name"] == name)
    return str(entry["note"]).encode()


def _code(data: bytes, logs: list[VerifierKey], verify: Verify, witnesses: list[VerifierKey] | None = None) -> str:
    with pytest.raises(Damaged) as caught:
        open_checkpoint(data, logs, verify, witnesses or [])
    return caught.value.code


@pytest.mark.parametrize("case", NOTES, ids=lambda c: c["name"])
def test_known_notes(case: dict[str, Any], verify: Verify) -> None:
    logs, witnesses = _split(case["keys"])
    data = case["note"].encode("utf-8")
    if case["expect"] == "accept":
        opened = open_checkpoint(data, logs, verify, witnesses, every_key=False)
        assert opened.log and {s.key for s in opened.log} <= set(logs)
        note = parse_note(data)
        assert format_note(note.text, [line.text for line in note.lines]) == data
    else:
        with pytest.raises(Damaged, match=r"note\."):
            open_checkpoint(data, logs, verify, witnesses, every_key=False)


REASONS = {
    "no known signature": "note.no_known_signature",
    "bad Ed25519 from a known key": "note.signature",
    "root changed": "note.signature",
    "size with leading zero": "note.checkpoint",
    "CRLF": "note.control_character",
    "no blank line": "note.framing",
    "hyphen instead of em dash": "note.line",
    "root without padding": "note.checkpoint",
    "origin of another log, signed by this one": "note.origin",
    "zero timestamp from a witness": "note.time",
    "subtree signature passed off as checkpoint": "note.time",
    "seventeen hundred signatures": "note.lines",
}


def test_every_refused_note_is_refused_for_its_own_reason(verify: Verify) -> None:
    found = {}
    for case in NOTES:
        if case["expect"] != "accept":
            logs, witnesses = _split(case["keys"])
            found[case["name"]] = _code(case["note"].encode("utf-8"), logs, verify, witnesses)
    assert found == REASONS


def test_witnesses_and_their_times_are_told(verify: Verify) -> None:
    case = next(n for n in NOTES if n["name"] == "log and six cosignatures")
    logs, witnesses = _split(case["keys"])
    opened = open_checkpoint(case["note"].encode(), logs, verify, witnesses)
    assert len(opened.log) == 2 and {s.key for s in opened.witnesses} == set(witnesses) and len(witnesses) == 6
    assert all(s.time for s in opened.witnesses) and opened.time == next(s.time for s in opened.log if s.key.kind is KeyKind.ML_DSA_44)
    assert (opened.checkpoint.origin, opened.checkpoint.size) == (LOG, 257)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 300])
def test_checkpoints_of_the_known_log_verify(size: int, verify: Verify) -> None:
    opened = open_checkpoint((V1 / f"log/checkpoint.{size}").read_bytes(), _keys("log", "01", "06"), verify)
    assert opened.checkpoint.size == size


def test_both_sides_of_a_fork_are_signed(verify: Verify) -> None:
    opened = [open_checkpoint((V1 / f"fork/{name}.note").read_bytes(), _keys("log", "01", "06"), verify).checkpoint for name in "ab"]
    assert opened[0].size == opened[1].size and opened[0].root != opened[1].root


@pytest.mark.parametrize("dropped", [0, 1])
def test_a_log_that_left_one_of_its_two_signatures_out_is_refused(dropped: int, verify: Verify) -> None:
    note = parse_note((V1 / "log/checkpoint.257").read_bytes())
    lines = [line.text for i, line in enumerate(note.lines) if i != dropped]
    assert _code(format_note(note.text, lines), _keys("log", "01", "06"), verify) == "note.log_signature_missing"
    remaining = _keys("log", "06" if dropped == 0 else "01")
    assert open_checkpoint(format_note(note.text, lines), remaining, verify).checkpoint.size == 257
    assert len(open_checkpoint(format_note(note.text, lines), _keys("log", "01", "06"), verify, every_key=False).log) == 1


def test_a_witness_cannot_stand_in_for_the_log(verify: Verify) -> None:
    """A witness key that carries the log's name is still no log key."""
    data = (V1 / "log/checkpoint.257").read_bytes()
    log = _keys("log", "06")
    other = [VerifierKey("elsewhere.example", KeyKind.ED25519, b"\1" * 32)]
    assert _code(data, other, verify, log) == "note.origin"
    assert _code(data, [], verify, log) == "note.origin"


def test_key_kinds_are_not_mixed_up(verify: Verify) -> None:
    data = (V1 / "log/checkpoint.257").read_bytes()
    with pytest.raises(UsageError, match=r"note\.key_use"):
        open_checkpoint(data, _keys("log", "04"), verify)
    with pytest.raises(UsageError, match=r"note\.key_use"):
        open_checkpoint(data, _keys("log", "01"), verify, _keys("log", "01"))


def test_two_keys_with_one_name_and_id_are_refused(verify: Verify) -> None:
    (key,) = _keys("log", "01")
    twin = VerifierKey(key.name, key.kind, b"\7" * 32)
    real = VerifierKey.key_id
    try:
        VerifierKey.key_id = property(lambda self: b"same")  # type: ignore[assignment,method-assign]
        with pytest.raises(Damaged, match=r"note\.key_collision"):
            signers_of(parse_note((V1 / "log/checkpoint.1").read_bytes()), [key, twin], verify)
    finally:
        VerifierKey.key_id = real  # type: ignore[method-assign]


def test_empty_log_has_only_one_root(verify: Verify) -> None:
    text = Checkpoint(LOG, 0, b"\0" * 32).text
    line = NoteLine(LOG, _keys("log", "01")[0].key_id, b"\0" * 64).text
    assert _code(format_note(text, [line]), _keys("log", "01"), lambda *_: True) == "note.empty_root"
    assert open_checkpoint((V1 / "log/checkpoint.0").read_bytes(), _keys("log", "01", "06"), verify).checkpoint.root == EMPTY_ROOT


@pytest.mark.parametrize("label", [k["label"] for k in KEYS])
def test_known_vkeys_are_read_and_written(label: str) -> None:
    (entry,) = (k for k in KEYS if k["label"] == label)
    for kind, text in entry["vkeys"].items():
        key = parse_vkey(text)
        assert key.text == text and key.name == entry["name"] and key.kind == int(kind)
        public = base64.b64decode(entry["mldsa44_public"]) if kind == "06" else bytes.fromhex(entry["ed25519_public"])
        assert key.public == public and key.scheme == (6 if kind == "06" else 1)


def _vkey(name: str, blob: bytes, key_id: str = "") -> str:
    import hashlib

    made = key_id or hashlib.sha256(name.encode() + b"\n" + blob).hexdigest()[:8]
    return f"{name}+{made}+{base64.b64encode(blob).decode()}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "note.vkey"),
        ("name", "note.vkey"),
        ("name+00000000", "note.vkey"),
        (_vkey("n", b"\1" + b"k" * 31), "note.vkey"),
        (_vkey("n", b"\6" + b"k" * 32), "note.vkey"),
        (_vkey("n", b"\2" + b"k" * 32), "note.vkey_kind"),
        (_vkey("n", b"\1" + b"k" * 32, "00000000"), "note.vkey_id"),
        (_vkey("n", b"\1" + b"k" * 32) + "=", "note.vkey"),
        (_vkey("n", b"\1" + b"k" * 32) + "\n", "note.vkey"),
        (_vkey("n m", b"\1" + b"k" * 32), "note.key_name"),
        (_vkey("n\u2003m", b"\1" + b"k" * 32), "note.key_name"),
        (_vkey("n\nm", b"\1" + b"k" * 32), "note.key_name"),
        (_vkey("ж" * 128, b"\1" + b"k" * 32), "note.key_name"),
    ],
)
def test_vkeys_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(Damaged) as caught:
        parse_vkey(text)
    assert caught.value.code == code


def test_vkey_id_in_capitals_is_refused() -> None:
    text = _vkey("n", b"\1" + b"k" * 32)
    name, key_id, blob = text.split("+", 2)
    assert any(c.isalpha() for c in key_id) and parse_vkey(text)
    with pytest.raises(Damaged, match=r"note\.vkey"):
        parse_vkey(f"{name}+{key_id.upper()}+{blob}")


ROOT = base64.b64encode(b"\7" * 32).decode()


SHAPES = ["", "a\n", f"a\n1\n{ROOT}", f"a\n1\n{ROOT}\nextension\n", f"a\n1\n{ROOT}\n\n", f"\n1\n{ROOT}\n", f"a b\n1\n{ROOT}\n", f"a+b\n1\n{ROOT}\n"]
SIZES = ["", "-1", "+1", "01", "1.0", " 1", "1_0", "٣", "9223372036854775808", "1" * 30]
ROOTS = ["", ROOT[:-1], ROOT + "=", ROOT[:-2] + "d=", base64.b64encode(b"\7" * 31).decode(), "!" + ROOT[1:], ROOT.replace("B", " ", 1)]


@pytest.mark.parametrize("text", [*SHAPES, *(f"a\n{size}\n{ROOT}\n" for size in SIZES), *(f"a\n1\n{root}\n" for root in ROOTS)])
def test_checkpoint_texts_that_are_refused(text: str) -> None:
    with pytest.raises(Damaged, match=r"note\."):
        parse_checkpoint(text.encode())


def test_checkpoint_text_is_read_back() -> None:
    for size in (0, 1, (1 << 63) - 1):
        head = Checkpoint("прыклад.example/х", size, b"\7" * 32)
        assert parse_checkpoint(head.text) == head
    with pytest.raises(Damaged, match=r"note\.encoding"):
        parse_checkpoint(b"\xff\n1\n\n")


LINE = "— n AAAAAAE=\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "note.framing"),
        ("text\n", "note.framing"),
        ("text\n\n", "note.framing"),
        (f"text\n{LINE}", "note.framing"),
        (f"text\n\n{LINE[:-1]}", "note.framing"),
        (f"text\n\n{LINE}\n", "note.framing"),
        (f"text\n\n{LINE}x\n", "note.line"),
        (f"text\n\n {LINE}", "note.line"),
        ("text\n\n—  n AAAAAAE=\n", "note.line"),
        ("text\n\n— n AAAAAAE= \n", "note.line"),
        ("text\n\n— n AAAAAAE\n", "note.line"),
        ("text\n\n— n AAAAAAF=\n", "note.line"),
        ("text\n\n— n AAAAAA==\n", "note.line"),
        ("text\n\n– n AAAAAAE=\n", "note.line"),
        ("text\n\n—  AAAAAAE=\n", "note.key_name"),
        ("text\n\n— n+m AAAAAAE=\n", "note.key_name"),
        ("text\n\n— n\u00a0m AAAAAAE=\n", "note.key_name"),
        (f"te\txt\n\n{LINE}", "note.control_character"),
        (f"te\x7fxt\n\n{LINE}", "note.control_character"),
        (f"te\u0085xt\n\n{LINE}", "note.control_character"),
        (f"text\n\n{LINE * 65}", "note.lines"),
        ("x" * (1 << 20) + f"\n\n{LINE}", "note.too_long"),
    ],
)
def test_notes_that_are_refused(data: str, code: str) -> None:
    with pytest.raises(Damaged) as caught:
        parse_note(data.encode())
    assert caught.value.code == code


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(Damaged, match=r"note\.encoding"):
        parse_note(b"\xff\n\n" + LINE.encode())


def test_64_lines_are_read_and_the_last_blank_line_divides() -> None:
    note = parse_note(f"one\n\ntwo\n\n\n{LINE * 64}".encode())
    assert note.text == b"one\n\ntwo\n\n" and len(note.lines) == 64


def test_only_what_is_read_back_the_same_is_written() -> None:
    assert format_note(b"text\n", [LINE.encode()]) == f"text\n\n{LINE}".encode()
    for text, lines in ((b"text", [LINE.encode()]), (b"text\n", []), (b"text\n", [b"x\n", LINE.encode()]), (b"text\n", [b"\n" + LINE.encode()])):
        with pytest.raises(Damaged, match=r"note\."):
            format_note(text, lines)


def test_unknown_lines_are_ignored_whatever_they_share_with_a_known_key(verify: Verify) -> None:
    note = parse_note((V1 / "log/checkpoint.3").read_bytes())
    keys = _keys("log", "01", "06")
    strangers = [NoteLine(LOG, b"\0\0\0\0", b"x").text, NoteLine("other.example", keys[0].key_id, b"x").text]
    data = format_note(note.text, [strangers[0], *(line.text for line in note.lines), strangers[1]])
    assert len(open_checkpoint(data, keys, verify).log) == 2


@pytest.mark.parametrize("payload", [b"x", b"x" * 8, b"x" * 63, b"x" * 65, b"x" * 72])
def test_payload_of_a_known_key_with_another_length_condemns(payload: bytes, verify: Verify) -> None:
    note = parse_note((V1 / "log/checkpoint.3").read_bytes())
    keys = _keys("log", "01", "06")
    for bad in keys:
        lines = [NoteLine(k.name, k.key_id, payload).text if k is bad else line.text for k, line in zip(keys, note.lines, strict=True)]
        assert _code(format_note(note.text, lines), keys, verify) == "note.signature"


def test_written_lines_carry_what_was_signed() -> None:
    """The three messages of the table, byte for byte."""
    text = Checkpoint("o", 5, b"\7" * 32).text
    ed, co, ml = (VerifierKey("k", kind, b"p" * size) for kind, size in ((KeyKind.ED25519, 32), (KeyKind.COSIGNATURE, 32), (KeyKind.ML_DSA_44, 1312)))
    assert signed_bytes(ed, text, 0) == text
    assert signed_bytes(co, text, 9) == b"cosignature/v1\ntime 9\n" + text
    expected = b"subtree/v1\n\0" + b"\1k" + (9).to_bytes(8, "big") + b"\1o" + bytes(8) + (5).to_bytes(8, "big") + b"\7" * 32
    assert signed_bytes(ml, text, 9) == expected
    assert parse_note(format_note(text, [signature_line(ml, 9, b"s" * 2420)])).lines[0].payload == (9).to_bytes(8, "big") + b"s" * 2420
    assert parse_note(format_note(text, [signature_line(ed, 9, b"s" * 64)])).lines[0].payload == b"s" * 64
    for key in (co, ml):
        for time in (0, -1, 1 << 63):
            with pytest.raises(Damaged, match=r"note\.time"):
                signed_bytes(key, text, time)
    with pytest.raises(UsageError, match=r"note\.signature_length"):
        signature_line(co, 9, b"s" * 63)


def test_first_and_last_second_may_be_signed() -> None:
    key = VerifierKey("k", KeyKind.COSIGNATURE, b"p" * 32)
    for time in (1, (1 << 63) - 1):
        assert signed_bytes(key, Checkpoint("o", 5, b"\7" * 32).text, time).startswith(b"cosignature/v1\ntime %d\n" % time)


@pytest.mark.parametrize("name", ["x", "x" * 255, "ж" * 127])
def test_key_names_up_to_255_bytes(name: str) -> None:
    key = VerifierKey(name, KeyKind.ED25519, b"p" * 32)
    assert parse_vkey(key.text) == key


def test_two_lines_given_as_one_are_not_written() -> None:
    with pytest.raises(Damaged, match=r"note\.framing"):
        format_note(b"text\n", [LINE.encode() * 2])


@pytest.mark.parametrize(("index", "size"), [(0, 63), (0, 65), (1, 2419), (1, 64), (1, 0)])
def test_length_of_a_signature_is_checked_before_the_scheme_is_asked(index: int, size: int) -> None:
    note, keys = parse_note((V1 / "log/checkpoint.3").read_bytes()), _keys("log", "01", "06")
    lines = [line.text for line in note.lines]
    time = b"" if index == 0 else (9).to_bytes(8, "big")
    lines[index] = NoteLine(LOG, keys[index].key_id, time + b"s" * size).text if size else NoteLine(LOG, keys[index].key_id, time).text
    assert _code(format_note(note.text, lines), keys, lambda *_: True) == "note.signature"


# --- notes of others ---


def test_example_of_the_standard_verifies(verify: Verify) -> None:
    key = parse_vkey((VECTORS / "notes/c2sp-signed-note.vkey").read_text(encoding="utf-8").strip())
    note = parse_note((VECTORS / "notes/c2sp-signed-note.txt").read_bytes())
    assert [s.key for s in signers_of(note, [key], verify)] == [key]


@pytest.mark.parametrize("size", range(11))
def test_checkpoints_of_another_log_verify(size: int, verify: Verify) -> None:
    key = parse_vkey((VECTORS / "log-tessera/vkey.txt").read_text(encoding="utf-8").strip())
    assert open_checkpoint((VECTORS / f"log-tessera/checkpoint.{size}").read_bytes(), [key], verify).checkpoint.size == size


@pytest.mark.parametrize("folder", ["", "mirror"])
def test_cosignatures_of_another_witness_verify(folder: str, verify: Verify) -> None:
    base = VECTORS / "log-sunlight" / folder
    (listed,) = base.glob("*.v0.json")
    (key,) = (parse_vkey(k) for k in json.loads(listed.read_bytes())["verifier_keys"])
    (path,) = (p for p in base.rglob("checkpoint") if folder or "mirror" not in p.parts)
    (signer,) = signers_of(parse_note(path.read_bytes()), [key], verify)
    assert signer.key.kind is KeyKind.COSIGNATURE and signer.time == 1767139200


SIGSTORE = VECTORS / "sigstore"
REKOR_VKEY = "log2025-alpha1.rekor.sigstage.dev"


def _envelope(folder: str) -> bytes:
    bundle = json.loads((SIGSTORE / folder / "bundle.sigstore.json").read_bytes())
    return str(bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["checkpoint"]["envelope"]).encode()


def _rekor_key(folder: str) -> VerifierKey:
    logs = json.loads((SIGSTORE / folder / "trusted_root.json").read_bytes())["tlogs"]
    (raw,) = (log["publicKey"]["rawBytes"] for log in logs if log["baseUrl"].endswith(REKOR_VKEY))
    return VerifierKey(REKOR_VKEY, KeyKind.ED25519, base64.b64decode(raw)[-32:])


@pytest.mark.parametrize("folder", sorted(p.name for p in SIGSTORE.iterdir() if "checkpoint" in p.name or "happy" in p.name))
def test_checkpoints_that_lax_readers_accept(folder: str, verify: Verify) -> None:
    key = _rekor_key(folder)
    if folder.endswith("_fail"):
        with pytest.raises(Damaged, match=r"note\."):
            open_checkpoint(_envelope(folder), [key], verify)
    else:
        assert open_checkpoint(_envelope(folder), [key], verify).log[0].key == key
