"""``letapis capture …``: web captures of others, what they hold, and how an item was captured."""

from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.assertion import Verdict
    from letapis.core.capture import CaptureField
    from letapis.desk.captures import CaptureView
    from letapis.desk.web_captures import Brought


def add(verbs: Verbs) -> None:
    new = verbs.verb("capture import", _import)
    new.add_argument("file", metavar="FILE|-")
    new.add_argument("--dossier", required=True, metavar="DOSSIER")
    new.add_argument("--title", default="", metavar="TEXT")
    new.add_argument("--source", default="")
    _seen(new)
    verbs.verb("capture read", _read).add_argument("evidence", metavar="EVIDENCE")
    seen = verbs.verb("capture seen", _assert)
    seen.add_argument("evidence", metavar="EVIDENCE")
    _seen(seen)
    verbs.verb("capture check", _check).add_argument("evidence", metavar="EVIDENCE")
    verbs.verb("capture show", _show).add_argument("evidence", metavar="EVIDENCE")
    say = verbs.verb("capture set", _set)
    say.add_argument("evidence", metavar="EVIDENCE")
    say.add_argument("fields", nargs="+", metavar="FIELD=VALUE")
    many = verbs.verb("capture set-imported", _set_imported)
    many.add_argument("import", metavar="IMPORT")
    many.add_argument("fields", nargs="+", metavar="FIELD=VALUE")
    verbs.verb("capture fields", _fields)
    verbs.verb("capture pin", _pin).add_argument("file", metavar="FILE")
    verbs.verb("capture unpin", _unpin).add_argument("root", metavar="SHA-256")
    verbs.verb("capture roots", _roots)


def _seen(verb: ArgumentParser) -> None:
    verb.add_argument("--words", action="append", default=[], metavar="TEXT|@FILE|-")
    verb.add_argument("--media", action="append", default=[], metavar="SHA-256")


def _asked(call: Call) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    from letapis.faces.cli.common import long_text

    try:
        media = tuple(bytes.fromhex(text) for text in call.options.media)
    except ValueError:
        raise UsageError("assertion.media") from None
    return tuple(long_text(text) for text in call.options.words), media


def _import(call: Call) -> None:
    from letapis.desk import reading, web_captures
    from letapis.faces.cli.common import the_dossier
    from letapis.faces.cli.evidence import opened, pieces

    words, media = _asked(call)
    if call.options.file != "-" and Path(call.options.file).is_dir():
        _folder(call)
        return
    with ExitStack() as after:
        stream, name, size = opened(call.options.file, after)
        desk = after.enter_context(call.desk())
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        source = reading.resolve_source(desk, reader, dossier, call.options.source) if call.options.source else b""
        form = web_captures.CaptureForm(call.options.title or call.say("capture.untitled"), name, source, words, media)
        made = web_captures.import_capture(desk, reader, dossier, form, pieces(stream, size, None), call.progress())
        call.give(_json(made), [made.item.hex(), *_lines(call, made)])


def _folder(call: Call) -> None:
    """Results of another archiving program: a folder with its list and its files."""
    from letapis.desk import foreign, reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        source = reading.resolve_source(desk, reader, dossier, call.options.source) if call.options.source else b""
        found = foreign.import_results(desk, reader, dossier, Path(call.options.file), source, call.progress())
        listed = [{"path": one.path, "evidence": one.item.hex(), "result": one.result, "page": one.page} for one in found]
        call.give({"files": listed}, [f"{one.item.hex()[:8]}  {call.say(f'foreign.{one.result}'):<24} {one.path}" for one in found])


def _read(call: Call) -> None:
    from letapis.desk import web_captures
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        made = web_captures.read_capture(desk, reader, item, progress=call.progress())
        call.give(_json(made), [item.hex(), *_lines(call, made)])


def _json(made: "Brought") -> dict[str, object]:
    told = {"evidence": made.item.hex(), "verdict": str(made.soundness), "found": list(made.codes), "parts": [part.hex() for part in made.parts]}
    return {**told, "seen": _verdict(made.assertion) if made.assertion else None}


def _verdict(verdict: "Verdict") -> dict[str, str]:
    return {"result": str(verdict.result), "reason": verdict.reason, "address": verdict.address}


def _lines(call: Call, made: "Brought") -> list[str]:
    lines = [call.say(f"capture.verdict.{made.soundness}"), *(f"  {call.explain(code)}" for code in made.codes)]
    if made.parts:
        lines.append(call.say("capture.taken_out", count=len(made.parts)))
    return lines + (_said(call, made.assertion) if made.assertion else [])


def _said(call: Call, verdict: "Verdict") -> list[str]:
    return [call.say(f"assertion.result.{verdict.result}"), f"  {call.explain(verdict.reason)}"]


def _assert(call: Call) -> None:
    from letapis.desk import assertions
    from letapis.faces.cli.common import the_thing

    words, media = _asked(call)
    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        verdict = assertions.assert_seen(desk, reader, item, words, media)
        call.give({"evidence": item.hex(), **_verdict(verdict)}, _said(call, verdict))


