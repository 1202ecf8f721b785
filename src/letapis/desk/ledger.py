"""The one door in: what a person records, and what colleagues recorded, enters here and nowhere else.

A record, its leaf in the log, its place in the tables, in the index and in the standing of claims are one transaction: all of
it is there or nothing is. The set of records decides everything shown; the order in which they came decides nothing.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from letapis.core.errors import Damaged, Locked
from letapis.core.instants import instant
from letapis.core.records import Draft, Record
from letapis.desk import chain, held_keys, logs, touches
from letapis.desk.arrivals import Receipt, receive, trust_root
from letapis.desk.entering import Entry, enter, rebuild
from letapis.desk.logs import sign_checkpoint
from letapis.desk.opening import Desk
from letapis.desk.vault import Arrived, Opened, opened_by_ref
from letapis.engines.db.models import Record as Row

__all__ = ["Arrived", "Opened", "Receipt", "append", "append_each", "newest", "opened_by_ref", "rebuild", "receive", "sign_checkpoint", "trust_root"]

_LONG: Final = 100
"""Records of one append from which on their ids stand together in the index."""


def append(desk: Desk, drafts: Sequence[Draft], ids: Sequence[bytes] | None = None) -> list[Record]:
    """Record ``drafts`` in this order, all or none, and after them what they mean for the custody of an item (``desk.touches``). Returned are
    the records of ``drafts``. ``ids`` are given where something was sealed for a record before it existed.

    Raises Damaged for a body that does not fit its type, Locked for a compartment whose key this device does not hold,
    Busy("disk.full") or Busy("database.busy") with nothing changed.
    """
    if not drafts:
        return []
    with desk.store.transaction():
        return _append(desk, drafts, ids)


def append_each(desk: Desk, batches: Iterable[Sequence[Draft]]) -> Generator[int]:
    """Record one batch after the other, each as ``append`` does and in a transaction of its own; how many records each had is told when it is
    on the disk. While the disk takes in one, the next is written and signed beside it.

    A batch is asked for before the one in front of it is recorded, and what was signed for one that is not recorded after all is forgotten.
    One without a draft records nothing, as ``append`` does, and is told as 0.
    """
    coming = iter(batches)
    with ThreadPoolExecutor(1) as beside:
        batch, ahead = next(coming, None), None
        while batch is not None:
            following = next(coming, None)
            if not batch:  # nothing was signed ahead for it
                yield 0
                batch = following
                continue
            wait([ahead.forged] if ahead is not None else ())  # from here on both would only be in each other's way
            with desk.store.transaction():
                _append(desk, batch, None, ahead)
                ahead = None
                with suppress(Locked):  # said when it is that batch's turn; this one is none the worse for it
                    ahead = _ahead(desk, beside, following) if following else None
            yield len(batch)
            batch = following


def _append(desk: Desk, drafts: Sequence[Draft], ids: Sequence[bytes] | None, ahead: "_Ahead | None" = None) -> list[Record]:
    made = _enter(desk, drafts, ids, ahead)
    for due in touches.following(desk, drafts):
        _enter(desk, [due])
    return made


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a batch comes in the chain of this device, and under which keys."""

    link: chain.Link
    epochs: Mapping[bytes, int]


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A batch that is being written and signed for this place; it may be another by the time it is recorded, and then it is written anew."""

    place: _Place
    forged: "Future[list[chain.Forged]]"


def _place(desk: Desk, log: logs.Log, drafts: Sequence[Draft]) -> _Place:
    return _Place(chain.Link(desk.device, log.frontier.size, log.head, log.seen), _epochs(desk, {draft.compartment for draft in drafts}))


def _ahead(desk: Desk, beside: ThreadPoolExecutor, drafts: Sequence[Draft]) -> _Ahead:
    place = _place(desk, logs.log_of(desk.store, desk.device, desk.origin), drafts)
    return _Ahead(place, beside.submit(_forge, desk, place, drafts, None))


def _forge(desk: Desk, place: _Place, drafts: Sequence[Draft], ids: Sequence[bytes] | None) -> list[chain.Forged]:
    """Records for these drafts; nothing is read from the tables."""
    count = len(drafts)
    random = desk.randomness((96 if ids else 112) * count)
    given = list(ids) if ids else _fresh(random[96 * count :])
    return chain.forge(desk.agent, place.link, drafts, given, instant(desk.clock()), place.epochs, random[: 96 * count])


def _enter(desk: Desk, drafts: Sequence[Draft], ids: Sequence[bytes] | None = None, ahead: _Ahead | None = None) -> list[Record]:
    """Inside a transaction. There is no second one inside the first: each page that is touched would be kept, and encrypted, twice."""
    if ids:
        _require_fresh(desk, ids)
    log = logs.log_of(desk.store, desk.device, desk.origin)
    place = _place(desk, log, drafts)
    forged = ahead.forged.result() if ahead is not None and ahead.place == place else _forge(desk, place, drafts, ids)
    enter(desk, [Entry(f.record, Arrived(f.record.header.compartment, f.epoch, f.record.header.id, f.blob, f.wrap), Row.OK) for f in forged])
    log = logs.grow(desk.store, log, [f.leaf for f in forged])
    seen = [f.record.ref for f in forged if f.record.type == "seen"]
    logs.save(desk.store, logs.with_head(log, forged[-1].record.ref, seen[-1] if seen else log.seen))
    return [f.record for f in forged]


def _fresh(random: bytes) -> list[bytes]:
    """Ids of 16 random bytes, but that those of a long append begin with the same byte: the index of ids then grows in one place of a large
    file, and not in as many as there are records. 120 bits are left to each. Those of a short one do not: ids stand in case files, and
    which records a colleague wrote in one step is nobody's outside."""
    first = random[:1] if len(random) >= 16 * _LONG else b""
    return [first + random[at + len(first) : at + 16] for at in range(0, len(random), 16)]


def newest(desk: Desk) -> int:
    """The number of the last record here, 0 where there is none: who keeps what was read looks whether it is the same."""
    return int(desk.store.rows("SELECT coalesce(max(id), 0) FROM db_record")[0][0])


def _require_fresh(desk: Desk, ids: Sequence[bytes]) -> None:
    if len(set(ids)) != len(ids) or desk.store.rows_in("SELECT rid FROM db_record WHERE rid IN ({marks})", ids):
        raise Damaged("ledger.id_twice")


def _epochs(desk: Desk, compartments: set[bytes]) -> dict[bytes, int]:
    """The epoch of each compartment that is written under. Raises Locked("keys.no_compartment") if the key of one is missing, and
    Locked("keys.unconfirmed") where nothing in it says yet that its key is its own."""
    epochs = held_keys.newest(desk.store, compartments)
    if len(epochs) != len(compartments):
        raise Locked("keys.no_compartment")
    if held_keys.shut(desk.store) & compartments:
        raise Locked("keys.unconfirmed")
    return epochs
