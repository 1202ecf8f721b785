"""Originals: sealed while they arrive, whole or not there, and nothing of them in clear."""

import errno
import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from letapis.core.errors import Busy, Damaged, LetapisError, NotFound, Refused, UsageError
from letapis.engines import blobs, objects, seal
from letapis.engines.objects import HEADER, PIECE, ObjectStore
from letapis.engines.seal import CHUNK, SEALED_CHUNK

COMPARTMENT = b"c" * 16


@pytest.fixture(scope="module", params=["folder", "memory://"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ObjectStore:
    return ObjectStore(request.param if "://" in request.param else tmp_path_factory.mktemp("o") / "objects")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "objects"


def content(size: int) -> bytes:
    return (hashlib.sha256(b"%d" % size).digest() * (size // 32 + 1))[:size]


def cut(data: bytes, step: int) -> Iterator[bytes]:
    return (data[i : i + step] for i in range(0, len(data), step))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.integers(0, 3 * CHUNK), st.integers(PIECE - CHUNK, PIECE + CHUNK)), st.sampled_from([CHUNK, 100_003, 1 << 24]))
@example(0, CHUNK)
@example(CHUNK - 8, CHUNK)
@example(CHUNK - 7, CHUNK)
@example(CHUNK, CHUNK)
@example(PIECE - 8, CHUNK)
@example(PIECE - 7, CHUNK)
@example(PIECE, CHUNK)
@example(9 * PIECE + 5, 1 << 20)
def test_what_goes_in_comes_out_with_its_hashes_and_a_padded_size(store: ObjectStore, size: int, step: int) -> None:
    data = content(size)
    made = store.put(cut(data, step), COMPARTMENT, 3)
    assert b"".join(store.open(made.name, made.dek)) == data
    assert (made.size, made.sha256, made.sha512) == (size, hashlib.sha256(data).digest(), hashlib.sha512(data).digest())
    assert made.blob_sha256 == store.fixity(made.name) and made.blob_size == store.size(made.name)
    padded = seal.padme(size + 8)
    assert made.blob_size == HEADER + padded + -(-padded // CHUNK) * 16
    store.remove(made.name)


def test_a_jump_opens_the_rest_and_nothing_before_it(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    data = content(2 * PIECE + 5 * CHUNK + 17)
    put = store.put([data], COMPARTMENT, 1)
    for start in (0, 1, CHUNK, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + CHUNK + 3, len(data) - 1, len(data), len(data) + 9):
        assert b"".join(store.open(put.name, put.dek, start)) == data[start:], start
    read = list[int]()
    whole = type(store._blobs).read
    monkeypatch.setattr(type(store._blobs), "read", lambda blobs_, name, at, size: read.append(at) or whole(blobs_, name, at, size))
    assert b"".join(store.open(put.name, put.dek, 2 * PIECE)) == data[2 * PIECE :]
    assert not [at for at in read if HEADER <= at < HEADER + 2 * objects.SEALED_PIECE]
    store.remove(put.name)


def test_names_and_keys_are_random_and_one_content_twice_looks_different(store: ObjectStore) -> None:
    one, two = store.put([b"same"], COMPARTMENT, 0), store.put([b"same"], COMPARTMENT, 0)
    assert one.name != two.name and one.dek != two.dek and one.blob_sha256 != two.blob_sha256
    assert {one.name, two.name} <= set(store.names())


def test_two_small_objects_have_one_size(store: ObjectStore) -> None:
    assert store.put([b""], COMPARTMENT, 0).blob_size == store.put([b"x" * 60_000], COMPARTMENT, 0).blob_size


def test_another_key_opens_nothing(store: ObjectStore) -> None:
    made = store.put([b"text"], COMPARTMENT, 0)
    with pytest.raises(Damaged) as caught:
        store.open(made.name, b"\x00" * 32)
    assert caught.value.code == "seal.commitment"


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> tuple[ObjectStore, Path, objects.SealedObject]:
    folder = tmp_path_factory.mktemp("big")
    store = ObjectStore(folder)
    made = store.put([content(3 * CHUNK)], COMPARTMENT, 0)
    return store, folder / made.name, made


def _chunk_places(blob: bytes) -> tuple[bytes, list[bytes]]:
    return blob[:HEADER], list(cut(blob[HEADER:], SEALED_CHUNK))


CHANGES: dict[str, Callable[[bytes, list[bytes]], bytes]] = {
    "first chunks swapped": lambda h, c: h + c[1] + c[0] + b"".join(c[2:]),
    "first chunk dropped": lambda h, c: h + b"".join(c[1:]),
    "last chunk dropped": lambda h, c: h + b"".join(c[:-1]),
    "chunk repeated": lambda h, c: h + c[0] + b"".join(c),
    "last chunk repeated": lambda h, c: h + b"".join(c) + c[-1],
    "last byte gone": lambda h, c: (h + b"".join(c))[:-1],
    "a byte more": lambda h, c: h + b"".join(c) + b"\x00",
    "header only": lambda h, c: h,
    "nothing": lambda h, c: b"",
    "half a header": lambda h, c: h[:40],
    "only the last chunk": lambda h, c: h + c[-1],
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_blob_whose_chunks_were_moved_gives_no_byte_of_a_wrong_content(big: tuple[ObjectStore, Path, objects.SealedObject], change: str) -> None:
    store, path, made = big
    sound = path.read_bytes()
    try:
        path.write_bytes(CHANGES[change](*_chunk_places(sound)))
        got = []
        with pytest.raises(Damaged):
            for piece in store.open(made.name, made.dek):
                got.append(piece)
        assert content(3 * CHUNK).startswith(b"".join(got))
    finally:
        path.write_bytes(sound)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_is_found(big: tuple[ObjectStore, Path, objects.SealedObject], data: st.DataObject) -> None:
    store, path, made = big
    sound = path.read_bytes()
    bit = data.draw(st.integers(0, 8 * len(sound) - 1) | st.integers(0, 8 * HEADER))
    changed = bytearray(sound)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        path.write_bytes(changed)
        with pytest.raises(Damaged):
            list(store.open(made.name, made.dek))
        assert store.fixity(made.name) != made.blob_sha256
    finally:
        path.write_bytes(sound)


def test_a_blob_under_the_name_of_another_is_refused(folder: Path) -> None:
    store = ObjectStore(folder)
    one, two = store.put([b"one"], COMPARTMENT, 0), store.put([b"two"], COMPARTMENT, 0)
    (folder / one.name).write_bytes((folder / two.name).read_bytes())
    for key in (one.dek, two.dek):
        with pytest.raises(Damaged) as caught:
            store.open(one.name, key)
        assert caught.value.code == "objects.other"


def test_a_stream_that_breaks_leaves_nothing(folder: Path) -> None:
    store = ObjectStore(folder)

    def broken(pieces: int) -> Iterator[bytes]:
        for _ in range(pieces):
            yield b"x" * PIECE
        raise ConnectionAbortedError

    for pieces in (0, 1, 9):
        with pytest.raises(ConnectionAbortedError):
            store.put(broken(pieces), COMPARTMENT, 0)
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk.full"), (errno.EDQUOT, "disk.full"), (errno.EIO, "disk.failed")])
@pytest.mark.parametrize("call", ["fsync", "link", "utime"])
@pytest.mark.parametrize("nameless", [True, False])
def test_a_failing_disk_acknowledges_nothing_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, call: str, nameless: bool
) -> None:
    store = ObjectStore(folder)
    monkeypatch.setattr(blobs, "_NAMELESS", nameless and blobs._NAMELESS)

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(blobs.os, call, fail)
    with pytest.raises(Busy) as caught:
        store.put([b"x" * 3 * PIECE], COMPARTMENT, 0)
    monkeypatch.undo()
    assert caught.value.code == code and list(folder.iterdir()) == []


def test_a_name_that_may_not_last_is_not_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, fsync, calls = ObjectStore(folder), os.fsync, 0

    def fail_for_the_folder(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(errno.EIO, "no")
        fsync(descriptor)

    monkeypatch.setattr(blobs.os, "fsync", fail_for_the_folder)
    with pytest.raises(Busy):
        store.put([b"x"], COMPARTMENT, 0)
    assert calls == 2 and list(folder.iterdir()) == []


def test_a_really_full_disk_is_named_and_cleaned_up(folder: Path, tmp_path: Path) -> None:
    """A limit on file size stands for the full disk: the kernel refuses the write in the middle of the object."""
    program = (
        "import resource, signal, sys; from letapis.engines.objects import ObjectStore; from letapis.core.errors import LetapisError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (5 << 20, 5 << 20))\n"
        "try:\n    ObjectStore(sys.argv[1]).put([bytes(1 << 20)] * 20, b'c' * 16, 0)\n"
        "except LetapisError as fault:\n    print(fault.code)\n"
    )
    source = str(Path(objects.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", program, str(folder)], env={**os.environ, "PYTHONPATH": source}, capture_output=True)
    assert done.stdout == b"disk.failed\n" and list(folder.iterdir()) == []


@pytest.mark.parametrize("nameless", [True, False])
def test_a_killed_writer_leaves_no_object_under_a_name(folder: Path, nameless: bool) -> None:
    """Where files without a name are known it leaves nothing at all, elsewhere one for the sweep."""
    program = (
        "import sys, time; from letapis.engines import blobs; from letapis.engines.objects import ObjectStore\n"
        f"blobs._NAMELESS = {nameless}\n"
        "def slow():\n    yield bytes(9 << 20)\n    print('half', flush=True)\n    time.sleep(60)\n"
        "ObjectStore(sys.argv[1]).put(slow(), b'c' * 16, 0)\n"
    )
    source = str(Path(objects.__file__).parents[2])
    process = subprocess.Popen([sys.executable, "-c", program, str(folder)], env={**os.environ, "PYTHONPATH": source}, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"half\n"
    process.kill()
    process.communicate()
    left = list(folder.iterdir())
    assert list(ObjectStore(folder).names()) == [] and all(blobs.is_unfinished(path.name) for path in left) and len(left) <= 1
    assert nameless or left


def test_content_and_name_of_an_upload_stand_nowhere_in_clear(folder: Path) -> None:
    canary = "канарэйка-Pryklad".encode()
    made = ObjectStore(folder).put([canary * 10_000], COMPARTMENT, 0)
    blob = (folder / made.name).read_bytes()
    for secret in (canary, made.dek, made.sha256, made.sha512, made.sha256.hex().encode()):
        assert secret not in blob


def test_file_times_are_whole_days(folder: Path) -> None:
    made = ObjectStore(folder).put([b"x"], COMPARTMENT, 0)
    assert (folder / made.name).stat().st_mtime_ns % (86_400 * 10**9) == 0


def test_sealed_bytes_travel_to_another_store_and_are_checked_on_arrival(folder: Path, tmp_path: Path) -> None:
    here, there = ObjectStore(folder), ObjectStore(tmp_path / "there")
    made = here.put([content(PIECE * 2)], COMPARTMENT, 0)
    with pytest.raises(Damaged) as caught:
        there.put_blob(made.name, here.blob(made.name), b"\x00" * 32)
    assert caught.value.code == "objects.blob_hash" and list(there.names()) == []
    there.put_blob(made.name, here.blob(made.name), made.blob_sha256)
    assert b"".join(there.open(made.name, made.dek)) == content(PIECE * 2)
    with pytest.raises(Refused):
        there.put_blob(made.name, here.blob(made.name), made.blob_sha256)


@pytest.mark.parametrize("name", ["", "x", "../x", "0" * 31, "0" * 33, "A" * 32, "0" * 32 + "\n", "0" * 31 + "/"])
def test_a_name_that_is_not_ours_is_refused_before_the_disk_sees_it(store: ObjectStore, name: str) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: store.open(name, b"\x00" * 32),
        lambda: store.size(name),
        lambda: store.blob(name),
        lambda: store.fixity(name),
        lambda: store.remove(name),
        lambda: store.put_blob(name, [], b""),
    )
    for call in calls:
        with pytest.raises(UsageError):
            call()


def test_a_missing_object_is_not_found(store: ObjectStore) -> None:
    for call in (store.size, store.fixity, store.remove, lambda name: store.open(name, b"\x00" * 32)):
        with pytest.raises(NotFound) as caught:
            call("0" * 32)
        assert caught.value.code == "blobs.missing"


def test_memory_does_not_grow_with_size(folder: Path) -> None:
    program = (
        "import resource, sys; from letapis.engines.objects import ObjectStore\n"
        "store = ObjectStore(sys.argv[1]); store.put([b'x'] , b'c' * 16, 0)\n"
        "def peak():\n    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "def stream(count):\n    return (bytes(1 << 20) for _ in range(count))\n"
        "made = store.put(stream(48), b'c' * 16, 0); before = peak()\n"
        "made = store.put(stream(200), b'c' * 16, 0)\n"
        "assert sum(map(len, store.open(made.name, made.dek))) == 200 << 20\n"
        "print(peak() - before)\n"
    )
    source = str(Path(objects.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", program, str(folder)], env={**os.environ, "PYTHONPATH": source}, capture_output=True, check=True)
    assert int(done.stdout) < 24


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_no_descriptor_is_left_open(folder: Path) -> None:
    store = ObjectStore(folder)
    made = store.put([b"x"], COMPARTMENT, 0)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        assert list(store.open(made.name, made.dek)) == [b"x"] and list(store.names()) == [made.name]
        with pytest.raises(LetapisError):
            store.open("0" * 32, made.dek)
        with pytest.raises(Refused):
            store.put_blob(made.name, [], b"")
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_a_killed_writer_left_is_swept_after_a_day_and_not_before(folder: Path) -> None:
    store = ObjectStore(folder)
    made = store.put([b"x"], COMPARTMENT, 0)
    left = folder / ".0123456789abcdef.new"
    left.write_bytes(b"half")
    assert store.sweep() == 0 and left.exists()
    os.utime(left, (1, 1))
    assert store.sweep() == 1 and list(folder.iterdir()) == [folder / made.name]


def test_many_small_objects_are_settled_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is synced when it is written; the folder that names them once, and before anybody relies on a name."""
    store, synced = ObjectStore(tmp_path / "objects"), list[bool]()
    fsync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    made = [store.put([bytes([n]) * n * 1000], b"c" * 16, 1, settled=False) for n in range(1, 6)]
    assert synced == [False] * 5
    store.settle()
    assert synced == [False] * 5 + [True]
    assert [b"".join(store.open(one.name, one.dek)) for one in made] == [bytes([n]) * n * 1000 for n in range(1, 6)]


@pytest.mark.parametrize("size", [0, 1, (256 << 10) - 9, (256 << 10) - 8, (256 << 10) - 7, 256 << 10, (256 << 10) + 1, PIECE - 1, PIECE, PIECE + 9])
@pytest.mark.parametrize("part", [1 << 30, 70_001])
def test_sizes_around_the_small_buffer_come_back_whole(tmp_path: Path, size: int, part: int) -> None:
    store, data = ObjectStore(tmp_path / "objects"), os.urandom(size)
    made = store.put((data[at : at + part] for at in range(0, size, part)), b"c" * 16, 1)
    assert b"".join(store.open(made.name, made.dek)) == data and made.sha256 == hashlib.sha256(data).digest()
    assert store.size(made.name) == made.blob_size and store.fixity(made.name) == made.blob_sha256
