"""What somebody would have read on a page, apart from what only its scripts and its head hold.

The text is that of the mark-up as it came: nothing is run and nothing is fetched. What a page hides by an attribute, what stands in a
template and what is for browsers without script counts as data of scripts, because nobody read it there.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core.markup import Token, tokens

LONGEST: Final = 8 << 20
"""Characters of one page that are read; what is longer is cut, which can only make a capture look emptier than it is."""

_ESCAPED: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([nrt\"'/\\]))")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACE: Final = re.compile(r"\s+")
_META: Final = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_CLOSED_BY_ITSELF: Final = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "option"})
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"})
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp"}
    | {"small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
_APART: Final = frozenset({"script", "style", "template", "noscript", "title", "iframe", "object", "svg", "noembed", "noframes"})
_DESCRIPTIONS: Final = frozenset({"description", "og:description", "twitter:description", "og:title", "twitter:title"})
_NOT_SHOWN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageText:
    """Text of one captured answer. ``described``: title and descriptions in the head; ``scripts``: what only scripts could have shown;
    ``lines``: the visible text with its paragraphs, for reading."""

    address: str
    visible: str
    described: tuple[str, ...] = ()
    scripts: str = ""
    lines: str = ""


def fold(text: str) -> str:
    """The same words in one spelling of white space and composed letters, without what is never seen. Nothing else is evened out: words
    that only resemble are other words."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def declared_charsets(data: bytes, header: str) -> tuple[str, ...]:
    """What a page is written in by its header, then by its own mark-up."""
    named = _HEADER.search(header)
    inside = _META.search(data[:4096])
    found = [named[1]] if named else []
    return tuple(dict.fromkeys([*found, *([inside[1].decode("ascii")] if inside else [])]))


def read_page(address: str, markup: str) -> PageText:
    """The text of a page, folded."""
    page = _Page()
    for token in tokens(markup[:LONGEST]):
        page.take(token)
    described = tuple(text for text in dict.fromkeys(fold(part) for part in page.described) if text)
    return read_text(address, "".join(page.visible), described, " ".join(page.apart))


def read_text(address: str, text: str, described: tuple[str, ...] = (), scripts: str = "") -> PageText:
    """The same of an answer that is plain text, or of data that only scripts read."""
    lines = [" ".join(line.split()) for line in text[:LONGEST].split("\n")]
    return PageText(address, fold(text[:LONGEST]), described, fold(_unescaped(scripts[:LONGEST])), "\n".join(line for line in lines if line))


def _unescaped(scripts: str) -> str:
    """Data of scripts with their letters written out: most of them write a letter of another alphabet as its number."""
    if "\\" not in scripts:
        return scripts
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else " " if match[2] in "nrt" else match[2], scripts)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Page:
    """Sorts the texts of a page into what is read, what its head describes, and what stands apart."""

    def __init__(self) -> None:
        self.visible: list[str] = []
        self.described: list[str] = []
        self.apart: list[str] = []
        self._hidden: list[str] = []

    def take(self, token: Token) -> None:
        if token.kind == "text":
            self._text(token.text)
            return
        if token.name not in _INLINE:  # what is no part of a line of words stands on a line of its own
            self.visible.append("\n")
        if token.kind == "close":
            if self._hidden and token.name == self._hidden[-1]:
                self._hidden.pop()
            return
        self._open(token.name, token.attributes)

    def _open(self, tag: str, told: Mapping[str, str]) -> None:
        if tag == "meta" and (told.get("name") or told.get("property") or "").lower() in _DESCRIPTIONS:
            self.described.append(told.get("content", ""))
        if self._hidden:
            if tag == self._hidden[-1] and tag not in _CLOSED_BY_ITSELF:
                self._hidden.append(tag)
        elif tag not in _VOID and (tag in _APART or "hidden" in told or _NOT_SHOWN.search(told.get("style", ""))):
            self._hidden.append(tag)

    def _text(self, text: str) -> None:
        if not self._hidden:
            self.visible.append(text.replace("\n", " "))
        elif self._hidden[0] == "title":
            self.described.append(text)
        else:
            self.apart.append(text)
