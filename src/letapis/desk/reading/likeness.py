"""People whose name is spelled otherwise: who could be meant by what a colleague typed. Proposals; who is meant, a person decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from letapis.core import names
from letapis.core.access import Reader
from letapis.core.errors import NotFound
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import claim
from letapis.desk.reading.people import DossierView, EntityView, dossiers_by_id, entity
from letapis.desk.reading.window import guard
from letapis.engines import search

LIMIT: Final = 12
_KINDS: Final = frozenset({"person", "group"})


@dataclass(frozen=True)
class PersonLike:
    """Somebody who may be meant. ``likeness``: how much of the asked name stands in theirs, 1 for every word as it was typed."""

    person: EntityView
    dossier: DossierView
    likeness: float


def people_like(desk: Desk, reader: Reader, text: str, limit: int = LIMIT) -> list[PersonLike]:
    """Persons and groups whose name may be ``text``, the likest first, then the newest: father's names and the order of words do not matter.

    Whoever has all words of it; then, for several words, those who share what is no common given name.
    """
    words = [word for word in names.without_patronymic(names.tokens(text)) if names.word_keys(word)]
    found = _named(desk, reader, words, 4 * limit)
    if len(words) > 1:
        for word in words:
            if not names.is_given(word):
                found |= {ident: one for ident, one in _named(desk, reader, [word], limit).items() if ident not in found}
    homes = dossiers_by_id(desk, reader, list({person.dossier for person in found.values()}))
    like = [PersonLike(p, homes[p.dossier], names.alike(text, p.label)) for p in found.values() if p.dossier in homes and p.kind in _KINDS]
    return sorted(like, key=lambda one: -one.likeness)[:limit]


def _named(desk: Desk, reader: Reader, words: Iterable[str], limit: int) -> dict[bytes, EntityView]:
    found: dict[bytes, EntityView] = {}
    for hit in search.named(desk.store, [names.word_keys(word) for word in words], guard(reader).compartments, limit):
        try:
            ident = claim(desk, reader, hit.ident).subject if hit.kind == "claim" else hit.ident
            found.setdefault(ident, entity(desk, reader, ident))
        except NotFound:
            continue  # the claim is held, but the person stands elsewhere
    return found
