"""The agent from another process: the same interface over the private socket of a workspace."""

import os
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from letapis.core.errors import Damaged, Locked
from letapis.engines.keys import AgentIdentity, calls
from letapis.engines.keys.wire import Value, receive, send
from letapis.engines.keys.workspace import Workspace
from letapis.engines.seal import DevicePublic

_LONGEST_PATH = 100


def connect(path: Path) -> socket.socket:
    """A stream to the Unix socket at ``path``, however long the path is: past 100 bytes through its folder's descriptor.

    Raises Locked ``keys.no_agent`` when nobody listens.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if len(os.fsencode(path)) <= _LONGEST_PATH:
            connection.connect(str(path))
        else:
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                connection.connect(f"/proc/self/fd/{folder}/{path.name}")
            finally:
                os.close(folder)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        connection.close()
        raise Locked("keys.no_agent") from None
    return connection


class AgentClient:
    """An ``Agent`` in another process. Threads may share one client; calls are answered one after another.

    When the agent has ended (locked), every call raises Locked ``keys.locked``.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._turn = threading.Lock()
        self._identity: AgentIdentity | None = None

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Join the running agent of a workspace. Raises Locked ``keys.no_agent``."""
        return cls(connect(workspace.socket))

    def close(self) -> None:
        """End the connection; the agent goes on."""
        self._connection.close()

    def _ask(self, name: str, *arguments: Value) -> Any:
        with self._turn:
            try:
                send(self._connection, [name, *arguments])
                return calls.result(receive(self._connection))
            except (EOFError, OSError):
                self._connection.close()
                raise Locked("keys.locked") from None

    def me(self) -> AgentIdentity:
        if self._identity is None:
            self._identity = calls.identity(self._ask("me"))
        return self._identity

    def sign_records(self, items: Sequence[tuple[bytes, bool]]) -> list[tuple[tuple[int, bytes], ...]]:
        return [tuple((alg, signature) for alg, signature in one) for one in self._ask("sign_records", items)]

    def sign_checkpoint(self, text: bytes, time: int) -> list[bytes]:
        return _bytes_list(self._ask("sign_checkpoint", text, time))

    def new_compartment(self, compartment: bytes, epoch: int) -> None:
        self._ask("new_compartment", compartment, epoch)

    def export_compartment(self, compartment: bytes, epoch: int, recipients: Sequence[DevicePublic]) -> list[bytes]:
        return _bytes_list(self._ask("export_compartment", compartment, epoch, [r.to_bytes() for r in recipients]))

    def load_compartments(self, items: Sequence[tuple[bytes, int, bytes]]) -> None:
        self._ask("load_compartments", items)

    def keep_compartments(self, items: Sequence[tuple[bytes, int]]) -> None:
        self._ask("keep_compartments", items)

    def wrap_deks(self, compartment: bytes, epoch: int, items: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        return _bytes_list(self._ask("wrap_deks", compartment, epoch, items))

    def unwrap_deks(self, compartment: bytes, epoch: int, items: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        return _bytes_list(self._ask("unwrap_deks", compartment, epoch, items))

    def reseal_share(self, sealed: bytes, context: bytes, recipient: DevicePublic, new_context: bytes) -> bytes:
        return _bytes(self._ask("reseal_share", sealed, context, recipient.to_bytes(), new_context))

    def open_share(self, sealed: bytes, context: bytes) -> bytes:
        return _bytes(self._ask("open_share", sealed, context))

    def database_key(self) -> bytes:
        return _bytes(self._ask("database_key"))

    def touch(self) -> None:
        self._ask("touch")

    def lock(self) -> None:
        """Ask the agent to end; that it is gone already is what was wanted."""
        with suppress(Locked):
            self._ask("lock")

    def confirm(self, passphrase: str) -> bool:
        return self._ask("confirm", passphrase) is True

    def change_passphrase(self, old: str, new: str) -> None:
        self._ask("change_passphrase", old, new)


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise Damaged("keys.wire")
    return value


def _bytes_list(value: object) -> list[bytes]:
    if not isinstance(value, list):
        raise Damaged("keys.wire")
    return [_bytes(v) for v in value]
