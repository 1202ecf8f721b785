"""Before a person's public card: which values of the record may stand on it and which stay, each with its reason.

Only what ``data/publication.toml`` names can be on a card, and only of the person's own entries: nothing of a relative, a source, counsel or a
cell mate is ever looked at. Of each value five questions are asked: does the person, or the family for them, agree; did its source say no; is
it established as its field needs; is it contested; who could have told it?
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.cards import FROM_RECOGNITION, NAME, PHOTO, Told, fault_of, in_latin, values_of
from letapis.core.circles import Assessments, Weighed
from letapis.core.consent import NO
from letapis.core.errors import UsageError
from letapis.core.publication import PublicField
from letapis.core.published import CardValue, Statement
from letapis.core.standing import Level
from letapis.desk import circles, consents, elsewhere, reading, recognition, redaction
from letapis.desk.answered import Answered, answered
from letapis.desk.casefile_plan import said_plainly
from letapis.desk.opening import Desk

SOURCE, PERSON, CIRCLE = "source", "person", "circle"  # whose answer keeps something off the card
_SOURCE_SCOPES: Final = ("publish_anonymous", "publish_named")
_FREE: Final = Answer(True, "cards.nobody_asked")
_GOES: Final = Answer(True, "cards.may_stand")
_PNG: Final = "image/png"


@dataclass(frozen=True)
class Candidate:
    """What one claim would put on the card. ``offered``: forms made by rule for languages that it has none in, which somebody has to confirm by
    typing them; ``who``: whose answer keeps it off; ``weighed``: who could have told it, where few could."""

    field: str
    claim: reading.ClaimView
    values: tuple[CardValue, ...]
    offered: tuple[CardValue, ...]
    answer: Answer
    who: str = ""
    weighed: Weighed | None = None


@dataclass(frozen=True)
class FieldPlan:
    """A field with what the person or the family said to it, and its values, those that may stand first and the best established in front."""

    field: PublicField
    consent: Answer
    candidates: tuple[Candidate, ...]

    @property
    def goes(self) -> tuple[Candidate, ...]:
        return tuple(one for one in self.candidates if one.answer.holds)

    @property
    def stays(self) -> tuple[Candidate, ...]:
        return tuple(one for one in self.candidates if not one.answer.holds)


@dataclass(frozen=True)
class CardPlan:
    """Everything that could be on the card. ``entries``: all that are this person; ``named``, ``counted``: whether they may be named, or counted
    without; ``recognised`` and ``statement``: what a decision on recognition says; ``photos``: safe pictures to choose from, with whether
    their source said no."""

    dossier: bytes
    person: bytes
    entries: tuple[bytes, ...]
    named: Answer
    counted: Answer
    fields: Mapping[str, FieldPlan]
    recognised: tuple[CardValue, ...]
    statement: Statement | None
    photos: tuple[tuple[reading.EvidenceView, Answer], ...]

    def candidate(self, field: str, claim: bytes) -> Candidate | None:
        known = self.fields.get(field)
        return next((one for one in known.candidates if one.claim.ref == claim), None) if known else None

    @property
    def weighed(self) -> tuple[Weighed, ...]:
        """Values that few could have told, with whether a colleague's word lets them go."""
        found = [one for known in self.fields.values() for one in known.candidates]
        return tuple({one.claim.ref: one.weighed for one in found if one.weighed}.values())


def own_fields(fields: Mapping[str, PublicField]) -> tuple[PublicField, ...]:
    """Fields that a member writes for the card."""
    return tuple(one for one in fields.values() if not one.facts and one.id not in FROM_RECOGNITION and one.id != PHOTO)


