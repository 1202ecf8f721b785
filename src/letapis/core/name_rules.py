"""What is known about words of names: which given names are one, what a father's name comes from, which letters an initial may stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from letapis.core.errors import Damaged
from letapis.core.name_distance import Slips, consonants_of, each_consonant_of, read_slips
from letapis.core.name_sounds import Letters, bones, consonants, in_one_latin, in_russian, once, read_letters, readings, repaired, retold
from letapis.core.name_table import Table, table_of

_ENOUGH_BONES: Final = 3
_KEPT: Final = 1 << 17
_SHORT_HALF: Final = 2
_TAIL: Final = 2
_NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(slots=True, eq=False)  # not frozen: that makes a word twice as slow to make, and there are as many as names
class Word:
    """One word of a name. Equal by identity: ``NameRules.word`` gives the same one for the same letters, so that pairs can be remembered.
    Nobody changes one.

    ``trunks``: sounds without a vowel at the end, where women's and men's surnames differ. ``given``: the names it is surely a form of;
    ``maybe``: the same by its consonants alone; ``pet``: it is so as a pet form. ``father``: names of a father it may be made from, ``surely``
    by all its sounds; ``stems``: it without the ending of a father's name, none when it has no such ending. ``letters``: what an
    initial of it may be. ``bits``: the consonants of each of its sounds, but of those at the end in which no slip is looked for; ``counts``:
    how many they are. ``latin``: the letters of its romanisation, for slips that break a spelling of two letters apart; ``spelt``: each
    consonant of that. ``every``: the consonants that any of its sounds has, ``common``: those that all have; of an initial and of a word with
    halves all that there are, and none, because such a word is told apart by more than its own sounds.
    """

    text: str
    latin: str
    spelt: int
    sounds: tuple[str, ...]
    trunks: tuple[str, ...]
    bones: frozenset[str]
    bits: tuple[int, ...]
    counts: tuple[int, ...]
    given: frozenset[str]
    maybe: frozenset[str]
    pet: bool
    father: frozenset[str]
    surely: bool
    stems: tuple[str, ...]
    letters: frozenset[str]
    initial: bool
    halves: tuple["Word", ...]
    every: int
    common: int

    @property
    def fathers(self) -> bool:
        """It has the ending of a father's name."""
        return bool(self.stems)


Typed = tuple[Word | None, bool, int]
ODD_KIND: Final = 0
_WORD, _CAPITALS, _INITIAL, _GIVEN, _MAYBE, _FATHER, _ENDED = (1 << bit for bit in range(7))


class _Typed(dict[str, Typed]):
    """The word for letters as they were typed, whether all were capitals, and what kind of word it is: all that decides which part of a name
    it is, as bits. No word for a title, a particle, and what has no letter; these, and what may begin with a capital I, are of the odd kind.

    ``around``: the rest of the name is Cyrillic.
    """

    def __init__(self, rules: "NameRules", around: bool) -> None:
        super().__init__()
        self._rules, self._around = rules, around

    def __missing__(self, raw: str) -> Typed:
        plain = repaired(raw, self._rules.letters, self._around).strip("-")
        known = plain not in self._rules.aside and (plain.isalpha() or any(map(str.isalpha, plain)))
        word, capitals = self._rules.word(plain) if known else None, raw.isupper()
        if len(self) >= _KEPT:
            self._rules.crowded = True
        found = self[raw] = (word, capitals, ODD_KIND if word is None or raw[0] == "l" else _kind(word, capitals))
        return found


def _kind(word: Word, capitals: bool) -> int:
    """All that name_parts asks of a word, and of no word anything else, before it says which part of a name it is."""
    return (
        _WORD
        | (_CAPITALS if capitals else 0)
        | (_INITIAL if word.initial else 0)
        | (_GIVEN if word.given else 0)
        | (_MAYBE if word.maybe else 0)
        | (_FATHER if word.father else 0)
        | (_ENDED if word.stems else 0)
    )


