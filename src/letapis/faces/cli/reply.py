"""``letapis reply …``: what a State answered, the first question, and the grid."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.opening import Desk
    from letapis.desk.reading import ItemView

_TOLD = ("allegation", "answer", "stance", "comment", "ours")


def add(verbs: Verbs) -> None:
    new = verbs.verb("reply add", _add)
    for name in ("dossier", "title"):
        new.add_argument(name, metavar=name.upper())
    new.add_argument("--day", required=True)
    for name in ("mechanism", "submission", "document", "text"):
        new.add_argument(f"--{name}", default="")
    known = verbs.verb("reply known", _known)
    known.add_argument("reply", metavar="REPLY")
    known.add_argument("--known", action="append", required=True)
    for name in ("safety", "owner", "due", "channel", "how"):
        known.add_argument(f"--{name}", required=True)
    known.add_argument("--text", default="")
    line = verbs.verb("reply line", _line)
    line.add_argument("reply", metavar="REPLY")
    line.add_argument("allegation", metavar="ALLEGATION", nargs="?", default="")
    for name in _TOLD[1:]:
        line.add_argument(f"--{name}", default="")
    line.add_argument("--sent", action="store_true")
    verbs.verb("reply show", _show).add_argument("reply", metavar="REPLY")
    verbs.verb("reply list", _list).add_argument("dossier", metavar="DOSSIER")


def _add(call: Call) -> None:
    from letapis.core.errors import NotFound
    from letapis.desk import reading, replies, submit
    from letapis.faces.cli.common import long_text, the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        document = reading.resolve_id(desk, reader, "evidence", options.document) if options.document else b""
        sent = [s.rid for s in submit.submissions(desk, reader, dossier) if s.rid.hex().startswith(options.submission)]
        sent = sent if options.submission else [b""]
        if len(sent) != 1:
            raise NotFound("reading.not_found")
        form = replies.ReplyForm(options.title, options.day, options.mechanism, sent[0], document, long_text(options.text))
        made = replies.register(desk, reader, dossier, form)
        call.give({"reply": made.hex()}, [made.hex(), call.say("replies.registered")])


def _the_reply(call: Call, desk: "Desk", reader: "Reader") -> "ItemView":
    from letapis.desk import reading, replies

    return replies.reply(desk, reader, reading.resolve_id(desk, reader, "reply", call.options.reply))


def _known(call: Call) -> None:
    from letapis.desk import reading, replies
    from letapis.faces.cli.common import long_text

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        found = _the_reply(call, desk, reader)
        owner = reading.resolve_member(desk, reader, options.owner)
        told = (options.due, options.channel, long_text(options.how), long_text(options.text))
        task = replies.answer_known(desk, reader, found.item, replies.KnownForm(tuple(options.known), options.safety, owner, *told))
        call.give({"reply": found.item.hex(), "task": task.hex()}, [call.say("replies.answered"), task.hex()])


def _line(call: Call) -> None:
    from letapis.desk import replies
    from letapis.faces.cli.common import long_text

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        found = _the_reply(call, desk, reader)
        if options.sent:
            count = replies.take_allegations(desk, reader, found.item, [one.key for one in replies.proposals(desk, reader, found.item)])
            call.give({"reply": found.item.hex(), "taken": count}, [call.say("replies.taken", count=count)])
            return
        told = {name: getattr(options, name) if name == "stance" else long_text(getattr(options, name)) for name in _TOLD}
        line = replies.add_line(desk, reader, found.item, replies.LineForm(**told))
        call.give({"line": line.hex()}, [line.hex()])


def _json(row: Any) -> dict[str, Any]:
    told = {name: row.item.text(name) for name in _TOLD}
    return told | {"line": row.item.item.hex(), "number": row.item.number, "theirs": [claim.rid.hex() for claim in row.theirs]}


def _show(call: Call) -> None:
    from letapis.desk import replies
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        found = replies.reply(desk, reader, the_thing(call, desk, reader, "reply", call.options.reply))
        rows = replies.lines(desk, reader, found.item)
        told = {name: found.text(name) for name in ("title", "day", "mechanism", "safety", "channel", "known_text")}
        told |= {"reply": found.item.hex(), "state": found.state, "task": found.record.raw("task").hex()}
        words = [found.text("title"), call.say("replies.first_question" if found.state == "received" else "replies.silence")]
        stances = desk.catalogue.replies.stances
        for row in rows:
            stance = stances.get(row.item.text("stance"))
            says = stance.label[call.language] if stance else call.say("replies.not_read")
            words.append(f"{row.item.number}. {row.item.text('allegation')} – {says}: {row.item.text('answer') or '–'}")
        call.give(told | {"known": list(found.record.texts("known")), "lines": [_json(row) for row in rows]}, words)


def _list(call: Call) -> None:
    from letapis.desk import replies
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        found = replies.of_dossier(desk, reader, the_dossier(call, desk, reader))
        listed = [{"reply": r.item.hex(), "day": r.text("day"), "title": r.text("title"), "state": r.state} for r in found]
        call.give({"replies": listed}, [f"{r.item.hex()[:8]}  {r.text('day'):<10}  {r.text('title')}" for r in found])
