"""Values of record fields in JSON: one spelling for each value, numbers as decimal strings, bytes as base64.

The type decides the spelling: text, instants, dates and decimals as they are, ``bytes`` and ``ref`` in base64,
``uint`` and ``int`` as decimal strings, ``bool`` as true or false, digests as ``sha256:<hex>``, a decoy as "".
"""

from collections.abc import Callable, Mapping

from letapis.core.canonical import Kind, check_value
from letapis.core.errors import Damaged
from letapis.core.textforms import from_base64, from_decimal, from_hex, to_base64

_DIGESTS = {1: "sha256", 2: "sha512", 3: "sha3-512", 4: "blake3"}
_DIGEST_CODES = {name: code for code, name in _DIGESTS.items()}



def value_bytes(kind: int, value: object) -> bytes:
    """Value bytes of a JSON value. Raises Damaged unless ``value_json`` would write it so."""
    if kind == Kind.BOOL:
        if not isinstance(value, bool):
            raise Damaged("record.value_form")
        return b"\x01" if value else b"\x00"
    if not isinstance(value, str):
        raise Damaged("record.value_form")
    raw = _FROM_TEXT.get(kind, _utf8)(value)
    check_value(kind, raw)
    return raw


def value_json(kind: int, value: bytes) -> str | bool:
    """The one JSON spelling of value bytes. Raises Damaged when the bytes do not fit the kind."""
    check_value(kind, value)
    if kind == Kind.BOOL:
        return value == b"\x01"
    if kind in (Kind.BYTES, Kind.REF):
        return to_base64(value)
    if kind in (Kind.UINT, Kind.INT):
        return str(int.from_bytes(value, "big", signed=kind == Kind.INT))
    if kind == Kind.DIGEST:
        return f"{_DIGESTS[value[0]]}:{value[1:].hex()}"
    return value.decode("utf-8")


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise Damaged("record.lone_surrogate") from fault


def _base64(text: str) -> bytes:
    return from_base64(text, "record.value_form")


def _uint(text: str) -> bytes:
    return from_decimal(text, "record.value_form", (1 << 64) - 1).to_bytes(8, "big")


def _int(text: str) -> bytes:
    negative = text.startswith("-")
    number = from_decimal(text.removeprefix("-"), "record.value_form", (1 << 63) - (not negative))
    if negative and number == 0:
        raise Damaged("record.value_form")
    return (-number if negative else number).to_bytes(8, "big", signed=True)


def _hash(text: str) -> bytes:
    name, _, digits = text.partition(":")
    if name not in _DIGEST_CODES:
        raise Damaged("record.value_form")
    return bytes((_DIGEST_CODES[name],)) + from_hex(digits, "record.value_form")


_FROM_TEXT: Mapping[int, Callable[[str], bytes]] = {
    Kind.BYTES: _base64,
    Kind.REF: _base64,
    Kind.UINT: _uint,
    Kind.INT: _int,
    Kind.DIGEST: _hash,
}
