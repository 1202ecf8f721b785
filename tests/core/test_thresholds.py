"""Any t holders open the secret, t - 1 learn nothing, and whoever lies is named."""

import os
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged, Refused, UsageError
from letapis.core.thresholds import Share, check, commitments, join, split, subset_of

SECRET = bytes(range(32))


def people(count: int) -> list[bytes]:
    return [bytes((n,)) * 16 for n in range(count)]


def of(shares: list[Share], holders: tuple[bytes, ...]) -> list[Share]:
    return [s for s in shares if s.holder in holders]


sizes = st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))


@given(sizes, st.binary(min_size=1, max_size=40), st.integers())
def test_every_t_subset_opens_the_secret_and_no_smaller_set_does(size: tuple[int, int], secret: bytes, seed: int) -> None:
    n, t = size
    shares = split(secret, people(n), t, random.Random(seed).randbytes)
    committed = commitments(shares)
    assert len(shares) == comb(n, t) * t
    for holders in combinations(people(n), t):
        assert join(of(shares, holders), committed) == secret
    for holders in combinations(people(n), t - 1):
        with pytest.raises(Refused) as caught:
            join(of(shares, holders), committed)
        assert caught.value.code == "thresholds.too_few"


@given(sizes, st.integers(), st.data())
def test_more_than_t_holders_open_it_too_in_any_order(size: tuple[int, int], seed: int, data: st.DataObject) -> None:
    n, t = size
    shares = split(SECRET, people(n), t, random.Random(seed).randbytes)
    holders = data.draw(st.permutations(people(n)))[: data.draw(st.integers(t, n))]
    given_ = data.draw(st.permutations(of(shares, tuple(holders))))
    assert join(given_, commitments(shares)) == SECRET


def counted_randomness(stream: bytes) -> Callable[[int], bytes]:
    rest = iter(stream)
    return lambda count: bytes(next(rest) for _ in range(count)) if count != 32 else b"\x00" * 32


@pytest.mark.parametrize(("n", "t"), [(2, 2), (3, 2)])
def test_with_t_minus_one_holders_every_secret_remains_equally_possible(n: int, t: int) -> None:
    """Exhaustively, over secrets of one byte drawn from four values and all their randomness (of the same four values)."""
    values = range(4)
    draws = comb(n, t) * (t - 1)
    seen: dict[tuple[bytes, ...], dict[int, int]] = {}
    for secret, stream in product(values, product(values, repeat=draws)):
        shares = split(bytes((secret,)), people(n), t, counted_randomness(bytes(stream)))
        view = tuple(s.value for s in of(shares, tuple(people(n)[: t - 1])))
        seen.setdefault(view, {}).setdefault(secret, 0)
        seen[view][secret] += 1
    for counts in seen.values():
        assert set(counts) == set(values) and len(set(counts.values())) == 1


def test_a_member_outside_the_subset_whose_share_is_missing_cannot_complete_it() -> None:
    shares = split(SECRET, people(3), 2, os.urandom)
    mixed = [
        s for s in shares if (s.subset, s.holder) in {((people(3)[0], people(3)[1]), people(3)[0]), ((people(3)[1], people(3)[2]), people(3)[2])}
    ]
    assert len(mixed) == 2
    with pytest.raises(Refused):
        join(mixed, commitments(shares))


@given(sizes, st.integers(), st.data())
def test_a_false_share_names_its_giver(size: tuple[int, int], seed: int, data: st.DataObject) -> None:
    n, t = size
    shares = split(SECRET, people(n), t, random.Random(seed).randbytes)
    committed = commitments(shares)
    place = data.draw(st.integers(0, len(shares) - 1))
    changed = bytearray(shares[place].value)
    changed[data.draw(st.integers(0, 31))] ^= data.draw(st.integers(1, 255))
    forged = [*shares[:place], replace(shares[place], value=bytes(changed)), *shares[place + 1 :]]
    assert check(forged, committed) == (shares[place].holder,)
    with pytest.raises(Damaged) as caught:
        join(forged, committed)
    assert caught.value.code == "thresholds.false_share"


def test_a_share_of_another_split_or_posing_as_another_holders_is_false() -> None:
    one, two = split(SECRET, people(3), 2, os.urandom), split(SECRET, people(3), 2, os.urandom)
    committed = commitments(one)
    assert check([two[0]], committed) == (two[0].holder,)
    assert check([replace(one[0], holder=people(3)[2])], committed) == (people(3)[2],)
    assert check([replace(one[0], nonce=b"\x00" * 32)], committed) == (one[0].holder,)
    assert check(one, committed) == ()


def test_two_subsets_that_disagree_are_damage() -> None:
    one, two = split(b"one", people(2), 1, os.urandom), split(b"two", people(2), 1, os.urandom)
    both = [one[0], two[1]]
    with pytest.raises(Damaged) as caught:
        join(both, commitments(both))
    assert caught.value.code == "thresholds.disagree"


def test_shares_of_different_length_are_damage() -> None:
    shares = split(SECRET, people(2), 2, os.urandom)
    short = [shares[0], replace(shares[1], value=b"x")]
    with pytest.raises(Damaged) as caught:
        join(short, commitments(short))
    assert caught.value.code == "thresholds.share_length"


def test_a_commitment_says_nothing_that_could_be_tried_without_the_nonce() -> None:
    share = Share((b"a",), b"a", b"v", b"\x01" * 32)
    assert share.commitment() != replace(share, nonce=b"\x02" * 32).commitment()


@given(st.lists(st.binary(max_size=4), min_size=4, max_size=4), st.lists(st.binary(max_size=4), min_size=4, max_size=4))
def test_two_shares_have_one_commitment_only_when_they_are_equal(one: list[bytes], two: list[bytes]) -> None:
    a, b = (Share((x[0],), x[1], x[2], x[3]) for x in (one, two))
    assert (a.commitment() == b.commitment()) is (a == b)


@pytest.mark.parametrize(("n", "t", "count"), [(3, 2, 6), (5, 2, 20), (5, 3, 30), (7, 4, 140), (9, 5, 630)])
def test_the_numbers_of_the_threat_model(n: int, t: int, count: int) -> None:
    assert len(split(SECRET, people(n), t, os.urandom)) == count


@pytest.mark.parametrize(("holders", "t"), [([], 1), (people(2), 3), (people(2), 0), (people(10), 5), ([b"a", b"a"], 1)])
def test_impossible_numbers_are_refused(holders: list[bytes], t: int) -> None:
    with pytest.raises(UsageError):
        split(SECRET, holders, t, os.urandom)


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(UsageError):
        split(b"", people(2), 2, os.urandom)


def test_a_request_asks_the_first_willing_holders() -> None:
    assert subset_of(people(5), [people(5)[4], people(5)[1], b"stranger"], 2) == (people(5)[1], people(5)[4])
    with pytest.raises(Refused):
        subset_of(people(5), [people(5)[0], b"stranger"], 2)
