"""A desk without a record: the shell asks only who is there and whether the agent still holds the keys."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from letapis.core.access import Reader
from letapis.core.errors import Locked
from letapis.faces.web.door import Door
from letapis.faces.web.running import Running, serving

AUTHORITY = "pryklad.localhost:8123"
ORIGIN = f"http://{AUTHORITY}"


class Clock:
    """A clock that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeAgent:
    locked: bool = False
    touched: int = 0

    def touch(self) -> None:
        self._need()
        self.touched += 1

    def sign_records(self, items: Any) -> list[Any]:
        self._need()
        return []

    def lock(self) -> None:
        self.locked = True

    def _need(self) -> None:
        if self.locked:
            raise Locked("keys.locked")


@dataclass
class FakeDesk:
    workspace: Path
    agent: FakeAgent = field(default_factory=FakeAgent)
    closed: bool = False
    forgot: bool = False

    def forget(self) -> None:
        self.forgot = True

    def reader(self, purpose: str) -> Reader:
        return Reader(b"m" * 16, frozenset(), purpose)

    def close(self) -> None:
        self.closed = True


def count_bytes(desk: Any, reader: Reader, dossier: bytes, pieces: Iterable[bytes]) -> int:
    """Stands where the object store seals: reads to the end and keeps nothing."""
    return sum(len(piece) for piece in pieces)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run(tmp_path: Path, clock: Clock) -> Iterator[Running]:
    desk: Any = FakeDesk(tmp_path)
    cache.clear()
    with serving(Running(desk, Door(AUTHORITY, clock), count_bytes)) as now:
        yield now


@pytest.fixture
def client(run: Running) -> Client:
    """A browser at our address, with CSRF checked, that has not come through the door."""
    return Client(enforce_csrf_checks=True, headers={"host": AUTHORITY, "origin": ORIGIN})


@pytest.fixture
def inside(client: Client, run: Running) -> Client:
    """The same browser after it used a link. Its Origin header stands for the same page on every request."""
    enter(client, run)
    return client


def enter(client: Client, run: Running) -> None:
    address = run.door.new_link().removeprefix(run.door.origin)
    answer = client.post(address, {"csrfmiddlewaretoken": token_of(client, address)})
    assert answer.status_code == 303


def token_of(client: Client, address: str) -> str:
    """The form token that a page carries."""
    text = client.get(address).content.decode()
    return text.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
