"""A person's public card: what a member wishes to put on it is held against the plan, shown as it would stand, and proposed.

What stands in the PUB compartment says nothing of where it comes from. Which claims, answers and picture a version rests on is kept beside
it in the dossier's own compartment, in the same transaction, so that it is recalled when one of them falls (``desk.card_settle``).
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from letapis.core import cards as rules
from letapis.core.access import Reader
from letapis.core.card_numbers import Used, first_day, new_number, number_for, to_recall
from letapis.core.consent import GIVEN
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.language import LANGUAGES
from letapis.core.published import Card, CardValue, encode_card
from letapis.core.records import Record, Value
from letapis.desk import card_photo, consents, items, ledger, public_record, reading
from letapis.desk.card_plan import CardPlan, FieldPlan, own_fields, plan
from letapis.desk.card_wish import Chosen, Wish, composed
from letapis.desk.opening import Desk

LINK: Final = "card_link"
_ALL: Final = 1_000_000
_UNDRAWN: Final = "0" * 32
_NONE: Final = "-"
_PUBLIC: Final = "cards.public"
_FOR_SAFETY: Final = "safety"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that the approver must see: ``cards.hint.<key>``, and the field it is about, where it is about one."""

    key: str
    field: str = ""


@dataclass(frozen=True)
class Preview:
    """The card as it would stand, with what speaks for a second thought. ``card``: with a number of zeros where a new one is due; ``until``: the
    last day (UTC) on which it may be public, empty where every answer is for good; ``numbers``: under which the person's card went so far."""

    card: Card
    hints: tuple[Hint, ...]
    photo: bytes
    scopes: tuple[str, ...]
    until: str
    numbers: tuple[Used, ...]

    @property
    def goes(self) -> tuple[bytes, ...]:
        """Numbers of cards that are recalled when this one is proposed: those with the name of who is not named any more."""
        return to_recall(self.card.named, self.numbers)

    @property
    def fingerprint(self) -> str:
        """The same for the same card, days and hints: what a member saw is compared with what would be proposed now."""
        said = encode_card(replace(self.card, card=_UNDRAWN))
        return hashlib.sha256(said + repr((self.hints, self.until)).encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class Link:
    """What a version of a card rests on: for each value of the record its field, language and claim; scopes and answers; the picture."""

    link: bytes
    dossier: bytes
    person: bytes
    card: bytes
    version: bytes
    chosen: tuple[tuple[str, str, bytes], ...]
    scopes: tuple[str, ...]
    object: bytes
    recorded: str


# ---- looking ---------------------------------------------------------------------------------------------------------


def preview(desk: Desk, reader: Reader, dossier: bytes, person: bytes, wish: Wish) -> Preview:
    """What would be proposed. Raises WishFault with every field that does not fit, and as ``plan`` does."""
    return _preview(desk, reader, plan(desk, reader, dossier, person), wish)


def _preview(desk: Desk, reader: Reader, known: CardPlan, wish: Wish) -> Preview:
    values, photo = composed(desk, known, wish), b""
    copy = next((copy for copy, _ in known.photos if copy.object == wish.photo), None)
    if copy is not None and any(one.field == rules.NAME for one in values):
        photo = card_photo.made(desk, reader, copy)
        values = (*values, CardValue(rules.PHOTO, hashlib.sha256(photo).hexdigest()))
    numbers = numbers_of(desk, reader, known)
    card = Card(_UNDRAWN, tuple(sorted(values)))
    card = replace(card, card=number_for(card.named, numbers).hex() or _UNDRAWN)
    publication = desk.catalogue.publication.fields
    scopes = tuple(dict.fromkeys(scope for one in card.values for scope in publication[one.field].ask))
    last = consents.last_days(desk, reader, known.dossier, (known.person,), scopes)[known.person]
    return Preview(card, _hints(desk, reader, known, card, numbers), photo, scopes, last.isoformat() if last else "", numbers)


def numbers_of(desk: Desk, reader: Reader, known: CardPlan) -> tuple[Used, ...]:
    """The numbers under which a person's card went so far, under whichever of their entries, in the order of their first use."""
    alive = {one.ident for one in public_record.versions(desk, reader, known.dossier) if one.alive}
    return _numbers(links(desk, reader, known.dossier), known.entries, alive)


def _numbers(rests: Iterable[Link], entries: Collection[bytes], alive: Collection[bytes]) -> tuple[Used, ...]:
    found: dict[bytes, Used] = {}
    for one in sorted(rests, key=lambda one: (one.recorded, one.link)):
        if one.person in entries:
            was = found.get(one.card)
            named = any(field == rules.NAME for field, _, _ in one.chosen) or (was is not None and was.named)
            found[one.card] = Used(one.card, named, one.card in alive, was.secret if was else one.link)
    return tuple(found.values())


def card_of(desk: Desk, reader: Reader, known: CardPlan) -> bytes:
    """The number of the card that is shown of a person; empty before there is one."""
    return _shown(numbers_of(desk, reader, known))


def cards_of(desk: Desk, reader: Reader, dossier: bytes, persons: Iterable[bytes]) -> dict[bytes, bytes]:
    """What ``card_of`` says of each of these persons of a dossier, without its plan; who has no card is left out."""
    rests = links(desk, reader, dossier)
    alive = {one.ident for one in public_record.versions(desk, reader, dossier) if one.alive} if rests else set[bytes]()
    read_as = reading.joined(desk, reader, dossier) if rests else {}
    groups: dict[bytes, set[bytes]] = {}
    for entry, first in read_as.items():
        groups.setdefault(first, set()).add(entry)
    entries = {person: groups.get(read_as.get(person, b""), {person}) for person in persons} if rests else {}
    return {person: number for person, some in entries.items() if (number := _shown(_numbers(rests, some, alive)))}


def _shown(numbers: Sequence[Used]) -> bytes:
    """The one that is public or waits, or the last that was: an older card, as one with the name of who lost it, stands among the rest."""
    shown = [one for one in numbers if one.alive] or numbers
    return shown[-1].number if shown else b""


def links(desk: Desk, reader: Reader, dossier: bytes = b"") -> list[Link]:
    """What every version of a card rests on, in one dossier or in all that the reader holds, the oldest first."""
    return [_link(one) for one in reading.items(desk, reader, LINK, dossier=dossier, limit=_ALL)]


def links_each(desk: Desk, reader: Reader, dossiers: Sequence[bytes]) -> list[Link]:
    """The same of these dossiers, one after the other."""
    found = reading.items_each(desk, reader, (LINK,), dossiers)
    return [_link(one) for dossier in dossiers for one in found.get(dossier, ())]


def _link(one: reading.ItemView) -> Link:
    r = one.record
    languages = ("" if language == _NONE else language for language in r.texts("languages"))
    chosen = tuple(zip(r.texts("fields"), languages, r.refs("claims"), strict=False))
    return Link(one.item, one.dossier, one.about, r.raw("card"), r.raw("version"), chosen, r.texts("scopes"), r.raw("object"), one.recorded)


def hints(desk: Desk, reader: Reader, dossier: bytes, person: bytes, card: Card) -> tuple[Hint, ...]:
    """What an approver has to see of a card that is proposed or public. Raises as ``plan`` does."""
    known = plan(desk, reader, dossier, person)
    return _hints(desk, reader, known, card, numbers_of(desk, reader, known))


def _hints(desk: Desk, reader: Reader, known: CardPlan, card: Card, numbers: Sequence[Used]) -> tuple[Hint, ...]:
    found = [Hint("unnamed")] if not card.named else []
    found += [Hint("name_goes")] if to_recall(card.named, numbers) else []
    found += [Hint("form_missing", one) for one in _half_spoken(desk, card)]
    found += [Hint("by_hand", one) for one in _by_hand(known, card)]
    called, own = _names(desk, reader, known)
    found += [Hint(f"names_{kind}", name) for name, kind in rules.naming(card.values, called, own, desk.catalogue.names.told)]
    small, known_rules = desk.catalogue.publication.small, desk.catalogue.cards
    if rules.pointing(card, (), known_rules, small):  # nobody else is read where nothing could point at one
        found += [Hint(f"pointing.{one}") for one in rules.pointing(card, _public(desk, reader), known_rules, small)]
    return (*found, *([Hint("same_person")] if _is_twice(desk, reader, known, card, numbers) else ()))


def _public(desk: Desk, reader: Reader) -> Sequence[Card]:
    """Cards that are public as far as the reader knows, read anew when something was recorded or came, and on another day."""
    now = (ledger.newest(desk), desk.clock().date(), reader.compartments)
    known: tuple[object, Sequence[Card]] | None = desk.kept.get(_PUBLIC)
    if known is None or known[0] != now:
        known = desk.kept[_PUBLIC] = (now, tuple(one.card for one in public_record.entries(desk, reader).entries))
    return known[1]


def _half_spoken(desk: Desk, card: Card) -> list[str]:
    """Fields that have a form in some languages and not in all."""
    spoken = [one.id for one in desk.catalogue.publication.fields.values() if one.spoken and card.all(one.id)]
    return [one for one in spoken if {value.language for value in card.all(one)} != set(LANGUAGES)]


def _by_hand(known: CardPlan, card: Card) -> list[str]:
    """Fields of the record with a form that no claim has: somebody wrote it."""
    said = {(one.field, value.value) for part in known.fields.values() for one in part.candidates for value in one.values}
    made = [one.field for one in card.values if known.fields[one.field].field.spoken and known.fields[one.field].field.facts]
    return [name for name in dict.fromkeys(made) if any((name, value.value) not in said for value in card.all(name))]


def _names(desk: Desk, reader: Reader, known: CardPlan) -> tuple[Mapping[str, Collection[str]], Collection[str]]:
    """Names of everybody else in the dossier, by what they are, and the person's own."""
    people = [one for one in reading.entities(desk, reader, known.dossier) if one.kind == "person"]
    told = reading.claims(desk, reader, known.dossier, properties=tuple(desk.catalogue.publication.fields[rules.NAME].facts))
    own = [one.label for one in people if one.entity in known.entries] + [one.value for one in told if one.subject in known.entries]
    others = [one.label for one in people if one.entity not in known.entries] + [one.value for one in told if one.subject not in known.entries]
    return {"person": others, "source": [one.code for one in reading.sources(desk, reader, known.dossier)]}, own


def _is_twice(desk: Desk, reader: Reader, known: CardPlan, card: Card, numbers: Sequence[Used]) -> bool:
    """The person has another card that stays, here or under an entry of another dossier."""
    goes = to_recall(card.named, numbers)
    if any(one.alive and one.number.hex() != card.card and one.number not in goes for one in numbers):
        return True
    same = {one.entity for one, _ in reading.elsewhere(desk, reader, known.entries)}
    return bool(same) and any(one.person in same for one in links(desk, reader))


# ---- wishing again ---------------------------------------------------------------------------------------------------


def usual(known: CardPlan) -> Wish:
    """What goes unless a member takes it out: of a field that stands once the best established value, of others every one."""
    chosen = list[Chosen]()
    for part in known.fields.values():
        chosen += _usual(part)
    return Wish(tuple(chosen), named=known.named.holds)


def _usual(part: FieldPlan) -> list[Chosen]:
    if part.field.spoken:
        best: dict[str, Chosen] = {}
        for one in part.goes:
            for value in one.values:
                best.setdefault(value.language, Chosen(part.field.id, one.claim.ref, value.language))
        return list(best.values())
    found = {one.values: Chosen(part.field.id, one.claim.ref) for one in reversed(part.goes)}
    every = list(found.values())[::-1]
    return every if part.field.many else every[:1]


def wish_of(desk: Desk, reader: Reader, known: CardPlan) -> Wish:
    """What the last version of the card was made of, to be changed; what goes usually where there was none, or it is no longer to be read."""
    last = next((one for one in reversed(links(desk, reader, known.dossier)) if one.person in known.entries), None)
    if last is None:
        return usual(known)
    card = None
    with suppress(NotFound):
        card = public_record.find(desk, reader, last.version)[1].card
    if card is None:
        return usual(known)
    written = {one.id for one in own_fields(desk.catalogue.publication.fields)}
    own = tuple(one for one in card.values if one.field in written)
    chosen = tuple(_again(known, card, *one) for one in last.chosen if known.candidate(one[0], one[2]))
    return Wish(chosen, own, last.object, card.named)


def _again(known: CardPlan, card: Card, name: str, language: str, claim: bytes) -> Chosen:
    """A choice with the form that was written by hand, where it was."""
    candidate = known.candidate(name, claim)
    said = {one.value for one in candidate.values} if candidate else set()
    form = next((one.value for one in card.all(name) if language and one.language == language and one.value not in said), "")
    return Chosen(name, claim, language, form)


# ---- proposing -------------------------------------------------------------------------------------------------------


def propose(desk: Desk, reader: Reader, dossier: bytes, person: bytes, wish: Wish, shown: str | None = None) -> bytes:
    """Propose the card, with the record of what it stands on. ``shown``: the fingerprint of the preview that somebody looked at, None where
    nobody had to. Returns the reference of the version.

    Who goes on without their name comes under a new number: the card with the name is recalled in the same transaction.

    Raises WishFault, Refused("cards.look_again") where something else would be proposed by now, and as ``public_record.propose_card``."""
    with desk.store.transaction():
        known = plan(desk, reader, dossier, person)
        seen = _preview(desk, reader, known, wish)
        if shown is not None and shown != seen.fingerprint:
            raise Refused("cards.look_again")
        number = number_for(seen.card.named, seen.numbers)
        card = replace(seen.card, card=(number or new_number(seen.numbers, desk.randomness(16))).hex())
        for gone in seen.goes:
            public_record.recall(desk, reader, dossier, gone, _FOR_SAFETY if known.named.holds else public_record.LAPSED)
        _propose_statement(desk, reader, known, card)
        days = (_begins(desk, reader, dossier, card, seen.numbers), seen.until)
        version = public_record.propose_card(desk, reader, dossier, card, seen.photo, days)
        _record(desk, reader, known, wish, card, version, seen)
        return version


def without_name(desk: Desk, reader: Reader, dossier: bytes, person: bytes) -> bytes:
    """Propose that somebody whose card with the name was recalled is counted without it, under a new number. Returns the reference of the
    version; empty where they may be named, may not be counted, nothing may be said of them, or a card of theirs is there. Whatever stands against
    it: the recall that it follows holds."""
    with suppress(NotFound, UsageError, Refused):
        known = plan(desk, reader, dossier, person)
        numbers = numbers_of(desk, reader, known)
        lost = any(one.named for one in numbers) and not any(one.alive for one in numbers)
        if lost and known.counted.holds and not known.named.holds:
            return propose(desk, reader, dossier, person, usual(known))
    return b""


def _begins(desk: Desk, reader: Reader, dossier: bytes, card: Card, numbers: Sequence[Used]) -> str:
    """The first day on which the card may be public: who had a name comes without it some weeks later, and what is changed meanwhile no sooner."""
    if card.named or not numbers:
        return ""
    if bytes.fromhex(card.card) not in {one.number for one in numbers}:
        return first_day(desk.clock().date(), desk.randomness(8)).isoformat()
    known = public_record.state_of(desk, reader, dossier, bytes.fromhex(card.card)).versions
    return max(one.version.begins for one in known)


def _propose_statement(desk: Desk, reader: Reader, known: CardPlan, card: Card) -> None:
    """The statement that a card names goes the same way, unless it does already. Words of it that changed are proposed by hand."""
    if known.statement is None or card.first("statement") != known.statement.statement:
        return
    try:  # one that serves several persons is public from one dossier
        reading.item(desk, reader, bytes.fromhex(known.statement.statement), "public_statement")
    except NotFound:
        public_record.propose_statement(desk, reader, known.dossier, known.statement)


def _record(desk: Desk, reader: Reader, known: CardPlan, wish: Wish, card: Card, version: bytes, seen: Preview) -> Record:
    home = reading.dossier(desk, reader, known.dossier)
    stands = {one.field for one in card.values}
    chosen = [one for one in wish.chosen if one.field in stands]
    asked = [one for one in reading.consents(desk, reader, known.dossier) if one.party in known.entries and one.answer == GIVEN]
    answers = tuple(one.ref for one in asked if one.scope in seen.scopes)
    body: dict[str, Value] = {"dossier": known.dossier, "subject": known.person, "card": bytes.fromhex(card.card), "version": version}
    body |= {"fields": tuple(one.field for one in chosen), "languages": tuple(one.language or _NONE for one in chosen)}
    body |= {"claims": tuple(one.claim for one in chosen), "scopes": seen.scopes, "consents": answers, "state": "proposed"}
    body |= {"object": wish.photo} if seen.photo else {}
    return ledger.append(desk, [items.draft(desk, LINK, home.work, body)])[0]
