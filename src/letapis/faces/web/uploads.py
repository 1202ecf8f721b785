"""An upload goes from the socket into the object store, sealed chunk by chunk; no part of it is ever a file in clear.

Django pushes chunks, the object store pulls pieces. A small thread stands between: the store reads from a queue that holds
at most a few chunks, so memory stays bounded whatever the size of the file. The handler keeps nothing that could be read again: a view
gets the sealed object's description only.
"""

import queue
from collections.abc import Callable, Iterable, Iterator
from threading import Thread
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from letapis.core.errors import Hostile, LetapisError, Refused
from letapis.faces.web.running import running

_WAITING_CHUNKS: Final = 4
_PATIENCE: Final = 120  # seconds; the socket itself gives up after thirty
_LOOK_AGAIN: Final = 0.2


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs only
    """``sealed`` is what the object store answered; ``untrusted_name`` is the sender's word for the file and is data to be sealed."""

    def __init__(self, sealed: Any, untrusted_name: str, content_type: str, size: int) -> None:
        super().__init__(file=None, name="upload", content_type=content_type, size=size)
        self.sealed = sealed
        self.untrusted_name = untrusted_name

    def close(self) -> None:
        """There is no file to close."""


class SmallUpload(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs only
    """A small file that is held in memory and never written, sealed or not: ``data`` are its bytes, of one that is too large the first ones."""

    def __init__(self, data: bytes, content_type: str) -> None:
        super().__init__(file=None, name="upload", content_type=content_type, size=len(data))
        self.data = data

    def close(self) -> None:
        """There is no file to close."""


class _Sealing(Thread):
    """Runs the store's reading side; ``answer`` or ``fault`` is there after ``join``."""

    def __init__(self, seal: Callable[[Iterable[bytes]], Any]) -> None:
        super().__init__(daemon=True, name="sealing")
        self.answer: Any = None
        self.fault: LetapisError | None = None
        self._seal = seal
        self._chunks: queue.Queue[bytes | None] = queue.Queue(_WAITING_CHUNKS)
        self._broken = False

    def run(self) -> None:
        try:
            self.answer = self._seal(self._pieces())
        except LetapisError as error:
            self.fault = error

    def _pieces(self) -> Iterator[bytes]:
        """What was pushed, to the end. Raises Hostile when the sender went away, so that the store keeps nothing."""
        while True:
            try:
                chunk = self._chunks.get(timeout=_PATIENCE)
            except queue.Empty:
                raise Hostile("web.upload_broken") from None
            if self._broken:
                raise Hostile("web.upload_broken")
            if chunk is None:
                return
            yield chunk

    def push(self, chunk: bytes | None) -> None:
        """Hand over one chunk, or None for the end; a store that stopped reading (disk full) is noticed instead of waited for."""
        while True:
            try:
                self._chunks.put(chunk, timeout=_LOOK_AGAIN)
                return
            except queue.Full:
                if not self.is_alive():
                    return

    def give_up(self) -> None:
        """The file will not be completed: the store gets an error and keeps nothing."""
        self._broken = True
        self.push(None)
        self.join()


class SealingUploadHandler(FileUploadHandler):
    """The only upload handler. Refuses a file that the page did not ask for before a byte of it is kept."""

    chunk_size = 64 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._sealing: _Sealing | None = None
        self._small: bytearray | None = None
        self._most = 0

    def new_file(self, *arguments: Any, **named: Any) -> None:
        super().new_file(*arguments, **named)
        request: Any = self.request
        dossier = getattr(request, "files_for", None)
        secret = getattr(request, "memory_files", {}).get(self.field_name, 0)
        self._most = secret or getattr(request, "small_files", None) or 0
        if secret or (dossier is None and self._most):
            self._small = bytearray()
            return
        if dossier is None:
            raise Refused("web.no_file_expected")
        seal, desk, reader = running().seal, request.desk, request.reader
        self._sealing = _Sealing(lambda pieces: seal(desk, reader, dossier, pieces))
        self._sealing.start()
        request.sealing_uploads = [*getattr(request, "sealing_uploads", ()), self]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._small is not None:
            # One byte too many tells the view; the rest is read and dropped, so that the page can say what is wrong.
            self._small += raw_data[: max(0, self._most + 1 - len(self._small))]
            return None
        assert self._sealing is not None
        self._sealing.push(bytes(raw_data))
        if self._sealing.fault is not None:
            raise self._sealing.fault
        return None

    def file_complete(self, file_size: int) -> SealedUpload | SmallUpload | None:
        if self._small is not None:
            small, self._small = bytes(self._small), None
            return SmallUpload(small, self.content_type or "")
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
            sealing.give_up()
