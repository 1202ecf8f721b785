"""The one way to write base64, hexadecimal and decimal numbers in our text formats.

Python's decoders repair what they can: they skip foreign letters, accept missing padding, spare bits, signs, blanks
and digits of other scripts. Two spellings of one value would be two files with one meaning, so all of that is refused.
Each function raises Damaged with the code that the caller names.
"""

import base64
import binascii
import re
from typing import Final

from letapis.core.errors import Damaged

MAX_COUNT: Final = (1 << 63) - 1
"""Greatest size, index or time: what a signed 64-bit integer of a database holds."""

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)\Z")
_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")


def to_base64(data: bytes) -> str:
    """Standard alphabet, padded (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, code: str) -> bytes:
    """Bytes of padded standard base64 whose spare bits are zero."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Damaged(code) from fault
    if to_base64(data) != text:
        raise Damaged(code)
    return data


def from_hex(text: str, code: str) -> bytes:
    """Bytes of lower-case hexadecimal."""
    if not _HEX.match(text):
        raise Damaged(code)
    return bytes.fromhex(text)


def from_decimal(text: str, code: str, greatest: int = MAX_COUNT) -> int:
    """Number from 0 to ``greatest`` without sign or leading zeros."""
    if len(text) > 20 or not _DECIMAL.match(text):
        raise Damaged(code)
    number = int(text)
    if number > greatest:
        raise Damaged(code)
    return number
