"""Words of a page that was drawn as a picture, read by a machine: Debian's ``tesseract``, shut in without network, on our own clean pages.

What comes out is a help for finding a place in a scan. It holds errors, worst in names and numbers, and is never the word of a source.
"""

from typing import Final

from letapis.core.errors import Hostile, Refused
from letapis.engines import outside
from letapis.engines.parse.words import visible

LANGUAGES: Final = ("bel", "rus", "eng")
_TOOL: Final = "tesseract"
_LONGEST: Final = 200_000


def languages() -> tuple[str, ...]:
    """Those of our languages that the machine can read here. Raises Refused("ocr.absent") where there is no machine."""
    if not outside.found(_TOOL):
        raise Refused("ocr.absent")
    ran = outside.run(_TOOL, ["--list-langs"], timeout=30)
    known = set((ran.out + b"\n" + ran.told).decode("utf-8", "replace").split())
    return tuple(one for one in LANGUAGES if one in known)


def read_page(png: bytes, using: tuple[str, ...]) -> str:
    """The words of one page. Raises Refused("ocr.absent", "ocr.no_language"), Hostile("ocr.failed", "parse.timeout")."""
    if not using:
        raise Refused("ocr.no_language")
    if not outside.found(_TOOL):
        raise Refused("ocr.absent")
    ran = outside.run(_TOOL, ["stdin", "stdout", "-l", "+".join(using)], given=png, timeout=180)
    if ran.code != 0:
        raise Hostile("ocr.failed")
    return visible(ran.out.decode("utf-8", "replace").replace("\r", "").replace("\f", "\n"))[:_LONGEST]
