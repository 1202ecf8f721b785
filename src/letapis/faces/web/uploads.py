"""An upload goes from the socket into the object store, sealed chunk by chunk; no part of it is ever a file in clear.

Django pushes chunks, the object store pulls from a stream. A small thread stands between: the store reads from a queue that holds
at most a few chunks, so memory stays bounded whatever the size of the file. The handler keeps nothing that could be read again: a view
gets the sealed object's description only.
"""

import io
import queue
from collections.abc import Callable
from threading import Thread
from typing import Any, BinaryIO, Final, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from letapis.core.errors import Hostile, LetapisError, Refused
from letapis.faces.web.running import running

_WAITING_CHUNKS: Final = 4
_PATIENCE: Final = 120  # seconds; the socket itself gives up after thirty


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs only
    """``sealed`` is what the object store answered; ``untrusted_name`` is the sender's word for the file and is data to be sealed."""

    def __init__(self, sealed: Any, untrusted_name: str, content_type: str, size: int) -> None:
        super().__init__(file=None, name="upload", content_type=content_type, size=size)
        self.sealed = sealed
        self.untrusted_name = untrusted_name

    def close(self) -> None:
        """There is no file to close."""


class _Pipe(io.RawIOBase):
    """Read side of the queue. Ends at ``None``; raises Hostile when the sender went away."""

    def __init__(self) -> None:
        self.chunks: queue.Queue[bytes | None] = queue.Queue(_WAITING_CHUNKS)
        self.broken = False
        self._rest = b""
        self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest and not self._over:
            try:
                chunk = self.chunks.get(timeout=_PATIENCE)
            except queue.Empty:
                raise Hostile("web.upload_broken") from None
            self._over = chunk is None
            self._rest = chunk or b""
        if self.broken:
            raise Hostile("web.upload_broken")
        taken = min(len(buffer), len(self._rest))
        buffer[:taken], self._rest = self._rest[:taken], self._rest[taken:]
        return taken


class _Sealing(Thread):
    """Runs the store's reading side; ``answer`` or ``fault`` is there after ``join``."""

    def __init__(self, seal: Callable[[BinaryIO], Any]) -> None:
        super().__init__(daemon=True, name="sealing")
        self.pipe = _Pipe()
        self.answer: Any = None
        self.fault: LetapisError | None = None
        self._seal = seal

    def run(self) -> None:
        try:
            self.answer = self._seal(cast(BinaryIO, io.BufferedReader(self.pipe, 64 * 1024)))
        except LetapisError as error:
            self.fault = error

    def push(self, chunk: bytes | None) -> None:
        """Hand over one chunk; a store that stopped reading (disk full) is noticed instead of waited for."""
        while True:
            try:
                self.pipe.chunks.put(chunk, timeout=0.2)
                return
            except queue.Full:
                if not self.is_alive():
                    return


class SealingUploadHandler(FileUploadHandler):
    """The only upload handler. Refuses a file that the page did not ask for before a byte of it is kept."""

    chunk_size = 64 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._sealing: _Sealing | None = None

    def new_file(self, *arguments: Any, **named: Any) -> None:
        super().new_file(*arguments, **named)
        request: Any = self.request
        if not (getattr(request, "has_desk", False) and request.takes_files):
            raise Refused("web.no_file_expected")
        now = running()
        self._sealing = _Sealing(lambda stream: now.seal(now.desk, stream))
        self._sealing.start()
        request.sealing_uploads = [*getattr(request, "sealing_uploads", ()), self]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._sealing is not None
        self._sealing.push(bytes(raw_data))
        if self._sealing.fault is not None:
            raise self._sealing.fault
        return None

    def file_complete(self, file_size: int) -> SealedUpload | None:
        assert self._sealing is not None
        sealing, self._sealing = self._sealing, None
        sealing.push(None)
        sealing.join()
        if sealing.fault is not None:
            raise sealing.fault
        if sealing.answer is None:
            raise Hostile("web.upload_broken")
        return SealedUpload(sealing.answer, self.file_name or "", self.content_type or "", file_size)

    def upload_interrupted(self) -> None:
        """The body ended inside the file: the store's reader gets an error and keeps nothing."""
        self.abandon()
        raise Hostile("web.upload_broken")

    def abandon(self) -> None:
        """End a sealing that nobody will complete. Called for every request, also when the socket broke while it was read."""
        if self._sealing is not None:
            sealing, self._sealing = self._sealing, None
            sealing.pipe.broken = True
            sealing.push(None)
            sealing.join()
