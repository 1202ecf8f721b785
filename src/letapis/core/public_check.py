"""Whether a card, a statement or a photograph is one that may stand in public at all: asked at the door in, and again of what arrived.

A field that the table does not name, a value that does not fit its kind, a day that is none, a letter that nobody sees or that turns the
reading: each is a fault with its field and the way to mend it. What has a fault never becomes public, whoever approved it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core.dates import Certainty, bounds, is_partial_date
from letapis.core.language import LANGUAGES
from letapis.core.name_flags import MIXED, flags_of
from letapis.core.publication import LINE, Publication, PublicField
from letapis.core.published import Card, CardValue, Statement

MOST_VALUES: Final = 300
LONGEST_STATEMENT: Final = 20_000
MOST_SIGNED: Final = 60
_IDENT: Final = re.compile(r"[0-9a-f]{32}\Z")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
_ARTICLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:./() -]{0,63}\Z")
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]{0,5})\Z")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")
_LINK: Final = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])(?::[0-9]{1,5})?(?:/[!-;=?-~]{0,1500})?\Z")
_EXTRA: Final = re.compile(b"\xff[\xe0-\xef\xfe]")
_YEARS: Final = (1900, 2200)


@dataclass(frozen=True, slots=True, order=True)
class PublicFault:
    """What does not fit: the field (empty: the card as a whole) and a code, whose sentence stands under ``public_check.<code>``."""

    field: str
    code: str

    @property
    def because(self) -> str:
        return f"public_check.{self.code}"


def faults_of_card(card: Card, publication: Publication) -> tuple[PublicFault, ...]:
    """Everything that keeps a card from being public, none when it fits."""
    found = set[PublicFault]()
    if not _IDENT.match(card.card):
        found.add(PublicFault("", "ident"))
    if len(card.values) > MOST_VALUES:
        return (*found, PublicFault("", "too_many"))
    if len(set(card.values)) != len(card.values):
        found.add(PublicFault("", "twice"))
    for (name, _), count in Counter((one.field, one.language) for one in card.values).items():
        known = publication.fields.get(name)
        if known is not None and count > 1 and not known.many:
            found.add(PublicFault(name, "once"))
    for one in card.values:
        known = publication.fields.get(one.field)
        codes = _of_value(known, one) if known is not None else ("unknown",)
        found.update(PublicFault(one.field if known is not None else "", code) for code in codes)
    return tuple(sorted(found))


def faults_of_statement(statement: Statement) -> tuple[PublicFault, ...]:
    """The same of a public statement; it has a title and a text in at least one language, and the same ones of both."""
    found = set[PublicFault]()
    if not _IDENT.match(statement.statement):
        found.add(PublicFault("", "ident"))
    for name, code in (("outcome", statement.outcome), ("ground", statement.ground), ("demand", statement.demand)):
        if (code or name == "outcome") and not _CODE.match(code):
            found.add(PublicFault(name, "code"))
    if not _is_day(statement.day):
        found.add(PublicFault("day", "day"))
    if statement.link and not _LINK.match(statement.link):
        found.add(PublicFault("link", "link"))
    if not statement.titles or set(statement.titles) != set(statement.texts) or not set(statement.titles) <= set(LANGUAGES):
        found.add(PublicFault("texts", "languages"))
    if len(statement.signatories) > MOST_SIGNED:
        found.add(PublicFault("signatories", "too_many"))
    limits = (("signatories", statement.signatories, 200), ("titles", statement.titles.values(), 300))
    for name, texts, limit in (*limits, ("texts", statement.texts.values(), LONGEST_STATEMENT)):
        found.update(PublicFault(name, code) for code in _of_texts(texts, limit, lines=name == "texts"))
    return tuple(sorted(found))


def is_bare_jpeg(data: bytes) -> bool:
    """A JPEG that holds a picture and nothing else: no place, camera, thumbnail or remark (segments APP1 to APP15 and COM), nothing behind."""
    at = 2
    if data[:2] != b"\xff\xd8" or data[-2:] != b"\xff\xd9":
        return False
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            # In what follows a byte FF stands before a marker or a stuffed zero only, so a hidden segment would be found here.
            return data.find(b"\xff\xd9", at) == len(data) - 2 and _EXTRA.search(data, at) is None
        if 0xE1 <= marker <= 0xEF or marker == 0xFE or size < 2 or marker in (0x00, 0x01, 0xD8, 0xD9, 0xFF):
            return False
        if marker == 0xE0 and not _is_plain_jfif(data[at + 4 : at + 2 + size]):
            return False
        at += 2 + size
    return False


def _is_plain_jfif(segment: bytes) -> bool:
    """A JFIF head without a thumbnail in it."""
    return len(segment) == 14 and segment[:5] == b"JFIF\x00" and segment[12:] == b"\x00\x00"


# ---- one value -------------------------------------------------------------------------------------------------------


def _of_value(field: PublicField, one: CardValue) -> Iterator[str]:
    if (one.language in LANGUAGES) != field.spoken or (one.language and not field.spoken):
        yield "language"
    if (one.since or one.until) and not field.days:
        yield "no_days"
    if any(day and not _is_day(day) for day in (one.since, one.until)) or not _in_order(one.since, one.until):
        yield "days"
    if one.certainty and (field.kind != "day" or one.certainty not in set(Certainty)):
        yield "certainty"
    if field.kind == "text":
        yield from _of_texts((one.value,), field.longest, lines=field.longest > LINE)
        if field.id == "name" and MIXED in flags_of(one.value):
            yield "mixed"
    elif not _FITS[field.kind](one.value):
        yield field.kind


def _of_texts(texts: Iterable[str], limit: int, *, lines: bool) -> Iterator[str]:
    """Faults of texts for people. ``lines``: more than one line may stand."""
    for text in texts:
        if not text.strip() or text != text.strip():
            yield "blank"
        if len(text) > limit:
            yield "long"
        # Controls, characters of format and direction, surrogates, unassigned and private letters and odd blanks are not printable.
        shown = (text.replace("\n", "") if lines else text).replace("\u00a0", " ")
        if not shown.isprintable():
            yield "unseen"
        if not unicodedata.is_normalized("NFC", text):
            yield "form"


def _is_day(text: str) -> bool:
    return is_partial_date(text) and all(_YEARS[0] <= day.year < _YEARS[1] for day in bounds(text))


def _in_order(since: str, until: str) -> bool:
    """Nothing ends before it may have begun; what is no day is another fault."""
    if not (since and until and is_partial_date(since) and is_partial_date(until)):
        return True
    return bounds(since)[0] <= bounds(until)[1]


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.match(text) is not None


_FITS: Final[Mapping[str, Callable[[str], bool]]] = {
    "day": _is_day,
    "code": _matches(_CODE),
    "place": _matches(_CODE),
    "article": _matches(_ARTICLE),
    "flag": lambda text: text in ("yes", "no"),
    "number": _matches(_NUMBER),
    "photo": _matches(_DIGEST),
    "link": _matches(_LINK),
}
