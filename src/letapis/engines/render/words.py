"""What all three renderers print alike: the fixed words of a document and the text of a footnote."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Final

from letapis.core import date_words
from letapis.core.brief import (
    Annex,
    Block,
    Brief,
    Cell,
    FieldAnswer,
    Footnote,
    Heading,
    NoteKey,
    Sentence,
    Table,
    footnotes,
    note_key,
    note_numbers,
    ranges,
)
from letapis.core.dates import is_partial_date
from letapis.core.language import Texts

_COUNTED: Final = re.compile(r"\A(?:[IVX]+|\d+)\. ")  # of a heading
_TIES: Final = re.compile(r"(?<=\d) (?=г\.)|(?<=№) (?=\d)")
_THOUSAND: Final = 1000
_FORMATS: Final = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/zip": "ZIP",
    "audio/mp4": "M4A",
    "audio/mpeg": "MP3",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "message/rfc822": "EML",
    "video/mp4": "MP4",
}
"""What people call the formats that come most; any other goes by its media type."""

ClaimLabels = Callable[[bytes], str]
ClaimLinks = Callable[[bytes], str]
"""The address of the page of a claim, empty where the reader of the document has none."""


@dataclass(frozen=True)
class Words:
    """The words of one document in its language, and its notes."""

    brief: Brief
    texts: Texts
    notes: tuple[Footnote, ...]

    def say(self, word: str, **parts: object) -> str:
        return self.texts.say(f"documents.{word}", self.brief.language, **parts)

    @property
    def draft(self) -> str | None:
        """The warning on every page of a document that nobody approved."""
        return None if self.brief.approved else self.say("draft")

    @property
    def meta(self) -> tuple[tuple[str, str], ...]:
        """What stands below the title; a day in words, which the document itself holds as a date."""
        return tuple((label, self.day(value) if is_partial_date(value) else value) for label, value in self.brief.meta)

    def day(self, value: str) -> str:
        return date_words.show(value, self.brief.language)

    def blocks(self) -> Iterator[tuple[Block, bool]]:
        """Each block, and whether a question is to be printed: one that says what the heading above it says is not said twice."""
        above = ""
        for block in self.brief.blocks:
            yield block, not (isinstance(block, FieldAnswer) and not block.number and block.label == above)
            above = _COUNTED.sub("", block.text) if isinstance(block, Heading) else ""

    def counted(self) -> Callable[[], str]:
        """The number before each paragraph, one after the other; empty where paragraphs have none."""
        running = count(1)
        return lambda: f"{next(running)}.\u2002" if self.brief.numbered else ""

    def detail(self, annex: Annex) -> str:
        """Format and size of an annex as far as they are given."""
        size = size_words(annex.size, self.texts, self.brief.language) if annex.size else ""
        return ", ".join(part for part in (_FORMATS.get(annex.media_type, annex.media_type), size) if part)

    def note(self, note: Footnote) -> str:
        """The printed footnote: names of claims, then the annexes."""
        return "; ".join(part for part in (note.text, self.annexes(note)) if part) + "."

    def annexes(self, note: Footnote) -> str:
        """The annexes that a note names, in words."""
        if not note.annexes:
            return ""
        word = "annex_one" if len(note.annexes) == 1 else "annex_many"
        return self.say(word, numbers=ranges(note.annexes))

    def numbers(self) -> Callable[[Sentence], int | None]:
        """From a sentence to the number of its note, None if it needs none."""
        table: dict[NoteKey, int] = dict(note_numbers(self.notes))
        return lambda sentence: table.get(note_key(sentence))


def words(brief: Brief, texts: Texts, claim_labels: ClaimLabels) -> Words:
    return Words(brief, texts, footnotes(brief, claim_labels))


def short_title(brief: Brief) -> str:
    """The title as far as it fits into the foot of a page, whole words of it."""
    return brief.title if len(brief.title) <= 70 else brief.title[:69].rpartition(" ")[0].rstrip(" ,;:") + "\u2026"


def title_lines(brief: Brief) -> tuple[str, ...]:
    """The title as print has it: what follows its last colon, mostly a name, begins a line and is not cut at the end of one."""
    before, colon, name = brief.title.rpartition(": ")
    return (f"{before}:", name) if colon else (brief.title,)


_MANY = 8
"""Sentences of one paragraph at most. A wall of them is hard to read, and with a footnote on each it takes a typesetter seconds."""


def paragraphs(sentences: Sequence[Sentence]) -> tuple[tuple[Sentence, ...], ...]:
    """The same sentences in paragraphs of about equal length, none longer than is good for a reader."""
    parts = -(-len(sentences) // _MANY)
    ends = [len(sentences) * at // parts for at in range(parts + 1)] if parts else []
    return tuple(tuple(sentences[a:b]) for a, b in pairwise(ends))


SMALL = 8  # rows of an index of annexes that is not torn
_SMALL = 1200  # letters of a table that is not torn


def small(table: Table) -> bool:
    """Whether a table is short enough to stand on one page."""
    return len(table.rows) <= SMALL and sum(letters(cell) for row in table.rows for cell in row) <= _SMALL


def letters(cell: Cell) -> int:
    """How long a cell is."""
    return len(cell) if isinstance(cell, str) else sum(len(one.text) + 1 for one in cell)


_NUMBER, _SHORT, _LETTERS = 4, 20, 10.5
"""A column of numbers takes least. One of words no longer than a date is set narrow, with so many letters to a part that a date stays
on one line; what is told in sentences gets the room."""


def shares(table: Table) -> tuple[float, ...]:
    """Parts of the width of a page that the columns of a table take, together 1."""
    weights = []
    for at, name in enumerate(table.header):
        cells = [row[at] for row in table.rows]
        told = any(not isinstance(cell, str) for cell in cells)
        longest = max((len(cell) for cell in (name, *cells) if isinstance(cell, str)), default=0)
        weights.append(5.0 if told else 0.6 if longest <= _NUMBER else max(1.6, longest / _LETTERS) if longest <= _SHORT else 2.6)
    return tuple(weight / sum(weights) for weight in weights)


def size_words(size: int, texts: Texts, language: str) -> str:
    """A size as people name it; to the byte it stands in the index for programs."""
    power = 0 if size < _THOUSAND else 1 if size < _THOUSAND**2 else 2
    number = f"{size / _THOUSAND**2:.1f}" if power == 2 else str(round(size / _THOUSAND**power))
    return texts.say(f"documents.size.{power}", language, number=number if language == "en" else number.replace(".", ","))


def tied(text: str) -> str:
    """A number stays on one line with the sign or the abbreviation that belongs to it."""
    return _TIES.sub("\u00a0", text)
