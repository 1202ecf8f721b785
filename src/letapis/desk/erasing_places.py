"""Follow orders at the places that keep copies of sealed objects: a stick, a share, a store. What they hold of it goes, and that it went is
recorded, so that every colleague sees which place has not followed yet.

A place deletes nothing but what an order in force names, and the order stands on the keepers' threshold: nobody who holds the stick, and no
single member, decides that.
"""

from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.erasure import FOLLOWED
from letapis.core.errors import LetapisError
from letapis.core.records import Draft
from letapis.desk import copy_places, ledger, members, shredded
from letapis.desk.copy_places import NAMED, Place
from letapis.desk.opening import Desk

_PREFIX: Final = "copies/"


@dataclass(frozen=True)
class Waiting:
    """A place that has not followed every order, since the hour of the first that it has not. ``reachable``: from this device."""

    place: Place
    since: str
    reachable: bool


def waiting(desk: Desk, reader: Reader) -> list[Waiting]:
    """Places that may still hold what an order takes away, by name."""
    due = {part.ref: part.recorded for part in shredded.orders(desk) if part.in_force and part.blobs}
    if not due:
        return []
    done = {(name, record.raw("order")) for record in shredded.followings(desk) for name in record.texts("gone") if name.startswith(_PREFIX)}
    found = []
    for one in copy_places.places(desk, reader):
        open_ = [hour for ref, hour in due.items() if (_PREFIX + one.place.hex(), ref) not in done]
        if one.kind == NAMED and open_:
            found.append(Waiting(one, min(open_), copy_places.is_reachable(desk, one)))
    return found


def clear(desk: Desk, reader: Reader) -> tuple[int, list[Place]]:
    """Take away at every place that answers what orders name. How many files went, and the places that did not answer."""
    names, gone, silent = shredded.ordered_blobs(desk), 0, list[Place]()
    for one in waiting(desk, reader):
        try:
            store = copy_places.store_of(desk, one.place)
            there = names & set(store.names())
            for name in sorted(there):
                store.remove(name)
            gone += len(there) + store.remove_aside(names)
        except LetapisError:
            silent.append(one.place)
            continue
        _record(desk, one.place)
    return gone, silent


def _record(desk: Desk, place: Place) -> None:
    org, name = members.common_compartment(desk, "ORG"), _PREFIX + place.place.hex()
    done = {record.raw("order") for record in shredded.followings(desk) if name in record.texts("gone")}
    due = [part for part in shredded.orders(desk) if part.in_force and part.blobs and part.ref not in done]
    ledger.append(desk, [Draft(FOLLOWED, org, {"order": part.ref, "ground": "copies", "gone": (name,)}) for part in due])
