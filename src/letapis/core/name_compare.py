"""How likely two spellings are of one name, from 0 to 1, and why: part by part, with what each part did to the score.

The surname weighs most, then the given name, then the father's. A part that is missing on one side costs little and proves nothing; a part
that differs costs nearly everything, because same given and father's names are what strangers share. The score is about names alone:
namesakes exist, so it proposes and decides nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from letapis.core.name_distance import FAR, distance
from letapis.core.name_parts import Parts, read_parts
from letapis.core.name_rules import NameRules, Word

SUGGESTED: Final = 0.75
"""From this score on two names are put before somebody as maybe one."""

_KEPT: Final = 1 << 18
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


class Reason(NamedTuple):
    """One part of two names: which (``surname``, ``given``, ``father``, ``order``), what was found, both words, and what it left of the score."""

    part: str
    kind: str
    first: str
    second: str
    factor: float


class Likeness(NamedTuple):
    """The score of two names and the reasons for it; the product of their factors is the score."""

    score: float
    reasons: tuple[Reason, ...]


NOTHING: Final = Likeness(0.0, ())
_SAME: Final = Gap(0.0, "same")
_SPELT: Final = Gap(0.005, "spelt")
_OTHER: Final = Gap(1.0, "other")
_FLOOR: Final = {"surname": 0.03, "given": 0.1, "father": 0.25}
_MISSING: Final = {"surname": 0.35, "given": 0.62, "father": 0.95}
_ORDER: Final = 0.97
_PARTED: Final = 0.93
_LONGEST_WHOLE: Final = 60
_UNSURE: Final = frozenset({"slip", "vowels"})
_UNSAID: Final = frozenset({"missing", "initial"})
_UNSUPPORTED: Final = 1.2
_SUPPORTED: Final = 0.8
_AGREED: Final = 0.97
_ONE_LETTER: Final = 0.76


class Comparer:
    """Compares names by the rules, and remembers names and pairs of words: lists repeat them."""

    def __init__(self, rules: NameRules) -> None:
        self._rules = rules
        self._names: dict[str, tuple[Parts, ...]] = {}
        self._whole: dict[str, Word | None] = {}
        self._gaps: dict[tuple[Word, Word, str], Gap] = {}
        self._found: dict[tuple[Word | None, Word | None, str], Reason | None] = {}

    def parts(self, name: str) -> tuple[Parts, ...]:
        """The ways to read a name, kept."""
        found = self._names.get(name)
        if found is None:
            if len(self._names) >= _KEPT:
                self._names.clear()
            found = self._names[name] = read_parts(name, self._rules)
        return found

    def compare(self, first: str, second: str) -> Likeness:
        """The best likeness of any way to read them. Symmetric but for the sides of reasons; 0 where one has no letters."""
        left, right = self.parts(first), self.parts(second)
        if not left or not right:
            return NOTHING
        if len(left) == 1 and len(right) == 1:
            found = self._of(left[0], right[0])
            return found if found.score >= SUGGESTED or left[0].words == right[0].words else self._as_one(first, second, found)
        # Two guesses together would let any two words change places.
        ways = [self._of(one, other) for one in left for other in right if not (one.guessed and other.guessed)]
        found = max(ways, key=lambda way: way.score)
        return found if found.score >= SUGGESTED or left[0].words == right[0].words else self._as_one(first, second, found)

    def _as_one(self, first: str, second: str, found: Likeness) -> Likeness:
        """The same letters parted into words elsewhere (Kim Jong-un, Patr ushev) are one name."""
        one, other = self._run_together(first), self._run_together(second)
        if one is None or other is None or set(one.sounds).isdisjoint(other.sounds):
            return found
        return Likeness(_PARTED, (Reason("order", "parted", "", "", _PARTED),))

    def _run_together(self, name: str) -> Word | None:
        if name not in self._whole:
            if len(self._whole) >= _KEPT:
                self._whole.clear()
            letters = "".join(filter(str.isalpha, name[:_LONGEST_WHOLE]))
            self._whole[name] = self._rules.typed(letters, False) if letters else None
        return self._whole[name]

    def _of(self, one: Parts, other: Parts) -> Likeness:
        surname = self._surnames(one, other)
        given = self._part("given", one.given, other.given)
        father = self._part("father", one.father, other.father)
        if given and father and father.kind == "missing" and given.factor < SUGGESTED:
            given, father = self._joined(one, other, given, father)
        if surname and surname.kind in _UNSURE:
            surname = surname._replace(factor=max(_FLOOR["surname"], 1 - (1 - surname.factor) * _support(given, father)))
        if surname and given and father and surname.factor > _AGREED:
            given, father = self._slipped(one, other, given, father)
        reasons = [found for found in (surname, given, father) if found]
        if one.guessed or other.guessed:
            reasons.append(Reason("order", "turned", "", "", _ORDER))
        if one.rest or other.rest:
            reasons += self._rest(one.rest, other.rest)
        score = 1.0
        for reason in reasons:
            score *= reason.factor
        return Likeness(score, tuple(reasons))

    def _rest(self, mine: Sequence[Word], theirs: Sequence[Word]) -> list[Reason]:
        """Further names: each of the shorter side beside its nearest; what only one side has costs a little."""
        short, long = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
        left, found = list(long), []
        for word in short:
            nearest = min(left, key=lambda other: self._gap(word, other, "given").size)
            left.remove(nearest)
            gap = self._gap(word, nearest, "given")
            found.append(Reason("father", gap.kind, word.text, nearest.text, 1 - gap.size * (1 - _FLOOR["father"])))
        return found + [Reason("father", "missing", word.text, "", _MISSING["father"]) for word in left[:3]]

    def _slipped(self, one: Parts, other: Parts, given: Reason, father: Reason) -> tuple[Reason, Reason]:
        """One wrong letter makes another name (Алег, Алга): so it is read when all the rest of three parts agrees, the sex of the father's too."""
        if not one.given or not other.given or not one.father or not other.father or one.woman != other.woman:
            return given, father
        if given.kind == "other" and father.factor > _AGREED and _a_letter_apart(one.given, other.given, self._rules):
            return given._replace(kind="slip", factor=_ONE_LETTER), father
        if father.kind == "other" and given.factor > _AGREED and _a_letter_apart(one.father, other.father, self._rules):
            return given, father._replace(kind="slip", factor=_ONE_LETTER)
        return given, father

    def _joined(self, one: Parts, other: Parts, given: Reason, father: Reason) -> tuple[Reason, Reason | None]:
        """A given name of two words that the other side writes as one (Hamid Reza, Hamidreza)."""
        long, short = (one, other) if one.father else (other, one)
        if not long.given or not long.father or not short.given or long.father.fathers or long.father.initial:
            return given, father
        whole = self._part("given", self._rules.word(long.given.text + long.father.text), short.given)
        return (whole, None) if whole and whole.factor > given.factor else (given, father)

    def _part(self, part: str, one: Word | None, other: Word | None) -> Reason | None:
        key = (one, other, part)
        if key not in self._found:
            if len(self._found) >= 4 * _KEPT:
                self._found.clear()
            self._found[key] = self._seen(part, one, other)
        return self._found[key]

    def _seen(self, part: str, one: Word | None, other: Word | None) -> Reason | None:
        if one is None or other is None:
            if one is other:
                return None
            return Reason(part, "missing", one.text if one else "", other.text if other else "", _MISSING[part])
        gap = self._gap(one, other, part)
        floor = _FLOOR[part]
        return Reason(part, gap.kind, one.text, other.text, 1 - gap.size * (1 - floor))

    def _surnames(self, one: Parts, other: Parts) -> Reason | None:
        mine, theirs = one.surnames, other.surnames
        if not mine or not theirs:
            return self._part("surname", mine[0] if mine else None, theirs[0] if theirs else None)
        if len(mine) == 1 and len(theirs) == 1 and not one.others and not other.others:
            return self._part("surname", mine[0], theirs[0])
        whole = self._aligned(mine, theirs)
        if one.others or other.others:
            byname = self._nearest((*mine, *one.others), (*theirs, *other.others))
            if byname.size + 0.05 < whole.size:
                whole = Gap(byname.size + 0.05, "byname")
        factor = 1 - whole.size * (1 - _FLOOR["surname"])
        return Reason("surname", whole.kind, " ".join(w.text for w in mine), " ".join(w.text for w in theirs), factor)

    def _aligned(self, mine: Sequence[Word], theirs: Sequence[Word]) -> Gap:
        """Every word of the shorter surname with the one of the longer that is nearest to it; what is left over costs a little."""
        short, long = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
        gaps = [self._nearest((word,), long) for word in short]
        worst = max(gaps, key=lambda gap: gap.size)
        return worst if len(short) == len(long) else Gap(min(1.0, worst.size + 0.1), "half" if worst.size < 1 else worst.kind)

    def _nearest(self, mine: Iterable[Word], theirs: Sequence[Word]) -> Gap:
        return min((self._gap(a, b, "surname") for a in mine for b in theirs), key=lambda gap: gap.size)

    def _gap(self, one: Word, other: Word, part: str) -> Gap:
        if one is other:
            return _SAME
        key = (one, other, part)
        found = self._gaps.get(key)
        if found is None:
            if len(self._gaps) >= 4 * _KEPT:
                self._gaps.clear()
            found = _WAYS[part](one, other, self._rules)
            self._gaps[key] = self._gaps[(other, one, part)] = found
        return found


def _support(given: Reason | None, father: Reason | None) -> float:
    """What a slip in the surname weighs beside the other parts: less where both agree, more where the father's name is not there to agree."""
    if father is None or father.kind in _UNSAID:
        return _UNSUPPORTED
    return _SUPPORTED if given and given.kind != "initial" and min(given.factor, father.factor) > _AGREED else 1.0


def _initials(one: Word, other: Word) -> Gap:
    if one.initial and other.initial:
        return Gap(0.05, "initial") if one.letters & other.letters else _OTHER
    return Gap(0.08, "initial") if one.letters & other.letters else _OTHER


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


def _a_letter_apart(one: Word, other: Word, rules: NameRules) -> bool:
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
