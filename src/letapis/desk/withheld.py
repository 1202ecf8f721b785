"""Keep what is restricted out of the tables: done wherever records enter, live and in a rebuild, until nothing more is reached.

What is kept out is remembered by id, so that what comes later and rests on it stays out too: nothing depends on the order of arrival.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from letapis.core.brief import refs_in
from letapis.core.briefjson import from_json
from letapis.core.erasure import LIFTED, RESTRICTED
from letapis.core.errors import LetapisError
from letapis.core.records import Record
from letapis.desk import people
from letapis.desk.opening import Desk
from letapis.desk.projections import ITEMS, Group
from letapis.desk.refold import ids_in
from letapis.desk.vault import opened_by_ref
from letapis.engines import search

_STAYS: Final = ("contact", "need", "task", "restricted", "erasure", "recall")
"""Items that were not said by anybody: how to reach a person, what they need, what is to be done."""
_ROWS: Final = {
    "db_note": ("note", "ref", ("note", "source", "subject", "evidence")),
    "db_evidence": ("object", "ref", ("object", "source", "derived_from")),
    "db_passage": ("rid", "ref", ("rid", "note")),
    "db_claim": ("rid", "ref", ("rid", "subject", "source", "evidence", "passage", "replaces")),
}
"""Table: its id, its reference, and the columns by which a row is reached."""
_NUMBERED: Final = {"note": "note", "evidence": "object"}
_REF: Final = 32
_CUSTODY: Final = (
    "SELECT c.dossier, e.object, e.ref FROM db_custodyentry e JOIN db_record r ON r.ref = e.ref "
    "JOIN db_compartment c ON c.compartment = r.compartment WHERE e.object IN ({marks})"
)
"""Steps of custody, each with the dossier that its compartment says it is of."""


Place = tuple[bytes, bytes]
"""A dossier, and an id or the reference of a record in it: nothing that a dossier keeps out of sight reaches into another."""


def in_force(desk: Desk) -> dict[Place, tuple[bytes, tuple[str, ...]]]:
    """Restrictions in force: (dossier, id) -> party and scopes. Of versions side by side one that restricts holds, and only custodians lift."""
    rows = desk.store.rows("SELECT item, dossier, about, heads FROM db_item WHERE type = %s", (RESTRICTED,))
    if not rows:
        return {}
    refs = [ref for row in rows for ref in ids_in(row[3], 32)]
    records, directory = {ref: one.record for ref, one in opened_by_ref(desk, refs).items()}, people.directory(desk)
    found: dict[Place, tuple[bytes, tuple[str, ...]]] = {}
    for item, dossier, party, heads in rows:
        versions = [records[ref] for ref in ids_in(heads, 32) if ref in records]
        authors = [directory.members.get(directory.member_of(one.header.device) or b"") for one in versions]
        lifted = all(one.text("state") == LIFTED and who is not None and who.custodian for one, who in zip(versions, authors, strict=True))
        if not lifted:
            scopes = min((_scopes(one) for one in versions if one.text("state") != LIFTED), key=len, default=())
            found[bytes(dossier), bytes(item)] = (bytes(party), scopes)
    return found


def _scopes(version: Record) -> tuple[str, ...]:
    """What it restricts, empty for everything. A restriction is made once and then lifted: a later version that would narrow it, whoever wrote
    it, lifts nothing and restricts everything."""
    return () if version.refs("after") else version.texts("scopes")


def kept_out(desk: Desk, named: Iterable[Place]) -> frozenset[Place]:
    """Those of these (dossier and id) that are out of sight: a list that was made before does not say what they were called."""
    asked = set(named)
    rows = desk.store.rows_in("SELECT dossier, ident FROM db_withheld WHERE ident IN ({marks})", list({ident for _, ident in asked}))
    return frozenset(asked & _places(rows))


def covered(desk: Desk, dossier: bytes) -> list[tuple[bytes, tuple[str, ...]]]:
    """Parties and scopes that are restricted in a dossier now."""
    return [said for (home, _), said in in_force(desk).items() if home == dossier]


def forget(desk: Desk) -> None:
    """Before all tables are filled anew."""
    desk.store.run("DELETE FROM db_withheld")


def speaks_of_hidden(desk: Desk, records: Iterable[Record]) -> bool:
    """One of these is a further version of a note or item that is out of sight: what is shown of it is judged with all of its versions."""
    named = {(r.raw("dossier"), r.raw(ITEMS[r.type].ident if r.type in ITEMS else r.type)) for r in records if r.type in ITEMS or r.type == "note"}
    return bool(named) and bool(kept_out(desk, named))


def numbers_of_others(desk: Desk, records: Iterable[Record]) -> set[bytes]:
    """References of those of these notes and items of evidence whose number another dossier keeps out of sight: they stand as little in its
    place now as while it was shown."""
    named = {one.ref: (one.raw("dossier"), one.raw(_NUMBERED[one.type])) for one in records if one.type in _NUMBERED}
    query = "SELECT dossier, ident FROM db_withheld WHERE ident IN ({marks})"
    hidden = _places(desk.store.rows_in(query, list({number for _, number in named.values()}))) if named else set()
    taken = {number: dossier for dossier, number in hidden}
    return {ref for ref, (dossier, number) in named.items() if number in taken and (dossier, number) not in hidden}


def withhold(desk: Desk) -> set[Group]:
    """Take out of the tables what is restricted. Inside a transaction. The groups of claims that weigh otherwise now."""
    parties = {(dossier, party) for (dossier, _), (party, scopes) in in_force(desk).items() if not scopes}
    if not parties:
        return set()
    dossiers = sorted({dossier for dossier, _ in parties})
    known = _places(desk.store.rows("SELECT dossier, ident FROM db_withheld"))
    touched: set[Group] = set()
    gone = parties | known
    found = _reach(desk, dossiers, gone, touched)
    found |= _drop_items(desk, dossiers, gone | found)
    _drop_rest(desk, dossiers, gone | found)
    desk.store.run_many("INSERT INTO db_withheld (dossier, ident) VALUES (%s, %s)", sorted(found - known))
    return touched


def _places(rows: Iterable[Sequence[Any]]) -> set[Place]:
    return {(bytes(row[0]), bytes(row[1])) for row in rows}


def _reach(desk: Desk, dossiers: Sequence[bytes], named: set[Place], touched: set[Group]) -> set[Place]:
    """Ids and references of notes, items of evidence, passages and claims that go, which are deleted; ``named`` is where it begins."""
    tables = {}
    for table, (ident, ref, columns) in _ROWS.items():
        more = ", subject, property" if table == "db_claim" else ""
        read = f"SELECT dossier, {ident}, {ref}, {', '.join(columns)}{more} FROM {table} WHERE dossier IN ({{marks}})"
        tables[table] = desk.store.rows_in(read, dossiers)
    found: set[Place] = set()
    growing = True
    while growing:
        growing = False
        for table, (_, ref, columns) in _ROWS.items():
            width = 3 + len(columns)
            going = [row for row in tables[table] if _is_reached(row[0], row[3:width], named) or _is_reached(row[0], row[3:width], found)]
            if going:
                growing = True
                found |= {(bytes(row[0]), bytes(part)) for row in going for part in row[1:3]}
                desk.store.run_many(f"DELETE FROM {table} WHERE {ref} = %s", [(bytes(row[2]),) for row in going])
                touched |= {(bytes(row[0]), bytes(row[-2]), str(row[-1])) for row in going} if table == "db_claim" else set()
                gone = {bytes(row[2]) for row in going}
                tables[table] = [row for row in tables[table] if bytes(row[2]) not in gone]
    return found


def _is_reached(dossier: Any, values: Iterable[Any], gone: set[Place]) -> bool:
    return any((bytes(dossier), bytes(value)) in gone for value in values if value)


def _drop_items(desk: Desk, dossiers: Sequence[bytes], gone: set[Place]) -> set[Place]:
    """Items on it, with all their versions, and items of those. An item of another dossier that somebody gave the same number stays as it is."""
    found: set[Place] = set()
    while items := _items(desk, dossiers, gone | found):
        found |= items
        for table in ("db_item", "db_itemversion"):
            desk.store.run_many(f"DELETE FROM {table} WHERE dossier = %s AND item = %s", sorted(items))
    return found


def _items(desk: Desk, dossiers: Sequence[bytes], gone: set[Place]) -> set[Place]:
    rows = desk.store.rows_in("SELECT dossier, item, type, parent, about FROM db_item WHERE dossier IN ({marks})", dossiers)
    return {(bytes(row[0]), bytes(row[1])) for row in rows if row[2] not in _STAYS and _is_reached(row[0], (row[1], *row[3:]), gone)}


def _drop_rest(desk: Desk, dossiers: Sequence[bytes], gone: set[Place]) -> None:
    """Decisions and custody of it, drafts that quote it, and what finds it."""
    refs = {ident for _, ident in gone if len(ident) == _REF}
    desk.store.run_many("DELETE FROM db_ruling WHERE target = %s", [(ref,) for ref in sorted(refs)])
    rows = desk.store.rows_in(_CUSTODY, list({ident for _, ident in gone if len(ident) != _REF}))
    steps = [(bytes(ref),) for dossier, item, ref in rows if _is_reached(dossier, (item,), gone)]
    desk.store.run_many("DELETE FROM db_custodyentry WHERE ref = %s", steps)
    drafts = desk.store.rows_in("SELECT dossier, ref, document FROM db_brief WHERE dossier IN ({marks})", dossiers)
    desk.store.run_many("DELETE FROM db_brief WHERE ref = %s", [(bytes(ref),) for dossier, ref, said in drafts if _quotes(dossier, said, gone)])
    search.remove(desk.store, dossiers, gone)


def _quotes(dossier: Any, document: str, gone: set[Place]) -> bool:
    try:
        return _is_reached(dossier, refs_in(from_json(document.encode("utf-8"))), gone)
    except LetapisError:
        return False
