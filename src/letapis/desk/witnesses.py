"""Who witnesses our logs, and how many must have: what the keepers of the organisation decided, held by every desk.

A witness is another organisation with keys of its own. What it signed is read from records that any colleague may bring, and is verified
anew at each reading; who the witnesses are is believed to keepers alone, so that nobody else can lower the bar.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from letapis.core import witness_policy
from letapis.core.access import Reader
from letapis.core.errors import NotFound, UsageError
from letapis.core.policy import Policy
from letapis.core.records import Record, Value
from letapis.core.witness_policy import GROUPS, WitnessKey
from letapis.desk import items, logs, people, reading
from letapis.desk.dossiers import require_text
from letapis.desk.members import common_compartment, require_keeper
from letapis.desk.opening import Desk
from letapis.engines.witness_client import check_address

CURRENT, ENDED = "current", "ended"
_LONGEST = 200


@dataclass(frozen=True)
class WitnessForm:
    """What a keeper says of a witness. ``vkeys``: the public keys as it gave them; ``address``: where it answers over HTTP, if it does."""

    name: str
    vkeys: tuple[str, ...]
    group: str
    household: str = ""
    address: str = ""


@dataclass(frozen=True)
class Witness:
    """One witness; ``key`` is what a policy knows of it, ``seen`` the versions that a form about it is made from."""

    item: bytes
    name: str
    address: str
    key: WitnessKey
    seen: tuple[bytes, ...]


def witnesses(desk: Desk, reader: Reader) -> list[Witness]:
    """Those of now, in the order of their names. Of two that break a rule together, because two keepers did not know of each other, one is
    left out: nobody is counted twice."""
    found = []
    for view in reading.items(desk, reader, "witness"):
        record = _by_keeper(desk, reader, view)
        if record is not None and record.text("state") == CURRENT:
            try:
                keys = witness_policy.read_keys(record.texts("vkeys"))
            except UsageError:
                continue
            key = WitnessKey(view.item, keys, record.text("group"), record.text("household"))
            found.append(Witness(view.item, record.text("name"), record.text("address"), key, view.heads))
    return sorted(_sound(desk, found), key=lambda one: one.name.casefold())


def _sound(desk: Desk, found: list[Witness]) -> list[Witness]:
    """Without those that clash with one before them, in an order that is the same at every desk."""
    kept: list[Witness] = []
    for one in sorted(found, key=lambda known: known.item):
        with suppress(UsageError):
            witness_policy.check_set([*(other.key for other in kept), one.key], _log_keys(desk))
            kept.append(one)
    return kept


def witness(desk: Desk, reader: Reader, ident: bytes) -> Witness:
    """One of them. Raises NotFound."""
    for one in witnesses(desk, reader):
        if one.item == ident:
            return one
    raise NotFound("reading.not_found")


def resolve(desk: Desk, reader: Reader, text: str) -> Witness:
    """The witness of this name, or of the beginning of this id. Raises NotFound("witnesses.unknown")."""
    known = witnesses(desk, reader)
    found = [one for one in known if one.name.casefold() == text.strip().casefold() or one.key.name == text]
    found = found or [one for one in known if len(text) >= 4 and one.item.hex().startswith(text.lower())]
    if len(found) != 1:
        raise NotFound("witnesses.unknown")
    return found[0]


def needs(desk: Desk, reader: Reader) -> dict[str, int]:
    """How many witnesses of each group are due; empty while the keepers decided nothing."""
    known = _quorum(desk, reader)
    record = _by_keeper(desk, reader, known) if known else None
    found = {}
    for entry in record.texts("needs") if record else ():
        group, _, count = entry.partition(" ")
        if group in GROUPS and count.isascii() and count.isdecimal() and 0 < int(count) < 100:
            found[group] = int(count)
    return found


def quorum_seen(desk: Desk, reader: Reader) -> tuple[bytes, ...]:
    """The versions that a form about the quorum is made from."""
    known = _quorum(desk, reader)
    return known.heads if known else ()


def _quorum(desk: Desk, reader: Reader) -> reading.ItemView | None:
    found = reading.items(desk, reader, "witness_quorum", state=CURRENT)
    return found[0] if found else None


def _by_keeper(desk: Desk, reader: Reader, view: reading.ItemView) -> Record | None:
    """The newest version that a keeper wrote, also one who has left since; None for what none did."""
    known = people.directory(desk).members
    trusted = {member.member for member in known.values() if member.keeper}
    if view.author in trusted:
        return view.record
    return next((v.record for v in reading.versions(desk, reader, view.item) if v.author in trusted), None)


def _log_keys(desk: Desk) -> set[bytes]:
    return {key for one in people.directory(desk).devices.values() for key in (one.log_ed25519, one.log_mldsa44)}


# ---- what keepers decide ---------------------------------------------------------------------------------------------


def add_witness(desk: Desk, reader: Reader, form: WitnessForm) -> bytes:
    """Enter a witness. Returns its id.

    Raises Refused("members.keepers_only"), UsageError: ``witnesses.name``, ``witnesses.keys``, ``witnesses.group``,
    ``witnesses.address``, ``witnesses.key_twice``, ``witnesses.name_twice``, ``witnesses.household_group``.
    """
    require_keeper(desk, reader)
    body = _body(desk, reader, form, b"")
    return items.new(desk, "witness", common_compartment(desk, "ORG"), body)


def change_witness(desk: Desk, reader: Reader, ident: bytes, form: WitnessForm, seen: tuple[bytes, ...] = ()) -> None:
    """Correct what is said of a witness. Other keys are another witness: raises UsageError("witnesses.keys_change") for them, and
    as ``add_witness`` and ``items.change`` do."""
    require_keeper(desk, reader)
    known = witness(desk, reader, ident)
    body = _body(desk, reader, form, ident)
    if set(witness_policy.read_keys(form.vkeys)) != set(known.key.keys):
        raise UsageError("witnesses.keys_change")
    items.change(desk, reader, "witness", ident, body, seen)


def end_witness(desk: Desk, reader: Reader, ident: bytes) -> None:
    """It is a witness no more: what it signed no longer counts. Raises UsageError("witnesses.too_few") when the quorum would need it."""
    require_keeper(desk, reader)
    known = witness(desk, reader, ident)
    rest = [one.key for one in witnesses(desk, reader) if one.item != ident]
    _check_needs(rest, needs(desk, reader))
    items.change(desk, reader, "witness", ident, {"state": ENDED}, known.seen)


def set_needs(desk: Desk, reader: Reader, wanted: Mapping[str, int], seen: tuple[bytes, ...] = ()) -> None:
    """Decide how many witnesses of each group are due; 0 or nothing means none of that group.

    Raises Refused("members.keepers_only"), UsageError("witnesses.group", "witnesses.too_few"), and as ``items.change`` does.
    """
    require_keeper(desk, reader)
    due = {group: count for group, count in wanted.items() if count}
    if any(group not in GROUPS or not 0 < count < 100 for group, count in due.items()):
        raise UsageError("witnesses.group")
    _check_needs([one.key for one in witnesses(desk, reader)], due)
    body: dict[str, Value] = {"needs": tuple(f"{group} {due[group]}" for group in GROUPS if group in due), "state": CURRENT}
    known = _quorum(desk, reader)
    if known:
        items.change(desk, reader, "witness_quorum", known.item, body, seen)
    else:
        items.new(desk, "witness_quorum", common_compartment(desk, "ORG"), body)


def _check_needs(known: Sequence[WitnessKey], due: Mapping[str, int]) -> None:
    there = witness_policy.available(known)
    if any(count > there.get(group, 0) for group, count in due.items()):
        raise UsageError("witnesses.too_few")


def _body(desk: Desk, reader: Reader, form: WitnessForm, ident: bytes) -> dict[str, Value]:
    """The fields of a witness, weighed with all others."""
    name, household, address = require_text(form.name, "witnesses.name", _LONGEST), form.household.strip(), form.address.strip()
    if form.group not in GROUPS:
        raise UsageError("witnesses.group")
    if len(household) > _LONGEST:
        raise UsageError("witnesses.name")
    if address:
        check_address(address)
    keys = witness_policy.read_keys(form.vkeys)
    others = [one.key for one in witnesses(desk, reader) if one.item != ident]
    witness_policy.check_set([*others, WitnessKey(ident, keys, form.group, household)], _log_keys(desk))
    vkeys = tuple(key.text for key in keys)
    return {"name": name, "vkeys": vkeys, "group": form.group, "household": household, "address": address, "state": CURRENT}


def policy(desk: Desk, reader: Reader, *, quorum: bool = True) -> Policy:
    """The logs of all devices that were ever in force, the witnesses, and what is due of them: to be published apart from any case file.

    Raises UsageError("witnesses.too_few") when the quorum can no longer be met.
    """
    directory = people.directory(desk)
    known = [one for one in directory.devices.values() if directory.member_of(one.device)]
    keys = [key for one in known for key in logs.verifier_keys(one.log, one.log_ed25519, one.log_mldsa44)]
    return witness_policy.policy(keys, [one.key for one in witnesses(desk, reader)], needs(desk, reader), quorum=quorum)
