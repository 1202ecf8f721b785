"""The logs of all devices: leaves, complete subtrees, frontiers, checkpoints and proofs.

Our own log grows in the transaction of each record. Of a colleague's log we hold the leaves we were given; its frontier
advances over the part without gaps, and a leaf that contradicts one we hold is evidence of a fork, not a change.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from letapis.core import merkle, notes
from letapis.core.canonical import leaf
from letapis.core.errors import Damaged, NotFound, Refused
from letapis.core.instants import instant
from letapis.desk.log_tiles import TILE, Tiles
from letapis.desk.opening import Desk
from letapis.desk.projections import TABLES
from letapis.engines import seal
from letapis.engines.db.models import LogLeaf
from letapis.engines.db.store import Store

SHIFT: Final = LogLeaf.SHIFT
_PART: Final = 20_000
_OWN_LEAF: Final = "INSERT INTO db_logleaf (id, hash) VALUES (%s, %s)"  # a place that is taken already is an error, not a repetition


@dataclass(frozen=True, slots=True)
class Log:
    """One log as we know it: our number for it, names, the gapless part from its beginning, and the chain's last records."""

    number: int
    origin: str
    device: str
    frontier: merkle.Frontier
    head: bytes
    seen: bytes


_COLUMNS: Final = "id, origin, device, size, peaks, head, seen"


def _log(row: Sequence[object]) -> Log:
    number, origin, device, size, peaks, head, seen = row
    frontier = merkle.Frontier.of(int(size), bytes(peaks))  # type: ignore[call-overload]  # a row has no types
    return Log(int(number), str(origin), str(device), frontier, bytes(head), bytes(seen))  # type: ignore[call-overload]


def log_of(store: Store, device: str, origin: str) -> Log:
    """The log of a device; it is entered with its first mention."""
    rows = store.rows(f"SELECT {_COLUMNS} FROM db_logstate WHERE device = %s", (device,))
    if not rows:
        columns = "origin, device, size, peaks, head, seen"
        store.run(f"INSERT INTO db_logstate ({columns}) VALUES (%s, %s, 0, %s, %s, %s)", (origin, device, b"", b"", b""))
        rows = store.rows(f"SELECT {_COLUMNS} FROM db_logstate WHERE device = %s", (device,))
    return _log(rows[0])


def logs(store: Store) -> list[Log]:
    return [_log(row) for row in store.rows(f"SELECT {_COLUMNS} FROM db_logstate ORDER BY id")]


def save(store: Store, log: Log) -> None:
    store.run(
        "UPDATE db_logstate SET size = %s, peaks = %s, head = %s, seen = %s WHERE id = %s",
        (log.frontier.size, b"".join(log.frontier.peaks), log.head, log.seen, log.number),
    )


def with_head(log: Log, head: bytes, seen: bytes) -> Log:
    """The log with the last record of its chain and the last *seen* record."""
    return replace(log, head=head, seen=seen)


def grow(store: Store, log: Log, leaves: Sequence[bytes]) -> Log:
    """Append leaf hashes to a log: leaves, the subtrees of 256 that they complete, and the new frontier (saved by ``save``)."""
    first = (log.number << SHIFT) + log.frontier.size
    store.run_many(_OWN_LEAF, [(first + i, hashed) for i, hashed in enumerate(leaves)])
    return _advanced(store, log, leaves)


