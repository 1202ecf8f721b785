"""``letapis letter …``: sent, arrived, answered, returned."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.reading import ItemView


def add(verbs: Verbs) -> None:
    new = verbs.verb("letter add", _add)
    for name in ("dossier", "person"):
        new.add_argument(name, metavar=name.upper())
    for name in ("place", "sent", "text"):
        new.add_argument(f"--{name}", default="", metavar=name.upper())
    verbs.verb("letter list", _list).add_argument("dossier", metavar="DOSSIER", nargs="?", default="")
    verbs.verb("letter advice", _advice).add_argument("place", metavar="PLACE", nargs="?", default="")
    for what in ("arrived", "answered", "returned"):
        verb = verbs.verb(f"letter {what}", _went)
        verb.add_argument("letter", metavar="LETTER")
        verb.add_argument("day", metavar="DAY")
        verb.set_defaults(what=what, reason="")
        if what == "returned":
            verb.add_argument("--reason", default="")


def _add(call: Call) -> None:
    from letapis.desk import letters, reading
    from letapis.faces.cli.common import long_text, the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        person = reading.resolve_entity(desk, reader, dossier, options.person)
        form = letters.LetterForm(person, options.place, options.sent, text=long_text(options.text))
        letter = letters.add_letter(desk, reader, dossier, form)
        call.give({"letter": letter.hex()}, [letter.hex()])


def _list(call: Call) -> None:
    """Letters of a dossier, or all that have waited for a month."""
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        if call.options.dossier:
            found = reading.items(desk, reader, "letter", dossier=the_dossier(call, desk, reader))
        else:
            found = reading.waiting_letters(desk, reader, 500)
        lines = [f"{one.item.hex()[:8]}  {one.text('sent'):<10}  {call.say(f'letters.state.{one.state}')}  {one.text('place')}" for one in found]
        call.give({"letters": [_json(one) for one in found]}, [*lines, call.say("letters.not_refusal")] if lines else [])


def _advice(call: Call) -> None:
    """What to know before writing: of a place the addresses that hold, and its advice."""
    from letapis.desk import letters

    with call.desk() as desk:
        known = letters.advice_on(desk, call.options.place)
        name = desk.catalogue.reference["facilities"].name_of(known.place, call.language)
        told = {"addresses": [one.__dict__ for one in known.addresses], "advice": [{"id": one.id, "verify": one.verify} for one in known.advice]}
        lines = [name] if name else []
        written = [text for one in known.addresses for text in (one.local(call.language), one.text) if text]
        lines += [f"  {text}" for text in written] or ([call.say("letters.no_address")] if name else [])
        call.give({"place": known.place, **told}, [*lines, *(f"- {one.text[call.language]}" for one in known.advice)])


def _json(letter: "ItemView") -> dict[str, Any]:
    named = {"letter": letter.item.hex(), "dossier": letter.dossier.hex(), "subject": letter.about.hex()}
    told = {name: letter.text(name) for name in ("place", "sent", "arrived", "answered", "returned", "reason")}
    return named | told | {"state": letter.state, "contested": letter.contested}


def _went(call: Call) -> None:
    from letapis.desk import letters, reading

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        letter = reading.resolve_id(desk, reader, "letter", options.letter)
        letters.letter_went(desk, reader, letter, options.what, options.day, options.reason)
        call.give({"letter": letter.hex(), "state": reading.item(desk, reader, letter).state}, [call.say(f"letters.now.{options.what}")])
