"""Exchange with colleagues through a relay that nobody trusts: take what is new, leave what they lack, compare logs.

All of it is a union: whatever is repeated, reordered or sent twice changes nothing, and whoever is interrupted goes on next time.
What the relay keeps back, swaps, cuts or invents is named by a code in the report, and stops nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.core.gates import silent_devices
from letapis.desk import (
    away,
    card_settle,
    cover_leaves,
    erasing_relay,
    ledger,
    log_words,
    members,
    people,
    publisher,
    publishing,
    relay_names,
    renewal,
    settings,
    taking,
)
from letapis.desk.log_words import freshness
from letapis.desk.opening import BEFORE_EXCHANGE, Desk, finish_putting_away
from letapis.desk.reading.window import guard
from letapis.desk.relay_names import Exchange
from letapis.engines.objects import ObjectStore
from letapis.engines.relay import RelayStore

__all__ = ["RelayFault", "SyncReport", "freshness", "relay_address", "relay_faults", "set_relay", "silent", "sync"]

_SILENT_HOURS: Final = 72


@dataclass(frozen=True)
class SyncReport:
    """Records that left and came, how many were set apart, objects both ways, a code for each thing that was wrong, and the devices
    that have said nothing for three days and are on no journey."""

    sent: int
    received: int
    quarantined: int
    objects_sent: int
    objects_received: int
    faults: tuple[str, ...]
    silent_devices: tuple[str, ...]


@dataclass(frozen=True)
class RelayFault:
    """Something that is still wrong: a name on the relay (``device`` empty) or a log that contradicts itself."""

    code: str
    name: str
    device: str


def set_relay(desk: Desk, address: str) -> None:
    """Use the relay at a folder or address. At a new place everything is left anew, by everybody who comes there.

    Raises UsageError for an address that cannot be one.
    """
    address = address.strip()
    if not address:
        raise UsageError("sync.address")
    place: Path | str = address
    if "://" not in address:
        place = Path(address).expanduser().absolute()
        if place == desk.workspace or desk.workspace in place.parents:
            raise UsageError("sync.address_inside")
    RelayStore(place)
    if settings.value(desk.store, relay_names.ADDRESS) == str(place):
        return
    with desk.store.transaction():
        settings.keep(desk.store, relay_names.ADDRESS, str(place))
        settings.keep(desk.store, relay_names.WORD_SENT, "")
        desk.store.run("DELETE FROM db_relayname")
        desk.store.run("DELETE FROM db_sentwrap")
        relay_names.leave_anew(desk, desk.epochs())


def relay_address(desk: Desk) -> str:
    """Where the relay is; empty when none is set."""
    return settings.value(desk.store, relay_names.ADDRESS)


def open_relay(desk: Desk) -> RelayStore:
    """The relay of this desk. Raises Refused("sync.no_relay")."""
    address = relay_address(desk)
    if not address:
        raise Refused("sync.no_relay")
    return RelayStore(address if "://" in address else Path(address))


def sync(desk: Desk, reader: Reader, progress: Callable[[int, int], None] | None = None) -> SyncReport:
    """Take, then give. ``progress`` hears how many files are done, of those known so far, between one and the next; it may raise to end
    the exchange there, and the next one goes on.

    Raises Refused("sync.no_relay"), Locked("members.no_organisation") before a welcome, Busy when relay or disk fail: then what is
    done stays done. Anything wrong with what lies there is in the report instead.
    """
    guard(reader)
    if not relay_address(desk):
        raise Refused("sync.no_relay")
    organisation = members.common_compartment(desk, "ORG")
    relay = open_relay(desk)
    listing = relay.list()
    exchange = Exchange(desk, relay, listing.sizes, relay_names.settled_names(desk), progress=progress)
    exchange.faults += [code for code, count in listing.ignored.items() if code != "relay.unfinished" for _ in range(count)]
    relay_names.forget_faults(exchange)
    store, before, who = ObjectStore(desk.workspace / "objects"), ledger.newest(desk), people.directory(desk)

    def take() -> None:
        taking.take_all(exchange)
        log_words.take_words(exchange, organisation)

    def give() -> None:
        card_settle.settle_since(desk, reader, before, who)  # what was taken back elsewhere is recalled by whoever hears of it first
        renewal.renew_keys(desk)
        publisher.share_all(desk, reader)
        if publishing.is_active(desk) and cover_leaves.follows_the_clock(desk):
            cover_leaves.checkpoint(desk)  # before records are left, so that its leaves and what is said of them travel together
        publishing.publish_keys(exchange)
        erasing_relay.prepare(exchange)
        publishing.publish_records(exchange)
        erasing_relay.take_off(exchange)

    steps: tuple[Callable[[], None], ...] = (
        take,
        lambda: taking.exchange_objects(exchange, store),
        give,
        lambda: log_words.publish_word(exchange, organisation, desk.epochs()[organisation]),
        lambda: exchange.faults.extend("sync.gap" for _ in log_words.gaps(desk)),
    )
    for step in steps:
        step()
    exchange.end()
    settings.drop(desk.store, BEFORE_EXCHANGE)
    finish_putting_away(desk)
    return _report(exchange, reader)


def _report(exchange: Exchange, reader: Reader) -> SyncReport:
    unsaid = silent(exchange.desk, reader) - away.away_now(exchange.desk, reader)
    numbers = (exchange.sent, exchange.received, exchange.quarantined, exchange.objects_sent, exchange.objects_received)
    return SyncReport(*numbers, tuple(sorted(exchange.faults)), tuple(sorted(unsaid)))


def silent(desk: Desk, reader: Reader) -> frozenset[str]:
    """Other active devices that have said nothing for three days, those on a journey among them."""
    return silent_devices(freshness(desk, reader), desk.clock(), _SILENT_HOURS)


def relay_faults(desk: Desk, reader: Reader) -> list[RelayFault]:
    """What was wrong at the last look and is not mended: files of the relay, forked logs, records that were set apart."""
    guard(reader)
    rows = desk.store.rows("SELECT name, fault FROM db_relayname WHERE fault <> '' ORDER BY name")
    found = [RelayFault(str(code), str(name), "") for name, code in rows]
    query = "SELECT s.device, c.fault FROM db_checkpoint c JOIN db_logstate s ON s.id = c.log WHERE c.fault <> '' ORDER BY c.id"
    found += [RelayFault(str(code), "", str(device)) for device, code in desk.store.rows(query)]
    query = "SELECT device, fault FROM db_record WHERE fault <> '' AND fault <> 'ledger.unknown_device' ORDER BY id"
    return found + [RelayFault(str(code), "", str(device)) for device, code in desk.store.rows(query)]
