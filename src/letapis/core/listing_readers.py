"""How a cell of a list is read: each reader takes the text of one cell and says what is in it, as raw values that the vocabulary types.

A reader that understands a cell as "nothing to say" returns no reading; one that cannot read it raises ``Unread`` with a code. Nothing is
guessed: a day that nobody wrote is not filled in, a word that is not known is a fault of that cell alone.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.article_text import codes_of, read_articles
from letapis.core.dates import Certainty
from letapis.core.post_texts import Post, posts
from letapis.core.written_dates import read_date
from letapis.core.written_terms import months_of

_BREAK: Final = re.compile(r"[\n;]")
_PERSONS: Final = re.compile(r"[\n;,]|\s(?:and|і|и|ды|&|/)\s")
_SURNAME, _INITIALS = r"[^\W\d_][\w'’ʼ-]+", r"(?:[^\W\d_]\.\s*){1,2}"
# Surnames with initials, one behind another and nothing between: which initials are whose is plain only where all stand on one side.
_SEVERAL: Final = tuple(re.compile(one) for one in (rf"{_SURNAME}\s+{_INITIALS}", rf"{_INITIALS}{_SURNAME}(?:\s+|$)"))
_NUMBER: Final = r"(\d{1,12}(?:[.,]\d{1,6})?)"
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_TRUE: Final = frozenset({"1", "true", "yes", "y", "так", "да", "x", "+"})
_FALSE: Final = frozenset({"0", "false", "no", "n", "не", "нет", "-"})
_MOST: Final = 200
_ADDRESS: Final = re.compile(r"https?://(?:www\.)?(?P<host>[^\s/?#@]+)(?P<way>/[^\s?#]*)?(?:[?#]\S*)?", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"\A/(?:en|be|ru)(?=/|\Z)")
_FIRST: Final = re.compile(r"\s*[;/]\s*|\s+as\s+")


class Unread(Exception):
    """A cell that its reader cannot read; ``code`` has its sentence under ``listing.fault.<code>``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a cell says. ``raw`` is text, a flag or a list, to be typed by the fact. ``since`` and ``until``: the time of which the cell
    itself says it; ``said``: the words of the cell that say it, where they are not all of them."""

    raw: object
    certainty: str = Certainty.EXACT
    since: str = ""
    until: str = ""
    said: str = ""


Options = Mapping[str, Any]
Reader = Callable[[str, Options], list[Reading]]


def clean(text: str) -> str:
    """A cell as text: composed letters, no marks that nobody sees, plain spaces, lines kept."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(" ".join(line.split()) for line in re.split("[\n\u2028\u2029\x0b\x0c]", seen)).strip()


def _text(cell: str, options: Options) -> list[Reading]:
    """The words as they stand, on one line; ``part``: a pattern whose first group is the value; what it does not fit says nothing."""
    if pattern := options.get("part"):
        found = re.search(pattern, cell)
        return [Reading(_flat(found[1]))] if found and found[1] else []
    return [Reading(_flat(cell))]


def _words(cell: str, options: Options) -> list[Reading]:
    """A list of words, at line ends and semicolons, or at the pattern ``at``."""
    parts = [_flat(part).replace(",", " ") for part in re.split(options.get("at", _BREAK), cell)]
    return [Reading([" ".join(part.split()) for part in parts if part])]


def _date(cell: str, options: Options) -> list[Reading]:
    """A date; ``part``: a pattern whose first group is the date, and what it does not fit says nothing; ``first``: the first of several."""
    if pattern := options.get("part"):
        part = re.search(pattern, cell)
        if part is None:
            return []
        cell = part[1]
    if options.get("first", False):
        cell = _FIRST.split(cell)[0]
    found = read_date(cell, month_first=options.get("order") == "month_first")
    if found is None:
        raise Unread("date")
    return [Reading(found.text, found.certainty)]


def _term(cell: str, options: Options) -> list[Reading]:
    """A term in months: "4 1/2 years" is 54. A cell that speaks of something else, a fine, says nothing of a term; with ``unless`` only one that
    this pattern fits, and every other cell is said to be unread."""
    months = months_of(cell)
    if months is not None:
        return [Reading(months)]
    other = options.get("unless")
    if options.get("strict", False) or (other and not re.search(other, cell, re.IGNORECASE)):
        raise Unread("term")
    return []


def _number(cell: str, options: Options) -> list[Reading]:
    """The number in a cell, or the one in the first group of ``part``; a cell that this does not fit says nothing."""
    pattern = options.get("part")
    found = re.search(pattern, cell, re.IGNORECASE) if pattern else re.fullmatch(_NUMBER, cell.replace(" ", ""))
    if found is None and not pattern:
        raise Unread("number")
    return [Reading(re.sub(r"\s", "", found[1]))] if found else []


def _articles(cell: str, options: Options) -> list[Reading]:
    """Articles of a code of law, the code in front; articles on attempt and preparation stand before the one they belong to."""
    found = read_articles(cell)
    if not found:
        raise Unread("article")
    return [Reading(codes_of(found, options.get("code", "CC1999"), options.get("administrative", "")))]


def _member(cell: str, options: Options) -> list[Reading]:
    """One of a few: ``words`` tells which by the words of the list, whole or at the beginning of a word in the cell; else the vocabulary knows its
    own. With ``only`` a cell in which none of them stands says nothing."""
    known: Mapping[str, list[str]] = options.get("words", {})
    low = _flat(cell).casefold()
    for key, words in known.items():
        if any(word.casefold() == low for word in words):
            return [Reading(key)]
    for key, words in known.items():
        if any(len(word) > 1 and re.search(rf"(?<!\w){re.escape(word.casefold())}", low) for word in words):
            return [Reading(key)]
    return [] if options.get("only") else [Reading(_flat(cell))]


