"""``letapis evidence …``: originals come in byte for byte; people look at safe copies."""

import mimetypes
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from letapis.core.errors import Busy, LetapisError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.opening import Desk
    from letapis.desk.reading import EvidenceView

_PIECE = 1 << 20
_SAID = {True: "evidence.authentic.yes", False: "evidence.authentic.no"}


def add(verbs: Verbs) -> None:
    new = verbs.verb("evidence add", _add)
    new.add_argument("dossier", metavar="DOSSIER")
    new.add_argument("file", metavar="FILE|-")
    new.add_argument("--title", required=True, metavar="TEXT")
    new.add_argument("--kind", default="document", choices=("document", "photo", "audio", "video", "testimony", "web"))
    new.add_argument("--source", default="")
    new.add_argument("--media-type", default="")
    new.add_argument("--without-copy", action="store_true")
    new.add_argument("--capture", action="append", default=[], metavar="FIELD=VALUE")
    verbs.verb("evidence list", _list).add_argument("dossier", metavar="DOSSIER")
    verbs.verb("evidence show", _show).add_argument("evidence", metavar="EVIDENCE")
    record = verbs.verb("evidence record", _record)
    record.add_argument("evidence", metavar="EVIDENCE")
    record.add_argument("record", metavar="RECORD")
    judge = verbs.verb("evidence authentic", _authentic)
    judge.add_argument("evidence", metavar="EVIDENCE")
    judge.add_argument("--say", default="", choices=("yes", "no"))
    judge.add_argument("--reason", default="", metavar="TEXT")


def opened(argument: str, after: ExitStack) -> tuple[BinaryIO, str, int]:
    """The stream, the sender's file name and the size, which is 0 where it is not known. Raises Busy for a file that cannot be read."""
    if argument == "-":
        return sys.stdin.buffer, "", 0
    path = Path(argument)
    try:
        stream = after.enter_context(path.open("rb"))
    except OSError:
        raise Busy("cli.file_unreadable") from None
    return stream, path.name, path.stat().st_size


def pieces(stream: BinaryIO, size: int, progress: Callable[[int, int], None] | None) -> Iterator[bytes]:
    done = 0
    try:
        while piece := stream.read(_PIECE):
            done += len(piece)
            if progress and size:
                progress(done, size)
            yield piece
    except OSError:
        raise Busy("cli.file_unreadable") from None


def _add(call: Call) -> None:
    from letapis.desk import evidence, reading
    from letapis.faces.cli.capture import said_of
    from letapis.faces.cli.common import the_dossier

    options, said = call.options, said_of(call.options.capture)
    with ExitStack() as after:
        stream, name, size = opened(options.file, after)
        desk = after.enter_context(call.desk())
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        source = reading.resolve_source(desk, reader, ident, options.source) if options.source else b""
        media_type = options.media_type or mimetypes.guess_type(name)[0] or ""
        form = evidence.EvidenceForm(options.title, options.kind, name, source, media_type, arrived="command_line", said=said)
        item = evidence.add_evidence(desk, reader, ident, form, pieces(stream, size, call.progress()))
        kept = reading.evidence(desk, reader, item)
        copy, lines = ({}, []) if options.without_copy else _copied(call, desk, reader, item)
        told = call.say("cli.evidence.kept", size=kept.size, sha256=kept.sha256.hex())
        call.give(_json(kept) | copy, [item.hex(), told, *lines])


def _copied(call: Call, desk: "Desk", reader: "Reader", item: bytes) -> tuple[dict[str, object], list[str]]:
    """Make the safe copy. A file that the sandbox refuses is kept all the same; the answer says so."""
    from letapis.desk import evidence

    try:
        made = evidence.make_working_copy(desk, reader, item)
    except LetapisError as fault:
        return {"pages": 0, "flags": [], "copy_fault": fault.code}, [call.say("cli.evidence.not_copied"), f"  {call.explain(fault.code)}"]
    remarks = [f"  {call.explain(flag)}" for flag in made.flags]
    return {"pages": len(made.pages), "flags": list(made.flags)}, [call.say("cli.evidence.copied", count=len(made.pages)), *remarks]


def _json(kept: "EvidenceView") -> dict[str, object]:
    told = {"title": kept.title, "kind": kept.kind, "media_type": kept.media_type, "size": kept.size, "received": kept.received}
    return {"evidence": kept.object.hex(), "sha256": kept.sha256.hex(), "sha512": kept.sha512.hex(), **told}


def _list(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        found = reading.evidence_of(desk, reader, the_dossier(call, desk, reader))
        lines = [f"{kept.object.hex()[:8]}  {kept.kind:<10} {kept.size:>10}  {kept.title}" for kept in found]
        call.give({"evidence": [_json(kept) for kept in found]}, lines or [call.say("cli.evidence.none")])


def _show(call: Call) -> None:
    from letapis.desk import evidence, reading
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        kept, names = reading.evidence(desk, reader, item), reading.member_names(desk, reader)
        flags, entries = evidence.flags(desk, reader, item), reading.custody(desk, reader, item)
        told = [{"step": e.step, "event": e.event, "outcome": e.outcome, "member": names.get(e.member, ""), "recorded": e.recorded} for e in entries]
        pages = len(reading.renditions(desk, reader, item))
        lines = [f"{item.hex()}  {kept.title}", f"  SHA-256 {kept.sha256.hex()}"]
        lines += [f"  {call.explain(flag)}" for flag in flags]
        lines += [f"  {e['recorded']}  {e['event']}: {e['outcome']}  {e['member']}" for e in told]
        call.give(_json(kept) | {"name": kept.name, "pages": pages, "flags": list(flags), "custody": told}, lines)


def _authentic(call: Call) -> None:
    from letapis.desk import reading, verify
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        if call.options.say:
            verify.judge_document(desk, reader, item, call.options.say == "yes", call.options.reason)
        found, names = verify.document_words(desk, reader, item), reading.member_names(desk, reader)
        said = [{"member": names.get(w.member, ""), "authentic": w.holds, "reason": w.reason, "recorded": w.recorded} for w in found.words]
        state = "found" if found.authentic else "doubted" if said else "nobody"
        lines = [call.say(f"evidence.authentic.{state}")]
        lines += [f"  {w['member']}: {call.say(_SAID[bool(w['authentic'])])}. {w['reason']}" for w in said]
        call.give({"evidence": item.hex(), "authentic": found.authentic, "words": said}, lines)


def _record(call: Call) -> None:
    from letapis.core.instants import instant
    from letapis.desk import evidence_records, reading
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        record = reading.resolve_id(desk, reader, "evidence", call.options.record)
        found = evidence_records.check(desk, reader, item, record)
        lines = [call.explain(found.outcome)]
        lines += [f"  {instant(one.moment)}" + (f" {call.explain(one.fault)}" if one.fault else "") for one in found.stamps]
        stamps = [{"moment": instant(one.moment), "fault": one.fault} for one in found.stamps]
        call.give({"evidence": item.hex(), "record": record.hex(), "outcome": found.outcome, "stamps": stamps}, lines)
