"""A State's reply: what it shows of our source, and the grid of allegation, answer, family's comment and ours.

The first question comes before the grid: what does the State now know about our source? Silence about an allegation is kept as silence;
it is not admission and not refusal.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from letapis.core.brief import Author, Brief, FieldAnswer, Paragraph, Sentence, Table, clean
from letapis.core.errors import UsageError


class State(StrEnum):
    """How far a reply is: registered only, or with the first question answered, so that the grid is open."""

    RECEIVED = "received"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be ticked. ``alone``: excludes every other; ``without_words``: a stance that has no words of the State."""

    id: str
    label: Mapping[str, str]
    alone: bool = False
    without_words: bool = False


@dataclass(frozen=True)
class ReplyWords:
    """The data file ``replies.toml``: stances, what a reply may show, judgements of safety, ways to tell a family."""

    stances: Mapping[str, Choice]
    known: Mapping[str, Choice]
    safety: Mapping[str, Choice]
    channels: Mapping[str, Choice]
    source_code: str


def read_reply_words(table: Mapping[str, Any]) -> ReplyWords:
    def choices(name: str) -> dict[str, Choice]:
        return {e["id"]: Choice(e["id"], e["label"], e.get("alone", False), e.get("without_words", False)) for e in table[name]}

    return ReplyWords(choices("stances"), choices("known"), choices("safety"), choices("channels"), table["source_code"])


def require_known(words: ReplyWords, known: Sequence[str], safety: str, channel: str) -> None:
    """Raises UsageError when the first question is not answered, or answered by what excludes itself."""
    if not known or not set(known) <= set(words.known):
        raise UsageError("replies.known")
    if len(set(known)) > 1 and any(words.known[one].alone for one in known):
        raise UsageError("replies.known_contradicts")
    if safety not in words.safety:
        raise UsageError("replies.safety")
    if channel not in words.channels:
        raise UsageError("replies.channel")


def require_stance(words: ReplyWords, stance: str, answer: str) -> None:
    """Raises UsageError for a stance that the words of the answer do not allow: silence has none, every other has some."""
    if not stance:
        return
    if stance not in words.stances:
        raise UsageError("replies.stance")
    if words.stances[stance].without_words and answer.strip():
        raise UsageError("replies.silent_with_words")
    if not words.stances[stance].without_words and not answer.strip():
        raise UsageError("replies.stance_without_words")


@dataclass(frozen=True, slots=True)
class Allegation:
    """A sentence that was sent, with the claims behind it. ``key`` names it on a page, where its place may change meanwhile."""

    text: str
    claims: tuple[bytes, ...]

    @property
    def key(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()[:16]


def allegations(document: Brief, taken: Iterable[str] = ()) -> tuple[Allegation, ...]:
    """The sentences of a sent document that stand on claims, in reading order, each once; those already in the grid are left out.

    An answer to a question of the form that is no sentence by itself (a date, a place) is named by its question.
    """
    done = set(taken)
    found: dict[str, Allegation] = {}
    for block in document.blocks:
        label = block.label if isinstance(block, FieldAnswer) else ""
        said = block.answer if isinstance(block, FieldAnswer) else block.sentences if isinstance(block, Paragraph) else ()
        for one in said:
            text = f"{label}: {one.text}" if label and not one.text.endswith((".", "!", "?")) else one.text
            if one.claims and text not in done:
                found.setdefault(text, Allegation(text, one.claims))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the grid in words: ``stance`` in the language of the print; ``comment`` empty where it is not to be printed."""

    allegation: str
    stance: str
    answer: str
    comment: str
    ours: str


@dataclass(frozen=True, slots=True)
class GridWords:
    """Headings of the print: allegation, State's answer, family's comment, ours; and the sentence that says what silence is."""

    title: str
    allegation: str
    answer: str
    comment: str
    ours: str
    silence: str


def grid(rows: Sequence[Row], said: GridWords, language: str, marking: str | None, meta: tuple[tuple[str, str], ...], *, family: bool) -> Brief:
    """The grid as a document. The family's comment is left out unless ``family``: a print leaves the room more easily than a record."""
    header = (said.allegation, said.answer, *((said.comment,) if family else ()), said.ours)
    body = []
    for row in rows:
        answered = clean(f"{row.stance}: {row.answer}") if row.stance and row.answer else clean(row.stance or row.answer)
        body.append((clean(row.allegation), answered, *((clean(row.comment),) if family else ()), clean(row.ours)))
    blocks: list[Paragraph | Table] = [Paragraph((Sentence(said.silence, author=Author.LAWYER),))]
    if body:
        blocks.append(Table(header, tuple(body)))
    return Brief(clean(said.title), "", language, marking, meta, tuple(blocks), (), approved=False)
