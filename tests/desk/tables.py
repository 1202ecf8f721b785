"""The projections of a desk as plain values, to be compared between desks and before and after a rebuild."""

from letapis.desk.opening import Desk
from letapis.desk.projections import TABLES

# Row numbers differ from device to device, and so does the newest epoch that a device has heard of.
_LOCAL = frozenset({"id", "record_id", "epoch"})
_LOG = frozenset({"record", "leaf", "node"})


def projections(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """All rows of members, devices and projections, without local numbers, in a fixed order; the index by what it finds."""
    found = {}
    tables = {table.name: [c.name for c in table.columns] for name, table in TABLES.items() if name not in _LOG}
    tables["db_member"] = ["member", "name", "keeper", "custodian", "state", "ref"]
    tables["db_device"] = ["device", "member", "label", "public", "log", "state", "removed_from", "compromised_since", "ref"]
    tables["db_searchdocument"] = ["kind", "ident", "dossier", "compartment"]
    for name, columns in tables.items():
        shown = [f'"{column}"' for column in columns if column not in _LOCAL]
        rows = desk.store.rows(f"SELECT {', '.join(shown)} FROM {name}")
        found[name] = sorted(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows)
    return found
