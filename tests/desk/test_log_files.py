"""A log as plain files: whole at every moment, no more than hashes, and enough for a stranger to see that it only grew."""

from pathlib import Path

import pytest

from letapis.core import merkle, notes
from letapis.core.errors import Busy, Damaged, LetapisError, Refused
from letapis.core.tiles import node_reader
from letapis.desk import ledger, log_files, witnessed
from letapis.desk.opening import Desk
from letapis.engines import tile_folder
from tests.desk import invented
from tests.desk.test_log_words import signed


def fill(desk: Desk, count: int) -> None:
    ledger.append(desk, invented.entities(desk, count, "Kanarka"))


def written(desk: Desk, folder: Path) -> log_files.Written:
    return log_files.write_out(desk, desk.reader("work"), folder)


def head_in(folder: Path) -> notes.Checkpoint:
    return notes.parse_checkpoint(notes.parse_note(tile_folder.checkpoint(folder)).text)


def is_whole(folder: Path) -> bool:
    head = head_in(folder)
    return merkle.root_at(head.size, node_reader(head.size, tile_folder.reader(folder))) == head.root


def files_in(folder: Path) -> dict[str, int]:
    return {str(one.relative_to(folder)): one.stat().st_mtime_ns for one in folder.rglob("*") if one.is_file()}


def test_a_stranger_sees_from_the_files_that_the_log_only_grew(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    fill(desk, 300)
    first = written(desk, folder)
    old, before = head_in(folder), files_in(folder)
    assert (first.origin, first.size) == (desk.origin, old.size) == (old.origin, old.size) and is_whole(folder)
    fill(desk, 500)
    second = written(desk, folder)
    new, after = head_in(folder), files_in(folder)
    assert second.size == new.size == old.size + 500 and is_whole(folder)
    proof = merkle.consistency_proof(old.size, new.size, node_reader(new.size, tile_folder.reader(folder)))
    merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)
    assert all(after[name] == before[name] for name in before if name != "checkpoint"), "what was written is not written again"
    assert len(after) - len(before) == second.tiles and written(desk, folder).tiles == 0


