"""Ask one address that a person configured: time-stamp authorities, calendars, beacons.

A request goes to that host and to no other, and redirects are refused. An answer is bounded in size and in time, its head like its body,
and nothing but its status, its type and its bytes is looked at.
"""

import http.client
from time import monotonic
from typing import Final

from letapis.core.errors import Busy, Hostile, NotFound, Refused
from letapis.engines.hosts import ended_after, read_plain_address

SECONDS: Final = 20.0
ALTOGETHER: Final = 60.0
_PIECE: Final = 1 << 14


class Asker:
    """The server at ``https://host[:port]/path`` (``http`` on loopback). Raises UsageError("time.address")."""

    def __init__(self, address: str, seconds: float = SECONDS, altogether: float = ALTOGETHER) -> None:
        self._host, parts = read_plain_address(address, "time.address")
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
        connection = self._host.connection(self._seconds)
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
