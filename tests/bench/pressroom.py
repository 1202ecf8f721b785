"""Many cards as an organisation has them: proposed by one, approved by two others, each on a claim, an answer and a decision, and a publisher.

Records are written in bulk through the ledger; they travel between the four desks as sync takes them.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.public_fold import Read
from letapis.core.published import Card, encode_card
from letapis.core.recognition import PROPOSED
from letapis.core.records import Draft, Value
from letapis.desk import dossiers, items, ledger, public_record, reading
from letapis.desk.opening import Desk
from tests.bench.population import rule
from tests.desk.publishing import Newsroom, newsroom
from tests.public import card_of
from tests.team import Team

IN_DOSSIER: Final = 100
"""People of one dossier, as of one protest or one case."""
_SCOPE: Final = "public_list_named"


@dataclass(frozen=True)
class Home:
    """A dossier, its people, and what their cards shall stand on."""

    dossier: bytes
    work: bytes
    pub: bytes
    persons: Sequence[bytes]
    cards: Sequence[Card]
    claims: Sequence[bytes]
    decided: Sequence[bytes]


def pressroom(
    make_team: Callable[..., Team], make_desk: Callable[..., Desk], people: int, in_dossier: int = IN_DOSSIER
) -> tuple[Newsroom, list[Home]]:
    """So many people with a card that is public, at three desks and at the publisher's."""
    room = newsroom(make_team, make_desk)
    first = room.team.desks[0]
    made = [_home(room, first, number, min(in_dossier, people - number)) for number in range(0, people, in_dossier)]
    room.team.sync()
    for number in (1, 2):
        room.team.sync(number)
        for one in made:
            rule(room.team.desks[number], "check", one.dossier, one.work, one.claims)
            rule(room.team.desks[number], "approve", one.dossier, one.work, one.decided)
    room.team.sync(1, 2, 0)
    for one in made:
        _propose(first, one)
    room.team.sync(0, 1, 2)
    approve(room, [one.dossier for one in made])
    return room, made


def approve(room: Newsroom, homes: Sequence[bytes]) -> None:
    """The two others approve all that waits in these dossiers, and everybody hears of it."""
    for number in (1, 2):
        desk, reader = room.team.desks[number], room.reader(number)
        for home in homes:
            kept, states = reading.dossier(desk, reader, home), public_record.versions(desk, reader, home)
            drafts = [_approval(desk, kept.pub, home, state.ident, one) for state in states for one in state.waiting]
            ledger.append(desk, drafts)
        room.team.sync(number)
    room.team.sync()


def _approval(desk: Desk, pub: bytes, home: bytes, ident: bytes, one: Read) -> Draft:
    body: dict[str, Value] = {"dossier": home, "about": ident, "version": one.version.ref, "digest": one.version.digest, "state": "given"}
    return items.draft(desk, "public_approval", pub, body | {"look": tuple(sorted(one.looks))})


def _home(room: Newsroom, desk: Desk, start: int, count: int) -> Home:
    """A dossier with its people, what was said of them, what they answered, and what was decided."""
    made = dossiers.new_dossier(desk, f"PRY-{start + 1000}", f"Pryklad {start}")
    dossiers.admit_to_dossier(desk, room.reader(), made, [one.me for one in room.team.desks[1:3]])
    home = reading.dossier(desk, room.reader(), made)
    ledger.append(desk, dossiers.public_drafts(desk, home.pub))
    cards = [card_of(number) for number in range(start, start + count)]
    persons = [secrets.token_bytes(16) for _ in cards]
    source: dict[str, Value] = {"dossier": made, "source": secrets.token_bytes(16), "code": f"S{start}", "kind": "document", "grade": "A"}
    entities = [dossiers.entity_draft(made, home.work, one, "person", f"Vydumka {start + at}") for at, one in enumerate(persons)]
    ledger.append(desk, [Draft("source", home.work, source), *entities, *_answers(made, home.work, persons)])
    claims = [one.ref for one in ledger.append(desk, list(_claims(made, home.work, source["source"], persons, cards)))]
    decided = [one.ref for one in ledger.append(desk, [_outcome(desk, made, home.work, one, card) for one, card in zip(persons, cards, strict=True)])]
    return Home(made, home.work, home.pub, persons, cards, claims, decided)


def _propose(desk: Desk, home: Home) -> None:
    versions = ledger.append(desk, [_version(desk, home.dossier, home.pub, card) for card in home.cards])
    told = zip(home.persons, home.cards, home.claims, versions, strict=True)
    ledger.append(desk, [_link(desk, home.dossier, home.work, person, card, claim, made.ref) for person, card, claim, made in told])


def _answers(home: bytes, work: bytes, persons: Sequence[bytes]) -> Iterator[Draft]:
    body: dict[str, Value] = {"dossier": home, "scope": _SCOPE, "answer": "given", "how": "written", "surrogate": True, "reason": "In custody"}
    return (Draft("consent", work, body | {"party": one}) for one in persons)


def _claims(home: bytes, work: bytes, source: Value, persons: Sequence[bytes], cards: Sequence[Card]) -> Iterator[Draft]:
    for person, card in zip(persons, cards, strict=True):
        body: dict[str, Value] = {"dossier": home, "subject": person, "property": "identity.name", "source": source, "basis": "document"}
        body |= {"passage": secrets.token_bytes(32), "certainty": "exact", "scopes": ("keep_internal",)}
        yield Draft("claim", work, body | {"value.text": card.first("name") or "Vydumka"})


def _outcome(desk: Desk, home: bytes, work: bytes, person: bytes, card: Card) -> Draft:
    body: dict[str, Value] = {"dossier": home, "subject": person, "outcome": card.first("outcome"), "day": card.first("recognised")}
    return items.draft(desk, "recognition_outcome", work, body | {"ground": "3.1", "demand": "immediate_release", "state": PROPOSED})


def _version(desk: Desk, home: bytes, pub: bytes, card: Card) -> Draft:
    body: dict[str, Value] = {"dossier": home, "content": encode_card(card), "salt": secrets.token_bytes(32), "state": "proposed"}
    return items.draft(desk, "public_card", pub, body, bytes.fromhex(card.card))


def _link(desk: Desk, home: bytes, work: bytes, person: bytes, card: Card, claim: bytes, version: bytes) -> Draft:
    body: dict[str, Value] = {"dossier": home, "subject": person, "card": bytes.fromhex(card.card), "version": version, "state": "proposed"}
    body |= {"fields": ("name",), "languages": ("en",), "claims": (claim,), "scopes": (_SCOPE,)} if card.named else {}
    return items.draft(desk, "card_link", work, body)
