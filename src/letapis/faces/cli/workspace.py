"""``letapis init``, ``start``, ``lock``, ``status``, ``sync``, ``audit``, ``rebuild``: the workspace as a whole."""

import json
import os
import secrets
import sys
import webbrowser
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from letapis.core.errors import Damaged, Locked, UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.engines.keys.client import AgentClient


def add(verbs: Verbs) -> None:
    init = verbs.verb("init", _init)
    init.add_argument("--organisation", default="", metavar="NAME")
    init.add_argument("--name", default="", metavar="NAME")
    init.add_argument("--join", action="store_true")
    init.add_argument("--member", default="", metavar="ID")
    init.add_argument("--label", default="laptop", metavar="NAME")
    init.add_argument("--marking", default="", metavar="TEXT")
    start = verbs.verb("start", _start)
    start.add_argument("--open", action="store_true", dest="open_browser")
    verbs.verb("lock", _lock)
    verbs.verb("status", _status)
    sync = verbs.verb("sync", _sync)
    sync.add_argument("--relay", default="", metavar="PATH")
    audit = verbs.verb("audit", _audit)
    audit.add_argument("--processes", type=int, default=2, metavar="N")
    audit.add_argument("--without-signatures", action="store_true")
    verbs.verb("rebuild", _rebuild)


def given_passphrase(call: Call) -> str | None:
    """A passphrase that the caller chose; None lets one be generated, which is the ordinary way."""
    chosen = getattr(call.options, "passphrase_fd", None) is not None or getattr(call.options, "passphrase_file", None) is not None
    return call.passphrase() if chosen else None


def _init(call: Call) -> None:
    """A new workspace: for a new organisation, or with ``--join`` for one that exists."""
    from letapis.desk import members
    from letapis.desk.dossiers import require_text
    from letapis.desk.opening import open_desk
    from letapis.engines.keys.workspace import create_workspace

    options = call.options
    if options.join == bool(options.organisation):
        raise UsageError("cli.init_what")
    # Everything that can be wrong with the words is found before there is a folder with a passphrase that nobody has seen.
    if options.join:
        require_text(options.label, "members.device_label", 60)
    else:
        require_text(options.organisation, "members.organisation_name")
        require_text(options.name, "members.name")
    member = _member_id(options.member)
    given = given_passphrase(call)
    workspace, passphrase = create_workspace(call.workspace, member, given)
    agent = workspace.unlock(passphrase)
    desk = open_desk(workspace.path, agent)
    try:
        value = {"workspace": str(workspace.path), "member": member.hex(), "device": workspace.device}
        lines = []
        if options.join:
            request = members.join_request(agent, options.label)
            fingerprint = members.read_request(request).fingerprint
            value |= {"request": request, "fingerprint": fingerprint}
            lines = [request, call.say("cli.init.fingerprint", fingerprint=fingerprint)]
        else:
            members.found_organisation(desk, options.organisation, options.name, options.marking)
            if options.marking:
                (workspace.path / "invented").touch(mode=0o600)
    finally:
        desk.close()
        agent.lock()
    if given is None:
        value |= {"passphrase": passphrase}
        lines = [call.say("cli.init.passphrase"), f"    {passphrase}", *lines]
    call.give(value, [call.say("cli.init.made"), *lines])


def _member_id(text: str) -> bytes:
    if not text:
        return secrets.token_bytes(16)
    try:
        member = bytes.fromhex(text)
    except ValueError:
        member = b""
    if len(member) != 16:
        raise UsageError("workspace.member")
    return member


def _start(call: Call) -> None:
    """Open the desk until it is locked; of a desk that is open, give another link. The first line is the one-time link."""
    from letapis.faces.web.links import ask_link

    with suppress(Locked, OSError):
        if link := ask_link(call.workspace):
            _tell_link(call, link)
            return
    open_desk_of(call, call.workspace, None)


def open_desk_of(call: Call, path: Path, passphrase: str | None) -> None:
    """Run the desk of a workspace until it is locked; asks for the passphrase when None is given. Raises what the agent failed with."""
    from letapis.engines.keys.supervisor import supervise
    from letapis.engines.keys.workspace import Workspace

    workspace = Workspace.load(path)
    reading, writing = os.pipe()
    os.write(writing, (passphrase or call.passphrase()).encode("utf-8") + b"\n")
    os.close(writing)
    link_out = _link_teller(call)
    web = [sys.executable, "-m", "letapis.faces.web.serve", "--workspace", str(workspace.path), "--link-fd", str(link_out)]
    code = supervise(workspace, reading, {"web": web}, (link_out,))
    if code:
        raise Damaged("cli.desk_ended")


