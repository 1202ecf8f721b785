"""The agent as a process: the same answers as LocalAgent, and it ends when it should."""

import os
import random
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.canonical import signed_message
from letapis.core.errors import Damaged, LetapisError, Locked, Refused, UsageError
from letapis.core.notes import Checkpoint
from letapis.engines import seal
from letapis.engines.keys import Agent, calls, hardening, wire
from letapis.engines.keys.agent import AgentServer, Moment
from letapis.engines.keys.client import AgentClient, connect
from letapis.engines.keys.local import LocalAgent
from letapis.engines.keys.supervisor import agent_command
from letapis.engines.keys.workspace import Workspace, create_workspace
from letapis.engines.seal import PassphraseCost

CHEAP = PassphraseCost(memory_kib=64, passes=1, lanes=1)
PHRASE = "abacus zoom cactus felt-tip unit plow"
MEMBER, COMPARTMENT = b"\x4d" * 16, b"c" * 16
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(wire.__file__).parents[3])}


def start(workspace: Workspace, phrase: str = PHRASE) -> subprocess.Popen[bytes]:
    reader, writer = os.pipe()
    os.write(writer, phrase.encode() + b"\n")
    os.close(writer)
    process = subprocess.Popen(
        agent_command(workspace.path, reader), pass_fds=(reader,), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT
    )
    os.close(reader)
    return process


