"""Bytes that travel by messenger or stick: base64 in 64 columns between two lines, with a checksum that finds a changed letter."""

import base64
import binascii
import hashlib
import re

from letapis.core.errors import Hostile

MAX_BYTES = 4 << 20
_WIDTH = 64
_DASHES = r"[-\u2010-\u2015\u2212]{1,5}"  # messengers make one long dash of several short ones
_CHECKSUM = "sha256:"


def wrap(kind: str, data: bytes) -> str:
    """Armoured text of ``data``; ``kind`` is a few capital words such as "JOIN REQUEST"."""
    text = base64.b64encode(data).decode("ascii")
    lines = [text[i : i + _WIDTH] for i in range(0, len(text), _WIDTH)]
    digest = hashlib.sha256(data).hexdigest()
    return "\n".join([f"-----BEGIN LETAPIS {kind}-----", *lines, f"sha256:{digest}", f"-----END LETAPIS {kind}-----", ""])


def unwrap(kind: str, untrusted_text: str) -> bytes:
    """The bytes of the first armoured text; line ends, blanks around lines and the form of dashes do not matter.

    Raises Hostile with a code that says what is wrong.
    """
    return _read(kind, untrusted_text, 1)[0]


def unwrap_all(kind: str, untrusted_text: str) -> list[bytes]:
    """The bytes of every armoured text of this kind, in their order. Raises Hostile for none, and when one of them is damaged."""
    return _read(kind, untrusted_text, None)


def _read(kind: str, text: str, most: int | None) -> list[bytes]:
    if len(text) > 2 * MAX_BYTES:
        raise Hostile("members.armour_size")
    first, last = (re.compile(rf"{_DASHES}[ \xa0]?{word} LETAPIS {kind}[ \xa0]?{_DASHES}") for word in ("BEGIN", "END"))
    found: list[bytes] = []
    begin = first.search(text)
    while begin and (most is None or len(found) < most):
        end = last.search(text, begin.end())
        if end is None:
            raise Hostile("members.armour_form")
        found.append(_data(text[begin.end() : end.start()].split()))
        begin = first.search(text, end.end())
    if not found:
        raise Hostile("members.armour_form")
    return found


def _data(words: list[str]) -> bytes:
    if not words or not re.fullmatch(rf"{_CHECKSUM}[0-9a-f]{{64}}", words[-1]):
        raise Hostile("members.armour_form")
    try:
        data = base64.b64decode("".join(words[:-1]), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Hostile("members.armour_form") from fault
    if hashlib.sha256(data).hexdigest() != words[-1].removeprefix(_CHECKSUM):
        raise Hostile("members.armour_checksum")
    return data
