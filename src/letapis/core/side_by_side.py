"""Two entries side by side: for each part what they say, whether it agrees. The weighing says it where it weighs, else what they share does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from letapis.core.identity_proposals import Proposal
from letapis.core.name_compare import SUGGESTED

AGREE: Final = "agree"
DIFFER: Final = "differ"
UNKNOWN: Final = "unknown"
NOTHING_SHARED: Final = "nothing_shared"
_KINDS: Final = {"same": AGREE, "fits": "partly", "near": "near", "differs": DIFFER, "named": DIFFER}


def side_by_side(
    parts: Iterable[str], first: Mapping[str, Sequence[str]], second: Mapping[str, Sequence[str]], found: Proposal | None
) -> dict[str, str]:
    """One word for each part: ``agree``, ``partly``, ``near``, ``differ``, ``nothing_shared``, or ``unknown`` where a side says nothing."""
    words = {part: _alike(first.get(part, ()), second.get(part, ())) for part in parts}
    if found is None:
        return words
    told = {"name": AGREE if found.like.score >= SUGGESTED else DIFFER}
    if first.get("sex") and second.get("sex"):
        told["sex"] = DIFFER if found.block == "sex" else AGREE
    told |= {reason.part: _KINDS[reason.kind] for reason in found.reasons if reason.kind in _KINDS}
    return words | {part: word for part, word in told.items() if part in words}


def _alike(first: Sequence[str], second: Sequence[str]) -> str:
    if not first or not second:
        return UNKNOWN
    return NOTHING_SHARED if set(first).isdisjoint(second) else AGREE
