"""What a photograph, a PDF or a film says of itself: EXIF, XMP, IPTC, document information, container. Runs inside the sandbox.

Nothing is looked up and nothing is followed; XMP is searched for names, never parsed. What cannot be read is left out, never the rest.
"""

import io
import math
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pypdfium2
from PIL import ExifTags, GifImagePlugin, Image, IptcImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from letapis.engines.parse import pictures
from letapis.engines.parse.answer import Answer
from letapis.engines.parse.codes import Kind, Level
from letapis.engines.parse.pictures import BROKEN, FORMATS
from letapis.engines.parse.sniff import sniff
from letapis.engines.parse.told import Told

_PLUGINS: Final = (GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
_image: Any = Image
_image.init = _image.preinit = lambda: None  # would import every other format, which behind the shut door nothing can be
_image.MAX_IMAGE_PIXELS = None  # no pixel of the whole picture is decoded here

_NAMES = rb"(?:xmp|exif|tiff|photoshop|dc|xmpMM|aux|xmpRights|Iptc4xmpCore|Iptc4xmpExt|pdf):[A-Za-z]{1,40}"
_AS_ATTRIBUTE = re.compile(rb"\s(" + _NAMES + rb")\s*=\s*\"([^\"<]{1,2000})\"")
_AS_ELEMENT = re.compile(rb"<(" + _NAMES + rb")(?:\s[^<>]{0,500})?>\s*(?:<rdf:\w{1,5}>\s*<rdf:li[^<>]{0,200}>\s*)?([^<]{1,2000}?)\s*<")
_XMP_PLACE = re.compile(rb"(\d{1,3}),(\d{1,2}(?:\.\d{1,10})?)(?:,(\d{1,2}(?:\.\d{1,10})?))?([NSEW])\Z")
_XMP = re.compile(rb"<x:xmpmeta\b.{0,262144}?</x:xmpmeta>", re.DOTALL)
_IPTC = {(2, 5): "title", (2, 55): "date", (2, 60): "time", (2, 80): "author", (2, 90): "city", (2, 92): "place", (2, 95): "state",
         (2, 101): "country", (2, 105): "headline", (2, 110): "credit", (2, 115): "source", (2, 116): "copyright", (2, 120): "caption"}  # fmt: skip
_SKIPPED: Final = frozenset({"ExifOffset", "GPSInfo", "MakerNote", "JpegIFOffset", "JpegIFByteCount", "XMLPacket", "InterColorProfile"})
_BOXES: Final = frozenset({b"moov", b"udta", b"meta", b"ilst", b"trak", b"mdia"})
_TEXTS: Final = {b"\xa9xyz": "place", b"\xa9mak": "make", b"\xa9mod": "model", b"\xa9swr": "program", b"\xa9day": "date",
                 b"\xa9nam": "title", b"\xa9cmt": "comment"}  # fmt: skip
_MAC: Final = datetime(1904, 1, 1, tzinfo=UTC)


def read(untrusted: bytes, answer: Answer) -> None:
    told = Told(answer)
    kind, media = sniff(untrusted)
    if kind is Kind.PICTURE and media in FORMATS:
        _picture(untrusted, FORMATS[media], told)
    elif kind is Kind.PDF:
        _document(untrusted, told)
    elif media in ("video/mp4", "audio/mp4", "image/heic"):
        for name, value in _container(untrusted, 0, len(untrusted), 0):
            told.meta("container", name, value)
        for packet in _XMP.findall(untrusted[: 8 << 20]):
            _xmp(packet, told)


def _picture(data: bytes, form: str, told: Told) -> None:
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as picture:
            pictures.tell_metadata(picture, data, told.answer)
            for look in (_exif, _gps, _picture_xmp, _iptc, _text):
                try:
                    look(picture, told)
                except BROKEN:
                    told.answer.flag("unreadable")
    except BROKEN:
        told.answer.flag("unreadable")


def _exif(picture: Image.Image, told: Told) -> None:
    exif = picture.getexif()
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    for table in (exif, camera):
        for tag, value in table.items():
            name = ExifTags.TAGS.get(tag, f"{tag:#06x}")
            if name not in _SKIPPED:
                told.meta("exif", name, value)
    if camera.get(ExifTags.Base.DateTimeOriginal) and not (camera.get(ExifTags.Base.OffsetTimeOriginal) or camera.get(ExifTags.Base.OffsetTime)):
        told.meta("exif", "DateTimeOriginal.zone", "", "time_without_zone")


def _gps(picture: Image.Image, told: Told) -> None:
    gps = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    for tag, value in gps.items():
        told.meta("gps", ExifTags.GPSTAGS.get(tag, f"{tag:#06x}"), value)
    if ExifTags.GPS.GPSLatitude not in gps and ExifTags.GPS.GPSLongitude not in gps:
        return
    latitude, longitude = pictures.degrees(gps.get(ExifTags.GPS.GPSLatitude)), pictures.degrees(gps.get(ExifTags.GPS.GPSLongitude))
    if latitude > 90 or longitude > 180:
        told.meta("gps", "position", "", "place_impossible")
        return
    south, west = (str(gps.get(tag, "")).strip("\0 ").upper() for tag in (ExifTags.GPS.GPSLatitudeRef, ExifTags.GPS.GPSLongitudeRef))
    told.meta("gps", "position", f"{-latitude if south == 'S' else latitude:.6f} {-longitude if west == 'W' else longitude:.6f}")


def _picture_xmp(picture: Image.Image, told: Told) -> None:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    _xmp(packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet), told)


