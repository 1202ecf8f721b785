"""``letapis brief bundle``, ``brief trace``: what goes beside a document, and the way back from a footnote to the original."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.faces.cli.brief import the_brief
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.bundle_plan import Enclosure
    from letapis.desk.opening import Desk
    from letapis.desk.trace import Step


def add(verbs: Verbs) -> None:
    bundle, trace = verbs.verb("brief bundle", _bundle), verbs.verb("brief trace", _trace)
    for parser in (bundle, trace):
        parser.add_argument("brief", metavar="BRIEF")
    bundle.add_argument("--to", type=Path, default=None, metavar="FOLDER")
    bundle.add_argument("--annex", type=int, action="append", metavar="N")
    trace.add_argument("note", type=int, metavar="NOTE-NUMBER")


def _plan_json(call: Call, one: "Enclosure") -> dict[str, Any]:
    told = {"number": one.annex.number, "title": one.annex.title, "item": one.item.object.hex() if one.item else ""}
    reason = {"because": one.because.because, "reason": call.say(one.because.because)}
    return told | {"may": one.may, "goes": one.goes, "confidential": one.confidential} | reason


def _inside(desk: "Desk", reader: "Reader", one: "Enclosure") -> tuple[str, ...]:
    """What leaves unseen with an original, as keys."""
    from letapis.desk import evidence

    return evidence.lies_inside(desk, reader, one.item.object) if one.may and one.item else ()


def _plan_lines(call: Call, told: dict[str, Any]) -> list[str]:
    first = f"{told['number']:>3} {'✓' if told['goes'] else '–'} {told['title']}: {told['reason']}{_apart(call, told)}"
    return [first, *(f"      {call.say(one)}" for one in told["inside"])]


def _apart(call: Call, told: dict[str, Any]) -> str:
    return f" {call.say('bundle.confidential')}" if told["confidential"] and told["may"] else ""


def _bundle(call: Call) -> None:
    """Without a folder what would go, each annex with its reason; with one it is written."""
    from letapis.desk import bundle, bundle_plan

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        view = the_brief(call, desk, reader)
        plan = bundle_plan.make_plan(desk, reader, view, options.annex)
        annexes = [_plan_json(call, one) | {"inside": list(_inside(desk, reader, one))} for one in plan]
        lines = [line for one in annexes for line in _plan_lines(call, one)]
        if options.to is None:
            call.give({"annexes": annexes}, lines or [call.say("cli.bundle.nothing")])
            return
        made = bundle.write_bundle(desk, reader, view, options.to, options.annex)
        value: dict[str, Any] = {"folder": str(made.target), "bundle": made.bundle.hex(), "digest": made.digest, "size": made.size}
        value |= {"enclosed": list(made.annexes), "left_out": list(made.left_out), "annexes": annexes}
        call.give(value, [*lines, call.say("cli.bundle.made", folder=str(made.target), count=len(made.annexes)), made.digest])


def _trace(call: Call) -> None:
    from letapis.desk import trace

    with call.desk() as desk:
        reader = desk.reader("work")
        found = trace.trace(desk, reader, the_brief(call, desk, reader), call.options.note)
        claims = [_step_json(one) for one in found.steps]
        value: dict[str, Any] = {"note": found.note.number, "sentences": [one.text for one in found.sentences]}
        value |= {"annexes": list(found.note.annexes), "claims": claims}
        call.give(value, [*(one.text for one in found.sentences), *(line for one in found.steps for line in _step_lines(call, one))])


def _step_json(one: "Step") -> dict[str, Any]:
    claim, passage, item = one.claim, one.passage, one.item
    told: dict[str, Any] = {"label": one.label, "ref": one.ref.hex()}
    told |= {"claim": claim.rid.hex() if claim else "", "property": claim.property if claim else "", "value": claim.value if claim else ""}
    if passage:
        words = {"passage": passage.rid.hex(), "note": passage.note.hex(), "start": passage.start, "end": passage.end, "text": passage.text}
        told["words"] = words
    if item:
        told["original"] = {"item": item.object.hex(), "title": item.title, "sha256": item.sha256.hex(), "received": item.received}
    return told


def _step_lines(call: Call, one: "Step") -> list[str]:
    lines = [f"  {one.label}" + (f": {one.claim.property} = {one.claim.value} ({one.claim.rid.hex()[:8]})" if one.claim else "")]
    if one.passage:
        lines.append("    " + call.say("cli.trace.passage", start=one.passage.start, end=one.passage.end, text=one.passage.text))
    else:
        lines.append("    " + call.say("cli.trace.no_words"))
    if one.item:
        lines.append("    " + call.say("cli.trace.item", item=one.item.object.hex()[:8], digest=one.item.sha256.hex()))
    return lines
