"""Custody on a day, derived from the dated values of a public card and from nothing else.

Where the dates leave a doubt nobody is called held, and nobody is called released: the smaller number is right for each. Silence is not
release. ``known``: the last day of which the card can tell, the day of its snapshot; what began in "2026" had begun by then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from letapis.core.dates import Certainty, bounds, is_partial_date
from letapis.core.published import Card, CardValue

HELD, RELEASED, DIED, UNKNOWN = "held", "released", "died", "unknown"
CUSTODY: Final = (HELD, RELEASED, DIED, UNKNOWN)
_ABOUT: Final = 31
"""Days by which a day that is only about right may be off."""
R = TypeVar("R")


class Span(NamedTuple):
    """First and last day that a date may mean."""

    low: date
    high: date


def custody(card: Card, day: date | str, known: date | str = "") -> str:
    """``held``, ``released``, ``died`` or ``unknown`` on a day; ``known`` is that day itself where it is not given."""
    on = _day(day)
    return History.of(card, max(_day(known) if known else on, on)).on(on)


def _kept(card: Card, what: str, days: tuple[date, ...], make: Callable[..., R]) -> R:
    """An answer stays with its card, which never changes, until it is asked for other days: tables, months and pages of a snapshot ask ten
    thousand cards for the same ones."""
    known: tuple[tuple[date, ...], R] | None = card.__dict__.get(what)
    if known is None or known[0] != days:
        known = card.__dict__[what] = (days, make(card, *days))
    return known[1]


@dataclass(frozen=True, slots=True)
class History:
    """The days of one card, read once to be asked for many."""

    starts: tuple[Span, ...]
    ends: tuple[Span, ...]
    died: Span | None

    @classmethod
    def of(cls, card: Card, last: date) -> "History":
        return _kept(card, "_history", (last,), cls._of)

    @classmethod
    def _of(cls, card: Card, last: date) -> "History":
        starts, ends = (tuple([span for _, span in spans_of(card, field, last)]) for field in ("detained", "released"))
        return cls(starts, ends, _died(card, last, (*starts, *ends)))

    @property
    def begun_alone(self) -> date | None:
        """From which day on it is held and stays so: of most of a list one beginning is known, and nothing that came after it."""
        return self.starts[0].high if len(self.starts) == 1 and not self.ends and self.died is None else None

    def on(self, day: date) -> str:
        begun_alone = self.begun_alone
        if begun_alone is not None:
            return HELD if begun_alone <= day else UNKNOWN
        if self.died and self.died.low <= day:
            return DIED if self.died.high <= day else UNKNOWN
        begun = [one for one in self.starts if one.high <= day]
        if begun and not any(end.low <= day and end.high >= max(begun).low for end in self.ends):
            return HELD
        over = [end for end in self.ends if end.high <= day]
        if over and not any(start.low <= day and start.high > max(over).low for start in self.starts):
            return RELEASED
        return UNKNOWN


def held_since(card: Card, day: date | str, known: date | str = "") -> str:
    """The value of the field from which the custody on that day runs; empty where it is not held."""
    on = _day(day)
    last = max(_day(known) if known else on, on)
    return begun_by(card, on, last) if custody(card, on, last) == HELD else ""


def begun_by(card: Card, on: date, last: date) -> str:
    """The last beginning of custody that is certain by a day, of somebody who is held then."""
    begun = [(span, one.value) for one in card.all("detained") if (span := _span(one.value, one.certainty, last)) and span.high <= on]
    return max(begun)[1]


def place_on(card: Card, day: date | str, known: date | str = "") -> str:
    """The last place of detention of which the card tells for that day; empty where there is none or two are equally late."""
    on = _day(day)
    return _kept(card, "_place", (on, max(_day(known) if known else on, on)), _place)


def _place(card: Card, on: date, last: date) -> str:
    found = [(_span(one.since, "", last) or Span(date.min, date.min), one) for one in card.all("place")]
    open_then = [(since, one.value) for since, one in found if since.high <= on and not _closed(one, on, last)]
    if not open_then:
        return ""
    newest = max(since for since, _ in open_then)
    places = {place for since, place in open_then if since == newest}
    return places.pop() if len(places) == 1 else ""


def settled(card: Card, day: date) -> bool:
    """Whether this card tells on every later day the custody and the place that it tells on this one, each as that day's snapshot knows it: all
    its days lie before, and none is open towards what is to come. Where in doubt it is not."""
    told = [(one.value, one.certainty) for field in ("detained", "released") for one in card.all(field)]
    told += [(part, "") for one in card.all("place") for part in (one.since, one.until)]
    if not all(_is_over(text, certainty, day) for text, certainty in told):
        return False
    return all(one.since and _is_over(one.since, one.certainty, day) for one in card.all("died"))


def _is_over(text: str, certainty: str, day: date) -> bool:
    """Whether a date lies before a day whatever it may mean; what is no date is never read as one."""
    if not text or not is_partial_date(text):
        return True
    widened = _ABOUT if certainty == Certainty.ABOUT else 0
    return certainty != Certainty.AT_EARLIEST and bounds(text)[1].toordinal() + widened < day.toordinal()


def spans_of(card: Card, field: str, known: date) -> list[tuple[str, Span]]:
    """Every dated value of a field with the days that it may mean."""
    return [(one.value, span) for one in card.all(field) if (span := _span(one.value, one.certainty, known))]


def _closed(value: CardValue, on: date, last: date) -> bool:
    until = _span(value.until, "", last)
    return bool(until and until.high < on)


def _died(card: Card, last: date, others: Iterable[Span]) -> Span | None:
    """When the person died. A death without a day is certain on the last day of which the card can tell, and in doubt before."""
    told = [one for one in card.all("died") if one.value == "yes"]
    if not told:
        return None
    span = _span(told[0].since, told[0].certainty, last)
    return span or Span(min((one.low for one in others), default=date.min), last)


@lru_cache(maxsize=32_768)
def _span(text: str, certainty: str, last: date) -> Span | None:
    """The days that a date may mean; nothing that a card tells of lies behind the last day of which it can tell. Kept, because the dates of ten
    thousand cards are a few thousand days, and custody, tables, months and pages each ask for them."""
    if not text or not is_partial_date(text):
        return None
    low, high = bounds(text)
    if certainty == Certainty.AT_LATEST:
        low = date.min
    elif certainty == Certainty.AT_EARLIEST:
        high = last
    elif certainty == Certainty.ABOUT:
        low, high = date.fromordinal(max(1, low.toordinal() - _ABOUT)), date.fromordinal(min(date.max.toordinal(), high.toordinal() + _ABOUT))
    return Span(low, high) if low > last else Span(low, min(high, last))


def _day(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)
