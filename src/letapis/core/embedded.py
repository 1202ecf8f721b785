"""What a file says of itself, and what a person should think of before believing it. Codes only; the words stand in the locale files.

A position in a photograph is where its device believed to be, an hour is what its clock showed: both are claims of the file.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a file says of itself. ``warning``: the code of what is odd about it by itself, as the reader saw it."""

    group: str
    name: str
    value: str
    warning: str = ""


# South, north, west, east in degrees: parts of seas in which there is no land at all, coarse on purpose. A position elsewhere may be at
# sea as well; nothing is said of it then.
_OPEN_SEA: Final = (
    (54.4, 54.95, 14.6, 16.0),
    (55.6, 56.8, 18.6, 20.6),
    (62.0, 62.8, 18.6, 20.6),
    (54.5, 57.5, 1.5, 6.0),
    (64.0, 70.0, 0.0, 7.0),
    (42.3, 44.0, 30.0, 33.5),
    (42.3, 43.3, 36.0, 39.5),
    (33.5, 35.8, 16.0, 22.5),
    (39.5, 41.5, 5.0, 7.5),
    (42.0, 60.0, -40.0, -15.0),
    (30.0, 48.0, 160.0, 179.0),
    (-36.0, -22.0, 80.0, 108.0),
    (-36.0, -18.0, -24.0, 5.0),
    (-3.0, 3.0, -10.0, 4.0),
)
_POSITION: Final = re.compile(r"(-?\d{1,3}\.\d+) (-?\d{1,3}\.\d+)\Z")
_YEAR: Final = re.compile(r"(?:D:)?(\d{4})[:\-/]?\d\d")
_TIMES: Final = re.compile(r"date|time|created", re.IGNORECASE)


def position(said: Iterable[Said]) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, where the file gives one that can be."""
    for one in said:
        match = _POSITION.match(one.value) if (one.group, one.name) == ("gps", "position") else None
        if match:
            return float(match[1]), float(match[2])
    return None


def _is_open_sea(latitude: float, longitude: float) -> bool:
    """Certainly at sea; False says nothing."""
    return any(south <= latitude <= north and west <= longitude <= east for south, north, west, east in _OPEN_SEA)


def warnings(said: Sequence[Said], flags: Iterable[str], received: str) -> tuple[str, ...]:
    """What to think of, as codes, each once. ``received``: the day on which we got the file, ``YYYY-MM-DD``."""
    found = [one.warning for one in said if one.warning]
    place = position(said)
    if place is not None:
        found.append("place_zero" if abs(place[0]) < 0.01 and abs(place[1]) < 0.01 else "place_at_sea" if _is_open_sea(*place) else "place_told")
    if any(_later(one, received) for one in said):
        found.append("time_in_future")
    if "flags.thumbnail_differs" in flags:
        found.append("preview_differs")
    if any(one.group == "proofmode" for one in said):
        found.append("names_device")
    return tuple(dict.fromkeys(found))


def _later(one: Said, received: str) -> bool:
    """A year after the one in which the file came to us."""
    match = _YEAR.match(one.value) if one.group in ("exif", "xmp", "pdf", "container", "iptc") and _TIMES.search(one.name) else None
    return bool(match and received[:4].isdecimal() and int(match[1]) > int(received[:4]))
