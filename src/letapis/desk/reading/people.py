"""Members, devices, compartments, dossiers and the entities and sources in them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from letapis.core.access import Reader
from letapis.core.consent import Consent
from letapis.desk.opening import Desk
from letapis.desk.reading.window import guard, in_parts, missing, parts
from letapis.engines.db import models

WITHDRAWN = "withdrawn"  # the kind of an entity that was entered by mistake and of which nothing else is said
_AGE = ("recorded", "seq", "ref")


@dataclass(frozen=True)
class MemberView:
    member: bytes
    name: str
    keeper: bool
    custodian: bool
    state: str


@dataclass(frozen=True)
class DeviceView:
    device: str
    member: bytes
    label: str
    state: str
    log: str


@dataclass(frozen=True)
class DossierView:
    dossier: bytes
    code: str
    title: str
    subject_kind: str
    work: bytes
    raw: bytes
    pub: bytes
    recorded: str


@dataclass(frozen=True)
class EntityView:
    entity: bytes
    dossier: bytes
    kind: str
    label: str


@dataclass(frozen=True)
class SourceView:
    source: bytes
    dossier: bytes
    code: str
    kind: str
    grade: str
    circle: str
    upstream: tuple[bytes, ...]
    recorded: str


@dataclass(frozen=True)
class ConsentView:
    party: bytes
    scope: str
    answer: str
    recipient: str
    expires: str
    surrogate: bool
    reason: str
    how: str
    taken: str
    author: bytes
    recorded: str
    ref: bytes = b""

    def said(self, order: int) -> Consent:
        """The answer as the rules of consent take it; ``order``: its place among the answers that are weighed together."""
        told = (self.party, self.scope, self.answer, self.taken or self.recorded[:10])
        return Consent(b"", *told, order, self.recipient, self.expires, self.surrogate, self.reason)


def members(desk: Desk, reader: Reader) -> list[MemberView]:
    """All members the organisation ever had, by name."""
    guard(reader)
    rows = models.Member.objects.using(desk.store.alias).order_by("name")
    return [MemberView(bytes(r.member), r.name, r.keeper, r.custodian, r.state) for r in rows]


def member_names(desk: Desk, reader: Reader) -> dict[bytes, str]:
    return {m.member: m.name for m in members(desk, reader)}


def active_members(desk: Desk, reader: Reader) -> list[MemberView]:
    """Members who have not left."""
    return [one for one in members(desk, reader) if one.state == "active"]


def is_active(desk: Desk, member: bytes) -> bool:
    """Whether this is a member who has not left."""
    return models.Member.objects.using(desk.store.alias).filter(member=member, state="active").exists()


def devices(desk: Desk, reader: Reader) -> list[DeviceView]:
    guard(reader)
    rows = models.Device.objects.using(desk.store.alias).order_by("label", "device")
    return [DeviceView(r.device, bytes(r.member), r.label, r.state, r.log) for r in rows]


def epoch_of(desk: Desk, compartment: bytes) -> int:
    """Current epoch of a compartment that this device has heard of."""
    row = models.Compartment.objects.using(desk.store.alias).filter(compartment=compartment).first()
    if row is None:
        raise missing()
    return desk.epochs().get(compartment, int(row.epoch))


def holders(desk: Desk, compartment: bytes) -> frozenset[bytes]:
    """Members to whom the compartment's current epoch was granted."""
    rows = models.Grant.objects.using(desk.store.alias).filter(compartment=compartment, epoch=epoch_of(desk, compartment))
    return frozenset(bytes(member) for member in rows.values_list("member", flat=True))


def is_granted(desk: Desk, compartment: bytes, member: bytes) -> bool:
    return member in holders(desk, compartment)


def _dossier(row: models.Dossier) -> DossierView:
    return DossierView(
        bytes(row.dossier), row.code, row.title, row.subject_kind, bytes(row.work), bytes(row.raw), bytes(row.pub), row.recorded
    )


def dossiers(desk: Desk, reader: Reader) -> list[DossierView]:
    """The dossiers whose working compartment the reader holds, newest first."""
    return list(_held(reader, models.Dossier.objects.using(desk.store.alias).order_by("-record_id")))


