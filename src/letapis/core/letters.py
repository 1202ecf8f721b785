"""Letters to people who are held: how one stands, since when nobody has answered, and what to know before writing to a place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from letapis.core.dates import bounds, compare, is_partial_date

STATES: Final = ("sent", "arrived", "answered", "returned")
RETURNED: Final = ("none_given", "moved", "not_relative", "language", "address", "other")
_LATER: Final = ("arrived", "answered", "returned")


@dataclass(frozen=True)
class Days:
    """What is known of a letter's way, each a partial date or empty."""

    sent: str = ""
    arrived: str = ""
    answered: str = ""
    returned: str = ""


def state_of(days: Days) -> str:
    """How a letter stands: the farthest that is known. A letter of which nothing is known but that it was sent stands as sent."""
    return "answered" if days.answered else "returned" if days.returned else "arrived" if days.arrived else "sent"


def out_of_order(days: Days) -> str:
    """The first of the days that cannot be, because it lies before the sending; empty when all may be."""
    if not days.sent:
        return ""
    return next((name for name in _LATER if getattr(days, name) and compare(getattr(days, name), "<", days.sent) is True), "")


@dataclass(frozen=True)
class Silence:
    """No answer to letters sent since a day: how many, and the least number of days. It says nothing of why."""

    since: str
    letters: int
    days: int


def silence(letters: Iterable[Days], today: date) -> Silence | None:
    """Since when letters of one person went without an answer: the earliest sent after the last that was answered. None: none waits."""
    known = sorted((days for days in letters if days.sent), key=lambda days: bounds(days.sent))
    last = max((place for place, days in enumerate(known) if days.answered), default=-1)
    waiting = known[last + 1 :]
    if not waiting:
        return None
    return Silence(waiting[0].sent, len(waiting), max(0, (today - bounds(waiting[0].sent)[1]).days))


def silences(letters: Iterable[tuple[bytes, Days]], today: date) -> list[tuple[bytes, Silence]]:
    """People whose letters wait, those who wait longest first. Letters come with whom they are to."""
    ways: dict[bytes, list[Days]] = {}
    for subject, days in letters:
        ways.setdefault(subject, []).append(days)
    found = [(subject, silence(known, today)) for subject, known in ways.items()]
    return sorted(((subject, one) for subject, one in found if one), key=lambda pair: -pair[1].days)


@dataclass(frozen=True)
class Address:
    """Where letters to a place go. ``text`` is for letters from abroad, in Latin letters; ``be`` and ``ru``, as it is written in the country,
    empty where nobody wrote it. ``since``: the day from which it holds, where known; ``verify``: not confirmed in a source."""

    text: str
    since: str
    verify: bool
    be: str = ""
    ru: str = ""

    def local(self, language: str) -> str:
        """As it is written on an envelope in the country, for a reader of this language; empty where nobody wrote it."""
        return self.ru if language == "ru" and self.ru else self.be

    def shown(self, language: str) -> str:
        """The form for a reader of this language: who reads a language of the country, gets what the post there gets."""
        return (language != "en" and self.local(language)) or self.text


def addresses(place: Mapping[str, Any], today: date) -> tuple[Address, ...]:
    """Addresses of a place of the list, from what the list says of it: a letter to one that holds no longer is lost."""
    found = []
    for one in place.get("address", ()):
        since, _, until = one.get("valid", "").partition("/")
        if not is_partial_date(until) or bounds(until)[1] >= today:
            verify = bool(one.get("verify", place.get("verify", False)))
            found.append(Address(one["text"], since if is_partial_date(since) else "", verify, one.get("be", ""), one.get("ru", "")))
    return tuple(found)


def types_of(place: Mapping[str, Any]) -> list[str]:
    """Types of a place of the list, by which advice names it."""
    told = [place.get("type"), place.get("also_type")]
    return [kind for one in told for kind in (one if isinstance(one, list) else [one]) if isinstance(kind, str)]


@dataclass(frozen=True)
class Advice:
    """One thing to know. ``places``: types or codes of places, none for everywhere; ``verify``: not confirmed in a source; ``public``: as it is
    said to whoever reads the public list, where that differs."""

    id: str
    places: tuple[str, ...]
    text: Mapping[str, str]
    source: tuple[str, ...]
    verify: bool
    public: Mapping[str, str]


def read_advice(table: Mapping[str, Any]) -> tuple[Advice, ...]:
    """The advice of one country from its parsed file."""
    return tuple(_advice(entry) for entry in table["advice"])


def _advice(entry: Mapping[str, Any]) -> Advice:
    text = entry["text"]
    return Advice(entry["id"], tuple(entry.get("for", ())), text, tuple(entry["source"]), entry["verify"], entry.get("public", text))


def advice_for(advice: Sequence[Advice], places: Iterable[str]) -> list[Advice]:
    """What holds for a place, named by its code and its types: first what is said of it, then what holds everywhere."""
    named = frozenset(places)
    return [one for one in advice if named & set(one.places)] + [one for one in advice if not one.places]
