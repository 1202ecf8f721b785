"""Seal records anew under the newest key of their compartment: a fresh data key each, so that no old key opens what is written now.

The signed bytes inside stay what they are; only the seal around them changes. Nothing here decides when that is due.
"""

from collections.abc import Sequence
from typing import Any, Final

from letapis.core.errors import LetapisError
from letapis.desk.chain import about
from letapis.desk.opening import Desk
from letapis.desk.vault import Arrived, data_keys
from letapis.engines import seal

_PART: Final = 500


def reseal(desk: Desk, compartment: bytes, epoch: int, idents: Sequence[int] | None = None) -> int:
    """Seal rows of a compartment that stand under an older key anew under ``epoch``: these, or all. Inside a transaction; how many.

    Raises Damaged or Locked at the first that does not open: nothing is left half behind.
    """
    if idents is None:
        rows = desk.store.rows("SELECT id FROM db_record WHERE compartment = %s AND epoch < %s ORDER BY id", (compartment, epoch))
        idents = [int(row[0]) for row in rows]
    done = 0
    query = "SELECT id, rid, compartment, epoch, blob, wrap FROM db_record WHERE epoch < %s AND id IN ({marks}) ORDER BY id"
    for start in range(0, len(idents), _PART):
        found = desk.store.rows_in(query, idents[start : start + _PART], (epoch,))
        desk.store.run_many("UPDATE db_record SET epoch = %s, blob = %s, wrap = %s WHERE id = %s", _sealed_anew(desk, found, compartment, epoch))
        done += len(found)
    return done


def _sealed_anew(desk: Desk, rows: Sequence[Sequence[Any]], compartment: bytes, epoch: int) -> list[tuple[int, bytes, bytes, int]]:
    items = [Arrived(bytes(row[2]), int(row[3]), bytes(row[1]), bytes(row[4]), bytes(row[5])) for row in rows]
    fresh = [desk.randomness(32) for _ in items]
    wraps = desk.agent.wrap_deks(compartment, epoch, [(item.rid, dek) for item, dek in zip(items, fresh, strict=True)])
    changed = []
    for row, item, old, dek, wrap in zip(rows, items, data_keys(desk.agent, items), fresh, wraps, strict=True):
        if isinstance(old, LetapisError):
            raise old
        plain = seal.open_record(old, about(compartment, item.epoch, item.rid), item.blob)
        changed.append((epoch, seal.seal_record(dek, about(compartment, epoch, item.rid), plain), wrap, int(row[0])))
    return changed
