"""What is to be known of a name before it is compared with another: that it hides somebody, mixes alphabets or holds marks nobody sees."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

ANONYMOUS: Final = "anonymous"
MIXED: Final = "mixed_script"
HIDDEN: Final = "hidden_characters"
_LATIN: Final = re.compile(r"[a-z\u00c0-\u024f]", re.IGNORECASE)
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f\u0138]")
_MARKS: Final = re.compile("[\u00a0\u00ad\u200b-\u200f\u202a-\u202f\u2060-\u2069\ufeff]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019\u02bc`-][^\W\d_]+)*\.?")
# Words that stand where a name is not given. An initial alone beside them, or nothing, is no name.
_HIDES: Final = """
defendant accused anonymous unknown person woman man citizen resident unnamed name withheld
абвінавачаны абвінавачаная асуджаны асуджаная грамадзянін грамадзянка невядомы невядомая асоба жанчына мужчына ананім ананімна жыхар жыхарка
обвиняемый обвиняемая осуждённый осуждённая осужденный осужденная гражданин гражданка неизвестный неизвестная человек женщина мужчина аноним
анонимно житель жительница
"""
_HIDING: Final = frozenset(_HIDES.split())


@lru_cache(maxsize=1 << 16)
def flags_of(text: str) -> tuple[str, ...]:
    """Flags of a name, ``anonymous`` first."""
    flags = [ANONYMOUS] if _hides(text) else []
    if any(_LATIN.search(word) and _CYRILLIC.search(word) for word in _WORD.findall(text)):
        flags.append(MIXED)
    if _MARKS.search(text):
        flags.append(HIDDEN)
    return tuple(flags)


def _hides(text: str) -> bool:
    """No word of it is a name: initials, and words such as "Defendant"."""
    words = [word.rstrip(".") for word in _WORD.findall(unicodedata.normalize("NFC", _MARKS.sub(" ", text)).lower())]
    return all(len(word) == 1 or word in _HIDING for word in words)
