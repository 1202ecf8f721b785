"""What goes wrong around a command: exit codes, one JSON object for the fault, and nothing half done after a kill."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.damage import flip
from tests.faces.cli.players import Player, found

WAIT = 60.0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Player:
    """The only member of an invented organisation, with one dossier and one source."""
    player = found(tmp_path_factory.mktemp("hard-times"), "alena", "Invented Centre", "Alena Vydumka")
    player.does("dossier", "new", "P-1", "--title", "Pryklad", "--person", "Vydumany")
    player.does("source", "add", "P-1", "Kalina", "--grade", "B")
    return player


@pytest.fixture
def player(made: Player, tmp_path: Path) -> Player:
    """A copy of that workspace for this test alone."""
    shutil.copytree(made.workspace, tmp_path / made.name)
    return Player(tmp_path, made.name, made.passphrase)


@pytest.fixture
def desk(player: Player) -> Iterator[subprocess.Popen[str]]:
    """``letapis start`` for that workspace; its first line is the link."""
    process = player.begin("start", "--json")
    yield process
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=WAIT)


def first_line(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    answer: dict[str, str] = json.loads(process.stdout.readline())
    return answer


def children(process: subprocess.Popen[str]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


# ---- the open desk ---------------------------------------------------------------------------------------------------


def test_start_prints_a_link_commands_join_and_lock_ends_everything(player: Player, desk: subprocess.Popen[str]) -> None:
    assert first_line(desk)["link"].startswith("http://")
    everything = children(desk)
    assert len(everything) == 2
    visitor = Player(player.home, player.name)  # who knows no passphrase: the open desk answers for them
    assert visitor.does("status")["open"] and visitor.does("status")["dossiers"] == 1
    assert [d["code"] for d in visitor.does("dossier", "list")["dossiers"]] == ["P-1"]
    assert visitor.does("lock") == {"locked": True}
    assert desk.wait(WAIT) == 0
    assert not [pid for pid in everything if Path(f"/proc/{pid}").exists()]
    assert visitor.does("status") == {"device": visitor.does("status")["device"], "open": False}


def test_an_open_desk_gives_another_link_and_no_second_desk(player: Player, desk: subprocess.Popen[str]) -> None:
    first, everything = first_line(desk)["link"], children(desk)
    visitor = Player(player.home, player.name)
    again = visitor.does("start")["link"]
    assert again.rpartition("/")[0] == first.rpartition("/")[0] and again != first
    assert desk.poll() is None and children(desk) == everything


def test_two_supervisors_do_not_share_a_workspace(player: Player, desk: subprocess.Popen[str]) -> None:
    first_line(desk)
    (player.workspace / "web.sock").unlink()
    player.is_refused(7, "workspace.in_use", "start")
    assert desk.poll() is None


def test_ctrl_c_closes_the_desk_in_order(player: Player, desk: subprocess.Popen[str]) -> None:
    first_line(desk)
    everything = children(desk)
    desk.send_signal(signal.SIGINT)
    _, err = desk.communicate(timeout=WAIT)
    assert desk.returncode == 0 and "Traceback" not in err
    assert not [pid for pid in everything if Path(f"/proc/{pid}").exists()]


def test_a_desk_without_its_web_process_is_closed_and_says_so(player: Player, desk: subprocess.Popen[str]) -> None:
    first_line(desk)
    os.kill(children(desk)[1], signal.SIGKILL)
    _, err = desk.communicate(timeout=WAIT)
    assert desk.returncode == 5 and json.loads(err.splitlines()[-1])["error"] == "cli.desk_ended"


# ---- what does not open ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("dossier", "list"), ("start",), ("identity", "open", "abcd")])
def test_a_wrong_passphrase_opens_nothing(player: Player, words: tuple[str, ...]) -> None:
    player.passphrase = "these six words are plainly wrong"
    player.is_refused(4, "keys.passphrase", *words)


def test_a_folder_that_is_no_workspace_is_not_found(player: Player, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir(mode=0o700)
    for name in ("other", "none"):
        Player(tmp_path, name, player.passphrase).is_refused(3, "workspace.missing", "dossier", "list")


def test_a_workspace_that_others_may_enter_is_refused(player: Player) -> None:
    player.workspace.chmod(0o755)
    player.is_refused(6, "workspace.permissions", "dossier", "list")


def test_a_database_of_another_workspace_does_not_open(player: Player, tmp_path: Path) -> None:
    other = Player(tmp_path, "other")
    other.passphrase = other.does("init", "--organisation", "Invented", "--name", "Vydumka")["passphrase"]
    shutil.copy(other.workspace / "database.db", player.workspace / "database.db")
    assert player.tell("dossier", "list").code in (4, 5)


def test_a_damaged_database_is_named_as_damage(player: Player) -> None:
    database = player.workspace / "database.db"
    content = bytearray(database.read_bytes())
    for place in range(0, len(content), 4096):
        content[place + 100] ^= 0xFF
    database.write_bytes(content)
    said = player.tell("audit", "--processes", "1")
    assert said.code in (4, 5) and said.err["error"] != "internal"


def test_a_damaged_seed_is_named_as_damage(player: Player) -> None:
    flip(player.workspace / "seed.sealed")
    assert player.tell("dossier", "list").code == 5


# ---- a full disk -----------------------------------------------------------------------------------------------------


@pytest.fixture
def full(made: Player, tmp_path: Path) -> Iterator[Player]:
    """The workspace on a disk of eight megabytes; only root may make one."""
    disk, mount = tmp_path / "disk", shutil.which("mount")
    disk.mkdir(mode=0o700)
    if mount is None or os.geteuid() != 0 or subprocess.run([mount, "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    shutil.copytree(made.workspace, disk / made.name)
    yield Player(disk, made.name, made.passphrase)
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_refuses_by_code_and_leaves_nothing_behind(full: Player, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(12 << 20))
    before = sorted(full.workspace.rglob("*"))
    full.is_refused(7, "disk.full", "evidence", "add", "P-1", str(large), "--title", "Large", "--without-copy")
    assert [path for path in sorted(full.workspace.rglob("*")) if path not in before and path.parent.name == "objects"] == []
    assert full.does("evidence", "list", "P-1")["evidence"] == []
    assert full.does("audit", "--processes", "1")["faults"] == []


# ---- killed ----------------------------------------------------------------------------------------------------------


def test_evidence_killed_half_way_is_not_there(player: Player) -> None:
    process = player.begin("evidence", "add", "P-1", "-", "--title", "Half", "--without-copy")
    assert process.stdin is not None
    process.stdin.write("Vydumka-Kanarejka" * 200_000)
    process.stdin.flush()
    process.kill()
    process.communicate()
    assert player.does("evidence", "list", "P-1")["evidence"] == []
    assert player.does("audit", "--processes", "1")["faults"] == []
    for file in player.workspace.rglob("*"):
        assert not file.is_file() or b"Vydumka-Kanarejka" not in file.read_bytes()


def test_claims_killed_at_any_moment_are_all_there_or_none(player: Player) -> None:
    """One command writes a hundred claims; killed earlier or later it has written a hundred or nothing."""
    told = [{"property": "detention.start", "value": f"2024-01-{day:02}", "basis": "saw"} for day in range(1, 26)] * 4
    text = json.dumps([claim | {"subject": "Vydumany", "source": "Kalina"} for claim in told])
    begun = time.monotonic()
    assert len(player.does("claim", "add", "P-1", "--claims", "-", stdin=text)["claims"]) == len(told)
    whole = time.monotonic() - begun
    for part in (0.5, 0.75, 0.9, 0.97):
        process = player.begin("claim", "add", "P-1", "--claims", "-")
        assert process.stdin is not None
        process.stdin.write(text)
        process.stdin.close()
        time.sleep(part * whole)
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()
        assert len(player.does("claim", "list", "P-1")["claims"]) % len(told) == 0
    assert player.does("audit", "--processes", "1")["faults"] == []
