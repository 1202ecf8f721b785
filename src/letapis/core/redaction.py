"""What is blacked out on a page or in a text, as numbers: read strictly, written one way, turned into whole pixels that cover all of it.

Places on a page are ten-thousandths of its width and height, so that a box means the same at every zoom. A mark in a text has one length
whatever stood there: the length of a name tells names apart.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.errors import UsageError

WHOLE: Final = 10_000
MARK: Final = "[…]"
MOST: Final = 2_000
REASONS: Final = ("source", "third_person", "child", "health", "security", "other")
PERSONS: Final = ("source", "third_person", "child")
_PERCENT: Final = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\Z", re.ASCII)
_BOX: Final = re.compile(r"(\d{1,4}):(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5}):([a-z_]{1,20})\Z", re.ASCII)
_SPAN: Final = re.compile(r"(\d{1,8})-(\d{1,8}):([a-z_]{1,20})\Z", re.ASCII)
_WORD: Final = re.compile(r"\w+(?:['\u2019\u02bc\u2011-]\w+)*")
_SHORT: Final = 3  # letters: so short a word stands everywhere and says nothing


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle on page ``page`` (from 1), with the reason why nothing under it may be seen."""

    page: int
    left: int
    top: int
    width: int
    height: int
    reason: str

    @property
    def text(self) -> str:
        return f"{self.page}:{self.left},{self.top},{self.width},{self.height}:{self.reason}"

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """First and last column and row of a picture that it touches, and one beside: a letter's edge is paler than the letter."""
        left, top = self.left * width // WHOLE - 1, self.top * height // WHOLE - 1
        right, bottom = -(-(self.left + self.width) * width // WHOLE), -(-(self.top + self.height) * height // WHOLE)
        return max(0, left), max(0, top), min(width - 1, right), min(height - 1, bottom)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``start`` to ``end`` of a text, with the reason why they go."""

    start: int
    end: int
    reason: str

    @property
    def text(self) -> str:
        return f"{self.start}-{self.end}:{self.reason}"


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word of the text layer of a page and where it stands, in ten-thousandths."""

    page: int
    left: int
    top: int
    right: int
    bottom: int
    word: str


def percent(typed: str) -> int:
    """``12,5`` percent of a page in ten-thousandths. Raises UsageError("redact.percent") for anything that is no such number."""
    found = _PERCENT.match(typed.strip().removesuffix("%").rstrip())
    value = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else -1
    if not 0 <= value <= WHOLE:
        raise UsageError("redact.percent")
    return value


def box(page: int, left: int, top: int, width: int, height: int, reason: str, pages: int) -> Box:
    """A box of an item with so many pages. Raises UsageError("redact.page", "redact.box", "redact.reason") for what lies outside."""
    if not 1 <= page <= pages:
        raise UsageError("redact.page")
    if min(left, top) < 0 or min(width, height) < 1 or left + width > WHOLE or top + height > WHOLE:
        raise UsageError("redact.box")
    return Box(page, left, top, width, height, known_reason(reason))


def known_reason(reason: str) -> str:
    """The reason itself. Raises UsageError("redact.reason") for an unknown one."""
    if reason not in REASONS:
        raise UsageError("redact.reason")
    return reason


def read_boxes(texts: Iterable[str]) -> tuple[Box, ...]:
    """Boxes as a record holds them; a line that is none is passed over, for a later version may write others."""
    found = (_BOX.match(text) for text in texts)
    return tuple(Box(int(one[1]), int(one[2]), int(one[3]), int(one[4]), int(one[5]), one[6]) for one in found if one)


def read_spans(texts: Iterable[str]) -> tuple[Span, ...]:
    """Places in a text as a record holds them, passed over alike."""
    found = (_SPAN.match(text) for text in texts)
    return tuple(Span(int(one[1]), int(one[2]), one[3]) for one in found if one)


def chosen_pages(typed: str, pages: int) -> tuple[int, ...]:
    """``1-3, 7`` as numbers, every page when nothing is typed. Raises UsageError("redact.pages")."""
    found = set[int]()
    for part in typed.replace("\u2013", "-").split(",") if typed.strip() else [f"1-{pages}"]:
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or not all(end.isascii() and end.isdecimal() and len(end) < 6 for end in ends):
            raise UsageError("redact.pages")
        first, last = int(ends[0]), int(ends[-1])
        if not 1 <= first <= last <= pages:
            raise UsageError("redact.pages")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


# ---- words -----------------------------------------------------------------------------------------------------------


def spans_of(text: str, words: str, reason: str) -> tuple[Span, ...]:
    """Every place where ``words`` stand in ``text``, in any case and over any line break, out to the ends of the words they stand in: a name
    goes with its ending. Raises UsageError("redact.words") for words without a letter or number."""
    pattern = _pattern(words)
    ends = [(one.start(), one.end()) for one in _WORD.finditer(text)]
    return tuple(Span(*_whole(ends, one.start(), one.end()), known_reason(reason)) for one in pattern.finditer(text))


def still_readable(text: str, words: Collection[str]) -> bool:
    """One of the words can still be read. What has no letter or number says nothing."""
    return any(spans_of(text, word, "other") for word in words if any(letter.isalnum() for letter in word))


def _pattern(words: str) -> re.Pattern[str]:
    parts = words.split()
    if not any(letter.isalnum() for letter in words) or len(words) > 4_000:
        raise UsageError("redact.words")
    return re.compile(r"\s+".join(re.escape(part) for part in parts), re.IGNORECASE)


def _whole(ends: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    touched = [one for one in ends if one[0] < end and one[1] > start]
    return (min(start, touched[0][0]), max(end, touched[-1][1])) if touched else (start, end)


def boxes_of(layer: Sequence[PlacedWord], words: str, reason: str) -> tuple[Box, ...]:
    """A box over each word of the text layer that belongs to a place where ``words`` stand, on whatever page. Raises as ``spans_of`` does."""
    found = list[Box]()
    for page in sorted({one.page for one in layer}):
        here = [one for one in layer if one.page == page]
        text, starts = "", list[int]()
        for one in here:
            starts.append(len(text))
            text += one.word + " "
        for span in spans_of(text, words, reason):
            for one, start in zip(here, starts, strict=True):
                if start < span.end and start + len(one.word) > span.start:
                    found.append(_over(one, span.reason))
    return tuple(dict.fromkeys(found))


def _over(one: PlacedWord, reason: str) -> Box:
    """The word with a quarter of its height around it: signs above and below letters, and the slant of a scan, are covered too."""
    around = max(10, (one.bottom - one.top) // 4)
    left, top = max(0, one.left - around), max(0, one.top - around)
    right, bottom = min(WHOLE, one.right + around), min(WHOLE, one.bottom + around)
    return Box(one.page, left, top, max(1, right - left), max(1, bottom - top), reason)


def words_under(layer: Sequence[PlacedWord], boxes: Collection[Box]) -> tuple[str, ...]:
    """Words of the text layer that a box touches, each once: none of them may be found in what leaves."""
    touched = (one.word for one in layer if any(_touches(one, box) for box in boxes))
    return tuple(dict.fromkeys(touched))


def open_elsewhere(layer: Sequence[PlacedWord], boxes: Collection[Box], pages: Collection[int] = ()) -> list[tuple[str, tuple[int, ...]]]:
    """Words under a box that also stand uncovered on another place, with the pages where: a name is seldom written once. ``pages``: those that
    go in, where not all do."""
    found = []
    for word in words_under(layer, boxes):
        places = boxes_of(layer, word, "other") if sum(letter.isalnum() for letter in word) > _SHORT else ()
        open_on = sorted({one.page for one in places if not _is_under(one, boxes) and (not pages or one.page in pages)})
        if open_on:
            found.append((word, tuple(open_on)))
    return found


def _is_under(one: Box, boxes: Collection[Box]) -> bool:
    """The middle of it lies in one of the boxes."""
    across, down = one.left + one.width // 2, one.top + one.height // 2
    return any(b.page == one.page and b.left <= across <= b.left + b.width and b.top <= down <= b.top + b.height for b in boxes)


def _touches(one: PlacedWord, box: Box) -> bool:
    across = one.left < box.left + box.width and one.right > box.left
    return one.page == box.page and across and one.top < box.top + box.height and one.bottom > box.top


def blanked(text: str, spans: Iterable[Span]) -> str:
    """``text`` with one mark for each place; places that touch or overlap share one. Raises UsageError("redact.span") for one outside."""
    made, at = list[str](), 0
    for start, end in _joined(spans, len(text)):
        made += [text[at:start], MARK]
        at = end
    return "".join([*made, text[at:]])


def _joined(spans: Iterable[Span], length: int) -> list[tuple[int, int]]:
    joined = list[tuple[int, int]]()
    for one in sorted(spans):
        if not 0 <= one.start < one.end <= length:
            raise UsageError("redact.span")
        if joined and one.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], one.end))
        else:
            joined.append((one.start, one.end))
    return joined


# ---- the second look -------------------------------------------------------------------------------------------------


def is_cleared(author: bytes, words: Iterable[tuple[bytes, bool]]) -> bool:
    """A copy may leave: somebody other than who made it looked at it and nobody found anything left open. ``words``: member and whether
    nothing was left."""
    said = [(member, holds) for member, holds in words if member and member != author]
    return any(holds for _, holds in said) and all(holds for _, holds in said)
