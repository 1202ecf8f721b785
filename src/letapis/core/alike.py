"""How alike two pictures or two texts are, by short descriptions of them. A likeness is a reason to look, never a finding.

A picture is described by 256 bits: whether each point of a small grey version is lighter than its neighbour. A text is described by the
smallest digests of its runs of words: the share that two texts have in common is close to the share of their runs.
"""

import hashlib
import unicodedata
from typing import Final

PICTURE_NEAR: Final = 26
"""Bits of 256 by which pictures may differ and are still shown as alike: a tenth."""
TEXT_NEAR: Final = 0.5
_RUN: Final = 4
_SKETCH: Final = 48


def difference(first: str, second: str) -> int:
    """In how many of 256 bits two pictures differ. Raises ValueError for descriptions that are none."""
    if len(first) != 64 or len(second) != 64:
        raise ValueError("description")
    return (int(first, 16) ^ int(second, 16)).bit_count()


def is_plain(description: str) -> bool:
    """A picture of one colour is like every other of one colour, so its description says nothing."""
    return not 16 <= int(description, 16).bit_count() <= 240


def sketch(text: str) -> tuple[str, ...]:
    """The description of a text, empty for one of less than twice four words."""
    words = "".join(letter if letter.isalnum() else " " for letter in unicodedata.normalize("NFKC", text).casefold()).split()
    if len(words) < 2 * _RUN:
        return ()
    runs = {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
    digests = sorted(hashlib.blake2b(run.encode("utf-8"), digest_size=8).hexdigest() for run in runs)
    return tuple(digests[:_SKETCH])


def share(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """About which share of their runs of words two texts have in common, from 0 to 1."""
    if not first or not second:
        return 0.0
    smallest = sorted(set(first) | set(second))[: min(_SKETCH, max(len(first), len(second)))]
    both = set(first) & set(second)
    return sum(one in both for one in smallest) / len(smallest)
