"""How a command reaches the desk: through a running agent, else with the passphrase for this one call."""

import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from letapis.engines.keys.agent import AgentServer, listen
from letapis.engines.keys.workspace import Workspace, create_workspace
from letapis.engines.seal import PassphraseCost
from letapis.faces.cli import main
from letapis.faces.cli.call import Call

Register = Callable[[str, Callable[[Call], None]], None]
MEMBER = b"m" * 16


@pytest.fixture
def workspace(tmp_path: Path) -> tuple[Workspace, Path]:
    """A workspace and a file with its passphrase."""
    made, phrase = create_workspace(tmp_path / "w", MEMBER, cost=PassphraseCost(64, 1, 1))
    (tmp_path / "phrase").write_text(phrase + "\n", encoding="utf-8")
    return made, tmp_path / "phrase"


@pytest.fixture
def members(verb: Register) -> list[bytes]:
    """What a verb saw that opened the desk."""
    seen: list[bytes] = []

    def look(call: Call) -> None:
        with call.desk() as desk:
            seen.append(desk.me)

    verb("try", look)
    return seen


def test_a_passphrase_opens_the_desk_for_one_call(workspace: tuple[Workspace, Path], members: list[bytes]) -> None:
    made, phrase = workspace
    for _ in range(2):
        assert main(["try", "--workspace", str(made.path), "--passphrase-file", str(phrase)]) == 0
    assert members == [MEMBER] * 2


def test_a_wrong_passphrase_opens_nothing(workspace: tuple[Workspace, Path], members: list[bytes]) -> None:
    made, phrase = workspace
    phrase.write_text("these six words are plainly wrong\n", encoding="utf-8")
    assert main(["try", "--workspace", str(made.path), "--passphrase-file", str(phrase)]) == 4
    assert not members


def test_no_folder_is_no_workspace(tmp_path: Path, members: list[bytes]) -> None:
    assert main(["try", "--workspace", str(tmp_path / "none")]) == 3


def test_two_calls_do_not_unlock_one_workspace_at_once(workspace: tuple[Workspace, Path], members: list[bytes]) -> None:
    made, phrase = workspace
    with made.locked("agent"):
        assert main(["try", "--workspace", str(made.path), "--passphrase-file", str(phrase)]) == 7
    assert not members


def test_a_running_agent_is_joined_without_a_passphrase(
    workspace: tuple[Workspace, Path], members: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, phrase = workspace
    agent = made.unlock(phrase.read_text(encoding="utf-8").strip())
    monkeypatch.chdir(made.path)  # the agent process works inside its workspace, and the test is the agent here
    listener: socket.socket = listen(made)
    server = AgentServer(agent, listener)
    thread = Thread(target=server.run, kwargs={"look": 0.02})
    thread.start()
    try:
        for _ in range(2):
            assert main(["try", "--workspace", str(made.path)]) == 0
    finally:
        server.ended.set()
        thread.join(10)
    assert members == [MEMBER] * 2
