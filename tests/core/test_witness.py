"""A witness answers in the order of the specification, and two signed checkpoints say of each other what they must."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import forks, witness
from letapis.core.errors import Damaged, UsageError
from letapis.core.merkle import EMPTY_ROOT, consistency_proof, leaf_hash
from letapis.core.notes import (
    Checkpoint,
    KeyKind,
    OpenedCheckpoint,
    Signer,
    VerifierKey,
    format_note,
    open_checkpoint,
    parse_checkpoint,
    parse_note,
    parse_vkey,
)
from letapis.core.tiles import node_reader
from letapis.core.witness import Judged, Refusal, Stored, cosigners, format_request, judge, parse_refusal, parse_request, refusal, with_lines

VECTORS = Path(__file__).parents[1] / "vectors"
V1 = VECTORS / "letapis-v1"
DIALOGUE = json.loads((V1 / "witness.json").read_bytes())
KEYS = tuple(parse_vkey(key) for key in DIALOGUE["keys"])
LITE = json.loads((VECTORS / "witness/litewitness.json").read_bytes())

Verify = Callable[[int, bytes, bytes, bytes], bool]


def _play(requests: list[str], origin: str, keys: tuple[VerifierKey, ...], verify: Verify) -> list[Judged]:
    """The answers of one witness that begins with nothing."""
    held: dict[str, Stored] = {}
    found = []
    for request in requests:
        judged = judge(request.encode(), {origin: keys}, lambda name: held.get(name, Stored()), verify)
        if judged.status == witness.SIGNED:
            assert judged.head is not None
            held[origin] = Stored(judged.head.size, judged.head.root, judged.note, 1)
        found.append(judged)
    return found


def test_twenty_requests_in_order_get_the_known_answers(verify: Verify) -> None:
    found = _play([step["request"] for step in DIALOGUE["steps"]], DIALOGUE["origin"], KEYS, verify)
    assert [one.status for one in found] == [step["status"] for step in DIALOGUE["steps"]]
    by_name = {step["name"]: one for step, one in zip(DIALOGUE["steps"], found, strict=True)}
    stale = by_name["stale old size"]
    assert stale.stored is not None and f"{stale.stored.size}\n" == "256\n" == str(DIALOGUE["steps"][6]["body"])
    assert by_name["same size, other root"].shows == witness.FORK and by_name["other history"].shows == witness.UNPROVEN
    assert by_name["size 0, wrong root"].shows == witness.FALSE_EMPTY and by_name["proof although old is 0"].shows == ""
    assert by_name["bad signature"].head is None, "whoever cannot sign learns nothing of what is held"


def test_requests_of_another_implementation(verify: Verify) -> None:
    """Differences are those of the specification: an unknown log is 404 now, and a signature with spare bits set is unreadable."""
    key = VerifierKey(LITE["origin"], KeyKind.ED25519, bytes.fromhex(LITE["log_ed25519_public"]))
    found = [one.status for one in _play([step["request"] for step in LITE["steps"]], LITE["origin"], (key,), verify)]
    expected = [step["status_there"] for step in LITE["steps"]]
    expected[2] = 404
    assert found == expected and set(expected) == {200, 403, 404, 409, 422}


def test_checkpoints_that_lax_readers_accept_get_no_signature(verify: Verify) -> None:
    paths = sorted((VECTORS / "sigstore").rglob("*.json"))
    assert sum(len(_envelopes(path)) for path in paths) > 5
    for path in paths:
        for note in _envelopes(path):
            judged = judge(b"old 0\n\n" + note, {note.partition(b"\n")[0].decode("utf-8", "replace"): KEYS}, lambda _: Stored(), verify)
            assert judged.status in (400, 403, 404), path.name


def _envelopes(path: Path) -> list[bytes]:
    found: list[bytes] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            found.extend(text.encode() for name, text in value.items() if name == "envelope" and isinstance(text, str))
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(json.loads(path.read_bytes()))
    return found


def test_a_foreign_log_of_plain_files_is_witnessed_step_by_step(verify: Verify) -> None:
    """Tessera's checkpoints of the sizes 0 to 10, in every order of two, with proofs out of its own tiles."""
    folder = VECTORS / "log-tessera"
    key = parse_vkey((folder / "vkey.txt").read_text(encoding="utf-8").strip())
    notes = [(folder / f"checkpoint.{size}").read_bytes() for size in range(11)]
    heads = [open_checkpoint(note, [key], verify).checkpoint for note in notes]
    for old, new in ((old, new) for old in range(11) for new in range(11)):
        proof = consistency_proof(old, new, node_reader(new, lambda tile: (folder / tile.path).read_bytes())) if 0 < old < new else []
        request = format_request(old, proof, notes[new])
        held = Stored(old, heads[old].root, notes[old], 1)
        assert judge(request, {key.name: [key]}, lambda _, held=held: held, verify).status == (200 if old <= new else 400)  # type: ignore[misc]
        if proof:
            cut = format_request(old, proof[:-1], notes[new])
            assert judge(cut, {key.name: [key]}, lambda _, held=held: held, verify).status == 422  # type: ignore[misc]


