"""Who is one person with whom: the words of members on pairs of entries, and whom a reader therefore sees as one.

In a dossier a word names both entries. Across two dossiers each holds a half, and only who holds both sees that there is anything: neither
half names the other dossier, its entry or the reason. What does not fit (an entry of another dossier, a half without the other) is no word.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core import one_person
from letapis.core.access import Reader
from letapis.core.one_person import TYPE, Link
from letapis.core.records import Record
from letapis.desk import vault
from letapis.desk.opening import Desk
from letapis.desk.reading.items import versions
from letapis.desk.reading.people import DossierView, EntityView, dossiers_by_id, entity
from letapis.desk.reading.window import guard, missing, parts
from letapis.engines.db import models

_COLUMNS: Final = "item, dossier, compartment, about, parent, state, heads"
_INSIDE: Final = f"SELECT {_COLUMNS} FROM db_item WHERE type = '{TYPE}' AND number = 0 AND dossier = %s"
_IN_EACH: Final = f"SELECT {_COLUMNS} FROM db_item WHERE type = '{TYPE}' AND number = 0 AND dossier IN ({{marks}})"
_EVERY: Final = f"SELECT {_COLUMNS} FROM db_item WHERE type = '{TYPE}' AND number = %s"
_NAMED: Final = "SELECT entity, dossier, kind, label, recorded FROM db_entity WHERE entity IN ({marks})"


@dataclass(frozen=True)
class Said:
    """One word on a pair: whose, which, why, when. ``is_head``: nobody has said another thing since."""

    member: bytes
    state: str
    reason: str
    recorded: str
    is_head: bool


@dataclass(frozen=True)
class PairView:
    """What is said of two entries. ``state``: the word that holds, empty when there is none or colleagues differ; ``words``: all of them,
    the newest first; ``heads``: the versions that were read, to be named by whoever decides next."""

    first: EntityView
    second: EntityView
    state: str
    words: tuple[Said, ...]
    heads: tuple[bytes, ...]

    @property
    def across(self) -> bool:
        return self.first.dossier != self.second.dossier

    @property
    def backing(self) -> frozenset[bytes]:
        return one_person.backing(((word.member, word.state) for word in self.words), self.state)

    @property
    def differing(self) -> bool:
        """Words stand side by side that say different things, or the same one twice."""
        return sum(word.is_head for word in self.words) > 1

    @property
    def confirmed(self) -> bool:
        return len(self.backing) >= one_person.CONFIRMED


# ---- words -----------------------------------------------------------------------------------------------------------


def links_in(desk: Desk, reader: Reader, dossier: bytes) -> list[Link]:
    """The word that holds on each pair of entries of one dossier."""
    return _inside(desk, reader, desk.store.rows(_INSIDE, (dossier,)))


def links_held(desk: Desk, reader: Reader) -> list[Link]:
    """The same for all dossiers that the reader holds, and across them."""
    return [*_inside(desk, reader, desk.store.rows(_EVERY, (0,))), *(link for link, _ in _across(desk, reader))]


def _inside(desk: Desk, reader: Reader, rows: Sequence[Sequence[Any]]) -> list[Link]:
    held = _held(desk, reader, rows)
    known = _entities(desk, (bytes(ident) for row in held for ident in row[3:5]))
    states = _states(desk, held)
    found = []
    for item, dossier, _, first, second, *_ in held:
        home, one, other = bytes(dossier), bytes(first), bytes(second)
        fits = one in known and other in known and known[one].dossier == known[other].dossier == home
        if fits and bytes(item) == one_person.link_of(home, one, other):
            found.append(Link(one, other, states[bytes(item)]))
    return found


def _across(desk: Desk, reader: Reader) -> list[tuple[Link, tuple[bytes, bytes]]]:
    """Pairs across dossiers of which the reader holds both halves, and the halves."""
    held = _held(desk, reader, desk.store.rows(_EVERY, (1,)))
    known = _entities(desk, (bytes(row[3]) for row in held))
    by_pair: dict[bytes, list[Sequence[Any]]] = {}
    for row in held:
        if bytes(row[3]) in known and known[bytes(row[3])].dossier == bytes(row[1]):
            by_pair.setdefault(bytes(row[4]), []).append(row)
    states = _states(desk, [row for halves in by_pair.values() if len(halves) == 2 for row in halves])
    found = []
    for pair, halves in by_pair.items():
        if len(halves) != 2:
            continue
        first, second = (bytes(row[3]) for row in halves)
        fits = all(bytes(row[0]) == one_person.link_of(bytes(row[1]), first, second) for row in halves)
        if fits and pair == one_person.pair_of(first, second):
            items = (bytes(halves[0][0]), bytes(halves[1][0]))
            found.append((Link(first, second, one_person.state_of([states[item] for item in items])), items))
    return found


def _held(desk: Desk, reader: Reader, rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Those in the working compartment of a dossier that the reader holds: a word that stands elsewhere and names the dossier is none of it."""
    homes = dossiers_by_id(desk, guard(reader), list({bytes(row[1]) for row in rows}))
    return [row for row in rows if bytes(row[1]) in homes and homes[bytes(row[1])].work == bytes(row[2])]


