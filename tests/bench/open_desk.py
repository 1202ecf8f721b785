"""The desk as a person has it: three processes, a passphrase, a one-time link, pages over a socket."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).parents[2]


@dataclass
class OpenDesk:
    """A running desk and a session in it. ``pids`` are supervisor, agent and web; ``started`` is when the passphrase was given."""

    pids: tuple[int, ...]
    origin: str
    started: float
    cookie: str = ""

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes, str]:
        """Status, body, and the cookie that was set."""
        parts = urlsplit(self.origin)
        address = "127.0.0.1" if (parts.hostname or "").endswith("localhost") else parts.hostname or ""
        connection = http.client.HTTPConnection(address, parts.port, timeout=120)
        headers = {"Host": parts.netloc, "Origin": self.origin} | ({"Cookie": self.cookie} if self.cookie else {})
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, data, (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def page(self, path: str) -> bytes:
        status, data, _ = self.ask("GET", path)
        assert status == 200, (path, status)
        return data

    def enter(self, path: str) -> None:
        """Use the one-time link."""
        _, data, self.cookie = self.ask("GET", path)
        status, _, cookie = self.ask("POST", path, urlencode({"csrfmiddlewaretoken": _token(data)}).encode())
        assert status == 303
        self.cookie = cookie

    def search(self) -> Callable[[str], bytes]:
        """What asks the page of search for words: they travel in a form, never in an address."""
        token = _token(self.page("/search"))

        def asked(words: str) -> bytes:
            status, data, _ = self.ask("POST", "/search", urlencode({"csrfmiddlewaretoken": token, "words": words}).encode())
            assert status == 200
            return data

        return asked


def _token(page: bytes) -> str:
    return page.decode("utf-8").split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]


@contextmanager
def opened(workspace: Path, passphrase: str) -> Iterator[OpenDesk]:
    """``letapis start``, entered by its link; stopped in order at the end."""
    reading, writing = os.pipe()
    os.write(writing, passphrase.encode("utf-8") + b"\n")
    os.close(writing)
    command = [sys.executable, "-m", "letapis", "start", "--workspace", str(workspace), "--passphrase-fd", str(reading), "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, pass_fds=(reading,))
    os.close(reading)
    try:
        assert child.stdout is not None
        link = urlsplit(json.loads(child.stdout.readline())["link"])
        desk = OpenDesk((child.pid, *_children(child.pid)), f"{link.scheme}://{link.netloc}", started)
        desk.enter(link.path)
        yield desk
    finally:
        child.terminate()
        child.wait(30)
        if child.stdout is not None:
            child.stdout.close()


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
