"""The order of names in a language. Letters of a language come in the order of its alphabet, those of others after them."""

import re
import unicodedata
from functools import cache
from typing import Final

_ALPHABETS: Final = {
    "en": "abcdefghijklmnopqrstuvwxyz",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
}
_AFTER_ASCII: Final = 0x80
_NUMBER: Final = re.compile(r"[0-9]+")
_DIGITS: Final = 6


@cache
def _places(language: str) -> dict[int, int]:
    return {ord(letter): _AFTER_ASCII + at for at, letter in enumerate(_ALPHABETS[language])}


def numbered(text: str, language: str) -> str:
    """The same for what is told apart by numbers: No. 3 comes before No. 12."""
    return order(_NUMBER.sub(lambda found: found[0].zfill(_DIGITS), text), language)


def order(text: str, language: str) -> str:
    """A key to sort by. A Latin letter with a mark comes right after the letter without it."""
    small = text.casefold()
    return (small if language != "en" or small.isascii() else unicodedata.normalize("NFD", small)).translate(_places(language))
