"""What all three renderers print alike: the fixed words of a document and the text of a footnote."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from letapis.core.brief import Annex, Brief, Footnote, NoteKey, Sentence, Table, footnotes, note_key, note_numbers
from letapis.core.language import Texts

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

    def note(self, note: Footnote) -> str:
        """The printed footnote: names of claims, then the annexes."""
        return "; ".join(part for part in (note.text, self.annexes(note)) if part) + "."

    def annexes(self, note: Footnote) -> str:
        """The annexes that a note names, in words."""
        if not note.annexes:
            return ""
        word = "annex_one" if len(note.annexes) == 1 else "annex_many"
        return self.say(word, numbers=", ".join(str(number) for number in note.annexes))

    def numbers(self) -> Callable[[Sentence], int | None]:
        """From a sentence to the number of its note, None if it needs none."""
        table: dict[NoteKey, int] = dict(note_numbers(self.notes))
        return lambda sentence: table.get(note_key(sentence))


def words(brief: Brief, texts: Texts, claim_labels: ClaimLabels) -> Words:
    return Words(brief, texts, footnotes(brief, claim_labels))


def short_title(brief: Brief) -> str:
    """The title as far as it fits into the foot of a page, whole words of it."""
    return brief.title if len(brief.title) <= 70 else brief.title[:69].rpartition(" ")[0].rstrip(" ,;:") + "\u2026"


_MANY = 8
"""Sentences of one paragraph at most. A wall of them is hard to read, and with a footnote on each it takes a typesetter seconds."""


def paragraphs(sentences: Sequence[Sentence]) -> tuple[tuple[Sentence, ...], ...]:
    """The same sentences in paragraphs of about equal length, none longer than is good for a reader."""
    count = max(1, -(-len(sentences) // _MANY))
    ends = [len(sentences) * at // count for at in range(count + 1)]
    return tuple(tuple(sentences[a:b]) for a, b in pairwise(ends))


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


def annex_detail(annex: Annex) -> str:
    """Media type and size as far as they are given."""
    return ", ".join(part for part in (annex.media_type, size_words(annex.size) if annex.size else "") if part)


def size_words(size: int) -> str:
    """A size in bytes as print has it, thousands apart."""
    return f"{size:,} B".replace(",", "\u00a0")
