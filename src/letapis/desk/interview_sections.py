"""The text of an interview, section by section: pass, join, split; and which sections may answer what is still missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.records import Value
from letapis.core.sections import JOINED, OPEN, PASSED, Mark, Section, fitting, lay_out, places_to_split, weighs
from letapis.desk import interviews, items, ledger, qualify, reading
from letapis.desk.opening import Desk

MAX_SUMMARY = 200


@dataclass(frozen=True)
class Talk:
    """An interview with its text and its sections in order. ``marks`` are what the sections are made of."""

    item: reading.ItemView
    note: reading.NoteView
    sections: tuple[Section, ...]
    marks: tuple[Mark, ...]

    @property
    def passed(self) -> int:
        return sum(section.passed for section in self.sections)

    def words(self, section: Section) -> str:
        return self.note.text[section.start : section.end]

    def number(self, section: bytes) -> int:
        """Which section of the talk this is, from 1. Raises NotFound for one that was joined to another."""
        found = next((n for n, one in enumerate(self.sections, 1) if one.section == section), 0)
        if not found:
            raise NotFound("reading.not_found")
        return found

    def next_open(self, after: int) -> bytes:
        """The next section that waits, after this number or else from the beginning; empty when all are passed."""
        waiting = [one for one in (*self.sections[after:], *self.sections[:after]) if not one.passed]
        return waiting[0].section if waiting else b""


def talk(desk: Desk, reader: Reader, ident: bytes) -> Talk:
    """Raises NotFound for what is no interview of theirs, or has no text yet."""
    item = interviews.interview(desk, reader, ident)
    note = reading.note(desk, reader, item.record.raw("note"))
    marks = tuple(_mark(desk, reader, one) for one in reading.items(desk, reader, "interview_section", parent=ident))
    return Talk(item, note, lay_out(marks, len(note.text)), marks)


def talk_of(desk: Desk, reader: Reader, section: bytes) -> Talk:
    """The talk to which a section belongs."""
    return talk(desk, reader, reading.item(desk, reader, section, "interview_section").parent)


def sections_within(desk: Desk, reader: Reader, note: reading.NoteView, start: int, end: int) -> list[Section]:
    """The sections that these characters of a note touch; none when the note is no interview."""
    talks = [one for one in reading.items(desk, reader, "interview", dossier=note.dossier) if one.record.raw("note") == note.note]
    if not talks:
        return []
    return [one for one in talk(desk, reader, talks[0].item).sections if one.start < end and one.end > start]


def _mark(desk: Desk, reader: Reader, one: reading.ItemView) -> Mark:
    """A section of which two colleagues said different things is passed when both passed it, and gone when one joined it."""
    records = [one.record]
    if one.contested:
        records = [version.record for version in reading.versions(desk, reader, one.item) if version.is_head]
    states = {record.text("state") for record in records}
    state = JOINED if JOINED in states else OPEN if OPEN in states else PASSED
    topics = tuple(dict.fromkeys(topic for record in records for topic in record.texts("topics")))
    summary = next((record.text("summary") for record in records if record.text("summary")), "")
    return Mark(one.item, one.number, state, topics, summary)


def pass_section(
    desk: Desk, reader: Reader, section: bytes, topics: Sequence[str], summary: str = "", seen: tuple[bytes, ...] = ()
) -> bytes:
    """Say what a section is about, and that it was read. ``seen``: the versions that were on the page. Returns the next one that waits,
    or nothing.

    Raises UsageError("interviews.summary") for a difficult one without the line that others read first.
    """
    found = talk_of(desk, reader, section)
    number, line = found.number(section), " ".join(summary.split())
    if not set(topics) <= set(desk.catalogue.topics):
        raise UsageError("interviews.topics")
    if len(line) > MAX_SUMMARY or (weighs(desk.catalogue.topics, topics) and not line):
        raise UsageError("interviews.summary")
    changes: dict[str, Value] = {"topics": tuple(topics), "summary": line, "state": PASSED}
    items.change(desk, reader, "interview_section", section, changes, seen)
    return talk(desk, reader, found.item.item).next_open(number)


def join(desk: Desk, reader: Reader, section: bytes, seen: tuple[bytes, ...] = ()) -> None:
    """Make one section of this one and the next. ``seen``: the versions that were on the page.

    Raises Refused("interviews.last_section") for the last one.
    """
    found = talk_of(desk, reader, section)
    number = found.number(section)
    if number == len(found.sections):
        raise Refused("interviews.last_section")
    first, second = found.sections[number - 1 : number + 1]
    topics = tuple(dict.fromkeys((*first.topics, *second.topics)))
    changes: dict[str, Value] = {"topics": topics, "state": PASSED if first.passed and second.passed else OPEN}
    changes["summary"] = "; ".join(one.summary for one in (first, second) if one.summary)
    gone = [mark.section for mark in found.marks if mark.start == second.start and mark.state != JOINED]
    drafts = [items.changed(desk, reader, "interview_section", section, changes, seen)]
    drafts += [items.changed(desk, reader, "interview_section", one, {"state": JOINED}) for one in gone]
    ledger.append(desk, drafts)


def split(desk: Desk, reader: Reader, section: bytes, place: int, seen: tuple[bytes, ...] = ()) -> bytes:
    """Begin a new section at this character of the text; both parts are to be passed again. ``seen``: the versions that were on the
    page. Returns the new one.

    Raises UsageError("interviews.place") for a place that is not offered.
    """
    found = talk_of(desk, reader, section)
    old = found.sections[found.number(section) - 1]
    if place not in {one for one, _ in places_to_split(found.note.text, old)}:
        raise UsageError("interviews.place")
    body: dict[str, Value] = {"dossier": found.item.dossier, "interview": found.item.item, "start": place, "topics": old.topics}
    new = items.draft(desk, "interview_section", found.item.compartment, body | {"summary": old.summary, "state": OPEN})
    ledger.append(desk, [items.changed(desk, reader, "interview_section", section, {"state": OPEN}, seen), new])
    made = new.body["section"]
    assert isinstance(made, bytes)
    return made


@dataclass(frozen=True)
class Wanted:
    """A fact that nobody recorded yet, the norms that it could move, and the sections that may tell it."""

    fact: str
    norms: tuple[str, ...]
    sections: tuple[Section, ...]


def missing(desk: Desk, reader: Reader, ident: bytes, norm: str = "", mechanism: str = "") -> list[Wanted]:
    """What a norm, or the norms of a mechanism, still need to know of the person who told, with the sections to look into.

    Raises NotFound for a norm or mechanism that does not exist, or when the dossier names no person.
    """
    found = talk(desk, reader, ident)
    card = desk.catalogue.mechanisms.get(mechanism)
    if mechanism and card is None:
        raise NotFound("law.unknown_mechanism")
    norms = tuple(one for one in card.norms if one in desk.catalogue.rulebook.norms) if card else (norm,)
    page = qualify.qualify(desk, reader, found.item.dossier, norms, person=found.item.record.raw("subject"))
    topics, vocabulary = desk.catalogue.topics, desk.catalogue.vocabulary
    wanted = [Wanted(q.fact, q.norms, fitting(topics, found.sections, q.fact)) for q in page.questions if q.fact in vocabulary]
    return sorted(wanted, key=lambda one: (vocabulary.fact(one.fact).asked_of != "person", not one.sections))
