"""A first proposal of what the columns of an unknown table mean, by the words of their titles in three languages. A person checks it."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES
from letapis.core.listing_mapping import PERSON, Choice, Field, ListMapping, NameColumn
from letapis.core.listing_readers import READERS
from letapis.core.vocabulary import Vocabulary

KEY, NAME, DROP, PARTS = "key", "name", "drop", ("surname", "given", "father")
_LETTERS: Final = re.compile(r"[^\W_]+")
_WHOLE: Final = 1000


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """What a column may be: the key, a name or a part of it, something never taken, or a fact with its reader; and how people title it."""

    means: str
    reader: str
    titles: frozenset[str]
    options: Mapping[str, Any]


def read_column_words(table: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[ColumnWords, ...]:
    """Words from the parsed file. Raises Damaged ``listing.columns`` for a fact or a reader that there is not."""
    found = []
    for one in table["column"]:
        words = ColumnWords(one["means"], one.get("reader", "text"), frozenset(map(_plain, one["titles"])), one.get("options", {}))
        if words.reader not in READERS or (words.means not in (KEY, NAME, DROP, *PARTS) and words.means not in vocabulary):
            raise Damaged("listing.columns", words.means)
        found.append(words)
    return tuple(found)


def guess(columns: Sequence[str], known: Sequence[ColumnWords]) -> ListMapping:
    """The mapping that the titles suggest: each meaning goes to the column whose title fits it best. A column of which nothing is known is
    left out, and so is what is never taken."""
    meant = _meant(columns, known)
    parts = [column for part in PARTS for column, one in meant.items() if one.means == part]
    names = [NameColumn(column, order="any") for column, one in meant.items() if one.means == NAME]
    if parts and not names:
        names = [NameColumn(parts[0], order="surname_first", parts=tuple(parts[1:]))]
    fields = [Field(column, one.means, one.reader, one.options) for column, one in meant.items() if one.means not in (KEY, NAME, DROP, *PARTS)]
    return ListMapping(
        id="guessed",
        version="",
        titles=dict.fromkeys(LANGUAGES, ""),
        list="",
        key=tuple(column for column, one in meant.items() if one.means == KEY),
        kind=Choice(PERSON),
        names=tuple(names),
        fields=tuple(fields),
        drop=frozenset(column for column, one in meant.items() if one.means == DROP),
    )


def _meant(columns: Collection[str], known: Sequence[ColumnWords]) -> dict[str, ColumnWords]:
    """Column -> what it is taken for. One meaning is given once, but for names and what is dropped; in the order of the columns."""
    fits = [(-_fit(column, one), place, rank, column, one) for place, column in enumerate(columns) for rank, one in enumerate(known)]
    taken: dict[str, ColumnWords] = {}
    given: set[str] = set()
    for fit, _, _, column, one in sorted(fits, key=lambda found: found[:3]):
        if fit and column not in taken and (one.means not in given or one.means in (NAME, DROP)):
            taken[column] = one
            given.add(one.means)
    return {column: taken[column] for column in columns if column in taken}


def _fit(column: str, one: ColumnWords) -> int:
    """0 for none; a title that stands alone fits best, else the longest one that is found in it as whole words. Of ``a/b`` the end counts."""
    title = _plain(column)
    if title in one.titles or _plain(column.rpartition("/")[2]) in one.titles:
        return _WHOLE
    return max((len(words) for words in one.titles if f" {words} " in f" {title} "), default=0)


def _plain(title: str) -> str:
    """Words in small letters; ``birthDate`` is two."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFC", title))
    return " ".join(_LETTERS.findall(parted.casefold().replace("ё", "е").replace("\u2019", "'").replace("'", "")))
