"""New keys after a removal: nothing that is written afterwards opens with what the removed hold.

One of those who hold a compartment makes its new key, gives it to everybody who remains, seals every record anew under it and
leaves all of it on the relay. Whoever puts the removal in force does so at once; what they do not hold is renewed by the first who
learns of it, before that one leaves anything under the old key.
"""

import hashlib

from letapis.core.membership import Directory, State
from letapis.core.records import Draft, Value
from letapis.desk import compartments, held_keys, keyring, ledger, people, relay_names, resealing, settings
from letapis.desk.opening import Desk


def renew_keys(desk: Desk, at_once: bool = False) -> int:
    """Give new keys to the compartments that the removed could open, where that is for this device to do. How many.

    ``at_once``: this device put the removal in force, so it does not leave a lost device's keys to another.
    """
    with desk.store.transaction():
        due = sorted(_due(desk, at_once))
        for compartment, _ in due:
            _renew(desk, compartment)
        for compartment, lost in due:
            if lost:
                settings.keep(desk.store, _done_key(compartment, lost), "1")
    return len(due)


def due(desk: Desk) -> int:
    """How many compartments wait for a new key from this device."""
    return len(_due(desk, at_once=False))


def _done_key(compartment: bytes, lost: tuple[str, ...]) -> str:
    return f"renewed:{hashlib.sha256(compartment + chr(0).join(lost).encode('utf-8')).hexdigest()[:40]}"


def _due(desk: Desk, at_once: bool) -> list[tuple[bytes, tuple[str, ...]]]:
    """Compartments that need a new key from here, each with the removed devices of members who stay.

    A removed member opens a compartment as long as they were granted its newest key: a key made after the removal is granted to those
    who remain only, so nobody makes it twice. Of a lost device no grant tells that: there the device that wrote its removal, or the
    first by name of those that hold the compartment, makes the key and notes it.
    """
    directory = people.directory(desk)
    removed = {name for name, device in directory.devices.items() if device.state is State.REMOVED}
    if not removed or directory.devices.get(desk.device) not in directory.active_devices():
        return []
    removers, granted = _removers(desk), granted_epochs(desk)
    due, shut = [], held_keys.shut(desk.store)
    for compartment, newest in desk.epochs().items():
        if compartment in shut:
            continue  # who may have a new key would be said by whoever gave the doubtful one
        holders = granted.get(compartment, {})
        gone = any(epoch >= newest and not _stays(directory, member) for member, epoch in holders.items())
        owners = {name: directory.devices[name].member for name in sorted(removed)}
        lost = tuple(name for name, owner in owners.items() if owner in holders and _stays(directory, owner))
        able = sorted(device.device for member in holders for device in directory.devices_of(member))
        first = next((device for device in able if device in removers), able[0] if able else "")
        unanswered = bool(lost) and not settings.value(desk.store, _done_key(compartment, lost))
        if gone or (unanswered and (at_once or first == desk.device)):
            due.append((compartment, lost))
    return due


def _stays(directory: Directory, member: bytes) -> bool:
    known = directory.members.get(member)
    return known is not None and known.state is not State.REMOVED


def _removers(desk: Desk) -> frozenset[str]:
    """Devices that wrote the removals in force."""
    waiting = {proposal.ref for proposal in people.directory(desk).proposals}
    return frozenset(r.header.device for r in people.records(desk) if r.type == "removal" and r.ref not in waiting)


def granted_epochs(desk: Desk) -> dict[bytes, dict[bytes, int]]:
    """By compartment the members who were admitted to it, each with the newest epoch that was granted to them."""
    found: dict[bytes, dict[bytes, int]] = {}
    for compartment, member, epoch in desk.store.rows("SELECT compartment, member, max(epoch) FROM db_grant GROUP BY compartment, member"):
        found.setdefault(bytes(compartment), {})[bytes(member)] = int(epoch)
    return found


def _renew(desk: Desk, compartment: bytes) -> None:
    """A new key, grants for all who remain, every record sealed anew under it, and all of it marked to be left on the relay."""
    directory = people.directory(desk)
    epoch = ((desk.epochs()[compartment] >> keyring.GENERATION) + 1 << keyring.GENERATION) | int.from_bytes(desk.randomness(2), "big")
    desk.agent.new_compartment(compartment, epoch)
    compartments.keep_key(desk, compartment, epoch)
    desk.store.run("UPDATE db_compartment SET epoch = %s WHERE compartment = %s", (epoch, compartment))
    ((klass, dossier),) = desk.store.rows("SELECT klass, dossier FROM db_compartment WHERE compartment = %s", (compartment,))
    body: dict[str, Value] = {"compartment": compartment, "class": str(klass), "epoch": epoch}
    if dossier:
        body["dossier"] = bytes(dossier)
    remain = sorted(member for member in granted_epochs(desk)[compartment] if directory.devices_of(member))
    drafts = [Draft("compartment", compartment, body)]
    drafts += [Draft("grant", compartment, {"compartment": compartment, "epoch": epoch, "member": member}) for member in remain]
    ledger.append(desk, drafts)
    resealing.reseal(desk, compartment, epoch)
    relay_names.leave_anew(desk, [compartment])
