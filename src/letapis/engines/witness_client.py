"""Ask a witness over HTTP, at an address that a person wrote down.

Over the standard library's client, as ``engines.webdav`` does it: no redirect is followed, plain HTTP is for this machine alone, an
answer that is too long is none.
"""

import http.client
import ssl
from typing import Final
from urllib.parse import SplitResult, urlsplit

from letapis.core.errors import Busy, Hostile, UsageError
from letapis.engines.asking import ended_after

SECONDS: Final = 30.0
ALTOGETHER: Final = 60.0
PATH: Final = "/add-checkpoint"
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_LARGEST: Final = 64 << 10


def check_address(address: str) -> SplitResult:
    """Raise UsageError("witnesses.address") for anything but ``https://host[:port][/path]`` (``http`` on this machine)."""
    try:
        parts = urlsplit(address)
        usable = parts.port is None or parts.port > 0
    except ValueError:
        raise UsageError("witnesses.address") from None
    host = parts.hostname or ""
    plain = not (parts.query or parts.fragment or parts.username or parts.password) and address.isascii() and address.isprintable()
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not (usable and plain and host and secure and " " not in address):
        raise UsageError("witnesses.address")
    return parts


def ask(address: str, request: bytes, altogether: float = ALTOGETHER) -> tuple[int, bytes]:
    """Status and body of the answer. Raises Busy("witnesses.unreachable"), Hostile("witnesses.redirected", "witnesses.answer")."""
    parts = check_address(address)
    host, base = parts.hostname or "", parts.path.rstrip("/").removesuffix(PATH)
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, parts.port, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
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