def newest_dossiers(desk: Desk, reader: Reader, limit: int) -> list[DossierView]:
    """The first of them."""
    return list(islice(_held(reader, models.Dossier.objects.using(desk.store.alias).order_by("-record_id").iterator(2 * limit)), limit))


_DOSSIERS = "SELECT dossier, code, title, subject_kind, work, raw, pub, recorded FROM db_dossier WHERE dossier IN ({marks})"


def dossiers_by_id(desk: Desk, reader: Reader, idents: Sequence[bytes]) -> dict[bytes, DossierView]:
    """Those of these dossiers that the reader may see."""
    held = guard(reader).compartments
    rows = desk.store.rows_in(_DOSSIERS, idents)  # a search asks for them at every letter
    views = [DossierView(bytes(r[0]), str(r[1]), str(r[2]), str(r[3]), bytes(r[4]), bytes(r[5]), bytes(r[6]), str(r[7])) for r in rows]
    return {view.dossier: view for view in views if view.work in held}


def _held(reader: Reader, rows: Iterable[models.Dossier]) -> Iterator[DossierView]:
    """Compared here: a reader may hold more compartments than a database takes values in one question."""
    held = guard(reader).compartments
    return (_dossier(row) for row in rows if bytes(row.work) in held)


def dossier(desk: Desk, reader: Reader, ident: bytes) -> DossierView:
    """One dossier; raises NotFound when it does not exist or is not the reader's."""
    row = models.Dossier.objects.using(desk.store.alias).filter(dossier=ident).first()
    if row is None or not guard(reader).holds(bytes(row.work)):
        raise missing()
    return _dossier(row)


def dossier_by_code(desk: Desk, code: str) -> bytes:
    """Id of the dossier with this code among those this device knows, or empty: codes are kept unique per workspace."""
    row = models.Dossier.objects.using(desk.store.alias).filter(code__iexact=code).first()
    return bytes(row.dossier) if row else b""


_ENTITIES = "SELECT entity, kind, label FROM db_entity WHERE dossier = %s AND kind <> %s ORDER BY recorded, entity"


def entities(desk: Desk, reader: Reader, ident: bytes) -> list[EntityView]:
    """Who and what a dossier is about, those left out that were taken back with the list that named them."""
    dossier(desk, reader, ident)
    rows = desk.store.rows(_ENTITIES, (ident, WITHDRAWN))  # a list brings thousands, and pages ask for them all
    return [EntityView(bytes(entity), ident, str(kind), str(label)) for entity, kind, label in rows]


def entity_count(desk: Desk, reader: Reader, ident: bytes) -> int:
    """How many entries a dossier has, without reading one of them."""
    dossier(desk, reader, ident)
    return models.Entity.objects.using(desk.store.alias).filter(dossier=ident).exclude(kind=WITHDRAWN).count()


def entities_held(
    desk: Desk, reader: Reader, idents: Collection[bytes] = (), *, kinds: tuple[str, ...] = ()
) -> list[EntityView]:
    """Entities of all dossiers that the reader holds: these, or those of some kinds, in the order recorded."""
    columns = "SELECT entity, dossier, kind, label FROM db_entity"
    rows = desk.store.rows_in(f"{columns} WHERE entity IN ({{marks}}) ORDER BY recorded, entity", list(idents)) if idents else []
    rows += desk.store.rows_in(f"{columns} WHERE kind IN ({{marks}}) ORDER BY recorded, entity", list(kinds)) if kinds else []
    homes = dossiers_by_id(desk, reader, sorted({bytes(row[1]) for row in rows}))
    return [EntityView(bytes(row[0]), bytes(row[1]), str(row[2]), str(row[3])) for row in rows if bytes(row[1]) in homes]


def entity(desk: Desk, reader: Reader, ident: bytes) -> EntityView:
    row = models.Entity.objects.using(desk.store.alias).filter(entity=ident).first()
    if row is None:
        raise missing()
    dossier(desk, reader, bytes(row.dossier))
    return EntityView(ident, bytes(row.dossier), row.kind, row.label)


