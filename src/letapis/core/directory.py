"""Who signs for whom: members, their devices, keepers, and from which position a device no longer counts.

The directory is a fold of the records of the organisation's compartment. An entry (organisation, member, device, removal) is in force
when enough keepers have authored or endorsed it, counted per member, of the keepers in force before it who have a device: 1 of 1,
2 of 2, 2 of 3 or 4, 3 from five on. A removal does not wait for the removed: where too few others remain, all others suffice, so in a
team of two either can remove the other.

An order to shred records (``core.erasure``) is carried like an entry, and besides two members stand behind it, keepers or not: what cannot
be undone is nobody's alone, not even where one keeper is enough for everything else.

Trust starts at one pinned record, the organisation's first; its author is the founding device. Whoever feeds records in has verified
each signature with the keys that this directory binds, the pinned record's with those of the founding device.

Acts are taken in one order that does not depend on arrival: the recorded time, raised so that within a device the sequence rules.
A recorded time is a device's word. So it decides only where at least two members vouch; while the founder is the only keeper, acts
count on the founding device's own chain alone, and an idle second device found later cannot pretend to have been earlier.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from letapis.core.membership import ORDER, Device, Directory, Member, Proposal, State, Weight, threshold, threshold_for_identity
from letapis.core.records import Record

__all__ = ["Device", "Directory", "Member", "Proposal", "State", "Weight", "fold_directory", "threshold", "threshold_for_identity"]

ENTRIES: Final = frozenset({"organisation", "member", "device", "removal", ORDER})
Cuts = dict[str, tuple[int | None, int | None]]  # by device: removed from, compromised since


def fold_directory(records: Iterable[Record], root: bytes) -> Directory:
    """The directory that follows from ``records`` in any order and repetition, trusting the organisation record ``root``.

    Without the founder's three records (organisation, member, device) the answer is an empty directory, in which nothing counts.
    A removal once in force stays so: its positions are taken as given from the start and the rest is folded again, because it takes
    the weight from acts that stand before it in time but at or above its position in the removed log. Reconfirmations likewise.
    """
    known = {r.ref: r for r in records if r.known and (r.type in ENTRIES or r.type == "decision")}
    founding = _founding(known, root)
    if founding is None:
        return Directory()
    acts = _acts(known.values(), founding)
    found = _Found()
    while True:
        fold = _Fold(known, founding, found)
        fold.run(acts)
        if fold.found == found:
            return fold.result()
        found = fold.found


@dataclass(slots=True)
class _Found:
    """What one pass hands to the next; it only grows, so the passes end. ``reconfirmed``: by record, the keepers who did."""

    cuts: Cuts = field(default_factory=dict)
    removals: set[bytes] = field(default_factory=set)
    reconfirmed: dict[bytes, set[bytes]] = field(default_factory=dict)

    def copy(self) -> "_Found":
        return _Found(dict(self.cuts), set(self.removals), {ref: set(by) for ref, by in self.reconfirmed.items()})


@dataclass(frozen=True, slots=True)
class _Founding:
    organisation: Record
    member: Record
    device: Record

    @property
    def key(self) -> str:
        return self.device.header.device

    @property
    def founder(self) -> bytes:
        return self.member.raw("member")

    @property
    def refs(self) -> set[bytes]:
        return {self.organisation.ref, self.member.ref, self.device.ref}


@dataclass(frozen=True, slots=True)
class _Act:
    """A device stands behind a record: as its author, by endorsing it, or by reconfirming it."""

    device: str
    seq: int
    ref: bytes
    kind: str
    target: bytes


def _founding(known: Mapping[bytes, Record], root: bytes) -> _Founding | None:
    organisation = known.get(root)
    if organisation is None or organisation.type != "organisation":
        return None
    key = organisation.header.device
    own = sorted((r for r in known.values() if r.header.device == key), key=lambda r: (r.header.seq, r.ref))
    device = next((r for r in own if r.type == "device" and r.text("device") == key), None)
    member = next((r for r in own if device and r.type == "member" and r.raw("member") == device.raw("member")), None)
    return _Founding(organisation, member, device) if device and member else None


def _acts(records: Iterable[Record], founding: _Founding) -> list[_Act]:
    """All acts in the one order: recorded time raised to that of earlier records of the same device, then device, sequence, target."""
    ordered: list[tuple[tuple[str, str, int, bytes, bytes], _Act]] = []
    latest: dict[str, str] = {}
    for r in sorted(records, key=lambda r: (r.header.device, r.header.seq, r.ref)):
        h = r.header
        when = latest[h.device] = max(latest.get(h.device, ""), h.recorded)
        if r.type in ENTRIES:
            found = [("author", r.ref)] if r.ref not in founding.refs else []
        else:
            found = [(r.text("kind"), target) for target in r.refs("targets")] if r.text("kind") in ("endorse", "reconfirm") else []
        ordered += [((when, h.device, h.seq, r.ref, target), _Act(h.device, h.seq, r.ref, kind, target)) for kind, target in found]
    return [act for _, act in sorted(ordered, key=lambda item: item[0])]


class _Fold:
    """One pass over the acts. What the pass before ``found`` holds from its start, whatever stands behind it now."""

    def __init__(self, known: Mapping[bytes, Record], founding: _Founding, found: _Found) -> None:
        self.known, self.founding, self.found, self.forced = known, founding, found.copy(), frozenset(found.removals)
        self.members: dict[bytes, Member] = {}
        self.devices: dict[str, Device] = {}
        self.organisation = founding.organisation
        self.support: dict[bytes, list[tuple[bytes, str]]] = {}  # by entry: (member, device) in order
        self.carried: set[bytes] = set()  # enough stood behind it, counted when the last of them acted
        self.in_force = founding.refs
        self.gone: set[str] = set()  # a device name that was removed is never bound again
        self.shared = False  # there have been two keepers
        self._admit_member(founding.member)
        self._bind_device(founding.device)

    def run(self, acts: list[_Act]) -> None:
        """The founding chain up to the second keeper; then every act whose device is in force, again until nothing changes."""
        waiting = self._founding_chain(acts)
        while True:
            left = [act for act in waiting if not self._take(act)]
            progress = len(left) < len(waiting) or self._settle()
            if not progress and not self._force():
                return
            waiting = left

    def _settle(self) -> bool:
        """Carried entries that waited for another one, as a device for its member."""
        ready = [ref for ref in self.support if ref in self.carried - self.in_force and self._is_possible(self.known[ref])]
        for ref in ready[:1]:  # one at a time: two entries may want the same name
            self._put_in_force(self.known[ref])
        return bool(ready)

    def _force(self) -> bool:
        """Removals of the pass before whose acts weigh nothing any more: a removal is not undone by what it brought about."""
        left = sorted(self.forced - self.in_force)
        for ref in left:
            self._put_in_force(self.known[ref])
        return bool(left)

    def _founding_chain(self, acts: list[_Act]) -> list[_Act]:
        """What the founder did alone. Order on one chain is its sequence, so nobody can slip in before the second keeper."""
        chain = sorted((act for act in acts if act.device == self.founding.key), key=lambda act: (act.seq, act.ref, act.target))
        taken: set[_Act] = set()
        for act in chain:
            if self.shared:
                break
            if self._take(act):
                taken.add(act)
        return [act for act in acts if act not in taken]

    # ---- one act -----------------------------------------------------------------------------------------------------

    def _take(self, act: _Act) -> bool:
        """Count an act if it may count now; False keeps it waiting."""
        target, device = self.known.get(act.target), self.devices.get(act.device)
        if device is None or target is None or not self._weighs(act, device):
            return False
        if act.kind == "reconfirm":
            if device.member not in self._keepers():
                return False
            self.found.reconfirmed.setdefault(act.target, set()).add(device.member)
        elif target.type in ENTRIES and act.target not in self.in_force:
            self.support.setdefault(act.target, []).append((device.member, act.device))
            if self._is_carried(target):
                self.carried.add(target.ref)
                while self._settle():  # at once: a device that was endorsed before its member must not come after that member's removal
                    pass
        return True

    def _weighs(self, act: _Act, device: Device) -> bool:
        removed, compromised = self.found.cuts.get(device.device, (None, None))
        if removed is not None and act.seq >= removed:
            return False
        if compromised is None or act.seq < compromised:
            return True
        return act.kind != "reconfirm" and bool(self.found.reconfirmed.get(act.ref, set()) - {device.member})

    def _keepers(self) -> set[bytes]:
        """Keepers who can act: a member whose first device is still to be admitted is not waited for."""
        with_device = {d.member for d in self.devices.values() if d.state is State.ACTIVE}
        return {m.member for m in self.members.values() if m.keeper and m.state is State.ACTIVE and m.member in with_device}

    # ---- is an entry carried -----------------------------------------------------------------------------------------

    def _is_possible(self, entry: Record) -> bool:
        """A device belongs to an active member, its name and log are bound once and for all, and a removed name stays removed."""
        if entry.type != "device":
            return True
        owner = self.members.get(entry.raw("member"))
        name, log = entry.text("device"), entry.text("log")
        if owner is None or owner.state is not State.ACTIVE or name in self.gone:
            return False
        bound = self.devices.get(name)
        if bound is None:
            return all(other.log != log for other in self.devices.values())
        return _keys(bound) == _keys(_device(entry))

    def _is_carried(self, entry: Record) -> bool:
        """Enough keepers stand behind it. A removed member does not count for the removal; where that leaves too few, all others suffice."""
        keepers = self._keepers()
        behind = [(member, device) for member, device in self.support[entry.ref] if member in keepers]
        needed = threshold(len(keepers))
        if entry.type == "removal":
            name = entry.text("device")
            owner = entry.raw("member") or (self.devices[name].member if name in self.devices else b"")
            behind = [(member, device) for member, device in behind if device != name and (name or member != owner)]
            others = keepers - {owner}
            if others and len({member for member, _ in behind} - {owner}) >= min(needed, len(others)):
                needed = 1
        carriers = {member for member, _ in behind}
        if entry.type == ORDER and len({member for member, _ in self.support[entry.ref]}) < 2:
            return False
        return len(carriers) >= needed and (self.shared or self._founder_may(entry, behind))

    def _founder_may(self, entry: Record, behind: Iterable[tuple[bytes, str]]) -> bool:
        """Before there is a second keeper, only the founding device acts alone; another device may say that it is lost."""
        founding = self.devices[self.founding.key]
        lost = entry.type == "removal" and entry.text("device") == self.founding.key
        return lost or founding.state is State.REMOVED or any(device == self.founding.key for _, device in behind)

    # ---- in force ----------------------------------------------------------------------------------------------------

    def _put_in_force(self, entry: Record) -> None:
        if entry.ref in self.in_force:
            return
        self.in_force.add(entry.ref)
        if entry.type == "organisation":
            self.organisation = entry
        elif entry.type == "member":
            self._admit_member(entry)
        elif entry.type == "device":
            self._bind_device(entry)
        elif entry.type == "removal":
            self.found.removals.add(entry.ref)
            self._remove(entry)
        self.shared = self.shared or len(self._keepers()) > 1

    def _admit_member(self, entry: Record) -> None:
        member = _member(entry)
        self.members[member.member] = member

    def _bind_device(self, entry: Record) -> None:
        device = _device(entry)
        removed, compromised = self.found.cuts.get(device.device, (None, None))
        self.devices[device.device] = replace(device, removed_from=removed, compromised_since=compromised)

    def _remove(self, entry: Record) -> None:
        """A device, or a member with all devices. A log that the removal does not name counts as empty: nobody vouches for what it held."""
        name, owner = entry.text("device"), entry.raw("member")
        if not name and owner in self.members:
            self.members[owner] = replace(self.members[owner], state=State.REMOVED)
        sizes = dict(zip(entry.texts("log"), entry.numbers("size"), strict=False))
        since = entry.number("compromised_since") if "compromised_since" in entry.body else None
        for device in list(self.devices.values()):
            if device.device == name if name else device.member == owner:
                self._cut(device, sizes.get(device.log, 0), since)
        self.gone |= {name} if name else set()

    def _cut(self, device: Device, size: int, since: int | None) -> None:
        before, compromised = self.found.cuts.get(device.device, (None, None))
        size = size if before is None else min(size, before)
        marks = [mark for mark in (since, compromised) if mark is not None]
        cut = (size, min(marks) if marks else None)
        self.found.cuts[device.device] = cut
        self.gone.add(device.device)
        self.devices[device.device] = replace(device, state=State.REMOVED, removed_from=cut[0], compromised_since=cut[1])

    # ---- the answer --------------------------------------------------------------------------------------------------

    def result(self) -> Directory:
        waiting = sorted((r for r in self.known.values() if r.type in ENTRIES and r.ref not in self.in_force), key=lambda r: r.ref)
        members, devices = dict(self.members), dict(self.devices)
        for entry in waiting:
            if entry.type == "member":
                members.setdefault(entry.raw("member"), replace(_member(entry), state=State.PROPOSED))
            elif entry.type == "device":
                devices.setdefault(entry.text("device"), replace(_device(entry), state=State.PROPOSED))
        return Directory(
            name=self.organisation.text("name"),
            marking=self.organisation.text("marking"),
            members={key: members[key] for key in sorted(members)},
            devices={key: devices[key] for key in sorted(devices)},
            proposals=tuple(self._proposal(entry) for entry in waiting if entry.type != ORDER),
            orders=tuple(self._proposal(entry) for entry in sorted(self.known.values(), key=lambda r: r.ref) if entry.type == ORDER),
            ordered=frozenset(ref for ref in self.in_force if ref in self.known and self.known[ref].type == ORDER),
        )

    def _proposal(self, entry: Record) -> Proposal:
        keepers = self._keepers()
        behind = sorted({member for member, _ in self.support.get(entry.ref, ()) if member in keepers})
        everybody = tuple(sorted({member for member, _ in self.support.get(entry.ref, ())}))
        return Proposal(entry.ref, entry.type, tuple(behind), threshold(len(keepers)), everybody)


def _member(entry: Record) -> Member:
    offices = entry.flag("keeper"), entry.flag("custodian")
    return Member(entry.raw("member"), entry.text("name"), *offices, State.ACTIVE, entry.ref, entry.flag("publisher"))


def _keys(device: Device) -> tuple[bytes | str, ...]:
    return (device.member, device.log, device.ed25519, device.mldsa44, device.kem, device.log_ed25519, device.log_mldsa44)


def _device(entry: Record) -> Device:
    return Device(
        device=entry.text("device"),
        member=entry.raw("member"),
        label=entry.text("label"),
        log=entry.text("log"),
        ed25519=entry.raw("ed25519"),
        mldsa44=entry.raw("mldsa44"),
        kem=entry.raw("kem"),
        log_ed25519=entry.raw("log_ed25519"),
        log_mldsa44=entry.raw("log_mldsa44"),
        state=State.ACTIVE,
        ref=entry.ref,
    )
