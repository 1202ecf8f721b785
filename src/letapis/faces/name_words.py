"""Why two names are alike, and why two entries may be one person, in words: one sentence for each part, for the pages and the command line."""

from letapis.core import date_words
from letapis.core.dates import is_partial_date
from letapis.core.identity_proposals import Proposal
from letapis.core.language import Texts
from letapis.core.name_compare import Likeness, Reason


def in_words(reason: Reason, texts: Texts, language: str) -> str:
    """One part and what was found, with both words as they were compared."""
    found = texts.say(f"names.kind.{reason.kind}", language, first=reason.first.title(), second=reason.second.title())
    return f"{texts.say(f'names.part.{reason.part}', language)}: {found}"


def reasons(like: Likeness, texts: Texts, language: str) -> list[str]:
    """Every part of a likeness in words."""
    return [in_words(reason, texts, language) for reason in like.reasons]


def weighing(found: Proposal, texts: Texts, language: str) -> list[str]:
    """Every part of a weighing as a sentence: the names part by part, then what speaks for and against, the weightiest for it first."""
    told = reasons(found.like, texts, language)
    for one in sorted(found.reasons, key=lambda reason: -reason.points):
        first, second = (date_words.show(side, language) if is_partial_date(side) else side for side in (one.first, one.second))
        told.append(texts.say(f"oneperson.reason.{one.part}.{one.kind}", language, first=first, second=second))
    return told
