"""What the claims touched by new records are worth now.

Claims on one subject and property are weighed together by ``core.standing`` and ``core.corroboration``; here is only which of
them are touched, what the core needs to know about them, and where the answer is written. The cost follows what is touched,
never the size of the workspace.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.corroboration import Independence, Source
from letapis.core.fold import is_singly, kind_of, klass_of
from letapis.core.groups import authentic_items, distinct_pairs
from letapis.core.groups import refold as weigh_groups
from letapis.core.standing import Level, Live, Ruling, Said, Standing, grounded, live_rulings
from letapis.core.vocabulary import LIST_SEPARATOR, Vocabulary, canonical_value, value_of_fields
from letapis.desk.opening import Desk
from letapis.desk.projections import Group, Placed
from letapis.engines.db.store import Store

_PART: Final = 250  # groups in one question to the database
_CLAIM: Final = (
    "id, ref, author, subject, property, value, source, basis, evidence, passage, valid_from, valid_to, replaces, counts, lost, partial, "
    "value_type, dossier, level, checks, independent, contested, replaced"
)
_CLAIMS_BY_REF: Final = "SELECT c.dossier, c.subject, c.property FROM db_record r JOIN db_claim c ON c.id = r.id WHERE r.ref IN ({marks})"
_CLAIMS_ON_EVIDENCE: Final = "SELECT dossier, subject, property FROM db_claim WHERE dossier = %s AND evidence = %s"
_RULING: Final = (
    "ref, kind, target, member, recorded, counts, reason, lost, holds, parties, "
    "CASE WHEN kind = 'check' THEN (SELECT count(*) FROM db_ruling named WHERE named.ref = db_ruling.ref) ELSE 1 END"
)
_MAX_DEPTH: Final = 6  # claim <- dispute <- overruling <- withdrawal, and room for what somebody may yet think of
"""How far a decision on a decision on a decision is followed."""


Worth = tuple[int, int, int, bool, bool]
"""Level, number of checks, independent sources, contested, replaced: the columns that are written here."""

_UNREAD: Final[Worth] = (int(Level.UNCOUNTED), 0, 0, False, False)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A claim as the fold needs it (None when this version cannot read its property or value), with its row and what the row says now."""

    row: int
    said: Said | None
    ref: bytes
    dossier: bytes
    worth: Worth


# ---- what is touched -------------------------------------------------------------------------------------------------


def touched_by(desk: Desk, placed: Sequence[Placed]) -> set[Group]:
    """Groups of claims whose worth may change with these records."""
    touched: set[Group] = set()
    targets: set[bytes] = set()
    sources: set[bytes] = set()
    for one in placed:
        r = one.record
        if r.type == "claim":
            touched.add((r.raw("dossier"), r.raw("subject"), r.text("property")))
        elif r.type == "decision":
            targets.update(r.refs("targets"))
            sources.update(r.refs("parties") if r.text("kind") in ("distinct", "same") else ())
        elif r.type == "source":
            sources.add(r.raw("source"))
        elif r.type == "assertion":
            touched |= _groups(desk.store.rows(_CLAIMS_ON_EVIDENCE, (r.raw("dossier"), r.raw("about"))))
    return touched | _of_targets(desk.store, targets) | _of_sources(desk.store, sources)


def _of_targets(store: Store, targets: set[bytes]) -> set[Group]:
    """Groups of the claims that decisions end in, also by way of decisions, evidence and comparisons."""
    touched: set[Group] = set()
    waiting, seen = targets, set(targets)
    for _ in range(_MAX_DEPTH):
        if not waiting:
            break
        touched |= _groups(store.rows_in(_CLAIMS_BY_REF, waiting))
        # Asked in two steps: joined, SQLite begins with every claim of the workspace, and most decisions are about no evidence.
        for dossier, item in store.rows_in("SELECT dossier, object FROM db_evidence WHERE ref IN ({marks})", waiting):
            touched |= _groups(store.rows(_CLAIMS_ON_EVIDENCE, (dossier, item)))
        rulings = store.rows_in("SELECT target, kind, parties FROM db_ruling WHERE ref IN ({marks})", waiting)
        touched |= _of_sources(store, {part for _, kind, parties in rulings if kind in ("distinct", "same") for part in ids_in(parties)})
        waiting = {bytes(target) for target, _, _ in rulings if target} - seen
        seen |= waiting
    return touched


def _of_sources(store: Store, sources: set[bytes]) -> set[Group]:
    """Groups of the claims of these sources and of every source that rests on one of them."""
    if not sources:
        return set()
    homes = {bytes(row[0]) for row in store.rows_in("SELECT dossier FROM db_source WHERE source IN ({marks})", sources)}
    query = "SELECT source, upstream FROM db_source WHERE upstream <> %s AND dossier IN ({marks})"
    upstream = {bytes(s): ids_in(up) for s, up in store.rows_in(query, homes, (b"",))}
    resting = set(sources)
    while more := {s for s, ups in upstream.items() if s not in resting and not resting.isdisjoint(ups)}:
        resting |= more
    return _groups(store.rows_in("SELECT DISTINCT dossier, subject, property FROM db_claim WHERE source IN ({marks})", resting))


