"""The records over which a month is counted."""

from collections.abc import Collection, Iterator
from typing import Final

from letapis.core.access import Reader
from letapis.core.records import Record
from letapis.core.reviews import NEEDED
from letapis.desk import vault
from letapis.desk.opening import Desk
from letapis.desk.reading.people import dossiers
from letapis.desk.reading.window import guard
from letapis.engines.db.models import Record as Row

_TYPES: Final = ",".join(f"'{name}'" for name in sorted(NEEDED - {"claim"}))


def countable_records(desk: Desk, reader: Reader, organisation: bytes, wanted: Collection[bytes]) -> Iterator[Record]:
    """Everything that a count may depend on, of the organisation (its compartment) and of those of these dossiers that the reader holds."""
    homes = [home for home in dossiers(desk, reader) if home.dossier in set(wanted)]
    held = {organisation} | {c for home in homes for c in (home.work, home.raw)}
    columns = ", ".join(f"r.{name}" for name in vault.COLUMNS.split(", "))
    rows = desk.store.rows_in(
        f"SELECT {columns} FROM db_record r WHERE r.state = %s AND r.type IN ({_TYPES}) AND r.compartment IN ({{marks}})",
        sorted(held & guard(reader).compartments),
        (Row.OK,),
    )
    facts = sorted(desk.catalogue.figures.facts)
    query = f"SELECT {columns}, r.state FROM db_record r JOIN db_claim c ON c.id = r.id WHERE r.state = %s AND c.property IN ({{marks}})"
    work = {home.work for home in homes}
    rows += [row[:-1] for row in desk.store.rows_in(query, facts, (Row.OK,)) if bytes(row[2]) in work]
    return (opened.record for opened in vault.open_rows(desk, rows))