def _members(cell: str, options: Options) -> list[Reading]:
    """Several of a few, one behind another."""
    parts = [part for part in re.split(options.get("at", r"[\n;,]"), cell) if part.strip()]
    return [Reading([_member(part, options)[0].raw for part in parts[: _MOST + 1]])]


def _flag(cell: str, options: Options) -> list[Reading]:
    """Yes or no. ``as``: what the fact says where the cell says yes; then a no says nothing, because "not listed" is not "denied". ``dated``: a
    day in the cell says yes, and since when."""
    low = cell.casefold()
    if low in _TRUE or low in {word.casefold() for word in options.get("yes", ())}:
        return [Reading(options.get("as", True))]
    if low in _FALSE or low in {word.casefold() for word in options.get("no", ())}:
        return [] if "as" in options else [Reading(False)]
    if options.get("dated"):
        (day,) = _date(cell, {})
        return [Reading(options.get("as", True), day.certainty, str(day.raw))]
    raise Unread("flag")


def _constant(_: str, options: Options) -> list[Reading]:
    """Whatever stands in the cell, the fact says ``as``."""
    return [Reading(options.get("as", True))]


def _place(cell: str, options: Options) -> list[Reading]:
    """A place is a title and, behind a line end or semicolon, its address: the title is taken, or with ``take = "address"`` the rest.
    Cells of ``none`` (released, unknown) name no place."""
    title, *rest = [part.strip() for part in _BREAK.split(cell) if part.strip()] or [""]
    if not title or title.casefold() in {word.casefold() for word in options.get("none", ())}:
        return []
    said = ", ".join(rest) if options.get("take") == "address" else title
    return [Reading(said)] if said else []


def _page(cell: str, _: Options) -> list[Reading]:
    """The page that an address names, the same for every language of a site: host and way, without a language in front and what follows a
    question mark. Raises Unread for what is no address of the web."""
    found = _ADDRESS.fullmatch(cell.strip())
    if found is None:
        raise Unread("address")
    way = _LANGUAGE.sub("", found["way"] or "").rstrip("/")
    return [Reading(f"{found['host'].casefold()}{way}")]


def _persons(cell: str, options: Options) -> list[Reading]:
    """Names of persons in one cell, each by itself; ``comma = false`` where a comma parts surname and given name."""
    split = _PERSONS if options.get("comma", True) else re.compile(r"[\n;]")
    parts = (name for part in split.split(cell) for name in _each(part.strip()))
    return [Reading(name) for name in dict.fromkeys(" ".join(part.split()) for part in parts) if name]


def _each(names: str) -> list[str]:
    """The persons of a text in which only their initials part them."""
    for one in _SEVERAL:
        if re.fullmatch(f"(?:{one.pattern}){{2,}}", names):
            return one.findall(names)
    return [names]


def _country(cell: str, options: Options) -> list[Reading]:
    """Codes of States; ``words`` tells them by the names that the list uses; ``part``: a pattern whose first group names them."""
    if pattern := options.get("part"):
        part_of = re.search(pattern, cell)
        return _country(part_of[1], {**options, "part": ""}) if part_of else []
    known: Mapping[str, list[str]] = options.get("words", {})
    named = {word.casefold(): code for code, words in known.items() for word in words}
    codes = []
    for part in re.split(r"[\n;,/]", cell):
        word = part.strip()
        code = named.get(word.casefold(), word.upper() if re.fullmatch("[A-Za-z]{2}", word) else "")
        if word and not code:
            raise Unread("country")
        codes += [code] if code else []
    return [Reading(codes)]


def _posts(cell: str, options: Options) -> list[Reading]:
    """Posts in an English text, each with its days and the words that name it. ``take``: ``post``, ``body``, ``commands`` (the body of one who
    heads it), ``since``, ``until``, ``rank`` or ``calling``."""
    take = options.get("take", "post")
    kind = take if take in ("rank", "calling") else "post"
    found = [(_PART[take](one), one) for one in posts(cell) if one.kind.value == kind]
    # A beginning and an end are events with a day of their own: those of two posts must never seem to contradict each other.
    event = take in ("since", "until")
    spans = [(words, words) if event else (one.since, one.until) for words, one in found]
    return [Reading(words, Certainty.EXACT, *span, one.as_said) for (words, one), span in zip(found, spans, strict=True) if words]


def _flat(cell: str) -> str:
    return " ".join(cell.split())


_PART: Final[Mapping[str, Callable[[Post], str]]] = {
    "post": lambda one: one.wording,
    "body": lambda one: one.organisation or one.place,
    "commands": lambda one: one.commands,
    "since": lambda one: one.since,
    "until": lambda one: one.until,
    "rank": lambda one: one.title,
    "calling": lambda one: one.title,
}

READERS: Final[Mapping[str, Reader]] = {
    "text": _text,
    "words": _words,
    "date": _date,
    "term": _term,
    "number": _number,
    "articles": _articles,
    "member": _member,
    "members": _members,
    "flag": _flag,
    "constant": _constant,
    "place": _place,
    "page": _page,
    "persons": _persons,
    "country": _country,
    "posts": _posts,
    "entry": _text,
}
