"""The real server on a real socket: what another page, another name or a broken client gets from it."""

import http.client
import logging
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.wsgi import get_wsgi_application

from letapis.core.errors import Busy
from letapis.faces.web import serve as serving_module
from letapis.faces.web import weblog
from letapis.faces.web.door import Door
from letapis.faces.web.navigation import sections
from letapis.faces.web.security import PAGE_RULES, POLICY, WITH_KEEPING, WITH_SCRIPT
from letapis.faces.web.serve import LOOPBACK, DeskServer, Place, bind, fresh_place, serve

from .conftest import FakeDesk

NAME = "vydumka.localhost"
HERE = Place(LOOPBACK, NAME)


@dataclass
class Live:
    """A desk that answers on ``port``, and a way to talk to it that a browser would not use."""

    port: int
    door: Door
    desk: FakeDesk
    thread: Thread
    cookie: str = ""
    address: str = LOOPBACK

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, host: str | None = None
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self.address, self.port, timeout=10)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        sent = {"Host": self.door.authority if host is None else host, "Connection": "close"}
        sent |= {"Cookie": self.cookie} if self.cookie else {}
        sent |= {"Content-Length": str(len(body))} if body is not None else {}
        for name, value in (sent | dict(headers or {})).items():
            if value:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        answer.content = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def page(self, path: str) -> str:
        return text(self.ask("GET", path))

    def form(self, path: str, **fields: str) -> http.client.HTTPResponse:
        """Send a form as our own page would, with its token."""
        body = urlencode(fields).encode()
        return self.ask("POST", path, body, {"Origin": self.door.origin, "Content-Type": "application/x-www-form-urlencoded"})

    def enter(self) -> None:
        path = self.door.new_link().removeprefix(self.door.origin)
        first = self.ask("GET", path)
        self.cookie = first.getheader("Set-Cookie", "").partition(";")[0]
        answer = self.form(path, csrfmiddlewaretoken=token(text(first)))
        assert answer.status == 303
        self.cookie = answer.getheader("Set-Cookie", "").partition(";")[0]

    def raw(self, data: bytes) -> bytes:
        """Send bytes as they are; what comes back, until the server ends or resets the connection."""
        received = b""
        with socket.create_connection((self.address, self.port), timeout=10) as peer, suppress(ConnectionError, BrokenPipeError):
            peer.sendall(data)
            while part := peer.recv(65536):
                received += part
        return received


def text(answer: http.client.HTTPResponse) -> str:
    return answer.content.decode("utf-8", "replace")  # type: ignore[attr-defined, no-any-return]


def token(page: str) -> str:
    return page.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]


