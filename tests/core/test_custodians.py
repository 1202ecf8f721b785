"""Who holds the shares of an identity."""

import pytest

from letapis.core.custodians import choose
from letapis.core.membership import Device, Directory, Member, State

CASEWORKER = b"\x01" * 16


def directory(people: int, custodians: set[int], without_device: frozenset[int] = frozenset()) -> Directory:
    members = {bytes([i]) * 16: Member(bytes([i]) * 16, f"Vydumka {i}", True, i in custodians, State.ACTIVE, b"r" * 32) for i in range(1, people + 1)}
    devices = {
        f"device/{i}": Device(f"device/{i}", bytes([i]) * 16, "", "", b"", b"", b"", b"", b"", State.ACTIVE, b"r" * 32)
        for i in range(1, people + 1)
        if i not in without_device
    }
    return Directory("Pryklad", "", members, devices)


def test_from_five_members_on_a_caseworker_is_no_custodian() -> None:
    chosen = choose(directory(5, {1, 2, 3}), {CASEWORKER})
    assert CASEWORKER not in chosen.holders
    assert (len(chosen.holders), chosen.threshold) == (2, 2)
    assert chosen.note.because == "identity.custody_apart"


def test_a_small_team_is_told_that_its_custodian_is_a_caseworker() -> None:
    chosen = choose(directory(3, {1, 2, 3}), {CASEWORKER})
    assert CASEWORKER in chosen.holders
    assert not chosen.note.holds
    assert chosen.note.because == "identity.custodian_is_caseworker"


def test_one_holder_is_called_one_person_custody() -> None:
    chosen = choose(directory(1, {1}), {CASEWORKER})
    assert (len(chosen.holders), chosen.threshold) == (1, 1)
    assert chosen.note.because == "identity.one_person_custody"


@pytest.mark.parametrize(("custodians", "threshold"), [(1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (7, 3)])
def test_the_threshold_follows_the_number_of_holders(custodians: int, threshold: int) -> None:
    assert choose(directory(custodians, set(range(1, custodians + 1))), set()).threshold == threshold


def test_a_custodian_without_a_device_holds_nothing() -> None:
    chosen = choose(directory(6, {2, 3, 4}, frozenset({4})), {CASEWORKER})
    assert len(chosen.holders) == 2


def test_an_identity_is_never_without_a_holder() -> None:
    assert choose(directory(5, {1}), {CASEWORKER}).holders
    assert choose(directory(2, set()), set()).holders


def test_more_than_nine_holders_are_not_asked() -> None:
    assert len(choose(directory(12, set(range(1, 13))), set()).holders) == 9
