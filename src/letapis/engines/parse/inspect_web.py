"""A captured page, or a web archive of many (WARC, WACZ): every answer with its digests, what a person could have read, pictures apart.

Rows: first the file, then one for each record and for each part that is handed out. Runs inside the sandbox; nothing of a page is run.
"""

from typing import Final

from letapis.core.page_text import PageText
from letapis.engines.parse import web_pages, web_records
from letapis.engines.parse.answer import Answer
from letapis.engines.parse.codes import Kind
from letapis.engines.parse.sniff import sniff
from letapis.engines.parse.told import Told
from letapis.engines.parse.web_package import Package, read_package
from letapis.engines.parse.web_records import Archive, WebRecord, digest

web_pages.warm()

MAX_PARTS: Final = 900
MAX_OUT: Final = 512 << 20
_MEDIA: Final = ("image/", "audio/", "video/")
_TINY: Final = 512
"""Bytes below which a picture is a dot that counts visitors."""


def read(untrusted: bytes, answer: Answer) -> None:
    """Rows of ``untrusted``. Faults of the file stand in its first row, with their places."""
    told = _Web(answer)
    if untrusted[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        _package(untrusted, told)
    elif untrusted[:5] == b"WARC/" or untrusted[:2] == b"\x1f\x8b":
        _archive(untrusted, told)
    else:
        _page(untrusted, told)
    told.faults()


class _Web:
    """Writes rows and parts in their order."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._rows = Told(answer)
        self._parts = self._size = 0
        self._faults: list[tuple[str, int]] = []

    def row(self, **said: object) -> int:
        return self._rows.row("web", row="row", **said)

    def fault(self, code: str, offset: int = -1) -> None:
        if (code, offset) not in self._faults and len(self._faults) < 1000:
            self._faults.append((code, offset))

    def part(self, of: int, what: str, data: bytes, **said: object) -> None:
        """Something handed out of the file, unless so much was handed out that the rest stays inside."""
        if self._parts >= MAX_PARTS or self._size + len(data) > MAX_OUT:
            self.answer.flag("pages_cut")
            return
        self._parts, self._size = self._parts + 1, self._size + len(data)
        self.answer.member(self.row(part=what, of=of, **said), data)

    def faults(self) -> None:
        for code, offset in self._faults:
            self.row(fault=code, offset=offset if offset >= 0 else "")


def _page(data: bytes, told: _Web) -> None:
    """One page that was saved alone."""
    row = told.row(form="page")
    kind, _ = sniff(data)
    text = web_pages.text_of("", "text/html" if kind is Kind.WEB else "text/plain", "", data, told.answer) if kind in (Kind.WEB, Kind.TEXT) else None
    if text is None:
        told.fault("web.not_an_archive")
    else:
        _texts(told, row, text)


def _archive(data: bytes, told: _Web) -> None:
    told.row(form="warc")
    _records(data, told, "")


def _package(data: bytes, told: _Web) -> None:
    package = read_package(data, told.answer)
    about = package.told
    told.row(form="wacz", software=about.get("software"), created=about.get("created"), title=about.get("title"))
    for code in package.faults:
        told.fault(code)
    if package.signed:
        row = told.row(signed="yes")
        for name, value in package.signed.items():
            told.part(row, f"signed.{name}", value.encode("utf-8"))
    for entry in package.entries:
        told.row(page=entry["url"], date=entry.get("ts"), title=entry.get("title"))
    for path in sorted(package.parts):
        if path.startswith("archive/"):
            _records(package.parts[path], told, path)
    _listed(package, told)


def _listed(package: Package, told: _Web) -> None:
    for path in package.parts:
        told.row(path=path, size=len(package.parts[path]), sha256=digest(package.parts[path]))


def _records(data: bytes, told: _Web, path: str) -> None:
    found = Archive()
    for one in web_records.records(data, found):
        if one.packed and one.body:
            told.fault("web.packed_otherwise")
        row = told.row(
            type=one.type, address=one.address, date=one.date, status=one.status, media=one.media, method=one.method, server=one.server,
            agent=one.agent, software=one.software, location=one.location, digest=one.digest, size=len(one.body), sha256=digest(one.body),
        )  # fmt: skip
        _parts(told, row, one)
    for code, offset in found.faults:
        told.fault(code, offset)


def _parts(told: _Web, row: int, one: WebRecord) -> None:
    """Text and pictures of what a server answered, or of a picture that the collector's browser made of the page."""
    if one.type not in ("response", "resource", "conversion") or not one.body:
        return
    if one.media.startswith(_MEDIA):
        if len(one.body) >= _TINY and one.status in ("", "200", "206"):
            told.part(row, "media", one.body, sha256=digest(one.body), media=one.media, address=one.address)
        return
    if one.packed:
        return
    text = web_pages.text_of(one.address, one.media, one.header, one.body, told.answer)
    if text is not None:
        _texts(told, row, text)


def _texts(told: _Web, row: int, text: PageText) -> None:
    for what, part in (("text", text.lines), ("scripts", text.scripts), *(("described", one) for one in text.described)):
        if part:
            told.part(row, what, part.encode("utf-8", "replace"), address=text.address)
