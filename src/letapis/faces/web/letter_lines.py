"""A letter as lists show it, places by the names people know, and what to know before writing to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.dates import bounds, is_partial_date
from letapis.core.letters import Advice, Days, Silence, advice_for, silence
from letapis.desk import reading
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
class PlaceAdvice:
    """What is known of a place: its name, the addresses that hold with the day since when, and what to know before writing."""

    name: str
    addresses: Sequence[tuple[str, str, bool]]
    advice: Sequence[tuple[Advice, str]]


def letter_line(request: Any, lines: Lines, item: reading.ItemView) -> LetterLine:
    days = {name: lines.date(item.text(name)) if item.text(name) else "" for name in ("sent", "arrived", "answered", "returned")}
    reason = lines.word("letters.reason", item.text("reason")) if item.text("reason") else ""
    who = lines.entities(item.dossier).get(item.about) or lines.say("work.nobody_named")
    return LetterLine(item, lines.code(item.dossier), who, place_name(request, item.text("place")), reason=reason, **days)


def silent_lines(request: Any, lines: Lines, letters: Sequence[reading.ItemView]) -> list[SilentLine]:
    """People whose letters wait, those who wait longest first."""
    by_subject: dict[bytes, list[Days]] = {}
    for item in letters:
        days = Days(**{name: item.text(name) for name in ("sent", "arrived", "answered", "returned")})
        by_subject.setdefault(item.about, []).append(days)
    names = lines.entities(letters[0].dossier) if letters else {}
    today = request.desk.clock().date()
    found = [(subject, silence(days, today)) for subject, days in by_subject.items()]
    waiting = [SilentLine(names.get(subject) or lines.say("work.nobody_named"), lines.date(one.since), one) for subject, one in found if one]
    return sorted(waiting, key=lambda line: -line.silence.days)


def _places(request: Any) -> Any:
    return request.desk.catalogue.reference["facilities"].entries


def place_name(request: Any, text: str) -> str:
    """The label of a place that the list knows; another one as it was typed."""
    known = _places(request).get(text)
    return str(known.label[request.language]) if known else text


def place_code(request: Any, text: str) -> str:
    """The code of a place typed by its name or nickname; what the list does not know stays as typed."""
    wanted = text.casefold()
    for code, entry in _places(request).items():
        names = (*entry.label.values(), *entry.more.get("nick", ()))
        if any(name.casefold() == wanted for name in names):
            return str(code)
    return text


def place_names(request: Any) -> list[str]:
    return sorted(entry.label[request.language] for entry in _places(request).values())


def advice_on(request: Any, lines: Lines, place: str) -> PlaceAdvice:
    """What is known of one place; general advice alone where the list does not know it."""
    entry = _places(request).get(place)
    more = entry.more if entry else {}
    named = [place, *(more[key] for key in ("type", "also_type") if isinstance(more.get(key), str)), *_listed(more.get("also_type"))]
    today = request.desk.clock().date()
    addresses = [
        (one["text"], lines.date(since) if is_partial_date(since) else "", bool(one.get("verify", more.get("verify", False))))
        for one in more.get("address", ())
        for since, _, until in [one.get("valid", "").partition("/")]
        if not is_partial_date(until) or bounds(until)[1] >= today  # a letter to an address of yesterday is lost
    ]
    advice = [(one, one.text[request.language]) for one in advice_for(request.desk.catalogue.letters, named)]
    return PlaceAdvice(place_name(request, place), addresses, advice)


def _listed(value: Any) -> Sequence[str]:
    return value if isinstance(value, list) else ()
