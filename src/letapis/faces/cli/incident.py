"""``letapis incident …``: a colleague's device is in other hands."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.doubtful import Passage
    from letapis.desk.incidents import IncidentPage
    from letapis.desk.opening import Desk


def add(verbs: Verbs) -> None:
    new = verbs.verb("incident open", _open)
    new.add_argument("member", metavar="MEMBER")
    new.add_argument("--device", action="append", default=[], metavar="DEVICE")
    new.add_argument("--kind", action="append", required=True, metavar="KIND")
    new.add_argument("--since", default="", metavar="WHEN")
    new.add_argument("--text", default="", metavar="TEXT")
    verbs.verb("incident show", _show).add_argument("incident", nargs="?", default="", metavar="INCIDENT")
    step = verbs.verb("incident step", _step)
    for name in ("incident", "code", "state"):
        step.add_argument(name, metavar=name.upper())
    step.add_argument("--owner", default="", metavar="MEMBER")
    step.add_argument("--about", default="", metavar="SOURCE")
    step.add_argument("--text", default="", metavar="TEXT")
    doubt = verbs.verb("incident doubtful", _doubtful)
    doubt.add_argument("incident", metavar="INCIDENT")
    doubt.add_argument("--device", default="", metavar="DEVICE")
    again = verbs.verb("incident confirm", _confirm)
    again.add_argument("incident", metavar="INCIDENT")
    again.add_argument("records", nargs="+", metavar="RECORD")
    again.add_argument("--device", default="", metavar="DEVICE")
    again.add_argument("--reason", required=True, metavar="TEXT")
    verbs.verb("incident close", _close).add_argument("incident", metavar="INCIDENT")


def when(text: str) -> datetime:
    """An hour by this computer's clock. Raises UsageError("cli.when")."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise UsageError("cli.when") from None


def _open(call: Call) -> None:
    from letapis.desk import incidents, people, reading
    from letapis.faces.cli.common import long_text

    options = call.options
    since = when(options.since) if options.since else None
    with call.desk() as desk:
        reader = desk.reader("work")
        member = reading.resolve_member(desk, reader, options.member)
        theirs = [d for d in people.directory(desk).active_devices() if d.member == member]
        chosen = [d.device for d in theirs if not options.device or {d.device, d.label} & set(options.device)]
        day = (since or desk.clock()).date().isoformat()
        form = incidents.IncidentForm(member, tuple(chosen), tuple(options.kind), day, since, long_text(options.text))
        made = incidents.open_incident(desk, reader, form)
        call.give({"incident": made.hex()}, [made.hex()])


def _the_incident(desk: "Desk", reader: "Reader", begin: str) -> bytes:
    from letapis.desk import incidents

    found = [one.incident for one in incidents.incidents(desk, reader) if one.incident.hex().startswith(begin.lower())]
    if len(found) != 1:
        raise UsageError("cli.incident")
    return found[0]


def _show(call: Call) -> None:
    from letapis.desk import incidents, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        names = reading.member_names(desk, reader)
        if not call.options.incident:
            found = incidents.incidents(desk, reader)
            listed = [{"incident": i.incident.hex(), "member": i.member.hex(), "kinds": list(i.kinds), "day": i.day, "state": i.state} for i in found]
            lines = [f"{i.incident.hex()[:8]}  {i.day}  {names.get(i.member, ''):<24} {', '.join(i.kinds)}  {i.state}" for i in found]
            call.give({"incidents": listed}, lines or [call.say("cli.incident.none")])
            return
        page = incidents.page(desk, reader, _the_incident(desk, reader, call.options.incident))
        call.give(_json(page), _lines(call, page, names))


def _json(page: "IncidentPage") -> dict[str, Any]:
    """The page with stable keys."""
    devices = [
        {"device": d.device.device, "label": d.device.label, "state": str(d.device.state), "size": d.doubt.size, "by_clock": d.doubt.by_clock,
         "proven": d.doubt.proven, "suggested": d.doubt.suggested, "compromised_since": d.device.compromised_since, "after": d.after,
         "unseen": d.unseen, "confirmed": d.confirmed}
        for d in page.devices
    ]  # fmt: skip
    steps = [{"code": s.code, "state": s.state, "owner": s.owner.hex(), "by": s.author.hex(), "recorded": s.recorded} for s in page.steps]
    warn = [
        {"source": one.source.hex(), "code": one.code, "contact": one.contact, "state": s.state, "owner": s.owner.hex()} for one, s in page.warned
    ]
    opened = page.reach
    told = (("evidence", "evidence"), ("new_key", "renewed"), ("put_away", "put_away"))
    dossiers = [
        {"code": d.dossier.code, "classes": list(d.classes)} | {name: getattr(d, field) for name, field in told} for d in opened.dossiers
    ]
    return {
        "incident": page.line.incident.hex(),
        "state": page.line.state,
        "since": page.since,
        "devices": devices,
        "steps": steps,
        "warn": warn,
        "dossiers": dossiers,
        "shares": opened.shares,
        "elsewhere": opened.elsewhere,
    }


