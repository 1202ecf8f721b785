"""Words of a page that was drawn as a picture, read by a machine: Debian's ``tesseract``, shut in without network, on our own clean pages.

What comes out is a help for finding a place in a scan. It holds errors, worst in names and numbers, and is never the word of a source.
"""

import re
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from statistics import median
from typing import Final

from letapis.core.errors import Hostile, Refused
from letapis.engines import outside, pixels
from letapis.engines.parse.words import visible

LANGUAGES: Final = ("bel", "rus", "eng")
UNREAD: Final = "[…]"
_TOOL: Final = "tesseract"
_COLUMNS, _WORD, _DOUBTFUL = 12, "5", 50.0  # of its table: a row of a word, and how sure it must be, of a hundred
_LONGEST: Final = 200_000
_BROKEN: Final = re.compile(r"([^\W\d_])[-\u2010\u00ad]\n([^\W\d_]\S*) ?")


def languages() -> tuple[str, ...]:
    """Those of our languages that the machine can read here. Raises Refused("ocr.absent") where there is no machine, and
    Refused("ocr.not_started") where it cannot be shut in."""
    if not outside.found(_TOOL):
        raise Refused("ocr.absent")
    ran = outside.run(_TOOL, ["--list-langs"], timeout=30)
    if ran.code != 0:  # where this machine lets nobody shut a program in, the program does not start
        raise Refused("ocr.not_started")
    known = set((ran.out + b"\n" + ran.told).decode("utf-8", "replace").split())
    return tuple(one for one in LANGUAGES if one in known)


def read_page(png: bytes, using: tuple[str, ...]) -> str:
    """The words of one page, empty where there are none, UNREAD for a paragraph that is no words.

    Raises Refused("ocr.absent", "ocr.no_language"), Hostile("ocr.failed", "parse.timeout").
    """
    if not using:
        raise Refused("ocr.no_language")
    if not outside.found(_TOOL):
        raise Refused("ocr.absent")
    # ``--psm 1`` looks first which way the page lies: one that was scanned upside down would give words that are none.
    ran = outside.run(_TOOL, ["stdin", "stdout", "--psm", "1", "-l", "+".join(using), "tsv"], given=pixels.for_reading(png), timeout=180)
    if ran.code != 0:
        raise Hostile("ocr.failed")
    return _whole(visible(_sure(ran.out.decode("utf-8", "replace"))))[:_LONGEST]


def _sure(table: str) -> str:
    """The words of the machine's table, a line for a line. Of an empty page it reads the grain of the paper: where half of the words are doubtful
    to itself there are none, and a paragraph like that, a stamp or a signature, becomes a mark."""
    paragraphs: dict[tuple[str, ...], list[tuple[str, float, str]]] = {}
    for row in table.split("\n"):
        cells = row.split("\t")
        if len(cells) == _COLUMNS and cells[0] == _WORD and cells[-1].strip():
            with suppress(ValueError):
                paragraphs.setdefault(tuple(cells[1:4]), []).append((cells[4], float(cells[10]), cells[-1]))
    if not paragraphs or median(sure for words in paragraphs.values() for _, sure, _ in words) < _DOUBTFUL:
        return ""
    return "\n\n".join(_paragraph(words) for words in paragraphs.values())


def _paragraph(words: list[tuple[str, float, str]]) -> str:
    if median(sure for _, sure, _ in words) < _DOUBTFUL:
        return UNREAD
    return "\n".join(" ".join(word for _, _, word in line) for _, line in groupby(words, key=itemgetter(0)))


def _whole(text: str) -> str:
    """Words that end on the next line as one: a name that is broken would not be found."""
    return _BROKEN.sub(lambda found: f"{found[1]}{found[2]}\n" if found[2][0].islower() else found[0], text)
