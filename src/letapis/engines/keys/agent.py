"""The key agent: a process that holds a member's open keys behind a private socket, and ends when they are to be forgotten.

    python -m letapis.engines.keys.agent --workspace PATH --passphrase-fd N

The passphrase comes through a descriptor, never through arguments or environment. The socket has mode 0600 in a folder of mode 0700,
and the user at the other end is checked. The process ends (Python cannot promise to wipe memory, an ended process has none) when told to
lock, after ten idle minutes, after twelve hours, and when the machine has slept. Only ``touch`` counts as activity.

Standard output gets one line ``ready`` when the socket listens. Failure is one line with the error's code on standard error.
"""

import argparse
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from letapis.core.errors import Damaged, LetapisError, Locked
from letapis.engines.keys import Agent
from letapis.engines.keys.calls import answer
from letapis.engines.keys.hardening import harden, is_owner
from letapis.engines.keys.wire import receive, send
from letapis.engines.keys.workspace import Workspace

IDLE_SECONDS: Final = 600.0
LONGEST_SECONDS: Final = 12 * 3600.0
SLEPT_SECONDS: Final = 5.0
MAX_PASSPHRASE: Final = 4096


@dataclass(frozen=True, slots=True)
class Moment:
    """``awake`` stands still while the machine sleeps, ``total`` does not; seconds since some start."""

    awake: float
    total: float


def now() -> Moment:
    """Clocks that nobody sets back."""
    boot = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Moment(time.monotonic(), time.clock_gettime(boot))


class AgentServer:
    """Answers over a listening socket until it is time to lock."""

    def __init__(
        self,
        agent: Agent,
        listener: socket.socket,
        clock: Callable[[], Moment] = now,
        idle: float = IDLE_SECONDS,
        longest: float = LONGEST_SECONDS,
    ) -> None:
        self._agent, self._listener, self._clock = agent, listener, clock
        self._idle, self._longest = idle, longest
        self._started = self._touched = clock()
        self._turn = threading.Lock()
        self.ended = threading.Event()

    def expired(self) -> bool:
        """Whether idle time, the hard limit or a sleep of the machine demands the lock."""
        at = self._clock()
        slept = (at.total - at.awake) - (self._started.total - self._started.awake)
        return at.total - self._touched.total >= self._idle or at.total - self._started.total >= self._longest or slept >= SLEPT_SECONDS

    def run(self, look: float = 0.2) -> None:
        """Serve until locked; look at the clock every ``look`` seconds. The agent is locked when this returns."""
        self._listener.settimeout(look)
        while not self.ended.is_set() and not self.expired():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            if is_owner(connection):
                connection.settimeout(None)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
            else:
                connection.close()
        self._agent.lock()
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        """One connection, in a thread of its own; calls of all connections take turns. A bad frame ends the connection."""
        with connection, suppress(EOFError, OSError, Damaged):
            while True:
                request = receive(connection)
                with self._turn:
                    if self.expired():
                        self._agent.lock()
                        self.ended.set()
                    reply = answer(self._agent, request)
                    name = request[0] if isinstance(request, list) and request else None
                    if name == "touch":
                        self._touched = self._clock()
                send(connection, reply)
                if name == "lock":
                    self.ended.set()


def listen(workspace: Workspace) -> socket.socket:
    """The private socket of a workspace. Goes into the folder first, because a socket's path may have 107 bytes only."""
    os.chdir(workspace.path)
    with suppress(FileNotFoundError):
        os.unlink(workspace.socket.name)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(workspace.socket.name)
    finally:
        os.umask(before)
    listener.listen(64)
    return listener


def read_passphrase(descriptor: int) -> str:
    """Everything in the descriptor up to its end or first line end; the descriptor is closed."""
    with os.fdopen(descriptor, "rb") as source:
        line = source.readline(MAX_PASSPHRASE)
    try:
        return line.rstrip(b"\r\n").decode("utf-8")
    except UnicodeDecodeError:
        raise Locked("keys.passphrase") from None


def main(arguments: list[str] | None = None) -> int:
    """Run the agent; the answer is the exit code (errors: see ``core.errors``)."""
    parser = argparse.ArgumentParser(prog="letapis-agent")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--passphrase-fd", type=int, required=True)
    chosen = parser.parse_args(arguments)
    try:
        harden()
        workspace = Workspace.load(chosen.workspace)
        with workspace.locked("agent"):
            agent = workspace.unlock(read_passphrase(chosen.passphrase_fd))
            server = AgentServer(agent, listen(workspace))
            print("ready", flush=True)
            server.run()
            with suppress(FileNotFoundError):
                os.unlink(workspace.socket.name)
    except LetapisError as fault:
        print(fault.code, file=sys.stderr)
        return fault.exit_code
    return 0


def _end(code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: threads that still hold a reference to the keys must not delay the end of the process.
    os._exit(code)


if __name__ == "__main__":
    _end(main())
