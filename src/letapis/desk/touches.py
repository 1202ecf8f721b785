"""Other records that touch an item of evidence, told in its custody by themselves: notes and information written from it, checks of these,
words on whether it is what it claims to be, and a recipient who says that it came.

The one place where this happens is the door in (``desk.ledger``): it asks here what follows from the records that it was given, so no deed
of the desk can forget it. Who does not hold the item's compartment writes nothing there, and could not have seen the item either.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from letapis.core.instants import instant
from letapis.core.records import Draft, Value
from letapis.desk.opening import Desk
from letapis.desk.vault import opened_by_ref
from letapis.engines.db import models

_MEANT: Final = frozenset({"note", "claim", "decision", "filing_step"})
_JUDGED: Final = frozenset({"check", "dispute", "authentic"})
_PASSAGES: Final = frozenset({"check", "dispute"})  # said passage by passage: of an item once a day
_RECEIVED: Final = "acknowledged"
Touch = tuple[bytes, str, str]
"""The item, the event and its outcome."""


def following(desk: Desk, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Custody entries that these records make due, one at a time: each is asked for after the one before it was recorded."""
    found = dict.fromkeys(touch for draft in drafts if draft.type in _MEANT for touch in _touches(desk, draft))
    for item, event, outcome in found:
        made = entry(desk, item, event, outcome, once=outcome in _PASSAGES)
        if made is not None:
            yield made


def _touches(desk: Desk, draft: Draft) -> list[Touch]:
    said = draft.body
    if draft.type in ("note", "claim"):
        item = said.get("evidence", b"")
        return [(item, "note", "written")] if isinstance(item, bytes) and item else []
    if draft.type == "filing_step":
        return [(item, "received by recipient", "acknowledged") for item in _sent(desk, said)] if said.get("kind") == _RECEIVED else []
    if said.get("kind") not in _JUDGED:
        return []
    targets = said.get("targets", ())
    refs = [ref for ref in targets if isinstance(ref, bytes)] if isinstance(targets, tuple) else []
    outcome = str(said["kind"]) if said.get("holds", True) else "not authentic"
    return [(item, "verification step", outcome) for item in _items(desk, str(said["kind"]), refs)]


def _items(desk: Desk, kind: str, refs: Sequence[bytes]) -> list[bytes]:
    """The items that the targets of a decision are, or stand on."""
    column, table = ("object", "db_evidence") if kind == "authentic" else ("evidence", "db_claim")
    rows = desk.store.rows_in(f"SELECT {column} FROM {table} WHERE ref IN ({{marks}})", refs)
    return sorted({bytes(row[0]) for row in rows if row[0]})


def _sent(desk: Desk, said: Mapping[str, Value]) -> list[bytes]:
    """What went out with a submission: its documents, and the items of the bundles made for it."""
    submission = said.get("submission", b"")
    rows = desk.store.rows("SELECT sent FROM db_submission WHERE rid = %s", (submission,))
    items = [bytes(row[0])[at : at + 16] for row in rows for at in range(0, len(row[0]), 16)]
    bundles = desk.store.rows("SELECT ref FROM db_item WHERE type = 'bundle' AND parent = %s", (submission,))
    for opened in opened_by_ref(desk, [bytes(row[0]) for row in bundles]).values():
        items += opened.record.refs("objects")
    return list(dict.fromkeys(items))


def entry(desk: Desk, item: bytes, event: str, outcome: str, more: Mapping[str, Value] | None = None, once: bool = False) -> Draft | None:
    """The next custody entry of an item, after the last ones that we know: all without a follower are its parents.

    None for an item that is not here, whose compartment this device does not hold, or of which this was said today already, where it is
    said ``once`` or the event is one that counts once a day.
    """
    kept = models.Evidence.objects.using(desk.store.alias).filter(object=item).first()
    if kept is None or bytes(kept.compartment) not in desk.epochs():
        return None
    known = list(models.CustodyEntry.objects.using(desk.store.alias).filter(object=item))
    if (once or desk.catalogue.custody.by_id[event].daily) and _is_told(desk, known, event, outcome):
        return None
    parents = {bytes(kept.ref): 0} | {bytes(row.ref): row.step for row in known}
    followed = {bytes(row.parents)[at : at + 32] for row in known for at in range(0, len(row.parents), 32)}
    ends = tuple(sorted(ref for ref in parents if ref not in followed))
    body: dict[str, Value] = {"dossier": bytes(kept.dossier), "object": item, "step": 1 + max(parents.values()), "parents": ends}
    return Draft("custody", bytes(kept.compartment), {**body, "event": event, "outcome": outcome, **(more or {})})


def _is_told(desk: Desk, known: Sequence[models.CustodyEntry], event: str, outcome: str) -> bool:
    """This member told this event of the item today. A device that waits to be let in has no member yet, which is then this one."""
    today, mine = instant(desk.clock())[:10], (desk.me, b"")
    return any((row.event, row.outcome) == (event, outcome) and bytes(row.member) in mine and row.recorded[:10] == today for row in known)
