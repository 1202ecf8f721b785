"""``letapis advocacy …``: what was asked and promised, and what followed."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.advocacy import Link
    from letapis.desk.advocacy import Log
    from letapis.desk.opening import Desk

_TOLD = ("person", "issue", "due")


def add(verbs: Verbs) -> None:
    new = verbs.verb("advocacy add", _add)
    for name in ("kind", "body", "text"):
        new.add_argument(name, metavar=name.upper())
    for name in ("dossier", "day", "answers", *_TOLD):
        new.add_argument(f"--{name}", default="")
    listed = verbs.verb("advocacy list", _list)
    for name in ("dossier", "about"):
        listed.add_argument(f"--{name}", default="")


def _dossier(call: Call, desk: "Desk", reader: "Reader") -> bytes:
    from letapis.faces.cli.common import the_dossier

    return the_dossier(call, desk, reader) if call.options.dossier else b""


def _add(call: Call) -> None:
    from letapis.desk import advocacy, reading
    from letapis.faces.cli.common import long_text

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        answers = reading.resolve_id(desk, reader, "advocacy", options.answers) if options.answers else b""
        day = options.day or desk.clock().date().isoformat()
        told = {name: getattr(options, name) for name in _TOLD}
        form = advocacy.EntryForm(options.kind, day, options.body, long_text(options.text), answers=answers, **told)
        made = advocacy.add(desk, reader, form, _dossier(call, desk, reader))
        call.give({"entry": made.hex()}, [made.hex(), call.say("advocacy.added")])


def _link(log: "Log", link: "Link") -> dict[str, Any]:
    item = log.items[link.entry.ident]
    told = {name: item.text(name) for name in ("kind", "day", "body", "text", *_TOLD)}
    return told | {"entry": item.item.hex(), "depth": link.depth, "answers": item.about.hex(), "dossier": item.dossier.hex()}


def _list(call: Call) -> None:
    from letapis.desk import advocacy

    with call.desk() as desk:
        reader = desk.reader("work")
        log = advocacy.log(desk, reader, _dossier(call, desk, reader), call.options.about)
        promises = [{"entry": one.entry.ident.hex(), "days": one.days, "late": one.late} for one in log.open]
        lines = [f"{call.say('advocacy.open_for', days=one.days)}  {log.items[one.entry.ident].text('body')}" for one in log.open]
        for chain in log.chains:
            for link in chain:
                said, kind = log.items[link.entry.ident], call.say(f"advocacy.kind.{link.entry.kind}")
                lines.append(f"{'  ' * link.depth}{link.entry.day}  {kind}  {said.text('body')}: {said.text('text')}")
        chains = [[_link(log, link) for link in chain] for chain in log.chains]
        call.give({"chains": chains, "open": promises}, lines or [call.say("advocacy.none")])
