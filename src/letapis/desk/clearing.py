"""Finish what putting away or erasing began: objects, empty pages and the journal go once the tables have let go of them.

The tables change in one transaction, which also notes what is left to do; the rest can be done again and again. So whoever is ended
in the middle has everything, or has put everything away as soon as the workspace is opened next.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from letapis.core.errors import NotFound
from letapis.desk import settings
from letapis.engines.db.store import Store
from letapis.engines.objects import ObjectStore

LEFT: Final = "travel.left"
"""Setting: names of the objects that still have to go, one after the other; it is there as long as anything is left to do."""


def note_left(store: Store, objects: Sequence[str]) -> None:
    """Inside the transaction that takes things away: this is left to do, besides what was left before."""
    names = dict.fromkeys([*settings.value(store, LEFT).split(), *objects])
    settings.keep(store, LEFT, " ".join(names))


def finish(store: Store, workspace: Path) -> None:
    """Remove the objects, write the file anew without its empty pages, empty the journal. Nothing when nothing is left to do."""
    if not settings.is_kept(store, LEFT):
        return
    objects, names = ObjectStore(workspace / "objects"), settings.value(store, LEFT).split()
    for name in names:
        with suppress(NotFound):
            objects.remove(name)
    if names:
        objects.remove_aside(names)
    _write_anew(store)
    settings.drop(store, LEFT)
    _write_anew(store)


def _write_anew(store: Store) -> None:
    """An office's PostgreSQL writes its tables anew; its journals go by its own rules, on the volume that the office encrypts."""
    if store.postgres:
        store.rewrite()
    else:
        store.compact()
