"""What lies between two words of names that are the same part of them: nothing, another spelling, another form, a slip, or another name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.name_distance import FAR, distance
from letapis.core.name_rules import NameRules, Word

_SCALE: Final = {"surname": 1.65, "given": 0.7, "father": 0.8}
_ANOTHER_READING: Final = 0.35
_FIRST_LETTER: Final = 0.9
_SHORTEST: Final = 4
_ODD: Final = 2
_TOO_FAR: Final = 0.55


@dataclass(frozen=True, slots=True)
class Gap:
    """What lies between two words: its size from 0 (one word) to 1 (another word), and its kind, which has a text."""

    size: float
    kind: str


SAME: Final = Gap(0.0, "same")
_SPELT: Final = Gap(0.005, "spelt")
_OTHER: Final = Gap(1.0, "other")


def _initials(one: Word, other: Word) -> Gap:
    if one.letters.isdisjoint(other.letters):
        return _OTHER
    return Gap(0.05 if one.initial and other.initial else 0.08, "initial")


def _surname(one: Word, other: Word, rules: NameRules) -> Gap:
    if one.initial or other.initial:
        return Gap(0.4, "initial") if one.letters & other.letters else _OTHER
    gap = _slips("surname", one, other, one.trunks, other.trunks, rules)
    if gap.size > 0.1 and (one.halves or other.halves):
        halves = min((_surname(a, b, rules) for a in one.halves or (one,) for b in other.halves or (other,)), key=lambda found: found.size)
        if halves.size + 0.1 < gap.size:
            return Gap(halves.size + 0.1, "half")
    return gap


def _given(one: Word, other: Word, rules: NameRules) -> Gap:
    if one.initial or other.initial:
        return _initials(one, other)
    if not one.given.isdisjoint(other.given):
        same = not set(one.sounds).isdisjoint(other.sounds)
        return _SPELT if same else Gap(0.03 if one.pet or other.pet else 0.01, "pet" if one.pet or other.pet else "translated")
    if one.given and other.given:
        return _OTHER
    gap = _slips("given", one, other, one.sounds, other.sounds, rules)
    if gap.size > 0.05 and not one.maybe.isdisjoint(other.maybe):
        return Gap(0.05, "translated")
    return gap


def _father(one: Word, other: Word, rules: NameRules) -> Gap:
    if one.initial or other.initial:
        return _initials(one, other)
    gap = _slips("father", one, other, one.sounds, other.sounds, rules)
    if one.father and other.father:
        if one.father.isdisjoint(other.father):
            return gap if gap.size < 0.22 and _one_letter(one, other) and not (one.surely and other.surely) else _OTHER
        return gap if gap.size < 0.02 else Gap(0.02, "translated")
    return gap


_WAYS: Final = {"surname": _surname, "given": _given, "father": _father}


def gap_between(part: str, one: Word, other: Word, rules: NameRules) -> Gap:
    """What lies between two words that are the same part (``surname``, ``given``, ``father``) of two names."""
    return _WAYS[part](one, other, rules)


def a_letter_apart(one: Word, other: Word, rules: NameRules) -> bool:
    """One slip, whatever it made of the letters; two names of their own in both alphabets are none."""
    if one.initial or other.initial or min(len(one.latin), len(other.latin)) < _SHORTEST:
        return False
    return min(distance(one.latin, other.latin, rules.slips, 1.3), distance(one.sounds[0], other.sounds[0], rules.slips, 1.0)) <= 1.3


def _one_letter(one: Word, other: Word) -> bool:
    """No more than one letter was put for another."""
    return _odd(one.bits[0], other.bits[0]) <= 1


def _odd(bits: int, others: int) -> int:
    """How many consonants one has and the other has not, at the most."""
    return max((bits & ~others).bit_count(), (others & ~bits).bit_count())


def _slips(part: str, one: Word, other: Word, mine: Sequence[str], theirs: Sequence[str], rules: NameRules) -> Gap:
    """The same sounds in another spelling, or the weight of the slips between them for the length of the word."""
    if not set(mine).isdisjoint(theirs):
        return _SPELT
    close = [(i, j) for i, bits in enumerate(one.bits) for j, others in enumerate(other.bits) if _odd(bits, others) <= _ODD]
    if not close:
        return _OTHER
    scale = _SCALE[part]
    size = max(_SHORTEST, min(len(mine[0]), len(theirs[0])))
    most = _TOO_FAR * size / scale
    weight = FAR
    for i, j in close:
        if i < len(mine) and j < len(theirs):
            a, b = mine[i], theirs[j]
            found = distance(a, b, rules.slips, most) + (_ANOTHER_READING if i or j else 0.0) + (0.0 if a[0] == b[0] else _FIRST_LETTER)
            weight = min(weight, found)
    if weight > 0.9:
        # A slip may break a spelling of two letters apart, and then more than one sound is wrong.
        letters = max(_SHORTEST, min(len(one.latin), len(other.latin)))
        first = 0.0 if one.latin[:1] == other.latin[:1] else _FIRST_LETTER
        weight = min(weight, (distance(one.latin, other.latin, rules.slips, most) + first) * size / letters)
    if weight > most:
        return _OTHER
    bare = not one.bones.isdisjoint(other.bones)
    return Gap(scale * weight / size * (0.8 if bare else 1.0), "vowels" if bare else "slip")
