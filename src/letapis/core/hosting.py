"""In which order files of a site go to a place that shows each of them the moment it lies there, and what has to go from it when.

A reader never meets a page that names another one which is not there yet: pictures come first, then pages of one thing, then lists, then the
front pages, and last the manifest with its signatures. What must not be there any more goes before anything comes, a list that is too long
after everything else.
"""

import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core.public_data import CHECKPOINT_PATH

PUT, REMOVE = "put", "remove"
KINDS: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/atom+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".pdf": "application/pdf",
}
_THINGS: Final = ("p", "places", "statements")
PICTURES, THINGS, LISTS, FRONT, SIGNED = range(5)


@dataclass(frozen=True, slots=True)
class Step:
    """One file that comes or goes. Steps of one ``turn`` may be taken in any order, or at the same time."""

    turn: int
    deed: str
    name: str


def kind(name: str) -> str:
    """The media type as which a file is given out."""
    return KINDS.get(posixpath.splitext(name)[1], "application/octet-stream")


def rank(name: str) -> int:
    """What a file is on the site, by its name."""
    *folders, last = name.split("/")
    if last.startswith("manifest.") or name == CHECKPOINT_PATH:
        return SIGNED
    if last.endswith((".png", ".jpg", ".css")):
        return PICTURES
    if last == "index.html":
        return FRONT if len(folders) < 2 else LISTS
    return THINGS if last.endswith(".html") and folders and folders[-1] in _THINGS else LISTS


def steps(there: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[Step, ...]:
    """From what lies at a place to what is to lie there, both name -> digest; an empty digest is a file of which nobody knows what it holds."""
    gone = there.keys() - wanted.keys()
    found = [Step(0, REMOVE, name) for name in gone if rank(name) <= THINGS]
    found += [Step(1 + rank(name), PUT, name) for name, digest in wanted.items() if there.get(name) != digest]
    found += [Step(2 + SIGNED, REMOVE, name) for name in gone if rank(name) > THINGS]
    return tuple(sorted(found, key=lambda one: (one.turn, one.name)))


def turns(found: Collection[Step]) -> list[list[Step]]:
    """The steps, those of one turn together."""
    made: dict[int, list[Step]] = {}
    for one in found:
        made.setdefault(one.turn, []).append(one)
    return [made[turn] for turn in sorted(made)]
