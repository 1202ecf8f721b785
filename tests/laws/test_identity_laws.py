"""Laws of the release of an identity: t - 1 custodians never, every t of them always, the requester never counts where it can be helped."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core import thresholds
from letapis.core.errors import Damaged, Refused
from letapis.core.membership import threshold_for_identity
from letapis.desk.identity import may_use
from letapis.desk.identity_seal import mask_of, subset_of

HOLDERS = tuple(bytes([65 + n]) * 16 for n in range(9))


def opened_by(shares: list[thresholds.Share], holders: tuple[bytes, ...], threshold: int, requester: bytes, givers: frozenset[bytes]) -> bytes:
    """What a requester joins from the shares that these custodians give and, where they count, from their own."""
    usable = [
        share
        for share in shares
        if may_use(holders, threshold, requester, share.subset) and (share.holder in givers or share.holder == requester)
    ]
    return thresholds.join(usable, thresholds.commitments(shares))


@settings(deadline=None, max_examples=60)
@given(count=st.integers(1, 9), seed=st.integers(0, 2**32), asks=st.integers(-1, 8), data=st.data())
def test_enough_others_open_and_fewer_never(count: int, seed: int, asks: int, data: st.DataObject) -> None:
    holders = HOLDERS[:count]
    threshold = threshold_for_identity(count)
    shares = thresholds.split(b"s" * 32, holders, threshold, random.Random(seed).randbytes)
    requester = holders[asks] if 0 <= asks < count else b"outsider".ljust(16)
    others = [holder for holder in holders if holder != requester]
    givers = frozenset(data.draw(st.lists(st.sampled_from(others), unique=True) if others else st.just([])))
    needed = min(threshold, len(others))
    if len(givers) >= needed:
        assert opened_by(shares, holders, threshold, requester, givers) == b"s" * 32
    else:
        with pytest.raises(Refused, match=r"thresholds\.too_few"):
            opened_by(shares, holders, threshold, requester, givers)


@pytest.mark.parametrize("count", [3, 4, 5, 7, 9])
def test_from_three_custodians_on_the_requester_s_own_share_is_of_no_use(count: int) -> None:
    holders, threshold = HOLDERS[:count], threshold_for_identity(count)
    shares = thresholds.split(b"s" * 32, holders, threshold, random.Random(1).randbytes)
    for requester in holders:
        for givers in combinations([h for h in holders if h != requester], threshold - 1):
            with pytest.raises(Refused):
                opened_by(shares, holders, threshold, requester, frozenset(givers))


@pytest.mark.parametrize("count", range(1, 8))
def test_every_subset_of_the_threshold_opens(count: int) -> None:
    holders, threshold = HOLDERS[:count], threshold_for_identity(count)
    shares = thresholds.split(b"s" * 32, holders, threshold, random.Random(2).randbytes)
    for givers in combinations(holders, threshold):
        assert opened_by(shares, holders, threshold, b"outsider".ljust(16), frozenset(givers)) == b"s" * 32


@settings(deadline=None, max_examples=40)
@given(count=st.integers(2, 6), seed=st.integers(0, 2**32), place=st.integers(0, 10**6), bit=st.integers(0, 255))
def test_one_changed_bit_of_a_share_opens_nothing_and_names_its_holder(count: int, seed: int, place: int, bit: int) -> None:
    holders, threshold = HOLDERS[:count], threshold_for_identity(count)
    shares = thresholds.split(b"s" * 32, holders, threshold, random.Random(seed).randbytes)
    place %= len(shares)
    value = int.from_bytes(shares[place].value, "big") ^ (1 << bit)
    false = thresholds.Share(shares[place].subset, shares[place].holder, value.to_bytes(32, "big"), shares[place].nonce)
    given_out = [*shares[:place], false, *shares[place + 1 :]]
    assert thresholds.check(given_out, thresholds.commitments(shares)) == (false.holder,)
    with pytest.raises(Damaged, match=r"thresholds\.false_share"):
        thresholds.join(given_out, thresholds.commitments(shares))


@settings(deadline=None)
@given(st.sets(st.sampled_from(HOLDERS), min_size=1), st.data())
def test_a_subset_is_written_as_a_number_and_read_back(holders: set[bytes], data: st.DataObject) -> None:
    subset = data.draw(st.sets(st.sampled_from(sorted(holders)), min_size=1))
    assert subset_of(mask_of(sorted(subset), list(holders)), list(holders)) == tuple(sorted(subset))