def plan(desk: Desk, reader: Reader, dossier: bytes, person: bytes) -> CardPlan:
    """What may stand on the card of a person now. Raises UsageError("cards.person") for who is no person, NotFound for what is not theirs."""
    known = reading.entity(desk, reader, person)
    if known.dossier != dossier or known.kind != "person":
        raise UsageError("cards.person")
    entries = tuple(one.entity for one in reading.same_as(desk, reader, person))
    public = desk.catalogue.publication.fields
    beside = elsewhere.of(desk, reader, entries)
    asks = dict.fromkeys(one.ask for one in public.values())
    agreed = {ask: beside.word(entries, ask, asked(desk, reader, dossier, person, ask)) if ask else _FREE for ask in asks}
    judge = _Judge(desk, reader, dossier, entries)
    fields = {one.id: FieldPlan(one, agreed[one.ask], judge.candidates(one, agreed[one.ask])) for one in public.values()}
    decided = recognition.of_person(desk, reader, dossier, person)
    photos = judge.photos() if reader.holds(reading.dossier(desk, reader, dossier).raw) else ()
    statement = decided.statement if decided else None
    may = agreed[public[NAME].ask], beside.word(entries, (desk.catalogue.figures.counts_scope,), counted(desk, reader, dossier, person))
    return CardPlan(dossier, person, entries, *may, fields, _recognised(decided), statement, photos)


def asked(desk: Desk, reader: Reader, dossier: bytes, person: bytes, ask: Collection[str]) -> Answer:
    """What the person, or the family for them, answered to all of these scopes, under whichever of their entries; if not, the first that no."""
    return consents.persons_allow(desk, reader, dossier, (person,), ask, ())[person] if ask else _FREE


def counted(desk: Desk, reader: Reader, dossier: bytes, person: bytes) -> Answer:
    """Whether somebody who is not named may be counted: not who said no to figures."""
    return counts(asked(desk, reader, dossier, person, (desk.catalogue.figures.counts_scope,)))


def counts(said: Answer) -> Answer:
    """What an answer about figures means for somebody who is not named."""
    return said if said.because in NO else _FREE


def source_said(desk: Desk, reader: Reader, dossier: bytes, source: bytes) -> Answer:
    """Whether a source that is a person said no to publication of their words, with or without their name. Who was not asked is thought of
    where it is weighed who could have told."""
    known = reading.source(desk, reader, source)
    return source_word(known, answered(desk, reader, (dossier,))[dossier]) if known.kind == consents.PERSON else _FREE


def source_word(source: reading.SourceView, told: Answered) -> Answer:
    """The same, of what was read before."""
    if source.kind != consents.PERSON:
        return _FREE
    said = [told.party_allows(source.source, (scope,)) for scope in _SOURCE_SCOPES]
    no = next((one for one in said if one.because in NO), None)
    return _FREE if no is None or any(one.holds for one in said) else no


def _recognised(decided: recognition.Recognised | None) -> tuple[CardValue, ...]:
    if decided is None:
        return ()
    statement = decided.statement.statement if decided.statement else ""
    told = zip(FROM_RECOGNITION, (decided.outcome, decided.day, decided.ground, decided.demand, statement), strict=True)
    return tuple(CardValue(field, value) for field, value in told if value)


