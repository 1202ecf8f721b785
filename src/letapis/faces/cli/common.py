"""What the verbs share: dossiers and things by code or id, long texts from a file or standard input, claims and people in words."""

import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.core.access import Reader
from letapis.core.errors import Busy, NotFound, UsageError
from letapis.core.showing import show_value
from letapis.core.vocabulary import ValueFault
from letapis.faces.cli.call import Call

if TYPE_CHECKING:
    # This module is loaded for every command, also for those that need no database.
    from letapis.core.gates import Gate
    from letapis.desk.opening import Desk
    from letapis.desk.reading import ClaimView
    from letapis.faces.card_words import CardWords

LARGEST_TEXT = 4 << 20


def the_dossier(call: Call, desk: "Desk", reader: Reader) -> bytes:
    """The dossier that the argument ``dossier`` names by code or by the beginning of its id."""
    from letapis.desk import opened, reading

    found = reading.resolve_dossier(desk, reader, call.options.dossier)
    count_opened(call, desk, opened.DOSSIERS, found)
    return found


def the_thing(call: Call, desk: "Desk", reader: Reader, kind: str, text: str) -> bytes:
    """What the beginning of an id names, to be shown."""
    from letapis.desk import opened, reading

    found = reading.resolve_id(desk, reader, kind, text)
    count_opened(call, desk, opened.THINGS, found)
    return found


def count_opened(call: Call, desk: "Desk", kind: str, what: bytes) -> None:
    """Count that this was opened; the member is told when it is unusually much. Each call opens the desk anew, so it counts each time."""
    from letapis.desk import opened

    with suppress(Busy):  # somebody else writes for long: nobody is kept from their work
        if opened.count(desk, kind, what):
            print(call.say("opened.notice"), "letapis opened", file=sys.stderr)


def the_party(desk: "Desk", reader: Reader, dossier: bytes, text: str) -> bytes:
    """A source by code or a person by name, whoever of the dossier ``text`` means; or by the beginning of its id."""
    from letapis.desk import reading

    try:
        return reading.resolve_source(desk, reader, dossier, text)
    except NotFound:
        return reading.resolve_entity(desk, reader, dossier, text)


def long_text(argument: str) -> str:
    """``-`` reads standard input, ``@file`` a file, everything else is the text itself. Raises UsageError when it cannot be read."""
    try:
        if argument == "-":
            return sys.stdin.read(LARGEST_TEXT)
        if argument.startswith("@"):
            return Path(argument[1:]).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError("cli.text_unreadable") from None
    return argument


def one_line(argument: str) -> str:
    """A name or words to look for: like ``long_text``, but ``-`` reads the next line, so that two can be given. Words that were typed as an
    argument stand in the history of the shell and in its list of processes. Raises UsageError when they cannot be read.
    """
    if argument != "-":
        return long_text(argument).strip()
    try:
        return sys.stdin.readline(LARGEST_TEXT).strip()
    except (OSError, UnicodeDecodeError):
        raise UsageError("cli.text_unreadable") from None


def value_in_words(desk: "Desk", call: Call, view: "ClaimView") -> str:
    """The value of a claim as a person reads it; as it stands when this vocabulary does not know it."""
    vocabulary = desk.catalogue.vocabulary
    if view.property in vocabulary:
        with suppress(ValueFault):
            value = vocabulary.parse_value(view.property, view.value)
            return show_value(vocabulary.fact(view.property), value, call.language, call.texts)
    return view.value


def claim_json(view: "ClaimView") -> dict[str, Any]:
    """A claim with stable keys. ``level`` is its standing in one word, ``independent`` the number of independent sources beside it."""
    return {
        "claim": view.rid.hex(),
        "dossier": view.dossier.hex(),
        "subject": view.subject.hex(),
        "property": view.property,
        "value": view.value,
        "valid_from": view.valid_from,
        "valid_to": view.valid_to,
        "certainty": view.certainty,
        "source": view.source.hex(),
        "basis": view.basis,
        "level": view.level.name.lower(),
        "independent": view.independent,
        "contested": view.contested,
        "replaced": view.replaced,
        "checkers": sorted(member.hex() for member in view.checkers),
        "recorded": view.recorded,
    }


def claim_line(desk: "Desk", call: Call, view: "ClaimView") -> str:
    """One claim on one line: beginning of the id, standing, date, property, value."""
    level = call.say(f"claims.level.{view.level.name.lower()}")
    mark = f" · {call.say('claims.contested')}" if view.contested else ""
    when = view.valid_from or ("" if view.low.startswith("9999") else view.low)
    return f"{view.rid.hex()[:8]}  {level:<12} {when:<10}  {view.property} = {value_in_words(desk, call, view)}{mark}"


def hexes(idents: Iterable[bytes]) -> list[str]:
    return [ident.hex() for ident in idents]


def gate_json(words: "CardWords", gate: "Gate") -> dict[str, Any]:
    """One gate with stable keys, and what it says."""
    named = {"name": gate.name, "item": gate.item, "because": gate.answer.because, "text": words.answer(gate)}
    return named | {"holds": gate.answer.holds, "blocks": gate.blocks, "missing": list(gate.missing)}
