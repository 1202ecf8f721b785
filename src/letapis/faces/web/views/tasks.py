"""Tasks: mine by day, nobody's, those of others; one task with its versions; and all of mine handed over in one step."""

from contextlib import suppress
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.agenda import Due
from letapis.core.errors import LetapisError, NotFound
from letapis.core.records import Record
from letapis.desk import contacts, filed, reading, tasks
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import Lines
from letapis.faces.web.navigation import Entry
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.task_form import TaskForm, colleagues
from letapis.faces.web.task_lines import TaskLine, task_line
from letapis.faces.web.versions import keep_chosen, seen_versions, version_context

app_name = "tasks"
_SHOWN: Final = 30
_CODES: Final = 30
_FIELDS: Final = {"tasks.text": "text", "tasks.kind": "kind", "tasks.due": "due", "tasks.owner": "owner", "tasks.no_dossier": "dossier"}
_BACK: Final = {"list": "tasks:list", "home": "home"}


def _lines(request: Any, lines: Lines, found: list[reading.ItemView]) -> list[TaskLine]:
    return [task_line(request, lines, task) for task in found]


def _groups(mine: list[TaskLine]) -> list[tuple[str, list[TaskLine]]]:
    """My tasks under their headings: late, today, later, without a day; empty headings are left out."""
    by_due = {due: [line for line in mine if line.when == due] for due in Due}
    return [(f"tasks.when.{due}", found) for due, found in by_due.items() if found]


def _add(request: Any, dossier: bytes) -> tuple[TaskForm, HttpResponse | None]:
    """The form of a new task, and the way on when it was taken."""
    form = TaskForm(request, dossier, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data.get("dossier", "").strip()
        try:
            home = dossier or _dossier_of(request, code)
            tasks.add_task(request.desk, request.reader, form.task(), home)
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "tasks.added")
            return form, see_other("tasks:dossier", dossier=dossier.hex()) if dossier else see_other("tasks:list")
    return form, None


