"""``letapis travel …``: journeys with a device."""

from datetime import date
from typing import TYPE_CHECKING

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.opening import Desk


def add(verbs: Verbs) -> None:
    start = verbs.verb("travel start", _start)
    start.add_argument("--device", default="", metavar="DEVICE")
    start.add_argument("--first", default="", metavar="DAY")
    start.add_argument("--until", required=True, metavar="DAY")
    verbs.verb("travel end", _end).add_argument("travel", metavar="JOURNEY")
    verbs.verb("travel list", _list)
    verbs.verb("travel pack", _pack).add_argument("--keep", action="append", default=[], metavar="DOSSIER")
    verbs.verb("travel unpack", _unpack)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("travel.dates") from None


def _start(call: Call) -> None:
    from letapis.desk import people, travel

    options = call.options
    last = _day(options.until)
    with call.desk() as desk:
        first = _day(options.first) if options.first else desk.clock().date()
        wanted = options.device or desk.device
        found = [d.device for d in people.directory(desk).active_devices() if wanted in (d.device, d.label)]
        if len(found) != 1:
            raise UsageError("travel.device")
        made = travel.start_journey(desk, desk.reader("work"), found[0], first, last)
        call.give({"journey": made.hex()}, [made.hex()])


def _the_journey(desk: "Desk", reader: "Reader", begin: str) -> bytes:
    from letapis.desk import travel

    found = [view.travel for view in travel.journeys(desk, reader) if view.travel.hex().startswith(begin.lower())]
    if len(found) != 1 or len(begin) < 4:
        raise UsageError("cli.journey")
    return found[0]


def _end(call: Call) -> None:
    from letapis.desk import travel

    with call.desk() as desk:
        reader = desk.reader("work")
        journey = _the_journey(desk, reader, call.options.travel)
        travel.end_journey(desk, reader, journey)
        call.give({"journey": journey.hex(), "state": "ended"}, [call.say("cli.done")])


def _pack(call: Call) -> None:
    from letapis.desk import packing, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        keep = [reading.resolve_dossier(desk, reader, text) for text in call.options.keep]
        done = packing.pack(desk, reader, keep, call.progress())
        told = {"records": done.records, "objects": done.objects, "keys": done.keys}
        call.give({**told, "clean": done.clean}, [call.say("travel.packed", **told), *([] if done.clean else [call.say("travel.not_clean")])])


def _unpack(call: Call) -> None:
    from letapis.desk import packing

    with call.desk() as desk:
        done = packing.unpack(desk, desk.reader("work"), call.progress())
        missing = {"records": done.missing_records, "objects": done.missing_objects}
        whole = {"records": done.records, "objects": done.objects}
        text = call.say("travel.still_missing", **missing) if any(missing.values()) else call.say("travel.unpacked", **whole)
        call.give({**whole, "missing": missing}, [text])


def _list(call: Call) -> None:
    from letapis.desk import people, reading, travel

    with call.desk() as desk:
        reader = desk.reader("work")
        names, devices = reading.member_names(desk, reader), people.directory(desk).devices
        listed, lines = [], []
        for view in travel.journeys(desk, reader):
            j = view.journey
            told = {"journey": view.travel.hex(), "device": j.device, "member": j.member.hex(), "state": j.state}
            listed.append({**told, "first": j.first.isoformat(), "until": j.last.isoformat()})
            label = devices[j.device].label if j.device in devices else ""
            days = f"{j.first.isoformat()} – {j.last.isoformat()}"
            lines.append(f"{view.travel.hex()[:8]}  {days}  {names.get(j.member, '')} · {label}  {call.say('travel.state.' + j.state)}")
        call.give({"journeys": listed}, lines or [call.say("cli.travel.none")])
