"""Days and hours as a calendar file (RFC 5545), with nothing in it but a code: such a file ends up on phones and in clouds."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_LINE = 75  # octets of a line before it is folded
_BEGINS, _GOES_ON = 0xC0, 0x80  # by its two first bits an octet of UTF-8 that does not begin a letter is known
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
    begins = dict[tuple[date, str], str]()  # Thousands of birthdays fall on 366 days.
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//letapis//EN"]
    for entry in entries:
        summary = _folded(f"SUMMARY:{_escaped(entry.code)}")  # No other line is ever long.
        on = entry.day, entry.time
        begun = begins[on] if on in begins else begins.setdefault(on, _when(entry))
        lines += ("BEGIN:VEVENT", f"UID:{_uid(entry)}", stamp, begun, summary, "END:VEVENT")
    return "\r\n".join((*lines, "END:VCALENDAR", ""))


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
    data, parts, at = line.encode("utf-8", "surrogatepass"), list[str](), 0
    if len(data) <= _LINE:
        return line
    while at < len(data):
        end = min(at + _LINE - bool(parts), len(data))
        while end < len(data) and data[end] & _BEGINS == _GOES_ON:
            end -= 1
        parts.append(data[at:end].decode("utf-8", "surrogatepass"))
        at = end
    return "\r\n ".join(parts)