def _entities(desk: Desk, idents: Iterable[bytes]) -> dict[bytes, EntityView]:
    return {bytes(e): EntityView(bytes(e), bytes(home), kind, label) for e, home, kind, label, _ in desk.store.rows_in(_NAMED, set(idents))}


def _states(desk: Desk, rows: Sequence[Sequence[Any]]) -> dict[bytes, str]:
    """The word of each item that holds; of versions side by side what all of them say."""
    opened = vault.opened_by_ref(desk, [ref for row in rows for ref in parts(row[6], 32) if len(row[6]) > 32])
    found = {}
    for row in rows:
        heads = [opened[ref].record.text("state") for ref in parts(row[6], 32) if ref in opened]
        found[bytes(row[0])] = one_person.state_of(heads) if heads else str(row[5])
    return found


def pair(desk: Desk, reader: Reader, first: bytes, second: bytes) -> PairView:
    """Everything said of two entries. Raises NotFound for an entry that is not the reader's, and for one entry twice."""
    one, other = entity(desk, reader, first), entity(desk, reader, second)
    if first == second:
        raise missing()
    links = links_in(desk, reader, one.dossier) if one.dossier == other.dossier else [link for link, _ in _across(desk, reader)]
    state = next((link.state for link in links if {link.first, link.second} == {first, second}), None)
    if state is None:
        return PairView(one, other, "", (), ())
    told = [versions(desk, reader, one_person.link_of(home, first, second)) for home in dict.fromkeys((one.dossier, other.dossier))]
    seconds = {_place(version.record): version.record for version in told[-1]}
    words = tuple(Said(v.author, v.record.text("state"), _reason(v.record, seconds), v.recorded, v.is_head) for v in told[0])
    return PairView(one, other, state, words, tuple(version.ref for found in told for version in found if version.is_head))


def _place(record: Record, step: int = 0) -> tuple[str, int]:
    return (record.header.device, record.header.seq + step)


def _reason(record: Record, others: Mapping[tuple[str, int], Record]) -> str:
    """Of a half with the other one, which its writer recorded right before or after it. Next to it may stand a half of another word on the same
    two: with that one it makes no text."""
    if not record.number("across"):
        return record.text("reason")
    beside = (others.get(_place(record, step)) for step in (1, -1))
    told = (one_person.whole(record.raw("half"), one.raw("half")) for one in beside if one and one.raw("beside") == record.raw("beside"))
    return next(filter(None, told), "")


def unseen_halves(desk: Desk, reader: Reader, dossier: bytes) -> frozenset[bytes]:
    """References of the records of a dossier that are halves of what this reader does not hold whole: for them there is nothing."""
    mine = {bytes(row[0]) for row in desk.store.rows(_EVERY, (1,)) if bytes(row[1]) == dossier}
    whole = {item for _, items in _across(desk, reader) for item in items} if mine else set()
    rows = models.ItemVersion.objects.using(desk.store.alias).filter(item__in=mine - whole)
    return frozenset(bytes(row.ref) for row in rows)


# ---- who is one person ----------------------------------------------------------------------------------------------


def joined(desk: Desk, reader: Reader, dossier: bytes) -> Mapping[bytes, bytes]:
    """Entry -> the entry as which it is read, for those of one dossier that are one person with another; the one recorded first."""
    return _read_as(desk, links_in(desk, reader, dossier))


def joined_each(desk: Desk, reader: Reader, dossiers: Iterable[bytes]) -> dict[bytes, dict[bytes, bytes]]:
    """What ``joined`` says of each of these dossiers, those left out in which it says nothing."""
    read_as = _read_as(desk, _inside(desk, reader, desk.store.rows_in(_IN_EACH, dossiers)))
    named, found = _entities(desk, read_as), dict[bytes, dict[bytes, bytes]]()
    for entry, first in read_as.items():
        found.setdefault(named[entry].dossier, {})[entry] = first
    return found


