"""What is put away leaves the tables of this device, in one transaction; what is kept of it are counts and digests."""

from collections.abc import Sequence
from typing import Any

from letapis.core.access import Reader
from letapis.core.errors import Refused
from letapis.desk import clearing, confirmed, entering, held_keys, kept, publishing, put_away
from letapis.desk.copy_places import ADDRESSES, WALKS
from letapis.desk.opening import Desk
from letapis.engines.objects import ObjectStore


def let_go(desk: Desk, reader: Reader, journey: bytes, leaving: Sequence[bytes], bundles: Sequence[str], typed: kept.Typed) -> None:
    """Records, keys, projections, names and texts of these compartments go. ``bundles``: names that leave the relay; ``typed``: the
    texts of which the member knows that they are lost.

    Raises Refused("travel.not_on_relay") when something was written in them that is not published yet, and what ``require_typed`` raises.
    """
    store = desk.store
    with store.transaction():
        _require_published(desk, leaving)
        require_typed(desk, reader, typed)
        one, objects = _counted(desk, journey, leaving)
        for table in ("db_record", "db_compartmentkey", "db_compartment", "db_sentwrap"):
            _delete(desk, f"DELETE FROM {table} WHERE compartment = %s", leaving)
        for compartment in leaving:
            held_keys.forget(store, compartment)
        _forget_names(desk, leaving, objects, bundles)
        store.run("DELETE FROM db_kepttext")
        desk.kept.clear()
        entering.project_all(desk)
        store.run("DELETE FROM db_visit WHERE dossier NOT IN (SELECT dossier FROM db_dossier)")
        put_away.keep(desk, one)
        clearing.note_left(store, objects)


def require_typed(desk: Desk, reader: Reader, seen: kept.Typed) -> None:
    """Raises Refused("travel.typed_meanwhile") when more is typed and not saved than the member was told of: it would be lost unseen."""
    if kept.typed_since(desk, reader, seen):
        raise Refused("travel.typed_meanwhile")


def _require_published(desk: Desk, leaving: Sequence[bytes]) -> None:
    """Nothing was written here since we looked: by another window, while everything was read back."""
    first = publishing.published_until(desk)
    if desk.store.rows_in("SELECT 1 FROM db_record WHERE device = %s AND seq >= %s AND compartment IN ({marks})", leaving, (desk.device, first)):
        raise Refused("travel.not_on_relay")


def _counted(desk: Desk, journey: bytes, leaving: Sequence[bytes]) -> tuple[put_away.PutAway, list[str]]:
    store, salt = desk.store, desk.randomness(16).hex()
    counted = store.rows_in("SELECT compartment, count(*) FROM db_record WHERE compartment IN ({marks}) GROUP BY compartment", leaving)
    own = store.rows_in("SELECT seq FROM db_record WHERE device = %s AND compartment IN ({marks})", leaving, (desk.device,))
    keys = store.rows_in("SELECT compartment FROM db_compartmentkey WHERE compartment IN ({marks})", leaving)
    here = set(ObjectStore(desk.workspace / "objects").names())
    objects = [blob for blob, _ in confirmed.originals(desk, leaving) if blob in here]
    places = {put_away.digest(salt, bytes(compartment)): int(count) for compartment, count in counted}
    named = tuple(put_away.digest(salt, name.encode("ascii")) for name in objects)
    positions = tuple(put_away.ranges(sorted(int(row[0]) for row in own)))
    return put_away.PutAway(journey, salt, places, named, positions, len(keys)), objects


def _delete(desk: Desk, statement: str, values: Sequence[Any]) -> None:
    desk.store.run_many(statement, [(value,) for value in values])


def _forget_names(desk: Desk, leaving: Sequence[bytes], objects: Sequence[str], bundles: Sequence[str]) -> None:
    """Names on the relay that are to be read again, and marks of how far we had published in what leaves."""
    for compartment in leaving:
        for kind in ("records", "keys"):
            desk.store.run("DELETE FROM db_relayname WHERE name LIKE %s", (f"{kind}/{compartment.hex()}/%",))
        _delete(desk, "DELETE FROM db_setting WHERE name = %s", [f"sent:{compartment.hex()}", f"anew:{compartment.hex()}"])
        desk.store.run("DELETE FROM db_setting WHERE name LIKE %s AND value LIKE %s", ("total:%", f"% {compartment.hex()} %"))
    # Where our other copies lie is told by no record, and at a border it is nobody's business. The place is known again by its mark.
    desk.store.run("DELETE FROM db_setting WHERE name LIKE %s OR name LIKE %s", (f"{ADDRESSES}%", f"{WALKS}%"))
    # What was skipped in a note names it and its words by a short hash; of what stays it is asked again.
    desk.store.run("DELETE FROM db_setting WHERE name LIKE %s OR name LIKE %s", ("skipped.%", "looked:%"))
    _delete(desk, "DELETE FROM db_relayname WHERE name = %s", [*bundles, *(f"objects/{name}" for name in objects)])
