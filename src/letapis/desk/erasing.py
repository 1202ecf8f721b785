"""Exactly what goes when something is taken back, seen from the sealed records themselves: the tables may not show it any more."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from letapis.core import erasure as rules
from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.core.records import Record
from letapis.desk import reading, recalls
from letapis.desk.opening import Desk
from letapis.desk.shredded import IDENTS
from letapis.desk.vault import COLUMNS, open_rows, opened_by_ref
from letapis.engines.db.models import Record as Row


@dataclass(frozen=True)
class Going:
    """The records that go, in the order in which they came. ``rest``: how many records of the dossier stay; ``sent``: who
    received some of it, which no order calls back."""

    records: tuple[Record, ...]
    rest: int
    sent: tuple[recalls.Sent, ...] = ()

    @property
    def refs(self) -> tuple[bytes, ...]:
        return tuple(record.ref for record in self.records)

    @property
    def blobs(self) -> tuple[str, ...]:
        """Names of the sealed objects that go: originals and what was made of them."""
        return tuple(sorted({record.text("blob.name") for record in self.records if record.type == "evidence"}))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many things of each kind go, each thing once, whatever it has of versions. Safe copies are counted apart from originals."""
        things = {(_kind(r), r.raw(IDENTS[r.type]) if r.type in IDENTS else r.ref) for r in self.records}
        return dict(sorted(Counter(kind for kind, _ in things).items()))


def _kind(record: Record) -> str:
    return "rendition" if record.type == "evidence" and record.raw("derived_from") else record.type


def records_of(desk: Desk, reader: Reader, dossier: bytes, targets: Collection[bytes]) -> list[Record]:
    """Every sound record of a dossier that this reader holds, with the sealed identities of these sources. Raises NotFound, and
    Refused("erasure.needs_raw") for a reader who could not see all of it."""
    home = reading.dossier(desk, reader, dossier)
    if not reader.holds(home.raw):
        raise Refused("erasure.needs_raw")
    apart = {bytes(row[0]) for row in desk.store.rows("SELECT compartment FROM db_compartment WHERE dossier = %s", (dossier,))}
    held = sorted(one for one in apart | {home.work, home.raw, home.pub} if reader.holds(one))
    query = f"SELECT {COLUMNS} FROM db_record WHERE state = %s AND compartment IN ({{marks}}) ORDER BY id"
    found = [one.record for one in open_rows(desk, desk.store.rows_in(query, held, (Row.OK,)))]
    return found + _identities(desk, targets)


def _identities(desk: Desk, sources: Collection[bytes]) -> list[Record]:
    """What stands of these sources in the compartment of sealed identities."""
    refs = {bytes(row[0]) for row in desk.store.rows_in("SELECT ref FROM db_identity WHERE source IN ({marks})", sources)}
    asked = {bytes(row[0]) for row in desk.store.rows_in("SELECT ref FROM db_identityrequest WHERE source IN ({marks})", sources)}
    refs |= asked | {bytes(row[0]) for row in desk.store.rows_in("SELECT ref FROM db_identityshare WHERE request IN ({marks})", asked)}
    refs |= {bytes(row[0]) for row in desk.store.rows_in("SELECT ref FROM db_ruling WHERE target IN ({marks})", asked)}
    return [one.record for one in opened_by_ref(desk, sorted(refs)).values()]


def going(desk: Desk, reader: Reader, dossier: bytes, targets: Collection[bytes]) -> Going:
    """What goes with these things of a dossier: sources, persons, notes, passages, items of evidence, claims, working items.

    Raises UsageError("erasure.target") for what is none of them, and as ``records_of`` does.
    """
    records = records_of(desk, reader, dossier, targets)
    wanted = rules.reached(records, targets, IDENTS)
    if not targets or not set(targets) <= _idents(records):
        raise UsageError("erasure.target")
    gone = tuple(record for record in records if record.ref in wanted)
    objects = {record.raw("object") for record in gone if record.type == "evidence"}
    return Going(gone, len(records) - len(gone), tuple(recalls.sent(records, wanted, objects)))


def _idents(records: Sequence[Record]) -> set[bytes]:
    going = [record for record in records if rules.may_go(record)]
    return {record.header.id for record in going} | {record.raw(IDENTS[record.type]) for record in going if record.type in IDENTS}
