"""``letapis publish …`` of the publisher: build the public list into a folder, put it out, go back, do it by a timer."""

import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.core.errors import Busy, Refused, UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.published import Card
    from letapis.desk.opening import Desk
    from letapis.desk.snapshots import Plan
    from letapis.faces.release import Released

_ADDRESS, _CONTACT, _PLACE = "publishing.address", "publishing.contact", "publishing.place"
_PURPOSE = "publish"
_SHOWN = 20
_LARGEST = 512 << 20


def add(verbs: Verbs) -> None:
    for name, run in (("build", _build), ("rollback", _rollback)):
        made = verbs.verb(f"publish {name}", run)
        made.add_argument("folder", metavar="FOLDER")
        if name == "rollback":
            made.add_argument("number", type=int, metavar="NUMBER")
            made.add_argument("--because", default="mistake", metavar="REASON")
        for option, what in (("address", "URL"), ("contact", "TEXT"), ("override", "TEXT"), ("still-named", "TEXT"), ("today", "YYYY-MM-DD")):
            made.add_argument(f"--{option}", default="", metavar=what)
        made.add_argument("--look", action="store_true")
    verbs.verb("publish continue", _continue).add_argument("copy", type=Path, metavar="FILE")
    upload = verbs.verb("publish upload", _upload)
    upload.add_argument("folder", metavar="FOLDER")
    upload.add_argument("--to", default="", metavar="ADDRESS|-")
    upload.add_argument("--override", default="", metavar="TEXT")
    upload.add_argument("--today", default="", metavar="YYYY-MM-DD")
    due = verbs.verb("publish due", _due)
    due.add_argument("folder", metavar="FOLDER")
    for option, what in (("address", "URL"), ("contact", "TEXT"), ("override", "TEXT"), ("still-named", "TEXT"), ("today", "YYYY-MM-DD")):
        due.add_argument(f"--{option}", default="", metavar=what)


# ---- building --------------------------------------------------------------------------------------------------------


def _build(call: Call) -> None:
    from letapis.desk import snapshots

    with call.desk() as desk:
        reader = desk.reader(_PURPOSE)
        exchanged = _exchange(desk, reader, call)
        made = snapshots.plan(desk, reader, call.options.override, call.options.today)
        _finish(call, desk, made, exchanged)


def _continue(call: Call) -> None:
    """Go on on this device where another one built the last snapshot."""
    from letapis.desk import continuing

    try:
        with call.options.copy.open("rb") as stream:
            copy = stream.read(_LARGEST)
    except OSError:
        raise Busy("cli.file_unreadable") from None
    with call.desk() as desk:
        reader = desk.reader(_PURPOSE)
        _exchange(desk, reader, call)
        taken = continuing.go_on(desk, reader, copy)
        call.give({"number": taken.number, "day": taken.day, "persons": len(taken.entries)}, [call.say("publishing.goes_on", number=taken.number)])


def _rollback(call: Call) -> None:
    from letapis.desk import snapshots

    options = call.options
    with call.desk() as desk:
        reader = desk.reader(_PURPOSE)
        exchanged = _exchange(desk, reader, call)
        made = snapshots.plan_back(desk, reader, options.number, options.because, options.override, options.today)
        _finish(call, desk, made, exchanged)


def _exchange(desk: "Desk", reader: "Reader", call: Call) -> bool:
    """Hear first what colleagues took back. Raises Refused("publishing.exchange") where that does not go well and nobody said why to go on."""
    from letapis.desk import publisher, sync

    publisher.require_publisher(desk, reader)
    if not sync.relay_address(desk):
        return False
    try:
        faults = sync.sync(desk, reader, call.progress()).faults
    except Busy:
        faults = ("sync",)
    if faults and not getattr(call.options, "override", "").strip() and not getattr(call.options, "look", False):
        raise Refused("publishing.exchange")
    return not faults


def _finish(call: Call, desk: "Desk", made: "Plan", exchanged: bool) -> None:
    """Say what would change, or build it."""
    told = _planned(made) | {"exchanged": exchanged}
    if call.options.look:
        call.give(told, _planned_lines(call, made))
        return
    call.give(*_built(call, desk, made, told))


