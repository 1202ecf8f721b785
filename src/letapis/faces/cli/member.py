"""``letapis member …``, ``device …``, ``identity …``: colleagues, their devices, and the people behind code names."""

from typing import TYPE_CHECKING

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.records import Record
    from letapis.desk.members import Admitted
    from letapis.desk.opening import Desk


def add(verbs: Verbs) -> None:
    verbs.verb("member list", _list)
    new = verbs.verb("member add", _add)
    new.add_argument("name", metavar="NAME")
    new.add_argument("--request", default="", metavar="@FILE|-")
    new.add_argument("--fingerprint", default="", metavar="TEXT")
    new.add_argument("--keeper", action="store_true")
    new.add_argument("--custodian", action="store_true")
    verbs.verb("member request", _request).add_argument("--label", default="laptop", metavar="NAME")
    verbs.verb("member accept", _accept).add_argument("welcome", metavar="@FILE|-")
    verbs.verb("member pending", _pending)
    verbs.verb("member endorse", _endorse).add_argument("entry", metavar="ENTRY")
    removed = verbs.verb("member remove", _remove)
    removed.add_argument("member", metavar="MEMBER")
    removed.add_argument("--reason", required=True, metavar="TEXT")
    verbs.verb("device list", _devices)
    device = verbs.verb("device add", _device_add)
    device.add_argument("member", metavar="MEMBER")
    device.add_argument("--request", required=True, metavar="@FILE|-")
    device.add_argument("--fingerprint", required=True, metavar="TEXT")
    gone = verbs.verb("device remove", _device_remove)
    gone.add_argument("device", metavar="DEVICE")
    gone.add_argument("--reason", required=True, metavar="TEXT")
    gone.add_argument("--compromised-since", type=int, default=None, metavar="N")
    asked = verbs.verb("identity request", _identity_request)
    for name in ("dossier", "source"):
        asked.add_argument(name, metavar=name.upper())
    asked.add_argument("--purpose", required=True, metavar="TEXT")
    verbs.verb("identity list", _identity_list)
    verbs.verb("identity share", _identity_share).add_argument("request", metavar="REQUEST")
    verbs.verb("identity open", _identity_open).add_argument("request", metavar="REQUEST")


def _list(call: Call) -> None:
    from letapis.desk import reading

    with call.desk() as desk:
        found = reading.members(desk, desk.reader("work"))
        listed = [{"member": m.member.hex(), "name": m.name, "keeper": m.keeper, "custodian": m.custodian, "state": m.state} for m in found]
        call.give({"members": listed}, [f"{m.name:<30} {call.say('cli.member.state.' + m.state)}" for m in found])


def _add(call: Call) -> None:
    """With a request: admit a person and their device. Without: enter a person who has no device yet."""
    from letapis.desk import members
    from letapis.faces.cli.common import long_text

    options = call.options
    if bool(options.request) != bool(options.fingerprint):
        raise UsageError("cli.member_fingerprint")
    with call.desk() as desk:
        reader = desk.reader("work")
        if not options.request:
            member = members.register_member(desk, reader, options.name, options.keeper, options.custodian)
            call.give({"member": member.hex()}, [member.hex()])
            return
        request = long_text(options.request)
        done = members.admit(desk, reader, request, options.name, options.fingerprint, options.keeper, options.custodian)
        call.give(*welcomed(call, done))


def welcomed(call: Call, done: "Admitted") -> tuple[dict[str, object], list[str]]:
    """The welcome to send back, and the words that both sides compare."""
    value: dict[str, object] = {"welcome": done.welcome, "root_words": done.root_words, "pending": done.pending}
    lines = [done.welcome, call.say("cli.member.compare", words=done.root_words)]
    return value, [*lines, call.say("cli.member.pending")] if done.pending else lines


def _request(call: Call) -> None:
    from letapis.desk import members

    with call.desk() as desk:
        text = members.join_request(desk.agent, call.options.label)
        shown = members.read_request(text).fingerprint
        call.give({"request": text, "fingerprint": shown}, [text, call.say("cli.init.fingerprint", fingerprint=shown)])


def _accept(call: Call) -> None:
    from letapis.desk import members
    from letapis.faces.cli.common import long_text

    text = long_text(call.options.welcome)
    with call.desk() as desk:
        words = members.accept_welcome(desk, text)
        call.give({"root_words": words}, [call.say("cli.member.compare", words=words)])


def _pending(call: Call) -> None:
    from letapis.desk import members, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        names = reading.member_names(desk, reader)
        found = members.pending_entries(desk, reader)
        listed = [{"entry": p.ref.hex(), "type": p.type, "supporters": len(p.supporters), "needed": p.needed} for p in found]
        behind = {p.ref: ", ".join(names.get(m, "") for m in p.supporters) for p in found}
        lines = [f"{p.ref.hex()[:8]}  {p.type:<10} {len(p.supporters)}/{p.needed}  {behind[p.ref]}" for p in found]
        call.give({"pending": listed}, lines or [call.say("cli.member.none_pending")])


