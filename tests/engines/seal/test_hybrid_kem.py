"""The hybrid suite is the one that the docstring names: a library that changes its KEM, combiner or schedule fails here."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.engines import seal
from letapis.engines.seal.primitives import kem_keys, kem_public

VECTORS = Path(__file__).parents[2] / "vectors"
_PUBLISHED = json.loads((VECTORS / "hpke" / "mlkem768-x25519-hkdf-sha256-chacha20poly1305.json").read_text())
HPKE = {k: bytes.fromhex(v) if isinstance(v, str) and k != "source" else v for k, v in _PUBLISHED.items()}


def _independent() -> ModuleType:
    spec = importlib.util.spec_from_file_location("independent_hpke", Path(__file__).with_name("independent.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


other = _independent()


def test_the_published_vector_is_for_our_suite() -> None:
    assert (HPKE["kem_id"], HPKE["kdf_id"], HPKE["aead_id"], HPKE["mode"]) == (0x647A, 1, 3, 0)


def test_seed_gives_the_published_public_key() -> None:
    assert kem_keys(HPKE["skRm"])[1] == HPKE["pkRm"]


def test_second_implementation_agrees_with_every_published_step() -> None:
    shared = other.decapsulate(HPKE["skRm"], HPKE["enc"])
    assert shared == HPKE["shared_secret"]
    assert other.schedule(shared, HPKE["info"]) == (HPKE["key"], HPKE["base_nonce"], HPKE["exporter_secret"])
    assert other.seal(shared, HPKE["enc"], HPKE["info"], HPKE["pt"], HPKE["aad"]) == HPKE["enc"] + HPKE["ct"]


def test_we_open_what_the_published_encapsulation_seals() -> None:
    sealed = other.seal(HPKE["shared_secret"], HPKE["enc"], HPKE["info"], HPKE["pt"])
    assert seal.hpke_open(kem_keys(HPKE["skRm"])[0], HPKE["info"], sealed) == HPKE["pt"]


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), info=st.binary(max_size=80), plaintext=st.binary(max_size=100))
def test_second_implementation_opens_what_we_seal(seed: bytes, info: bytes, plaintext: bytes) -> None:
    sealed = seal.hpke_seal(kem_keys(seed)[1], info, plaintext)
    encapsulated = sealed[:1120]
    assert other.seal(other.decapsulate(seed, encapsulated), encapsulated, info, plaintext) == sealed


def _wycheproof(name: str) -> list[dict[str, object]]:
    groups = json.loads((VECTORS / "crypto/wycheproof" / name).read_text())["testGroups"]
    return [{**case, "type": group["type"]} for group in groups for case in group["tests"]]


def test_wycheproof_ml_kem_768_through_our_opening() -> None:
    curve, ephemeral = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    curve_public, curve_ciphertext = curve.public_key().public_bytes_raw(), ephemeral.public_key().public_bytes_raw()
    curve_secret = curve.exchange(ephemeral.public_key())
    done = 0
    for case in _wycheproof("mlkem_768.json"):
        if case["type"] != "MLKEMTest":
            continue
        seed, ciphertext = bytes.fromhex(str(case["seed"])), bytes.fromhex(str(case["c"]))
        try:
            private = MLKEM768X25519PrivateKey(MLKEM768PrivateKey.from_seed_bytes(seed), curve)
        except ValueError:
            assert case["result"] == "invalid"
            done += 1
            continue
        shared = other.combine(bytes.fromhex(str(case["K"])), curve_secret, curve_ciphertext, curve_public)
        sealed = other.seal(shared, ciphertext + curve_ciphertext, b"i", b"key")
        if case["result"] == "valid":
            assert seal.hpke_open(private, b"i", sealed) == b"key", case["tcId"]
        else:
            with pytest.raises(Damaged):
                seal.hpke_open(private, b"i", sealed)
        done += 1
    assert done > 50


def test_wycheproof_ml_kem_768_public_keys_through_our_parser() -> None:
    cases = [c for c in _wycheproof("mlkem_768.json") if c["type"] == "MLKEMEncapsTest"]
    curve = X25519PrivateKey.generate().public_key().public_bytes_raw()
    for case in cases:
        public = bytes.fromhex(str(case["ek"])) + curve
        if case["result"] == "valid":
            kem_public(public)
        else:
            with pytest.raises(Damaged):
                kem_public(public)


def test_wycheproof_x25519_through_our_opening() -> None:
    lattice = MLKEM768PrivateKey.generate()
    lattice_secret, lattice_ciphertext = lattice.public_key().encapsulate()
    for case in _wycheproof("x25519.json"):
        curve = X25519PrivateKey.from_private_bytes(bytes.fromhex(str(case["private"])))
        point, secret = bytes.fromhex(str(case["public"])), bytes.fromhex(str(case["shared"]))
        shared = other.combine(lattice_secret, secret, point, curve.public_key().public_bytes_raw())
        sealed = other.seal(shared, lattice_ciphertext + point, b"i", b"key")
        if any(secret):
            assert seal.hpke_open(MLKEM768X25519PrivateKey(lattice, curve), b"i", sealed) == b"key", case["tcId"]
        else:
            with pytest.raises(Damaged):
                seal.hpke_open(MLKEM768X25519PrivateKey(lattice, curve), b"i", sealed)


@pytest.mark.parametrize("size", [0, 1, 31, 1215, 1217])
def test_a_public_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(Damaged):
        seal.hpke_seal(b"\x01" * size, b"", b"")


@pytest.mark.parametrize("size", [0, 1, 1119, 1120, 1135])
def test_a_truncated_ciphertext_is_refused(size: int) -> None:
    private, public = kem_keys(b"\x05" * 32)
    with pytest.raises(Damaged):
        seal.hpke_open(private, b"", seal.hpke_seal(public, b"", b"")[:size])
