"""Why two names are alike, in words: one sentence for each part of them, for the pages and the command line."""

from letapis.core.language import Texts
from letapis.core.name_compare import Likeness, Reason


def in_words(reason: Reason, texts: Texts, language: str) -> str:
    """One part and what was found, with both words as they were compared."""
    found = texts.say(f"names.kind.{reason.kind}", language, first=reason.first.title(), second=reason.second.title())
    return f"{texts.say(f'names.part.{reason.part}', language)}: {found}"


def reasons(like: Likeness, texts: Texts, language: str) -> list[str]:
    """Every part of a likeness in words."""
    return [in_words(reason, texts, language) for reason in like.reasons]
