"""``letapis publish apart …``: what a publisher's device set apart, and this member's word on it."""

from typing import TYPE_CHECKING

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.opening import Desk


def add(verbs: Verbs) -> None:
    verbs.verb("publish apart list", _list)
    settle = verbs.verb("publish apart settle", _settle)
    settle.add_argument("compartment", metavar="COMPARTMENT")
    settle.add_argument("word", metavar="public|other", choices=("public", "other"))
    settle.add_argument("--because", required=True, metavar="TEXT")


def _list(call: Call) -> None:
    from dataclasses import asdict

    from letapis.desk import uninvited

    with call.desk() as desk:
        found, lines = uninvited.apart(desk), list[str]()
        for one in found:
            says = call.say(f"publishing.apart.word.{one.word}") if one.word else call.say("publishing.apart.open")
            lines.append(f"{one.compartment}  {call.say('publishing.apart.word')}: {says}  {one.day} {one.reason}".rstrip())
            sides = (("public", _names(desk, one.public)), ("other", _names(desk, one.other)), ("giver", _giver(desk, one.giver)))
            lines += [f"  {call.say(f'publishing.apart.{name}')}: {told}" for name, told in (("dossier", one.dossier or "?"), *sides)]
        call.give({"apart": [asdict(one) for one in found]}, lines or [call.say("publishing.apart.none")])


def _names(desk: "Desk", members: tuple[str, ...]) -> str:
    from letapis.desk import people

    known = people.directory(desk).members
    return ", ".join(known[bytes.fromhex(one)].name if bytes.fromhex(one) in known else "?" for one in members) or "–"


def _giver(desk: "Desk", device: str) -> str:
    from letapis.desk import people

    known = people.directory(desk).devices.get(device)
    return _names(desk, (known.member.hex(),)) if known else "?"


def _settle(call: Call) -> None:
    from dataclasses import asdict

    from letapis.desk import uninvited

    with call.desk() as desk:
        said = uninvited.settle(desk, desk.reader("publish"), call.options.compartment, call.options.word, call.options.because)
        call.give(asdict(said), [call.say(f"publishing.apart.said.{said.word}")])
