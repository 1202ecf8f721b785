"""Working items as the version shown has them, and the versions that do not know of each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Final

from letapis.core.access import Reader
from letapis.core.records import SCHEMAS, Record
from letapis.desk import vault
from letapis.desk.opening import Desk
from letapis.desk.projections import ITEMS
from letapis.desk.reading.window import guard, in_parts, missing, parts
from letapis.engines.db import models

LIMIT = 500
_RAW = ("item", "dossier", "compartment", "parent", "about", "owner", "author", "ref")
_TOLD = ("type", "state", "day", "number", "recorded")
_ACROSS: Final = frozenset({"joint_statement", "one_person"})
"""Types that join what stands in several dossiers."""
_STANDS: Final = {
    "entity": "SELECT dossier FROM db_entity WHERE entity = %s",
    "source": "SELECT dossier FROM db_source WHERE source = %s",
    "object": "SELECT dossier FROM db_evidence WHERE object = %s",
    "submission": "SELECT dossier FROM db_submission WHERE rid = %s",
}
_NAMED: Final = {"subject": ("entity",), "party": ("entity", "source"), "original": ("object",), **{name: (name,) for name in _STANDS}}
"""In which table stands what a field of an item names; any other field names an item."""
_LATE_LAST: Final = "CASE WHEN compartment IN (SELECT compartment FROM db_late) THEN 1 ELSE 0 END, id"
"""What came first comes first, but for what begins in a compartment that copied (``desk.beginnings``)."""
_CAPTURES: Final = frozenset({"capture", "capture_sealed", "assertion"})
_ANYTHING: Final = frozenset({"about", "answers", ""})
"""Fields that may name anything: whoever asks by them says of which dossier."""


@dataclass(frozen=True)
class ItemView:
    """One working item. ``heads``: references of the versions that no other version has seen, the one shown first; more than one is a
    conflict to be shown."""

    item: bytes
    type: str
    dossier: bytes
    compartment: bytes
    parent: bytes
    about: bytes
    owner: bytes
    state: str
    day: str
    number: int
    author: bytes
    recorded: str
    ref: bytes
    record: Record
    heads: tuple[bytes, ...]

    def text(self, name: str) -> str:
        return self.record.text(name)

    @property
    def contested(self) -> bool:
        return len(self.heads) > 1


@dataclass(frozen=True)
class VersionView:
    """One version of a working item, with who wrote it and when."""

    ref: bytes
    author: bytes
    recorded: str
    record: Record
    is_head: bool


def items(
    desk: Desk,
    reader: Reader,
    *types: str,
    dossier: bytes = b"",
    parent: bytes = b"",
    about: bytes = b"",
    owner: bytes = b"",
    state: str = "",
    since: str = "",
    until: str = "",
    above: int = 0,
    limit: int = LIMIT,
    newest: bool = False,
) -> list[ItemView]:
    """Items of these types that the reader holds, by day, number and age. ``since`` and ``until`` are days, both included; ``above``: only
    those with a higher number; ``newest``: of more than ``limit`` the last ones, not the first."""
    wanted = {"dossier": dossier, "parent": parent, "about": about, "owner": owner, "state": state}
    found = models.Item.objects.using(desk.store.alias).filter(type__in=types)
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if (thing := parent or about) and not dossier and (homes := _homes_of(desk, thing, _fields(types, bool(parent)))) is not None:
        found = found.filter(dossier__in=homes)
    if since:
        found = found.filter(day__gte=since)
    if until:
        found = found.filter(day__lte=until)
    if above:
        found = found.filter(number__gt=above)
    held = guard(reader).compartments
    # Compared here: a reader may hold more compartments than a database takes values in one question.
    order = ("-day", "-number", "-record_id") if newest else ("day", "number", "record_id")
    rows = (row for row in found.order_by(*order).iterator(2 * limit) if bytes(row.compartment) in held)
    views = _views(desk, islice(rows, limit))
    return views[::-1] if newest else views


def _fields(types: Iterable[str], is_parent: bool) -> set[str]:
    """What these types call what is asked by; nothing where one of them is of no one dossier."""
    if any(kind in _ACROSS or not _names_dossier(kind) for kind in types):
        return set()
    return {"object" if kind in _CAPTURES else ITEMS[kind].parent if is_parent else ITEMS[kind].about for kind in types}


@cache
def _names_dossier(kind: str) -> bool:
    return any(spec.name == "dossier" and spec.required for spec in SCHEMAS[kind])


def _homes_of(desk: Desk, thing: bytes, fields: set[str]) -> list[bytes] | None:
    """The dossier in which stands what these fields name; None where it may be anything. What is said of it in another one is nobody's word on it:
    whoever knows its number could write there."""
    if not fields or fields & _ANYTHING:
        return None
    query = " UNION ".join(dict.fromkeys(part for field in sorted(fields) for part in _stands(field)))
    return [bytes(row[0]) for row in desk.store.rows(query, (thing,) * query.count("%s"))]


@cache
def _stands(field: str) -> tuple[str, ...]:
    """Where the dossier of what this field names is read: of an item, only of the types whose own number it is."""
    kinds = ", ".join(f"'{kind}'" for kind, known in ITEMS.items() if known.ident == field and _names_dossier(kind))
    first = f"SELECT dossier FROM (SELECT dossier FROM db_itemversion WHERE item = %s AND type IN ({kinds}) ORDER BY {_LATE_LAST} LIMIT 1) AS known"
    return tuple(_STANDS[one] for one in _NAMED.get(field, ())) or (first,)


def items_each(desk: Desk, reader: Reader, types: Sequence[str], dossiers: Sequence[bytes]) -> dict[bytes, list[ItemView]]:
    """Every item of these types in each of these dossiers, as far as the reader holds it, by day, number and age."""
    held, found = guard(reader).compartments, dict[bytes, list[ItemView]]()
    rows = models.Item.objects.using(desk.store.alias).filter(type__in=types).order_by("day", "number", "record_id")
    for part in in_parts(dossiers):
        for one in _views(desk, (row for row in rows.filter(dossier__in=part) if bytes(row.compartment) in held)):
            found.setdefault(one.dossier, []).append(one)
    return found


def tasks_of(desk: Desk, reader: Reader, owner: bytes, until: str = "", limit: int = LIMIT) -> list[ItemView]:
    """Open tasks of one member, those due first before the others; ``until`` is a day, included. Read from an index in its order."""
    return items(desk, reader, "task", owner=owner, state="open", until=until, limit=limit)


def tasks_of_others(desk: Desk, reader: Reader, limit: int = LIMIT) -> list[ItemView]:
    """Open tasks that the reader may see and does not have: nobody's and those of colleagues, due first. Looks at a bounded number."""
    found = models.Item.objects.using(desk.store.alias).filter(type="task", state="open").order_by("day", "record_id")
    held, scanned = guard(reader).compartments, islice(found.iterator(LIMIT), 10 * LIMIT)
    rows = (row for row in scanned if bytes(row.owner) != reader.member and bytes(row.compartment) in held)
    return _views(desk, islice(rows, limit))


