"""The records of a case file: which ones, which of their fields are shown, and the proof that each stood in its device's log.

A field that is not shown stays as a digest with a reason, so a reader counts what is missing and the sender cannot deny that there was
something. Nothing here decides what happened; it only decides what leaves the house.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from letapis.core import merkle, witness_policy
from letapis.core.access import Reader
from letapis.core.canonical import Kind
from letapis.core.capture import INSTANTS
from letapis.core.disclosure import DisclosedSignature, Disclosure, disclose
from letapis.core.errors import Damaged, Refused, UsageError
from letapis.core.membership import Device, Directory
from letapis.core.notes import KeyKind, VerifierKey
from letapis.core.policy import format_policy, open_trusted
from letapis.core.proofs import Proof
from letapis.desk import cover_leaves, logs, people, witnesses
from letapis.desk.custody import WRITTEN
from letapis.desk.log_tiles import Paths
from letapis.desk.opening import Desk
from letapis.desk.vault import Opened
from letapis.desk.witnessed import full_note, seen_head
from letapis.engines import seal

SOURCE: Final = "protects a source"
COLLEAGUE: Final = "protects the people who recorded it"
INSIDE: Final = "of no meaning outside the sender's own store"
BEFORE: Final = "concerns another recipient"
_DEVICE_KINDS: Final = {1: KeyKind.ED25519, 6: KeyKind.ML_DSA_44}

# Type -> field -> reason. A field with a number at its end (``b.scopes.0``) stands here without it.
_ALWAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "evidence": {
        "b.name": SOURCE,
        "b.source": SOURCE,
        "b.blob.name": INSIDE,
        "b.blob.sha256": INSIDE,
        "b.blob.size": INSIDE,
        "b.blob.key": INSIDE,
    },
    "capture": {},
    "claim": {"b.source": SOURCE, "b.circle": SOURCE, "b.passage": SOURCE, "b.scopes": SOURCE},
    "decision": {"b.reason": COLLEAGUE},
    "custody": dict.fromkeys(("b.agent", "b.place", "b.reason", "b.authority", "b.unusual", "b.happened"), COLLEAGUE) | {"b.recipient": BEFORE},
    "beacon": {},
    "shredding": {"b.gone": INSIDE},
    "shred_order": {"b.order": INSIDE, "b.blobs": INSIDE},
}
_INSTANTS: Final = {"h.device": COLLEAGUE, "h.recorded": COLLEAGUE, "b.received": COLLEAGUE}
_TITLES: Final = {"b.title": SOURCE}
_WORDS: Final = {"b.condition": SOURCE, "b.tool": SOURCE}  # of custody, where a colleague wrote them as they came to mind
_LOOKS: Final = ("displaying", "decryption")  # that somebody looked belongs to the chain; when and at which desk is nobody's outside


@dataclass(frozen=True)
class Showing:
    """What a case file shows beyond the least: titles of items (a colleague's words, which may name somebody), and with ``instants`` the devices
    and moments of recording, which two members open together. ``words``: what colleagues wrote freely in custody (state, tool, detail)."""

    titles: bool = False
    instants: bool = False
    words: bool = False


@dataclass(frozen=True)
class Head:
    """The checkpoint of a device's log that all proofs of that log use."""

    device: Device
    size: int
    root: bytes
    note: bytes


def withheld_fields(opened: Opened, showing: Showing, veiled: bool = False) -> dict[str, str]:
    """Name -> reason of the fields of a record that are not shown; of a veiled one no word of its body is.

    Raises Damaged for a type that no rule is written for.
    """
    kind = opened.record.type
    if kind not in _ALWAYS:
        raise Damaged("casefile.type")
    rules = dict(_ALWAYS[kind])
    if not showing.instants:
        rules |= _INSTANTS
    if not showing.titles:
        rules |= _TITLES
    if kind == "capture" and not showing.instants:
        rules |= {f"b.values.{at}": COLLEAGUE for at, field in enumerate(opened.record.texts("fields")) if field in INSTANTS}
    if kind == "custody" and not showing.words:
        rules |= _WORDS
        if opened.record.text("outcome") == WRITTEN:  # what the desk itself writes there are its own codes
            rules["b.detail"] = SOURCE
    if kind == "custody" and opened.record.text("event") == "export":
        rules["b.detail"] = BEFORE
    if kind == "custody" and opened.record.text("event") in _LOOKS:
        rules |= _INSTANTS
    found = {}
    for field in opened.sealed.fields:
        reason = rules.get(field.name) or rules.get(field.name.rstrip("0123456789").removesuffix("."))
        reason = reason or (SOURCE if veiled and field.name.startswith("b.") else None)
        if field.kind != Kind.DECOY and reason:
            found[field.name] = reason
    return found


def device_keys(device: Device) -> tuple[VerifierKey, VerifierKey]:
    """The two keys that sign a device's records."""
    return VerifierKey(device.device, KeyKind.ED25519, device.ed25519), VerifierKey(device.device, KeyKind.ML_DSA_44, device.mldsa44)


def disclosed(opened: Opened, directory: Directory, showing: Showing, veiled: bool = False) -> Disclosure:
    """The record as the case file shows it. Raises Damaged when its device is not in the directory."""
    header = opened.record.header
    device = directory.devices.get(header.device)
    if device is None:
        raise Damaged("casefile.device")
    keys = {key.kind: key for key in device_keys(device)}
    signed = [DisclosedSignature(keys[_DEVICE_KINDS[s.alg]], s.signature) for s in opened.sealed.signatures]
    return disclose(opened.sealed, device.log, header.seq, signed, withheld_fields(opened, showing, veiled))


def heads(desk: Desk, devices: Iterable[str]) -> dict[str, Head]:
    """The newest good checkpoint that we hold of each device's log; our own log is signed now. A device without one is left out."""
    directory, found = people.directory(desk), {}
    for name in sorted(set(devices)):
        device = directory.devices.get(name)
        if device is None:
            continue
        if name == desk.device:
            cover_leaves.checkpoint(desk, whole=True)
        query = "SELECT c.size, c.root, c.note FROM db_checkpoint c JOIN db_logstate s ON s.id = c.log WHERE s.device = %s AND c.fault = %s"
        rows = desk.store.rows(f"{query} AND c.size <= s.size ORDER BY c.size DESC LIMIT 1", (name, ""))
        for size, root, note in rows:
            found[name] = Head(device, int(size), bytes(root), str(note).encode("utf-8"))
    return found


def is_covered(opened: Opened, heads_: Mapping[str, Head]) -> bool:
    """A checkpoint that we hold of its device's log is later than the record."""
    header = opened.record.header
    return header.device in heads_ and header.seq < heads_[header.device].size


def proof(paths: Paths, opened: Opened, heads_: Mapping[str, Head]) -> Proof:
    """The proof that the record stands in the log of its device, checked before it leaves.

    Raises Refused("casefile.not_covered") for a record that no checkpoint covers yet, Damaged when the path does not lead to the root.
    """
    header = opened.record.header
    if not is_covered(opened, heads_):
        raise Refused("casefile.not_covered")
    head = heads_[header.device]
    path = paths.inclusion(header.device, header.seq, head.size)
    merkle.verify_inclusion(header.seq, head.size, logs.leaf_of(opened.record.ref), path, head.root)
    return Proof(header.seq, tuple(path), head.note)


def witnessed(desk: Desk, reader: Reader, heads_: Mapping[str, Head], records: Iterable[Opened]) -> dict[str, Head]:
    """In place of each newest checkpoint the last one that the quorum of witnesses signed, where it is later than all these records; what
    witnesses signed stands under each."""
    covers: dict[str, int] = {}
    for header in (opened.record.header for opened in records):
        covers[header.device] = max(covers.get(header.device, 0), header.seq)
    found = {}
    for name, head in heads_.items():
        seen = seen_head(desk, reader, head.device, covers.get(name, 0))
        found[name] = Head(head.device, *seen) if seen else replace(head, note=full_note(desk, reader, head.note))
    return found


def policy_text(desk: Desk, reader: Reader, heads_: Iterable[Head]) -> bytes:
    """A policy file (C2SP tlog-policy) for the logs of these checkpoints: both keys of each, the organisation's witnesses, and its quorum
    where every one of the checkpoints has it."""
    found = list(heads_)
    keys = tuple(key for one in found for key in logs.verifier_keys(one.device.log, one.device.log_ed25519, one.device.log_mldsa44))
    known, due = [one.key for one in witnesses.witnesses(desk, reader)], witnesses.needs(desk, reader)
    try:
        asked = witness_policy.policy(keys, known, due)
        for one in found:
            open_trusted(one.note, asked, seal.verify)
    except (UsageError, Damaged):
        asked = witness_policy.policy(keys, known, {}, quorum=False)
    return format_policy(asked)


def devices_text(devices: Sequence[Device]) -> bytes:
    """Lines ``device <vkey>`` with both keys of each device."""
    return "".join(f"device {key.text}\n" for device in devices for key in device_keys(device)).encode("utf-8")


def origin_line(head: Head) -> str:
    """One log of the system statement: name, size, root, and the fingerprints of its keys as the verifier prints them."""
    publics = (head.device.log_ed25519, head.device.log_mldsa44)
    return f"log {head.device.log} size {head.size} root {head.root.hex()} keys {' '.join(hashlib.sha256(key).hexdigest() for key in publics)}"