def _groups(rows: Iterable[Sequence[Any]]) -> set[Group]:
    return {(bytes(dossier), bytes(subject), str(prop)) for dossier, subject, prop in rows}


def ids_in(joined: object, size: int = 16) -> tuple[bytes, ...]:
    """Ids that are stored one after the other."""
    raw = bytes(joined)  # type: ignore[call-overload]  # a column of bytes, or the memoryview of one
    return tuple(raw[i : i + size] for i in range(0, len(raw), size))


# ---- weighing --------------------------------------------------------------------------------------------------------


def refold(desk: Desk, groups: Iterable[Group]) -> None:
    """Weigh these groups of claims and write down what changed."""
    by_dossier: dict[bytes, list[Group]] = {}
    for group in sorted(groups):
        by_dossier.setdefault(group[0], []).append(group)
    for ordered in by_dossier.values():
        for start in range(0, len(ordered), _PART):
            _weigh(desk, ordered[start : start + _PART])


def refold_all(desk: Desk) -> None:
    """Weigh every group of claims, dossier by dossier."""
    query = "SELECT DISTINCT dossier, subject, property FROM db_claim WHERE dossier = %s"
    for (dossier,) in desk.store.rows("SELECT DISTINCT dossier FROM db_claim"):
        refold(desk, _groups(desk.store.rows(query, (bytes(dossier),))))


def standings(desk: Desk, group: Group) -> Mapping[bytes, tuple[Standing, bool]]:
    """Standing of every readable claim of one group, with its reasons, and whether it is contested; nothing is written."""
    return _weighed(desk, _stored(desk.store, [group], desk.catalogue.vocabulary), group[0])


def _weighed(desk: Desk, stored: Sequence[_Stored], dossier: bytes) -> Mapping[bytes, tuple[Standing, bool]]:
    vocabulary = desk.catalogue.vocabulary
    hollow = hollow_evidence(desk, {claim.said.evidence for claim in stored if claim.said is not None})
    said = [grounded(claim.said, hollow) for claim in stored if claim.said is not None]
    live, items = _around(desk.store, said, dossier)
    independence = Independence(_sources(desk.store, {one.source for one in said}), distinct_pairs(live))
    return weigh_groups(said, live, independence, authentic_items(live, items), klass_of(vocabulary), kind_of(vocabulary))


def hollow_evidence(desk: Desk, items: set[bytes]) -> frozenset[bytes]:
    """Those of these items of evidence whose capture does not hold what was seen (``core.assertion``)."""
    elsewhere = "SELECT 1 FROM db_evidence e WHERE e.object = i.about AND e.dossier <> i.dossier"
    query = f"SELECT about FROM db_item i WHERE type = 'assertion' AND state = 'hollow' AND NOT EXISTS ({elsewhere}) AND about IN ({{marks}})"
    return frozenset(bytes(row[0]) for row in desk.store.rows_in(query, items - {b""}))


def _weigh(desk: Desk, groups: Sequence[Group]) -> None:
    """Weigh groups of one dossier."""
    stored = _stored(desk.store, groups, desk.catalogue.vocabulary)
    weighed = _weighed(desk, stored, groups[0][0])
    changes = []
    for claim in stored:
        worth = _UNREAD
        if claim.said is not None:
            standing, contested = weighed[claim.ref]
            worth = (int(standing.level), len(standing.checkers), standing.independent, contested, bool(standing.replaced_by))
        if worth != claim.worth:
            changes.append((*worth, claim.row))
    desk.store.run_many("UPDATE db_claim SET level = %s, checks = %s, independent = %s, contested = %s, replaced = %s WHERE id = %s", changes)


def _stored(store: Store, groups: Sequence[Group], vocabulary: Vocabulary) -> list[_Stored]:
    marks = ",".join(["(%s,%s,%s)"] * len(groups))
    query = f"SELECT {_CLAIM} FROM db_claim WHERE (dossier, subject, property) IN (VALUES {marks}) ORDER BY id"
    return [_claim(row, vocabulary) for row in store.rows(query, [part for group in groups for part in group])]


def _claim(row: Sequence[Any], vocabulary: Vocabulary) -> _Stored:
    ident, ref, author, subject, prop, value, source, basis, evidence, passage, valid_from, valid_to, replaces, *flags = row
    counts, lost, partial, value_type, dossier, level, checks, independent, contested, replaced = flags
    readable = _readable(vocabulary, prop, value, value_type)
    said = None
    if readable is not None:
        ids = (bytes(source), basis, bytes(evidence), bytes(passage), valid_from, valid_to, bytes(replaces))
        flagged = (bool(counts), bool(lost), bool(partial), is_singly(vocabulary, prop))
        said = Said(bytes(ref), bytes(author), bytes(subject), prop, readable, *ids, *flagged)
    return _Stored(ident, said, bytes(ref), bytes(dossier), (level, checks, independent, bool(contested), bool(replaced)))


