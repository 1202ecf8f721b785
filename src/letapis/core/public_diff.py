"""What would become other for the public if one card took the place of another: field by field, values side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from letapis.core.published import Card, CardValue

SAME, COMES, GOES, OTHER = "same", "comes", "goes", "other"
WHATS: Final = (SAME, COMES, GOES, OTHER)


@dataclass(frozen=True)
class Difference:
    """One field, in one language where it has a form in each. ``what``: one of ``WHATS``."""

    field: str
    language: str
    before: tuple[CardValue, ...]
    after: tuple[CardValue, ...]

    @property
    def what(self) -> str:
        if self.before == self.after:
            return SAME
        return OTHER if self.before and self.after else GOES if self.before else COMES


def differences(before: Card | None, after: Card | None, order: Iterable[str]) -> tuple[Difference, ...]:
    """Every field of either card in ``order``, fields of no known order last. No card at all is one without values."""
    old, new = _grouped(before), _grouped(after)
    place = {field: number for number, field in enumerate(order)}
    keys = sorted(old.keys() | new.keys(), key=lambda key: (place.get(key[0], len(place)), key))
    return tuple(Difference(*key, old.get(key, ()), new.get(key, ())) for key in keys)


def _grouped(card: Card | None) -> dict[tuple[str, str], tuple[CardValue, ...]]:
    found: dict[tuple[str, str], tuple[CardValue, ...]] = {}
    for one in sorted(card.values) if card else ():
        key = (one.field, one.language)
        found[key] = (*found.get(key, ()), one)
    return found
