"""People whose name is spelled otherwise: who could be meant by what a colleague typed, and why. Proposals; who is meant, a person decides."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from letapis.core import names
from letapis.core.access import Reader
from letapis.core.name_compare import Comparer, Likeness
from letapis.core.name_parts import LONGEST
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import claims_by_id
from letapis.desk.reading.one_person import joined_each, same_as
from letapis.desk.reading.people import DossierView, EntityView, dossiers_by_id
from letapis.desk.reading.window import guard
from letapis.engines import search

_LIMIT: Final = 12
_SHOWN: Final = 20
_FOUND: Final = 0.45
_EVERY_WORD: Final = 0.9
_KINDS: Final = frozenset({"person", "group"})
_ENOUGH: Final = 0.8
_NEAR: Final = 0.5
_SURE: Final = 3
_LOOKED_AT: Final = 120
_NEAR_LOOKED_AT: Final = 100
_PEOPLE: Final = "SELECT entity, dossier, kind, label FROM db_entity WHERE entity IN ({marks})"


@dataclass(frozen=True)
class PersonLike:
    """Somebody who may be meant. ``share``: how much of the asked name stands in theirs, 1 for every word as it was typed.

    ``name``: the one of their names that is nearest, their label or a recorded one; ``why``: how near it is, part by part.
    ``also``: labels of other entries of the dossier that are the same person; such a person is found once.
    """

    person: EntityView
    dossier: DossierView
    share: float
    name: str
    why: Likeness
    also: tuple[str, ...] = ()


@dataclass
class Candidate:
    """A person on the way: every name that led to them."""

    person: EntityView
    names: list[str]


Ranked = tuple[Candidate, str, Likeness]
"""Somebody, the nearest of their names, and how near it is."""
Near = Callable[[str], Likeness]
Named = Callable[[Iterable[Sequence[str]], int], dict[bytes, Candidate]]
"""Those with a name that has one key of each group, so many at most."""


def people_like(desk: Desk, reader: Reader, text: str, limit: int = _LIMIT) -> list[PersonLike]:
    """Persons and groups whose name may be ``text``, the likest first, then the newest, each with the reasons."""
    text = text[:LONGEST]
    ranked = gathered(desk.catalogue.names, lambda groups, most: _named(desk, reader, groups, most), text, limit)
    told = cache(desk.catalogue.names.told)  # of the asked words, for each who is found
    found: dict[bytes, PersonLike] = {}
    for (one, name, why), home, first in _placed(desk, reader, ranked, 2 * limit):
        entry = one.person.entity
        who = first or entry
        if who not in found:
            also = _labels(desk, reader, entry) if first else ()
            found[who] = PersonLike(one.person, home, names.alike(text, one.person.label, told), name, why, also)
            if len(found) == limit:
                break
    return list(found.values())


def _placed(desk: Desk, reader: Reader, ranked: Sequence[Ranked], each: int) -> Iterator[tuple[Ranked, DossierView, bytes | None]]:
    """Those whose dossier the reader holds, with it and with the entry that they are read as. A slip brings a hundred strangers of as many
    dossiers: so many at once are asked for, and the further ones when those were not enough."""
    for at in range(0, len(ranked), each):
        some = [one for one in ranked[at : at + each] if one[0].person.kind in _KINDS]
        homes = dossiers_by_id(desk, reader, list({one.person.dossier for one, _, _ in some}))
        read_as = joined_each(desk, reader, homes)
        for one in some:
            if home := homes.get(one[0].person.dossier):
                yield one, home, read_as.get(home.dossier, {}).get(one[0].person.entity)


def _labels(desk: Desk, reader: Reader, ident: bytes) -> tuple[str, ...]:
    """What the others are called who are one person with this entry."""
    return tuple(entry.label for entry in same_as(desk, reader, ident) if entry.entity != ident)


def gathered(compare: Comparer, named: Named, text: str, limit: int) -> list[Ranked]:
    """Who may be meant, with their nearest name, the likest first.

    Whoever has the family name beside the given one, or all words; then names with a slip; then those who share what is no common given name.
    """
    words = [word for word in names.without_patronymic(names.tokens(text)) if names.word_keys(word)]
    told = cache(compare.told)
    paired = names.pair_keys(text, told)
    near = cache(lambda name: compare.compare(text, name))  # each is asked for at every step
    found: dict[bytes, Candidate] = {}
    # A name with a father's name has its namesakes first; whoever lacks one is looked for unless there are enough.
    for groups, enough in (([paired.whole], 1), ([paired.together], _SURE), ([names.asked_keys(word, told) for word in words], 1)):
        if groups and all(groups) and _sure(near, found) < enough:
            _add(found, named(groups, _LOOKED_AT))
    for groups in ([paired.beside], [paired.slips, paired.father], [paired.slips]):
        if all(groups) and not _sure(near, found):
            strangers = {ident: one for ident, one in named(groups, _NEAR_LOOKED_AT).items() if ident not in found}
            slips = {ident: one for ident, one in strangers.items() if _likest(near, one)[1].score >= _NEAR}
            _add(found, {one.person.entity: one for one, _, _ in _ranked(near, text, slips)})
    if len(words) > 1:
        for word in words:
            if not names.is_given(word):
                _add(found, named([names.asked_keys(word, told)], limit))
    return _ranked(near, text, found)


def named_like(desk: Desk, reader: Reader, text: str) -> list[PersonLike]:
    """The same for somebody who searches: those alone whose name is near, or who have every word that was asked for."""
    return [one for one in people_like(desk, reader, text, _SHOWN) if one.why.score >= _FOUND or one.share >= _EVERY_WORD]


def _sure(near: Near, found: dict[bytes, Candidate]) -> int:
    """How many of them are as good as certain to be named so."""
    return sum(_likest(near, one)[1].score >= _ENOUGH for one in found.values())


def _likest(near: Near, one: Candidate) -> tuple[str, Likeness]:
    """The nearest of their names, and how near it is."""
    return max(((name, near(name)) for name in one.names), key=lambda pair: pair[1].score)


def _ranked(near: Near, text: str, found: dict[bytes, Candidate]) -> list[Ranked]:
    """Everybody found with their nearest name, the likest first; who is equally like stays in the order of finding."""
    compared = sorted(((one, *_likest(near, one)) for one in found.values()), key=lambda one: -one[2].score)
    ranked = []
    # How much of the asked words a name has costs more than its score, and of a hundred strangers few are equally like.
    for _, equals in groupby(compared, key=lambda one: one[2].score):
        some = list(equals)
        ranked += sorted(some, key=lambda one: -names.alike(text, one[1])) if len(some) > 1 else some
    return ranked


def _add(found: dict[bytes, Candidate], more: dict[bytes, Candidate]) -> None:
    for ident, one in more.items():
        known = found.setdefault(ident, one)
        known.names += [name for name in one.names if name not in known.names]


def _named(desk: Desk, reader: Reader, groups: Iterable[Sequence[str]], limit: int) -> dict[bytes, Candidate]:
    """Those with a name that has one key of each group, the newest first; whether their dossier is the reader's is asked of all at once."""
    hits = search.named(desk.store, [group for group in groups if group], guard(reader).compartments, limit)
    named = {hit.ident: (hit.ident, "") for hit in hits if hit.kind == "person"}
    # A colleague's record may stand in one compartment and name the dossier of another: of such a claim nothing is seen.
    for view in claims_by_id(desk, reader, [hit.ident for hit in hits if hit.kind == "claim"]):
        named[view.rid] = (view.subject, view.value)
    rows = desk.store.rows_in(_PEOPLE, {ident for ident, _ in named.values()})
    known = {bytes(ident): EntityView(bytes(ident), bytes(home), str(kind), str(label)) for ident, home, kind, label in rows}
    found: dict[bytes, Candidate] = {}
    for hit in hits:
        person, name = named.get(hit.ident, (b"", ""))
        if person in known:
            one = found.setdefault(person, Candidate(known[person], [known[person].label]))
            one.names += [name] if name and name not in one.names else []
    return found
