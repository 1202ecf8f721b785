"""Laws of the Merkle tree, on trees that nobody chose."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.core.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

HASHES = [hashlib.sha256(i.to_bytes(4, "big")).digest() for i in range(600)]
NODES = {(level, index): value for level, index, value in Frontier().extend(HASHES)[1]}
ROOTS = [root_of(HASHES[:size]) for size in range(len(HASHES) + 1)]


def node(level: int, index: int) -> bytes:
    return NODES[level, index]


@given(st.lists(st.lists(st.binary(min_size=32, max_size=32), max_size=9), max_size=9))
def test_batches_give_the_root_of_all_leaves_at_once(batches: list[list[bytes]]) -> None:
    frontier, done = Frontier(), []
    for batch in batches:
        frontier, more = frontier.extend(batch)
        done += more
    leaves = [leaf for batch in batches for leaf in batch]
    at_once, all_done = Frontier().extend(leaves)
    assert frontier == at_once and done == all_done and frontier.root() == root_of(leaves)


@given(st.integers(0, 600))
def test_frontier_one_by_one_equals_the_definition(size: int) -> None:
    frontier = Frontier()
    for leaf in HASHES[:size]:
        frontier, _ = frontier.append(leaf)
    assert frontier.size == size and frontier.root() == ROOTS[size]


@given(st.data())
def test_every_inclusion_proof_verifies(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, node)
    verify_inclusion(index, size, HASHES[index], proof, ROOTS[size])
    assert len(proof) <= (size - 1).bit_length()


def test_every_inclusion_proof_of_every_small_tree_verifies() -> None:
    for size in range(1, 70):
        for index in range(size):
            verify_inclusion(index, size, HASHES[index], inclusion_proof(index, size, node), ROOTS[size])


def test_every_pair_of_small_sizes_is_consistent() -> None:
    for new in range(1, 70):
        for old in range(1, new + 1):
            verify_consistency(old, new, ROOTS[old], ROOTS[new], consistency_proof(old, new, node))


def _mutated(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """The proof with a bit flipped, a hash left out, put in twice, added or moved; never the same proof."""
    places = st.integers(0, len(proof) - 1) if proof else st.nothing()
    kinds = ["add"] + (["flip", "drop", "twice", "swap"] if proof else [])
    kind, made = data.draw(st.sampled_from(kinds)), list(proof)
    if kind == "add":
        made.insert(data.draw(st.integers(0, len(proof))), data.draw(st.sampled_from(HASHES)))
    elif kind == "flip":
        at, bit = data.draw(places), data.draw(st.integers(0, 255))
        made[at] = (int.from_bytes(made[at], "big") ^ (1 << bit)).to_bytes(32, "big")
    elif kind == "drop":
        del made[data.draw(places)]
    elif kind == "twice":
        at = data.draw(places)
        made.insert(at, made[at])
    else:
        made.reverse()
        if made == proof:
            made.append(proof[0])
    return made


@settings(max_examples=300)
@given(st.data())
def test_no_mutated_inclusion_proof_verifies(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    proof = _mutated(data, inclusion_proof(index, size, node))
    with pytest.raises(Damaged, match=r"merkle\."):
        verify_inclusion(index, size, HASHES[index], proof, ROOTS[size])


@settings(max_examples=300)
@given(st.data())
def test_no_inclusion_proof_fits_another_place_leaf_size_or_root(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 600))
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    proof = inclusion_proof(index, size, node)
    for arguments in (
        (other, size, HASHES[index], proof, ROOTS[size]),
        (index, size, HASHES[other], proof, ROOTS[size]),
        (index, size, HASHES[index], proof, ROOTS[size - 1]),
        (index, size, node_hash(HASHES[index], HASHES[other]), proof[1:], ROOTS[size]),
    ):
        with pytest.raises(Damaged, match=r"merkle\."):
            verify_inclusion(*arguments)


@given(st.data())
def test_any_two_sizes_are_consistent(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 600))
    old = data.draw(st.integers(1, new))
    verify_consistency(old, new, ROOTS[old], ROOTS[new], consistency_proof(old, new, node))


@settings(max_examples=300)
@given(st.data())
def test_no_mutated_consistency_proof_verifies(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 600))
    old = data.draw(st.integers(1, new))
    proof = _mutated(data, consistency_proof(old, new, node))
    with pytest.raises(Damaged, match=r"merkle\."):
        verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)


@given(st.data())
def test_a_log_that_changed_an_old_leaf_is_never_consistent(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, 120))
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    leaves = [*HASHES[:changed], hashlib.sha256(b"another").digest(), *HASHES[changed + 1 : new]]
    _, done = Frontier().extend(leaves)
    forged = {(level, index): value for level, index, value in done}
    proof = consistency_proof(old, new, lambda level, index: forged[level, index])
    with pytest.raises(Damaged, match=r"merkle\.root"):
        verify_consistency(old, new, ROOTS[old], root_of(leaves), proof)
