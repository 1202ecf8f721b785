"""Claims with their standing, the life of one claim, contradictions, and the timeline."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet

from letapis.core.access import Reader
from letapis.core.fold import is_singly
from letapis.core.standing import Level, Standing
from letapis.desk import refold
from letapis.desk.opening import Desk
from letapis.desk.reading.notes import PassageView, passages_by_ref
from letapis.desk.reading.one_person import same_as
from letapis.desk.reading.people import EntityView, dossier, entity
from letapis.desk.reading.window import guard, in_parts, missing, parts
from letapis.engines.db import models


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim as a reader sees it. ``value`` is the canonical text; show it through the vocabulary."""

    rid: bytes
    ref: bytes
    dossier: bytes
    subject: bytes
    property: str
    value: str
    value_type: str
    partial: bool
    source: bytes
    basis: str
    passage: bytes
    evidence: bytes
    anchor: str
    valid_from: str
    valid_to: str
    certainty: str
    low: str
    circle: str
    scopes: tuple[str, ...]
    author: bytes
    device: str
    recorded: str
    replaces: bytes
    replaced: bool
    counts: bool
    level: Level
    independent: int
    contested: bool
    checkers: frozenset[bytes] = field(default_factory=frozenset)
    checks: int = 0  # members whose check counts; ``checkers`` names also who disputes


@dataclass(frozen=True)
class RulingView:
    rid: bytes
    ref: bytes
    kind: str
    target: bytes
    dossier: bytes
    member: bytes
    reason: str
    norm: str
    element: str
    holds: bool
    counts: bool
    recorded: str
    parties: tuple[bytes, ...]


def rulings_on(desk: Desk, targets: Iterable[bytes]) -> list[RulingView]:
    """Decisions on these records, in the order they were recorded."""
    rulings = models.Ruling.objects.using(desk.store.alias)
    rows = [row for part in in_parts(list(targets)) for row in rulings.filter(target__in=part)]
    return [_ruling(row) for row in sorted(rows, key=lambda row: (row.recorded, row.seq, bytes(row.ref)))]


def _ruling(row: models.Ruling) -> RulingView:
    return RulingView(
        bytes(row.rid),
        bytes(row.ref),
        row.kind,
        bytes(row.target),
        bytes(row.dossier),
        bytes(row.member),
        row.reason,
        row.norm,
        row.element,
        row.holds,
        row.counts,
        row.recorded,
        parts(row.parties),
    )


def ruling(desk: Desk, reader: Reader, rid: bytes) -> RulingView:
    row = models.Ruling.objects.using(desk.store.alias).filter(record_id__in=_numbers(desk, rid=rid)).first()
    if row is None:
        raise missing()
    dossier(desk, reader, bytes(row.dossier))
    return _ruling(row)


def rulings_of_dossier(desk: Desk, reader: Reader, ident: bytes, kinds: tuple[str, ...]) -> list[RulingView]:
    dossier(desk, reader, ident)
    rows = models.Ruling.objects.using(desk.store.alias).filter(dossier=ident, kind__in=kinds).order_by("recorded", "seq", "ref")
    return [_ruling(row) for row in rows]


_COLUMNS: Final = tuple(column.attname for column in models.Claim._meta.fields)
_LEVELS: Final = {int(level): level for level in Level}


def _plain(rows: Iterable[models.Claim]) -> list[models.Claim]:
    """Rows to read from. Of a whole dossier's claims the columns are taken as they come: an object of the database for each of 100,000 would be
    most of the time that a page has."""
    return list(rows.values_list(*_COLUMNS, named=True)) if isinstance(rows, QuerySet) else list(rows)


def views(desk: Desk, rows: Iterable[models.Claim]) -> list[ClaimView]:
    """Claims with the members who checked them; one question more for each 900 that somebody decided on."""
    found = _plain(rows)
    checkers: dict[bytes, set[bytes]] = {}
    targets = [bytes(row.ref) for row in found if row.checks or row.level != Level.OPEN]
    alone = {name for name in {row.property for row in found} if is_singly(desk.catalogue.vocabulary, name)}
    singly = {bytes(row.ref) for row in found if row.property in alone}
    query = "SELECT target, member, ref FROM db_ruling WHERE kind = 'check' AND counts AND target IN ({marks})"
    rows_ = [(bytes(target), bytes(member), bytes(ref)) for target, member, ref in desk.store.rows_in(query, targets)]
    several = _of_several(desk, {ref for target, _, ref in rows_ if target in singly})
    for target, member, ref in rows_:
        if not (target in singly and ref in several):
            checkers.setdefault(target, set()).add(member)
    return [_claim(row, frozenset(checkers.get(bytes(row.ref), ()))) for row in found]


def _of_several(desk: Desk, refs: set[bytes]) -> set[bytes]:
    """Those of these decisions that name more than one claim: they confirm none that is to be checked alone."""
    query = "SELECT ref FROM db_ruling WHERE ref IN ({marks}) GROUP BY ref HAVING count(*) > 1"
    return {bytes(row[0]) for row in desk.store.rows_in(query, refs)}


