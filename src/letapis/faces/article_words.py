"""Articles of a code of law as people call them: ``CC1999 342(1)`` is art. 342(1) of the Criminal Code, «ч. 1 арт. 342 КК»."""

from collections.abc import Iterable

from letapis.core.article_text import split_code
from letapis.core.language import Texts


def article(code: str, language: str, texts: Texts) -> str:
    """One article in words; what is written otherwise stands for itself."""
    law, number, part = split_code(code)
    key = f"articles.{law}.part" if part else f"articles.{law}"
    return texts.say(key, language, number=number, part=part) if law and key in texts else code


def articles(codes: Iterable[str], language: str, texts: Texts) -> str:
    return ", ".join(article(code, language, texts) for code in codes)
