"""What is waiting for me, what is new since I last looked, and how a dossier stands in numbers.

These lists are asked of the whole workspace, so each is read from an index in its order, author by author, and ends after a
bounded number of lines: the first page costs the same with a thousand claims as with a million.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import chain, islice
from typing import Any, Final

from letapis.core.access import Reader
from letapis.core.instants import instant
from letapis.core.standing import Level
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import ClaimView, views
from letapis.desk.reading.notes import PassageView, passages_by_ref
from letapis.desk.reading.one_person import unseen_halves
from letapis.desk.reading.people import DossierView, dossier, dossiers_by_id, entity_count, newest_dossiers
from letapis.desk.reading.window import guard
from letapis.engines.db import models

SHOWN = 50  # lines of a list on the first page; counts beyond CAP read "more than"
CAP = 1000
ASKED: Final = 3  # dossiers of which something is asked: reading the law for one takes a while, and the newest are what people work on
MOST_ENTRIES: Final = 200  # in a dossier with a whole list no question to one of them would move most, and reading them all takes seconds
_PER_LINE: Final = 20  # claims shown of one passage
_SCANNED: Final = 3 * CAP  # open claims looked at, of which some may be checked by this member already
_OPEN: Final = "SELECT id, ref, dossier, compartment, passage, replaced, author FROM db_claim WHERE {where} ORDER BY {order} LIMIT %s"
_NEWEST: Final = "SELECT {row}, dossier, recorded FROM {table} WHERE {who} = %s ORDER BY {row} DESC LIMIT %s"


@dataclass(frozen=True)
class Waiting:
    """A passage (or a lone claim) that this member may check: its words, if they hold RAW, and the claims cut from it."""

    dossier: bytes
    passage: PassageView | None
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True)
class News:
    dossier: DossierView
    new: int
    last: str


@dataclass(frozen=True)
class HomePage:
    """What the first page shows; ``asked``: those of the newest ``dossiers`` of which a question may be put to somebody."""

    to_check: tuple[Waiting, ...]
    to_check_count: int
    contested: tuple[ClaimView, ...]
    disputed: tuple[ClaimView, ...]
    news: tuple[News, ...]
    dossiers: tuple[DossierView, ...]
    asked: tuple[DossierView, ...]


Row = tuple[Any, ...]


# ---- what waits ------------------------------------------------------------------------------------------------------


def waiting(desk: Desk, reader: Reader, ident: bytes = b"", limit: int = SHOWN) -> tuple[list[Waiting], int]:
    """Passages to check, and how many claims wait in all (counted up to CAP): first what nobody has checked, then what one other
    member has, each oldest first."""
    found = list(islice(_unchecked(desk, reader, _open_in(desk, reader, ident) if ident else _open(desk, reader)), CAP))
    groups: dict[tuple[bytes, bytes], list[int]] = {}
    for number, ref, home, _, passage, *_ in found:
        groups.setdefault((bytes(home), bytes(passage) or bytes(ref)), []).append(number)
    shown = {key: group[:_PER_LINE] for key, group in islice(groups.items(), limit)}
    rows = models.Claim.objects.using(desk.store.alias).filter(id__in=[number for group in shown.values() for number in group])
    lines: dict[tuple[bytes, bytes], list[ClaimView]] = {key: [] for key in shown}
    for view in views(desk, rows.order_by("id")):
        lines[view.dossier, view.passage or view.ref].append(view)
    words = passages_by_ref(desk, reader, [passage for _, passage in lines])
    return [Waiting(home, words.get(passage), tuple(claims)) for (home, passage), claims in lines.items()], len(found)


def _open(desk: Desk, reader: Reader) -> Iterator[Row]:
    """Open claims of others in the whole workspace, in the order in which they are shown."""
    untouched = [_open_by(desk, "checks = 0", author) for author in others(desk, reader)]
    checked = [_open_by(desk, "checks = 1", author) for author in others(desk, reader)]
    return chain(merge(*untouched, key=_number), merge(*checked, key=_number))


def _open_by(desk: Desk, checks: str, author: bytes) -> Iterator[Row]:
    query = _OPEN.format(where=f"level = %s AND {checks} AND author = %s", order="id")
    return desk.store.stream(query, (int(Level.OPEN), author, _SCANNED))


def _open_in(desk: Desk, reader: Reader, ident: bytes) -> Iterator[Row]:
    """The same for one dossier, which is read whole: the plus keeps SQLite from walking through the open claims of all dossiers."""
    query = _OPEN.format(where="dossier = %s AND +level = %s AND author <> %s", order="checks > 0, id")
    return desk.store.stream(query, (ident, int(Level.OPEN), reader.member, _SCANNED))


def _unchecked(desk: Desk, reader: Reader, rows: Iterator[Row]) -> Iterator[Row]:
    """Those that the reader may see and has not checked; looks at a bounded number."""
    held = guard(reader).compartments
    query = "SELECT target FROM db_ruling WHERE kind = 'check' AND member = %s AND target IN ({marks})"
    looked_at = islice(rows, _SCANNED)
    while part := list(islice(looked_at, CAP)):
        seen = [row for row in part if bytes(row[3]) in held and not row[5]]
        mine = {bytes(row[0]) for row in desk.store.rows_in(query, [bytes(row[1]) for row in seen], (reader.member,))}
        yield from (row for row in seen if bytes(row[1]) not in mine)


def _number(row: Row) -> int:
    return int(row[0])


def others(desk: Desk, reader: Reader) -> list[bytes]:
    """Everybody but the reader who may have signed something that counts."""
    rows = desk.store.rows("SELECT member FROM db_member WHERE member <> %s ORDER BY member", (guard(reader).member,))
    return [bytes(row[0]) for row in rows]


# ---- what is new -----------------------------------------------------------------------------------------------------


def news(desk: Desk, reader: Reader) -> list[News]:
    """Dossiers in which something was recorded by others since this member last looked, the latest first. The newest CAP claims and
    the newest CAP decisions of others are looked at: what is older is no news."""
    visits = {bytes(dossier): int(number) for dossier, number in desk.store.rows("SELECT dossier, record_id FROM db_visit")}
    counts: dict[bytes, int] = {}
    last: dict[bytes, tuple[int, str]] = {}
    for number, home, recorded in chain(_newest(desk, reader, "db_claim", "id", "author"), _newest(desk, reader, "db_ruling", "record_id", "member")):
        ident = bytes(home)
        if number > visits.get(ident, 0):
            counts[ident] = counts.get(ident, 0) + 1
            last[ident] = max(last.get(ident, (0, "")), (number, recorded))
    latest = sorted(last, key=lambda ident: last[ident], reverse=True)
    known = dossiers_by_id(desk, reader, latest[: 2 * SHOWN])
    return [News(known[ident], counts[ident], last[ident][1]) for ident in latest if ident in known][:SHOWN]


def _newest(desk: Desk, reader: Reader, table: str, row: str, who: str) -> Iterator[Row]:
    """The newest rows of a table that others signed: number, dossier, recorded."""
    query = _NEWEST.format(row=row, table=table, who=who)
    streams: Iterable[Iterator[Row]] = [desk.store.stream(query, (member, CAP)) for member in others(desk, reader)]
    return islice(merge(*streams, key=_number, reverse=True), CAP)


def new_in(desk: Desk, reader: Reader, ident: bytes) -> list[ClaimView]:
    """Claims of a dossier by others since this member last looked."""
    dossier(desk, reader, ident)
    visit = models.Visit.objects.using(desk.store.alias).filter(dossier=ident).first()
    rows = models.Claim.objects.using(desk.store.alias).filter(dossier=ident, id__gt=visit.record_id if visit else 0)
    return views(desk, rows.exclude(author=reader.member).order_by("id")[:CAP])


def mark_visited(desk: Desk, reader: Reader, ident: bytes) -> None:
    """Remember, on this device only, that the member has seen everything in the dossier up to now."""
    dossier(desk, reader, ident)
    last = models.Record.objects.using(desk.store.alias).order_by("-id").values_list("id", flat=True).first() or 0
    stamp = instant(desk.clock())
    models.Visit.objects.using(desk.store.alias).update_or_create(dossier=ident, defaults={"record_id": last, "at": stamp})


def home_page(desk: Desk, reader: Reader) -> HomePage:
    to_check, count = waiting(desk, reader)
    contested = _latest(desk, reader, "contested = %s AND NOT replaced", True)
    disputed = _latest(desk, reader, "level = %s AND NOT replaced", int(Level.DISPUTED))
    newest = newest_dossiers(desk, reader, SHOWN)
    asked = [one for one in newest[:ASKED] if entity_count(desk, reader, one.dossier) <= MOST_ENTRIES]
    return HomePage(tuple(to_check), count, contested, disputed, tuple(news(desk, reader)), tuple(newest), tuple(asked))


def _latest(desk: Desk, reader: Reader, where: str, value: int) -> tuple[ClaimView, ...]:
    """The newest claims of which this holds and which the reader may see."""
    rows = desk.store.rows(f"SELECT id, compartment FROM db_claim WHERE {where} ORDER BY id DESC LIMIT %s", (value, CAP))
    held = guard(reader).compartments
    numbers = [number for number, compartment in rows if bytes(compartment) in held][:SHOWN]
    return tuple(views(desk, models.Claim.objects.using(desk.store.alias).filter(id__in=numbers).order_by("-id")))


@dataclass(frozen=True)
class DossierNumbers:
    """How a dossier stands: claims per level, contradictions, notes, items of evidence."""

    levels: dict[Level, int]
    contested: int
    notes: int
    evidence: int
    waiting: int


def numbers(desk: Desk, reader: Reader, ident: bytes) -> DossierNumbers:
    dossier(desk, reader, ident)
    levels = {level: 0 for level in Level}
    contested = 0
    query = "SELECT level, contested, count(*) FROM db_claim WHERE dossier = %s AND NOT replaced GROUP BY level, contested"
    for level, is_contested, count in desk.store.rows(query, (ident,)):
        levels[Level(level)] += count
        contested += count if is_contested else 0
    return DossierNumbers(
        levels,
        contested,
        models.Note.objects.using(desk.store.alias).filter(dossier=ident).count(),
        models.Evidence.objects.using(desk.store.alias).filter(dossier=ident, derived_from=b"").count(),
        waiting(desk, reader, ident)[1],
    )


@dataclass(frozen=True)
class HistoryLine:
    rid: bytes
    type: str
    device: str
    seq: int
    recorded: str
    state: int
    fault: str


def history(desk: Desk, reader: Reader, ident: bytes, limit: int = 200, before: int = 0) -> list[HistoryLine]:
    """Records of a dossier's compartments, newest first: type, device, place in the device's chain."""
    home = dossier(desk, reader, ident)
    held = [c for c in (home.work, home.raw, home.pub) if reader.holds(c)]
    rows = models.Record.objects.using(desk.store.alias).filter(compartment__in=held).order_by("-id")
    rows = rows.filter(id__lt=before) if before else rows
    if unseen := unseen_halves(desk, reader, ident):
        rows = rows.exclude(ref__in=unseen)
    return [HistoryLine(bytes(r.rid), r.type, r.device, r.seq, r.recorded, r.state, r.fault) for r in rows.defer("blob", "wrap")[:limit]]
