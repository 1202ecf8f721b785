"""Whether this device's clock is far after everything that was heard of anybody, and by which day it is judged then what has run out."""

from datetime import date
from typing import Final

from letapis.core import gates
from letapis.core.access import Reader
from letapis.desk.log_words import freshness
from letapis.desk.opening import Desk

MOST_DAYS: Final = 7
"""After so many days in which nobody was heard a clock that is ahead is the likelier reason."""


def is_far_ahead(desk: Desk, reader: Reader) -> bool:
    """Nobody was heard of for more than a week. Never where nobody else was ever heard of."""
    return gates.is_far_ahead(freshness(desk, reader), desk.clock(), MOST_DAYS)


def known_day(desk: Desk, reader: Reader) -> date:
    """The day (UTC) by which something may be taken back by itself because its time is over: today; while ``is_far_ahead`` the last day of which
    somebody else's clock told too. What a clock that is ahead takes back is taken back at every desk, and whoever builds leaves out by the day on
    the card itself what has really run out."""
    return gates.known_moment(freshness(desk, reader), desk.clock(), MOST_DAYS).date()
