"""What a search found, as the page of results shows it: each thing with a title, some of its words and where it is."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from letapis.core.errors import NotFound
from letapis.desk import reading
from letapis.faces.name_words import reasons
from letapis.faces.texts import texts
from letapis.faces.web.lines import Lines

LIMIT: Final = 50
_EXCERPT: Final = 200
_NAME_WORDS: Final = 6


@dataclass(frozen=True)
class Person:
    """Somebody with a name like the words: where they are, the name that fits when it is no label, why it fits, and under which labels of the
    dossier they stand besides."""

    label: str
    recorded: str
    code: str
    address: str
    reasons: list[str]
    also: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """One thing found: its kind (key of a text), a title, some words of it, where it is."""

    kind: str
    title: str
    words: str
    address: str
    code: str
    dossier: bytes


def _hit(request: Any, lines: Lines, found: Any) -> Hit | None:
    """What a hit looks like; None for a kind of thing that has no page here."""
    desk, reader, ident = request.desk, request.reader, found.ident
    code = lines.code(found.dossier)
    title, words, route = "", "", ""
    match found.kind:
        case "dossier":
            title, route = reading.dossier(desk, reader, ident).title, "dossiers:show"
        case "person":
            title, route = reading.entity(desk, reader, ident).label, "people:person"
        case "source":
            title, route = reading.source(desk, reader, ident).code, "people:source"
        case "note":
            note = reading.note(desk, reader, ident)
            title, words, route = note.title, note.text[:_EXCERPT], "account:note"
        case "claim":
            line = lines.line(reading.claim(desk, reader, ident))
            title, words, route = line.label, line.value[:_EXCERPT], "claims:show"
        case "evidence":
            title, route = reading.evidence(desk, reader, ident).title, "evidence:item"
        case _:
            return None
    return Hit(f"search.kind.{found.kind}", title, words, reverse(route, args=[ident.hex()]), code, found.dossier)


def _people(request: Any, query: str) -> dict[bytes, Person]:
    """Those whose name is like the words, by their ids; of words that are more than a name nobody."""
    found = {}
    for one in reading.named_like(request.desk, request.reader, query) if len(query.split()) <= _NAME_WORDS else []:
        recorded = one.name if one.name != one.person.label else ""
        why = reasons(one.why, texts(), request.language)
        address = reverse("people:person", args=[one.person.entity.hex()])
        found[one.person.entity] = Person(one.person.label, recorded, one.dossier.code, address, why, one.also)
    return found


def results(request: Any, query: str) -> dict[str, Any]:
    """Context of the page of results."""
    lines, hits, people = Lines(request), [], _people(request, query)
    for found in reading.find(request.desk, request.reader, query, LIMIT):
        if found.ident in people:
            continue  # stands above, with the reasons
        try:
            hit = _hit(request, lines, found)
        except NotFound:
            continue  # found by a word, but a part of it lies in a compartment that this member does not hold
        if hit:
            hits.append(hit)
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.code, []).append(hit)
    alike = list(people.values())
    count, full = len(hits) + len(alike), len(hits) >= LIMIT
    return {"words": query, "people": alike, "asked": bool(query.strip()), "groups": list(groups.items()), "count": count, "full": full}
