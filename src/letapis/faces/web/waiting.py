"""Passages that wait for a second pair of eyes, as lists show them. Of difficult ones a list says only what they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator

from letapis.desk import care, reading
from letapis.faces.web.lines import Lines

_WORDS = 160


@dataclass(frozen=True)
class WaitingLine:
    """``passage`` leads to the page of a passage; without one the claim is checked on its own page. ``topics``: what is difficult about it."""

    code: str
    words: str
    labels: tuple[str, ...]
    passage: bytes
    claim: bytes
    source: str
    author: str
    topics: tuple[str, ...]


def waiting_lines(request: Any, lines: Lines, found: Iterable[reading.Waiting]) -> tuple[list[WaitingLine], int]:
    """Lines of a list, and how many are left to colleagues because this member does not want to see what they are about."""
    wishes = care.preferences(request.desk, request.reader)
    told = [(one, care.topics_of_claims(request.desk, one.claims)) for one in found]
    shown = [(one, topics) for one, topics in told if not wishes.leaves(topics)]
    labels = {topic.id: topic.label[request.language] for topic in request.desk.catalogue.care.topics.values()}
    return [_line(lines, one, tuple(labels[topic] for topic in topics)) for one, topics in shown], len(told) - len(shown)


def _line(lines: Lines, one: reading.Waiting, topics: tuple[str, ...]) -> WaitingLine:
    first = one.claims[0]
    words = one.passage.text if one.passage and not topics else ""
    return WaitingLine(
        code=lines.code(one.dossier),
        words=words if len(words) <= _WORDS else words[:_WORDS].rsplit(" ", 1)[0] + " …",
        labels=tuple(_label(lines, claim, topics) for claim in one.claims[:4]),
        passage=one.passage.rid if one.passage else b"",
        claim=first.rid,
        source=lines.source(first.dossier, first.source).code,
        author=lines.name(first.author),
        topics=topics,
    )


def _label(lines: Lines, claim: reading.ClaimView, topics: tuple[str, ...]) -> str:
    label = lines.label(claim.property)
    return label if topics else f"{label}: {Truncator(lines.value(claim)).chars(_WORDS)}"
