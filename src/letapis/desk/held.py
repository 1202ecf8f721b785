"""What was verified once in this process and depends on no clock: the same bytes under the same keys need not be verified again.

Kept by digest, in memory alone, and forgotten when the desk is locked or closed (``opening.Desk.forget``).
"""

from collections.abc import Callable
from typing import Final, TypeVar

from letapis.desk.opening import Desk

_NAME: Final = "held"
_MOST: Final = 4096
_Found = TypeVar("_Found")


def held(desk: Desk, key: tuple[object, ...], look: Callable[[], _Found]) -> _Found:
    """What ``look`` finds, asked once for each key. What it raises is raised each time and not kept."""
    known: dict[tuple[object, ...], _Found] = desk.kept.setdefault(_NAME, {})
    if key not in known:
        found = look()
        while len(known) >= _MOST:
            known.pop(next(iter(known)))
        known[key] = found
    return known[key]
