"""When what a public card stands on falls: the card is recalled, or a colleague is asked to look at it again.

Asked in the same transaction in which an answer is taken back or something is to be erased, after each exchange, and before the cards of a
dossier are looked at: whoever sees it first does it. Twice is not worse than once.

A recall holds at every desk, so a clock that is far ahead must not make one of every answer with a last day: what has run out is judged by a day
that somebody else's clock told of too (``desk.clock_doubt``). The publisher leaves out by the day on the card itself what is over.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from letapis.core import recognition as recognising
from letapis.core.access import Reader
from letapis.core.errors import NotFound
from letapis.core.membership import Directory
from letapis.core.public_fold import CARD, PublicState, Read, is_named
from letapis.core.published import Card
from letapis.core.standing import Level
from letapis.desk import clock_doubt, elsewhere, held_keys, leaving, ledger, people, public_record, reading, recognition, restriction, tasks, withheld
from letapis.desk.answered import Answered, answered
from letapis.desk.card_plan import counts, source_word
from letapis.desk.cards import Link, links, links_each, without_name
from letapis.desk.elsewhere import Elsewhere
from letapis.desk.opening import Desk
from letapis.desk.task_words import Said
from letapis.engines.catalogue import Catalogue
from letapis.engines.collector import without_collector

CONSENT, MISTAKE, WITHDRAWN = "consent_withdrawn", "mistake", "recognition_withdrawn"
REVIEW, NAMED = "cards.task", "cards.task_named"
_AT_ONCE: Final = 500
_SETTLED: Final = "cards.settled"


@dataclass(frozen=True)
class Settled:
    """What was done about a card: ``because``, the reason of its recall, empty where a colleague is asked to look at ``fields`` again."""

    dossier: bytes
    card: bytes
    because: str
    fields: tuple[str, ...] = ()


def settle(desk: Desk, reader: Reader, dossiers: Collection[bytes] | None = None, shut: Collection[bytes] = ()) -> tuple[Settled, ...]:
    """Recall every card, public or proposed, that stands on what does not stand any more, in these dossiers or in all that the reader holds
    with what is public of them; and in those in which one of their persons is entered too. ``shut``: compartments whose dossiers are passed
    over. Raises NotFound for a dossier of others."""
    beside = None if dossiers is None else reading.dossiers_beside(desk, reader, dossiers)
    wanted = reading.dossiers(desk, reader) if beside is None else list(reading.dossiers_by_id(desk, reader, sorted(beside)).values())
    if dossiers is not None and not {one.dossier for one in wanted} >= set(dossiers):
        raise NotFound("reading.not_found")
    held = {one.dossier for one in wanted if reader.holds(one.pub) and not {one.work, one.pub} & set(shut)} & _with_cards(desk)
    if not held:
        return ()
    with desk.store.transaction(), without_collector():
        states, known = public_record.every(desk, reader, held), links_each(desk, reader, sorted(held))
        rests = defaultdict[tuple[bytes, bytes], list[Link]](list)
        for link in known:
            rests[link.dossier, link.card].append(link)
        alive = [(one, state) for one, state in states if state.kind == CARD and state.alive]
        grounds = _grounds(desk, reader, [link for one, state in alive for link in rests[one, state.ident]])
        return tuple(done for one, state in alive for done in _settled(desk, reader, one, state, rests[one, state.ident], grounds.get(one)))


def _with_cards(desk: Desk) -> set[bytes]:
    return {bytes(row[0]) for row in desk.store.rows("SELECT DISTINCT dossier FROM db_item WHERE type = 'public_card'")}


def settle_since(desk: Desk, reader: Reader, number: int, who: Directory) -> tuple[Settled, ...]:
    """``settle`` for dossiers of which something came after the record of this number, and those with an answer that runs out some day: all
    that an exchange can change, however many cards there are. For all dossiers where members and devices are others than before (``who``):
    what came earlier from a device that nobody knew counts from then on, and what came from one that was lost does no more.

    A dossier in which nothing may be written here yet (``held_keys.shut``) is left to colleagues, or one false key would end every exchange."""
    shut = held_keys.shut(desk.store)
    if people.directory(desk) != who:
        return settle(desk, reader, shut=shut)
    held = _with_cards(desk) & {one.dossier for one in reading.dossiers(desk, reader)}
    if not held:
        return ()
    ends = {bytes(row[0]) for row in desk.store.rows("SELECT DISTINCT dossier FROM db_consent WHERE expires <> %s", ("",))}
    return settle(desk, reader, sorted(held & (_came(desk, number) | ends)), shut)


def settle_shown(desk: Desk, reader: Reader, dossiers: Collection[bytes]) -> tuple[Settled, ...]:
    """``settle`` for dossiers of which something is about to be shown, but for those that this process settled today and of which nothing came
    since. Raises as ``settle`` does."""
    newest, now = ledger.newest(desk), (desk.clock().date(), people.directory(desk), reader.compartments)
    kept: tuple[object, dict[bytes, int]] = desk.kept.get(_SETTLED, ((), {}))
    if kept[0] != now:
        kept = desk.kept[_SETTLED] = (now, {})
    known = {one: kept[1][one] for one in dossiers if one in kept[1]}
    came = _came(desk, min(known.values())) if known else set()
    touched = reading.dossiers_beside(desk, reader, came) if came else came
    due = [one for one in dossiers if one not in known or one in touched]
    done = settle(desk, reader, due) if due else ()
    kept[1].update(dict.fromkeys(dossiers, newest))
    return done


def _came(desk: Desk, number: int) -> set[bytes]:
    """Dossiers of which something was recorded or came after the record of this number."""
    rows = "SELECT DISTINCT c.dossier FROM db_record r JOIN db_compartment c ON c.compartment = r.compartment WHERE r.id > %s"
    return {bytes(row[0]) for row in desk.store.rows(rows, (number,))}


def cards_of(desk: Desk, reader: Reader, dossier: bytes, party: bytes) -> frozenset[bytes]:
    """Cards of a person of a dossier, under whichever of their entries; none of a source. Asked before everything of them goes out of sight, and
    with it that two entries are one."""
    known = links(desk, reader, dossier)
    entries = {one.entity for one in reading.entities(desk, reader, dossier)} if known else set()
    same = {one.entity for one in reading.same_as(desk, reader, party)} if party in entries else set()
    return frozenset(one.card for one in known if one.person in same)


def cards_beside(desk: Desk, reader: Reader, dossier: bytes, party: bytes) -> dict[bytes, frozenset[bytes]]:
    """What ``cards_of`` says, by dossier: of this one and of those in which the same person is entered too, as far as the reader holds them."""
    found = {dossier: cards_of(desk, reader, dossier, party)}
    for one, home in reading.elsewhere(desk, reader, (party,)):
        if reader.holds(home.pub):
            found[one.dossier] = found.get(one.dossier, frozenset()) | cards_of(desk, reader, one.dossier, one.entity)
    return found


def recall_cards(desk: Desk, reader: Reader, dossier: bytes, cards: Iterable[bytes], because: str = CONSENT) -> None:
    """Recall those of these cards of a dossier of which anything is left to recall."""
    named = set(cards)
    if not named:
        return
    alive = {one.ident for one in public_record.versions(desk, reader, dossier) if one.alive}
    for card in sorted(named & alive):
        public_record.recall(desk, reader, dossier, card, because)


def _settled(desk: Desk, reader: Reader, dossier: bytes, state: PublicState, known: Sequence[Link], ground: "_Ground | None") -> Iterator[Settled]:
    versions = {one.version.ref: one for one in (state.standing, *state.waiting, *state.contested) if one is not None and one.card}
    live = [(one, found) for one in known if (found := versions.get(one.version)) is not None]
    because = _because(desk, reader, dossier, live, ground, unlinked=len(live) < len(versions))
    if because:
        recall_cards(desk, reader, dossier, (state.ident,), because)
        yield Settled(dossier, state.ident, because)
        if because == CONSENT and live and any(is_named(one) for _, one in live):
            without_name(desk, reader, dossier, live[-1][0].person)
        if live and leaving.naming(desk, reader, state):
            _ask(desk, reader, dossier, live[-1][0].link, Said(NAMED, {}))
        return
    ends = [last for link, one in live if (last := ground.ends_before(link, one.until))] if ground else []
    if ends:
        public_record.end_after(desk, reader, dossier, state.ident, min(ends))
    for link, _ in live:
        fields = _fallen(desk, link, ground, look=False) if ground else ()
        if fields and not reading.items(desk, reader, "task", dossier=dossier, about=link.link, limit=1):
            _ask(desk, reader, dossier, link.link, Said(REVIEW, {"fields": ",".join(fields)}))
            yield Settled(dossier, state.ident, "", fields)


def _ask(desk: Desk, reader: Reader, dossier: bytes, about: bytes, said: Said) -> None:
    """Ask colleagues to look at something."""
    home = reading.dossier(desk, reader, dossier)
    ledger.append(desk, [tasks.draft_task(desk, home.work, dossier, "other", said, about=about)])


def _because(desk: Desk, reader: Reader, dossier: bytes, live: Sequence[tuple[Link, Read]], ground: "_Ground | None", *, unlinked: bool) -> str:
    """Why a card goes; empty where it stays. What it stands on may be out of sight because everything of a person was taken back: then no
    link is left to ask, and it goes all the same."""
    if unlinked and restriction.is_restricted(desk, reader, dossier):
        return CONSENT
    for link, one in live:
        assert ground is not None and one.card is not None  # Made of these very links.
        card = one.card
        if not ground.agreed(link, card) or ground.is_withheld(link):
            return CONSENT
        if ground.is_unrecognised(link, card):
            return WITHDRAWN
        if _fallen(desk, link, ground, look=True):
            return MISTAKE
    return ""


@dataclass(frozen=True)
class _Ground:
    """What the cards of a dossier stand on, read for all of them at once: nothing of it changes while they are settled."""

    catalogue: Catalogue
    answers: Answered
    claims: Mapping[bytes, reading.ClaimView]
    sources: Mapping[bytes, reading.SourceView]
    courses: Mapping[bytes, recognising.Course]
    beside: Elsewhere
    withheld: Collection[tuple[bytes, bytes]]

    @cached_property
    def _words(self) -> dict[bytes, bool]:
        return {}

    def _willing(self, source: bytes) -> bool:
        """Whether a source did not say no: not one of which nothing counts here, as where the device that wrote it down was in other hands."""
        if source not in self._words:
            self._words[source] = source in self.sources and source_word(self.sources[source], self.answers).holds
        return self._words[source]

    def agreed(self, link: Link, card: Card) -> bool:
        """The person or the family still says yes to everything that the version needs, or not no to being counted where they are not named;
        no source says no to what it told, and in no other dossier that is held here did the person say no."""
        counting = (self.catalogue.figures.counts_scope,)
        if not card.named and not counts(self.answers.person_allows(link.person, counting)).holds:
            return False
        if self.beside.refuses((link.person,), link.scopes if card.named else counting):
            return False
        told = {self.claims[claim].source for _, _, claim in link.chosen if claim in self.claims}
        said = not link.scopes or self.answers.person_allows(link.person, link.scopes).holds
        return said and all(self._willing(one) for one in told)

    def ends_before(self, link: Link, until: str) -> str:
        """The last day of what the person or the family said, where it comes before the one that the version bears: a publisher, who cannot ask,
        would show it too long."""
        if self.answers.known < self.answers.today:
            return ""  # by a clock that nobody believes no day is written down for good
        last = self.answers.last_day(link.person, link.scopes)
        return last.isoformat() if last is not None and (not until or last.isoformat() < until) else ""

    def is_withheld(self, link: Link) -> bool:
        """A claim or the picture was taken back by whoever gave it."""
        return any((link.dossier, one) in self.withheld for one in _named(link))

    def is_unrecognised(self, link: Link, card: Card) -> bool:
        """The card says that the person is recognised, and no decision says so any more."""
        if card.first("outcome") not in recognising.RECOGNISES:
            return False
        course = self.courses.get(self.answers.read_as.get(link.person, link.person))
        return course is None or course.current is None or course.current.said.outcome not in recognising.RECOGNISES


def _grounds(desk: Desk, reader: Reader, known: Sequence[Link]) -> dict[bytes, _Ground]:
    """The ground of every dossier of these links; each kind of record is read for all of them at once, however many dossiers they are."""
    dossiers = list(dict.fromkeys(link.dossier for link in known))
    refs = list({claim for link in known for _, _, claim in link.chosen})
    claims = dict[bytes, reading.ClaimView]()
    for at in range(0, len(refs), _AT_ONCE):
        claims |= reading.claims_by_ref(desk, reader, refs[at : at + _AT_ONCE])
    sources = reading.sources_by_id(desk, reader, list({one.source for one in claims.values()}))
    out = withheld.kept_out(desk, {(link.dossier, one) for link in known for one in _named(link)})
    known_day = clock_doubt.known_day(desk, reader)
    answers, courses = answered(desk, reader, dossiers, known_day), recognition.courses_each(desk, reader, dossiers)
    beside = elsewhere.of(desk, reader, {link.person for link in known})
    return {one: _Ground(desk.catalogue, answers[one], claims, sources, courses[one], beside, out) for one in dossiers}


def _named(link: Link) -> tuple[bytes, ...]:
    return (*(claim for _, _, claim in link.chosen), *((link.object,) if link.object else ()))


def _fallen(desk: Desk, link: Link, ground: _Ground, *, look: bool) -> tuple[str, ...]:
    """Fields of a version whose claim is no longer established as the field needs: those that want a second look, or the others."""
    publication = desk.catalogue.publication.fields
    found = []
    for name, _, ref in link.chosen:
        field, claim = publication.get(name), ground.claims.get(ref)
        if field is not None and field.look is look:
            stands = claim is not None and not claim.replaced and claim.level >= max(field.standing, Level.OPEN) and not claim.contested
            found += [] if stands else [name]
    return tuple(dict.fromkeys(found))


