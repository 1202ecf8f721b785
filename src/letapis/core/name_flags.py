"""What is to be known of a name before it is compared with another: that it mixes alphabets or holds marks that nobody sees."""

import re
from functools import lru_cache
from typing import Final

ANONYMOUS: Final = "anonymous"  # it hides somebody on purpose, which only the words of lists can tell
MIXED: Final = "mixed_script"
HIDDEN: Final = "hidden_characters"
_LATIN: Final = re.compile(r"[a-z\u00c0-\u024f]", re.IGNORECASE)
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f\u0138]")
_MARKS: Final = re.compile("[\u00a0\u00ad\u200b-\u200f\u202a-\u202f\u2060-\u2069\ufeff]")
_WORD: Final = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1 << 16)
def flags_of(text: str) -> tuple[str, ...]:
    """Flags of a name, none for an ordinary one."""
    mixed = any(_LATIN.search(word) and _CYRILLIC.search(word) for word in _WORD.findall(text))
    return (*((MIXED,) if mixed else ()), *((HIDDEN,) if _MARKS.search(text) else ()))
