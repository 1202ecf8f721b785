"""Given names by everything that a word of a name may have of one: its letters, its sounds, its consonants, the father's name made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from letapis.core.name_sounds import Letters, bones, is_cyrillic, readings, repaired


@dataclass(frozen=True)
class Table:
    """Given names by letters, pet forms too, by sounds and by consonants; men's alone, as fathers, without the last vowel; first letters."""

    spelt: Mapping[str, frozenset[str]]
    small: Mapping[str, frozenset[str]]
    full: Mapping[str, frozenset[str]]
    pet: Mapping[str, frozenset[str]]
    bare: Mapping[str, frozenset[str]]
    fathers: Mapping[str, frozenset[str]]
    bare_fathers: Mapping[str, frozenset[str]]
    first: Mapping[str, frozenset[str]]

    @cached_property
    def sounding(self) -> frozenset[str]:
        """What full and pet forms sound like."""
        return frozenset(self.full) | frozenset(self.pet)


def table_of(men: Mapping[str, str], women: Mapping[str, str], letters: Letters) -> Table:
    """By ``men`` and ``women``: name -> its other forms, and behind a semicolon its pet forms."""
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
    return Table(*map(_frozen, (spelt, listed, full, pet, sure, fathers, bare_fathers, first)))


def _frozen(table: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(found) for key, found in table.items()}
