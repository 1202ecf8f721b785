"""Frames between the desk and the reader, and the second look at what comes out.

Request: magic, whether the bytes are whole, declared media type, bytes. Answer: frames of one tag byte, a 32-bit length and the payload;
``E`` ends it. The desk refuses an unknown tag or index, a length above the limits, and a picture that is more than plain pixels.
"""

import struct
import zlib
from typing import BinaryIO, Final

from letapis.core.errors import Hostile

MAGIC: Final = b"LTPW"
REQUEST: Final = struct.Struct(">4s?BQ")
FRAME: Final = struct.Struct(">cI")
FACT: Final = struct.Struct(">HI")  # which of FACTS, which row
MEMBER: Final = struct.Struct(">I")  # which row
MAX_INPUT: Final = 256 << 20
MAX_TEXT: Final = 4 << 20
MAX_PAGES: Final = 300
MAX_EDGE: Final = 4096
MAX_PNG: Final = 64 << 20
MAX_ANSWER: Final = 768 << 20
MAX_FACT: Final = 64 << 10
MAX_FACTS: Final = 2_000_000
MAX_ROWS: Final = 200_000
MAX_MEMBER: Final = 64 << 20
MAX_MEMBERS: Final = 1_000
_PNG = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3}  # grey and red-green-blue, the two colour types that our reader writes


def send(out: BinaryIO, tag: bytes, payload: bytes) -> None:
    """Write one frame."""
    out.write(FRAME.pack(tag, len(payload)) + payload)


def check_picture(data: bytes) -> None:
    """``data`` is a PNG of nothing but header, pixels and end, with right checksums and sizes (W3C PNG, third edition, 5 and 11).

    Raises Hostile ``parse.bad_answer``: a reader that was taken over must not be able to hand a prepared file to the browser.
    """
    chunks = _chunks(data)
    names = [name for name, _ in chunks]
    if len(names) < 3 or names[0] != b"IHDR" or names[-1] != b"IEND" or set(names[1:-1]) != {b"IDAT"} or chunks[-1][1]:
        raise Hostile("parse.bad_answer")
    if len(chunks[0][1]) != 13:
        raise Hostile("parse.bad_answer")
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    if not (0 < width <= MAX_EDGE and 0 < height <= MAX_EDGE and depth == 8 and colour in _CHANNELS and rest == [0, 0, 0]):
        raise Hostile("parse.bad_answer")
    stride = width * _CHANNELS[colour] + 1
    _check_pixels(b"".join(body for name, body in chunks if name == b"IDAT"), stride, height)


def _check_pixels(packed: bytes, stride: int, height: int) -> None:
    """The pixel stream unpacks to exactly ``height`` rows, each with a known filter."""
    engine = zlib.decompressobj()
    try:
        rows = engine.decompress(packed, stride * height + 1)
    except zlib.error:
        raise Hostile("parse.bad_answer") from None
    if len(rows) != stride * height or not engine.eof or engine.unused_data or max(rows[::stride]) > 4:
        raise Hostile("parse.bad_answer")


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    if data[:8] != _PNG:
        raise Hostile("parse.bad_answer")
    found, at = [], 8
    while at < len(data):
        if at + 12 > len(data):
            raise Hostile("parse.bad_answer")
        size, name = struct.unpack_from(">I4s", data, at)
        end = at + 8 + size
        if end + 4 > len(data) or zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            raise Hostile("parse.bad_answer")
        found.append((name, data[at + 8 : end]))
        at = end + 4
    return found
