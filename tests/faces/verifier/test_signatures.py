"""Ed25519 and ML-DSA-44 in pure Python: every vector, the strict rule, and agreement with the library that signs."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.faces.verifier import verify

CRYPTO = Path(__file__).parents[2] / "vectors" / "crypto"


def _groups(name: str) -> list[dict[str, Any]]:
    groups = json.loads((CRYPTO / "wycheproof" / name).read_text(encoding="utf-8"))["testGroups"]
    assert groups
    return list(groups)


def test_every_ed25519_case_of_wycheproof() -> None:
    seen = {True: 0, False: 0}
    for group in _groups("ed25519.json"):
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            verdict = verify.ed25519_verify(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert verdict == (case["result"] == "valid"), case["tcId"]
            seen[verdict] += 1
    assert seen == {True: 58, False: 43}


def test_of_the_edge_cases_exactly_the_strict_ones_pass() -> None:
    """The list of accepted numbers is that of evidence.md: canonical, no small order, cofactorless."""
    accept = set(json.loads((CRYPTO / "cctv-ed25519.strict.json").read_text(encoding="utf-8"))["accept"])
    cases = json.loads((CRYPTO / "cctv-ed25519.json").read_text(encoding="utf-8"))
    passed = {
        case["number"] for case in cases if verify.ed25519_verify(bytes.fromhex(case["key"]), case["msg"].encode("utf-8"), bytes.fromhex(case["sig"]))
    }
    assert passed == accept & {case["number"] for case in cases}
    assert len(passed) == 26


def test_every_mldsa44_case_of_wycheproof() -> None:
    seen = {True: 0, False: 0}
    for group in _groups("mldsa_44_verify.json"):
        public = bytes.fromhex(group["publicKey"])
        for case in group["tests"]:
            context = bytes.fromhex(case.get("ctx", ""))
            verdict = verify.mldsa44_verify(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]), context)
            assert verdict == (case["result"] == "valid"), case["tcId"]
            seen[verdict] += 1
    assert min(seen.values()) > 20


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.integers(0, 511))
def test_ed25519_agrees_with_the_library_that_signs(seed: bytes, message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature, public = key.sign(message), key.public_key().public_bytes_raw()
    assert verify.ed25519_verify(public, message, signature)
    broken = bytearray(signature)
    broken[bit // 8] ^= 1 << bit % 8
    assert not verify.ed25519_verify(public, message, bytes(broken))
    assert not verify.ed25519_verify(public, message + b"\0", signature)


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.binary(max_size=20), st.integers(0, 8 * 2420 - 1))
def test_mldsa44_agrees_with_the_library_that_signs(seed: bytes, message: bytes, context: bytes, bit: int) -> None:
    key = MLDSA44PrivateKey.from_seed_bytes(seed)
    signature, public = key.sign(message, context), key.public_key().public_bytes_raw()
    assert verify.mldsa44_verify(public, message, signature, context)
    broken = bytearray(signature)
    broken[bit // 8] ^= 1 << bit % 8
    assert not verify.mldsa44_verify(public, message, bytes(broken), context)
    assert not verify.mldsa44_verify(public, message, signature, context + b"x")


@pytest.mark.parametrize("small", sorted(verify.SMALL_ORDER))
def test_points_of_small_order_are_refused_with_either_sign(small: int) -> None:
    for sign in (0, 1):
        assert not verify.ed25519_y_is_strict((small | sign << 255).to_bytes(32, "little"))


@pytest.mark.parametrize("y", [verify.P, verify.P + 1, verify.P + 18, 2**255 - 1])
def test_other_spellings_of_a_point_are_refused(y: int) -> None:
    assert not verify.ed25519_y_is_strict(y.to_bytes(32, "little"))


@pytest.mark.parametrize("sizes", [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_wrong_lengths_of_ed25519_are_refused(sizes: tuple[int, int]) -> None:
    assert not verify.ed25519_verify(os.urandom(sizes[0]), b"", os.urandom(sizes[1]))


@pytest.mark.parametrize("sizes", [(1311, 2420, 0), (1312, 2419, 0), (1312, 2421, 0), (1312, 2420, 256)])
def test_wrong_lengths_of_mldsa44_are_refused(sizes: tuple[int, int, int]) -> None:
    assert not verify.mldsa44_verify(bytes(sizes[0]), b"", bytes(sizes[1]), bytes(sizes[2]))


def test_an_unknown_kind_of_signature_never_verifies() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"m")
    assert verify.verify_signature(1, public, b"m", signature) and verify.verify_signature(4, public, b"m", signature)
    assert not any(verify.verify_signature(kind, public, b"m", signature) for kind in (0, 2, 3, 5, 7))
