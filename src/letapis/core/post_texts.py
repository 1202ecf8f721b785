"""Posts out of the English text of a list: ``Head of X; former Y (until 11 March 2021)`` is two posts, each with body, place and days.

What is read here is a proposal in the words of the text: nothing is completed from elsewhere, a date keeps its precision, and whether a post
is still held is unknown where the text does not decide it (``Former Deputy Head of A, Head of B``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from letapis.core.post_dates import take_days
from letapis.core.post_places import split_place
from letapis.core.post_words import BODY_WORD, CALLING, CLASS_RANK, HEADS, LEAD, LONG_TITLE, RANK, RELATION, TITLE, TITLE_LAST


class Kind(StrEnum):
    """What a phrase names: an office, a rank, or how somebody earns a living."""

    POST = "post"
    RANK = "rank"
    CALLING = "calling"


@dataclass(frozen=True, slots=True)
class Post:
    """One phrase. ``former`` is None where the text leaves it open; ``since`` and ``until`` are partial dates or empty."""

    title: str
    organisation: str
    place: str
    former: bool | None
    since: str
    until: str
    kind: Kind
    as_said: str

    @property
    def wording(self) -> str:
        """The post on one line: title, body and place, and that it is a former one."""
        words = _joined(self.title, self.organisation, self.place)
        return f"former {words}" if self.former else words

    @property
    def commands(self) -> str:
        """The body that its holder heads: one that is named, or a region or town; a President or Prime Minister heads no body of that name."""
        return (self.organisation or (self.place if self.place != _STATE else "")) if self.heads else ""

    @property
    def heads(self) -> bool:
        """The holder heads the body: a head, chief, judge presiding or minister, and no deputy of theirs or member."""
        return self.kind is Kind.POST and bool(HEADS.fullmatch(self.title))


_QUOTES: Final = {"‘": "’", "“": "”", "«": "»", "(": ")", "[": "]"}
_BLANKS: Final = re.compile(r"[\s\u00a0]+")
_FACT_OF_BIRTH: Final = re.compile(r"\bDOB:?\s*[\d./]+", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?<=[a-z)0-9’])\.\s+(?=[A-Z])")
_DASH: Final = re.compile(r"\s+[–—-]\s+")
_LINK: Final = re.compile(r"\s+(?:of|at|in|to|for|on|with):?\s+(?:the\s+)*(?:of the\s+)?", re.IGNORECASE)
_TWO_TITLES: Final = re.compile(r"(?P<first>[^,]+?),?\s+and\s+(?P<second>[^,]+?),?\s+(?P<link>of|at|in|for):?\s+(?P<rest>.+)\Z", re.IGNORECASE)
_MINISTER: Final = re.compile(r"(?P<title>(?:first |deputy )*minister)(?: of)? (?P<what>(?!counsellor)(?:for )?[A-Z].*)\Z", re.IGNORECASE)
_AMBASSADOR: Final = re.compile(
    r"(?P<title>.*?(?:ambassador|representative|consul))\s+of\s+(?:the\s+)?(?P<of>[A-Z][^,]*?)\s+to\s+(?:the\s+)?(?P<to>[A-Z].*)\Z", re.IGNORECASE
)
_STATE: Final = "Belarus"
_OF_STATE: Final = re.compile(r"(?:the )?(?:Republic of )?Belarus\Z")
_SECOND_POST: Final = re.compile(
    r"\s+and\s+(?=(?:former\s+)?(?:member|chair\w*|head|director|commander|shareholder|employee|rector|dean|deputy head)\s+of\b)", re.IGNORECASE
)
_OWNER: Final = re.compile(r"[’']s\s")
_REMARK: Final = re.compile(r",\s+(?:responsible for|in charge of|known for)\b.*\Z", re.IGNORECASE)


def _joined(title: str, organisation: str, place: str) -> str:
    ministry = organisation.removeprefix("Ministry of ")
    if organisation and not organisation.startswith(f"{title}’s ") and not (organisation.startswith("Ministry of ") and title.endswith(ministry)):
        title = f"{title}, {organisation}"
    return f"{title}, {place}" if place and not title.endswith(place) else title


def posts(text: str) -> tuple[Post, ...]:
    """Every post, rank and calling that ``text`` names, in its order. Phrases that name none of these are left out."""
    cleaned = _clean(text)
    found: list[Post] = []
    for clause in _clauses(cleaned):
        after_former = False
        for phrase in _phrases(clause):
            read = list(_read(phrase, after_former))
            after_former = any(post.former is not False and post.kind is Kind.POST for post in read) or (after_former and not read)
            found.extend(read)
    return tuple(found)


def _clean(text: str) -> str:
    text = _FACT_OF_BIRTH.sub("", _BLANKS.sub(" ", text)).strip()
    while len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"').strip()
    return text.strip(" ,;")


def _split(text: str, separators: str) -> Iterator[str]:
    """Pieces between separators that stand outside brackets and quotation marks."""
    depth: list[str] = []
    start = 0
    for at, char in enumerate(text):
        if depth and char == depth[-1] and not (char == "’" and text[at + 1 : at + 2].isalpha()):
            depth.pop()
        elif char in _QUOTES and _QUOTES[char] in text[at:]:
            depth.append(_QUOTES[char])
        elif char in separators and not depth:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def _clauses(text: str) -> Iterator[str]:
    for piece in _split(text, ";"):
        for clause in _SENTENCE.split(piece):
            if clause.strip(" .,"):
                yield clause.strip(" .,")


def _starts_post(text: str) -> bool:
    lead = LEAD.match(text)
    rest = text[lead.end() :] if lead else text
    return bool(_titled(rest) or CALLING.match(rest) or RANK.match(rest) or CLASS_RANK.match(rest) or RANK.match(rest.split(" and ")[0]))


def _titled(words: str) -> bool:
    """A title, and not a body that is called by one: ``Prosecutor General’s Office``."""
    link = _LINK.search(words)
    return bool(TITLE.match(words)) and not _OWNER.search(words[: link.start()] if link else words)


def _phrases(clause: str) -> Iterator[str]:
    """A comma or a dash parts two posts only where a title follows it; otherwise it belongs to the name of the body."""
    pieces = [piece for piece in _split(clause, ",") if piece]
    joined: list[str] = []
    for piece in pieces:
        # "Head, and former Deputy Head, of the Department": the body of both stands at the end.
        bare_pair = joined and piece.startswith("of ") and not _LINK.search(joined[-1])
        bare_former = piece.lower().startswith("and former ") and not _LINK.search(piece)
        if joined and (bare_pair or bare_former or not _starts_post(piece) or _ends_open(joined[-1], piece)):
            joined[-1] = f"{joined[-1]}, {piece}"
        else:
            joined.append(piece)
    for phrase in joined:
        parts = _DASH.split(phrase)
        whole = parts[0]
        for part in parts[1:]:
            if _starts_post(part) and not _dangling(whole):
                yield whole
                lead = LEAD.match(whole)
                whole = ("former " if lead and lead["former"] and not part.lower().startswith("former") else "") + part
            else:
                whole = f"{whole} – {part}"
        yield whole


def _dangling(whole: str) -> bool:
    return bool(re.match(r"from\b", whole, re.IGNORECASE)) and not _LINK.search(whole)


def _ends_open(before: str, piece: str) -> bool:
    """``Minsk City Court, Judge``: the title stands behind the body, so that they are one phrase."""
    lead = LEAD.match(before)
    rest = before[lead.end() :] if lead else before
    return not _starts_post(rest) and bool(BODY_WORD.search(before)) and not _LINK.search(piece)


def _read(phrase: str, after_former: bool) -> Iterator[Post]:
    said = phrase.strip(" ,.")
    words, days = take_days(said)
    words = _REMARK.sub("", words.strip(" ,.–-"))
    lead = LEAD.match(words)
    former: bool | None = None if after_former else False
    if lead:
        former = True if lead["former"] else False if lead["now"] else former
        words = words[lead.end() :]
    if days.until:
        former = True
    elif days.since and former is None:
        former = False
    if not words or RELATION.match(words):
        return
    for post in _kinds(words, said):
        held = replace(post, former=post.former or former)
        yield replace(held, since=days.since, until=days.until) if post.kind is Kind.POST else held


def _kinds(words: str, said: str) -> Iterator[Post]:
    head, _, tail = words.partition(" and ")
    if RANK.match(words) or CLASS_RANK.match(words):
        yield _plain(words, Kind.RANK, said)
    elif tail and RANK.match(_LINK.split(head)[0]) and _titled(tail):
        yield _plain(head, Kind.RANK, said)
        yield from _kinds(tail, said)
    elif CALLING.match(words):
        calling = head.partition(",")[0]
        link = None if RELATION.search(words) else re.search(r"\s+(?:of|at|on|for)\s+(?:the\s+)*", calling)
        post = _plain(calling[: link.start()] if link else calling, Kind.CALLING, said)
        yield replace(post, organisation=calling[link.end() :]) if link else post
        if tail and _starts_post(tail.partition(",")[0]):
            yield from _kinds(tail, said)
    elif _titled(words) or RANK.match(words.partition(" of ")[0]):
        yield from _posts_of(words, said)
    else:
        last = TITLE_LAST.match(words)
        if last:
            body, place = split_place(_without_article(last["body"].strip(" ,")))
            yield Post(last["title"], body, place, False, "", "", Kind.POST, said)


def _plain(words: str, kind: Kind, said: str) -> Post:
    return Post(words.strip(" ,"), "", "", False, "", "", kind, said)


def _posts_of(words: str, said: str) -> Iterator[Post]:
    """``A and B of X`` are two posts in X; ``A of X and B of Y`` are two posts of their own."""
    pair = _TWO_TITLES.match(words)
    if pair and _bare(pair["first"]):
        second = pair["second"]
        lead = LEAD.match(second)
        bare = second[lead.end() :] if lead else second
        if _titled(bare):
            for title, state in ((pair["first"], False), (bare, bool(lead and lead["former"]))):
                post = _one(f"{title} {pair['link']} {pair['rest']}", said)
                yield replace(post, former=True) if state else post
            return
    halves = _SECOND_POST.split(words)
    for half in halves:
        lead = LEAD.match(half)
        yield _one(half[lead.end() :] if lead else half, said)


def _ranks(words: str) -> Iterator[str]:
    """The longest rank that the words begin with: ``Colonel of the internal service`` before ``Colonel``."""
    parts = words.split(" of ")
    for count in range(len(parts) - 1, 0, -1):
        if RANK.match(" of ".join(parts[:count])):
            yield " of ".join(parts[:count])


def _bare(title: str) -> bool:
    """A title without a body of its own: ``Chief of Staff`` is one, ``Head of the Department`` is none."""
    long_title = LONG_TITLE.match(title)
    return long_title.end() == len(title) if long_title else not _LINK.search(title)


def _one(words: str, said: str) -> Post:
    minister = _MINISTER.match(words)
    if minister:
        return Post(words, f"Ministry of {minister['what']}", "", False, "", "", Kind.POST, said)
    ambassador = _AMBASSADOR.match(words)
    if ambassador:
        return Post(f"{ambassador['title']} to {ambassador['to']}", ambassador["of"], ambassador["to"], False, "", "", Kind.POST, said)
    long_title = LONG_TITLE.match(words)
    plain = TITLE.match(words)
    rank = next(_ranks(words), "")
    at = long_title.end() if long_title else max(len(rank), plain.end() if plain else 0)
    link = _LINK.search(words, at)
    if not link:
        title, comma, rest = words.partition(",")
        body, place = split_place(rest.strip()) if comma else ("", "")
        return Post(title.strip(), body, place, False, "", "", Kind.POST, said)
    title, rest = words[: link.start()].strip(" ,"), words[link.end() :]
    if "," in title and not long_title:
        title, _, rest = words.partition(", ")
    body, place = _state(_without_article(rest))
    if not body and title.casefold() == "prosecutor general":
        return Post(title, "Prosecutor General’s Office", place, False, "", "", Kind.POST, said)
    if not place and link.group().strip().lower().startswith("in") and not BODY_WORD.search(body):
        return Post(title, "", body, False, "", "", Kind.POST, said)
    if not place:
        body, place = split_place(body)
    return Post(title, body, place, False, "", "", Kind.POST, said)


def _without_article(words: str) -> str:
    return re.sub(r"\A(?:the|a|an)\s+", "", words)


def _state(body: str) -> tuple[str, str]:
    """The State is a place where nothing else follows the title; in the name of a body it stays part of the name."""
    return ("", _STATE) if _OF_STATE.match(body) else (body, "")
