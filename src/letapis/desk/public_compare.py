"""A list of others beside ours: beside what is public of us, or beside what our dossiers hold from others than that list.

Nothing is recorded. Whoever looks sees of our side only what they may see anyway, so that two colleagues may see two comparisons.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import UsageError
from letapis.core.public_compare import COMPARED, Comparison, Side, card_of, compare
from letapis.core.published import Card, CardValue
from letapis.core.vocabulary import LIST_SEPARATOR
from letapis.desk import ledger, list_files, public_record, reading, recognition, statements
from letapis.desk.held import held
from letapis.desk.list_files import ListView
from letapis.desk.opening import Desk

PUBLIC, DOSSIERS = "public", "dossiers"
AGAINST: Final = (PUBLIC, DOSSIERS)
_SAID: Final = (
    "SELECT subject, property, value, value_type, valid_from, valid_to, certainty, source FROM db_claim "
    "WHERE dossier = %s AND compartment = %s AND NOT replaced AND counts AND property IN ({marks})"
)
_NAMES: Final = ("identity.name",)
_PLACES: Final = {"place": "facilities", "court": "courts"}


@dataclass(frozen=True)
class Beside:
    """A comparison, and of each person of ours, by the key of their side, the dossier."""

    known: ListView
    against: str
    found: Comparison
    homes: Mapping[str, bytes]

    @property
    def counts(self) -> dict[str, int]:
        found = self.found
        differ = sum(bool(one.differences) for one in found.pairs)
        told = {"pairs": len(found.pairs), "differ": differ, "missing_here": len(found.missing_here)}
        return told | {"missing_there": len(found.missing_there), "hidden": len(found.hidden), "apart": len(found.apart)}


def beside(desk: Desk, reader: Reader, listed: bytes, against: str) -> Beside:
    """Compare a list that was brought in; done once as long as nothing is recorded.

    Raises NotFound for a list that is not theirs, UsageError("compare.against") and, where its columns are not read yet,
    UsageError("compare.unmapped")."""
    if against not in AGAINST:
        raise UsageError("compare.against")
    known = list_files.shown(desk, reader, listed)
    if not known.is_mapped:
        raise UsageError("compare.unmapped")
    last, today = ledger.newest(desk), desk.clock().date()
    return held(desk, ("compare", listed, against, known.mapping, known.form, last, today), lambda: _beside(desk, reader, known, against))


def _beside(desk: Desk, reader: Reader, known: ListView, against: str) -> Beside:
    listing = list_files.listing(desk, known, list_files.tables(desk, reader, known))
    publication = desk.catalogue.publication
    theirs = [Side(one.key, card_of(one, publication), one.quarantined) for one in listing.entries if one.kind == "person"]
    found = list(_public(desk, reader) if against == PUBLIC else _of_dossiers(desk, reader, known.source))
    told = compare([side for side, _ in found], theirs, desk.catalogue.identity_rules, _Form(desk))
    return Beside(known, against, told, {side.key: home for side, home in found})


class _Form:
    """Brings a value to the form in which it is compared: a place or a court by its code, where our lists know it by that name."""

    def __init__(self, desk: Desk) -> None:
        self._lists = {field: desk.catalogue.reference[name] for field, name in _PLACES.items()}
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, field: str, value: str) -> str:
        if field not in self._lists:
            return value
        if (field, value) not in self._known:
            self._known[field, value] = self._lists[field].code_of(value)
        return self._known[field, value]


def _public(desk: Desk, reader: Reader) -> Iterator[tuple[Side, bytes]]:
    """Everyone of whom something is public in the dossiers that the reader holds."""
    for home, state in public_record.every(desk, reader):
        if state.standing is not None and (card := state.standing.card) is not None:
            yield Side(card.card, card), home


def _of_dossiers(desk: Desk, reader: Reader, source: bytes) -> Iterator[tuple[Side, bytes]]:
    """Persons of the reader's dossiers by what others than this list say. Whom the list alone told of is nobody of ours."""
    people = reading.entities_held(desk, reader, kinds=("person",))
    values: dict[bytes, set[CardValue]] = {one.entity: set() for one in people}
    told_by_it: set[bytes] = set()
    fields = {fact: one.id for one in desk.catalogue.publication.fields.values() if one.id in COMPARED for fact in one.facts}
    for dossier in dict.fromkeys(one.dossier for one in people):
        home = reading.dossier(desk, reader, dossier)
        for subject, prop, value, kind, since, until, certainty, said_by in desk.store.rows_in(_SAID, (*_NAMES, *fields), (dossier, home.work)):
            if bytes(said_by) == source:
                told_by_it.add(bytes(subject))
            elif bytes(subject) in values:
                exact = "" if certainty == "exact" else certainty
                values[bytes(subject)].update(_values(fields.get(prop, "name"), value, kind, since, until, exact))
    for entity, outcome in _decided(desk, reader, people):
        values[entity].add(CardValue("outcome", outcome))
    for one in people:
        said = values[one.entity]
        if said or one.entity not in told_by_it:
            card = Card(one.entity.hex(), tuple(sorted({*said, CardValue("name", one.label)})))
            yield Side(card.card, card), one.dossier


def _decided(desk: Desk, reader: Reader, people: list[reading.EntityView]) -> Iterator[tuple[bytes, str]]:
    """Persons of whom a decision on recognition stands, with its outcome."""
    homes = {one.dossier for one in reading.items(desk, reader, recognition.OUTCOME, limit=statements.LIMIT)}
    ways = {home: (recognition.courses(desk, reader, home), reading.joined(desk, reader, home)) for home in homes}
    for one in people:
        courses, read_as = ways.get(one.dossier, ({}, {}))
        course = courses.get(read_as.get(one.entity, one.entity))
        if course is not None and course.current is not None:
            yield one.entity, course.current.said.outcome


def _values(field: str, value: str, kind: str, since: str, until: str, certainty: str) -> Iterable[CardValue]:
    for text in value.split(LIST_SEPARATOR) if kind == "list" else (value,):
        flag = {"true": "yes", "false": "no"}.get(text, text) if kind == "bool" else text
        yield CardValue(field, flag, "", since, until, certainty)
