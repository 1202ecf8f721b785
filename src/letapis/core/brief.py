"""The one document model: what goes to a body is a Brief first, and every file format is made from it.

A sentence that was cut from claims names these claims; a sentence of a lawyer may stand without. Footnotes are derived from the
sentences, never typed, so no document can show a reference that the record does not have. The text is data: no mark-up is
understood anywhere, and characters that could hide or reorder what is read are refused (Unicode TR 36, bidirectional spoofing).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from letapis.core.errors import UsageError
from letapis.core.language import LANGUAGES

MAX_TEXT = 100_000
# Controls, bidirectional controls, surrogates and non-characters: invisible in print, able to change the reading, or illegal in XML.
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]")
_BLANKS = re.compile(" {2,}")
_WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc\u2011-][^\W_]+)*")


class Author(StrEnum):
    """Who wrote a sentence: the fold, out of claims; a person who answers for it; or the form of the body, which says the same for everybody."""

    CLAIMS = "claims"
    LAWYER = "lawyer"
    FORM = "form"


def clean(text: str) -> str:
    """Text fit for a Brief: NFC, line breaks and runs of blanks as one blank, without characters that a Brief refuses."""
    visible = unicodedata.normalize("NFC", _FORBIDDEN.sub("", _BREAKS.sub(" ", text)))
    return _BLANKS.sub(" ", visible).strip()


def _require(holds: bool, code: str) -> None:
    if not holds:
        raise UsageError(code)


def _text(text: str, *, empty: bool = False) -> None:
    _require(len(text) <= MAX_TEXT and not _FORBIDDEN.search(text), "brief.bad_text")
    _require(empty or bool(text.strip()), "brief.empty_text")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, the claims (32-byte record references) that carry it, and the annexes it points to."""

    text: str
    claims: tuple[bytes, ...] = ()
    annexes: tuple[int, ...] = ()
    author: Author = Author.CLAIMS

    def __post_init__(self) -> None:
        _text(self.text)
        object.__setattr__(self, "author", Author(self.author))
        _require(all(len(ref) == 32 for ref in self.claims), "brief.bad_reference")
        _require(len(set(self.claims)) == len(self.claims) and len(set(self.annexes)) == len(self.annexes), "brief.repeated_reference")
        _require(self.author is not Author.CLAIMS or bool(self.claims), "brief.sentence_without_claims")


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 to 3; levels never skip, so that a reader with a screen reader finds the way (PDF/UA-1, 7.4.2)."""

    level: int
    text: str

    def __post_init__(self) -> None:
        _require(self.level in (1, 2, 3), "brief.heading_level")
        _text(self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    sentences: tuple[Sentence, ...]

    def __post_init__(self) -> None:
        _require(bool(self.sentences), "brief.empty_text")


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """A numbered question of a body's form and our answer; ``missing`` says that a required answer is not known yet."""

    number: str
    label: str
    answer: tuple[Sentence, ...]
    missing: bool = False

    def __post_init__(self) -> None:
        _text(self.number, empty=True)
        _text(self.label)
        _require(not (self.missing and self.answer), "brief.missing_has_answer")


Cell = str | tuple[Sentence, ...]
"""A cell of a table: bare words that state no fact, or sentences with their claims, which carry footnotes like all others."""


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        _require(0 < len(self.header) <= 12, "brief.table_shape")
        _require(all(len(row) == len(self.header) for row in self.rows), "brief.table_shape")
        for name in self.header:
            _text(name)
        for row in self.rows:
            for cell in row:
                if isinstance(cell, str):
                    _text(cell, empty=True)


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


Block = Heading | Paragraph | FieldAnswer | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Annex:
    """One enclosed document: its number in this brief, what it is, its SHA-256, its media type and size in bytes."""

    number: int
    title: str
    sha256: bytes
    media_type: str = ""
    size: int = 0

    def __post_init__(self) -> None:
        _require(self.number >= 1 and self.size >= 0, "brief.annex_numbers")
        _text(self.title)
        _text(self.media_type, empty=True)
        _require(len(self.sha256) == 32, "brief.bad_digest")


