"""DER as time stamps need it: definite lengths in their shortest form, tags of one byte. Whatever else is refused, never repaired."""

from typing import Final

from letapis.core.errors import Damaged

INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31
FIRST: Final = 0xA0  # [0], constructed
Node = tuple[int, bytes]
"""Tag and content."""


def nodes(data: bytes) -> list[Node]:
    """The values that follow each other in ``data``. Raises Damaged("time.der")."""
    found: list[Node] = []
    at = 0
    while at < len(data):
        if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
            raise Damaged("time.der")
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at : at + count], "big")
            if not 1 <= count <= 4 or at + count > len(data) or size < 0x80 or data[at] == 0:
                raise Damaged("time.der")
            at += count
        if at + size > len(data):
            raise Damaged("time.der")
        found.append((tag, data[at : at + size]))
        at += size
    return found


def take(values: list[Node], tag: int) -> bytes:
    """The content of the next value, which must have this tag. Raises Damaged("time.der")."""
    if not values or values[0][0] != tag:
        raise Damaged("time.der")
    return values.pop(0)[1]


def whole(data: bytes, tag: int) -> list[Node]:
    """The values inside the one value that ``data`` is. Raises Damaged("time.der")."""
    values = nodes(data)
    inner = take(values, tag)
    if values:
        raise Damaged("time.der")
    return nodes(inner)


def encode(tag: int, *parts: bytes) -> bytes:
    """One value of this tag around the parts."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def encoded(node: Node) -> bytes:
    """The bytes that a value was read from."""
    return encode(*node)