def test_two_trees_of_one_foreign_log_are_what_a_fork_looks_like(verify: Verify) -> None:
    """Sunlight's log signs with a type that we do not know: nothing of it is witnessed, and its two checkpoints still contradict each other."""
    paths = sorted((VECTORS / "log-sunlight").rglob("checkpoint"))
    read = [parse_note(path.read_bytes()) for path in paths]
    heads = [parse_checkpoint(note.text) for note in read]
    first, second = (OpenedCheckpoint(head, (), ()) for head in heads)
    assert len(paths) == 2 and forks.compare(first, second) == forks.FORK
    for path in paths:
        judged = judge(format_request(0, (), path.read_bytes()), {heads[0].origin: KEYS}, lambda _: Stored(), verify)
        assert judged.status == 403


def test_the_fork_sample_is_found_and_a_tree_goes_on_from_its_beginning(verify: Verify) -> None:
    a, b = (open_checkpoint((V1 / "fork" / name).read_bytes(), KEYS, verify) for name in ("a.note", "b.note"))
    assert forks.compare(a, b) == forks.FORK and forks.compare(a, a) == forks.SAME
    held = {size: open_checkpoint((V1 / "log" / f"checkpoint.{size}").read_bytes(), KEYS, verify) for size in (0, 3, 256, 257, 300)}
    assert forks.compare(held[0], held[300]) == forks.CONTINUES and forks.compare(held[256], held[300]) == forks.OPEN
    grow = parse_request(DIALOGUE["steps"][19]["request"].encode())
    assert grow.old == 256 and forks.compare(held[256], held[300], grow.proof) == forks.CONTINUES
    assert forks.compare(held[300], held[256], grow.proof[:-1]) == forks.UNPROVEN
    other = open_checkpoint(parse_request(DIALOGUE["steps"][12]["request"].encode()).note, KEYS, verify)
    assert forks.compare(held[300], other) == forks.FORK
    with pytest.raises(UsageError, match=r"forks\.other_log"):
        forks.compare(held[3], OpenedCheckpoint(Checkpoint("log.example/two", 3, EMPTY_ROOT), (), ()))


def _signed(size: int, time: int | None) -> OpenedCheckpoint:
    root = EMPTY_ROOT if size == 0 else leaf_hash(b"%d" % size)
    return OpenedCheckpoint(Checkpoint("log.example/one", size, root), (Signer(KEYS[1], time),), (Signer(KEYS[1], 9_999_999_999),))


@given(st.integers(0, 90), st.integers(0, 90), st.integers(1, 90), st.integers(1, 90))
def test_a_smaller_tree_signed_after_a_larger_one_is_a_rollback(small: int, great: int, early: int, late: int) -> None:
    if small != great and early != late:
        first, second = _signed(min(small, great), max(early, late)), _signed(max(small, great), min(early, late))
        assert forks.compare(first, second) == forks.compare(second, first) == forks.ROLLBACK


