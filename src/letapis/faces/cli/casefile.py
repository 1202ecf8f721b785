"""``letapis casefile …``: what would leave of a dossier, who could have told us, and the folder for a court."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from letapis.core.errors import Refused
from letapis.core.language import LANGUAGES
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.cli.weighing import add_word, chosen, list_sentences, word
from letapis.faces.cli.writing import new_file

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.answers import Answer
    from letapis.desk.casefile_plan import Plan
    from letapis.desk.opening import Desk

_TRUST: Final = ("policy.txt", "devices.txt")


def add(verbs: Verbs) -> None:
    plan, export = verbs.verb("casefile plan", _plan), verbs.verb("casefile export", _export)
    for parser in (plan, export):
        parser.add_argument("dossier", metavar="DOSSIER")
        parser.add_argument("--for", dest="kind", default="court", choices=("court", "prosecutor", "icc", "partner"))
        parser.add_argument("--redacted", action="append", default=[], metavar="COPY")
        parser.add_argument("--without-originals", action="store_true")
        parser.add_argument("--paper", default="en", choices=LANGUAGES)
    plan.add_argument("--recipient", default="", metavar="TEXT")
    for name in ("recipient", "purpose"):
        export.add_argument(f"--{name}", required=True, metavar="TEXT")
    export.add_argument("--to", required=True, type=Path, metavar="FOLDER")
    export.add_argument("--without-captures", action="store_true")
    export.add_argument("--moments", action="store_true")
    export.add_argument("--custody-words", action="store_true")
    ask = verbs.verb("casefile ask", _ask_opening)
    ask.add_argument("dossier", metavar="DOSSIER")
    ask.add_argument("--reason", required=True, metavar="TEXT|@FILE|-")
    agree = verbs.verb("casefile agree", _agree_opening)
    agree.add_argument("dossier", metavar="DOSSIER")
    agree.add_argument("opening", metavar="REQUEST", nargs="?", default="")
    verbs.verb("casefile trust", _trust).add_argument("--to", required=True, type=Path, metavar="FOLDER")
    verbs.verb("casefile circles", _circles).add_argument("dossier", metavar="DOSSIER")
    assess = verbs.verb("casefile assess", _assess)
    assess.add_argument("dossier", metavar="DOSSIER")
    add_word(assess)


def _plan(call: Call) -> None:
    """What would leave now for this recipient, and what stays, each with its reason."""
    from letapis.desk import casefile_plan, evidence
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        redacted, printed = _redacted(call, desk, reader), options.paper
        choice = casefile_plan.Choice(to=options.kind, redacted=redacted, originals=not options.without_originals, language=printed)
        found = casefile_plan.make_plan(desk, reader, ident, options.recipient, choice)
        found = replace(found, waiting=tuple(casefile_plan.in_language(desk, reader, found.waiting, call.language, printed)))
        inside = {item.object: evidence.lies_inside(desk, reader, item.object) for item in found.items}
        call.give(_plan_json(call, desk, found, inside), _plan_lines(call, desk, found, inside))


def _redacted(call: Call, desk: "Desk", reader: "Reader") -> tuple[bytes, ...]:
    from letapis.desk import reading

    return tuple(reading.resolve_id(desk, reader, "evidence", one) for one in call.options.redacted)


def _because(call: Call, answer: "Answer", who: str) -> str:
    said = call.say(answer.because, **answer.detail)
    return f"{call.say(f'casefile.who.{who}')}: {said}" if who else said


def _plan_json(call: Call, desk: "Desk", plan: "Plan", inside: Mapping[bytes, Sequence[str]]) -> dict[str, Any]:
    from letapis.desk.casefile_plan import said_plainly

    goes = [{"claim": s.claim.rid.hex(), "text": s.sentence.text, "other_words": s.veiled} for s in plan.goes]
    stays = [
        {"claim": s.claim.rid.hex(), "text": said_plainly(desk, s.claim, call.language).text, "who": s.who, "because": s.because.because}
        | {"reason": _because(call, s.because, s.who)}
        for s in plan.stays
    ]
    items_stay = [
        {"item": s.item.object.hex(), "title": s.item.title, "who": s.who, "because": s.because.because, "reason": _because(call, s.because, s.who)}
        for s in plan.items_stay
    ]
    items = [{"item": item.object.hex(), "title": item.title, "inside": list(inside[item.object])} for item in plan.items]
    redacted = [{"copy": copy.object.hex(), "title": copy.title} for copy in plan.redacted]
    waiting = [{"claims": [ref.hex() for ref in one.sentence.claims], "text": one.sentence.text, "circle": one.circle} for one in plan.waiting]
    return {"for": plan.to.id, "claims": goes, "claims_stay": stays, "items": items, "redacted": redacted, "items_stay": items_stay} | {
        "waiting": waiting
    }


def _plan_lines(call: Call, desk: "Desk", plan: "Plan", inside: Mapping[bytes, Sequence[str]]) -> list[str]:
    from letapis.desk.casefile_plan import said_plainly

    lines = [call.say("casefile.leaves_to", to=plan.to.label[call.language])]
    if plan.waiting:
        lines += [call.say("casefile.waits", count=len(plan.waiting))]
        lines += [f"  · {one.sentence.claims[0].hex()[:8]}  {one.sentence.text}" for one in plan.waiting]
    lines += [call.say("casefile.goes", count=len(plan.goes)), *(f"  ✓ {said.sentence.text}" for said in plan.goes)]
    lines += [call.say("casefile.stays", count=len(plan.stays))]
    lines += [f"  – {said_plainly(desk, one.claim, call.language).text} {_because(call, one.because, one.who)}" for one in plan.stays]
    told = {item: " ".join(map(call.say, keys)) for item, keys in inside.items()}
    lines += [call.say("casefile.items_go", count=len(plan.items)), *(f"  ✓ {item.title} {told[item.object]}".rstrip() for item in plan.items)]
    lines += [call.say("casefile.redacted_go", count=len(plan.redacted)), *(f"  ✓ {copy.title}" for copy in plan.redacted)] if plan.redacted else []
    lines += [call.say("casefile.items_stay", count=len(plan.items_stay))]
    return [*lines, *(f"  – {one.item.title}: {_because(call, one.because, one.who)}" for one in plan.items_stay)]


def _circles(call: Call) -> None:
    """Sentences that few could have told, numbered, with their circle and whether a colleague has weighed them."""
    from letapis.desk import casefile_plan
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        found = casefile_plan.weighed(desk, reader, the_dossier(call, desk, reader))
        list_sentences(call, desk, casefile_plan.in_language(desk, reader, found, call.language))


def _assess(call: Call) -> None:
    """One word on sentences by their number in ``casefile circles``, or on all that wait and are not one's own."""
    from letapis.desk import casefile_plan, circles
    from letapis.faces.cli.common import the_dossier

    form = word(call)
    with call.desk() as desk:
        reader = desk.reader("check")
        ident = the_dossier(call, desk, reader)
        said = chosen(call, desk, casefile_plan.weighed(desk, reader, ident))
        circles.assess(desk, reader, ident, circles.PACKAGE, said, form)
        value = {"assessed": len(said), "left": len(casefile_plan.held_back(desk, reader, ident))}
        call.give(value, [call.say("circles.kept", count=len(said))])


