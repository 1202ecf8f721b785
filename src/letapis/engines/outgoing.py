"""The last look at a file before it leaves: what of a person, a place, a device or a covered word is still in it.

Everything that is not pixels or words is a fault, known by its kind or not known at all: a file is clean when each of its parts is one that
we let pass, never because nothing bad was found. Bytes are only counted here; what has to be understood is read behind the shut door.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from struct import unpack_from
from typing import Final
from zlib import crc32

from letapis.core.errors import Hostile, Refused
from letapis.core.redaction import still_readable
from letapis.engines import paper, parse
from letapis.engines.layers import text_layer
from letapis.engines.parse.wire import MAX_INPUT, MAX_PAGES
from letapis.engines.parse.words import HIDDEN

PNG, JPEG, PDF, TEXT, OTHER = "png", "jpeg", "pdf", "text", "other"
FAULTS: Final = (
    "exif", "gps", "thumbnail", "xmp", "iptc", "comment", "author", "time", "program", "profile", "content_credentials", "hidden_picture",
    "after_end", "unknown_part", "broken", "earlier_version", "attachments", "annotations", "links", "form", "javascript", "actions",
    "encrypted", "text_layer", "words_remain", "hidden_characters", "polyglot", "unknown_kind", "too_large",
)  # fmt: skip
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KEYS: Final = {b"author": "author", b"artist": "author", b"copyright": "author", b"software": "program", b"creation time": "time"}
_CHUNKS: Final = {
    b"eXIf": "exif", b"tIME": "time", b"iCCP": "profile", b"caBX": "content_credentials", b"acTL": "hidden_picture", b"fcTL": "hidden_picture",
    b"fdAT": "hidden_picture",
}  # fmt: skip
_PLAIN_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_PLAIN_SEGMENTS: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xDA})
_GPS_TAG: Final = (b"\x88\x25", b"\x25\x88")
_SIGNS: Final = {
    "annotations": re.compile(rb"/Annots\b"),
    "thumbnail": re.compile(rb"/Thumb\b"),
    "xmp": re.compile(rb"/Metadata\b|<\?xpacket"),
    "author": re.compile(rb"/Author\b"),
    "program": re.compile(rb"/(?:Producer|Creator)\b"),
    "time": re.compile(rb"/(?:CreationDate|ModDate|LastModified)\b"),
    "comment": re.compile(rb"/(?:Title|Subject|Keywords)\s*[(<]"),
    "attachments": re.compile(rb"/EmbeddedFiles?\b"),
    "form": re.compile(rb"/AcroForm\b"),
}
_FLAGS: Final = {
    "has_author": "author", "has_program": "program", "has_time": "time", "has_comment": "comment", "has_xmp": "xmp", "attachments": "attachments",
    "javascript": "javascript", "form": "form", "links": "links", "actions": "actions", "encrypted": "encrypted", "polyglot": "polyglot",
    "unreadable": "broken",
}  # fmt: skip


@dataclass(frozen=True)
class Looked:
    """What a file is, what of FAULTS is in it, in their order, and how many words a program can read out of it."""

    kind: str
    faults: tuple[str, ...]
    words: int = 0

    @property
    def clean(self) -> bool:
        return not self.faults


def look(data: bytes, words: Collection[str] = ()) -> Looked:
    """Look through a file that shall leave. ``words``: those that must not be found in it in any case."""
    if len(data) > MAX_INPUT:
        return Looked(OTHER, ("too_large",))
    kind = _kind(data)
    found, readable = set[str](), 0
    if kind == PNG:
        found.update(_png(data))
    elif kind == JPEG:
        found.update(_jpeg(data))
    elif kind == PDF:
        faults, readable = _pdf(data, words)
        found.update(faults)
    elif kind == TEXT:
        text = data.decode("utf-8")
        found.update(_text(text, words))
        readable = len(text.split())
    else:
        found.add("unknown_kind")
    return Looked(kind, tuple(fault for fault in FAULTS if fault in found), readable)


def require_clean(data: bytes, words: Collection[str] = ()) -> None:
    """Raises Refused("outgoing.not_clean") with the faults of a copy of ours that must not leave. A paper of ours has no text layer at all."""
    found = look(data, words)
    faults = (*found.faults, "text_layer") if found.kind == PDF and found.words else found.faults
    if faults:
        raise Refused("outgoing.not_clean", reasons=tuple(f"outgoing.fault.{fault}" for fault in faults))


def _kind(data: bytes) -> str:
    if data.startswith(_SIGNATURE):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"%PDF-"):
        return PDF
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return OTHER
    return OTHER if not text or "\x00" in text or text.lstrip("\ufeff \t\r\n").startswith("<") else TEXT


def _text(text: str, words: Collection[str]) -> Iterator[str]:
    if HIDDEN.search(text.replace("\r\n", "\n")):
        yield "hidden_characters"
    if still_readable(text, words):
        yield "words_remain"


# ---- pictures --------------------------------------------------------------------------------------------------------


def _png(data: bytes) -> Iterator[str]:
    """Chunk by chunk (W3C PNG, third edition): four kinds pass, all others are faults."""
    at, name = 8, b""
    while at + 12 <= len(data) and name != b"IEND":
        size, name = unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if at + 12 + size > len(data) or crc32(name + body) != unpack_from(">I", data, at + 8 + size)[0]:
            yield "broken"
            return
        at += 12 + size
        if name in (b"tEXt", b"zTXt", b"iTXt"):
            yield _keyword(body)
        elif name not in _PLAIN_CHUNKS:
            yield _CHUNKS.get(name, "unknown_part")
    if name != b"IEND":
        yield "broken"
    elif at != len(data):
        yield "after_end"


def _keyword(body: bytes) -> str:
    key = body.partition(b"\x00")[0].lower()
    if key.startswith(b"xml:com.adobe.xmp"):
        return "xmp"
    if key.startswith(b"raw profile type"):
        return "exif" if b"exif" in key else "xmp" if b"xmp" in key else "iptc"
    return _KEYS.get(key, "comment")


def _jpeg(data: bytes) -> Iterator[str]:
    """Segment by segment (ITU-T T.81, annex B); between the scans pixels, behind the end nothing."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            if at + 2 != len(data):
                yield "after_end"
            return
        (size,) = unpack_from(">H", data, at + 2)
        yield from _segment(marker, data[at + 4 : at + 2 + size])
        at += 2 + size
        if marker == 0xDA:
            at = _scan_end(data, at)
    if data[at : at + 2] != b"\xff\xd9" or at + 2 != len(data):
        yield "broken"


