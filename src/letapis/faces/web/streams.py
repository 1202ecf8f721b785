"""Bytes that go to the browser while they are opened: a file to save, or a part of a sound or film."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse

_SOUND: Final = {"audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "audio/webm", "audio/flac", "audio/aac"}
# The same sound under its older name, as the command line and an import of a folder take it from the ending of the file.
PLAYED: Final = frozenset({*_SOUND, "audio/x-wav", "audio/x-flac", "video/mp4", "video/webm", "video/ogg"})
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z", re.ASCII)


def begun(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces with the first one read already, so that a missing or changed file is an error page and no half file."""
    rest = iter(pieces)
    return chain([next(rest, b"")], rest)


def saved(pieces: Iterable[bytes], name: str, size: int | None = None) -> StreamingHttpResponse:
    """A file to save. ``name`` is ours, never the sender's; the browser is told nothing that would make it open the file."""
    response = StreamingHttpResponse(begun(pieces), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    if size is not None:
        response["Content-Length"] = str(size)
    return response


def played(request: Any, pieces: Callable[[int], Iterable[bytes]], size: int, media_type: str) -> HttpResponse | StreamingHttpResponse:
    """A sound or film, whole or the part that ``Range`` asks for (RFC 9110 §14.2; one range, everything else is answered whole).

    ``pieces`` gives its bytes from a place on, so that a jump into a long film opens nothing that lies before it.
    """
    asked = _RANGE.match(request.META.get("HTTP_RANGE", ""))
    first, last = _part(asked, size) if asked else (0, size - 1)
    if first > last:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    streamed = StreamingHttpResponse(begun(_cut(pieces(first), last - first + 1)), status=206 if asked else 200, content_type=media_type)
    streamed.is_media = True  # type: ignore[attr-defined]
    streamed["Accept-Ranges"] = "bytes"
    streamed["Content-Length"] = str(last - first + 1)
    streamed["Content-Disposition"] = "inline"
    if asked:
        streamed["Content-Range"] = f"bytes {first}-{last}/{size}"
    return streamed


def _part(asked: re.Match[str], size: int) -> tuple[int, int]:
    """First and last byte; a part that lies outside comes back with first > last."""
    first, last = asked.groups()
    if first:
        return int(first), min(int(last), size - 1) if last else size - 1
    return (max(0, size - int(last)), size - 1) if last and int(last) else (1, 0)


def _cut(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The first ``length`` bytes."""
    for piece in pieces:
        if piece:
            yield bytes(piece[:length])
        length -= len(piece)
        if length <= 0:
            return
