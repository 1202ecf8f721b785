"""What we hold already, or something like it: found inside the opened vault, over the dossiers that the reader may see, and nowhere else.

Equal bytes are the same file. A picture or a text that is only alike is a reason to look: two photographs of one door are alike as well,
and one of them may be a screenshot of the other.
"""

from dataclasses import dataclass
from typing import Final

from letapis.core import alike
from letapis.core.access import Reader
from letapis.core.errors import NotFound
from letapis.desk import reading
from letapis.desk.insides import LIKENESS
from letapis.desk.opening import Desk
from letapis.engines.db import models

SAME, PICTURE, TEXT = "same", "picture", "text"
_MOST: Final = 20_000
_SHOWN: Final = 40


@dataclass(frozen=True)
class Alike:
    """An item that is equal or alike. ``why``: same, picture or text; ``percent``: how much of it."""

    item: reading.EvidenceView
    why: str
    percent: int


def alike_to(desk: Desk, reader: Reader, item: bytes) -> list[Alike]:
    """Items of all dossiers that the reader holds, the most alike first. Raises NotFound for an item that is not theirs."""
    kept = reading.evidence(desk, reader, item)
    found = {one.object: Alike(one, SAME, 100) for one in _equal(desk, reader, kept)}
    mine = next((_described(one) for one in reading.items(desk, reader, "embedded", parent=item, state=LIKENESS)), ("", ()))
    if any(mine):
        for other in reading.items(desk, reader, "embedded", state=LIKENESS, limit=_MOST):
            ident = other.parent
            likeness = _compare(mine, _described(other)) if ident != item and ident not in found else None
            view = _visible(desk, reader, ident) if likeness else None
            if likeness and view:
                found[ident] = Alike(view, *likeness)
    return sorted(found.values(), key=lambda one: -one.percent)[:_SHOWN]


def _equal(desk: Desk, reader: Reader, kept: reading.EvidenceView) -> list[reading.EvidenceView]:
    rows = models.Evidence.objects.using(desk.store.alias).filter(sha256=kept.sha256, page=0).exclude(object=kept.object)
    views = (_visible(desk, reader, bytes(row.object)) for row in rows)
    return [view for view in views if view]


def _visible(desk: Desk, reader: Reader, ident: bytes) -> reading.EvidenceView | None:
    """An item of a dossier that the reader holds, in both of its compartments."""
    try:
        held = reading.evidence(desk, reader, ident)
        reading.dossier(desk, reader, held.dossier)
    except NotFound:
        return None
    return held


Description = tuple[str, tuple[str, ...]]


def _described(other: reading.ItemView) -> Description:
    """The figure of its first page, and the runs of words that stand for its text."""
    pairs = list(zip(other.record.texts("key"), other.record.texts("said"), strict=False))
    picture = next((value for key, value in pairs if key == "picture difference"), "")
    return picture, tuple(value for key, value in pairs if key == "text run")


def _compare(mine: Description, other: Description) -> tuple[str, int] | None:
    """Why, and how many percent; None for what is not alike."""
    if len(mine[0]) == len(other[0]) == 64 and not alike.is_plain(mine[0]):
        bits = alike.difference(mine[0], other[0])
        if bits <= alike.PICTURE_NEAR:
            return PICTURE, round(100 * (256 - bits) / 256)
    share = alike.share(mine[1], other[1])
    return (TEXT, round(100 * share)) if share >= alike.TEXT_NEAR else None
