"""``letapis names link``: who may be entered twice among very many persons of one or several dossiers. Proposals with reasons, nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.name_words import weighing

if TYPE_CHECKING:
    from letapis.core.identity_proposals import Proposal
    from letapis.desk.linkage import Proposed

_SHOWN: Final = 50


def add(verbs: Verbs) -> None:
    link = verbs.verb("names link", _link)
    link.add_argument("--dossier", action="append", required=True, dest="dossiers", metavar="DOSSIER")
    link.add_argument("--engine", default="duckdb", choices=("duckdb", "spark"))
    link.add_argument("--spill", type=Path, metavar="FOLDER")
    link.add_argument("--spill-is-encrypted", action="store_true")


def _link(call: Call) -> None:
    from letapis.desk import linkage, reading
    from letapis.engines.linkage import Spill, require

    options = call.options
    spill = Spill(options.spill, options.spill_is_encrypted)
    require(options.engine, spill)
    with call.desk() as desk:
        reader = desk.reader("work")
        dossiers = [reading.resolve_dossier(desk, reader, one) for one in options.dossiers]
        found = linkage.link(desk, reader, dossiers, options.engine, spill)
        told = [_told(call, found, one) for one in found.proposals]
        counts = {"persons": found.persons, "pairs": found.pairs, "decided": found.decided, "crowded": found.crowded}
        lines = [call.say("linkage.found", persons=found.persons, proposals=len(told))]
        for one in told[:_SHOWN]:
            lines.append(f"{one['weight']:.2f}  {one['first'][:8]}  {one['second'][:8]}  {one['names'][0]} – {one['names'][1]}")
            lines += [f"    {reason}" for reason in one["reasons"]]
        lines += [call.say("linkage.more", count=len(told) - _SHOWN)] if len(told) > _SHOWN else []
        lines += [call.say("linkage.decided", count=found.decided)] if found.decided else []
        lines += [call.say("linkage.crowded", count=found.crowded)] if found.crowded else []
        call.give({**counts, "proposals": told}, [*lines, call.say("linkage.decide")])


def _told(call: Call, found: "Proposed", one: "Proposal") -> dict[str, Any]:
    ids = {"first": one.first.hex(), "second": one.second.hex()}
    homes = [found.people[ident].dossier.hex() for ident in (one.first, one.second)]
    return {**ids, "dossiers": homes, "names": list(one.names), "weight": round(one.weight, 4), "reasons": weighing(one, call.texts, call.language)}
