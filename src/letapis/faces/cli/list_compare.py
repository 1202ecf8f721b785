"""``letapis import list-compare LIST``: a list of others beside ours, as lines, as JSON, and as a table."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.public_compare import Pair
    from letapis.core.public_words import PublicWords

_COUNTS = ("pairs", "differ", "missing_here", "missing_there", "hidden", "apart")


def add(verbs: Verbs) -> None:
    one = verbs.verb("import list-compare", _compare)
    one.add_argument("list", metavar="LIST")
    one.add_argument("--against", choices=("dossiers", "public"), default="dossiers")
    one.add_argument("--sheet", type=Path, metavar="CSV")


def _compare(call: Call) -> None:
    from letapis.core.csv_out import write_csv
    from letapis.desk import public_compare
    from letapis.faces import compare_words
    from letapis.faces.cli.common import the_thing
    from letapis.faces.cli.writing import new_file

    with call.desk() as desk:
        reader = desk.reader("work")
        listed = the_thing(call, desk, reader, "list_import", call.options.list)
        beside = public_compare.beside(desk, reader, listed, call.options.against)
        words = desk.catalogue.public_words
        found, lines = beside.found, [f"{call.say(f'compare.{name}')}: {beside.counts[name]}" for name in _COUNTS]
        told: dict[str, Any] = {"list": listed.hex(), "against": beside.against, "counts": beside.counts}
        told["pairs"] = [_pair(call, one, words) for one in found.pairs]
        for name in _COUNTS[2:]:
            told[name] = [one.key for one in getattr(found, name)]
        lines += [line for one in told["pairs"] for line in one.pop("lines")]
        for name in ("missing_here", "missing_there"):
            lines += [f"{call.say(f'compare.{name}')}: {compare_words.name_of(one, call.language)}" for one in getattr(found, name)]
        if call.options.sheet:
            lines.append(new_file(call.options.sheet, write_csv(compare_words.sheet_rows(found, words, call.language))))
        call.give(told, lines)


def _pair(call: Call, one: "Pair", words: "PublicWords") -> dict[str, Any]:
    from letapis.faces import compare_words

    told = compare_words.lines(one.differences, words, call.language)
    names = [compare_words.name_of(side, call.language) for side in (one.theirs, one.ours)]
    lines = [f"{' · '.join(names)} ({call.say(f'oneperson.how.{one.proposal.how}')})"]
    lines += [f"  {line.label}: {call.say(line.kind)}: {line.ours or '–'} / {line.theirs or '–'}" for line in told]
    both = zip(one.differences, told, strict=True)
    differ = [{"field": each.field, "kind": each.kind, "ours": line.ours, "theirs": line.theirs} for each, line in both]
    why = compare_words.why(one, words, call.language)
    return {"theirs": one.theirs.key, "ours": one.ours.key, "weight": round(one.proposal.weight, 3), "why": why, "differ": differ, "lines": lines}
