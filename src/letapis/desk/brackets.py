"""Between which hours each checkpoint of a log must have been made, and what says so.

Three things stand apart: what its own device claims, the bracket that is proven (after a public random value, before a stamp), and the
receipts themselves.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from letapis.core import notes
from letapis.core.access import Reader
from letapis.core.errors import Damaged
from letapis.core.instants import moment_at
from letapis.core.membership import Device
from letapis.desk import authorities, logs, people, reading
from letapis.desk.anchor_views import AnchorView
from letapis.desk.anchors import anchors
from letapis.desk.beacons import CLOCKS, BeaconView, beacons, contradicts, held_by
from letapis.desk.opening import Desk
from letapis.engines import seal

SHOWN: Final = 12


@dataclass(frozen=True)
class CheckpointView:
    """One checkpoint of a log. ``claimed``: the hour that its own device put into it; ``not_before`` and ``not_after``: what is proven.

    ``unrelated``: two authorities of which a person said that they have nothing to do with each other stamped it. ``ahead``: a stamp bears an
    hour that is still to come by the clock of this computer.
    """

    anchored: bytes
    origin: str
    device: str
    size: int
    digest: bytes
    note: bytes
    claimed: datetime | None
    not_before: BeaconView | None
    anchors: tuple[AnchorView, ...]
    unrelated: bool
    ahead: bool = False

    @property
    def not_after(self) -> datetime | None:
        """The earliest hour of a stamp that can be: one from before a value that the log held already is no proof of that hour."""
        return min((moment for moment in self._stamped if not self._too_early(moment)), default=None)

    @property
    def contradicted(self) -> bool:
        """A stamp bears an hour at which nobody can have known what stands in the log: it is back-dated, or the hour of the value is wrong."""
        return any(self._too_early(moment) for moment in self._stamped)

    @property
    def _stamped(self) -> list[datetime]:
        return [one.not_after for one in self.anchors if one.not_after and not one.renews]

    def _too_early(self, moment: datetime) -> bool:
        return contradicts(self.not_before, moment)

    @property
    def state(self) -> str:
        """``anchored``, ``pending`` or ``not_anchored``."""
        if self.not_after:
            return "anchored"
        return "pending" if any(one.waits for one in self.anchors) else "not_anchored"

    @property
    def clock_wrong(self) -> bool:
        """The device's hour cannot be right: it is later than a stamp, or earlier than a value that nobody knew before."""
        if self.claimed is None:
            return False
        late = self.not_after is not None and self.claimed > self.not_after + CLOCKS
        return late or contradicts(self.not_before, self.claimed)


def checkpoints(desk: Desk, reader: Reader, limit: int = SHOWN) -> list[CheckpointView]:
    """The newest checkpoint of each log, and those that were stamped or are to be, the newest first."""
    kept = [_checkpoint(one.record.raw("note"), one.item) for one in reading.items(desk, reader, "anchored", limit=limit, newest=True)]
    stamped = [one for one in kept if one is not None]
    known = {one.digest for one in stamped}
    fresh = [one for one in _newest(desk) if one.digest not in known]
    told = beacons(desk, reader)
    by_note: dict[bytes, list[AnchorView]] = {}
    for one in anchors(desk, reader):
        by_note.setdefault(one.anchored, []).append(one)
    views = [_with_times(desk, one, by_note.get(one.anchored, []), told) for one in [*stamped, *fresh]]
    # What its log did not sign is no checkpoint, whoever stamped it.
    signed = [(one.claimed, one) for one in views if one.claimed is not None]
    return [one for _, one in sorted(signed, key=lambda pair: (-pair[0].timestamp(), pair[1].origin, -pair[1].size))]


def _checkpoint(note: bytes, anchored: bytes = b"") -> CheckpointView | None:
    """What a note says of itself; None for bytes that are none."""
    try:
        at = notes.parse_checkpoint(notes.parse_note(note).text)
    except Damaged:
        return None
    return CheckpointView(anchored, at.origin, "", at.size, hashlib.sha256(note).digest(), note, None, None, (), False)


def _newest(desk: Desk) -> list[CheckpointView]:
    """The newest good checkpoint that we hold of each log."""
    found = {}
    query = "SELECT s.origin, c.size, c.note FROM db_checkpoint c JOIN db_logstate s ON s.id = c.log WHERE c.fault = %s ORDER BY c.size, c.id"
    for origin, size, note in desk.store.rows(query, ("",)):
        if int(size):
            found[str(origin)] = _checkpoint(str(note).encode("utf-8"))
    return [one for one in found.values() if one is not None]


def _with_times(desk: Desk, view: CheckpointView, found: Sequence[AnchorView], told: Iterable[BeaconView]) -> CheckpointView:
    device = next((one for one in people.directory(desk).devices.values() if one.log == view.origin), None)
    claimed = _claimed(view.note, device) if device else None
    before = held_by(told, device.device, view.size) if device else None
    right = (one for one in found if one.moment and not contradicts(before, one.moment))
    holding = [one.authority for one in right if one.authority and not one.renews]
    unrelated = any(authorities.are_apart(one, other) for one in holding for other in holding)
    late = desk.clock() + CLOCKS
    return replace(
        view,
        device=device.device if device else "",
        claimed=claimed,
        not_before=before,
        anchors=tuple(found),
        unrelated=unrelated,
        ahead=any(one.moment > late for one in found if one.moment),
    )


def _claimed(note: bytes, device: Device) -> datetime | None:
    """The hour that the log signed, once both of its signatures hold."""
    try:
        opened = notes.open_checkpoint(note, logs.verifier_keys(device.log, device.log_ed25519, device.log_mldsa44), seal.verify)
    except Damaged:
        return None
    return moment_at(opened.time) if opened.time else None
