"""``letapis names …``: how likely two spellings are one name, a table of pairs, and who of the workspace is meant by a spelling."""

import sys
from pathlib import Path
from typing import Any

from letapis.core.name_compare import SUGGESTED, Likeness
from letapis.engines.catalogue import catalogue
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.name_words import in_words

_SHOWN = 20


def add(verbs: Verbs) -> None:
    compare = verbs.verb("names compare", _compare)
    for name in ("first", "second"):
        compare.add_argument(name, metavar=name.upper())
    verbs.verb("names find", _find).add_argument("query", metavar="QUERY")
    score = verbs.verb("names score", _score)
    score.add_argument("pairs", metavar="PAIRS.csv", type=Path)
    score.add_argument("-o", "--output", metavar="SCORES.csv", type=Path, required=True)


def _compare(call: Call) -> None:
    from letapis.faces.cli.common import one_line

    found = catalogue().names.compare(one_line(call.options.first), one_line(call.options.second))
    lines = [f"{found.score:.3f}  {call.say('names.suggested' if found.score >= SUGGESTED else 'names.not_suggested')}"]
    lines += [f"  {line['text']}" for line in _reasons(call, found)]
    if not found.reasons:
        lines.append(f"  {call.say('names.nothing')}")
    call.give({"score": found.score, "suggested": found.score >= SUGGESTED, "reasons": _reasons(call, found)}, lines)


def _reasons(call: Call, found: Likeness) -> list[dict[str, Any]]:
    return [{**reason._asdict(), "text": in_words(reason, call.texts, call.language)} for reason in found.reasons]


def _find(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import one_line

    query = one_line(call.options.query)
    with call.desk() as desk:
        found = reading.named_like(desk, desk.reader("work"), query)
        told, lines = [], []
        for one in found:
            reasons = _reasons(call, one.why)
            person = {"person": one.person.entity.hex(), "label": one.person.label, "name": one.name, "score": one.why.score}
            told.append(person | {"dossier": one.dossier.dossier.hex(), "code": one.dossier.code, "reasons": reasons, "also": one.also})
            lines.append(f"{one.person.entity.hex()[:8]}  {one.dossier.code}  {', '.join((one.person.label, *one.also))}")
            lines += [f"    {reason['text']}" for reason in reasons]
        call.give({"people": told}, lines or [call.say("names.nobody")])


def _score(call: Call) -> None:
    from letapis.engines.name_pairs import score_pairs

    scored = score_pairs(catalogue().names, call.options.pairs, call.options.output)
    told = [{"line": fault.line, "code": fault.code, "column": fault.about, "text": call.explain(fault.code)} for fault in scored.faults]
    if not call.json:
        for fault in told[:_SHOWN]:
            print(call.say("cli.line", line=fault["line"]), fault["column"], fault["text"], file=sys.stderr)
    lines = [call.say("names.scored", count=scored.rows), call.say("names.read_as", encoding=scored.encoding)]
    lines += [call.say("names.faulty", count=scored.faulty)] if scored.faulty else []
    call.give({"rows": scored.rows, "encoding": scored.encoding, "faulty": scored.faulty, "faults": told}, lines)