def ready(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"


def finish(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    _, said = process.communicate(timeout=20)
    return process.returncode, said


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    # A long path on purpose: a Unix socket's address has room for 107 bytes.
    folder = tmp_path_factory.mktemp("a" * 60) / ("b" * 60)
    return create_workspace(folder, MEMBER, PHRASE, cost=CHEAP)[0]


@pytest.fixture(scope="module")
def process(workspace: Workspace) -> Iterator[subprocess.Popen[bytes]]:
    started = start(workspace)
    ready(started)
    yield started
    started.kill()
    started.communicate()


@pytest.fixture
def client(workspace: Workspace, process: subprocess.Popen[bytes]) -> Iterator[AgentClient]:
    joined = AgentClient.of(workspace)
    yield joined
    joined.close()


def test_the_process_answers_as_the_keys_in_this_process_do(client: AgentClient, workspace: Workspace) -> None:
    remote: Agent = client
    local = workspace.unlock(PHRASE)
    assert remote.me() == local.me()
    assert remote.database_key() == local.database_key()
    digests = [(os.urandom(32), n % 2 == 0) for n in range(6)]
    for (digest, both), signatures in zip(digests, remote.sign_records(digests), strict=True):
        assert [a for a, _ in signatures] == ([1, 6] if both else [1])
        assert seal.verify(1, local.me().public.record_ed25519, signed_message(local.me().device, digest), signatures[0][1])
    text = Checkpoint(workspace.origin, 3, b"\x03" * 32).text
    assert remote.sign_checkpoint(text, 5)[0] == local.sign_checkpoint(text, 5)[0]


def test_wraps_made_by_the_process_open_in_another_agent(client: AgentClient) -> None:
    other = LocalAgent.from_seed(b"\x07" * 32, b"\x07" * 16, "device.vydumka.example/7", "log.vydumka.example/7777777777777777")
    client.new_compartment(COMPARTMENT, 4)
    (wrap,) = client.export_compartment(COMPARTMENT, 4, [other.me().public])
    other.load_compartments([(COMPARTMENT, 4, wrap)])
    items = [(os.urandom(16), os.urandom(32)) for _ in range(5)]
    wraps = client.wrap_deks(COMPARTMENT, 4, items)
    pairs = [(i, w) for (i, _), w in zip(items, wraps, strict=True)]
    assert other.unwrap_deks(COMPARTMENT, 4, pairs) == client.unwrap_deks(COMPARTMENT, 4, pairs) == [d for _, d in items]
    client.load_compartments([(COMPARTMENT, 4, client.export_compartment(COMPARTMENT, 4, [client.me().public])[0])])


def test_the_process_forgets_what_is_not_kept(client: AgentClient) -> None:
    for epoch in (1, 2):
        client.new_compartment(b"f" * 16, epoch)
    (kept,) = client.export_compartment(b"f" * 16, 2, [client.me().public])
    client.keep_compartments([(b"f" * 16, 2)])
    client.load_compartments([(b"f" * 16, 2, kept)])
    with pytest.raises(Locked):
        client.wrap_deks(b"f" * 16, 1, [])


def test_the_process_changes_the_passphrase_and_goes_on_with_its_keys(tmp_path: Path) -> None:
    made = create_workspace(tmp_path / "w", MEMBER, PHRASE, cost=CHEAP)[0]
    started, new = start(made), "six other words for this workspace"
    ready(started)
    try:
        with closing(AgentClient.of(made)) as client:
            before = client.me()
            for old, asked, code in (
                (new, new, "keys.passphrase"),
                (PHRASE, "short", "keys.passphrase_short"),
                (PHRASE, PHRASE, "keys.passphrase_same"),
            ):
                with pytest.raises(LetapisError) as caught:
                    client.change_passphrase(old, asked)
                assert caught.value.code == code
            client.change_passphrase(PHRASE, new)
            assert client.confirm(new) and not client.confirm(PHRASE) and client.database_key()
            client.lock()
    finally:
        finish(started)
    assert Workspace.load(made.path).unlock(new).me() == before
    code, said = finish(start(made))
    assert (code, said) == (4, b"keys.passphrase\n")


def test_a_share_is_opened_and_resealed_by_the_process(client: AgentClient) -> None:
    held, asked = seal.context("share"), seal.context("disclosure")
    sealed = seal.wrap_to(client.me().public.kem, held, b"share bytes")
    assert client.open_share(sealed, held) == b"share bytes"
    assert client.open_share(client.reseal_share(sealed, held, client.me().public, asked), asked) == b"share bytes"


def test_errors_keep_their_class_and_code(client: AgentClient) -> None:
    expected: list[tuple[type[LetapisError], str, Callable[[], object]]] = [
        (Locked, "keys.no_compartment", lambda: client.wrap_deks(b"x" * 16, 0, [])),
        (Damaged, "seal.open", lambda: client.open_share(b"", b"")),
        (UsageError, "keys.compartment_form", lambda: client.new_compartment(b"", 0)),
        (Refused, "keys.checkpoint_origin", lambda: client.sign_checkpoint(Checkpoint("log.vydumka.example/x", 1, b"r" * 32).text, 1)),
    ]
    for kind, code, call in expected:
        with pytest.raises(kind) as caught:
            call()
        assert caught.value.code == code


def test_confirm_asks_the_passphrase_again(client: AgentClient) -> None:
    assert client.confirm(PHRASE.upper()) and not client.confirm("abacus")


def test_many_threads_share_one_client_and_many_clients_one_agent(workspace: Workspace, process: subprocess.Popen[bytes]) -> None:
    clients, failures = [AgentClient.of(workspace) for _ in range(4)], []

    def work(one: AgentClient) -> None:
        try:
            for _ in range(20):
                assert len(one.sign_records([(b"\x00" * 32, False)] * 3)) == 3
        except BaseException as fault:
            failures.append(fault)

    threads = [threading.Thread(target=work, args=(one,)) for one in clients * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in clients:
        one.close()
    assert not failures


def test_five_hundred_signatures_and_wraps_cost_little_more_than_in_this_process(
    client: AgentClient, workspace: Workspace, process: subprocess.Popen[bytes]
) -> None:
    """Budget: 15 ms. Counted in processor time of both sides, because the cores of a test machine are shared."""
    local, rounds = workspace.unlock(PHRASE), 10
    digests = [(os.urandom(32), False) for _ in range(500)]
    items = [(os.urandom(16), os.urandom(32)) for _ in range(500)]

    def spent() -> float:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def run(agent: Agent) -> float:
        agent.new_compartment(COMPARTMENT, 9)
        began = spent()
        for _ in range(rounds):
            agent.sign_records(digests)
            agent.wrap_deks(COMPARTMENT, 9, items)
        return (spent() - began) / rounds

    assert run(client) - run(local) < 0.015


def test_a_second_agent_on_one_workspace_is_refused(workspace: Workspace, process: subprocess.Popen[bytes]) -> None:
    assert finish(start(workspace)) == (7, b"workspace.in_use\n")


def test_the_process_leaves_no_core_and_no_way_to_trace(process: subprocess.Popen[bytes]) -> None:
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert any(line.split()[4:6] == ["0", "0"] for line in limits.splitlines() if line.startswith("Max core file size"))
    # The kernel gives the files of a process that is not dumpable to root.
    assert Path(f"/proc/{process.pid}/environ").stat().st_uid == 0


def test_the_process_imports_no_django(workspace: Workspace) -> None:
    program = "import sys, letapis.engines.keys.agent as a; print(any(m.split('.')[0] in ('django', 'sqlite3') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, check=True).stdout == b"False\n"


def test_neither_arguments_nor_environment_hold_the_passphrase(process: subprocess.Popen[bytes]) -> None:
    for name in ("cmdline", "environ"):
        assert b"cactus" not in Path(f"/proc/{process.pid}/{name}").read_bytes()


def test_the_socket_is_for_its_owner_only(workspace: Workspace, process: subprocess.Popen[bytes]) -> None:
    assert workspace.socket.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def fresh() -> Iterator[Workspace]:
    folder = Path(tempfile.mkdtemp())
    yield create_workspace(folder / "w", MEMBER, PHRASE, cost=CHEAP)[0]
    shutil.rmtree(folder)


def test_a_wrong_passphrase_starts_no_agent(fresh: Workspace) -> None:
    assert finish(start(fresh, "abacus zoom cactus")) == (4, b"keys.passphrase\n")
    assert finish(start(fresh, "")) == (4, b"keys.passphrase\n")
    with pytest.raises(Locked) as caught:
        AgentClient.of(fresh)
    assert caught.value.code == "keys.no_agent"


def test_lock_ends_the_process_and_every_client(fresh: Workspace) -> None:
    process = start(fresh)
    ready(process)
    one, two = AgentClient.of(fresh), AgentClient.of(fresh)
    two.me()
    one.lock()
    assert finish(process)[0] == 0
    for call in (two.touch, one.database_key):
        with pytest.raises(Locked) as caught:
            call()
        assert caught.value.code == "keys.locked"
    one.lock()
    assert not fresh.socket.exists()


def test_a_killed_agent_leaves_its_place_to_the_next(fresh: Workspace) -> None:
    process = start(fresh)
    ready(process)
    process.kill()
    process.communicate()
    with pytest.raises(Locked):
        AgentClient.of(fresh)
    again = start(fresh)
    ready(again)
    client = AgentClient.of(fresh)
    assert client.me().member == MEMBER
    client.lock()
    client.close()
    assert finish(again)[0] == 0


def test_bytes_that_are_no_frame_end_the_connection_and_not_the_agent(workspace: Workspace, client: AgentClient) -> None:
    chance = random.Random(5)
    frames = [b"\xff\xff\xff\xff", b"\x00\x00\x00\x01X", b"\x00\x00\x00\x05L\xff\xff\xff\xff", b"\x00\x00\x00\x00"]
    for frame in frames + [bytes((0, 0, 0, 20)) + chance.randbytes(20) for _ in range(50)]:
        with connect(workspace.socket) as raw:
            raw.sendall(frame)
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(4096):
                pass
    for request in (
        [],
        ["nothing"],
        ["sign_records"],
        ["sign_records", 5],
        ["sign_records", [[1, 2, 3]]],
        ["me", 1],
        ["__class__"],
        "me",
        None,
        [["me"]],
    ):
        with connect(workspace.socket) as raw, pytest.raises(UsageError) as caught:
            wire.send(raw, request)  # type: ignore[arg-type]
            calls.result(wire.receive(raw))
        assert caught.value.code == "keys.wire_call"
    client.touch()


def test_seed_and_passphrase_stand_in_no_file_while_the_agent_works(workspace: Workspace, client: AgentClient) -> None:
    client.sign_records([(b"\x01" * 32, True)])
    held = workspace.secrets(PHRASE)
    content = b"".join(f.read_bytes() for f in workspace.path.rglob("*") if f.is_file())
    for canary in (held.seed, held.vault, client.database_key(), b"cactus", PHRASE.encode()):
        assert canary not in content and canary.hex().encode() not in content


# --- time, with a clock of our own


class Clock:
    def __init__(self) -> None:
        self.awake = self.total = 1000.0

    def __call__(self) -> Moment:
        return Moment(self.awake, self.total)

    def run(self, seconds: float) -> None:
        self.awake += seconds
        self.total += seconds


@pytest.fixture
def served() -> Iterator[tuple[AgentServer, AgentClient, Clock, LocalAgent, threading.Thread]]:
    folder, clock = Path(tempfile.mkdtemp()), Clock()
    agent = LocalAgent.from_seed(b"\x01" * 32, MEMBER, "device.pryklad.example/1", "log.pryklad.example/1111111111111111")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(folder / "s"))
    listener.listen()
    server = AgentServer(agent, listener, clock)
    thread = threading.Thread(target=server.run, args=(0.01,))
    thread.start()
    client = AgentClient(connect(folder / "s"))
    yield server, client, clock, agent, thread
    server.ended.set()
    thread.join()
    client.close()
    shutil.rmtree(folder)


Served = tuple[AgentServer, AgentClient, Clock, LocalAgent, threading.Thread]


def test_ten_idle_minutes_lock(served: Served) -> None:
    server, client, clock, agent, thread = served
    clock.run(599)
    client.touch()
    clock.run(599)
    assert not server.expired()
    clock.run(1)
    thread.join(5)
    assert not thread.is_alive()
    with pytest.raises(Locked):
        agent.me()


def test_work_of_a_background_process_keeps_nothing_open(served: Served) -> None:
    server, client, clock, _, _ = served
    for _ in range(5):
        clock.run(110)
        client.sign_records([(b"\x00" * 32, False)])
    clock.run(110)
    assert server.expired()
    with pytest.raises(Locked):
        client.database_key()


def test_twelve_hours_lock_whatever_happens(served: Served) -> None:
    server, client, clock, _, thread = served
    for _ in range(12 * 6 - 1):
        clock.run(595)
        client.touch()
    assert not server.expired()
    clock.run(555)
    client.touch()
    clock.run(400)
    assert server.expired()
    thread.join(5)
    assert not thread.is_alive()


def test_a_machine_that_slept_wakes_locked(served: Served) -> None:
    server, _, clock, _, thread = served
    clock.total += 6
    assert server.expired()
    thread.join(5)
    assert not thread.is_alive()


# --- other users


def test_a_process_of_another_user_is_not_served(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    _, client, _, _, _ = served
    client.touch()
    uid = os.getuid()
    monkeypatch.setattr(hardening.os, "getuid", lambda: uid + 1)
    stranger = AgentClient(connect(Path(client._connection.getpeername())))
    with pytest.raises(Locked):
        stranger.database_key()
    monkeypatch.undo()
    assert client.database_key()


@pytest.mark.skipif(os.getuid() != 0, reason="needs another user to become")
def test_a_real_other_user_is_not_served_even_through_an_open_socket_file(served: Served) -> None:
    _, client, _, _, _ = served
    path = Path(client._connection.getpeername())
    path.parent.chmod(0o755)
    path.chmod(0o666)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            with socket.socket(socket.AF_UNIX) as stranger:
                stranger.connect(str(path))
                os.write(writer, b"connected:")
                wire.send(stranger, ["database_key"])
                os.write(writer, stranger.recv(64))
        except ConnectionError:
            os.write(writer, b"refused")
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as heard:
        assert heard.read() in (b"connected:", b"connected:refused")


def test_hardening_is_refused_rather_than_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def prctl(self, *_: int) -> int:
            return -1

    monkeypatch.setattr(hardening.ctypes, "CDLL", lambda *_, **__: Broken())
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    with pytest.raises(Refused):
        hardening.harden()


# --- the wire


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | st.binary(max_size=40) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_values_travel_unchanged(value: wire.Value) -> None:
    try:
        data = wire.encode(value)
    except UnicodeEncodeError:
        return
    try:
        assert wire.decode(data) == value
    except Damaged:
        assert data.count(b"L") > wire.MAX_DEPTH


@given(st.binary(max_size=60))
def test_foreign_bytes_decode_to_one_value_or_are_damage(data: bytes) -> None:
    try:
        value = wire.decode(data)
    except Damaged:
        return
    assert wire.encode(value) == data


@pytest.mark.parametrize("value", [1 << 63, -(1 << 63) - 1, 1.5, {}, object()])
def test_values_without_a_form_are_not_sent(value: object) -> None:
    with pytest.raises(UsageError):
        wire.encode(value)  # type: ignore[arg-type]


def test_nested_lists_do_not_exhaust_the_stack() -> None:
    with pytest.raises(Damaged):
        wire.decode(b"L\x00\x00\x00\x01" * 5000 + b"N")
