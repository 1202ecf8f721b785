"""The one calendar: hearings, and the days that bodies count. What leaves it for another calendar is a code and a day."""

from datetime import date

from letapis.core.access import Reader
from letapis.core.afterwards import Met
from letapis.core.ics import Entry, calendar
from letapis.desk import filed, reading
from letapis.desk.opening import Desk


def exported(desk: Desk, reader: Reader, first: date, last: date) -> str:
    """Planned hearings and running times of these days as a calendar file: codes of dossiers and hours, no name, no court, no body."""
    entries = []
    for item in reading.hearings_between(desk, reader, first, last):
        day = item.text("day")
        if item.state == "planned" and len(day) == 10:
            entries.append(Entry(item.item, date.fromisoformat(day), item.text("time"), _code(desk, reader, item.dossier)))
    for one, time in filed.between(desk, reader, first, last):
        if time.state in (Met.OPEN, Met.OVERDUE):
            entries.append(Entry(one.submission + time.key.encode(), time.due, "", _code(desk, reader, one.dossier)))
    return calendar(entries, desk.clock().date())


def _code(desk: Desk, reader: Reader, dossier: bytes) -> str:
    return reading.dossier(desk, reader, dossier).code
