"""Time codes of sounds and films, as people write them: ``00:03:12``, ``3:12``, or seconds."""

import re
from typing import Final

_WRITTEN: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,]\d{1,3})?\Z", re.ASCII)
_SECONDS: Final = re.compile(r"\d{1,6}\Z", re.ASCII)
_IN_WORDS: Final = re.compile(r"\[(\d{1,3}:\d{2}(?::\d{2})?)\]", re.ASCII)


def seconds(written: str) -> int | None:
    """Seconds from the beginning; None for what is no time code. In a code of two parts the first are minutes, however many."""
    text = written.strip()
    if _SECONDS.match(text):
        return int(text)
    found = _WRITTEN.match(text)
    if found is None or int(found[3]) > 59 or (found[1] is not None and int(found[2]) > 59):
        return None
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])


def code(moment: int) -> str:
    """Seconds as ``00:03:12``."""
    return f"{moment // 3600:02}:{moment // 60 % 60:02}:{moment % 60:02}"


def in_words(text: str) -> tuple[int, ...]:
    """Moments that a note names in square brackets, each once, in their order."""
    found = (seconds(one) for one in _IN_WORDS.findall(text))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def at(text: str, start: int, end: int) -> str:
    """The time code that a passage of a note belongs to: the last one before it or at its beginning, else the first one in it; empty if none."""
    before, inside = _IN_WORDS.findall(text[:start]), _IN_WORDS.findall(text[start:end])
    begins = _IN_WORDS.match(text[start:end].lstrip()) is not None
    found = seconds(inside[0] if inside and (begins or not before) else before[-1] if before else "")
    return "" if found is None else code(found)
