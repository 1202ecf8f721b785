"""Which organisations have to have seen a log before it counts as seen: witnesses in groups, and how many of each group are due.

A witness has signed when every key that it has did. Witnesses of one household, under one donor or one host, are one witness: whoever
leans on one leans on all of them. A quorum that nobody can meet is never met.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.errors import Damaged, UsageError
from letapis.core.notes import KeyKind, VerifierKey, parse_vkey
from letapis.core.policy import NONE, Group, Policy

GROUPS: Final = ("ngo", "university", "law", "media", "other")
_KINDS: Final = (KeyKind.COSIGNATURE, KeyKind.ML_DSA_44)
_SUFFIX: Final = {KeyKind.COSIGNATURE: "ed25519", KeyKind.ML_DSA_44: "mldsa44"}
_ALL: Final = "everybody"


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness as a policy knows it. ``household``: what it shares with others who are no second witness; empty for nothing."""

    ident: bytes
    keys: tuple[VerifierKey, ...]
    group: str
    household: str = ""

    @property
    def name(self) -> str:
        """The name of its keys."""
        return self.keys[0].name


def read_keys(texts: Sequence[str]) -> tuple[VerifierKey, ...]:
    """The public keys that a witness gave out: one or two, of one name and of different types.

    Raises UsageError: ``witnesses.keys``.
    """
    try:
        keys = tuple(parse_vkey(text) for text in texts)
    except Damaged:
        raise UsageError("witnesses.keys") from None
    kinds = [key.kind for key in keys]
    if not keys or len({key.name for key in keys}) != 1 or len(set(kinds)) != len(kinds) or any(kind not in _KINDS for kind in kinds):
        raise UsageError("witnesses.keys")
    return keys


def check_set(witnesses: Sequence[WitnessKey], logs: Collection[bytes]) -> None:
    """Raise UsageError for witnesses that would be counted twice: ``witnesses.key_twice``, ``witnesses.name_twice``,
    ``witnesses.household_group``; ``logs`` are the public keys of our own logs, which witness nothing."""
    publics = [key.public for witness in witnesses for key in witness.keys]
    if len(set(publics)) != len(publics) or set(publics) & set(logs):
        raise UsageError("witnesses.key_twice")
    if len({witness.name for witness in witnesses}) != len(witnesses):
        raise UsageError("witnesses.name_twice")
    groups: dict[str, str] = {}
    for witness in witnesses:
        house = _house(witness)
        if house and groups.setdefault(house, witness.group) != witness.group:
            raise UsageError("witnesses.household_group")


def _house(witness: WitnessKey) -> str:
    return " ".join(witness.household.split()).casefold()


def _units(witnesses: Sequence[WitnessKey], group: str) -> list[list[WitnessKey]]:
    """Who counts as one, in the order of their entry."""
    found: dict[object, list[WitnessKey]] = {}
    for witness in witnesses:
        if witness.group == group:
            found.setdefault(_house(witness) or witness.ident, []).append(witness)
    return list(found.values())


def available(witnesses: Sequence[WitnessKey]) -> dict[str, int]:
    """How many witnesses of each group there are, a household as one."""
    return {group: count for group in GROUPS if (count := len(_units(witnesses, group)))}


def missing(witnesses: Sequence[WitnessKey], needs: Mapping[str, int], cosigned: Collection[bytes]) -> dict[str, int]:
    """How many more of each group are due after these have signed; empty when the quorum is met."""
    found = {}
    for group, due in needs.items():
        have = sum(any(witness.ident in cosigned for witness in unit) for unit in _units(witnesses, group))
        if have < due:
            found[group] = due - have
    return found


def signed(witness: WitnessKey, keys: Collection[VerifierKey]) -> bool:
    """Whether every key of the witness is among these."""
    return set(witness.keys) <= set(keys)


def policy(logs: Sequence[VerifierKey], witnesses: Sequence[WitnessKey], needs: Mapping[str, int], *, quorum: bool = True) -> Policy:
    """The policy that says all this; without ``quorum`` the witnesses stand in it and none is due.

    Raises UsageError("witnesses.too_few") when a group has fewer witnesses than are due.
    """
    building = _Building()
    for group in GROUPS:
        building.group(group, _units(witnesses, group), needs.get(group, 0))
    if any(due > len(_units(witnesses, group)) for group, due in needs.items()):
        raise UsageError("witnesses.too_few")
    name = building.finish() if quorum else NONE
    return Policy(tuple(logs), building.keys, building.groups, name)


class _Building:
    """Names of a policy, each defined before it is used and a member at most once."""

    def __init__(self) -> None:
        self.keys: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self._due: list[str] = []

    def group(self, name: str, units: Sequence[Sequence[WitnessKey]], due: int) -> None:
        members = [self._unit(f"{name}:household-{number}", unit) for number, unit in enumerate(units, start=1)]
        if 0 < due <= len(members):
            self.groups[f"group:{name}"] = Group(due, tuple(members))
            self._due.append(f"group:{name}")

    def _unit(self, name: str, unit: Sequence[WitnessKey]) -> str:
        members = [self._witness(witness) for witness in unit]
        if len(members) == 1:
            return members[0]
        self.groups[name] = Group(1, tuple(members))
        return name

    def _witness(self, witness: WitnessKey) -> str:
        names = [f"{witness.name}/{_SUFFIX[key.kind]}" for key in witness.keys]
        self.keys.update(zip(names, witness.keys, strict=True))
        if len(names) == 1:
            return names[0]
        self.groups[f"witness:{witness.name}"] = Group(len(names), tuple(names))
        return f"witness:{witness.name}"

    def finish(self) -> str:
        if len(self._due) < 2:
            return self._due[0] if self._due else NONE
        self.groups[_ALL] = Group(len(self._due), tuple(self._due))
        return _ALL
