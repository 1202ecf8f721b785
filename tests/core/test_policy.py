"""Policies against the known answers: who must have seen a tree."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from letapis.core.errors import Damaged
from letapis.core.notes import KeyKind, VerifierKey, format_note, parse_note
from letapis.core.policy import Policy, check_trusted, format_policy, open_trusted, parse_policy
from letapis.core.proofs import parse_proof

V1 = Path(__file__).parents[1] / "vectors" / "letapis-v1"
POLICIES = json.loads((V1 / "policies.json").read_bytes())
EXPERT = (V1 / "case-file/expert-policy.txt").read_bytes()
NOTE = (V1 / "log/checkpoint.300").read_bytes()

Verify = Callable[[int, bytes, bytes, bytes], bool]


@pytest.mark.parametrize("case", POLICIES, ids=lambda c: c["name"])
def test_known_policies(case: dict[str, Any]) -> None:
    data = case["policy"].encode("utf-8")
    if case["expect"] == "error":
        with pytest.raises(Damaged):
            parse_policy(data)
    else:
        policy = parse_policy(data)
        assert policy.holds(case["cosigned_by"]) is (case["expect"] == "satisfied")
        assert parse_policy(format_policy(policy)) == policy


REASONS = {
    "two quorum lines": "policy.quorum_twice",
    "group before its members": "policy.name_unknown",
    "witness in two groups": "policy.member_twice",
    "threshold zero": "policy.threshold",
    "duplicate key under two names": "policy.key_twice",
    "none as member": "policy.name_unknown",
    "log key as witness": "policy.key_kind",
    "wrong key id": "note.vkey_id",
}


def test_every_refused_policy_is_refused_for_its_own_reason() -> None:
    found = {}
    for case in POLICIES:
        if case["expect"] == "error":
            with pytest.raises(Damaged) as caught:
                parse_policy(case["policy"].encode("utf-8"))
            found[case["name"]] = caught.value.code
    assert found == REASONS


def _key(name: str, kind: KeyKind = KeyKind.COSIGNATURE, fill: int = 1) -> str:
    return VerifierKey(name, kind, bytes((fill,)) * (1312 if kind is KeyKind.ML_DSA_44 else 32)).text


A, B, C = (f"witness {n} {_key(n + '.example', fill=i)}\n" for i, n in enumerate("abc", 10))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "policy.line"),
        ("quorum none", "policy.line"),
        ("\n", "policy.quorum_missing"),
        ("Quorum none\n", "policy.line"),
        ("quorum none x\n", "policy.line"),
        ("quorum\n", "policy.line"),
        ("quorum a\n", "policy.name_unknown"),
        (f"quorum none\n{A}extra a\n", "policy.line"),
        (f"quorum a\n{A}", "policy.name_unknown"),
        (f"{A}{A}quorum a\n", "policy.name_twice"),
        (A.replace("witness a", "witness none") + "quorum none\n", "policy.name_twice"),
        (f"{A}{B}group a any b\nquorum a\n", "policy.name_twice"),
        (f"{A}group g any\nquorum g\n", "policy.line"),
        (f"{A}group g 2 a\nquorum g\n", "policy.threshold"),
        (f"{A}group g 01 a\nquorum g\n", "policy.threshold"),
        (f"{A}group g +1 a\nquorum g\n", "policy.threshold"),
        (f"{A}group g All a\nquorum g\n", "policy.threshold"),
        (f"{A}group g any a a\nquorum g\n", "policy.member_twice"),
        (f"{A}group g any g\nquorum g\n", "policy.name_unknown"),
        (f"log {_key('l', KeyKind.COSIGNATURE)}\nquorum none\n", "policy.key_kind"),
        (f"log {_key('l', KeyKind.ED25519, 10)}\n{A}quorum a\n", "policy.key_twice"),
        (f"log {_key('l', KeyKind.ED25519)} url more\nquorum none\n", "policy.line"),
        ("quorum none\r\n", "policy.characters"),
        ("quorum none\x00\n", "policy.characters"),
        ("quorum none\x7f\n", "policy.characters"),
        ("log l\nquorum none\n", "note.vkey"),
    ],
)
def test_policies_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(Damaged) as caught:
        parse_policy(text.encode())
    assert caught.value.code == code


def test_bytes_that_a_policy_may_hold() -> None:
    """Tab, newline, ASCII from blank to tilde, and everything above ASCII."""
    for byte in range(256):
        data = b"#" + bytes((byte,)) + b"\nquorum none\n"
        if byte in (9, 10) or 0x20 <= byte <= 0x7E or byte >= 0x80:
            assert parse_policy(data).quorum == "none"
        else:
            with pytest.raises(Damaged, match=r"policy\.characters"):
                parse_policy(data)


def test_policy_of_exactly_one_mebibyte_is_read() -> None:
    end = b"\nquorum none\n"
    assert parse_policy(b"#" * ((1 << 20) - len(end)) + end).quorum == "none"


def test_long_file_is_refused() -> None:
    with pytest.raises(Damaged, match=r"policy\.characters"):
        parse_policy(b"#" * (1 << 20) + b"\nquorum none\n")


def test_addresses_and_comments_are_allowed_and_not_kept() -> None:
    policy = parse_policy(f"# каментар\n{A[:-1]} https://a.example/\n \t# more\nquorum a\n".encode())
    assert list(policy.witnesses) == ["a"] and b"https" not in format_policy(policy)


def test_names_are_bytes_not_letters() -> None:
    """A name that is no UTF-8 is a name; the Kelvin sign is not the letter K."""
    raw = A.encode().replace(b"witness a ", b"witness \xff ") + b"quorum \xff\n"
    policy = parse_policy(raw)
    assert format_policy(policy) == raw
    with pytest.raises(Damaged, match=r"policy\.name_unknown"):
        parse_policy(A.replace("witness a", "witness K").encode() + "quorum \u212a\n".encode())


def test_quorum_none_needs_no_witness() -> None:
    policy = parse_policy(f"{A}quorum none\n".encode())
    assert policy.holds(()) and policy.holds({"a"})


def test_names_that_are_not_in_the_policy_count_for_nothing() -> None:
    policy = parse_policy(f"{A}{B}group g 2 a b\nquorum g\n".encode())
    assert not policy.holds({"a", "x", "g"}) and policy.holds({"a", "b"})


def test_groups_nested_very_deep_are_decided() -> None:
    depth = 20_000
    lines = [A, "group g0 any a\n", *(f"group g{i} all g{i - 1}\n" for i in range(1, depth))]
    policy = parse_policy("".join([*lines, f"quorum g{depth - 1}\n"]).encode())
    assert policy.holds({"a"}) and not policy.holds(())


def test_policy_that_could_not_be_read_back_is_not_written() -> None:
    key = VerifierKey("a.example", KeyKind.COSIGNATURE, b"\1" * 32)
    for policy in (Policy((), {"two words": key}, {}, "none"), Policy((), {"a": key}, {}, "b"), Policy((key,), {}, {}, "none")):
        with pytest.raises(Damaged):
            format_policy(policy)


def test_checkpoint_meets_the_experts_quorum(verify: Verify) -> None:
    opened = open_trusted(NOTE, parse_policy(EXPERT), verify)
    assert opened.checkpoint.size == 300 and parse_policy(EXPERT).names_of(opened) == {"ngo-a", "ngo-b", "uni-c"}


def test_every_listed_key_of_the_log_has_to_sign(verify: Verify) -> None:
    """Two keys of one log are two schemes: whoever breaks one must not be able to leave the other out."""
    note = parse_note(NOTE)
    for left_out in (0, 1):
        lines = [line.text for i, line in enumerate(note.lines) if i != left_out]
        with pytest.raises(Damaged, match=r"note\.log_signature_missing"):
            open_trusted(format_note(note.text, lines), parse_policy(EXPERT), verify)


@pytest.mark.parametrize("missing", [("uni-c",), ("ngo-a", "ngo-b")])
def test_checkpoint_without_one_kind_of_witness_is_refused(missing: tuple[str, ...], verify: Verify) -> None:
    """2 of 2 kinds: at least one organisation and the university."""
    note = parse_note(NOTE)
    lines = [line.text for line in note.lines if not line.name.endswith(missing)]
    with pytest.raises(Damaged, match=r"policy\.quorum_not_met"):
        open_trusted(format_note(note.text, lines), parse_policy(EXPERT), verify)


def test_checkpoint_with_one_witness_of_each_kind_is_accepted(verify: Verify) -> None:
    note = parse_note(NOTE)
    lines = [line.text for line in note.lines if not line.name.endswith("ngo-a")]
    policy = parse_policy(EXPERT)
    assert policy.names_of(open_trusted(format_note(note.text, lines), policy, verify)) == {"ngo-b", "uni-c"}


def test_only_the_note_of_the_proof_counts(verify: Verify) -> None:
    """A proof whose checkpoint bears no cosignature is refused, though the log's latest checkpoint is cosigned."""
    case = next(p for p in json.loads((V1 / "proofs.json").read_bytes()) if p["name"] == "only leaf")
    proof = parse_proof(case["proof"].encode())
    leaf = bytes.fromhex(case["leaf_data"])
    assert check_trusted(proof, leaf, parse_policy(EXPERT), verify).witnesses
    proof = replace(proof, note=(V1 / "log/checkpoint.1").read_bytes())
    with pytest.raises(Damaged, match=r"policy\.quorum_not_met"):
        check_trusted(proof, leaf, parse_policy(EXPERT), verify)
    without = EXPERT.replace(b"quorum both", b"quorum none")
    assert check_trusted(proof, leaf, parse_policy(without), verify).checkpoint.size == 1


def test_log_of_another_policy_is_unknown(verify: Verify) -> None:
    other = f"log {_key('elsewhere.example', KeyKind.ED25519)}\nquorum none\n".encode()
    with pytest.raises(Damaged, match=r"note\.no_known_signature"):
        open_trusted(NOTE, parse_policy(other), verify)


def test_base64_of_a_key_is_written_one_way() -> None:
    blob = b"\4" + b"\1" * 32
    assert b64encode(blob).decode() in _key("a.example")
