"""A submission after it was produced, in words: its times, and what happened to it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from letapis.core.afterwards import REPLIED, Deadline, Met
from letapis.core.errors import NotFound
from letapis.desk import filed, reading
from letapis.desk.filed import FiledView
from letapis.faces.card_words import CardWords
from letapis.faces.web.lines import Lines

TONES = {Met.OPEN: "", Met.OVERDUE: "bad", Met.MET: "good", Met.LATE: "warn", Met.ENDED: ""}


@dataclass(frozen=True)
class TimeLine:
    """One time: what, who acts (key), until when, where it stands (key) and since when, whether the body named the day."""

    what: str
    whose: str
    due: str
    state: str
    tone: str
    done: str
    named: bool


@dataclass(frozen=True)
class StepLine:
    """One thing that happened; ``item`` empty for a reply, which has a page of its own."""

    day: str
    label: str
    facts: list[tuple[str, str]]
    document: bytes
    item: bytes
    reply: bytes
    by: str


@dataclass(frozen=True)
class FiledLine:
    """A submission in a list: how far it is, and the time that ends next."""

    filed: FiledView
    card: str
    state: str
    since: str
    next: TimeLine | None


@dataclass(frozen=True)
class DayLine:
    """A time in the calendar: of which submission, the code of its dossier, the body."""

    submission: bytes
    code: str
    card: str
    time: TimeLine


def time_line(words: CardWords, time: Deadline) -> TimeLine:
    due, done = words.day(time.due.isoformat()), words.day(time.done.isoformat()) if time.done else ""
    return TimeLine(words.time(time.key), f"filed.whose.{time.whose}", due, f"filed.met.{time.state}", TONES[time.state], done, time.named)


def filed_line(words: CardWords, one: FiledView) -> FiledLine:
    runs = [time for time in one.deadlines if time.state in (Met.OPEN, Met.OVERDUE)]
    since = words.day(one.since.isoformat()) if one.since else ""
    return FiledLine(one, words.name(one.mechanism), f"filed.progress.{one.progress}", since, time_line(words, runs[0]) if runs else None)


def day_lines(request: Any, lines: Lines, first: date, last: date) -> dict[str, list[DayLine]]:
    """Times that end on these days, by day."""
    words, found = CardWords(request.desk.catalogue, request.language), dict[str, list[DayLine]]()
    for one, time in filed.between(request.desk, request.reader, first, last):
        line = DayLine(one.submission, lines.code(one.dossier), words.name(one.mechanism), time_line(words, time))
        found.setdefault(time.due.isoformat(), []).append(line)
    return found


def step_lines(request: Any, lines: Lines, words: CardWords, one: FiledView) -> list[StepLine]:
    """What happened, by day: steps that were noted, and replies of the State."""
    kinds = request.desk.catalogue.after_filing.steps
    found = [(step.text("day"), _step(request, lines, step)) for step in one.steps]
    label = kinds[REPLIED].label[lines.language]
    for reply in one.replies:
        told = [("filed.field.text", reply.text("title"))]
        found.append((reply.text("day"), StepLine(lines.date(reply.text("day")), label, told, b"", b"", reply.item, lines.name(reply.author))))
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def _step(request: Any, lines: Lines, step: reading.ItemView) -> StepLine:
    kinds = request.desk.catalogue.after_filing.steps
    kind = kinds.get(step.text("kind"))
    due = step.text("due")
    told = [
        ("filed.field.reference", step.text("reference")),
        ("filed.field.channel", _channel(request, lines, step)),
        ("filed.field.due", lines.date(due) if due else ""),
        ("filed.field.member", lines.name(step.owner) if step.owner else ""),
        ("filed.field.safety", _choice(request.desk.catalogue.replies.safety, step.text("safety"), lines.language)),
        ("filed.field.link", step.text("link")),
        ("filed.field.text", step.text("text")),
    ]
    facts, document = [(key, text) for key, text in told if text], _readable(request, step.record.raw("object"))
    label = kind.label[lines.language] if kind else step.text("kind")
    return StepLine(lines.date(step.text("day")), label, facts, document, step.item, b"", lines.name(step.author))


def _channel(request: Any, lines: Lines, step: reading.ItemView) -> str:
    """A way to a body, or a way to a family, which are two lists."""
    said = step.text("channel")
    family = _choice(request.desk.catalogue.replies.channels, said, lines.language)
    return lines.word("mechanisms.channel", said) if said and family == said else family


def _choice(table: Any, key: str, language: str) -> str:
    return str(table[key].label[language]) if key in table else key


def _readable(request: Any, item: bytes) -> bytes:
    """The document, if this member holds the part of the dossier in which it lies."""
    with suppress(NotFound):
        return reading.evidence(request.desk, request.reader, item).object if item else b""
    return b""
