"""Named blobs in a folder or at a configured address: create-only, whole or not at all.

A *folder* is written by ourselves, because durability is promised there: a file without a name, or with a temporary one where the file system
knows no others, times cut to the day, fsync of the file, link to the final name, fsync of the folder. (``obstore``'s LocalStore does not
sync.) Every step of a name is opened without following links, so whoever may write into a shared folder cannot lead us out of it. WebDAV has
a client of its own (``webdav``), and so have S3 and its like (``blobs_remote``). Nothing here knows keys; names and sizes are all that the
other side learns.
"""

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol, Self

from letapis.core.errors import Busy, Hostile, LetapisError, NotFound, Refused, UsageError
from letapis.engines.blobs_remote import Remote
from letapis.engines.webdav import WebDav

UNFINISHED: Final = ".new"
_DAY: Final = 86_400
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
_NAMELESS: Final = Path("/proc/self/fd").is_dir()  # a file that has no name is given one by this way
_NEW_NAMELESS: Final = os.O_WRONLY | getattr(os, "O_TMPFILE", 0) | os.O_CLOEXEC
_NO_NAMELESS: Final = (*(errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS), *(errno.EPERM, errno.EXDEV, errno.EACCES))
_tried: dict[int, bool] = {}
"""Number of a file system -> whether it takes files without a name."""
_NOT_PLAIN: Final = (errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO)


class Writer(Protocol):
    """Takes the bytes of one blob in order."""

    def write(self, data: bytes | bytearray | memoryview) -> object: ...


class Blobs(Protocol):
    """What a folder and a remote store both do. ``name`` is a path of plain parts with slashes between them."""

    def create(self, name: str, *, settled: bool = True) -> AbstractContextManager[Writer]:
        """A context that gives a ``Writer``; the blob exists when the context ends well, and leaves nothing when it does not.

        With ``settled`` false its name may be lost with the power until ``settle``. Raises Refused ``blobs.exists``, Busy ``disk.full`` or
        ``disk.failed``.
        """

    def settle(self) -> None:
        """Make the names at the top of the store survive a loss of power. Raises Busy ``disk.failed``."""

    def read(self, name: str, start: int, length: int) -> bytes:
        """At most ``length`` bytes from ``start``. Raises NotFound ``blobs.missing``, Hostile ``blobs.not_plain``."""

    def size(self, name: str) -> int:
        """Raises as ``read`` does."""

    def entries(self, prefix: str) -> Iterator[tuple[str, int]]:
        """(name, size) of everything under ``prefix``; size is -1 for a link or special file, which is never opened."""

    def remove(self, name: str) -> None:
        """Raises NotFound ``blobs.missing``."""

    def sweep(self, older_than: float) -> int:
        """Remove what was left unfinished that long ago (seconds); a remote store has nothing of the kind in its names."""


def blobs_at(place: Path | str) -> Blobs:
    """The store at a folder or address. Raises UsageError ``blobs.address`` for an address of an unknown kind."""
    if isinstance(place, str) and place.startswith(("http://", "https://")):
        return WebDav(place)
    if isinstance(place, str) and "://" in place:
        return Remote(place)
    return Folder(Path(place))


