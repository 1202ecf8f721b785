"""Killed at any moment, on a full disk, twice at once: what was acknowledged is there, what was not has left nothing behind."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from django.db import connections

from letapis.core.errors import Busy
from letapis.desk import cover_leaves, ledger
from letapis.desk.audit import audit
from letapis.desk.opening import Desk, open_desk
from letapis.engines.db.store import forget
from tests.desk import invented, writer

FOREVER = 60.0


class Writer:
    """The process of ``writer.py`` and what it acknowledged."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, str(Path(writer.__file__)), str(folder)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.acknowledged: list[bytes] = []
        self.signed = 0

    def run(self, seconds: float) -> None:
        """Let it record for about so long, then kill it without warning."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        first = self.process.stdout.readline().split()
        assert first[0] == "run"
        time.sleep(seconds)
        os.kill(int(first[1]), signal.SIGKILL)
        for line in self.process.stdout:
            words = line.split()
            if words == ["over"]:
                return
            if words[0] == "signed":
                self.signed = int(words[1])
            else:
                self.acknowledged += [bytes.fromhex(word) for word in words]

    def close(self) -> None:
        self.process.communicate(timeout=FOREVER)


@pytest.fixture
def folder(tmp_path: Path, found: Callable[..., bytes]) -> Iterator[Path]:
    """A founded workspace that nobody has open."""
    path = tmp_path / "killed"
    path.mkdir(mode=0o700)
    desk = open_desk(path, writer.agent(), alias="crash")
    found(desk)
    invented.home(desk)
    desk.close()
    yield path
    forget("crash")


def check(folder: Path, acknowledged: list[bytes], signed: int) -> None:
    """Open again, and find everything in order and everything that was acknowledged."""
    desk = open_desk(folder, writer.agent(), alias="crash")
    found = audit(desk, processes=1)
    assert found.faults == ()
    known = {bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record")}
    assert set(acknowledged) <= known
    assert desk.store.rows("SELECT count(*) FROM db_entity")[0][0] == found.records - 5
    assert desk.store.rows("SELECT max(size) FROM db_checkpoint")[0][0] in (None, *range(signed, found.records + 1))
    desk.close()


def kill_again_and_again(folder: Path, times: int) -> None:
    chance = random.Random(times)
    process = Writer(folder)
    for _ in range(times):
        process.run(chance.choice((0.0, 0.01, 0.05)) + chance.random() * 0.1)
        check(folder, process.acknowledged, process.signed)
    process.close()
    assert len(process.acknowledged) > times


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(folder: Path) -> None:
    kill_again_and_again(folder, 20)


@pytest.mark.long
def test_nothing_acknowledged_is_lost_in_a_thousand_kills(folder: Path) -> None:
    kill_again_and_again(folder, 1000)


# ---- at every step, one after the other ------------------------------------------------------------------------------


def append_three(desk: Desk) -> None:
    ledger.append(desk, invented.entities(desk, 3))


def append_and_sign(desk: Desk) -> None:
    append_three(desk)
    ledger.sign_checkpoint(desk)


def cover(desk: Desk) -> None:
    """What was recorded since, cover leaves up to the step, and the checkpoint over them."""
    append_three(desk)
    cover_leaves.checkpoint(desk, whole=True)


def die_at(folder: Path, step: int, deed: Callable[[Desk], None]) -> None:
    """In a process of its own: do it, and be killed before the statement of this number, or before or after the end of a transaction, which
    count as statements too. Who comes to the end lives."""
    try:
        desk = open_desk(folder, writer.agent(), alias="dying")
        connection, places = connections[desk.store.alias], count()

        def passed() -> None:
            if next(places) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        def execute(run: Callable[..., object], *arguments: object) -> object:
            passed()
            return run(*arguments)

        end = connection.commit

        def commit() -> None:
            passed()
            end()
            passed()

        connection.execute_wrappers.append(execute)
        connection.commit = commit  # type: ignore[method-assign]  # the one place where what was written becomes so
        deed(desk)
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.parametrize("deed", [append_three, append_and_sign, cover])
def test_killed_before_each_statement_and_around_each_commit_all_is_there_or_nothing(folder: Path, deed: Callable[[Desk], None]) -> None:
    desk = open_desk(folder, writer.agent(), alias="crash")
    if deed is cover:
        cover_leaves.cover(desk, desk.reader("work"), 8, 1)
    desk.close()
    before, lived, steps = 0, False, 0
    while not lived:
        child = os.fork()
        if child == 0:
            die_at(folder, steps, deed)
        ended = os.waitpid(child, 0)[1]
        lived = os.WIFEXITED(ended)
        assert os.WEXITSTATUS(ended) == 0 if lived else os.WTERMSIG(ended) == signal.SIGKILL
        desk = open_desk(folder, writer.agent(), alias="crash")
        assert audit(desk, processes=1).faults == (), steps
        after = int(desk.store.rows("SELECT count(*) FROM db_entity")[0][0])
        assert after in (before, before + 3), steps
        signed = [int(row[0]) for row in desk.store.rows("SELECT size FROM db_checkpoint")]
        assert deed is not cover or not [size for size in signed if size % 8], steps
        desk.close()
        before, steps = after, steps + 1
    assert steps > {append_three: 8, append_and_sign: 14, cover: 20}[deed] and before > 3
    assert (deed is append_three) == (not signed)


def test_no_word_of_a_record_is_on_the_disk_after_a_kill(folder: Path) -> None:
    process = Writer(folder)
    process.run(0.3)
    process.close()
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert any(file.name.endswith("-wal") and file.stat().st_size for file in files)
    spellings = [writer.CANARY.encode(), writer.CANARY.encode("utf-16-le"), writer.CANARY.encode().hex().encode(), writer.SEED]
    for file in files:
        content = file.read_bytes()
        assert not any(spelling in content for spelling in spellings)


def fill(desk: Desk) -> int:
    """Record until there is no room; how many batches went in."""
    for number in range(10_000):
        try:
            ledger.append(desk, invented.entities(desk, 20))
        except Busy as fault:
            assert fault.code == "disk.full"
            return number
    raise AssertionError("the disk did not fill")


def test_a_full_database_refuses_by_code_and_changes_nothing(desk: Desk) -> None:
    pages = desk.store.rows("PRAGMA page_count")[0][0]
    desk.store.rows(f"PRAGMA max_page_count = {pages + 40}")
    batches = fill(desk)
    assert desk.store.rows("SELECT count(*) FROM db_entity") == [(20 * batches,)]
    assert audit(desk, processes=1).faults == ()
    desk.store.rows(f"PRAGMA max_page_count = {pages + 4000}")
    ledger.append(desk, invented.entities(desk, 20))
    assert audit(desk, processes=1).faults == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of six megabytes; only root may make one."""
    path = tmp_path / "small"
    path.mkdir(mode=0o700)
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0 or subprocess.run([mount, "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(path)], check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    yield path
    forget("crash")
    subprocess.run(["umount", "-l", str(path)], check=True)


def test_a_full_disk_refuses_by_code_and_loses_nothing(small_disk: Path, found: Callable[..., bytes]) -> None:
    desk = open_desk(small_disk, writer.agent(), alias="crash")
    found(desk)
    batches = fill(desk)
    assert batches > 3
    desk.close()
    desk = open_desk(small_disk, writer.agent(), alias="crash")
    assert desk.store.rows("SELECT count(*) FROM db_entity") == [(20 * batches,)]
    assert audit(desk, processes=1).faults == ()


def test_a_copy_of_the_folder_is_the_same_workspace(folder: Path, tmp_path: Path) -> None:
    process = Writer(folder)
    process.run(0.2)
    process.close()
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    check(copy, process.acknowledged, process.signed)
