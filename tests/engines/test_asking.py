"""The client for authorities and calendars goes to the address that a person configured, and nowhere else."""

import socket
import threading
from contextlib import suppress
from time import monotonic, sleep
from typing import Any

import pytest
from tests.authority import served

from letapis.core.errors import Busy, Hostile, LetapisError, NotFound, Refused, UsageError
from letapis.engines import witness_client
from letapis.engines.asking import Asker

REPLY = "application/timestamp-reply"


@pytest.mark.parametrize(
    "address",
    [
        *("", "tsa.example", "http://tsa.example/", "ftp://127.0.0.1/", "https://", "https://a b/", "https://a/#x", "https://u:p@tsa.example/"),
        *("https://tsa.example:99999/", "https://[::1/", "https://prykład.example/", "https://a/\n", "https://" + "a" * 1001),
    ],
)
def test_an_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(UsageError, match=r"time\.address"):
        Asker(address)


def test_it_posts_what_it_is_given_and_bounds_what_it_gets() -> None:
    asked: list[Any] = []

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        asked.append((method, path, headers.get("Content-Type"), headers.get("Cookie"), body))
        return 200, {"Content-Type": f"{REPLY}; charset=x"}, b"y" * 100

    with served(answer) as address:
        asker = Asker(f"{address}/tsa?a=1")
        assert asker.post(b"query", "application/timestamp-query", REPLY, 100) == b"y" * 100
        assert asker.get("*/*", 100, "timestamp/00") == b"y" * 100
        with pytest.raises(Hostile, match=r"time\.too_large"):
            asker.post(b"query", "application/timestamp-query", REPLY, 99)
        with pytest.raises(Hostile, match=r"time\.other_type"):
            asker.post(b"query", "application/timestamp-query", "text/html", 100)
    assert asked[0] == ("POST", "/tsa?a=1", "application/timestamp-query", None, b"query")
    assert asked[1][:2] == ("GET", "/tsa/timestamp/00?a=1")


def test_no_redirect_is_followed_and_no_proxy_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    status = {"now": 302}

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        asked.append(path)
        return status["now"], {"Location": "/elsewhere"}, b"x"

    with served(answer) as address:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        for code in (301, 302, 303, 307, 308):
            status["now"] = code
            with pytest.raises(Hostile, match=r"time\.redirected"):
                Asker(f"{address}/tsa").get("*/*", 10)
        status["now"] = 200
        assert Asker(f"{address}/tsa").get("*/*", 10) == b"x"
    assert set(asked) == {"/tsa"}


@pytest.mark.parametrize(
    "status, kind, code",
    [
        (404, NotFound, "time.not_there"),
        (410, NotFound, "time.not_there"),
        (400, Refused, "time.server_refused"),
        (403, Refused, "time.server_refused"),
        (429, Busy, "time.unreachable"),
        (503, Busy, "time.unreachable"),
    ],
)
def test_other_answers_are_told_apart(status: int, kind: type[LetapisError], code: str) -> None:
    with served(lambda *_: (status, {}, b"")) as address, pytest.raises(kind, match=code):
        Asker(address).get("*/*", 10)


def test_nobody_there_is_busy() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Busy, match=r"time\.unreachable"):
        Asker(f"http://127.0.0.1:{port}/").get("*/*", 10)


@pytest.mark.parametrize("drips", [True, False])
def test_a_server_that_drips_or_is_silent_is_left(drips: bool) -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as one:
                one.recv(4096)
                one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
                while drips and not stop.is_set():
                    try:
                        one.sendall(b"x")
                    except OSError:
                        return
                    sleep(0.02)
                stop.wait(2)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        start = monotonic()
        with pytest.raises(Busy, match=r"time\.unreachable"):
            Asker(f"http://127.0.0.1:{server.getsockname()[1]}/", 0.2, 0.3).get("*/*", 1000)
        assert monotonic() - start < 1.5
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"]
)
def test_a_head_or_body_that_drips_ends_for_every_client(head: bytes) -> None:
    """Each letter comes in time, so that no timeout of the socket ever does."""
    stop = threading.Event()

    def serve(server: socket.socket) -> None:
        for _ in range(2):
            with server.accept()[0] as one:
                one.recv(4096)
                with suppress(OSError):
                    one.sendall(head)
                    while not stop.is_set():
                        one.sendall(b"x")
                        sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        address, start = f"http://127.0.0.1:{server.getsockname()[1]}/", monotonic()
        with pytest.raises(Busy, match=r"time\.unreachable"):
            Asker(address, 5, 0.3).get("*/*", 10_000)
        with pytest.raises(Busy, match=r"witnesses\.unreachable"):
            witness_client.ask(address, b"old 0\n", 0.3)
        assert monotonic() - start < 4
        stop.set()
        thread.join()