def _endorse(call: Call) -> None:
    from letapis.desk import members

    with call.desk() as desk:
        reader = desk.reader("work")
        found = [p.ref for p in members.pending_entries(desk, reader) if p.ref.hex().startswith(call.options.entry.lower())]
        if len(found) != 1 or len(call.options.entry) < 4:
            raise UsageError("members.no_such_entry")
        made = members.endorse_entry(desk, reader, found[0])
        call.give({"decision": made.header.id.hex()}, [call.say("cli.done")])


def _remove(call: Call) -> None:
    from letapis.desk import reading, removal
    from letapis.faces.cli.common import long_text

    with call.desk() as desk:
        reader = desk.reader("work")
        member = reading.resolve_member(desk, reader, call.options.member)
        made = removal.remove_member(desk, reader, member, long_text(call.options.reason))
        _removed(call, desk, made)


def _removed(call: Call, desk: "Desk", made: "Record") -> None:
    """A removal is in force at once, or waits for more keepers; the answer says which."""
    from letapis.desk import members

    pending = made.ref in {entry.ref for entry in members.pending_entries(desk, desk.reader("work"))}
    said = call.say("cli.member.pending" if pending else "cli.member.removed")
    call.give({"record": made.header.id.hex(), "pending": pending}, [said])


def _devices(call: Call) -> None:
    from letapis.desk import reading

    with call.desk() as desk:
        reader = desk.reader("work")
        names = reading.member_names(desk, reader)
        found = reading.devices(desk, reader)
        listed = [{"device": d.device, "member": d.member.hex(), "label": d.label, "state": d.state} for d in found]
        call.give({"devices": listed}, [f"{d.device:<40} {names.get(d.member, ''):<24} {d.label:<12} {d.state}" for d in found])


def _device_add(call: Call) -> None:
    from letapis.desk import members, reading
    from letapis.faces.cli.common import long_text

    with call.desk() as desk:
        reader = desk.reader("work")
        member = reading.resolve_member(desk, reader, call.options.member)
        done = members.add_device(desk, reader, long_text(call.options.request), member, call.options.fingerprint)
        call.give(*welcomed(call, done))


def _device_remove(call: Call) -> None:
    from letapis.desk import removal
    from letapis.faces.cli.common import long_text

    with call.desk() as desk:
        made = removal.remove_device(desk, desk.reader("work"), call.options.device, long_text(call.options.reason), call.options.compromised_since)
        _removed(call, desk, made)


def _identity_request(call: Call) -> None:
    from letapis.desk import identity, reading
    from letapis.faces.cli.common import long_text, the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        source = reading.resolve_source(desk, reader, the_dossier(call, desk, reader), call.options.source)
        made = identity.request_identity(desk, reader, source, long_text(call.options.purpose))
        call.give({"request": made.header.id.hex()}, [made.header.id.hex()])


def _identity_list(call: Call) -> None:
    from letapis.desk import identity, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        names = reading.member_names(desk, reader)
        found = identity.requests(desk, reader)
        shown = ("purpose", "shares", "needed", "mine", "opened")
        listed = [{"request": r.rid.hex(), "source": r.code} | {name: getattr(r, name) for name in shown} for r in found]
        lines = [f"{r.rid.hex()[:8]}  {r.code or '–':<16} {names.get(r.requester, ''):<24} {r.shares}/{r.needed}  {r.purpose}" for r in found]
        call.give({"requests": listed}, lines or [call.say("cli.identity.none")])


def _identity_share(call: Call) -> None:
    from letapis.desk import identity, reading

    passphrase = call.passphrase()
    with call.desk(passphrase) as desk:
        reader = desk.reader("work")
        request = reading.resolve_id(desk, reader, "request", call.options.request)
        made = identity.share_identity(desk, reader, request, passphrase)
        call.give({"shares": len(made)}, [call.say("cli.done")])


def _identity_open(call: Call) -> None:
    """Show an identity to the one who asked; this is the only verb that prints one."""
    from dataclasses import asdict

    from letapis.desk import identity, reading

    passphrase = call.passphrase()
    with call.desk(passphrase) as desk:
        reader = desk.reader("work")
        request = reading.resolve_id(desk, reader, "request", call.options.request)
        details = asdict(identity.open_identity(desk, reader, request, passphrase))
        call.give({"identity": details}, [f"{call.say('cli.identity.' + name)}: {value}" for name, value in details.items() if value])
