"""The witness over HTTP: ``POST /add-checkpoint`` and nothing else, for those who ask by network and not by stick.

It answers as the specification says (C2SP tlog-witness 1.0), writes no log, names no server and repeats nothing of a request. Behind a
public address belongs a web server that speaks TLS; on its own it listens where the witness says, by default on this machine alone.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from cheroot import server as cheroot
from cheroot import wsgi

from letapis.core.errors import Busy, LetapisError
from letapis.core.witness import MAX_REQUEST, SIGNED, STALE
from letapis.engines.witness import OpenWitness

PATH: Final = "/add-checkpoint"
_SIZE_TYPE: Final = "text/x.tlog.size"
_WORDS: Final = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict"}
_MORE_WORDS: Final = {411: "Length Required", 413: "Content Too Large", 422: "Unprocessable Content", 500: "Internal Server Error"}
Start = Callable[[str, list[tuple[str, str]]], object]


class _Request(cheroot.HTTPRequest):
    """cheroot's request, whose own refusals quote nothing."""

    def simple_response(self, status: str, msg: str = "") -> None:
        super().simple_response(status, "")


class _Connection(cheroot.HTTPConnection):
    RequestHandlerClass = _Request


class WitnessServer(wsgi.Server):
    """A few threads, small bodies, short patience."""

    ConnectionClass = _Connection
    max_request_body_size = MAX_REQUEST
    max_request_header_size = 16 * 1024

    def __init__(self, address: str, port: int, witness: OpenWitness, clock: Callable[[], int]) -> None:
        super().__init__((address, port), application(witness, clock), numthreads=4, server_name="witness", timeout=15, shutdown_timeout=2)

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Nothing is written: who asked when is nobody's business."""


def bind(address: str, port: int, witness: OpenWitness, clock: Callable[[], int]) -> WitnessServer:
    """A server that already listens. Raises Busy("web.cannot_bind")."""
    server = WitnessServer(address, port, witness, clock)
    try:
        server.prepare()
    except OSError:
        raise Busy("web.cannot_bind") from None
    return server


def application(witness: OpenWitness, clock: Callable[[], int]) -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    """The one page of a witness, as WSGI."""

    def answer(environment: dict[str, Any], start: Start) -> Iterable[bytes]:
        status, kind, body = _answer(environment, witness, clock)
        word = _WORDS.get(status) or _MORE_WORDS[status]
        allow = [("Allow", "POST")] if status == 405 else []
        start(f"{status} {word}", [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"), *allow])
        return [body]

    return answer


def _answer(environment: dict[str, Any], witness: OpenWitness, clock: Callable[[], int]) -> tuple[int, str, bytes]:
    """Status, type and body."""
    plain = "text/plain; charset=utf-8"
    if environment["PATH_INFO"] != PATH:
        return 404, plain, b""
    if environment["REQUEST_METHOD"] != "POST":
        return 405, plain, b""
    length = str(environment.get("CONTENT_LENGTH") or "")
    if not length.isascii() or not length.isdecimal():
        return 411, plain, b""
    if len(length) > 9 or int(length) > MAX_REQUEST:
        return 413, plain, b""
    try:
        found = witness.answer(environment["wsgi.input"].read(int(length)), clock)
    except (LetapisError, OSError):
        # Nothing was promised: a state that cannot be read or written is ours to mend, and the asker may come again.
        return 500, plain, b""
    status = found.judged.status
    if status == SIGNED:
        return status, plain, found.lines
    if status == STALE and found.judged.stored is not None:
        return status, _SIZE_TYPE, f"{found.judged.stored.size}\n".encode("ascii")
    return status, plain, b""
