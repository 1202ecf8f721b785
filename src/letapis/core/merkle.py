"""The Merkle tree of RFC 6962: hashing, growing, proving and checking.

A tree over n leaves is known by its *complete* subtrees: node (level, index) is the root of the 2^level leaves from
``index << level``. They never change once complete, so a log keeps them, and every root and proof of every size is
computed from them alone. Proof algorithms: RFC 9162, sections 2.1.3 and 2.1.4, with the length checks that textbook
verifiers leave out.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from letapis.core.errors import Damaged

HASH_SIZE: Final = 32
MAX_PROOF: Final = 63
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Node = tuple[int, int, bytes]
"""Level, index and hash of one complete subtree."""

NodeReader = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree (level, index)."""


def leaf_hash(data: bytes) -> bytes:
    """H(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """H(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _folded(hashes: Sequence[bytes]) -> bytes:
    """Root of neighbouring complete subtrees that get smaller from left to right."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


@dataclass(frozen=True, slots=True)
class Frontier:
    """What a log must remember to grow: its size and the roots of its complete subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or self.size.bit_count() != len(self.peaks) or any(len(p) != HASH_SIZE for p in self.peaks):
            raise Damaged("merkle.frontier")

    @classmethod
    def of(cls, size: int, joined: bytes) -> Self:
        """As it is kept: the peaks one after the other. Raises Damaged("merkle.frontier")."""
        return cls(size, tuple(joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE)))

    def append(self, leaf_hash_: bytes) -> tuple["Frontier", list[Node]]:
        """The frontier after one more leaf, and the nodes that became complete, the leaf first."""
        return self.extend((leaf_hash_,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> tuple["Frontier", list[Node]]:
        """The frontier after more leaves, and the nodes that became complete, each after its children."""
        sha256 = hashlib.sha256
        peaks, done, size = list(self.peaks), [], self.size
        for current in leaf_hashes:
            if len(current) != HASH_SIZE:
                raise Damaged("merkle.hash_length")
            done.append((0, size, current))
            level, index = 0, size
            while index & 1:
                current = sha256(b"\x01" + peaks.pop() + current).digest()
                level, index = level + 1, index >> 1
                done.append((level, index, current))
            peaks.append(current)
            size += 1
        return Frontier(size, tuple(peaks)), done

    def nodes(self) -> list[Node]:
        """The peaks as the complete subtrees that they are."""
        found, begin = list[Node](), 0
        for peak in self.peaks:
            level = (self.size - begin).bit_length() - 1
            found.append((level, begin >> level, peak))
            begin += 1 << level
        return found

    def root(self) -> bytes:
        """Root of the tree; of the empty tree it is H("")."""
        return _folded(self.peaks) if self.peaks else EMPTY_ROOT


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root by the recursive definition of RFC 6962, section 2.1; the measure for everything quicker."""
    count = len(leaf_hashes)
    if count == 0:
        return EMPTY_ROOT
    if count == 1:
        return leaf_hashes[0]
    split = 1 << (count - 1).bit_length() - 1
    return node_hash(root_of(leaf_hashes[:split]), root_of(leaf_hashes[split:]))


def subtrees(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Neighbouring hashes, 2, 4, 8 … of them, and level by level the roots of the complete subtrees over them, up to the two halves. Where a
    hash is missing (empty), so is every root over it. Raises ValueError for another number of hashes."""
    sha256, found = hashlib.sha256, [list(hashes)]
    while len(found[-1]) > 2:
        one = iter(found[-1])
        found.append([sha256(b"\x01" + left + right).digest() if left and right else b"" for left, right in zip(one, one, strict=True)])
    return found


def frontier_at(size: int, node: NodeReader) -> Frontier:
    """The frontier of the first ``size`` leaves, read from complete subtrees."""
    return Frontier(size, tuple(_peaks(0, size, node)))


def root_at(size: int, node: NodeReader) -> bytes:
    """Root of the first ``size`` leaves, read from complete subtrees."""
    return frontier_at(size, node).root()


def _peaks(begin: int, end: int, node: NodeReader) -> list[bytes]:
    """Complete subtrees that cover leaves [begin, end), largest first; ``begin`` is a multiple of the greatest."""
    hashes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        hashes.append(node(level, begin >> level))
        begin += 1 << level
    return hashes


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """Sibling hashes from the leaf ``index`` up to the root of the first ``size`` leaves."""
    if not 0 <= index < size:
        raise Damaged("merkle.index")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        split = begin + (1 << (end - begin - 1).bit_length() - 1)
        if index < split:
            proof.append(_folded(_peaks(split, end, node)))
            end = split
        else:
            proof.append(_folded(_peaks(begin, split, node)))
            begin = split
    return proof[::-1]


def consistency_proof(old: int, new: int, node: NodeReader) -> list[bytes]:
    """Hashes that show the tree of ``old`` leaves to be the beginning of the tree of ``new``. Size 0 has no proof."""
    if not 0 < old <= new:
        raise Damaged("merkle.sizes")
    proof: list[bytes] = []
    begin, end, known = 0, new, True
    while end != old:
        split = begin + (1 << (end - begin - 1).bit_length() - 1)
        if old <= split:
            proof.append(_folded(_peaks(split, end, node)))
            end = split
        else:
            proof.append(_folded(_peaks(begin, split, node)))
            begin, known = split, False
    if not known:
        proof.append(_folded(_peaks(begin, end, node)))
    return proof[::-1]


def _check_hashes(proof: Sequence[bytes], *others: bytes) -> None:
    if len(proof) > MAX_PROOF:
        raise Damaged("merkle.proof_length")
    if any(len(h) != HASH_SIZE for h in (*proof, *others)):
        raise Damaged("merkle.hash_length")


def verify_inclusion(index: int, size: int, leaf_hash_: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise Damaged unless ``proof`` leads from leaf ``index`` to ``root`` of a tree of ``size`` leaves."""
    if not 0 <= index < size:
        raise Damaged("merkle.index")
    _check_hashes(proof, leaf_hash_, root)
    place, last, current = index, size - 1, leaf_hash_
    for sibling in proof:
        if last == 0:
            raise Damaged("merkle.proof_length")
        if place & 1 or place == last:
            current = node_hash(sibling, current)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Damaged("merkle.proof_length")
    if current != root:
        raise Damaged("merkle.root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise Damaged unless ``proof`` shows the tree of ``old`` leaves to be the beginning of that of ``new``.

    An old size of 0 is an error here: every tree extends the empty one, so a proof could say nothing.
    """
    if not 0 < old <= new:
        raise Damaged("merkle.sizes")
    _check_hashes(proof, old_root, new_root)
    if old == new:
        if proof:
            raise Damaged("merkle.proof_length")
        if old_root != new_root:
            raise Damaged("merkle.root")
        return
    # A tree of 2^k leaves is itself a node of the greater tree, so its proof leaves it out.
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    _walk_consistency(old, new, old_root, new_root, path)


def _walk_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    if not path:
        raise Damaged("merkle.proof_length")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    small = great = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Damaged("merkle.proof_length")
        if place & 1 or place == last:
            small, great = node_hash(sibling, small), node_hash(sibling, great)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            great = node_hash(great, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Damaged("merkle.proof_length")
    if small != old_root or great != new_root:
        raise Damaged("merkle.root")