def _claim(row: models.Claim, checkers: frozenset[bytes]) -> ClaimView:
    return ClaimView(
        bytes(row.rid),
        bytes(row.ref),
        bytes(row.dossier),
        bytes(row.subject),
        row.property,
        row.value,
        row.value_type,
        row.partial,
        bytes(row.source),
        row.basis,
        bytes(row.passage),
        bytes(row.evidence),
        row.anchor,
        row.valid_from,
        row.valid_to,
        row.certainty,
        row.low,
        row.circle,
        tuple(row.scopes.split()),
        bytes(row.author),
        row.device,
        row.recorded,
        bytes(row.replaces),
        row.replaced,
        row.counts,
        _LEVELS[row.level],
        row.independent,
        row.contested,
        checkers - {bytes(row.author)},
        row.checks,
    )


def _rows(desk: Desk) -> "QuerySet[models.Claim]":
    return models.Claim.objects.using(desk.store.alias).all()


def _seen(desk: Desk, reader: Reader, rows: Iterable[models.Claim]) -> list[ClaimView]:
    """Those that the reader may see. Compared here: they may hold more compartments than a database takes values in one question."""
    held = guard(reader).compartments
    return views(desk, [row for row in _plain(rows) if bytes(row.compartment) in held])


def _numbers(desk: Desk, **named: Any) -> "QuerySet[models.Record, Any]":
    """Row numbers of records by id or reference: claims and rulings bear the number of their record and have no index of their own."""
    return models.Record.objects.using(desk.store.alias).filter(**named).values("id")


def claims(
    desk: Desk,
    reader: Reader,
    ident: bytes,
    *,
    subject: bytes = b"",
    source: bytes = b"",
    evidence: bytes = b"",
    level: Level | None = None,
    least: Level | None = None,
    properties: tuple[str, ...] = (),
) -> list[ClaimView]:
    """Claims of a dossier in the order recorded: all, or on a person, of a source, on an item of evidence, of a level or from one on, of some
    properties."""
    home = dossier(desk, reader, ident)
    rows = models.Claim.objects.using(desk.store.alias).filter(dossier=ident, compartment=home.work)
    wanted = {"subject": subject, "source": source, "evidence": evidence}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    rows = rows.filter(property__in=properties) if properties else rows
    rows = rows if least is None else rows.filter(level__gte=least)
    return views(desk, (rows if level is None else rows.filter(level=level)).order_by("id"))


def standing_count(desk: Desk, reader: Reader, ident: bytes, level: Level | None = None) -> int:
    """How many claims of a dossier no correction replaced, of a level or of all."""
    return _standing(desk, reader, ident, level).count()


def standing_claims(desk: Desk, reader: Reader, ident: bytes, level: Level | None, places: Sequence[int]) -> list[ClaimView]:
    """Those of them that stand at these places of the order recorded, one after the other; no other claim is read."""
    if not places:
        return []
    numbers = _standing(desk, reader, ident, level).order_by("id").values_list("id", flat=True)[places[0] : places[-1] + 1]
    return views(desk, _rows(desk).filter(id__in=list(numbers)).order_by("id"))


def _standing(desk: Desk, reader: Reader, ident: bytes, level: Level | None) -> "QuerySet[models.Claim]":
    rows = _rows(desk).filter(dossier=ident, compartment=dossier(desk, reader, ident).work, replaced=False)
    return rows if level is None else rows.filter(level=level)


def claims_named(desk: Desk, reader: Reader, properties: tuple[str, ...], subjects: Collection[bytes]) -> list[ClaimView]:
    """Claims of these properties on these subjects of all dossiers that the reader holds, in the order recorded."""
    asked, found = list(subjects), list[ClaimView]()
    for at in range(0, len(asked), 500):
        found += _seen(desk, reader, _rows(desk).filter(property__in=properties, subject__in=asked[at : at + 500]).order_by("id"))
    return found


def claims_in_places(
    desk: Desk, reader: Reader, properties: tuple[str, ...], meant: Callable[[str], bool], limit: int
) -> list[ClaimView]:
    """All claims on those persons, in all dossiers that the reader holds, of whom one of these properties tells a place that is ``meant``; on
    so many of them."""
    rows = _rows(desk).filter(property__in=properties, replaced=False).order_by("id").values_list("subject", "compartment", "value")
    held = guard(reader).compartments
    subjects = list(dict.fromkeys(bytes(subject) for subject, home, value in rows.iterator() if bytes(home) in held and meant(value)))[:limit]
    return _seen(desk, reader, _rows(desk).filter(subject__in=subjects).order_by("id"))


def claim(desk: Desk, reader: Reader, rid: bytes) -> ClaimView:
    found = _seen(desk, reader, _rows(desk).filter(id__in=_numbers(desk, rid=rid)))
    if not found:
        raise missing()
    return found[0]


def claims_by_id(desk: Desk, reader: Reader, rids: Iterable[bytes]) -> list[ClaimView]:
    """Those of these claims that the reader may see."""
    asked = list(rids)
    return [view for part in in_parts(asked) for view in _seen(desk, reader, _rows(desk).filter(id__in=_numbers(desk, rid__in=part)))]


