"""Archives and office files: listed, never unpacked. Sizes are counted while reading, whatever the directory claims. Runs inside the sandbox.

Limits: 10,000 entries, 2 GB, ratio 100, depth 1; no links, no absolute or parent paths, no equal names, no shared bytes.
"""

import io
import re
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.words import visible

MAX_ENTRIES: Final = 10_000
MAX_TOTAL: Final = 2 << 30
MAX_RATIO: Final = 100
# A few highly regular bytes compress better than 100 to 1 without being an attack.
SMALL: Final = 1 << 20
_PART: Final = 4 << 20
_DRIVE = re.compile(r"[A-Za-z]:|~")
_NESTED = re.compile(r"\.(?:zip|tar|tgz|gz|bz2|xz|7z|rar|jar|docx|xlsx|pptx|odt|ods|wacz|apk)$", re.IGNORECASE)
DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
)


def read_archive(data: bytes, media: str, answer: Answer) -> None:
    """A safe list of what is inside, one name and size a line. Raises Stop for what no honest archive needs."""
    answer.flag("kept_original")
    try:
        if media == "application/zip":
            entries = _zip(data)
        elif media == "application/x-tar":
            entries = _tar(data)
        else:
            return
    except DAMAGED:
        raise Stop("parse.archive_damaged") from None
    answer.flag("nested_archive", any(_NESTED.search(name) for name, _ in entries))
    answer.flag("hidden_characters", any(visible(name) != name for name, _ in entries))
    answer.text("\n".join(f"{size}\t{visible(_one_line(name))}" for name, size in entries))


def check_zip(data: bytes) -> list[str]:
    """The names in a ZIP that somebody is about to unpack. Raises Stop for what no honest one needs."""
    try:
        return [name for name, _ in _zip(data)]
    except DAMAGED:
        raise Stop("parse.archive_damaged") from None


def _zip(data: bytes) -> list[tuple[str, int]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        check_names([info.filename for info in infos])
        if any((info.external_attr >> 16) & 0o170000 == 0o120000 for info in infos):
            raise Stop("parse.archive_link")
        spans = sorted((info.header_offset, info.header_offset + 30 + info.compress_size) for info in infos)
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise Stop("parse.archive_overlap")
        total, sizes = 0, []
        for info in infos:
            size = 0 if info.flag_bits & 1 else _counted(archive, info)
            total += size
            if total > MAX_TOTAL:
                raise Stop("parse.archive_too_large")
            if total > SMALL and total > MAX_RATIO * len(data):
                raise Stop("parse.archive_ratio")
            sizes.append(size)
        return [(info.filename, size) for info, size in zip(infos, sizes, strict=True)]


def _counted(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """The real size of an entry. Stops as soon as it is more than declared, or out of proportion."""
    # The module trusts the declared size and would stop there without a word; it is told a larger one, so that a lie shows.
    declared, info.file_size = info.file_size, MAX_TOTAL
    crc, info.CRC = info.CRC, 0
    size = check = 0
    with archive.open(info) as stream:
        stream._expected_crc = None  # type: ignore[attr-defined]
        while chunk := stream.read(1 << 16):
            size, check = size + len(chunk), zlib.crc32(chunk, check)
            if size > declared:
                raise Stop("parse.archive_lies")
            if size > SMALL and size > MAX_RATIO * max(info.compress_size, 1):
                raise Stop("parse.archive_ratio")
    if size != declared or check != crc:
        raise Stop("parse.archive_lies")
    return size


def _tar(data: bytes) -> list[tuple[str, int]]:
    found, total = [], 0
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errorlevel=2) as archive:
        for member in archive:
            if member.issym() or member.islnk():
                raise Stop("parse.archive_link")
            if not (member.isreg() or member.isdir()):
                raise Stop("parse.archive_path")
            found.append((member.name, member.size))
            total += member.size
            if len(found) > MAX_ENTRIES:
                raise Stop("parse.archive_too_many")
            if member.offset_data + member.size > len(data):
                raise Stop("parse.archive_damaged")
            if total > MAX_TOTAL:
                raise Stop("parse.archive_too_large")
    check_names([name for name, _ in found])
    return found


def check_names(names: Iterable[str]) -> None:
    """No way out, no two names that are one on some file system."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        parts = name.replace("\\", "/").split("/")
        if number >= MAX_ENTRIES:
            raise Stop("parse.archive_too_many")
        if not name or "\x00" in name or parts[0] == "" or ".." in parts or _DRIVE.match(name):
            raise Stop("parse.archive_path")
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", "/".join(parts).rstrip("/")).casefold())
        if folded in seen:
            raise Stop("parse.archive_duplicate")
        seen.add(folded)


def _one_line(name: str) -> str:
    return name.replace("\n", "\ufffd").replace("\t", " ")


# --- office files


def read_office(data: bytes, media: str, answer: Answer) -> None:
    """Never shown; only what it would do or tell in an office program."""
    answer.flag("kept_original")
    if media == "application/x-ole-storage":
        answer.flag("encrypted", "EncryptedPackage".encode("utf-16-le") in data)
        answer.flag("macros", any(name.encode("utf-16-le") in data for name in ("_VBA_PROJECT", "Macros")))
    elif media == "application/rtf":
        answer.flag("active_content", re.search(rb"\\objdata|\\objupdate|\\field", data))
    else:
        _open_xml(data, answer)


def _open_xml(data: bytes, answer: Answer) -> None:
    """Names of parts, and a bounded look at the parts that can call out or tell who wrote."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            if len(names) > MAX_ENTRIES:
                raise Stop("parse.archive_too_many")
            answer.flag("macros", any("vbaproject" in name.lower() or "macrosheets/" in name.lower() for name in names))
            for name in names:
                _part(package, name, answer)
    except DAMAGED:
        answer.flag("unreadable")


def _part(package: zipfile.ZipFile, name: str, answer: Answer) -> None:
    if not name.endswith((".rels", ".xml")):
        return
    with package.open(name) as stream:
        head = stream.read(_PART)
    if name.endswith(".rels"):
        answer.flag("external_links", b'TargetMode="External"' in head or b"TargetMode='External'" in head)
        return
    answer.flag("tracked_changes", re.search(rb"<w:(?:ins|del|moveFrom|moveTo)[ >]", head))
    answer.flag("active_content", re.search(rb"DDEAUTO|\bDDE\b|<ddeLink|<oleLink", head))
    answer.flag("has_comment", re.search(rb"<w:comment[ >]", head))
    if name == "docProps/core.xml":
        answer.flag("has_author", re.search(rb"<(?:dc:creator|cp:lastModifiedBy)[^>]*>[^<]", head))
        answer.flag("has_time", b"dcterms:created" in head or b"dcterms:modified" in head)
    if name == "docProps/app.xml":
        answer.flag("has_program", re.search(rb"<Application>[^<]", head))
