"""Days of office in an English phrase: since, until, from … to …, appointed on …, two dates with a dash."""

import re
from dataclasses import dataclass
from typing import Final

from letapis.core.written_dates import read_date

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH: Final = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS) + r")\.?"
_ONE: Final = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|{_MONTH}\s+\d{{4}}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d{2}-\d{2}|\d{4}-\d{2}|(?:19|20)\d{2})"
)
_START: Final = r"(?:appointed|took office|in office|in post|assumed office|elected)?\s*(?:since|from|as of|as from|on|in|starting)"
_RANGE: Final = re.compile(
    rf"\(?\b(?:(?:from|between|in)\s+)?(?P<first>{_ONE})\s*(?:–|—|-|\bto\b|\buntil\b|\btill\b|\band\b)\s*(?P<second>{_ONE})\)?", re.IGNORECASE
)
_SINCE: Final = re.compile(rf"\(?\b(?P<how>{_START})\s+(?P<first>{_ONE})\)?(?:\s*[–—-]\s*(?:the\s+)?)?", re.IGNORECASE)
_UNTIL: Final = re.compile(rf"\(?\b(?:until|till|up to|to|dismissed (?:on|in)|left office (?:on|in))\s+(?P<first>{_ONE})\)?", re.IGNORECASE)
_BARE: Final = re.compile(r"\A(?:on|in)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Days:
    """Partial dates, or empty."""

    since: str = ""
    until: str = ""


def take_days(phrase: str) -> tuple[str, Days]:
    """The phrase without its dates, and the dates. A day that no calendar has, and two in the wrong order, are left out."""
    both = _RANGE.search(phrase)
    if both:
        since, until = partial(both["first"]), partial(both["second"])
        # Two days in the wrong order say nothing that can be relied on.
        return _without(phrase, both), Days(since, until) if since and until and since <= until else Days()
    since = until = ""
    found = _SINCE.search(phrase)
    if found and not _BARE.match(found["how"].strip()):
        since = partial(found["first"])
        phrase = _without(phrase, found)
    found = _UNTIL.search(phrase)
    if found:
        until = partial(found["first"])
        phrase = _without(phrase, found)
    return phrase, Days(since, until)


def partial(words: str) -> str:
    """``11 March 2021``, ``March 2018``, ``29.10.2021`` or ``1996`` as a partial date; empty for a day that no calendar has."""
    found = read_date(words)
    return found.text if found else ""


def _without(phrase: str, found: re.Match[str]) -> str:
    before, after = phrase[: found.start()].rstrip(), phrase[found.end() :].lstrip()
    return (before + ("" if after.startswith(",") else " ") + after).strip()
