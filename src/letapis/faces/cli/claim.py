"""``letapis note …``, ``claim …``, ``check``, ``dispute`` and their like: write down, cut into claims, four eyes."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.claims import Cut
    from letapis.desk.opening import Desk

_PARTS = ("valid_from", "valid_to", "certainty", "circle", "page", "time_code")


def add(verbs: Verbs) -> None:
    note = verbs.verb("note add", _note)
    note.add_argument("dossier", metavar="DOSSIER")
    note.add_argument("--title", required=True, metavar="TEXT")
    note.add_argument("--text", required=True, metavar="TEXT|@FILE|-")
    for name in ("source", "basis", "subject"):
        note.add_argument(f"--{name}", default="")
    note.add_argument("--text-language", default="en")
    claim = verbs.verb("claim add", _add)
    claim.add_argument("dossier", metavar="DOSSIER")
    claim.add_argument("--note", default="", metavar="NOTE")
    claim.add_argument("--quote", default="", metavar="TEXT|@FILE|-")
    claim.add_argument("--claims", default="", metavar="JSON|@FILE|-")
    claim.add_argument("--own-experience", action="store_true")
    _cut_arguments(claim)
    verbs.verb("claim list", _list).add_argument("dossier", metavar="DOSSIER")
    verbs.verb("claim show", _show).add_argument("claim", metavar="CLAIM")
    correct = verbs.verb("claim correct", _correct)
    correct.add_argument("claim", metavar="CLAIM")
    _cut_arguments(correct)
    check = verbs.verb("check", _check)
    check.add_argument("--passage", default="", metavar="PASSAGE")
    check.add_argument("--reason", default="", metavar="TEXT|@FILE|-")
    check.add_argument("claims", nargs="*", metavar="CLAIM")
    for words, run in (("dispute", _dispute), ("retract", _retract)):
        parser = verbs.verb(words, run)
        parser.add_argument("claim", metavar="CLAIM")
        parser.add_argument("--reason", required=True, metavar="TEXT|@FILE|-")
    verbs.verb("withdraw", _withdraw).add_argument("dispute", metavar="DISPUTE")
    overrule = verbs.verb("overrule", _overrule)
    overrule.add_argument("dispute", metavar="DISPUTE")
    overrule.add_argument("--reason", required=True, metavar="TEXT|@FILE|-")


def _cut_arguments(parser: ArgumentParser) -> None:
    for name in ("property", "value", "subject", "source", "basis", *_PARTS):
        parser.add_argument(f"--{name.replace('_', '-')}", dest=name, default="")
    parser.add_argument("--partial", action="store_true")
    parser.add_argument("--evidence", default="", metavar="EVIDENCE")


def _note(call: Call) -> None:
    from letapis.desk import claims, reading
    from letapis.faces.cli.common import long_text, the_dossier

    options = call.options
    text = long_text(options.text)
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        source = reading.resolve_source(desk, reader, ident, options.source) if options.source else b""
        subject = reading.resolve_entity(desk, reader, ident, options.subject) if options.subject else b""
        form = claims.NoteForm(options.title, text, options.text_language, source, options.basis, subject)
        note = claims.write_note(desk, reader, ident, form)
        call.give({"note": note.hex()}, [note.hex()])


def _cut(desk: "Desk", reader: "Reader", dossier: bytes, told: Mapping[str, Any]) -> "Cut":
    """A claim from named parts: the options of the command, or one object of ``--claims``."""
    from letapis.desk import claims, reading

    known = {"property", "value", "subject", "source", "basis", "partial", "evidence", *_PARTS}
    if not set(told) <= known or not told.get("property") or "value" not in told:
        raise UsageError("cli.claims_form")
    subject = reading.resolve_entity(desk, reader, dossier, told["subject"]) if told.get("subject") else b""
    source = reading.resolve_source(desk, reader, dossier, told["source"]) if told.get("source") else b""
    evidence = reading.resolve_id(desk, reader, "evidence", told["evidence"]) if told.get("evidence") else b""
    rest: dict[str, Any] = {name: str(told.get(name) or "") for name in ("basis", *_PARTS)}
    value = str(told["value"])
    return claims.Cut(told["property"], value, subject, source, partial=bool(told.get("partial")), evidence=evidence, **rest)


def _told(call: Call) -> list[Mapping[str, Any]]:
    from letapis.faces.cli.common import long_text

    options = call.options
    named = {name: getattr(options, name) for name in ("property", "value", "subject", "source", "basis", "partial", "evidence", *_PARTS)}
    if not options.claims:
        return [named]
    try:
        told = json.loads(long_text(options.claims))
    except (ValueError, RecursionError):
        raise UsageError("cli.claims_form") from None
    if not isinstance(told, list) or not told or not all(isinstance(one, dict) for one in told):
        raise UsageError("cli.claims_form")
    # Source, basis or subject are mostly the same for a whole list; what is typed beside it must not be lost without a word.
    given = {name: value for name, value in named.items() if value}
    return [given | one for one in told]


def _add(call: Call) -> None:
    from letapis.desk import claims, reading
    from letapis.faces.cli.common import hexes, long_text, the_dossier

    options, told = call.options, _told(call)
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        cuts = [_cut(desk, reader, ident, one) for one in told]
        if options.note:
            note = reading.resolve_id(desk, reader, "note", options.note)
            start, end = claims.find_passage(reading.note(desk, reader, note).text, long_text(options.quote))
            made = claims.cut_claims(desk, reader, note, start, end, cuts, options.own_experience)
        else:
            made = claims.add_claims(desk, reader, ident, cuts)
        idents = hexes(record.header.id for record in made)
        call.give({"claims": idents}, idents)


def _list(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import claim_json, claim_line, the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        found = reading.claims(desk, reader, the_dossier(call, desk, reader))
        call.give({"claims": [claim_json(c) for c in found]}, [claim_line(desk, call, c) for c in found])


def _show(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import claim_json, claim_line, the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        life = reading.claim_life(desk, reader, the_thing(call, desk, reader, "claim", call.options.claim))
        names = reading.member_names(desk, reader)
        rulings = [
            {"ruling": r.rid.hex(), "kind": r.kind, "member": names.get(r.member, ""), "reason": r.reason, "recorded": r.recorded, "counts": r.counts}
            for r in life.rulings
        ]
        reasons = life.standing.because if life.standing else ()
        because = [{"holds": a.holds, "because": a.because, "text": call.say(a.because, **a.detail)} for a in reasons]
        value = claim_json(life.claim) | {
            "words": life.passage.text if life.passage else "",
            "passage": life.passage.rid.hex() if life.passage else "",
            "because": because,
            "rulings": rulings,
            "same_property": [claim_json(c) for c in life.same_property],
            "later": [claim_json(c) for c in life.later],
        }
        lines = [claim_line(desk, call, life.claim)]
        lines += [f"  “{life.passage.text}”"] if life.passage else []
        lines += [f"  {one['text']}" for one in because]
        lines += [f"  {r['recorded']}  {r['kind']}  {r['member']}  {r['reason']}" for r in rulings]
        call.give(value, lines)


def _correct(call: Call) -> None:
    from letapis.desk import claims, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        old = reading.resolve_id(desk, reader, "claim", call.options.claim)
        view = reading.claim(desk, reader, old)
        told = {"property": call.options.property or view.property} | {
            name: getattr(call.options, name) for name in ("value", "subject", "source", "basis", "partial", "evidence", *_PARTS)
        }
        made = claims.correct_claim(desk, reader, old, _cut(desk, reader, view.dossier, told))
        call.give({"claim": made.header.id.hex(), "replaces": old.hex()}, [made.header.id.hex()])


def _check(call: Call) -> None:
    from letapis.desk import reading, verify
    from letapis.faces.cli.common import long_text

    options = call.options
    if bool(options.passage) == bool(options.claims):
        raise UsageError("cli.check_what")
    reason = long_text(options.reason)
    with call.desk() as desk:
        reader = desk.reader("check")
        if options.passage:
            rid = reading.resolve_id(desk, reader, "passage", options.passage)
            made = verify.check_passage(desk, reader, reading.passage(desk, reader, rid).ref, reason)
        else:
            made = verify.check_claims(desk, reader, [reading.resolve_id(desk, reader, "claim", text) for text in options.claims], reason)
        count = len(made.refs("targets"))
        call.give({"decision": made.header.id.hex(), "claims": count}, [call.say("cli.checked", count=count)])


def _decided(call: Call, kind: str, argument: str) -> None:
    """Run one decision of ``desk.verify`` on the thing that the argument names."""
    from letapis.desk import reading, verify
    from letapis.faces.cli.common import long_text

    decide = {"dispute": verify.dispute_claim, "retract": verify.retract_claim, "overrule": verify.overrule_dispute}
    with call.desk() as desk:
        reader = desk.reader("check")
        target = reading.resolve_id(desk, reader, "claim" if argument == "claim" else "ruling", getattr(call.options, argument))
        made = decide[kind](desk, reader, target, long_text(call.options.reason))
        call.give({"decision": made.header.id.hex()}, [made.header.id.hex()])


def _dispute(call: Call) -> None:
    _decided(call, "dispute", "claim")


def _retract(call: Call) -> None:
    _decided(call, "retract", "claim")


def _overrule(call: Call) -> None:
    _decided(call, "overrule", "dispute")


def _withdraw(call: Call) -> None:
    from letapis.desk import reading, verify

    with call.desk() as desk:
        reader = desk.reader("check")
        made = verify.withdraw_dispute(desk, reader, reading.resolve_id(desk, reader, "ruling", call.options.dispute))
        call.give({"decision": made.header.id.hex()}, [made.header.id.hex()])