def _source(row: models.Source) -> SourceView:
    return SourceView(
        bytes(row.source), bytes(row.dossier), row.code, row.kind, row.grade, row.circle, parts(row.upstream), row.recorded
    )


def sources(desk: Desk, reader: Reader, ident: bytes) -> list[SourceView]:
    dossier(desk, reader, ident)
    return [_source(row) for row in models.Source.objects.using(desk.store.alias).filter(dossier=ident).order_by("code")]


def source(desk: Desk, reader: Reader, ident: bytes) -> SourceView:
    row = models.Source.objects.using(desk.store.alias).filter(source=ident).first()
    if row is None:
        raise missing()
    dossier(desk, reader, bytes(row.dossier))
    return _source(row)


def sources_by_id(desk: Desk, reader: Reader, idents: Sequence[bytes]) -> dict[bytes, SourceView]:
    """Those of these sources that stand in dossiers of the reader."""
    rows = models.Source.objects.using(desk.store.alias)
    found = [_source(row) for part in in_parts(idents) for row in rows.filter(source__in=part)]
    homes = dossiers_by_id(desk, reader, list({one.dossier for one in found}))
    return {one.source: one for one in found if one.dossier in homes}


def consents(desk: Desk, reader: Reader, ident: bytes) -> list[ConsentView]:
    """The answers in force in a dossier: the latest for each person, scope and recipient."""
    dossier(desk, reader, ident)
    return _latest(models.Consent.objects.using(desk.store.alias).filter(dossier=ident).order_by(*_AGE))


def answers(desk: Desk, reader: Reader, ident: bytes) -> list[ConsentView]:
    """Every answer ever recorded in a dossier, the oldest first: an older one may still hold against the latest (``core.consent``)."""
    dossier(desk, reader, ident)
    return [_said(row) for row in models.Consent.objects.using(desk.store.alias).filter(dossier=ident).order_by(*_AGE)]


def answers_each(desk: Desk, reader: Reader, idents: Sequence[bytes]) -> dict[bytes, list[ConsentView]]:
    """What ``answers`` says of each of these dossiers that the reader holds."""
    found: dict[bytes, list[ConsentView]] = {one: [] for one in dossiers_by_id(desk, reader, idents)}
    rows = models.Consent.objects.using(desk.store.alias)
    for part in in_parts(list(found)):
        for row in rows.filter(dossier__in=part).order_by(*_AGE):
            found[bytes(row.dossier)].append(_said(row))
    return found


def answers_about(desk: Desk, reader: Reader, scopes: Iterable[str]) -> list[Consent]:
    """The same in all dossiers that the reader holds, for these scopes, as the rules of consent take them."""
    homes = {home.dossier for home in dossiers(desk, reader)}
    rows = models.Consent.objects.using(desk.store.alias).filter(scope__in=list(scopes)).order_by(*_AGE)
    return [one.said(order) for order, one in enumerate(_said(row) for row in rows if bytes(row.dossier) in homes)]


def _latest(rows: Iterable[models.Consent]) -> list[ConsentView]:
    """Of answers in the order of their age, the last for each person, scope and recipient."""
    latest = {(bytes(r.party), r.scope, r.recipient): r for r in rows}
    return [_said(row) for row in latest.values()]


def _said(row: models.Consent) -> ConsentView:
    told = (row.scope, row.answer, row.recipient, row.expires, row.surrogate, row.reason, row.how, row.taken)
    return ConsentView(bytes(row.party), *told, bytes(row.author), row.recorded, bytes(row.ref))


def scopes_given(desk: Desk, party: bytes) -> tuple[str, ...]:
    """Scopes this party has given at this moment."""
    return tuple(sorted(given_at(desk, party)))


def given_at(desk: Desk, party: bytes) -> dict[str, str]:
    """The same, with the moment when each was recorded."""
    rows = models.Consent.objects.using(desk.store.alias).filter(party=party).order_by("recorded", "seq", "ref")
    latest = {r.scope: (r.answer, r.recorded) for r in rows}
    return {scope: recorded for scope, (answer, recorded) in latest.items() if answer == "given"}
