"""``letapis judge``, ``brief …``: from the law to the document that leaves the house."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.core.errors import Refused, UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.cli.weighing import add_word, chosen, list_sentences, word
from letapis.faces.cli.writing import new_file

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.brief import Cell
    from letapis.desk.briefs import BriefView
    from letapis.desk.opening import Desk

WORD, PAGE = "submission.docx", "submission.pdf"


def add(verbs: Verbs) -> None:
    judge = verbs.verb("judge", _judge)
    for name in ("dossier", "norm", "element"):
        judge.add_argument(name, metavar=name.upper())
    judge.add_argument("holds", metavar="yes|no", choices=("yes", "no"))
    judge.add_argument("--reason", required=True, metavar="TEXT|@FILE|-")
    judge.add_argument("--person", default="", metavar="PERSON")
    make = verbs.verb("brief make", _make)
    make.add_argument("dossier", metavar="DOSSIER")
    make.add_argument("--mechanism", default="WGAD-REGULAR")
    make.add_argument("--text-language", default="en")
    make.add_argument("--target", default="", metavar="PERSON")
    make.add_argument("--request", default="", metavar="NAME")
    make.add_argument("--own-words", default="", metavar="JSON|@FILE|-")
    verbs.verb("brief again", _again).add_argument("brief", metavar="BRIEF")
    verbs.verb("brief list", _list).add_argument("dossier", metavar="DOSSIER")
    verbs.verb("brief show", _show).add_argument("brief", metavar="BRIEF")
    gates = verbs.verb("brief gates", _gates)
    verbs.verb("brief circles", _circles).add_argument("brief", metavar="BRIEF")
    assess = verbs.verb("brief assess", _assess)
    assess.add_argument("brief", metavar="BRIEF")
    add_word(assess)
    verbs.verb("brief approve", _approve).add_argument("brief", metavar="BRIEF")
    produce = verbs.verb("brief produce", _produce)
    for parser in (gates, produce):
        parser.add_argument("brief", metavar="BRIEF")
        parser.add_argument("--override", default="", metavar="TEXT|@FILE|-")
    produce.add_argument("--to", required=True, type=Path, metavar="FOLDER")


def _judge(call: Call) -> None:
    from letapis.desk import reading, verify
    from letapis.faces.cli.common import long_text, the_dossier

    options, reason = call.options, long_text(call.options.reason)
    with call.desk() as desk:
        reader = desk.reader("check")
        ident = the_dossier(call, desk, reader)
        person = reading.resolve_entity(desk, reader, ident, options.person) if options.person else b""
        made = verify.judge_element(desk, reader, ident, options.norm, options.element, options.holds == "yes", reason, person)
        call.give({"decision": made.header.id.hex()}, [call.say("cli.done")])


def _own_words(argument: str) -> Mapping[str, str]:
    from letapis.faces.cli.common import long_text

    if not argument:
        return {}
    try:
        words = json.loads(long_text(argument))
    except (ValueError, RecursionError):
        raise UsageError("cli.own_words_form") from None
    if not isinstance(words, dict) or not all(isinstance(text, str) for text in words.values()):
        raise UsageError("cli.own_words_form")
    return words


def _json(view: "BriefView") -> dict[str, Any]:
    told = {"mechanism": view.mechanism, "language": view.language, "author": view.author.hex(), "recorded": view.recorded}
    return {"brief": view.brief.hex(), "dossier": view.dossier.hex(), **told, "approvers": [member.hex() for member in view.approvers]}


def the_brief(call: Call, desk: "Desk", reader: "Reader") -> "BriefView":
    from letapis.desk import briefs
    from letapis.faces.cli.common import the_thing

    return briefs.brief(desk, reader, the_thing(call, desk, reader, "brief", call.options.brief))


def _make(call: Call) -> None:
    from letapis.desk import briefs, reading
    from letapis.faces.cli.common import the_dossier

    options, own = call.options, _own_words(call.options.own_words)
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        target = reading.resolve_entity(desk, reader, dossier, options.target) if options.target else b""
        _told(call, briefs.make_brief(desk, reader, dossier, options.mechanism, options.text_language, own, target, options.request))


def _told(call: Call, view: "BriefView") -> None:
    """A draft that was just made, with what it still lacks."""
    from letapis.core.brief import word_count
    from letapis.core.composed import missing
    from letapis.engines.catalogue import catalogue
    from letapis.faces.card_words import CardWords

    empty, words = missing(view.document), word_count(view.document)
    said = CardWords(catalogue(), call.language)
    lines = [view.brief.hex(), call.say("cli.brief.made", brief=view.brief.hex()[:8], words=words, missing=len(empty))]
    call.give(_json(view) | {"words": words, "missing": list(empty)}, [*lines, *(f"  – {said.question(label)[0]}" for label in empty)])


def _again(call: Call) -> None:
    """The same document as the record supports it now."""
    from letapis.desk import briefs

    with call.desk() as desk:
        reader = desk.reader("work")
        _told(call, briefs.make_again(desk, reader, the_brief(call, desk, reader)))


def _list(call: Call) -> None:
    from letapis.desk import briefs
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        found = briefs.briefs(desk, reader, the_dossier(call, desk, reader))
        lines = [f"{view.brief.hex()[:8]}  {view.recorded}  {view.mechanism}  {view.language}" for view in found]
        call.give({"briefs": [_json(view) for view in found]}, lines or [call.say("cli.brief.none")])


def _show(call: Call) -> None:
    from letapis.core.briefjson import to_json

    with call.desk() as desk:
        view = the_brief(call, desk, desk.reader("work"))
        document = json.loads(to_json(view.document))
        call.give(_json(view) | {"document": document}, _lines(view))


def _lines(view: "BriefView") -> list[str]:
    """The document as plain text, in the order in which it is read."""
    from letapis.core.brief import FieldAnswer, Heading, Paragraph, Table

    document = view.document
    lines = [line for line in (document.marking or "", document.title, document.subtitle) if line]
    for block in document.blocks:
        if isinstance(block, Heading):
            lines += ["", f"{'#' * block.level} {block.text}"]
        elif isinstance(block, Paragraph):
            lines.append(" ".join(sentence.text for sentence in block.sentences))
        elif isinstance(block, FieldAnswer):
            lines += [f"{block.number} {block.label}".strip(), "    " + (" ".join(sentence.text for sentence in block.answer) or "…")]
        elif isinstance(block, Table):
            lines += [" | ".join(_cell(cell) for cell in row) for row in (block.header, *block.rows)]
    return lines


def _cell(cell: "Cell") -> str:
    return cell if isinstance(cell, str) else " ".join(sentence.text for sentence in cell)


def _state(call: Call, gate: Mapping[str, Any]) -> str:
    if gate["holds"]:
        return call.say("cli.brief.open")
    return call.say("cli.brief.shut" if gate["blocks"] else "cli.brief.warns")


def _gates(call: Call) -> None:
    from letapis.desk import submit
    from letapis.faces.card_words import CardWords
    from letapis.faces.cli.common import gate_json, long_text

    override = long_text(call.options.override)
    with call.desk() as desk:
        reader, words = desk.reader("work"), CardWords(desk.catalogue, call.language)
        told = [gate_json(words, gate) for gate in submit.gates(desk, reader, the_brief(call, desk, reader), override)]
        lines = [f"{_state(call, gate):<10} {gate['text']}" + (f" ({gate['item']})" if gate["item"] else "") for gate in told]
        call.give({"gates": told, "open": not any(g["blocks"] and not g["holds"] for g in told)}, lines)


def _circles(call: Call) -> None:
    """Sentences that few could have told, numbered, with their circle and whether a colleague has weighed them."""
    from letapis.desk import briefs

    with call.desk() as desk:
        reader = desk.reader("work")
        list_sentences(call, desk, briefs.weighed(desk, reader, the_brief(call, desk, reader)))


def _assess(call: Call) -> None:
    """One word on sentences by their number in ``brief circles``, or on all that wait and are not one's own."""
    from letapis.desk import briefs

    form = word(call)
    with call.desk() as desk:
        reader = desk.reader("check")
        view = the_brief(call, desk, reader)
        said = chosen(call, desk, briefs.weighed(desk, reader, view))
        now = briefs.assess(desk, reader, view, said, form)
        left = len(briefs.held_back(desk, reader, now))
        value = {"assessed": len(said), "left": left, "brief": now.brief.hex()}
        call.give(value, [call.say("circles.kept", count=len(said)), *([now.brief.hex()] if now.brief != view.brief else [])])


def _approve(call: Call) -> None:
    from letapis.desk import briefs

    with call.desk() as desk:
        reader = desk.reader("check")
        made = briefs.approve_brief(desk, reader, the_brief(call, desk, reader))
        call.give({"decision": made.header.id.hex()}, [call.say("cli.done")])


def _produce(call: Call) -> None:
    """The files are looked for before anything is recorded: what is recorded as gone out must be there to be sent."""
    from letapis.desk import submit
    from letapis.faces.cli.common import long_text

    folder, override = call.options.to, long_text(call.options.override)
    if any((folder / name).exists() for name in (WORD, PAGE)):
        raise Refused("cli.file_exists")
    with call.desk() as desk:
        reader = desk.reader("work")
        made = submit.produce(desk, reader, the_brief(call, desk, reader), override)
        word, page = (new_file(folder / name, data) for name, data in ((WORD, made.docx), (PAGE, made.pdf)))
        value = {"submission": made.submission.hex(), "evidence": [item.hex() for item in made.objects], "word": word, "page": page}
        call.give(value, [call.say("cli.brief.produced", word=word, page=page)])
