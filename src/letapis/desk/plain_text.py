"""The beginning of an original that is text, as its page shows it. What is UTF-8 needs no reader; in which letters anything else is written
is found out by the reader in the sandbox, and the page says what was assumed. The original stays as it came."""

from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Hostile, Refused
from letapis.desk import evidence, reading
from letapis.desk.opening import Desk
from letapis.engines import parse

ENCODING: Final = "flags.encoding_"
_UNREAD: Final = "flags.encoding_unread"
_LETTER: Final = 4  # bytes of the longest letter


@dataclass(frozen=True)
class Shown:
    """Words, whether more follows, and the keys of texts on how their letters were read; none for UTF-8."""

    text: str
    more: bool = False
    assumed: tuple[str, ...] = ()


def beginning(desk: Desk, reader: Reader, kept: reading.EvidenceView, longest: int) -> Shown:
    """At most ``longest`` letters of an item that is text. Where no reader can be locked in, lost letters stay lost and that is said."""
    data, more = _head(desk, reader, kept.object, _LETTER * longest)
    text = _plain(data, cut=more)
    if text is not None:
        return Shown(text[:longest], more or len(text) > longest)
    try:
        made = parse.render(data, kept.media_type)
    except (Hostile, Refused):
        made = None
    if made is None or made.text is None:
        lost = data.decode("utf-8", "replace")
        return Shown(lost[:longest], more or len(lost) > longest, (_UNREAD,))
    told = tuple(flag for flag in made.flags if flag.startswith(ENCODING))
    return Shown(made.text[:longest], more or len(made.text) > longest, told)


def _head(desk: Desk, reader: Reader, item: bytes, most: int) -> tuple[bytes, bool]:
    head = b""
    for piece in evidence.read_object(desk, reader, item):
        head += piece
        if len(head) > most:
            break
    return head[:most], len(head) > most


def _plain(data: bytes, *, cut: bool) -> str | None:
    """UTF-8 without control characters, as UTF-16 without a mark has them in every Cyrillic letter. A text that was cut may end inside one."""
    for lost in range(_LETTER if cut else 1):
        try:
            text = data[: len(data) - lost].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        return None if any(letter < " " and letter not in "\t\n\r\f" for letter in text) else text
    return None
