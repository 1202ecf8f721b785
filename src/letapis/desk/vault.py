"""Open sealed records: ask the agent for data keys in batches, open the blobs, read the fields. Nothing is verified here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.canonical import Sealed, open_bytes
from letapis.core.errors import Damaged, LetapisError, Locked
from letapis.core.records import Record, Shared, unflatten
from letapis.desk.chain import about
from letapis.desk.opening import Desk
from letapis.engines import seal
from letapis.engines.collector import without_collector
from letapis.engines.keys import Agent

COLUMNS: Final = "id, rid, compartment, epoch, blob, wrap"
_PART: Final = 500


@dataclass(frozen=True, slots=True)
class Arrived:
    """A sealed record as it travels: the compartment and epoch of its key, its id, the sealed blob, the wrapped data key."""

    compartment: bytes
    epoch: int
    rid: bytes
    blob: bytes
    wrap: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened record: its row (0 if it has none yet), how it was sealed, its parsed bytes and its read form."""

    row: int
    arrived: Arrived
    sealed: Sealed
    record: Record


def data_keys(agent: Agent, items: Sequence[Arrived]) -> list[bytes | LetapisError]:
    """The data key of each, or why there is none. One call to the agent for each compartment; a bad wrap spoils only itself.

    Raises what is no fault of an item: a locked agent, an agent that is gone.
    """
    keys: list[bytes | LetapisError] = [Damaged("seal.open")] * len(items)
    places: dict[tuple[bytes, int], list[int]] = {}
    for i, item in enumerate(items):
        places.setdefault((item.compartment, item.epoch), []).append(i)
    for (compartment, epoch), indexes in places.items():
        wraps = [(items[i].rid, items[i].wrap) for i in indexes]
        try:
            found: Sequence[bytes | LetapisError] = agent.unwrap_deks(compartment, epoch, wraps)
        except (Damaged, Locked) as fault:
            if not _is_of_an_item(fault):
                raise
            found = [_one_key(agent, items[i]) for i in indexes]
        for i, key in zip(indexes, found, strict=True):
            keys[i] = key
    return keys


def _is_of_an_item(fault: LetapisError) -> bool:
    return isinstance(fault, Damaged) or fault.code == "keys.no_compartment"


def _one_key(agent: Agent, item: Arrived) -> bytes | LetapisError:
    try:
        return agent.unwrap_deks(item.compartment, item.epoch, [(item.rid, item.wrap)])[0]
    except (Damaged, Locked) as fault:
        if not _is_of_an_item(fault):
            raise
        return fault


def open_one(item: Arrived, key: bytes, row: int = 0, shared: Shared | None = None) -> Opened:
    """Open and read one record. Raises Damaged for a wrong key, bytes we would not have written, or a head that names another place."""
    sealed = open_bytes(seal.open_record(key, about(item.compartment, item.epoch, item.rid), item.blob))
    record = unflatten(sealed.commitment, sealed.fields, shared)
    if record.header.id != item.rid or record.header.compartment != item.compartment:
        raise Damaged("ledger.other_place")
    return Opened(row, item, sealed, record)


def try_open(agent: Agent, items: Sequence[Arrived]) -> list[Opened | LetapisError]:
    """Open each; what does not open comes back as its error, in its place."""
    result: list[Opened | LetapisError] = []
    shared: Shared = {}
    for item, key in zip(items, data_keys(agent, items), strict=True):
        try:
            result.append(key if isinstance(key, LetapisError) else open_one(item, key, shared=shared))
        except Damaged as fault:
            result.append(fault)
    return result


def open_rows(desk: Desk, rows: Iterable[Sequence[Any]]) -> Iterator[Opened]:
    """Open rows of ``COLUMNS``, in their order. Raises Damaged or Locked at the first that does not open."""
    waiting: list[Sequence[Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == _PART:
            yield from _open_part(desk, waiting)
            waiting = []
    yield from _open_part(desk, waiting)


def _open_part(desk: Desk, rows: Sequence[Sequence[Any]]) -> Iterator[Opened]:
    items = [Arrived(bytes(row[2]), int(row[3]), bytes(row[1]), bytes(row[4]), bytes(row[5])) for row in rows]
    shared: Shared = {}
    for row, item, key in zip(rows, items, data_keys(desk.agent, items), strict=True):
        if isinstance(key, LetapisError):
            raise key
        yield open_one(item, key, int(row[0]), shared)


def opened_by_ref(desk: Desk, refs: Iterable[bytes]) -> dict[bytes, Opened]:
    """Records by reference; those that we do not have are left out. Whoever asks has checked that the reader may see them."""
    rows = desk.store.rows_in(f"SELECT {COLUMNS} FROM db_record WHERE ref IN ({{marks}})", list(refs))
    rows.sort(key=lambda row: bytes(row[2]))  # one call to the agent for each compartment, and not one for each record
    with without_collector():
        return {opened.record.ref: opened for opened in open_rows(desk, rows)}
