"""What of a dossier may leave in a case file, and what stays at home, each with its reason: shown before anything is written.

Three questions stand before a claim: do its source and the person it is about, whoever of the dossier that is, agree to this recipient, is
it established as a package needs it, and who could have told us? An original says all that was taken out of it at once: it goes when its
own source agrees and at least one claim on it goes as it is, none is kept back for somebody's sake and none goes in other words; or when
nothing was taken out.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.brief import Sentence, clean
from letapis.core.circles import Assessments, Weighed
from letapis.core.consent import Handover
from letapis.core.errors import NotFound, UsageError
from letapis.core.sentences import Attribution, sentence
from letapis.core.standing import Level
from letapis.core.uses import least_of, may_go
from letapis.core.vocabulary import ValueFault
from letapis.desk import circles, consents, qualify, reading, redaction
from letapis.desk.casefile_records import Showing
from letapis.desk.opening import Desk

USE: Final = "package"
SOURCE, PERSON = "source", "person"  # whose answer keeps something at home
_NO: Final = frozenset({"law.consent_refused", "law.consent_withdrawn"})
_DECIDED: Final = "casefile.decided_out"
_WEIGHED_IN: Final = "en"  # no word of a colleague hangs on the language in which a sentence was weighed


@dataclass(frozen=True)
class Choice:
    """What goes out. ``items`` names originals (all but our own submissions when empty); claims go from the level ``floor`` on.

    ``to`` is the kind of recipient (``consent.toml``), which says what people must have agreed to. ``redacted`` names copies with parts
    blacked out that go, whether their originals go or not; with ``originals`` false nothing but them goes of the files. ``language`` is that
    of the printed index and of the sentences, both for whoever receives them.
    """

    items: tuple[bytes, ...] = ()
    redacted: tuple[bytes, ...] = ()
    originals: bool = True
    copies: bool = True
    claims: bool = True
    captures: bool = True
    floor: Level = Level.CHECKED
    showing: Showing = field(default_factory=Showing)
    to: str = "court"
    language: str = "en"


@dataclass(frozen=True)
class Said:
    """A claim and the sentence that is printed for it. ``veiled``: in other words, so that the fields of its record stay at home."""

    claim: reading.ClaimView
    sentence: Sentence
    veiled: bool = False


@dataclass(frozen=True)
class ClaimStays:
    """A claim that stays at home. ``who`` is whose answer that is: the source's, the person's, or nobody's. How it would have been printed is
    said by ``said_plainly`` to whoever shows it: of a list of thousands nearly all stay, and few of them are looked at."""

    claim: reading.ClaimView
    because: Answer
    who: str = ""

    @property
    def protects(self) -> bool:
        """It stays for somebody's sake, not because it is not established."""
        return bool(self.who) or self.because.because == _DECIDED


@dataclass(frozen=True)
class ItemStays:
    """An original that stays at home with its copies."""

    item: reading.EvidenceView
    because: Answer
    who: str = ""


