"""After filing: what happened to a submission, and which days follow from it. Days are compared, never hours, and the day is given.

Which time runs from what to what is data (``after_filing.toml``); how long it runs stands in the card of the body, and a day that the
body named itself goes first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from letapis.core.errors import Refused, UsageError
from letapis.core.filed import Earlier
from letapis.core.mechanisms import Mechanism, Quantity
from letapis.core.periods import after

SENT, REPLIED, DECIDED, WITHDRAWN, TOLD = "sent", "state_reply", "decision", "withdrawn", "family_told"


class Whose(StrEnum):
    """Who has to act until the day."""

    US = "us"
    STATE = "state"
    BODY = "body"


class Met(StrEnum):
    """Where a time stands: it runs, it is over with nothing done, it was met, met too late, or has no object any more."""

    OPEN = "open"
    OVERDUE = "overdue"
    MET = "met"
    LATE = "late"
    ENDED = "ended"


class Progress(StrEnum):
    """How far a submission is."""

    PRODUCED = "produced"
    SENT = "sent"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class StepKind:
    """One thing that can happen, with what is asked beside the day."""

    id: str
    label: Mapping[str, str]
    fields: tuple[str, ...]
    ends: bool = False
    by_reply: bool = False
    due_required: bool = False


@dataclass(frozen=True, slots=True)
class TimeRule:
    """From what to what times of a card run. ``named``: the body may name the day, also where its card counts none."""

    keys: tuple[str, ...]
    whose: Whose
    starts: tuple[str, ...]
    met_by: frozenset[str]
    named: bool
    after_final: bool


@dataclass(frozen=True)
class AfterWords:
    """The data file: kinds of steps in their order, and the rules of times."""

    steps: Mapping[str, StepKind]
    times: tuple[TimeRule, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day; ``due``: the day that the body named with it. Where the day is known to a month or a year only,
    ``day`` is the first that it can be and ``last`` the last."""

    kind: str
    day: date
    due: date | None = None
    last: date | None = None

    @property
    def end(self) -> date:
        return self.last or self.day


@dataclass(frozen=True, slots=True)
class Deadline:
    """One time that runs or ran: who acts, from when, until when, and where it stands. ``named``: the body named the day; ``done``: the day of
    what met it."""

    key: str
    whose: Whose
    start: date
    due: date
    state: Met
    named: bool
    done: date | None = None


def read_after_words(table: Mapping[str, Any]) -> AfterWords:
    """Kinds and times from the parsed file ``after_filing.toml``."""
    steps = {
        e["id"]: StepKind(e["id"], e["label"], tuple(e["fields"]), e.get("ends", False), e.get("by_reply", False), e.get("due_required", False))
        for e in table["steps"]
    }
    return AfterWords(steps, tuple(_read_time(entry) for entry in table["times"]))


def _read_time(entry: Mapping[str, Any]) -> TimeRule:
    runs = tuple(entry["starts"]), frozenset(entry["met_by"])
    return TimeRule(tuple(entry["keys"]), Whose(entry["whose"]), *runs, entry.get("named", False), entry.get("after_final", False))


def deadlines(card: Mechanism, words: AfterWords, events: Iterable[Event], today: date) -> tuple[Deadline, ...]:
    """Every time of the card that has begun, by the day it ends. The order of the events does not matter."""
    happened, found = tuple(events), []
    for rule in words.times:
        counted: dict[str, Quantity | None] = {time.what: time for time in card.timing if time.what in rule.keys}
        found += [_deadline(key, rule, happened, words, time, today) for key, time in (counted or {rule.keys[0]: None}).items()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.due, one.key)))


def _deadline(key: str, rule: TimeRule, events: Sequence[Event], words: AfterWords, time: Quantity | None, today: date) -> Deadline | None:
    """None while nothing has begun it, and for a time that neither the card nor the body counted. Of a beginning that is not known to the
    day, our own times run from the first day it can be, so that none is missed, and those of others from the last."""
    start = _start(rule, events)
    if start is None:
        return None
    begun = start.day if rule.whose is Whose.US else start.end
    named = start.due if rule.named else None
    due = named or (after(begun, time.value, time.unit) if time else None)
    if due is None:
        return None
    done = min((max(event.day, start.day) for event in events if event.kind in rule.met_by and event.end >= start.day), default=None)
    final = not rule.after_final and any(event.end >= start.day and _ends(words, event.kind) for event in events)
    state = _state(due, done, final=final, today=today)
    return Deadline(key, rule.whose, begun, due, state, named is not None, done)


def _state(due: date, done: date | None, *, final: bool, today: date) -> Met:
    if done is not None:
        return Met.MET if done <= due else Met.LATE
    if final:
        return Met.ENDED
    return Met.OVERDUE if today > due else Met.OPEN


def _start(rule: TimeRule, events: Sequence[Event]) -> Event | None:
    """Of the first kind that happened, the latest one; of several on a day one that names a day."""
    for kind in rule.starts:
        found = [event for event in events if event.kind == kind]
        if found:
            return max(found, key=lambda event: (event.day, event.due is not None, event.due or event.day))
    return None


def _ends(words: AfterWords, kind: str) -> bool:
    return kind in words.steps and words.steps[kind].ends


def progress(events: Iterable[Event]) -> tuple[Progress, date | None]:
    """How far a submission is, and since when. A body that has answered had it, whether or not somebody noted the sending; what it has
    decided stays decided, whoever withdraws it afterwards."""
    days: dict[str, date] = {}
    for event in events:
        days[event.kind] = min(event.day, days.get(event.kind, event.day))
    for kind, reached in ((DECIDED, Progress.DECIDED), (WITHDRAWN, Progress.WITHDRAWN), (SENT, Progress.SENT)):
        if kind in days:
            return reached, days[kind]
    others = [day for kind, day in days.items() if kind != TOLD]
    return (Progress.SENT, min(others)) if others else (Progress.PRODUCED, None)


def earlier_of(submissions: Iterable[tuple[str, Sequence[Event]]]) -> Earlier:
    """What bodies have from us, from each submission's body and what happened to it; a body that still has one of two has it."""
    sent: dict[str, str] = {}
    decided: dict[str, str] = {}
    for body, events in submissions:
        reached, since = progress(events)
        if since is not None and reached in (Progress.SENT, Progress.DECIDED):
            table = sent if reached is Progress.SENT else decided
            table[body] = max(since.isoformat(), table.get(body, ""))
    return Earlier(sent, {body: day for body, day in decided.items() if body not in sent})


def require_step(words: AfterWords, kind: str, day: date, due: date | None, events: Sequence[Event], today: date) -> StepKind:
    """The kind of a step that may be recorded now. Raises UsageError for a kind, day or named day that is none; Refused("filed.not_sent")
    before the sending was noted, Refused("filed.sent_already") for a second sending."""
    known = words.steps.get(kind)
    if known is None or known.by_reply:
        raise UsageError("filed.kind")
    if day > today:
        raise UsageError("filed.day_future")
    if due is not None and due < day:
        raise UsageError("filed.due_before")
    if due is None and known.due_required:
        raise UsageError("filed.due")
    sent = any(event.kind == SENT for event in events)
    if kind == SENT and sent:
        raise Refused("filed.sent_already")
    if kind != SENT and not sent:
        raise Refused("filed.not_sent")
    return known
