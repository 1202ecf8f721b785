"""Text of a captured answer, decoded as its header, its mark-up or its letters say. Runs inside the sandbox."""

from typing import Final

from letapis.core.page_text import LONGEST, PageText, declared_charsets, read_page, read_text
from letapis.engines.parse.answer import Answer
from letapis.engines.parse.words import decode

MARKUP: Final = ("text/html", "application/xhtml+xml")
DATA: Final = ("application/json", "application/ld+json", "text/javascript", "application/javascript", "application/x-javascript")
# Names by which the world writes its pages; each is loaded before the door is shut, because afterwards none can be.
_CHARSETS: Final = (
    *("utf-8", "utf-16", "windows-1250", "windows-1251", "windows-1252", "windows-1257", "koi8-r", "koi8-u", "cp866", "mac-cyrillic"),
    *("iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-15", "gb18030", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr"),
)


def warm() -> None:
    """Load every code page that a page may name."""
    for name in _CHARSETS:
        "".encode(name)


def text_of(address: str, media: str, header: str, data: bytes, answer: Answer) -> PageText | None:
    """What can be read of an answer of this type; None for one that is no text."""
    if media in MARKUP or (not media and data.lstrip()[:1] == b"<"):
        return read_page(address, _decoded(data, header, answer))
    if media in DATA:
        return read_text(address, "", scripts=_decoded(data, header, answer))
    return read_text(address, _decoded(data, header, answer)) if media == "text/plain" else None


def _decoded(data: bytes, header: str, answer: Answer) -> str:
    """The first declared alphabet in which the bytes are text; when none is, the one that they look like."""
    part = data[: 4 * LONGEST]
    for name in declared_charsets(part, header):
        try:
            return part.decode("windows-1252" if name.lower() in ("iso-8859-1", "latin1", "us-ascii") else name)
        except (LookupError, ValueError):
            continue
    return decode(part, answer)
