"""What colleagues changed since a record: in one screen, from the newest rows of each index, never a list of who read or worked when."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Final

from letapis.core.access import Reader
from letapis.core.one_person import TYPE
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import ClaimView, views
from letapis.desk.reading.home import CAP, others
from letapis.desk.reading.items import ItemView, item
from letapis.desk.reading.people import DossierView, dossiers_by_id
from letapis.desk.reading.window import guard
from letapis.engines.db import models

SHOWN: Final = 6
_RULED: Final = 300
_CLAIMS: Final = "SELECT id, dossier FROM db_claim WHERE author = %s AND id > %s ORDER BY id DESC LIMIT %s"
_RULINGS: Final = "SELECT record_id, target, kind FROM db_ruling WHERE member = %s AND record_id > %s ORDER BY record_id DESC LIMIT %s"
_VERSIONS: Final = "SELECT item FROM db_itemversion WHERE id > %s AND author <> %s ORDER BY id DESC LIMIT %s"
_ITEMS: Final = (
    "SELECT item, type, state, owner, compartment FROM db_item WHERE item IN ({marks}) "
    f"AND NOT (type = '{TYPE}' AND number = 1)"  # halves of a pair across dossiers: who holds one of them learns of nothing
)
_MINE: Final = "SELECT c.id, r.ref FROM db_record r JOIN db_claim c ON c.id = r.id WHERE c.author = %s AND r.ref IN ({marks})"


@dataclass(frozen=True)
class Digest:
    """What others recorded: claims by dossier, decisions on my claims, tasks given to me or finished, and how many other things by type."""

    claims: int
    dossiers: tuple[tuple[DossierView, int], ...]
    checked: int
    objections: tuple[ClaimView, ...]
    given: tuple[ItemView, ...]
    finished: int
    changed: dict[str, int]

    @property
    def is_empty(self) -> bool:
        return not (self.claims or self.checked or self.objections or self.given or self.finished or self.changed)


def digest(desk: Desk, reader: Reader, since: int) -> Digest:
    """What is new above this record number; each list looks at the newest CAP rows at most."""
    claims, homes = _claims(desk, reader, since)
    checked, objections = _decisions(desk, reader, since)
    touched = _touched(desk, reader, since)
    mine = [bytes(item) for item, kind, state, owner in touched if (kind, state, bytes(owner)) == ("task", "open", reader.member)]
    finished = sum((kind, state) == ("task", "done") for _, kind, state, _ in touched)
    changed = Counter(kind for _, kind, _, _ in touched if kind != "task")
    given = tuple(item(desk, reader, ident) for ident in mine[:SHOWN])
    return Digest(claims, homes, checked, objections, given, finished, dict(changed))


def _claims(desk: Desk, reader: Reader, since: int) -> tuple[int, tuple[tuple[DossierView, int], ...]]:
    counts = Counter(bytes(home) for _, home in _newest(desk, reader, _CLAIMS, since, CAP))
    known = dossiers_by_id(desk, reader, list(counts)[:CAP])
    held = [(known[ident], count) for ident, count in counts.most_common() if ident in known]
    return sum(count for _, count in held), tuple(held[:SHOWN])


def _decisions(desk: Desk, reader: Reader, since: int) -> tuple[int, tuple[ClaimView, ...]]:
    """How many claims of mine were checked, and those that somebody objects to."""
    found = [(bytes(target), kind) for _, target, kind in _newest(desk, reader, _RULINGS, since, _RULED) if kind in ("check", "dispute")]
    mine = {bytes(ref): int(number) for number, ref in desk.store.rows_in(_MINE, {target for target, _ in found}, (reader.member,))}
    checked = {target for target, kind in found if kind == "check" and target in mine}
    disputed = [mine[target] for target, kind in found if kind == "dispute" and target in mine]
    rows = models.Claim.objects.using(desk.store.alias).filter(id__in=disputed[:SHOWN])
    return len(checked), tuple(views(desk, [row for row in rows if reader.holds(bytes(row.compartment))]))


def _touched(desk: Desk, reader: Reader, since: int) -> list[Any]:
    """Items that others wrote or changed: id, type, state and owner of those that the reader may see."""
    rows = desk.store.rows(_VERSIONS, (since, guard(reader).member, CAP))
    found = desk.store.rows_in(_ITEMS, dict.fromkeys(bytes(row[0]) for row in rows))
    return [row[:4] for row in found if reader.holds(bytes(row[4]))]


def _newest(desk: Desk, reader: Reader, query: str, since: int, limit: int) -> Iterator[Any]:
    streams = [desk.store.stream(query, (member, since, limit)) for member in others(desk, reader)]
    return islice(merge(*streams, key=lambda row: int(row[0]), reverse=True), limit)
