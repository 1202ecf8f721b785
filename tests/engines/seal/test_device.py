"""The keys of a device: one seed, five keys, one fingerprint."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.canonical import signed_message
from letapis.core.errors import Damaged
from letapis.engines import seal
from letapis.engines.seal.primitives import kem_keys

SEED = bytes(range(32))
KEYS = seal.DeviceKeys.from_seed(SEED)


def test_the_same_seed_gives_the_same_keys_for_ever() -> None:
    again = seal.DeviceKeys.from_seed(SEED).public
    assert again == KEYS.public
    # Frozen: a change here orphans every workspace that exists.
    assert seal.fingerprint(again) == FROZEN_FINGERPRINT
    assert again.record_ed25519.hex() == FROZEN_RECORD_KEY


FROZEN_FINGERPRINT = "XGCP AVB8 T87Z 3CXP QTW9 HJCT"
FROZEN_RECORD_KEY = "98e83aa28e2a6106e46edf2648941d72056ec9b3494006b6ba2dc4dceb903b64"


def test_no_two_keys_of_a_device_are_equal() -> None:
    public = KEYS.public
    assert len({public.record_ed25519, public.log_ed25519}) == len({public.record_mldsa44, public.log_mldsa44}) == 2


@pytest.mark.parametrize("seed", [b"", b"\x00" * 31, b"\x00" * 33])
def test_a_seed_of_another_length_is_refused(seed: bytes) -> None:
    with pytest.raises(Damaged):
        seal.DeviceKeys.from_seed(seed)


@settings(max_examples=10, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_public_halves_survive_a_round_trip(seed: bytes) -> None:
    public = seal.DeviceKeys.from_seed(seed).public
    assert seal.DevicePublic.from_bytes(public.to_bytes()) == public


def test_public_bytes_of_another_form_are_refused() -> None:
    data = KEYS.public.to_bytes()
    for other in (b"", data[:-1], data + b"\x00", b"X" + data[1:], data[:4] + b"\x02" + data[5:]):
        with pytest.raises(Damaged):
            seal.DevicePublic.from_bytes(other)


def test_a_device_that_shares_its_record_and_log_key_is_refused() -> None:
    p = KEYS.public
    for twin in (
        seal.DevicePublic(p.record_ed25519, p.record_mldsa44, p.record_ed25519, p.log_mldsa44, p.kem),
        seal.DevicePublic(p.record_ed25519, p.record_mldsa44, p.log_ed25519, p.record_mldsa44, p.kem),
        seal.DevicePublic(b"\x01" + b"\x00" * 31, p.record_mldsa44, p.log_ed25519, p.log_mldsa44, p.kem),
        seal.DevicePublic(p.record_ed25519, p.record_mldsa44, p.log_ed25519, p.log_mldsa44, b"\xff" * 1216),
    ):
        with pytest.raises(Damaged):
            seal.DevicePublic.from_bytes(twin.to_bytes())


def test_fingerprint_is_six_groups_of_four_without_letters_that_sound_or_look_alike() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4} ){5}[0-9A-HJKMNP-TV-Z]{4}", seal.fingerprint(KEYS.public))


def test_fingerprint_changes_with_each_of_the_five_keys() -> None:
    other = seal.DeviceKeys.from_seed(b"\x07" * 32).public
    names = ("record_ed25519", "record_mldsa44", "log_ed25519", "log_mldsa44", "kem")
    mine = {name: getattr(KEYS.public, name) for name in names}
    prints = {seal.fingerprint(seal.DevicePublic(**{**mine, name: getattr(other, name)})) for name in names}
    assert len(prints | {seal.fingerprint(KEYS.public)}) == 6


def test_a_claim_carries_ed25519_and_a_decision_carries_both() -> None:
    digest, name = b"\x21" * 32, "device.letapis.example/d1"
    one, two = seal.sign_record(KEYS, name, digest, False), seal.sign_record(KEYS, name, digest, True)
    assert [a for a, _ in one] == [1] and [a for a, _ in two] == [1, 6]
    message = signed_message(name, digest)
    assert seal.verify(1, KEYS.public.record_ed25519, message, two[0][1])
    assert seal.verify(6, KEYS.public.record_mldsa44, message, two[1][1])
    assert not seal.verify(1, KEYS.public.log_ed25519, message, two[0][1])
    assert not seal.verify(6, KEYS.public.record_mldsa44, signed_message(name + "x", digest), two[1][1])


@pytest.mark.parametrize("digest", [b"", b"\x00" * 31, b"\x00" * 33])
def test_only_a_list_digest_is_signed(digest: bytes) -> None:
    with pytest.raises(Damaged):
        seal.sign_record(KEYS, "d", digest, False)


def test_private_keys_show_nothing_when_printed() -> None:
    assert SEED.hex() not in repr(KEYS) and "object at" in repr(KEYS)


def test_key_id_names_one_kem_key() -> None:
    assert len({seal.kem_key_id(kem_keys(bytes((n,)) * 32)[1]) for n in range(4)}) == 4
