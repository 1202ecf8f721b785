"""Under which number the card of a person goes, and from which day on who lost their name may be counted without it.

A number that ever had a name never stands for somebody who is not named: who kept the card with the name would know who the nameless one is.
So whoever loses their name gets a number that follows from bytes of the dossier alone, which nothing public holds, and which every desk of the
dossier finds for itself: two desks that act at once make one card of it and not two. It comes a few weeks later, on a day drawn at random,
so that the log of publications does not show both on one day.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_NUMBER: Final = 16
_LABEL: Final = b"letapis.card.without-name.1\x00"
LEAST_DAYS: Final = 7
MOST_DAYS: Final = 27
"""Fewer than the days after which an approval is no longer fresh (``fresh_days``), so that nobody has to approve twice for the waiting."""


@dataclass(frozen=True, slots=True)
class Used:
    """A number that the card of a person went under. ``named``: a version of it had the name; ``alive``: something of it is public or waits;
    ``secret``: random bytes beside it in the dossier, which no other compartment holds."""

    number: bytes
    named: bool
    alive: bool
    secret: bytes


def number_for(named: bool, used: Sequence[Used]) -> bytes:
    """The number that a next version goes under, of those ``used`` in the order of their first use; empty where a new one is due.

    Who is named goes on under the number that they are counted by now, and otherwise under the last that had their name. Who is not goes on
    under one that never had it, and of which nobody saw it go when a name came back: one that is alive, or any while there was no name."""
    if named:
        known = [one for one in used if one.alive] or [one for one in used if one.named] or list(used)
    else:
        had_name = any(one.named for one in used)
        known = [one for one in used if not one.named and (one.alive or not had_name)]
    return known[-1].number if known else b""


def to_recall(named: bool, used: Sequence[Used]) -> tuple[bytes, ...]:
    """Numbers that go when the card goes on without a name: all that are alive and had it."""
    return () if named else tuple(one.number for one in used if one.alive and one.named)


def new_number(used: Sequence[Used], drawn: bytes) -> bytes:
    """A new number: ``drawn`` at random for the first card of a person, and the one that follows from the last secret for every further; the
    next that follows where clocks that differ put the numbers into another order and this one was used."""
    if not used:
        return drawn
    known, number = {one.number for one in used}, _follows(used[-1].secret, b"")
    while number in known:
        number = _follows(used[-1].secret, number)
    return number


def _follows(secret: bytes, number: bytes) -> bytes:
    return hashlib.sha256(_LABEL + secret + number).digest()[:_NUMBER]


def first_day(today: date, drawn: bytes) -> date:
    """The first day on which a card under a new number may be public; ``drawn``: random bytes."""
    return today + timedelta(days=LEAST_DAYS + int.from_bytes(drawn, "big") % (MOST_DAYS - LEAST_DAYS + 1))
