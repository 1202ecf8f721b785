"""Named blobs in a folder or at a configured address: create-only, whole or not at all.

A *folder* is written by ourselves, because durability is promised there: temporary name, fsync of the file, times cut to the day, link to
the final name, fsync of the folder. (``obstore``'s LocalStore does not sync.) Every step of a name is opened without following links, so
whoever may write into a shared folder cannot lead us out of it. WebDAV has a client of its own (``webdav``), S3 and its like
go through ``obstore``, whose client follows redirects of the store that was configured. Nothing here knows keys; names and sizes are all
that the other side learns.
"""

import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Protocol

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, InvalidPathError, PermissionDeniedError, UnauthenticatedError

from letapis.core.errors import Busy, Hostile, LetapisError, NotFound, Refused, UsageError
from letapis.engines.webdav import WebDav

SCHEMES: Final = ("s3://", "gs://", "az://", "memory://")
UNFINISHED: Final = ".new"
PART: Final = 8 << 20
_RETRY: Final[Any] = {"max_retries": 2, "retry_timeout": timedelta(seconds=30)}
_DAY: Final = 86_400
_DENIED: Final = re.compile(r"status code: 40[13]\b")
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
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

    def _parent(self, name: str, make: bool = False) -> tuple[int, str]:
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

    @contextmanager
    def create(self, name: str, *, settled: bool = True) -> Iterator[Writer]:
        # What the body of the ``with`` raises is not ours to rename, so only our own steps stand under ``_as_ours``.
        with _as_ours():
            folder, last = self._parent(name, make=True)
        temporary = f".{secrets.token_hex(16)}{UNFINISHED}"
        try:
            with _as_ours():
                if _exists(last, folder):
                    raise Refused("blobs.exists")
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                out = os.fdopen(os.open(temporary, flags, 0o600, dir_fd=folder), "wb", buffering=0)
            with out:
                yield _Whole(out)
                with _as_ours():
                    _cut_time(out.fileno())
                    os.fsync(out.fileno())
            with _as_ours():
                _publish(temporary, last, folder)
                try:
                    _forget(temporary, folder)
                    if settled:
                        os.fsync(folder)
                except OSError:
                    # The name may not survive a loss of power, so it is not acknowledged and must not stay by chance.
                    _forget(last, folder)
                    raise
        finally:
            _forget(temporary, folder)
            os.close(folder)

    def settle(self) -> None:
        with _as_ours():
            folder, _ = self._parent("x")
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    @contextmanager
    def _opened(self, name: str) -> Iterator[int]:
        with _as_ours():
            folder, last = self._parent(name)
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
            folder, _ = self._parent(f"{prefix}/x" if prefix else "x")
        except (FileNotFoundError, NotADirectoryError):
            return
        try:
            with _as_ours():
                yield from _walk(folder, f"{prefix}/" if prefix else "", 0)
        finally:
            os.close(folder)

    def remove(self, name: str) -> None:
        with _as_ours():
            folder, last = self._parent(name)
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


class _Whole:
    """An unbuffered file may write less than it was given; this writes all."""

    def __init__(self, out: Any) -> None:
        self._out = out

    def write(self, data: bytes | bytearray | memoryview) -> None:
        rest = memoryview(data)
        with _as_ours():
            while rest:
                rest = rest[self._out.write(rest) :]


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


def _publish(temporary: str, last: str, folder: int) -> None:
    """Give a finished file its name, never over another. File systems without hard links (a USB stick) rename instead: names are random."""
    try:
        os.link(temporary, last, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise Refused("blobs.exists") from None
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
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


class Remote:
    """Blobs at an address that the user configured, through ``obstore``. Durability and times are what that store promises."""

    def __init__(self, address: str) -> None:
        if not address.startswith(SCHEMES):
            raise UsageError("blobs.address")
        try:
            self._store = _store_at(address)
        except (BaseError, ValueError):
            raise UsageError("blobs.address") from None

    def settle(self) -> None:
        """Nothing: what a remote store has acknowledged stays as it promises."""

    @contextmanager
    def create(self, name: str, *, settled: bool = True) -> Iterator[Writer]:
        with _remote_as_ours():
            if self._has(name):
                raise Refused("blobs.exists")
        upload = _Upload(self._store, name)
        yield upload
        with _remote_as_ours():
            upload.finish()

    def replace(self, name: str, data: bytes, kind: str) -> None:
        """Put a file in place of another or of none, whole; ``kind``: the media type as which it is given out."""
        with _remote_as_ours():
            obstore.put(self._store, name, data, attributes={"Content-Type": kind, "Cache-Control": "no-cache"}, use_multipart=False)

    def _has(self, name: str) -> bool:
        try:
            obstore.head(self._store, name)
        except FileNotFoundError:
            return False
        return True

    def read(self, name: str, start: int, length: int) -> bytes:
        with _remote_as_ours():
            total = int(obstore.head(self._store, name)["size"])
            if start >= total or length == 0:
                return b""
            return bytes(obstore.get_range(self._store, name, start=start, length=min(length, total - start)))

    def size(self, name: str) -> int:
        with _remote_as_ours():
            return int(obstore.head(self._store, name)["size"])

    def entries(self, prefix: str) -> Iterator[tuple[str, int]]:
        with _remote_as_ours():
            for page in obstore.list(self._store, prefix or None):
                for entry in page:
                    yield str(entry["path"]), int(entry["size"])

    def remove(self, name: str) -> None:
        with _remote_as_ours():
            if not self._has(name):
                raise NotFound("blobs.missing")
            obstore.delete(self._store, name)

    def sweep(self, older_than: float) -> int:
        return 0


def _store_at(address: str) -> Any:
    if address.startswith("memory://"):
        return obstore.store.MemoryStore()
    return obstore.store.from_url(address, retry_config=_RETRY)


class _Upload:
    """Small blobs go in one request that refuses an existing name; larger ones stream, after the name was looked up."""

    def __init__(self, store: Any, name: str) -> None:
        self._store, self._name, self._held = store, name, bytearray()
        self._stream: Any = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        with _remote_as_ours():
            if self._stream is None and len(self._held) + len(data) > PART:
                self._stream = obstore.open_writer(self._store, self._name)
                self._stream.write(bytes(self._held))
                self._held.clear()
            if self._stream is not None:
                self._stream.write(bytes(data))
                return
        self._held += data

    def finish(self) -> None:
        """Nothing is visible before this; an upload that is never finished never becomes a blob."""
        if self._stream is None:
            obstore.put(self._store, self._name, bytes(self._held), mode="create", use_multipart=False)
        else:
            self._stream.close()


@contextmanager
def _remote_as_ours() -> Iterator[None]:
    try:
        yield
    except AlreadyExistsError:
        raise Refused("blobs.exists") from None
    except FileNotFoundError:
        raise NotFound("blobs.missing") from None
    except InvalidPathError:
        raise UsageError("blobs.name") from None
    except (PermissionDeniedError, UnauthenticatedError):
        raise Refused("blobs.denied") from None
    except (BaseError, OSError) as fault:
        # A list that is refused has no error of its own there.
        raise (Refused("blobs.denied") if _DENIED.search(str(fault)) else Busy("blobs.unreachable")) from None
