"""Check everything that this device holds, and name every damage: records, signatures, chains, logs, checkpoints.

The audit believes no table: every record is opened, its digests are computed anew and its signatures verified, every leaf and
every root is compared. What needs other means (evidence objects) comes in as further checks.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from letapis.core import merkle, notes
from letapis.core.errors import Busy, Damaged, LetapisError
from letapis.desk import logs, people, put_away, shredded
from letapis.desk.checking import PublicKeys, Row, Seen, check_rows
from letapis.desk.opening import Desk
from letapis.desk.vault import Arrived, data_keys
from letapis.engines import seal
from letapis.engines.db import models

_PART: Final = 400
_LEAVES: Final = 20_000
_COLUMNS: Final = "id, ref, rid, type, compartment, epoch, device, seq, recorded, state, fault, blob, wrap"


class Fault(NamedTuple):
    """One damage or oddity: its code, and the device and position it concerns (empty and -1 where there is none)."""

    code: str
    device: str
    seq: int


@dataclass(frozen=True, slots=True)
class Audit:
    """How many records were checked, what is damaged, and what is odd but no damage (gaps in a colleague's chain, clocks set back)."""

    records: int
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


Check = Callable[[Desk], Iterable[Fault]]
Progress = Callable[[int, int], None]


def audit(desk: Desk, processes: int = 2, signatures: bool = True, progress: Progress | None = None, extra_checks: Sequence[Check] = ()) -> Audit:
    """Check the whole workspace. ``progress`` hears how many of how many records are done.

    Raises Busy when the database is in use or a worker was ended.
    """
    walk = _Walk(desk)
    try:
        # Colleagues may go on recording meanwhile: what is signed is read before what it must agree with.
        signed = _checkpoints(desk)
        known = logs.logs(desk.store)
        walk.faults += _pages(desk)
        count = _records(desk, walk, processes, signatures, progress)
        for log in known:
            walk.faults += _log(desk, log, signed.get(log.number, []))
    except Damaged as damage:
        # The database itself cannot be read further; what was found so far is still worth saying.
        return Audit(walk.seen, (*walk.faults, Fault(damage.code, "", -1)), tuple(walk.notes))
    for check in extra_checks:
        walk.faults += check(desk)
    return Audit(count, tuple(walk.faults), tuple(walk.notes))


def _pages(desk: Desk) -> list[Fault]:
    """Pages of the encrypted file whose checksum does not hold. PostgreSQL looks after its own pages."""
    if desk.store.postgres:
        return []
    return [Fault("audit.page", "", -1) for _ in desk.store.rows("PRAGMA cipher_integrity_check")]


# ---- records ---------------------------------------------------------------------------------------------------------


class _Walk:
    """The chain of each device, followed record by record in the order of device and position."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.own = desk.device
        self.put_away = put_away.known(desk)
        self.tombstones = {logs.leaf_of(one.ref) for one in shredded.places(desk)}
        self.numbers = {log.device: log.number for log in logs.logs(desk.store)}
        self.last: Seen | None = None
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self.seen = 0

    def take(self, found: Iterable[Seen]) -> None:
        for seen in found:
            self.seen += 1
            if seen.fault:
                self.faults.append(Fault(seen.fault, seen.device, seen.seq))
            self._follow(seen)
            self.last = seen

    def _follow(self, seen: Seen) -> None:
        before = self.last if self.last is not None and self.last.device == seen.device else None
        expected = before.seq + 1 if before else 0
        if before and seen.seq == before.seq:
            self.faults.append(Fault("ledger.fork", seen.device, seen.seq))
        elif seen.seq != expected:
            self._gap(seen, expected)
        elif before and not (seen.fault or before.fault) and seen.prev != before.ref:
            self.faults.append(Fault("ledger.prev_differs", seen.device, seen.seq))
        if before and seen.recorded < before.recorded:
            self.notes.append(Fault("audit.clock_back", seen.device, seen.seq))

    def _erased(self, seen: Seen, expected: int) -> bool:
        number = self.numbers.get(seen.device)
        if not self.tombstones or number is None:
            return False
        base = number << logs.SHIFT
        rows = self.desk.store.rows("SELECT hash FROM db_logleaf WHERE id >= %s AND id < %s ORDER BY id", (base + expected, base + seen.seq))
        leaves = [bytes(row[0]) for row in rows]
        if len(leaves) != seen.seq - expected or not self.tombstones >= set(leaves):
            return False
        if not seen.fault and leaves[-1] != logs.leaf_of(seen.prev):
            self.faults.append(Fault("ledger.prev_differs", seen.device, seen.seq))
        return True

    def _gap(self, seen: Seen, expected: int) -> None:
        """Of a colleague it is no damage: they work on dossiers that are not shared with us; of our own neither, if exactly this was put away
        before a journey. Places of which an order took the records are no gap: the leaves stand there, and the record after them names the
        last."""
        if self._erased(seen, expected):
            return
        away = seen.device == self.own and self.put_away is not None and self.put_away.covers(expected, seen.seq - 1)
        theirs = seen.device != self.own
        kept = self.notes if away or theirs else self.faults
        kept.append(Fault("audit.put_away" if away else "audit.gap_theirs" if theirs else "audit.gap", seen.device, seen.seq))


def _records(desk: Desk, walk: _Walk, processes: int, signatures: bool, progress: Progress | None) -> int:
    total = int(desk.store.rows("SELECT count(*) FROM db_record")[0][0])
    places = {log.device: log for log in logs.logs(desk.store)}
    keys = _public_keys(desk) if signatures else None
    with _pool(processes) as checked:
        for rows, found in checked(_batches(desk, walk, keys)):
            walk.faults += _leaves(desk, places, rows)
            walk.take(found)
            if progress:
                progress(walk.seen, total)
    return total


Batch = list[Row]
Checked = Callable[[Iterator[Batch]], Iterator[tuple[Batch, list[Seen]]]]


class _pool:  # noqa: N801  # used like a function: ``with _pool(2) as checked``
    """Processes that check batches; what they found comes in the order of the batches. This process is one of them: it checks a batch
    itself when the others have enough to do. They are started afresh, so that none shares a connection of the database, and end with
    the audit, and the data keys in them."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Checked:
        if self.processes > 1:
            self.pool = ProcessPoolExecutor(self.processes - 1, mp_context=multiprocessing.get_context("spawn"))
        return self._checked

    def __exit__(self, *_: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def _checked(self, batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[Seen]]]:
        if self.pool is None:
            for batch in batches:
                yield batch, check_rows(batch)
            return
        waiting: deque[tuple[Batch, Future[list[Seen]]]] = deque()
        try:
            for batch in batches:
                busy = sum(not result.done() for _, result in waiting)
                waiting.append((batch, self.pool.submit(check_rows, batch) if busy < 2 * self.processes - 1 else _here(batch)))
                while waiting and waiting[0][1].done():
                    first, result = waiting.popleft()
                    yield first, result.result()
            for first, result in waiting:
                yield first, result.result()
        except BrokenExecutor:
            raise Busy("audit.worker_gone") from None


def _here(batch: Batch) -> "Future[list[Seen]]":
    found: Future[list[Seen]] = Future()
    found.set_result(check_rows(batch))
    return found


def _batches(desk: Desk, walk: _Walk, keys: dict[str, PublicKeys] | None) -> Iterator[Batch]:
    """All rows by device and position, with their data keys; what is set apart is noted, what has no key is a fault."""
    last: tuple[str, int, int] = ("", -1, -1)
    query = f"SELECT {_COLUMNS} FROM db_record WHERE (device, seq, id) > (%s, %s, %s) ORDER BY device, seq, id LIMIT %s"
    while rows := desk.store.rows(query, (*last, _PART)):
        last = (rows[-1][6], rows[-1][7], rows[-1][0])
        walk.notes += [Fault(row[10], row[6], row[7]) for row in rows if row[10]]
        sound = [row for row in rows if row[9] != models.Record.QUARANTINED]
        items = [Arrived(bytes(row[4]), row[5], bytes(row[2]), bytes(row[11]), bytes(row[12])) for row in sound]
        yield [_row(row, item, dek, keys, walk) for row, item, dek in zip(sound, items, data_keys(desk.agent, items), strict=True)]


def _row(row: Sequence[Any], item: Arrived, dek: bytes | LetapisError, keys: dict[str, PublicKeys] | None, walk: _Walk) -> Row:
    _, ref, rid, kind, compartment, epoch, device, seq, recorded, *_ = row
    if keys is not None and device not in keys:
        walk.faults.append(Fault("ledger.unknown_device", device, seq))
    public = keys.get(device) if keys is not None else None
    key, fault = (b"", dek.code) if isinstance(dek, LetapisError) else (dek, "")
    return Row(bytes(ref), bytes(rid), kind, bytes(compartment), epoch, device, seq, recorded, item.blob, key, public, fault)


def _public_keys(desk: Desk) -> dict[str, PublicKeys]:
    """Keys of every device that the directory names, proposed ones too: their own entries are signed with them."""
    return {d.device: PublicKeys(d.ed25519, d.mldsa44) for d in people.directory(desk).devices.values()}


def _leaves(desk: Desk, places: dict[str, logs.Log], rows: Batch) -> list[Fault]:
    """Records whose leaf does not stand at their place in the log."""
    wanted = {(places[row.device].number << logs.SHIFT) + row.seq: row for row in rows if row.device in places}
    held = {ident: bytes(hashed) for ident, hashed in desk.store.rows_in("SELECT id, hash FROM db_logleaf WHERE id IN ({marks})", wanted)}
    faults = [Fault("audit.leaf_missing", row.device, row.seq) for row in rows if row.device not in places]
    for ident, row in wanted.items():
        if ident not in held:
            faults.append(Fault("audit.leaf_missing", row.device, row.seq))
        elif held[ident] != logs.leaf_of(row.ref):
            faults.append(Fault("audit.leaf_differs", row.device, row.seq))
    return faults


# ---- logs ------------------------------------------------------------------------------------------------------------


Signed = tuple[int, bytes, str]
"""Size, root and note of a kept checkpoint."""


def _checkpoints(desk: Desk) -> dict[int, list[Signed]]:
    found: dict[int, list[Signed]] = {}
    for log, size, root, note in desk.store.rows("SELECT log, size, root, note FROM db_checkpoint ORDER BY size, id"):
        found.setdefault(log, []).append((int(size), bytes(root), str(note)))
    return found


def _log(desk: Desk, log: logs.Log, signed: Sequence[Signed]) -> list[Fault]:
    """Tree, kept subtrees, frontier and checkpoints of a log against its leaves, which are read once from the beginning."""
    faults: list[Fault] = []
    sizes = sorted({size for size, _, _ in signed} | {log.frontier.size})
    roots, frontier = {}, merkle.Frontier()
    for size in sizes:
        frontier, bad = _grown(desk, log, frontier, min(size, log.frontier.size))
        faults += bad
        if frontier.size == size:
            roots[size] = frontier.root()
    if roots.get(log.frontier.size) != log.frontier.root():
        faults.append(Fault("audit.frontier", log.device, log.frontier.size))
    for size, root, note in signed:
        if size > log.frontier.size and log.device == desk.device:
            faults.append(Fault("audit.log_shorter", log.device, size))
        elif size in roots and roots[size] != root:
            faults.append(Fault("audit.checkpoint", log.device, size))
        faults += _note(desk, log, note, size)
    if log.device == desk.device:
        faults += _own_end(desk, log)
    return faults


def _grown(desk: Desk, log: logs.Log, frontier: merkle.Frontier, size: int) -> tuple[merkle.Frontier, list[Fault]]:
    """The frontier over the stored leaves up to ``size``; a missing leaf ends it. Kept subtrees on the way are compared."""
    base, faults = log.number << logs.SHIFT, list[Fault]()
    while frontier.size < size:
        start = base + frontier.size
        rows = desk.store.rows("SELECT id, hash FROM db_logleaf WHERE id >= %s AND id < %s ORDER BY id", (start, min(base + size, start + _LEAVES)))
        leaves = [bytes(hashed) for i, (ident, hashed) in enumerate(rows) if ident == start + i]
        frontier, done = frontier.extend(leaves)
        kept = {(level, index): hashed for level, index, hashed in done if level and level % 8 == 0}
        faults += _nodes(desk, log, kept)
        if not leaves:
            return frontier, [*faults, Fault("audit.leaf_missing", log.device, frontier.size)]
    return frontier, faults


def _nodes(desk: Desk, log: logs.Log, kept: dict[tuple[int, int], bytes]) -> list[Fault]:
    faults = []
    for (level, index), hashed in kept.items():
        rows = desk.store.rows('SELECT hash FROM db_lognode WHERE log = %s AND level = %s AND "index" = %s', (log.number, level // 8, index))
        if [bytes(row[0]) for row in rows] != [hashed]:
            faults.append(Fault("audit.node", log.device, index << level))
    return faults


def _note(desk: Desk, log: logs.Log, note: str, size: int) -> list[Fault]:
    """A kept checkpoint must bear the signatures of its log."""
    device = people.directory(desk).devices.get(log.device)
    if device is None:
        return [Fault("ledger.unknown_device", log.device, size)]
    try:
        notes.open_checkpoint(note.encode("utf-8"), logs.verifier_keys(log.origin, device.log_ed25519, device.log_mldsa44), seal.verify)
    except LetapisError as fault:
        return [Fault(fault.code, log.device, size)]
    return []


def _own_end(desk: Desk, log: logs.Log) -> list[Fault]:
    """Our own chain ends where the log says, with the record it names."""
    away = put_away.known(desk)
    if away is not None and away.covers(log.frontier.size - 1, log.frontier.size - 1):
        return []
    rows = desk.store.rows("SELECT ref FROM db_record WHERE device = %s AND seq = %s", (log.device, log.frontier.size - 1))
    if not rows and log.head in {one.ref for one in shredded.places(desk)}:
        return []
    return [] if [bytes(row[0]) for row in rows] == ([log.head] if log.head else []) else [Fault("audit.chain_end", log.device, log.frontier.size)]
