"""Originals that a colleague marked as hard to look at: what awaits, in whose words. The mark travels with the dossier; what a reader opens
is known to their session alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import NotFound, UsageError
from letapis.core.records import Value
from letapis.desk import care, items, reading
from letapis.desk.opening import Desk

MARKED, ENDED = "marked", "ended"
LONGEST: Final = 300
_UNSEEN: Final = "pictures"  # of a kind that nobody looked at yet; nobody marks that


@dataclass(frozen=True)
class Mark:
    """One colleague's word on an original: topics of ``care.toml``, and what else a reader should know before opening it."""

    mark: bytes
    object: bytes
    topics: tuple[str, ...]
    text: str
    member: bytes
    recorded: str


def offered(desk: Desk) -> tuple[str, ...]:
    """Topics that a colleague may name."""
    return tuple(topic for topic in desk.catalogue.care.topics if topic != _UNSEEN)


def mark(desk: Desk, reader: Reader, item: bytes, topics: Sequence[str], text: str = "") -> bytes:
    """Say that an original is hard to look at. Returns the mark's id. Another word of the same colleague takes the place of their first.

    Raises UsageError("difficult.topics") for none or an unknown one, "difficult.text" for too many words; NotFound for a safe copy.
    """
    kept = reading.evidence(desk, reader, item)
    if kept.derived_from and kept.page:
        raise NotFound("reading.not_found")
    chosen = tuple(topic for topic in offered(desk) if topic in topics)
    if not chosen or len(chosen) != len(set(topics)):
        raise UsageError("difficult.topics")
    if len(text) > LONGEST:
        raise UsageError("difficult.text")
    body: dict[str, Value] = {"topics": chosen, "text": " ".join(text.split()), "state": MARKED}
    mine = next((one for one in _items(desk, reader, item) if one.author == desk.me), None)
    if mine is not None:
        items.change(desk, reader, "difficult", mine.item, body, mine.heads)
        return mine.item
    home = reading.dossier(desk, reader, kept.dossier)
    return items.new(desk, "difficult", home.raw, {"dossier": kept.dossier, "object": item, **body})


def take_back(desk: Desk, reader: Reader, item: bytes) -> None:
    """Take one's own mark back. Raises NotFound where this member has none: a colleague's stays."""
    mine = next((one for one in _items(desk, reader, item) if one.author == desk.me and one.state == MARKED), None)
    if mine is None:
        raise NotFound("reading.not_found")
    items.change(desk, reader, "difficult", mine.item, {"state": ENDED}, mine.heads)


def marks(desk: Desk, reader: Reader, item: bytes) -> list[Mark]:
    """What colleagues said of an original, the oldest first; of a safe copy, what they said of its original."""
    kept = reading.evidence(desk, reader, item)
    return [_mark(one) for one in _items(desk, reader, kept.derived_from or item) if one.state == MARKED]


def marks_in(desk: Desk, reader: Reader, dossier: bytes) -> Mapping[bytes, list[Mark]]:
    """All marks of a dossier by original."""
    reading.dossier(desk, reader, dossier)
    found: dict[bytes, list[Mark]] = {}
    for one in reading.items(desk, reader, "difficult", dossier=dossier, state=MARKED, limit=20_000):
        found.setdefault(one.parent, []).append(_mark(one))
    return found


def topics_of(desk: Desk, said: Sequence[Mark], claims: Sequence[reading.ClaimView], kind: str) -> tuple[str, ...]:
    """Why an original is announced: what colleagues marked, what was cut from it, what its kind may show; in the order of the file.

    What somebody has looked at and marked is no longer unseen.
    """
    found = {topic for one in said for topic in one.topics} | set(care.topics_of_claims(desk, claims, "" if said else kind))
    return tuple(topic for topic in desk.catalogue.care.topics if topic in found)


def _items(desk: Desk, reader: Reader, item: bytes) -> list[reading.ItemView]:
    return reading.items(desk, reader, "difficult", parent=item)


def _mark(one: reading.ItemView) -> Mark:
    return Mark(one.item, one.parent, one.record.texts("topics"), one.text("text"), one.author, one.recorded)
