"""An original that is hard to look at stays closed, then small and grey, then as it is: each a step of its own, known to the session alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.errors import NotFound
from letapis.desk import care, difficult, reading
from letapis.faces.web.announced import Announcement, announcement, open_it
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident

CLOSED, GREY, OPEN = "closed", "grey", "open"
_GREY: Final = "opened_grey"
_KEPT: Final = 500


@dataclass(frozen=True)
class Told:
    """A colleague's mark in words."""

    topics: str
    text: str
    name: str
    recorded: str


@dataclass(frozen=True)
class Look:
    """How much of an original this reader sees now, and what was said of it. ``mine``: the reader marked it."""

    state: str
    announced: Announcement | None
    marks: tuple[Told, ...]
    topics: tuple[str, ...]
    mine: bool


def original(request: Any, item: str) -> reading.EvidenceView:
    """The item of an address, which is no page of another. Raises NotFound."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    if kept.page:
        raise NotFound("reading.not_found")
    return kept


def look(request: Any, kept: reading.EvidenceView, claims: Sequence[reading.ClaimView] | None = None) -> Look:
    """What to show of an original, or of the original that a safe page belongs to. ``claims``: those cut from it, where they are known."""
    desk, reader, item = request.desk, request.reader, _whole(kept)
    said = difficult.marks(desk, reader, item)
    cut = reading.claims(desk, reader, kept.dossier, evidence=item) if claims is None else claims
    topics = difficult.topics_of(desk, said, [claim for claim in cut if not claim.replaced], kept.kind)
    announced = announcement(request, item, topics)
    state = OPEN if announced is None else GREY if item.hex() in request.session.get(_GREY, []) else CLOSED
    return Look(state, announced, told(request, said), topics, any(one.member == desk.me for one in said))


def _whole(kept: reading.EvidenceView) -> bytes:
    return kept.derived_from if kept.page else kept.object


def told(request: Any, said: Sequence[difficult.Mark]) -> tuple[Told, ...]:
    """Marks in words."""
    lines, known = Lines(request), request.desk.catalogue.care.topics
    labels = {one.mark: [known[topic].label[request.language] for topic in one.topics if topic in known] for one in said}
    return tuple(Told(", ".join(labels[one.mark]), one.text, lines.name(one.member), one.recorded) for one in said)


def open_as(request: Any, kept: reading.EvidenceView, state: str) -> None:
    """The reader takes the next step. Each original is counted for them once, at the first of the two."""
    found, item = look(request, kept), kept.object.hex()
    if found.state == CLOSED and state == GREY:
        care.opened(request.desk, request.reader, found.topics)
        request.session[_GREY] = [*request.session.get(_GREY, []), item][-_KEPT:]
    elif found.state == GREY and state == OPEN:
        open_it(request, kept.object, found.topics, counted=True)
    elif state == OPEN:
        open_it(request, kept.object, found.topics)


def require_open(request: Any, kept: reading.EvidenceView) -> None:
    """Raises NotFound while this reader has not opened what these bytes belong to: an address that was guessed shows nothing either."""
    if look(request, kept).state != OPEN:
        raise NotFound("web.closed_yet")
