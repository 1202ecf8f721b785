"""Versions of a working item as a page shows them: those that do not know of each other side by side, and all of them as a history.

A form that changes an item carries the versions it was made from (``seen``), so that one that arrives meanwhile is not overwritten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.records import Record
from letapis.desk import reading
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import is_reference

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class VersionLine:
    """One version: its reference, who wrote it on which day, and what it says as pairs of a text's key and words."""

    ref: bytes
    author: str
    day: str
    fields: Fields
    is_head: bool


def version_lines(request: Any, lines: Lines, item: bytes, describe: Callable[[Record], Fields]) -> list[VersionLine]:
    """All versions of an item, the newest first; a field that a version leaves empty is not shown."""
    found = reading.versions(request.desk, request.reader, item)
    return [VersionLine(v.ref, lines.name(v.author), v.recorded[:10], [f for f in describe(v.record) if f[1]], v.is_head) for v in found]


def carried_versions(request: Any, item: reading.ItemView) -> str:
    """The versions that a form is made from, for its hidden field. A form that comes back carries those it came with: one that arrived
    meanwhile was not seen by who typed."""
    return str(request.POST.get("seen", "")) or " ".join(ref.hex() for ref in item.heads)


def seen_versions(posted: Any) -> tuple[bytes, ...]:
    """They come back; what is no reference is left out, and the desk refuses one that is none of this item."""
    words = str(posted.get("seen", "")).split()[:16]
    return tuple(bytes.fromhex(word) for word in words if is_reference(word))
