"""Sections of an interview in lists: number, first words or the line that stands in their place, topics, whether they are passed."""

from dataclasses import dataclass
from typing import Any, Final

from letapis.core.sections import Section, weighs
from letapis.desk.interview_sections import Talk

_WORDS: Final = 90


@dataclass(frozen=True)
class SectionLine:
    """``words`` are the section's own beginning; of one that is hard to read only its summary is shown, never its words."""

    number: int
    section: Section
    words: str
    topics: tuple[str, ...]
    hard: bool


def section_lines(request: Any, talk: Talk) -> list[SectionLine]:
    topics = request.desk.catalogue.topics
    found = []
    for number, one in enumerate(talk.sections, 1):
        hard = bool(weighs(topics, one.topics))
        beginning = "" if hard else " ".join(talk.words(one)[: 2 * _WORDS].split())
        words = one.summary or (beginning if len(beginning) <= _WORDS else beginning[:_WORDS].rsplit(" ", 1)[0] + " …")
        labels = tuple(topics[topic].label[request.language] if topic in topics else topic for topic in one.topics)
        found.append(SectionLine(number, one, words, labels, hard))
    return found
