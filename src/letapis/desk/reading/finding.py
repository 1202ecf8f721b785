"""Find by any word form, and turn what a person types (a code, the beginning of an id) into an id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Model

from letapis.core.access import Reader
from letapis.core.errors import NotFound, UsageError
from letapis.core.standing import Level
from letapis.desk.opening import Desk
from letapis.desk.reading.people import WITHDRAWN, dossiers, entities, members, sources
from letapis.desk.reading.window import guard, missing
from letapis.engines import search
from letapis.engines.db import models

PREFIX = 4  # shortest beginning of an id that we take
_FURTHER: Final = 512  # so many times as many are looked through for some that are shown


@dataclass(frozen=True)
class Found:
    """A hit: what kind of thing, its id, and the dossier it stands in."""

    kind: str
    ident: bytes
    dossier: bytes


def find(desk: Desk, reader: Reader, query: str, limit: int = 50) -> list[Found]:
    """Notes, claims, persons, sources and evidence that hold all words of ``query`` in any form, newest first. Nobody who is no longer shown is
    among them, nor what was retracted of them: a wrong list that was taken back would stand before everything older that is found."""
    if not query.strip():
        return []
    asked = limit
    while True:
        hits = search.find(desk.store, query, guard(reader).compartments, asked, desk.catalogue.names.told)
        gone = _gone(desk, hits)
        shown = [Found(hit.kind, hit.ident, hit.dossier) for hit in hits if hit.ident not in gone]
        if len(shown) >= limit or len(hits) < asked or asked >= limit * _FURTHER:
            return shown[:limit]
        asked *= 8


def _gone(desk: Desk, hits: Sequence[search.Hit]) -> set[bytes]:
    """The ids of these hits that are persons no longer shown, or claims on them that were retracted."""
    persons = "SELECT entity FROM db_entity WHERE kind = %s AND entity IN ({marks})"
    claims = (
        "SELECT r.rid FROM db_record r JOIN db_claim c ON c.id = r.id JOIN db_entity e ON e.dossier = c.dossier AND e.entity = c.subject "
        "WHERE e.kind = %s AND c.level <= %s AND r.rid IN ({marks})"
    )
    found = desk.store.rows_in(persons, [hit.ident for hit in hits if hit.kind == "person"], (WITHDRAWN,))
    found += desk.store.rows_in(claims, [hit.ident for hit in hits if hit.kind == "claim"], (WITHDRAWN, int(Level.RETRACTED)))
    return {bytes(row[0]) for row in found}


def _pick(text: str, named: dict[str, bytes], idents: list[bytes]) -> bytes:
    """The one id that ``text`` means, by name or by the beginning of its hexadecimal form."""
    folded = text.strip().casefold()
    if folded in named:
        return named[folded]
    if len(folded) < PREFIX or any(letter not in "0123456789abcdef" for letter in folded):
        raise missing()
    found = {ident for ident in idents if ident.hex().startswith(folded)}
    if not found:
        raise missing()
    if len(found) > 1:
        raise UsageError("reading.ambiguous")
    return found.pop()


def resolve_dossier(desk: Desk, reader: Reader, text: str) -> bytes:
    """A dossier by code or id. Raises NotFound, or UsageError when the beginning fits several."""
    known = dossiers(desk, reader)
    return _pick(text, {d.code.casefold(): d.dossier for d in known}, [d.dossier for d in known])


def resolve_source(desk: Desk, reader: Reader, dossier: bytes, text: str) -> bytes:
    known = sources(desk, reader, dossier)
    return _pick(text, {s.code.casefold(): s.source for s in known}, [s.source for s in known])


def resolve_entity(desk: Desk, reader: Reader, dossier: bytes, text: str) -> bytes:
    known = entities(desk, reader, dossier)
    return _pick(text, {e.label.casefold(): e.entity for e in known}, [e.entity for e in known])


def resolve_member(desk: Desk, reader: Reader, text: str) -> bytes:
    known = members(desk, reader)
    return _pick(text, {m.name.casefold(): m.member for m in known}, [m.member for m in known])


def resolve_id(desk: Desk, reader: Reader, kind: str, text: str) -> bytes:
    """Id of a claim, passage, note, evidence item, ruling, request or working item by the beginning of its hexadecimal form."""
    guard(reader)
    folded = text.strip().lower()
    if len(folded) < PREFIX or len(folded) > 32 or any(letter not in "0123456789abcdef" for letter in folded):
        raise missing()
    low, high = bytes.fromhex(folded.ljust(32, "0")), bytes.fromhex(folded.ljust(32, "f"))
    table, column, limits = _TABLES.get(kind) or (models.Item, "item", {"type": kind})
    rows = table._default_manager.using(desk.store.alias).filter(**limits, **{f"{column}__gte": low, f"{column}__lte": high})
    found = {bytes(ident) for ident in rows.values_list(column, flat=True)[:50]}
    if not found:
        raise NotFound("reading.not_found")
    if len(found) > 1:
        raise UsageError("reading.ambiguous")
    return found.pop()


# Claims and rulings are found by the id of their record.
_TABLES: Mapping[str, tuple[type[Model], str, Mapping[str, object]]] = {
    "claim": (models.Record, "rid", {"type": "claim", "state": models.Record.OK}),
    "passage": (models.Passage, "rid", {}),
    "note": (models.Note, "note", {}),
    "evidence": (models.Evidence, "object", {}),
    "ruling": (models.Record, "rid", {"type": "decision", "state": models.Record.OK}),
    "request": (models.IdentityRequest, "rid", {}),
    "brief": (models.Brief, "brief", {}),
    "submission": (models.Submission, "rid", {}),
    "source": (models.Source, "source", {}),
    "person": (models.Entity, "entity", {}),
    "contact": (models.Item, "item", {"type": "contact"}),
}
