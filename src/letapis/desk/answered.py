"""What was answered in dossiers, read once for every question that is asked of it: of each party, under whichever of their entries.

The rule itself is in ``core.consent``; what is asked of it, and of whom, in ``desk.consents``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.consent import Consent, ConsentScopes, last_day, may_unless_over
from letapis.desk import reading
from letapis.desk.opening import Desk


@dataclass(frozen=True)
class Answered:
    """The answers of one dossier by party, the oldest first. ``read_as``: each entry that is one person with another, and as which it is read;
    ``known``: nothing is over that was not on this day, as ``core.consent.may_unless_over`` says."""

    told: Mapping[bytes, Sequence[Consent]]
    read_as: Mapping[bytes, bytes]
    scopes: ConsentScopes
    today: date
    known: date

    @cached_property
    def _asked(self) -> dict[bytes, list[bytes]]:
        """Entries under which somebody was asked, by the entry as which they are read."""
        found: dict[bytes, list[bytes]] = {}
        for entry, first in self.read_as.items():
            if entry in self.told:
                found.setdefault(first, []).append(entry)
        return found

    def entries(self, person: bytes) -> list[bytes]:
        """The entry of a person, and the others of theirs under which they were asked."""
        others = self._asked.get(self.read_as.get(person, b""), ())
        return [person, *(one for one in others if one != person)]

    def party_allows(self, party: bytes, scopes: Iterable[str], names: Collection[str] = ()) -> Answer:
        """Whether a party's own answers allow all of these scopes towards the recipient of these names; if not, the first that does not."""
        told = self.told.get(party, ())
        found = (may_unless_over(self.scopes.scope(scope), told, self.today, self.known, names) for scope in scopes)
        return next((answer for answer in found if not answer.holds), Answer(True, "law.consent_given"))

    def person_allows(self, person: bytes, scopes: Collection[str], names: Collection[str] = ()) -> Answer:
        """The same of who is entered twice, under every entry under which they were asked."""
        found = [self.party_allows(one, scopes, names) for one in self.entries(person)]
        return next((answer for answer in found if not answer.holds), found[0])

    def last_day(self, person: bytes, scopes: Iterable[str]) -> date | None:
        """The last day on which ``person_allows`` says yes to all of these scopes, as far as it is written down; None where it is for good.
        Asked of who says yes today."""
        rules = [self.scopes.scope(scope) for scope in scopes]
        ends = (last_day(rule, self.told.get(entry, ()), self.today) for entry in self.entries(person) for rule in rules)
        return min((one for one in ends if one is not None), default=None)


def answered(desk: Desk, reader: Reader, dossiers: Sequence[bytes], known: date | None = None) -> dict[bytes, Answered]:
    """The answers of each of these dossiers that the reader holds. ``known``: a day (UTC) on which nothing was over that is over today only by a
    clock that nobody else's tells of; today where none is named."""
    read_as, today, found = reading.joined_each(desk, reader, dossiers), desk.clock().date(), dict[bytes, Answered]()
    for dossier, answers in reading.answers_each(desk, reader, dossiers).items():
        told: dict[bytes, list[Consent]] = {}
        for one in answers:
            parts = told.setdefault(one.party, [])
            parts.append(one.said(len(parts)))
        found[dossier] = Answered(told, read_as.get(dossier, {}), desk.catalogue.consent, today, known or today)
    return found
