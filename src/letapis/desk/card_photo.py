"""The photograph of a public card: made anew from the pixels of a safe copy, small, and nothing but a picture.

The bytes of an original never come near: what is encoded here are pixels that the sandbox handed out. Place, camera, thumbnail and remarks are
gone with the file that had them, and what was made is looked through like everything that leaves.
"""

from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Refused
from letapis.core.public_check import is_bare_jpeg
from letapis.desk import evidence, reading
from letapis.desk.opening import Desk
from letapis.engines import outgoing, pixels

_MOST: Final = 64 << 20


def made(desk: Desk, reader: Reader, copy: reading.EvidenceView) -> bytes:
    """The JPEG of a safe copy. Raises Refused("cards.photo_too_large") where it stays too large, Hostile for bytes that are no plain pixels,
    Refused("outgoing.not_clean") for a picture that holds more than one."""
    held = bytearray()
    for piece in evidence.read_object(desk, reader, copy.object):
        held += piece
        if len(held) > _MOST:
            raise Refused("cards.photo_too_large")
    rules = desk.catalogue.cards
    data = pixels.jpeg(bytes(held), rules.edge, rules.weight)
    if not data:
        raise Refused("cards.photo_too_large")
    outgoing.require_clean(data)
    if not is_bare_jpeg(data):
        raise Refused("outgoing.not_clean")
    return data
