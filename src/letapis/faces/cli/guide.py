"""``letapis interview guide``: what is still to be asked, in an order that hurts least, on screen or as a file to print."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.guide import Guide, Question


def add(verbs: Verbs) -> None:
    made = verbs.verb("interview guide", _guide)
    made.add_argument("dossier", metavar="DOSSIER")
    for name in ("person", "mechanism"):
        made.add_argument(f"--{name}", default="", metavar=name.upper())
    made.add_argument("--for", dest="audience", default="person", choices=("person", "family", "lawyer"))
    made.add_argument("-o", "--output", default="", metavar="FILE")


def _guide(call: Call) -> None:
    from pathlib import Path

    from letapis.desk import guide, reading
    from letapis.faces.cli.common import the_dossier
    from letapis.faces.cli.writing import new_file

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        person = reading.resolve_entity(desk, reader, dossier, options.person) if options.person else b""
        found = guide.guide(desk, reader, dossier, person, options.audience, options.mechanism)
        lines = _lines(call, found)
        if options.output:
            target = Path(options.output)
            made = guide.print_guide(desk, reader, dossier, found, call.language, target.suffix.removeprefix(".").lower())
            lines = [new_file(target, made), call.say("guide.made", count=found.count)]
        call.give(_json(call, found) | {"file": options.output}, lines)


def _lines(call: Call, found: "Guide") -> list[str]:
    lines: list[str] = []
    number = 0
    for one in found.parts:
        lines += ["", one.part.label[call.language], *(f"  {said}" for said in one.part.say.get(call.language, ()))]
        for question in one.questions:
            number += 1
            look = f" ({call.say('guide.look')}: {'; '.join(question.places)})" if question.places else ""
            lines.append(f"{number:>4}. {question.text[call.language]}{look}")
    if found.told:
        lines += ["", call.say("guide.told"), *(f"  – {one.text[call.language]} ({'; '.join(one.places)})" for one in found.told)]
    return lines[1:]


def _json(call: Call, found: "Guide") -> dict[str, Any]:
    def told(one: "Question") -> dict[str, Any]:
        return {"question": one.text[call.language], "facts": list(one.facts), "norms": one.norms, "places": list(one.places)}

    parts = [{"part": one.part.id, "hard": one.part.hard, "questions": [told(q) for q in one.questions]} for one in found.parts]
    return {"parts": parts, "told": [told(one) for one in found.told], "others": found.others}
