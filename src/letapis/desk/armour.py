"""Bytes that travel by messenger or stick: base64 in 64 columns between two lines, with a checksum that finds a changed letter."""

import base64
import binascii
import hashlib
import re

from letapis.core.errors import Hostile

MAX_BYTES = 4 << 20
_WIDTH = 64


def wrap(kind: str, data: bytes) -> str:
    """Armoured text of ``data``; ``kind`` is a few capital words such as "JOIN REQUEST"."""
    text = base64.b64encode(data).decode("ascii")
    lines = [text[i : i + _WIDTH] for i in range(0, len(text), _WIDTH)]
    digest = hashlib.sha256(data).hexdigest()
    return "\n".join([f"-----BEGIN LETAPIS {kind}-----", *lines, f"sha256:{digest}", f"-----END LETAPIS {kind}-----", ""])


def unwrap(kind: str, untrusted_text: str) -> bytes:
    """The bytes of an armoured text; line ends and blanks around lines do not matter. Raises Hostile with a code that says what is wrong."""
    if len(untrusted_text) > 2 * MAX_BYTES:
        raise Hostile("members.armour_size")
    pattern = rf"-----BEGIN LETAPIS {kind}-----\s+(.*?)\s+sha256:([0-9a-f]{{64}})\s+-----END LETAPIS {kind}-----"
    found = re.search(pattern, untrusted_text, re.DOTALL)
    if found is None:
        raise Hostile("members.armour_form")
    try:
        data = base64.b64decode("".join(found[1].split()), validate=True)
    except binascii.Error as fault:
        raise Hostile("members.armour_form") from fault
    if hashlib.sha256(data).hexdigest() != found[2]:
        raise Hostile("members.armour_checksum")
    return data
