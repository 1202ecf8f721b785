"""What a file is, by its own bytes; a name or a declared type never decides. Runs inside the sandbox only."""

import re

from letapis.engines.parse.codes import Kind
from letapis.engines.parse.words import wide

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|meta|object|embed)[\s>/]", re.IGNORECASE)
_SVG = re.compile(rb"<(?:[a-z]+:)?svg[\s>]", re.IGNORECASE)

# prefix, kind, media type
_PREFIXES: tuple[tuple[bytes, Kind, str], ...] = (
    (b"\xff\xd8\xff", Kind.PICTURE, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", Kind.PICTURE, "image/png"),
    (b"GIF87a", Kind.PICTURE, "image/gif"),
    (b"GIF89a", Kind.PICTURE, "image/gif"),
    (b"II*\x00", Kind.PICTURE, "image/tiff"),
    (b"MM\x00*", Kind.PICTURE, "image/tiff"),
    (b"\x1f\x8b", Kind.ARCHIVE, "application/gzip"),
    (b"BZh", Kind.ARCHIVE, "application/x-bzip2"),
    (b"\xfd7zXZ\x00", Kind.ARCHIVE, "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE, "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", Kind.ARCHIVE, "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE, "application/x-ole-storage"),
    (b"{\\rtf", Kind.OFFICE, "application/rtf"),
    (b"ID3", Kind.AUDIO, "audio/mpeg"),
    (b"OggS", Kind.AUDIO, "audio/ogg"),
    (b"fLaC", Kind.AUDIO, "audio/flac"),
    (b"#!AMR", Kind.AUDIO, "audio/amr"),
    (b"\x1aE\xdf\xa3", Kind.VIDEO, "video/webm"),
)
_RIFF = {b"WEBP": (Kind.PICTURE, "image/webp"), b"WAVE": (Kind.AUDIO, "audio/wav"), b"AVI ": (Kind.VIDEO, "video/x-msvideo")}
_HEIF = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
_SAME = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/heif": "image/heic",
    "application/x-zip-compressed": "application/zip",
    "application/x-pdf": "application/pdf",
    "text/xml": "application/xml",
    "application/xhtml+xml": "text/html",
    "text/rtf": "application/rtf",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-gzip": "application/gzip",
    "application/msword": "application/x-ole-storage",
    "application/vnd.ms-excel": "application/x-ole-storage",
    "application/vnd.ms-powerpoint": "application/x-ole-storage",
    "application/vnd.ms-excel.sheet.macroenabled.12": _SHEET,
    "application/vnd.ms-word.document.macroenabled.12": _WORD,
}
# A mail or a mailbox by its head: whole lines of "Name: value" or what goes on from the line above, and among them who sent or carried it.
_HEAD = re.compile(rb"([!-9;-~]{1,76}):|[ \t]")
MBOX = b"From "
# A line "From " after an empty one begins the next mail only where heads follow it; mailboxes of some programs do not escape it in a text.
NEXT_MAIL = re.compile(rb"(?<=\n)\r?\n(?=From [^\n]*\n(?:>From [^\n]*\n)?[!-9;-~]{1,76}:)")
_CARRIED = frozenset((b"from", b"received", b"return-path", b"delivered-to"))
_OF_MAIL = _CARRIED | frozenset((b"to", b"cc", b"date", b"subject", b"message-id", b"mime-version", b"reply-to", b"content-type"))
_HEAD_BYTES = 65_536
_TEXTUAL = ("application/json", "application/x-ndjson", "message/rfc822", "application/mbox", "application/csv", "application/geo+json")
# A browser on Windows calls a CSV file by the name of the program that opens it.
_SPREADSHEET = "application/vnd.ms-excel"


def sniff(data: bytes) -> tuple[Kind, str]:
    """Kind and media type of ``data``."""
    for prefix, kind, media in _PREFIXES:
        if data.startswith(prefix):
            return kind, media
    if data[:4] == b"RIFF" and data[8:12] in _RIFF:
        return _RIFF[data[8:12]]
    if data[4:8] == b"ftyp":
        return _boxed(data[8:12])
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zipped(data)
    if data[257:262] == b"ustar":
        return Kind.ARCHIVE, "application/x-tar"
    if b"%PDF-" in data[:1024]:
        return Kind.PDF, "application/pdf"
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2:
        return Kind.AUDIO, "audio/mpeg"
    return _written(data)


