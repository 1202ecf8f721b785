"""The reader's own process: shut the door, then read one file from standard input and answer on standard output.

Started by the desk as ``python -I -B`` with an empty environment. Everything is imported before the door is shut, because afterwards
nothing can be; no byte of the file is touched before.
"""

import importlib
import os
import re
import sys
from typing import Any

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.archives import read_archive, read_office
from letapis.engines.parse.codes import Kind, Level
from letapis.engines.parse.sandbox import NoSandbox, lock_in
from letapis.engines.parse.sniff import conflicts, is_polyglot, sniff
from letapis.engines.parse.wire import MAGIC, REQUEST
from letapis.engines.parse.words import read_words

NO_SANDBOX = 3
_ENTITIES = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]*\[")


def main(wanted: str) -> int:
    """``wanted`` names the heavy libraries to load, ``picture``, ``pdf`` or ``none``, or the reader of an inspection, ``inspect_…``.

    Exit code 3: this system has no sandbox.
    """
    _warm_code_pages()
    if wanted in ("picture", "pdf"):
        _warm(wanted)
    inspector = importlib.import_module(f"letapis.engines.parse.{wanted}") if wanted.startswith("inspect_") else None
    try:
        level = lock_in()
    except NoSandbox:
        return NO_SANDBOX
    answer = Answer(sys.stdout.buffer)
    answer.level(level)
    try:
        _read(answer, level, inspector)
    except Stop as stop:
        answer.hostile(stop.code)
    except MemoryError:
        answer.hostile("parse.too_much_memory")
    answer.end()
    sys.stdout.flush()
    os._exit(0)  # no clean-up code of a library runs after hostile input


def _warm_code_pages() -> None:
    for name in ("ascii", "cp437", "cp866", "cp1251", "koi8_r", "latin_1", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be"):
        "".encode(name)


def _warm(wanted: str) -> None:
    """Load the picture library with exactly the formats we read, and PDFium if a PDF is expected."""
    for name in ("JpegImagePlugin", "PngImagePlugin", "GifImagePlugin", "WebPImagePlugin", "TiffImagePlugin", "MpoImagePlugin"):
        importlib.import_module(f"PIL.{name}")
    image: Any = importlib.import_module("PIL.Image")
    image.init = image.preinit = lambda: None  # would import every other format
    image.MAX_IMAGE_PIXELS = None  # our own limit is checked on the header, before decoding
    importlib.import_module("letapis.engines.parse.pictures")
    if wanted == "pdf":
        importlib.import_module("letapis.engines.parse.papers")


def _read(answer: Answer, level: Level, inspector: Any) -> None:
    magic, whole, length, size = REQUEST.unpack(sys.stdin.buffer.read(REQUEST.size))
    if magic != MAGIC:
        raise ValueError("request")
    declared = sys.stdin.buffer.read(length).decode("ascii", "replace")
    untrusted = sys.stdin.buffer.read(size)
    kind, media = sniff(untrusted)
    answer.type(kind, media)
    polyglot = is_polyglot(untrusted, kind, media)
    answer.flag("polyglot", polyglot)
    answer.flag("type_conflict", polyglot or conflicts(declared, media))
    if inspector is not None:
        if not whole:
            raise Stop("parse.too_large")
        if hasattr(inspector, "read_declared"):
            inspector.read_declared(untrusted, declared, answer)
        else:
            inspector.read(untrusted, answer)
    elif whole:
        _dispatch(kind, media, untrusted, answer, level)
    elif kind in (Kind.AUDIO, Kind.VIDEO, Kind.ARCHIVE, Kind.UNKNOWN):
        answer.flag("kept_original")
    else:
        raise Stop("parse.too_large")


def _dispatch(kind: Kind, media: str, untrusted: bytes, answer: Answer, level: Level) -> None:
    match kind:
        case Kind.PICTURE if pictures := sys.modules.get("letapis.engines.parse.pictures"):
            pictures.read_picture(untrusted, media, answer)
        case Kind.PDF if level is Level.FULL and (papers := sys.modules.get("letapis.engines.parse.papers")):
            papers.read_paper(untrusted, answer)
        case Kind.PDF:
            answer.flag("needs_full_sandbox")
            answer.flag("kept_original")
        case Kind.TEXT:
            read_words(untrusted, answer)
        case Kind.ARCHIVE:
            read_archive(untrusted, media, answer)
        case Kind.OFFICE:
            read_office(untrusted, media, answer)
        case Kind.WEB:
            if media != "text/html" and _ENTITIES.search(untrusted[:65_536]):
                raise Stop("parse.xml_entities")
            answer.flag("active_content", re.search(rb"<script|\son[a-z]+\s*=|<iframe|http-equiv|(?:href|src)\s*=|url\(", untrusted, re.IGNORECASE))
            answer.flag("kept_original")
        case _:
            answer.flag("kept_original")
