"""Remove a member or a device: from a named position on their log counts for nothing, and nothing written afterwards opens with their keys.

The removal is an entry of the directory and needs as many keepers as any other. Once it is in force, each compartment that the
removed could open gets a new key (``desk.renewal``).
"""

from collections.abc import Mapping

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.core.membership import Device, State
from letapis.core.records import Draft, Record, Value
from letapis.desk import ledger, logs, members, people
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.desk.renewal import renew_keys

__all__ = ["remove_device", "remove_member", "renew_keys"]


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
        renew_keys(desk, at_once=True)
    return entry
