"""A document that was composed: what it still lacks, whether it is what would be composed now, and in which words its sentences go out."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from letapis.core.brief import Author, Block, Brief, Cell, FieldAnswer, Heading, Paragraph, Sentence, Table
from letapis.core.dates import is_partial_date


def missing(brief: Brief) -> tuple[str, ...]:
    """Labels of required questions that have no answer."""
    return tuple(block.label for block in brief.blocks if isinstance(block, FieldAnswer) and block.missing)


def is_as_composed(document: Brief, fresh: Brief) -> bool:
    """Whether a document is what would be composed now, word for word and annex for annex; only its day may be an earlier one.

    A draft that was altered by hand, and one that the record has outgrown, are told apart by nobody: neither may leave.
    """
    day = document.meta[0][1] if document.meta else ""
    known = replace(fresh, meta=((fresh.meta[0][0], day), *fresh.meta[1:])) if fresh.meta and is_partial_date(day) else fresh
    return replace(document, approved=False) == replace(known, approved=False)


def in_other_words(brief: Brief, worded: Callable[[Sentence], str | None]) -> Brief:
    """The document with each sentence in the words in which it may go out; None takes it out. A heading over nothing goes with it."""
    blocks: list[Block] = []
    for block in brief.blocks:
        if isinstance(block, FieldAnswer):
            blocks.append(replace(block, answer=_worded(block.answer, worded)))
        elif isinstance(block, Table):
            blocks.append(replace(block, rows=_worded_rows(block, worded)))
        elif not isinstance(block, Paragraph):
            blocks.append(block)
        elif said := _worded(block.sentences, worded):
            blocks.append(Paragraph(said))
        elif blocks and isinstance(blocks[-1], Heading) and blocks[-1].level > 1:
            blocks.pop()
    return replace(brief, blocks=tuple(blocks))


def _worded(said: Iterable[Sentence], worded: Callable[[Sentence], str | None]) -> tuple[Sentence, ...]:
    """Sentences on the same claims that come out alike are said once. The words of a form are nobody's to reword."""
    texts = [(sentence, sentence.text if sentence.author is Author.FORM else worded(sentence)) for sentence in said]
    found = [replace(sentence, text=text) for sentence, text in texts if text is not None]
    return tuple(dict.fromkeys(found))


def _worded_rows(table: Table, worded: Callable[[Sentence], str | None]) -> tuple[tuple[Cell, ...], ...]:
    """Rows whose sentences all stay out go too: a date alone would still tell that something is withheld."""
    rows = []
    for row in table.rows:
        cells = tuple(cell if isinstance(cell, str) else _worded(cell, worded) for cell in row)
        if any(cell for cell in cells if not isinstance(cell, str)) or all(isinstance(cell, str) for cell in row):
            rows.append(cells)
    return tuple(rows)
