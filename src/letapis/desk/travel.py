"""A journey with a device: announced, named while it lasts, ended. What is put away before it is ``desk.packing``."""

from datetime import date

from letapis.core import travelling
from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.gates import silent_devices
from letapis.core.membership import Device, State
from letapis.core.records import Value
from letapis.core.travelling import AWAY, ENDED, LONGEST
from letapis.desk import away, items, log_words, members, people
from letapis.desk.away import JourneyView, away_now, journeys
from letapis.desk.opening import Desk

__all__ = ["JourneyView", "announceable", "away_now", "end_journey", "journeys", "silent_travellers", "start_journey"]


def announceable(desk: Desk, reader: Reader) -> list[Device]:
    """Devices of which the reader may say that they travel, this one first."""
    directory = people.directory(desk)
    found = [one for one in directory.active_devices() if travelling.may_announce(one.member, reader.member, directory.keepers())]
    return sorted(found, key=lambda one: one.device != desk.device)


def start_journey(desk: Desk, reader: Reader, device: str, first: date, last: date) -> bytes:
    """Say that a device travels from one day to another, both included. Returns the id of the journey.

    Raises Refused("travel.not_yours") unless the device is one's own or one is a keeper, UsageError("travel.device" | "travel.dates").
    """
    directory = people.directory(desk)
    known = directory.devices.get(device)
    if known is None or known.state is not State.ACTIVE:
        raise UsageError("travel.device")
    if not travelling.may_announce(known.member, reader.member, directory.keepers()):
        raise Refused("travel.not_yours")
    if last < first or last - first > LONGEST or last < desk.clock().date():
        raise UsageError("travel.dates")
    body: dict[str, Value] = {"member": known.member, "device": device, "day": first.isoformat(), "until": last.isoformat(), "state": AWAY}
    return items.new(desk, "travel", members.common_compartment(desk, "ORG"), body)


def end_journey(desk: Desk, reader: Reader, travel: bytes, seen: tuple[bytes, ...] = ()) -> None:
    """Say that a journey is over. Where something was put away, this lets colleagues' devices hand the keys over again, so it takes a
    colleague who has heard the traveller. ``seen``: the versions that were on the page; a packing that came meanwhile is not let back.

    Raises Refused("travel.colleague_ends" | "items.contested"), NotFound.
    """
    known = journey(desk, reader, travel)
    if not travelling.may_end(known.journey, reader.member):
        raise Refused("travel.colleague_ends")
    if known.journey.state != ENDED:
        items.change(desk, reader, "travel", travel, {"state": ENDED}, seen)


def silent_travellers(desk: Desk, reader: Reader, max_hours: int) -> tuple[str, ...]:
    """Devices on a journey from which nothing was heard in time: to be named where their silence is let through."""
    silent = silent_devices(log_words.freshness(desk, reader), desk.clock(), max_hours)
    return tuple(sorted(silent & away_now(desk, reader)))


def journey(desk: Desk, reader: Reader, travel: bytes) -> JourneyView:
    """One journey. Raises NotFound."""
    found = next((view for view in away.journeys(desk, reader) if view.travel == travel), None)
    if found is None:
        raise NotFound("reading.not_found")
    return found
