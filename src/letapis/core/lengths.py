"""How long a document is, against what its body allows: the whole of it, or the answer to the one question that a limit is about."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from letapis.core.brief import Block, Brief, FieldAnswer, Heading, Paragraph, Sentence, Table, word_count
from letapis.core.forms import Form
from letapis.core.mechanisms import Mechanism, Quantity

PAGES, WORDS = "pages", "words"
WORDS_A_PAGE: Final = 500  # a part of a page cannot be counted on paper: a page of our print holds about as many words


def limits_of(card: Mechanism, form: Form, request: str) -> list[Quantity]:
    """The limits of length that hold for this document: not those of another request, and none that the form knows as past."""
    mine = [limit for limit in card.limits if limit.unit in (PAGES, WORDS) and form.limits.get(limit.what, "*")]
    return [limit for limit in mine if limit.what not in form.requests or limit.what == request]


def measured(card: Mechanism, form: Form, request: str, brief: Brief, pages: Callable[[], int]) -> dict[str, float]:
    """Limit -> length. ``pages`` counts the pages of the body in print and is asked only where a limit needs it."""
    found: dict[str, float] = {}
    for limit in limits_of(card, form, request):
        if asked := next((one for one in card.fields if one.key == form.limits.get(limit.what)), None):
            words = words_under(brief, form.label(asked, brief.language), _heading_over(form, asked.key, brief.language))
            found[limit.what] = words if limit.unit == WORDS else round(words / WORDS_A_PAGE, 1)
        else:
            found[limit.what] = word_count(brief) if limit.unit == WORDS else pages()
    return found


def _heading_over(form: Form, key: str, language: str) -> str:
    """The heading that stands for this question alone; empty where several share one."""
    return next((part.heading.get(language, "") for part in form.parts if part.answers == (key,)), "")


def words_under(brief: Brief, label: str, heading: str) -> int:
    """Words of the answer to one question: beside its label, or under the heading that stands for it."""
    inside, found = False, list[Block]()
    for block in brief.blocks:
        if isinstance(block, Heading):
            inside = bool(heading) and block.text.endswith(heading) if block.level == 1 else inside
        elif isinstance(block, FieldAnswer) and block.answer and (inside or block.label == label):
            found.append(Paragraph(block.answer))
        elif inside and not isinstance(block, FieldAnswer):
            found.append(block)
    return word_count(replace(brief, blocks=tuple(found)))


def body(brief: Brief) -> Brief:
    """The document without its index of annexes, which no body counts."""

    def plain(said: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        return tuple(replace(sentence, annexes=()) for sentence in said)

    blocks: list[Block] = []
    for block in brief.blocks:
        if isinstance(block, Paragraph):
            blocks.append(Paragraph(plain(block.sentences)))
        elif isinstance(block, FieldAnswer):
            blocks.append(replace(block, answer=plain(block.answer)))
        elif isinstance(block, Table):
            rows = tuple(tuple(cell if isinstance(cell, str) else plain(cell) for cell in row) for row in block.rows)
            blocks.append(replace(block, rows=rows))
        else:
            blocks.append(block)
    return replace(brief, blocks=tuple(blocks), annexes=())
