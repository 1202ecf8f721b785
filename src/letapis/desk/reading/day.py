"""What today asks of a member: tasks, hearings, letters without an answer, birthdays.

These lists go over the whole workspace, so each is read from an index in its order and looks at a bounded number of rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final

from letapis.core.access import Reader
from letapis.core.agenda import may_fall_within
from letapis.core.birthdays import month_days, turns
from letapis.core.standing import Level
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import ClaimView, views
from letapis.desk.reading.items import ItemView, items
from letapis.desk.reading.tasks import open_tasks
from letapis.desk.reading.window import guard
from letapis.engines.db import models

DAY_SHOWN: Final = 8
LETTER_DAYS: Final = 30  # a letter that has not arrived for so long is looked at again
_SOURCES: Final = 3  # claims read for each line: several sources may name one birthday
# The property stands in the words of the query, because only then the database sees that the small index for it will do.
_BORN: Final = (
    "SELECT id, compartment FROM db_claim WHERE property = 'identity.birth_date' AND {cut}(value, 6, 5) >= %s AND {cut}(value, 6, 5) <= %s "
    "AND length(value) = 10 AND level >= 0 AND NOT replaced ORDER BY {cut}(value, 6, 5) LIMIT %s"
)
_DIED: Final = (
    "SELECT 1 FROM db_claim WHERE dossier = %s AND subject = %s AND property >= 'death.' AND property < 'death/' AND value <> 'false' "
    "AND level >= %s AND NOT replaced LIMIT 1"
)


@dataclass(frozen=True)
class Birthday:
    """One person's birthday as one claim has it: ``month_day`` as ``MM-DD``, the age they reach. ``died``: something tells of their death."""

    claim: ClaimView
    month_day: str
    turns: int
    died: bool


@dataclass(frozen=True)
class Today:
    """What the first page shows of the day; ``tasks`` are mine, due or past their day."""

    tasks: tuple[ItemView, ...]
    hearings: tuple[ItemView, ...]
    letters: tuple[ItemView, ...]
    birthdays: tuple[Birthday, ...]


def today(desk: Desk, reader: Reader) -> Today:
    """Everything of the day at once."""
    now = desk.today()
    tomorrow, week = now + timedelta(days=1), now + timedelta(days=6)
    hearings = items(desk, reader, "hearing", state="planned", since=now.isoformat(), until=tomorrow.isoformat(), limit=DAY_SHOWN)
    born = [one for one in birthdays(desk, reader, now, week, 2 * DAY_SHOWN) if not one.died]
    due = open_tasks(desk, reader, reader.member, now.isoformat(), DAY_SHOWN + 1)
    return Today(tuple(due), tuple(hearings), tuple(waiting_letters(desk, reader, DAY_SHOWN)), tuple(born[:DAY_SHOWN]))


def hearings_between(desk: Desk, reader: Reader, first: date, last: date) -> list[ItemView]:
    """Hearings on these days, and those of which only the month or the year is known that may fall on one of them."""
    spans = {(first.isoformat(), last.isoformat()), *((start, start) for day in (first, last) for start in (f"{day:%Y-%m}-01", f"{day:%Y}-01-01"))}
    found = {
        item.item: item
        for since, until in spans
        for state in ("planned", "held", "adjourned", "cancelled")
        for item in items(desk, reader, "hearing", state=state, since=since, until=until)
    }
    within = (item for item in found.values() if may_fall_within(item.text("day"), first, last))
    return sorted(within, key=lambda item: (item.day, len(item.text("day")) != 10, item.text("time"), item.item))


def waiting_letters(desk: Desk, reader: Reader, limit: int) -> list[ItemView]:
    """Letters sent long ago of which nobody knows whether they arrived, oldest first. That says nothing of a refusal."""
    until = desk.today() - timedelta(days=LETTER_DAYS)
    return items(desk, reader, "letter", state="sent", until=until.isoformat(), limit=limit)


def birthdays(desk: Desk, reader: Reader, first: date, last: date, limit: int = 200) -> list[Birthday]:
    """Birthdays within these days by their order from ``first`` on, from claims that nobody disputes; one line for each date of a person."""
    best: dict[tuple[bytes, bytes, str], ClaimView] = {}
    for claim in _born_within(desk, reader, first, last, _SOURCES * limit):
        key = (claim.dossier, claim.subject, claim.value)
        if key not in best or best[key].level < claim.level:
            best[key] = claim
    return [_birthday(desk, claim, first) for claim in islice(best.values(), limit)]


def _birthday(desk: Desk, claim: ClaimView, first: date) -> Birthday:
    month_day = claim.value[5:]
    died = bool(desk.store.rows(_DIED, (claim.dossier, claim.subject, int(Level.OPEN))))
    return Birthday(claim, month_day, turns(claim.value, month_day, first), died)


def _born_within(desk: Desk, reader: Reader, first: date, last: date, limit: int) -> Iterable[ClaimView]:
    held = guard(reader).compartments
    query = _BORN.format(cut="substring" if desk.store.postgres else "substr")
    found = [row for span in month_days(first, last) for row in desk.store.rows(query, (*span, limit))]
    numbers = [int(number) for number, compartment in found if bytes(compartment) in held][:limit]
    rows = models.Claim.objects.using(desk.store.alias).in_bulk(numbers)
    return views(desk, (rows[number] for number in numbers))
