"""The supervisor: everything starts together and ends together, and it has no keys."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from letapis.core.errors import Busy, Damaged, Locked
from letapis.engines.keys import supervisor
from letapis.engines.keys.client import AgentClient
from letapis.engines.keys.workspace import Workspace, create_workspace
from letapis.engines.seal import PassphraseCost

PHRASE = "abacus zoom cactus felt-tip unit plow"
SOURCE = str(Path(supervisor.__file__).parents[3])
SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"]

# The supervisor runs in a process of its own, as it does for users, and says what it raised.
PROGRAM = """
import json, sys
from functools import partial
from pathlib import Path
from letapis.core.errors import LetapisError
from letapis.engines.keys.supervisor import supervise
from letapis.engines.keys.workspace import Workspace
try:
    code = supervise(Workspace.load(Path(sys.argv[1])), int(sys.argv[2]), json.loads(sys.argv[3]))
except LetapisError as fault:
    print(type(fault).__name__, fault.code, flush=True)
    code = fault.exit_code
sys.exit(code)
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("PYTHONPATH", SOURCE)
    return create_workspace(tmp_path / "w", b"\x4d" * 16, PHRASE, cost=PassphraseCost(64, 1, 1))[0]


def passphrase(phrase: str = PHRASE) -> int:
    reader, writer = os.pipe()
    os.write(writer, phrase.encode())
    os.close(writer)
    return reader


@pytest.fixture
def start(workspace: Workspace) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []

    def begin(commands: dict[str, list[str]], phrase: str = PHRASE) -> subprocess.Popen[bytes]:
        reader = passphrase(phrase)
        arguments = [sys.executable, "-c", PROGRAM, str(workspace.path), str(reader), json.dumps(commands)]
        running.append(subprocess.Popen(arguments, pass_fds=(reader,), stdout=subprocess.PIPE))
        os.close(reader)
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_lock_ends_web_and_worker(workspace: Workspace, start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start({"web": SLEEPER, "worker": SLEEPER})
    until(lambda: len(children(process.pid)) == 3)
    started = children(process.pid)
    client = AgentClient.of(workspace)
    client.lock()
    client.close()
    assert process.wait(20) == 0
    assert not any(alive(pid) for pid in started)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_stop_ends_everything_cleanly(workspace: Workspace, start: Callable[..., subprocess.Popen[bytes]], number: int) -> None:
    process = start({"web": SLEEPER})
    until(lambda: len(children(process.pid)) == 2)
    started = children(process.pid)
    process.send_signal(number)
    assert process.wait(20) == 0
    assert not any(alive(pid) for pid in started)
    with pytest.raises(Locked):
        AgentClient.of(workspace)


def test_a_killed_supervisor_takes_its_children_with_it(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start({"web": SLEEPER, "worker": STUBBORN})
    until(lambda: len(children(process.pid)) == 3)
    started = children(process.pid)
    process.kill()
    process.wait()
    until(lambda: not any(alive(pid) for pid in started))


def test_what_was_forked_for_a_supervisor_that_is_gone_already_never_starts() -> None:
    """Killed between the fork and the question to the kernel, it left a child that nobody ended."""
    gone = subprocess.Popen(SLEEPER)
    gone.kill()
    gone.wait()
    late = subprocess.Popen(SLEEPER, preexec_fn=partial(supervisor._end_with, gone.pid))
    assert late.wait(20) == -signal.SIGKILL


def test_when_the_web_server_ends_the_keys_go_too(workspace: Workspace, start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start({"web": [sys.executable, "-c", "import sys, time; time.sleep(0.3); sys.exit(9)"]})
    assert process.wait(20) == 9
    with pytest.raises(Locked):
        AgentClient.of(workspace)


def test_a_second_supervisor_on_one_workspace_is_refused(workspace: Workspace, start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start({"web": SLEEPER})
    until(lambda: len(children(process.pid)) == 2)
    reader = passphrase()
    with pytest.raises(Busy) as caught:
        supervisor.supervise(workspace, reader, {})
    os.close(reader)
    assert caught.value.code == "workspace.in_use"
    assert process.poll() is None


def test_a_wrong_passphrase_is_said_and_nothing_else_starts(workspace: Workspace, tmp_path: Path) -> None:
    mark = tmp_path / "started"
    with pytest.raises(Locked) as caught:
        supervisor.supervise(workspace, passphrase("abacus zoom"), {"web": [sys.executable, "-c", f"open({str(mark)!r}, 'w')"]})
    assert caught.value.code == "keys.passphrase" and not mark.exists()


def test_an_agent_that_breaks_is_a_code_and_no_traceback(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [sys.executable, "-c", "import sys; print('Traceback: secret', file=sys.stderr); sys.exit(1)"]
    monkeypatch.setattr(supervisor, "agent_command", lambda *_: broken)
    with pytest.raises(Damaged) as caught:
        supervisor.supervise(workspace, passphrase(), {})
    assert caught.value.code == "keys.agent_start"


def test_the_descriptor_of_the_passphrase_reaches_the_agent_only(workspace: Workspace, tmp_path: Path) -> None:
    listing = tmp_path / "listing"
    program = (
        "import os\nlinks = ['/proc/self/fd/' + name for name in os.listdir('/proc/self/fd')]\n"
        f"open({str(listing)!r}, 'w').write(' '.join(os.readlink(link) for link in links if os.path.islink(link)))"
    )
    reader = passphrase()
    pipe = os.readlink(f"/proc/self/fd/{reader}")
    assert supervisor.supervise(workspace, reader, {"web": [sys.executable, "-c", program]}) == 0
    assert listing.read_text() and pipe not in listing.read_text()


def test_signal_handlers_are_given_back(workspace: Workspace) -> None:
    before = signal.getsignal(signal.SIGTERM)
    supervisor.supervise(workspace, passphrase(), {"web": [sys.executable, "-c", ""]})
    assert signal.getsignal(signal.SIGTERM) is before


def test_descriptors_to_hand_on_reach_the_children_and_end_here(workspace: Workspace) -> None:
    reader, writer = os.pipe()
    tell = [sys.executable, "-c", f"import os; os.write({writer}, b'link')"]
    assert supervisor.supervise(workspace, passphrase(), {"web": tell}, (writer,)) == 0
    assert os.read(reader, 100) == b"link"
    assert os.read(reader, 100) == b""  # the end: nobody holds the other side any more
    os.close(reader)


def test_ctrl_c_in_a_terminal_reaches_the_supervisor_alone(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start({"web": SLEEPER})
    until(lambda: len(children(process.pid)) == 2)
    # Each child takes its own group just after it was made.
    until(lambda: len({os.getpgid(process.pid), *map(os.getpgid, children(process.pid))}) == 3)