def _export(call: Call) -> None:
    from letapis.desk import casefile
    from letapis.desk.casefile_plan import Choice
    from letapis.desk.casefile_records import Showing
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        showing, redacted = Showing(instants=options.moments, words=options.custody_words), _redacted(call, desk, reader)
        told = not options.without_captures
        choice = Choice((), redacted, not options.without_originals, captures=told, showing=showing, to=options.kind, language=options.paper)
        made = casefile.export_case_file(desk, reader, ident, options.to, options.recipient, options.purpose, choice, call.progress())
        lines = [str(made.target), call.say("cli.casefile.made", items=made.items, records=made.records), f"SHA-256 {made.digest}"]
        lines += [call.say("cli.casefile.left_out", count=made.left_out)] if made.left_out else []
        lines += [call.say("cli.casefile.kept", claims=made.kept, items=made.items_kept)] if made.kept or made.items_kept else []
        call.give({"folder": str(made.target), **made.figures}, lines)


def _ask_opening(call: Call) -> None:
    from letapis.desk import casefile_opening
    from letapis.faces.cli.common import long_text, the_dossier

    reason = long_text(call.options.reason)
    with call.desk() as desk:
        reader = desk.reader("work")
        made = casefile_opening.ask_opening(desk, reader, the_dossier(call, desk, reader), reason)
        call.give({"opening": made.header.id.hex()}, [made.header.id.hex(), call.say("casefile.opening_asked")])


def _agree_opening(call: Call) -> None:
    from letapis.desk import casefile_opening, reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("check")
        ident = the_dossier(call, desk, reader)
        if call.options.opening:
            asked = reading.resolve_id(desk, reader, "ruling", call.options.opening)
            made = casefile_opening.agree_opening(desk, reader, ident, asked)
            return call.give({"decision": made.header.id.hex()}, [call.say("casefile.opening_agreed")])
        found = casefile_opening.openings(desk, reader, ident)
        told = [{"opening": one.rid.hex(), "until": one.until, "holds": one.holds, "reason": one.reason} for one in found]
        call.give({"openings": told}, [f"{one.rid.hex()[:8]}  {one.until}  {'✓' if one.holds else '·'}  {one.reason}" for one in found])


def _trust(call: Call) -> None:
    """What an expert compares a case file with: got by another way than the case file itself. Both files or none."""
    from letapis.desk import casefile

    places = [call.options.to / name for name in _TRUST]
    if any(place.exists() for place in places):
        raise Refused("cli.file_exists")
    with call.desk() as desk:
        texts = casefile.trust_files(desk, desk.reader("work"))
        policy, devices = (new_file(place, data) for place, data in zip(places, texts, strict=True))
        call.give({"policy": policy, "devices": devices}, [call.say("cli.casefile.trust", policy=policy, devices=devices)])
