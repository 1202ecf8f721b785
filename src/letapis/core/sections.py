"""A long account in sections that a tired person passes one by one: where it is cut, what a section may be about, how far the pass is.

A section is known by where it begins; it ends where the next one begins. So whatever several people join and split at the same time,
sections cover the text exactly once.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, Final

LEAST: Final = 2500  # characters; about two minutes of reading
AIM: Final = 4500
MOST: Final = 6000  # a page holds it with everything beside it, also in Cyrillic
OPEN, PASSED, JOINED = "open", "passed", "joined"

# Where a new section may begin, the best first: after a blank line or at a time code, where another person speaks, at a line, at a sentence.
_BREAKS: Final = (
    re.compile(r"\n[ \t]*\n\s*(?=\S)|\n(?=[ \t]*[\[(]?\d{1,2}:\d\d(?::\d\d)?[\])]?(?:\s|$))"),
    re.compile(r"\n(?=[ \t]*(?:[—–-]\s|[^\W\d_][^\n:.!?]{0,30}:\s))"),
    re.compile(r"\n(?=\S)"),
    re.compile(r"[.!?…]+[»”\")\]]*\s+(?=\S)"),
    re.compile(r"\s(?=\S)"),
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_SUGGESTED: Final = 3
_TWICE: Final = 2


@dataclass(frozen=True, slots=True)
class Topic:
    """What a section may be about: its label, the kinds of facts it tells, beginnings of words that speak of it.

    ``care``: the topic of ``care.toml`` under which it is announced before anybody reads it; empty for what weighs on nobody.
    """

    id: str
    label: Mapping[str, str]
    groups: frozenset[str]
    stems: tuple[str, ...]
    care: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What was recorded of one section: where it begins and what a colleague said of it."""

    section: bytes
    start: int
    state: str
    topics: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section as it lies in the text now."""

    section: bytes
    start: int
    end: int
    passed: bool
    topics: tuple[str, ...]
    summary: str


def read_topics(table: Mapping[str, Any]) -> Mapping[str, Topic]:
    """Topics from the parsed file ``interview.toml``, by id."""
    topics = {}
    for row in table["topics"]:
        stems = tuple(stem for words in row["words"].values() for stem in words)
        topics[row["id"]] = Topic(row["id"], row["label"], frozenset(row["groups"]), stems, row.get("care", ""))
    return topics


def cut(text: str) -> tuple[int, ...]:
    """Where the sections of a text begin. Each holds words; none is much longer than a page shows."""
    starts = [0]
    while len(text) - starts[-1] > MOST:
        starts.append(_next(text, starts[-1]))
    kept = [start for start, end in pairwise([*starts, len(text)]) if text[start:end].strip()]
    return (0, *kept[1:])


def _next(text: str, start: int) -> int:
    """The best place near the aim, of the best kind that there is in reach."""
    low, aim, high = start + LEAST, start + AIM, start + MOST
    for breaks in _BREAKS:
        found = [match.end() for match in breaks.finditer(text, low, high) if match.end() < high]
        if found:
            return min(found, key=lambda place: abs(place - aim))
    return high


def suggest(topics: Mapping[str, Topic], text: str) -> tuple[str, ...]:
    """Topics of which a text seems to speak, in the order of the list: a person decides. Of what is hard to read one word is enough."""
    words = Counter(word.casefold() for word in _WORD.findall(text))
    scores = {topic.id: sum(count for word, count in words.items() if word.startswith(topic.stems)) for topic in topics.values()}
    likely = sorted((t for t in topics.values() if not t.care and scores[t.id] >= _TWICE), key=lambda t: -scores[t.id])[:_SUGGESTED]
    return tuple(t.id for t in topics.values() if t in likely or (t.care and scores[t.id]))


def lay_out(marks: Iterable[Mark], length: int) -> tuple[Section, ...]:
    """Sections in the order of the text. Two that begin at the same place are one, which is passed when one of them is."""
    live = sorted((mark for mark in marks if mark.state != JOINED and mark.start < length), key=lambda mark: (mark.start, mark.section))
    groups = [tuple(found) for _, found in groupby(live, key=attrgetter("start"))]
    edges = [0, *(group[0].start for group in groups[1:]), length]
    return tuple(_section(group, start, end) for group, (start, end) in zip(groups, pairwise(edges), strict=False))


def _section(marks: Sequence[Mark], start: int, end: int) -> Section:
    topics = tuple(dict.fromkeys(topic for mark in marks for topic in mark.topics))
    summary = next((mark.summary for mark in marks if mark.summary), "")
    return Section(marks[0].section, start, end, any(mark.state == PASSED for mark in marks), topics, summary)


def weighs(topics: Mapping[str, Topic], named: Iterable[str]) -> tuple[str, ...]:
    """Topics of care of a section with these topics: why it is announced and closed at first; none for most sections."""
    return tuple(dict.fromkeys(topics[one].care for one in named if one in topics and topics[one].care))


def places_to_split(text: str, section: Section) -> Iterator[tuple[int, str]]:
    """Where a section can be cut in two: the beginning of each line or sentence in it but the first, with its first words."""
    inside = text[section.start : section.end]
    found = {match.end() for breaks in _BREAKS[:4] for match in breaks.finditer(inside)}
    for place in sorted(found):
        words = inside[place:].split("\n", 1)[0].strip()
        if words and inside[:place].strip():
            yield section.start + place, words


def fitting(topics: Mapping[str, Topic], sections: Iterable[Section], fact: str) -> tuple[Section, ...]:
    """Sections that may answer a question about a fact: one of their topics tells of its kind."""
    group = fact.partition(".")[0]
    ids = {topic.id for topic in topics.values() if group in topic.groups}
    return tuple(section for section in sections if ids & set(section.topics))
