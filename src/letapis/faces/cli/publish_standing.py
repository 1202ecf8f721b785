"""``letapis publish …`` of the publisher: where it stands, what readers need to check it, and who publishes."""

from pathlib import Path
from typing import TYPE_CHECKING

from letapis.core.errors import Refused
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.opening import Desk

_PURPOSE = "publish"


def add(verbs: Verbs) -> None:
    verbs.verb("publish status", _status)
    verbs.verb("publish policy", _policy)
    verbs.verb("publish snapshot", _snapshot).add_argument("file", metavar="FILE")
    new = verbs.verb("publish publisher add", _publisher_add)
    new.add_argument("name", metavar="NAME")
    new.add_argument("--request", required=True, metavar="@FILE|-")
    new.add_argument("--fingerprint", required=True, metavar="TEXT")
    verbs.verb("publish publisher list", _publishers)


def _status(call: Call) -> None:
    from letapis.desk import people, publisher_state, releases, snapshot_store, uninvited

    with call.desk() as desk:
        found = releases.releases(desk, desk.reader(_PURPOSE))
        here = [one.number for one in snapshot_store.kept(desk)]
        names = {member.member: member.name for member in people.directory(desk).members.values()}
        told, lines = [], []
        for one in found:
            numbers = {"number": one.number, "day": one.day, "persons": one.persons, "log": one.size, "root": one.root.hex()}
            why = {"override": one.override, "still_named": one.naming, "silent": one.silent}
            told.append(numbers | why | {"uploaded": one.uploaded, "here": one.number in here})
            put_out = call.say("publishing.put_out", day=one.uploaded) if one.uploaded else call.say("publishing.not_put_out")
            lines.append(f"{one.number:>4}  {one.day}  {call.say('publishing.persons', count=one.persons)}  {put_out}  {names.get(one.author, '')}")
        refused, step, command = _uninvited(desk), "", ""
        lines = lines or [call.say("publishing.none")]
        if desk.me in people.publishers(desk):
            known = publisher_state.standing(desk, desk.reader(_PURPOSE))
            step, command = known.step, known.command
            lines.append(f"{call.say('publisher.step')}: {call.say('publisher.step.' + step)} {command}".rstrip())
        lines += [call.say("publishing.uninvited", name=name, count=count) for name, count in sorted(refused.items())]
        waiting = sum(not one.word for one in uninvited.apart(desk))
        lines += [f"{call.say('publishing.apart.waiting', count=waiting)} letapis publish apart list"] if waiting else []
        call.give({"releases": told, "uninvited": refused, "apart": waiting, "step": step, "command": command}, lines)


def _uninvited(desk: "Desk") -> dict[str, int]:
    """Member -> how many keys their devices sent to this one that it does not hold."""
    from letapis.desk import people, uninvited

    known, found = people.directory(desk), dict[str, int]()
    for device, count in uninvited.told(desk).items():
        giver = known.devices.get(device)
        name = known.members[giver.member].name if giver else "?"
        found[name] = found.get(name, 0) + count
    return found


def _policy(call: Call) -> None:
    """What a reader needs to check the signatures, to be given out by another way than the site."""
    from letapis.desk import publisher

    with call.desk() as desk:
        text = publisher.policy(desk, desk.reader(_PURPOSE)).decode("ascii")
        call.give({"policy": text}, text.rstrip("\n").split("\n"))


def _snapshot(call: Call) -> None:
    """The last snapshot as it is frozen, those who are counted and not named among them: for counting again, never for the public."""
    from letapis.core.published import encode
    from letapis.desk import publisher, snapshot_store
    from letapis.faces.cli.writing import new_file

    with call.desk() as desk:
        publisher.require_publisher(desk, desk.reader(_PURPOSE))
        last = snapshot_store.last(desk)
        if last is None:
            raise Refused("publishing.not_built")
        new_file(Path(call.options.file), encode(last))
        call.give({"number": last.number, "day": last.day}, [call.say("publishing.frozen")])


# ---- who publishes ---------------------------------------------------------------------------------------------------


def _publisher_add(call: Call) -> None:
    from letapis.desk import members
    from letapis.faces.cli.common import long_text
    from letapis.faces.cli.member import welcomed

    options = call.options
    with call.desk() as desk:
        request = long_text(options.request)
        done = members.admit(desk, desk.reader("work"), request, options.name, options.fingerprint, publisher=True)
        call.give(*welcomed(call, done))


def _publishers(call: Call) -> None:
    from letapis.desk import people

    with call.desk() as desk:
        known, wanted = people.directory(desk), people.publishers(desk)
        found = [known.members[member] for member in sorted(wanted)]
        listed = [{"member": one.member.hex(), "name": one.name} for one in found]
        call.give({"publishers": listed}, [one.name for one in found] or [call.say("publishing.no_publisher")])
