"""``letapis import list …``: a list of others from the command line: what would come of it, record it, what changed, take it back."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from letapis.core.errors import NotFound
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.cli.writing import new_file

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.list_files import Files, ListForm, ListView
    from letapis.desk.list_preview import Preview
    from letapis.desk.opening import Desk

_PIECE: Final = 1 << 20
_FEW: Final = 10


def add(verbs: Verbs) -> None:
    new = verbs.verb("import list", _list)
    _about(new)
    new.add_argument("--title", default="")
    new.add_argument("--dry-run", action="store_true")
    new.add_argument("--faults", type=Path, metavar="CSV")
    new.add_argument("--whole", action="store_true")
    _about(verbs.verb("import list-changes", _changes))
    undo = verbs.verb("import list-undo", _undo)
    undo.add_argument("list", metavar="LIST")
    undo.add_argument("--reason", required=True, metavar="TEXT")
    verbs.verb("import lists", _lists).add_argument("dossier", metavar="DOSSIER")


def _about(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("files", metavar="FILE", type=Path, nargs="+")
    verb.add_argument("--dossier", required=True, metavar="DOSSIER")
    verb.add_argument("--mapping", default="", metavar="ID")
    verb.add_argument("--list", default="", metavar="CODE")
    verb.add_argument("--form-key", type=Path, metavar="FILE")


def _form(call: Call) -> "ListForm":
    """The list is called by its own code, or by the mapping's where none was given."""
    from letapis.desk.list_files import ListForm

    told = call.options
    return ListForm(getattr(told, "title", ""), b"", told.list or told.mapping.upper(), told.mapping)


