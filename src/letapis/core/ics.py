"""Days and hours as a calendar file (RFC 5545), with nothing in it but a code: such a file ends up on phones and in clouds."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_LINE = 75  # octets of a line before it is folded
_HOURS_AHEAD = 3  # Minsk time, which has had no summer time since 2011


@dataclass(frozen=True)
class Entry:
    """One entry: ``ident`` tells it from others and is only used as a digest; ``time`` is ``HH:MM`` in Minsk or empty for the whole day."""

    ident: bytes
    day: date
    time: str
    code: str


def is_time(text: str) -> bool:
    """``HH:MM`` of a day."""
    hour, colon, minute = text.partition(":")
    digits = all(len(part) == 2 and part.isascii() and part.isdecimal() for part in (hour, minute))
    return bool(colon) and digits and hour <= "23" and minute <= "59"


def calendar(entries: Iterable[Entry], made: date) -> str:
    """The file. ``made`` is a day and no instant: at which hour a colleague works leaves the organisation with no file."""
    stamp = f"DTSTAMP:{made:%Y%m%d}T000000Z"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//letapis//EN"]
    for entry in entries:
        summary = _folded(f"SUMMARY:{_escaped(entry.code)}")  # No other line is ever long.
        lines += ("BEGIN:VEVENT", f"UID:{_uid(entry)}", stamp, _when(entry), summary, "END:VEVENT")
    return "".join(f"{line}\r\n" for line in (*lines, "END:VCALENDAR"))


def _uid(entry: Entry) -> str:
    return hashlib.sha256(b"letapis/calendar/1\x00" + entry.ident).hexdigest()[:32]


def _when(entry: Entry) -> str:
    if not entry.time:
        return f"DTSTART;VALUE=DATE:{_compact(entry.day)}"
    hour, minute = entry.time.split(":")
    start = datetime(entry.day.year, entry.day.month, entry.day.day, int(hour), int(minute))
    return f"DTSTART:{start - timedelta(hours=_HOURS_AHEAD):%Y%m%dT%H%M%SZ}"


def _compact(day: date) -> str:
    return day.isoformat().replace("-", "")


def _escaped(text: str) -> str:
    for found, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(found, written)
    return text if text.isprintable() else "".join(letter for letter in text if letter.isprintable())


def _folded(line: str) -> str:
    """Lines of at most 75 octets; a letter is never cut in two."""
    if (line.isascii() and len(line) <= _LINE) or len(line.encode("utf-8", "replace")) <= _LINE:
        return line
    parts: list[str] = []
    part = ""
    for letter in line:
        if len((part + letter).encode("utf-8")) > _LINE - bool(parts):
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
