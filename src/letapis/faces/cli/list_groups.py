"""``letapis import list-groups`` and ``list-decide``: entries of a list that wait together, side by side, and the decision about them."""

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    verbs.verb("import list-groups", _groups).add_argument("list", metavar="LIST")
    decide = verbs.verb("import list-decide", _decide)
    decide.add_argument("group", metavar="GROUP")
    either = decide.add_mutually_exclusive_group(required=True)
    either.add_argument("--take", action="store_true")
    either.add_argument("--leave", action="store_true")
    decide.add_argument("--reason", required=True, metavar="TEXT")


def _groups(call: Call) -> None:
    from letapis.core.list_sayings import label_of, mark, sayings, text_of
    from letapis.desk import list_files, list_import
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        known = list_files.shown(desk, reader, the_thing(call, desk, reader, "list_import", call.options.list))
        found = list_import.groups(desk, reader, known)
        entries = list_import.entries_in(desk, reader, known, [mark for one in found for mark in one.marks])
        by_mark = {mark(known.source, entry.key): (entry, row) for entry, row in entries}
        told, lines = [], []
        for one in found:
            lines.append(f"{one.ident.hex()[:8]}  {call.say(f'lists.group.{one.state}')}  {call.say(f'listing.quarantine.{one.code}')}")
            shown = []
            for entry, row in [by_mark[key] for key in one.marks if key in by_mark]:
                said = [{"property": saying.property, "value": text_of(saying)} for saying in sayings(entry)]
                shown.append({"key": entry.key, "row": row, "name": label_of(entry), "said": said})
                facts = desk.catalogue.vocabulary.facts
                lines.append(f"    {row}  {label_of(entry)}")
                lines += [f"        {facts[part['property']].label[call.language]}: {part['value']}" for part in said]
            told.append({"group": one.ident.hex(), "code": one.code, "state": one.state, "reason": one.reason, "entries": shown})
        call.give({"list": known.ident.hex(), "groups": told}, lines or [call.say("lists.no_groups")])


def _decide(call: Call) -> None:
    from letapis.desk import list_import, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = reading.resolve_id(desk, reader, list_import.GROUP, call.options.group)
        count = list_import.decide(desk, reader, ident, call.options.take, call.options.reason)
        said = call.say("lists.group_taken", count=count) if call.options.take else call.say("lists.group_left")
        call.give({"group": ident.hex(), "taken": call.options.take, "recorded": count}, [said])