def _boxed(brand: bytes) -> tuple[Kind, str]:
    if brand in _HEIF:
        return Kind.PICTURE, "image/heic"
    return (Kind.AUDIO, "audio/mp4") if brand.startswith(b"M4A") else (Kind.VIDEO, "video/mp4")


def _zipped(data: bytes) -> tuple[Kind, str]:
    """ZIP by what its directory names: an office file or an archive."""
    if data[30:38] == b"mimetype" and b"application/vnd.oasis.opendocument" in data[:128]:
        return Kind.OFFICE, "application/vnd.oasis.opendocument"
    if b"[Content_Types].xml" in data:
        for folder, media in ((b"word/", _WORD), (b"xl/", _SHEET), (b"ppt/", _SLIDES)):
            if folder in data:
                return Kind.OFFICE, media
    return Kind.ARCHIVE, "application/zip"


def _written(data: bytes) -> tuple[Kind, str]:
    """Mark-up, plain text, or none of what we know. A zero byte outside UTF-16 is no text."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        if _SVG.search(start):
            return Kind.WEB, "image/svg+xml"
        if _HTML.search(start):
            return Kind.WEB, "text/html"
        if start.startswith(b"<?xml") or start.startswith(b"<!DOCTYPE"):
            return Kind.WEB, "application/xml"
    if b"\x00" in data and not wide(data):
        return Kind.UNKNOWN, "application/octet-stream"
    return Kind.TEXT, _mail(data) or "text/plain"


def _mail(data: bytes) -> str:
    """The media type of a mail, or of a mailbox of several; empty for another text. A letter that begins with "From:" and goes on in sentences
    is none."""
    head = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    box = head.startswith(MBOX)
    top, ended, _ = head.partition(b"\n\n")
    lines = (top if ended else head.rstrip()).split(b"\n")[int(box) :]
    if not ended and len(data) > _HEAD_BYTES:
        lines.pop()  # cut anywhere
    found = [_HEAD.match(line) for line in lines]
    names = {match[1].lower() for match in found if match and match[1]}
    if not all(found) or len(names & _OF_MAIL) < 3 or not names & _CARRIED:
        return ""
    return "application/mbox" if box and NEXT_MAIL.search(data) else "message/rfc822"


def conflicts(declared: str, media: str) -> bool:
    """The sender called it something else than it is. An absent or general type says nothing."""
    said = declared.partition(";")[0].strip().lower()
    if media == "text/plain" and said == _SPREADSHEET:
        return False
    said = _SAME.get(said, said)
    if said in ("", "application/octet-stream", "binary/octet-stream", media):
        return False
    if media in ("text/plain", "message/rfc822", "application/mbox"):
        return not (said.startswith("text/") and said != "text/html") and said not in _TEXTUAL
    if media == "application/vnd.oasis.opendocument":
        return not said.startswith(media)
    top = media.partition("/")[0]
    # Containers of sound and moving pictures are shared between types; only the other family is a contradiction.
    return not (top in ("audio", "video") and said.partition("/")[0] in ("audio", "video"))


def is_polyglot(data: bytes, kind: Kind, media: str) -> bool:
    """``data`` is also a second thing: a ZIP behind it, a PDF or mark-up inside the first kilobyte."""
    if kind not in (Kind.ARCHIVE, Kind.OFFICE) and b"PK\x05\x06" in data[-66_000:] and b"PK\x01\x02" in data:
        return True
    if kind is not Kind.PDF and b"%PDF-" in data[:1024] and kind is not Kind.TEXT:
        return True
    return kind in (Kind.PICTURE, Kind.PDF, Kind.AUDIO, Kind.VIDEO) and bool(_HTML.search(data[:1024]) or _HTML.search(data[-1024:]))
