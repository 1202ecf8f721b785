"""A secret that any t of n holders open together and t - 1 do not: XOR within each t-subset (threat-model.md, section 6).

For each t-subset the secret is split anew into t shares: t - 1 random strings, the last one the XOR of all of them with the secret.
No field arithmetic, so nothing to get wrong; the price is a share for each holder in each subset, 630 for 5 of 9.
Each share has a commitment, published when the secret is split, so a holder who gives a false share is named, not guessed.
The secrecy is information-theoretic: fewer than t holders see only random strings. Randomness is an argument.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from struct import pack
from typing import Final

from letapis.core.errors import Damaged, Refused, UsageError

MAX_HOLDERS: Final = 9
NONCE: Final = 32
_COMMIT: Final = b"letapis/share/1\x00"

Subset = tuple[bytes, ...]
Randomness = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Share:
    """What one ``holder`` keeps for one ``subset`` (its holders in ascending order). ``nonce`` blinds the commitment."""

    subset: Subset
    holder: bytes
    value: bytes
    nonce: bytes

    def commitment(self) -> bytes:
        """H(label || lp of each field): binds the share to its holder and subset and shows nothing of it."""
        parts = [_COMMIT, pack(">B", len(self.subset))]
        for field in (*self.subset, self.holder, self.value, self.nonce):
            parts.append(pack(">I", len(field)) + field)
        return hashlib.sha256(b"".join(parts)).digest()


def split(secret: bytes, holders: Sequence[bytes], threshold: int, randomness: Randomness) -> list[Share]:
    """C(n, t) * t shares, in the order of the subsets. ``randomness(count)`` gives that many random bytes.

    Raises UsageError ``thresholds.numbers`` unless 1 <= t <= n <= 9 and the holders differ, ``thresholds.secret`` for an empty secret.
    """
    ordered = sorted(holders)
    if len(set(ordered)) != len(ordered) or not 1 <= threshold <= len(ordered) <= MAX_HOLDERS:
        raise UsageError("thresholds.numbers")
    if not secret:
        raise UsageError("thresholds.secret")
    shares: list[Share] = []
    for subset in combinations(ordered, threshold):
        values = [randomness(len(secret)) for _ in subset[1:]]
        values.append(_xor((secret, *values)))
        shares.extend(Share(subset, holder, value, randomness(NONCE)) for holder, value in zip(subset, values, strict=True))
    return shares


def commitments(shares: Iterable[Share]) -> dict[tuple[Subset, bytes], bytes]:
    """Commitment of each share by (subset, holder), to be recorded when the shares are given out."""
    return {(share.subset, share.holder): share.commitment() for share in shares}


def check(shares: Iterable[Share], committed: Mapping[tuple[Subset, bytes], bytes]) -> tuple[bytes, ...]:
    """The holders whose share is not the one that was committed to, in ascending order; empty when all are true."""
    false = set()
    for share in shares:
        expected = committed.get((share.subset, share.holder))
        if expected is None or not hmac.compare_digest(expected, share.commitment()):
            false.add(share.holder)
    return tuple(sorted(false))


def join(shares: Iterable[Share], committed: Mapping[tuple[Subset, bytes], bytes]) -> bytes:
    """The secret, from the shares of one complete subset; shares of other subsets are no hindrance.

    Raises Refused ``thresholds.too_few`` when no subset is complete, Damaged ``thresholds.false_share`` when a share is not the one
    committed to (``check`` names its giver), Damaged ``thresholds.disagree`` when two complete subsets give different secrets.
    """
    given = tuple(shares)
    if check(given, committed):
        raise Damaged("thresholds.false_share")
    by_subset: dict[Subset, dict[bytes, bytes]] = defaultdict(dict)
    for share in given:
        by_subset[share.subset][share.holder] = share.value
    secrets = {_xor(tuple(held.values())) for subset, held in by_subset.items() if set(held) == set(subset)}
    if not secrets:
        raise Refused("thresholds.too_few")
    if len(secrets) != 1:
        raise Damaged("thresholds.disagree")
    return secrets.pop()


def subset_of(holders: Iterable[bytes], willing: Iterable[bytes], threshold: int) -> Subset:
    """The subset that a request should ask: the first t of the willing holders. Raises Refused ``thresholds.too_few``."""
    able = sorted(set(holders) & set(willing))
    if len(able) < threshold:
        raise Refused("thresholds.too_few")
    return tuple(able[:threshold])


def _xor(values: Sequence[bytes]) -> bytes:
    if len({len(value) for value in values}) != 1:
        raise Damaged("thresholds.share_length")
    total = 0
    for value in values:
        total ^= int.from_bytes(value, "big")
    return total.to_bytes(len(values[0]), "big")
