"""Pictures of the sandbox, shown and changed on our side. Each is checked to be nothing but plain pixels before a library opens it, and what
comes out holds nothing but pixels again: no thumbnail, no metadata, no earlier layer."""

import io
from collections.abc import Iterable
from typing import Final

from PIL import Image, ImageDraw, ImageFilter
from PIL.Image import Resampling

from letapis.engines.parse.wire import check_picture

SMALL: Final = 320
READABLE: Final = 3300
_ENLARGED: Final = 4
_PALE: Final = 0.45  # of the contrast that is left in a small grey picture
_QUALITIES: Final = (85, 75, 60, 45)
Rectangle = tuple[int, int, int, int]


def opened(png: bytes) -> Image.Image:
    """The picture. Raises Hostile ``parse.bad_answer`` for bytes that are more, or something else, than plain pixels."""
    check_picture(png)
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        picture.load()
        return picture.copy()


def png(picture: Image.Image, packing: int = 6) -> bytes:
    """PNG bytes of the pixels alone."""
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=packing)
    return out.getvalue()


def for_reading(data: bytes) -> bytes:
    """A page as a machine reads letters best: grey, not smaller than a page of A4 at 280 points an inch, and a little soft. Small letters are
    read wrong several times as often, and of a page with grain nothing is read at all."""
    picture = opened(data).convert("L")
    times = min(_ENLARGED, READABLE / max(picture.size))
    if times > 1:
        picture = picture.resize((round(picture.width * times), round(picture.height * times)), Resampling.LANCZOS)
    return png(picture.filter(ImageFilter.GaussianBlur(1)), 1)


def grey_small(data: bytes) -> bytes:
    """A first look: small, without colour, with little contrast."""
    picture = opened(data).convert("L")
    picture.thumbnail((SMALL, SMALL), Resampling.LANCZOS, reducing_gap=2.0)
    return png(picture.point(lambda value: int(128 + (value - 128) * _PALE)))


def jpeg(data: bytes, edge: int, weight: int) -> bytes:
    """The picture as a JPEG with a longer side of at most ``edge`` pixels and at most ``weight`` bytes; empty where it stays larger."""
    picture = opened(data)
    picture.thumbnail((edge, edge), Resampling.LANCZOS, reducing_gap=2.0)
    picture.info = {}
    for quality in _QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= weight:
            return out.getvalue()
    return b""


def covered(data: bytes, rectangles: Iterable[Rectangle]) -> bytes:
    """The picture with these rectangles (first and last column and row) black; nothing of what stood there is in the result."""
    picture = opened(data)
    brush = ImageDraw.Draw(picture)
    for rectangle in rectangles:
        brush.rectangle(rectangle, fill=0 if picture.mode == "L" else (0, 0, 0))
    return png(picture)


def size(data: bytes) -> tuple[int, int]:
    """Width and height of a picture that was checked."""
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
