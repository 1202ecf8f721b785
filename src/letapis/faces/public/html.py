"""Markup put together in code, so that ten thousand pages are written in seconds. Whatever is not ``Html`` is escaped where it is put in.

Characters that are not seen, or that turn the direction of what is read, are shown by their number: on a public page a name is what it looks like.
"""

import re
from collections.abc import Iterable
from typing import Final

_HIDDEN: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff"
)
_MARKUP: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_SPECIAL: Final = re.compile(f"[{_HIDDEN}&<>\"']")
_TAG: Final = re.compile("<[^>]*>")
_PARAGRAPHS: Final = re.compile(r"\n\s*\n|\r\n\s*\r\n")


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """Plain text as markup."""
    return Html(_SPECIAL.sub(_shown, text))


def _shown(found: re.Match[str]) -> str:
    letter = found[0]
    return _MARKUP.get(letter) or f"[U+{ord(letter):04X}]"


def weigh(text: str) -> int:
    """Bytes that a plain text takes on a page."""
    return len(text.encode()) if _SPECIAL.search(text) is None else len(escaped(text).encode())


def fitting(lines: Iterable[Html], room: int) -> list[Html]:
    """Lines from the first on, as many as take so many bytes together."""
    found = list[Html]()
    for line in lines:
        room -= len(line.encode())
        if room < 0:
            break
        found.append(line)
    return found


def untagged(text: str) -> Html:
    """Markup without its elements, for a title; plain text as markup."""
    return Html(_TAG.sub("", text)) if isinstance(text, Html) else escaped(text)


def el(name: str, *inside: str, **attributes: str | None) -> Html:
    """An element. A name of an attribute may end in ``_`` and is written with ``-`` for ``_``; one that is None is left out."""
    told = [f' {key.rstrip("_").replace("_", "-")}="{_safe(value)}"' for key, value in attributes.items() if value is not None]
    return Html(f"<{name}{''.join(told)}>{''.join(map(_safe, inside))}</{name}>")


def void(name: str, **attributes: str | None) -> Html:
    """An element without an end: ``meta``, ``link``, ``img``."""
    told = [f' {key.rstrip("_").replace("_", "-")}="{_safe(value)}"' for key, value in attributes.items() if value is not None]
    return Html(f"<{name}{''.join(told)}>")


def many(parts: Iterable[str]) -> Html:
    """Pieces one after the other."""
    return Html("".join(map(_safe, parts)))


def link(to: str, *inside: str, **attributes: str | None) -> Html:
    return el("a", *inside, href=to, **attributes)


def rows(pairs: Iterable[tuple[str, str]]) -> Html:
    """A list of names with what they say; nothing where there is none."""
    told = [el("div", el("dt", name), el("dd", text)) for name, text in pairs]
    return el("dl", *told) if told else Html()


def paragraphs(text: str) -> Html:
    """Running text with its paragraphs."""
    return many(el("p", part.strip()) for part in _PARAGRAPHS.split(text) if part.strip())


def table(head: Iterable[str], body: Iterable[Iterable[str]], caption: str = "", about: str = "") -> Html:
    """A table whose first cells name their rows. ``about``: what it is called where it can be moved sideways; its caption where none is given."""
    top = el("tr", *(el("th", cell, scope="col") for cell in head))
    lines = [el("tr", *(el("td", cell) if at else el("th", cell, scope="row") for at, cell in enumerate(line))) for line in body]
    named = (el("caption", caption),) if caption else ()
    whole = el("table", *named, el("thead", top), el("tbody", *lines))
    return el("div", whole, class_="wide", tabindex="0", role="region", aria_label=about or caption) if caption else whole


def _safe(text: str) -> str:
    return text if type(text) is Html else escaped(text)
