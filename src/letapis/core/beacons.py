"""Public random values that nobody knew before their time: what was recorded after one was recorded later than it.

    bitcoin   a block header: its work is checked; its time counts two hours earlier, because miners may set it so far ahead
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
AHEAD: Final = timedelta(hours=2)
_ROUND: Final = re.compile(r"[1-9][0-9]{0,8}\Z")
_VALUE: Final = re.compile(r"[0-9a-f]{64}\Z")
_SIGNATURE: Final = re.compile(r"(?:[0-9a-f]{96}|[0-9a-f]{192})\Z")
# Length of a signature in bytes -> (first round in seconds since 1970, seconds between rounds): the default chain and "quicknet".
_CHAINS: Final = {96: (1595431050, 30), 48: (1692803367, 3)}


@dataclass(frozen=True)
class Beacon:
    """A public random value: where it is to be found again, the value as it is read again, and the hour before which nobody knew it."""

    kind: str
    reference: str
    value: str
    moment: datetime


def parse_beacon(kind: str, text: str, reference: str = "", moment: datetime | None = None) -> Beacon:
    """Read a value of one of the kinds. Raises UsageError("time.beacon_kind", "time.beacon_moment", "time.beacon_value_short") and as the
    others do."""
    if kind == BITCOIN:
        return parse_bitcoin(text)
    if kind == DRAND:
        return parse_drand(text)
    if kind != OTHER:
        raise UsageError("time.beacon_kind")
    if moment is None:
        raise UsageError("time.beacon_moment")
    return parse_other(text, reference, moment)


def parse_bitcoin(text: str) -> Beacon:
    """A line ``height hex(80-byte header)``. Raises Damaged, Refused("time.header_work", "time.header_weak")."""
    line = " ".join(text.split())
    try:
        header = bitcoin.parse_header(line.encode("ascii") + b"\n")
    except UnicodeEncodeError:
        raise Damaged("time.header_form") from None
    if not header.strong:
        raise Refused("time.header_weak")
    return Beacon(BITCOIN, f"{header.height} {header.shown}", line, header.moment - AHEAD)


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
    return Beacon(DRAND, number, json.dumps({"round": int(number), "signature": signature}), moment)


def parse_other(text: str, reference: str, moment: datetime) -> Beacon:
    """Any published value, in the words of who published it. Raises UsageError("time.beacon_value_short") under 16 characters."""
    words = " ".join(text.split())
    if not 16 <= len(words) <= LARGEST or len(reference) > 500:
        raise UsageError("time.beacon_value_short")
    return Beacon(OTHER, " ".join(reference.split()), words, moment)
