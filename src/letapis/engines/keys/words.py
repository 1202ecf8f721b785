"""Passphrases: six words out of 7,776 (77 bits), and the plain form in which any passphrase is used."""

import secrets
import unicodedata
from functools import lru_cache
from importlib.resources import files

from letapis.core.errors import Damaged, UsageError

WORDS = 6
LIST_SIZE = 7776
SHORTEST = 12


@lru_cache(maxsize=1)
def word_list() -> tuple[str, ...]:
    """The shipped list. Raises Damaged ``keys.word_list`` when it is not 7,776 different words."""
    words = tuple((files("letapis") / "data" / "words" / "en.txt").read_text(encoding="ascii").split())
    if len(set(words)) != LIST_SIZE:
        raise Damaged("keys.word_list")
    return words


def new_passphrase() -> str:
    """Six words of the list, drawn by the operating system's generator."""
    words = word_list()
    return " ".join(secrets.choice(words) for _ in range(WORDS))


def plain_passphrase(typed: str) -> str:
    """The form that is stretched: compatibility letters folded, small letters, hyphens and all white space as single spaces."""
    folded = unicodedata.normalize("NFKC", typed).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).replace("-", " ").split())


def check_passphrase(passphrase: str) -> None:
    """Raise UsageError ``keys.passphrase_short`` for a passphrase of fewer than twelve characters in plain form."""
    if len(plain_passphrase(passphrase)) < SHORTEST:
        raise UsageError("keys.passphrase_short")
