"""Begin an organisation, and let colleagues in: their device shows a short fingerprint, two people compare it, keepers sign.

Nobody is let in by a server. A newcomer's request carries public keys only; the welcome that comes back pins the first record of
the organisation, which the newcomer compares in the same conversation, and the keys of the common compartments.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.access import Reader
from letapis.core.errors import Damaged, Hostile, Locked, Refused, UsageError
from letapis.core.membership import Proposal, State
from letapis.core.records import Draft, Record, Value
from letapis.desk import armour, compartments, keyring, ledger, people, publishing, reading, renewal, settings
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.engines.db import models
from letapis.engines.keys import Agent
from letapis.engines.seal import DevicePublic, fingerprint

REQUEST, WELCOME = "JOIN REQUEST", "WELCOME"
COMMON = ("ORG", "IDENT")
PUBLISHERS = ("ORG",)
"""What a publisher's device is given when it is let in: who the colleagues are. Keys of public compartments follow, and no others."""


@dataclass(frozen=True)
class JoinRequest:
    """What a newcomer's device asks: to be bound to ``member`` under these keys. ``fingerprint`` is compared by voice."""

    member: bytes
    label: str
    device: str
    origin: str
    public: DevicePublic

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public)


@dataclass(frozen=True)
class Admitted:
    """``welcome`` goes back to the newcomer; ``root_words`` is what both sides compare; ``pending`` when more keepers must sign."""

    welcome: str
    root_words: str
    pending: bool


def root_words(root: bytes) -> str:
    """The organisation's first record as four groups of four letters and digits, to compare by voice."""
    text = hashlib.sha256(b"letapis/root/1\x00" + root).hexdigest()[:16].upper()
    return " ".join(text[i : i + 4] for i in range(0, 16, 4))


def found_organisation(desk: Desk, name: str, my_name: str, marking: str = "") -> Reader:
    """Begin an organisation at this desk: common compartments, the first member and device. ``marking`` is set for invented examples."""
    name, my_name = require_text(name, "members.organisation_name"), require_text(my_name, "members.name")
    if people.root(desk):
        raise Refused("members.founded_already")
    with desk.store.transaction():
        made = {klass: compartments.new_compartment(desk, klass) for klass in (*COMMON, "PRIVATE")}
        org = made["ORG"]
        _pin_common(desk, made)
        body: dict[str, Value] = {"organisation": desk.randomness(16), "name": name}
        if marking:
            body["marking"] = marking
        drafts = [Draft("organisation", org, body), Draft("member", org, _member(desk.me, my_name, keeper=True, custodian=True))]
        drafts.append(Draft("device", org, device_body(JoinRequest(desk.me, "first", desk.device, desk.origin, desk.agent.me().public))))
        for klass, compartment in made.items():
            drafts += _open_compartment(desk, klass, compartment)
        ledger.append(desk, drafts)
    return desk.reader("work")


def _open_compartment(desk: Desk, klass: str, compartment: bytes) -> list[Draft]:
    return [
        Draft("compartment", compartment, {"compartment": compartment, "class": klass, "epoch": 1}),
        Draft("grant", compartment, {"compartment": compartment, "epoch": 1, "member": desk.me}),
    ]


def _member(member: bytes, name: str, keeper: bool, custodian: bool, publisher: bool = False) -> dict[str, Value]:
    said: dict[str, Value] = {"member": member, "name": name, "keeper": keeper, "custodian": custodian}
    return {**said, "publisher": True} if publisher else said


def device_body(request: JoinRequest) -> dict[str, Value]:
    """Body of the record that binds the device of a request to its member."""
    public = request.public
    return {
        "member": request.member,
        "device": request.device,
        "label": request.label,
        "ed25519": public.record_ed25519,
        "mldsa44": public.record_mldsa44,
        "kem": public.kem,
        "log": request.origin,
        "log_ed25519": public.log_ed25519,
        "log_mldsa44": public.log_mldsa44,
    }


def _pin_common(desk: Desk, found: Mapping[str, bytes]) -> None:
    """Remember which compartments are the organisation's: a later record or bundle that names another one changes nothing."""
    for klass in COMMON:
        if klass in found:
            settings.keep(desk.store, f"common:{klass}", found[klass].hex())


