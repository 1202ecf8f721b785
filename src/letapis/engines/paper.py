"""A PDF of pictures and nothing else: no text, no metadata, no attachment, one version.

Written piece by piece, and read back only where it is byte for byte what is written here. The pixel stream of a PNG is a Flate stream with
PNG predictors, so it goes in as it is (ISO 32000-1, 7.4.4). A page has the size at which the sandbox drew it.
"""

import re
from collections.abc import Iterable, Iterator
from struct import pack, unpack_from
from typing import Final
from zlib import crc32

from letapis.core.errors import Hostile
from letapis.engines.parse.wire import MAX_PAGES, check_picture

_DPI: Final = 110
_HEAD: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
_IMAGE: Final = (
    "{n} 0 obj\n<</Type/XObject/Subtype/Image/Width {w}/Height {h}/ColorSpace/{space}/BitsPerComponent 8/Filter/FlateDecode"
    "/DecodeParms<</Predictor 15/Colors {c}/BitsPerComponent 8/Columns {w}>>/Length {length}>>\nstream\n"
)
_READ_IMAGE: Final = re.compile(
    rb"\d{1,6} 0 obj\n<</Type/XObject/Subtype/Image/Width (\d{1,5})/Height (\d{1,5})/ColorSpace/Device(Gray|RGB)/[^\n]*/Length (\d{1,9})>>\nstream\n"
)
_SPACES: Final = {1: "DeviceGray", 3: "DeviceRGB"}
_CHANNELS: Final = {0: 1, 2: 3}
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class _Written:
    """Counts what was given out, for the table at the end of the file."""

    def __init__(self) -> None:
        self.at = len(_HEAD)
        self.places = {1: _HEAD.index(b"1 0 obj")}

    def take(self, piece: bytes, number: int = 0) -> bytes:
        if number:
            self.places[number] = self.at
        self.at += len(piece)
        return piece

    def end(self, pages: int) -> bytes:
        """The list of pages, the table of places and the trailer."""
        kids = " ".join(f"{5 + 3 * page} 0 R" for page in range(pages))
        self.places[2], listed = self.at, f"2 0 obj\n<</Type/Pages/Count {pages}/Kids[{kids}]>>\nendobj\n"
        table = "".join(f"{self.places[number]:010} 00000 n \n" for number in sorted(self.places))
        count, start = len(self.places) + 1, self.at + len(listed)
        trailer = f"trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
        return f"{listed}xref\n0 {count}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")


def _page(page: int, width: int, height: int, channels: int, length: int) -> tuple[bytes, bytes, bytes]:
    """What stands before the pixels of a page and behind them: the picture's head, how it is laid on the page, the page."""
    across, down = (f"{edge * 72 / _DPI:.2f}" for edge in (width, height))
    head = _IMAGE.format(n=3 + 3 * page, w=width, h=height, space=_SPACES[channels], c=channels, length=length)
    drawn = f"q {across} 0 0 {down} 0 0 cm /P Do Q"
    laid = f"{4 + 3 * page} 0 obj\n<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream\nendobj\n"
    named = f"/Resources<</XObject<</P {3 + 3 * page} 0 R>>>>/Contents {4 + 3 * page} 0 R"
    shown = f"{5 + 3 * page} 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 {across} {down}]{named}>>\nendobj\n"
    return head.encode("ascii"), laid.encode("ascii"), shown.encode("ascii")


def written(pictures: Iterable[bytes]) -> Iterator[bytes]:
    """The PDF of these PNG, in pieces, page after page. Raises Hostile for one that is more than plain pixels."""
    out, pages = _Written(), 0
    yield _HEAD
    for page, png in enumerate(pictures):
        check_picture(png)
        width, height, channels, packed = _pixels(png)
        head, laid, shown = _page(page, width, height, channels, len(packed))
        yield out.take(head, 3 + 3 * page)
        yield out.take(packed)
        yield out.take(b"\nendstream\nendobj\n")
        yield out.take(laid, 4 + 3 * page)
        yield out.take(shown, 5 + 3 * page)
        pages = page + 1
    yield out.end(pages)


def _pixels(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, channels and the packed pixels of a checked PNG."""
    width, height, _, colour = unpack_from(">IIBB", png, 16)
    packed, at = bytearray(), 33
    while at < len(png):
        (size,) = unpack_from(">I", png, at)
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + size]
        at += 12 + size
    return width, height, _CHANNELS[colour], bytes(packed)


def pictures(data: bytes) -> Iterator[bytes]:
    """The pages of such a PDF as PNG, each checked. Raises Hostile ``parse.bad_answer`` as soon as one byte is not what ``written`` writes."""
    if not data.startswith(_HEAD):
        raise Hostile("parse.bad_answer")
    out, page = _Written(), 0
    while found := _READ_IMAGE.match(data, out.at):
        width, height, channels, length = int(found[1]), int(found[2]), 1 if found[3] == b"Gray" else 3, int(found[4])
        head, laid, shown = _page(page, width, height, channels, length)
        start = out.at + len(head)
        packed = data[start : start + length]
        rest = b"\nendstream\nendobj\n" + laid + shown
        if page >= MAX_PAGES or found[0] != head or not data.startswith(rest, start + length):
            raise Hostile("parse.bad_answer")
        png = _framed(width, height, channels, packed)
        check_picture(png)
        yield png
        for piece, number in ((head, 3), (packed, 0), (b"\nendstream\nendobj\n", 0), (laid, 4), (shown, 5)):
            out.take(piece, number and number + 3 * page)
        page += 1
    if not page or data[out.at :] != out.end(page):
        raise Hostile("parse.bad_answer")


def _framed(width: int, height: int, channels: int, packed: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + name + body + pack(">I", crc32(name + body))

    head = pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    return _PNG + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
