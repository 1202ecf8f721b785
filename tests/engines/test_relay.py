"""A relay is hostile ground: strict names, no links, no specials, limits, nothing overwritten, nothing half visible."""

import os
import random
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Busy, Hostile, LetapisError, NotFound, Refused, UsageError
from letapis.engines import blobs, relay
from letapis.engines.blobs import Folder, blobs_at
from letapis.engines.blobs_remote import Remote
from letapis.engines.relay import RelayStore

A, B = "a" * 32, "b" * 32
GOOD = (f"records/{A}/0/{B}", f"records/{A}/4294967295/{B}", f"objects/{A}", f"notes/{B}", f"keys/{B}", f"keys/{A}/3/{B}", f"keys/{A}/4/{B}/{A}")


@pytest.fixture(params=["folder", "memory://"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> RelayStore:
    return RelayStore(request.param if "://" in request.param else tmp_path / "relay")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "relay"
    path.mkdir()
    return path


def test_what_one_member_leaves_another_finds(store: RelayStore) -> None:
    for name in GOOD:
        store.put_new(name, name.encode())
    assert set(store.list().names) == set(GOOD) and list(store.list()) == sorted(GOOD) and len(store.list()) == len(GOOD)
    assert store.list().ignored == {}
    assert [n for n in store.list("records")] == sorted(n for n in GOOD if n.startswith("records/"))
    assert store.list(f"records/{A}/0").names == (GOOD[0],)
    assert store.list("notes").sizes == {f"notes/{B}": len(f"notes/{B}")}
    for name in GOOD:
        assert store.get(name) == name.encode() == b"".join(store.pieces(name))


def test_nothing_is_overwritten(store: RelayStore) -> None:
    store.put_new(GOOD[0], b"first")
    with pytest.raises(Refused) as caught:
        store.put_new(GOOD[0], b"second")
    assert caught.value.code == "blobs.exists" and store.get(GOOD[0]) == b"first"


def test_large_entries_pass_in_pieces(store: RelayStore) -> None:
    pieces = [os.urandom(3 << 20) for _ in range(4)]
    store.put_new(f"objects/{A}", iter(pieces))
    assert b"".join(store.pieces(f"objects/{A}")) == b"".join(pieces)


def test_an_entry_that_is_never_finished_is_never_seen(store: RelayStore) -> None:
    def broken(count: int):  # type: ignore[no-untyped-def]
        for _ in range(count):
            yield b"x" * (3 << 20)
        raise KeyError

    for count in (0, 1, 5):
        with pytest.raises(KeyError):
            store.put_new(f"objects/{A}", broken(count))
        assert len(store.list()) == 0 and store.list().ignored == {}
    store.put_new(f"objects/{A}", b"whole")


def test_missing_entries_are_not_found_and_an_empty_relay_is_empty(store: RelayStore) -> None:
    assert len(store.list()) == len(store.list("records")) == 0
    for call in (store.get, store.pieces, store.remove):
        with pytest.raises(NotFound):
            call(f"notes/{A}")


def test_removal_takes_one_entry(store: RelayStore) -> None:
    store.put_new(f"keys/{A}/1/{B}", b"old")
    store.put_new(f"keys/{A}/2/{B}", b"new")
    store.remove(f"keys/{A}/1/{B}")
    assert store.list("keys").names == (f"keys/{A}/2/{B}",)


BAD = (
    "",
    "/",
    ".",
    "..",
    "records",
    f"records/{A}",
    f"records/{A}/1",
    f"records/{A}/01/{B}",
    f"records/{A}/-1/{B}",
    f"records/{A}/1/{B}/",
    f"records/{A}/1/{B}/{B}",
    f"records//1/{B}",
    f"records/{A}/１/{B}",
    f"/objects/{A}",
    f"objects/../objects/{A}",
    f"objects/{A}\n",
    f"objects/{A}\x00",
    f"objects/{A[1:]}",
    f"objects/{A}0",
    f"objects/{A.upper()}",
    f"objects/{A[:-1]}é",
    f"Objects/{A}",
    f"notes/{A}/{A}",
    "keys/..",
    "keys/a",
    f"keys/{A}/../{A}",
    f"keys/{A}/{A}/{A}/{A}/{A}",
    f"tiles/{A}",
    f"C:/objects/{A}",
    f"objects\\{A}",
    f"~/objects/{A}",
    "CON",
    "objects/" + "a" * 5000,
)


@pytest.mark.parametrize("name", BAD)
def test_a_name_of_another_form_reaches_no_disk(folder: Path, name: str) -> None:
    store = RelayStore(folder)
    calls: tuple[Callable[[], object], ...] = (
        lambda: store.get(name),
        lambda: store.pieces(name),
        lambda: store.remove(name),
        lambda: store.put_new(name, b""),
    )
    for call in calls:
        with pytest.raises(UsageError) as caught:
            call()
        assert caught.value.code == "relay.name"
    assert list(folder.iterdir()) == []


@given(st.text(max_size=60))
def test_no_text_but_our_own_names_is_a_name(name: str) -> None:
    with pytest.raises(UsageError):
        relay._kind(name)


@pytest.mark.parametrize("prefix", ["..", "/", "objects/", "tiles", "records/..", "records/x", f"records/{A}/1/{B}/{B}"])
def test_a_prefix_of_another_form_is_refused(store: RelayStore, prefix: str) -> None:
    with pytest.raises(UsageError):
        store.list(prefix)


def test_a_thousand_hostile_names_are_ignored_and_counted(folder: Path) -> None:
    chance, store, made = random.Random(12), RelayStore(folder), 0
    (folder / "objects").mkdir()
    letters = "abcdef0123456789.-_ ~ABC\n\téі💣\u202e'\";$`|&<>*?\\"
    while made < 1000:
        name = "".join(chance.choice(letters) for _ in range(chance.choice([1, 5, 31, 33, 40])))
        if name in (".", "..") or (folder / "objects" / name).exists():
            continue
        (folder / "objects" / name).write_bytes(b"x")
        made += 1
    (folder / "objects").joinpath(os.fsdecode(b"\xff\xfe" + b"a" * 30)).write_bytes(b"x")
    store.put_new(f"objects/{A}", b"good")
    listing = store.list()
    assert listing.names == (f"objects/{A}",) and listing.ignored == {"relay.name": 1001}


def test_links_and_special_files_are_counted_and_never_opened(folder: Path, tmp_path: Path) -> None:
    store = RelayStore(folder)
    secret = tmp_path / "secret"
    secret.write_bytes(b"not yours")
    (tmp_path / "outside").mkdir()
    (folder / "objects").mkdir()
    (folder / "objects" / A).symlink_to(secret)
    os.mkfifo(folder / "objects" / B)
    (folder / "notes").symlink_to(tmp_path / "outside")
    (folder / "objects" / ("c" * 32)).mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(folder / "objects")
        listener.bind("d" * 32)
        os.chdir(here)
    assert len(store.list()) == 0 and store.list().ignored == {"relay.not_plain": 4}
    for name in (f"objects/{A}", f"objects/{B}", "objects/" + "c" * 32, "objects/" + "d" * 32, f"notes/{A}"):
        for call in (store.get, store.pieces):
            with pytest.raises(Hostile) as caught:
                call(name)
            assert caught.value.code == "blobs.not_plain"
    with pytest.raises(Hostile):
        store.put_new(f"notes/{A}", b"x")
    with pytest.raises(Refused):
        store.put_new(f"objects/{A}", b"x")
    assert list((tmp_path / "outside").iterdir()) == [] and secret.read_bytes() == b"not yours"


def test_too_large_entries_are_counted_and_not_read(folder: Path) -> None:
    store = RelayStore(folder)
    for kind, name in (("records", GOOD[0]), ("notes", f"notes/{B}"), ("keys", f"keys/{B}")):
        store.put_new(name, b"x")
        os.truncate(folder / name, relay.LIMITS[kind] + 1)
        with pytest.raises(Hostile) as caught:
            store.get(name)
        assert caught.value.code == "relay.size"
        with pytest.raises(Hostile):
            store.pieces(name)
    assert store.list().ignored == {"relay.size": 3}


def test_too_large_entries_are_not_left(store: RelayStore) -> None:
    with pytest.raises(UsageError) as caught:
        store.put_new(f"notes/{A}", b"x" * (relay.LIMITS["notes"] + 1))
    assert caught.value.code == "relay.size" and len(store.list()) == 0


def test_a_flood_of_entries_is_refused(store: RelayStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "MAX_ENTRIES", 3)
    for n in range(4):
        store.put_new(f"objects/{n:032x}", b"x")
    with pytest.raises(Hostile) as caught:
        store.list()
    assert caught.value.code == "relay.too_many"


def test_a_deep_tree_is_not_followed(folder: Path) -> None:
    path = folder / "keys"
    for _ in range(30):
        path = path / "ab"
    path.mkdir(parents=True)
    (path / A).write_bytes(b"x")
    listing = RelayStore(folder).list()
    assert len(listing) == 0 and listing.ignored == {"relay.not_plain": 1}


def test_unfinished_files_of_others_are_counted_and_not_shown(folder: Path) -> None:
    store = RelayStore(folder)
    store.put_new(f"objects/{A}", b"x")
    (folder / "objects" / f".{B}.new").write_bytes(b"half")
    assert store.list().names == (f"objects/{A}",) and store.list().ignored == {"relay.unfinished": 1}


def test_times_in_a_folder_are_whole_days(folder: Path) -> None:
    RelayStore(folder).put_new(GOOD[0], b"x")
    assert (folder / GOOD[0]).stat().st_mtime_ns % (86_400 * 10**9) == 0


def test_two_writers_of_one_name_one_wins_whole(folder: Path) -> None:
    store, outcomes = RelayStore(folder), []

    def write(fill: bytes) -> None:
        try:
            store.put_new(f"objects/{A}", fill * (1 << 20))
            outcomes.append(fill)
        except Refused:
            pass

    threads = [threading.Thread(target=write, args=(bytes((n,)),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1 and store.get(f"objects/{A}") == outcomes[0] * (1 << 20)


def test_a_stick_without_hard_links_is_written_too_and_still_not_overwritten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "no")

    monkeypatch.setattr(blobs.os, "link", no_links)
    monkeypatch.setattr(blobs, "_tried", {})  # so a file without a name could not be given one in its end either
    store = RelayStore(folder)
    store.put_new(f"objects/{A}", b"x")
    with pytest.raises(Refused):
        store.put_new(f"objects/{A}", b"y")
    assert store.get(f"objects/{A}") == b"x" and store.list().ignored == {}


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_refused(folder: Path) -> None:
    folder.chmod(0)
    with pytest.raises(LetapisError) as caught:
        RelayStore(folder).put_new(GOOD[0], b"x")
    folder.chmod(0o700)
    assert caught.value.code == "disk.permission"


def test_a_folder_is_a_folder_and_an_address_an_address(tmp_path: Path) -> None:
    assert isinstance(blobs_at(tmp_path), Folder) and isinstance(blobs_at(str(tmp_path)), Folder)
    assert isinstance(blobs_at("memory://"), Remote)
    for address in ("ftp://relay.pryklad.example/x", "file:///etc", "s3:/x://", "://"):
        with pytest.raises(UsageError) as caught:
            blobs_at(address)
        assert caught.value.code == "blobs.address"


def test_an_address_where_nobody_answers_is_busy_without_a_detail() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    store = RelayStore(f"http://127.0.0.1:{port}/relay")
    with pytest.raises(Busy) as caught:
        store._blobs.size(f"notes/{A}")
    assert caught.value.code == "blobs.unreachable" and str(port) not in str(caught.value) + caught.value.where
