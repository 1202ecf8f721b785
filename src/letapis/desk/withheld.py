"""Keep what is restricted out of the tables: done wherever records enter, live and in a rebuild, until nothing more is reached.

What is kept out is remembered by id, so that what comes later and rests on it stays out too: nothing depends on the order of arrival.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from letapis.core.brief import refs_in
from letapis.core.briefjson import from_json
from letapis.core.erasure import LIFTED, RESTRICTED
from letapis.core.errors import LetapisError
from letapis.core.records import Record
from letapis.desk import people
from letapis.desk.opening import Desk
from letapis.desk.projections import Group
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


def in_force(desk: Desk) -> dict[bytes, tuple[bytes, bytes, tuple[str, ...]]]:
    """Restrictions in force: id -> dossier, party and scopes. Of versions side by side one that restricts holds, and only custodians lift."""
    rows = desk.store.rows("SELECT item, dossier, about, heads FROM db_item WHERE type = %s", (RESTRICTED,))
    if not rows:
        return {}
    refs = [ref for row in rows for ref in ids_in(row[3], 32)]
    records, directory = {ref: one.record for ref, one in opened_by_ref(desk, refs).items()}, people.directory(desk)
    found = {}
    for item, dossier, party, heads in rows:
        versions = [records[ref] for ref in ids_in(heads, 32) if ref in records]
        authors = [directory.members.get(directory.member_of(one.header.device) or b"") for one in versions]
        lifted = all(one.text("state") == LIFTED and who is not None and who.custodian for one, who in zip(versions, authors, strict=True))
        if not lifted:
            scopes = min((_scopes(one) for one in versions if one.text("state") != LIFTED), key=len, default=())
            found[bytes(item)] = (bytes(dossier), bytes(party), scopes)
    return found


def _scopes(version: Record) -> tuple[str, ...]:
    """What it restricts, empty for everything. A restriction is made once and then lifted: a later version that would narrow it, whoever wrote
    it, lifts nothing and restricts everything."""
    return () if version.refs("after") else version.texts("scopes")


def kept_out(desk: Desk, idents: Iterable[bytes]) -> frozenset[bytes]:
    """Those of these ids that are out of sight: a list that was made before does not say what they were called."""
    return frozenset(bytes(row[0]) for row in desk.store.rows_in("SELECT ident FROM db_withheld WHERE ident IN ({marks})", list(idents)))


def covered(desk: Desk, dossier: bytes) -> list[tuple[bytes, tuple[str, ...]]]:
    """Parties and scopes that are restricted in a dossier now."""
    return [(party, scopes) for home, party, scopes in in_force(desk).values() if home == dossier]


def forget(desk: Desk) -> None:
    """Before all tables are filled anew."""
    desk.store.run("DELETE FROM db_withheld")


def withhold(desk: Desk) -> set[Group]:
    """Take out of the tables what is restricted. Inside a transaction. The groups of claims that weigh otherwise now."""
    whole = [(dossier, party) for dossier, party, scopes in in_force(desk).values() if not scopes]
    if not whole:
        return set()
    dossiers = sorted({dossier for dossier, _ in whole})
    known = {bytes(row[0]) for row in desk.store.rows("SELECT ident FROM db_withheld")}
    named = {party for _, party in whole} | known
    touched: set[Group] = set()
    found = _reach(desk, dossiers, named, touched)
    _drop_rest(desk, dossiers, named | found, {party for _, party in whole})
    desk.store.run_many("INSERT INTO db_withheld (ident) VALUES (%s)", [(ident,) for ident in sorted(found - known)])
    return touched


def _reach(desk: Desk, dossiers: Sequence[bytes], named: set[bytes], touched: set[Group]) -> set[bytes]:
    """Ids and references of notes, items of evidence, passages and claims that go, which are deleted; ``named`` is where it begins."""
    tables = {}
    for table, (ident, ref, columns) in _ROWS.items():
        more = ", dossier, subject, property" if table == "db_claim" else ""
        tables[table] = desk.store.rows_in(f"SELECT {ident}, {ref}, {', '.join(columns)}{more} FROM {table} WHERE dossier IN ({{marks}})", dossiers)
    found: set[bytes] = set()
    growing = True
    while growing:
        growing = False
        for table, (_, ref, columns) in _ROWS.items():
            width = 2 + len(columns)
            going = [row for row in tables[table] if any(bytes(value) in named or bytes(value) in found for value in row[2:width] if value)]
            if going:
                growing = True
                found |= {bytes(part) for row in going for part in row[:2]}
                desk.store.run_many(f"DELETE FROM {table} WHERE {ref} = %s", [(bytes(row[1]),) for row in going])
                touched |= {(bytes(row[-3]), bytes(row[-2]), str(row[-1])) for row in going} if table == "db_claim" else set()
                gone = {bytes(row[1]) for row in going}
                tables[table] = [row for row in tables[table] if bytes(row[1]) not in gone]
    return found


def _drop_rest(desk: Desk, dossiers: Sequence[bytes], gone: set[bytes], parties: set[bytes]) -> None:
    """Items on it, decisions and custody of it, drafts that quote it, and what finds it."""
    while items := _items(desk, dossiers, gone):
        gone |= set(items)
        for table in ("db_item", "db_itemversion"):
            desk.store.run_many(f"DELETE FROM {table} WHERE item = %s", [(item,) for item in items])
    desk.store.run_many("DELETE FROM db_ruling WHERE target = %s", [(ref,) for ref in sorted(gone) if len(ref) == 32])
    desk.store.run_many("DELETE FROM db_custodyentry WHERE object = %s", [(ident,) for ident in sorted(gone) if len(ident) == 16])
    drafts = desk.store.rows_in("SELECT ref, document FROM db_brief WHERE dossier IN ({marks})", dossiers)
    desk.store.run_many("DELETE FROM db_brief WHERE ref = %s", [(bytes(ref),) for ref, said in drafts if _quotes(said, gone)])
    search.remove(desk.store, dossiers, gone | parties)


def _items(desk: Desk, dossiers: Iterable[bytes], gone: set[bytes]) -> list[bytes]:
    rows = desk.store.rows_in("SELECT item, type, parent, about FROM db_item WHERE dossier IN ({marks})", list(dossiers))
    return [bytes(row[0]) for row in rows if row[1] not in _STAYS and any(bytes(value) in gone for value in (row[0], row[2], row[3]) if value)]


def _quotes(document: str, gone: set[bytes]) -> bool:
    try:
        return any(ref in gone for ref in refs_in(from_json(document.encode("utf-8"))))
    except LetapisError:
        return False
