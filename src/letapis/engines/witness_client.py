"""Ask a witness over HTTP, at an address that a person wrote down.

No redirect is followed, and an answer that is too long is none.
"""

import http.client
from typing import Final
from urllib.parse import SplitResult

from letapis.core.errors import Busy, Hostile, UsageError
from letapis.engines.hosts import Host, ended_after, read_plain_address

SECONDS: Final = 30.0
ALTOGETHER: Final = 60.0
PATH: Final = "/add-checkpoint"
_LARGEST: Final = 64 << 10


def check_address(address: str) -> tuple[Host, SplitResult]:
    """Raise UsageError("witnesses.address") for anything but ``https://host[:port][/path]`` (``http`` on this machine)."""
    host, parts = read_plain_address(address, "witnesses.address")
    if parts.query:
        raise UsageError("witnesses.address")
    return host, parts


def ask(address: str, request: bytes, altogether: float = ALTOGETHER) -> tuple[int, bytes]:
    """Status and body of the answer. Raises Busy("witnesses.unreachable"), Hostile("witnesses.redirected", "witnesses.answer")."""
    host, parts = check_address(address)
    base, connection = parts.path.rstrip("/").removesuffix(PATH), host.connection(SECONDS)
    try:
        with ended_after(connection, altogether):
            connection.request("POST", base + PATH, request, {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "letapis"})
            answer = connection.getresponse()
            if 300 <= answer.status < 400:
                raise Hostile("witnesses.redirected")
            body = answer.read(_LARGEST + 1)
    except (OSError, http.client.HTTPException):
        raise Busy("witnesses.unreachable") from None
    finally:
        connection.close()
    if len(body) > _LARGEST:
        raise Hostile("witnesses.answer")
    return answer.status, body
