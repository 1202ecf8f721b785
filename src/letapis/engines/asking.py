"""Ask one address that a person configured, over the standard library's HTTP client: time-stamp authorities, calendars, beacons.

A request goes to that host and to no other: redirects are refused, no proxy is taken from the environment, plain HTTP is for this machine
alone. An answer is bounded in size and in time, its head like its body, and nothing but its status, its type and its bytes is looked at.
"""

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from letapis.core.errors import Busy, Hostile, NotFound, Refused, UsageError

SECONDS: Final = 20.0
ALTOGETHER: Final = 60.0
_LONGEST: Final = 1000
_PIECE: Final = 1 << 14
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class Asker:
    """The server at ``https://host[:port]/path`` (``http`` on loopback). Raises UsageError("time.address")."""

    def __init__(self, address: str, seconds: float = SECONDS, altogether: float = ALTOGETHER) -> None:
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            raise UsageError("time.address") from None
        host, secure = parts.hostname or "", parts.scheme == "https"
        plain = parts.scheme == "http" and host in _LOOPBACK
        named = address.isascii() and address.isprintable() and " " not in address and len(address) <= _LONGEST
        if not host or not named or not (secure or plain) or parts.username is not None or parts.password is not None or parts.fragment:
            raise UsageError("time.address")
        self._host, self._port = host, port
        self._tls = ssl.create_default_context() if secure else None
        self._path = parts.path or "/"
        self._query = f"?{parts.query}" if parts.query else ""
        self._seconds, self._altogether = seconds, altogether

    def post(self, body: bytes, sends: str, takes: str, limit: int, below: str = "") -> bytes:
        """Send a body; ``sends`` and ``takes`` are the types of body and answer, ``below`` a path under the address."""
        return self._ask("POST", below, body, {"Content-Type": sends, "Accept": takes}, takes, limit)

    def get(self, takes: str, limit: int, below: str = "") -> bytes:
        return self._ask("GET", below, None, {"Accept": takes}, "", limit)

    def _ask(self, method: str, below: str, body: bytes | None, headers: dict[str, str], takes: str, limit: int) -> bytes:
        """Raises Busy("time.unreachable"), Hostile("time.redirected", "time.too_large", "time.other_type"), NotFound("time.not_there"),
        Refused("time.server_refused")."""
        until = monotonic() + self._altogether
        connection: http.client.HTTPConnection
        if self._tls is not None:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._seconds, context=self._tls)
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._seconds)
        path = (f"{self._path.rstrip('/')}/{below}" if below else self._path) + self._query
        try:
            with ended_after(connection, self._altogether):
                connection.request(method, path, body, {"User-Agent": "letapis", "Connection": "close", **headers})
                answer = connection.getresponse()
                _check(answer.status)
                if takes and answer.headers.get_content_type() != takes:
                    raise Hostile("time.other_type")
                return _bounded(answer, limit, until)
        except (OSError, http.client.HTTPException):
            raise Busy("time.unreachable") from None
        finally:
            connection.close()


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


def _check(status: int) -> None:
    """Raise unless the answer is a success."""
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Hostile("time.redirected")
    if status in (404, 410):
        raise NotFound("time.not_there")
    if 400 <= status < 500 and status not in (408, 429):
        raise Refused("time.server_refused")
    raise Busy("time.unreachable")


def _bounded(answer: http.client.HTTPResponse, limit: int, until: float) -> bytes:
    """The body, of at most ``limit`` bytes. A server that drips is left when the time for all of it is over."""
    found = bytearray()
    while piece := answer.read1(min(_PIECE, limit + 1 - len(found))):
        found += piece
        if len(found) > limit:
            raise Hostile("time.too_large")
        if monotonic() > until:
            raise Busy("time.unreachable")
    return bytes(found)
