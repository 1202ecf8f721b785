"""Tiles: names that cannot leave their folder, and logs of others read from plain files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.core.merkle import Frontier, inclusion_proof, leaf_hash, root_at, verify_consistency, verify_inclusion
from letapis.core.merkle import consistency_proof as consistency
from letapis.core.notes import parse_checkpoint, parse_note
from letapis.core.tiles import Tile, bundle, leaves_of, node_reader, parse_tile_path, tile_bytes, tiles_of

VECTORS = Path(__file__).parents[1] / "vectors"


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 999, 44), "tile/1/999.p/44"),
        (Tile(0, 1000, 1), "tile/0/x001/000.p/1"),
        (Tile(None, 67, 255), "tile/entries/067.p/255"),
        (Tile(63, 5), "tile/63/005"),
    ],
)
def test_name_of_a_tile(tile: Tile, path: str) -> None:
    assert tile.path == path and parse_tile_path(path) == tile


@pytest.mark.parametrize(("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_tile_that_cannot_be_is_refused(level: int, index: int, width: int) -> None:
    with pytest.raises(Damaged, match=r"merkle\.tile_name"):
        Tile(level, index, width)


BAD_NUMBERS = ["tile/0/0", "tile/0/00", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/x000/000", "tile/0/001/000", "tile/0/x001"]
BAD_WIDTHS = ["tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/300", "tile/0/000.p/"]
BAD_PLACES = ["", "tile/entries/٠٠٠", "/tile/0/000", "tile/0/../000", "tile/0/000\n", "tile/0/000/", "tile/x/000"]


@pytest.mark.parametrize("path", BAD_NUMBERS + BAD_WIDTHS + BAD_PLACES)
def test_any_other_spelling_is_refused(path: str) -> None:
    with pytest.raises(Damaged, match=r"merkle\.tile_name"):
        parse_tile_path(path)


@given(st.none() | st.integers(0, 63), st.integers(0, 1 << 55), st.integers(1, 256))
def test_every_name_is_read_back(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert parse_tile_path(tile.path) == tile


def test_tiles_of_a_log_of_70000_leaves() -> None:
    paths = [t.path for t in tiles_of(70_000)]
    assert paths[0] == "tile/entries/000" and paths[273] == "tile/entries/273.p/112"
    assert paths[-3:] == ["tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert len(paths) == 2 * 274 + 2 + 1


@given(st.integers(0, 200_000), st.integers(0, 2_000))
def test_new_tiles_are_those_that_the_older_log_had_not(old: int, more: int) -> None:
    assert {*tiles_of(old + more, since=old)} == {*tiles_of(old + more)} - {*tiles_of(old)}


def test_no_tile_is_empty() -> None:
    for size in (0, 1, 255, 256, 257, 65_536):
        assert all(1 <= t.width <= 256 for t in tiles_of(size))
    assert [t.path for t in tiles_of(1)] == ["tile/entries/000.p/1", "tile/0/000.p/1"]
    assert [t.path for t in tiles_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_bundle_is_read_back(leaves: list[bytes]) -> None:
    assert leaves_of(bundle(leaves), len(leaves)) == leaves


@pytest.mark.parametrize(("content", "width"), [(b"", 1), (b"\0", 1), (b"\0\2x", 1), (b"\0\1xy", 1), (b"\0\1x", 2), (b"\0\1x", 0)])
def test_bundle_with_a_byte_too_few_or_too_many_is_refused(content: bytes, width: int) -> None:
    with pytest.raises(Damaged, match=r"merkle\.bundle"):
        leaves_of(content, width)


def test_tile_of_wrong_length_is_refused() -> None:
    with pytest.raises(Damaged, match=r"merkle\.tile_length"):
        root_at(3, node_reader(3, lambda tile: b"\0" * 95))


def test_node_outside_the_log_is_refused() -> None:
    node = node_reader(3, lambda tile: b"\0" * 32 * tile.width)
    for level, index in ((0, 3), (1, 1), (8, 0), (2, 0)):
        with pytest.raises(Damaged, match=r"merkle\.index"):
            node(level, index)


LETAPIS = VECTORS / "letapis-v1" / "log"
SIZES = [0, 1, 2, 3, 255, 256, 257, 300]


def _letapis_leaves() -> list[bytes]:
    return leaves_of((LETAPIS / "tile/entries/000").read_bytes(), 256) + leaves_of((LETAPIS / "tile/entries/001.p/44").read_bytes(), 44)


def test_bundles_hold_leaves_of_33_bytes() -> None:
    leaves = _letapis_leaves()
    assert all(len(leaf) == 33 and leaf[0] == 1 for leaf in leaves)
    assert bundle(leaves[:256]) == (LETAPIS / "tile/entries/000").read_bytes()


@pytest.mark.parametrize("size", SIZES)
def test_leaves_and_tiles_give_the_root_of_each_checkpoint(size: int) -> None:
    head = parse_checkpoint(parse_note((LETAPIS / f"checkpoint.{size}").read_bytes()).text)
    frontier, _ = Frontier().extend([leaf_hash(leaf) for leaf in _letapis_leaves()[:size]])
    node = node_reader(300, lambda tile: (LETAPIS / tile.path).read_bytes())
    assert head.size == size and head.root == frontier.root() == root_at(size, node)


def test_our_tiles_are_byte_for_byte_those_of_the_known_log() -> None:
    _, done = Frontier().extend([leaf_hash(leaf) for leaf in _letapis_leaves()])
    nodes = {(level, index): value for level, index, value in done}
    tiles = [t for t in tiles_of(300) if t.level is not None]
    assert [t.path for t in tiles] == ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"]
    for tile in tiles:
        assert tile_bytes(tile, lambda level, index: nodes[level, index]) == (LETAPIS / tile.path).read_bytes()
    with pytest.raises(Damaged, match=r"merkle\.tile_name"):
        tile_bytes(Tile(None, 0), lambda level, index: b"")


def test_the_fork_shows_two_trees_of_one_size() -> None:
    a, b = (parse_checkpoint(parse_note((VECTORS / f"letapis-v1/fork/{name}.note").read_bytes()).text) for name in "ab")
    node = node_reader(300, lambda tile: (LETAPIS / tile.path).read_bytes())
    assert (a.origin, a.size) == (b.origin, b.size) and a.root != b.root
    proof = consistency(a.size, 300, node)
    verify_consistency(a.size, 300, a.root, root_at(300, node), proof)
    with pytest.raises(Damaged, match=r"merkle\.root"):
        verify_consistency(b.size, 300, b.root, root_at(300, node), proof)


TESSERA = VECTORS / "log-tessera"


def _tessera_head(size: int) -> bytes:
    return parse_checkpoint(parse_note((TESSERA / f"checkpoint.{size}").read_bytes()).text).root


@pytest.mark.parametrize("size", range(1, 11))
def test_a_foreign_log_is_read_from_its_partial_tiles(size: int) -> None:
    node = node_reader(size, lambda tile: (TESSERA / tile.path).read_bytes())
    leaves = leaves_of((TESSERA / f"tile/entries/000.p/{size}").read_bytes(), size)
    assert root_at(size, node) == _tessera_head(size)
    for index, leaf in enumerate(leaves):
        verify_inclusion(index, size, leaf_hash(leaf), inclusion_proof(index, size, node), _tessera_head(size))
    for old in range(1, size + 1):
        verify_consistency(old, size, _tessera_head(old), _tessera_head(size), consistency(old, size, node))


def test_a_foreign_mirror_of_300_leaves_gives_its_root() -> None:
    (folder,) = (p.parent for p in (VECTORS / "log-sunlight" / "mirror").rglob("checkpoint"))
    head = parse_checkpoint(parse_note((folder / "checkpoint").read_bytes()).text)
    assert root_at(head.size, node_reader(head.size, lambda tile: (folder / tile.path).read_bytes())) == head.root
