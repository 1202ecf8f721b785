"""Long work of the desk: one thing at a time, in a thread of its own, so that no page waits for a slow link or a large workspace.

A view says what is to be done and how it answers once that is over; ``carry_out`` waits a moment and then sends the browser to a page that
shows how far it is. All of it lives in the memory of this process: with the lock it is gone, and nothing of it is written anywhere.
Work is stopped where it counts, between one file or record and the next; a lock or a kill finds the same state as a stop or a crash
of the work itself, which each function of the desk that is used here survives on its own.
"""

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import Any, Final

from django.db import connections
from django.http import HttpResponse

from letapis.core.errors import Busy, LetapisError, NotFound
from letapis.faces.web import weblog

KEPT: Final = 8
PATIENCE: Final = 0.7
_ANSWERING: Final = 10
Progress = Callable[[int, int], None]
Made = Callable[[], Any]
"""Gives what the work made, or raises what it raised."""


@dataclass
class Job:
    """Something that is being done. ``what``: the last part of the keys of its texts. ``answer`` makes the page of the request that asked."""

    what: str
    request: Any = field(repr=False)
    answer: Callable[[Made], HttpResponse] = field(repr=False)
    ident: str = field(default_factory=lambda: secrets.token_hex(16))
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    done: int = 0
    total: int = 0
    stopping: Event = field(default_factory=Event, repr=False)
    over: Event = field(default_factory=Event, repr=False)
    led: "Future[str]" = field(default_factory=Future, repr=False)  # the address of its answer; empty where the answer was our refusal alone
    _result: Any = field(default=None, repr=False)
    _error: Exception | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """The key of the text that names it."""
        return f"doing.what.{self.what}"

    def heard(self, done: int, total: int) -> None:
        """The work counts. Raises Busy("doing.stopped") when it is to stop and something is left to do."""
        self.done, self.total = done, total
        if self.stopping.is_set() and done < total:
            raise Busy("doing.stopped")

    def made(self) -> Any:
        """What came of it. Raises what the work raised."""
        if self._error is not None:
            raise self._error
        return self._result

    def refuse(self, error: LetapisError) -> None:
        """It was not begun."""
        self._error = error

    def run(self, work: Callable[[Progress], Any]) -> None:
        """Do it, in whichever thread this is called, and close the connections to the database that this thread opened."""
        try:
            self._result = work(self.heard)
        except LetapisError as error:
            self._error = error
        except Exception as fault:
            # The page that asks for the result shows it as our fault.
            self._error = fault
            weblog.say("internal", logging.ERROR, place=weblog.place_of(fault.__traceback__))
        finally:
            connections.close_all()
            self.over.set()


class Doing:
    """What this desk is doing, what is done and was not looked at yet, and of each kind where the last one was answered.

    ``patience``: seconds that a page waits before it shows progress; below zero it shows progress even of what is over at once.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._guard = Lock()
        self._jobs: dict[str, Job] = {}
        self._answered: dict[str, tuple[str, Future[str]]] = {}
        self._thread: Thread | None = None

    def start(self, job: Job, work: Callable[[Progress], Any]) -> None:
        """Begin. Raises Busy("doing.one_thing") while something else is being done, Busy("doing.no_room") when the machine has no thread
        left for it."""
        with self._guard:
            if any(not one.over.is_set() for one in self._jobs.values()):
                raise Busy("doing.one_thing")
            while len(self._jobs) >= KEPT:
                del self._jobs[next(iter(self._jobs))]
            thread = Thread(target=job.run, args=(work,), daemon=True, name="doing")
            try:
                thread.start()
            except RuntimeError:
                raise Busy("doing.no_room") from None
            self._jobs[job.ident], self._thread = job, thread

    @property
    def busy(self) -> bool:
        """Something is being done."""
        return any(not one.over.is_set() for one in self.jobs())

    def jobs(self) -> tuple[Job, ...]:
        """In the order in which they began."""
        with self._guard:
            return tuple(self._jobs.values())

    def find(self, ident: str) -> Job:
        """Raises NotFound for what is unknown or was looked at already."""
        with self._guard:
            if ident not in self._jobs:
                raise NotFound("doing.gone")
            return self._jobs[ident]

    def forget(self, job: Job) -> bool:
        """Its result is shown now; False when somebody else was quicker."""
        with self._guard:
            return self._jobs.pop(job.ident, None) is not None

    def look(self, job: Job) -> bool:
        """The same, and where it is shown is remembered until the next of its kind was looked at. What it made is not."""
        with self._guard:
            if self._jobs.pop(job.ident, None) is None:
                return False
            self._answered[job.what] = job.ident, job.led
            return True

    def answered(self, ident: str) -> str:
        """Where something was answered that was looked at, for who asks once more: a double click, a page that renews itself; else empty."""
        with self._guard:
            found = [led for known, led in self._answered.values() if known == ident]
        try:
            return found[0].result(_ANSWERING) if found else ""
        except TimeoutError:
            return ""

    def end(self, seconds: float) -> None:
        """The desk closes: stop at the next safe place, wait for it so long, and forget everything."""
        with self._guard:
            thread = self._thread
            for job in self._jobs.values():
                job.stopping.set()
            self._jobs.clear()
            self._answered.clear()
        if thread is not None:
            thread.join(seconds)
