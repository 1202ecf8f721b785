"""Records that say something of what stands elsewhere: a dossier that their compartment is none of, or a record of another place.

They are kept as evidence and laid out nowhere. A dossier says itself which compartments are its own, and what it says may come after
what stands in them: until then a compartment's own word holds. Which records are left out is the same at every desk that holds the same.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from letapis.core.places import APART, CORE, INSIDE, RECONFIRM, may_stand
from letapis.core.records import Record
from letapis.desk.opening import Desk
from letapis.desk.vault import opened_by_ref
from letapis.engines.db.models import Record as Row

OTHER: Final = "ledger.other_compartment"
TWICE: Final = "ledger.begun_twice"
_ITSELF: Final = frozenset({"compartment", "grant", "dossier"})
"""Types that ``desk.projections`` judges by themselves."""
_LEFT_OUT: Final = "left_out"
Home = Mapping[bytes, str]
"""The compartments that a dossier names, each with its class."""
_AIMED: Final = (
    "SELECT g.id, g.kind, d.compartment, t.compartment FROM db_ruling g JOIN db_record d ON d.id = g.record_id "
    "JOIN db_record t ON t.ref = g.target WHERE "
)


def misplaced(desk: Desk, records: Sequence[Record]) -> set[bytes]:
    """References of those of these records that name a dossier and stand where nobody can speak of it."""
    asked = [record for record in records if record.type not in _ITSELF and record.raw("dossier")]
    if not asked:
        return set()
    homes = _homes(desk, {record.raw("dossier") for record in asked})
    for record in records:
        if record.type == "dossier" and record.header.compartment == record.raw("work"):
            homes.setdefault(record.raw("dossier"), _home(record.raw("work"), record.raw("raw"), record.raw("pub")))
    said = _said(desk, {record.header.compartment for record in asked})
    for record in records:
        if record.type == "compartment" and record.header.compartment == record.raw("compartment"):
            said.setdefault(record.raw("compartment"), (record.text("class"), record.raw("dossier")))
    return {record.ref for record in asked if not may_stand(record.type, _class_of(record, homes, said), record.text("kind"))}


def _class_of(record: Record, homes: Mapping[bytes, Home], said: Mapping[bytes, tuple[str, bytes]]) -> str:
    dossier, compartment = record.raw("dossier"), record.header.compartment
    home = homes.get(dossier)
    if home is not None and compartment in home:
        return home[compartment]
    klass, of = said.get(compartment, ("", b""))
    return klass if of == dossier and (home is None or klass in APART) else ""


def _home(*compartments: bytes) -> Home:
    return dict(zip(compartments, CORE, strict=True))


def _homes(desk: Desk, dossiers: Collection[bytes]) -> dict[bytes, Home]:
    rows = desk.store.rows_in("SELECT dossier, work, raw, pub FROM db_dossier WHERE dossier IN ({marks})", list(dossiers))
    return {bytes(row[0]): _home(*(bytes(part) for part in row[1:])) for row in rows}


def _said(desk: Desk, compartments: Collection[bytes]) -> dict[bytes, tuple[str, bytes]]:
    """What compartments say of themselves: class and dossier."""
    rows = desk.store.rows_in("SELECT compartment, klass, dossier FROM db_compartment WHERE compartment IN ({marks})", list(compartments))
    return {bytes(row[0]): (str(row[1]), bytes(row[2])) for row in rows}


def judged_otherwise(desk: Desk, records: Sequence[Record]) -> bool:
    """These records say for the first time which compartments a dossier has, or what a compartment is, and some of it was laid out or left out
    by another word, or for want of exactly this one. Said once more, it changes nothing, and nothing is looked for."""
    fresh = {r.raw("dossier"): _home(r.raw("work"), r.raw("raw"), r.raw("pub")) for r in records if r.type == "dossier"}
    for known in _homes(desk, fresh) if fresh else ():
        del fresh[known]
    words = {r.header.compartment: r.raw("dossier") for r in records if r.type == "compartment"}
    for known in _said(desk, words) if words else ():
        del words[known]
    if not fresh and not words:
        return False
    wanted = {*words.items(), *((place, dossier) for dossier, home in fresh.items() for place in home)}
    return _left_out(desk, wanted) or (bool(fresh) and _by_another_word(desk, fresh))


def _by_another_word(desk: Desk, fresh: Mapping[bytes, Home]) -> bool:
    """Something stands in a compartment that said it is of one of these dossiers, and is not what the dossier says. One that said it is of
    another dossier was no part of this one before: what it held of it was left out."""
    rows = desk.store.rows_in("SELECT compartment, klass, dossier FROM db_compartment WHERE dossier IN ({marks})", list(fresh))
    told = [(bytes(place), str(klass), fresh[bytes(dossier)].get(bytes(place))) for place, klass, dossier in rows]
    strange = [place for place, klass, own in told if own != klass and (own or klass not in APART)]
    query = "SELECT 1 FROM db_record WHERE type NOT IN ('compartment', 'grant', 'dossier') AND compartment IN ({marks})"
    return bool(desk.store.rows_in(query, strange))


def _left_out(desk: Desk, wanted: Collection[tuple[bytes, bytes]]) -> bool:
    """Something that names one of these dossiers in the compartment beside it was left out. Of which dossier that is, is read once of each."""
    query = "SELECT ref FROM db_record WHERE state = %s AND fault = %s AND compartment IN ({marks})"
    rows = desk.store.rows_in(query, list({place for place, _ in wanted}), (Row.OK, OTHER))
    known: dict[bytes, tuple[bytes, bytes]] = desk.kept.setdefault(_LEFT_OUT, {})
    for opened in opened_by_ref(desk, [ref for row in rows if (ref := bytes(row[0])) not in known]).values():
        known[opened.record.ref] = opened.record.header.compartment, opened.record.raw("dossier")
    return any(known[bytes(row[0])] in wanted for row in rows)


def tell(desk: Desk, rows: Iterable[int], fault: str = OTHER) -> None:
    """Note at records that they say something of what stands elsewhere; whoever exchanges is told of it."""
    desk.store.run_many("UPDATE db_record SET fault = %s WHERE id = %s AND fault = ''", [(fault, row) for row in rows])


def forget_told(desk: Desk) -> None:
    """Before all of it is judged anew."""
    desk.store.run("UPDATE db_record SET fault = '' WHERE fault IN (%s, %s) AND state = %s", (OTHER, TWICE, Row.OK))


# ---- decisions -------------------------------------------------------------------------------------------------------


def drop_aimed(desk: Desk, rows: Collection[int] = (), targets: Collection[bytes] = ()) -> None:
    """Take out decisions (by their rows, or by what they are on) on a record of another place: of another dossier, of another compartment that is
    of none, or said in a compartment of the dossier whose holders hold only that part. Whoever knows a reference would else decide on what they
    do not hold."""
    found = desk.store.rows_in(f"{_AIMED} g.record_id IN ({{marks}})", list(rows)) if rows else []
    found += desk.store.rows_in(f"{_AIMED} g.target IN ({{marks}})", list(targets)) if targets else []
    if not found:
        return
    said = _said(desk, {bytes(part) for row in found for part in row[2:]})
    homes = _homes(desk, {dossier for _, dossier in said.values() if dossier})
    gone = {int(row[0]) for row in found if _is_elsewhere(str(row[1]), bytes(row[2]), bytes(row[3]), said, homes)}
    desk.store.run_many("DELETE FROM db_ruling WHERE id = %s", [(ident,) for ident in sorted(gone)])


def _is_elsewhere(deed: str, compartment: bytes, target: bytes, said: Mapping[bytes, tuple[str, bytes]], homes: Mapping[bytes, Home]) -> bool:
    """What a compartment says of itself is held against the dossier, where that is known here: anybody can make one that says it is of it."""
    if compartment == target:
        return False
    klass, dossier = said.get(compartment, ("", b""))
    if dossier in homes and homes[dossier].get(compartment) != klass:
        return True
    return deed == RECONFIRM or not dossier or klass not in INSIDE or said.get(target, ("", b""))[1] != dossier


# ---- answers and custody ---------------------------------------------------------------------------------------------


_ANSWERS: Final = (
    "SELECT c.ref FROM db_consent c WHERE {which} AND c.dossier <> coalesce((SELECT e.dossier FROM db_entity e WHERE e.entity = c.party), "
    "(SELECT s.dossier FROM db_source s WHERE s.source = c.party), c.dossier)"
)
_CUSTODY: Final = (
    "SELECT c.ref FROM db_custodyentry c JOIN db_record r ON r.ref = c.ref JOIN db_evidence e ON e.object = c.object "
    "WHERE {which} AND r.compartment <> e.compartment"
)
_THINGS: Final = {"entity": "entity", "source": "source", "evidence": "object"}


def drop_foreign(desk: Desk, records: Sequence[Record]) -> None:
    """After these records were laid out: take out answers about a party of another dossier, and steps of custody of an item that stands in
    another compartment, whether what they are about came before them or comes now."""
    refs = [r.ref for r in records if r.type in ("consent", "custody")]
    named = [r.raw(_THINGS[r.type]) for r in records if r.type in _THINGS and r.header.device != desk.device]
    for table, query, thing in (("db_consent", _ANSWERS, "c.party"), ("db_custodyentry", _CUSTODY, "c.object")):
        found = desk.store.rows_in(query.format(which="c.ref IN ({marks})"), refs) if refs else []
        found += desk.store.rows_in(query.format(which=f"{thing} IN ({{marks}})"), named) if named else []
        desk.store.run_many(f"DELETE FROM {table} WHERE ref = %s", [(bytes(row[0]),) for row in found])
