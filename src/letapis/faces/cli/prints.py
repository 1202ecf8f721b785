"""``letapis print …``: enter a print before it is made, and cross it off when it is destroyed."""

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    new = verbs.verb("print log", _log)
    new.add_argument("dossier", metavar="DOSSIER")
    new.add_argument("what", choices=("timeline", "grid", "account", "document", "other"))
    new.add_argument("--copies", type=int, default=1, metavar="N")
    new.add_argument("--purpose", default="", metavar="TEXT")
    verbs.verb("print list", _list).add_argument("dossier", metavar="DOSSIER")
    gone = verbs.verb("print destroyed", _destroyed)
    gone.add_argument("print", metavar="PRINT")
    gone.add_argument("--day", default="", metavar="DAY")


def _log(call: Call) -> None:
    from letapis.desk import prints
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        made = prints.log_print(desk, reader, the_dossier(call, desk, reader), options.what, options.copies, options.purpose)
        call.give({"print": made.print.hex(), "number": made.number}, [call.say("prints.entered", count=made.number)])


def _list(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        found = reading.items(desk, reader, "print", dossier=the_dossier(call, desk, reader))
        listed = [
            {"print": one.item.hex(), "number": one.number, "what": one.text("what"), "copies": one.record.number("copies"), "day": one.day}
            | {"purpose": one.text("purpose"), "state": one.state}
            for one in found
        ]
        lines = [f"{one.number:>4}  {one.item.hex()[:8]}  {one.day}  {call.say('prints.state.' + one.state)}" for one in found]
        call.give({"prints": listed}, lines)


def _destroyed(call: Call) -> None:
    from letapis.desk import prints, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = reading.resolve_id(desk, reader, "print", call.options.print)
        prints.mark_destroyed(desk, reader, ident, call.options.day or desk.clock().date().isoformat())
        call.give({"print": ident.hex(), "state": "destroyed"}, [call.say("prints.now_destroyed")])
