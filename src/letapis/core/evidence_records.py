"""Evidence records of RFC 4998: that a file, or a hash tree with it, was stamped, and stamped again before hash or certificate grew old.

    record    SEQUENCE { 1, digest algorithms, [0]?, [1]?, SEQUENCE OF chain }     chain: SEQUENCE OF stamp
    stamp     SEQUENCE { [0] algorithm?, [1]?, [2] reduced hash tree?, token }     tree: SEQUENCE OF SEQUENCE OF hash

Structure and hash tree are checked here. Whether the tokens are genuine is ``engines.tsa``, as with every time stamp.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from letapis.core import der, timestamps
from letapis.core.errors import Damaged, Refused

LARGEST: Final = 4 << 20
MOST: Final = 200
"""Stamps in one record."""
_TREE: Final = 0xA2
_OTHER: Final = (0xA0, 0xA1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamp: hash algorithm of its tree, the lists of the tree from the leaf up, and the token as an authority would have replied it."""

    algorithm: str
    tree: tuple[tuple[bytes, ...], ...]
    reply: bytes
    token: timestamps.Token
    encoded: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """Chains of stamps: within a chain each renews the one before, and a chain begins anew with another hash algorithm."""

    algorithms: tuple[str, ...]
    chains: tuple[tuple[Stamp, ...], ...]

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        return tuple(stamp for chain in self.chains for stamp in chain)


def parse_record(data: bytes) -> EvidenceRecord:
    """Read a record. Raises Damaged("records.form"), Damaged("records.version") for another version, and as ``timestamps.parse_reply``."""
    if len(data) > LARGEST:
        raise Damaged("records.form")
    try:
        values = der.whole(data, der.SEQUENCE)
        version = der.take(values, der.INTEGER)
    except Damaged:
        raise Damaged("records.form") from None
    if version != b"\x01":
        raise Damaged("records.version")
    try:
        algorithms = tuple(timestamps.hash_name(content) for _, content in der.nodes(der.take(values, der.SEQUENCE)))
        while values and values[0][0] in _OTHER:
            values.pop(0)
        sequence = der.nodes(der.take(values, der.SEQUENCE))
        if values or not sequence or not algorithms or any(tag != der.SEQUENCE for tag, _ in sequence):
            raise Damaged("records.form")
        chains = tuple(tuple(_stamp(der.encode(*node)) for node in der.nodes(content)) for _, content in sequence)
    except Damaged as fault:
        raise Damaged("records.form" if fault.code == "time.der" else fault.code) from None
    if not all(chains) or sum(map(len, chains)) > MOST:
        raise Damaged("records.form")
    if any(len({stamp.algorithm for stamp in chain}) != 1 or chain[0].algorithm not in algorithms for chain in chains):
        raise Damaged("records.algorithm")
    return EvidenceRecord(algorithms, chains)


def _stamp(encoded: bytes) -> Stamp:
    values = der.whole(encoded, der.SEQUENCE)
    named = timestamps.hash_name(der.take(values, der.FIRST)) if values and values[0][0] == der.FIRST else ""
    if values and values[0][0] == 0xA1:
        values.pop(0)
    tree: tuple[tuple[bytes, ...], ...] = ()
    if values and values[0][0] == _TREE:
        tree = tuple(_list(node) for node in der.nodes(values.pop(0)[1]))
        if not tree:
            raise Damaged("records.form")
    content = der.encode(der.SEQUENCE, der.take(values, der.SEQUENCE))
    if values:
        raise Damaged("records.form")
    reply = der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, b"\x02\x01\x00"), content)
    token = timestamps.parse_reply(reply, older=True)
    return Stamp(named or token.algorithm, tree, reply, token, encoded, content)


def _list(node: der.Node) -> tuple[bytes, ...]:
    tag, content = node
    held = der.nodes(content)
    if tag != der.SEQUENCE or not held or any(inner != der.OCTETS for inner, _ in held):
        raise Damaged("records.form")
    return tuple(value for _, value in held)


def check_covers(record: EvidenceRecord, digest_of: Callable[[str], bytes]) -> None:
    """The first stamp covers the file, and every later one what came before it. ``digest_of``: the file's digest by an algorithm.

    Raises Refused("records.other_file") where the file is not in the tree, Refused("records.renewal") where a renewal is over something else,
    Refused("records.order") where stamps stand in another order than their hours, Refused("records.imprint") for a token over another root.
    """
    before = b""
    for number, chain in enumerate(record.chains):
        algorithm = chain[0].algorithm
        if number == 0:
            first = digest_of(algorithm)
        else:
            sequence = der.encode(der.SEQUENCE, before)
            first = _hash(algorithm, digest_of(algorithm) + _hash(algorithm, sequence))
        _check(chain[0], first, "records.renewal" if number else "records.other_file")
        for older, newer in pairwise(chain):
            _check(newer, _hash(algorithm, older.content), "records.renewal")
        before += der.encode(der.SEQUENCE, *(stamp.encoded for stamp in chain))
    moments = [stamp.token.moment for stamp in record.stamps]
    if moments != sorted(moments):
        raise Refused("records.order")


def _check(stamp: Stamp, wanted: bytes, code: str) -> None:
    """``wanted`` is in the tree (or is what was stamped), and the tree leads to the imprint of the token."""
    if not stamp.tree:
        if stamp.token.imprint != wanted:
            raise Refused(code)
        root = wanted
    else:
        if wanted not in stamp.tree[0]:
            raise Refused(code)
        root = _root(stamp)
    if (stamp.token.algorithm, stamp.token.imprint) != (stamp.algorithm, root):
        raise Refused("records.imprint")


def _root(stamp: Stamp) -> bytes:
    """Each list is joined with the hash of the list below it; a list of one alone is that hash itself."""
    value = b""
    for number, held in enumerate(stamp.tree):
        joined = sorted({*held, *((value,) if number else ())})
        value = joined[0] if len(joined) == 1 else _hash(stamp.algorithm, b"".join(joined))
    return value


def _hash(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(algorithm, data).digest()
