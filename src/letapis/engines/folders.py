"""A folder that somebody brings: walked without following anything, read without being led elsewhere.

Every step is opened from the folder above it and no link is followed, so that whoever may write into the folder cannot lead us out of it
while we walk. What is no plain file is named and passed over. Names are data: they are given as text and never used as a path of ours.
"""

import errno
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.errors import Busy, Refused, UsageError

DEEPEST: Final = 40
PIECE: Final = 4 << 20
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a named pipe that takes the place of a file would hold us for ever.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Found:
    """Something in the folder. ``path``: from the folder on, as text; ``why``: the code of why it is passed over, empty for a file to read.

    ``twin``: another name beside it, or beside a folder that it lies in, differs in case or in the form of its letters alone. ``stamp`` is
    size, time and number of the file together, by which an interrupted walk knows it again. ``folder`` and ``name`` open it, as long as the
    walk stands there.
    """

    path: str
    why: str = ""
    size: int = 0
    stamp: bytes = b""
    twin: bool = False
    folder: int = -1
    name: bytes = b""


def outside(workspace: Path, folder: Path) -> Path:
    """The folder with its links resolved. Raises UsageError("imports.folder") for none, Refused("imports.inside_workspace") for one that
    holds the workspace or lies in it."""
    try:
        real, own = folder.resolve(strict=True), workspace.resolve()
    except (OSError, RuntimeError, ValueError):
        raise UsageError("imports.folder") from None
    if not real.is_dir():
        raise UsageError("imports.folder")
    if real == own or own in real.parents or real in own.parents:
        raise Refused("imports.inside_workspace")
    return real


def walk(root: Path) -> Iterator[Found]:
    """Everything below ``root`` in the order of names, each folder's own things before those of the folders in it.

    Raises UsageError("imports.folder") when the root cannot be opened.
    """
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError):
        raise UsageError("imports.folder") from None
    yield from _inside(top, "", 0, False)


def _inside(folder: int, before: str, depth: int, twin: bool) -> Iterator[Found]:
    """Takes over the descriptor. ``twin``: the name of the folder, or of one that it lies in, has another like it beside it."""
    try:
        try:
            names = sorted(os.fsencode(name) for name in os.listdir(folder))
        except OSError:
            yield Found(before.rstrip("/"), "imports.unreadable")
            return
        alike = Counter(_folded(name) for name in names)
        within: list[bytes] = []
        for name in names:
            found = _look(folder, name, before, twin or alike[_folded(name)] > 1)
            if found is None:
                within.append(name)
            else:
                yield found
        for name in within:
            path = before + shown(name)
            if depth >= DEEPEST:
                yield Found(path, "imports.too_deep")
                continue
            try:
                inner = os.open(name, _FOLDER, dir_fd=folder)
            except OSError as fault:
                yield Found(path, "imports.link" if fault.errno in (errno.ELOOP, errno.ENOTDIR) else "imports.unreadable")
                continue
            yield from _inside(inner, f"{path}/", depth + 1, twin or alike[_folded(name)] > 1)
    finally:
        os.close(folder)


def _look(folder: int, name: bytes, before: str, twin: bool) -> Found | None:
    """None for a folder."""
    path = before + shown(name)
    try:
        known = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return Found(path, "imports.unreadable")
    if stat.S_ISDIR(known.st_mode):
        return None
    if stat.S_ISLNK(known.st_mode):
        return Found(path, "imports.link")
    if not stat.S_ISREG(known.st_mode):
        return Found(path, "imports.special")
    return Found(path, "", known.st_size, _stamp(known), twin, folder, name)


def _stamp(known: os.stat_result) -> bytes:
    return b"%x.%x.%x" % (known.st_size, known.st_mtime_ns, known.st_ino)


def shown(name: bytes) -> str:
    """A name as text; a byte that is no UTF-8 becomes the replacement character and its two digits, so that names stay apart."""
    text, parts = name.decode("utf-8", "surrogateescape"), []
    for letter in text:
        parts.append(f"�{ord(letter) - 0xDC00:02x}" if "\udc80" <= letter <= "\udcff" else letter)
    return "".join(parts)


def _folded(name: bytes) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", shown(name)).casefold())


def pieces(found: Found) -> Iterator[bytes]:
    """The bytes of a file of the walk. Raises Refused("imports.changed") for one that is another by now or changes while it is read,
    Busy("imports.unreadable") for one that cannot be read."""
    with _readable():
        descriptor = os.open(found.name, _FILE, dir_fd=found.folder)
    try:
        with _readable():
            known = os.fstat(descriptor)
        if not stat.S_ISREG(known.st_mode) or _stamp(known) != found.stamp:
            raise Refused("imports.changed")
        left = found.size
        while True:
            with _readable():
                piece = os.read(descriptor, PIECE)
            if not piece:
                break
            left -= len(piece)
            if left < 0:  # it grows while it is read, perhaps for ever
                raise Refused("imports.changed")
            yield piece
        if _stamp(os.fstat(descriptor)) != found.stamp:
            raise Refused("imports.changed")
    finally:
        with suppress(OSError):
            os.close(descriptor)


@contextmanager
def _readable() -> Iterator[None]:
    """A fault of the folder as a code, without the name that stands in it."""
    try:
        yield
    except OSError as fault:
        raise Busy("imports.link" if fault.errno == errno.ELOOP else "imports.unreadable") from None
