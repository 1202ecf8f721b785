"""Pictures: a clean copy made of pixels only, and what the original's metadata would give away, as codes. Runs inside the sandbox."""

import io
import re
from functools import partial
from typing import Final

from PIL import ExifTags, Image, ImageChops, ImageOps, ImageStat, IptcImagePlugin, UnidentifiedImageError
from PIL.Image import Resampling
from PIL.ImageFile import ImageFile

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.wire import MAX_EDGE, MAX_PAGES

MAX_PIXELS: Final = 100_000_000
FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/tiff": "TIFF"}
# What a broken file makes Pillow raise; see the fuzzers of Pillow (Tests/oss-fuzz). ImportError: a rare colour mode asks for a module
# that was not loaded, and behind the shut door none can be.
BROKEN: Final = (
    ImportError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    AssertionError,
)

_MAIN = {
    "has_author": (ExifTags.Base.Artist, ExifTags.Base.Copyright, ExifTags.Base.XPAuthor),
    "has_device": (ExifTags.Base.Make, ExifTags.Base.Model, ExifTags.Base.HostComputer),
    "has_time": (ExifTags.Base.DateTime,),
    "has_comment": (
        ExifTags.Base.ImageDescription,
        ExifTags.Base.XPComment,
        ExifTags.Base.XPTitle,
        ExifTags.Base.XPKeywords,
        ExifTags.Base.XPSubject,
    ),
    "has_program": (ExifTags.Base.Software, ExifTags.Base.ProcessingSoftware),
}
_CAMERA = {
    "has_author": (ExifTags.Base.CameraOwnerName,),
    "has_device": (ExifTags.Base.LensModel, ExifTags.Base.LensMake, ExifTags.Base.MakerNote),
    "has_serial": (ExifTags.Base.BodySerialNumber, ExifTags.Base.LensSerialNumber, ExifTags.Base.ImageUniqueID),
    "has_time": (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized),
    "has_comment": (ExifTags.Base.UserComment,),
}
_XMP = {
    "has_gps": re.compile(rb"exif:GPS(?:Latitude|Longitude)|GPSPosition"),
    "has_place": re.compile(rb"photoshop:(?:City|State|Country)|Iptc4xmp(?:Core|Ext):(?:Location|City|LocationCreated)"),
    "has_author": re.compile(rb"dc:creator|photoshop:(?:Credit|AuthorsPosition)|xmpRights:Owner"),
    "has_device": re.compile(rb"tiff:(?:Make|Model)|aux:Lens"),
    "has_serial": re.compile(rb"aux:(?:Serial|Lens)Number|DocumentID|InstanceID"),
    "has_time": re.compile(rb"xmp:(?:Create|Modify)Date|exif:DateTimeOriginal|photoshop:DateCreated"),
    "has_program": re.compile(rb"xmp:CreatorTool"),
}
_TEXT_KEYS = {
    "has_author": ("author", "artist", "copyright", "creator"),
    "has_place": ("location", "place", "city", "country"),
    "has_gps": ("gps", "latitude", "longitude"),
    "has_device": ("source", "make", "model"),
    "has_time": ("creation time", "date:create", "date:modify"),
    "has_comment": ("comment", "description", "title", "warning", "disclaimer"),
    "has_program": ("software",),
}
_IPTC = {"has_author": ((2, 80), (2, 85), (2, 110), (2, 116)), "has_place": ((2, 90), (2, 92), (2, 95), (2, 101)), "has_comment": ((2, 120), (2, 5))}


def read_picture(data: bytes, media: str, answer: Answer) -> None:
    """Flags first, then the clean pages. A picture that cannot be decoded is flagged unreadable, one that is too large stops."""
    form = FORMATS.get(media)
    if form is None:
        answer.flag("kept_original")
        return
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as picture:
            _check_size(picture)
            tell_metadata(picture, data, answer)
            frames = getattr(picture, "n_frames", 1)
            answer.flag("animated", frames > 1 and form != "TIFF")
            shown = min(frames, MAX_PAGES) if form == "TIFF" else 1
            answer.flag("pages_cut", form == "TIFF" and frames > shown)
            for number in range(shown):
                if number:
                    picture.seek(number)
                    _check_size(picture)
                answer.page(_clean(picture, answer))
    except (UnidentifiedImageError, *BROKEN):
        answer.flag("unreadable")
        answer.flag("kept_original")


def _check_size(picture: Image.Image) -> None:
    """Before any pixel is decoded: width times height as the header claims."""
    if picture.width * picture.height > MAX_PIXELS or max(picture.size) > 65_535:
        raise Stop("parse.too_many_pixels")


def _clean(picture: Image.Image, answer: Answer) -> bytes:
    """The visible pixels, upright, on white, at most MAX_EDGE wide or high, as PNG without anything else."""
    if picture.format == "JPEG" and max(picture.size) > 2 * MAX_EDGE:
        picture.draft("RGB", (MAX_EDGE, MAX_EDGE))
    turned = picture.getexif().get(ExifTags.Base.Orientation, 1)
    picture.load()
    answer.flag("made_smaller", max(picture.size) > MAX_EDGE)
    plain = flat(picture)
    plain.thumbnail((MAX_EDGE, MAX_EDGE), Resampling.LANCZOS, reducing_gap=2.0)
    if turned in (2, 3, 4, 5, 6, 7, 8):
        answer.flag("turned")
        plain.getexif()[ExifTags.Base.Orientation] = turned
        plain = ImageOps.exif_transpose(plain)
    return png(plain)


