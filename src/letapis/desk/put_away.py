"""What this device has put away: kept as counts and digests, because what is gone should not be named here either."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.errors import Damaged
from letapis.desk import settings, shredded
from letapis.desk.opening import Desk

PACKED: Final = "travel.packed"
_SHORT: Final = 16


@dataclass(frozen=True)
class PutAway:
    """``travel``: the journey. ``places``: by digest of a compartment, how many records it had; ``objects``: digests of names; ``own``:
    positions in our own log, as ranges from first to last; ``keys``: how many keys."""

    travel: bytes
    salt: str
    places: dict[str, int]
    objects: tuple[str, ...]
    own: tuple[tuple[int, int], ...]
    keys: int

    @property
    def records(self) -> int:
        return sum(self.places.values())

    def digest(self, name: bytes) -> str:
        return digest(self.salt, name)

    def covers(self, first: int, last: int) -> bool:
        """All positions from ``first`` to ``last`` of our own log were put away."""
        return any(low <= first and last <= high for low, high in self.own)


def digest(salt: str, name: bytes) -> str:
    return hashlib.sha256(salt.encode("ascii") + name).hexdigest()[:_SHORT]


def known(desk: Desk) -> PutAway | None:
    """What is put away now; None when nothing is."""
    text = settings.value(desk.store, PACKED)
    if not text:
        return None
    try:
        told: dict[str, Any] = json.loads(text)
        own = tuple((int(low), int(high)) for low, high in told["own"])
        return PutAway(bytes.fromhex(told["travel"]), told["salt"], told["places"], tuple(told["objects"]), own, int(told["keys"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise Damaged("travel.setting") from fault


def keep(desk: Desk, one: PutAway) -> None:
    told = {"travel": one.travel.hex(), "salt": one.salt, "places": one.places, "objects": one.objects, "own": one.own, "keys": one.keys}
    settings.keep(desk.store, PACKED, json.dumps(told))


def ranges(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Positions in ascending order as ranges without gaps."""
    first = last = -1
    for position in positions:
        if first < 0:
            first = last = position
        elif position == last + 1:
            last = position
        else:
            yield first, last
            first = last = position
    if first >= 0:
        yield first, last


def still_missing(desk: Desk, one: PutAway, objects_here: Collection[str]) -> tuple[int, int]:
    """How many records and originals have not come back yet; what was erased meanwhile does not."""
    rows = desk.store.rows("SELECT compartment, count(*) FROM db_record GROUP BY compartment")
    here = {one.digest(bytes(compartment)): int(count) for compartment, count in rows}
    erased, somewhere = shredded.counts(desk)
    for (compartment, _), count in erased.items():
        here[one.digest(compartment)] = here.get(one.digest(compartment), 0) + count
    records = max(0, sum(max(0, count - here.get(place, 0)) for place, count in one.places.items()) - somewhere)
    names = {one.digest(name.encode("ascii")) for name in {*objects_here, *shredded.ordered_blobs(desk)}}
    return records, sum(name not in names for name in one.objects)
