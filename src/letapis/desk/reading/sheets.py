"""Day sheets and their lines: what stands in each, what came of it, and whether there has been news of the person since."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.daysheet import Count, Row
from letapis.core.standing import Level
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import ClaimView, claims, views
from letapis.desk.reading.items import ItemView, item, items
from letapis.desk.reading.likeness import PersonLike, people_like
from letapis.desk.reading.window import guard
from letapis.engines.db import models

NO_NEWS: Final = "no_news"
_MOST: Final = 10_000
_ALIKE: Final = 0.99
_HINTS: Final = 3
_LOOKED_AT: Final = 4
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class SheetView:
    """The header of a sheet."""

    item: ItemView
    place: str
    agency: str
    source: bytes
    basis: str
    note: bytes
    group: bytes
    claims: frozenset[bytes]
    count: Count
    remark: str

    @property
    def day(self) -> str:
        return self.item.text("day")

    @property
    def undone(self) -> bool:
        return self.item.state == "undone"


@dataclass(frozen=True)
class LineView:
    """A line of a sheet. ``news``: later information about the person; ``task``: the open task to ask, which later information closes."""

    item: ItemView
    row: Row
    named: bool
    entity: bytes
    passage: bytes
    claims: frozenset[bytes]
    reason: str
    news: tuple[ClaimView, ...]
    task: ItemView | None

    @property
    def number(self) -> int:
        return self.item.number

    @property
    def struck(self) -> bool:
        return self.item.state == "struck"

    @property
    def waits(self) -> bool:
        """Nothing further was heard of this person, and somebody should ask."""
        return self.task is not None and not self.news


def _sheet(found: ItemView) -> SheetView:
    r = found.record
    total, named = (r.number(name) if name in r.body else None for name in ("total", "named"))
    count = Count(total, named, r.text("unit") or Count().unit, r.flag("about"))
    told = (r.text("place"), r.text("agency"), r.raw("source"), r.text("basis"), r.raw("note"), r.raw("entity"))
    return SheetView(found, *told, frozenset(r.refs("claims")), count, r.text("text"))


def sheets(desk: Desk, reader: Reader, dossier: bytes = b"") -> list[SheetView]:
    """Day sheets that the reader holds, of a dossier or of all, the newest first."""
    return [_sheet(found) for found in items(desk, reader, "sheet", dossier=dossier)][::-1]


def sheet(desk: Desk, reader: Reader, ident: bytes) -> SheetView:
    """One sheet. Raises NotFound for what is none or not theirs."""
    return _sheet(item(desk, reader, ident, "sheet"))


def sheet_lines(desk: Desk, reader: Reader, ident: bytes) -> list[LineView]:
    """The lines of a sheet in their order. Raises NotFound as ``sheet`` does."""
    head = sheet(desk, reader, ident)
    return _lines(desk, reader, head.item.dossier, items(desk, reader, "sheet_line", parent=ident))


def line_counts(desk: Desk, reader: Reader, shown: Iterable[SheetView]) -> dict[bytes, int]:
    """How many people stand on each of these sheets, which the reader holds; those struck out are not counted."""
    guard(reader)
    query = "SELECT parent, count(*) FROM db_item WHERE type = 'sheet_line' AND state = 'open' AND parent IN ({marks}) GROUP BY parent"
    return {bytes(parent): int(count) for parent, count in desk.store.rows_in(query, [one.item.item for one in shown])}


def sheet_line(desk: Desk, reader: Reader, ident: bytes) -> LineView:
    """One line. Raises NotFound for what is none or not theirs."""
    found = item(desk, reader, ident, "sheet_line")
    return _lines(desk, reader, found.dossier, [found])[0]


def _lines(desk: Desk, reader: Reader, dossier: bytes, found: list[ItemView]) -> list[LineView]:
    subject = found[0].about if len(found) == 1 else b""
    told: dict[bytes, list[ClaimView]] = {}
    for claim in claims(desk, reader, dossier, subject=subject):
        told.setdefault(claim.subject, []).append(claim)
    asked = items(desk, reader, "task", dossier=dossier, state="open", about=subject, limit=_MOST)
    tasks = {task.about: task for task in asked if task.text("kind") == NO_NEWS}
    return [_line(one, told.get(one.about, []), tasks.get(one.about)) for one in found]


def _line(found: ItemView, told: list[ClaimView], task: ItemView | None) -> LineView:
    r = found.record
    row = Row(r.text("name"), r.text("age"), r.text("article"), r.text("place"), r.text("text"))
    own = frozenset(r.refs("claims"))
    return LineView(found, row, r.flag("named"), found.about, r.raw("passage"), own, r.text("reason"), news_of(told, own), task)


def news_of(told: Iterable[ClaimView], own: Collection[bytes]) -> tuple[ClaimView, ...]:
    """Information about a person that did not come of the line itself and still stands."""
    return tuple(claim for claim in told if claim.rid not in own and not claim.replaced and claim.level > Level.RETRACTED)


def answered_tasks(desk: Desk, reader: Reader, tasks: Iterable[ItemView]) -> frozenset[bytes]:
    """Of these tasks, the ones "no news" that later information about the person has closed by itself."""
    asked = {task.about: task.item for task in tasks if task.text("kind") == NO_NEWS and task.about}
    if not asked:
        return frozenset()
    told: dict[bytes, list[ClaimView]] = {}
    for claim in _claims_about(desk, reader, list(asked)):
        told.setdefault(claim.subject, []).append(claim)
    homes = {claims[0].dossier for claims in told.values()}
    lines = (line for home in homes for line in items(desk, reader, "sheet_line", dossier=home, limit=_MOST))
    return frozenset(asked[line.about] for line in lines if line.about in asked and news_of(told.get(line.about, ()), line.record.refs("claims")))


def _claims_about(desk: Desk, reader: Reader, subjects: Sequence[bytes]) -> list[ClaimView]:
    found: list[ClaimView] = []
    for start in range(0, len(subjects), _AT_ONCE):
        rows = models.Claim.objects.using(desk.store.alias).filter(subject__in=subjects[start : start + _AT_ONCE])
        found += views(desk, [row for row in rows if bytes(row.compartment) in guard(reader).compartments])
    return found


def namesakes(desk: Desk, reader: Reader, name: str, besides: Collection[bytes] = ()) -> list[PersonLike]:
    """People of any dossier who may bear this name, those of ``besides`` left out. A hint: who is who, a person decides."""
    return [like for like in people_like(desk, reader, name, _LOOKED_AT) if like.person.entity not in besides and like.share >= _ALIKE][:_HINTS]
