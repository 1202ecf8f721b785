"""PDF of a Brief: PDF/A-2a (ISO 19005-2) for archives and PDF/UA-1 (ISO 14289-1) for readers with a screen reader.

Typst compiles in this process, in memory, with its embedded typefaces only: the same brief gives the same bytes on every machine.
The page template is ours; all text of people travels as JSON in ``sys.inputs`` and is never part of the source.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from letapis.core.brief import Block, Brief, Cell, FieldAnswer, Heading, Paragraph, Sentence, Table, short_label
from letapis.core.errors import Damaged
from letapis.core.language import Texts
from letapis.engines.render.words import SMALL, ClaimLabels, Words, letters, paragraphs, shares, short_title, small, tied, title_lines, words

# The compiler reports most absent letters at once; a letter that it met only behind another one shows up in the next run.
_ATTEMPTS = 4
_KEPT = 1200
STANDARDS = ["a-2a", "ua-1"]
_NO_GLYPH = re.compile(r'the text `("(?:[^"\\]|\\.)*")` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


def pdf(brief: Brief, texts: Texts, *, on: date, claim_labels: ClaimLabels = short_label) -> bytes:
    """The PDF of ``brief`` dated ``on``. A letter that no embedded typeface has is printed as its number, ``[U+4E2D]``."""
    return _compiled(brief, texts, on, claim_labels, "pdf")[0]


def page_count(brief: Brief, texts: Texts, *, on: date) -> int:
    """How many pages ``brief`` has in print."""
    return len(_compiled(brief, texts, on, short_label, "png", 8))


def _compiled(brief: Brief, texts: Texts, on: date, claim_labels: ClaimLabels, form: str, ppi: float = 144) -> tuple[bytes, ...]:
    data = tied(json.dumps(_tree(words(brief, texts, claim_labels), on), ensure_ascii=False))
    return typeset(_template(), "brief", data, on, form, ppi)


def typeset(template: bytes, name: str, data: str, on: date, form: str, ppi: float = 144) -> tuple[bytes, ...]:
    """Pages of a template of ours that reads ``data`` (JSON) under this name, as "pdf" or "png". A letter that no embedded typeface has is
    printed as its number. Raises Damaged("brief.not_rendered")."""
    stamp = datetime(on.year, on.month, on.day, tzinfo=UTC)
    compiler: Callable[..., bytes | list[bytes]] = typst.compile
    for attempt in range(_ATTEMPTS):
        options: dict[str, Any] = {"pdf_standards": STANDARDS} if form == "pdf" else {"ppi": ppi}
        try:
            made = compiler(template, format=form, ignore_system_fonts=True, sys_inputs={name: data}, timestamp=stamp, **options)
        except typst.TypstError as error:
            # The message of the compiler quotes the document, so it must not travel on as a cause.
            absent = _absent_letters(error.diagnostic)
            if not absent or attempt == _ATTEMPTS - 1:
                raise Damaged("brief.not_rendered") from None
            data = "".join(f"[U+{ord(letter):04X}]" if letter in absent else letter for letter in data)
        else:
            return tuple(made) if isinstance(made, list) else (made,)
    raise Damaged("brief.not_rendered")


@cache
def _template() -> bytes:
    return files("letapis").joinpath("data/look/brief.typ").read_bytes()


def _absent_letters(message: str) -> frozenset[str]:
    found = (_ESCAPED.sub(lambda match: chr(int(match[1], 16)), quoted[1:-1]) for quoted in _NO_GLYPH.findall(message))
    return frozenset(letter for text in found for letter in text if ord(letter) > 0x7E)


def _tree(said: Words, on: date) -> dict[str, Any]:
    """What the template reads. ``first`` marks the sentence that carries the footnote; later ones repeat its number."""
    brief, numbers, met, counted = said.brief, said.numbers(), set[int](), said.counted()

    def sentence(one: Sentence) -> dict[str, Any]:
        number = numbers(one)
        first = number is not None and number not in met
        if number is not None:
            met.add(number)
        return {"text": one.text, "note": number, "first": first}

    def said_in(told: Sequence[Sentence]) -> list[dict[str, Any]]:
        return [{"number": counted(), "said": [sentence(s) for s in some]} for some in paragraphs(told)]

    def block(one: Block, named: bool) -> dict[str, Any]:
        match one:
            case Heading(level, text):
                return {"kind": "heading", "level": level, "text": text}
            case Paragraph(sentences):
                return {"kind": "paragraph", "paragraphs": said_in(sentences)}
            case FieldAnswer(number, label, answer, missing):
                return {"kind": "field", "number": number, "label": label if named else "", "answer": said_in(answer), "missing": missing}
            case Table(header, rows) as table:
                cells = [[{"text": cell} if isinstance(cell, str) else {"said": [sentence(s) for s in cell]} for cell in row] for row in rows]
                return {
                    "kind": "table",
                    "header": header,
                    "rows": cells,
                    "whole": [_fits(row) for row in rows],
                    "small": small(table),
                    "shares": shares(table),
                }
        return {"kind": "page_break"}

    names = ("annexes", "annex_number", "annex_title", "annex_digest", "missing", "unanswered", "page", "of")
    return {
        "title": brief.title,
        "lines": title_lines(brief),
        "few_annexes": len(brief.annexes) <= SMALL,
        "short": short_title(brief),
        "subtitle": brief.subtitle,
        "language": brief.language,
        "date": [on.year, on.month, on.day],
        "marking": brief.marking,
        "draft": said.draft,
        "meta": said.meta,
        "blocks": [block(one, named) for one, named in said.blocks()],
        "notes": [said.note(note) for note in said.notes],
        "annexes": [{"number": str(a.number), "title": a.title, "detail": said.detail(a), "digest": _halves(a.sha256.hex())} for a in brief.annexes],
        "words": {name: said.say(name) for name in names},
    }


def _fits(row: Sequence[Cell]) -> bool:
    """Whether a row of a table is short enough to be kept on one page: one that fills half a page may break."""
    return max(map(letters, row)) <= _KEPT


def _halves(digits: str) -> list[str]:
    return [digits[:32], digits[32:]]
