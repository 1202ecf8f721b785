"""Names and contents of tiles (C2SP tlog-tiles 0.1): how a log is read as plain files.

Tile (L, N) holds up to 256 hashes, the roots of leaves [(256N+i)·256^L, (256N+i+1)·256^L). Only complete subtrees
stand in a tile, so a partial tile is a prefix of the full one. Bundles hold the leaves themselves, each with a
two-byte length.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from struct import pack, unpack_from
from typing import Final

from letapis.core.errors import Damaged
from letapis.core.merkle import HASH_SIZE, NodeReader, node_hash, root_at, subtrees

TILE_WIDTH: Final = 256
_HEIGHT = 8
_NAME = re.compile(r"tile/(entries|0|[1-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z")


@dataclass(frozen=True, slots=True)
class Tile:
    """``level`` None means a bundle of leaves; ``width`` 1 to 256 is the number of hashes or leaves."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not (0 <= (self.level or 0) < 64 and self.index >= 0 and 1 <= self.width <= TILE_WIDTH):
            raise Damaged("merkle.tile_name")

    @property
    def path(self) -> str:
        """Relative path of the file, such as ``tile/0/x001/x234/067.p/44``."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        name = "/".join([*(f"x{g}" for g in groups[:-1]), groups[-1]])
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{name}{partial}"


def parse_tile_path(path: str) -> Tile:
    """The tile that ``path`` names. Raises Damaged for any other spelling, so a name never leaves the folder of tiles."""
    match = _NAME.match(path)
    if not match:
        raise Damaged("merkle.tile_name")
    level = None if match[1] == "entries" else int(match[1])
    tile = Tile(level, int(match[2].replace("x", "").replace("/", "")), int(match[3] or TILE_WIDTH))
    if tile.path != path:
        raise Damaged("merkle.tile_name")
    return tile


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Every tile and bundle that a log of ``size`` leaves needs beyond those of ``since`` leaves, bundles first.

    A full tile that ``since`` had completed is left out; a partial one that grew is listed at its new width.
    """
    yield from _row(None, since, size)
    level, old, new = 0, since, size
    while new:
        yield from _row(level, old, new)
        level, old, new = level + 1, old >> _HEIGHT, new >> _HEIGHT


def _row(level: int | None, old: int, new: int) -> Iterator[Tile]:
    if old == new:
        return
    for index in range(old // TILE_WIDTH, new // TILE_WIDTH):
        yield Tile(level, index)
    if new % TILE_WIDTH:
        yield Tile(level, new // TILE_WIDTH, new % TILE_WIDTH)


def tile_bytes(tile: Tile, node: NodeReader) -> bytes:
    """Content of a tile of hashes."""
    if tile.level is None:
        raise Damaged("merkle.tile_name")
    first = tile.index * TILE_WIDTH
    return b"".join(node(tile.level * _HEIGHT, first + i) for i in range(tile.width))


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Content of a bundle: ``lp2(leaf)`` for each leaf."""
    return b"".join(pack(">H", len(leaf)) + leaf for leaf in leaves)


def leaves_of(content: bytes, width: int) -> list[bytes]:
    """The ``width`` leaves of a bundle; a byte too few or too many is damage."""
    leaves, at = [], 0
    for _ in range(width):
        if at + 2 > len(content):
            raise Damaged("merkle.bundle")
        end = at + 2 + int(unpack_from(">H", content, at)[0])
        if end > len(content):
            raise Damaged("merkle.bundle")
        leaves.append(content[at + 2 : end])
        at = end
    if at != len(content):
        raise Damaged("merkle.bundle")
    return leaves


def node_reader(size: int, read: Callable[[Tile], bytes]) -> NodeReader:
    """Complete subtrees of a log of ``size`` leaves, computed from its tiles. Raises Damaged for a tile of wrong length."""
    kept: dict[Tile, bytes] = {}

    def tile_at(level: int, index: int) -> bytes:
        count = size >> level * _HEIGHT
        width = min(TILE_WIDTH, count - index * TILE_WIDTH)
        if width < 1:
            raise Damaged("merkle.index")
        tile = Tile(level, index, width)
        if tile not in kept:
            content = read(tile)
            if len(content) != HASH_SIZE * width:
                raise Damaged("merkle.tile_length")
            kept[tile] = content
        return kept[tile]

    def node(level: int, index: int) -> bytes:
        rest = level % _HEIGHT
        if rest:
            return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))
        if (index + 1) << level > size:
            raise Damaged("merkle.index")
        at = index % TILE_WIDTH * HASH_SIZE
        return tile_at(level // _HEIGHT, index // TILE_WIDTH)[at : at + HASH_SIZE]

    return node


def check_whole(size: int, root: bytes, read: Callable[[Tile], bytes], progress: Callable[[int, int], None] | None = None) -> None:
    """Hold every tile of a log of ``size`` leaves against its root. One tile of leaves is in memory at a time.

    Raises Damaged("tiles.not_whole") where a hash does not lead there, and as ``read`` does.
    """
    node = node_reader(size, read)
    if root_at(size, node) != root:
        raise Damaged("tiles.not_whole")
    # A partial tile stands at the edge, from which the root was computed. Of a full one the root stands in the tile above.
    full = [tile for tile in tiles_of(size) if tile.level is not None and tile.width == TILE_WIDTH]
    for done, tile in enumerate(full, start=1):
        content = read(tile)
        if len(content) != HASH_SIZE * TILE_WIDTH:
            raise Damaged("merkle.tile_length")
        halves = subtrees([content[at : at + HASH_SIZE] for at in range(0, len(content), HASH_SIZE)])[-1]
        if node_hash(*halves) != node((tile.level or 0) * _HEIGHT + _HEIGHT, tile.index):
            raise Damaged("tiles.not_whole")
        if progress:
            progress(done, len(full))