def _built(call: Call, desk: "Desk", made: "Plan", told: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Build a plan, and say what was built beside what was ``told`` of the plan."""
    done = _release(call, desk, made)
    _tell_others(call, desk)
    told |= {"release": done.shown.name, "folder": str(done.shown.folder), "shown_before": done.shown.before}
    told |= {"pages": done.site.pages, "files": done.files, "bytes": done.site.bytes, "left": list(done.left), "altered": list(done.altered)}
    lines = [call.say("publishing.built", number=made.published.number, pages=done.site.pages), *_planned_lines(call, made)]
    lines += [call.say("publishing.left"), *(f"  {path}" for path in done.left)] if done.left else []
    lines += [call.say("publishing.altered", count=len(done.altered)), *(f"  {path}" for path in done.altered[:_SHOWN])] if done.altered else []
    return told, lines


def _due(call: Call) -> None:
    """For a timer: build what is new today, leave out what is over, and put it out where the list was put before. A fault is an exit code."""
    from letapis.desk import settings, snapshots
    from letapis.engines import hosting

    with call.desk() as desk:
        reader = desk.reader(_PURPOSE)
        try:
            exchanged, fault = _exchange(desk, reader, call), ""
        except Refused as refused:
            exchanged, fault = False, refused.code
        made = snapshots.plan(desk, reader, call.options.override, call.options.today)
        fault = fault or ("" if made.fresh.holds else "publishing.stale")
        if fault and made.before is None:
            raise Refused(fault)
        if fault:  # what is over goes all the same; what is new waits
            made = snapshots.plan_less(desk, reader, call.options.today)
        told, lines = _planned(made) | {"exchanged": exchanged, "built": False, "less": bool(fault)}, _planned_lines(call, made)
        shown = hosting.current(Path(call.options.folder).expanduser())
        if (made.changes if fault else not made.same) or shown is None or not _is_last(desk, reader, shown.name):
            told, lines = _built(call, desk, made, told | {"built": True})
        address = settings.value(desk.store, _PLACE)
        if address:
            sent, said = _put_out(call, desk, address, made)
            told, lines = told | {"upload": sent}, [*lines, *said]
        call.give(told, [*lines, *([call.say("publishing.less")] if fault else [])])
    if fault:
        raise Refused(fault)


def _release(call: Call, desk: "Desk", made: "Plan") -> "Released":
    from letapis.desk import settings
    from letapis.engines import hosting
    from letapis.faces import release

    root = hosting.require_root(Path(call.options.folder), desk.workspace)
    imprint = release.Imprint(*(getattr(call.options, name) or settings.value(desk.store, f"publishing.{name}") for name in ("address", "contact")))
    done = release.build(desk, desk.reader(_PURPOSE), made, root, imprint, call.options.override, call.progress(), call.options.still_named)
    settings.keep(desk.store, _ADDRESS, imprint.address)
    settings.keep(desk.store, _CONTACT, imprint.contact)
    return done


def _planned(made: "Plan") -> dict[str, Any]:
    from letapis.desk import publisher_state

    published = made.published
    told: dict[str, Any] = {"number": published.number, "day": published.day, "new": not made.same, "persons": len(published.entries)}
    told |= {"changes": [_change(made, one.card, one.what, one.because) for one in made.changes]} | made.counts
    told |= {"lapses": [asdict(one) for one in publisher_state.lapses(published, made.ends, date.fromisoformat(published.day))]}
    told |= {"due": publisher_state.due(published, made.ends)}
    return told | {"still_named": list(made.naming), "waits": sorted(made.waits), "contested": sorted(made.contested), "fresh": made.fresh.holds}


def _change(made: "Plan", card: str, what: str, because: str) -> dict[str, str]:
    told = {"card": card, "what": what, "name": _name(made, card)}
    return told | ({"because": because} if because else {})


def _name(made: "Plan", card: str, language: str = "") -> str:
    entry = made.published.entry(card) or (made.before.entry(card) if made.before else None)
    known: Card | None = entry.card if entry else None
    return known.first("name", language) if known else ""


def _planned_lines(call: Call, made: "Plan") -> list[str]:
    published, counts = made.published, made.counts
    if made.same:
        return [call.say("publishing.same", number=published.number), *_lapse_lines(call, made)]
    lines = [call.say("publishing.counts", number=published.number, persons=len(published.entries), **counts)]
    for one in made.changes:
        name = _name(made, one.card, call.language) or call.say("publishing.unnamed")
        lines.append(f"  {one.card[:8]}  {call.say('publishing.what.' + one.what)}  {name}")
    for cards, key in ((made.waits, "publishing.waits"), (made.contested, "publishing.contested")):
        lines += [call.say(key, count=len(cards))] if cards else []
    lines += [call.say("publishing.still_named", statements=", ".join(one[:8] for one in made.naming))] if made.naming else []
    lines += _lapse_lines(call, made)
    return lines if made.fresh.holds else [*lines, call.explain("publishing.stale")]


def _lapse_lines(call: Call, made: "Plan") -> list[str]:
    """Who stands no longer than the next days, and when the next build is due at the latest."""
    from letapis.desk import publisher_state

    found = publisher_state.lapses(made.published, made.ends, date.fromisoformat(made.published.day))
    lines = [f"  {one.card[:8]}  {one.last}  {_name(made, one.card, call.language) or call.say('publishing.unnamed')}" for one in found]
    due = publisher_state.due(made.published, made.ends)
    return [*([f"{call.say('publisher.lapses')}:"] if found else []), *lines, *([f"{call.say('publisher.due')} {due}."] if due else [])]


def _tell_others(call: Call, desk: "Desk") -> None:
    """Colleagues hear of the snapshot at once, so that no copy of this device from before goes on as if it had never been. One that is shown
    already is not taken back because the relay is away; the next exchange says it."""
    from letapis.desk import sync

    if sync.relay_address(desk):
        with suppress(Busy, Refused):
            sync.sync(desk, desk.reader(_PURPOSE), call.progress())


# ---- putting out -----------------------------------------------------------------------------------------------------


def _upload(call: Call) -> None:
    """Bring a place to the release that the folder shows, unless something of it was taken back since."""
    from letapis.desk import settings

    wished = sys.stdin.readline().strip() if call.options.to == "-" else call.options.to
    with call.desk() as desk:
        reader = desk.reader(_PURPOSE)
        address = wished or settings.value(desk.store, _PLACE)
        if not address:
            raise UsageError("publishing.no_place")
        _exchange(desk, reader, call)
        call.give(*_put_out(call, desk, address))


def _put_out(call: Call, desk: "Desk", address: str, built: "Plan | None" = None) -> tuple[dict[str, Any], list[str]]:
    """Bring a place to what the folder shows. ``built``: a plan of a moment ago, of which it is known that it may go out."""
    from letapis.desk import public_files, releases, settings, snapshots
    from letapis.engines import hosting, hosting_upload

    reader, root = desk.reader(_PURPOSE), hosting.require_root(Path(call.options.folder), desk.workspace)
    with hosting.alone(root):
        folder = hosting.current(root)
        if folder is None or not _is_last(desk, reader, folder.name):
            raise Refused("publishing.not_built")
        if built is None:
            planned = snapshots.plan(desk, reader, call.options.override, call.options.today)
            snapshots.require_fresh(planned)
            snapshots.require_standing(planned)
        files, journal = hosting.digests(folder), hosting_upload.journal_of(root, address)
        if hosting.list_digest(files) != public_files.own_list(desk):
            raise Refused("publishing.altered")  # Somebody else wrote into it since: what goes out is what was built.
        done = hosting_upload.upload(hosting_upload.place_at(address), folder, files, journal, call.progress())
    settings.keep(desk.store, _PLACE, address)
    number = int(folder.name.partition("-")[0])
    releases.uploaded(desk, reader, number)
    told = {"number": number, "sent": done.sent, "removed": done.removed, "kept": done.kept}
    return told, [call.say("publishing.uploaded", **told)]


def _is_last(desk: "Desk", reader: "Reader", name: str) -> bool:
    """The folder shows the newest snapshot: an older one may hold somebody who was taken back since."""
    from letapis.desk import releases

    last = releases.last_release(desk, reader)
    return last is not None and name.partition("-")[0] == f"{last.number:06}"
