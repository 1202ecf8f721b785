"""The same people as FollowTheMoney entities, one JSON line each, as OpenSanctions, Aleph and their tools read them.

Every line bears its values twice: as ``properties``, which every tool reads, and as ``statements``, each with the list that says it or the
centre. A source is never named: neither by its code nor by an address.

That model has partial dates and no word for a day that is about right. Such a day goes as its month, a month as its year, a year not at all; the
whole of it stands in the description, in the notation of ISO 8601-2.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from letapis.core.bodies import Titles
from letapis.core.dates import Certainty, coarser, edtf
from letapis.core.package import ORGANISATION, Field, Leaving, Post, Stated, posts

DATASET: Final = "letapis"
INVENTED: Final = "letapis_invented_example"
_DAY: Final = re.compile(r"\d{4}(-\d\d){0,2}\Z", re.ASCII)
_COUNTRIES: Final = frozenset({"nationality"})
_DATES: Final = frozenset({"birthDate"})
_OF_PERSONS: Final = frozenset({"lastName", "firstName", "fatherName", "birthDate", "birthPlace", "gender", "nationality", "profession"})
_LONGEST_ID: Final = 20


class Entity:
    """An entity while it grows."""

    def __init__(self, ident: str, schema: str, dataset: str) -> None:
        self._ident, self._schema, self._dataset = ident, schema, dataset
        self._properties: dict[str, dict[str, str]] = {}

    def add(self, name: str, value: str, origin: str) -> None:
        """A value once, with the origin that said it first."""
        if value:
            self._properties.setdefault(name, {}).setdefault(value, origin)

    def line(self) -> dict[str, Any]:
        properties = {name: list(values) for name, values in self._properties.items()}
        same = {"canonical_id": self._ident, "entity_id": self._ident, "schema": self._schema, "dataset": self._dataset}
        said = [{**same, "prop": p, "value": v, "origin": o} for p, values in self._properties.items() for v, o in values.items()]
        caption = next(iter(properties.get("name", [])), self._schema)
        head = {"id": self._ident, "caption": caption, "schema": self._schema, "properties": properties}
        return head | {"datasets": [self._dataset], "statements": said}


def lines(people: Iterable[Leaving], titles: Titles, fields: Mapping[str, Field], invented: bool) -> Iterator[bytes]:
    """The file, line by line. Bodies that are named alike are one organisation; who heads one by the ``titles`` is its director."""
    dataset, bodies = INVENTED if invented else DATASET, dict[str, str]()
    known = list(people)
    own = {name.casefold(): one.id for one in known if one.kind == ORGANISATION for name in one.names}
    for one in known:
        for entity in _of(one, titles, fields, dataset, own, bodies):
            yield (json.dumps(entity.line(), ensure_ascii=False) + "\n").encode("utf-8")


def _of(one: Leaving, titles: Titles, fields: Mapping[str, Field], dataset: str, own: Mapping[str, str], bodies: dict[str, str]) -> Iterator[Entity]:
    yield _party(one, fields, dataset)
    for post in posts(one, fields):
        yield from _post(one, post, titles, dataset, own, bodies)
    for listed in one.listed:
        made = Entity(_id("sanction", one.id, listed.authority, listed.program, listed.number), "Sanction", dataset)
        said = {"entity": one.id, "authority": listed.authority, "program": listed.program, "recordId": listed.number}
        said |= {"listingDate": _day(listed.since), "provisions": listed.measure, "reason": listed.reason, "sourceUrl": listed.url}
        for name, value in said.items():
            made.add(name, value, listed.origin)
        yield made


def _party(one: Leaving, fields: Mapping[str, Field], dataset: str) -> Entity:
    """The person or the organisation itself. Of several whole names the first is the name, the others are aliases."""
    made = Entity(one.id, "Organization" if one.kind == ORGANISATION else "Person", dataset)
    names = one.names
    if not names:
        made.add("name", one.name, next(iter(one.values)).origin)
    for value in one.values:
        field = fields[value.fact]
        if not field.ftm or (one.kind == ORGANISATION and field.ftm in _OF_PERSONS):
            continue
        name = "alias" if field.ftm == "name" and value.value != names[0] else field.ftm
        if field.ftm in _DATES:
            add_day(made, name, value.value, value.certainty, value.origin)
        else:
            made.add(name, _outside(field, value.value), value.origin)
        made.add("sourceUrl", value.url, value.origin)
    return made


def _outside(field: Field, value: str) -> str:
    return value.lower() if field.ftm in _COUNTRIES else field.outside(value)


def add_day(made: Entity, name: str, text: str, certainty: str, origin: str) -> None:
    """A partial date as it is written there. Of one that is not exact only what is sure enough; the whole is described."""
    exact = certainty in ("", Certainty.EXACT)
    made.add(name, _day(text if exact else coarser(text) if certainty == Certainty.ABOUT else ""), origin)
    if text and not (exact and _day(text)):
        made.add("description", f"{name}: {edtf(text, certainty)}", origin)


def _day(text: str) -> str:
    """A partial date as it is written there; of an interval nothing."""
    return text if _DAY.match(text) else ""


def _post(one: Leaving, post: Post, titles: Titles, dataset: str, own: Mapping[str, str], bodies: dict[str, str]) -> Iterator[Entity]:
    if one.kind == ORGANISATION:
        return
    said, where = post.said[0], post.commands or post.body
    if not where:
        place = Entity(_id("position", post.post), "Position", dataset)
        place.add("name", post.post, said.origin)
        yield place
        made = Entity(_id("occupancy", one.id, post.post, post.since, post.until), "Occupancy", dataset)
        made.add("holder", one.id, said.origin)
        made.add("post", _id("position", post.post), said.origin)
    else:
        key = where.casefold()
        body = own.get(key) or bodies.get(key, "")
        if not body:
            body = bodies[key] = _id("body", key)
            named = Entity(body, "Organization", dataset)
            named.add("name", where, said.origin)
            yield named
        leads = bool(post.commands) or titles.heads_it(post.post, (where,))
        schema, who = ("Directorship", "director") if leads else ("Membership", "member")
        made = Entity(_id(schema, one.id, body, post.post, post.since, post.until), schema, dataset)
        made.add(who, one.id, said.origin)
        made.add("organization", body, said.origin)
        made.add("role", post.post, said.origin)
    _dated(made, post, said)
    yield made


def _dated(made: Entity, post: Post, said: Stated) -> None:
    add_day(made, "startDate", post.since, post.since_certainty, said.origin)
    add_day(made, "endDate", post.until, post.until_certainty, said.origin)
    made.add("summary", post.rank, said.origin)
    made.add("sourceUrl", said.url, said.origin)


def _id(*parts: str) -> str:
    """The same for the same parts. What it is made of goes out beside it, so that it tells nothing more."""
    return f"{parts[0].lower()}-{hashlib.sha256(chr(0).join(parts).encode('utf-8')).hexdigest()[:_LONGEST_ID]}"
