"""Bytes between the key agent and who asks it: length-prefixed frames of plain values.

    frame = u32 length | value
    value = N | T | F | I i64 | B u32 bytes | S u32 utf-8 | L u32 value x n

No names of classes travel, so nothing can be made to run by decoding. Anything else is refused, as are frames above 64 MiB.
"""

import socket
from collections.abc import Sequence
from struct import Struct
from typing import Final

from letapis.core.errors import Damaged, UsageError

Value = None | bool | int | bytes | str | Sequence["Value"]
MAX_FRAME: Final = 64 << 20
MAX_DEPTH: Final = 8
_U32 = Struct(">I")
_I64 = Struct(">q")


def encode(value: Value) -> bytes:
    """Raises UsageError ``keys.wire_value`` for a value that has no form here."""
    parts: list[bytes] = []
    _append(parts, value)
    return b"".join(parts)


def _append(parts: list[bytes], value: Value) -> None:
    if isinstance(value, bytes):
        parts += (b"B", _U32.pack(len(value)), value)
    elif value is None:
        parts.append(b"N")
    elif isinstance(value, bool):
        parts.append(b"T" if value else b"F")
    elif isinstance(value, int):
        if not -(1 << 63) <= value < 1 << 63:
            raise UsageError("keys.wire_value")
        parts += (b"I", _I64.pack(value))
    elif isinstance(value, str):
        text = value.encode("utf-8")
        parts += (b"S", _U32.pack(len(text)), text)
    elif isinstance(value, list | tuple):
        parts += (b"L", _U32.pack(len(value)))
        for item in value:
            _append(parts, item)
    else:
        raise UsageError("keys.wire_value")


def decode(data: bytes) -> Value:
    """The one value in ``data``. Raises Damaged ``keys.wire`` for anything that ``encode`` would not have written."""
    value, at = _value(data, 0, 0)
    if at != len(data):
        raise Damaged("keys.wire")
    return value


def _value(data: bytes, at: int, depth: int) -> tuple[Value, int]:
    tag = data[at : at + 1]
    at += 1
    if tag in _PLAIN:
        return _PLAIN[tag], at
    if tag == b"I":
        if at + 8 > len(data):
            raise Damaged("keys.wire")
        return _I64.unpack_from(data, at)[0], at + 8
    if tag not in (b"B", b"S", b"L") or at + 4 > len(data):
        raise Damaged("keys.wire")
    size, at = _U32.unpack_from(data, at)[0], at + 4
    if size > len(data) - at:
        raise Damaged("keys.wire")
    if tag == b"B":
        return data[at : at + size], at + size
    if tag == b"S":
        try:
            return data[at : at + size].decode("utf-8"), at + size
        except UnicodeDecodeError:
            raise Damaged("keys.wire") from None
    if depth >= MAX_DEPTH:
        raise Damaged("keys.wire")
    items = []
    for _ in range(size):
        item, at = _value(data, at, depth + 1)
        items.append(item)
    return items, at


_PLAIN: Final[dict[bytes, bool | None]] = {b"N": None, b"T": True, b"F": False}


def send(connection: socket.socket, value: Value) -> None:
    """Send one frame."""
    body = encode(value)
    if len(body) > MAX_FRAME:
        raise UsageError("keys.wire_value")
    connection.sendall(_U32.pack(len(body)) + body)


def receive(connection: socket.socket) -> Value:
    """Receive one frame. Raises EOFError when the other side has gone, Damaged ``keys.wire`` for a bad frame."""
    (size,) = _U32.unpack(_exactly(connection, 4))
    if size > MAX_FRAME:
        raise Damaged("keys.wire")
    return decode(_exactly(connection, size))


def _exactly(connection: socket.socket, size: int) -> bytes:
    buffer = bytearray(size)
    view, at = memoryview(buffer), 0
    while at < size:
        count = connection.recv_into(view[at:])
        if count == 0:
            raise EOFError
        at += count
    return bytes(buffer)