def common_compartment(desk: Desk, klass: str) -> bytes:
    """The organisation's one compartment of a class. Raises Locked when this device does not hold it yet."""
    pinned = settings.value(desk.store, f"common:{klass}")
    if pinned:
        return bytes.fromhex(pinned)
    row = models.Compartment.objects.using(desk.store.alias).filter(klass=klass).first()
    if row is None:
        raise Locked("members.no_organisation")
    return bytes(row.compartment)


def join_request(agent: Agent, label: str) -> str:
    """The request of this device, to be sent to a keeper over any channel: it holds public keys and nothing else."""
    me = agent.me()
    body = {"member": me.member.hex(), "label": require_text(label, "members.device_label", 60), "device": me.device, "origin": me.origin}
    return armour.wrap(REQUEST, json.dumps({**body, "public": me.public.to_bytes().hex()}, ensure_ascii=False).encode("utf-8"))


def read_request(untrusted_text: str) -> JoinRequest:
    """Read a request. Raises Hostile for anything that ``join_request`` would not have written."""
    found = _json(armour.unwrap(REQUEST, untrusted_text), {"member", "label", "device", "origin", "public"})
    try:
        public, member = DevicePublic.from_bytes(bytes.fromhex(found["public"])), bytes.fromhex(found["member"])
    except (ValueError, Damaged) as fault:
        raise Hostile("members.request_form") from fault
    if len(member) != 16 or not 0 < len(found["device"]) <= 64 or not 0 < len(found["origin"]) <= 128:
        raise Hostile("members.request_form")
    return JoinRequest(member, require_text(found["label"], "members.device_label", 60), found["device"], found["origin"], public)


def _json(data: bytes, keys: set[str]) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise Hostile("members.request_form") from fault
    if not isinstance(found, dict) or set(found) != keys or not all(isinstance(part, str) for part in found.values()):
        raise Hostile("members.request_form")
    return found


def _compared(request: JoinRequest, typed: str) -> None:
    """The keeper types the fingerprint as heard; blanks and case do not matter, everything else does."""
    heard, shown = ("".join(text.split()).upper().encode() for text in (typed, request.fingerprint))
    if not hmac.compare_digest(heard, shown):
        raise Refused("members.fingerprint_differs")


def admit(
    desk: Desk, reader: Reader, untrusted_request: str, name: str, typed: str, keeper: bool = False, custodian: bool = False, publisher: bool = False
) -> Admitted:
    """Let a new member in with their first device: directory entries, grants of the common compartments, and the welcome to send back.

    ``typed`` is the fingerprint as the newcomer read it out. A ``publisher`` gets no key of people. Raises Refused when the fingerprint
    differs or when this member is no keeper, UsageError("members.publisher_alone") for a publisher who is to be keeper or custodian too.
    """
    if publisher and (keeper or custodian):
        raise UsageError("members.publisher_alone")
    request = read_request(untrusted_request)
    require_keeper(desk, reader)
    _compared(request, typed)
    directory = people.directory(desk)
    if request.member in directory.members or request.device in directory.devices:
        raise Refused("members.known_already")
    org = common_compartment(desk, "ORG")
    drafts = [
        Draft("member", org, _member(request.member, require_text(name, "members.name"), keeper, custodian, publisher)),
        Draft("device", org, device_body(request)),
    ]
    return _enter(desk, request, drafts, PUBLISHERS if publisher else COMMON)


def add_device(desk: Desk, reader: Reader, untrusted_request: str, member: bytes, typed: str) -> Admitted:
    """Bind one more device to a member; the request was made on that device for the same member id or for a fresh one."""
    request = read_request(untrusted_request)
    require_keeper(desk, reader)
    _compared(request, typed)
    directory = people.directory(desk)
    if member not in directory.members or directory.members[member].state is State.REMOVED:
        raise UsageError("members.unknown_member")
    if request.device in directory.devices:
        raise Refused("members.known_already")
    if request.member != member:
        raise Refused("members.other_member")
    classes = PUBLISHERS if directory.members[member].publisher else COMMON
    return _enter(desk, request, [Draft("device", common_compartment(desk, "ORG"), device_body(request))], classes)