def _scan_end(data: bytes, at: int) -> int:
    """The next marker behind packed pixels: 0xFF with neither a zero nor a restart number behind it."""
    found = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL).search(data, at)
    return found.start() if found else len(data)


def _segment(marker: int, body: bytes) -> Iterator[str]:
    if marker in _PLAIN_SEGMENTS:
        return
    if marker == 0xE0 and body.startswith(b"JFIF\x00"):
        if len(body) != 14 or body[12] or body[13]:
            yield "thumbnail"
    elif marker == 0xE1 and body.startswith(b"Exif\x00"):
        yield from _exif(body[6:])
    elif marker == 0xE1:
        yield "xmp" if b"ns.adobe.com/x" in body[:40] else "unknown_part"
    elif marker == 0xE2:
        yield "profile" if body.startswith(b"ICC_PROFILE\x00") else "hidden_picture" if body.startswith(b"MPF\x00") else "unknown_part"
    elif marker == 0xED:
        yield "iptc"
    elif marker == 0xEB:
        yield "content_credentials"
    elif marker == 0xFE:
        yield "comment"
    elif marker != 0xEE or len(body) != 12 or not body.startswith(b"Adobe"):
        yield "unknown_part"


def _exif(block: bytes) -> Iterator[str]:
    """Exif at all, and whether its first list has a place and is followed by a second picture (TIFF 6.0, section 2)."""
    yield "exif"
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 10:
        return
    (start,) = unpack_from(f"{order}I", block, 4)
    if start + 2 > len(block):
        return
    (count,) = unpack_from(f"{order}H", block, start)
    end = start + 2 + 12 * count
    if any(block[at : at + 2] == _GPS_TAG[order == "<"] for at in range(start + 2, min(end, len(block) - 1), 12)):
        yield "gps"
    if end + 4 <= len(block) and unpack_from(f"{order}I", block, end)[0]:
        yield "thumbnail"


# ---- papers ----------------------------------------------------------------------------------------------------------


def _pdf(data: bytes, words: Collection[str]) -> tuple[set[str], int]:
    """A PDF of ours holds pictures alone; every other one is searched, and its words are read behind the shut door."""
    try:
        if all(paper.pictures(data)):
            return set(), 0
    except Hostile:
        pass
    found = {fault for fault, sign in _SIGNS.items() if sign.search(data)}
    if data.count(b"startxref") > 1 or data.count(b"%%EOF") > 1:
        found.add("earlier_version")
    if not data.rstrip(b"\r\n \x00").endswith(b"%%EOF"):
        found.add("after_end")
    try:
        flags = {flag.removeprefix("flags.") for flag in parse.render(data, "application/pdf").flags}
        layer = text_layer(data)
    except Hostile:
        return found | {"broken"}, 0
    found |= {_FLAGS[flag] for flag in flags if flag in _FLAGS}
    if "pages_cut" in flags or (layer and layer[-1].page > MAX_PAGES):
        found.add("too_large")
    said = " ".join(one.word for one in layer)
    if words and still_readable(said, words):
        found.add("words_remain")
    return found, len(layer)
