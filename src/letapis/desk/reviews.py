"""Monthly reviews: freeze how far every log reaches and what the rules count, so that anybody can count again over the same records."""

from dataclasses import dataclass
from datetime import date

from letapis.core import reviews as rules
from letapis.core.access import Reader
from letapis.core.errors import NotFound, UsageError
from letapis.core.records import Value
from letapis.core.reviews import Knowledge, Line
from letapis.desk import items, logs, people, reading
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from letapis.desk.reading.window import parts


@dataclass(frozen=True)
class ReviewView:
    """A frozen review: month, day as of which it was counted, logs with size and root, what it was counted over, its lines."""

    review: bytes
    month: str
    day: str
    logs: tuple[tuple[str, int, bytes], ...]
    dossiers: tuple[bytes, ...]
    records: int
    digest: bytes
    lines: tuple[Line, ...]
    text: str
    author: bytes
    recorded: str


@dataclass(frozen=True)
class Again:
    """A review counted again: whether over the same records, by how many records more or fewer, and the lines now."""

    same_records: bool
    more: int
    lines: tuple[Line, ...]


def make(desk: Desk, reader: Reader, month: str, text: str = "") -> bytes:
    """Freeze the logs as this device knows them and the numbers of a month. Raises UsageError for what is no month up to this one."""
    day = rules.month_end(month, desk.clock().date())
    if day is None:
        raise UsageError("reviews.month")
    organisation = common_compartment(desk, "ORG")
    with desk.store.transaction():
        known = sorted(logs.logs(desk.store), key=lambda log: log.origin)
        homes = [home.dossier for home in reading.dossiers(desk, reader)]
        sizes = {log.device: log.frontier.size for log in known}
        records = rules.below(reading.countable_records(desk, reader, organisation, homes), sizes)
        lines = rules.recount(records, people.root(desk), _knowledge(desk), day, organisation)
        frozen = [(log.origin, log.frontier.size, log.frontier.root()) for log in known]
        body: dict[str, Value] = {"month": month, "day": day.isoformat(), "text": text.strip(), "state": "frozen"}
        body |= {"origin": tuple(one[0] for one in frozen), "size": tuple(one[1] for one in frozen), "root": tuple(one[2] for one in frozen)}
        body |= {"dossiers": b"".join(sorted(homes)), "records": len(records), "digest": rules.digest(records)}
        return items.new(desk, "review", organisation, body | {"figures": tuple(line.to_text() for line in lines)})


def _knowledge(desk: Desk) -> Knowledge:
    return Knowledge(desk.catalogue.figures, desk.catalogue.consent, desk.catalogue.vocabulary)


def reviews(desk: Desk, reader: Reader) -> list[ReviewView]:
    """All reviews, the newest first."""
    organisation = common_compartment(desk, "ORG")
    found = [_view(desk, reader, item) for item in reading.items(desk, reader, "review") if item.compartment == organisation]
    return sorted(found, key=lambda view: (view.month, view.recorded), reverse=True)


def review(desk: Desk, reader: Reader, ident: bytes) -> ReviewView:
    item = reading.item(desk, reader, ident, "review")
    if item.compartment != common_compartment(desk, "ORG"):
        raise NotFound("reading.not_found")
    return _view(desk, reader, item)


def _view(desk: Desk, reader: Reader, item: reading.ItemView) -> ReviewView:
    """A review is frozen: of several versions, which only a program that is not ours writes, the first recorded one counts."""
    first = reading.versions(desk, reader, item.item)[-1]
    r = first.record
    frozen = tuple(zip(r.texts("origin"), r.numbers("size"), r.refs("root"), strict=True))
    lines = tuple(rules.read_line(text) for text in r.texts("figures"))
    counted_over = (parts(r.raw("dossiers")), r.number("records"), r.raw("digest"))
    return ReviewView(item.item, r.text("month"), r.text("day"), frozen, *counted_over, lines, r.text("text"), first.author, first.recorded)


def again(desk: Desk, reader: Reader, ident: bytes) -> Again:
    """Count a review again over the records below its frozen sizes, as far as the reader holds them."""
    view = review(desk, reader, ident)
    devices = {log.origin: log.device for log in logs.logs(desk.store)}
    sizes = {devices[origin]: size for origin, size, _ in view.logs if origin in devices}
    organisation = common_compartment(desk, "ORG")
    records = rules.below(reading.countable_records(desk, reader, organisation, view.dossiers), sizes)
    lines = rules.recount(records, people.root(desk), _knowledge(desk), date.fromisoformat(view.day), organisation)
    return Again(rules.digest(records) == view.digest, len(records) - view.records, lines)


def verdict(view: ReviewView, counted: Again) -> str:
    """The key of what a recount means: the same, records that came late, fewer than were counted, or what must not be."""
    if counted.same_records:
        return "reviews.same" if counted.lines == view.lines else "reviews.same_records_other"
    return "reviews.late" if counted.more > 0 else "reviews.fewer"
