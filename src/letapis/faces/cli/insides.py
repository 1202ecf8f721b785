"""``letapis evidence inside …``: what a file says of itself, what is like it, what a machine reads in it."""

from letapis.core.language import LANGUAGES
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    inside = verbs.verb("evidence inside", _inside)
    inside.add_argument("evidence", metavar="EVIDENCE")
    inside.add_argument("--day-order", default="", choices=("dmy", "mdy", "ymd"))
    verbs.verb("evidence alike", _alike).add_argument("evidence", metavar="EVIDENCE")
    verbs.verb("evidence read-scan", _read).add_argument("evidence", metavar="EVIDENCE")
    note = verbs.verb("evidence scan-note", _note)
    note.add_argument("evidence", metavar="EVIDENCE")
    note.add_argument("--from-page", type=int, default=1, metavar="N")
    note.add_argument("--to-page", type=int, default=0, metavar="N")
    note.add_argument("--written", default="be", choices=LANGUAGES)


def _inside(call: Call) -> None:
    from letapis.desk import captures, foreign_bags, insides, reading
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        insides.look_inside(desk, reader, item, call.options.day_order)
        found = insides.embedded(desk, reader, item)
        told = [
            {"reader": one.reader, "said": [[s.group, s.name, s.value] for s in one.said], "warnings": list(one.warnings), "fault": one.fault}
            for one in found
        ]
        parts, text = insides.attachments(desk, reader, item), insides.text_of(desk, reader, item)
        is_web = captures.is_web(reading.evidence(desk, reader, item))
        lines = [] if found else [call.say("insides.web_verb", item=item.hex()[:8]) if is_web else call.say("insides.nothing")]
        for one in found:
            lines.append(call.say(f"insides.reader.{one.reader}"))
            lines += [f"  ! {call.say(f'insides.warning.{code}')}" for code in one.warnings]
            lines += [f"  ! {call.explain(one.fault)}"] if one.fault else []
            if one.reader == insides.BAG:
                bags = [foreign_bags.words(desk, bag, call.language) for bag in foreign_bags.of_said(one.said)]
                lines += [f"  {line}" for head, remarks in bags for line in (head, *(f"  {remark}" for remark in remarks))]
            else:
                lines += [f"  {said.group} {said.name}: {said.value}" for said in one.said if said.value]
        lines += [f"{part.object.hex()[:8]}  {part.media_type}  {part.title}" for part in parts]
        lines += [text.rstrip()] if text else []
        call.give({"evidence": item.hex(), "found": told, "attachments": [part.object.hex() for part in parts], "text": text}, lines)


def _alike(call: Call) -> None:
    from letapis.desk import alikes
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        found = alikes.alike_to(desk, reader, item)
        told = [{"evidence": one.item.object.hex(), "dossier": one.item.dossier.hex(), "why": one.why, "percent": one.percent} for one in found]
        lines = [f"{one.item.object.hex()[:8]}  {one.item.title}: {call.say(f'insides.alike.{one.why}', percent=one.percent)}" for one in found]
        call.give({"evidence": item.hex(), "alike": told}, lines or [call.say("insides.alike_none")])


def _read(call: Call) -> None:
    from letapis.desk import insides, ocr
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        made = ocr.read_scan(desk, reader, item, call.progress())
        text = insides.text_of(desk, reader, item, ocr.READ)
        known, lacking = ocr.languages_of(desk, reader, item)
        named = [", ".join(call.say(f"insides.language.{one}") for one in some) for some in (known, lacking)]
        lines = [f"{call.say('insides.languages')}: {named[0]}"]
        lines += [f"{call.say('insides.lacking')}: {named[1]}. {call.say('insides.lacking_means')}"] if lacking else []
        value = {"evidence": item.hex(), "text_item": made.hex(), "text": text, "languages": list(known), "languages_lacking": list(lacking)}
        call.give(value, [call.say("insides.machine_means"), *lines, text.rstrip()])


def _note(call: Call) -> None:
    from letapis.desk import ocr
    from letapis.faces.cli.common import the_thing

    first = call.options.from_page
    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        made = ocr.note_of(desk, reader, item, first, call.options.to_page or first, call.options.written)
        call.give({"evidence": item.hex(), "note": made.hex()}, [f"{call.say('insides.note_made')} {made.hex()[:8]}"])
