"""The keys in this process: what the agent process holds, and what tests use directly."""

import hmac
import os
from collections.abc import Sequence
from typing import Protocol, Self

from letapis.core.errors import Damaged, Locked, Refused, UsageError
from letapis.core.notes import Checkpoint, KeyKind, VerifierKey, manifest_origin, parse_checkpoint, public_origin, signature_line, signed_bytes
from letapis.engines import seal
from letapis.engines.keys import AgentIdentity
from letapis.engines.keys.words import check_passphrase, plain_passphrase
from letapis.engines.seal import DeviceKeys, DevicePublic

_CK_CONTEXT = "compartment key"
_DEK_CONTEXT = "dek"


def compartment_context(compartment: bytes, epoch: int) -> bytes:
    """Context of a compartment key's wrap to a device."""
    return seal.context(_CK_CONTEXT, compartment=compartment, epoch=epoch)


def dek_context(compartment: bytes, epoch: int, object_id: bytes) -> bytes:
    """Context of a data key's wrap under a compartment key."""
    return seal.context(_DEK_CONTEXT, compartment=compartment, epoch=epoch, object_id=object_id)


class _Keys:
    """What is forgotten at lock, in one place."""

    def __init__(self, seed: bytes, vault: bytes, former: Sequence[bytes]) -> None:
        self.device = DeviceKeys.from_seed(seed)
        self.former = tuple(DeviceKeys.from_seed(old) for old in former)
        self.database = seal.derive(vault, b"letapis/vault/1 database")
        self.compartments: dict[tuple[bytes, int], bytes] = {}


class Door(Protocol):
    """What a passphrase opens, asked anew each time."""

    def is_passphrase(self, passphrase: str) -> bool:
        """Whether this is the passphrase now."""

    def change_passphrase(self, old: str, new: str) -> object:
        """Let the new one open and the old one no longer; raises as ``Agent.change_passphrase`` does."""


