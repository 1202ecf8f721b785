"""A log as plain files in a folder (C2SP tlog-tiles 0.1): ``checkpoint``, and tiles of hashes under ``tile/``.

Written so that whoever reads at any moment finds a whole log: tiles come before the checkpoint over them, every file is on the disk before its
name is, and nothing that an older checkpoint needs goes.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from letapis.core.errors import Busy, Damaged, NotFound
from letapis.core.merkle import HASH_SIZE
from letapis.core.tiles import TILE_WIDTH, Tile
from letapis.engines.keys.workspace import write_private

CHECKPOINT: Final = "checkpoint"
_LARGEST: Final = 1 << 16


def write(folder: Path, name: str, content: bytes) -> None:
    """A file of the folder, whole or not at all. Raises Busy("tiles.unwritable")."""
    place = folder / name
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_private(place, content)
    except OSError:
        raise Busy("tiles.unwritable") from None


def checkpoint(folder: Path) -> bytes:
    """The checkpoint that lies in the folder, empty where none does. Raises Busy("tiles.unreadable")."""
    with suppress(NotFound):
        return _read(folder / CHECKPOINT)
    return b""


def reader(folder: Path) -> Callable[[Tile], bytes]:
    """Tiles of hashes out of a folder, for ``tiles.node_reader``. Where a partial tile does not lie, the full one that began with it does.

    The reader raises Damaged("merkle.tile_missing") where neither does, Damaged("merkle.tile_length") and Busy("tiles.unreadable").
    """

    def read(tile: Tile) -> bytes:
        for width in dict.fromkeys((tile.width, TILE_WIDTH)):
            with suppress(NotFound):
                content = _read(folder / Tile(tile.level, tile.index, width).path)
                if len(content) != HASH_SIZE * width:
                    raise Damaged("merkle.tile_length")
                return content[: HASH_SIZE * tile.width]
        raise Damaged("merkle.tile_missing")

    return read


def _read(place: Path) -> bytes:
    try:
        with place.open("rb") as stream:
            return stream.read(_LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound("merkle.tile_missing") from None
    except OSError:
        raise Busy("tiles.unreadable") from None