def _check(call: Call) -> None:
    from letapis.core.web_claims import verdict
    from letapis.desk import web_captures
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        codes = web_captures.check_again(desk, reader, item)
        lines = [call.say(f"capture.verdict.{verdict(codes)}"), *(f"  {call.explain(code)}" for code in codes)]
        call.give({"evidence": item.hex(), "verdict": str(verdict(codes)), "found": list(codes)}, lines)


def _show(call: Call) -> None:
    from letapis.desk import assertions, captures, web_captures
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        view, form, seen = captures.capture_of(desk, reader, item), desk.catalogue.capture, assertions.assertion_of(desk, reader, item)
        found = web_captures.found_of(desk, reader, item)
        sealed = [field.id for group in form.groups for field in group.fields if field.sealed and field.id in view.given]
        least = [group.letter for group in view.missing]
        lines = [_least(call, view), *(f"  {call.explain(code)}" for code in found)]
        for group in form.groups:
            given = [field for field in group.fields if field.id in view.given or field.id in view.read]
            lines += [group.label[call.language]] if given else []
            lines += [f"  {field.label[call.language]}{_whose(call, field)}: {_value(call, view, field)}" for field in given]
        told = {"result": str(seen.result), "reason": seen.reason, "words": list(seen.words)} if seen else None
        lines += [call.say(f"assertion.result.{seen.result}"), f"  {call.explain(seen.reason)}"] if seen else []
        lines.append(call.say("capture.unsaid_count", count=len(view.unsaid)))
        known = {"fields": dict(view.given), "read": dict(view.read), "unsaid": [field.id for field in view.unsaid]}
        call.give({"evidence": item.hex(), **known, "sealed": sealed, "missing": least, "found": list(found), "seen": told}, lines)


def _whose(call: Call, field: "CaptureField") -> str:
    """Whose word a field is that nobody writes."""
    if not field.reads:
        return ""
    return f" ({call.say('capture.from_records' if field.group == 'file' else 'capture.file_says')})"


def _value(call: Call, view: "CaptureView", field: "CaptureField") -> str:
    value = view.given.get(field.id) or view.read.get(field.id, "")
    return field.shown(value, call.language).replace("\n", " · ")


def _least(call: Call, view: "CaptureView") -> str:
    """How whole a capture is, in words."""
    if not view.asked:
        return call.say("capture.not_asked")
    if not view.missing:
        return call.say("capture.whole")
    names = ", ".join(group.label[call.language] for group in view.missing)
    return call.say("capture.missing", count=len(view.missing), names=names)


def _set(call: Call) -> None:
    from letapis.desk import captures
    from letapis.faces.cli.common import the_thing

    said = said_of(call.options.fields)
    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        captures.set_capture(desk, reader, item, said)
        view = captures.capture_of(desk, reader, item)
        missing = [group.letter for group in view.missing]
        call.give({"evidence": item.hex(), "missing": missing}, [_least(call, view)])


def said_of(words: list[str]) -> dict[str, str]:
    """Fields and their values as they stand on the command line. Raises UsageError("capture.field") for what is no such pair."""
    from letapis.faces.cli.common import long_text

    pairs = [word.partition("=") for word in words]
    if not all(sign for _, sign, _ in pairs):
        raise UsageError("capture.field")
    return {name: long_text(value) for name, _, value in pairs}


def _set_imported(call: Call) -> None:
    from letapis.desk import imports, reading

    said = said_of(call.options.fields)
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = reading.resolve_id(desk, reader, "import", getattr(call.options, "import"))
        count = imports.say_of_all(desk, reader, ident, said, call.progress())
        call.give({"import": ident.hex(), "written": count}, [call.say("capture.said_of", count=count)])


def _fields(call: Call) -> None:
    from letapis.engines.catalogue import catalogue

    groups = catalogue().capture.groups
    listed = [
        {"id": one.id, "group": group.id, "minimum": one.minimum, "sealed": one.sealed, "read": bool(one.reads), "choices": list(one.choices)}
        for group in groups
        for one in group.fields
    ]
    call.give({"fields": listed}, [f"{one.id:<24} {one.label[call.language]}" for group in groups for one in group.fields])


def _pin(call: Call) -> None:
    from letapis.desk import web_roots
    from letapis.faces.cli.common import long_text

    pem = long_text(f"@{call.options.file}")
    with call.desk() as desk:
        root = web_roots.pin_root(desk, desk.reader("work"), pem)
        call.give({"name": root.name, "sha256": root.sha256}, [root.name, f"SHA-256 {root.sha256}", call.say("capture.pinned")])


def _unpin(call: Call) -> None:
    from letapis.core.errors import NotFound
    from letapis.desk import web_roots

    with call.desk() as desk:
        reader = desk.reader("work")
        found = [one for one in web_roots.roots(desk, reader) if one.sha256.startswith(call.options.root.lower())]
        if len(found) != 1 or len(call.options.root) < 8:
            raise NotFound("reading.not_found")
        web_roots.drop_root(desk, reader, found[0].ident)
        call.give({"sha256": found[0].sha256}, [call.say("cli.done")])


def _roots(call: Call) -> None:
    from letapis.desk import web_roots

    with call.desk() as desk:
        found = web_roots.roots(desk, desk.reader("work"))
        call.give({"roots": [{"name": one.name, "sha256": one.sha256} for one in found]}, [f"{one.sha256}  {one.name}" for one in found])
