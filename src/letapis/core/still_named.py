"""Whose name still stands in the words of a public statement after they went from the list, in whatever spelling and case."""

from collections.abc import Collection, Iterable
from typing import Final

from letapis.core import names
from letapis.core.published import Card, Entry, Statement

_SHORT: Final = 2


def names_of(card: Card) -> frozenset[str]:
    """Every form of the name on a card."""
    return frozenset(one.value for one in card.all("name"))


def borne(entries: Iterable[Entry]) -> frozenset[str]:
    """Every name on the list: one that somebody bears who stays is looked for in nothing."""
    return frozenset(name for one in entries for name in names_of(one.card))


def names_in(statement: Statement, gone: Collection[str], others: names.Told) -> frozenset[str]:
    """Those of these names of which every word stands in a statement, in any spelling and with any ending. The father's name may be missing.
    ``others``: further keys of a surname that the other language says otherwise, as ``Comparer.told`` has them."""
    if not gone:
        return frozenset()
    texts = (*statement.titles.values(), *statement.texts.values(), *statement.signatories)
    told = {word for text in texts for word in names.tokens(text)}
    keys = {key for word in told for key in names.word_keys(word)}
    return frozenset(name for name in gone if _stands(name, told, keys, others))


def _stands(name: str, told: Collection[str], keys: Collection[str], others: names.Told) -> bool:
    words = names.without_patronymic(names.tokens(name))
    asked = [word for word in words if len(word) > _SHORT] or words
    return bool(asked) and all(word in told or any(key in keys for key in names.asked_keys(word, others)) for word in asked)
