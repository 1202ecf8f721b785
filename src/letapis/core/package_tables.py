"""The same people as a table, one row each, and as one JSON document (docs/reference/persons.schema.json).

A day that is not exact says so in its cell, in the notation of ISO 8601-2 (``1988~``); the document has a field for it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from letapis.core.dates import edtf
from letapis.core.package import Field, Head, Leaving, Listed, Post, posts

FORMAT: Final = "letapis-persons/1"
_BETWEEN: Final = "; "


def columns_of(fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The heads of the columns: posts stand in one, whole."""
    plain = [field.column for field in fields.values() if not field.role]
    return ("id", "kind", *plain, *(["posts"] if any(field.role for field in fields.values()) else []), "sanctions", "origins", "standing")


def rows(people: Iterable[Leaving], fields: Mapping[str, Field]) -> Iterable[Sequence[str]]:
    """One row for each; several values stand in one cell, parted by semicolons. ``standing``: of the least established value."""
    for one in people:
        plain = [_BETWEEN.join(_told(one, field)) for field in fields.values() if not field.role]
        held = [_BETWEEN.join(map(_post, posts(one, fields)))] if any(field.role for field in fields.values()) else []
        lists = _BETWEEN.join(dict.fromkeys(", ".join(filter(None, (at.authority, at.program, at.since))) for at in one.listed))
        origins = _BETWEEN.join(dict.fromkeys(value.origin for value in one.values))
        yield (one.id, one.kind, *plain, *held, lists, origins, _least([value.standing for value in one.values]))


def _told(one: Leaving, field: Field) -> Iterable[str]:
    """The values of one fact, each once."""
    said = (value for value in one.values if value.fact == field.fact)
    return dict.fromkeys(edtf(value.value, value.certainty) if value.certainty else field.outside(value.value) for value in said)


def _post(post: Post) -> str:
    held = ", ".join(dict.fromkeys(part for part in (post.post, post.body, post.commands, post.rank) if part))
    since, until = edtf(post.since, post.since_certainty), edtf(post.until, post.until_certainty)
    return f"{held} ({since or '?'} – {until or '…'})" if since or until else held


def _least(standings: Iterable[str]) -> str:
    known = set(standings)
    return next((one for one in ("open", "checked", "verified") if one in known), "")


def document(people: Iterable[Leaving], fields: Mapping[str, Field], head: Head) -> bytes:
    """Everything value by value, each with where it comes from, how far it is established and when it held."""
    marked = {"invented": True} if head.invented else {}
    told = {"format": FORMAT, "day": head.day, "from": head.organisation, "to": head.recipient, "purpose": head.purpose, **marked}
    entities = [_entity(one, fields) for one in people]
    return (json.dumps({**told, "standing_at_least": head.standing, "entities": entities}, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _entity(one: Leaving, fields: Mapping[str, Field]) -> dict[str, Any]:
    said = []
    for value in one.values:
        field = fields[value.fact]
        more = {"source_url": value.url, "valid_from": value.since, "valid_to": value.until, "together": value.together if field.role else ""}
        more["certainty"] = value.certainty
        kept = {name: text for name, text in more.items() if text}
        base = {"property": field.column, "fact": value.fact, "value": field.outside(value.value)}
        said.append({**base, "origin": value.origin, "standing": value.standing, **kept})
    sanctions = [_sanction(at) for at in one.listed]
    return {"id": one.id, "kind": one.kind, "name": one.name, "statements": said} | ({"sanctions": sanctions} if sanctions else {})


def _sanction(at: Listed) -> dict[str, str]:
    told = {"authority": at.authority, "origin": at.origin, "source_url": at.url, "program": at.program, "number": at.number}
    told |= {"listed_since": at.since, "measure": at.measure, "reason": at.reason}
    return {name: text for name, text in told.items() if text}
