"""Public random values in our own log: whatever stands after one was recorded after the hour at which it became known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from letapis.core import beacons as rules
from letapis.core.access import Reader
from letapis.core.beacons import Beacon
from letapis.core.errors import Damaged, LetapisError, UsageError
from letapis.core.instants import instant, moment_of
from letapis.core.records import Header, Value
from letapis.desk import authorities, items, members, reading
from letapis.desk.opening import Desk
from letapis.engines.asking import Asker

RECORDED: Final = "recorded"
CLOCKS: Final = timedelta(minutes=10)  # by so much two honest clocks may differ
_AHEAD: Final = timedelta(hours=3)
_LIMIT: Final = 1000


@dataclass(frozen=True)
class BeaconView:
    """A value as it stands in a log: ``device`` and ``seq`` say where, ``ref`` is its record."""

    beacon: bytes
    ref: bytes
    kind: str
    reference: str
    moment: datetime
    device: str
    seq: int


def beacons(desk: Desk, reader: Reader) -> list[BeaconView]:
    """The values that were recorded, by their hour, each computed anew from the value itself; one that is none is left out."""
    views = []
    for item in reading.items(desk, reader, "beacon", limit=_LIMIT, newest=True):
        try:
            told = moment_of(item.text("moment"))
            found = rules.parse_beacon(item.text("kind"), item.text("value"), item.text("reference"), told)
        except (LetapisError, ValueError):
            continue
        header = item.record.header
        views.append(BeaconView(item.item, item.ref, found.kind, found.reference, found.moment, header.device, header.seq))
    return sorted(views, key=lambda one: one.moment)


def held_by(told: Iterable[BeaconView], device: str, size: int) -> BeaconView | None:
    """The youngest value that the log of this device held when it had this size: what was made of it then is not older."""
    return max((one for one in told if one.device == device and one.seq < size), key=lambda one: one.moment, default=None)


def contradicts(value: BeaconView | None, moment: datetime) -> bool:
    """Nobody can have stamped at this hour a log that held this value: the stamp is back-dated, or the hour of the value is wrong."""
    return value is not None and moment < value.moment - CLOCKS


def preceding(desk: Desk, reader: Reader, records: Iterable[Header]) -> list[bytes]:
    """Records of the values that say not-before of these: of each log the youngest value that stands before all of them."""
    first: dict[str, int] = {}
    for header in records:
        first[header.device] = min(header.seq, first.get(header.device, header.seq))
    told = [one for one in beacons(desk, reader) if one.seq < first.get(one.device, 0)]
    return list({one.device: one.ref for one in told}.values())


def record_beacon(desk: Desk, kind: str, text: str, reference: str = "", moment: str = "") -> Beacon:
    """Record a value that a person typed or pasted. ``moment``: the hour at which it became public, in UTC, for values of another kind.

    Raises UsageError("time.beacon_kind", "time.beacon_moment", "time.beacon_value_short", "time.beacon_ahead"), Damaged or Refused for a
    value that is none.
    """
    return _recorded(desk, rules.parse_beacon(kind, text, reference, _moment(moment) if moment.strip() else None))


def fetch_beacon(desk: Desk, reader: Reader, name: str) -> Beacon:
    """Get the newest round from a server of drand that a person configured, and record it. Raises NotFound and as ``Asker`` does."""
    known = authorities.find(desk, reader, name)
    if known.kind != authorities.RANDOMNESS or not known.in_use:
        raise UsageError("time.beacon_server")
    said = Asker(known.address).get("application/json", rules.LARGEST)
    try:
        text = said.decode("utf-8")
    except UnicodeDecodeError:
        raise Damaged("time.beacon_form") from None
    return _recorded(desk, rules.parse_drand(text))


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError("time.beacon_moment") from None


def _recorded(desk: Desk, found: Beacon) -> Beacon:
    """Raises UsageError("time.beacon_ahead") for a value that is still to come."""
    if found.moment > desk.clock() + _AHEAD:
        raise UsageError("time.beacon_ahead")
    body: dict[str, Value] = {"kind": found.kind, "reference": found.reference, "value": found.value, "moment": instant(found.moment)}
    items.new(desk, "beacon", members.common_compartment(desk, "ORG"), {**body, "day": found.moment.date().isoformat(), "state": RECORDED})
    return found