def _enter(desk: Desk, request: JoinRequest, drafts: list[Draft], classes: Sequence[str]) -> Admitted:
    """Record the entries with the grants that are missing, and hand over every key of these common compartments in the welcome."""
    common = [common_compartment(desk, klass) for klass in classes]
    epochs = desk.epochs()
    if not set(common) <= set(epochs):
        raise Locked("keys.no_compartment")  # put away before a journey: whoever holds them lets people in
    missing = [compartment for compartment in common if not reading.is_granted(desk, compartment, request.member)]
    drafts += [Draft("grant", c, {"compartment": c, "epoch": epochs[c], "member": request.member}) for c in missing]
    rows = desk.store.rows_in("SELECT compartment, epoch FROM db_compartmentkey WHERE compartment IN ({marks}) ORDER BY id", common)
    held = [(bytes(compartment), int(epoch)) for compartment, epoch in rows]
    with desk.store.transaction():
        entries = ledger.append(desk, drafts)
        publishing.keep_sent(desk, request.device, held)
    bundle = keyring.make_bundle(desk, request.public, held)
    root = people.root(desk)
    welcome = armour.wrap(WELCOME, json.dumps({"root": root.hex(), "bundle": bundle.hex()}).encode("ascii"))
    waiting = {proposal.ref for proposal in people.directory(desk).proposals}
    return Admitted(welcome, root_words(root), any(entry.ref in waiting for entry in entries))


def require_keeper(desk: Desk, reader: Reader) -> None:
    if not people.is_keeper(desk, reader):
        raise Refused("members.keepers_only")


def accept_welcome(desk: Desk, untrusted_text: str) -> str:
    """Take in a welcome: pin the organisation and keep the common keys. Returns the words to compare with whoever sent it."""
    found = _json(armour.unwrap(WELCOME, untrusted_text), {"root", "bundle"})
    try:
        root, sealed = bytes.fromhex(found["root"]), bytes.fromhex(found["bundle"])
    except ValueError as fault:
        raise Hostile("members.welcome_form") from fault
    if len(root) != 32:
        raise Hostile("members.welcome_form")
    try:
        bundle = keyring.open_bundle(desk, sealed)
    except Damaged as fault:
        raise Hostile("members.welcome_not_ours") from fault
    common = {key.klass: key.compartment for key in bundle.keys}
    if set(common) not in (set(COMMON), set(PUBLISHERS)) or len({key.compartment for key in bundle.keys}) != len(common):
        raise Hostile("members.welcome_form")
    with desk.store.transaction():
        ledger.trust_root(desk, root)
        _pin_common(desk, common)
        keyring.take_keys(desk, bundle.keys)
        if not models.Compartment.objects.using(desk.store.alias).filter(klass="PRIVATE").exists():
            private = compartments.new_compartment(desk, "PRIVATE")
            ledger.append(desk, _open_compartment(desk, "PRIVATE", private))
    return root_words(root)


def register_member(desk: Desk, reader: Reader, name: str, keeper: bool = False, custodian: bool = False) -> bytes:
    """Enter a member who has no device yet. Returns the id that their join request must carry later."""
    require_keeper(desk, reader)
    member = desk.randomness(16)
    org = common_compartment(desk, "ORG")
    ledger.append(desk, [Draft("member", org, _member(member, require_text(name, "members.name"), keeper, custodian))])
    return member


def pending_entries(desk: Desk, reader: Reader) -> tuple[Proposal, ...]:
    """Directory entries that wait for keepers, with who stands behind each."""
    if reader.member not in people.directory(desk).members:
        raise Refused("members.keepers_only")
    return people.directory(desk).proposals


def endorse_entry(desk: Desk, reader: Reader, ref: bytes) -> Record:
    """Stand behind an entry as a keeper; it is in force when enough keepers do."""
    require_keeper(desk, reader)
    proposal = next((p for p in people.directory(desk).proposals if p.ref == ref), None)
    if proposal is None:
        raise UsageError("members.no_such_entry")
    if desk.me in proposal.supporters:
        raise Refused("members.endorsed_already")
    org = common_compartment(desk, "ORG")
    with desk.store.transaction():
        (endorsement,) = ledger.append(desk, [Draft("decision", org, {"kind": "endorse", "targets": (ref,)})])
        if proposal.type == "removal" and proposal.ref not in {waiting.ref for waiting in people.directory(desk).proposals}:
            renewal.renew_keys(desk, at_once=True)
    return endorsement
