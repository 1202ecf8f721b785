"""What is known about words of names: which given names are one, what a father's name comes from, which letters an initial may stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from letapis.core.errors import Damaged
from letapis.core.name_distance import Slips, consonants_of, each_consonant_of, read_slips
from letapis.core.name_sounds import Letters, bones, consonants, in_one_latin, in_russian, is_cyrillic, once, read_letters, readings, repaired, retold

_ENOUGH_BONES: Final = 3
_KEPT: Final = 1 << 17
_SHORT_HALF: Final = 2
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


@dataclass(frozen=True)
class _Table:
    """Given names by letters, pet forms too, by sounds and by consonants; men's alone, as fathers, without the last vowel; first letters."""

    spelt: Mapping[str, frozenset[str]]
    small: Mapping[str, frozenset[str]]
    full: Mapping[str, frozenset[str]]
    pet: Mapping[str, frozenset[str]]
    bare: Mapping[str, frozenset[str]]
    fathers: Mapping[str, frozenset[str]]
    bare_fathers: Mapping[str, frozenset[str]]
    first: Mapping[str, frozenset[str]]


class _Typed(dict[str, tuple[Word | None, bool]]):
    """The word for letters as they were typed, and whether all were capitals; no word for a title, a particle, and what has no letter.

    ``around``: the rest of the name is Cyrillic.
    """

    def __init__(self, rules: "NameRules", around: bool) -> None:
        super().__init__()
        self._rules, self._around = rules, around

    def __missing__(self, raw: str) -> tuple[Word | None, bool]:
        plain = repaired(raw, self._rules.letters, self._around).strip("-")
        known = plain not in self._rules.aside and (plain.isalpha() or any(map(str.isalpha, plain)))
        found = self[raw] = (self._rules.word(plain) if known else None, raw.isupper())
        return found


class NameRules:
    """The rules and what was found by them, kept per word. ``typed``: words by their letters as they were typed, among Cyrillic and not."""

    def __init__(
        self, letters: Letters, slips: Slips, table: _Table, fathers: tuple[str, ...], families: tuple[str, ...], aside: frozenset[str]
    ) -> None:
        self.letters, self.slips, self.aside = letters, slips, aside
        self._table = table
        self._fathers, self._families = (tuple(sorted(endings, key=len, reverse=True)) for endings in (fathers, families))
        self._words: dict[str, Word] = {}
        self._alike: dict[tuple[str, ...], Word] = {}  # by its sounds one word of those that are no listed names
        self.typed: Mapping[bool, dict[str, tuple[Word | None, bool]]] = {around: _Typed(self, around) for around in (False, True)}

    def forget(self) -> None:
        """Remember no word any longer."""
        self._words.clear()
        self._alike.clear()
        for kept in self.typed.values():
            kept.clear()

    def make_room(self) -> None:
        """Let go of words when many are kept: before a name is read and never while it is, so that a word that stands in it twice is one."""
        if len(self._words) >= _KEPT:
            self._words.clear()
            self._alike.clear()
        for kept in self.typed.values():
            if len(kept) >= _KEPT:
                kept.clear()

    def word(self, text: str) -> Word:
        """The word of these repaired letters; hyphens part its halves."""
        found = self._words.get(text)
        if found is None:
            if len(self._words) >= 2 * _KEPT:  # of joined words alone: reading a name begins with half as many at the most
                self._words.clear()
                self._alike.clear()
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
        sounds = self._heard(plain)
        if len(plain) == 1 or halves or plain in self._table.spelt or plain in self._table.small:
            return self._told(plain, sounds, halves)
        known = self._alike.get(sounds)
        if known is None:
            found = self._alike[sounds] = self._told(plain, sounds, halves)
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
        initial, table = len(plain) == 1, self._table
        full = given = father = heard = _NOBODY
        stems: tuple[str, ...] = ()
        if not initial:
            # A pet form as it is listed is no full name that only sounds so (Жэня and Жана, Оля and Ала).
            spelt, small = table.spelt.get(plain, _NOBODY), table.small.get(plain, _NOBODY)
            full = spelt if spelt or small else self._named(table.full, sounds)
            given = full | small or self._named(table.pet, sounds)
            ended = [one for one in sounds if one.endswith(self._fathers)]
            if ended:
                # By its sounds, then by its consonants: Ігаравіч is no Ягоравіч, and Рыгоравіч is a Григорьевич.
                stems = tuple(dict.fromkeys(map(self._stem, ended)))
                heard = self._named(table.fathers, [stem.rstrip("ay") for stem in stems])
                father = heard or self._named(table.bare_fathers, map(bones, stems))
        short = 0
        if not given and not father and (other := {told: None for one in sounds if (told := in_russian(one, self.letters)) and told not in sounds}):
            # Of a short root so little is left that another slip would make any surname of it (Лявонаў, Леонов, Лунёў).
            brief = [told for told in other if len(bones(told)) <= _ENOUGH_BONES]
            sounds, short = (*sounds, *(told for told in other if told not in brief), *brief), len(brief)
        plainest = list(map(consonants, sounds))
        bared = list(map(once, plainest))
        maybe = given or self._named(table.bare, [bare for bare in bared if len(bare) >= _ENOUGH_BONES])
        begins = self._begins(plain, father or maybe)
        trunks = tuple([one.rstrip("ay") or one for one in sounds])
        pet, bits, counts = bool(given and not full), tuple(map(consonants_of, bared)), tuple(map(len, plainest))
        latin = in_one_latin(plain, self.letters)
        every, common = (-1, 0) if initial or halves else (reduce(or_, bits), reduce(and_, bits))
        if short:
            bits, counts, bared = bits[:-short], counts[:-short], bared[:-short]
        bare = frozenset(filter(None, bared))
        return Word(
            plain, latin, each_consonant_of(latin), sounds, trunks, bare, bits, counts, given, maybe, pet, father, bool(heard), stems, begins,
            initial, halves, every, common,
        )  # fmt: skip

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
        table = _table(given["men"], given["women"], known)
        fathers, families = (tuple(letters["parts"][part].split()) for part in ("father", "family"))
        return NameRules(known, slips, table, fathers, families, aside)
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise Damaged("catalogue.names", "given") from error


