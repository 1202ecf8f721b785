"""The tags and texts of a page, one after the other, as a browser would take them apart (HTML, tokenization), in time that grows with its length.

The parser of the standard library is not used: on pages that somebody made for it, its time grows with the square of their length.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final, NamedTuple

_NAME: Final = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE: Final = re.compile(r"[\s/]*([^\s/>=][^\s/>=]*|=[^\s/>=]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_REST: Final = re.compile(r"[\s/]*>")
_COMMENT_END: Final = re.compile(r"--!?>")
_RAW_NAMES: Final = ("script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp")
_RAW: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW_NAMES}
_FOREIGN: Final = frozenset({"svg", "math"})  # of these alone a slash before the end closes the tag
_READ_IN_RAW: Final = frozenset({"title", "textarea"})


class Token(NamedTuple):
    """``kind``: open, close or text; ``name``: of the tag, in small letters; ``text``: letters as a person sees them."""

    kind: str
    name: str = ""
    attributes: Mapping[str, str] = {}
    text: str = ""


def tokens(markup: str) -> Iterator[Token]:
    """All of them. What has no end (a tag, a comment, a script) swallows the rest of the page, as in a browser."""
    at = 0
    while at < len(markup):
        start = markup.find("<", at)
        if start < 0:
            yield Token("text", text=unescape(markup[at:]))
            return
        if start > at:
            yield Token("text", text=unescape(markup[at:start]))
        mark = markup[start + 1 : start + 2]
        name = _NAME.match(markup, start + (2 if mark == "/" else 1))
        if name is None and mark not in ("!", "?", "/"):
            yield Token("text", text="<")
            at = start + 1
            continue
        if name is None or mark in ("!", "?"):
            at = _past_comment(markup, start)
            continue
        told, at = _attributes(markup, name.end())
        if at < 0:
            return
        tag = name[0].lower()
        yield Token("close" if mark == "/" else "open", tag, told)
        if tag in _FOREIGN and markup[at - 2] == "/" and mark != "/":
            yield Token("close", tag)
        if mark != "/" and tag in _RAW:
            end = _RAW[tag].search(markup, at)
            inside = markup[at : end.start() if end else len(markup)]
            yield Token("text", text=unescape(inside) if tag in _READ_IN_RAW else inside)
            at = end.start() if end else len(markup)


def _past_comment(markup: str, start: int) -> int:
    if markup.startswith("<!--", start):
        if markup.startswith((">", "->"), start + 4):
            return markup.index(">", start) + 1
        end = _COMMENT_END.search(markup, start + 4)
        return end.end() if end else len(markup)
    end_of = markup.find(">", start)
    return end_of + 1 if end_of >= 0 else len(markup)


def _attributes(markup: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag, the first of each name, and where the tag ends; -1 for one that never ends."""
    told: dict[str, str] = {}
    while True:
        end = _REST.match(markup, at)
        if end:
            return told, end.end()
        one = _ATTRIBUTE.match(markup, at)
        if one is None:
            return told, -1
        value = one[2] or ""
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        elif value[:1] in ("\"", "'"):
            return told, -1  # a quotation mark that nothing closes
        told.setdefault(one[1].lower(), unescape(value))
        at = one.end()