def pieces(path: Path, start: int = 0) -> Iterator[bytes]:
    """A file of this machine, piece by piece. Raises NotFound("cli.file_unreadable")."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            while piece := file.read(_PIECE):
                yield piece
    except OSError:
        raise NotFound("cli.file_unreadable") from None


def _key(call: Call) -> bytes:
    """The private key of a form, held in memory only; empty where none was named."""
    path = call.options.form_key
    return b"".join(pieces(path)) if path is not None else b""


def _tables(paths: list[Path], key: bytes) -> "Files":
    """The tables of files that nobody keeps; with the key of a form what its submissions hold."""
    from functools import partial

    from letapis.desk.list_files import together
    from letapis.engines.odk import Given, open_submissions
    from letapis.engines.tables import Tables, read_tables

    found: list[tuple[bytes, Tables]] = []
    sizes = {path: sum(map(len, pieces(path))) for path in paths}
    given = [Given(path.name, sizes[path], lambda path=path: b"".join(pieces(path))) for path in paths]  # type: ignore[misc]  # the default binds it
    opened = open_submissions(given, key) if key else ()
    clear = {one.of: one.answers.data for one in opened}
    locked = {part.of for one in opened for part in (*one.media, one.answers)}
    for place, path in enumerate(paths):
        if place in locked:
            continue
        data = clear.get(place)
        taken = partial(pieces, path) if data is None else partial(_rest, data)
        found.append((b"", read_tables(taken, sizes[path] if data is None else len(data), path.name)))
    return together(found)


def _rest(data: bytes, start: int = 0) -> Iterator[bytes]:
    yield data[start:]


def _list(call: Call) -> None:
    from letapis.core.errors import LetapisError, Refused
    from letapis.desk import evidence, list_files, list_import, list_preview
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier, form = the_dossier(call, desk, reader), _form(call)
        if call.options.dry_run:
            tried = _tried(call, desk, reader, dossier, form)
            _tell_seen(call, desk, tried, _sheet(call, desk, tried))
            return
        key = _key(call)
        with ExitStack() as undone:
            files = []
            for path in call.options.files:
                sealed = evidence.seal_upload(desk, reader, dossier, pieces(path))
                undone.callback(evidence.discard, desk, sealed)
                files.append((path.name, sealed))
            undone.pop_all()
        ident = list_files.bring(desk, reader, dossier, form, files, key)
        try:
            known = list_files.shown(desk, reader, ident)
            newer = known.previous and known.state == list_files.OPEN and not call.options.whole
            seen = list_preview.look(desk, reader, ident, call.progress()) if call.options.faults or newer else None
            if newer and seen is not None and list_preview.NEARLY_ALL_GONE in seen.flags:
                raise Refused("lists.nearly_all_gone")
            list_import.record(desk, reader, ident, call.progress())
        except LetapisError as error:
            if list_files.shown(desk, reader, ident).state == list_files.OPEN and error.code != "lists.changed_since":
                list_files.drop(desk, reader, ident)
            raise
        _tell(call, desk, reader, list_files.shown(desk, reader, ident), _sheet(call, desk, seen) if seen is not None else [])


def _tried(call: Call, desk: "Desk", reader: "Reader", dossier: bytes, form: "ListForm") -> "Preview":
    from letapis.core.errors import UsageError
    from letapis.desk import list_files, list_preview

    if form.mapping and form.mapping not in desk.catalogue.mappings:
        raise UsageError("lists.mapping")
    files = _tables(call.options.files, _key(call))
    return list_preview.trial(desk, reader, list_files.imagined(desk, reader, dossier, form), files, call.progress())


def _sheet(call: Call, desk: "Desk", seen: "Preview") -> list[str]:
    """Write the sheet of faults where one was asked for; the line that says so."""
    from letapis.desk import list_preview

    if not call.options.faults:
        return []
    return [new_file(call.options.faults, list_preview.fault_sheet(desk, seen.faults, call.language))]


def _tell(call: Call, desk: "Desk", reader: "Reader", known: "ListView", more: list[str]) -> None:
    from letapis.desk import list_import

    counts = list_import.deeds(desk, reader, known)
    groups = [{"group": one.ident.hex(), "code": one.code, "state": one.state} for one in list_import.groups(desk, reader, known)]
    lines = [f"{known.ident.hex()[:8]}  {call.say(f'lists.state.{known.state}')}"]
    lines += [f"  {count} {call.say(f'lists.recorded.{deed}')}" for deed, count in counts.items() if count]
    if any(one["state"] == list_import.WAITING for one in groups):
        lines.append(call.say("lists.waiting_means"))
    call.give({"list": known.ident.hex(), "state": known.state, **counts, "groups": groups}, [*lines, *more])


def _tell_seen(call: Call, desk: "Desk", seen: "Preview", more: list[str]) -> None:
    """What would come of a list; nothing of it is kept."""
    from letapis.desk import list_preview

    faults = [{"file": one.table, "row": one.row, "column": one.column, "code": one.code} for one in seen.faults]
    held = [{"row": one.page, "property": one.property, "code": one.code} for one in seen.held]
    groups = [{"code": one.code, "rows": [page for _, page in one.entries]} for one in seen.groups]
    lines = [f"{count} {call.say(f'lists.count.{name}')}" for name, count in seen.counts.items() if f"lists.count.{name}" in call.texts]
    lines += [f"  {one.row} {one.column}: {list_preview.fault_words(desk, one, call.language)}" for one in seen.faults[:_FEW]]
    lines += [call.say(flag) for flag in seen.flags]
    lines.append(call.say("lists.nothing_yet"))
    told: dict[str, Any] = {"counts": seen.counts, "faults": faults, "held": held, "groups": groups, "untaken": list(seen.untaken)}
    call.give(told | {"flags": list(seen.flags)}, [*lines, *more])


def _changes(call: Call) -> None:
    from letapis.core.list_sayings import text_of
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        seen = _tried(call, desk, reader, the_dossier(call, desk, reader), _form(call))
        told, lines = [], []
        for one in seen.moved:
            changes = [
                {"property": (d.old or d.new).property, "old": text_of(d.old) if d.old else "", "new": text_of(d.new) if d.new else ""}  # type: ignore[union-attr]  # one side is there
                for d in one.differences
            ]
            told.append({"name": one.label, "what": one.deed, "person": one.who.hex(), "changes": changes, "perhaps": one.renamed})
            lines.append(f"{one.label}: {call.say(f'lists.deed.{one.deed}')}")
            lines += [f"  {change['property']}: {change['old'] or '–'} → {change['new'] or '–'}" for change in changes]
        call.give({"counts": seen.counts, "changes": told}, lines or [call.say("lists.no_changes")])


def _undo(call: Call) -> None:
    from letapis.desk import list_undo, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = reading.resolve_id(desk, reader, "list_import", call.options.list)
        count = list_undo.take_back(desk, reader, ident, call.options.reason, call.progress())
        call.give({"list": ident.hex(), "taken_back": count}, [call.say("lists.taken_back")])


def _lists(call: Call) -> None:
    from letapis.desk import list_files
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        known = list_files.imports_of(desk, reader, the_dossier(call, desk, reader))
        told = [
            {"list": one.ident.hex(), "title": one.title, "day": one.day, "state": one.state, "entries": one.size, "mapping": one.mapping}
            for one in known
        ]
        lines = [f"{one.ident.hex()[:8]}  {one.day}  {call.say(f'lists.state.{one.state}')}  {one.size}  {one.title}" for one in known]
        call.give({"lists": told}, lines or [call.say("lists.none")])
