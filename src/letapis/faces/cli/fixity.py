"""``letapis fixity …``: copies of sealed objects in other places: name them, check them, fill in what is missing, put right what was changed."""

import sys
import time
from typing import TYPE_CHECKING

from letapis.core.errors import Busy, Damaged, NotFound
from letapis.core.fixity import CHECK, DEEDS
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.copies import Overview
    from letapis.desk.copy_places import Place
    from letapis.desk.fixity import Outcome
    from letapis.desk.opening import Desk


_BEGAN = time.monotonic()


def add(verbs: Verbs) -> None:
    verbs.verb("fixity places", _places)
    new = verbs.verb("fixity add", _add)
    new.add_argument("name", metavar="NAME")
    new.add_argument("address", metavar="FOLDER|ADDRESS|-")
    new.add_argument("--every", type=int, default=30, metavar="DAYS")
    new.add_argument("--apart", action="store_true")
    verbs.verb("fixity forget", _forget).add_argument("place", metavar="PLACE")
    for deed in DEEDS:
        verbs.verb(f"fixity {deed}", _walk).add_argument("place", nargs="?", default="", metavar="PLACE")
        verbs.all[f"fixity {deed}"].set_defaults(deed=deed, due=False, minutes=0)
    verbs.all[f"fixity {CHECK}"].add_argument("--due", action="store_true")
    verbs.all[f"fixity {CHECK}"].add_argument("--minutes", type=int, default=0, metavar="MINUTES")


def called(call: Call, desk: "Desk", one: "Place") -> str:
    from letapis.desk import copy_places

    if one.place == copy_places.here_id(desk):
        return call.say("fixity.kind.this")
    return one.name or call.say(f"fixity.kind.{one.kind}")


def _the_place(call: Call, desk: "Desk", reader: "Reader", word: str) -> "Place":
    """By name, by the beginning of its id, or as ``here`` and ``exchange``. Raises NotFound for none or several."""
    from letapis.desk import copy_places

    known = copy_places.places(desk, reader)
    if word in ("here", "exchange"):
        wanted = copy_places.here_id(desk) if word == "here" else copy_places.relay_id(desk)
        found = [one for one in known if one.place == wanted]
    else:
        found = [one for one in known if one.name == word] or [one for one in known if len(word) >= 4 and one.place.hex().startswith(word)]
    if len(found) != 1:
        raise NotFound("reading.not_found")
    return found[0]


def _places(call: Call) -> None:
    from letapis.desk import copies, copy_places, fixity

    with call.desk() as desk:
        reader = desk.reader("work")
        found, due = copies.overview(desk, reader), {one.place for one, _ in copies.due(desk, reader)}
        told, lines = [], [call.say("fixity.safe", safe=found.safe, count=len(found.objects))]
        for one in found.places:
            told.append(_place_json(found, one, one.place in due))
            told[-1] |= {"name": called(call, desk, one), "reachable": copy_places.is_reachable(desk, one)}
            told[-1] |= {"unfinished": fixity.unfinished(desk, reader, one.place)}
            counts = found.tally(one.place)
            words = " · ".join(f"{call.say('fixity.count.' + state)} {count}" for state, count in counts.items() if count)
            late = f"  {call.say('fixity.overdue')}" if one.place in due else ""
            lines.append(f"{one.place.hex()[:8]}  {called(call, desk, one)}: {words}{late}")
        lines += [f"· {call.say('fixity.advice.' + word)}" for word in found.advice]
        call.give({"places": told, "objects": len(found.objects), "safe": found.safe, "advice": list(found.advice)}, lines)


def _place_json(found: "Overview", one: "Place", due: bool) -> dict[str, object]:
    told: dict[str, object] = {"place": one.place.hex(), "kind": one.kind, "every": one.every, "apart": one.apart, "due": due}
    return told | {"last": found.last(one.place), "counts": found.tally(one.place)}


def _add(call: Call) -> None:
    from letapis.desk import copy_places

    options = call.options
    address = sys.stdin.readline().strip() if options.address == "-" else options.address
    with call.desk() as desk:
        form = copy_places.PlaceForm(options.name, address, options.every, options.apart)
        made = copy_places.add_place(desk, desk.reader("work"), form)
        call.give({"place": made.hex()}, [made.hex(), call.say("fixity.added")])


def _forget(call: Call) -> None:
    from letapis.desk import copy_places

    with call.desk() as desk:
        reader = desk.reader("work")
        one = _the_place(call, desk, reader, call.options.place)
        copy_places.give_up_place(desk, reader, one.place)
        call.give({"place": one.place.hex(), "state": "given_up"}, [call.say("fixity.given_up")])


def _walk(call: Call) -> None:
    """One place, all that this device can reach, or those of them that are due. Faults and places that do not answer are printed, and the exit
    code says so: a timer that runs this needs to look at nothing else."""
    with call.desk() as desk:
        reader = desk.reader("work")
        done = [(one, _done(call, desk, reader, one)) for one in _chosen(call, desk, reader)]
        told = [_outcome_json(outcome) | {"name": called(call, desk, one)} for one, outcome in done]
        lines = [f"{called(call, desk, one)}: {_outcome_words(call, outcome)}" for one, outcome in done]
        call.give({"places": told}, lines or [call.say("fixity.nothing_due")])
    if any(items for _, outcome in done for items in outcome.faults.values()):
        raise Damaged("fixity.faults")
    if any(not outcome.reached for _, outcome in done):
        raise Busy("fixity.unreachable")


def _chosen(call: Call, desk: "Desk", reader: "Reader") -> list["Place"]:
    from letapis.desk import copy_places, tending

    named = [_the_place(call, desk, reader, call.options.place)] if call.options.place else []
    if call.options.due:
        due = [one for one, _ in sorted(tending.due(desk, reader), key=lambda found: -found[1])]
        return [one for one in due if not named or one.place == named[0].place]
    return named or [one for one in copy_places.places(desk, reader) if copy_places.is_reachable(desk, one)]


def _done(call: Call, desk: "Desk", reader: "Reader", one: "Place") -> "Outcome":
    """The deed at one place. With a limit of minutes, for all places together, what is not read by then waits for the next time."""
    from letapis.desk import fixity

    if not call.options.minutes:
        return fixity.walk(desk, reader, one.place, call.options.deed, call.progress())
    return fixity.check_a_while(desk, reader, one.place, lambda: time.monotonic() - _BEGAN >= call.options.minutes * 60, call.progress())


def _outcome_words(call: Call, outcome: "Outcome") -> str:
    if not outcome.reached:
        return call.explain("fixity.unreachable")
    if outcome.paused:
        return call.say("fixity.paused", read=sum(outcome.counts.values()))
    return call.say("fixity.outcome", **outcome.counts, made=outcome.made, aside=outcome.aside)


def _outcome_json(outcome: "Outcome") -> dict[str, object]:
    faults = {state: [item.hex() for item in items] for state, items in outcome.faults.items()}
    told: dict[str, object] = {"place": outcome.place.hex(), "deed": outcome.deed, "reached": outcome.reached, "counts": dict(outcome.counts)}
    return told | {"paused": outcome.paused, "faults": faults, "made": outcome.made, "aside": outcome.aside}