def claims_by_ref(desk: Desk, reader: Reader, refs: Iterable[bytes]) -> dict[bytes, ClaimView]:
    return {view.ref: view for view in _seen(desk, reader, _rows(desk).filter(id__in=_numbers(desk, ref__in=list(refs))))}


def claims_of_passage(desk: Desk, reader: Reader, passage: bytes) -> list[ClaimView]:
    """Claims cut from one passage (its ref)."""
    return _seen(desk, reader, _rows(desk).filter(passage=passage).order_by("id"))


def claims_of_passages(desk: Desk, reader: Reader, passages: Iterable[bytes]) -> dict[bytes, list[ClaimView]]:
    """Claims cut from these passages, by the passage's ref."""
    refs, found = list(passages), dict[bytes, list[ClaimView]]()
    for at in range(0, len(refs), 900):
        for view in _seen(desk, reader, _rows(desk).filter(passage__in=refs[at : at + 900]).order_by("id")):
            found.setdefault(view.passage, []).append(view)
    return found


def timeline(desk: Desk, reader: Reader, ident: bytes, subject: bytes = b"") -> list[ClaimView]:
    """Dated claims of a dossier, or of one of its persons, by the first day each may mean; replaced and retracted ones left out."""
    home = dossier(desk, reader, ident)
    rows = models.Claim.objects.using(desk.store.alias).filter(dossier=ident, compartment=home.work, replaced=False, level__gte=Level.DISPUTED)
    if subject:
        rows = rows.filter(subject__in=[one.entity for one in same_as(desk, reader, subject)])
    return views(desk, rows.exclude(low="9999-99-99").order_by("low", "id"))


@dataclass(frozen=True)
class PersonPage:
    """A person of a dossier: everything said about them, dated and undated. ``entries``: all that are this person, themselves among them."""

    entity: bytes
    label: str
    kind: str
    dossier: bytes
    dated: tuple[ClaimView, ...]
    undated: tuple[ClaimView, ...]
    entries: tuple[EntityView, ...]


def person_page(desk: Desk, reader: Reader, ident: bytes, limit: int = 500) -> PersonPage:
    who = entity(desk, reader, ident)
    home = dossier(desk, reader, who.dossier)
    entries = same_as(desk, reader, ident)
    rows = models.Claim.objects.using(desk.store.alias).filter(compartment=home.work, replaced=False, subject__in=[one.entity for one in entries])
    found = views(desk, rows.order_by("low", "id")[:limit])
    dated = tuple(view for view in found if view.low != "9999-99-99")
    undated = tuple(view for view in found if view.low == "9999-99-99")
    return PersonPage(ident, who.label, who.kind, who.dossier, dated, undated, entries)


@dataclass(frozen=True)
class Contradiction:
    """Claims on the same subject and property that cannot all hold; they stand side by side."""

    subject: bytes
    property: str
    claims: tuple[ClaimView, ...]


def contradictions(desk: Desk, reader: Reader, ident: bytes) -> list[Contradiction]:
    home = dossier(desk, reader, ident)
    rows = models.Claim.objects.using(desk.store.alias).filter(dossier=ident, compartment=home.work, contested=True, replaced=False).order_by("id")
    groups: dict[tuple[bytes, str], list[ClaimView]] = {}
    for view in views(desk, rows):
        groups.setdefault((view.subject, view.property), []).append(view)
    return [Contradiction(subject, name, tuple(group)) for (subject, name), group in groups.items()]


@dataclass(frozen=True)
class ClaimLife:
    """A claim's whole life: the words, what speaks with or against it, every decision, and what came before and after.

    ``standing`` carries the reasons; it is None when this version cannot read the claim's value.
    """

    claim: ClaimView
    standing: Standing | None
    passage: PassageView | None
    same_property: tuple[ClaimView, ...]
    rulings: tuple[RulingView, ...]
    earlier: ClaimView | None
    later: tuple[ClaimView, ...]


def claim_life(desk: Desk, reader: Reader, rid: bytes) -> ClaimLife:
    view = claim(desk, reader, rid)
    others = _rows(desk).filter(dossier=view.dossier, subject=view.subject, property=view.property).exclude(rid=rid).order_by("id")
    direct = rulings_on(desk, [view.ref])
    about = rulings_on(desk, [r.ref for r in direct if r.kind == "dispute"])
    seen: dict[bytes, RulingView] = {r.ref: r for r in sorted([*direct, *about], key=lambda r: (r.recorded, r.ref))}
    earlier = claims_by_ref(desk, reader, [view.replaces]).get(view.replaces) if view.replaces else None
    later = _seen(desk, reader, _rows(desk).filter(dossier=view.dossier, replaces=view.ref).order_by("id"))
    words = passages_by_ref(desk, reader, [view.passage]).get(view.passage) if view.passage else None
    standing = refold.standings(desk, (view.dossier, view.subject, view.property)).get(view.ref)
    return ClaimLife(view, standing[0] if standing else None, words, tuple(_seen(desk, reader, others)), tuple(seen.values()), earlier, tuple(later))