def _link_teller(call: Call) -> int:
    """A descriptor on which the web process writes its link; a thread prints it for a person, or as JSON, and may open a browser."""
    from threading import Thread

    reading, writing = os.pipe()

    def tell() -> None:
        with os.fdopen(reading, encoding="ascii") as told:
            link = told.readline().strip()
        if link:
            _tell_link(call, link)

    Thread(target=tell, daemon=True, name="link").start()
    return writing


def _tell_link(call: Call, link: str) -> None:
    if call.json:
        print(json.dumps({"link": link}), flush=True)
    else:
        print(call.say("cli.start.link"), f"    {link}", call.say("cli.start.lock"), sep="\n", flush=True)
    if call.options.open_browser:
        webbrowser.open(link)


def _lock(call: Call) -> None:
    """Lock a running desk: its agent forgets the keys, and everything ends."""
    from letapis.engines.keys.client import AgentClient
    from letapis.engines.keys.workspace import Workspace

    workspace = Workspace.load(call.workspace)
    # That it is locked already is what was wanted.
    with suppress(Locked), closing(AgentClient.of(workspace)) as agent:
        agent.lock()
    call.give({"locked": True}, [call.say("cli.locked")])


def _status(call: Call) -> None:
    """Is the desk open, and what does the workspace hold? Asks for no passphrase when the desk is not open."""
    from letapis.engines.keys.client import AgentClient
    from letapis.engines.keys.workspace import Workspace

    workspace = Workspace.load(call.workspace)
    try:
        with closing(AgentClient.of(workspace)) as agent:
            call.give(*_open_status(call, workspace.path, agent))
    except Locked:
        call.give({"open": False, "device": workspace.device}, [call.say("cli.status.locked")])


def _open_status(call: Call, path: Path, agent: "AgentClient") -> tuple[dict[str, object], list[str]]:
    """What an open desk says of itself: whose it is, how much there is, how much waits."""
    from letapis.desk import reading, sync
    from letapis.desk.opening import open_desk

    with closing(open_desk(path, agent)) as desk:
        reader = desk.reader("work")
        names, home = reading.member_names(desk, reader), reading.home_page(desk, reader)
        member = names.get(desk.me, "")
        value = {"open": True, "member": member, "dossiers": len(home.dossiers), "to_check": home.to_check_count}
        lines = [call.say("cli.status.open", member=member), call.say("cli.status.waiting", count=home.to_check_count)]
        return value | {"relay": sync.relay_address(desk)}, lines


def _sync(call: Call) -> None:
    from letapis.desk import sync

    with call.desk() as desk:
        if call.options.relay:
            sync.set_relay(desk, call.options.relay)
        report = sync.sync(desk, desk.reader("work"), call.progress())
        value = {
            "sent": report.sent,
            "received": report.received,
            "quarantined": report.quarantined,
            "objects_sent": report.objects_sent,
            "objects_received": report.objects_received,
            "faults": list(report.faults),
            "silent_devices": len(report.silent_devices),
        }
        lines = [call.say("cli.sync.done", sent=report.sent, received=report.received)]
        lines += [f"  {call.explain(code)}" for code in report.faults]
        lines += [call.say("cli.sync.silent", count=len(report.silent_devices))] if report.silent_devices else []
        call.give(value, lines)


def _audit(call: Call) -> None:
    """Check everything; damage is printed and the exit code says so."""
    from letapis.desk import evidence
    from letapis.desk.audit import Fault, audit

    with call.desk() as desk:
        found = audit(desk, call.options.processes, not call.options.without_signatures, call.progress())
        lost = [Fault(code, item.hex(), 0) for code, item in evidence.check_objects(desk)]
        faults = [*found.faults, *lost]
        told = [{"code": f.code, "device": f.device, "seq": f.seq} for f in faults]
        notes = [{"code": f.code, "device": f.device, "seq": f.seq} for f in found.notes]
        lines = [call.say("cli.audit.done", count=found.records)]
        lines += [f"  {call.explain(f.code)} ({f.device} {f.seq})" for f in faults]
        lines += [f"  · {call.explain(f.code)} ({f.device} {f.seq})" for f in found.notes]
        call.give({"records": found.records, "faults": told, "notes": notes}, lines)
    if faults:
        raise Damaged("cli.audit_faults")


def _rebuild(call: Call) -> None:
    from letapis.desk import ledger

    with call.desk() as desk:
        count = ledger.rebuild(desk, call.progress())
        call.give({"records": count}, [call.say("cli.rebuild.done", count=count)])
