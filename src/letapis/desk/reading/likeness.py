"""People whose name is spelled otherwise: who could be meant by what a colleague typed. Proposals; who is meant, a person decides."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from letapis.core import names
from letapis.core.access import Reader
from letapis.core.errors import NotFound
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import claim
from letapis.desk.reading.people import DossierView, EntityView, dossiers_by_id
from letapis.desk.reading.window import guard
from letapis.engines import search
from letapis.engines.db import models

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
    """Those whose name has all these words, the newest first; whether their dossier is the reader's is asked of all of them at once."""
    hits = search.named(desk.store, [names.word_keys(word) for word in words], guard(reader).compartments, limit)
    named = {hit.ident: hit.ident for hit in hits if hit.kind == "person"}
    for hit in hits:
        if hit.kind == "claim":
            with suppress(NotFound):  # a colleague's record may stand in one compartment and name the dossier of another
                named[hit.ident] = claim(desk, reader, hit.ident).subject
    rows = models.Entity.objects.using(desk.store.alias).filter(entity__in=list(named.values()))
    known = {bytes(row.entity): EntityView(bytes(row.entity), bytes(row.dossier), row.kind, row.label) for row in rows}
    return {named[hit.ident]: known[named[hit.ident]] for hit in hits if named.get(hit.ident) in known}
