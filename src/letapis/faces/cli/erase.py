"""``letapis erase …``: take back what was said; two decide, every device follows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from letapis.core.errors import NotFound, UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.erasing import Going
    from letapis.desk.erasure import Standing
    from letapis.desk.opening import Desk

_SHORTEST = 4


def add(verbs: Verbs) -> None:
    ask = verbs.verb("erase ask", _ask)
    ask.add_argument("dossier", metavar="DOSSIER")
    ask.add_argument("--party", action="append", default=[], metavar="PARTY")
    ask.add_argument("--thing", action="append", default=[], metavar="ID")
    ask.add_argument("--ground", default="withdrawal", metavar="GROUND")
    ask.add_argument("--reason", default="", metavar="TEXT")
    ask.add_argument("--preview", action="store_true")
    verbs.verb("erase agree", _agree).add_argument("order", metavar="ORDER")
    refuse = verbs.verb("erase refuse", _refuse)
    refuse.add_argument("order", metavar="ORDER")
    refuse.add_argument("--ground", required=True, metavar="GROUND")
    refuse.add_argument("--reason", required=True, metavar="TEXT")
    verbs.verb("erase drop", _drop).add_argument("order", metavar="ORDER")
    lift = verbs.verb("erase lift", _lift)
    lift.add_argument("dossier", metavar="DOSSIER")
    lift.add_argument("restriction", metavar="ID")
    lift.add_argument("--reason", required=True, metavar="TEXT")
    told = verbs.verb("erase told", _told)
    told.add_argument("recall", metavar="ID")
    told.add_argument("channel", metavar="TEXT")
    answered = verbs.verb("erase answered", _answered)
    answered.add_argument("recall", metavar="ID")
    answered.add_argument("text", metavar="TEXT")
    answered.add_argument("--day", default="", metavar="DAY")
    verbs.verb("erase backup", _backup).add_argument("copy", metavar="ID")
    verbs.verb("erase status", _status).add_argument("dossier", metavar="DOSSIER", nargs="?", default="")
    verbs.verb("erase run", _run)


def _targets(call: Call, desk: "Desk", reader: "Reader", dossier: bytes) -> list[bytes]:
    """Sources and persons by code or name; other things by the beginning of their id. Raises NotFound, UsageError."""
    from letapis.desk import reading
    from letapis.faces.cli.common import the_party

    found = [the_party(desk, reader, dossier, text) for text in call.options.party]
    for text in call.options.thing:
        for kind in ("evidence", "note", "claim", "passage"):
            try:
                found.append(reading.resolve_id(desk, reader, kind, text))
                break
            except NotFound:
                continue
        else:
            raise UsageError("erasure.target")
    return found


def going_json(going: "Going") -> dict[str, Any]:
    sent = [{"what": one.what, "recipient": one.recipient, "day": one.day} for one in going.sent]
    return {"goes": dict(going.counts), "records": len(going.records), "files": len(going.blobs), "stays": going.rest, "sent": sent}


def _going_lines(call: Call, going: "Going") -> list[str]:
    from letapis.faces.erasure_words import kinds

    lines = [call.say("erasure.goes"), *(f"  {words}: {count}" for words, count in kinds(call.texts, call.language, going.counts))]
    lines += [call.say("erasure.stays.records", count=going.rest), call.say("erasure.stays.leaves", count=len(going.records))]
    lines += [call.say("erasure.sent_line", recipient=one.recipient, day=one.day, what=call.say(f"erasure.what.{one.what}")) for one in going.sent]
    return lines


def _ask(call: Call) -> None:
    from letapis.desk import erasing, erasure
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        targets = _targets(call, desk, reader, dossier)
        going = erasing.going(desk, reader, dossier, targets)
        if options.preview:
            call.give(going_json(going), _going_lines(call, going))
            return
        order = erasure.ask(desk, reader, dossier, targets, options.ground, options.reason)
        call.give({"order": order.hex(), **going_json(going)}, [order.hex(), *_going_lines(call, going), call.say("erasure.asked")])


def _the_order(desk: "Desk", reader: "Reader", begin: str) -> bytes:
    from letapis.desk import erasure

    found = {one.order for one in erasure.standings(desk, reader) if one.order.hex().startswith(begin.lower())}
    if len(found) != 1 or len(begin) < _SHORTEST:
        raise UsageError("erasure.order")
    return found.pop()


def _agree(call: Call) -> None:
    from letapis.desk import erasure

    with call.desk() as desk:
        reader = desk.reader("work")
        standing = erasure.agree(desk, reader, _the_order(desk, reader, call.options.order))
        call.give(standing_json(standing), [call.say("erasure.carried" if standing.in_force else "erasure.waits_for_more")])


def _refuse(call: Call) -> None:
    from letapis.desk import erasure

    with call.desk() as desk:
        reader = desk.reader("work")
        known = erasure.request(desk, reader, _the_order(desk, reader, call.options.order))
        made = erasure.keep(desk, reader, known.erasure, call.options.ground, call.options.reason, known.heads)
        call.give({"order": known.order.hex(), "kept": made.kept}, [call.say("erasure.kept" if made.kept else "erasure.keep_waits")])


def _drop(call: Call) -> None:
    from letapis.desk import erasure

    with call.desk() as desk:
        reader = desk.reader("work")
        known = erasure.request(desk, reader, _the_order(desk, reader, call.options.order))
        erasure.drop(desk, reader, known.erasure, known.heads)
        call.give({"order": known.order.hex(), "state": "dropped"}, [call.say("cli.done")])


def _lift(call: Call) -> None:
    from letapis.desk import reading, restriction
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        the_dossier(call, desk, reader)
        found = reading.resolve_id(desk, reader, "restricted", call.options.restriction)
        restriction.lift(desk, reader, found, call.options.reason)
        call.give({"restriction": found.hex(), "state": "lifted"}, [call.say("cli.done")])


def _told(call: Call) -> None:
    from letapis.desk import reading, recalls

    with call.desk() as desk:
        reader = desk.reader("work")
        found = reading.resolve_id(desk, reader, "recall", call.options.recall)
        recalls.tell(desk, reader, found, call.options.channel)
        call.give({"recall": found.hex(), "state": recalls.TOLD}, [call.say("cli.done")])


def _answered(call: Call) -> None:
    from letapis.desk import reading, recalls

    with call.desk() as desk:
        reader = desk.reader("work")
        found = reading.resolve_id(desk, reader, "recall", call.options.recall)
        recalls.answer(desk, reader, found, call.options.text, call.options.day)
        call.give({"recall": found.hex(), "state": recalls.ANSWERED}, [call.say("cli.done")])


def _backup(call: Call) -> None:
    """A backup from before was destroyed, its file and the sheet with its code."""
    from letapis.desk import backup_copies, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        found = reading.resolve_id(desk, reader, "backup_copy", call.options.copy)
        backup_copies.destroyed(desk, reader, found)
        call.give({"backup": found.hex(), "state": "destroyed"}, [call.say("cli.done")])


def standing_json(one: "Standing") -> dict[str, Any]:
    devices = {"followed": [{"device": name, "at": at} for name, at in one.followed], "missing": list(one.missing)}
    told = {"order": one.order.hex(), "ground": one.ground, "asked": one.asked, "in_force": one.in_force, "needed": one.needed}
    return {**told, "behind": sorted(member.hex() for member in one.behind), "records": one.records, "files": one.objects, **devices}


def _status(call: Call) -> None:
    from letapis.desk import backup_copies, erasing_places, erasing_relay, erasure, recalls, restriction
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader) if call.options.dossier else b""
        orders = erasure.standings(desk, reader, dossier)
        restricted = restriction.restrictions(desk, reader, dossier) if dossier else []
        notices = recalls.recalls(desk, reader, dossier) if dossier else []
        latest = max((one.asked for one in orders if one.in_force), default="")
        copies = backup_copies.from_before(desk, reader, latest) if latest else []
        relay = erasing_relay.on_relay(desk)
        value: dict[str, Any] = {"orders": [standing_json(one) for one in orders]}
        value["restricted"] = [{"restriction": r.restricted.hex(), "party": r.party.hex(), "scopes": list(r.scopes), "on": r.on} for r in restricted]
        value["recalls"] = [{"recall": r.recall.hex(), "recipient": r.recipient, "what": r.what, "state": r.state, "due": r.due} for r in notices]
        value["backups"] = [{"backup": c.copy.hex(), "made": c.day.isoformat(), "until": c.until.isoformat()} for c in copies]
        places = erasing_places.waiting(desk, reader)
        value["places"] = [{"place": one.place.place.hex(), "name": one.place.name, "since": one.since} for one in places]
        value["relay"] = {"files": relay.files, "since": relay.since}
        call.give(value, [*_order_lines(call, desk, reader, orders), *_other_lines(call, value)])


def _order_lines(call: Call, desk: "Desk", reader: "Reader", orders: Sequence["Standing"]) -> list[str]:
    from letapis.desk import reading

    names, labels = reading.member_names(desk, reader), {one.device: one.label for one in reading.devices(desk, reader)}
    lines = []
    for one in orders:
        ground = call.say(f"erasure.ground.{one.ground}")
        behind = ", ".join(sorted(names.get(member, "") for member in one.behind))
        state = call.say("erasure.state.in_force" if one.in_force else "erasure.state.waits", behind=len(one.behind), needed=one.needed)
        lines.append(f"{one.order.hex()[:8]}  {one.asked[:10]}  {ground}  {state} ({behind})")
        if one.in_force and one.missing:
            lines.append("  " + call.say("erasure.not_followed", devices=", ".join(labels.get(name, name) for name in one.missing)))
    return lines or [call.say("erasure.none")]


def _other_lines(call: Call, value: dict[str, Any]) -> list[str]:
    lines = [f"{one['restriction'][:8]}  {call.say('erasure.restricted_now')}" for one in value["restricted"] if one["on"]]
    for one in value["recalls"]:
        what, state = call.say(f"erasure.what.{one['what']}"), call.say(f"erasure.recall_state.{one['state']}")
        lines.append(f"{one['recall'][:8]}  {one['recipient']}  {what}  {state}  {one['due']}")
    lines += [f"{one['backup'][:8]}  {call.say('erasure.backup_line', made=one['made'], until=one['until'])}" for one in value["backups"]]
    lines += [call.say("erasure.place_waits", name=one["name"]) for one in value["places"]]
    return lines + ([call.say("erasure.on_relay", count=value["relay"]["files"])] if value["relay"]["files"] else [])


def _run(call: Call) -> None:
    from letapis.desk import erasing_places, erasure

    with call.desk() as desk:
        reader = desk.reader("work")
        count = erasure.run(desk, reader)
        files, silent = erasing_places.clear(desk, reader)
        lines = [call.say("erasure.ran", count=count), *(call.say("erasure.place_silent", name=one.name) for one in silent)]
        call.give({"orders": count, "files": files, "silent": [one.place.hex() for one in silent]}, lines)