def flat(picture: Image.Image) -> Image.Image:
    """The picture as grey or red-green-blue, transparent parts on white."""
    if picture.mode.startswith(("I", "F")):
        low, high = picture.convert("F").getextrema()
        span = (float(high) - float(low)) or 1.0  # type: ignore[arg-type]
        return picture.convert("F").point(lambda value: value * (255 / span) - float(low) * (255 / span)).convert("L")  # type: ignore[arg-type]
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        above = picture.convert("RGBA")
        ground = Image.new("RGB", above.size, "white")
        ground.paste(above, mask=above.getchannel("A"))
        return ground
    return picture.convert("RGB")


def png(picture: Image.Image) -> bytes:
    """PNG bytes of the pixels alone."""
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()


# --- metadata, as codes


def tell_metadata(picture: Image.Image, data: bytes, answer: Answer) -> None:
    """What the original tells about person, place, device and hour. Broken metadata is skipped, never the picture."""
    for look in (_exif, _gps, _xmp, _text_keys, _iptc, partial(_thumbnail, data=data)):
        try:
            look(picture, answer)
        except BROKEN:
            continue


def _exif(picture: Image.Image, answer: Answer) -> None:
    exif = picture.getexif()
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    for table, wanted in ((exif, _MAIN), (camera, _CAMERA)):
        for flag, tags in wanted.items():
            answer.flag(flag, any(table.get(tag) not in (None, "", b"") for tag in tags))


def _gps(picture: Image.Image, answer: Answer) -> None:
    """A position inside the range of the globe locates the source; one outside is refused, yet worth a look."""
    gps = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    latitude, longitude = gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLongitude)
    if latitude is None and longitude is None:
        answer.flag("has_place", gps.get(ExifTags.GPS.GPSAreaInformation))
        return
    good = degrees(latitude) <= 90 and degrees(longitude) <= 180
    answer.flag("has_gps" if good else "gps_implausible")


def degrees(parts: object) -> float:
    """Degrees, minutes and seconds as a number; infinity if they are none."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)  # type: ignore[attr-defined]
    except (TypeError, ValueError, ArithmeticError):
        return float("inf")
    value = degrees + minutes / 60 + seconds / 3600
    return value if 0 <= value <= 180 and 0 <= minutes < 60.001 and 0 <= seconds < 60.001 else float("inf")


def _thumbnail(picture: Image.Image, answer: Answer, data: bytes) -> None:
    """The small preview inside the file, and whether it shows something else than the picture (a crop or a blur done later)."""
    small = picture.getexif().get_ifd(ExifTags.IFD.IFD1)
    start, size = small.get(ExifTags.Base.JpegIFOffset), small.get(ExifTags.Base.JpegIFByteCount)
    block = picture.info.get("exif", b"")
    if not isinstance(start, int) or not isinstance(size, int) or size <= 0 or not block:
        return
    answer.flag("has_thumbnail")
    body = block.removeprefix(b"Exif\x00\x00")[start : start + size]
    with Image.open(io.BytesIO(body), formats=["JPEG"]) as preview, Image.open(io.BytesIO(data), formats=[str(picture.format)]) as whole:
        if preview.width * preview.height > 4_000_000:
            answer.flag("thumbnail_differs")
            return
        whole.draft("L", (256, 256))  # a JPEG is decoded at an eighth of its size
        answer.flag("thumbnail_differs", _differ(preview.convert("L"), whole.convert("L")))


def _differ(preview: Image.Image, whole: Image.Image) -> bool:
    """Other shape, or other content. Cameras put black bars around a preview of another shape, so bars are cut off first."""
    box = preview.point(lambda value: 255 if value > 16 else 0).getbbox()
    if box and (box[2] - box[0]) * (box[3] - box[1]) >= 0.5 * preview.width * preview.height:
        preview = preview.crop(box)
    shape, other = preview.width / preview.height, whole.width / whole.height
    if not 0.93 < shape / other < 1.08:
        return True
    size = (32, 32)
    difference = ImageChops.difference(preview.resize(size, Resampling.BOX), whole.resize(size, Resampling.BOX))
    return ImageStat.Stat(difference).mean[0] > 12


def _xmp(picture: Image.Image, answer: Answer) -> None:
    """XMP is searched for names, never parsed: no entity, no schema, no address is followed."""
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    raw = packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet)
    answer.flag("has_xmp", raw)
    for flag, pattern in _XMP.items():
        answer.flag(flag, pattern.search(raw))


def _text_keys(picture: Image.Image, answer: Answer) -> None:
    keys = {str(key).lower() for key in (*picture.info, *getattr(picture, "text", {}))}
    for flag, names in _TEXT_KEYS.items():
        answer.flag(flag, any(name in keys for name in names))


def _iptc(picture: Image.Image, answer: Answer) -> None:
    found = IptcImagePlugin.getiptcinfo(picture) or {} if isinstance(picture, ImageFile) else {}
    for flag, names in _IPTC.items():
        answer.flag(flag, any(name in found for name in names))
