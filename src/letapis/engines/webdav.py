"""Blobs on a WebDAV share (RFC 4918), over the standard library's HTTP client.

Not through ``obstore``: its client follows redirects and offers no switch, and a request to a host that nobody configured must not
happen. Here a redirect is refused, addresses in answers are read for their path only, and plain HTTP is for this machine alone.
A blob is sent under a temporary name and moved, without overwriting, so nobody sees half of it. Blobs are collected in memory first.
"""

import base64
import http.client
import io
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

from letapis.core.errors import Busy, Hostile, LetapisError, NotFound, Refused, UsageError
from letapis.engines.hosts import read_address

LARGEST: Final = 256 << 20
LARGEST_LISTING: Final = 64 << 20
SECONDS: Final = 30.0
MAX_DEPTH: Final = 4
_PART: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z")
_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+)\Z")
_ASK: Final = b'<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:getcontentlength/><D:resourcetype/></D:prop></D:propfind>'


class WebDav:
    """A share at ``https://[user:password@]host[:port]/path`` (``http`` on loopback). Raises UsageError ``blobs.address``."""

    def __init__(self, address: str) -> None:
        self._host, parts = read_address(address, "blobs.address")
        if parts.query or parts.fragment:
            raise UsageError("blobs.address")
        self._base = unquote(parts.path).rstrip("/")
        self._headers = {"User-Agent": "letapis"}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = "Basic " + base64.b64encode(pair).decode("ascii")

    @contextmanager
    def _ask(self, method: str, name: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Iterator[http.client.HTTPResponse]:
        """One request on a connection of its own. Errors and redirects raise; what is left is a success."""
        path = quote(f"{self._base}/{name}" if name else f"{self._base}/")
        connection = self._host.connection(SECONDS)
        try:
            connection.request(method, path, body, {**self._headers, **(headers or {})})
            answer = connection.getresponse()
            _check(method, answer.status)
            yield answer
        except (OSError, http.client.HTTPException):
            raise Busy("blobs.unreachable") from None
        finally:
            connection.close()

    def settle(self) -> None:
        """Nothing: what the server has acknowledged stays as it promises."""

    @contextmanager
    def create(self, name: str, *, settled: bool = True) -> Iterator[io.BytesIO]:
        if self._has(name):
            raise Refused("blobs.exists")
        held = _Held()
        yield held
        folder = name.rpartition("/")[0]
        self._make_folders(folder)
        temporary = f"{folder}/.{secrets.token_hex(16)}.new".lstrip("/")
        try:
            with self._ask("PUT", temporary, held.getvalue(), {"Content-Type": "application/octet-stream"}):
                pass
            with self._ask("MOVE", temporary, headers={"Destination": self._address(name), "Overwrite": "F"}):
                pass
        except LetapisError:
            with suppress(LetapisError), self._ask("DELETE", temporary):
                pass
            raise

    def replace(self, name: str, data: bytes, kind: str) -> None:
        """Put a file in place of another or of none: sent under a temporary name and moved, so that nobody is given half of it."""
        folder = name.rpartition("/")[0]
        self._make_folders(folder)
        temporary = f"{folder}/.{secrets.token_hex(16)}.new".lstrip("/")
        try:
            with self._ask("PUT", temporary, data, {"Content-Type": kind}):
                pass
            with self._ask("MOVE", temporary, headers={"Destination": self._address(name), "Overwrite": "T"}):
                pass
        except LetapisError:
            with suppress(LetapisError), self._ask("DELETE", temporary):
                pass
            raise

    def _address(self, name: str) -> str:
        host, port = self._host.name, self._host.port
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if self._host.secure else 'http'}://{host}{f':{port}' if port else ''}{quote(f'{self._base}/{name}')}"

    def _make_folders(self, folder: str) -> None:
        parts = folder.split("/") if folder else []
        for count in range(1, len(parts) + 1):
            with suppress(_There), self._ask("MKCOL", "/".join(parts[:count])):
                pass

    def _has(self, name: str) -> bool:
        try:
            self.size(name)
        except NotFound:
            return False
        return True

    def read(self, name: str, start: int, length: int) -> bytes:
        if length == 0:
            return b""
        try:
            with self._ask("GET", name, headers={"Range": f"bytes={start}-{start + length - 1}"}) as answer:
                if answer.status == 206:
                    found = _RANGE.match(answer.getheader("Content-Range", ""))
                    if found is None or int(found[1]) != start:
                        raise Hostile("blobs.range")
                    return _at_most(answer, length)
                # The server ignored the range and sends everything: skip to our part, never holding more than that.
                skipped = 0
                while skipped < start and (data := answer.read(min(1 << 20, start - skipped))):
                    skipped += len(data)
                return answer.read(length)
        except _BeyondEnd:
            return b""

    def size(self, name: str) -> int:
        with self._ask("HEAD", name) as answer:
            length = answer.getheader("Content-Length", "")
            if not length.isdecimal():
                raise Hostile("blobs.range")
            return int(length)

    def entries(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Folder by folder (depth 1). Names of another form are given with size -1 and never asked for."""
        waiting = [prefix]
        while waiting:
            folder = waiting.pop()
            try:
                found = self._folder(folder)
            except NotFound:
                continue
            for name, size in found:
                if size is not None:
                    yield name, size
                elif _PART.match(name.rpartition("/")[2]) and name.count("/") < MAX_DEPTH:
                    waiting.append(name)
                else:
                    yield name, -1

    def _folder(self, folder: str) -> list[tuple[str, int | None]]:
        """(name, size) of what lies directly in a folder; None for a folder."""
        headers = {"Depth": "1", "Content-Type": "application/xml"}
        with self._ask("PROPFIND", f"{folder}/" if folder else "", _ASK, headers) as answer:
            data = _at_most(answer, LARGEST_LISTING)
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise Hostile("blobs.listing")
        try:
            responses = ElementTree.fromstring(data).findall("{DAV:}response")
        except ElementTree.ParseError:
            raise Hostile("blobs.listing") from None
        start = f"{self._base}/{folder}/" if folder else f"{self._base}/"
        found = []
        for response in responses:
            path = unquote(urlsplit(response.findtext("{DAV:}href", "").strip()).path)
            last = path[len(start) :].rstrip("/")
            if path.startswith(start) and last:
                found.append((f"{folder}/{last}".lstrip("/"), _size_of(response, last)))
        return sorted(found, key=lambda pair: pair[0])

    def remove(self, name: str) -> None:
        with self._ask("DELETE", name):
            pass

    def sweep(self, older_than: float) -> int:
        return 0


class _Held(io.BytesIO):
    """Collects a blob, up to the size that one request may carry."""

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        if self.tell() + len(data) > LARGEST:
            raise Refused("blobs.too_large")
        return super().write(data)


class _There(LetapisError):
    """A folder that was to be made exists already."""


class _BeyondEnd(LetapisError):
    """A range that begins after the end of a blob."""


def _check(method: str, status: int) -> None:
    """Raise unless the answer is a success."""
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Hostile("blobs.redirected")
    if status in (401, 403):
        raise Refused("blobs.denied")
    if status in (404, 410):
        raise NotFound("blobs.missing")
    if status == 405 and method == "MKCOL":
        raise _There("blobs.exists")
    if status == 412:
        raise Refused("blobs.exists")
    if status == 416 and method == "GET":
        raise _BeyondEnd("blobs.range")
    if status == 507:
        raise Busy("disk.full")
    raise Busy("blobs.unreachable")


def _at_most(answer: http.client.HTTPResponse, limit: int) -> bytes:
    data = answer.read(limit + 1)
    if len(data) > limit:
        raise Hostile("blobs.range")
    return data


def _size_of(response: ElementTree.Element, last: str) -> int | None:
    """Size of a plain entry, None for a folder, -1 for what is neither or has a name of several parts."""
    if "/" in last:
        return -1
    if response.find(".//{DAV:}resourcetype/{DAV:}collection") is not None:
        return None
    length = response.findtext(".//{DAV:}getcontentlength", "").strip()
    return int(length) if length.isdecimal() and len(length) < 20 else -1