def test_a_partial_tile_that_was_cleared_away_is_read_from_the_full_one(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    fill(desk, 300)
    written(desk, folder)
    old = head_in(folder)
    fill(desk, 300)
    written(desk, folder)
    new = head_in(folder)
    (partial,) = [one for one in (folder / "tile" / "0").glob("*.p/*") if int(one.name) == old.size % 256]
    partial.unlink()
    assert merkle.root_at(old.size, node_reader(old.size, tile_folder.reader(folder))) == old.root
    (folder / "tile" / "0" / "000").unlink()
    with pytest.raises(Damaged, match=r"merkle\.tile_missing"):
        merkle.inclusion_proof(0, new.size, node_reader(new.size, tile_folder.reader(folder)))
    (folder / "tile" / "0" / "000").write_bytes(b"\x00" * 33)
    with pytest.raises(Damaged, match=r"merkle\.tile_length"):
        merkle.inclusion_proof(0, new.size, node_reader(new.size, tile_folder.reader(folder)))


def test_whoever_is_stopped_leaves_the_log_as_it_was_and_goes_on(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, real, left = tmp_path / "log", tile_folder.write, [0]
    fill(desk, 300)
    written(desk, folder)
    fill(desk, 600)

    def stopping(place: Path, name: str, content: bytes) -> None:
        if not left[0]:
            raise Busy("tiles.unwritable")
        left[0] -= 1
        real(place, name, content)

    old = head_in(folder)
    for writes in range(5):
        left[0] = writes
        monkeypatch.setattr(tile_folder, "write", stopping)
        with pytest.raises(Busy, match=r"tiles\.unwritable"):
            written(desk, folder)
        monkeypatch.setattr(tile_folder, "write", real)
        assert head_in(folder) == old and is_whole(folder)
    assert written(desk, folder).size == head_in(folder).size and is_whole(folder)


def test_nothing_but_hashes_and_a_signed_checkpoint_lies_there(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    fill(desk, 300)
    written(desk, folder)
    tiles = [one for one in (folder / "tile").rglob("*") if one.is_file()]
    assert tiles and all(one.stat().st_size % merkle.HASH_SIZE == 0 for one in tiles)
    assert {one.name for one in folder.iterdir()} == {"checkpoint", "tile"} and not (folder / "tile" / "entries").exists()
    assert not any(b"Kanarka" in one.read_bytes() for one in folder.rglob("*") if one.is_file())


def test_a_folder_with_another_log_or_another_history_is_left_as_it_is(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    fill(desk, 300)
    written(desk, folder)
    kept = tile_folder.checkpoint(folder)
    for text, code in (
        (notes.Checkpoint("log.example/abcdefghijklmnop", 3, bytes(32)).text, r"tiles\.other_log"),
        (notes.Checkpoint(desk.origin, 3, bytes(32)).text, r"tiles\.contradicts"),
        (notes.Checkpoint(desk.origin, 1 << 20, bytes(32)).text, r"tiles\.contradicts"),
    ):
        altered = text + kept[kept.index(b"\n\n") + 1 :]
        (folder / "checkpoint").write_bytes(altered)
        fill(desk, 1)
        before = files_in(folder)
        with pytest.raises(Refused, match=code):
            written(desk, folder)
        assert files_in(folder) == before
    (folder / "checkpoint").write_bytes(b"no checkpoint")
    with pytest.raises(Damaged):
        written(desk, folder)


def test_a_folder_that_is_none_is_refused(desk: Desk, tmp_path: Path) -> None:
    fill(desk, 3)
    (tmp_path / "file").write_bytes(b"here")
    with pytest.raises(Busy, match=r"tiles\.unwritable"):
        written(desk, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"here"


def test_a_folder_is_held_against_itself_the_desk_and_what_was_kept(desk: Desk, tmp_path: Path) -> None:
    folder, reader = tmp_path / "log", desk.reader("work")
    fill(desk, 300)
    written(desk, folder)
    kept = tile_folder.checkpoint(folder)
    fill(desk, 700)
    made, told = written(desk, folder), list[tuple[int, int]]()
    same = log_files.compare(desk, reader, folder, progress=lambda done, all_: told.append((done, all_)))
    assert (same.origin, same.size, same.found, same.contradicts) == (desk.origin, made.size, "", False) and told[-1] == (made.size // 256,) * 2
    assert [log_files.compare(desk, reader, folder, one).found for one in (kept, tile_folder.checkpoint(folder))] == ["continues", "same"]
    fill(desk, 1)
    written(desk, tmp_path / "later")
    with pytest.raises(Damaged, match=r"merkle\.tile_missing"):
        log_files.compare(desk, reader, folder, tile_folder.checkpoint(tmp_path / "later"))
    assert witnessed.forks_of(desk, reader) == []


def test_every_changed_file_in_a_folder_is_found(desk: Desk, tmp_path: Path) -> None:
    folder, reader = tmp_path / "log", desk.reader("work")
    fill(desk, 600)
    written(desk, folder)
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        whole = file.read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1):
            file.write_bytes(whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :])
            with pytest.raises(LetapisError):
                log_files.compare(desk, reader, folder)
        file.write_bytes(whole[:-1])
        with pytest.raises(LetapisError):
            log_files.compare(desk, reader, folder)
        file.unlink()
        with pytest.raises(LetapisError):
            log_files.compare(desk, reader, folder)
        file.write_bytes(whole)
    assert not log_files.compare(desk, reader, folder).contradicts


def test_a_folder_with_another_history_is_kept_as_evidence(desk: Desk, tmp_path: Path) -> None:
    """Whoever holds the keys of the log signs another tree: folder and desk do not go together, and both checkpoints are kept."""
    folder, reader = tmp_path / "log", desk.reader("work")
    fill(desk, 3)
    written(desk, folder)
    head = head_in(folder)
    hashes = [merkle.leaf_hash(bytes((number,)) * 33) for number in range(head.size)]
    tile_folder.write(folder, f"tile/0/000.p/{head.size}", b"".join(hashes))
    root = merkle.root_at(head.size, node_reader(head.size, tile_folder.reader(folder)))
    (folder / "checkpoint").write_bytes(signed(desk, 1, head.size, root))
    found = log_files.compare(desk, reader, folder)
    assert found.contradicts and found.size == head.size
    (kept,) = witnessed.forks_of(desk, reader)
    assert notes.parse_checkpoint(notes.parse_note(kept.text("second").encode()).text).root == root


def test_a_folder_without_a_log_of_ours_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"tiles\.nothing"):
        log_files.compare(desk, desk.reader("work"), tmp_path / "nowhere")
    fill(desk, 3)
    written(desk, tmp_path)
    note = tile_folder.checkpoint(tmp_path)
    (tmp_path / "checkpoint").write_bytes(note.replace(desk.origin.encode(), b"log.example/abcdefghijklmnop", 1))
    with pytest.raises(LetapisError, match=r"witnesses\.unknown_log"):
        log_files.compare(desk, desk.reader("work"), tmp_path)
