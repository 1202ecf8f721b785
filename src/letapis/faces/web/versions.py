"""Versions of a working item as a page shows them: those that do not know of each other side by side, and all of them as a history.

A form that changes an item carries the versions it was made from (``seen``), so that one that arrives meanwhile is not overwritten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.records import Record
from letapis.desk import items, reading
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import is_reference, notice, reference

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class VersionLine:
    """One version: its reference, who wrote it on which day, and what it says as pairs of a text's key and words."""

    ref: bytes
    author: str
    day: str
    fields: Fields
    is_head: bool


def version_context(request: Any, lines: Lines, item: reading.ItemView, describe: Callable[[Record], Fields]) -> dict[str, Any]:
    """What a page of an item needs: all versions, the newest first, those side by side, and what its forms carry. A field that a version
    leaves empty is not shown."""
    found = reading.versions(request.desk, request.reader, item.item)
    shown = [VersionLine(v.ref, lines.name(v.author), v.recorded[:10], [f for f in describe(v.record) if f[1]], v.is_head) for v in found]
    return {"seen": carried_versions(request, item), "versions": shown, "heads": [version for version in shown if version.is_head]}


def side_by_side(request: Any, lines: Lines, item: bytes, heads: Sequence[bytes], says: Callable[[Record], str]) -> list[tuple[str, str]]:
    """What each colleague said who did not know of the others, as a name and words; nothing where one version stands."""
    if len(heads) < 2:
        return []
    return [(lines.name(v.author), says(v.record)) for v in reading.versions(request.desk, request.reader, item) if v.ref in heads]


def carried_versions(request: Any, item: reading.ItemView) -> str:
    """The versions that a form is made from, for its hidden field. A form that comes back carries those it came with: one that arrived
    meanwhile was not seen by who typed. Those that stand side by side are on the page, and so they are seen."""
    return carried(item.heads) if item.contested else str(request.POST.get("seen", "")) or carried(item.heads)


def carried(heads: Sequence[bytes]) -> str:
    return " ".join(ref.hex() for ref in heads)


def seen_versions(posted: Any) -> tuple[bytes, ...]:
    """They come back; what is no reference is left out, and the desk refuses one that is none of this item."""
    words = str(posted.get("seen", "")).split()[:16]
    return tuple(bytes.fromhex(word) for word in words if is_reference(word))


def keep_chosen(request: Any, item: reading.ItemView) -> None:
    """Of the versions that stood side by side on the page, go on with the one whose button was pressed."""
    chosen = reference(request.POST.get("version", ""))
    items.keep_version(request.desk, request.reader, item.type, item.item, chosen, seen_versions(request.POST))
    notice(request, "items.kept")
