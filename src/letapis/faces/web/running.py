"""The one desk that this process shows, and the door in front of it.

Django calls views with a request and nothing else; this is the single place where the process keeps what it serves.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from letapis.core.access import Reader
from letapis.desk.opening import Desk
from letapis.faces.web.doing import Doing
from letapis.faces.web.door import Door
from letapis.faces.web.tending import Tending


@dataclass(frozen=True)
class Running:
    """``seal(desk, reader, dossier, pieces)`` puts an upload into the object store; ``invented`` marks a workspace for practice."""

    desk: Desk
    door: Door
    seal: Callable[[Desk, Reader, bytes, Iterable[bytes]], Any]
    invented: bool = False
    doing: Doing = field(default_factory=Doing)
    tending: Tending = field(default_factory=Tending)


_running: Running | None = None


def running() -> Running:
    """What this process serves. Raises RuntimeError before ``serving``: a request cannot come earlier."""
    if _running is None:
        raise RuntimeError("no desk is being served")
    return _running


@contextmanager
def serving(what: Running) -> Iterator[Running]:
    """Serve this while the block runs."""
    global _running
    before, _running = _running, what
    try:
        yield what
    finally:
        _running = before
