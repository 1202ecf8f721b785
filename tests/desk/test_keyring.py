"""Bundles of compartment keys: signed by their giver, sealed to one device, refused in every other form."""

from dataclasses import replace
from struct import pack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letapis.core.errors import Damaged, Hostile, LetapisError, Locked
from letapis.core.membership import Device, State
from letapis.desk import compartments, keyring, people
from letapis.desk.opening import Desk, load_keys
from letapis.engines import seal

Pair = tuple[Desk, Desk]


def bundle_of(giver: Desk, taker: Desk, *held: tuple[bytes, int]) -> bytes:
    return keyring.make_bundle(giver, taker.agent.me().public, held)


def giver_of(desk: Desk) -> Device:
    return people.directory(desk).devices[desk.device]


def test_a_bundle_brings_keys_that_work(two_desks: Pair) -> None:
    first, second = two_desks
    work = compartments.new_compartment(first, "WORK", b"d" * 16)
    opened = keyring.open_bundle(second, bundle_of(first, second, (work, 1)))
    keyring.check_giver(opened, giver_of(first))
    assert keyring.take_keys(second, opened.keys) == (1, 0)
    (wrap,) = first.agent.wrap_deks(work, 1, [(b"o" * 16, b"k" * 32)])
    assert second.agent.unwrap_deks(work, 1, [(b"o" * 16, wrap)]) == [b"k" * 32]
    assert second.store.rows("SELECT klass, dossier FROM db_compartment WHERE compartment = %s", (work,)) == [("WORK", b"d" * 16)]
    assert keyring.take_keys(second, opened.keys) == (0, 0)


def test_a_key_is_there_after_the_next_unlock(two_desks: Pair) -> None:
    first, second = two_desks
    work = compartments.new_compartment(first, "WORK", b"d" * 16)
    keyring.take_keys(second, keyring.open_bundle(second, bundle_of(first, second, (work, 1))).keys)
    second.agent._keys.compartments.clear()  # type: ignore[attr-defined]  # as a fresh agent would be
    load_keys(second)
    assert second.agent.wrap_deks(work, 1, [(b"o" * 16, b"k" * 32)])


def test_a_bundle_opens_on_one_device_only(two_desks: Pair) -> None:
    first, second = two_desks
    work = compartments.new_compartment(first, "WORK", b"d" * 16)
    with pytest.raises(Damaged, match=r"seal\.open"):
        keyring.open_bundle(first, bundle_of(first, second, (work, 1)))


def test_who_lacks_a_key_cannot_give_it(two_desks: Pair) -> None:
    with pytest.raises(Locked, match=r"keys\.no_compartment"):
        bundle_of(two_desks[0], two_desks[1], (b"x" * 16, 1))


def test_a_key_that_contradicts_one_we_hold_is_counted_and_not_taken(two_desks: Pair) -> None:
    first, second = two_desks
    shared = b"c" * 16
    for desk in two_desks:
        desk.agent.new_compartment(shared, 1)
        compartments.keep_key(desk, shared, 1)
    first.store.run("INSERT INTO db_compartment (compartment, klass, dossier, epoch) VALUES (%s, 'WORK', %s, 1)", (shared, b""))
    opened = keyring.open_bundle(second, bundle_of(first, second, (shared, 1)))
    assert keyring.take_keys(second, opened.keys) == (0, 1)


def test_only_an_active_device_gives(two_desks: Pair) -> None:
    first, second = two_desks
    work = compartments.new_compartment(first, "WORK", b"d" * 16)
    opened = keyring.open_bundle(second, bundle_of(first, second, (work, 1)))
    known = giver_of(first)
    keyring.check_giver(opened, known)
    for other in (None, replace(known, state=State.REMOVED), replace(known, state=State.PROPOSED)):
        with pytest.raises(Hostile, match=r"sync\.bundle_giver"):
            keyring.check_giver(opened, other)
    with pytest.raises(Hostile, match=r"sync\.bundle_giver"):
        keyring.give_keys(first, "device.invalid/stranger", [(work, 1)])


def test_both_signatures_must_stand_under_the_giver_s_own_keys(two_desks: Pair) -> None:
    first, second = two_desks
    work = compartments.new_compartment(first, "WORK", b"d" * 16)
    opened = keyring.open_bundle(second, bundle_of(first, second, (work, 1)))
    known, other = giver_of(first), giver_of(second)
    cases = [
        (opened, replace(known, ed25519=other.ed25519)),
        (opened, replace(known, mldsa44=other.mldsa44)),
        (replace(opened, signatures=opened.signatures[:1]), known),
        (replace(opened, signatures=opened.signatures[1:]), known),
        (replace(opened, signatures=()), known),
        (replace(opened, signatures=(*opened.signatures, (9, b"x"))), known),
        (replace(opened, digest=b"x" * 32), known),
        (replace(opened, giver=second.device), known),
    ]
    for bundle, device in cases:
        with pytest.raises(Hostile, match=r"sync\.bundle_signature"):
            keyring.check_giver(bundle, device)


def test_a_bundle_handed_on_to_another_is_not_the_giver_s_word(two_desks: Pair) -> None:
    """The receiver seals what was signed for them to somebody else: the signature binds the device that it was meant for."""
    first, second = two_desks
    work = compartments.new_compartment(first, "WORK", b"d" * 16)
    inner = second.agent.open_share(bundle_of(first, second, (work, 1)), seal.context("letapis bundle"))
    passed_on = seal.wrap_to(first.agent.me().public.kem, seal.context("letapis bundle"), inner)
    with pytest.raises(Hostile, match=r"sync\.bundle_signature"):
        keyring.check_giver(keyring.open_bundle(first, passed_on), giver_of(first))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(place=st.integers(0, 10**6), change=st.integers(1, 255), cut=st.integers(0, 3))
def test_changed_contents_of_a_bundle_never_pass(two_desks: Pair, place: int, change: int, cut: int) -> None:
    """An insider seals anything to the device: what the giver did not sign is refused with a code."""
    first, second = two_desks
    org = min(first.epochs())
    inner = bytearray(second.agent.open_share(bundle_of(first, second, (org, 1)), seal.context("letapis bundle")))
    inner[place % len(inner)] ^= change
    sealed = seal.wrap_to(second.agent.me().public.kem, seal.context("letapis bundle"), bytes(inner[: len(inner) - cut]))
    with pytest.raises(LetapisError):
        keyring.check_giver(keyring.open_bundle(second, sealed), giver_of(first))


@pytest.mark.parametrize("klass", ["", "OTHER", "W" * 300])
def test_a_class_that_does_not_exist_is_refused(two_desks: Pair, klass: str) -> None:
    first, second = two_desks
    work = compartments.new_compartment(first, "WORK", b"d" * 16)
    first.store.run("UPDATE db_compartment SET klass = %s WHERE compartment = %s", (klass, work))
    with pytest.raises(Hostile, match=r"sync\.bundle_form"):
        keyring.open_bundle(second, bundle_of(first, second, (work, 1)))


def test_a_bundle_that_promises_too_much_is_refused(two_desks: Pair) -> None:
    _, second = two_desks
    body = pack(">I", 1) + b"x" + pack(">I", keyring.MAX_KEYS + 1)
    inner = pack(">I", len(body)) + body + b"\x00"
    with pytest.raises(Hostile, match=r"sync\.bundle_form"):
        keyring.open_bundle(second, seal.wrap_to(second.agent.me().public.kem, seal.context("letapis bundle"), inner))
