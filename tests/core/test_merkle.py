"""The tree against the known answers of others, and its limits."""

import hashlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from letapis.core.errors import Damaged
from letapis.core.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    frontier_at,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
    subtrees,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "merkle"


def _cases(folder: str) -> list[Any]:
    paths = sorted((VECTORS / folder).rglob("*.json"))
    return [pytest.param(json.loads(p.read_bytes()), id=p.relative_to(VECTORS).as_posix()) for p in paths]


def _hashes(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(h) for h in case["proof"] or []]


def _passes(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except Damaged as fault:
        assert fault.code.startswith("merkle.")
        return False
    return True


@pytest.mark.parametrize(("folder", "count"), [("inclusion", 76), ("consistency", 64), ("subtreeinclusion", 160), ("subtreeconsistency", 66)])
def test_all_vectors_of_the_other_implementation_are_tried(folder: str, count: int) -> None:
    assert len(_cases(folder)) == count


@pytest.mark.parametrize("case", _cases("inclusion"))
def test_inclusion_as_the_other_implementation_sees_it(case: dict[str, Any]) -> None:
    leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
    found = _passes(verify_inclusion, case["leafIdx"], case["treeSize"], leaf, _hashes(case), root)
    assert found is not case["wantErr"]


@pytest.mark.parametrize("case", _cases("consistency"))
def test_consistency_as_the_other_implementation_sees_it(case: dict[str, Any]) -> None:
    found = _passes(verify_consistency, case["size1"], case["size2"], b64decode(case["root1"] or ""), b64decode(case["root2"] or ""), _hashes(case))
    assert found is not case["wantErr"]


def _is_subtree(start: int, end: int) -> bool:
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


@pytest.mark.parametrize("case", _cases("subtreeinclusion"))
def test_a_subtree_is_a_tree_of_its_own(case: dict[str, Any]) -> None:
    """A subtree [start, end) has the root of a tree of its leaves alone, so our verifier must agree with theirs on it."""
    start, end = case["start"], case["end"]
    leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
    found = _is_subtree(start, end) and _passes(verify_inclusion, case["leafIdx"] - start, end - start, leaf, _hashes(case), root)
    assert found is not case["wantErr"]


@pytest.mark.parametrize("case", [c for c in _cases("subtreeconsistency") if c.values[0]["start"] == 0])
def test_a_subtree_from_the_start_is_an_older_tree(case: dict[str, Any]) -> None:
    found = _passes(verify_consistency, case["end"], case["size"], b64decode(case["root1"] or ""), b64decode(case["root2"] or ""), _hashes(case))
    assert found is not case["wantErr"]


def test_constants_of_the_tree() -> None:
    known = json.loads((VECTORS / "constants.json").read_bytes())
    assert EMPTY_ROOT.hex() == Frontier().root().hex() == root_of([]).hex() == known["empty_root"]
    assert leaf_hash(b"").hex() == known["leaf_hash_of_empty"]
    assert leaf_hash(b"L123456").hex() == known["leaf_hash_of_ascii_L123456"]
    assert node_hash(b"N123", b"N456").hex() == known["node_hash_of_ascii_N123_N456"]


# Roots and proofs of the eight leaves that RFC 6962 implementations share since the first test of certificate-transparency.
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_root_of_the_eight_reference_leaves() -> None:
    hashes = [leaf_hash(data) for data in LEAVES]
    frontier, _ = Frontier().extend(hashes)
    assert frontier.root().hex() == root_of(hashes).hex() == ROOT_OF_EIGHT


def _tree(size: int) -> tuple[list[bytes], dict[tuple[int, int], bytes], Frontier]:
    hashes = [leaf_hash(size.to_bytes(8, "big")) for size in range(size)]
    frontier, done = Frontier().extend(hashes)
    return hashes, {(level, index): value for level, index, value in done}, frontier


def test_completed_nodes_are_all_complete_subtrees_and_nothing_else() -> None:
    hashes, nodes, _ = _tree(21)
    expected = {(level, i) for level in range(5) for i in range(21 >> level)}
    assert set(nodes) == expected
    assert all(value == root_of(hashes[i << level : (i + 1) << level]) for (level, i), value in nodes.items())


def test_a_node_is_reported_after_its_children() -> None:
    _, done = Frontier().extend([leaf_hash(bytes((i,))) for i in range(16)])
    seen: set[tuple[int, int]] = set()
    for level, index, _ in done:
        assert level == 0 or {(level - 1, 2 * index), (level - 1, 2 * index + 1)} <= seen
        seen.add((level, index))


@pytest.mark.parametrize("count", [2, 4, 64, 256])
def test_the_roots_of_complete_subtrees_are_those_of_the_definition(count: int) -> None:
    hashes = [leaf_hash(bytes([number])) for number in range(count)]
    for level, roots in enumerate(subtrees(hashes)):
        assert roots == [root_of(hashes[at : at + (1 << level)]) for at in range(0, count, 1 << level)]
    assert len(subtrees(hashes)[-1]) == 2
    with pytest.raises(ValueError):
        subtrees([*hashes, *hashes, hashes[0]])


def test_over_a_missing_hash_there_is_no_root() -> None:
    hashes = [leaf_hash(bytes([number])) for number in range(16)]
    lacking = subtrees([*hashes[:5], b"", *hashes[6:]])
    for level, roots in enumerate(lacking):
        assert [not root for root in roots] == [at == 5 >> level for at in range(16 >> level)]
        assert all(root in (b"", whole) for root, whole in zip(roots, subtrees(hashes)[level], strict=True))


def test_frontier_and_root_of_an_older_size_come_from_the_nodes() -> None:
    hashes, nodes, frontier = _tree(37)
    assert frontier_at(37, lambda level, index: nodes[level, index]) == frontier
    for size in range(38):
        assert root_at(size, lambda level, index: nodes[level, index]) == root_of(hashes[:size])


def test_peaks_are_the_complete_subtrees_that_they_are() -> None:
    for size in (0, 1, 2, 3, 5, 8, 21, 36):
        _, nodes, frontier = _tree(size)
        assert all(nodes[level, index] == peak for level, index, peak in frontier.nodes()) and len(frontier.nodes()) == size.bit_count()
        assert Frontier.of(size, b"".join(frontier.peaks)) == frontier


def test_growing_costs_one_hash_a_leaf() -> None:
    """500 leaves make 500 − popcount(500) inner nodes; nothing is hashed twice."""
    _, done = Frontier().extend([hashlib.sha256(bytes((i & 255, i >> 8))).digest() for i in range(500)])
    assert sum(level > 0 for level, _, _ in done) == 500 - (500).bit_count()


@pytest.mark.parametrize(("size", "peaks"), [(-1, ()), (1, ()), (2, (b"x" * 32, b"y" * 32)), (1, (b"short",)), (0, (b"x" * 32,))])
def test_frontier_that_cannot_be_is_refused(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(Damaged, match=r"merkle\.frontier"):
        Frontier(size, peaks)


def test_leaf_hash_of_wrong_length_is_not_appended() -> None:
    with pytest.raises(Damaged, match=r"merkle\.hash_length"):
        Frontier().append(b"\0" * 31)


def test_old_size_zero_proves_nothing() -> None:
    root = Frontier().append(leaf_hash(b""))[0].root()
    with pytest.raises(Damaged, match=r"merkle\.sizes"):
        verify_consistency(0, 1, EMPTY_ROOT, root, [])
    with pytest.raises(Damaged, match=r"merkle\.sizes"):
        consistency_proof(0, 1, lambda level, index: root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (5, 4)])
def test_no_proof_for_a_leaf_that_does_not_exist(index: int, size: int) -> None:
    with pytest.raises(Damaged, match=r"merkle\.index"):
        inclusion_proof(index, size, lambda level, at: b"")
    with pytest.raises(Damaged, match=r"merkle\.index"):
        verify_inclusion(index, size, EMPTY_ROOT, [], EMPTY_ROOT)


def test_more_than_63_hashes_are_refused_before_any_is_hashed() -> None:
    with pytest.raises(Damaged, match=r"merkle\.proof_length"):
        verify_inclusion(0, 1 << 64, EMPTY_ROOT, [EMPTY_ROOT] * 64, EMPTY_ROOT)
    with pytest.raises(Damaged, match=r"merkle\.proof_length"):
        verify_consistency(1, 1 << 64, EMPTY_ROOT, EMPTY_ROOT, [EMPTY_ROOT] * 64)


def test_proof_hash_of_wrong_length_is_refused() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    forged = hashlib.sha256(b"\x01" + left + right + b"!").digest()
    with pytest.raises(Damaged, match=r"merkle\.hash_length"):
        verify_inclusion(0, 2, left, [right + b"!"], forged)
    with pytest.raises(Damaged, match=r"merkle\.hash_length"):
        verify_inclusion(0, 2, left, [right], b"")


def test_consistency_of_equal_sizes_needs_equal_roots_and_no_hashes() -> None:
    root = leaf_hash(b"")
    verify_consistency(1, 1, root, root, [])
    with pytest.raises(Damaged, match=r"merkle\.root"):
        verify_consistency(1, 1, root, EMPTY_ROOT, [])
    with pytest.raises(Damaged, match=r"merkle\.proof_length"):
        verify_consistency(1, 1, root, root, [root])


def test_consistency_without_hashes_between_different_sizes_is_refused() -> None:
    root = leaf_hash(b"")
    for old in (1, 3):
        with pytest.raises(Damaged, match=r"merkle\.proof_length"):
            verify_consistency(old, 7, root, root, [])