def _dossier_of(request: Any, code: str) -> bytes:
    """The dossier that somebody named by its code. Raises NotFound("tasks.no_dossier") for none of theirs."""
    if not code:
        return b""
    try:
        return reading.dossier(request.desk, request.reader, reading.dossier_by_code(request.desk, code)).dossier
    except NotFound:
        raise NotFound("tasks.no_dossier") from None


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any) -> HttpResponse:
    form, onward = _add(request, b"")
    if onward:
        return onward
    lines, me = Lines(request), request.reader.member
    mine = reading.open_tasks(request.desk, request.reader, me, limit=2 * _SHOWN)
    others = reading.others_tasks(request.desk, request.reader, 2 * _SHOWN)
    context = {
        "form": form,
        "groups": _groups(_lines(request, lines, mine)),
        "nobodys": _lines(request, lines, [task for task in others if not task.owner][:_SHOWN]),
        "others": _lines(request, lines, [task for task in others if task.owner][:_SHOWN]),
        "codes": [home.code for home in reading.newest_dossiers(request.desk, request.reader, _CODES)],
        "me": me.hex(),
        "back": "list",
    }
    return page(request, "tasks/list.html", context, 422 if form.errors else 200)


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: Any, dossier: str) -> HttpResponse:
    """The tasks of one dossier, open ones first."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    form, onward = _add(request, ident_)
    if onward:
        return onward
    lines = Lines(request)
    found = reading.items(request.desk, request.reader, "task", dossier=ident_, limit=4 * _SHOWN, newest=True)
    still_open = [task for task in found if task.state == "open"]
    over = sorted((task for task in found if task.state != "open"), key=lambda task: task.recorded, reverse=True)
    context |= {"form": form, "open": _lines(request, lines, still_open), "over": _lines(request, lines, over[:_SHOWN])}
    return page(request, "tasks/dossier.html", context, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, task: str) -> HttpResponse:
    """One task: what is known of it, what can be done with it, every version of it."""
    known = _task(request, task)
    form = TaskForm(request, known.dossier, request.POST if request.method == "POST" else None, initial=_initial(request, known))
    form.fields.pop("dossier", None)
    if request.method == "POST" and form.is_valid():
        try:
            tasks.change_task(request.desk, request.reader, known.item, form.task(), seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "tasks.changed")
            return see_other("tasks:show", task=task)
    return _page(request, known, form=form)


def _page(request: Any, known: reading.ItemView, form: TaskForm | None = None, error: str = "") -> HttpResponse:
    lines = Lines(request)
    form = form or TaskForm(request, known.dossier, initial=_initial(request, known))
    form.fields.pop("dossier", None)
    context = version_context(request, lines, known, lambda record: _describe(lines, record)) | {
        "line": task_line(request, lines, known),
        "about": _about(lines, known),
        "form": form,
        "to": colleagues(request, known.dossier),
        "mine": known.owner == request.reader.member,
        "reach": _reach(request, known),
        "filing": _filing(request, known),
        "error": error,
    }
    return page(request, "tasks/show.html", context, 422 if form.errors or error else 200)


def _about(lines: Lines, known: reading.ItemView) -> str:
    """Whom or which source a task is about, in words."""
    if not known.dossier or not known.about:
        return ""
    source = lines.sources(known.dossier).get(known.about)
    return source.code if source else lines.entities(known.dossier).get(known.about, "")


def _reach(request: Any, known: reading.ItemView) -> str:
    """Where it stands how to ring back whom the task is for; who holds no contact is told whom to ask."""
    party = known.record.raw("party")
    if not party or not known.dossier:
        return ""
    contact = contacts.contact_of(request.desk, request.reader, party)
    return reverse("contacts:show", args=[contact.item.hex()]) if contact else reverse("contacts:list", args=[known.dossier.hex()])


def _filing(request: Any, known: reading.ItemView) -> str:
    """The submission that a task follows from, where what the day is about is noted."""
    if known.text("kind") not in tasks.BOUND or not known.about:
        return ""
    with suppress(NotFound):
        return reverse("filed:show", args=[filed.filed(request.desk, request.reader, known.about).submission.hex()])
    return ""


def _task(request: Any, text: str) -> reading.ItemView:
    return reading.item(request.desk, request.reader, ident(text), "task")


def _initial(request: Any, known: reading.ItemView) -> dict[str, str]:
    told = {name: known.text(name) for name in ("due", "kind")}
    return told | {"text": Lines(request).task(known.record), "owner": known.owner.hex(), "about": known.about.hex()}


def _describe(lines: Lines, record: Record) -> list[tuple[str, str]]:
    owner, due = record.raw("owner"), record.text("due")
    return [
        ("tasks.field.text", lines.task(record)),
        ("tasks.field.state", lines.word("tasks.state", record.text("state"))),
        ("tasks.field.owner", lines.name(owner) if owner else lines.say("tasks.nobody_yet")),
        ("tasks.field.due", lines.date(due) if due else ""),
        ("tasks.field.kind", lines.word("tasks.kind", record.text("kind"))),
    ]


def _after(request: Any, known: reading.ItemView) -> HttpResponse:
    back = _BACK.get(request.POST.get("back", ""))
    return see_other(back) if back else see_other("tasks:show", task=known.item.hex())


@require_POST
def state(request: Any, task: str) -> HttpResponse:
    known = _task(request, task)
    try:
        tasks.set_state(request.desk, request.reader, known.item, request.POST.get("state", ""))
    except LetapisError as error:
        return _page(request, known, error=f"errors.{error.code}")
    notice(request, f"tasks.now.{request.POST['state']}")
    return _after(request, known)


@require_POST
def owner(request: Any, task: str) -> HttpResponse:
    """Take it, give it to a colleague, or leave it to nobody."""
    known = _task(request, task)
    to = request.POST.get("owner", "")
    try:
        tasks.hand_over(request.desk, request.reader, known.item, ident(to) if to else b"")
    except NotFound:
        raise
    except LetapisError as error:
        return _page(request, known, error=f"errors.{error.code}")
    notice(request, "tasks.handed")
    return _after(request, known)


@require_POST
def keep(request: Any, task: str) -> HttpResponse:
    """Of versions side by side, go on with one."""
    keep_chosen(request, _task(request, task))
    return see_other("tasks:show", task=task)


@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: Any) -> HttpResponse:
    """All my open tasks to one colleague, or to nobody; no reason is asked."""
    mine = reading.open_tasks(request.desk, request.reader, request.reader.member)
    error = ""
    if request.method == "POST":
        to = request.POST.get("owner", "")
        try:
            handed = tasks.hand_over_all(request.desk, request.reader, ident(to) if to else b"")
        except LetapisError as fault:
            error = f"errors.{fault.code}"
        else:
            notice(request, "tasks.all_handed", count=handed.handed)
            if handed.stayed:
                notice(request, "tasks.some_stayed", count=handed.stayed)
            return see_other("tasks:list")
    others = [one for one in colleagues(request) if one[0] != request.reader.member.hex()]
    return page(request, "tasks/pause.html", {"count": len(mine), "to": others, "error": error}, 422 if error else 200)


NAVIGATION = (Entry(20, "tasks.title", "tasks:list"),)
AROUND = (Around(10, "tasks.title", "tasks:dossier", ("task",)),)
urlpatterns = [
    path("tasks", overview, name="list"),
    path("tasks/hand-over", pause, name="pause"),
    path("tasks/<str:task>", show, name="show"),
    path("tasks/<str:task>/state", state, name="state"),
    path("tasks/<str:task>/owner", owner, name="owner"),
    path("tasks/<str:task>/version", keep, name="keep"),
    path("dossiers/<str:dossier>/tasks", dossier, name="dossier"),
]
