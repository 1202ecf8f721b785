"""``letapis evidence redact …``: copies with parts blacked out, the second look, the look through a file before it leaves, marks for readers."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.core.errors import Busy, UsageError
from letapis.core.redaction import REASONS
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.redaction import Box
    from letapis.desk.opening import Desk
    from letapis.desk.redaction import RedactionView

_LARGEST = 256 << 20


def add(verbs: Verbs) -> None:
    new = verbs.verb("evidence redact", _redact)
    new.add_argument("evidence", metavar="EVIDENCE")
    new.add_argument("--title", required=True, metavar="TEXT")
    new.add_argument("--page", type=int, default=1, metavar="N")
    new.add_argument("--box", action="append", default=[], metavar="X,Y,W,H")
    new.add_argument("--words", action="append", default=[], metavar="TEXT")
    new.add_argument("--pages", default="", metavar="1-3,7")
    new.add_argument("--reason", default="source", choices=REASONS)
    new.add_argument("--why", default="", metavar="TEXT")
    verbs.verb("evidence redacted", _list).add_argument("evidence", metavar="EVIDENCE")
    look = verbs.verb("evidence second-look", _second_look)
    look.add_argument("copy", metavar="COPY")
    look.add_argument("--say", required=True, choices=("yes", "no"))
    look.add_argument("--reason", required=True, metavar="TEXT")
    inspect = verbs.verb("evidence inspect", _inspect)
    inspect.add_argument("file", type=Path, metavar="FILE")
    inspect.add_argument("--words", action="append", default=[], metavar="TEXT")
    mark = verbs.verb("evidence mark", _mark)
    mark.add_argument("evidence", metavar="EVIDENCE")
    mark.add_argument("topics", metavar="TOPIC", nargs="*")
    mark.add_argument("--say", default="", metavar="TEXT")
    mark.add_argument("--take-back", action="store_true")


def _boxes(call: Call, pages: int) -> "list[Box]":
    """Boxes as typed: four numbers in percent, before them the page and a colon where it is another than ``--page``."""
    from letapis.core import redaction

    made = []
    for typed in call.options.box:
        before, colon, numbers = typed.rpartition(":")
        parts = numbers.split(",")
        if len(parts) != 4 or (colon and not (before.isascii() and before.isdecimal() and len(before) < 6)):
            raise UsageError("redact.percent")
        page = int(before) if colon else call.options.page
        left, top, width, height = (redaction.percent(part) for part in parts)
        made.append(redaction.box(page, left, top, width, height, call.options.reason, pages))
    return made


def _redact(call: Call) -> None:
    from letapis.core import redaction as rules
    from letapis.desk import redaction
    from letapis.faces.cli.common import long_text, the_thing

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", options.evidence)
        pages, words = redaction.pages(desk, reader, item), [long_text(one).strip() for one in options.words]
        boxes, spans = _boxes(call, len(pages)), list[rules.Span]()
        layer = redaction.layer(desk, reader, item) if pages and words else ()
        text = "" if pages or not words else redaction.safe_text(desk, reader, item)
        for one in words:
            found: list[Any] = list(rules.boxes_of(layer, one, options.reason) if pages else rules.spans_of(text, one, options.reason))
            if not found:
                raise UsageError("redact.words_not_found")
            (boxes if pages else spans).extend(found)
        chosen = rules.chosen_pages(options.pages, len(pages)) if options.pages else ()
        wish = redaction.Wish(options.title, tuple(boxes), tuple(spans), chosen, options.why)
        made = redaction.redaction(desk, reader, redaction.redact(desk, reader, item, wish))
        call.give(_json(made), [made.copy.object.hex(), call.say("redact.made", count=len(made.boxes) + len(made.spans))])


def _json(one: "RedactionView") -> dict[str, Any]:
    told: dict[str, Any] = {"copy": one.copy.object.hex(), "redaction": one.redaction.hex(), "original": one.original.hex()}
    told |= {"title": one.copy.title, "media_type": one.copy.media_type, "size": one.copy.size, "sha256": one.copy.sha256.hex()}
    told |= {"pages": list(one.pages), "boxes": [box.text for box in one.boxes], "places": [span.text for span in one.spans]}
    return told | {"why": one.text, "day": one.day, "may_leave": one.cleared}


def _list(call: Call) -> None:
    from letapis.desk import redaction
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        found = redaction.redactions(desk, reader, the_thing(call, desk, reader, "evidence", call.options.evidence))
        lines = [f"{one.copy.object.hex()[:8]}  {one.day}  {one.copy.title}: {call.say(_state(one))}" for one in found]
        call.give({"copies": [_json(one) for one in found]}, lines or [call.say("redact.none")])


def _state(one: "RedactionView") -> str:
    return "redact.state.cleared" if one.cleared else "redact.state.open" if any(not word.holds for word in one.words) else "redact.state.waits"


def _copy(desk: "Desk", reader: "Reader", item: bytes) -> "RedactionView":
    from letapis.desk import reading, redaction

    original = reading.evidence(desk, reader, item).derived_from
    found = redaction.redactions(desk, reader, original) if original else []
    one = next((one for one in found if one.copy.object == item), None)
    if one is None:
        raise UsageError("redact.copy")
    return one


def _second_look(call: Call) -> None:
    from letapis.desk import redaction
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("check")
        one = _copy(desk, reader, the_thing(call, desk, reader, "evidence", call.options.copy))
        redaction.second_look(desk, reader, one.redaction, call.options.say == "yes", call.options.reason)
        now = redaction.redaction(desk, reader, one.redaction)
        call.give(_json(now), [call.say(_state(now))])


def _inspect(call: Call) -> None:
    """Look through a file outside any workspace: what of a person, a place or a covered word is still in it."""
    from letapis.core.errors import Refused
    from letapis.engines import outgoing
    from letapis.faces.cli.common import long_text

    try:
        with call.options.file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError:
        raise Busy("cli.file_unreadable") from None
    found = outgoing.look(data, [long_text(one).strip() for one in call.options.words])
    value = {"kind": found.kind, "clean": found.clean, "faults": list(found.faults), "words": found.words}
    if found.clean or call.json:
        call.give(value, [call.say("outgoing.clean")])
    if not found.clean:
        raise Refused("outgoing.not_clean", reasons=tuple(f"outgoing.fault.{fault}" for fault in found.faults))


def _mark(call: Call) -> None:
    from letapis.desk import difficult, reading
    from letapis.faces.cli.common import long_text, the_thing

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", options.evidence)
        if options.take_back:
            difficult.take_back(desk, reader, item)
        elif options.topics:
            difficult.mark(desk, reader, item, options.topics, long_text(options.say))
        names, labels = reading.member_names(desk, reader), desk.catalogue.care.topics
        said = [
            {"member": names.get(one.member, ""), "topics": list(one.topics), "text": one.text, "recorded": one.recorded}
            for one in difficult.marks(desk, reader, item)
        ]
        lines = [f"{one['member']}: {', '.join(labels[t].label[call.language] for t in one['topics'] if t in labels)}. {one['text']}" for one in said]
        call.give({"evidence": item.hex(), "marks": said}, lines or [call.say("difficult.none")])
