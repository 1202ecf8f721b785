"""What is waiting for me, what is new since I last looked, and how a dossier stands in numbers."""

from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.standing import Level
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import ClaimView, views
from letapis.desk.reading.notes import PassageView, passages_by_ref
from letapis.desk.reading.people import DossierView, dossier, dossiers
from letapis.desk.reading.window import guard
from letapis.engines.db import models

SHOWN = 50  # lines of a list on the first page; counts beyond CAP read "more than"
CAP = 1000


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
    to_check: tuple[Waiting, ...]
    to_check_count: int
    contested: tuple[ClaimView, ...]
    disputed: tuple[ClaimView, ...]
    news: tuple[News, ...]
    dossiers: tuple[DossierView, ...]


def waiting(desk: Desk, reader: Reader, ident: bytes = b"", limit: int = SHOWN) -> tuple[list[Waiting], int]:
    """Passages to check, oldest first, and how many claims wait in all (counted up to CAP)."""
    rows = models.Claim.objects.using(desk.store.alias).filter(level=Level.OPEN, replaced=False, counts=True)
    rows = rows.filter(compartment__in=list(guard(reader).compartments))
    rows = rows.filter(dossier=ident) if ident else rows
    mine = models.Ruling.objects.using(desk.store.alias).filter(member=reader.member, kind="check").values("target")
    open_rows = rows.exclude(author=reader.member).exclude(ref__in=mine).order_by("id")
    candidates = views(desk, open_rows[:CAP])
    groups: dict[tuple[bytes, bytes], list[ClaimView]] = {}
    for view in candidates:
        groups.setdefault((view.dossier, view.passage or view.ref), []).append(view)
    shown = list(groups.items())[:limit]
    words = passages_by_ref(desk, reader, [key[1] for key, _ in shown])
    return [Waiting(key[0], words.get(key[1]), tuple(group)) for key, group in shown], len(candidates)


def news(desk: Desk, reader: Reader) -> list[News]:
    """Dossiers in which something was recorded by others since this member last looked, the latest first."""
    visits = {bytes(v.dossier): v.record_id for v in models.Visit.objects.using(desk.store.alias).all()}
    found = []
    for home in dossiers(desk, reader):
        since = visits.get(home.dossier, 0)
        new = models.Claim.objects.using(desk.store.alias).filter(dossier=home.dossier, id__gt=since).exclude(author=reader.member)
        rulings = models.Ruling.objects.using(desk.store.alias).filter(dossier=home.dossier, record_id__gt=since).exclude(member=reader.member)
        count = new[:CAP].count() + rulings[:CAP].count()
        if count:
            last = new.order_by("-id").values_list("recorded", flat=True).first() or home.recorded
            found.append(News(home, count, last))
        if len(found) >= SHOWN:
            break
    return sorted(found, key=lambda item: item.last, reverse=True)


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
    stamp = desk.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    models.Visit.objects.using(desk.store.alias).update_or_create(dossier=ident, defaults={"record_id": last, "at": stamp})


def home_page(desk: Desk, reader: Reader) -> HomePage:
    to_check, count = waiting(desk, reader)
    mine = list(guard(reader).compartments)
    rows = models.Claim.objects.using(desk.store.alias).filter(replaced=False, compartment__in=mine)
    contested = views(desk, rows.filter(contested=True).order_by("-id")[:SHOWN])
    disputed = views(desk, rows.filter(level=Level.DISPUTED).order_by("-id")[:SHOWN])
    return HomePage(tuple(to_check), count, tuple(contested), tuple(disputed), tuple(news(desk, reader)), tuple(dossiers(desk, reader)[:SHOWN]))


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
    rows = models.Claim.objects.using(desk.store.alias).filter(dossier=ident, replaced=False)
    levels = {level: 0 for level in Level}
    contested = 0
    for level, is_contested in rows.values_list("level", "contested"):
        levels[Level(level)] += 1
        contested += is_contested
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
    return [HistoryLine(bytes(r.rid), r.type, r.device, r.seq, r.recorded, r.state, r.fault) for r in rows.defer("blob", "wrap")[:limit]]