@dataclass(frozen=True, slots=True)
class Brief:
    """A document for one body. ``marking`` (for example "INVENTED EXAMPLE") stands on every page; an unapproved brief is a draft.

    ``numbered``: its paragraphs have running numbers, which are printed and counted as no words.
    """

    title: str
    subtitle: str
    language: str
    marking: str | None
    meta: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    approved: bool
    numbered: bool = False

    def __post_init__(self) -> None:
        _text(self.title)
        _text(self.subtitle, empty=True)
        _require(self.language in LANGUAGES, "brief.language")
        if self.marking is not None:
            _text(self.marking)
        for label, value in self.meta:
            _text(label)
            _text(value)
        _require(tuple(annex.number for annex in self.annexes) == tuple(range(1, len(self.annexes) + 1)), "brief.annex_numbers")
        for sentence in sentences(self):
            _require(all(1 <= number <= len(self.annexes) for number in sentence.annexes), "brief.unknown_annex")
        level = 0
        for block in self.blocks:
            if isinstance(block, Heading):
                _require(block.level <= level + 1, "brief.heading_level")
                level = block.level


@dataclass(frozen=True, slots=True)
class Footnote:
    """A derived note: running number, the labels of its claims joined, the claims and the annexes it names."""

    number: int
    text: str
    refs: tuple[bytes, ...]
    annexes: tuple[int, ...]


NoteKey = tuple[tuple[bytes, ...], tuple[int, ...]]


def sentences(brief: Brief) -> Iterator[Sentence]:
    """All sentences in reading order."""
    for block in brief.blocks:
        if isinstance(block, Paragraph):
            yield from block.sentences
        elif isinstance(block, FieldAnswer):
            yield from block.answer
        elif isinstance(block, Table):
            yield from (sentence for row in block.rows for cell in row if not isinstance(cell, str) for sentence in cell)


def refs_in(brief: Brief) -> tuple[bytes, ...]:
    """The claims that carry a document, each once, in reading order."""
    return tuple(dict.fromkeys(ref for sentence in sentences(brief) for ref in sentence.claims))


def texts(brief: Brief) -> Iterator[str]:
    """Every text that is printed: on the title page, in the body and in the list of annexes. No notes, which are made of the claims."""
    yield from (brief.title, brief.subtitle, brief.marking or "")
    yield from (part for pair in brief.meta for part in pair)
    yield from _body(brief)
    yield from (annex.title for annex in brief.annexes)


def _body(brief: Brief) -> Iterator[str]:
    """Texts of the body: headings, labels, bare cells, then sentences."""
    for block in brief.blocks:
        if isinstance(block, Heading):
            yield block.text
        elif isinstance(block, FieldAnswer):
            yield block.label
        elif isinstance(block, Table):
            yield from (cell for row in (block.header, *block.rows) for cell in row if isinstance(cell, str))
    yield from (sentence.text for sentence in sentences(brief))


def ranges(numbers: Iterable[int]) -> str:
    """Numbers as a reader lists them: three or more that follow each other are one range."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}\u2013{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def note_key(sentence: Sentence) -> NoteKey:
    """Sentences with an equal key share one footnote; the key of a sentence that needs none is ``((), ())``."""
    return sentence.claims, sentence.annexes


def footnotes(brief: Brief, claim_labels: Callable[[bytes], str]) -> tuple[Footnote, ...]:
    """One footnote for each distinct set of references, numbered by first use; ``claim_labels`` gives the printed name of a claim."""
    keys = dict.fromkeys(note_key(sentence) for sentence in sentences(brief) if sentence.claims or sentence.annexes)
    return tuple(
        Footnote(number, "; ".join(clean(claim_labels(ref)) for ref in refs), refs, annexes) for number, (refs, annexes) in enumerate(keys, start=1)
    )


def note_numbers(notes: tuple[Footnote, ...]) -> Mapping[NoteKey, int]:
    """From the key of a sentence to the number of its footnote."""
    return MappingProxyType({(note.refs, note.annexes): note.number for note in notes})


def short_label(ref: bytes) -> str:
    """Name of a claim for a reader who has no list of items: the first eight hexadecimal digits of its commitment."""
    return f"C-{ref.hex()[:8]}"


def word_count(brief: Brief) -> int:
    """Words of the body as a registry counts them: headings, labels, answers, paragraphs and table cells; no notes, annexes or title page."""
    return sum(map(words_in, _body(brief)))


def words_in(text: str) -> int:
    """Words as a registry counts them."""
    return len(_WORD.findall(text))
