"""Care for the member at this desk: what they opened by day and topic, what they do not want to be shown, with whom they look.

What was opened is counted, never listed: a day has one number for each topic. Today's numbers stay in the settings of this device; the
days before are kept in the member's own compartment, where nobody else can read them. There is no way to ask about somebody else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from letapis.core import care as rules
from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.dates import bounds, is_partial_date
from letapis.core.errors import NotFound, UsageError
from letapis.core.records import Draft, Value
from letapis.desk import apart, items, ledger, members, reading, settings
from letapis.desk.opening import Desk

_TODAY: Final = "care.today"
OWN, OFFERS, ENDED = "own", "offers", "ended"
_SHOWN_DAYS: Final = 21
_MOST: Final = 5_000  # a day has one count for each topic and device


@dataclass(frozen=True)
class Preferences:
    """Topics a member does not want to be shown, and until when they pause (empty: not)."""

    avoided: tuple[str, ...] = ()
    until: str = ""

    def leaves(self, topics: Sequence[str]) -> bool:
        """Material of these topics is left to colleagues: by a wish, or because this member pauses."""
        return rules.hidden(topics, self.avoided) or bool(topics and self.until)


@dataclass(frozen=True)
class Load:
    """What this member opened: counts by day and topic, the newest day first, and what to propose to them."""

    days: tuple[tuple[str, Mapping[str, int]], ...]
    week: int
    proposal: Answer | None


# ---- what was opened -------------------------------------------------------------------------------------------------


def opened(desk: Desk, reader: Reader, topics: Sequence[str]) -> None:
    """Count that this member opened material of these topics. The first opening of a day puts the day before into their compartment, in
    the same transaction in which it leaves the setting, so that no day is counted twice. Raises Busy with nothing counted."""
    today = desk.clock().date().isoformat()
    with desk.store.transaction():
        day, counts = _today(desk)
        if counts and day != today:
            place = apart.private(desk, reader)
            ledger.append(desk, [_day_draft(desk, place, day, kind, count) for kind, count in sorted(counts.items())])
            counts = {}
        for topic in topics:
            counts[topic] = counts.get(topic, 0) + 1
        said = json.dumps({"day": today, "counts": counts}, sort_keys=True)
        settings.keep(desk.store, _TODAY, said)


def _day_draft(desk: Desk, place: bytes, day: str, kind: str, count: int) -> Draft:
    return items.draft(desk, "exposure", place, {"day": day, "kind": kind, "count": count, "state": OWN})


def _today(desk: Desk) -> tuple[str, dict[str, int]]:
    kept = settings.value(desk.store, _TODAY)
    if not kept:
        return "", {}
    said = json.loads(kept)
    return str(said["day"]), {str(kind): int(count) for kind, count in said["counts"].items()}


def load(desk: Desk, reader: Reader) -> Load:
    """What this member opened in the last three weeks, for their eyes only."""
    today = desk.clock().date()
    reach = max([_SHOWN_DAYS, *(one.days for one in desk.catalogue.care.proposals)])
    since = (today - timedelta(days=reach - 1)).isoformat()
    days: dict[str, dict[str, int]] = {}
    for item in reading.items(desk, reader, "exposure", state=OWN, since=since, until=today.isoformat(), limit=_MOST, newest=True):
        kind = item.text("kind")
        days.setdefault(item.day, {})[kind] = days.get(item.day, {}).get(kind, 0) + item.record.number("count")
    day, counts = _today(desk)
    for kind, count in counts.items():
        days.setdefault(day, {})[kind] = days.get(day, {}).get(kind, 0) + count
    sums = {date.fromisoformat(day): sum(kinds.values()) for day, kinds in days.items()}
    shown = [(day, days[day]) for day in sorted(days, reverse=True) if 0 <= (today - date.fromisoformat(day)).days < _SHOWN_DAYS]
    return Load(tuple(shown), rules.opened_within(sums, today, 7), rules.proposal(desk.catalogue.care, sums, today))


# ---- what a member wants ---------------------------------------------------------------------------------------------


def preferences(desk: Desk, reader: Reader) -> Preferences:
    """Topics that this member does not want to be shown, and their pause while it lasts."""
    found = reading.items(desk, reader, "care", state=OWN)
    if not found:
        return Preferences()
    until = found[-1].text("until")
    over = bool(until) and bounds(until)[1] < desk.clock().date()
    return Preferences(found[-1].record.texts("topics"), "" if over else until)


def prefer(desk: Desk, reader: Reader, avoided: Sequence[str], until: str = "") -> None:
    """Say which topics not to be shown and until when to pause. No reason is asked, and nobody is told.

    Raises UsageError("care.topic") for an unknown topic, UsageError("care.until") for a day that is none or is over.
    """
    if not set(avoided) <= set(desk.catalogue.care.topics):
        raise UsageError("care.topic")
    if until and not (is_partial_date(until) and bounds(until)[1] >= desk.clock().date()):
        raise UsageError("care.until")
    body: dict[str, Value] = {"topics": tuple(dict.fromkeys(avoided)), "until": until, "state": OWN}
    known = reading.items(desk, reader, "care", state=OWN)
    if known:
        items.change(desk, reader, "care", known[-1].item, body)
    else:
        items.new(desk, "care", apart.private(desk, reader), body)


# ---- looking together ------------------------------------------------------------------------------------------------


def offer_company(desk: Desk, reader: Reader, offers: bool) -> None:
    """Offer to look at the worst together with a colleague, or take the offer back. Colleagues see the name, and nothing else."""
    mine = [item for item in reading.items(desk, reader, "care") if item.author == desk.me and item.state in (OFFERS, ENDED)]
    state = OFFERS if offers else ENDED
    if mine and mine[-1].state != state:
        items.change(desk, reader, "care", mine[-1].item, {"state": state})
    elif not mine and offers:
        items.new(desk, "care", members.common_compartment(desk, "ORG"), {"state": OFFERS})


def company(desk: Desk, reader: Reader) -> list[bytes]:
    """Members who offer to look together, this one included."""
    active = {member.member for member in reading.active_members(desk, reader)}
    return [one for one in dict.fromkeys(item.author for item in reading.items(desk, reader, "care", state=OFFERS)) if one in active]


# ---- said on two devices ---------------------------------------------------------------------------------------------


def own(desk: Desk, reader: Reader, item: bytes) -> reading.ItemView:
    """A wish or an offer of this member. Raises NotFound for that of somebody else: nobody chooses for them."""
    known = reading.item(desk, reader, item, "care")
    if known.author != reader.member:
        raise NotFound("reading.not_found")
    return known


def said_twice(desk: Desk, reader: Reader) -> reading.ItemView | None:
    """The first of their wishes and offers of which two devices of this member say different things."""
    return next((one for one in reading.items(desk, reader, "care") if one.contested and one.author == reader.member), None)


# ---- what material is about ------------------------------------------------------------------------------------------


def topics_of_claims(desk: Desk, claims: Sequence[reading.ClaimView], kind: str = "") -> tuple[str, ...]:
    """Topics of what these claims were cut from."""
    return desk.catalogue.care.topics_of({claim.property for claim in claims}, kind)
