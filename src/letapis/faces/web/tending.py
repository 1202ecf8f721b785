"""While the desk is open, checks of copies that are due are read beside the pages: a slice at a time, and not while somebody works.

It lives in the memory of this process; how far a check came is kept by ``desk.fixity``, so a lock or a kill loses nothing. It keeps no desk
open: only a person who asks for a page does.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

from django.db import connections

from letapis.core import fixity_pace
from letapis.core.errors import LetapisError, Locked
from letapis.desk import tending
from letapis.desk.opening import Desk
from letapis.faces.web import weblog
from letapis.faces.web.doing import Doing

_WAKES: Final = 1.0


class Tending:
    """``now``: the place that is being read, how many objects of it are read, and how many there are; None between two slices of nothing."""

    def __init__(self) -> None:
        self.now: tuple[bytes, int, int] | None = None
        self._over, self._reading = Event(), Lock()
        self._asked, self._wanted, self._looked = monotonic(), 0, -fixity_pace.LOOK
        self._silent: dict[bytes, float] = {}
        self._thread: Thread | None = None

    def heard(self) -> None:
        """Somebody asked for a page."""
        self._asked = monotonic()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What a person has done at a place is done alone there: the slice under way ends first, and none begins before it is over."""
        self._wanted += 1
        try:
            with self._reading:
                yield
        finally:
            self._wanted -= 1
            self._looked = -fixity_pace.LOOK

    def begin(self, desk: Desk, doing: Doing) -> None:
        """From now on, until ``end``."""
        self._thread = Thread(target=self._run, args=(desk, doing), daemon=True, name="tending")
        self._thread.start()

    def end(self, seconds: float) -> None:
        """The desk closes: stop before the next object and wait for it so long."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _here(self, doing: Doing) -> fixity_pace.Here:
        return fixity_pace.Here(monotonic() - self._asked, bool(self._wanted) or doing.busy)

    def _run(self, desk: Desk, doing: Doing) -> None:
        pause = _WAKES
        while not self._over.wait(pause):
            try:
                pause = self.turn(desk, doing)
            except Locked:
                return
            except LetapisError as error:  # a disk that is full, a database that is taken: told in the log, and tried again later
                weblog.say(error.code, logging.WARNING)
                pause, self.now = fixity_pace.LOOK, None
            except Exception as fault:
                weblog.say("internal", logging.ERROR, place=weblog.place_of(fault.__traceback__))
                return
            finally:
                connections.close_all()

    def turn(self, desk: Desk, doing: Doing) -> float:
        """One slice where there is something to read and nobody is in the way. Returns the seconds to wait before the next turn."""
        begun = monotonic()
        if not fixity_pace.may_read(self._here(doing)) or (self.now is None and begun - self._looked < fixity_pace.LOOK):
            return _WAKES
        with self._reading:
            reader = desk.reader("work")
            one = tending.next_place(desk, reader, self._silent)
            if one is None:
                self.now, self._looked = None, begun
                return _WAKES

            def progress(done: int, total: int) -> None:
                self.now = (one.place, done, total)

            def stop() -> bool:
                return self._over.is_set() or fixity_pace.must_stop(self._here(doing), monotonic() - begun)

            outcome = tending.read_on(desk, reader, one, self._silent, stop, progress)
            if outcome is None or not outcome.paused:
                self.now, self._looked = None, -fixity_pace.LOOK
            return fixity_pace.rest(monotonic() - begun)
