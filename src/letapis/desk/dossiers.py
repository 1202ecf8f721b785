"""Open a dossier, name the people in it, and admit colleagues to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.core.records import Draft, Record, Value
from letapis.desk import compartments, ledger, people, reading
from letapis.desk.opening import Desk

SUBJECT_KINDS = ("person", "group", "pattern")
ENTITY_KINDS = ("person", "organisation", "place", "group")


def require_text(text: str, code: str, limit: int = 200) -> str:
    """``text`` without blanks around it; raises UsageError(code) when it is empty or too long."""
    trimmed = text.strip()
    if not trimmed or len(trimmed) > limit:
        raise UsageError(code)
    return trimmed


@dataclass(frozen=True)
class NewDossier:
    """A dossier that is about to be opened: its ids, and the drafts that make it."""

    dossier: bytes
    work: bytes
    raw: bytes
    person: bytes
    drafts: tuple[Draft, ...]


def new_dossier(desk: Desk, code: str, title: str, subject_kind: str = "person", person: str = "") -> bytes:
    """Open a dossier with its three compartments and, if named, its main person. Returns the dossier's id."""
    with desk.store.transaction():
        made = prepare_dossier(desk, code, title, subject_kind, person)
        ledger.append(desk, made.drafts)
    return made.dossier


def prepare_dossier(desk: Desk, code: str, title: str, subject_kind: str = "person", person: str = "") -> NewDossier:
    """The same, to be appended with other records at once. Inside a transaction."""
    code, title = require_text(code, "dossiers.code", 40), require_text(title, "dossiers.title")
    if subject_kind not in SUBJECT_KINDS:
        raise UsageError("dossiers.kind")
    if reading.dossier_by_code(desk, code):
        raise Refused("dossiers.code_taken")
    label = require_text(person, "dossiers.label") if person else ""
    dossier, entity = desk.randomness(16), desk.randomness(16) if label else b""
    sets = {klass: compartments.new_compartment(desk, klass, dossier) for klass in ("WORK", "RAW", "PUB")}
    work = sets["WORK"]
    drafts = [
        draft
        for klass, compartment in sets.items()
        for draft in (
            Draft("compartment", compartment, {"compartment": compartment, "class": klass, "dossier": dossier, "epoch": 1}),
            Draft("grant", compartment, {"compartment": compartment, "epoch": 1, "member": desk.me}),
        )
    ]
    body: dict[str, Value] = {"dossier": dossier, "code": code, "title": title, "subject_kind": subject_kind}
    drafts.append(Draft("dossier", work, {**body, "work": work, "raw": sets["RAW"], "pub": sets["PUB"]}))
    if label:
        drafts.append(entity_draft(dossier, work, entity, "person", label))
    return NewDossier(dossier, work, sets["RAW"], entity, tuple(drafts))


def entity_draft(dossier: bytes, work: bytes, entity: bytes, kind: str, label: str) -> Draft:
    return Draft("entity", work, {"dossier": dossier, "entity": entity, "kind": kind, "label": label})


def add_entity(desk: Desk, reader: Reader, dossier: bytes, kind: str, label: str) -> bytes:
    """Name one more person, organisation, place or group of this dossier. Returns its id, which is local to the dossier."""
    home = reading.dossier(desk, reader, dossier)
    if kind not in ENTITY_KINDS:
        raise UsageError("dossiers.entity_kind")
    entity = desk.randomness(16)
    ledger.append(desk, [entity_draft(dossier, home.work, entity, kind, require_text(label, "dossiers.label"))])
    return entity


def admit_to_dossier(desk: Desk, reader: Reader, dossier: bytes, members: Sequence[bytes], raw: bool = True) -> list[Record]:
    """Give colleagues the keys of a dossier: WORK and PUB always, RAW when they are to check passages. Keys travel with the next sync."""
    home = reading.dossier(desk, reader, dossier)
    known = {m.member: m for m in reading.members(desk, reader)}
    publishers, drafts = people.publishers(desk), []
    for member in members:
        if member not in known or known[member].state != "active":
            raise Refused("dossiers.not_a_member")
        if member in publishers:
            raise Refused("dossiers.publisher")
        for compartment in (home.work, home.pub, *((home.raw,) if raw else ())):
            if not reading.is_granted(desk, compartment, member):
                epoch = reading.epoch_of(desk, compartment)
                drafts.append(Draft("grant", compartment, {"compartment": compartment, "epoch": epoch, "member": member}))
    return ledger.append(desk, drafts) if drafts else []
