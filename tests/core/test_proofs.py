"""Proof files against the known answers, and the spellings that are refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.core.notes import parse_vkey
from letapis.core.proofs import Proof, check_proof, parse_proof

V1 = Path(__file__).parents[1] / "vectors" / "letapis-v1"
PROOFS = json.loads((V1 / "proofs.json").read_bytes())
GOOD = next(p for p in PROOFS if p["name"] == "first leaf of 300")

Verify = Callable[[int, bytes, bytes, bytes], bool]


def _check(case: dict[str, Any], verify: Verify) -> None:
    check_proof(parse_proof(case["proof"].encode()), bytes.fromhex(case["leaf_data"]), [parse_vkey(k) for k in case["keys"]], verify)


@pytest.mark.parametrize("case", PROOFS, ids=lambda c: c["name"])
def test_known_proofs(case: dict[str, Any], verify: Verify) -> None:
    if case["expect"] == "accept":
        _check(case, verify)
        assert parse_proof(case["proof"].encode()).text == case["proof"].encode()
    else:
        with pytest.raises(Damaged):
            _check(case, verify)


REASONS = {
    "index beyond size": "merkle.index",
    "negative index": "proof.index",
    "short path": "merkle.proof_length",
    "long path": "merkle.proof_length",
    "other leaf": "merkle.root",
    "leaf hash instead of leaf data": "proof.leaf",
    "wrong header": "proof.header",
    "no blank line": "proof.path",
    "size and index shifted together": "note.signature",
}


def test_every_refused_proof_is_refused_for_its_own_reason(verify: Verify) -> None:
    found = {}
    for case in PROOFS:
        if case["expect"] != "accept":
            with pytest.raises(Damaged) as caught:
                _check(case, verify)
            found[case["name"]] = caught.value.code
    assert found == REASONS


def test_extra_data_is_kept_and_named_untrusted() -> None:
    case = next(p for p in PROOFS if p["name"] == "with extra line")
    proof = parse_proof(case["proof"].encode())
    assert proof.untrusted_extra and parse_proof(proof.text) == proof


HASH = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("", "proof.header"),
        ("c2sp.org/tlog-proof@v2\nindex 0", "proof.header"),
        ("c2sp.org/tlog-proof@v1", "proof.index"),
        ("c2sp.org/tlog-proof@v1\n" + HASH, "proof.index"),
        ("c2sp.org/tlog-proof@v1\nindex", "proof.index"),
        ("c2sp.org/tlog-proof@v1\nindex 01", "proof.index"),
        ("c2sp.org/tlog-proof@v1\nindex 9223372036854775808", "proof.index"),
        ("c2sp.org/tlog-proof@v1\nIndex 0", "proof.index"),
        ("c2sp.org/tlog-proof@v1\nextra AA==", "proof.index"),
        ("c2sp.org/tlog-proof@v1\nextra \nindex 0", "proof.extra"),
        ("c2sp.org/tlog-proof@v1\nextra AB==\nindex 0", "proof.extra"),
        ("c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 0", "proof.index"),
        ("c2sp.org/tlog-proof@v1\nindex 0\nextra AA==", "proof.path"),
        ("c2sp.org/tlog-proof@v1\nindex 0\n" + HASH[:-1], "proof.path"),
        ("c2sp.org/tlog-proof@v1\nindex 0\nAAAA", "proof.path"),
        ("c2sp.org/tlog-proof@v1\nindex 0\n" + "\n".join([HASH] * 64), "proof.path"),
        ("c2sp.org/tlog-proof@v1\r\nindex 0", "proof.header"),
        ("c2sp.org/tlog-proof@v1\nindex ٠", "proof.framing"),
    ],
)
def test_heads_that_are_refused(head: str, code: str) -> None:
    with pytest.raises(Damaged) as caught:
        parse_proof(f"{head}\n\nnote\n".encode())
    assert caught.value.code == code


def test_proof_without_a_note_is_refused(verify: Verify) -> None:
    with pytest.raises(Damaged, match=r"proof\.framing"):
        parse_proof(b"c2sp.org/tlog-proof@v1\nindex 0\n")
    with pytest.raises(Damaged, match=r"note\.framing"):
        check_proof(parse_proof(b"c2sp.org/tlog-proof@v1\nindex 0\n\n"), b"\1" * 33, [parse_vkey(k) for k in GOOD["keys"]], verify)


@pytest.mark.parametrize("leaf", [b"", b"\1" * 32, b"\1" * 34, b"\2" + b"\0" * 32])
def test_leaf_of_another_form_is_refused(leaf: bytes, verify: Verify) -> None:
    with pytest.raises(Damaged, match=r"proof\.leaf"):
        check_proof(parse_proof(GOOD["proof"].encode()), leaf, [parse_vkey(k) for k in GOOD["keys"]], verify)


def test_path_of_the_wrong_shape_is_never_written() -> None:
    proof = parse_proof(GOOD["proof"].encode())
    for change in ({"path": (b"short",)}, {"path": (b"\0" * 32,) * 64}, {"index": -1}, {"index": 1 << 63}):
        with pytest.raises(Damaged, match=r"proof\."):
            replace(proof, **change)


@given(st.integers(0, (1 << 63) - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.binary(), st.binary())
def test_written_proofs_are_read_back(index: int, path: list[bytes], note: bytes, extra: bytes) -> None:
    proof = Proof(index, tuple(path), note, extra)
    assert parse_proof(proof.text) == proof
