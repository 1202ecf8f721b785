"""What a case file says of what was withdrawn: that a record stood at a place of a log, that it was shredded, on what ground, and by which
record; never what it was. An expert sees the gap, and sees that it is explained."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core import merkle
from letapis.core.access import Reader
from letapis.core.membership import ORDER
from letapis.core.proofs import Proof
from letapis.core.records import Record
from letapis.desk import logs, people, reading, shredded
from letapis.desk.casefile_records import Head
from letapis.desk.log_tiles import Paths
from letapis.desk.opening import Desk

COLUMNS: Final = ("item", "index", "commitment", "class", "ground", "proof", "record")
CLASS: Final = "originals and words"


@dataclass(frozen=True)
class Stone:
    """A record of the originals' compartment that is gone: commitment, place, ground, and the reference of the record of its shredding."""

    commitment: bytes
    device: str
    seq: int
    ground: str
    shredding: bytes


def of_dossier(desk: Desk, reader: Reader, dossier: bytes) -> list[Stone]:
    """What is gone of a dossier's originals and words, in the order of the logs. Raises NotFound for a dossier of others."""
    home = reading.dossier(desk, reader, dossier)
    by_commitment: dict[bytes, Record] = {}
    for record in sorted(shredded.followings(desk), key=lambda r: (r.header.device != desk.device, r.header.recorded, r.ref), reverse=True):
        by_commitment |= dict.fromkeys(record.refs("parents"), record)  # our own is the last to be written, and stays
    found = []
    for one in shredded.places(desk):
        told = by_commitment.get(one.ref)
        if one.compartment == home.raw and one.device and told is not None:
            found.append(Stone(one.ref, one.device, one.seq, told.text("ground"), told.ref))
    return sorted(found, key=lambda stone: (stone.device, stone.seq))


def covered(stones: Iterable[Stone], heads: Mapping[str, Head]) -> tuple[Stone, ...]:
    """Those whose place a checkpoint covers that goes out as well."""
    return tuple(stone for stone in stones if stone.device in heads and stone.seq < heads[stone.device].size)


def decided_by(desk: Desk, stones: Iterable[Stone]) -> list[bytes]:
    """References of the orders behind these withdrawals and of the decisions of members who stand behind each order."""
    shreddings = {stone.shredding for stone in stones}
    wanted = {record.raw("order") for record in shredded.followings(desk) if record.ref in shreddings}
    known = people.records(desk) if wanted else []
    orders = [record.ref for record in known if record.type == ORDER and record.ref in wanted]
    behind = [r.ref for r in known if r.type == "decision" and r.text("kind") == "endorse" and set(orders) & set(r.refs("targets"))]
    return [*orders, *behind]


def name(number: int) -> str:
    """What the item is called in the tables."""
    return f"W{number:04}"


def rows(stones: Sequence[Stone], numbers: Mapping[bytes, str]) -> list[Sequence[str]]:
    """Rows of ``tombstones.csv``. ``numbers``: of each record in the case file, by its reference."""
    return [
        (name(at), str(stone.seq), stone.commitment.hex(), CLASS, stone.ground, f"T-{at:04}", numbers[stone.shredding])
        for at, stone in enumerate(stones, start=1)
    ]


def proof(paths: Paths, stone: Stone, heads: Mapping[str, Head]) -> Proof:
    """That the leaf of what is gone stands in its log, checked before it leaves. Raises Damaged when the path does not lead to the root."""
    head = heads[stone.device]
    path = paths.inclusion(stone.device, stone.seq, head.size)
    merkle.verify_inclusion(stone.seq, head.size, logs.leaf_of(stone.commitment), path, head.root)
    return Proof(stone.seq, tuple(path), head.note)
