"""Small facts of this workspace that are no record: written, read and dropped by their names, in the transaction of whoever calls."""

from letapis.engines.db.store import Store


def value(store: Store, name: str) -> str:
    """What is kept under a name; empty where nothing is."""
    rows = store.rows("SELECT value FROM db_setting WHERE name = %s", (name,))
    return str(rows[0][0]) if rows else ""


def is_kept(store: Store, name: str) -> bool:
    """Something is kept under the name, be it empty."""
    return bool(store.rows("SELECT 1 FROM db_setting WHERE name = %s", (name,)))


def keep(store: Store, name: str, text: str) -> None:
    """Keep a text under a name, in place of what was kept there."""
    store.run("INSERT INTO db_setting (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, text))


def drop(store: Store, name: str) -> None:
    """Keep nothing under the name any more."""
    store.run("DELETE FROM db_setting WHERE name = %s", (name,))
