"""A person who is not to be named: how a document calls them, and where their name still shows.

Names are inflected in Belarusian and Russian («Прыкладу», «Прыкладам»), so a word counts as the name when it begins like it: a word too
many taken out of a document harms less than a name left in.
"""

import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019\u02bc-][^\W\d_]+)*")
_SHORTEST: Final = 3
_FALLING: Final = frozenset("аяоеуюыіиьйaeiouyś")  # letters that a short name loses when it is inflected
_ENDING: Final = 5
"""How much longer than its beginning an inflected name or a patronymic may be."""


def stems(names: Iterable[str]) -> frozenset[str]:
    """Beginnings by which the words of these names are found, without their endings. Initials and short words are left out."""
    words = {word.casefold() for name in names for word in _WORD.findall(name)}
    return frozenset(_stem(word) for word in words if len(word) >= _SHORTEST)


def _stem(word: str) -> str:
    """A long name loses two letters at most, a short one its last vowel: «але» for «Алесь» would be the word *but*."""
    if len(word) > _ENDING:
        return word[:-2]
    return word[:-1] if len(word) > _SHORTEST and word[-1] in _FALLING else word


def names_in(text: str, found_by: frozenset[str]) -> bool:
    """Whether a word of this text begins like a name."""
    return bool(found_by) and any(_is_name(word, found_by) for word in _WORD.findall(text))


def without_names(text: str, found_by: frozenset[str], instead: str) -> str:
    """The text with every word that begins like a name replaced; neighbouring ones become one."""
    if not found_by:
        return text
    marked = _WORD.sub(lambda found: "\0" if _is_name(found[0], found_by) else found[0], text)
    return re.sub("\0(?:[ .]*\0)*", lambda _: instead, marked)


def _is_name(word: str, found_by: frozenset[str]) -> bool:
    folded = word.casefold()
    return any(folded.startswith(stem) and len(folded) <= len(stem) + _ENDING for stem in found_by)
