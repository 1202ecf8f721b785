"""Words of names, each under the letter where somebody looks for it."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from letapis.core.collation import order
from letapis.core.language import LANGUAGES
from letapis.core.published import CardValue

_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AFTER_ASCII: Final = 0x80


class Form(NamedTuple):
    """A form of a name, by what it is sorted in its own language, and how many bytes it takes: asked for by lists and by each of its words."""

    value: CardValue
    order: str
    weight: int


class Word(NamedTuple):
    """A word of a name: how it is sorted, the word, the whole form with its language, whose it is (short), the year of birth, and how
    many bytes the form takes."""

    key: str
    word: str
    form: str
    language: str
    short: str
    born: str
    weight: int


def words_of(forms: Iterable[Form], short: str, born: str) -> tuple[tuple[str, Word], ...]:
    """Every word that begins with a letter, of every form of a name, with the letter under which it stands."""
    found: dict[tuple[str, Word], None] = {}
    for form, whole, weight in forms:
        language = form.language or LANGUAGES[0]
        for word in form.value.replace("-", " ").split():
            if word[0].isalpha():
                letter, key = _known(word, language)
                found[letter, Word(f"{key} {whole}", word, form.value, form.language, short, born, weight)] = None
    return tuple(found)


@lru_cache(maxsize=50_000)
def _known(word: str, language: str) -> tuple[str, str]:
    """The letter of a word and how it is sorted; many people bear the same ones."""
    return letter_of(word), order(word, language)


def letter_of(word: str) -> str:
    """The letter under which a word stands; marks over Latin letters are not asked for."""
    letter = word[0].upper()[0]
    place = ord(order(letter, "en")[0]) - _AFTER_ASCII
    return _LATIN[place] if 0 <= place < len(_LATIN) else letter
