"""``letapis task …``: what is to be done, by whom, until when."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.opening import Desk
    from letapis.desk.reading import ItemView

NOBODY = "nobody"


def add(verbs: Verbs) -> None:
    new = verbs.verb("task add", _add)
    new.add_argument("text", metavar="TEXT")
    for name in ("dossier", "due", "owner"):
        new.add_argument(f"--{name}", default="", metavar=name.upper())
    new.add_argument("--kind", default="other")
    listed = verbs.verb("task list", _list)
    listed.add_argument("--dossier", default="", metavar="DOSSIER")
    listed.add_argument("--mine", action="store_true")
    done = verbs.verb("task done", _done)
    done.add_argument("task", metavar="TASK")
    done.add_argument("--state", default="done", choices=("done", "dropped", "open"))
    over = verbs.verb("task hand-over", _hand_over)
    over.add_argument("task", metavar="TASK", nargs="?", default="")
    over.add_argument("--all", action="store_true")
    over.add_argument("--to", required=True, metavar="MEMBER")


def _member(desk: "Desk", reader: "Reader", text: str) -> bytes:
    from letapis.desk import reading

    return b"" if text in ("", NOBODY) else reading.resolve_member(desk, reader, text)


def _add(call: Call) -> None:
    from letapis.desk import reading, tasks
    from letapis.faces.cli.common import long_text

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = reading.resolve_dossier(desk, reader, options.dossier) if options.dossier else b""
        owner = _member(desk, reader, options.owner)
        task = tasks.add_task(desk, reader, tasks.TaskForm(long_text(options.text), options.kind, owner, options.due), dossier)
        call.give({"task": task.hex()}, [task.hex()])


def _list(call: Call) -> None:
    """Open tasks: of a dossier, or mine and then those of others."""
    from letapis.desk import reading
    from letapis.desk.task_words import words
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        if options.dossier:
            found = reading.items(desk, reader, "task", dossier=the_dossier(call, desk, reader), state="open")
        else:
            found = reading.open_tasks(desk, reader, reader.member)
            found += [] if options.mine else reading.others_tasks(desk, reader)
        found = [task for task in found if not options.mine or task.owner == reader.member]
        names = reading.member_names(desk, reader)
        said = [words(desk.catalogue, task.record, call.language) for task in found]
        told = [task_json(task, text) for task, text in zip(found, said, strict=True)]
        call.give({"tasks": told}, [_line(call, task, text, names) for task, text in zip(found, said, strict=True)])


def task_json(task: "ItemView", text: str) -> dict[str, Any]:
    """A task with stable keys; ``owner`` is empty while nobody has it."""
    named = {"task": task.item.hex(), "dossier": task.dossier.hex(), "owner": task.owner.hex(), "about": task.about.hex()}
    told = {"kind": task.text("kind"), "text": text, "due": task.text("due")}
    return named | told | {"state": task.state, "contested": task.contested, "recorded": task.recorded}


def _line(call: Call, task: "ItemView", text: str, names: dict[bytes, str]) -> str:
    owner = names.get(task.owner) or call.say("tasks.nobody_yet")
    mark = f" · {call.say('tasks.two_versions')}" if task.contested else ""
    return f"{task.item.hex()[:8]}  {task.text('due'):<10}  {owner:<20}  {text}{mark}"


def _done(call: Call) -> None:
    from letapis.desk import reading, tasks

    with call.desk() as desk:
        reader = desk.reader("work")
        task = reading.resolve_id(desk, reader, "task", call.options.task)
        tasks.set_state(desk, reader, task, call.options.state)
        call.give({"task": task.hex(), "state": call.options.state}, [call.say(f"tasks.now.{call.options.state}")])


def _hand_over(call: Call) -> None:
    """One task, or all of mine; no reason is asked."""
    from letapis.core.errors import UsageError
    from letapis.desk import reading, tasks

    options = call.options
    if options.all == bool(options.task):
        raise UsageError("tasks.which")
    with call.desk() as desk:
        reader = desk.reader("work")
        to = _member(desk, reader, options.to)
        if options.all:
            handed = tasks.hand_over_all(desk, reader, to)
        else:
            tasks.hand_over(desk, reader, reading.resolve_id(desk, reader, "task", options.task), to)
            handed = tasks.Handed(1, 0)
        said = [call.say("tasks.all_handed", count=handed.handed)]
        said += [call.say("tasks.some_stayed", count=handed.stayed)] if handed.stayed else []
        call.give({"handed": handed.handed, "stayed": handed.stayed}, said)
