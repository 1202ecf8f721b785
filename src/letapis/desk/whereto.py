"""Where can this go? Every card for one person of a dossier, the routes that fit, and the day on which a card was confirmed last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from letapis.core.access import Reader
from letapis.core.errors import NotFound, UsageError
from letapis.core.mechanisms import Mechanism
from letapis.core.routing import routes_for
from letapis.core.situation import facts_from
from letapis.core.standing import Level
from letapis.core.whereto import Advice, CardStanding, Known, Way, advice, review_due, standing_of
from letapis.desk import filed, gate_words, items, law_facts, qualify, reading
from letapis.desk.consents import answers_of
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk

_LONGEST = 2000
_ORDER = {way: number for number, way in enumerate(Way)}


@dataclass(frozen=True)
class WherePage:
    """The answers for one person: cards in the order open, conditional, closed; ``advice`` is the routing table where it fits."""

    dossier: bytes
    person: bytes
    cards: tuple[CardStanding, ...]
    advice: tuple[Advice, ...]


@dataclass(frozen=True)
class CardReview:
    """When a colleague last read a card against the body's own page, who, and what they noted; ``day`` and ``due`` are None while nobody
    did, and such a card is overdue."""

    day: date | None = None
    member: bytes = b""
    text: str = ""
    due: date | None = None
    overdue: bool = True


def where(desk: Desk, reader: Reader, dossier: bytes, person: bytes = b"") -> WherePage:
    """Every card for a person of the dossier, the first one named when none is given. Everything recorded is read, checked or not, because
    this page says what to do next and sends nothing. Raises NotFound for a person who is none of the dossier."""
    who = person or qualify.main_person(desk, reader, dossier)
    if who not in {one.entity for one in reading.entities(desk, reader, dossier)}:
        raise NotFound("reading.not_found")
    claims = reading.claims(desk, reader, dossier, subject=who)
    world = facts_from(law_facts.claim_facts(desk.catalogue.vocabulary, claims), int(Level.OPEN)).world
    consents, today, earlier = answers_of(desk, reader, dossier, who), desk.clock().date(), filed.earlier(desk, reader, dossier)
    said = gate_words.words_of(desk, reader, dossier)
    cards = [
        standing_of(card, Known(world, consents, today, earlier, gate_words.words_on(said, card.id)), desk.catalogue.consent)
        for card in desk.catalogue.mechanisms.values()
    ]
    cards.sort(key=lambda one: (_ORDER[one.way], one.prepare, len(one.closing) + len(one.waiting), one.card.id))
    return WherePage(dossier, who, tuple(cards), advice(routes_for(desk.catalogue.routes, world), cards))


def card_of(desk: Desk, mechanism: str) -> Mechanism:
    """A card by its id. Raises NotFound for a body that there is no card of."""
    card = desk.catalogue.mechanisms.get(mechanism)
    if card is None:
        raise NotFound("law.unknown_mechanism")
    return card


def reviews(desk: Desk, reader: Reader) -> Mapping[str, CardReview]:
    """For each card when it was confirmed last and is due again."""
    latest = {item.text("mechanism"): item for item in reading.items(desk, reader, "card_review", newest=True)}
    return {card.id: _review(desk, card, latest.get(card.id)) for card in desk.catalogue.mechanisms.values()}


def _review(desk: Desk, card: Mechanism, own: reading.ItemView | None) -> CardReview:
    if own is None:
        return CardReview()
    day = date.fromisoformat(own.text("day"))
    due = review_due(card, day)
    return CardReview(day, own.author, own.text("text"), due, due < desk.clock().date())


def confirm_card(desk: Desk, mechanism: str, text: str = "") -> bytes:
    """Record that a colleague read the body's own page today and the card still holds, with what they noted. Returns the id of the record."""
    card = card_of(desk, mechanism)
    if len(text.strip()) > _LONGEST:
        raise UsageError("items.too_long")
    body = {"mechanism": card.id, "day": desk.clock().date().isoformat(), "text": text.strip(), "state": "current"}
    return items.new(desk, "card_review", common_compartment(desk, "ORG"), body)
