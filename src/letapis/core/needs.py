"""Needs of survivors and families: a code, how far it is, and a last day. Never who pays, how much, or how to reach anybody.

A list of people whom an organisation helps is what raids look for. So a need holds as little as it can, and a text that tells more is
refused with the reason.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

ASKED, IN_HAND, DONE, NOT_WANTED = "asked", "in_hand", "done", "not_wanted"
STATES: Final = (ASKED, IN_HAND, DONE, NOT_WANTED)
MAX_TEXT: Final = 300

_DATE: Final = re.compile(r"(?<![\d+.-])(?:(?:19|20)\d\d-[01]\d(?:-[0-3]\d)?|[0-3]?\d\.[01]?\d\.(?:19|20)\d\d|[0-2]?\d:[0-5]\d)(?![\d-])")
_RUN: Final = re.compile(r"\d(?:[\s().,/+–—-]{0,3}\d){6,}")
_ACCOUNT_DIGITS: Final = 12
_IBAN: Final = re.compile(r"(?<!\w)[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){3,8}", re.IGNORECASE)
_REACH: Final = re.compile(r"\S@\w|(?<!\w)@\w{3}|(?:https?://|t\.me/|wa\.me/)", re.IGNORECASE)
_CURRENCY: Final = re.compile(
    r"[$£€₴₽₿¥]|(?<!\w)(?:eur|euros?|usd[tc]?|by[nr]|ru[br]|pln|uah|gbp|chf|btc|bitcoins?|dollars?|rou?bles?|złot\w*|zlot\w+|zł"
    r"|евро|еўра|дол+ар\w*|рубл\w*|злот\w*|гр[иы][вў]н\w*|гривен\w*|гр[ыи]вен\w*|би[тц]коин\w*|біткоін\w*)(?!\w)",
    re.IGNORECASE,
)
_SHORT_CURRENCY: Final = re.compile(r"\d\s*(?:тыс\w*\.?\s*)?(?:руб|р|дол|бел|бр|br|zl|у\.\s?е)(?!\w)|(?<!\w)br\s*\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Needs:
    """What can be needed, by code, with labels in three languages; for how many months a need is kept, and for how many at most."""

    labels: Mapping[str, Mapping[str, str]]
    months: int
    longest_months: int


def read_needs(table: Mapping[str, Any]) -> Needs:
    """Needs from the parsed file ``needs.toml``."""
    return Needs({entry["id"]: entry["label"] for entry in table["needs"]}, table["months"], table["longest_months"])


def too_much(text: str) -> str:
    """What a text tells that a need must not: ``amount``, ``account`` or ``contact``; empty when it tells none of them.

    Dates and hours are let through. What a machine cannot see (a street, a surname) is asked of people by the page.
    """
    plain = _DATE.sub(" · ", _plain(text))
    if _CURRENCY.search(plain) or _SHORT_CURRENCY.search(plain):
        return "amount"
    runs = [sum(letter.isdigit() for letter in run) for run in _RUN.findall(plain)]
    if _IBAN.search(plain) or any(count >= _ACCOUNT_DIGITS for count in runs):
        return "account"
    return "contact" if runs or _REACH.search(plain) else ""


def _plain(text: str) -> str:
    """The same words with every digit of every script as 0 to 9, and without marks that are not seen."""
    shown = (letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in shown)


def is_over(until: str, today: date) -> bool:
    """The last day of a need has passed: it is no longer shown, and waits to be erased."""
    return until < today.isoformat()