@dataclass(frozen=True)
class Plan:
    """``goes``, ``items`` and ``redacted`` leave, unless some of ``waiting`` still have to be weighed: then nothing does."""

    goes: tuple[Said, ...]
    stays: tuple[ClaimStays, ...]
    items: tuple[reading.EvidenceView, ...]
    items_stay: tuple[ItemStays, ...]
    waiting: tuple[Weighed, ...]
    to: Handover
    redacted: tuple[reading.EvidenceView, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The same for the same decision: what a person saw is compared with what would be written now."""
        parts = [self.to.id, *(f"{s.claim.ref.hex()} {s.sentence.text}" for s in self.goes), *(i.object.hex() for i in self.items)]
        parts += [*(w.sentence.text for w in self.waiting), *(f"copy {one.object.hex()}" for one in self.redacted)]
        return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class _Asked:
    """What the decision about every claim needs: answers of the sources, of the main person, of every person who is asked, words said of the
    sentences."""

    sources: Mapping[bytes, Answer]
    main: Answer
    persons: Mapping[bytes, Answer]
    words: Assessments
    proven: Callable[[Level, int], Answer]
    floor: Level


def make_plan(desk: Desk, reader: Reader, dossier: bytes, recipient: str = "", choice: Choice | None = None) -> Plan:
    """What would leave now. Raises UsageError("casefile.to", "casefile.item", "redact.copy") for a choice that names what there is not,
    Refused("redact.not_looked_at") for a copy that nobody but its maker has looked at."""
    choice = choice or Choice()
    to = desk.catalogue.consent.handovers.get(choice.to)
    if to is None:
        raise UsageError("casefile.to")
    names = [recipient] if recipient.strip() else []
    originals = _originals(desk, reader, dossier, choice)
    parts = {one.object: {one.object, *(copy.object for copy in reading.renditions(desk, reader, one.object))} for one in originals}
    there = frozenset[bytes]().union(*parts.values())
    claims = [c for c in _standing(desk, reader, dossier) if choice.claims or c.evidence in there]
    asked = _ask(desk, reader, dossier, claims, to, names, choice.floor)
    goes, stays, waiting = list[Said](), list[ClaimStays](), list[Weighed]()
    for claim in claims:
        found = _decide(desk, claim, asked, choice.language)
        if isinstance(found, ClaimStays):
            stays.append(found)
        elif isinstance(found, Weighed):
            waiting.append(found)
        else:
            goes.append(found)
    held = {ref for one in waiting for ref in one.sentence.claims}
    fates = {s.claim.ref: "veiled" if s.veiled else "goes" for s in goes} | dict.fromkeys(held, "waits")
    fates |= {s.claim.ref: "protects" if s.protects else "stays" for s in stays}
    home = {part: key for key, objects in parts.items() for part in objects}
    on: dict[bytes, list[str]] = {key: [] for key in parts}
    for claim in claims:
        if claim.evidence in home:
            on[home[claim.evidence]].append(fates[claim.ref])
    items, items_stay = list[reading.EvidenceView](), list[ItemStays]()
    for one in originals:
        kept = _item_stays(desk, reader, dossier, one, on[one.object], asked, to, names)
        if kept:
            items_stay.append(kept)
        else:
            items.append(one)
    redacted = list[reading.EvidenceView]()
    for copy in _redacted(desk, reader, dossier, choice):
        # What is blacked out hides what was taken out of the original; whether its source agrees is asked all the same.
        source = reading.evidence(desk, reader, copy.derived_from)
        kept = _item_stays(desk, reader, dossier, replace(copy, source=source.source), [], asked, to, names)
        if kept:
            items_stay.append(kept)
        else:
            redacted.append(copy)
    return Plan(tuple(goes) if choice.claims else (), tuple(stays), tuple(items), tuple(items_stay), tuple(waiting), to, tuple(redacted))


def _redacted(desk: Desk, reader: Reader, dossier: bytes, choice: Choice) -> list[reading.EvidenceView]:
    return [one.copy for one in redaction.leaving(desk, reader, dossier, choice.redacted)] if choice.redacted else []


def weighed(desk: Desk, reader: Reader, dossier: bytes) -> list[Weighed]:
    """Every established claim that few people could have told, with whether a colleague's word lets it go."""
    return [found for found, _ in _weighed(desk, reader, dossier)]


def held_back(desk: Desk, reader: Reader, dossier: bytes) -> list[Weighed]:
    """Those of them that wait for a word. What a colleague decided to leave out waits for none."""
    return [found for found, text in _weighed(desk, reader, dossier) if text is not None and not found.clear]


def _weighed(desk: Desk, reader: Reader, dossier: bytes) -> list[tuple[Weighed, str | None]]:
    use = desk.catalogue.proof.use_of(USE)
    claims = [c for c in _standing(desk, reader, dossier, least_of(use)) if may_go(use, c.level, c.checks).holds]
    said = [said_plainly(desk, c) for c in claims]
    words = circles.assessments_on(desk, reader, dossier, circles.PACKAGE, claims)
    found = [(words.weigh(_worded(one, text)), text) for one, text in ((s, words.reworded(s)) for s in said)]
    return [(one, text) for one, text in found if one.small]


def _standing(desk: Desk, reader: Reader, dossier: bytes, least: Level | None = None) -> list[reading.ClaimView]:
    return [claim for claim in reading.claims(desk, reader, dossier, least=least) if not claim.replaced]


def _originals(desk: Desk, reader: Reader, dossier: bytes, choice: Choice) -> list[reading.EvidenceView]:
    if not choice.originals:
        return []
    kept = [one for one in reading.evidence_of(desk, reader, dossier) if not choice.items or one.object in choice.items]
    if choice.items and len(kept) != len(set(choice.items)):
        raise UsageError("casefile.item")
    return [one for one in kept if choice.items or one.kind != "submission"]


def _ask(
    desk: Desk, reader: Reader, dossier: bytes, claims: Sequence[reading.ClaimView], to: Handover, names: Sequence[str], floor: Level
) -> _Asked:
    person = b""
    with suppress(NotFound):
        person = qualify.main_person(desk, reader, dossier)
    sources = consents.sources_allow(desk, reader, dossier, claims, [to.scope], names)
    asked = consents.asked_persons(desk, reader, dossier, claims, {person}, min(floor, Level.CHECKED)) | {person}
    persons = consents.persons_allow(desk, reader, dossier, asked, [to.scope], names)
    words = circles.assessments_on(desk, reader, dossier, circles.PACKAGE, claims)
    use = desk.catalogue.proof.use_of(USE)
    return _Asked(sources, persons[person], persons, words, cache(lambda level, checks: may_go(use, level, checks)), floor)


def _decide(desk: Desk, claim: reading.ClaimView, asked: _Asked, language: str) -> Said | ClaimStays | Weighed:
    """Whether a claim goes, stays, or waits for a colleague's word."""
    if not asked.sources[claim.ref].holds:
        return ClaimStays(claim, asked.sources[claim.ref], SOURCE)
    person = asked.persons.get(claim.subject)
    if person is not None and not person.holds:
        return ClaimStays(claim, person, PERSON)
    proven = asked.proven(claim.level, claim.checks)
    if not proven.holds:
        return ClaimStays(claim, proven)
    if claim.level < asked.floor:
        return ClaimStays(claim, Answer(False, "casefile.below_choice"))
    said = said_plainly(desk, claim, language)
    text = asked.words.reworded(said)
    if text is None:
        return ClaimStays(claim, Answer(False, _DECIDED))
    found = asked.words.weigh(_worded(said, text))
    return Said(claim, found.sentence, text != said.text) if found.clear else found


def _item_stays(
    desk: Desk, reader: Reader, dossier: bytes, item: reading.EvidenceView, fates: Sequence[str], asked: _Asked, to: Handover, names: Sequence[str]
) -> ItemStays | None:
    """Why an original stays at home; None for one that goes. ``fates``: what becomes of the claims that were taken out of it."""
    if asked.main.because in _NO:
        return ItemStays(item, asked.main, PERSON)
    allowed = consents.source_allows(desk, reader, dossier, item.source, [to.scope], names) if item.source else Answer(True, "consents.nobody_to_ask")
    if not allowed.holds:
        return ItemStays(item, allowed, SOURCE)
    answer = original_goes(fates)
    return None if answer.holds else ItemStays(item, answer)


def original_goes(fates: Sequence[str]) -> Answer:
    """Whether an original may leave, which says all at once what was taken out of it claim by claim: ``fates``, what becomes of each."""
    if "waits" in fates:
        return Answer(False, "casefile.item_waits")
    if "protects" in fates or "veiled" in fates:
        return Answer(False, "casefile.item_says_more")
    return Answer(True, "casefile.item_goes") if "goes" in fates or not fates else Answer(False, "casefile.item_carries_nothing")


def said_plainly(desk: Desk, claim: reading.ClaimView, language: str = _WEIGHED_IN) -> Sentence:
    """A claim as a case file prints it. The person has no name in it: which pseudonym is whose is told another way."""
    voice = Attribution.FINDING if claim.level >= Level.VERIFIED else Attribution.SOURCE_REPORTS
    text, vocabulary = f"{claim.property}: {claim.value}", desk.catalogue.vocabulary
    with suppress(ValueFault, NotFound):
        fact, value = vocabulary.fact(claim.property), vocabulary.parse_value(claim.property, claim.value)
        whom = desk.catalogue.texts.say("casefile.whom", language, code=claim.subject.hex()[:8])
        text = sentence(desk.catalogue.templates[language], fact, value, claim.valid_from, whom, voice)
    return Sentence(clean(text), (claim.ref,))


def in_language(desk: Desk, reader: Reader, found: Sequence[Weighed], language: str, said_in: str = _WEIGHED_IN) -> list[Weighed]:
    """The same sentences in the language of who looks at them; what a colleague worded stays as worded. ``said_in``: their language now."""
    if language == said_in:
        return list(found)
    claims = reading.claims_by_ref(desk, reader, {ref for one in found for ref in one.sentence.claims})
    return [_said_again(desk, one, claims, language, said_in) for one in found]


def _said_again(desk: Desk, one: Weighed, claims: Mapping[bytes, reading.ClaimView], language: str, said_in: str) -> Weighed:
    claim = claims.get(one.sentence.claims[0]) if len(one.sentence.claims) == 1 else None
    if claim is None or one.sentence.text != said_plainly(desk, claim, said_in).text:
        return one
    return replace(one, sentence=replace(one.sentence, text=said_plainly(desk, claim, language).text))


def _worded(said: Sentence, text: str | None) -> Sentence:
    return said if text is None else Sentence(text, said.claims)
