"""What each use of our information needs before it may stand on a claim: how far checked, by how many others, corroborated or not.

A draft takes what was said. A body whose standard is prima facie takes a lone survivor's checked account, written "the source reports".
An urgent appeal cannot wait for two: one other member suffices, and the second check follows with a date. Everything else is a finding
and needs what two have checked and the sources add up to. The table is ``data/proof.toml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.answers import Answer
from letapis.core.standing import Level

FLOORS: Final = {"open": Level.OPEN, "checked": Level.CHECKED, "verified": Level.VERIFIED}


@dataclass(frozen=True, slots=True)
class Use:
    """One use: the least standing of a claim, how many other members must have checked it, whether its sources must add up.

    ``stated``: the least standing of a claim that does not suffice and may go all the same, with its standing beside it; None where none may.
    ``mechanisms``: cards that are used so. ``second_check_days``: 0, or by when the second check follows. ``rung``: the standard of proof.
    ``why``: the reason in three languages.
    """

    id: str
    floor: Level
    others: int
    corroborated: bool
    second_check_days: int
    rung: str
    mechanisms: tuple[str, ...]
    label: Mapping[str, str]
    why: Mapping[str, str]
    stated: Level | None = None


def read_use(entry: Mapping[str, Any]) -> Use:
    """One use from its table in ``proof.toml``."""
    floor = FLOORS[entry["floor"]]
    return Use(
        entry["id"],
        floor,
        entry["others"],
        floor is Level.VERIFIED,
        entry.get("second_check_days", 0),
        entry["rung"],
        tuple(entry.get("mechanisms", ())),
        entry["label"],
        entry["why"],
        FLOORS[entry["stated"]] if "stated" in entry else None,
    )


def suffices(use: Use, level: Level, checks: int) -> Answer:
    """Whether a claim of this standing, checked by so many other members, may carry a sentence of this use; if not, what it lacks."""
    if level < Level.OPEN:
        return Answer(False, "uses.not_relied_on")
    if use.corroborated:
        return _corroborated(use, level, checks)
    missing = 0 if level >= Level.CHECKED else use.others - checks if use.floor is Level.OPEN else max(1, use.others - checks)
    if missing > 0:
        return Answer(False, "uses.needs_others", {"count": missing})
    return Answer(True, "uses.said" if not use.others else "uses.established" if level is Level.VERIFIED else "uses.source_reports")


def may_go(use: Use, level: Level, checks: int) -> Answer:
    """Whether such a claim may be handed over for this use: because it suffices, or because its standing is printed beside it."""
    answer = suffices(use, level, checks)
    if answer.holds or use.stated is None or level < use.stated:
        return answer
    return Answer(True, "uses.stated")


def least_of(use: Use) -> Level:
    """The standing below which ``may_go`` lets no claim go, whoever checked it: of a long dossier nothing else has to be read."""
    return use.floor if use.stated is None else min(use.floor, use.stated)


def _corroborated(use: Use, level: Level, checks: int) -> Answer:
    if level >= Level.VERIFIED:
        return Answer(True, "uses.established")
    if level is Level.CHECKED:
        return Answer(False, "uses.needs_sources")
    return Answer(False, "uses.needs_others", {"count": max(1, use.others - checks)})


def owes_second_check(use: Use, level: Level) -> bool:
    """The claim goes out after one check, and the second is still owed."""
    return use.second_check_days > 0 and level is Level.OPEN
