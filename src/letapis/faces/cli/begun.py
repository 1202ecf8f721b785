"""``letapis dossier begun …``: numbers that two compartments begin, and the word of somebody who holds both."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.beginnings import Side


def add(verbs: Verbs) -> None:
    verbs.verb("dossier begun list", _list)
    settle = verbs.verb("dossier begun settle", _settle)
    settle.add_argument("first", metavar="COMPARTMENT")
    settle.add_argument("over", metavar="COMPARTMENT")
    settle.add_argument("--because", required=True, metavar="TEXT")


def _list(call: Call) -> None:
    from letapis.desk import beginnings, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        found, names, lines = beginnings.twice(desk, reader), reading.member_names(desk, reader), list[str]()
        told = [{"numbers": dict(one.numbers), "stands": _told(one.stands), "other": _told(one.other), "said": one.said} for one in found]
        for one in found:
            lines.append(call.say("beginnings.said" if one.said else "beginnings.open"))
            lines.append("  " + ", ".join(call.say(f"beginnings.number.{kind}", count=count) for kind, count in one.numbers))
            for key, side in (("stands", one.stands), ("other", one.other)):
                who = f"{names.get(side.author, '?')}, {side.device}, {side.day}"
                lines.append(f"  {call.say(f'beginnings.{key}')}: {side.compartment.hex()}  {side.code or '?'} {side.title}  {who}")
        call.give({"begun": told}, lines or [call.say("beginnings.none")])


def _told(side: "Side") -> dict[str, Any]:
    named = {"compartment": side.compartment.hex(), "author": side.author.hex(), "ref": side.ref.hex()}
    return {**named, "code": side.code, "title": side.title, "device": side.device, "day": side.day}


def _settle(call: Call) -> None:
    from letapis.core.errors import NotFound
    from letapis.desk import beginnings

    try:
        first, over = (bytes.fromhex(getattr(call.options, name)) for name in ("first", "over"))
    except ValueError:
        raise NotFound("beginnings.none") from None
    with call.desk() as desk:
        beginnings.settle(desk, desk.reader("work"), first, over, call.options.because)
        call.give({"first": first.hex(), "over": over.hex()}, [call.say("beginnings.done")])
