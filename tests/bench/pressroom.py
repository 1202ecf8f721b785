"""Many cards as an organisation has them: proposed by one, approved by two others, each on a claim, an answer and a decision, and a publisher.

Every record is signed, sealed, sent and taken in as in life, but in bulk and without a relay: ten thousand dossiers by the usual way take hours.
The two others are given the keys of a dossier and what they stand behind, not everything that they would receive.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from letapis.core.public_fold import CARD, Version
from letapis.core.published import Card, encode_card
from letapis.core.recognition import PROPOSED
from letapis.core.records import Draft, Record, Value
from letapis.desk import dossiers, items, ledger
from letapis.desk.opening import Desk
from tests.bench.population import BATCH, sealed, share
from tests.desk.publishing import Newsroom, newsroom
from tests.public import card_of
from tests.team import Team

IN_DOSSIER: Final = 100
"""People of one dossier, as of one protest or one case."""
_SCOPE: Final = "public_list_named"


@dataclass(frozen=True)
class Home:
    """A dossier, its people, their cards, and what these stand on."""

    dossier: bytes
    work: bytes
    pub: bytes
    persons: Sequence[bytes]
    cards: Sequence[Card]
    claims: Sequence[bytes] = ()
    decided: Sequence[bytes] = ()


def pressroom(
    make_team: Callable[..., Team], make_desk: Callable[..., Desk], people: int, in_dossier: int = IN_DOSSIER
) -> tuple[Newsroom, list[Home]]:
    """So many people with a card that is public, at the first desk and at the publisher's."""
    room, made = newsroom(make_team, make_desk), list[Home]()
    for start in range(0, people, BATCH):
        made += _fill(room, start, min(people, start + BATCH), in_dossier)
    return room, made


def _fill(room: Newsroom, start: int, end: int, in_dossier: int) -> list[Home]:
    """The next people, in dossiers of their own."""
    first, known = room.team.desks[0], ledger.newest(room.team.desks[0])
    with first.store.transaction():
        drafts, homes = list[Draft](), list[Home]()
        for number in range(start, end, in_dossier):
            homes.append(_home(first, number, min(in_dossier, end - number), drafts))
        ledger.append(first, drafts)
        homes = _told(first, homes)
        versions = ledger.append(first, [_version(first, home, card) for home in homes for card in home.cards])
        ledger.append(first, list(_links(first, homes, versions)))
    public = [home.pub for home in homes]
    share(first, room.press, public)
    ledger.receive(room.press, sealed(first, known, public))
    for colleague in room.team.desks[1:3]:
        share(first, colleague, [*public, *(home.work for home in homes)])
        known = ledger.newest(colleague)
        ledger.append(colleague, [*_rulings(homes), *(_approval(colleague, one) for one in versions)])
        ledger.receive(first, sealed(colleague, known, ()))
        ledger.receive(room.press, sealed(colleague, known, public))
    return homes


def _home(desk: Desk, start: int, count: int, drafts: list[Draft]) -> Home:
    """A dossier with its people and what they answered; ``drafts`` grows by what makes it."""
    made = dossiers.prepare_dossier(desk, f"PRY-{start + 1000}", f"Pryklad {start}")
    (public,) = (one.compartment for one in made.drafts if one.body.get("class") == "PUB")
    home = Home(made.dossier, made.work, public, [secrets.token_bytes(16) for _ in range(count)], [card_of(start + at) for at in range(count)])
    drafts += made.drafts
    drafts += (dossiers.entity_draft(home.dossier, home.work, one, "person", f"Vydumka {start + at}") for at, one in enumerate(home.persons))
    drafts += _answers(home)
    return home


def _answers(home: Home) -> Iterator[Draft]:
    body: dict[str, Value] = {"dossier": home.dossier, "scope": _SCOPE, "answer": "given", "how": "written"}
    body |= {"surrogate": True, "reason": "In custody"}
    return (Draft("consent", home.work, body | {"party": one}) for one in home.persons)


def _told(desk: Desk, homes: Sequence[Home]) -> list[Home]:
    """The same dossiers with a document, a claim of it on each person, and a decision on each."""
    claims = ledger.append(desk, [draft for home in homes for draft in _claims(home)])
    decided = iter(ledger.append(desk, [_outcome(desk, home, *told) for home in homes for told in zip(home.persons, home.cards, strict=True)]))
    said = iter(one for one in claims if one.type == "claim")
    return [replace(home, claims=[next(said).ref for _ in home.cards], decided=[next(decided).ref for _ in home.cards]) for home in homes]


def _claims(home: Home) -> Iterator[Draft]:
    source = secrets.token_bytes(16)
    yield Draft("source", home.work, {"dossier": home.dossier, "source": source, "code": "S1", "kind": "document", "grade": "A"})
    for person, card in zip(home.persons, home.cards, strict=True):
        body: dict[str, Value] = {"dossier": home.dossier, "subject": person, "property": "identity.name", "source": source, "basis": "document"}
        body |= {"passage": secrets.token_bytes(32), "certainty": "exact", "scopes": ("keep_internal",)}
        yield Draft("claim", home.work, body | {"value.text": card.first("name") or "Vydumka"})


def _outcome(desk: Desk, home: Home, person: bytes, card: Card) -> Draft:
    body: dict[str, Value] = {"dossier": home.dossier, "subject": person, "outcome": card.first("outcome"), "day": card.first("recognised")}
    body |= {"ground": "3.1", "demand": "immediate_release", "state": PROPOSED}
    return items.draft(desk, "recognition_outcome", home.work, body)


def _version(desk: Desk, home: Home, card: Card) -> Draft:
    body: dict[str, Value] = {"dossier": home.dossier, "content": encode_card(card), "salt": secrets.token_bytes(32), "state": "proposed"}
    return items.draft(desk, "public_card", home.pub, body, bytes.fromhex(card.card))


def _links(desk: Desk, homes: Sequence[Home], versions: Sequence[Record]) -> Iterator[Draft]:
    made = iter(versions)
    for home in homes:
        for person, card, claim in zip(home.persons, home.cards, home.claims, strict=True):
            body: dict[str, Value] = {"dossier": home.dossier, "subject": person, "card": bytes.fromhex(card.card), "version": next(made).ref}
            body |= {"fields": ("name",), "languages": ("en",), "claims": (claim,), "scopes": (_SCOPE,)} if card.named else {}
            yield items.draft(desk, "card_link", home.work, body | {"state": "proposed"})


def _rulings(homes: Sequence[Home]) -> Iterator[Draft]:
    """A colleague checked every claim and stands behind every decision."""
    for home in homes:
        for kind, targets in (("check", home.claims), ("approve", home.decided)):
            yield Draft("decision", home.work, {"dossier": home.dossier, "kind": kind, "targets": tuple(targets)})


def _approval(desk: Desk, version: Record) -> Draft:
    """A colleague stands behind a version, and looked at what wants it."""
    said = Version(version.ref, CARD, version.raw(CARD), b"", "", version.raw("content"), version.raw("salt"))
    body: dict[str, Value] = {"dossier": version.raw("dossier"), "about": said.ident, "version": said.ref, "digest": said.digest, "state": "given"}
    look = sorted(name for name, field in desk.catalogue.publication.fields.items() if field.look)
    return items.draft(desk, "public_approval", version.header.compartment, body | {"look": tuple(look)})
