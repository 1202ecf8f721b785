"""Which key of a compartment is written under: the newest that is held and that nothing leaves in doubt.

A key that came before anything of its compartment was read may be anybody's. It opens what it opens; nothing is sealed under it before the
compartment's own records say that it is theirs (``desk.confirming``).
"""

from collections.abc import Collection
from typing import Final

from letapis.desk import settings
from letapis.engines.db.store import Store

DOUBT: Final = "doubt:"
WAITS, CONFIRMED, CONTRADICTED = "0", "1", "2"
Held = tuple[bytes, int]
"""Compartment and epoch of a key."""


def newest(store: Store, among: Collection[bytes] | None = None) -> dict[bytes, int]:
    """Every compartment whose key this device holds, or those of some, each with the epoch that is written under; the newest in doubt where
    there is no other."""
    query = "SELECT compartment, max(epoch) FROM db_compartmentkey{where} GROUP BY compartment"
    where = " WHERE compartment IN ({marks})"
    rows = store.rows(query.replace("{where}", "")) if among is None else store.rows_in(query.replace("{where}", where), among)
    found = {bytes(compartment): int(epoch) for compartment, epoch in rows}
    doubted = in_doubt(store)
    if doubted:
        touched = {compartment for compartment, _ in doubted} & found.keys()
        for compartment, epoch in sorted(_keys(store, touched) - doubted):
            found[compartment] = epoch
    return found


def shut(store: Store) -> set[bytes]:
    """Compartments that are held by keys in doubt alone: nothing is written in them, nothing sealed anew and nothing left on the relay."""
    doubted = in_doubt(store)
    if not doubted:
        return set()
    held = _keys(store, {compartment for compartment, _ in doubted})
    return {compartment for compartment, _ in held} - {compartment for compartment, _ in held - doubted}


def _keys(store: Store, compartments: Collection[bytes]) -> set[Held]:
    rows = store.rows_in("SELECT compartment, epoch FROM db_compartmentkey WHERE compartment IN ({marks})", list(compartments))
    return {(bytes(compartment), int(epoch)) for compartment, epoch in rows}


def doubts(store: Store) -> dict[Held, str]:
    """Every key that came from somebody of whom nothing was known here, with what became of the doubt."""
    rows = store.rows("SELECT name, value FROM db_setting WHERE name LIKE %s", (f"{DOUBT}%",))
    parts = [(str(name).split(":"), str(value)) for name, value in rows]
    return {(bytes.fromhex(compartment), int(epoch)): value for (_, compartment, epoch), value in parts}


def in_doubt(store: Store) -> set[Held]:
    return {key for key, value in doubts(store).items() if value != CONFIRMED}


def note(store: Store, key: Held, value: str) -> None:
    """Keep what is to be thought of a key."""
    settings.keep(store, f"{DOUBT}{key[0].hex()}:{key[1]}", value)


def contradict(store: Store, key: Held) -> None:
    """Two gave different keys under one number: which is theirs is for people to find out."""
    store.run("UPDATE db_setting SET value = %s WHERE name = %s", (CONTRADICTED, f"{DOUBT}{key[0].hex()}:{key[1]}"))


def forget(store: Store, compartment: bytes) -> None:
    """Its keys are no longer here."""
    store.run("DELETE FROM db_setting WHERE name LIKE %s", (f"{DOUBT}{compartment.hex()}:%",))
