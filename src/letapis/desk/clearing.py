"""Finish what putting away began: objects, empty pages and the journal go once the tables have let go of them.

The tables change in one transaction, which also notes what is left to do; the rest can be done again and again. So whoever is ended
in the middle has everything, or has put everything away as soon as the workspace is opened next.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from letapis.core.errors import NotFound
from letapis.engines.db.store import Store
from letapis.engines.objects import ObjectStore

LEFT: Final = "travel.left"
"""Setting: names of the objects that still have to go, one after the other; it is there as long as anything is left to do."""


def note_left(store: Store, objects: list[str]) -> None:
    """Inside the transaction that puts things away: this is left to do."""
    store.run("INSERT INTO db_setting (name, value) VALUES (%s, %s)", (LEFT, " ".join(objects)))


def finish(store: Store, workspace: Path) -> None:
    """Remove the objects, write the file anew without its empty pages, empty the journal. Nothing when nothing is left to do."""
    rows = store.rows("SELECT value FROM db_setting WHERE name = %s", (LEFT,))
    if not rows:
        return
    objects = ObjectStore(workspace / "objects")
    for name in str(rows[0][0]).split():
        with suppress(NotFound):
            objects.remove(name)
    store.compact()
    store.run("DELETE FROM db_setting WHERE name = %s", (LEFT,))
    store.compact()
