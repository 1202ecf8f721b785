"""Letters to people who are held: how one stands, since when nobody has answered, and what to know before writing to a place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from letapis.core.dates import bounds, compare

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


@dataclass(frozen=True)
class Advice:
    """One thing to know. ``places``: types or codes of places, none for everywhere; ``verify``: not confirmed in a source."""

    id: str
    places: tuple[str, ...]
    text: Mapping[str, str]
    source: tuple[str, ...]
    verify: bool


def read_advice(table: Mapping[str, Any]) -> tuple[Advice, ...]:
    """The advice of one country from its parsed file."""
    return tuple(
        Advice(entry["id"], tuple(entry.get("for", ())), entry["text"], tuple(entry["source"]), entry["verify"]) for entry in table["advice"]
    )


def advice_for(advice: Sequence[Advice], places: Iterable[str]) -> list[Advice]:
    """What holds for a place, named by its code and its types: first what is said of it, then what holds everywhere."""
    named = frozenset(places)
    return [one for one in advice if named & set(one.places)] + [one for one in advice if not one.places]