def _table(men: Mapping[str, str], women: Mapping[str, str], letters: Letters) -> _Table:
    spelt: dict[str, set[str]] = {}
    full: dict[str, set[str]] = {}
    foreign: list[tuple[str, str]] = []
    pet: dict[str, set[str]] = {}
    listed: dict[str, set[str]] = {}
    bare: dict[str, set[str]] = {}
    fathers: dict[str, set[str]] = {}
    bare_fathers: dict[str, set[str]] = {}
    first: dict[str, set[str]] = {}
    for sex, lines in (("m", men), ("f", women)):
        for name, forms in lines.items():
            ident = f"{name}·{sex}"
            whole, _, small = forms.partition(";")
            for form in (name, *whole.split()):
                word = repaired(form, letters)
                first.setdefault(ident, set()).update(letters.initials.get(word[:1], word[:1]))
                spelt.setdefault(word, set()).add(ident)
                # Foreign forms (Nicolas, Alexandre) by their sounds or consonants would make one name of two.
                foreign += [(sound, ident) for sound in readings(word, letters)] if not is_cyrillic(word) else []
                for sound in readings(word, letters) if is_cyrillic(word) else ():
                    full.setdefault(sound, set()).add(ident)
                    bare.setdefault(bones(sound), set()).add(ident)
                    if sex == "m":
                        fathers.setdefault(sound.rstrip("ay"), set()).add(ident)
                        bare_fathers.setdefault(bones(sound), set()).add(ident)
            for form in small.split():
                listed.setdefault(repaired(form, letters), set()).add(ident)
                for sound in readings(repaired(form, letters), letters)[:1]:
                    pet.setdefault(sound, set()).add(ident)
    for sound, ident in foreign:
        full.setdefault(sound, {ident})
    sure = {key: found for key, found in bare.items() if len(found) == 1}
    return _Table(*map(_frozen, (spelt, listed, full, pet, sure, fathers, bare_fathers, first)))


def _frozen(table: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(found) for key, found in table.items()}
