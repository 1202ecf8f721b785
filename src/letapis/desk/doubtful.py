"""Records that a device signed from a position of its log on: what stands in doubt, and how a colleague confirms it again.

Until somebody other than its author does so, such a record counts for nothing (``core.directory``, ``core.standing``); most of them
then have no row of their own, so they are read from the sealed records.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.core.membership import Device
from letapis.core.records import Draft, Record, Value
from letapis.desk import ledger, people, refold, vault
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.desk.reading.window import guard, missing
from letapis.engines.db.models import Record as Row

_AT_ONCE: Final = 2000
_SILENT: Final = frozenset({"seen", "cover", "compartment", "grant"})
"""Housekeeping of a device: nobody reads it, and keys are changed anyway."""


@dataclass(frozen=True)
class Doubtful:
    """One record in doubt. ``passage``: the words that it stands on, when it is a claim. ``confirmed`` by somebody else."""

    record: Record
    author: bytes
    confirmed: bool

    @property
    def ref(self) -> bytes:
        return self.record.ref

    @property
    def passage(self) -> bytes:
        return self.record.ref if self.record.type == "as_said" else self.record.raw("passage")


@dataclass(frozen=True)
class Passage:
    """Records that are confirmed together: the words as said with everything that was cut from them, or a record that stands alone."""

    words: str
    records: tuple[Doubtful, ...]

    @property
    def waits(self) -> bool:
        return any(not one.confirmed for one in self.records)


def count(desk: Desk, reader: Reader, device: str, since: int) -> tuple[int, int]:
    """How many records the reader holds of a device from this position on, up to its removal, and how many of them are confirmed."""
    found = _standing(desk, reader, device, since)
    return len(found), sum(found.values())


def after(desk: Desk, reader: Reader, device: str, since: int, waiting: bool = False) -> list[Doubtful]:
    """These records, in the order of the device's log: all of them, or the first that wait for somebody to confirm them."""
    known = _known(desk, device)
    standing = _standing(desk, reader, device, since)
    wanted = [ref for ref, confirmed in standing.items() if not confirmed][:_AT_ONCE] if waiting else list(standing)
    opened = vault.opened_by_ref(desk, wanted)
    return [Doubtful(opened[ref].record, known.member, standing[ref]) for ref in wanted]


def _known(desk: Desk, device: str) -> Device:
    known = people.directory(desk).devices.get(device)
    if known is None:
        raise missing()
    return known


def _standing(desk: Desk, reader: Reader, device: str, since: int) -> dict[bytes, bool]:
    """References in the order of the log, each with whether somebody else has confirmed it; nothing is opened for that."""
    known = _known(desk, device)
    end = known.removed_from if known.removed_from is not None else 1 << 43
    query = "SELECT ref, compartment, type FROM db_record WHERE device = %s AND seq >= %s AND seq < %s AND state = %s ORDER BY seq"
    rows = desk.store.rows(query, (device, since, end, Row.OK))
    refs = [bytes(ref) for ref, compartment, kind in rows if kind not in _SILENT and guard(reader).holds(bytes(compartment))]
    again = refold.reconfirmed(desk, dict.fromkeys(refs, known.member))
    return {ref: ref in again for ref in refs}


def passages(found: Sequence[Doubtful]) -> list[Passage]:
    """The same by passage: claims with the words they stand on, everything else one by one, in the order of the first of each."""
    by_passage: dict[bytes, list[Doubtful]] = {}
    for one in found:
        by_passage.setdefault(one.passage or one.ref, []).append(one)
    return [Passage(next((d.record.text("text") for d in part if d.record.type == "as_said"), ""), tuple(part)) for part in by_passage.values()]


def reconfirm(desk: Desk, reader: Reader, device: str, refs: Sequence[bytes], reason: str) -> int:
    """Let these records count again, one decision for each compartment; how many that were.

    Raises Refused("doubtful.own") for one's own records, NotFound for what the reader does not hold, UsageError without records or reason.
    """
    reason = require_text(reason, "verify.reason", 4000)
    known = people.directory(desk).devices.get(device)
    if known is None or known.compromised_since is None:
        raise missing()
    if known.member == desk.me:
        raise Refused("doubtful.own")
    if not refs:
        raise UsageError("doubtful.none")
    standing = _standing(desk, reader, device, known.compromised_since)
    if not set(refs) <= standing.keys():
        raise missing()
    opened = vault.opened_by_ref(desk, [ref for ref in dict.fromkeys(refs) if standing.get(ref) is False])
    chosen = [one.record for one in opened.values()]
    by_place: dict[tuple[bytes, bytes], list[bytes]] = {}
    for record in chosen:
        by_place.setdefault((record.header.compartment, record.raw("dossier")), []).append(record.ref)
    ledger.append(desk, [_decision(place, targets, reason) for place, targets in by_place.items()])
    return len(chosen)


def _decision(place: tuple[bytes, bytes], targets: Sequence[bytes], reason: str) -> Draft:
    compartment, dossier = place
    body: dict[str, Value] = {"kind": "reconfirm", "targets": tuple(targets), "reason": reason}
    return Draft("decision", compartment, body | ({"dossier": dossier} if dossier else {}))