class NameRules:
    """The rules and what was found by them, kept per word. ``typed``: words by their letters as they were typed, among Cyrillic and not."""

    def __init__(
        self, letters: Letters, slips: Slips, table: Table, fathers: tuple[str, ...], families: tuple[str, ...], aside: frozenset[str]
    ) -> None:
        self.letters, self.slips, self.aside = letters, slips, aside
        self._table = table
        self._fathers, self._families = (tuple(sorted(endings, key=len, reverse=True)) for endings in (fathers, families))
        self._tails = frozenset(ending[-_TAIL:] for ending in fathers)
        self._words: dict[str, Word] = {}
        self.crowded = False  # many words are kept: room is to be made before the next name
        self._alike: dict[tuple[str, ...], Word] = {}  # by its sounds one word of those that are no listed names
        self.typed: Mapping[bool, dict[str, Typed]] = {around: _Typed(self, around) for around in (False, True)}

    def forget(self) -> None:
        """Remember no word any longer."""
        self.crowded = False
        self._words.clear()
        self._alike.clear()
        for kept in self.typed.values():
            kept.clear()

    def make_room(self) -> None:
        """Let go of words when many are kept: before a name is read and never while it is, so that a word that stands in it twice is one."""
        if self.crowded:
            self.forget()

    def word(self, text: str) -> Word:
        """The word of these repaired letters; hyphens part its halves."""
        found = self._words.get(text)
        if found is None:
            if len(self._words) >= 2 * _KEPT:  # of joined words alone: reading a name begins with half as many at the most
                self._words.clear()
                self._alike.clear()
            if len(self._words) >= _KEPT:
                self.crowded = True
            found = self._words[text] = self._made(text)
        return found

    def sounds(self, letters: str) -> tuple[str, ...]:
        """The sounds of letters as they were typed, none for a title and a particle. Nothing is kept of it."""
        plain = repaired(letters, self.letters)
        return self._heard(plain) if plain and plain not in self.aside else ()

    def retold(self, letters: str) -> tuple[tuple[str, str], ...]:
        """The consonants at the beginning of letters as they were typed, and those of the same surname in the other language (Осипов, Восіпаў);
        none for a given name. Nothing is kept of it."""
        sounds = self.sounds(letters)
        if not self._table.full.keys().isdisjoint(sounds):
            return ()
        return tuple(dict.fromkeys(pair for one in sounds for pair in retold(one, self.letters)))

    def rooted(self, surname: Word) -> frozenset[str]:
        """The men's names that a surname is made of, by all its sounds; none for any other surname."""
        trunk = surname.trunks[0]
        ending = next((one for one in self._families if trunk.endswith(one)), "")
        stem = trunk[: -len(ending)].rstrip("ay") if ending else ""
        return self._table.fathers.get(stem, _NOBODY) if len(bones(stem)) >= _SHORT_HALF else _NOBODY

    def listed(self, word: Word) -> bool:
        """It is spelt as a given name of the table."""
        return word.text in self._table.spelt

    def _heard(self, plain: str) -> tuple[str, ...]:
        """Each way to read repaired letters; of letters without a sound, and of an initial, themselves."""
        if len(plain) == 1:
            return (plain,)
        found = readings(plain, self.letters)
        return (tuple(filter(None, found)) or (plain,)) if "" in found else found

    def _made(self, text: str) -> Word:
        halves = tuple(self.word(half) for half in text.split("-") if len(half) > _SHORT_HALF and half not in self.aside) if "-" in text else ()
        plain = text.replace("-", "")
        sounds, table = self._heard(plain), self._table
        if len(plain) == 1 or halves or plain in table.spelt or plain in table.small:
            return self._told(plain, sounds, halves)
        known = self._alike.get(sounds)
        if known is None:
            found = self._alike[sounds] = self._told(plain, sounds, ())
            return found
        # Of a word that is no listed name all but its letters is told by its sounds, and of three words one sounds like another before it.
        latin = in_one_latin(plain, self.letters)
        begins = self._begins(plain, known.father or known.maybe)
        return Word(
            plain, latin, each_consonant_of(latin), known.sounds, known.trunks, known.bones, known.bits, known.counts, known.given, known.maybe,
            known.pet, known.father, known.surely, known.stems, begins, False, (), known.every, known.common,
        )  # fmt: skip

    def _begins(self, plain: str, names: frozenset[str]) -> frozenset[str]:
        """What an initial may be of a word of these letters that is a form of these given names."""
        first = self.letters.initials.get(plain[:1]) or frozenset(plain[:1])
        return first.union(*[self._table.first[name] for name in names]) if names else first

    def _told(self, plain: str, sounds: tuple[str, ...], halves: tuple[Word, ...]) -> Word:
        """The word of these letters and sounds, told by the tables."""
        initial = len(plain) == 1
        full = given = father = heard = _NOBODY
        stems: tuple[str, ...] = ()
        if not initial:
            full, given = self._called(plain, sounds)
            ended = [one for one in sounds if one[-_TAIL:] in self._tails and one.endswith(self._fathers)]
            if ended:
                # By its sounds, then by its consonants: Ігаравіч is no Ягоравіч, and Рыгоравіч is a Григорьевич.
                stems = tuple(dict.fromkeys(map(self._stem, ended)))
                heard = self._named(self._table.fathers, [stem.rstrip("ay") for stem in stems])
                father = heard or self._named(self._table.bare_fathers, map(bones, stems))
        short = 0
        if not given and not father and [one for one in sounds if one.startswith(self.letters.begun)]:
            sounds, short = self._in_both(sounds)
        trunks, bared, bits, counts = [], [], [], []
        for one in sounds:
            plainest = consonants(one)
            bare = once(plainest)
            trunks.append(one.rstrip("ay") or one)
            bared.append(bare)
            bits.append(consonants_of(bare))
            counts.append(len(plainest))
        maybe = given or self._named(self._table.bare, [bare for bare in bared if len(bare) >= _ENOUGH_BONES])
        latin = in_one_latin(plain, self.letters)
        every, common = (-1, 0) if initial or halves else (reduce(or_, bits), reduce(and_, bits))
        if short:
            del bits[-short:], counts[-short:], bared[-short:]
        return Word(
            plain, latin, each_consonant_of(latin), sounds, tuple(trunks), frozenset(filter(None, bared)), tuple(bits), tuple(counts), given, maybe,
            bool(given and not full), father, bool(heard), stems, self._begins(plain, father or maybe), initial, halves, every, common,
        )  # fmt: skip

    def _called(self, plain: str, sounds: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
        """The given names that a word is a whole form of, and those that it is any form of."""
        table = self._table
        # A pet form as it is listed is no full name that only sounds so (Жэня and Жана, Оля and Ала).
        spelt, small = table.spelt.get(plain, _NOBODY), table.small.get(plain, _NOBODY)
        if not spelt and not small and table.sounding.isdisjoint(sounds):
            return _NOBODY, _NOBODY
        full = spelt if spelt or small else self._named(table.full, sounds)
        return full, full | small or self._named(table.pet, sounds)

    def _in_both(self, sounds: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
        """The sounds of a surname with those in the other language, and how many of these are short."""
        other = {told: None for one in sounds if (told := in_russian(one, self.letters)) and told not in sounds}
        # Of a short root so little is left that another slip would make any surname of it (Лявонаў, Леонов, Лунёў).
        brief = [told for told in other if len(bones(told)) <= _ENOUGH_BONES]
        return (*sounds, *(told for told in other if told not in brief), *brief), len(brief)

    def _stem(self, sounds: str) -> str:
        return next(sounds[: -len(ending)] for ending in self._fathers if sounds.endswith(ending))

    @staticmethod
    def _named(table: Mapping[str, frozenset[str]], keys: Iterable[str]) -> frozenset[str]:
        for key in keys:
            found = table.get(key)
            if found is not None:
                return found
        return _NOBODY


def read_name_rules(letters: Mapping[str, Any], given: Mapping[str, Mapping[str, str]]) -> NameRules:
    """The rules from ``data/names``. Raises Damaged when a part is missing."""
    known, slips = read_letters(letters), read_slips(letters["near"])
    try:
        words = letters["words"]
        aside = frozenset(f"{words['titles']} {words['particles']}".split())
        table = table_of(given["men"], given["women"], known)
        fathers, families = (tuple(letters["parts"][part].split()) for part in ("father", "family"))
        return NameRules(known, slips, table, fathers, families, aside)
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise Damaged("catalogue.names", "given") from error
