"""Every file of a folder read once: its digest, and whether one of some words stands in it. By two processes where there are many."""

import hashlib
import multiprocessing
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

PART: Final = 1_000
_FEW: Final = 3
"""A second process is worth its start from so many parts on."""
_AHEAD: Final = 2
One = tuple[str, str, bool]
"""Name, SHA-256 in hex, and whether a word stands in it."""


@dataclass(frozen=True)
class Read:
    """What was read: name -> SHA-256 in hex, in the order of names; and the names of files in whose name or content a word stands."""

    digests: dict[str, str]
    holding: tuple[str, ...]


def read(folder: str, names: Sequence[str], words: Sequence[bytes]) -> list[One]:
    """Each of the files of a folder. Raises OSError."""
    found = []
    for name in names:
        with open(f"{folder}/{name}", "rb", buffering=0) as stream:
            content = stream.read()
        told = name.encode("utf-8") + b"\n" + content if words else b""
        found.append((name, hashlib.sha256(content).hexdigest(), any(word in told for word in words)))
    return found


def read_together(folder: str, names: Sequence[str], words: Sequence[bytes], part: int = PART) -> Read:
    """The same as ``read``. The other process is started afresh, so that it knows nothing but the words; where there can be none, or it ends
    early, this one reads all: nobody stays public because a machine is small."""
    parts = deque(names[at : at + part] for at in range(0, len(names), part))
    if len(parts) < _FEW:
        return _read(read(folder, names, words))
    found, sent = list[One](), list[Future[list[One]]]()
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
            while parts:
                if sum(not one.done() for one in sent) < _AHEAD:
                    sent.append(other.submit(read, folder, parts.pop(), words))
                else:
                    found += read(folder, parts.popleft(), words)
            return _read([*found, *(one for done in sent for one in done.result())])
    except (RuntimeError, OSError):  # It broke, or the machine gives no other; a file that cannot be read says so here too.
        return _read(read(folder, names, words))


def _read(found: Iterable[One]) -> Read:
    told = sorted(found)
    return Read({name: digest for name, digest, _ in told}, tuple(name for name, _, holds in told if holds))
