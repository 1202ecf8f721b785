"""Passages that wait for a second pair of eyes, as lists show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import Truncator

from letapis.desk import reading
from letapis.faces.web.lines import Lines

_WORDS = 160


@dataclass(frozen=True)
class WaitingLine:
    """``passage`` leads to the page of a passage; without one the claim is checked on its own page."""

    code: str
    words: str
    labels: tuple[str, ...]
    passage: bytes
    claim: bytes
    source: str
    author: str


def waiting_lines(lines: Lines, found: Iterable[reading.Waiting]) -> list[WaitingLine]:
    return [_line(lines, one) for one in found]


def _line(lines: Lines, one: reading.Waiting) -> WaitingLine:
    first = one.claims[0]
    words = one.passage.text if one.passage else ""
    return WaitingLine(
        code=lines.code(one.dossier),
        words=words if len(words) <= _WORDS else words[:_WORDS].rsplit(" ", 1)[0] + " …",
        labels=tuple(f"{lines.label(claim.property)}: {Truncator(lines.value(claim)).chars(_WORDS)}" for claim in one.claims[:4]),
        passage=one.passage.rid if one.passage else b"",
        claim=first.rid,
        source=lines.source(first.dossier, first.source).code,
        author=lines.name(first.author),
    )
