"""Who agrees to what: the answers of one party, and the claims that the answers of their sources let through for some scopes.

A submission asks for the scopes of its body, a case file for the scope of its recipient. Documents, lists and media are no persons and
are not asked. The rule itself is in ``core.consent``.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.consent import Consent, covers, may
from letapis.core.errors import NotFound
from letapis.core.standing import Level
from letapis.desk import reading
from letapis.desk.answered import Answered, answered
from letapis.desk.opening import Desk

PERSON = "person"  # the kind of a source that is asked, and of an entity
_OFFICE: Final = "office."  # facts on holders of office, who are not asked


def answers_of(desk: Desk, reader: Reader, dossier: bytes, party: bytes) -> list[Consent]:
    """Every answer of one party of a dossier, the oldest first."""
    return list(_answered(desk, reader, dossier).told.get(party, ()))


def party_allows(desk: Desk, reader: Reader, dossier: bytes, party: bytes, scopes: Collection[str], names: Sequence[str]) -> Answer:
    """Whether a party's own answers allow all of these scopes towards the recipient of these names; if not, the first that does not."""
    return _answered(desk, reader, dossier).party_allows(party, scopes, names)


def _answered(desk: Desk, reader: Reader, dossier: bytes) -> Answered:
    """Raises NotFound for a dossier of others."""
    found = answered(desk, reader, (dossier,))
    if dossier not in found:
        raise NotFound("reading.not_found")
    return found[dossier]


def party_allows_any(
    desk: Desk, reader: Reader, dossier: bytes, party: bytes, ways: Iterable[Collection[str]], names: Sequence[str]
) -> bool:
    """Whether a party's own answers allow all scopes of at least one of these ways."""
    today, said = desk.clock().date(), answers_of(desk, reader, dossier, party)
    return any(all(may(desk.catalogue.consent.scope(scope), said, today, names).holds for scope in way) for way in ways)


def asked_persons(
    desk: Desk, reader: Reader, dossier: bytes, claims: Iterable[reading.ClaimView], about: Collection[bytes], floor: Level = Level.OPEN
) -> set[bytes]:
    """The persons whom these claims are about and who are asked before something on them leaves: everybody who is not known to be a body or a
    place, but not those of whom claims from the level ``floor`` on say that they hold an office, unless they are among those whom it is
    ``about`` or an answer of theirs is written down, under whatever entry."""
    told = list(claims)
    no_persons = {one.entity for one in reading.entities(desk, reader, dossier) if one.kind != PERSON}
    office = {claim.subject for claim in told if claim.property.startswith(_OFFICE) and claim.level >= floor}
    read_as = reading.joined(desk, reader, dossier)
    own = {read_as.get(one, one) for one in (*about, *(answer.party for answer in reading.consents(desk, reader, dossier)))}
    return {claim.subject for claim in told} - no_persons - {one for one in office if read_as.get(one, one) not in own}


def persons_allow(
    desk: Desk, reader: Reader, dossier: bytes, persons: Iterable[bytes], scopes: Collection[str], names: Sequence[str]
) -> dict[bytes, Answer]:
    """For each of these persons what ``party_allows`` says; of who is entered twice, under every entry under which they were asked. The
    answers of the dossier are read once, however many persons they are."""
    told = _answered(desk, reader, dossier)
    return {person: told.person_allows(person, scopes, names) for person in persons}


def last_days(desk: Desk, reader: Reader, dossier: bytes, persons: Iterable[bytes], scopes: Collection[str]) -> dict[bytes, date | None]:
    """For each of these persons the last day on which ``persons_allow`` says yes to all of these scopes, as far as it is written down; None
    where it is for good. Asked of who says yes today."""
    told = _answered(desk, reader, dossier)
    return {person: told.last_day(person, scopes) for person in persons}


def person_allows_any(
    desk: Desk, reader: Reader, dossier: bytes, person: bytes, ways: Iterable[Collection[str]], names: Sequence[str]
) -> bool:
    """What ``party_allows_any`` says, of who is entered twice under every entry under which they were asked."""
    known = list(ways)
    (entries,) = entries_asked(desk, reader, dossier, (person,)).values()
    return all(party_allows_any(desk, reader, dossier, one, known, names) for one in entries)


def entries_asked(desk: Desk, reader: Reader, dossier: bytes, persons: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """The entry of each person, and the others of theirs under which they were asked."""
    told = _answered(desk, reader, dossier)
    return {who: told.entries(who) for who in persons}


def source_allows(desk: Desk, reader: Reader, dossier: bytes, source: bytes, scopes: Collection[str], names: Sequence[str]) -> Answer:
    """The same for a source; what is no person is not asked. Raises NotFound for a source that this reader may not see."""
    if reading.source(desk, reader, source).kind != PERSON:
        return Answer(True, "consents.nobody_to_ask")
    return party_allows(desk, reader, dossier, source, scopes, names)


def sources_allow(
    desk: Desk, reader: Reader, dossier: bytes, claims: Sequence[reading.ClaimView], scopes: Collection[str], names: Sequence[str]
) -> dict[bytes, Answer]:
    """For each claim (its ref) whether its source allows this use: by their answers, and for these very words."""
    sources = {claim.source for claim in claims}
    willing = {source: source_allows(desk, reader, dossier, source, scopes, names) for source in sources}
    given = {source: reading.given_at(desk, source) for source in sources if reading.source(desk, reader, source).kind == PERSON}
    found = {}
    for claim in claims:
        answer = willing[claim.source]
        if answer.holds and claim.source in given and not covers(scopes, claim.scopes, claim.recorded, given[claim.source]):
            answer = Answer(False, "consents.other_words")
        found[claim.ref] = answer
    return found
