"""The text of a note on a page: in parts, with passages marked, and the places that a person chose in it.

Places count characters of the note, whatever part of it is shown.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from letapis.core.errors import UsageError
from letapis.desk.claims import find_passage

PART: Final = 4000  # characters; a page has 60 KB for the text, its sentences and the claims beside it
_SENTENCE: Final = re.compile(r"[^.!?…\n]+(?:[.!?…]+[»”\")\]]*|\n|$)")
_SHORT: Final = 90
_MOST_SENTENCES: Final = 60


@dataclass(frozen=True)
class TextPart:
    """``text`` is what stands at ``start`` up to ``end``; ``number`` of ``count``, with the numbers beside it (0: none)."""

    text: str
    start: int
    end: int
    number: int
    count: int
    before: int
    after: int


def part(text: str, asked: str) -> TextPart:
    """The part of a long text that is asked for; parts end at line ends or blanks."""
    edges = _edges(text)
    count = len(edges) - 1
    number = min(count, max(1, int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1))
    start, end = edges[number - 1], edges[number]
    return TextPart(text[start:end], start, end, number, count, number - 1, number + 1 if number < count else 0)


def number_at(text: str, place: int) -> int:
    """The number of the part in which a character stands."""
    return max(1, sum(edge <= place for edge in _edges(text)[:-1]))


def _edges(text: str) -> list[int]:
    edges = [0]
    while len(text) - edges[-1] > PART:
        window = text[edges[-1] : edges[-1] + PART]
        cut = max(window.rfind("\n", PART // 2), window.rfind(". ", PART // 2) + 1, 0) or window.rfind(" ", PART // 2)
        edges.append(edges[-1] + (cut + 1 if cut > 0 else PART))
    return [*edges, len(text)]


def segments(shown: TextPart, places: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The part cut at the edges of passages, each piece with the word whether a passage covers it."""
    inside = [(max(a, shown.start), min(b, shown.end)) for a, b in places]
    edges = sorted({shown.start, shown.end, *(edge for pair in inside for edge in pair)})
    pieces = []
    for a, b in pairwise(edges):
        pieces.append((shown.text[a - shown.start : b - shown.start], any(start <= a and b <= end for start, end in inside)))
    return pieces


def sentences(shown: TextPart) -> list[tuple[str, str]]:
    """Sentences of a part as (place, words), for those who choose without marking."""
    found = []
    for match in _SENTENCE.finditer(shown.text):
        words = match.group().strip()
        if not words:
            continue
        start = shown.start + match.start() + len(match.group()) - len(match.group().lstrip())
        found.append((f"{start}-{start + len(words)}", words if len(words) <= _SHORT else words[:_SHORT].rsplit(" ", 1)[0] + " …"))
    return found[:_MOST_SENTENCES]


def chosen(text: str, posted: Any) -> tuple[int, int]:
    """Start and end of the words that a form names: marked, quoted, or ticked sentences. Raises UsageError when they name no place."""
    quote = posted.get("passage_text", "").replace("\r\n", "\n")
    if quote.strip():
        return _marked(text, quote, posted) or _quoted(text, quote)
    return _ticked(text, posted.getlist("sentence"))


def _marked(text: str, quote: str, posted: Any) -> tuple[int, int] | None:
    """The place that the script filled in, if those words really stand there; blanks around them are left out."""
    places = [posted.get(name, "") for name in ("passage_start", "passage_end", "base")]
    if not all(place.isascii() and place.isdecimal() and len(place) < 9 for place in places):
        return None
    start, end, base = map(int, places)
    words = text[base + start : base + end]
    if words.replace("\r\n", "\n") != quote:
        return None
    before, after = len(words) - len(words.lstrip()), len(words) - len(words.rstrip())
    return base + start + before, base + end - after


def _quoted(text: str, quote: str) -> tuple[int, int]:
    if quote.strip() not in text and "\r\n" in text:
        quote = quote.replace("\n", "\r\n")
    return find_passage(text, quote)


def _ticked(text: str, ticked: Sequence[str]) -> tuple[int, int]:
    places = [re.fullmatch(r"(\d{1,8})-(\d{1,8})", one, re.ASCII) for one in ticked]
    pairs = [(int(place[1]), int(place[2])) for place in places if place]
    if not pairs or len(pairs) != len(ticked):
        raise UsageError("claims.passage")
    start, end = min(a for a, _ in pairs), max(b for _, b in pairs)
    if not start < end <= len(text):
        raise UsageError("claims.passage")
    return start, end