class LocalAgent:
    """An ``Agent`` without a process of its own."""

    def __init__(self, keys: _Keys, member: bytes, device: str, origin: str, door: Door) -> None:
        self._keys: _Keys | None = keys
        self._identity = AgentIdentity(device, member, keys.device.public, origin)
        self._door = door
        self._signed: dict[str, Checkpoint] = {}

    @classmethod
    def from_seed(
        cls,
        seed: bytes,
        member: bytes,
        device: str,
        origin: str,
        *,
        vault: bytes | None = None,
        former: Sequence[bytes] = (),
        door: Door | None = None,
        passphrase: str | None = None,
    ) -> Self:
        """``vault`` is the secret behind the database key (the seed itself when not given); ``former`` seeds only open old wraps.

        ``confirm`` asks ``door``, else compares with ``passphrase``, else says no.
        """
        return cls(_Keys(seed, vault or seed, former), member, device, origin, door or _Told(passphrase))

    def _open(self) -> _Keys:
        if self._keys is None:
            raise Locked("keys.locked")
        return self._keys

    def me(self) -> AgentIdentity:
        self._open()
        return self._identity

    def sign_records(self, items: Sequence[tuple[bytes, bool]]) -> list[tuple[tuple[int, bytes], ...]]:
        keys, name = self._open().device, self._identity.device
        return [seal.sign_record(keys, name, digest, both) for digest, both in items]

    def sign_checkpoint(self, text: bytes, time: int) -> list[bytes]:
        keys, head = self._open().device, parse_checkpoint(text)
        own = self._identity.origin
        if head.origin not in (own, public_origin(own), manifest_origin(own)):
            raise Refused("keys.checkpoint_origin")
        # A manifest is a tree of its own for each snapshot, signed by the key of the log beside which it stands; the logs only grow.
        once = head.origin == manifest_origin(own)
        last, name = (None, public_origin(own)) if once else (self._signed.get(head.origin), head.origin)
        if last is not None and (head.size < last.size or (head.size == last.size and head.root != last.root)):
            raise Refused("keys.checkpoint_back")
        lines = []
        for kind, public in ((KeyKind.ED25519, keys.public.log_ed25519), (KeyKind.ML_DSA_44, keys.public.log_mldsa44)):
            key = VerifierKey(name, kind, public)
            lines.append(signature_line(key, time, seal.sign_log(keys, key.scheme, signed_bytes(key, text, time))))
        self._signed[head.origin] = head
        return lines

    def new_compartment(self, compartment: bytes, epoch: int) -> None:
        held = self._open().compartments
        _check_compartment(compartment, epoch)
        if (compartment, epoch) in held:
            raise Refused("keys.compartment_exists")
        held[compartment, epoch] = os.urandom(32)

    def export_compartment(self, compartment: bytes, epoch: int, recipients: Sequence[DevicePublic]) -> list[bytes]:
        ck, about = self._compartment(compartment, epoch), compartment_context(compartment, epoch)
        return [seal.wrap_to(recipient.kem, about, ck) for recipient in recipients]

    def load_compartments(self, items: Sequence[tuple[bytes, int, bytes]]) -> None:
        held = self._open().compartments
        opened: dict[tuple[bytes, int], bytes] = {}
        for compartment, epoch, wrap in items:
            _check_compartment(compartment, epoch)
            place, ck = (compartment, epoch), self._unwrap(wrap, compartment_context(compartment, epoch))
            if len(ck) != 32 or not hmac.compare_digest(opened.get(place, held.get(place, ck)), ck):
                raise Damaged("keys.compartment_conflict")
            opened[place] = ck
        held.update(opened)

    def keep_compartments(self, items: Sequence[tuple[bytes, int]]) -> None:
        keys, wanted = self._open(), set(items)
        keys.compartments = {place: ck for place, ck in keys.compartments.items() if place in wanted}

    def _compartment(self, compartment: bytes, epoch: int) -> bytes:
        try:
            return self._open().compartments[compartment, epoch]
        except KeyError:
            raise Locked("keys.no_compartment") from None

    def wrap_deks(self, compartment: bytes, epoch: int, items: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        ck = self._compartment(compartment, epoch)
        return [seal.wrap_dek(ck, dek_context(compartment, epoch, object_id), dek) for object_id, dek in items]

    def unwrap_deks(self, compartment: bytes, epoch: int, items: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        ck = self._compartment(compartment, epoch)
        return [seal.unwrap_dek(ck, dek_context(compartment, epoch, object_id), wrap) for object_id, wrap in items]

    def _unwrap(self, sealed: bytes, about: bytes) -> bytes:
        keys = self._open()
        for old in keys.former:
            try:
                return seal.unwrap_with(old.kem, old.public.kem, about, sealed)
            except Damaged:
                continue  # Not for this key; the last attempt below says so to the caller.
        return seal.unwrap_with(keys.device.kem, keys.device.public.kem, about, sealed)

    def reseal_share(self, sealed: bytes, context: bytes, recipient: DevicePublic, new_context: bytes) -> bytes:
        return seal.wrap_to(recipient.kem, new_context, self._unwrap(sealed, context))

    def open_share(self, sealed: bytes, context: bytes) -> bytes:
        return self._unwrap(sealed, context)

    def database_key(self) -> bytes:
        return self._open().database

    def touch(self) -> None:
        self._open()

    def lock(self) -> None:
        self._keys = None

    def confirm(self, passphrase: str) -> bool:
        self._open()
        return self._door.is_passphrase(passphrase)

    def change_passphrase(self, old: str, new: str) -> None:
        self._open()
        self._door.change_passphrase(old, new)


def _check_compartment(compartment: bytes, epoch: int) -> None:
    if len(compartment) != 16 or not 0 <= epoch < 1 << 32:
        raise UsageError("keys.compartment_form")


class _Told:
    """A passphrase that stands in no file; None is opened by nothing."""

    def __init__(self, passphrase: str | None) -> None:
        self._right = passphrase

    def is_passphrase(self, passphrase: str) -> bool:
        right = None if self._right is None else plain_passphrase(self._right).encode("utf-8")
        return right is not None and hmac.compare_digest(plain_passphrase(passphrase).encode("utf-8"), right)

    def change_passphrase(self, old: str, new: str) -> None:
        check_passphrase(new)
        if not self.is_passphrase(old):
            raise Locked("keys.passphrase")
        if self.is_passphrase(new):
            raise UsageError("keys.passphrase_same")
        self._right = new
