"""Who headed a body on a day, which body stood above it, and so on up: what follows from intervals whose ends are partly known.

Each end of an interval is a span of days in which it may lie. What several sources say of one end is taken together where it agrees;
where it cannot all hold, no side is taken and everything between them stays possible. So a vague date never makes anything certain,
and the order in which things were told changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from letapis.core.dates import Certainty, bounds, is_partial_date

Days = tuple[date, date]
"""First and last day that are meant, both included."""

ANY: Final[Days] = (date.min, date.max)
_ABOUT: Final = timedelta(days=366)  # "about" may be a year off either way


class Truth(StrEnum):
    """Whether something was so on a day. What is possible is not known to be so and not known to be otherwise."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    NOT = "not"


def end_of(text: str, certainty: str = "") -> Days:
    """Where an end of an interval may lie that is told so. Raises ValueError for no partial date."""
    low, high = bounds(text)
    match certainty:
        case Certainty.AT_LATEST:
            return date.min, high
        case Certainty.AT_EARLIEST:
            return low, date.max
        case Certainty.ABOUT:
            return max(low, date.min + _ABOUT) - _ABOUT, min(high, date.max - _ABOUT) + _ABOUT
    return low, high


@dataclass(frozen=True, slots=True)
class Span:
    """An interval of time as sources tell its ends. An end of which nobody says anything may be any day."""

    since: frozenset[Days] = frozenset()
    until: frozenset[Days] = frozenset()

    @property
    def start(self) -> Days:
        return _taken_together(self.since)

    @property
    def end(self) -> Days:
        return _taken_together(self.until)

    @property
    def disputed(self) -> bool:
        """What is said of the ends cannot all hold."""
        return _apart(self.since) or _apart(self.until) or self.start[0] > self.end[1]

    def at(self, day: Days) -> Truth:
        """Whether it lasted all through these days. Both ends count as days of it."""
        (first, sure_from), (sure_to, last) = self.start, self.end
        if first > last:  # it ended before it began: whoever is right, nothing of it is certain
            return Truth.NOT if day[1] < min(first, sure_to) or day[0] > max(sure_from, last) else Truth.POSSIBLE
        if day[1] < first or day[0] > last:
            return Truth.NOT
        return Truth.CERTAIN if sure_from <= day[0] and day[1] <= sure_to else Truth.POSSIBLE

    def may_meet(self, other: "Span") -> bool:
        """Both may have lasted on one day."""
        return self.start[0] <= other.end[1] and other.start[0] <= self.end[1]


def lasting(since: str, until: str, certainty: str = "") -> Span:
    """The time from one date to another, as sure as they are; an end of which no date tells is open."""
    first, last = (frozenset({end_of(day, certainty)} if is_partial_date(day) else ()) for day in (since, until))
    return Span(first, last)


def _taken_together(told: Collection[Days]) -> Days:
    """What all agree on; all that lies between them where they do not."""
    if not told:
        return ANY
    if _apart(told):
        return min(low for low, _ in told), max(high for _, high in told)
    return max(low for low, _ in told), min(high for _, high in told)


def _apart(told: Collection[Days]) -> bool:
    return bool(told) and max(low for low, _ in told) > min(high for _, high in told)


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody headed a body for a time. ``post`` names where that is recorded, ``person`` whom is meant."""

    post: bytes
    person: str
    body: str
    span: Span


@dataclass(frozen=True, slots=True)
class Parent:
    """A body answered to another for a time. ``sure`` is false where it is one of several that may be meant."""

    body: str
    above: str
    span: Span
    claim: bytes = b""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """A tenure with whether it was so on the day."""

    tenure: Tenure
    truth: Truth


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is known: after the last day on which somebody may have headed it, before the first one again. None: nobody before or after."""

    after: date | None
    before: date | None


@dataclass(frozen=True, slots=True)
class Above:
    """A body that stood above on the day, with what is known of that one. ``step`` is None where the chain would turn in a circle."""

    parent: Parent
    truth: Truth
    step: "Step | None"


@dataclass(frozen=True, slots=True)
class Step:
    """One body on the day: who headed it, who may have, what stood above it. ``gap``: where nobody is known."""

    body: str
    held: tuple[Held, ...]
    gap: Gap | None
    above: tuple[Above, ...]

    @property
    def several(self) -> bool:
        """More than one person is said to have headed it for certain on that day: the sources contradict each other, or one handed over."""
        return len({one.tenure.person for one in self.held if one.truth is Truth.CERTAIN}) > 1


def chain(body: str, day: str, parents: Iterable[Parent], tenures: Iterable[Tenure]) -> Step:
    """The chain of command over a body on a day, or all through a month or a year. Raises ValueError for what is no partial date."""
    return _step(body, bounds(day), _by_body(parents), _by_body(tenures), frozenset())


_Bodied = TypeVar("_Bodied", Parent, Tenure)


def _by_body(found: Iterable[_Bodied]) -> dict[str, list[_Bodied]]:
    grouped: dict[str, list[_Bodied]] = {}
    for one in found:
        grouped.setdefault(one.body, []).append(one)
    return grouped


def _step(body: str, day: Days, parents: dict[str, list[Parent]], tenures: dict[str, list[Tenure]], below: frozenset[str]) -> Step:
    mine = tenures.get(body, [])
    held = [Held(one, truth) for one in mine if (truth := one.span.at(day)) is not Truth.NOT]
    above = []
    for one in sorted(parents.get(body, ()), key=lambda parent: (parent.above, parent.claim, not parent.sure, _whole(parent.span))):
        truth = one.span.at(day)
        if truth is not Truth.NOT:
            truth = truth if one.sure else Truth.POSSIBLE
            seen = below | {body}
            above.append(Above(one, truth, None if one.above in seen else _step(one.above, day, parents, tenures, seen)))
    return Step(body, tuple(sorted(held, key=_order)), None if held else _gap(mine, day), tuple(above))


def _order(one: Held) -> tuple[bool, Days, str, bytes, tuple[list[Days], list[Days]]]:
    return one.truth is not Truth.CERTAIN, one.tenure.span.start, one.tenure.person, one.tenure.post, _whole(one.tenure.span)


def _whole(span: Span) -> tuple[list[Days], list[Days]]:
    """All of an interval, so that no two that differ are equal in an order."""
    return sorted(span.since), sorted(span.until)


def _gap(mine: Sequence[Tenure], day: Days) -> Gap:
    earlier = [one.span.end[1] for one in mine if one.span.end[1] < day[0]]
    later = [one.span.start[0] for one in mine if one.span.start[0] > day[1]]
    return Gap(max(earlier, default=None), min(later, default=None))
