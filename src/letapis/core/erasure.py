"""What goes when something is taken back: reached from what was named, along what was said about it, cut from it and made of it.

The answer is a function of the records alone, so that two members who hold the same records see the same list. What others rest on (the
directory, keys, dossiers, what was sent, the orders themselves) is never reached: an order that names such a record does nothing to it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.brief import refs_in
from letapis.core.briefjson import from_json
from letapis.core.errors import LetapisError
from letapis.core.membership import ORDER
from letapis.core.records import SCHEMAS, Record

GROUNDS: Final = ("withdrawal", "article_17", "expiry", "error", "safety")
KEEP_GROUNDS: Final = ("archiving", "legal_claims")
"""GDPR art. 17(3)(d) and (e)."""
FOLLOWED: Final = "shredding"
RESTRICTED: Final = "restricted"
REQUEST: Final = "erasure"
RECALL: Final = "recall"
ASKED: Final = "asked"
KEPT: Final = "kept"
CARD_LINK: Final = "card_link"
DROPPED: Final = "dropped"
ON: Final = "on"
LIFTED: Final = "lifted"
PART: Final = 400
"""Commitments, and names of objects, in one order: a record has at most 1,024 fields."""

PROTECTED: Final = frozenset(
    {"organisation", "member", "device", "removal", "compartment", "grant", "dossier", "seen", ORDER, FOLLOWED, RECALL}
    | {"submission", "bundle", "package", "package_part", "gate_word", "filing_step", "reply", "reply_line", "advocacy", "print", "public_recall"}
)
_OF_SOURCES: Final = frozenset({"identity", "identity_request", "identity_share"})
_IDS: Final = (
    *("source", "subject", "party", "entity", "note", "evidence", "object", "derived_from", "original"),
    *("about", "interview", "sheet", "targets", "import", "beside"),
)
_REFS: Final = ("passage", "request", "replaces", "claims", "version")
OWN: Final[Mapping[str, str]] = {"source": "source", "entity": "entity", "note": "note", "evidence": "object"}
"""By type the field that holds the id of what a record is a version of; working items have theirs besides."""


@dataclass(frozen=True, slots=True)
class Order:
    """One part of an order to shred: commitments and names of sealed objects, with who stands behind it and how many are needed.

    ``behind``: keepers whose word counts; ``members``: everybody who stands behind it. ``in_force`` as the directory says."""

    ref: bytes
    order: bytes
    part: int
    parts: int
    ground: str
    commitments: tuple[bytes, ...]
    blobs: tuple[str, ...]
    recorded: str
    author: bytes
    behind: tuple[bytes, ...]
    members: tuple[bytes, ...]
    needed: int
    in_force: bool


def type_may_go(kind: str) -> bool:
    """Whether records of a type can be taken away: what belongs to a dossier, and sealed identities; nothing of the organisation's own."""
    schema = SCHEMAS.get(kind, ())
    return kind not in PROTECTED and (kind in _OF_SOURCES or any(spec.name == "dossier" for spec in schema))


def may_go(record: Record) -> bool:
    """Whether an order can take this record away. What this version does not know is kept: it cannot tell what rests on it."""
    bears_others = record.type == "decision" and record.text("kind") in ("endorse", "reconfirm")
    return record.known and type_may_go(record.type) and not bears_others


def reached(records: Iterable[Record], seeds: Collection[bytes], own: Mapping[str, str]) -> frozenset[bytes]:
    """References of the records that go with these ids. ``own``: ``OWN`` with the types of
    working items.

    With a draft that goes, the files go that were kept as sent: that something left, and to whom, stays.
    """
    known = list(records)
    waiting, sent = [record for record in known if may_go(record)], [record for record in known if record.type == "submission"]
    ids, refs = set(seeds), set[bytes]()
    while True:
        ids.update(item for record in sent if record.raw("brief") in refs for item in record.refs("objects"))
        found = [record for record in waiting if _goes(record, ids, refs, own)]
        if not found:
            return frozenset(refs)
        for record in found:
            refs.add(record.ref)
            refs.update(record.refs("replaces") or ((record.raw("replaces"),) if record.raw("replaces") else ()))
            if record.type == CARD_LINK:  # what stands in public of it says the same
                refs.add(record.raw("version"))
            ident = record.raw(own[record.type]) if record.type in own else b""
            if ident:
                ids.add(ident)
        taken = {record.ref for record in found}
        waiting = [record for record in waiting if record.ref not in taken]


def _goes(record: Record, ids: Collection[bytes], refs: Collection[bytes], own: Mapping[str, str]) -> bool:
    if record.ref in refs or record.header.id in ids or (record.type in own and record.raw(own[record.type]) in ids):
        return True
    if record.type == "decision":
        targets = record.refs("targets")
        return (bool(targets) and all(target in refs for target in targets)) or any(party in ids for party in record.refs("parties"))
    if record.type == "brief":
        return any(ref in refs for ref in quoted(record))
    return any(value in ids for value in _values(record, _IDS)) or any(value in refs for value in _values(record, _REFS))


def _values(record: Record, fields: Iterable[str]) -> Iterable[bytes]:
    for name in fields:
        value = record.body.get(name)
        if isinstance(value, bytes):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, bytes))


def quoted(record: Record) -> frozenset[bytes]:
    """References of the claims that a draft of a document quotes; none for one that cannot be read."""
    try:
        return frozenset(refs_in(from_json(record.text("document").encode("utf-8"))))
    except LetapisError:
        return frozenset()


def parts(commitments: Sequence[bytes], blobs: Sequence[str]) -> list[tuple[tuple[bytes, ...], tuple[str, ...]]]:
    """What one order names, in parts that fit a record. At least one."""
    count = max(1, -(-len(commitments) // PART), -(-len(blobs) // PART))
    return [(tuple(commitments[i * PART : (i + 1) * PART]), tuple(blobs[i * PART : (i + 1) * PART])) for i in range(count)]


def promise_prevails(kind: str) -> bool:
    """What was promised to a person who told us outweighs the archive's reasons to keep: there only erasing can be decided.

    ``kind`` of a source; documents, lists and media were promised nothing."""
    return kind == "person"
