"""Starts what a workspace needs and ends it together: key agent first, then web and worker. Has no keys and reads no passphrase.

The descriptor with the passphrase goes straight to the agent. When the agent ends (lock, idle time, sleep) the others are ended; when one
of the others ends, so is the agent: an open desk without its parts is worse than a locked one. If the supervisor itself is killed, the
kernel ends its children. They have process groups of their own, so that Ctrl+C in a terminal reaches the supervisor alone, which then
ends them in order. One supervisor for each workspace; a second is refused with Busy ``workspace.in_use``.
"""

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final

from letapis.core.errors import Busy, Damaged, Locked, NotFound, Refused
from letapis.engines.keys.workspace import Workspace

START_SECONDS: Final = 60.0
GRACE_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.1
_PR_SET_PDEATHSIG: Final = 1
_BY_EXIT_CODE: Final = {kind.exit_code: kind for kind in (NotFound, Locked, Damaged, Refused, Busy)}

Child = subprocess.Popen[bytes]


def agent_command(workspace: Path, descriptor: int) -> list[str]:
    """How the agent of a workspace is started."""
    return [sys.executable, "-m", "letapis.engines.keys.agent", "--workspace", str(workspace), "--passphrase-fd", str(descriptor)]


def supervise(workspace: Workspace, passphrase_fd: int, commands: Mapping[str, Sequence[str]], pass_fds: Sequence[int] = ()) -> int:
    """Run until something ends; the answer is the exit code of what ended first (0 for a lock or a signal to stop).

    ``commands`` maps a name (web, worker) to its argument list; they inherit ``pass_fds``, which end here. Raises what the agent failed
    with: Locked ``keys.passphrase``, Busy ``workspace.in_use`` and so on.
    """
    with workspace.locked("supervisor"), _stop_signal() as stopped:
        children: list[Child] = []
        try:
            children.append(_start_agent(workspace, passphrase_fd))
            children.extend(_start(command, pass_fds) for command in commands.values())
            for descriptor in pass_fds:
                os.close(descriptor)
            while not stopped:
                for child in children:
                    if (code := child.poll()) is not None:
                        return code
                time.sleep(LOOK_SECONDS)
            return 0
        finally:
            _end(children)


def _start(command: Sequence[str], pass_fds: Sequence[int]) -> Child:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=pass_fds, preexec_fn=partial(_end_with, os.getpid()), process_group=0)


def _start_agent(workspace: Workspace, passphrase_fd: int) -> Child:
    """The agent, once it listens. Our copy of the descriptor is closed before anything else is started."""
    agent = subprocess.Popen(
        agent_command(workspace.path, passphrase_fd),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(passphrase_fd,),
        preexec_fn=partial(_end_with, os.getpid()),
        process_group=0,
    )
    os.close(passphrase_fd)
    assert agent.stdout is not None and agent.stderr is not None
    with agent.stdout, agent.stderr, selectors.DefaultSelector() as ready:
        ready.register(agent.stdout, selectors.EVENT_READ)
        if ready.select(START_SECONDS) and agent.stdout.readline() == b"ready\n":
            return agent
        agent.kill()
        code = agent.stderr.readline().strip().decode("ascii", "replace")
    kind = _BY_EXIT_CODE.get(agent.wait())
    # Only a code of our own form is passed on; a traceback of an agent that broke says nothing to a user.
    raise kind(code) if kind is not None and code.replace(".", "").replace("_", "").isalpha() else Damaged("keys.agent_start")


def _end(children: Sequence[Child]) -> None:
    """Ask all to end, the agent last; after the grace time the kernel ends them."""
    for child in reversed(children):
        if child.poll() is None:
            child.terminate()
    limit = time.monotonic() + GRACE_SECONDS
    for child in reversed(children):
        try:
            child.wait(max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def _stop_signal() -> Iterator[list[int]]:
    """A list that fills when SIGTERM, SIGINT or SIGHUP arrives; the old handlers come back afterwards."""
    arrived: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        arrived.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        yield arrived
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_with(parent: int) -> None:
    """In the child, before its program starts: the kernel sends SIGKILL when the supervisor is gone. Of one that went before this was asked
    for the kernel says nothing more, so that is looked at afterwards."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
