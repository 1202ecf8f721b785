"""Which version of a working item is shown, and which stand side by side: written where records enter, alike live and in a rebuild.

Of the versions in one place, those that no other names are the heads, and of several the latest by its hour is shown, at every desk the
same. The hour alone decides nothing: a version written with another in view takes its place, however far behind the clock of its device is.

A number is one item in each place: what names it in another compartment, dossier or type is a version of another item, whichever came first.
Who asks by the number alone is given the one that was here first (``reading.item``).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from letapis.desk.opening import Desk
from letapis.desk.projections import ITEMS, TABLES, Placed, item_row
from letapis.desk.refold import ids_in
from letapis.desk.vault import opened_by_ref
from letapis.engines.db.tables import Rows

_VERSIONS = "SELECT item, ref, after, recorded, id, author, type, dossier, compartment FROM db_itemversion WHERE item IN ({marks}) ORDER BY id"


def show(desk: Desk, placed: Sequence[Placed]) -> None:
    """Write the items anew of which these records are versions. Inside the transaction, when their versions stand in the table."""
    known = {one.record.ref: one for one in placed if one.record.type in ITEMS}
    items = {one.record.raw(ITEMS[one.record.type].ident) for one in known.values()}
    families: dict[tuple[bytes | str, ...], list[Sequence[Any]]] = {}
    for row in desk.store.rows_in(_VERSIONS, items):
        families.setdefault((bytes(row[0]), str(row[6]), bytes(row[7]), bytes(row[8])), []).append(row)
    shown = {heads[0]: heads for heads in map(_heads, families.values())}
    known |= _opened(desk, [row for family in families.values() for row in family if bytes(row[1]) in shown.keys() - known.keys()])
    rows = Rows(TABLES)
    for ref, heads in shown.items():
        rows.add("item", **item_row(known[ref], heads))
    rows.write(desk.store)


def _heads(family: Sequence[Sequence[Any]]) -> tuple[bytes, ...]:
    """The versions of one item that none other names, the latest first."""
    seen = {ref for row in family for ref in ids_in(row[2], 32)}
    heads = [(str(row[3]), bytes(row[1])) for row in family if bytes(row[1]) not in seen]
    return tuple(ref for _, ref in sorted(heads, reverse=True))


def _opened(desk: Desk, rows: Iterable[Sequence[Any]]) -> dict[bytes, Placed]:
    """Versions that came earlier and are shown still, or again."""
    numbered = {bytes(row[1]): (int(row[4]), bytes(row[5])) for row in rows}
    return {ref: Placed(numbered[ref][0], one.record, numbered[ref][1], True, False) for ref, one in opened_by_ref(desk, numbered).items()}
