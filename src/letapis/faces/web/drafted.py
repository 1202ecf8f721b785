"""What a reader is blacking out right now: boxes and places of one original, in their session alone until a copy is made of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from letapis.core.errors import UsageError
from letapis.core.redaction import MOST, Box, Span, read_boxes, read_spans

_DRAFTS: Final = "blacked_out"
_KEPT: Final = 5  # originals with a draft at a time; the oldest is let go


@dataclass(frozen=True)
class Draft:
    """Boxes on pages, or places in a text."""

    boxes: tuple[Box, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The same for the same draft: what was looked at is what is made."""
        return hashlib.sha256(" ".join(self.lines).encode("ascii")).hexdigest()

    @property
    def lines(self) -> tuple[str, ...]:
        return (*(box.text for box in self.boxes), *(span.text for span in self.spans))

    def on(self, page: int) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.page == page)

    def with_more(self, boxes: Iterable[Box] = (), spans: Iterable[Span] = ()) -> "Draft":
        """With these besides, each once. Raises UsageError("redact.too_many")."""
        made = replace(self, boxes=tuple(sorted({*self.boxes, *boxes})), spans=tuple(sorted({*self.spans, *spans})))
        if len(made.lines) > MOST:
            raise UsageError("redact.too_many")
        return made

    def without(self, line: str) -> "Draft":
        return Draft(tuple(box for box in self.boxes if box.text != line), tuple(span for span in self.spans if span.text != line))


def draft(request: Any, item: bytes) -> Draft:
    """What was drawn on this original in this session."""
    lines = request.session.get(_DRAFTS, {}).get(item.hex(), [])
    return Draft(read_boxes(lines), read_spans(lines))


def keep(request: Any, item: bytes, made: Draft) -> None:
    """Keep it for the next page; an empty one is let go."""
    drafts = {name: lines for name, lines in request.session.get(_DRAFTS, {}).items() if name != item.hex()}
    if made.lines:
        drafts[item.hex()] = list(made.lines)
    request.session[_DRAFTS] = dict(list(drafts.items())[-_KEPT:])
