"""A dossier as it follows from records: what there is, what was said, what each claim is worth, what contradicts what.

The fold takes a set: order and repetition of records change nothing, and the fold of a union is the fold of its parts in any order of
arrival. A record that the directory gives no weight changes nothing either; it is kept, and its claim is shown as uncounted.

Where several records describe one thing (a source judged anew, an answer about consent), the latest decides: by recorded time,
then position in the device's log, then reference.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from letapis.core.assertion import hollow_items
from letapis.core.corroboration import Independence, Source
from letapis.core.groups import authentic_items, distinct_pairs, refold
from letapis.core.membership import Directory, Weight
from letapis.core.records import Record
from letapis.core.standing import Live, Ruling, Said, Standing, grounded, live_rulings
from letapis.core.vocabulary import Vocabulary, canonical_value, value_of_fields

__all__ = ["ClaimState", "DossierState", "fold", "is_singly", "kind_of", "klass_of", "rulings_of", "said_of", "source_of"]

# The body field under which later records of a type replace earlier ones, and the part of the state that holds them.
_LATEST: Final = {"dossier": "dossier", "entity": "entity", "source": "source", "note": "note", "evidence": "object", "brief": "brief"}


class ClaimState(NamedTuple):
    """A claim with what it is worth."""

    record: Record
    said: Said
    standing: Standing
    contested: bool


@dataclass(frozen=True)
class DossierState:
    """The answer of the fold. Things are found by their 16-byte id, claims and submissions by the ref of their record.

    ``unread``: records of a type, version or property that this version does not know; they count for nothing.
    """

    dossiers: Mapping[bytes, Record]
    entities: Mapping[bytes, Record]
    sources: Mapping[bytes, Source]
    notes: Mapping[bytes, Record]
    evidence: Mapping[bytes, Record]
    briefs: Mapping[bytes, Record]
    claims: Mapping[bytes, ClaimState]
    contradictions: tuple[tuple[bytes, ...], ...]
    rulings: tuple[Ruling, ...]
    consents: Mapping[tuple[bytes, str, str], Record]  # by party, scope, recipient
    submissions: Mapping[bytes, Record]
    unread: tuple[bytes, ...]


def fold(records: Iterable[Record], directory: Directory, vocabulary: Vocabulary) -> DossierState:
    """State that follows from ``records`` under ``directory``. Records of several dossiers may come together; no claim crosses them."""
    known = sorted({r.ref: r for r in records}.values(), key=_age)
    claimed, decided, described, unread = _by_kind(known)
    rulings = [r for record in decided for r in rulings_of(record, directory)]
    live = live_rulings(rulings)
    counted = _counted(described, directory, live)
    latest = _latest(counted)
    sources = {key: source_of(record) for key, record in latest["source"].items()}
    read = [said_of(record, directory, vocabulary) for record in claimed]
    said = [one for one in read if one is not None]
    authentic = authentic_items(live, _judged(counted, (s for s in said if s.ref in live), directory))
    hollow = hollow_items(counted)
    standings = refold(
        [grounded(one, hollow) for one in said] if hollow else said,
        live,
        Independence(sources, distinct_pairs(live)),
        authentic,
        klass_of(vocabulary),
        kind_of(vocabulary),
    )
    states = {record.ref: ClaimState(record, one, *standings[record.ref]) for record, one in zip(claimed, read, strict=True) if one is not None}
    return DossierState(
        dossiers=latest["dossier"],
        entities=latest["entity"],
        sources=sources,
        notes=latest["note"],
        evidence=latest["evidence"],
        briefs=latest["brief"],
        claims=states,
        contradictions=_contradictions(states),
        rulings=tuple(rulings),
        consents=_consents(counted),
        submissions={r.ref: r for r in counted if r.type == "submission"},
        unread=tuple(sorted(unread + [record.ref for record, one in zip(claimed, read, strict=True) if one is None])),
    )


# ---- from records to what the rules need -----------------------------------------------------------------------------


def _weighed(record: Record, directory: Directory) -> tuple[bytes, bool, bool]:
    """Author, whether the record counts by itself, whether nothing can make it count."""
    head = record.header
    weight = directory.weight(head.device, head.seq)
    if weight is Weight.NEVER:
        return directory.member_of(head.device) or b"", False, True
    return directory.devices[head.device].member, weight is Weight.COUNTS, False


def said_of(record: Record, directory: Directory, vocabulary: Vocabulary) -> Said | None:
    """A claim record as standing needs it; None when its property or value is not one that this version knows."""
    body: Mapping[str, Any] = record.body  # the schema holds: a record is only read when every field has its kind
    get = body.get
    prop = get("property", "")
    fact = vocabulary.facts.get(prop)
    value = value_of_fields(fact, body) if fact is not None else None
    if value is None:
        return None
    member = directory.unbroken.get(record.header.device)
    author, counts, lost = (member, True, False) if member is not None else _weighed(record, directory)
    said = (
        record.ref,
        author,
        get("subject", b""),
        prop,
        "true" if value is True else value if type(value) is str else canonical_value(value),
        get("source", b""),
        get("basis", ""),
        get("evidence", b""),
        get("passage", b""),
        get("valid_from", ""),
        get("valid_to", ""),
        get("replaces", b""),
        counts,
        lost,
        get("value.partial", False),
        fact is not None and fact.check_singly,
    )
    return tuple.__new__(Said, said)  # thousands in one fold, and no call of a call for each


def rulings_of(record: Record, directory: Directory) -> list[Ruling]:
    """One ruling for each target of a decision; a decision about parties alone gives one with an empty target."""
    author, counts, lost = _weighed(record, directory)
    kind, order = record.text("kind"), (record.header.recorded, record.ref)
    reasoned = bool(record.text("reason").strip())
    holds, parties = record.body.get("holds") is not False, record.refs("parties")
    targets = record.refs("targets") or (b"",)
    alone = len(targets) == 1
    return [Ruling(record.ref, kind, target, author, order, counts, reasoned, lost, holds, parties, alone) for target in targets]


def source_of(record: Record) -> Source:
    """A source as corroboration needs it."""
    return Source(record.raw("source"), record.text("kind"), record.text("grade"), record.refs("upstream"), record.text("circle"))


def is_singly(vocabulary: Vocabulary, prop: str) -> bool:
    """A check confirms such a claim alone or not at all."""
    return prop in vocabulary.facts and vocabulary.facts[prop].check_singly


def klass_of(vocabulary: Vocabulary) -> Callable[[str], str]:
    """Corroboration class of a property, empty for an unknown one."""
    return cache(lambda prop: vocabulary.facts[prop].corroboration if prop in vocabulary.facts else "")


def kind_of(vocabulary: Vocabulary) -> Callable[[str], str]:
    """Type of a property's value, empty for an unknown one."""
    return cache(lambda prop: str(vocabulary.facts[prop].type) if prop in vocabulary.facts else "")


