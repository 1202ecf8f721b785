"""Policy files (C2SP tlog-policy): whose logs and which witnesses an expert trusts, and how many must have seen a tree.

    log <vkey> [url]
    witness <name> <vkey> [url]
    group <name> all|any|<k> <member>...
    quorum <name>|none

Names are used only inside the file and are compared as bytes. A name is defined before its use and is a member at
most once, so nobody is counted twice; a public key that stands twice would be the same trick and is refused.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from letapis.core.errors import Damaged
from letapis.core.notes import KeyKind, OpenedCheckpoint, VerifierKey, Verify, open_checkpoint, parse_vkey
from letapis.core.proofs import Proof, check_proof
from letapis.core.textforms import from_decimal

NONE: Final = "none"
MAX_POLICY: Final = 1 << 20
_LOG_KINDS = (KeyKind.ED25519, KeyKind.ML_DSA_44)
_WITNESS_KINDS = (KeyKind.COSIGNATURE, KeyKind.ML_DSA_44)
_ALLOWED = frozenset({0x09, 0x0A, *range(0x20, 0x7F), *range(0x80, 0x100)})


@dataclass(frozen=True, slots=True)
class Group:
    """Holds when at least ``threshold`` of its members do."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A read policy; names that are no UTF-8 are kept with Python's surrogate escapes, which is lossless."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str

    def holds(self, cosigned: Collection[str]) -> bool:
        """The witnesses of these names together meet the quorum."""
        held = {name for name in self.witnesses if name in cosigned}
        # Groups stand in the order of their definition, so the members of each are decided before it.
        for name, group in self.groups.items():
            if sum(member in held for member in group.members) >= group.threshold:
                held.add(name)
        return self.quorum == NONE or self.quorum in held

    def names_of(self, opened: OpenedCheckpoint) -> frozenset[str]:
        """Names of the witnesses that cosigned."""
        keys = {signer.key for signer in opened.witnesses}
        return frozenset(name for name, key in self.witnesses.items() if key in keys)


@dataclass(slots=True)
class _Reading:
    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    publics: set[bytes] = field(default_factory=set)
    quorum: str = ""

    def take(self, words: Sequence[str]) -> None:
        if words[0] == "log" and len(words) in (2, 3):
            self.logs.append(self._key(words[1], _LOG_KINDS))
        elif words[0] == "witness" and len(words) in (3, 4):
            self._define(words[1])
            self.witnesses[words[1]] = self._key(words[2], _WITNESS_KINDS)
        elif words[0] == "group" and len(words) >= 4:
            self._define(words[1])
            self.groups[words[1]] = self._group(words[2], words[3:])
        elif words[0] == "quorum" and len(words) == 2:
            self._take_quorum(words[1])
        else:
            raise Damaged("policy.line")

    def _take_quorum(self, name: str) -> None:
        if self.quorum:
            raise Damaged("policy.quorum_twice")
        if name != NONE and name not in self.witnesses and name not in self.groups:
            raise Damaged("policy.name_unknown")
        self.quorum = name

    def _define(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise Damaged("policy.name_twice")

    def _key(self, text: str, kinds: Collection[KeyKind]) -> VerifierKey:
        key = parse_vkey(text)
        if key.kind not in kinds:
            raise Damaged("policy.key_kind")
        if key.public in self.publics:
            raise Damaged("policy.key_twice")
        self.publics.add(key.public)
        return key

    def _group(self, count: str, members: Sequence[str]) -> Group:
        for name in members:
            if name not in self.witnesses and name not in self.groups:
                raise Damaged("policy.name_unknown")
            if name in self.members:
                raise Damaged("policy.member_twice")
            self.members.add(name)
        threshold = {"all": len(members), "any": 1}.get(count) or from_decimal(count, "policy.threshold")
        if not 1 <= threshold <= len(members):
            raise Damaged("policy.threshold")
        return Group(threshold, tuple(members))


def parse_policy(data: bytes) -> Policy:
    """Read a policy file. Raises Damaged for anything that the format does not know."""
    if len(data) > MAX_POLICY or not _ALLOWED.issuperset(data):
        raise Damaged("policy.characters")
    if not data.endswith(b"\n"):
        raise Damaged("policy.line")
    reading = _Reading()
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        words = line.replace("\t", " ").split(" ")
        words = [w for w in words if w]
        if words and not words[0].startswith("#"):
            reading.take(words)
    if not reading.quorum:
        raise Damaged("policy.quorum_missing")
    return Policy(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)


def format_policy(policy: Policy) -> bytes:
    """The file of a policy, one definition a line, without addresses. Raises Damaged when it would not be read back the same."""
    lines = [f"log {key.text}" for key in policy.logs]
    lines += [f"witness {name} {key.text}" for name, key in policy.witnesses.items()]
    lines += [f"group {name} {group.threshold} {' '.join(group.members)}" for name, group in policy.groups.items()]
    data = "".join(f"{line}\n" for line in (*lines, f"quorum {policy.quorum}")).encode("utf-8", "surrogateescape")
    if parse_policy(data) != policy:
        raise Damaged("policy.line")
    return data


def open_trusted(data: bytes, policy: Policy, verify: Verify) -> OpenedCheckpoint:
    """A checkpoint that its log signed with every key listed for it, and that the quorum cosigned. Raises Damaged.

    The format would accept any one key; here two keys of one log are two schemes, and both are due.
    """
    return _with_quorum(open_checkpoint(data, policy.logs, verify, tuple(policy.witnesses.values())), policy)


def check_trusted(proof: Proof, leaf: bytes, policy: Policy, verify: Verify) -> OpenedCheckpoint:
    """As ``check_proof``, under the logs and the quorum of the policy; only the proof's own note counts."""
    return _with_quorum(check_proof(proof, leaf, policy.logs, verify, tuple(policy.witnesses.values())), policy)


def _with_quorum(opened: OpenedCheckpoint, policy: Policy) -> OpenedCheckpoint:
    if not policy.holds(policy.names_of(opened)):
        raise Damaged("policy.quorum_not_met")
    return opened
