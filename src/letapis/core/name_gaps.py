"""What lies between two words of names that are the same part of them: nothing, another spelling, another form, a slip, or another name."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from letapis.core.name_distance import FAR, distance
from letapis.core.name_rules import NameRules, Word

_SCALE: Final = {"surname": 1.65, "given": 0.7, "father": 0.8}
_ANOTHER_READING: Final = 0.35
_FIRST_LETTER: Final = 0.9
_HEARD_ALIKE: Final = 0.5
_HEARD: Final = 0.25
_SHORTEST: Final = 4
_ODD: Final = 2
_TOO_FAR: Final = 0.55
_ONE_SLIP: Final = 0.22
_FEW: Final = 2
_HALF: Final = 0.27
_BARE: Final = 0.8
_ROUNDED: Final = 1e-9


class Gap(NamedTuple):
    """What lies between two words: its size from 0 (one word) to 1 (another word), and its kind, which has a text."""

    size: float
    kind: str


SAME: Final = Gap(0.0, "same")
_size: Final = attrgetter("size")
_SPELT: Final = Gap(0.005, "spelt")
_TRANSLATED: Final = Gap(0.02, "translated")
_OTHER: Final = Gap(1.0, "other")


def _initials(one: Word, other: Word) -> Gap:
    if one.letters.isdisjoint(other.letters):
        return _OTHER
    return Gap(0.05 if one.initial and other.initial else 0.08, "initial")


def _surname(one: Word, other: Word, rules: NameRules) -> Gap:
    if one.initial or other.initial:
        return _OTHER if one.letters.isdisjoint(other.letters) else Gap(0.4, "initial")
    gap = _slips("surname", one, other, one.trunks, other.trunks, rules)
    if _SPELT.size < gap.size < _OTHER.size:
        gap = _of_a_root(one, other, gap, rules)
    if gap.size > 0.1 and (one.halves or other.halves):
        nearest = [min((_surname(a, b, rules) for b in other.halves or (other,)), key=_size) for a in one.halves or (one,)]
        # Of two double surnames both halves are compared; of one that is double, either half may be the other.
        halves = max(nearest, key=_size) if one.halves and other.halves else min(nearest, key=_size)
        if halves.size + 0.1 < gap.size:
            return Gap(halves.size + 0.1, "half")
    return gap


def _of_a_root(one: Word, other: Word, gap: Gap, rules: NameRules) -> Gap:
    """Surnames made of two given names are two (Мікалаеў, Михайлов), however near; a consonant of two is half of a surname (Гуз, Гусь)."""
    if (mine := rules.rooted(one)) and (theirs := rules.rooted(other)) and mine.isdisjoint(theirs):
        return _OTHER
    half = gap.size < _HALF and one.counts[0] == other.counts[0] <= _FEW and one.bones.isdisjoint(other.bones)
    return Gap(_HALF, gap.kind) if half else gap


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
    if not one.father or not other.father:
        return _slips("father", one, other, one.sounds, other.sounds, rules)
    if not one.father.isdisjoint(other.father):
        gap = _slips("father", one, other, one.sounds, other.sounds, rules, _TRANSLATED.size)
        return gap if gap.size < _TRANSLATED.size else _TRANSLATED
    if (one.surely and other.surely) or odd(one.bits[0], other.bits[0]) > 1:
        return _OTHER
    gap = _slips("father", one, other, one.sounds, other.sounds, rules, _ONE_SLIP)
    return gap if gap.size < _ONE_SLIP else _OTHER


_WAYS: Final = {"surname": _surname, "given": _given, "father": _father}


def gap_between(part: str, one: Word, other: Word, rules: NameRules) -> Gap:
    """What lies between two words that are the same part (``surname``, ``given``, ``father``) of two names."""
    # Where no table makes one name of two words that sound otherwise, most are told apart by their consonants.
    told_by_sound = part == "surname" or (one.father.isdisjoint(other.father) if part == "father" else one.maybe.isdisjoint(other.maybe))
    if told_by_sound and ((one.common & ~other.every).bit_count() > _ODD or (other.common & ~one.every).bit_count() > _ODD):
        return _OTHER
    return _WAYS[part](one, other, rules)


def a_letter_apart(one: Word, other: Word, rules: NameRules) -> bool:
    """One slip, whatever it made of the letters; two names of their own in both alphabets are none."""
    if one.initial or other.initial or max(len(one.latin), len(other.latin)) < _SHORTEST:
        return False
    return min(distance(one.latin, other.latin, rules.slips, 1.3), distance(one.sounds[0], other.sounds[0], rules.slips, 1.0)) <= 1.3


def a_letter_wrong(one: Word, other: Word, rules: NameRules) -> bool:
    """One letter behind the first was left out, put in, exchanged or swapped, in either alphabet."""
    if one.initial or other.initial or min(len(one.latin), len(other.latin)) < _SHORTEST:
        return False
    heard = (
        distance(a, b, rules.slips, 1.0) + (_ANOTHER_READING if i or j else 0.0)
        for i, a in enumerate(one.sounds[: len(one.bits)])
        for j, b in enumerate(other.sounds[: len(other.bits)])
        if a[0] == b[0]
    )
    return min(heard, default=FAR) <= 1.0 or (one.latin[0] == other.latin[0] and distance(one.latin, other.latin, rules.slips, 1.0) <= 1.0)


def one_name(one: Word, other: Word) -> bool:
    """Two spellings of one word, or two forms of one given name."""
    return one is other or not one.maybe.isdisjoint(other.maybe) or not set(one.sounds).isdisjoint(other.sounds)


def odd(bits: int, others: int) -> int:
    """How many consonants one has and the other has not, at the most."""
    return max((bits & ~others).bit_count(), (others & ~bits).bit_count())


def _first(one: str, other: str, rules: NameRules) -> float:
    """What it weighs that the first letters differ: people seldom get the first one wrong, but those that are heard alike."""
    near = rules.slips.pairs[one[0]][other[0]]
    return _FIRST_LETTER * (near + _HEARD if near < _HEARD_ALIKE else 1.0)


def _slips(part: str, one: Word, other: Word, mine: Sequence[str], theirs: Sequence[str], rules: NameRules, largest: float = 1.0) -> Gap:
    """The same sounds in another spelling, or the weight of the slips between them for the length of the word.

    ``largest``: a gap of this size or more may be told as that of another word.
    """
    if mine[0] in theirs if len(mine) == 1 else not set(mine).isdisjoint(theirs):
        return _SPELT
    scale, slips = _SCALE[part], rules.slips
    size = max(_SHORTEST, min(len(mine[0]), len(theirs[0])))
    # Whatever weighs more than the least so far need not be weighed to its end.
    most = least = min(_TOO_FAR, largest / _BARE) * size / scale
    if most < slips.lightest and one.latin != other.latin:
        return _OTHER
    weight, near = FAR, False
    for i, bits in enumerate(one.bits):
        for j, others in enumerate(other.bits):
            # Readings of which only one has more than a consonant or two are not compared.
            if (bits & ~others).bit_count() > _ODD or (others & ~bits).bit_count() > _ODD:
                continue
            near, a, b = True, mine[i], theirs[j]
            more = _ANOTHER_READING if i or j else 0.0
            if a[0] != b[0]:
                more += _first(a, b, rules)
            left = least - more
            # Each consonant that is left over weighs 1, each that only one of them has as much as its nearest.
            if left <= 0 or abs(one.counts[i] - other.counts[j]) > left:
                continue
            if bits != others and (slips.least(bits, others) > left + _ROUNDED or slips.least(others, bits) > left + _ROUNDED):
                continue
            if (found := distance(a, b, slips, left)) < FAR:
                weight = least = min(weight, found + more)
    if not near:
        return _OTHER
    if weight > 0.9:
        # A slip may break a spelling of two letters apart, and then more than one sound is wrong.
        letters = max(_SHORTEST, min(len(one.latin), len(other.latin)))
        first = 0.0 if one.latin[:1] == other.latin[:1] else _FIRST_LETTER
        left = min(most, least * letters / size - first)
        if slips.least(one.spelt, other.spelt) <= left + _ROUNDED and slips.least(other.spelt, one.spelt) <= left + _ROUNDED:
            found = distance(one.latin, other.latin, slips, left)
            weight = min(weight, (found + first) * size / letters) if found < FAR else weight
    if weight > most:
        return _OTHER
    bare = not one.bones.isdisjoint(other.bones)
    return Gap(scale * weight / size * (_BARE if bare else 1.0), "vowels" if bare else "slip")
