"""The records of a web archive (WARC 1.0 and 1.1), each with its digests checked. Runs inside the sandbox.

The archive is read with ``warcio``, which says what is odd on standard error alone; here it is caught and becomes a word of the answer.
"""

import hashlib
import io
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeadersParserException  # type: ignore[import-untyped]

from letapis.engines.parse.answer import Stop

MAX_RECORDS: Final = 50_000
MAX_BODY: Final = 64 << 20
MAX_BODIES: Final = 1 << 30
MAX_RATIO: Final = 100
_UNPACKED: Final = ("", "identity", "gzip", "x-gzip", "deflate")
_SMALL: Final = 8 << 20
_OFFSET: Final = re.compile(r"Offset: (\d+)")
_BROKEN: Final = (EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, zlib.error, StatusAndHeadersParserException)


@dataclass(frozen=True)
class WebRecord:
    """One record. ``digest``: ok, bad, or none where nothing could be compared; ``short``: bytes are missing at its end; ``packed``: its
    body is compressed in a way that is not unpacked here."""

    type: str
    address: str
    date: str
    status: str
    media: str
    header: str
    method: str
    server: str
    agent: str
    software: str
    location: str
    digest: str
    short: bool
    packed: bool
    body: bytes


@dataclass
class Archive:
    """What was found of one archive beside its records: ``faults`` are codes with the place of each in the file, where one is known."""

    faults: list[tuple[str, int]] = field(default_factory=list)


def records(data: bytes, found: Archive) -> Iterator[WebRecord]:
    """The records in their order, as far as they can be read. Raises Stop for more than an archive of honest pages holds."""
    total = 0
    with _heard() as said:
        archive = ArchiveIterator(io.BytesIO(data), check_digests=True)
        for number in range(MAX_RECORDS + 1):
            try:
                raw = next(archive, None)
                if raw is None and number:
                    break
                one = _record(raw)
            except ArchiveLoadFailed as fault:
                whole = "non-chunked" in str(fault)
                found.faults.append(("web.whole_gzip" if whole else "web.not_an_archive" if number == 0 else "web.broken_off", archive.offset))
                break
            except _BROKEN:
                found.faults.append(("web.broken_off" if number else "web.not_an_archive", archive.offset))
                break
            if number == MAX_RECORDS:
                raise Stop("parse.archive_too_many")
            total += len(one.body)
            if total > MAX_BODIES or (total > _SMALL and total > MAX_RATIO * len(data)):
                raise Stop("parse.archive_ratio")
            if one.short:
                found.faults.append(("web.cut_short", archive.offset))
            yield one
            found.faults += [("web.length_wrong", int(offset)) for offset in _OFFSET.findall(said.getvalue())]
            said.truncate(0)
    found.faults += [("web.length_wrong", int(offset)) for offset in _OFFSET.findall(said.getvalue())]


@contextmanager
def _heard() -> Iterator[io.StringIO]:
    """What the library says on standard error."""
    before, sys.stderr = sys.stderr, io.StringIO()
    try:
        yield sys.stderr
    finally:
        sys.stderr = before


def _record(raw: Any) -> WebRecord:
    """Raises one of ``_BROKEN`` for what is no record: nothing at all, or one that does not say what it is."""
    told, http = raw.rec_headers.get_header, raw.http_headers
    if not raw.rec_type or not told("WARC-Type"):
        raise ValueError("type")
    body = _body(raw)
    passed, short = raw.digest_checker.passed, getattr(raw.raw_stream, "limit", 0) > 0
    full = http.get_header("Content-Type") if http else told("Content-Type")
    answered = raw.rec_type in ("response", "revisit") and http is not None
    return WebRecord(
        type=raw.rec_type or "",
        address=told("WARC-Target-URI") or "",
        date=told("WARC-Date") or "",
        status=(http.get_statuscode() or "") if answered else "",
        media=(full or "").partition(";")[0].strip().lower(),
        header=full or "",
        method=(http.protocol or "") if raw.rec_type == "request" and http else "",
        server=told("WARC-IP-Address") or "",
        agent=(http.get_header("User-Agent") or "") if raw.rec_type == "request" and http else "",
        software=_software(body) if raw.rec_type == "warcinfo" else "",
        location=(http.get_header("Location") or "") if answered else "",
        digest={True: "ok", False: "bad"}.get(passed, "none"),
        short=short,
        packed=bool(http and (http.get_header("Content-Encoding") or "").strip().lower() not in _UNPACKED),
        body=body,
    )


def _body(raw: Any) -> bytes:
    """The bytes of the answer, unpacked and put together from its chunks. Raises Stop for one that is larger than any page."""
    stream, read = raw.content_stream(), io.BytesIO()
    while piece := stream.read(1 << 16):
        read.write(piece)
        if read.tell() > MAX_BODY:
            raise Stop("parse.too_large")
    while raw.raw_stream.read(1 << 16):  # what an unpacker left, so that the digests cover all of it
        continue
    return read.getvalue()


def _software(body: bytes) -> str:
    found = re.search(rb"^software:\s*([^\r\n]{1,200})", body, re.IGNORECASE | re.MULTILINE)
    return found[1].decode("utf-8", "replace") if found else ""


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