def _lines(call: Call, page: "IncidentPage", names: dict[bytes, str]) -> list[str]:
    lines = []
    for d in page.devices:
        if d.device.compromised_since is None:
            lines.append(call.say("cli.incident.suggested", label=d.device.label, size=d.doubt.size, since=d.doubt.suggested))
        else:
            state = call.say(f"directory.state.{d.device.state}")
            lines.append(call.say("cli.incident.device", label=d.device.label, since=d.device.compromised_since, state=state))
    lines += [f"{call.say('incidents.opened_heading')}: {', '.join(one.dossier.code for one in page.reach.dossiers) or '–'}"]
    for s in page.steps:
        lines.append(f"{s.code:<12} {call.say('incidents.step.' + s.state):<20} {names.get(s.owner, '')}")
    for one, s in page.warned:
        lines.append(f"warn {one.source.hex()[:8]}  {one.code:<20} {call.say('incidents.step.' + s.state):<20} {names.get(s.owner, '')}")
    return lines


def _step(call: Call) -> None:
    from letapis.desk import incidents, reading

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        incident = _the_incident(desk, reader, options.incident)
        owner = reading.resolve_member(desk, reader, options.owner) if options.owner else b""
        warned = [one.source for one, _ in incidents.page(desk, reader, incident).warned if one.source.hex().startswith(options.about.lower())]
        if options.about and len(warned) != 1:
            raise UsageError("incidents.step")
        about = warned[0] if options.about else b""
        incidents.say_step(desk, reader, incident, options.code, options.state, owner, about, options.text)
        call.give({"incident": incident.hex(), "code": options.code, "state": options.state}, [call.say("cli.done")])


def _close(call: Call) -> None:
    from letapis.desk import incidents

    with call.desk() as desk:
        reader = desk.reader("work")
        incident = _the_incident(desk, reader, call.options.incident)
        incidents.close_incident(desk, reader, incident)
        call.give({"incident": incident.hex(), "state": "closed"}, [call.say("cli.done")])


def _in_doubt(call: Call, desk: "Desk", reader: "Reader") -> "tuple[str, list[Passage]]":
    """The one marked device of the incident, or the one that ``--device`` names, and what waits to be confirmed again. Raises UsageError."""
    from letapis.desk import doubtful, incidents, people

    wanted, known = call.options.device, people.directory(desk).devices
    devices = [known[name] for name in incidents.devices_of(desk, reader, _the_incident(desk, reader, call.options.incident)) if name in known]
    marked = [(d.device, d.compromised_since) for d in devices if d.compromised_since is not None and (not wanted or wanted in (d.device, d.label))]
    if len(marked) != 1:
        raise UsageError("cli.incident.device_marked")
    device, since = marked[0]
    return device, doubtful.passages(doubtful.after(desk, reader, device, since or 0, waiting=True))


def _doubtful(call: Call) -> None:
    with call.desk() as desk:
        device, found = _in_doubt(call, desk, desk.reader("work"))
        listed = [{"words": one.words, "records": [{"record": d.ref.hex(), "type": d.record.type} for d in one.records]} for one in found]
        lines = []
        for one in found:
            kinds = ", ".join(dict.fromkeys(call.say(f"history.type.{d.record.type}") for d in one.records))
            lines.append(f"{one.records[0].ref.hex()[:12]}  {kinds}" + (f"  “{one.words}”" if one.words else ""))
        call.give({"device": device, "waiting": listed}, lines or [call.say("cli.incident.nothing_waits")])


def _confirm(call: Call) -> None:
    """Each word is the beginning of a record; the passage that it belongs to is confirmed whole, as on its page."""
    from letapis.core.errors import NotFound
    from letapis.desk import doubtful

    with call.desk() as desk:
        reader = desk.reader("work")
        device, found = _in_doubt(call, desk, reader)
        chosen: list[bytes] = []
        for begin in call.options.records:
            passages = [one for one in found if len(begin) >= 8 and any(d.ref.hex().startswith(begin.lower()) for d in one.records)]
            if len(passages) != 1:
                raise NotFound("reading.not_found")
            chosen += [d.ref for d in passages[0].records]
        count = doubtful.reconfirm(desk, reader, device, chosen, call.options.reason)
        call.give({"device": device, "confirmed": count}, [call.say("incidents.confirmed", count=count)])