class _Judge:
    """Asks the questions of one person's values. The claims of every fact are read once."""

    def __init__(self, desk: Desk, reader: Reader, dossier: bytes, entries: Sequence[bytes]) -> None:
        self._desk, self._reader, self._dossier = desk, reader, dossier
        facts = {fact for field in desk.catalogue.publication.fields.values() for fact in field.facts}
        told = reading.claims(desk, reader, dossier, properties=tuple(sorted(facts)))
        self._claims = [one for one in told if one.subject in entries and not one.replaced and one.level > Level.RETRACTED]
        self._sources: dict[bytes, Answer] = {}
        self._words = self._assessments()

    def _assessments(self) -> Assessments:
        said = [said_plainly(self._desk, one) for one in self._claims]
        return circles.assessments(self._desk, self._reader, self._dossier, circles.PUBLICATION, said, ())

    def candidates(self, field: PublicField, consent: Answer) -> tuple[Candidate, ...]:
        found = [self._candidate(field, consent, one) for one in self._claims if one.property in field.facts]
        order = {fact: place for place, fact in enumerate(field.facts)}
        return tuple(sorted(found, key=lambda one: (not one.answer.holds, order[one.claim.property], -one.claim.level)))

    def _candidate(self, field: PublicField, consent: Answer, claim: reading.ClaimView) -> Candidate:
        rules, lists = self._desk.catalogue.cards, self._desk.catalogue.reference
        told = Told(claim.value, claim.value_type == "list", claim.valid_from, claim.valid_to, claim.certainty)
        values = values_of(field, told, rules, lists)
        if isinstance(values, str):
            return Candidate(field.id, claim, (), (), Answer(False, values))
        offered = self._offered(field, values)
        if not consent.holds:
            return Candidate(field.id, claim, values, offered, consent, PERSON)
        source = self.source(claim.source)
        if not source.holds:
            return Candidate(field.id, claim, values, offered, source, SOURCE)
        because = _unestablished(field, claim)
        if because:
            return Candidate(field.id, claim, values, offered, Answer(False, because))
        weighed, because = self._weighed(claim)
        answer = Answer(False, because) if because else _GOES
        return Candidate(field.id, claim, values, offered, answer, CIRCLE if because else "", weighed)

    def _offered(self, field: PublicField, values: Sequence[CardValue]) -> tuple[CardValue, ...]:
        """A Latin form of a name that has none: nothing else can be written by rule."""
        if field.id != NAME or any(one.language == "en" for one in values):
            return ()
        made = in_latin(values[0].value, self._desk.catalogue.cards)
        return (CardValue(NAME, made, "en"),) if made and not fault_of(made) else ()

    def source(self, source: bytes) -> Answer:
        """What its source said, asked once."""
        if source not in self._sources:
            self._sources[source] = source_said(self._desk, self._reader, self._dossier, source)
        return self._sources[source]

    def _weighed(self, claim: reading.ClaimView) -> tuple[Weighed | None, str]:
        """Who could have told it, where few could, and why it does not go: it waits for a word, was left out, or goes in other words alone,
        which a field of a card has not."""
        sentence = said_plainly(self._desk, claim)
        found, text = self._words.weigh(sentence), self._words.reworded(sentence)
        if not found.small:
            return None, ""
        if text is None:
            return found, "casefile.decided_out"
        if text != sentence.text:
            return found, "package.other_words"
        return found, "" if found.clear else "cards.few_could_know"

    def photos(self) -> tuple[tuple[reading.EvidenceView, Answer], ...]:
        """Safe pictures of originals that are pictures, and copies with parts blacked out that a colleague looked at."""
        desk, reader, dossier = self._desk, self._reader, self._dossier
        found = list[tuple[reading.EvidenceView, Answer]]()
        for one in reading.evidence_of(desk, reader, dossier):
            if one.media_type.startswith("image/"):
                answer = self.source(one.source) if one.source else _FREE
                found += [(copy, answer) for copy in reading.renditions(desk, reader, one.object) if copy.media_type == _PNG]
        cleared = [one.copy for one in redaction.leaving(desk, reader, dossier) if one.copy.media_type == _PNG]
        origins = {one.object: one.source for one in reading.evidence_of(desk, reader, dossier, derived=True)}
        found += [(copy, self.source(origins[copy.derived_from]) if origins.get(copy.derived_from) else _FREE) for copy in cleared]
        return tuple(found)


def _unestablished(field: PublicField, claim: reading.ClaimView) -> str:
    """Why a claim is not established enough for its field; empty where it is."""
    if claim.level < Level.OPEN or not claim.counts:
        return "cards.disputed"
    if claim.contested:
        return "cards.contested"
    return "" if claim.level >= field.standing else f"cards.needs_{field.standing.name.lower()}"
