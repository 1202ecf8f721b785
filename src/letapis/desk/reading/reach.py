"""What a member was admitted to, as far as the reader sees it: compartments, new keys, originals, shares of sealed identities."""

from collections.abc import Iterable

from letapis.core.access import Reader
from letapis.desk import vault
from letapis.desk.opening import Desk
from letapis.desk.reading.window import guard


def admitted_to(desk: Desk, reader: Reader, member: bytes) -> dict[bytes, tuple[str, bytes]]:
    """Compartments that the reader holds and the member was admitted to, with class and dossier."""
    query = (
        "SELECT c.compartment, c.klass, c.dossier FROM db_compartment c "
        "WHERE EXISTS (SELECT 1 FROM db_grant g WHERE g.compartment = c.compartment AND g.member = %s)"
    )
    return {bytes(c): (str(klass), bytes(dossier)) for c, klass, dossier in desk.store.rows(query, (member,)) if guard(reader).holds(bytes(c))}


def renewed_since(desk: Desk, reader: Reader, compartments: Iterable[bytes], since: str) -> set[bytes]:
    """Those of the reader's compartments that were given a new key after an instant."""
    query = "SELECT DISTINCT compartment FROM db_record WHERE type = 'compartment' AND recorded >= %s AND epoch > 1 AND compartment IN ({marks})"
    return {bytes(row[0]) for row in desk.store.rows_in(query, [c for c in compartments if guard(reader).holds(c)], (since,))}


def originals_in(desk: Desk, reader: Reader, compartments: Iterable[bytes]) -> dict[bytes, int]:
    """How many originals lie in each of these compartments of the reader."""
    query = "SELECT compartment, count(*) FROM db_evidence WHERE compartment IN ({marks}) GROUP BY compartment"
    return {bytes(c): int(count) for c, count in desk.store.rows_in(query, [c for c in compartments if guard(reader).holds(c)])}


def records_elsewhere(desk: Desk, reader: Reader, devices: Iterable[str]) -> int:
    """Records that the logs of the devices have and that the reader cannot open."""
    count = 0
    for device in devices:
        size = sum(int(row[0]) for row in desk.store.rows("SELECT size FROM db_logstate WHERE device = %s", (device,)))
        rows = desk.store.rows("SELECT compartment, count(*) FROM db_record WHERE device = %s GROUP BY compartment", (device,))
        count += max(0, size - sum(int(n) for c, n in rows if reader.holds(bytes(c))))
    return count


def shares_of(desk: Desk, reader: Reader, member: bytes) -> tuple[int, int]:
    """Of how many sources the member holds a part of the sealed identity in force, and how many that part opens alone."""
    guard(reader)
    rows = desk.store.rows("SELECT source, version, ref FROM db_identity ORDER BY version")
    newest = {bytes(source): bytes(ref) for source, _, ref in rows}
    held = [o.record for o in vault.opened_by_ref(desk, newest.values()).values() if member in o.record.refs("holders")]
    return len(held), sum(record.number("threshold") == 1 for record in held)
