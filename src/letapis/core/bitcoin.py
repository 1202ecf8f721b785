"""A Bitcoin block header, as far as 80 bytes prove it by themselves: the work that it states was done, and what its Merkle root is.

That the block is in the chain, anybody compares with any explorer. A header that took little work is said to be weak and anchors nothing.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from letapis.core.errors import Damaged, Refused

_LINE: Final = re.compile(rb"(0|[1-9][0-9]{0,9}) ([0-9a-f]{160})\n\Z")
_EASIEST: Final = 1 << 192
_FIRST: Final = datetime(2014, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Header:
    """A block whose stated work was done. ``strong``: so much work, and so late, that it is no block of a test network."""

    height: int
    block: bytes
    root: bytes
    moment: datetime
    strong: bool

    @property
    def shown(self) -> str:
        """The hash of the block as explorers print it."""
        return self.block[::-1].hex()


def parse_header(data: bytes) -> Header:
    """Read the file beside a proof: ``height hex(80-byte header)``. Raises Damaged("time.header_form"), Refused("time.header_work")."""
    match = _LINE.match(data)
    if not match:
        raise Damaged("time.header_form")
    raw = bytes.fromhex(match[2].decode("ascii"))
    bits = int.from_bytes(raw[72:76], "little")
    exponent, mantissa = bits >> 24, bits & 0x7FFFFF
    target = mantissa << 8 * (exponent - 3) if exponent > 3 else mantissa >> 8 * (3 - exponent)
    block = hashlib.sha256(hashlib.sha256(raw).digest()).digest()
    if bits & 0x800000 or int.from_bytes(block, "little") > target:
        raise Refused("time.header_work")
    moment = datetime.fromtimestamp(int.from_bytes(raw[68:72], "little"), UTC)
    return Header(int(match[1]), block, raw[36:68], moment, target <= _EASIEST and moment >= _FIRST)