# ---- parts of the state ----------------------------------------------------------------------------------------------


def _age(record: Record) -> tuple[str, int, bytes]:
    """The one order of the fold; where a part of the state keeps the latest, it is the last in this order."""
    return (record.header.recorded, record.header.seq, record.ref)


def _by_kind(records: Iterable[Record]) -> tuple[list[Record], list[Record], list[Record], list[bytes]]:
    """Claims, decisions, all others, and the refs of records from the future."""
    claims: list[Record] = []
    decisions: list[Record] = []
    others: list[Record] = []
    unread: list[bytes] = []
    for record in records:
        if not record.known:
            unread.append(record.ref)
        elif record.header.type == "claim":
            claims.append(record)
        else:
            (decisions if record.header.type == "decision" else others).append(record)
    return claims, decisions, others, unread


def _counted(records: Iterable[Record], directory: Directory, live: Live) -> list[Record]:
    """Records that describe something and count by themselves or were reconfirmed by somebody else."""
    counted = []
    for record in records:
        author, counts, lost = _weighed(record, directory)
        again = not lost and any(r.kind == "reconfirm" and r.member != author for r in live.get(record.ref, ()))
        if author and (counts or again):
            counted.append(record)
    return counted


def _latest(counted: Iterable[Record]) -> dict[str, dict[bytes, Record]]:
    found: dict[str, dict[bytes, Record]] = {kind: {} for kind in _LATEST}
    for record in counted:
        if record.type in _LATEST:
            found[record.type][record.raw(_LATEST[record.type])] = record
    return {kind: dict(sorted(things.items())) for kind, things in found.items()}


def _consents(counted: Iterable[Record]) -> dict[tuple[bytes, str, str], Record]:
    found = {(r.raw("party"), r.text("scope"), r.text("recipient")): r for r in counted if r.type == "consent"}
    return dict(sorted(found.items()))


def _judged(counted: Iterable[Record], claims: Iterable[Said], directory: Directory) -> dict[bytes, tuple[bytes, bytes]]:
    """What an authentic decision may name: evidence by its record, and claims, with who recorded them."""
    items = {r.ref: (r.raw("object"), directory.member_of(r.header.device) or b"") for r in counted if r.type == "evidence"}
    return items | {said.ref: (said.ref, said.author) for said in claims}


def _contradictions(states: Mapping[bytes, ClaimState]) -> tuple[tuple[bytes, ...], ...]:
    """Contested claims, grouped by subject and property, to be shown side by side."""
    groups: dict[tuple[bytes, str], list[bytes]] = {}
    for ref, state in states.items():
        if state.contested:
            groups.setdefault((state.said.subject, state.said.property), []).append(ref)
    return tuple(tuple(refs) for _, refs in sorted(groups.items()))