def _advanced(store: Store, log: Log, leaves: Iterable[bytes]) -> Log:
    frontier, done = log.frontier.extend(leaves)
    nodes = [(log.number, level // TILE, index, hashed) for level, index, hashed in done if level and level % TILE == 0]
    store.run_many(TABLES["node"].statement, nodes)
    return replace(log, frontier=frontier)


def take_leaves(store: Store, log: Log, found: Iterable[tuple[int, bytes]]) -> list[int]:
    """Take in leaf hashes of a colleague's log at their indexes. Returns the indexes where we hold another leaf: a fork."""
    wanted = dict(found)
    base = log.number << SHIFT
    if any(not 0 <= index < 1 << SHIFT for index in wanted):
        raise Damaged("ledger.out_of_range")
    rows = store.rows_in("SELECT id, hash FROM db_logleaf WHERE id IN ({marks})", [base + i for i in wanted])
    held = {row[0] - base: bytes(row[1]) for row in rows}
    store.run_many(TABLES["leaf"].statement, [(base + index, hashed) for index, hashed in wanted.items() if index not in held])
    save(store, _over_known(store, log))
    return sorted(index for index, hashed in held.items() if wanted[index] != hashed)


def _over_known(store: Store, log: Log) -> Log:
    """The frontier moved over all leaves that follow without a gap."""
    base = log.number << SHIFT
    while True:
        start = base + log.frontier.size
        rows = store.rows("SELECT id, hash FROM db_logleaf WHERE id >= %s AND id < %s ORDER BY id LIMIT %s", (start, base + (1 << SHIFT), _PART))
        leaves = [bytes(hashed) for i, (ident, hashed) in enumerate(rows) if ident == start + i]
        log = _advanced(store, log, leaves)
        if len(leaves) < _PART:
            return log


def leaf_of(ref: bytes) -> bytes:
    """Leaf hash of a record."""
    return merkle.leaf_hash(leaf(ref))


def verifier_keys(origin: str, ed25519: bytes, mldsa44: bytes) -> tuple[notes.VerifierKey, notes.VerifierKey]:
    """The two keys of a device's log, as they sign its checkpoints."""
    return notes.VerifierKey(origin, notes.KeyKind.ED25519, ed25519), notes.VerifierKey(origin, notes.KeyKind.ML_DSA_44, mldsa44)


def sign_checkpoint(desk: Desk, size: int | None = None) -> bytes:
    """Sign the own log as it stands, or its first ``size`` leaves, and keep the note before anyone sees it. The same size twice gives the
    note we have. The desk asks for checkpoints at ``desk.cover_leaves``, which decides of how many leaves one may be.

    Raises Refused("ledger.checkpoint_smaller") and Refused("ledger.checkpoint_inconsistent"): a log that lost or changed
    records must never be signed, because two such notes prove a fork.
    """
    with desk.store.transaction():
        me = desk.agent.me()
        log = log_of(desk.store, me.device, me.origin)
        end = log.frontier.size
        size = end if size is None else size
        last = desk.store.rows("SELECT size, root, note FROM db_checkpoint WHERE log = %s ORDER BY size DESC, id DESC LIMIT 1", (log.number,))
        node = Tiles(desk.store, log.number)
        if last:
            if size < last[0][0]:
                raise Refused("ledger.checkpoint_smaller")
            if not _is_root(last[0][0], bytes(last[0][1]), node):
                raise Refused("ledger.checkpoint_inconsistent")
            if size == last[0][0]:
                return str(last[0][2]).encode("utf-8")
        if size > end:
            raise Refused("ledger.checkpoint_smaller")
        if not _is_root(end, log.frontier.root(), node):
            raise Refused("ledger.checkpoint_inconsistent")
        root = merkle.root_at(size, node)
        now = desk.clock()
        text = notes.Checkpoint(me.origin, size, root).text
        note = notes.format_note(text, desk.agent.sign_checkpoint(text, int(now.timestamp())))
        keep_checkpoint(desk.store, log.number, size, root, note, instant(now), "")
        return note


def _is_root(size: int, root: bytes, node: merkle.NodeReader) -> bool:
    try:
        return merkle.root_at(size, node) == root
    except NotFound:
        return False


def keep_checkpoint(store: Store, number: int, size: int, root: bytes, note: bytes, received: str, fault: str) -> None:
    columns = "log, size, root, note, received, fault"
    values = (number, size, root, note.decode("utf-8"), received, fault)
    store.run(f"INSERT INTO db_checkpoint ({columns}) VALUES (%s, %s, %s, %s, %s, %s)", values)


def take_checkpoint(desk: Desk, note: bytes, device: str, public: seal.DevicePublic, origin: str) -> tuple[notes.Checkpoint, str]:
    """Check and keep a colleague's checkpoint. Returns it with a fault code: empty, or "ledger.fork" when it contradicts the leaves we hold.

    Raises Damaged for a note that its log did not sign with both keys.
    """
    keys = verifier_keys(origin, public.log_ed25519, public.log_mldsa44)
    opened = notes.open_checkpoint(note, keys, seal.verify)
    head = opened.checkpoint
    with desk.store.transaction():
        log = log_of(desk.store, device, origin)
        fault = contradiction(desk.store, log, head)
        known = desk.store.rows("SELECT root FROM db_checkpoint WHERE log = %s AND size = %s", (log.number, head.size))
        if any(bytes(row[0]) != head.root for row in known):
            fault = "ledger.fork"
        if not any(bytes(row[0]) == head.root for row in known):
            keep_checkpoint(desk.store, log.number, head.size, head.root, note, instant(desk.clock()), fault)
    return head, fault


def contradiction(store: Store, log: Log, head: notes.Checkpoint, node: Callable[[int, int], bytes] | None = None) -> str:
    """ "ledger.fork" when our gapless part of the log reaches the checkpoint and gives another root; empty otherwise."""
    if head.size > log.frontier.size:
        return ""
    return "" if _is_root(head.size, head.root, node or Tiles(store, log.number)) else "ledger.fork"
