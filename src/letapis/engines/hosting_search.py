"""Files in which one of some words stands: every file is read whole, by two processes where there are many."""

import multiprocessing
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Final

PART: Final = 1_000
_FEW: Final = 3
"""A second process is worth its start from so many parts on."""
_AHEAD: Final = 2


def search(folder: str, names: Sequence[str], words: Sequence[bytes]) -> list[str]:
    """Those of the files of a folder in whose name or content one of the words stands. Raises OSError."""
    found = []
    for name in names:
        with open(f"{folder}/{name}", "rb", buffering=0) as stream:
            told = name.encode("utf-8") + b"\n" + stream.read()
        found += [name] if any(word in told for word in words) else []
    return found


def search_together(folder: str, names: Sequence[str], words: Sequence[bytes], part: int = PART) -> list[str]:
    """The same as ``search``. The other process is started afresh, so that it knows nothing but the words; where there can be none, or it ends
    early, this one reads all: nobody stays public because a machine is small."""
    parts = deque(names[at : at + part] for at in range(0, len(names), part))
    if len(parts) < _FEW:
        return search(folder, names, words)
    found, sent = list[str](), list[Future[list[str]]]()
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
            while parts:
                if sum(not one.done() for one in sent) < _AHEAD:
                    sent.append(other.submit(search, folder, parts.pop(), words))
                else:
                    found += search(folder, parts.popleft(), words)
            return found + [name for one in sent for name in one.result()]
    except (RuntimeError, OSError):  # It broke, or the machine gives no other; a file that cannot be read says so here too.
        return search(folder, names, words)