class Folder:
    """Blobs below one folder, which is made (0700) when it is missing. Raises Busy("disk.failed") where a file stands in its place."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        with _as_ours():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def parent(self, name: str, make: bool = False) -> tuple[int, str]:
        """Descriptor of the folder that holds ``name``, which the caller closes, and the last part of the name."""
        *folders, last = name.split("/")
        if any(part in ("", ".", "..") for part in (*folders, last)):
            raise UsageError("blobs.name")
        # The root itself may stand behind a link of the user's own; everything below it must not.
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for folder in folders:
            try:
                if make and not _exists(folder, descriptor):
                    with suppress(FileExistsError):
                        os.mkdir(folder, 0o700, dir_fd=descriptor)
                    os.fsync(descriptor)
                inner = os.open(folder, _FOLDER, dir_fd=descriptor)
            finally:
                os.close(descriptor)
            descriptor = inner
        return descriptor, last

    def create(self, name: str, *, settled: bool = True) -> AbstractContextManager[Writer]:
        return _New(self, name, settled)

    def settle(self) -> None:
        with _as_ours():
            folder, _ = self.parent("x")
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    @contextmanager
    def _opened(self, name: str) -> Iterator[int]:
        with _as_ours():
            folder, last = self.parent(name)
            try:
                # Without O_NONBLOCK a named pipe that somebody put there would hold us for ever.
                descriptor = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
            finally:
                os.close(folder)
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise Hostile("blobs.not_plain")
                yield descriptor
            finally:
                os.close(descriptor)

    def read(self, name: str, start: int, length: int) -> bytes:
        with self._opened(name) as descriptor:
            return os.pread(descriptor, length, start)

    def size(self, name: str) -> int:
        with self._opened(name) as descriptor:
            return os.fstat(descriptor).st_size

    def entries(self, prefix: str) -> Iterator[tuple[str, int]]:
        try:
            folder, _ = self.parent(f"{prefix}/x" if prefix else "x")
        except (FileNotFoundError, NotADirectoryError):
            return
        try:
            with _as_ours():
                yield from _walk(folder, f"{prefix}/" if prefix else "", 0)
        finally:
            os.close(folder)

    def remove(self, name: str) -> None:
        with _as_ours():
            folder, last = self.parent(name)
            try:
                os.unlink(last, dir_fd=folder)
                os.fsync(folder)
            finally:
                os.close(folder)

    def age(self, name: str) -> float:
        """Seconds since the blob was written; up to a day too many, because times are cut to the day. Raises as ``read`` does."""
        with self._opened(name) as descriptor:
            return time.time() - os.fstat(descriptor).st_mtime

    def sweep(self, older_than: float) -> int:
        """Remove what killed writers left unfinished more than ``older_than`` seconds ago; how many files that were."""
        count = 0
        for name in [name for name, size in self.entries("") if size >= 0 and is_unfinished(name)]:
            with suppress(NotFound), self._opened(name) as descriptor:
                if os.fstat(descriptor).st_mtime < time.time() - older_than:
                    self.remove(name)
                    count += 1
        return count


class _New:
    """A blob of a folder while it is written: it has its name when this ends well, and leaves nothing when it does not. What the body of the
    ``with`` raises is not ours to rename, so only our own steps are."""

    def __init__(self, place: Folder, name: str, settled: bool) -> None:
        self._place, self._name, self._settled = place, name, settled
        self._temporary = ""

    def __enter__(self) -> Self:
        with _as_ours(), ExitStack() as otherwise:
            self._folder, self._last = self._place.parent(self._name, make=True)
            otherwise.callback(os.close, self._folder)
            if _exists(self._last, self._folder):
                raise Refused("blobs.exists")
            self._out, self._temporary = _opened_new(self._folder)
            otherwise.pop_all()
        return self

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """All of it: the kernel may take less than it was given."""
        rest = memoryview(data)
        with _as_ours():
            while rest:
                rest = rest[os.write(self._out, rest) :]

    def __exit__(self, kind: object, fault: object, trace: object) -> None:
        with _as_ours():
            try:
                try:
                    if kind is None:
                        _cut_time(self._out)
                        os.fsync(self._out)
                        self._name_it()
                finally:
                    os.close(self._out)
            finally:
                if self._temporary:
                    _forget(self._temporary, self._folder)
                os.close(self._folder)

    def _name_it(self) -> None:
        _publish(self._out, self._temporary, self._last, self._folder)
        try:
            if self._temporary:
                _forget(self._temporary, self._folder)
                self._temporary = ""
            if self._settled:
                os.fsync(self._folder)
        except OSError:
            # The name may not survive a loss of power, so it is not acknowledged and must not stay by chance.
            _forget(self._last, self._folder)
            raise


def _walk(folder: int, path: str, depth: int) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda e: e.name)
    for entry in entries:
        # A name that is not UTF-8 is shown with replacement marks: it can only be reported, never opened.
        name = path + os.fsencode(entry.name).decode("utf-8", "replace")
        if entry.is_dir(follow_symlinks=False) and depth < 4:
            inner = os.open(entry.name, _FOLDER, dir_fd=folder)
            try:
                yield from _walk(inner, f"{name}/", depth + 1)
            finally:
                os.close(inner)
        elif entry.is_file(follow_symlinks=False):
            yield name, entry.stat(follow_symlinks=False).st_size
        else:
            yield name, -1


def is_unfinished(name: str) -> bool:
    """Whether a listed name is that of a file still being written, or left by a writer that was killed."""
    last = name.rpartition("/")[2]
    return last.startswith(".") and last.endswith(UNFINISHED)


def _forget(temporary: str, folder: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(temporary, dir_fd=folder)


def _exists(last: str, folder: int) -> bool:
    try:
        os.stat(last, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _opened_new(folder: int) -> tuple[int, str]:
    """A new file and its temporary name, empty where it needs none: such a one is gone with its writer, whatever happens to that."""
    if _NAMELESS and _takes_nameless(folder):
        return os.open(".", _NEW_NAMELESS, 0o600, dir_fd=folder), ""
    temporary = f".{os.urandom(16).hex()}{UNFINISHED}"
    return os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder), temporary


def _takes_nameless(folder: int) -> bool:
    """Whether this file system knows files without a name and lets them be named; tried once, because what cannot be named at its end is lost."""
    device = os.fstat(folder).st_dev
    if device not in _tried:
        trial = f".{os.urandom(16).hex()}{UNFINISHED}"
        try:
            out = os.open(".", _NEW_NAMELESS, 0o600, dir_fd=folder)
            try:
                os.link(f"/proc/self/fd/{out}", trial, dst_dir_fd=folder, follow_symlinks=True)
            finally:
                os.close(out)
        except OSError as fault:
            if fault.errno not in _NO_NAMELESS:
                raise
            _tried[device] = False
        else:
            os.unlink(trial, dir_fd=folder)
            _tried[device] = True
    return _tried[device]


def _publish(out: int, temporary: str, last: str, folder: int) -> None:
    """Give a finished file its name, never over another. File systems without hard links (a USB stick) rename instead: names are random."""
    try:
        if temporary:
            os.link(temporary, last, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        else:
            os.link(f"/proc/self/fd/{out}", last, dst_dir_fd=folder, follow_symlinks=True)
    except FileExistsError:
        raise Refused("blobs.exists") from None
    except OSError as fault:
        if fault.errno not in _NO_LINKS or not temporary:
            raise
        os.rename(temporary, last, src_dir_fd=folder, dst_dir_fd=folder)


def _cut_time(descriptor: int) -> None:
    day = int(time.time()) // _DAY * _DAY
    os.utime(descriptor, (day, day))


def _ours(fault: OSError) -> LetapisError:
    """The error of our tree for an operating system's; never with a path in it."""
    if isinstance(fault, FileNotFoundError):
        return NotFound("blobs.missing")
    if fault.errno in _FULL:
        return Busy("disk.full")
    if fault.errno in _NOT_PLAIN:
        return Hostile("blobs.not_plain")
    if isinstance(fault, PermissionError):
        return Refused("disk.permission")
    return Busy("disk.failed")


@contextmanager
def _as_ours() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise _ours(fault) from None
