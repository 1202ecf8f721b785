"""Answers under public cards that run out soon: said early enough to ask again, before the card is recalled by itself (``desk.card_settle``)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from letapis.core.access import Reader
from letapis.core.consent import last_day, may
from letapis.core.dates import bounds
from letapis.core.public_fold import Read
from letapis.desk import consents, public_record, reading
from letapis.desk.cards import Link, links
from letapis.desk.opening import Desk


@dataclass(frozen=True)
class Ending:
    """A card, public or proposed, that stands no longer than until ``last``: for these scopes somebody asks again, for none it is proposed anew."""

    dossier: bytes
    card: bytes
    person: bytes
    last: date
    scopes: tuple[str, ...]


def ending(desk: Desk, reader: Reader) -> list[Ending]:
    """Every card of the reader's dossiers whose ground runs out within the days of ``data/cards.toml``, what ends first first."""
    rows = desk.store.rows(
        "SELECT DISTINCT dossier, expires FROM db_consent WHERE expires <> '' AND dossier IN (SELECT dossier FROM db_item WHERE type = 'public_card')"
    )
    first, until = _ahead(desk)
    near = {bytes(dossier) for dossier, expires in rows if first <= bounds(expires)[1] <= until}
    held = [one.dossier for one in reading.dossiers(desk, reader) if one.dossier in near and reader.holds(one.pub)] if near else []
    found = [one for dossier in held for one in _ending(desk, reader, dossier)]
    return sorted(found, key=lambda one: (one.last, one.dossier, one.card))


def _ahead(desk: Desk) -> tuple[date, date]:
    """Today, and the last of the days that are looked ahead."""
    today = desk.clock().date()
    return today, today + timedelta(days=desk.catalogue.cards.ahead)


def _ending(desk: Desk, reader: Reader, dossier: bytes) -> Iterator[Ending]:
    states = [one for one in public_record.versions(desk, reader, dossier) if one.alive]
    live = {one.version.ref for state in states for one in (state.standing, *state.waiting) if one is not None}
    known = [one for one in links(desk, reader, dossier) if one.version in live]
    stands = {state.ident: state.standing for state in states}
    entries = consents.entries_asked(desk, reader, dossier, {one.person for one in known})
    for card in dict.fromkeys(one.card for one in known):
        some = [one for one in known if one.card == card]
        told = _ends(desk, reader, some, {entry for one in some for entry in entries[one.person]})
        days = [*told.values(), *_said(desk, stands.get(card))]
        if days:
            yield Ending(dossier, card, some[-1].person, min(days), tuple(sorted(told)))


def _said(desk: Desk, stands: Read | None) -> list[date]:
    """The last day that a public version says of itself, where that is near: whoever agreed anew since is not on it yet."""
    if stands is None or not stands.until:
        return []
    last, (today, until) = bounds(stands.until)[1], _ahead(desk)
    return [last] if today <= last <= until else []


def _ends(desk: Desk, reader: Reader, known: Sequence[Link], parties: Iterable[bytes]) -> dict[str, date]:
    """Scopes that hold today and no longer at the end of the days that are looked ahead, each with its last day."""
    (today, until), scopes, found = _ahead(desk), {scope for one in known for scope in one.scopes}, dict[str, date]()
    for said in (consents.answers_of(desk, reader, known[0].dossier, party) for party in parties):
        for scope in scopes:
            rule = desk.catalogue.consent.scope(scope)
            last = last_day(rule, said, today) if may(rule, said, today).holds else None
            if last is not None and last <= until:
                found[scope] = min(last, found.get(scope, date.max))
    return found
