"""Care for those who read: which material weighs on people, and what to propose to a reader who has opened much of it.

Nobody but the reader is told anything: what was opened is counted by day and topic, never by page, and the proposals are for them alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from letapis.core.answers import Answer


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of material that weighs: facts that tell of it, kinds of evidence that may show it. ``worst``: better not looked at alone."""

    id: str
    label: Mapping[str, str]
    facts: frozenset[str]
    kinds: frozenset[str]
    worst: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to propose when so much was opened within so many days."""

    id: str
    days: int
    opened: int


@dataclass(frozen=True, slots=True)
class Care:
    """Topics by id in the order of the file, and proposals from the shortest span to the longest."""

    topics: Mapping[str, Topic]
    proposals: tuple[Proposal, ...]

    def topics_of(self, facts: Iterable[str], kind: str = "") -> tuple[str, ...]:
        """Topics of material by the facts that were cut from it and by its kind, in the order of the file."""
        told = frozenset(facts)
        return tuple(t.id for t in self.topics.values() if t.facts & told or (kind and kind in t.kinds))

    def worst(self, topics: Iterable[str]) -> bool:
        """One of the topics is better not looked at alone."""
        return any(self.topics[topic].worst for topic in topics if topic in self.topics)


def read_care(table: Mapping[str, Any]) -> Care:
    """Care from the parsed file ``care.toml``."""
    topics = [
        Topic(entry["id"], entry["label"], frozenset(entry.get("facts", ())), frozenset(entry.get("kinds", ())), entry.get("worst", False))
        for entry in table["topics"]
    ]
    proposals = sorted((Proposal(p["id"], p["days"], p["opened"]) for p in table["proposals"]), key=lambda p: p.days)
    return Care({topic.id: topic for topic in topics}, tuple(proposals))


def opened_within(opened: Mapping[date, int], today: date, days: int) -> int:
    """How much was opened on the last ``days`` days, today included. Days ahead of today count for nothing."""
    first = today - timedelta(days=days - 1)
    return sum(count for day, count in opened.items() if first <= day <= today)


def proposal(care: Care, opened: Mapping[date, int], today: date) -> Answer | None:
    """What to propose to this reader, by the longest span that was too much; None when nothing was."""
    for one in reversed(care.proposals):
        count = opened_within(opened, today, one.days)
        if count >= one.opened:
            return Answer(True, f"care.proposal.{one.id}", {"count": count, "days": one.days})
    return None


def hidden(topics: Sequence[str], avoided: Iterable[str]) -> bool:
    """The reader asked not to be shown material of one of these topics."""
    return not frozenset(topics).isdisjoint(avoided)
