"""What stands around a dossier: contacts, tasks, hearings, letters and the like. Each section says itself that it has a place there.

A module of ``views`` names its lists in ``AROUND``; the tab shows them in their order, with how many the reader holds.
"""

from dataclasses import dataclass
from functools import cache

from letapis.faces.web.navigation import sections


@dataclass(frozen=True)
class Around:
    """A list of a dossier: ``order`` sorts, ``key`` is the text, ``name`` the URL name that takes the dossier, ``types`` the items counted,
    ``kinds`` the kinds of dossier that have it (all when empty)."""

    order: int
    key: str
    name: str
    types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@cache
def places() -> tuple[Around, ...]:
    found = [place for module in sections() for place in getattr(module, "AROUND", ())]
    return tuple(sorted(found, key=lambda place: (place.order, place.key)))