@contextmanager
def started(workspace: Path) -> Iterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving_module, "_WATCH_SECONDS", 0.05)
        patch.setattr(serving_module, "_GRACE_SECONDS", 0.05)
        server = bind(HERE, 0, get_wsgi_application())
        desk: Any = FakeDesk(workspace)
        door = Door(f"{NAME}:{server.bind_addr[1]}")
        thread = Thread(target=serve, args=(desk, server, door, lambda _: None))
        thread.start()
        try:
            yield Live(server.bind_addr[1], door, desk, thread)
        finally:
            door.close()
            thread.join(15)
            assert not thread.is_alive()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One server for every test that does not lock it: stopping takes half a second."""
    with started(tmp_path_factory.mktemp("workspace")) as live:
        yield live


@pytest.fixture
def live(server: Live) -> Live:
    """The shared server, seen by a new browser."""
    return Live(server.port, server.door, server.desk, server.thread)


@pytest.fixture
def lockable(tmp_path: Path) -> Iterator[Live]:
    with started(tmp_path) as live:
        yield live


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "evil.example", "127.0.0.1:{port}", "localhost:{port}", NAME, f"{NAME}:1", f"{NAME}.:{{port}}", ""]
)
def test_a_rebound_host_gets_nothing(live: Live, host: str) -> None:
    live.enter()
    answer = live.ask("GET", "/help", host=host.format(port=live.port) or "")
    assert answer.status == 400 and "Alt+L" not in text(answer)


def test_two_hosts_in_one_request_get_nothing(live: Live) -> None:
    live.enter()
    request = f"GET /help HTTP/1.1\r\nHost: {live.door.authority}\r\nHost: evil.example\r\nCookie: {live.cookie}\r\nConnection: close\r\n\r\n"
    assert live.raw(request.encode()).startswith(b"HTTP/1.1 400")


def test_an_absolute_address_gets_nothing(live: Live) -> None:
    live.enter()
    for target in (f"http://evil.example:{live.port}/help", f"http://{live.door.authority}/help"):
        request = f"GET {target} HTTP/1.1\r\nHost: evil.example\r\nCookie: {live.cookie}\r\nConnection: close\r\n\r\n"
        assert live.raw(request.encode()).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://vydumka.localhost"},
        {"Origin": "http://vydumka.localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "http://evil.example/"},
        {},
    ],
    ids=lambda headers: " ".join(headers.values()) or "nothing",
)
def test_a_post_from_elsewhere_is_refused(live: Live, headers: dict[str, str]) -> None:
    live.enter()
    body = f"csrfmiddlewaretoken={token(live.page('/help'))}".encode()
    answer = live.ask("POST", "/lock", body, {"Content-Type": "application/x-www-form-urlencoded"} | headers)
    assert answer.status == 403 and not live.desk.agent.locked


def test_a_post_with_our_origin_but_from_another_site_is_refused(live: Live) -> None:
    live.enter()
    body = f"csrfmiddlewaretoken={token(live.page('/help'))}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": live.door.origin, "Sec-Fetch-Site": "cross-site"}
    assert live.ask("POST", "/lock", body, form).status == 403


def test_our_own_pages_may_post(live: Live) -> None:
    live.enter()
    assert live.form("/language", language="be", back="/help", csrfmiddlewaretoken=token(live.page("/help"))).status == 303


@pytest.mark.parametrize("fetch, status", [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)])
def test_a_picture_tag_elsewhere_reads_nothing(live: Live, fetch: str, status: int) -> None:
    live.enter()
    assert live.ask("GET", "/help", headers={"Sec-Fetch-Site": fetch, "Sec-Fetch-Mode": "no-cors"}).status == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_only_three_methods_exist(live: Live, method: str) -> None:
    live.enter()
    answer = live.ask(method, "/help" if method != "CONNECT" else "vydumka.localhost:80", b"" if method in ("PUT", "PATCH") else None)
    assert answer.status in (400, 405) and "Access-Control-Allow-Origin" not in answer.headers


def routes() -> list[str]:
    """Every address of every section, with invented arguments, and what no section has."""
    found = {"/", "/no-such-page", "/look/none.css", "/look/..%2fsettings.py", "/open/guessed", "/%00", "/%ff", "/?q=%d0%aa"}
    for section in sections():
        for pattern in section.urlpatterns:
            route = str(pattern.pattern)
            while "<" in route:
                before, _, rest = route.partition("<")
                route = before + "00" * 16 + rest.partition(">")[2]
            found.add("/" + route)
    return sorted(found)


def rules_hold(answer: http.client.HTTPResponse) -> None:
    for name, value in PAGE_RULES.items():
        if name != "Content-Security-Policy":
            assert answer.getheader(name) == value, name
    assert answer.getheader("Content-Security-Policy") in (POLICY, WITH_SCRIPT, WITH_KEEPING)
    assert answer.getheader("Server") is None and answer.getheader("X-Powered-By") is None
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", routes())
def test_every_answer_carries_the_page_rules(live: Live, path: str) -> None:
    rules_hold(live.ask("GET", path))
    rules_hold(live.ask("GET", path, host="evil.example"))
    rules_hold(live.ask("PUT", path, b""))
    rules_hold(live.ask("POST", path, b"x=1", {"Origin": "null"}))
    if path not in ("/", "/lock"):
        live.enter()
        rules_hold(live.ask("GET", path))
        rules_hold(live.ask("POST", path, b"x=1", {"Origin": live.door.origin, "Content-Type": "application/x-www-form-urlencoded"}))


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline() -> None:
    assert POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in POLICY and "http" not in POLICY and "data:" not in POLICY and "*" not in POLICY


def test_script_is_allowed_on_pages_of_an_open_desk_only(live: Live) -> None:
    assert "script-src" not in live.ask("GET", "/help").getheader("Content-Security-Policy", "")
    live.enter()
    assert "script-src 'self'" in live.ask("GET", "/help").getheader("Content-Security-Policy", "")


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"GET /help HTTP/9.9\r\n\r\n",
        b"GET /help HTTP/1.1\r\nBad Header\r\n\r\n",
        b"GET /" + b"a" * 99_000,
    ],
    ids=["short", "tls", "version", "header", "long"],
)
def test_what_the_server_itself_refuses_is_silent(live: Live, request_line: bytes) -> None:
    answer = live.raw(request_line)
    if answer:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert body == b"" and b"Server:" not in head and b"default-src 'none'" in head
        assert b"cheroot" not in answer.lower() and b"malformed" not in answer.lower()


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DeskServer, "max_request_body_size", 1000)
    answer = live.raw(f"POST /help HTTP/1.1\r\nHost: {live.door.authority}\r\nContent-Length: 5000\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 413")


def test_the_log_holds_no_path_and_no_value(live: Live, capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    kept = root.handlers[:], root.level, weblog.LOGGER.level, logging.raiseExceptions
    canary = "PRYKLAD375291234567"
    try:
        weblog.configure()
        live.enter()
        live.ask("GET", f"/{canary}?q={canary}")
        live.ask("POST", f"/{canary}", canary.encode(), {"Origin": f"http://{canary}"})
        live.ask("GET", "/help", host=canary)
        live.raw(f"GET {canary} HTTP/1.1\r\n\r\n".encode())
    finally:
        root.handlers[:] = kept[0]
        root.setLevel(kept[1])
        weblog.LOGGER.setLevel(kept[2])
        logging.raiseExceptions = kept[3]
    written = "".join(capfd.readouterr())
    assert canary not in written and canary.lower() not in written.lower()


def test_the_server_stops_when_the_desk_is_locked(lockable: Live) -> None:
    lockable.enter()
    answer = lockable.form("/lock", csrfmiddlewaretoken=token(lockable.page("/help")))
    assert answer.status == 403
    lockable.thread.join(15)
    assert not lockable.thread.is_alive() and lockable.desk.closed
    with pytest.raises(OSError):
        lockable.ask("GET", "/help")


def test_the_server_stops_when_the_agent_is_gone(lockable: Live) -> None:
    lockable.desk.agent.lock()
    lockable.thread.join(15)
    assert not lockable.thread.is_alive() and lockable.desk.closed


def test_the_server_does_not_keep_the_agent_awake(lockable: Live) -> None:
    lockable.thread.join(0.3)
    assert lockable.desk.agent.touched == 0


def test_it_listens_on_loopback_only(live: Live) -> None:
    table = Path("/proc/net/tcp").read_text().splitlines() + Path("/proc/net/tcp6").read_text().splitlines()[1:]
    mine = [row.split()[1] for row in table[1:] if row.split()[1].endswith(f":{live.port:04X}") and row.split()[3] == "0A"]
    assert mine and {address.split(":")[0] for address in mine} == {"0100007F"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # cheroot leaves the socket it could not bind to the collector
def test_a_taken_port_is_said(live: Live) -> None:
    with pytest.raises(Busy) as told:
        bind(HERE, live.port, get_wsgi_application())
    assert told.value.code == "web.cannot_bind"


def test_the_host_is_fresh_by_name_or_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cookies do not tell ports apart, so two desks of one machine need two hosts."""

    def resolve(*addresses: str) -> Any:
        return lambda *_, **__: [(0, 0, 0, "", (address, 0)) for address in addresses]

    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolve("127.0.0.1"))
    places = [fresh_place() for _ in range(8)]
    assert len({place.host for place in places}) == 8 and all(place.host.endswith(".localhost") for place in places)
    assert {place.address for place in places} == {LOOPBACK}
    for other in (fail, resolve("127.0.0.1", "192.0.2.1"), resolve("192.0.2.1")):
        monkeypatch.setattr(socket, "getaddrinfo", other)
        places = [fresh_place() for _ in range(8)]
        assert len({place.host for place in places}) > 6
        assert all(place.host == place.address and re.fullmatch(r"127(\.[1-9]\d{0,2}){3}", place.host) for place in places)


def test_where_one_loopback_address_exists_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(socket.socket):
        def bind(self, address: Any) -> None:
            raise OSError

    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    monkeypatch.setattr(socket, "socket", Refusing)
    assert fresh_place() == Place(LOOPBACK, LOOPBACK)


def test_what_killed_uploads_left_is_swept_at_the_start_and_a_bad_disk_does_not_keep_the_desk_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, int]] = []
    swept: list[Any] = []

    def bad(desk: Any) -> int:
        raise Busy("disk.failed")

    monkeypatch.setattr(serving_module.weblog, "say", lambda code, level: said.append((code, level)))
    monkeypatch.setattr(serving_module.evidence, "sweep", lambda desk: swept.append(desk) or 0)
    serving_module._tidy("desk")
    monkeypatch.setattr(serving_module.evidence, "sweep", bad)
    serving_module._tidy("desk")
    assert swept == ["desk"] and said == [("disk.failed", 30)]
