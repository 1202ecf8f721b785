"""The dossier for the vote: what the record says on a person under each ground of the Guidelines, before organisations decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core import recognition_criteria as criteria
from letapis.core.access import Reader
from letapis.core.recognition_criteria import Held, Tier
from letapis.core.standing import Level
from letapis.desk import qualify, reading
from letapis.desk.opening import Desk

_BEGAN, _ENDED, _ONGOING = "detention.start", "detention.end", "detention.ongoing"
_STATE: Final = ("authority",)


@dataclass(frozen=True)
class VoteDossier:
    """What is put before the organisations. ``claims``: every claim that a criterion names, by reference; ``questions``: facts that nobody
    recorded and that a criterion waits for, those of exclusions first."""

    dossier: bytes
    person: bytes
    floor: qualify.Floor
    tiers: tuple[Tier, ...]
    held: Held
    questions: tuple[str, ...]
    claims: Mapping[bytes, reading.ClaimView]


def prepare(desk: Desk, reader: Reader, dossier: bytes, person: bytes, floor: str = qualify.Floor.DRAFT) -> VoteDossier:
    """Read the grounds of recognition on a person of a dossier. Raises UsageError for an unknown floor, NotFound for what is not theirs."""
    norms = [norm for norm in desk.catalogue.rulebook.norms.values() if norm.recognition]
    law = qualify.qualify(desk, reader, dossier, [norm.id for norm in norms], floor, person)
    tiers = tuple(criteria.tier(norm, found) for norm, found in zip(norms, law.qualifications, strict=True))
    blocking = [fact for one in tiers for criterion in one.blocks for fact in criterion.missing]
    others = [fact for one in tiers for criterion in one.criteria if criterion.verdict is criteria.Verdict.UNKNOWN for fact in criterion.missing]
    told = _held(desk, reader, dossier, law.person, qualify.LEVELS[law.floor])
    return VoteDossier(dossier, law.person, law.floor, tiers, told, tuple(dict.fromkeys((*blocking, *others))), law.claims)


def _held(desk: Desk, reader: Reader, dossier: bytes, person: bytes, level: Level) -> Held:
    """Custody by claims from a level on, of every entry that is this person; what the State says is not asked."""
    read_as = reading.joined(desk, reader, dossier)
    state = {one.source for one in reading.sources(desk, reader, dossier) if one.kind in _STATE}
    entries = [person, *(entry for entry, first in read_as.items() if first == person != entry)]
    told = [one for entry in entries for one in reading.claims(desk, reader, dossier, subject=entry)]
    live = [one for one in told if one.level >= level and not one.replaced and one.source not in state]
    return criteria.held([*_days(live, _BEGAN), *_ongoing(live, "true")], [*_days(live, _ENDED), *_ongoing(live, "false")])


def _days(told: Iterable[reading.ClaimView], fact: str) -> list[str]:
    return [one.value for one in told if one.property == fact]


def _ongoing(told: Iterable[reading.ClaimView], value: str) -> list[str]:
    return [one.valid_from or one.recorded[:10] for one in told if one.property == _ONGOING and one.value == value]
