"""What one and the same person answered in another dossier: whoever said no there, or took it back, is not asked again by silence here.

Asked of dossiers that this desk holds alone. Who holds one of two learns nothing of the other, and is told that it was not asked.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.consent import NO
from letapis.desk import reading
from letapis.desk.answered import Answered, answered
from letapis.desk.opening import Desk
from letapis.desk.restriction import KEEP_SCOPE

REFUSED: Final = Answer(False, "cards.no_elsewhere")


@dataclass(frozen=True)
class Elsewhere:
    """``others``: of a person the entries that are the same one in other dossiers; ``told``: the answers of those dossiers."""

    others: Mapping[bytes, tuple[reading.EntityView, ...]]
    told: Mapping[bytes, Answered]

    def refuses(self, persons: Iterable[bytes], scopes: Collection[str]) -> bool:
        """One of these entries said no in another dossier to one of these uses, or to being kept at all."""
        found = (other for person in persons for other in self.others.get(person, ()) if other.dossier in self.told)
        return any(self.told[one.dossier].party_allows(one.entity, (scope,)).because in NO for one in found for scope in (*scopes, KEEP_SCOPE))

    def word(self, persons: Iterable[bytes], scopes: Collection[str], here: Answer) -> Answer:
        """What was answered ``here``, unless it is a yes and somebody said no elsewhere."""
        return REFUSED if here.holds and self.refuses(persons, scopes) else here


def of(desk: Desk, reader: Reader, persons: Collection[bytes]) -> Elsewhere:
    """What these persons answered in other dossiers that the reader holds; nothing where nobody said that they are one with anybody there."""
    others = reading.elsewhere_each(desk, reader, persons)
    homes = {one.dossier for found in others.values() for one in found}
    return Elsewhere(others, answered(desk, reader, sorted(homes)) if homes else {})
