"""An incident: a colleague's device is in other hands. Another member runs it, from the first call to the last step.

The page is computed each time from what the directory, the grants and the records say; recorded are only the incident itself and
what people did: each step with who takes it and who ticked it when. The two technical acts are the removal of the device
(``desk.removal``), with the position from which on its records are in doubt, and the new keys that follow from it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from letapis.core import incidents as rules
from letapis.core.access import Reader
from letapis.core.dates import is_partial_date
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.incidents import CLOSED, OPEN, WARN, Doubt, Step
from letapis.core.instants import instant
from letapis.core.membership import Device, Proposal
from letapis.core.records import Record, Value
from letapis.desk import doubtful, items, ledger, logs, members, people, reach, reading, removal, renewal
from letapis.desk.opening import Desk

_LIMIT: Final = 4000


@dataclass(frozen=True)
class IncidentForm:
    """Whose, which devices, what happened. ``since``: when the devices were last surely in their hands, None when nobody knows."""

    member: bytes
    devices: tuple[str, ...]
    kinds: tuple[str, ...]
    day: str
    since: datetime | None = None
    text: str = ""


@dataclass(frozen=True)
class IncidentLine:
    """An incident in a list."""

    incident: bytes
    member: bytes
    kinds: tuple[str, ...]
    day: str
    state: str
    author: bytes
    heads: tuple[bytes, ...]


@dataclass(frozen=True)
class StepView:
    """A step as it stands: ``author`` and ``recorded`` of the last word on it (empty when nobody said anything); ``heads``: versions that
    stand side by side.

    ``foreign``: the person concerned said it, which does not count, because somebody may have made them.
    """

    code: str
    about: bytes
    owner: bytes
    state: str
    text: str
    author: bytes
    recorded: str
    heads: tuple[bytes, ...]
    foreign: bool
    item: bytes
    step: Step | None = None

    @property
    def contested(self) -> bool:
        return len(self.heads) > 1


@dataclass(frozen=True)
class DeviceLine:
    """One device of the incident: from where on it is in doubt, what of it stands after that, and how far its removal is."""

    device: Device
    doubt: Doubt
    after: int
    unseen: int
    confirmed: int
    proposal: Proposal | None
    mine: bool


@dataclass(frozen=True)
class IncidentPage:
    """Everything at one look."""

    line: IncidentLine
    since: str
    text: str
    devices: tuple[DeviceLine, ...]
    reach: reach.Reach
    steps: tuple[StepView, ...]
    warned: tuple[tuple[rules.Warned, StepView], ...]
    may_run: bool
    keeper: bool
    waiting_keys: int


# ---- deeds -----------------------------------------------------------------------------------------------------------


def open_incident(desk: Desk, reader: Reader, form: IncidentForm) -> bytes:
    """Begin an incident about another member. Returns its id.

    Raises Refused("incidents.oneself"), UsageError("incidents.member" | "incidents.devices" | "incidents.kinds" | "incidents.day" |
    "incidents.since").
    """
    directory = people.directory(desk)
    if form.member not in directory.members:
        raise UsageError("incidents.member")
    if form.member == reader.member:
        raise Refused("incidents.oneself")
    theirs = {d.device for d in directory.devices.values() if d.member == form.member}
    if not form.devices or not set(form.devices) <= theirs:
        raise UsageError("incidents.devices")
    if not is_partial_date(form.day):
        raise UsageError("incidents.day")
    if form.since is not None and form.since > desk.clock():
        raise UsageError("incidents.since")
    kinds = rules.require_happenings(desk.catalogue.incidents, form.kinds)
    body: dict[str, Value] = {"member": form.member, "devices": form.devices, "kinds": kinds, "day": form.day, "state": OPEN}
    body["text"] = form.text.strip()
    if form.since is not None:
        body["since"] = instant(form.since)
    return items.new(desk, "incident", members.common_compartment(desk, "ORG"), body)


def say_step(
    desk: Desk,
    reader: Reader,
    incident: bytes,
    code: str,
    state: str,
    owner: bytes = b"",
    about: bytes = b"",
    text: str = "",
    seen: tuple[bytes, ...] | None = None,
) -> None:
    """Say how far a step is and who takes it. ``seen``: the versions that were on the page, empty when nobody had said anything; what
    came meanwhile stays beside. None: whatever stands now, if it is one version.

    Raises Refused for the person concerned and while two versions wait to be looked at, UsageError for a step that is not on the list.
    """
    known = _run(desk, reader, incident)
    codes = {step.code for step in rules.steps_for(desk.catalogue.incidents, known.record.texts("kinds"))}
    if state not in rules.STEP_STATES or (code not in codes and code != WARN) or (code == WARN) != bool(about):
        raise UsageError("incidents.step")
    active = {m.member for m in people.directory(desk).active_members()}
    if owner and (owner not in active or owner == known.owner):
        raise UsageError("incidents.owner")
    if len(text) > _LIMIT:
        raise UsageError("items.too_long")
    ident = step_id(incident, code, about)
    body: dict[str, Value] = {"incident": incident, "code": code, "number": 0, "text": text.strip(), "owner": owner, "about": about, "state": state}
    if seen or (seen is None and ident in _said(desk, reader, incident)):
        items.change(desk, reader, "incident_step", ident, body, seen or ())
    else:
        ledger.append(desk, [items.draft(desk, "incident_step", known.compartment, body, ident)])


def close_incident(desk: Desk, reader: Reader, incident: bytes, again: bool = False, seen: tuple[bytes, ...] = ()) -> None:
    """Close an incident, or open it again. What is left to do stays on its page. ``seen``: the versions that were on the page."""
    _run(desk, reader, incident)
    items.change(desk, reader, "incident", incident, {"state": OPEN if again else CLOSED}, seen)


def doubt_device(desk: Desk, reader: Reader, incident: bytes, device: str, since: int, reason: str) -> Record:
    """Propose that a device of this incident goes and that its records count for nothing from ``since`` on; keys follow when in force."""
    known = _run(desk, reader, incident)
    if device not in known.record.texts("devices"):
        raise NotFound("reading.not_found")
    return removal.remove_device(desk, reader, device, reason, since)


def endorse(desk: Desk, reader: Reader, incident: bytes, device: str) -> Record:
    """Stand behind the removal of a device of this incident. Raises Refused("members.no_such_entry") when there is none to stand behind."""
    known = _run(desk, reader, incident)
    proposal = _proposals(desk).get(device) if device in known.record.texts("devices") else None
    if proposal is None:
        raise Refused("members.no_such_entry")
    return members.endorse_entry(desk, reader, proposal.ref)


def step_id(incident: bytes, code: str, about: bytes) -> bytes:
    """The same at every desk: two who tick one step at the same time say two things about one step, and neither is lost."""
    return hashlib.sha256(b"letapis/step/1\x00" + incident + about + code.encode("utf-8")).digest()[:16]


def _run(desk: Desk, reader: Reader, incident: bytes) -> reading.ItemView:
    """The incident, for somebody who may run it: anybody of the organisation but the person concerned."""
    known = reading.item(desk, reader, incident, "incident")
    if known.owner == reader.member:
        raise Refused("incidents.oneself")
    return known


# ---- reading ---------------------------------------------------------------------------------------------------------


def incidents(desk: Desk, reader: Reader) -> list[IncidentLine]:
    """All incidents, the open ones first, then the newest."""
    found = [_line(view) for view in reading.items(desk, reader, "incident", limit=100_000)]
    return sorted(reversed(found), key=lambda one: one.state != OPEN)


def _line(view: reading.ItemView) -> IncidentLine:
    return IncidentLine(view.item, view.owner, view.record.texts("kinds"), view.record.text("day"), view.state, view.author, view.heads)


def page(desk: Desk, reader: Reader, incident: bytes) -> IncidentPage:
    """The whole page of an incident, by what this reader may see. Raises NotFound."""
    view = reading.item(desk, reader, incident, "incident")
    record, plan = view.record, desk.catalogue.incidents
    since = record.text("since") or record.text("day")[:10]
    devices = tuple(_device(desk, reader, name, record) for name in devices_of(desk, reader, incident))
    seen = reach.reach(desk, reader, plan, view.owner, record.texts("devices"), since)
    said = _said(desk, reader, incident)
    steps = tuple(_step(said, view, step.code, b"", step) for step in rules.steps_for(plan, record.texts("kinds")))
    warned = tuple((one, _step(said, view, WARN, one.source, None)) for one in seen.warned)
    directory = people.directory(desk)
    flags = (view.owner != reader.member, reader.member in directory.keepers(), renewal.due(desk))
    return IncidentPage(_line(view), record.text("since"), record.text("text"), devices, seen, steps, warned, *flags)


def _said(desk: Desk, reader: Reader, incident: bytes) -> Mapping[bytes, reading.ItemView]:
    return {view.item: view for view in reading.items(desk, reader, "incident_step", parent=incident, limit=100_000)}


def _step(said: Mapping[bytes, reading.ItemView], incident: reading.ItemView, code: str, about: bytes, step: Step | None) -> StepView:
    ident = step_id(incident.item, code, about)
    known = said.get(ident)
    if known is None:
        return StepView(code, about, b"", "open", "", b"", "", (), False, ident, step)
    foreign = known.author == incident.owner
    state = "open" if foreign or known.state not in rules.STEP_STATES else known.state
    return StepView(code, about, known.owner, state, known.text("text"), known.author, known.recorded, known.heads, foreign, ident, step)


def _device(desk: Desk, reader: Reader, name: str, record: Record) -> DeviceLine:
    device = people.directory(desk).devices[name]
    doubt = doubt_of(desk, name, record.text("since"), record.texts("kinds"))
    since = device.compromised_since if device.compromised_since is not None else doubt.suggested
    seen, confirmed = doubtful.count(desk, reader, name, since)
    end = device.removed_from if device.removed_from is not None else doubt.size
    every = int(desk.store.rows("SELECT count(*) FROM db_record WHERE device = %s AND seq >= %s AND seq < %s", (name, since, end))[0][0])
    proposal = _proposals(desk).get(name)
    mine = proposal is not None and reader.member in people.directory(desk).keepers() and reader.member not in proposal.supporters
    return DeviceLine(device, doubt, seen, max(0, end - since - every), confirmed, proposal, mine)


def doubt_of(desk: Desk, device: str, since: str, kinds: Sequence[str]) -> Doubt:
    """How many records the device had at the hour when it was last surely in their hands, by its own clock and by ours."""
    known = next((log for log in logs.logs(desk.store) if log.device == device), None)
    if known is None:
        return Doubt(0, 0, 0, 0)
    size = known.frontier.size  # what lies above a gap is no part of it yet, and a removal names no more
    rows = desk.store.rows("SELECT seq, recorded FROM db_record WHERE device = %s AND seq < %s", (device, size))
    notes = desk.store.rows("SELECT size, received FROM db_checkpoint WHERE log = %s AND fault = ''", (known.number,))
    by_clock = rules.size_at(((int(seq), str(when)) for seq, when in rows), since, size)
    proven = min(size, rules.proven_at(((int(s), str(r)) for s, r in notes), since))
    return rules.doubt(desk.catalogue.incidents, kinds, by_clock, proven, size)


def _proposals(desk: Desk) -> dict[str, Proposal]:
    """Removals of single devices that wait for keepers, by device."""
    waiting = {p.ref: p for p in people.directory(desk).proposals}
    return {r.text("device"): waiting[r.ref] for r in people.records(desk) if r.ref in waiting and r.type == "removal" and r.text("device")}


def devices_of(desk: Desk, reader: Reader, incident: bytes) -> tuple[str, ...]:
    """Names of the devices of an incident, in the order of its page. Raises NotFound."""
    view = reading.item(desk, reader, incident, "incident")
    return tuple(name for name in view.record.texts("devices") if name in people.directory(desk).devices)
