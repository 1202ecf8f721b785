"""Who is one person by what members said: the laws of joining, of undoing, and of a reason in two halves."""

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from letapis.core import one_person
from letapis.core.one_person import APART, LATER, SAME, SPLIT, Link, backing, groups, link_of, pair_of, state_of

ENTRIES = [bytes([n]) * 16 for n in range(7)]
PAIRS = st.lists(st.sampled_from(ENTRIES), min_size=2, max_size=2, unique=True)
LINKS = st.dictionaries(PAIRS.map(lambda two: tuple(sorted(two))), st.sampled_from(("", SAME, SAME, APART, LATER, SPLIT)), max_size=12).map(
    lambda found: [Link(first, second, state) for (first, second), state in found.items()]
)


@given(LINKS, st.randoms())
def test_the_order_of_words_says_nothing(links: list[Link], dice: random.Random) -> None:
    turned = [Link(one.second, one.first, one.state) for one in links]
    dice.shuffle(turned)
    assert groups(turned) == groups(links)


@given(LINKS, PAIRS)
def test_a_merge_that_is_undone_leaves_everything_as_it_was(links: list[Link], two: list[bytes]) -> None:
    others = [one for one in links if {one.first, one.second} != set(two)]
    assert groups(others) == groups([*others, Link(two[0], two[1], SPLIT)])
    assert groups(others) == groups([*others, Link(two[0], two[1], LATER)]) == groups([*others, Link(two[0], two[1], "")])


@given(LINKS)
def test_a_group_holds_nobody_whom_somebody_keeps_apart_and_everybody_once(links: list[Link]) -> None:
    found = groups(links)
    for entry, group in found.items():
        assert entry in group and len(group) > 1 and all(found[other] == group for other in group)
    assert not any(one.state == APART and one.second in found.get(one.first, ()) for one in links)


@given(LINKS)
def test_nobody_is_joined_unless_a_row_of_words_says_so(links: list[Link]) -> None:
    said = {frozenset((one.first, one.second)) for one in links if one.state == SAME}
    for group in groups(links).values():
        assert any(pair <= group for pair in said)
        assert len(group) <= 1 + sum(pair <= group for pair in said)


def test_three_of_whom_two_are_apart_are_read_alone_until_people_agree() -> None:
    a, b, c, d, e = ENTRIES[:5]
    chain = [Link(one, other, SAME) for one, other in pairwise((a, b, c))]
    assert groups([*chain, Link(d, e, SAME), Link(a, c, APART)]) == {d: frozenset((d, e)), e: frozenset((d, e))}
    assert groups([*chain, Link(a, c, SPLIT)])[a] == frozenset((a, b, c))


def test_a_long_row_is_one_group() -> None:
    many = [n.to_bytes(16, "big") for n in range(20_000)]
    assert len(groups([Link(one, other, SAME) for one, other in pairwise(many)])[many[7]]) == 20_000


def test_words_side_by_side_hold_only_when_they_agree() -> None:
    assert state_of([SAME, SAME]) == SAME and state_of([SAME, SPLIT]) == "" and state_of([]) == ""


def test_only_members_who_said_it_last_stand_behind_it() -> None:
    anna, basil, cora = ENTRIES[:3]
    assert backing([(anna, SAME), (basil, SAME), (anna, SPLIT), (cora, SAME)], SAME) == {anna, basil}
    assert backing([(anna, SAME), (anna, SAME)], SAME) == {anna}
    assert backing([(anna, SPLIT)], SAME) == frozenset()


def test_a_pair_has_one_name_and_each_dossier_its_own() -> None:
    home, other, a, b = ENTRIES[:4]
    assert pair_of(a, b) == pair_of(b, a) != pair_of(a, home) and len(pair_of(a, b)) == 16
    assert link_of(home, a, b) == link_of(home, b, a) != link_of(other, a, b)


@given(st.text(max_size=400).map(lambda text: text.rstrip("\x00")), st.integers(0, 1 << 32))
def test_two_halves_are_the_text_and_one_is_nothing(text: str, seed: int) -> None:
    pad = random.Random(seed).randbytes(one_person.half_size(text))
    half = one_person.part(text, pad)
    assert one_person.whole(pad, half) == one_person.whole(half, pad) == text
    assert len(half) % 256 == 0 and (not text or half != text.encode().ljust(len(half), b"\x00"))
    assert one_person.whole(pad, half + b"x" * 256) == ""


def test_nobody_is_asked_again_about_what_follows_from_what_was_said() -> None:
    a, b, c, d, e = ENTRIES[:5]
    told = one_person.Settled([Link(a, b, SAME), Link(b, c, SAME), Link(c, d, APART), Link(d, e, SAME)])
    assert frozenset((a, c)) in told and frozenset((a, d)) in told and frozenset((a, e)) in told
    undone = one_person.Settled([Link(a, b, SPLIT), Link(b, c, SAME), Link(c, d, APART), Link(d, e, LATER)])
    assert frozenset((b, d)) in undone and not any(frozenset(pair) in undone for pair in ((a, b), (a, c), (a, d), (d, e), (c, e)))


@given(LINKS)
def test_what_is_settled_agrees_with_who_is_read_together_and_quarrels_are_read_apart(links: list[Link]) -> None:
    told, found = one_person.Settled(links), groups(links)
    assert all(frozenset((one, other)) in told for group in found.values() for one in group for other in group if one != other)
    assert all(frozenset(one[:2]) in told for one in links if one.state in (SAME, APART))
    assert not any(one.state and one.second in found.get(one.first, ()) for one in one_person.quarrels(links))
    assert {frozenset(one[:2]) for one in links if not one.state} <= {frozenset(one[:2]) for one in one_person.quarrels(links)}


def test_a_group_that_somebody_tears_is_a_quarrel_of_all_its_pairs() -> None:
    a, b, c, d, e = ENTRIES[:5]
    links = [Link(a, b, SAME), Link(b, c, SAME), Link(a, c, APART), Link(d, e, SAME), Link(a, d, APART), Link(b, d, LATER)]
    assert {frozenset(one[:2]) for one in one_person.quarrels(links)} == {frozenset(pair) for pair in ((a, b), (b, c), (a, c))}