def joined_held(desk: Desk, reader: Reader) -> Mapping[bytes, bytes]:
    """The same over all dossiers that the reader holds: whoever counts persons counts each once."""
    return _read_as(desk, links_held(desk, reader))


def _read_as(desk: Desk, links: Sequence[Link]) -> Mapping[bytes, bytes]:
    found = one_person.groups(links)
    if not found:
        return {}
    rows = desk.store.rows_in(_NAMED, set(found))
    age = {bytes(row[0]): (str(row[4]), bytes(row[0])) for row in rows}
    return {entry: min(group, key=lambda one: age.get(one, ("~", one))) for entry, group in found.items()}


def same_as(desk: Desk, reader: Reader, ident: bytes) -> tuple[EntityView, ...]:
    """The entries of the dossier that are one person with this one, itself among them, the one recorded first in front."""
    known = entity(desk, reader, ident)
    read_as = joined(desk, reader, known.dossier)
    if ident not in read_as:
        return (known,)
    group = [entry for entry, first in read_as.items() if first == read_as[ident]]
    named = _entities(desk, group)
    return tuple(named[entry] for entry in sorted(group, key=lambda entry: (entry != read_as[ident], named[entry].label, entry)))


def elsewhere(desk: Desk, reader: Reader, idents: Iterable[bytes]) -> list[tuple[EntityView, DossierView]]:
    """Entries of other dossiers that are one person with one of these, for who holds both dossiers; none of a torn group."""
    wanted = set(idents)
    found = one_person.groups(links_held(desk, reader))
    named = _entities(desk, {*wanted, *(other for entry in wanted for other in found.get(entry, ()))})
    here = {named[entry].dossier for entry in wanted if entry in named}
    others = [one for one in named.values() if one.dossier not in here]
    homes = dossiers_by_id(desk, reader, list({one.dossier for one in others}))
    return [(one, homes[one.dossier]) for one in sorted(others, key=lambda one: (one.label, one.entity)) if one.dossier in homes]


def elsewhere_each(desk: Desk, reader: Reader, idents: Collection[bytes]) -> dict[bytes, tuple[EntityView, ...]]:
    """What ``elsewhere`` says of each of these, those left out of whom it says nothing."""
    if not _across(desk, reader):
        return {}
    groups = one_person.groups(links_held(desk, reader))
    wanted = {one: groups[one] for one in idents if one in groups}
    named = _entities(desk, {entry for group in wanted.values() for entry in group} | wanted.keys())
    homes = dossiers_by_id(desk, reader, list({one.dossier for one in named.values()}))
    found = {}
    for one, group in wanted.items():
        others = [named[entry] for entry in group if entry in named and named[entry].dossier in homes]
        found[one] = tuple(other for other in others if one in named and other.dossier != named[one].dossier)
    return {one: others for one, others in found.items() if others}


def dossiers_beside(desk: Desk, reader: Reader, dossiers: Collection[bytes]) -> frozenset[bytes]:
    """These dossiers and those in which somebody of theirs is entered too, as far as the reader holds both."""
    links = [link for link, _ in _across(desk, reader)]
    home = {entry: one.dossier for entry, one in _entities(desk, (entry for link in links for entry in link[:2])).items()}
    pairs = [{home[link.first], home[link.second]} for link in links if link.first in home and link.second in home]
    found, before = set(dossiers), -1
    while len(found) != before:
        before = len(found)
        found |= {one for pair in pairs if pair & found for one in pair}
    return frozenset(found)


@dataclass(frozen=True)
class Decided:
    """What members said of pairs: those that need not be asked about again, those that somebody put aside or whose merge was undone, and those
    on which colleagues do not agree."""

    settled: one_person.Settled
    aside: frozenset[frozenset[bytes]]
    quarrels: tuple[tuple[EntityView, EntityView], ...]


def decided(desk: Desk, reader: Reader) -> Decided:
    """The same for all pairs of which the reader holds both entries."""
    links = links_held(desk, reader)
    torn = one_person.quarrels(links)
    named = _entities(desk, (entry for link in torn for entry in link[:2]))
    aside = frozenset(frozenset(link[:2]) for link in links if link.state in (one_person.LATER, one_person.SPLIT))
    return Decided(one_person.Settled(links), aside, tuple((named[link.first], named[link.second]) for link in torn))
