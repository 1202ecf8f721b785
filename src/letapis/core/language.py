"""Texts of the interface, in three languages, looked up by key.

A text may name counts and labels in braces; it never receives a value out of a record through an error.
"""

from collections.abc import Mapping

LANGUAGES = ("en", "be", "ru")
_BELARUSIAN = frozenset("ўі")
_RUSSIAN = frozenset("ищъ")


def language_of(text: str, otherwise: str) -> str:
    """The language that somebody wrote in, as its letters tell; ``otherwise`` where they tell nothing."""
    letters = [letter for letter in text.lower() if letter.isalpha()]
    if not letters:
        return otherwise
    if 2 * sum("\u0400" <= letter <= "\u04ff" for letter in letters) < len(letters):
        return "en"
    mine, theirs = (sum(letter in marks for letter in letters) for marks in (_BELARUSIAN, _RUSSIAN))
    if mine == theirs:
        return otherwise if otherwise != "en" else "be"
    return "be" if mine > theirs else "ru"


class Texts:
    """Read-only table: key -> language -> text. Raises KeyError for a key or language that does not exist."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        self._tables = tables

    def __contains__(self, key: str) -> bool:
        return key in self._tables

    def keys(self) -> tuple[str, ...]:
        return tuple(self._tables)

    def say(self, key: str, language: str, **parts: object) -> str:
        text = self._tables[key][language]
        return text.format(**parts) if parts else text
