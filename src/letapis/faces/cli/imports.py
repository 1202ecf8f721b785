"""``letapis evidence import …``: a whole folder at once, and what became of each file."""

from pathlib import Path
from typing import TYPE_CHECKING

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.cli.writing import new_file

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.opening import Desk
    from letapis.engines.bagit import Bag


def add(verbs: Verbs) -> None:
    new = verbs.verb("evidence import", _import)
    new.add_argument("folder", metavar="FOLDER", type=Path)
    new.add_argument("--dossier", required=True, metavar="DOSSIER")
    new.add_argument("--source", default="")
    new.add_argument("--without-copies", action="store_true")
    new.add_argument("--csv", type=Path, metavar="FILE")
    new.add_argument("--capture", action="append", default=[], metavar="FIELD=VALUE")
    told = verbs.verb("evidence imported", _imported)
    told.add_argument("import", metavar="IMPORT")
    told.add_argument("--csv", type=Path, metavar="FILE")
    verbs.verb("evidence import-undo", _undo).add_argument("import", metavar="IMPORT")


def _import(call: Call) -> None:
    from letapis.desk import imports, reading
    from letapis.faces.cli.capture import said_of
    from letapis.faces.cli.common import the_dossier

    said = said_of(call.options.capture)
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        source = reading.resolve_source(desk, reader, dossier, call.options.source) if call.options.source else b""
        ident = imports.import_folder(desk, reader, dossier, call.options.folder, source, call.progress(), said)
        if not call.options.without_copies:
            imports.look_at_all(desk, reader, ident, call.progress())
        _tell(call, desk, reader, ident)


def _imported(call: Call) -> None:
    from letapis.desk import reading

    with call.desk() as desk:
        reader = desk.reader("work")
        _tell(call, desk, reader, reading.resolve_id(desk, reader, "import", getattr(call.options, "import")))


def _tell(call: Call, desk: "Desk", reader: "Reader", ident: bytes) -> None:
    """The counts, and the files that need a look; with ``--csv`` every file as a table."""
    from letapis.desk import foreign_bags, import_report, imports

    known = imports.shown(desk, reader, ident)
    told = [
        {"path": one.path, "outcome": one.outcome, "reason": one.reason, "evidence": one.item.hex()} for one in imports.lines(desk, reader, ident)
    ]
    lines = [call.say("cli.evidence.import", ident=ident.hex()[:8], **known.counts)]
    lines += [f"  {one['path']}: {call.explain(one['reason'])}" for one in told if one["reason"]]
    archived = [import_report.archived(desk, one, call.language) for one in known.archived]
    lines += [line for head, remarks in archived for line in (head, *(f"  {remark}" for remark in remarks))]
    bags = foreign_bags.of_import(desk, reader, known)
    told_of = [foreign_bags.words(desk, bag, call.language) for bag in bags]
    lines += [line for head, remarks in told_of for line in (head, *(f"  {remark}" for remark in remarks))]
    objects = [
        {"folder": o.folder, "id": o.ident, "version": o.head, "complete": o.sound, "remarks": [list(said) for said in o.remarks], "unread": o.unread}
        for o in known.archived
    ]
    if call.options.csv:
        lines.append(new_file(call.options.csv, import_report.table_of(desk, reader, ident, call.language)))
    judged = {"ocfl": objects, "bags": [_bag(bag) for bag in bags]}
    call.give({"import": ident.hex(), "state": known.state, **known.counts, "files": told, **judged}, lines)


def _bag(bag: "Bag") -> dict[str, object]:
    told = {"folder": bag.folder, "version": bag.version, "verdict": bag.verdict, "algorithms": bag.algorithms, "files": bag.files}
    return {**told, "remarks": [list(said) for said in bag.remarks], "unread": bag.unread}


def _undo(call: Call) -> None:
    from letapis.desk import imports, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = reading.resolve_id(desk, reader, "import", getattr(call.options, "import"))
        count = imports.take_back(desk, reader, ident)
        call.give({"import": ident.hex(), "taken_back": count}, [call.say("imports.taken_back", count=count)])
