"""A judgement returns its result and its reason, never a bare boolean."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """``because`` is the key of a sentence that exists in three languages; ``detail`` holds counts and labels for it."""

    holds: bool
    because: str
    detail: Mapping[str, str | int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        raise TypeError("an Answer has a reason: ask for .holds")