def _xmp(packet: bytes, told: Told) -> None:
    """Names and values as they stand in the packet, each name once."""
    found: dict[bytes, bytes] = {}
    for pattern in (_AS_ATTRIBUTE, _AS_ELEMENT):
        for match in pattern.finditer(packet[: 1 << 20]):
            if match[1] not in found and match[2].strip():
                told.meta("xmp", match[1].decode("ascii"), match[2].decode("utf-8", "replace"))
                found[match[1]] = match[2]
    place = [_xmp_degrees(found.get(name, b"")) for name in (b"exif:GPSLatitude", b"exif:GPSLongitude")]
    if abs(place[0]) <= 90 and abs(place[1]) <= 180:
        told.meta("gps", "position", f"{place[0]:.6f} {place[1]:.6f}")


def _xmp_degrees(value: bytes) -> float:
    """``54,30.0N`` or ``54,30,0N`` as degrees; infinity for anything else."""
    match = _XMP_PLACE.match(value.strip())
    if not match:
        return math.inf
    degrees = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -degrees if match[4] in b"SW" else degrees


def _iptc(picture: Image.Image, told: Told) -> None:
    found: dict[Any, Any] = IptcImagePlugin.getiptcinfo(picture) or {}  # type: ignore[arg-type]
    for code, value in found.items():
        if code in _IPTC:
            told.meta("iptc", _IPTC[code], value)


def _text(picture: Image.Image, told: Told) -> None:
    for name, value in getattr(picture, "text", {}).items():
        if name != "XML:com.adobe.xmp":
            told.meta("text", str(name)[:60], value)
    if comment := picture.info.get("comment"):
        told.meta("text", "comment", comment)


def _document(data: bytes, told: Told) -> None:
    """Document information and XMP of a PDF, which is opened behind the whole door only."""
    for packet in _XMP.findall(data[: 16 << 20]):
        _xmp(packet, told)
    if told.answer.locked is not Level.FULL:
        told.answer.flag("needs_full_sandbox")
        return
    try:
        with pypdfium2.PdfDocument(data) as document:
            for name, value in document.get_metadata_dict(skip_empty=True).items():
                told.meta("pdf", str(name), value, "time_without_zone" if "Date" in str(name) and not re.search(r"[Zz+-]", str(value)[2:]) else "")
            told.meta("pdf", "pages", len(document))
    except (pypdfium2.PdfiumError, *BROKEN):
        told.answer.flag("unreadable")


def _container(data: bytes, start: int, end: int, depth: int) -> Iterator[tuple[str, object]]:
    """Boxes of an ISO file (ISO/IEC 14496-12): when it was made, and the texts that a telephone writes beside the film."""
    at, count = start, 0
    while at + 8 <= end and count < 500:
        size, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1 and at + 16 <= end:
            (size,), body = struct.unpack_from(">Q", data, at + 8), at + 16
        stop = end if size == 0 else at + size
        if stop > end or stop <= at:
            return
        if kind in _BOXES and depth < 6:
            yield from _container(data, body + (4 if kind == b"meta" else 0), stop, depth + 1)
        elif kind == b"mvhd" and stop - body >= 20:
            yield from _made(data, body)
        elif kind in _TEXTS and stop - body > 4:
            yield _TEXTS[kind], _box_text(data[body : min(stop, body + 2000)])
        at, count = stop, count + 1


def _made(data: bytes, body: int) -> Iterator[tuple[str, object]]:
    seconds = struct.unpack_from(">Q" if data[body] == 1 else ">I", data, body + 4)[0]
    if 0 < seconds < 1 << 33:
        yield "created", (_MAC + timedelta(seconds=seconds)).isoformat()


def _box_text(body: bytes) -> bytes:
    """Either a QuickTime text (length, language, letters) or an iTunes box ``data`` inside."""
    return body[16:] if body[4:8] == b"data" else body[4 : 4 + int.from_bytes(body[:2], "big")]
