"""``letapis export``: persons and organisations of a dossier as data for a partner; without a file, what would leave and what stays."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from letapis.core.errors import LetapisError, Refused, UsageError
from letapis.core.standing import Level
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.cli.writing import new_file

if TYPE_CHECKING:
    from letapis.desk.package_plan import Order, Plan

_FLOORS: Final = {"checked": Level.CHECKED, "verified": Level.VERIFIED}


def add(verbs: Verbs) -> None:
    export = verbs.verb("export", _export)
    export.add_argument("--dossier", required=True, metavar="DOSSIER")
    export.add_argument("--format", default="ftm", choices=("ftm", "csv", "json"))
    export.add_argument("--for", dest="kind", default="partner", choices=("court", "prosecutor", "icc", "partner"))
    export.add_argument("--recipient", required=True, metavar="TEXT")
    export.add_argument("--purpose", default="", metavar="TEXT")
    export.add_argument("--floor", default="checked", choices=tuple(_FLOORS))
    export.add_argument("--with", dest="groups", action="append", choices=("birth", "about", "offices", "lists", "case"))
    export.add_argument("--names-only", action="store_true")
    export.add_argument("--out", type=Path, metavar="FILE")


def _export(call: Call) -> None:
    from letapis.desk import bag, package, package_plan
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        ident, usual = the_dossier(call, desk, reader), desk.catalogue.package.usual
        groups = () if options.names_only else tuple(dict.fromkeys(options.groups)) if options.groups else usual
        order = package_plan.Order(options.format, options.kind, _FLOORS[options.floor], groups)
        if options.out is None:
            plan = package_plan.make_plan(desk, reader, ident, options.recipient, order)
            return call.give(_plan_json(call, plan), _plan_lines(call, plan, order))
        target = bag.outside(desk.workspace, options.out)
        if target.exists() or target.is_symlink():
            raise Refused("cli.file_exists")
        if not target.parent.is_dir():
            raise UsageError("casefile.folder")
        given = package.give(desk, reader, ident, options.recipient, options.purpose, order)
        try:
            new_file(target, given.data)
        except LetapisError:
            package.fail(desk, reader, given.package)
            raise
        counts = {"people": given.people, "values": given.values, "stayed": given.stayed}
        lines = [str(target), call.say("cli.export.given", **counts), f"SHA-256 {given.digest}"]
        call.give({"file": str(target), "package": given.package.hex(), "digest": given.digest, **counts}, lines)


def _plan_json(call: Call, plan: "Plan") -> dict[str, Any]:
    people = [
        {"id": one.id, "kind": one.kind, "name": one.name, "values": [{"fact": v.fact, "value": v.value, "origin": v.origin} for v in one.values]}
        for one in plan.people
    ]
    stays = [
        {"claim": one.claim.rid.hex(), "fact": one.claim.property, "who": one.who, "because": one.because.because, "reason": _why(call, one)}
        for one in plan.stays
    ]
    return {"for": plan.to.id, "people": people, "stays": stays, "never": dict(plan.never)}


def _why(call: Call, one: Any) -> str:
    said = call.say(one.because.because, **one.because.detail)
    return f"{call.say(f'casefile.who.{one.who}')}: {said}" if one.who else said


def _plan_lines(call: Call, plan: "Plan", order: "Order") -> list[str]:
    lines = [call.say("casefile.leaves_to", to=plan.to.label[call.language]), call.say("package.goes", count=len(plan.people))]
    for one in plan.people:
        lines.append(f"  ✓ {one.name} ({call.say(f'package.kind.{one.kind}')})")
        lines += [f"      {plan.fields[v.fact].column}: {plan.fields[v.fact].outside(v.value)}  ← {v.origin}" for v in one.values]
    lines.append(call.say("package.stays", count=len(plan.stays)))
    lines += [f"  – {plan.fields[one.claim.property].column} ({one.claim.rid.hex()[:8]}): {_why(call, one)}" for one in plan.stays]
    return [*lines, call.say("package.never", count=sum(plan.never.values()))] if plan.never else lines
