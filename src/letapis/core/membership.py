"""Members, devices and thresholds: what the directory answers. ``core.directory`` says how the answer follows from records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Final

ORDER: Final = "shred_order"
"""The type of an order to shred records, which keepers carry as they carry an entry."""


class State(StrEnum):
    """Whether an entry is in force."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    REMOVED = "removed"


class Weight(IntEnum):
    """What a record at a position of a device's log weighs."""

    NEVER = 0
    UNTIL_RECONFIRMED = 1
    COUNTS = 2


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the organisation. ``keeper`` admits and removes, ``custodian`` holds shares of identities, ``publisher`` makes the public
    list and holds no key but those of what is public."""

    member: bytes
    name: str
    keeper: bool
    custodian: bool
    state: State
    ref: bytes
    publisher: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A device with its public keys and log. ``removed_from`` and ``compromised_since`` are sizes of its log."""

    device: str
    member: bytes
    label: str
    log: str
    ed25519: bytes
    mldsa44: bytes
    kem: bytes
    log_ed25519: bytes
    log_mldsa44: bytes
    state: State
    ref: bytes
    removed_from: int | None = None
    compromised_since: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry that waits for keepers: who stands behind it and how many are needed now. ``members``: also those who are no keepers."""

    ref: bytes
    type: str
    supporters: tuple[bytes, ...]
    needed: int
    members: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Directory:
    """The answer of the fold. Proposed members and devices are listed too; they count for nothing. ``orders``: all orders to shred, and
    ``ordered`` those in force."""

    name: str = ""
    marking: str = ""
    members: Mapping[bytes, Member] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()
    orders: tuple[Proposal, ...] = ()
    ordered: frozenset[bytes] = frozenset()

    @cached_property
    def unbroken(self) -> Mapping[str, bytes]:
        """Devices of which every record counts, with their members: neither removed nor compromised."""
        return {
            name: known.member
            for name, known in self.devices.items()
            if known.state is not State.PROPOSED and known.removed_from is None and known.compromised_since is None
        }

    def member_of(self, device: str) -> bytes | None:
        """Member for whom the device signs or signed; None for a device that was never in force."""
        known = self.devices.get(device)
        return known.member if known is not None and known.state is not State.PROPOSED else None

    def weight(self, device: str, seq: int) -> Weight:
        """What the record ``seq`` of a device weighs: nothing from its removal on, nothing until reconfirmed from its compromise on."""
        known = self.devices.get(device)
        if known is None or known.state is State.PROPOSED:
            return Weight.NEVER
        if known.removed_from is not None and seq >= known.removed_from:
            return Weight.NEVER
        if known.compromised_since is not None and seq >= known.compromised_since:
            return Weight.UNTIL_RECONFIRMED
        return Weight.COUNTS

    def counts(self, device: str, seq: int) -> bool:
        """The record counts by itself, without a reconfirmation."""
        return self.weight(device, seq) is Weight.COUNTS

    def active_devices(self) -> tuple[Device, ...]:
        return tuple(d for d in self.devices.values() if d.state is State.ACTIVE)

    def active_members(self) -> tuple[Member, ...]:
        return tuple(m for m in self.members.values() if m.state is State.ACTIVE)

    def keepers(self) -> tuple[bytes, ...]:
        """Members who admit and remove, as far as they have a device to do it with."""
        return tuple(m.member for m in self.active_members() if m.keeper and self.devices_of(m.member))

    def custodians(self) -> tuple[bytes, ...]:
        """Members who hold shares of identities, as far as they have a device to hold them on."""
        return tuple(m.member for m in self.active_members() if m.custodian and self.devices_of(m.member))

    def devices_of(self, member: bytes) -> tuple[Device, ...]:
        """Active devices of a member."""
        return tuple(d for d in self.active_devices() if d.member == member)


def threshold(keepers: int) -> int:
    """How many keepers an entry needs: 1 of 1, 2 of 2, 2 of 3 and 4, 3 from five on."""
    return 1 if keepers <= 1 else 2 if keepers < 5 else 3


def threshold_for_identity(custodians: int) -> int:
    """How many custodians open an identity together; the requester never counts among them."""
    return threshold(custodians)
