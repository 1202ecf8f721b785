"""Which devices are on a journey, as the organisation's records say: asked by the gates, by the exchange and by pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from letapis.core import travelling
from letapis.core.access import Reader
from letapis.core.dates import bounds
from letapis.core.travelling import PACKED, Journey, Said
from letapis.desk import people, reading, settings
from letapis.desk.opening import Desk

_ALL = 100_000  # a journey that a list leaves out would hand keys to a device that put them away


@dataclass(frozen=True)
class JourneyView:
    """A journey with its id and, when something was put away, the dossiers that stayed on the device and the bundles that left the relay.

    ``heads``: the versions on which what is shown rests, all of them weighed by ``core.travelling``."""

    travel: bytes
    journey: Journey
    dossiers: tuple[bytes, ...]
    gone: tuple[str, ...]
    heads: tuple[bytes, ...]


def journeys(desk: Desk, reader: Reader) -> list[JourneyView]:
    """All journeys of the organisation, the latest first. One that stands anywhere else is none."""
    org = settings.value(desk.store, "common:ORG")
    return [_view(desk, reader, view) for view in reversed(reading.items(desk, reader, "travel", limit=_ALL)) if view.compartment.hex() == org]


def _view(desk: Desk, reader: Reader, view: reading.ItemView) -> JourneyView:
    record = view.record
    versions = reading.versions(desk, reader, view.item)
    said = tuple(Said(version.record.text("state"), version.author, version.ref, version.record.refs("after")) for version in versions)
    first, last = bounds(record.text("day"))[0], bounds(record.text("until"))[1]
    journey = Journey(record.text("device"), view.owner, first, last, view.state, view.author, said)
    packed = [version.record for version in versions if version.ref in journey.packed]
    kept = frozenset(packed[0].refs("dossiers")) if packed else frozenset[bytes]()
    for other in packed[1:]:
        kept &= frozenset(other.refs("dossiers"))
    return JourneyView(view.item, journey, tuple(sorted(kept)), tuple(name for one in packed for name in one.texts("gone")), view.heads)


def away_now(desk: Desk, reader: Reader) -> frozenset[str]:
    """Devices that travel today: their silence is named by the gates and does not block."""
    return travelling.away(_plain(desk, reader), people.directory(desk).keepers(), desk.clock().date())


def _plain(desk: Desk, reader: Reader) -> list[Journey]:
    return [view.journey for view in journeys(desk, reader)]


def kept_by_packed(desk: Desk) -> Mapping[str, frozenset[bytes]]:
    """Devices that put things away, each with the dossiers that it kept: nothing else is handed to it until it is welcomed back."""
    kept: dict[str, frozenset[bytes]] = {}
    for view in journeys(desk, desk.reader("exchange")):
        if view.journey.state == PACKED:
            dossiers = frozenset(view.dossiers)
            kept[view.journey.device] = kept.get(view.journey.device, dossiers) & dossiers
    return kept


def welcomed(desk: Desk) -> Mapping[str, bytes]:
    """Devices that put things away and were welcomed back by a colleague, each with the last such journey."""
    found: dict[str, bytes] = {}
    for view in journeys(desk, desk.reader("exchange")):
        if view.journey.packed and view.journey.state == travelling.ENDED:
            found.setdefault(view.journey.device, view.travel)
    return found


def names_removed(desk: Desk) -> frozenset[str]:
    """Bundles that travellers took off the relay themselves: that they are gone is nobody's fault."""
    return frozenset(name for view in journeys(desk, desk.reader("exchange")) for name in view.gone)
