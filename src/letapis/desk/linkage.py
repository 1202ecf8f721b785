"""Find who may be entered twice among very many persons: an engine for large linkages finds pairs, and each is weighed and explained like any
other proposal. Nothing is joined and nothing is recorded: a member decides pair by pair (``desk.one_person``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.identity_proposals import PROPOSED, Proposal, weigh
from letapis.core.linkage import namesakes, prepare
from letapis.core.package import PERSON
from letapis.desk import reading
from letapis.desk.one_person import known_people
from letapis.desk.opening import Desk
from letapis.engines import linkage as engines
from letapis.engines.linkage import Spill

LIKELY: Final = 0.5
"""From these odds of the engine on a pair is weighed."""


@dataclass(frozen=True)
class Proposed:
    """What came of it, the likeliest first. ``persons``: how many were compared; ``pairs``: how many the engine found; ``decided``: of these,
    how many somebody has decided already; ``crowded``: names that too many bear to be looked for."""

    proposals: tuple[Proposal, ...]
    people: dict[bytes, reading.EntityView]
    persons: int
    pairs: int
    decided: int
    crowded: int


def link(desk: Desk, reader: Reader, dossiers: Sequence[bytes], engine: str = "duckdb", spill: Spill | None = None) -> Proposed:
    """Pairs among the persons of these dossiers. Raises NotFound for a dossier of others, and as ``engines.linkage.link`` does."""
    engines.require(engine, spill or Spill())
    people = {one.entity: one for dossier in dict.fromkeys(dossiers) for one in reading.entities(desk, reader, dossier) if one.kind == PERSON}
    known, rules = known_people(desk, reader, people.values()), desk.catalogue.identity_rules
    linkage = prepare(known, rules)
    pairs, alike = engines.link(linkage, engine, LIKELY, spill), namesakes(linkage)
    decided, proposals, done = reading.decided(desk, reader).settled, list[Proposal](), 0
    for pair in pairs:
        first, second = known[pair.first], known[pair.second]
        if frozenset((first.ident, second.ident)) in decided:
            done += 1
            continue
        found = weigh(first, second, rules, max(2, alike[pair.first], alike[pair.second]))
        if found and not found.block and found.weight >= PROPOSED:
            proposals.append(found)
    proposals.sort(key=lambda one: (-one.weight, one.first, one.second))
    return Proposed(tuple(proposals), people, len(known), len(pairs), done, linkage.crowded)
