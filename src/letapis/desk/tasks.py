"""Tasks: what is to be done, by whom, until when. A task changes hands without anybody giving a reason.

A dossier's task stands in its working compartment; one of no dossier stands in the organisation's, where every colleague reads it.
"""

from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.dates import is_partial_date
from letapis.core.errors import Refused, UsageError
from letapis.core.records import Draft, Record, Value
from letapis.desk import items, ledger, reading, task_words
from letapis.desk.dossiers import require_text
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from letapis.desk.task_words import Said

KINDS: Final = ("call", "call_back", "no_news", "tell_family", "second_check", "deadline", "list", "other")
STATES: Final = ("open", "done", "dropped")
BOUND: Final = ("tell_family", "deadline")  # made by a reply or a filing, and closed by it
_LONGEST: Final = 2000


@dataclass(frozen=True)
class TaskForm:
    """What a colleague says of a task. ``owner`` empty: nobody has it yet; ``about``: a person, a source or another thing of the dossier."""

    text: str
    kind: str = "other"
    owner: bytes = b""
    due: str = ""
    about: bytes = b""


def draft_task(
    desk: Desk, compartment: bytes, dossier: bytes, kind: str, text: str | Said, owner: bytes = b"", due: str = "", about: bytes = b""
) -> Draft:
    """An open task, to be appended with other records in one transaction. ``text``: as somebody worded it, or what the program says.
    Raises UsageError for a kind, text or date that is none, Refused("tasks.owner") for an owner who does not hold the compartment and so
    would never see it."""
    said: dict[str, Value] = {"text": text} if isinstance(text, str) else text.body(desk.catalogue)
    form = TaskForm(str(said["text"]), kind, owner, due, about)
    return items.draft(desk, "task", compartment, {"dossier": dossier, **said, **_body(desk, compartment, form), "state": "open"})


def _body(desk: Desk, compartment: bytes, form: TaskForm) -> dict[str, Value]:
    if form.kind not in KINDS:
        raise UsageError("tasks.kind")
    if form.due and not is_partial_date(form.due):
        raise UsageError("tasks.due")
    if form.owner:
        _require_holder(desk, compartment, form.owner)
    text = require_text(form.text, "tasks.text", _LONGEST)
    return {"kind": form.kind, "text": text, "owner": form.owner, "due": form.due, "about": form.about}


def _require_holder(desk: Desk, compartment: bytes, member: bytes) -> None:
    """A task given to somebody who does not hold its compartment, or who has left, would be done by nobody."""
    if not _may_own(desk, compartment, member):
        raise Refused("tasks.owner")


def _may_own(desk: Desk, compartment: bytes, member: bytes) -> bool:
    return reading.is_active(desk, member) and reading.is_granted(desk, compartment, member)


def add_task(desk: Desk, reader: Reader, form: TaskForm, dossier: bytes = b"") -> bytes:
    """Record a task, of a dossier or of the organisation. Returns its id."""
    compartment = reading.dossier(desk, reader, dossier).work if dossier else common_compartment(desk, "ORG")
    made = draft_task(desk, compartment, dossier, form.kind, form.text, form.owner, form.due, form.about)
    ledger.append(desk, [made])
    ident = made.body["task"]
    assert isinstance(ident, bytes)
    return ident


def change_task(desk: Desk, reader: Reader, task: bytes, form: TaskForm, seen: tuple[bytes, ...] = ()) -> None:
    """Say it anew. ``seen``: the versions that were on the page; one that came meanwhile stays beside this one."""
    known = reading.item(desk, reader, task)
    said = _body(desk, known.compartment, form)
    if known.text("kind") in BOUND:  # it is found again by what it is about, which is no person and stands in no form
        said |= {"about": known.about, "kind": known.text("kind")}
    said |= _wording(desk, known.record, form.text)
    items.change(desk, reader, "task", task, said, seen)


def _wording(desk: Desk, known: Record, text: str) -> dict[str, Value]:
    """What the program said stays its word, in every language, where the form brings it back; what a colleague wrote instead is theirs."""
    if not task_words.is_unchanged(desk.catalogue, known, text):
        return {"says": "", "told": ()}
    return {"text": known.text("text"), "says": known.text("says"), "told": known.texts("told")}


def set_state(desk: Desk, reader: Reader, task: bytes, state: str) -> None:
    """Done, dropped, or open again. Raises UsageError for a state that is none."""
    if state not in STATES:
        raise UsageError("tasks.state")
    items.change(desk, reader, "task", task, {"state": state})


def hand_over(desk: Desk, reader: Reader, task: bytes, to: bytes) -> None:
    """Give a task to a colleague, take it oneself, or leave it to nobody; no reason is asked or kept."""
    known = reading.item(desk, reader, task)
    if to:
        _require_holder(desk, known.compartment, to)
    items.change(desk, reader, "task", task, {"owner": to})


@dataclass(frozen=True)
class Handed:
    """How many tasks changed hands, and how many stayed: two versions of them wait, or the other member does not hold the dossier."""

    handed: int
    stayed: int


def hand_over_all(desk: Desk, reader: Reader, to: bytes) -> Handed:
    """Give all open tasks of the reader to one colleague, or to nobody, in one step, for a pause."""
    if to and (to == reader.member or not reading.is_active(desk, to)):
        raise Refused("tasks.owner")
    mine = reading.open_tasks(desk, reader, reader.member)
    movable = [task for task in mine if not task.contested and (not to or _may_own(desk, task.compartment, to))]
    ledger.append(desk, [items.changed(desk, reader, "task", task.item, {"owner": to}) for task in movable])
    return Handed(len(movable), len(mine) - len(movable))
