"""Roots of complete subtrees of a log, read from the tables in tiles of 256 hashes.

A tile that was read is kept with every root inside it, so that the next proof through it costs neither rows nor digests. Tiles of leaves
are many, and the next proof needs another; of those over them a log of ten million records has 154, and every proof comes through two.
"""

from typing import Final

from letapis.core import merkle
from letapis.core.errors import NotFound
from letapis.engines.db.models import LogLeaf
from letapis.engines.db.store import Store

TILE: Final = 8  # log2 of the hashes in a tile
_WIDTH: Final = 1 << TILE
_KEPT: Final = (16, 240)  # tiles of leaves, and of those over them: 256 tiles with 511 hashes each are ten megabytes

Levels = list[list[bytes]]
"""The hashes of a tile and, level by level, the roots over them; empty where a hash is not held."""


class Tiles:
    """Hashes of complete subtrees of one log, a ``merkle.NodeReader``. Complete subtrees never change, so what was read stays right; a tile
    that lacked a hash is read again when that is asked for. ``peaks``: what the log itself says of its right edge, which is then not read."""

    def __init__(self, store: Store, number: int, peaks: merkle.Frontier | None = None) -> None:
        self._store, self._number = store, number
        self._peaks = {(level, index): hashed for level, index, hashed in (peaks.nodes() if peaks else ())}
        self._held = (dict[tuple[int, int], Levels](), dict[tuple[int, int], Levels]())

    def __call__(self, level: int, index: int) -> bytes:
        """Raises NotFound("ledger.leaf_missing") where a hash under this subtree is not held."""
        if (level, index) in self._peaks:
            return self._peaks[level, index]
        inner = level % TILE
        key = (level - inner, index >> (TILE - inner))
        place = index & ((_WIDTH >> inner) - 1)
        held = self._held[key[0] > 0]
        known = held.pop(key, None)
        levels = known or self._read(*key)
        if known and not levels[inner][place]:
            levels = self._read(*key)
        held[key] = levels  # the last one in; the first is the one that was asked for longest ago
        if len(held) > _KEPT[key[0] > 0]:
            del held[next(iter(held))]
        if not levels[inner][place]:
            raise NotFound("ledger.leaf_missing")
        return levels[inner][place]

    def _read(self, level: int, at: int) -> Levels:
        first = at << TILE
        if level == 0:
            base = (self._number << LogLeaf.SHIFT) + first
            query, values = "SELECT id, hash FROM db_logleaf WHERE id >= %s AND id < %s ORDER BY id", (base, base + _WIDTH)
            rows = self._store.rows(query, values)
        else:
            base = first
            query = 'SELECT "index", hash FROM db_lognode WHERE log = %s AND level = %s AND "index" >= %s AND "index" < %s ORDER BY "index"'
            rows = self._store.rows(query, (self._number, level // TILE, first, first + _WIDTH))
        if len(rows) == _WIDTH:  # whole, so in their places
            return merkle.subtrees([bytes(hashed) for _, hashed in rows])
        found = [b""] * _WIDTH
        for ident, hashed in rows:
            found[ident - base] = bytes(hashed)
        return merkle.subtrees(found)


class Paths:
    """The ways from leaves to the roots of the logs that they stand in: many at once, over tiles that are read once. Who gives one out checks it
    against the signed root: what the tables hold proves nothing by itself."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tiles: dict[str, Tiles] = {}

    def inclusion(self, device: str, index: int, size: int) -> list[bytes]:
        """The path from a record's leaf to the root of the first ``size`` leaves of its device's log. Raises NotFound("ledger.leaf_missing")."""
        if device not in self._tiles:
            rows = self._store.rows("SELECT id, size, peaks FROM db_logstate WHERE device = %s", (device,))
            if not rows:
                raise NotFound("ledger.leaf_missing")
            number, size_now, peaks = rows[0]
            self._tiles[device] = Tiles(self._store, number, merkle.Frontier.of(size_now, bytes(peaks)))
        return merkle.inclusion_proof(index, size, self._tiles[device])
