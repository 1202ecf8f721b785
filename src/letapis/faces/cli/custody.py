"""``letapis evidence history`` and ``evidence event``: the whole way of an item, and what people did with it outside the desk."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.cli.writing import new_file

if TYPE_CHECKING:
    from letapis.core.custody import Events
    from letapis.desk.custody import Step

_EVENT_WORDS = {"to": "recipient", "by": "agent", "on": "happened", "at": "place", "condition": "condition", "reason": "reason"} | {
    "authority": "authority", "tool": "tool", "unusual": "unusual"}  # fmt: skip


def add(verbs: Verbs) -> None:
    history = verbs.verb("evidence history", _history)
    history.add_argument("evidence", metavar="EVIDENCE")
    history.add_argument("--csv", type=Path, default=None, metavar="FILE")
    event = verbs.verb("evidence event", _event)
    event.add_argument("evidence", metavar="EVIDENCE")
    event.add_argument("event", metavar="EVENT")
    for name in _EVENT_WORDS:
        event.add_argument(f"--{name}", default="", metavar="DAY" if name == "on" else "TEXT")


def _history(call: Call) -> None:
    """Every step with its signatures and log, what is missing, what was made apart. With ``--csv`` the same as a table for people."""
    from letapis.desk import copies, custody, custody_table, reading
    from letapis.faces.cli.common import the_thing
    from letapis.faces.cli.fixity import called

    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", call.options.evidence)
        if call.options.csv is not None:
            new_file(call.options.csv, custody_table.table(desk, reader, item))
        found, names = custody.history(desk, reader, item), reading.member_names(desk, reader)
        steps = [_step_json(found.steps[ref], names) for row in found.chain.rows for ref in row]
        gaps = [{"kind": gap.kind, "record": gap.ref.hex(), "missing": gap.missing.hex()} for gap in found.chain.gaps]
        forks = [{"record": parent.hex(), "followed_by": [one.hex() for one in several]} for parent, several in found.chain.forks]
        silences = [{"record": gap.ref.hex(), "days": gap.days} for gap in found.chain.silences]
        derived = [one.object.hex() for one in found.derived]
        known = desk.catalogue.custody
        lines = [call.say("custody.whole" if found.chain.is_whole else "custody.not_whole")]
        lines += [f"  {e['step']:>3}  {str(e['recorded'])[:10]}  {_said(call, known, str(e['event']))}  {e['member']}" for e in steps]
        value = {"evidence": item.hex(), "whole": found.chain.is_whole, "steps": steps, "gaps": gaps, "forks": forks}
        held = []
        for one in copies.of_item(desk, reader, item):
            name, state = called(call, desk, one.place), call.say(f"fixity.state.{one.cell.state}")
            held.append({"place": one.place.place.hex(), "name": name, "state": one.cell.state, "day": one.cell.day, "good_on": list(one.days)})
            lines.append(f"  {call.say('custody.copy')} {name}: {state} {one.cell.day}".rstrip())
            lines += [f"       {call.say('custody.copies_read', count=len(one.days))} {one.days[0]}"] if one.days else []
        call.give(value | {"silences": silences, "derived": derived, "copies": held}, lines)


def _said(call: Call, known: "Events", event: str) -> str:
    return known.label(event, call.language) if event else call.say("custody.arrived")


def _step_json(step: "Step", names: Mapping[bytes, str]) -> dict[str, object]:
    from letapis.core.custody import MORE

    told: dict[str, object] = {"step": step.step, "event": step.event, "outcome": step.outcome, "detail": step.said.detail}
    told |= {name: getattr(step.said, name) for name in MORE if getattr(step.said, name)}
    told |= {name: getattr(step.said, name).hex() for name in ("before", "after") if getattr(step.said, name)}
    told |= {"member": names.get(step.member, ""), "recorded": step.recorded, "signatures": step.signatures, "log": step.log}
    return told | {"record": step.ref.hex(), "follows": [parent.hex() for parent in step.parents]}


def _event(call: Call) -> None:
    from letapis.desk import custody
    from letapis.faces.cli.common import the_thing

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        item = the_thing(call, desk, reader, "evidence", options.evidence)
        said = custody.Said(**{field: getattr(options, name) for name, field in _EVENT_WORDS.items()})
        ref = custody.write_down(desk, reader, item, options.event, said)
        call.give({"evidence": item.hex(), "record": ref.hex()}, [call.say("custody.written")])
