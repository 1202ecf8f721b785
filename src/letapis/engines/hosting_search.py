"""Every file of a folder read once: its digest, and whether one of some words stands in it. By two processes where there are many."""

import hashlib
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, ParamSpec, TypeVar

PART: Final = 1_000
_FEW: Final = 3
"""A second process is worth its start from so many parts on."""
_AHEAD: Final = 2
_SETTLED: Final = 100_000_000
"""Nanoseconds in which the clock of a file system may not have gone on."""
P = ParamSpec("P")
R = TypeVar("R")
State = tuple[int, ...]
One = tuple[str, str, bool, State]
"""Name, SHA-256 in hex, whether a word stands in it, and the state in which it was read; none where that is too fresh to be told from another."""


@dataclass(frozen=True)
class Read:
    """What was read: name -> SHA-256 in hex, in the order of names; and the names of files in whose name or content a word stands."""

    digests: dict[str, str]
    holding: tuple[str, ...]


def read(folder: str, names: Sequence[str], words: Sequence[bytes], missing: bool = False) -> list[One]:
    """Each of the files of a folder; ``missing``: but for those that are not there. Raises OSError."""
    found, begun = list[One](), time.time_ns()
    for name in names:
        try:
            with open(f"{folder}/{name}", "rb", buffering=0) as stream:
                state = state_of(os.fstat(stream.fileno()))
                content = stream.read()
        except FileNotFoundError:
            if missing:
                continue
            raise
        told = name.encode("utf-8") + b"\n" + content if words else b""
        holds = any(word in told for word in words)
        found.append((name, hashlib.sha256(content).hexdigest(), holds, state if state[0] < begun - _SETTLED else ()))
    return found


def state_of(told: os.stat_result) -> State:
    """Which file it is, and when the disk last changed it: nobody writes into a file, nor gives it back its hour, without changing that."""
    return told.st_ctime_ns, told.st_mtime_ns, told.st_ino, told.st_dev, told.st_size


def _other() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_end_together)


def _end_together() -> None:
    """Whoever is killed leaves no process behind that knows names of people: it ends when the one ends that started it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_ended, args=(parent.join,), daemon=True).start()


def _ended(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)


class Beside:
    """Another process that works while this one does something else. It is started afresh, when first asked, so that it knows nothing but what
    it is given; where the machine gives none, nothing is done by it."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._over = False

    def begin(self, deed: Callable[P, R], /, *given: P.args, **named: P.kwargs) -> Future[R] | None:
        """One deed after the other, in the order in which they were begun; None where there is no process for it."""
        with suppress(RuntimeError, OSError):
            if self._pool is None and not self._over:
                self._pool = _other()
            return self._pool.submit(deed, *given, **named) if self._pool is not None else None
        return None

    def end(self) -> None:
        """What it has begun it ends, and no more."""
        self._over = True
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


class Ahead:
    """Files that another process reads while this one makes what is to come; where there is none, or it ends early, nothing was read ahead."""

    def __init__(self, folder: str, names: Sequence[str], words: Sequence[bytes], part: int = PART, other: Beside | None = None) -> None:
        self._other = other or Beside()
        self._folder, self._words, self._sent = folder, words, list[Future[list[One]]]()
        if len(names) > part * (_FEW - 1):
            self._begin(names, part)

    def more(self, names: Collection[str]) -> None:
        """Read these, or read them again, where a process reads already: they were written meanwhile."""
        if self._sent:
            self._begin(sorted(names), PART // 10)

    def _begin(self, names: Sequence[str], part: int) -> None:
        sent = [self._other.begin(read, self._folder, names[at : at + part], self._words, True) for at in range(0, len(names), part)]
        self._sent += [one for one in sent if one is not None]

    def found(self) -> dict[str, One]:
        """What it has read, by name; what it has not begun it no longer reads."""
        self.end()
        told = (one.result() for one in self._sent if not one.cancelled() and one.exception() is None)
        return {one[0]: one for some in told for one in some if one[3]}

    def end(self) -> None:
        self._other.end()


def read_together(folder: str, names: Sequence[str], words: Sequence[bytes], part: int = PART, known: Sequence[One] = ()) -> Read:
    """The same as ``read``, together with what is ``known`` of other files. The other process is started afresh, so that it knows nothing but the
    words; where there can be none, or it ends early, this one reads all: nobody stays public because a machine is small."""
    parts = deque(names[at : at + part] for at in range(0, len(names), part))
    if len(parts) < _FEW:
        return _read([*known, *read(folder, names, words)])
    found, sent = list(known), list[Future[list[One]]]()
    try:
        with _other() as other:
            while parts:
                if sum(not one.done() for one in sent) < _AHEAD:
                    sent.append(other.submit(read, folder, parts.pop(), words))
                else:
                    found += read(folder, parts.popleft(), words)
            return _read([*found, *(one for done in sent for one in done.result())])
    except (RuntimeError, OSError):  # It broke, or the machine gives no other; a file that cannot be read says so here too.
        return _read([*known, *read(folder, names, words)])


def _read(found: Iterable[One]) -> Read:
    told = sorted(found)
    return Read({name: digest for name, digest, *_ in told}, tuple(name for name, _, holds, _ in told if holds))
