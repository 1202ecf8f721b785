"""How far one spelling is from another: what is left out, put in, exchanged or swapped, weighed by how easily it happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from operator import or_
from string import ascii_lowercase
from typing import Any, Final

from letapis.core.errors import Damaged

FAR: Final = 9.0
_SWAPPED_VOWEL: Final = 0.5
_SWAPPED: Final = 0.8
_VOWELS: Final = frozenset("ayu")
_AGAIN: Final = 64
_LAST: Final = 1 << _AGAIN - 1


class _Bits(dict[str, int]):
    """The bit of each consonant; none for vowels."""

    def __missing__(self, letter: str) -> int:
        found = self[letter] = 0 if letter in _VOWELS else 1 << (ord(letter) & 63)
        return found


_BITS: Final = _Bits()


class _Near(dict[str, float]):
    """What it weighs to write another letter for one: nothing for itself, 1 for a letter that is not in it (of another script)."""

    def __missing__(self, letter: str) -> float:
        return 1.0


class _Letters(dict[str, _Near]):
    """The same for each letter; one that is mixed up with none is near itself alone."""

    def __missing__(self, letter: str) -> _Near:
        found = self[letter] = _Near(dict.fromkeys(ascii_lowercase, 1.0) | {letter: 0.0})
        return found


@dataclass(frozen=True)
class Slips:
    """What a slip weighs: sounds that are mixed up, vowels; any other letter weighs 1.

    ``nearest``: for the bit of a consonant what it weighs to be mixed up with one of others, the least first. ``lightest``: the least that
    any slip weighs.
    """

    pairs: Mapping[str, Mapping[str, float]]
    vowel_missing: float
    nearest: Mapping[int, tuple[tuple[float, int], ...]]
    lightest: float

    def least(self, bits: int, others: int) -> float:
        """What it weighs at the least that one word has the consonants of ``bits`` and another has not: each was put in, or is written for the
        nearest of the other's consonants."""
        weight, alone = 0.0, bits & ~others
        while alone:
            bit = alone & -alone
            alone ^= bit
            while bit > _LAST:
                bit >>= _AGAIN
            for step, near in self.nearest.get(bit, ()):
                if near & others:
                    weight += step
                    break
            else:
                weight += 1.0
        return weight


def read_slips(table: Mapping[str, Any]) -> Slips:
    """Raises Damaged when a weight is missing or is no number, and for a consonant that is mixed up with a vowel."""
    try:
        pairs = {key: float(value) for key, value in (pair.split("=") for pair in table["pairs"].split())}
        if not _VOWELS.isdisjoint("".join(pairs)):
            raise ValueError  # ``least``, and how many consonants two words have, say nothing where a consonant is mixed up with a vowel
        both = pairs | {key[::-1]: weight for key, weight in pairs.items()}
        vowels = {a + b: float(table["vowel_u" if "u" in a + b else "vowel"]) for a in _VOWELS for b in _VOWELS if a != b}
        near = _Letters()
        for pair, weight in (both | vowels).items():
            near[pair[0]][pair[1]] = weight
        missing = float(table["vowel_missing"])
        return Slips(near, missing, _nearest(both), min(_SWAPPED, _SWAPPED_VOWEL, missing, *both.values(), *vowels.values()))
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise Damaged("catalogue.names", "letters") from error


def _nearest(pairs: Mapping[str, float]) -> dict[int, tuple[tuple[float, int], ...]]:
    found: dict[int, list[tuple[float, int]]] = {}
    for pair, weight in pairs.items():
        found.setdefault(_BITS[pair[0]], []).append((weight, _BITS[pair[1]]))
    return {bit: _gathered(steps) for bit, steps in found.items()}


def _gathered(steps: list[tuple[float, int]]) -> tuple[tuple[float, int], ...]:
    """Those of one weight together, the least first."""
    weights = sorted({weight for weight, _ in steps})
    return tuple((weight, reduce(or_, [bit for other, bit in steps if other == weight])) for weight in weights)


def consonants_of(word: str) -> int:
    """A set of the consonants as bits: two words whose sets differ much need not be compared letter by letter."""
    return reduce(or_, map(_BITS.__getitem__, word), 0)


def each_consonant_of(word: str) -> int:
    """The same with one bit for each time that a consonant stands in the word: ``Slips.least`` of two of these weighs each of them."""
    found = 0
    for bit in map(_BITS.__getitem__, word):
        while found & bit:
            bit <<= _AGAIN
        found |= bit
    return found


def distance(first: str, second: str, slips: Slips, most: float) -> float:
    """The weight of all slips between two words, FAR when it is more than ``most``. Symmetric to the last digit; 0 for equal words."""
    if first == second:
        return 0.0
    shorter, longer = len(first), len(second)
    if shorter > longer or (shorter == longer and first > second):
        first, second, shorter = second, first, longer
    # What both begin and end with needs no comparing.
    start = 0
    while start < shorter and first[start] == second[start]:
        start += 1
    end = 0
    while end < shorter - start and first[-1 - end] == second[-1 - end]:
        end += 1
    first, second = first[start : len(first) - end], second[start : len(second) - end]
    pairs, missing = slips.pairs, slips.vowel_missing
    if len(first) == len(second) == 1:
        found = min(pairs[first][second], (missing if first in _VOWELS else 1.0) + (missing if second in _VOWELS else 1.0))
        return found if found <= most else FAR
    gone = [missing if letter in _VOWELS else 1.0 for letter in second]
    before: list[float] = []
    row = [0.0, *accumulate(gone)]
    last, least = "", 0.0
    for letter in first:
        lost = missing if letter in _VOWELS else 1.0
        near, best = pairs[letter], row[0] + lost
        current = [best]
        append = current.append
        corner = row[0]
        for i, other in enumerate(second):
            left, best = best, corner + near[other]
            corner = row[i + 1]
            if corner + lost < best:
                best = corner + lost
            if left + gone[i] < best:
                best = left + gone[i]
            if last == other and i and second[i - 1] == letter and letter != other:
                swap = before[i - 1] + (_SWAPPED_VOWEL if letter in _VOWELS or other in _VOWELS else _SWAPPED)
                best = min(best, swap)
            append(best)
        least, above = min(current), least
        if least > most and above + _SWAPPED_VOWEL > most:  # a swap goes on from the row above
            return FAR
        before, row, last = row, current, letter
    return row[-1] if row[-1] <= most else FAR
