"""Persons of the public list as FollowTheMoney entities, one JSON line each. Only who is named, and only what that model has a word for."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from letapis.core.language import LANGUAGES
from letapis.core.package_ftm import Entity, add_day
from letapis.core.public_data_rows import NONE
from letapis.core.public_viasna import Links
from letapis.core.published import Entry, Published

DATASET: Final = "letapis_public"
_GENDERS: Final = {"f": "female", "m": "male", "x": "other"}


def lines(published: Published, links: Links, kept: Mapping[str, bytes] = NONE) -> Iterator[bytes]:
    """The file, line by line, in the order of the snapshot's names. ``kept``: lines of cards that are made already."""
    for entry in published.by_name(LANGUAGES[0]):
        yield kept.get(entry.card.card) or _line(entry, published.organisation, links)


def _line(entry: Entry, origin: str, links: Links) -> bytes:
    return (json.dumps(_person(entry, origin, links).line(), ensure_ascii=False) + "\n").encode("utf-8")


def _person(entry: Entry, origin: str, links: Links) -> Entity:
    card = entry.card
    made = Entity(f"letapis-{card.card}", "Person", DATASET)
    names = dict.fromkeys(one.value for one in sorted(card.all("name"), key=lambda one: LANGUAGES.index(one.language or LANGUAGES[0])))
    for place, name in enumerate(names):
        made.add("alias" if place else "name", name, origin)
    made.add("gender", _GENDERS.get(card.first("sex"), ""), origin)
    for born in card.all("birth_date"):
        add_day(made, "birthDate", born.value, born.certainty, origin)
    for died in card.all("died"):
        if died.value == "yes":
            add_day(made, "deathDate", died.since, died.certainty, origin)
    for field, name in (("profession", "profession"), ("about", "summary")):
        for value in card.all(field):
            made.add(name, value.value, origin)
    for language in LANGUAGES:
        made.add("sourceUrl", links.person(card.card, language), origin)
    made.add("publisher", origin, origin)
    made.add("createdAt", entry.since, origin)
    made.add("modifiedAt", entry.changed, origin)
    return made