def test_a_record_is_not_older_than_a_checkpoint_without_it() -> None:
    day = 86_400
    seen = [_signed(5, 10 * day), _signed(9, 20 * day), _signed(3, None)]
    assert forks.back_dated(4, "1970-01-02", seen) is None, "it stands in both"
    found = forks.back_dated(7, "1970-01-10", seen)
    assert found is not None and (found.size, found.signed) == (5, "1970-01-11")
    assert forks.back_dated(7, "1970-01-11", seen) is None, "on the very day nothing can be said"
    assert forks.back_dated(9, "1970-01-15", seen) == forks.BackDated(9, "1970-01-15", 9, "1970-01-21")


def test_cosignatures_are_added_once_and_checked_by_who_signed(verify: Verify) -> None:
    full = (V1 / "log/checkpoint.300").read_bytes()
    read = parse_note(full)
    keys = [parse_vkey(key) for one in json.loads((V1 / "keys.json").read_bytes()) for key in one["vkeys"].values()]
    witnesses = [key for key in keys if key not in KEYS and any(line.key_id == key.key_id for line in read.lines)]
    lines = witness.lines_of(read, witnesses)
    assert len(lines) == len(witnesses) == 6
    plain = format_note(read.text, [line for line in (one.text for one in read.lines) if line not in lines])
    assert with_lines(plain, lines) == full == with_lines(full, lines)
    assert {signer.key for signer in cosigners(read.text, b"".join(lines), witnesses, verify)} == set(witnesses)
    with pytest.raises(Damaged, match=r"note\.no_known_signature"):
        cosigners(read.text, b"".join(lines), KEYS, verify)
    with pytest.raises(Damaged, match=r"note\.signature"):
        cosigners(parse_note((V1 / "log/checkpoint.257").read_bytes()).text, b"".join(lines), witnesses, verify)
    with pytest.raises(Damaged):
        with_lines(full, [b"no line\n"])


def test_a_refusal_travels_and_comes_back_the_same() -> None:
    note = (V1 / "log/checkpoint.3").read_bytes()
    for made in (Refusal(400), Refusal(404), Refusal(409, 0), Refusal(409, 3, note), Refusal(422, None, note)):
        assert parse_refusal(made.text) == made
    for bad in (b"", b"200\n", b"409\n", b"409\n03\n", b"422", b"422\n\n", b"400\n5\n", b"409\n3\nx\n", "４22\n".encode(), b"422\r\n"):
        with pytest.raises(Damaged, match=r"witness\.refusal_form"):
            parse_refusal(bad)
    assert refusal(Judged(409, "", None, b"", Stored(3, EMPTY_ROOT, note, 1))) == Refusal(409, 3, note)
    assert refusal(Judged(403, "note.signature")) == Refusal(403)


def test_what_is_no_request_is_said_by_its_reason() -> None:
    note = (V1 / "log/checkpoint.3").read_bytes()
    good = format_request(0, (), note)
    assert parse_request(good).head.size == 3
    line = b"A" * 43 + b"=\n"
    wrong = {
        b"": "witness.request_form",
        b"old 0\n" + note: "witness.request_form",
        b"old -1\n\n" + note: "witness.request_form",
        b"old 00\n\n" + note: "witness.request_form",
        b"old 0\n" + line[1:] + b"\n" + note: "witness.request_form",
        b"old 0\nAAAA\n\n" + note: "witness.request_form",
        b"old 1\n" + line * 64 + b"\n" + note: "witness.proof_length",
        b"old 0\n\nx\n1\n": "witness.request_form",
        b"old 0\n\nlog\n1\n\n": "note.checkpoint",
        b"old 0\n\n" + b"x" * witness.MAX_REQUEST: "witness.request_size",
    }
    for data, code in wrong.items():
        with pytest.raises(Damaged) as caught:
            parse_request(data)
        assert caught.value.code == code, data[:40]


def test_a_format_that_would_not_come_back_is_never_written() -> None:
    with pytest.raises(Damaged):
        format_request(0, (b"short",), (V1 / "log/checkpoint.3").read_bytes())
    with pytest.raises(Damaged):
        format_note(b"no checkpoint", [])
    assert witness.request_name("log.example/one", 3, 9).endswith("-3-9")
