"""A new link for a desk that already runs: asked for over a private socket in the workspace, by the same user only.

The server listens on ``web.sock`` (mode 0600) beside the agent's socket and answers each connection of its own user with one link. That is
no way around the passphrase: whoever may open this socket may also open the agent's.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Final

from letapis.engines.keys.client import connect
from letapis.engines.keys.hardening import is_owner
from letapis.faces.web.door import Door

SOCKET: Final = "web.sock"
_LOOK_SECONDS: Final = 0.2
_ANSWER_SECONDS: Final = 5.0
_LONGEST_LINK: Final = 512


def ask_link(workspace: Path) -> str:
    """A fresh one-time link of the desk that serves this workspace. Raises Locked ``keys.no_agent`` when none does."""
    with connect(workspace / SOCKET) as connection:
        connection.settimeout(_ANSWER_SECONDS)
        with connection.makefile("rb") as answer:
            return answer.readline(_LONGEST_LINK).decode("ascii").strip()


@contextmanager
def giving_links(workspace: Path, door: Door) -> Iterator[None]:
    """Answer on the socket while the block runs; the socket is gone afterwards."""
    listener = _listen(workspace)
    thread = Thread(target=_answer, args=(listener, door), daemon=True, name="links")
    thread.start()
    try:
        yield
    finally:
        listener.close()
        thread.join()
        with suppress(FileNotFoundError):
            (workspace / SOCKET).unlink()


def _listen(workspace: Path) -> socket.socket:
    """Bind through the folder's descriptor: a socket's path may have 107 bytes only, a workspace's more."""
    with suppress(FileNotFoundError):
        (workspace / SOCKET).unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    folder = os.open(workspace, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    before = os.umask(0o177)
    try:
        listener.bind(f"/proc/self/fd/{folder}/{SOCKET}" if os.path.isdir("/proc/self/fd") else str(workspace / SOCKET))
    finally:
        os.umask(before)
        os.close(folder)
    listener.listen(4)
    listener.settimeout(_LOOK_SECONDS)
    return listener


def _answer(listener: socket.socket, door: Door) -> None:
    while not door.shut.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        except OSError:
            return
        with connection, suppress(OSError):
            if is_owner(connection):
                connection.settimeout(_ANSWER_SECONDS)
                connection.sendall(door.new_link().encode("ascii") + b"\n")
