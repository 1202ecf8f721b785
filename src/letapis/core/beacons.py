"""Public random values that nobody knew before their time: what was recorded after one was recorded later than it.

    bitcoin   a block header: its work is checked, its time is the one it states (within about two hours)
    drand     a round of the League of Entropy: time from the round, value = SHA-256 of the signature where that is given
    other     any published value, with the hour at which a person says it was published

A drand signature needs pairings and is not checked here: anybody compares the round with any of its public servers.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from letapis.core import bitcoin
from letapis.core.errors import Damaged, Refused, UsageError

BITCOIN, DRAND, OTHER = "bitcoin", "drand", "other"
KINDS: Final = (BITCOIN, DRAND, OTHER)
LARGEST: Final = 4096
_ROUND: Final = re.compile(r"[1-9][0-9]{0,11}\Z")
_VALUE: Final = re.compile(r"[0-9a-f]{64}\Z")
_SIGNATURE: Final = re.compile(r"(?:[0-9a-f]{96}|[0-9a-f]{192})\Z")
# Length of a signature in bytes -> (first round in seconds since 1970, seconds between rounds): the default chain and "quicknet".
_CHAINS: Final = {96: (1595431050, 30), 48: (1692803367, 3)}


@dataclass(frozen=True)
class Beacon:
    """A public random value: where it is to be found again, its bytes, and the hour before which nobody knew it."""

    kind: str
    reference: str
    value: bytes
    moment: datetime
    checked: bool


def parse_bitcoin(text: str) -> Beacon:
    """A line ``height hex(80-byte header)``. Raises Damaged, Refused("time.header_work", "time.header_weak")."""
    try:
        header = bitcoin.parse_header(" ".join(text.split()).encode("ascii") + b"\n")
    except UnicodeEncodeError:
        raise Damaged("time.header_form") from None
    if not header.strong:
        raise Refused("time.header_weak")
    return Beacon(BITCOIN, f"{header.height} {header.shown}", header.block, header.moment, True)


def parse_drand(text: str) -> Beacon:
    """A round as its servers answer: JSON with ``round``, ``signature`` and, if it is there, ``randomness``.

    Raises Damaged("time.beacon_form"), Refused("time.beacon_value") when the value is not the hash of its signature.
    """
    if len(text) > LARGEST:
        raise Damaged("time.beacon_form")
    try:
        told = json.loads(text)
        number, signature = str(told["round"]), str(told["signature"])
        value = str(told.get("randomness", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Damaged("time.beacon_form") from None
    if not _ROUND.match(number) or not _SIGNATURE.match(signature) or (value and not _VALUE.match(value)):
        raise Damaged("time.beacon_form")
    made = hashlib.sha256(bytes.fromhex(signature)).digest()
    if value and bytes.fromhex(value) != made:
        raise Refused("time.beacon_value")
    first, period = _CHAINS[len(signature) // 2]
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=first + (int(number) - 1) * period)
    return Beacon(DRAND, number, made, moment, False)


def parse_other(text: str, reference: str, moment: datetime) -> Beacon:
    """Any published value, kept as its SHA-256 beside the words. Raises UsageError("time.beacon_value_short") under 16 characters."""
    words = " ".join(text.split())
    if not 16 <= len(words) <= LARGEST or len(reference) > 500:
        raise UsageError("time.beacon_value_short")
    return Beacon(OTHER, " ".join(reference.split()), words.encode("utf-8"), moment, False)
