"""``letapis time …``: have the logs stamped, by whom a person trusts, over the network or by hand."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from letapis.core.errors import Busy
from letapis.core.instants import instant
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.anchor_views import AnchorView
    from letapis.desk.authorities import AuthorityView
    from letapis.desk.brackets import CheckpointView
    from letapis.desk.opening import Desk
    from letapis.desk.stamping import SendReport

_FORM = "%Y-%m-%d %H:%M UTC"


def add(verbs: Verbs) -> None:
    verbs.verb("time status", _status)
    new = verbs.verb("time add-authority", _add_authority)
    new.add_argument("name", metavar="NAME")
    new.add_argument("--kind", default="tsa", choices=("tsa", "calendar", "randomness"))
    new.add_argument("--address", default="", metavar="URL")
    new.add_argument("--root", type=Path, metavar="FILE")
    new.add_argument("--apart", action="append", default=[], metavar="NAME")
    verbs.verb("time retire", _retire).add_argument("name", metavar="NAME")
    stamp = verbs.verb("time stamp", _stamp)
    stamp.add_argument("--every-log", action="store_true")
    stamp.add_argument("--requests", type=Path, metavar="FOLDER")
    verbs.verb("time take", _take).add_argument("path", type=Path, metavar="FILE|FOLDER")
    verbs.verb("time upgrade", _upgrade).add_argument("--renew", action="store_true")
    beacon = verbs.verb("time beacon", _beacon)
    beacon.add_argument("value", nargs="?", default="", metavar="TEXT|@FILE|-")
    beacon.add_argument("--kind", default="other", choices=("bitcoin", "drand", "other"))
    beacon.add_argument("--server", default="", metavar="NAME")
    beacon.add_argument("--from", dest="origin", default="", metavar="TEXT")
    beacon.add_argument("--when", default="", metavar="TIME")


def _time(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None


def _status(call: Call) -> None:
    from letapis.desk import anchors, authorities, brackets

    with call.desk() as desk:
        reader, now = desk.reader("work"), desk.clock()
        known, found = authorities.authorities(desk, reader), brackets.checkpoints(desk, reader)
        due = anchors.due(desk, reader, now)
        told = [_authority_json(one) for one in known]
        value = {"authorities": told, "checkpoints": [_checkpoint_json(one, now) for one in found], "due": [one.anchor.hex() for one in due]}
        lines = [call.say("cli.time.nobody")] if not any(one.in_use for one in known) else []
        for one in (one for one in known if one.in_use):
            lines.append(call.say("cli.time.authority", name=one.name, kind=call.say(f"time.kind.{one.kind}")))
            lines += [f"  {call.say('time.fingerprint')}: {text}" for text in one.fingerprints]
        lines += [line for one in found for line in _checkpoint_lines(call, one, now)]
        call.give(value, lines + ([call.say("time.due", count=len(due))] if due else []))


def _authority_json(one: "AuthorityView") -> dict[str, object]:
    said = {"name": one.name, "kind": one.kind, "address": one.address, "in_use": one.in_use}
    return {**said, "unrelated_to": list(one.apart), "fingerprints": list(one.fingerprints)}


def _checkpoint_json(one: "CheckpointView", now: datetime) -> dict[str, object]:
    before = one.not_before
    return {
        "origin": one.origin,
        "size": one.size,
        "state": one.state,
        "claimed": _time(one.claimed),
        "not_before": _time(before.moment) if before else None,
        "not_before_from": before.kind if before else None,
        "not_after": _time(one.not_after),
        "unrelated_authorities": one.unrelated,
        "clock_wrong": one.clock_wrong,
        "contradicted": one.contradicted,
        "ahead": one.ahead,
        "stamps": [_anchor_json(stamp, now) for stamp in one.anchors],
    }


def _anchor_json(one: "AnchorView", now: datetime) -> dict[str, object]:
    told = {"stamp": one.anchor.hex(), "kind": one.kind, "name": one.name, "state": one.state, "fault": one.fault, "renews": one.renews.hex()}
    return {**told, "asked": _time(one.asked), "days_waiting": one.days(now) if one.waits else 0, "time": _time(one.moment), "block": one.height}


def _checkpoint_lines(call: Call, one: "CheckpointView", now: datetime) -> list[str]:
    lines = [call.say("cli.time.checkpoint", origin=one.origin, size=one.size, state=call.say(f"time.state.{one.state}"))]
    told = (("claimed", one.claimed), ("not_before", one.not_before.moment if one.not_before else None), ("not_after", one.not_after))
    lines += [f"  {call.say(f'time.{key}')}: {moment.strftime(_FORM) if moment else call.say('time.not_proven')}" for key, moment in told]
    lines += [f"  {call.say(f'time.{key}')}" for key in _wrong(one)]
    return lines + [f"    {_anchor_words(call, stamp, now)}" for stamp in one.anchors]


def _wrong(one: "CheckpointView") -> list[str]:
    """What is to be said of the hours that stand at a checkpoint, as words of ``time.…``."""
    return [key for key in ("clock_wrong", "contradicted", "ahead") if getattr(one, key)]


def _anchor_words(call: Call, one: "AnchorView", now: datetime) -> str:
    if one.fault:
        return call.say("cli.time.does_not_hold", name=one.name, why=call.explain(one.fault))
    if one.moment:
        return call.say("cli.time.holds", name=one.name, time=one.moment.strftime(_FORM))
    why = call.say(f"time.waits.{one.stage}") + (f" ({call.say('time.block', height=one.height)})" if one.height else "")
    return call.say("cli.time.waits", name=one.name, why=why, days=one.days(now))


def _add_authority(call: Call) -> None:
    from letapis.desk import authorities
    from letapis.desk.stamps_by_hand import read_file

    options = call.options
    with call.desk() as desk:
        root = read_file(options.root).decode("ascii", "replace") if options.root else ""
        form = authorities.AuthorityForm(options.kind, options.name, options.address, root, tuple(options.apart))
        made = authorities.add_authority(desk, desk.reader("work"), form)
        call.give({"authority": made.hex(), "name": form.name}, [call.say("cli.done")])


def _retire(call: Call) -> None:
    from letapis.desk import authorities

    with call.desk() as desk:
        authorities.retire(desk, desk.reader("work"), call.options.name)
        call.give({"name": call.options.name, "in_use": False}, [call.say("cli.done")])


def _stamp(call: Call) -> None:
    """Make what is missing; send it, or write it out where a folder is named."""
    from letapis.desk import stamping, stamps_by_hand

    with call.desk() as desk:
        reader = desk.reader("work")
        made = stamping.begin(desk, reader, every_log=call.options.every_log)
        if call.options.requests:
            written = stamps_by_hand.write_requests(desk, reader, call.options.requests)
            call.give({"requests": made, "written": [str(path) for path in written]}, [str(path) for path in written])
            return
        _give_report(call, desk, reader, made, stamping.send(desk, reader, call.progress()))


def _upgrade(call: Call) -> None:
    from letapis.desk import stamping

    with call.desk() as desk:
        reader = desk.reader("work")
        made = stamping.renew(desk, reader) if call.options.renew else 0
        _give_report(call, desk, reader, made, stamping.send(desk, reader, call.progress()))


def _give_report(call: Call, desk: "Desk", reader: "Reader", made: int, report: "SendReport") -> None:
    counts = {"requests": made, "stamped": report.stamped, "upgraded": report.upgraded, "waiting": report.waiting}
    lines = [call.say("time.sent", stamped=report.stamped, upgraded=report.upgraded, waiting=report.waiting)]
    lines += [f"  {name}: {call.explain(code)}" for name, code in report.faults]
    lines += [call.say("time.clock_differs")] if report.clock_differs else []
    faults = [{"name": name, "fault": code} for name, code in report.faults]
    call.give({**counts, "faults": faults, "clock_differs": report.clock_differs}, lines)


def _take(call: Call) -> None:
    from letapis.desk import stamps_by_hand

    path = call.options.path
    with call.desk() as desk:
        reader = desk.reader("work")
        if path.is_dir():
            report = stamps_by_hand.take_folder(desk, reader, path)
            wrong = _wrong_now(desk, reader) if report.taken else []
            lines = [call.say("time.taken", count=report.taken), *(f"  {name}: {call.explain(code)}" for name, code in report.faults)]
            faults = [{"file": name, "fault": code} for name, code in report.faults]
            call.give({"taken": report.taken, "faults": faults, "wrong": wrong}, lines + [call.say(f"time.{key}") for key in wrong])
            return
        if not path.is_file():
            raise Busy("time.folder")
        made = stamps_by_hand.take(desk, reader, stamps_by_hand.read_file(path))
        wrong = _wrong_now(desk, reader, made)
        told = [call.say("time.taken", count=1), *(call.say(f"time.{key}") for key in wrong)]
        call.give({"taken": 1, "stamp": made.hex(), "wrong": wrong}, told)


def _wrong_now(desk: "Desk", reader: "Reader", stamp: bytes = b"") -> list[str]:
    """What is off where stamps were just taken in: whoever takes them looks now, and at the status perhaps never. ``stamp``: there alone."""
    from letapis.desk import brackets

    found = [one for one in brackets.checkpoints(desk, reader) if not stamp or any(held.anchor == stamp for held in one.anchors)]
    return list(dict.fromkeys(key for one in found for key in _wrong(one)))


def _beacon(call: Call) -> None:
    from letapis.desk import beacons
    from letapis.faces.cli.common import long_text

    options = call.options
    with call.desk() as desk:
        if options.server:
            found = beacons.fetch_beacon(desk, desk.reader("work"), options.server)
        else:
            found = beacons.record_beacon(desk, options.kind, long_text(options.value), options.origin, options.when)
        value = {"kind": found.kind, "reference": found.reference, "not_before": _time(found.moment)}
        call.give(value, [call.say("time.beacon_kept", time=found.moment.strftime(_FORM))])
