"""Difficult material is announced first and stays closed until its reader opens it.

What a page would show is named by its topics; the reader opens it by a button, or does not. Which things are open is known to the
session alone and forgotten with it; that something was opened is counted for the reader (``desk.care``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.care import hidden
from letapis.desk import care
from letapis.faces.web.lines import Lines

_OPEN: Final = "opened"
_KEPT: Final = 500  # things open at a time in one session; the oldest are closed again


@dataclass(frozen=True)
class Announcement:
    """What stands in the place of difficult material: topics in words, whether the reader asked not to see them, whom to ask along."""

    topics: tuple[str, ...]
    avoided: bool
    worst: bool
    company: tuple[str, ...]


def announcement(request: Any, what: bytes, topics: Sequence[str]) -> Announcement | None:
    """What to show in its place; None when there is nothing difficult or the reader has opened it."""
    if not topics or what.hex() in request.session.get(_OPEN, []):
        return None
    known, lines = request.desk.catalogue.care, Lines(request)
    worst = known.worst(topics)
    others = [lines.name(member) for member in care.company(request.desk, request.reader) if member != request.desk.me] if worst else []
    avoided = hidden(topics, care.preferences(request.desk, request.reader).avoided)
    return Announcement(tuple(known.topics[topic].label[request.language] for topic in topics), avoided, worst, tuple(others))


def open_it(request: Any, what: bytes, topics: Sequence[str], counted: bool = False) -> None:
    """The reader opens it: from here on it is shown to them, and counted for them unless it was ``counted`` before."""
    if topics and what.hex() not in request.session.get(_OPEN, []):
        if not counted:
            care.opened(request.desk, request.reader, topics)
        request.session[_OPEN] = [*request.session.get(_OPEN, []), what.hex()][-_KEPT:]
