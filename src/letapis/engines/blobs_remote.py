"""Named blobs at an address of an object store (S3 and its like), through ``obstore``, whose client follows redirects of the store that was
configured. What it promises of durability and times is what that store promises."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, InvalidPathError, PermissionDeniedError, UnauthenticatedError

from letapis.core.errors import Busy, NotFound, Refused, UsageError

SCHEMES: Final = ("s3://", "gs://", "az://", "memory://")
PART: Final = 8 << 20
_RETRY: Final[Any] = {"max_retries": 2, "retry_timeout": timedelta(seconds=30)}
_DENIED: Final = re.compile(r"status code: 40[13]\b")


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
    def create(self, name: str, *, settled: bool = True) -> Iterator["_Upload"]:
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
