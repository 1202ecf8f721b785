"""The one host that a person configured: what its address may be, and a connection to it and to nobody else.

Over the standard library's client, which follows no redirect and takes no proxy from the environment. Plain HTTP is for this machine alone.
"""

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from threading import Timer
from typing import Final
from urllib.parse import SplitResult, urlsplit

from letapis.core.errors import UsageError

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_LONGEST: Final = 1000


@dataclass(frozen=True)
class Host:
    """A name, a port where one is given, and whether TLS is spoken."""

    name: str
    port: int | None
    secure: bool

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def connection(self, seconds: float) -> http.client.HTTPConnection:
        """Not yet opened; ``seconds`` is how long it waits for any one answer of the network."""
        if self.secure:
            return http.client.HTTPSConnection(self.name, self.port, timeout=seconds, context=self._tls)
        return http.client.HTTPConnection(self.name, self.port, timeout=seconds)


def read_address(address: str, code: str) -> tuple[Host, SplitResult]:
    """The host and the parts of ``https://…`` (``http`` on loopback). Raises UsageError(``code``) for anything else."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise UsageError(code) from None
    host, secure = parts.hostname or "", parts.scheme == "https"
    if not host or not (secure or (parts.scheme == "http" and host in _LOOPBACK)):
        raise UsageError(code)
    return Host(host, port, secure), parts


def read_plain_address(address: str, code: str) -> tuple[Host, SplitResult]:
    """The same for an address without name, password and fragment, in letters that every system writes alike."""
    host, parts = read_address(address, code)
    written = address.isascii() and address.isprintable() and " " not in address and len(address) <= _LONGEST
    if not written or parts.username is not None or parts.password is not None or parts.fragment or host.port == 0:
        raise UsageError(code)
    return host, parts


@contextmanager
def ended_after(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """End an exchange that takes longer than this altogether: who sends a letter of its head now and then never lets a timeout of the socket
    come, and would hold us for ever. Raises TimeoutError, an OSError as that of a socket is."""
    connection.connect()
    held, ended = connection.sock, []  # the connection forgets its socket as soon as an answer says that it is the last one

    def end() -> None:
        ended.append(True)
        with suppress(OSError):
            socket.socket.shutdown(held, socket.SHUT_RDWR)  # not that of TLS, which would go on in clear

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
        if ended:
            raise TimeoutError
    finally:
        timer.cancel()
