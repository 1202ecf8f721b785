"""The photograph of a public card: made anew from the pixels of a safe copy, small, and nothing but a picture.

The bytes of an original never come near: what is encoded here are pixels that the sandbox handed out. Place, camera, thumbnail and remarks are
gone with the file that had them, and what was made is looked through like everything that leaves.
"""

import hashlib
from typing import Final

from letapis.core.access import Reader
from letapis.core.cards import PHOTO
from letapis.core.errors import NotFound, Refused
from letapis.core.public_check import is_bare_jpeg
from letapis.desk import evidence, reading
from letapis.desk.card_plan import CardPlan
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


def looked_at(desk: Desk, reader: Reader, known: CardPlan, chosen: bytes, digest: str) -> bytes:
    """The very picture that a proposal with this safe copy would carry, for who looks at it before. Raises NotFound for a copy that may not stand
    on the card, and where the picture made of it is another than the one of this digest; as ``made`` does."""
    copy = next((copy for copy, answer in known.photos if copy.object == chosen and answer.holds), None)
    if copy is None or not known.fields[PHOTO].consent.holds:
        raise NotFound("reading.not_found")
    data = made(desk, reader, copy)
    if hashlib.sha256(data).hexdigest() != digest:
        raise NotFound("reading.not_found")
    return data