def _readable(vocabulary: Vocabulary, prop: str, value: str, value_type: str) -> str | None:
    """The canonical value if it is one that the property may have, as ``core.fold.said_of`` decides it from the record."""
    fact = vocabulary.facts.get(prop)
    if fact is None:
        return None
    body: dict[str, object] = {"value." + value_type: value}
    if value_type == "bool":
        body = {"value.bool": value == "true"}
    elif value_type == "list":
        body = {"value.listed": True, "value.list": tuple(value.split(LIST_SEPARATOR)) if value else ()}
    typed = value_of_fields(fact, body)
    return None if typed is None else canonical_value(typed)


def _around(store: Store, said: Sequence[Said], dossier: bytes) -> tuple[Live, dict[bytes, tuple[bytes, bytes]]]:
    """The live rulings that bear on these claims of a dossier, and what a ruling may find authentic: by reference, its id and author."""
    objects = {one.evidence for one in said if one.basis == "document" and one.evidence}
    rows = store.rows_in("SELECT ref, object, author FROM db_evidence WHERE object IN ({marks})", objects)
    documents = {bytes(ref): (bytes(item), bytes(author)) for ref, item, author in rows}
    direct = _rulings(store, f"SELECT {_RULING} FROM db_ruling WHERE target IN ({{marks}})", {one.ref for one in said} | set(documents))
    if len({one.source for one in said}) > 1:
        compared = f"SELECT {_RULING} FROM db_ruling WHERE dossier = %s AND kind IN ({{marks}})"
        direct += _rulings(store, compared, ("distinct", "same"), (dossier,))
    live = live_rulings(_with_rulings_on(store, direct))
    return live, documents | {one.ref: (one.ref, one.author) for one in said}


def _rulings(store: Store, query: str, values: Iterable[object], before: Sequence[object] = ()) -> list[Ruling]:
    return [
        Ruling(
            bytes(ref),
            kind,
            bytes(target),
            bytes(member),
            (recorded, bytes(ref)),
            bool(counts),
            bool(reason.strip()),
            bool(lost),
            bool(holds),
            ids_in(parties),
            named == 1,
        )
        for ref, kind, target, member, recorded, counts, reason, lost, holds, parties, named in store.rows_in(query, values, before)
    ]


def reconfirmed(desk: Desk, authors: Mapping[bytes, bytes]) -> set[bytes]:
    """Those of these records (with their authors) that somebody else called back."""
    direct = _rulings(desk.store, f"SELECT {_RULING} FROM db_ruling WHERE target IN ({{marks}})", authors)
    live = live_rulings(_with_rulings_on(desk.store, direct))
    return {ref for ref, author in authors.items() if any(r.kind == "reconfirm" and r.member != author for r in live.get(ref, ()))}


def live_of_kind(desk: Desk, dossier: bytes, kind: str) -> dict[bytes, bytes]:
    """Decisions of one kind in a dossier that count and were not taken back, with the member who made each."""
    query = f"SELECT {_RULING} FROM db_ruling WHERE dossier = %s AND kind IN ({{marks}})"
    live = live_rulings(_with_rulings_on(desk.store, _rulings(desk.store, query, (kind,), (dossier,))))
    return {ruling.ref: ruling.member for rulings in live.values() for ruling in rulings if ruling.kind == kind}


def is_authentic(desk: Desk, ref: bytes, author: bytes) -> bool:
    """The record of a document counts as authentic: somebody other than its author said so, and nobody the contrary."""
    direct = _rulings(desk.store, f"SELECT {_RULING} FROM db_ruling WHERE target IN ({{marks}})", (ref,))
    return bool(authentic_items(live_rulings(_with_rulings_on(desk.store, direct)), {ref: (ref, author)}))


def _with_rulings_on(store: Store, direct: Sequence[Ruling]) -> list[Ruling]:
    """These rulings and all rulings on them."""
    found = {(ruling.ref, ruling.target): ruling for ruling in direct}
    waiting = {ruling.ref for ruling in direct}
    for _ in range(_MAX_DEPTH):
        more = _rulings(store, f"SELECT {_RULING} FROM db_ruling WHERE target IN ({{marks}})", waiting)
        fresh = {(ruling.ref, ruling.target): ruling for ruling in more if (ruling.ref, ruling.target) not in found}
        found |= fresh
        waiting = {ref for ref, _ in fresh}
    return list(found.values())


def _sources(store: Store, wanted: Iterable[bytes]) -> dict[bytes, Source]:
    """These sources and everything they rest on."""
    known: dict[bytes, Source] = {}
    waiting = set(wanted)
    while waiting:
        rows = store.rows_in("SELECT source, kind, grade, upstream, circle FROM db_source WHERE source IN ({marks})", waiting)
        fresh = {bytes(source): Source(bytes(source), kind, grade, ids_in(upstream), circle) for source, kind, grade, upstream, circle in rows}
        known |= fresh
        waiting = {up for source in fresh.values() for up in source.upstream} - set(known)
    return known
