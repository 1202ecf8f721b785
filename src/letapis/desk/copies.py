"""What is known of the copies of sealed objects: which objects there are, what checks by all members found, what is due. Reads no place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core import fixity as rules
from letapis.core.access import Reader
from letapis.core.fixity import GOOD, SHORT, Cell, Check
from letapis.desk import copy_places, reading
from letapis.desk.copy_places import Place
from letapis.desk.opening import Desk
from letapis.desk.reading.window import guard
from letapis.engines.db import models

_CHECKS: Final = 40  # of one place: a word on an object that is older than so many checks is no word any more
_NEWEST: Final = 3


@dataclass(frozen=True)
class Object:
    """One sealed object that a record names."""

    item: bytes
    dossier: bytes
    blob: str
    sha256: bytes
    size: int

    @property
    def short(self) -> bytes:
        return bytes.fromhex(self.blob)[:SHORT]


def sealed_objects(desk: Desk, reader: Reader) -> list[Object]:
    """Every object that a record here names, in the order of their names. Those of dossiers that this device does not hold are not known; to
    whom holds nothing, because the membership ended, there is none."""
    if not guard(reader).compartments:
        return []
    columns = ("object", "dossier", "blob", "blob_sha256", "blob_size")
    rows = models.Evidence.objects.using(desk.store.alias).order_by("blob").values_list(*columns)
    return [Object(bytes(item), bytes(dossier), str(blob), bytes(digest), int(size)) for item, dossier, blob, digest, size in rows]


def checks(desk: Desk, reader: Reader, place: bytes, limit: int = _CHECKS) -> list[Check]:
    """The latest checks of a place by all members."""
    found = []
    for item in reading.items(desk, reader, "fixity_check", parent=place, limit=limit, newest=True):
        record = item.record
        states = {state: rules.unpack(record.raw(state)) for state in (GOOD, *rules.FAULTS)}
        found.append(Check(item.parent, record.text("deed"), record.text("day"), record.text("ended"), record.flag("reached"), states))
    return found


@dataclass(frozen=True)
class Row:
    """One object with its cell at each place of ``Overview.known``, and how many good copies there are."""

    object: Object
    cells: tuple[Cell, ...]
    good: int


@dataclass(frozen=True)
class Overview:
    """All objects at all places: cells by place and short name, and what is still to be done."""

    objects: tuple[Object, ...]
    places: tuple[Place, ...]
    checks: tuple[Check, ...]
    table: Mapping[bytes, Mapping[bytes, Cell]]
    advice: tuple[str, ...]
    safe: int

    def tally(self, place: bytes) -> dict[str, int]:
        return rules.tally([one.short for one in self.objects], self.table.get(place, {}))

    def last(self, place: bytes) -> str:
        """The day on which everything there was last read."""
        return rules.last_whole(self.checks, place)

    def not_reached(self, place: bytes) -> str:
        """The day of the newest check there, if it did not come to anything; empty where it did."""
        latest = max((check for check in self.checks if check.place == place), key=lambda check: check.ended, default=None)
        return latest.day if latest and not latest.reached else ""

    @property
    def known(self) -> tuple[Place, ...]:
        """Places that somebody named."""
        return tuple(one for one in self.places if one.known)

    def rows(self) -> list[Row]:
        """Every object: those that need something first, then by how few good copies there are."""
        return sorted(
            map(self._row, self.objects), key=lambda row: (not any(cell.state in rules.FAULTS for cell in row.cells), row.good, row.object.blob)
        )

    def _row(self, one: Object) -> Row:
        cells = tuple(_cell(self.table, place, one.short) for place in self.known)
        return Row(one, cells, sum(cell.state == GOOD for cell in cells))


def _cell(table: Mapping[bytes, Mapping[bytes, Cell]], place: Place, short: bytes) -> Cell:
    return table.get(place.place, {}).get(short, Cell(rules.UNCHECKED))


def overview(desk: Desk, reader: Reader) -> Overview:
    """Everything that is known of copies; reads no place."""
    objects, known = sealed_objects(desk, reader), copy_places.places(desk, reader)
    told = [check for one in known for check in checks(desk, reader, one.place)]
    shorts = [one.short for one in objects]
    table = rules.cells(shorts, told)
    safe = sum(count >= rules.GOAL for count in rules.copies(shorts, table).values())
    advice = rules.advice(shorts, table, [one.place for one in known if one.apart])
    return Overview(tuple(objects), tuple(known), tuple(told), table, tuple(advice), safe)


@dataclass(frozen=True)
class ItemCopy:
    """The copy of one item at a place, as the last check says, and the days of the latest checks that found it good, the earliest first."""

    place: Place
    cell: Cell
    days: tuple[str, ...]


def of_item(desk: Desk, reader: Reader, item: bytes) -> list[ItemCopy]:
    """Where copies of one item are. That one is as it was before is told once for the whole place, in the record of its check, and read here.
    Raises NotFound for what is not theirs."""
    short = bytes.fromhex(reading.evidence(desk, reader, item).blob)[:SHORT]
    known = copy_places.places(desk, reader)
    told = [check for one in known for check in checks(desk, reader, one.place)]
    table, days = rules.cells([short], told), rules.good_days(short, told)
    return [ItemCopy(one, _cell(table, one, short), days.get(one.place, ())) for one in known if one.known]


def told_outside(desk: Desk, reader: Reader, kept: Mapping[str, reading.EvidenceView]) -> list[tuple[str, ...]]:
    """For a table that leaves, of each item by its name there: how many good copies are known, on how many days its copies were read whole and
    found good, the first and the last of them. No place is named. What no check speaks of has no row."""
    found, rows = overview(desk, reader), list[tuple[str, ...]]()
    for name, item in kept.items():
        short = bytes.fromhex(item.blob)[:SHORT]
        days = sorted({day for each in rules.good_days(short, found.checks).values() for day in each})
        good = sum(_cell(found.table, place, short).state == GOOD for place in found.known)
        rows += [(name, str(good), str(len(days)), days[0], days[-1])] if days else []
    return rows


@dataclass(frozen=True)
class Faulty:
    """A place where the newest check found copies that are not in order."""

    place: Place
    count: int


def faulty(desk: Desk, reader: Reader) -> list[Faulty]:
    """Places whose newest check found something missing, changed or unreadable: a person repairs them. Reads the newest checks alone."""
    found = []
    for one in copy_places.places(desk, reader):
        told = [check for check in checks(desk, reader, one.place, _NEWEST) if check.reached] if one.known else []
        newest = max((check.ended for check in told), default="")
        bad = {short for check in told if check.ended == newest for state in rules.FAULTS for short in check.found[state]}
        found += [Faulty(one, len(bad))] if bad else []
    return found


def due(desk: Desk, reader: Reader) -> list[tuple[Place, int]]:
    """Places that this device can reach and whose check is due, with how many days it has been; those that nobody named yet are not asked for."""
    known = [one for one in copy_places.places(desk, reader) if one.known and copy_places.is_reachable(desk, one)]
    today = desk.clock().date()
    found = [(one, rules.days_overdue(one.every, _last_whole(desk, reader, one.place), today)) for one in known if one.every]
    return [(one, days) for one, days in found if days is not None]


def _last_whole(desk: Desk, reader: Reader, place: bytes) -> str:
    """The day of the last whole reading; the newest checks mostly tell, and each of them is long."""
    return next((day for limit in (_NEWEST, _CHECKS) if (day := rules.last_whole(checks(desk, reader, place, limit), place))), "")
