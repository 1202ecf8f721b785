"""``letapis log …``: how our logs stand with the witnesses, what they are asked, what they answered, and what all of it promises."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.instants import instant, moment_at
from letapis.core.witness_policy import GROUPS
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.cli.witness import read_file, write_file

if TYPE_CHECKING:
    from letapis.desk.witnessed import Standing
    from letapis.desk.witnesses import Witness
    from letapis.desk.witnessing import Taken

_WAITS = {True: "witnesses.fork_waits", False: "witnesses.fork_settled"}


def add(verbs: Verbs) -> None:
    verbs.verb("log status", _status)
    verbs.verb("log policy", _policy)
    request = verbs.verb("log request", _request)
    request.add_argument("witness", metavar="WITNESS")
    request.add_argument("--folder", type=Path, metavar="PATH")
    verbs.verb("log submit", _submit).add_argument("witness", metavar="WITNESS")
    take = verbs.verb("log take", _take)
    take.add_argument("file", metavar="FILE|-")
    take.add_argument("--witness", default="", metavar="WITNESS")
    compare = verbs.verb("log compare", _compare)
    compare.add_argument("checkpoint", metavar="CHECKPOINT|FOLDER")
    compare.add_argument("--kept", default="", metavar="CHECKPOINT")
    verbs.verb("log forks", _forks)
    settle = verbs.verb("log settle", _settle)
    settle.add_argument("fork", metavar="FORK")
    settle.add_argument("text", metavar="TEXT")
    new = verbs.verb("log witness-add", _add)
    new.add_argument("name", metavar="NAME")
    new.add_argument("--keys", required=True, metavar="FILE|-")
    new.add_argument("--group", required=True, choices=GROUPS)
    new.add_argument("--household", default="", metavar="TEXT")
    new.add_argument("--address", default="", metavar="URL")
    verbs.verb("log witness-end", _end).add_argument("witness", metavar="WITNESS")
    verbs.verb("log quorum", _quorum).add_argument("needs", nargs="*", metavar="GROUP=COUNT")
    verbs.verb("log checkpoint", _checkpoint).add_argument("--out", type=Path, metavar="FILE")
    verbs.verb("log tiles", _tiles).add_argument("folder", type=Path, metavar="FOLDER")
    cover = verbs.verb("log cover", _cover)
    cover.add_argument("step", nargs="?", default="", metavar="RECORDS|off")
    cover.add_argument("--hours", type=int, default=24, metavar="HOURS")


def _status(call: Call) -> None:
    from letapis.desk import cover_leaves, reading, witnessed, witnesses

    with call.desk() as desk:
        reader = desk.reader("work")
        reading.members(desk, reader)
        known, due = witnesses.witnesses(desk, reader), witnesses.needs(desk, reader)
        covers = cover_leaves.covering(desk, reader).leaves
        told = [_standing(one, known, covers.get(one.device.device, 0)) for one in witnessed.standing(desk, reader)]
        listed = [{"witness": one.item.hex(), "name": one.name, "group": one.key.group, "household": one.key.household} for one in known]
        lines = [line for one in told for line in _lines(call, one)] if known else [call.say("witnesses.none")]
        call.give({"logs": told, "witnesses": listed, "needs": due}, lines)


def _standing(one: "Standing", known: list["Witness"], covers: int) -> dict[str, Any]:
    names = {witness.item: witness.name for witness in known}
    last = [{"name": names[made.witness], "size": made.size, "signed": _instant(made.time)} for made in one.last.values()]
    agreed = {"agreed": one.agreed, "agreed_time": _instant(one.agreed_time), "missing": dict(one.missing), "offered": one.offered}
    agreed["covers"] = covers
    return {"origin": one.device.log, "size": one.size, "checkpoint": one.newest, "last": last, "forks": one.forks} | agreed


def _instant(seconds: int | None) -> str:
    return instant(moment_at(seconds)) if seconds else ""


def _lines(call: Call, one: dict[str, Any]) -> list[str]:
    lines = [f"{one['origin']}  {one['size']}{'  ' + call.say('cover.leaves', count=one['covers']) if one['covers'] else ''}"]
    lines += [f"  {call.say('witnesses.forked', count=one['forks'])}"] if one["forks"] else []
    if one["agreed"] is not None:
        lines.append(f"  {call.say('witnesses.agreed', size=one['agreed'], when=one['agreed_time'][:10])}")
    if one["missing"]:
        missing = ", ".join(f"{call.say(f'witnesses.group.{group}')} {count}" for group, count in one["missing"].items())
        lines.append(f"  {call.say('witnesses.missing', size=one['offered'], missing=missing)}")
    return lines + [f"  {made['name']}: {made['size']}, {made['signed'][:10]}" for made in one["last"]]


def _policy(call: Call) -> None:
    from letapis.core.policy import format_policy
    from letapis.desk import reading, witnesses

    with call.desk() as desk:
        reading.members(desk, desk.reader("work"))
        text = format_policy(witnesses.policy(desk, desk.reader("work"))).decode("utf-8")
        call.give({"policy": text, "needs": witnesses.needs(desk, desk.reader("work"))}, text.splitlines())


def _request(call: Call) -> None:
    """One armoured text for all logs, or with ``--folder`` one file for each."""
    from letapis.desk import witnesses, witnessing

    with call.desk() as desk:
        reader = desk.reader("work")
        made = witnessing.requests(desk, reader, witnesses.resolve(desk, reader, call.options.witness))
        text, folder = witnessing.request_text(made), call.options.folder
        files = [str(write_file(folder / f"{one.name}.add-checkpoint", one.data)) for one in made] if folder else []
        lines = files or text.splitlines()
        call.give({"logs": [one.origin for one in made], "files": files, "text": text}, lines if made else [call.say("witnesses.nothing_to_ask")])


def _submit(call: Call) -> None:
    from letapis.desk import witnesses, witnessing

    with call.desk() as desk:
        reader = desk.reader("work")
        _told(call, witnessing.submit(desk, reader, witnesses.resolve(desk, reader, call.options.witness), call.progress()))


def _take(call: Call) -> None:
    from letapis.desk import witnesses, witnessing

    data = read_file(call.options.file)
    with call.desk() as desk:
        reader = desk.reader("work")
        known = witnesses.resolve(desk, reader, call.options.witness) if call.options.witness else None
        _told(call, witnessing.take(desk, reader, data, known))


def _told(call: Call, taken: list["Taken"]) -> None:
    value = [{"outcome": one.outcome, "witness": one.witness, "origin": one.origin, "size": one.size, "status": one.status} for one in taken]
    keys = [f"witnesses.refused.{one.status}" if one.outcome == "refused" else f"witnesses.outcome.{one.outcome}" for one in taken]
    lines = [f"{one.witness}: {call.say(key, size=one.size)}" for one, key in zip(taken, keys, strict=True)]
    call.give({"taken": value}, lines or [call.say("witnesses.nothing_to_ask")])


def _compare(call: Call) -> None:
    from letapis.desk import witnessing

    if Path(call.options.checkpoint).is_dir():
        _compare_folder(call)
        return
    if call.options.kept:
        raise UsageError("tiles.kept")
    data = read_file(call.options.checkpoint)
    with call.desk() as desk:
        fork = witnessing.compare_note(desk, desk.reader("work"), data)
        call.give({"fork": fork}, [call.say("witnesses.outcome.fork" if fork else "witnesses.compared")])
    if fork:
        raise Refused("witness.log_contradicts")


def _compare_folder(call: Call) -> None:
    """A log as files: whole, as this desk holds it, and gone on from a checkpoint that was kept."""
    from letapis.core.forks import AGAINST
    from letapis.desk import log_files

    kept = read_file(call.options.kept) if call.options.kept else b""
    with call.desk() as desk:
        made = log_files.compare(desk, desk.reader("work"), Path(call.options.checkpoint), kept, call.progress())
        told = {"origin": made.origin, "size": made.size, "found": made.found, "contradicts": made.contradicts}
        lines = [made.origin, call.say("witnesses.outcome.fork" if made.contradicts else "tiles.compared", size=made.size)]
        call.give(told, [*lines, *([call.say(f"witness.found.{made.found}")] if made.found else [])])
    if made.contradicts or made.found in AGAINST:
        raise Refused("witness.log_contradicts")


def _forks(call: Call) -> None:
    """Both checkpoints of each pair, so that others can see for themselves."""
    from letapis.desk import reading, witnessed

    with call.desk() as desk:
        reading.members(desk, desk.reader("work"))
        found = witnessed.forks_of(desk, desk.reader("work"))
        told = [{"fork": one.item.hex(), "origin": one.text("origin"), "day": one.day, "state": one.state} for one in found]
        notes = [{"first": one.text("first"), "second": one.text("second"), "text": one.text("text")} for one in found]
        lines = [f"{one['fork'][:8]}  {one['day']}  {one['origin']}  {call.say(_WAITS[one['state'] == witnessed.OPEN])}" for one in told]
        call.give({"forks": [one | more for one, more in zip(told, notes, strict=True)]}, lines or [call.say("witnesses.no_forks")])


def _settle(call: Call) -> None:
    from letapis.desk import witnessed, witnessing

    with call.desk() as desk:
        reader = desk.reader("work")
        found = [one.item for one in witnessed.forks_of(desk, reader) if one.item.hex().startswith(call.options.fork.lower())]
        if len(found) != 1 or len(call.options.fork) < 4:
            raise NotFound("reading.not_found")
        witnessing.settle_fork(desk, reader, found[0], call.options.text)
        call.give({"fork": found[0].hex()}, [call.say("witnesses.settled")])


def _add(call: Call) -> None:
    from letapis.desk import witnesses

    options = call.options
    try:
        keys = tuple(read_file(options.keys).decode("utf-8").split())
    except UnicodeDecodeError:
        raise UsageError("witnesses.keys") from None
    with call.desk() as desk:
        form = witnesses.WitnessForm(options.name, keys, options.group, options.household, options.address)
        made = witnesses.add_witness(desk, desk.reader("work"), form)
        call.give({"witness": made.hex()}, [made.hex(), call.say("witnesses.added")])


def _end(call: Call) -> None:
    from letapis.desk import witnesses

    with call.desk() as desk:
        reader = desk.reader("work")
        one = witnesses.resolve(desk, reader, call.options.witness)
        witnesses.end_witness(desk, reader, one.item)
        call.give({"witness": one.item.hex()}, [call.say("witnesses.ended")])


def _quorum(call: Call) -> None:
    """``ngo=2 university=1``; without words nobody is due."""
    from letapis.desk import witnesses

    wanted = dict(_need(word) for word in call.options.needs)
    with call.desk() as desk:
        reader = desk.reader("work")
        witnesses.set_needs(desk, reader, wanted, witnesses.quorum_seen(desk, reader))
        call.give({"needs": witnesses.needs(desk, reader)}, [call.say("witnesses.quorum_kept")])


def _need(word: str) -> tuple[str, int]:
    group, _, count = word.partition("=")
    if group not in GROUPS or not (count.isascii() and count.isdecimal() and len(count) < 3):
        raise UsageError("witnesses.group")
    return group, int(count)


def _checkpoint(call: Call) -> None:
    """A signed checkpoint over everything that this device recorded, to be kept by somebody outside or told to colleagues by the next exchange."""
    from letapis.core.notes import parse_checkpoint, parse_note
    from letapis.desk import cover_leaves, reading

    with call.desk() as desk:
        reading.members(desk, desk.reader("work"))
        note = cover_leaves.checkpoint(desk, whole=True)
        head = parse_checkpoint(parse_note(note).text)
        files = [str(write_file(call.options.out, note))] if call.options.out else []
        text = note.decode("utf-8")
        call.give({"origin": head.origin, "size": head.size, "note": text, "files": files}, files or text.splitlines())


def _tiles(call: Call) -> None:
    """The own log as plain files, from which whoever kept checkpoints computes that it only grew."""
    from letapis.desk import log_files

    with call.desk() as desk:
        made = log_files.write_out(desk, desk.reader("work"), call.options.folder, call.progress())
        told = {"origin": made.origin, "size": made.size, "tiles": made.tiles}
        call.give(told, [made.origin, call.say("tiles.written", size=made.size, count=made.tiles)])


def _cover(call: Call) -> None:
    """``log cover 64 --hours 1``, ``log cover off``, or how it is."""
    from letapis.desk import cover_leaves, reading

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        reading.members(desk, reader)
        said = []
        if options.step == "off":
            cover_leaves.end(desk, reader)
            said.append(call.say("cover.ended"))
        elif options.step:
            if not (options.step.isascii() and options.step.isdecimal() and len(options.step) < 6):
                raise UsageError("cover.step")
            cover_leaves.cover(desk, reader, int(options.step), options.hours)
            said.append(call.say("cover.decided"))
        now = cover_leaves.covering(desk, reader)
        told = {"step": now.rhythm.step, "hours": now.rhythm.hours} if now.rhythm else {"step": 0, "hours": 0}
        here = now.leaves.get(desk.device, 0)
        said.append(call.say("cover.on" if now.rhythm else "cover.off", **told))
        call.give({**told, "leaves": here}, said if now.rhythm is None else [*said, call.say("cover.limits")])
