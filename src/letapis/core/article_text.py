"""Articles of a code of law as lists write them: "Part 2 of Art. 293 of the Criminal Code — title", «ч. 1 ст. 13 и ст. 293 УК», ``361¹``.

A superscript is written with a hyphen here, whatever the list used: ``361-1``, ``361.1``, ``361¹`` and ``361(1)`` are one article.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LINES: Final = re.compile(r"[\n;]")
_TITLE: Final = re.compile(r"\s[—–]\s|(?<=\d):\s?|\s-\s(?=\D)|\s?[«\"„]")
_WORD: Final = r"(?:art(?:icle)?s?|арт(?:ыкул[а-яіў]*)?|ст(?:ать?[а-я]*)?)\.?"
_PART: Final = r"(?:part|para(?:graph)?|p|ч(?:аст[а-яіў]*)?)\.?"
_NUMBER: Final = r"[1-9]\d{0,2}(?:[-‑–.]\d{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}|\(\d{1,2}\))?"
_LIST: Final = r"\d{1,2}(?:\s*(?:,|and|і|и|&)\s*\d{1,2})*"
# A part before the article, the article, a part behind it.
_ARTICLE: Final = re.compile(
    rf"(?:{_PART}\s*(?P<before>{_LIST})[\s,]*(?:of\s+)?(?:the\s+)?)?(?:(?P<word>{_WORD})\s*)?(?<![\d.])(?P<number>{_NUMBER})(?![\d⁰¹²³⁴⁵⁶⁷⁸⁹]|[.‑-]\d)"
    rf"(?:[\s,]*\(?{_PART}\s*(?P<after>{_LIST})\)?)?",
    re.IGNORECASE,
)
_OWN: Final = re.compile(r"(CC1999|CAO2003|CAO2021) (\d+(?:-\d+)?(?:\.\d+)?)(?:\((\d+)\))?\Z")
_ADMINISTRATIVE: Final = re.compile(r"administrative|адміністрацыйн|административн|к[оа]ап|\bcao\b", re.IGNORECASE)
_PREPARATION: Final = ("13", "14", "16")  # preparation, attempt, complicity: they qualify the article that follows
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Article:
    """One article with its part, if any. ``prefix``: the article on preparation or attempt it was charged with, ``13(1)``. ``code``: the code of
    law where the text names one of ours; ``administrative``: the words speak of administrative offences."""

    number: str
    part: str = ""
    prefix: str = ""
    code: str = ""
    administrative: bool = False


def read_articles(cell: str) -> tuple[Article, ...]:
    """Articles in their order, each once; none where the cell names none."""
    found: dict[Article, None] = {}
    for line in _LINES.split(cell):
        for article in _of_line(line.strip()):
            found[article] = None
    return tuple(found)[:_MOST]


def codes_of(articles: Iterable[Article], code: str, administrative: str = "") -> list[str]:
    """``CC1999 13(1)``, ``CC1999 293``: as the vocabulary writes them, each once. ``administrative``: the edition for administrative offences."""
    codes: dict[str, None] = {}
    for one in articles:
        law = one.code or (administrative if one.administrative and administrative else code)
        if one.prefix:
            codes[f"{law} {one.prefix}"] = None
        codes[f"{law} {one.number}" + (f"({one.part})" if one.part else "")] = None
    return list(codes)


def split_code(value: str) -> tuple[str, str, str]:
    """``CC1999 342(1)`` -> its code of law, number and part; three empty texts where it is not written so."""
    own = _OWN.match(value)
    return (own[1], own[2], own[3] or "") if own else ("", "", "")


def _of_line(line: str) -> list[Article]:
    if own := _OWN.match(line):
        return [Article(own[2], own[3] or "", code=own[1])]
    head = _TITLE.split(line, maxsplit=1)[0]
    administrative = _ADMINISTRATIVE.search(head) is not None
    found: list[Article] = []
    prefix = ""
    matches = list(_ARTICLE.finditer(head))
    for at, match in enumerate(matches):
        number = _number(match["number"], administrative)
        parts = re.findall(r"\d+", match["before"] or match["after"] or "") or [""]
        if number in _PREPARATION and at + 1 < len(matches) and not administrative:
            prefix = number + (f"({parts[0]})" if parts[0] else "")
            continue
        found += [Article(number, part, prefix, administrative=administrative) for part in parts]
    return found


def _number(text: str, administrative: bool) -> str:
    """``361¹`` -> ``361-1``. In the administrative code the dot parts chapter and article and stays."""
    plain = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda raised: "-" + raised[0].translate(_RAISED), text)
    plain = re.sub(r"[‑–]", "-", re.sub(r"\((\d+)\)", r"-\1", plain))
    return plain if administrative else plain.replace(".", "-")
