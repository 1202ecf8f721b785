"""Notes as typed, the passages cut from them, and items of evidence with their custody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from letapis.core.access import Reader
from letapis.desk import vault
from letapis.desk.opening import Desk
from letapis.desk.reading.people import dossier
from letapis.desk.reading.window import guard, missing, parts
from letapis.engines.db import models


@dataclass(frozen=True)
class NoteView:
    note: bytes
    dossier: bytes
    title: str
    text: str
    language: str
    source: bytes
    basis: str
    subject: bytes
    evidence: bytes
    author: bytes
    recorded: str

    @classmethod
    def of_claim(cls, claim: "HasOrigin") -> "NoteView":
        """What a correction inherits from the claim it replaces."""
        return cls(b"", claim.dossier, "", "", "", claim.source, claim.basis, claim.subject, claim.evidence, claim.author, claim.recorded)


class HasOrigin(Protocol):
    """Anything that knows its dossier, source, basis, subject, evidence, author and day."""

    @property
    def dossier(self) -> bytes: ...
    @property
    def source(self) -> bytes: ...
    @property
    def basis(self) -> str: ...
    @property
    def subject(self) -> bytes: ...
    @property
    def evidence(self) -> bytes: ...
    @property
    def author(self) -> bytes: ...
    @property
    def recorded(self) -> str: ...


@dataclass(frozen=True)
class PassageView:
    ref: bytes
    rid: bytes
    note: bytes
    dossier: bytes
    start: int
    end: int
    text: str
    language: str
    own_experience: bool


@dataclass(frozen=True)
class EvidenceView:
    object: bytes
    ref: bytes
    dossier: bytes
    compartment: bytes
    title: str
    kind: str
    name: str
    media_type: str
    size: int
    sha256: bytes
    sha512: bytes
    blob: str
    blob_sha256: bytes
    source: bytes
    derived_from: bytes
    page: int
    author: bytes
    received: str


@dataclass(frozen=True)
class CustodyView:
    ref: bytes
    step: int
    parents: tuple[bytes, ...]
    event: str
    outcome: str
    detail: str
    member: bytes
    recorded: str


def _note(row: models.Note) -> NoteView:
    return NoteView(
        bytes(row.note),
        bytes(row.dossier),
        row.title,
        row.text,
        row.language,
        bytes(row.source),
        row.basis,
        bytes(row.subject),
        bytes(row.evidence),
        bytes(row.author),
        row.recorded,
    )


def notes(desk: Desk, reader: Reader, ident: bytes) -> list[NoteView]:
    """Notes of a dossier, oldest first; empty for a reader without its RAW compartment."""
    home = dossier(desk, reader, ident)
    if not reader.holds(home.raw):
        return []
    return [_note(row) for row in models.Note.objects.using(desk.store.alias).filter(dossier=ident).order_by("record_id")]


def same_note(desk: Desk, reader: Reader, ident: bytes, told: Mapping[str, Any], since: datetime) -> bytes:
    """The note of a dossier that the reader wrote at or after ``since`` with exactly these fields; empty where there is none."""
    home, after = dossier(desk, reader, ident), f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if not reader.holds(home.raw):
        return b""
    rows = models.Note.objects.using(desk.store.alias).filter(dossier=ident, author=reader.member, recorded__gte=after, **told)
    return next((bytes(row.note) for row in rows.order_by("-record_id")[:1]), b"")


def note(desk: Desk, reader: Reader, ident: bytes) -> NoteView:
    row = models.Note.objects.using(desk.store.alias).filter(note=ident).first()
    if row is None or not guard(reader).holds(bytes(row.compartment)):
        raise missing()
    return _note(row)


def terms(desk: Desk, reader: Reader, ident: bytes) -> str:
    """What its source said may be done with a note, where they were asked about this very note: ``no``, ``inside``, ``later``, else empty."""
    row = models.Note.objects.using(desk.store.alias).filter(note=ident).first()
    if row is None or not guard(reader).holds(bytes(row.compartment)):
        raise missing()
    return vault.opened_by_ref(desk, [bytes(row.ref)])[bytes(row.ref)].record.text("terms")


def _passage(row: models.Passage) -> PassageView:
    return PassageView(
        bytes(row.ref), bytes(row.rid), bytes(row.note), bytes(row.dossier), row.start, row.end, row.text, row.language, row.own_experience
    )


def passages(desk: Desk, reader: Reader, ident: bytes) -> list[PassageView]:
    """Passages of a note in the order of the text."""
    note(desk, reader, ident)
    rows = models.Passage.objects.using(desk.store.alias).filter(note=ident).order_by("start", "end")
    return [_passage(row) for row in rows]


def passages_by_ref(desk: Desk, reader: Reader, refs: list[bytes]) -> dict[bytes, PassageView]:
    """Those of the passages whose RAW compartment the reader holds."""
    rows = models.Passage.objects.using(desk.store.alias).filter(ref__in=refs)
    held = guard(reader).compartments
    return {bytes(row.ref): _passage(row) for row in rows if bytes(row.compartment) in held}


def passage(desk: Desk, reader: Reader, rid: bytes) -> PassageView:
    row = models.Passage.objects.using(desk.store.alias).filter(rid=rid).first()
    if row is None or not guard(reader).holds(bytes(row.compartment)):
        raise missing()
    return _passage(row)


def passage_at(desk: Desk, ident: bytes, start: int, end: int) -> bytes:
    """Ref of the passage that was cut at exactly this place before, or empty."""
    row = models.Passage.objects.using(desk.store.alias).filter(note=ident, start=start, end=end).first()
    return bytes(row.ref) if row else b""


def _evidence(row: models.Evidence) -> EvidenceView:
    return EvidenceView(
        bytes(row.object),
        bytes(row.ref),
        bytes(row.dossier),
        bytes(row.compartment),
        row.title,
        row.kind,
        row.name,
        row.media_type,
        row.size,
        bytes(row.sha256),
        bytes(row.sha512),
        row.blob,
        bytes(row.blob_sha256),
        bytes(row.source),
        bytes(row.derived_from),
        row.page,
        bytes(row.author),
        row.received,
    )


def evidence_of(desk: Desk, reader: Reader, ident: bytes, derived: bool = False) -> list[EvidenceView]:
    """Originals of a dossier that the reader may see; with ``derived`` also renditions, oldest first."""
    dossier(desk, reader, ident)
    rows = models.Evidence.objects.using(desk.store.alias).filter(dossier=ident).order_by("record_id")
    return [view for view in map(_evidence, rows) if reader.holds(view.compartment) and (derived or not view.derived_from)]


def evidence(desk: Desk, reader: Reader, ident: bytes) -> EvidenceView:
    row = models.Evidence.objects.using(desk.store.alias).filter(object=ident).first()
    if row is None or not guard(reader).holds(bytes(row.compartment)):
        raise missing()
    return _evidence(row)


def renditions(desk: Desk, reader: Reader, ident: bytes) -> list[EvidenceView]:
    """Safe working copies of an original, page by page."""
    evidence(desk, reader, ident)
    rows = models.Evidence.objects.using(desk.store.alias).filter(derived_from=ident, page__gt=0).order_by("page", "record_id")
    return [_evidence(row) for row in rows]


def parts_of(desk: Desk, reader: Reader, ident: bytes) -> list[EvidenceView]:
    """What was taken out of an item and is kept for itself, with working copies of its own. It is as hostile as the item: never shown as is."""
    evidence(desk, reader, ident)
    blacked_out = models.Item.objects.using(desk.store.alias).filter(type="redaction", parent=ident).values("about")
    rows = models.Evidence.objects.using(desk.store.alias).filter(derived_from=ident, page=0).exclude(object__in=blacked_out).order_by("record_id")
    return [view for view in map(_evidence, rows) if reader.holds(view.compartment)]


def custody(desk: Desk, reader: Reader, ident: bytes) -> list[CustodyView]:
    """Who did what with an item, in the order of its steps."""
    evidence(desk, reader, ident)
    rows = models.CustodyEntry.objects.using(desk.store.alias).filter(object=ident).order_by("step", "ref")
    return [CustodyView(bytes(r.ref), r.step, parts(r.parents, 32), r.event, r.outcome, r.detail, bytes(r.member), r.recorded) for r in rows]


def custody_graph(desk: Desk, reader: Reader, ident: bytes) -> list[CustodyView]:
    """The entries of an item with its evidence record as the first: what a new entry must name as parents."""
    kept = evidence(desk, reader, ident)
    return [CustodyView(kept.ref, 0, (), "", "", "", kept.author, kept.received), *custody(desk, reader, ident)]
