"""``python -m letapis.faces.web.serve``: the desk of one workspace on a loopback port.

The server is cheroot with three changes: it names no server, its own refusals carry the page rules and no text, and it logs codes
only. It reads bodies from the socket as the application asks for them, so nothing is spooled. The process ends when the agent locks.

The first link is printed, or written to ``--link-fd N``; further links are asked for over a socket of the workspace (``links.py``).
"""

import argparse
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

from cheroot import server as cheroot
from cheroot import wsgi
from django.core.wsgi import get_wsgi_application

from letapis.core.errors import Busy, LetapisError
from letapis.desk import evidence
from letapis.desk.opening import Desk, open_desk
from letapis.engines.keys.client import AgentClient
from letapis.engines.keys.hardening import harden
from letapis.engines.keys.workspace import Workspace
from letapis.faces.web import weblog
from letapis.faces.web.door import Door
from letapis.faces.web.links import giving_links
from letapis.faces.web.running import Running, serving
from letapis.faces.web.security import PAGE_RULES

LOOPBACK: Final = "127.0.0.1"
INVENTED: Final = "invented"
_THREADS: Final = 6
_LARGEST_BODY: Final = 8 * 1024**3
_LARGEST_HEADER: Final = 64 * 1024
_WATCH_SECONDS: Final = 2.0
_GRACE_SECONDS: Final = 0.5
_STOP_SECONDS: Final = 3.0


class _OutHeaders(list[tuple[bytes, bytes]]):
    """Headers of an answer, without the name of the server."""

    def append(self, header: tuple[bytes, bytes]) -> None:
        if header[0].lower() != b"server":
            super().append(header)


class _Request(cheroot.HTTPRequest):
    """cheroot's request, silent about itself."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.outheaders = _OutHeaders()

    def simple_response(self, status: str, msg: str = "") -> None:
        """A refusal before the application: status and page rules, no body, because cheroot's words quote the request."""
        self.close_connection = True
        lines = [f"{self.server.protocol} {str(status)[:3]} -", "Content-Length: 0", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in PAGE_RULES.items()]
        try:
            self.conn.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode("iso-8859-1"))
        except OSError:
            weblog.say("web.peer_gone")


class _Connection(cheroot.HTTPConnection):
    RequestHandlerClass = _Request


class DeskServer(wsgi.Server):
    """A threaded server on loopback that never spools a body and never writes what it was asked."""

    ConnectionClass = _Connection
    max_request_body_size = _LARGEST_BODY
    max_request_header_size = _LARGEST_HEADER

    def __init__(self, address: str, port: int, application: Callable[..., Any]) -> None:
        super().__init__((address, port), application, numthreads=_THREADS, server_name="desk", timeout=30, shutdown_timeout=2)

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        weblog.say("web.server", level, place=weblog.place_of(sys.exc_info()[2]) if traceback else None)


@dataclass(frozen=True)
class Place:
    """Where the desk answers: the address it binds, and the host name that its links and every request must carry."""

    address: str
    host: str


def fresh_place() -> Place:
    """A host that no other desk has, so that cookies and storage never meet: cookies do not tell ports apart.

    A fresh name under ``localhost`` where the system resolves it; else a fresh address of 127.0.0.0/8 where it can be bound (Linux);
    else the plain loopback address.
    """
    name = f"{secrets.token_hex(6)}.localhost"
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(name, None, family=socket.AF_INET)}
    except OSError:
        found = set()
    if found == {LOOPBACK}:
        return Place(LOOPBACK, name)
    address = "127." + ".".join(str(1 + secrets.randbelow(254)) for _ in range(3))
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        try:
            trial.bind((address, 0))
        except OSError:
            return Place(LOOPBACK, LOOPBACK)
    return Place(address, address)


def bind(place: Place, port: int, pages: Callable[..., Any]) -> DeskServer:
    """A server that already listens. Raises Busy when the port cannot be had."""
    server = DeskServer(place.address, port, pages)
    try:
        server.prepare()
    except OSError:
        raise Busy("web.cannot_bind") from None
    return server


def serve(desk: Desk, server: DeskServer, door: Door, tell: Callable[[str], object]) -> None:
    """Tell the first link, then answer requests until the door shuts or the agent is gone. The desk is closed at the end."""
    watch = Thread(target=_watch, args=(desk, server, door), daemon=True, name="watch")
    what = Running(desk, door, evidence.seal_upload, (desk.workspace / INVENTED).exists())
    with serving(what), giving_links(desk.workspace, door):
        try:
            tell(door.new_link())
            watch.start()
            what.tending.begin(desk, what.doing)
            server.serve()
        finally:
            door.close()
            server.stop()
            what.doing.end(_STOP_SECONDS)
            what.tending.end(_STOP_SECONDS)
            desk.close()


def _watch(desk: Desk, server: DeskServer, door: Door) -> None:
    """Stop the server shortly after the door shuts, and shut the door when the agent no longer answers. Never keeps it awake."""
    while not door.shut.wait(_WATCH_SECONDS):
        try:
            # An empty batch: the cheapest question that only a living, unlocked agent answers, and that does not count as activity.
            desk.agent.sign_records(())
        except (LetapisError, OSError):
            door.close()
    # The page that says "locked" is still on its way out.
    time.sleep(_GRACE_SECONDS)
    server.stop()


def _tidy(desk: Desk) -> None:
    """Remove what killed uploads left days ago. A disk on which that fails is told in the log, and no reason to keep the desk shut."""
    try:
        evidence.sweep(desk)
    except LetapisError as error:
        weblog.say(error.code, 30)


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the workspace through its agent and serve it. Returns the exit code of what stopped it."""
    parser = argparse.ArgumentParser(prog="letapis.faces.web.serve", allow_abbrev=False)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--link-fd", type=int)
    options = parser.parse_args(arguments)
    weblog.configure()
    try:
        harden()  # the database key lives in this process: no core file may ever hold it
        pages = get_wsgi_application()
        agent = AgentClient.of(Workspace.load(options.workspace))
        desk = open_desk(options.workspace, agent)
        place = fresh_place()
        server = bind(place, options.port, pages)
    except LetapisError as error:
        weblog.say(error.code, 40)
        return error.exit_code
    _tidy(desk)
    door = Door(f"{place.host}:{server.bind_addr[1]}")
    signal.signal(signal.SIGTERM, lambda *_: door.close())
    descriptor = 1 if options.link_fd is None else options.link_fd
    with closing(agent):
        serve(desk, server, door, lambda link: os.write(descriptor, link.encode("ascii") + b"\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
