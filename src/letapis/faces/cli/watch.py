"""``letapis import watch OLD NEW``: two versions of a published list, what differs, and who may be meant of the persons one sees."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.lists import pieces
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.list_watch import Line
    from letapis.desk.opening import Desk
    from letapis.desk.reading import EntityView


def add(verbs: Verbs) -> None:
    watch = verbs.verb("import watch", _watch)
    watch.add_argument("old", metavar="OLD", type=Path)
    watch.add_argument("new", metavar="NEW", type=Path)
    watch.add_argument("--dossier", required=True, metavar="DOSSIER")
    watch.add_argument("--list", required=True, metavar="TITLE")
    watch.add_argument("--mapping", default="", metavar="ID")
    watch.add_argument("--key", default="", metavar="COLUMN")
    watch.add_argument("--name", default="", metavar="COLUMN")


def _watch(call: Call) -> None:
    from letapis.desk import evidence, list_watch
    from letapis.faces.cli.common import the_dossier

    told = call.options
    with call.desk() as desk, ExitStack() as undone:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        sides = []
        for path in (told.old, told.new):
            sealed = evidence.seal_upload(desk, reader, dossier, pieces(path))
            undone.callback(evidence.discard, desk, sealed)
            sides.append([(path.name, sealed)])
        undone.pop_all()
        form = list_watch.WatchForm(told.list, told.mapping, told.key, told.name)
        ident = list_watch.watch(desk, reader, dossier, form, sides[0], sides[1])
        known = list_watch.shown(desk, reader, ident)
        differ = list_watch.changes(desk, reader, known)
        bodies = list_watch.bodies(desk, reader, differ)
        found = [_told(call, desk, reader, line, bodies.get(line.key, [])) for line in differ]
        lines = [call.say("watch.counted", count=known.size, tasks=len(known.tasks))]
        lines += [call.say("watch.doubtful")] if known.doubtful else []
        lines += [text for one in found for text in one.pop("lines")]
        told_of = {"differ": known.size, "tasks": len(known.tasks), "doubtful": known.doubtful, "entries": found}
        call.give({"watch": ident.hex(), "list": known.title, **told_of}, lines)


def _told(call: Call, desk: "Desk", reader: "Reader", line: "Line", bodies: "list[EntityView]") -> dict[str, Any]:
    from letapis.desk import list_watch

    people = list_watch.perhaps(desk, reader, line)
    shown = [f"{call.say(f'watch.deed.{line.code}')}: {line.label}"]
    shown += [f"    {call.say('watch.perhaps')}: {one.person.entity.hex()[:8]}  {one.dossier.code}  {one.person.label}" for one in people]
    shown += [f"    {call.say('watch.perhaps')}: {one.entity.hex()[:8]}  {one.label}" for one in bodies]
    said = [{"what": one.what, "before": one.before, "after": one.after} for one in line.said]
    perhaps = [{"person": one.person.entity.hex(), "label": one.person.label, "score": one.why.score} for one in people]
    perhaps += [{"person": one.entity.hex(), "label": one.label, "score": 1.0} for one in bodies]
    return {"key": line.key, "deed": line.deed.value, "again": line.again, "label": line.label, "said": said, "perhaps": perhaps, "lines": shown}
