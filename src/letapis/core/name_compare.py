"""How likely two spellings are of one name, from 0 to 1, and why: part by part, with what each part did to the score.

The surname weighs most, then the given name, then the father's. A part that is missing on one side costs little and proves nothing; a part
that differs costs nearly everything, because same given and father's names are what strangers share. The score is about names alone:
namesakes exist, so it proposes and decides nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple

from letapis.core.name_gaps import SAME, Gap, a_letter_apart, a_letter_wrong, gap_between, odd, one_name
from letapis.core.name_parts import LONGEST, Parts, read_parts
from letapis.core.name_rules import NameRules, Word
from letapis.core.names import word_keys

SUGGESTED: Final = 0.75
"""From this score on two names are put before somebody as maybe one."""

_KEPT: Final = 1 << 18


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
_score: Final = attrgetter("score")
_FLOOR: Final = {"surname": 0.03, "given": 0.1, "father": 0.25}
_MISSING: Final = {"surname": 0.35, "given": 0.62, "father": 0.97}
_ORDER: Final = 0.97
_ALL_WITHIN: Final = Likeness(0.8, (Reason("order", "within", "", "", 0.8),))
_TURNED: Final = Reason("order", "turned", "", "", _ORDER)
_PARTED: Final = 0.93
_ELSEWHERE: Final = 2
_LONGEST_WHOLE: Final = 60
_UNSURE: Final = frozenset({"slip", "vowels"})
_WRONG: Final = frozenset({"slip", "other"})
_UNSAID: Final = frozenset({"missing", "initial"})
_UNSUPPORTED: Final = 1.2
_AGREED: Final = 0.97
_ONE_LETTER: Final = 0.78
_WRONG_LETTER: Final = 0.8
_WRONG_ALONE: Final = 0.7
_FEWEST: Final = 2


@dataclass(slots=True)
class _Known:
    """A name that was read: the ways to read it, how many words the likeliest has, and their consonants, as bits and as a count, when asked for."""

    ways: tuple[Parts, ...]
    words: int
    consonants: tuple[int, int] | None = None


_Three = tuple[Reason | None, Reason | None, Reason | None]
# What a named tuple does when it is called, without the call: there are more of them than pairs.
_made: Final = tuple.__new__
_Kept = dict[tuple[Word | None, Word | None], Reason]


def _consonants(name: _Known) -> tuple[int, int]:
    """The consonants of all words of a name, and how many they are."""
    bits = count = 0
    way = name.ways[0]
    for word in (*way.surnames, way.given, way.father, *way.rest, *way.others):
        if word is not None:
            bits |= word.bits[0]
            count += word.counts[0]
    name.consonants = bits, count
    return bits, count


def _weighing(reason: Reason, factor: float) -> Reason:
    """The same reason with another weight."""
    return _made(Reason, (*reason[:4], factor))


class Comparer:
    """Compares names by the rules, and remembers names and pairs of words: lists repeat them."""

    def __init__(self, rules: NameRules) -> None:
        self._rules = rules
        self._names: dict[str, _Known] = {}
        self._whole: dict[str, tuple[str, ...]] = {}
        self._gaps: dict[tuple[Word, Word, str], Gap] = {}
        self._family_names, self._given_names, self._fathers_names = _Kept(), _Kept(), _Kept()
        self._parts = {"surname": self._family_names, "given": self._given_names, "father": self._fathers_names}

    def forget(self) -> None:
        """Remember no name any longer: whoever locks the desk leaves none in memory."""
        for kept in (self._names, self._whole, self._gaps):
            kept.clear()
        for parts in self._parts.values():
            parts.clear()
        word_keys.cache_clear()
        self._rules.forget()

    def told(self, word: str) -> tuple[str, ...]:
        """Keys by which a surname is looked for beside its own: of what it is in the other language (Осипов, Восіпаў)."""
        known = word_keys(word)
        return tuple(other + key[len(own) :] for own, other in self._rules.retold(word) for key in known if key.startswith(own))

    def parts(self, name: str) -> tuple[Parts, ...]:
        """The ways to read a name, kept."""
        return self._known(name[:LONGEST]).ways  # a cell of a table may hold millions of letters, and thousands of names are kept

    def _known(self, name: str) -> _Known:
        found = self._names.get(name)
        if found is None:
            if len(self._names) >= _KEPT:
                self._names.clear()
            ways = read_parts(name, self._rules)
            found = self._names[name] = _Known(ways, ways[0].words if ways else 0)
        return found

    def compare(self, first: str, second: str) -> Likeness:
        """The best likeness of any way to read them. Symmetric but for the sides of reasons; 0 where one has no letters."""
        one = self._names.get(first) or self._known(first[:LONGEST])
        other = self._names.get(second) or self._known(second[:LONGEST])
        mine, theirs = one.ways, other.ways
        if not mine or not theirs:
            return NOTHING
        found = self._of(mine[0], theirs[0])
        if len(mine) > 1 or len(theirs) > 1:
            # Two guesses together would let any two words change places.
            ways = [(a, b) for a in mine for b in theirs if not (a.guessed and b.guessed)]
            found = max([found, *[self._of(a, b) for a, b in ways[1:]]], key=_score)
        if found[0] >= SUGGESTED or one.words == other.words:
            return found
        if self._within(mine[0], theirs[0]):
            return _ALL_WITHIN
        return self._as_one(first[:LONGEST], second[:LONGEST], one, other, found)

    def _as_one(self, first: str, second: str, mine: _Known, theirs: _Known, found: Likeness) -> Likeness:
        """The same letters parted into words elsewhere (Kim Jong-un, Patr ushev) are one name."""
        bits, count = mine.consonants or _consonants(mine)
        others, their_count = theirs.consonants or _consonants(theirs)
        if abs(count - their_count) > _ELSEWHERE or odd(bits, others) > _ELSEWHERE:
            return found  # where words meet, two letters may become one sound, and no more
        one, other = self._run_together(first), self._run_together(second)
        if not one or not other or set(one).isdisjoint(other):
            return found
        return Likeness(_PARTED, (Reason("order", "parted", "", "", _PARTED),))

    def _within(self, one: Parts, other: Parts) -> bool:
        """Of a name of many words somebody wrote some: every word of the shorter stands in the longer, and not given names alone."""
        if (one.father and one.father.fathers) or (other.father and other.father.fathers):
            return False
        short, long = sorted((one.everything, other.everything), key=len)
        if len(short) < _FEWEST or any(word.fathers or word.initial for word in (*short, *long)) or all(word.maybe for word in short):
            return False
        left = list(long)
        for word in short:
            there = next((known for known in left if one_name(word, known)), None)
            if there is None:
                return False
            left.remove(there)
        return True

    def _run_together(self, name: str) -> tuple[str, ...]:
        """The sounds of all letters of a name as one word; none for a title."""
        found = self._whole.get(name)
        if found is None:
            if len(self._whole) >= _KEPT:
                self._whole.clear()
            found = self._whole[name] = self._rules.sounds("".join(filter(str.isalpha, name[:_LONGEST_WHOLE])))
        return found

    def _of(self, one: Parts, other: Parts) -> Likeness:
        mine, my_given, my_father, my_rest, my_others, guessed = one
        theirs, their_given, their_father, their_rest, their_others, guessed_too = other
        surname: Reason | None
        given: Reason | None = None
        father: Reason | None = None
        if len(mine) == len(theirs) == 1 and not my_others and not their_others:
            pair = (mine[0], theirs[0])
            surname = self._family_names.get(pair) or self._weigh("surname", self._family_names, pair)
        else:
            surname = self._surnames(one, other)
        if my_given is not None or their_given is not None:
            called = (my_given, their_given)
            given = self._given_names.get(called) or self._weigh("given", self._given_names, called)
        if my_father is not None or their_father is not None:
            fathers = (my_father, their_father)
            father = self._fathers_names.get(fathers) or self._weigh("father", self._fathers_names, fathers)
        turned = guessed or guessed_too
        if (
            surname is None
            or given is None
            or turned
            or (father is not None and father[1] == "missing")
            or (surname[1] != "other" and (surname[1] in _UNSURE or given[1] in _WRONG or (father is not None and father[1] in _WRONG)))
        ):
            # Beside another surname, and where all agree, no part is weighed otherwise for what is said by the rest.
            surname, given, father = self._weighed(one, other, surname, given, father)
        if surname is not None and given is not None and not turned and not my_rest and not their_rest:
            if father is None:
                return _made(Likeness, (surname[4] * given[4], (surname, given)))
            return _made(Likeness, (surname[4] * given[4] * father[4], (surname, given, father)))
        reasons = [found for found in (surname, given, father) if found]
        if turned:
            reasons.append(_TURNED)
        if my_rest or their_rest:
            reasons += self._rest(my_rest, their_rest)
        score = 1.0
        for reason in reasons:
            score *= reason[4]
        return Likeness(score, tuple(reasons))

    def _weighed(self, one: Parts, other: Parts, surname: Reason | None, given: Reason | None, father: Reason | None) -> _Three:
        """The three parts, each by what the others say."""
        if given and father and father[1] == "missing" and given[4] < SUGGESTED:
            given, father = self._joined(one, other, given, father)
        unsure = surname is not None and surname[1] in _UNSURE
        unsaid = father is None or father[1] in _UNSAID
        if surname and unsure and unsaid:
            # No father's name is there to agree, so that a slip in the surname weighs more.
            surname = _weighing(surname, max(_FLOOR["surname"], 1 - (1 - surname[4]) * _UNSUPPORTED))
        if surname and given and father and surname[4] > _AGREED and (given[1] in _WRONG or father[1] in _WRONG):
            given, father = self._slipped(one, other, given, father)
        if surname and given and unsure and given[4] > _AGREED:
            supported = father is not None and father[4] > _AGREED
            if supported or unsaid:
                surname = self._wrong_letter(one.surnames, other.surnames, surname, _WRONG_LETTER if supported else _WRONG_ALONE)
        if given and given.kind in _UNSURE and (one.guessed or other.guessed):
            family = self._part("surname", one.given, other.given)  # where the order is a guess, this may be the surname
            given = _weighing(given, min(given.factor, family.factor)) if family else given
        return surname, given, father

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
        called = given.kind in _WRONG and given.factor < _ONE_LETTER and father.factor > _AGREED
        if called and self._rules.listed(one.given) and self._rules.listed(other.given):
            return given, father  # brothers or sisters: each is a name of its own
        if called and a_letter_apart(one.given, other.given, self._rules):
            return given._replace(kind="slip", factor=_ONE_LETTER), father
        if one.father.surely and other.father.surely:
            return given, father
        if father.kind in _WRONG and father.factor < _ONE_LETTER and given.factor > _AGREED and a_letter_apart(one.father, other.father, self._rules):
            return given, father._replace(kind="slip", factor=_ONE_LETTER)
        return given, father

    def _wrong_letter(self, mine: Sequence[Word], theirs: Sequence[Word], surname: Reason, least: float) -> Reason:
        """A surname with one wrong letter beside the same given and father's names is a slip before it is another surname."""
        if len(mine) == len(theirs) == 1 and surname.factor < least and a_letter_wrong(mine[0], theirs[0], self._rules):
            return _weighing(surname, least)
        return surname

    def _joined(self, one: Parts, other: Parts, given: Reason, father: Reason) -> tuple[Reason, Reason | None]:
        """A given name of two words that the other side writes as one (Hamid Reza, Hamidreza)."""
        long, short = (one, other) if one.father else (other, one)
        if not long.given or not long.father or not short.given or long.father.fathers or long.father.initial:
            return given, father
        whole = self._part("given", self._rules.word(long.given.text + long.father.text), short.given)
        return (whole, None) if whole and whole.factor > given.factor else (given, father)

    def _part(self, part: str, one: Word | None, other: Word | None) -> Reason | None:
        if one is other is None:
            return None
        kept, pair = self._parts[part], (one, other)
        return kept.get(pair) or self._weigh(part, kept, pair)

    def _weigh(self, part: str, kept: _Kept, pair: tuple[Word | None, Word | None]) -> Reason:
        """What lies between two words that were not met together before."""
        if len(kept) >= _KEPT:
            kept.clear()
        one, other = pair
        if one is None or other is None:
            found = Reason(part, "missing", one.text if one else "", other.text if other else "", _MISSING[part])
        else:
            text, its = one.text, other.text
            size, kind = SAME if text == its else gap_between(part, one, other, self._rules)
            found = _made(Reason, (part, kind, text, its, 1 - size * (1 - _FLOOR[part])))
        kept[pair] = found
        return found

    def _surnames(self, one: Parts, other: Parts) -> Reason | None:
        mine, theirs = one.surnames, other.surnames
        if not mine or not theirs:
            return self._part("surname", mine[0] if mine else None, theirs[0] if theirs else None)
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
        if one.text == other.text:  # not by identity: a word that is no longer kept was made anew, and names hold the old one
            return SAME
        key = (one, other, part)
        found = self._gaps.get(key)
        if found is None:
            if len(self._gaps) >= 4 * _KEPT:
                self._gaps.clear()
            found = gap_between(part, one, other, self._rules)
            self._gaps[key] = self._gaps[(other, one, part)] = found
        return found