def item(desk: Desk, reader: Reader, ident: bytes, *types: str) -> ItemView:
    """One working item, of one of these types where any is named. Of several with this number, which only somebody who copied it can make, the
    one that was here first. Raises NotFound for what does not exist or is not theirs."""
    rows = models.Item.objects.using(desk.store.alias).filter(item=ident, **({"type__in": types} if types else {}))
    found = [row for row in rows if bytes(row.compartment) in guard(reader).compartments]
    if not found:
        raise missing()
    return _views(desk, found if len(found) == 1 else [_first(desk, found)])[0]


def _first(desk: Desk, found: Sequence[models.Item]) -> models.Item:
    """That of these items of one number of which a version came first."""
    places = {(row.type, bytes(row.dossier), bytes(row.compartment)): row for row in found}
    rows = desk.store.rows("SELECT type, dossier, compartment FROM db_itemversion WHERE item = %s ORDER BY " + _LATE_LAST, (bytes(found[0].item),))
    came = ((str(kind), bytes(dossier), bytes(compartment)) for kind, dossier, compartment in rows)
    return next(places[one] for one in came if one in places)


def count_items(desk: Desk, reader: Reader, dossier: bytes) -> dict[tuple[str, bytes], int]:
    """How many items of each type stand in each compartment of a dossier that the reader holds."""
    query = "SELECT type, compartment, count(*) FROM db_item WHERE dossier = %s AND compartment IN ({marks}) GROUP BY type, compartment"
    rows = desk.store.rows_in(query, list(guard(reader).compartments), (dossier,))
    return {(str(kind), bytes(compartment)): int(count) for kind, compartment, count in rows}


def highest_number(desk: Desk, reader: Reader, dossier: bytes, kind: str) -> int:
    """The highest number that an item of this type has in a dossier; 0 when there is none."""
    guard(reader)
    rows = desk.store.rows("SELECT max(number) FROM db_item WHERE dossier = %s AND type = %s", (dossier, kind))
    return int(rows[0][0] or 0)


def versions(desk: Desk, reader: Reader, ident: bytes) -> list[VersionView]:
    """Every version of an item, the newest first. Raises NotFound as ``item`` does."""
    known = item(desk, reader, ident)
    same = {"item": ident, "type": known.type, "dossier": known.dossier, "compartment": known.compartment}
    rows = list(models.ItemVersion.objects.using(desk.store.alias).filter(**same))
    opened = vault.opened_by_ref(desk, [bytes(row.ref) for row in rows])
    made = [VersionView(bytes(r.ref), bytes(r.author), r.recorded, opened[bytes(r.ref)].record, bytes(r.ref) in known.heads) for r in rows]
    return sorted(made, key=lambda v: (v.recorded, v.record.header.seq, v.ref), reverse=True)


def _views(desk: Desk, rows: Iterable[Any]) -> list[ItemView]:
    found = list(rows)
    opened = vault.opened_by_ref(desk, [bytes(row.ref) for row in found])
    return [_view(row, opened[bytes(row.ref)].record) for row in found]


def _view(row: Any, record: Record) -> ItemView:
    named: dict[str, Any] = {name: bytes(getattr(row, name)) for name in _RAW}
    told: dict[str, Any] = {name: getattr(row, name) for name in _TOLD}
    return ItemView(**named, **told, record=record, heads=parts(row.heads, 32))
