"""The own log as plain files for whoever is outside: a signed checkpoint, and the tiles of hashes from which everybody computes by themselves
that it only grew. A tile holds hashes of commitments: nothing of what was recorded can be read or guessed from them.

The leaves themselves (bundles of entries) are not given out: who holds a record makes its leaf from it, and nobody else needs one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from letapis.core import forks, merkle, notes
from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused
from letapis.core.tiles import check_whole, node_reader, tile_bytes, tiles_of
from letapis.desk import cover_leaves, logs, people, reading, witnessing
from letapis.desk.log_tiles import Tiles
from letapis.desk.opening import Desk
from letapis.desk.witnessed import log_keys
from letapis.engines import seal, tile_folder


@dataclass(frozen=True)
class Written:
    """The log, how many records its checkpoint is over, and how many tiles were written for it now."""

    origin: str
    size: int
    tiles: int


@dataclass(frozen=True)
class Compared:
    """A folder with a log of ``size`` records, every tile of which leads to the signed root. ``found``: what it and a checkpoint that was kept
    say of each other (``core.forks``), empty where none was given. ``contradicts``: one of the two stands against what this desk holds; both
    sides are kept as a record then."""

    origin: str
    size: int
    found: str
    contradicts: bool


def write_out(desk: Desk, reader: Reader, folder: Path, progress: Callable[[int, int], None] | None = None) -> Written:
    """Write the own log into a folder, or what it grew by since it was written there. Ended in the middle, the folder holds the log as it was.

    Raises Refused("tiles.other_log") for a folder with another log in it, Refused("tiles.contradicts") where the checkpoint in it is of a log
    that ours did not grow from, Damaged where that is none, and as ``cover_leaves.checkpoint`` and ``engines.tile_folder`` do.
    """
    reading.members(desk, reader)
    note = cover_leaves.checkpoint(desk)
    head, log = _head(note), logs.log_of(desk.store, desk.device, desk.origin)
    node = Tiles(desk.store, log.number)
    wanted = [tile for tile in tiles_of(head.size, since=_written(folder, head, node)) if tile.level is not None]
    for done, tile in enumerate(wanted):
        tile_folder.write(folder, tile.path, tile_bytes(tile, node))
        if progress:
            progress(done + 1, len(wanted))
    tile_folder.write(folder, tile_folder.CHECKPOINT, note)
    return Written(head.origin, head.size, len(wanted))


def compare(desk: Desk, reader: Reader, folder: Path, kept: bytes = b"", progress: Callable[[int, int], None] | None = None) -> Compared:
    """Hold a folder with a log of this organisation against itself, against what this desk holds, and against a checkpoint that was kept.

    Raises Refused("tiles.nothing") for a folder without a log, NotFound("witnesses.unknown_log") for the log of nobody here, Damaged for a
    checkpoint that its log did not sign or a tile that does not lead to it, UsageError("forks.other_log"), and as ``engines.tile_folder`` does.
    """
    reading.members(desk, reader)
    note, read = tile_folder.checkpoint(folder), tile_folder.reader(folder)
    if not note:
        raise Refused("tiles.nothing")
    head = _head(note)
    device = next((one for one in people.directory(desk).devices.values() if one.log == head.origin), None)
    if device is None:
        raise NotFound("witnesses.unknown_log")
    keys = log_keys(device)
    first, second = (notes.open_checkpoint(one, keys, seal.verify, every_key=False) for one in (kept or note, note))
    contradicts = any([witnessing.compare_note(desk, reader, one) for one in (note, kept) if one])
    check_whole(head.size, head.root, read, progress)
    if not kept:
        return Compared(head.origin, head.size, "", contradicts)
    old, new = sorted((first.checkpoint.size, second.checkpoint.size))
    proof = merkle.consistency_proof(old, new, node_reader(new, read)) if 0 < old < new else None
    return Compared(head.origin, head.size, forks.compare(first, second, proof), contradicts)


def _head(note: bytes) -> notes.Checkpoint:
    return notes.parse_checkpoint(notes.parse_note(note).text)


def _written(folder: Path, head: notes.Checkpoint, node: merkle.NodeReader) -> int:
    """How many leaves the folder has tiles of: those under its checkpoint, which is written last."""
    note = tile_folder.checkpoint(folder)
    if not note:
        return 0
    known = _head(note)
    if known.origin != head.origin:
        raise Refused("tiles.other_log")
    if known.size > head.size or (known.size and merkle.root_at(known.size, node) != known.root):
        raise Refused("tiles.contradicts")
    return known.size
