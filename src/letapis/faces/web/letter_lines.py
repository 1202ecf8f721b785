"""A letter as lists show it, places by the names people know, and what to know before writing to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.letters import Address, Advice, Silence
from letapis.core.reference import ReferenceList
from letapis.desk import letters, reading
from letapis.faces.web.lines import Lines


@dataclass(frozen=True)
class LetterLine:
    """Days and place in words; ``reason`` empty unless it came back."""

    item: reading.ItemView
    code: str
    who: str
    place: str
    sent: str
    arrived: str
    answered: str
    returned: str
    reason: str


@dataclass(frozen=True)
class SilentLine:
    """Somebody whose letters went without an answer: since when, in words."""

    who: str
    since: str
    silence: Silence


@dataclass(frozen=True)
class AdviceLines:
    """What is known of a place in words: its name, the addresses that hold, each as the post there writes it and since when, and what to know
    before writing."""

    name: str
    addresses: Sequence[tuple[Address, str, str]]
    advice: Sequence[tuple[Advice, str]]


def letter_line(request: Any, lines: Lines, item: reading.ItemView) -> LetterLine:
    days = {name: lines.date(item.text(name)) if item.text(name) else "" for name in ("sent", "arrived", "answered", "returned")}
    reason = lines.word("letters.reason", item.text("reason")) if item.text("reason") else ""
    who = lines.entities(item.dossier).get(item.about) or lines.say("work.nobody_named")
    return LetterLine(item, lines.code(item.dossier), who, places(request).name_of(item.text("place"), request.language), reason=reason, **days)


def silent_lines(request: Any, lines: Lines, found: Sequence[reading.ItemView]) -> list[SilentLine]:
    """People whose letters wait, those who wait longest first."""
    names = lines.entities(found[0].dossier) if found else {}
    waiting = letters.silent(request.desk, found)
    return [SilentLine(names.get(subject) or lines.say("work.nobody_named"), lines.date(one.since), one) for subject, one in waiting]


def places(request: Any) -> ReferenceList:
    """The list of places from which people are written to."""
    found: ReferenceList = request.desk.catalogue.reference["facilities"]
    return found


def advice_on(request: Any, lines: Lines, place: str) -> AdviceLines:
    """What is known of one place; general advice alone where the list does not know it."""
    known = letters.advice_on(request.desk, place)
    addresses = [(one, one.local(request.language), lines.date(one.since) if one.since else "") for one in known.addresses]
    advice = [(one, one.text[request.language]) for one in known.advice]
    return AdviceLines(places(request).name_of(known.place, request.language), addresses, advice)
