"""Known answers and edge cases, each through the wrapper that the product uses."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.engines import seal
from letapis.engines.seal.primitives import canonical_point, expand

CRYPTO = Path(__file__).parents[2] / "vectors" / "crypto"


def _groups(name: str) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads((CRYPTO / "wycheproof" / name).read_text())["testGroups"]
    return groups


def _cases(name: str) -> list[dict[str, Any]]:
    return [{**g, **case} for g in _groups(name) for case in g["tests"]]


def _b(case: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(case[name])


def test_cctv_edge_cases_are_accepted_exactly_as_the_strict_rule_says() -> None:
    cases = json.loads((CRYPTO / "cctv-ed25519.json").read_text())
    accepted = [c["number"] for c in cases if seal.verify(seal.ED25519, _b(c, "key"), c["msg"].encode(), _b(c, "sig"))]
    assert accepted == json.loads((CRYPTO / "cctv-ed25519.strict.json").read_text())["accept"]


def test_wycheproof_ed25519() -> None:
    cases = [(bytes.fromhex(g["publicKey"]["pk"]), t) for g in _groups("ed25519.json") for t in g["tests"]]
    assert len(cases) == 101
    for public, case in cases:
        assert seal.verify(seal.ED25519, public, _b(case, "msg"), _b(case, "sig")) is (case["result"] == "valid"), case["tcId"]


def test_wycheproof_ml_dsa_44_with_empty_context() -> None:
    seen = 0
    for case in _cases("mldsa_44_verify.json"):
        right = case["result"] == "valid" and not case.get("ctx")
        assert seal.verify(seal.ML_DSA_44, _b(case, "publicKey"), _b(case, "msg"), _b(case, "sig")) is right, case["tcId"]
        seen += right
    assert seen > 40


def test_wycheproof_chacha20_poly1305() -> None:
    for case in _cases("chacha20_poly1305.json"):
        sealed = _b(case, "ct") + _b(case, "tag")
        if case["result"] == "valid":
            assert seal.aead_open(_b(case, "key"), _b(case, "iv"), sealed, _b(case, "aad")) == _b(case, "msg")
            assert seal.aead_seal(_b(case, "key"), _b(case, "iv"), _b(case, "msg"), _b(case, "aad")) == sealed
        else:
            with pytest.raises(Damaged):
                seal.aead_open(_b(case, "key"), _b(case, "iv"), sealed, _b(case, "aad"))


def test_wycheproof_hkdf_sha256() -> None:
    for case in _cases("hkdf_sha256.json"):
        if case["result"] == "valid":
            assert seal.derive(_b(case, "ikm"), _b(case, "info"), case["size"], _b(case, "salt")) == _b(case, "okm")
        else:
            with pytest.raises(ValueError):
                seal.derive(_b(case, "ikm"), _b(case, "info"), case["size"], _b(case, "salt"))


def test_wycheproof_hmac_sha256_and_no_key_of_another_length() -> None:
    for case in _cases("hmac_sha256.json"):
        if len(_b(case, "key")) != 32:
            with pytest.raises(Damaged):
                seal.keyed_hash(_b(case, "key"), _b(case, "msg"))
        else:
            tag = seal.keyed_hash(_b(case, "key"), _b(case, "msg"))[: case["tagSize"] // 8]
            assert (tag == _b(case, "tag")) is (case["result"] == "valid"), case["tcId"]


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40))
def test_one_block_expansion_is_hkdf_expand(key: bytes, label: bytes) -> None:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

    assert expand(key, label) == HKDFExpand(SHA256(), 32, label).derive(key)


@pytest.mark.parametrize(
    ("memory_kib", "key"),
    [
        (1 << 8, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
        (1 << 16, "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"),
    ],
)
def test_argon2id_gives_the_answers_of_its_reference_implementation(memory_kib: int, key: str) -> None:
    # phc-winner-argon2, src/test.c: version 13 (hex), "password", "somesalt", two passes, one lane.
    assert seal.derive_passphrase_key("password", b"somesalt", seal.PassphraseCost(memory_kib, 2, 1)).hex() == key


def test_the_default_cost_is_what_the_threat_model_says() -> None:
    assert seal.PassphraseCost() == seal.PassphraseCost(memory_kib=256 * 1024, passes=3, lanes=4)


@pytest.mark.parametrize("cost", [(7, 1, 1), (8, 0, 1), (8, 1, 0), (8, 1, 65), (64, 65, 1), (5 << 20, 1, 1)])
def test_a_cost_that_would_exhaust_a_machine_is_refused(cost: tuple[int, int, int]) -> None:
    with pytest.raises(Damaged):
        seal.derive_passphrase_key("password", b"s" * 16, seal.PassphraseCost(*cost))


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(Damaged):
        seal.derive_passphrase_key("password", b"s" * 7, seal.PassphraseCost(256, 1, 1))


def test_small_order_and_unreduced_points_are_no_keys() -> None:
    p = 2**255 - 19
    for y in (0, 1, p - 1, p, p + 1, 2**255 - 1):
        assert not canonical_point(y.to_bytes(32, "little"))
        assert not canonical_point((y | 1 << 255).to_bytes(32, "little"))
    assert not canonical_point(b"") and not canonical_point(b"\x09" * 31) and canonical_point(b"\x09" * 32)


@given(st.integers(0, 255), st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=70))
def test_verify_answers_no_to_foreign_bytes_and_never_raises(alg: int, public: bytes, message: bytes, signature: bytes) -> None:
    assert not seal.verify(alg, public, message, signature)
