"""Numbers that two compartments begin: the second beginning is kept and told, and whoever holds both says which one counts.

Until somebody does, the one that reached this desk first stands here; so whoever had the true one loses nothing by a copy, and where the copy came
first, answers and agreements on what it took are laid out nowhere, and nothing is sent or published on them. Once it is said, all of it is laid out
anew at every desk in the same order: what the copying compartments begin comes after what anybody else begins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.beginnings import BEGINS, Word
from letapis.core.beginnings import late as _late
from letapis.core.errors import NotFound, Refused
from letapis.core.records import Draft, Record, Value
from letapis.desk import people, vault
from letapis.desk.opening import Desk
from letapis.desk.placing import TWICE
from letapis.desk.vault import COLUMNS, opened_by_ref
from letapis.engines.db.models import Record as Row

_TABLES: Final = {
    "dossier": ("db_dossier", "dossier", "work"),
    "entity": ("db_entity", "entity", "dossier"),
    "source": ("db_source", "source", "dossier"),
    "note": ("db_note", "note", "dossier"),
    "evidence": ("db_evidence", "object", "dossier"),
}
"""Types that begin a number: where it stands, its column, and the column that says whose it is."""
_LONGEST: Final = 500
_GRANTS: Final = "SELECT ref FROM db_record WHERE type = 'grant' AND state = %s AND compartment IN ({marks})"
_READ: Final = "beginnings"
_SHOWN: Final = 1000
"""How many numbers of one compartment are looked at for showing them."""
_TITLES: Final = (
    f"SELECT {COLUMNS} FROM db_record WHERE type = 'dossier' AND state = %s "
    "AND compartment IN (%s, (SELECT work FROM db_dossier WHERE dossier = %s)) ORDER BY id"
)
_WORDS: Final = "SELECT ref, device, seq FROM db_record WHERE state = %s AND ref IN ({marks})"


# ---- what entering asks ----------------------------------------------------------------------------------------------


def take_in(desk: Desk, records: Iterable[Record]) -> None:
    """Remember which of these records are words on beginnings: they are asked for before anything is laid out."""
    refs = [(one.ref,) for one in records if one.type == "decision" and one.text("kind") == BEGINS]
    desk.store.run_many("INSERT INTO db_beginning (ref) VALUES (%s) ON CONFLICT DO NOTHING", refs)


def in_effect(desk: Desk) -> frozenset[bytes]:
    """Compartments that were laid out after all others."""
    return frozenset(bytes(row[0]) for row in desk.store.rows("SELECT compartment FROM db_late"))


def late(desk: Desk) -> frozenset[bytes]:
    """Compartments that come after all others, as the words have it that stand here: the same at every desk that holds the same."""
    words_here = [bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_beginning")]
    if not words_here:
        return frozenset()
    rows = desk.store.rows_in(_WORDS, words_here, (Row.OK,))
    directory = people.directory(desk)
    weighed = {bytes(ref): people.weigh(directory, str(device), int(seq)) for ref, device, seq in rows}
    counted = {ref: author for ref, (author, counts, _) in weighed.items() if author and counts}
    words = [
        Word(said.header.compartment, over, counted[said.ref], (said.header.recorded, said.ref))
        for said in _read(desk, list(counted))
        for over in said.refs("parties")
    ]
    return _late(words, _let_in(desk, {place for word in words for place in (word.first, word.over)}))


def _let_in(desk: Desk, places: Iterable[bytes]) -> dict[bytes, set[bytes]]:
    """Who was ever let into these compartments, read from the records: the table of grants may be just being filled."""
    directory, found = people.directory(desk), dict[bytes, set[bytes]]()
    rows = desk.store.rows_in(_GRANTS, sorted(places), (Row.OK,))
    for grant in _read(desk, [bytes(row[0]) for row in rows]):
        author, counts, _ = people.weigh(directory, grant.header.device, grant.header.seq)
        if author and counts:
            found.setdefault(grant.raw("compartment"), set()).add(grant.raw("member"))
    return found


def _read(desk: Desk, refs: Sequence[bytes]) -> list[Record]:
    """These records, each opened once: they are asked for with everything that is recorded here."""
    known: dict[bytes, Record] = desk.kept.setdefault(_READ, {})
    known |= {ref: one.record for ref, one in opened_by_ref(desk, [ref for ref in refs if ref not in known]).items()}
    return [known[ref] for ref in refs if ref in known]


def put_in_effect(desk: Desk) -> frozenset[bytes]:
    """Before all is laid out anew."""
    found = late(desk)
    desk.store.run("DELETE FROM db_late")
    desk.store.run_many("INSERT INTO db_late (compartment) VALUES (%s)", [(one,) for one in sorted(found)])
    return found


def begun_twice(desk: Desk, sound: Sequence[tuple[int, Record]]) -> tuple[set[bytes], bool]:
    """After these were laid out, given with their rows: references of those whose number is another's here, and whether one of them comes before
    that other: it lay here first and waited for its device to be known, or the other stands where beginnings come late."""
    late_here, found, before = in_effect(desk), set[bytes](), False
    for kind, (table, column, home) in _TABLES.items():
        asked = [(row, one) for row, one in sound if one.type == kind]
        query = f"SELECT t.{column}, t.{home}, r.compartment, r.id FROM {table} t JOIN db_record r ON r.ref = t.ref WHERE t.{column} IN ({{marks}})"
        rows = desk.store.rows_in(query, sorted({one.raw(column) for _, one in asked})) if asked else []
        standing = {bytes(number): (bytes(owner), (bytes(place) in late_here, int(at))) for number, owner, place, at in rows}
        for row, one in asked:
            owner, turn = standing.get(one.raw(column), (one.raw(home), (False, row)))
            if owner != one.raw(home):
                found.add(one.ref)
                before = before or (one.header.compartment in late_here, row) < turn
    return found, before


# ---- what a person sees and says -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """One of two beginnings: its compartment, the code and title of its dossier as they are said there, who wrote it and on which day (UTC)."""

    compartment: bytes
    code: str
    title: str
    author: bytes
    device: str
    day: str
    ref: bytes


@dataclass(frozen=True, slots=True)
class Twice:
    """Numbers that two compartments begin: of which types and how many, the side that stands here, and the other. ``said``: somebody who holds
    both said which one counts."""

    numbers: tuple[tuple[str, int], ...]
    stands: Side
    other: Side
    said: bool


def twice(desk: Desk, reader: Reader) -> list[Twice]:
    """Every two compartments of the reader that begin the same numbers, those of which nobody said anything first."""
    places = [bytes(row[0]) for row in desk.store.rows("SELECT DISTINCT compartment FROM db_record WHERE state = %s AND fault = %s", (Row.OK, TWICE))]
    query = f"SELECT {COLUMNS} FROM db_record WHERE state = %s AND fault = %s AND compartment = %s ORDER BY id LIMIT {_SHOWN}"
    rows = [row for place in sorted(places) if reader.holds(place) for row in desk.store.rows(query, (Row.OK, TWICE, place))]
    records = [one.record for one in vault.open_rows(desk, rows) if one.record.type in _TABLES]
    pairs: dict[tuple[bytes, bytes], list[tuple[Record, bytes]]] = {}
    for record, ref, place in _beside(desk, records):
        if reader.holds(place):
            pairs.setdefault((place, record.header.compartment), []).append((record, ref))
    late_here, found = in_effect(desk), []
    for (place, other), begun in pairs.items():
        counts: dict[str, set[bytes]] = {}
        for record, _ in begun:
            counts.setdefault(record.type, set()).add(record.raw(_TABLES[record.type][1]))
        first = opened_by_ref(desk, [begun[0][1]])[begun[0][1]].record
        numbers = tuple((kind, len(counts[kind])) for kind in _TABLES if kind in counts)
        found.append(Twice(numbers, _side(desk, first), _side(desk, begun[0][0]), bool({place, other} & late_here)))
    return sorted(found, key=lambda one: (one.said, one.stands.day, one.other.compartment))


def _beside(desk: Desk, records: Sequence[Record]) -> list[tuple[Record, bytes, bytes]]:
    """These records, each with the one that stands with its number: reference and compartment."""
    found = []
    for kind, (table, column, _) in _TABLES.items():
        asked = [one for one in records if one.type == kind]
        query = f"SELECT t.{column}, t.ref, r.compartment FROM {table} t JOIN db_record r ON r.ref = t.ref WHERE t.{column} IN ({{marks}})"
        rows = desk.store.rows_in(query, sorted({one.raw(column) for one in asked})) if asked else []
        standing = {bytes(number): (bytes(ref), bytes(place)) for number, ref, place in rows}
        found += [(one, *standing[one.raw(column)]) for one in asked if one.raw(column) in standing]
    return found


def _side(desk: Desk, record: Record) -> Side:
    place, h = record.header.compartment, record.header
    rows = desk.store.rows(_TITLES, (Row.OK, place, record.raw("dossier")))
    said = [one.record for one in vault.open_rows(desk, rows)]
    own = [one for one in said if place in (one.raw("work"), one.raw("raw"), one.raw("pub"))]
    code, title = (own[-1].text("code"), own[-1].text("title")) if own else ("", "")
    return Side(place, code, title, people.directory(desk).member_of(h.device) or b"", h.device, h.recorded[:10], record.ref)


def settle(desk: Desk, reader: Reader, first: bytes, over: bytes, reason: str) -> None:
    """Say that what the compartment ``first`` begins counts, and not what ``over`` begins again; recorded in ``first``. A later word of the same
    member takes the place of this one.

    Raises NotFound("beginnings.none") where the two begin no number together, Refused("beginnings.not_let_in") for whoever was not let into both,
    UsageError("beginnings.reason") without a reason."""
    from letapis.desk import ledger
    from letapis.desk.dossiers import require_text

    sides = [(one.stands, one.other) for one in twice(desk, reader) if {one.stands.compartment, one.other.compartment} == {first, over}]
    if not sides:
        raise NotFound("beginnings.none")
    let_in = _let_in(desk, (first, over))
    if not all(reader.member in let_in.get(place, ()) for place in (first, over)):
        raise Refused("beginnings.not_let_in")
    ref = next(side.ref for side in sides[0] if side.compartment == first)
    dossier = opened_by_ref(desk, [ref])[ref].record.raw("dossier")
    told: dict[str, Value] = {"kind": BEGINS, "targets": (ref,), "parties": (over,), "reason": require_text(reason, "beginnings.reason", _LONGEST)}
    ledger.append(desk, [Draft("decision", first, {"dossier": dossier, **told})])


