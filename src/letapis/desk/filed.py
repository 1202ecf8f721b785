"""What happens to a submission after it was produced: sent, acknowledged, answered, decided; the days that follow; what the family was told.

Each step is a working item of the dossier. A time that somebody has to act in is a task too, so that it stands on the first page when it is
due; the step that meets it closes the task. What a body has from us counts on the next filing without anybody typing it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from letapis.core import afterwards as rules
from letapis.core.access import Reader
from letapis.core.afterwards import Deadline, Event, Met, Progress, StepKind, Whose
from letapis.core.dates import bounds
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.filed import HANDED, Earlier
from letapis.core.records import Draft, Value
from letapis.desk import items, ledger, reading, tasks
from letapis.desk.opening import Desk
from letapis.desk.task_words import Said
from letapis.engines.db import models

DEADLINE: Final = "deadline"
CHANNELS: Final = ("email", "post", "portal", "secure", "human", "other")
_LONGEST: Final = {"reference": 200, "link": 500, "text": 4000}
_ALL: Final = 5000
_BACK: Final = 3 * 366  # days; no time of a card runs longer


@dataclass(frozen=True)
class StepForm:
    """What happened: the day, and of the rest what its kind asks. ``due``: the day that the body named; ``document``: an item of evidence."""

    kind: str
    day: str
    due: str = ""
    channel: str = ""
    reference: str = ""
    text: str = ""
    document: bytes = b""
    link: str = ""
    member: bytes = b""
    safety: str = ""


@dataclass(frozen=True)
class FiledView:
    """A submission with what happened to it. ``steps`` are working items that nobody took back, ``replies`` those of
    the State, both by day."""

    submission: bytes
    ref: bytes
    dossier: bytes
    mechanism: str
    steps: tuple[reading.ItemView, ...]
    replies: tuple[reading.ItemView, ...]
    deadlines: tuple[Deadline, ...]
    progress: Progress
    since: date | None


def of_dossier(desk: Desk, reader: Reader, dossier: bytes) -> list[FiledView]:
    """Every submission of a dossier with what happened to it, the newest first."""
    reading.dossier(desk, reader, dossier)
    rows = models.Submission.objects.using(desk.store.alias).filter(dossier=dossier).order_by("-recorded", "ref")
    steps = reading.items(desk, reader, "filing_step", dossier=dossier, limit=_ALL)
    return _views(desk, rows, steps, reading.items(desk, reader, "reply", dossier=dossier, limit=_ALL))


def filed(desk: Desk, reader: Reader, submission: bytes) -> FiledView:
    """One submission. Raises NotFound for what is none, or of a dossier that is not theirs."""
    row = models.Submission.objects.using(desk.store.alias).filter(rid=submission).first()
    if row is None:
        raise NotFound("reading.not_found")
    found = of_dossier(desk, reader, bytes(row.dossier))
    return next(one for one in found if one.submission == submission)


def between(desk: Desk, reader: Reader, first: date, last: date) -> list[tuple[FiledView, Deadline]]:
    """Times of every submission that this reader holds which end on these days, by day."""
    since, until = date.fromordinal(max(1, first.toordinal() - _BACK)).isoformat(), last.isoformat()
    steps = reading.items(desk, reader, "filing_step", since=since, until=until, limit=_ALL, newest=True)
    replies = [reply for reply in reading.items(desk, reader, "reply", since=since, limit=_ALL, newest=True) if reply.record.raw("submission")]
    rids, refs = {step.parent for step in steps}, {reply.record.raw("submission") for reply in replies}
    table = models.Submission.objects.using(desk.store.alias)
    rows = {bytes(row.rid): row for part in _parts(rids) for row in table.filter(rid__in=part)}
    rows |= {bytes(row.rid): row for part in _parts(refs) for row in table.filter(ref__in=part)}
    found = _views(desk, rows.values(), steps, replies)
    ends = [(one, time) for one in found for time in one.deadlines if first <= time.due <= last]
    return sorted(ends, key=lambda pair: (pair[1].due, pair[0].submission, pair[1].key))


def _parts(names: Iterable[bytes]) -> Iterable[list[bytes]]:
    """Portions that a database takes as values of one question."""
    ordered = sorted(names)
    return (ordered[start : start + 500] for start in range(0, len(ordered), 500))


def _views(
    desk: Desk, rows: Iterable[models.Submission], steps: Sequence[reading.ItemView], replies: Sequence[reading.ItemView]
) -> list[FiledView]:
    by_rid: dict[bytes, list[reading.ItemView]] = {}
    by_ref: dict[bytes, list[reading.ItemView]] = {}
    for step in (step for step in steps if step.state == "current"):
        by_rid.setdefault(step.parent, []).append(step)
    for reply in replies:
        by_ref.setdefault(reply.record.raw("submission"), []).append(reply)
    return [_view(desk, row, by_rid.get(bytes(row.rid), ()), by_ref.get(bytes(row.ref), ())) for row in rows]


def _view(desk: Desk, row: models.Submission, steps: Sequence[reading.ItemView], replies: Sequence[reading.ItemView]) -> FiledView:
    happened = _events(steps, replies)
    card = desk.catalogue.mechanisms.get(row.mechanism)
    times = rules.deadlines(card, desk.catalogue.after_filing, happened, desk.clock().date()) if card else ()
    told = bytes(row.rid), bytes(row.ref), bytes(row.dossier), row.mechanism
    return FiledView(*told, tuple(steps), tuple(replies), times, *rules.progress(happened))


def _events(steps: Iterable[reading.ItemView], replies: Iterable[reading.ItemView]) -> tuple[Event, ...]:
    """Steps and replies as the rules read them."""
    return (*(_event(step, step.text("kind")) for step in steps), *(_event(reply, rules.REPLIED) for reply in replies))


def _event(told: reading.ItemView, kind: str) -> Event:
    """With the days that its partial date can mean, none of them after it was recorded; of a named day the first."""
    known, due = date.fromisoformat(told.recorded[:10]), told.text("due")
    first, last = (min(day, known) for day in bounds(told.text("day")))
    return Event(kind, first, bounds(due)[0] if due else None, last)


def earlier(desk: Desk, reader: Reader, dossier: bytes, besides: bytes = b"") -> Earlier:
    """Our own filings from this dossier that bodies have or have decided, by body, with the day, and those that were handed over without
    word of a sending; without the one named."""
    found = [one for one in of_dossier(desk, reader, dossier) if one.submission != besides]
    unsent = {one.submission: one.mechanism for one in found if one.progress is Progress.PRODUCED}
    left = [one for one in reading.items(desk, reader, "bundle", dossier=dossier, state=HANDED, limit=_ALL) if one.parent in unsent]
    handed = {unsent[one.parent]: one.text("day") for one in sorted(left, key=lambda one: one.day)}
    return replace(rules.earlier_of((one.mechanism, _events(one.steps, one.replies)) for one in found), handed=handed)


# ---- recording -------------------------------------------------------------------------------------------------------


def record_step(desk: Desk, reader: Reader, submission: bytes, form: StepForm) -> bytes:
    """Record what happened. Returns the id of the step; tasks that follow from it are made or closed in the same step.

    Raises UsageError for a field that is none, Refused before the sending was noted, for a second sending, and for what was noted in the
    very same words already.
    """
    known = filed(desk, reader, submission)
    kind, day, due = _checked(desk, known, form)
    home = reading.dossier(desk, reader, known.dossier)
    said = _told(desk, reader, known, kind, form)
    told: dict[str, Value] = {"dossier": known.dossier, "submission": submission, "kind": kind.id, "day": day.isoformat(), "state": "current"}
    told |= {"due": due.isoformat() if due else ""} | said
    with desk.store.transaction():
        if any(_says(step, told) for step in filed(desk, reader, submission).steps):
            raise Refused("filed.noted_already")
        made = items.new(desk, "filing_step", home.work, told)
        if kind.id == rules.DECIDED:
            ledger.append(desk, [_tell_family(desk, home.work, known)])
        if kind.id == rules.TOLD:
            _close(desk, reader, [task for task in _open_tasks(desk, reader, known) if task.text("kind") == "tell_family"], "done")
        settle(desk, reader, submission)
    return made


def _says(step: reading.ItemView, told: dict[str, Value]) -> bool:
    """Whether a step says all of this already."""
    return all((step.record.raw(name) if isinstance(value, bytes) else step.text(name)) == value for name, value in told.items())


def take_back(desk: Desk, reader: Reader, step: bytes) -> None:
    """Take back a step that was noted by mistake: it counts for nothing from now on and stays in the history."""
    known = reading.item(desk, reader, step, "filing_step")
    with desk.store.transaction():
        items.change(desk, reader, "filing_step", step, {"state": "withdrawn"})
        settle(desk, reader, known.parent, anew=True)


def _checked(desk: Desk, known: FiledView, form: StepForm) -> tuple[StepKind, date, date | None]:
    day, due = _day(form.day, "filed.day"), _day(form.due, "filed.due") if form.due.strip() else None
    happened = _events(known.steps, known.replies)
    kind = rules.require_step(desk.catalogue.after_filing, form.kind, day, due, happened, desk.clock().date())
    return kind, day, due if "due" in kind.fields else None


def _day(text: str, code: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(code) from None


def _told(desk: Desk, reader: Reader, known: FiledView, kind: StepKind, form: StepForm) -> dict[str, Value]:
    """Of the form what the kind asks; the rest is left out."""
    said: dict[str, Value] = {}
    for name in ("reference", "link", "text"):
        text = getattr(form, name).strip()
        if len(text) > _LONGEST[name]:
            raise UsageError(f"filed.{name}")
        said |= {name: text} if name in kind.fields else {}
    if form.link.strip() and not form.link.strip().startswith(("https://", "http://")):
        raise UsageError("filed.link")
    if "object" in kind.fields and form.document:
        if reading.evidence(desk, reader, form.document).dossier != known.dossier:
            raise NotFound("reading.not_found")
        said["object"] = form.document
    return said | _way(desk, kind, form) | _teller(desk, reader, known, kind, form)


def _way(desk: Desk, kind: StepKind, form: StepForm) -> dict[str, Value]:
    ways = tuple(desk.catalogue.replies.channels) if "family_channel" in kind.fields else CHANNELS if "channel" in kind.fields else ()
    required = kind.id in (rules.SENT, rules.TOLD)
    if ways and (form.channel or required) and form.channel not in ways:
        raise UsageError("filed.channel")
    return {"channel": form.channel} if ways else {}


def _teller(desk: Desk, reader: Reader, known: FiledView, kind: StepKind, form: StepForm) -> dict[str, Value]:
    """Who told the family and how safe that was; asked of this one kind, and required there."""
    if kind.id != rules.TOLD:
        return {}
    if form.safety not in desk.catalogue.replies.safety:
        raise UsageError("filed.safety")
    teller = form.member or desk.me
    if not reading.is_granted(desk, reading.dossier(desk, reader, known.dossier).work, teller):
        raise Refused("filed.member")
    return {"member": teller, "safety": form.safety}


# ---- tasks that follow -----------------------------------------------------------------------------------------------


def settle(desk: Desk, reader: Reader, submission: bytes, *, anew: bool = False) -> None:
    """Make, move or close the tasks of a submission's times, as its steps now have it. Whoever records the step has the task first.
    ``anew``: what met a time was taken back, so a task that was closed with it is made again."""
    known = filed(desk, reader, submission)
    there = {task.text("reason"): task for task in _all_tasks(desk, reader, known) if task.text("kind") == DEADLINE}
    work = reading.dossier(desk, reader, known.dossier).work
    for time in known.deadlines:
        task = there.get(time.key)
        runs = time.state in (Met.OPEN, Met.OVERDUE)
        if runs and time.whose is not Whose.BODY and (task is None or task.state != "open") and (anew or not _left(task, time)):
            ledger.append(desk, [_deadline_task(desk, work, known, time)])
        elif task is not None and task.state == "open" and not task.contested:
            if not runs:
                _close(desk, reader, [task], "done" if time.done else "dropped")
            elif task.text("due") != time.due.isoformat():
                items.change(desk, reader, "task", task.item, {"due": time.due.isoformat()})


def _left(task: reading.ItemView | None, time: Deadline) -> bool:
    """A colleague has said that this time needs no more doing; another day makes the task anew."""
    return task is not None and task.text("due") == time.due.isoformat()


def _all_tasks(desk: Desk, reader: Reader, known: FiledView) -> list[reading.ItemView]:
    tasks = reading.items(desk, reader, "task", dossier=known.dossier, about=known.submission)
    return sorted(tasks, key=lambda task: (task.state == "open", task.recorded))


def _open_tasks(desk: Desk, reader: Reader, known: FiledView) -> list[reading.ItemView]:
    """Open tasks about the submission and about the replies to it."""
    about = (known.submission, *(reply.item for reply in known.replies))
    return [task for one in about for task in reading.items(desk, reader, "task", dossier=known.dossier, about=one, state="open")]


def _close(desk: Desk, reader: Reader, found: Iterable[reading.ItemView], state: str) -> None:
    ledger.append(desk, [items.changed(desk, reader, "task", task.item, {"state": state}) for task in found if not task.contested])


def _deadline_task(desk: Desk, work: bytes, known: FiledView, time: Deadline) -> Draft:
    said = Said(f"filed.task.{time.whose}", {"what": time.key, "body": known.mechanism})
    made = tasks.draft_task(desk, work, known.dossier, DEADLINE, said, desk.me, time.due.isoformat(), known.submission)
    return replace(made, body={**made.body, "reason": time.key})


def _tell_family(desk: Desk, work: bytes, known: FiledView) -> Draft:
    said = Said("filed.task.tell_family", {"body": known.mechanism})
    due = (desk.clock().date() + timedelta(days=1)).isoformat()
    return tasks.draft_task(desk, work, known.dossier, "tell_family", said, desk.me, due, known.submission)
