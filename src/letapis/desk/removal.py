"""Remove a member or a device: from a named position on their log counts for nothing, and nothing written afterwards opens with their keys.

The removal is an entry of the directory and needs as many keepers as any other. Once it is in force, each compartment that the
removed could open gets a new key: one of those who hold it makes it, gives it to everybody who remains, and leaves all of the
compartment on the relay anew under it.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.core.membership import Device, State
from letapis.core.records import Draft, Record, Value
from letapis.desk import compartments, ledger, logs, members, people, relay_names, resealing
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk

_EPOCH: Final = 16
"""Low bits of an epoch that are random, so that two who change one key at the same time do not give two keys one number."""


def remove_member(desk: Desk, reader: Reader, member: bytes, reason: str) -> Record:
    """Propose that a member and all their devices go; in force when enough keepers stand behind it. Raises Refused, UsageError."""
    known = people.directory(desk).members.get(member)
    if known is None or known.state is not State.ACTIVE:
        raise UsageError("removal.unknown")
    if member == desk.me:
        raise Refused("removal.oneself")
    devices = [device for device in people.directory(desk).devices.values() if device.member == member and device.state is State.ACTIVE]
    return _remove(desk, reader, {"member": member}, devices, reason, None)


def remove_device(desk: Desk, reader: Reader, device: str, reason: str, compromised_since: int | None = None) -> Record:
    """Propose that a lost or broken device goes. ``compromised_since``: from this position of its log records need reconfirming."""
    known = people.directory(desk).devices.get(device)
    if known is None or known.state is not State.ACTIVE:
        raise UsageError("removal.unknown")
    if device == desk.device:
        raise Refused("removal.oneself")
    return _remove(desk, reader, {"device": device}, [known], reason, compromised_since)


def _remove(desk: Desk, reader: Reader, who: Mapping[str, Value], devices: list[Device], reason: str, since: int | None) -> Record:
    members.require_keeper(desk, reader)
    states = {log.device: log for log in logs.logs(desk.store)}
    held = [states[device.device] for device in devices if device.device in states]
    body: dict[str, Value] = {**who, "reason": require_text(reason, "removal.reason", 2000)}
    body |= {"log": tuple(log.origin for log in held), "size": tuple(log.frontier.size for log in held)}
    body["root"] = tuple(log.frontier.root() for log in held)
    if since is not None:
        if not 0 <= since <= sum(log.frontier.size for log in held):
            raise UsageError("removal.since")
        body["compromised_since"] = since
    with desk.store.transaction():
        (entry,) = ledger.append(desk, [Draft("removal", members.common_compartment(desk, "ORG"), body)])
        renew_keys(desk)
    return entry


# ---- new keys --------------------------------------------------------------------------------------------------------


def renew_keys(desk: Desk) -> int:
    """Give new keys to the compartments that removed devices could open and for which this device is the one to do it. How many."""
    with desk.store.transaction():
        due = sorted(_due(desk))
        for compartment, _ in due:
            _renew(desk, compartment)
        for compartment, gone in due:
            people.keep_setting(desk.store, _done_key(compartment, gone), "1")
    return len(due)


def _done_key(compartment: bytes, gone: tuple[str, ...]) -> str:
    return f"renewed:{hashlib.sha256(compartment + chr(0).join(gone).encode('utf-8')).hexdigest()[:40]}"


def _due(desk: Desk) -> list[tuple[bytes, tuple[str, ...]]]:
    """Compartments with the removed devices that could open them, where that has not been answered with a new key from here."""
    directory = people.directory(desk)
    removed = [device for device in directory.devices.values() if device.state is State.REMOVED]
    if not removed or directory.devices.get(desk.device) not in directory.active_devices():
        return []
    removers, granted = _removers(desk), _granted(desk)
    due = []
    for compartment in desk.epochs():
        holders = granted.get(compartment, set())
        gone = tuple(sorted(device.device for device in removed if device.member in holders))
        able = sorted(device.device for member in holders for device in directory.devices_of(member))
        # Whoever wrote the removal does it at once; where they do not hold the compartment, the first by name of those who do.
        first = next((device for device in able if device in removers), able[0] if able else "")
        if gone and first == desk.device and not people.setting(desk.store, _done_key(compartment, gone)):
            due.append((compartment, gone))
    return due


def _removers(desk: Desk) -> frozenset[str]:
    """Devices that wrote the removals in force."""
    waiting = {proposal.ref for proposal in people.directory(desk).proposals}
    return frozenset(r.header.device for r in people.records(desk) if r.type == "removal" and r.ref not in waiting)


def _granted(desk: Desk) -> dict[bytes, set[bytes]]:
    """The members who were ever admitted to each compartment."""
    found: dict[bytes, set[bytes]] = {}
    for compartment, member in desk.store.rows("SELECT DISTINCT compartment, member FROM db_grant"):
        found.setdefault(bytes(compartment), set()).add(bytes(member))
    return found


def _renew(desk: Desk, compartment: bytes) -> None:
    """A new key, grants for all who remain, every record sealed anew under it, and all of it marked to be left on the relay."""
    directory = people.directory(desk)
    epoch = ((desk.epochs()[compartment] >> _EPOCH) + 1 << _EPOCH) | int.from_bytes(desk.randomness(2), "big")
    desk.agent.new_compartment(compartment, epoch)
    compartments.keep_key(desk, compartment, epoch)
    desk.store.run("UPDATE db_compartment SET epoch = %s WHERE compartment = %s", (epoch, compartment))
    ((klass, dossier),) = desk.store.rows("SELECT klass, dossier FROM db_compartment WHERE compartment = %s", (compartment,))
    body: dict[str, Value] = {"compartment": compartment, "class": str(klass), "epoch": epoch}
    if dossier:
        body["dossier"] = bytes(dossier)
    remain = sorted(member for member in _granted(desk)[compartment] if directory.devices_of(member))
    drafts = [Draft("compartment", compartment, body)]
    drafts += [Draft("grant", compartment, {"compartment": compartment, "epoch": epoch, "member": member}) for member in remain]
    ledger.append(desk, drafts)
    resealing.reseal(desk, compartment, epoch)
    relay_names.leave_anew(desk, [compartment])
