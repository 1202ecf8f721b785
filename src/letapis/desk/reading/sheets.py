"""Day sheets and their lines: what stands in each, what came of it, and whether there has been news of the person since."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.daysheet import Count, Row
from letapis.core.standing import Level
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import ClaimView, claims
from letapis.desk.reading.items import ItemView, item, items
from letapis.desk.reading.likeness import PersonLike, people_like
from letapis.desk.reading.window import missing

NO_NEWS: Final = "no_news"
_MOST: Final = 10_000
_ALIKE: Final = 0.99
_HINTS: Final = 3


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
    found = item(desk, reader, ident)
    if found.type != "sheet":
        raise missing()
    return _sheet(found)


def sheet_lines(desk: Desk, reader: Reader, ident: bytes) -> list[LineView]:
    """The lines of a sheet in their order. Raises NotFound as ``sheet`` does."""
    head = sheet(desk, reader, ident)
    return _lines(desk, reader, head.item.dossier, items(desk, reader, "sheet_line", parent=ident))


def sheet_line(desk: Desk, reader: Reader, ident: bytes) -> LineView:
    """One line. Raises NotFound for what is none or not theirs."""
    found = item(desk, reader, ident)
    if found.type != "sheet_line":
        raise missing()
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
    asked = {task.about: task for task in tasks if task.text("kind") == NO_NEWS and task.about}
    lines = (line for dossier in {task.dossier for task in asked.values()} for line in _of_dossier(desk, reader, dossier))
    return frozenset(asked[line.entity].item for line in lines if line.entity in asked and line.news)


def _of_dossier(desk: Desk, reader: Reader, dossier: bytes) -> list[LineView]:
    found = items(desk, reader, "sheet_line", dossier=dossier, limit=_MOST)
    return _lines(desk, reader, dossier, found) if found else []


def namesakes(desk: Desk, reader: Reader, name: str, besides: Collection[bytes] = ()) -> list[PersonLike]:
    """People of any dossier who may bear this name, those of ``besides`` left out. A hint: who is who, a person decides."""
    return [like for like in people_like(desk, reader, name) if like.person.entity not in besides and like.likeness >= _ALIKE][:_HINTS]
