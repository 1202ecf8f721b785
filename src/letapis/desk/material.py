"""What one document for a body may be made from: the persons it speaks of, the claims that may carry it, their annexes, the law on them.

A claim is used when its standing suffices for this body and its source allows it; a person is named when they agreed to be. Everything
else stays at home and is counted, so that the desk can say what was left out.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from letapis.core import composed, filing
from letapis.core.access import Reader
from letapis.core.arguments import refs_against
from letapis.core.brief import Annex, Brief, sentences, texts
from letapis.core.consent import SURROGATE, may
from letapis.core.errors import NotFound, UsageError
from letapis.core.forms import ALL, Form, all_words
from letapis.core.mechanisms import Mechanism
from letapis.core.pseudonyms import names_in, stems, without_names
from letapis.core.qualify import Qualification
from letapis.core.standing import Level
from letapis.core.uses import Use, suffices
from letapis.core.vocabulary import Value, ValueFault
from letapis.desk import circles, disclosure, people, qualify, reading, submitters
from letapis.desk.consents import PERSON, answers_of, asked_persons, person_allows_any, sources_allow
from letapis.desk.opening import Desk

_NAMING = ("identity.name", "identity.document", "identity.address", "identity.photo")  # records whose facts say who somebody is
_NUMBER: Final = re.compile(r"\A\d+\. ")  # of a heading


@dataclass(frozen=True)
class Choice:
    """What somebody asks for: the body, the language, own words by question, the official proposed (an entity) where there is one, and
    which request of a form that has several."""

    mechanism: str
    language: str
    own_words: Mapping[str, str]
    target: bytes = b""
    request: str = ""

    @property
    def use(self) -> str:
        """What colleagues' words on sentences are about: this body, and in another language than English this language, because a safer
        wording is of one language."""
        return self.mechanism if self.language == "en" else f"{self.mechanism}:{self.language}"


@dataclass(frozen=True)
class Subject:
    """A person the document speaks of: how it calls them, and by which beginnings their name is found where it must not stand.

    ``others``: entries of the dossier that are the same person.
    """

    entity: bytes
    label: str
    hidden: frozenset[str]
    others: tuple[bytes, ...] = ()

    @property
    def entries(self) -> tuple[bytes, ...]:
        return (self.entity, *self.others)


@dataclass(frozen=True)
class Unnamed:
    """Who else must not be named: the beginnings of the names of everybody whose name stays out, and what stands instead."""

    hidden: frozenset[str]
    instead: str


@dataclass(frozen=True)
class Used:
    """Claims that may be used for a body, and how many a source's answer kept out."""

    claims: tuple[reading.ClaimView, ...]
    left_out: int


@dataclass(frozen=True)
class Layout:
    """A card with its form."""

    card: Mechanism
    form: Form

    @property
    def ways(self) -> list[tuple[str, ...]]:
        """Sets of consent scopes, any one of which lets a party's information go there: what the card requires, with one alternative."""
        required, alternatives = self.card.consent_required, self.card.consent_any_of
        return [(*required, one) for one in alternatives] or [required]


def layout(desk: Desk, mechanism: str) -> Layout:
    """Raises UsageError for a mechanism whose document is not worked out."""
    form = desk.catalogue.forms.get(mechanism)
    if form is None:
        raise UsageError("submit.mechanism")
    return Layout(desk.catalogue.mechanisms[mechanism], form)


def use_of(desk: Desk, card: Mechanism) -> Use:
    return desk.catalogue.proof.use_of(card.id)


def suffices_for(use: Use, claim: reading.ClaimView) -> bool:
    return not claim.replaced and suffices(use, claim.level, claim.checks).holds


def allowed(desk: Desk, reader: Reader, dossier: bytes, claims: Sequence[reading.ClaimView], laid: Layout) -> list[reading.ClaimView]:
    """The claims whose source allows this use: by their answers, and for these very words."""
    ways = [sources_allow(desk, reader, dossier, claims, scopes, laid.card.names) for scopes in laid.ways]
    return [claim for claim in claims if any(way[claim.ref].holds for way in ways)]


def entries_of(desk: Desk, reader: Reader, person: bytes) -> tuple[bytes, ...]:
    """Everything under which a person is entered in the dossier."""
    return tuple(one.entity for one in reading.same_as(desk, reader, person))


def usable(desk: Desk, reader: Reader, dossier: bytes, about: Sequence[bytes], laid: Layout) -> Used:
    """Claims on these entities that may carry sentences for this body."""
    use = use_of(desk, laid.card)
    entries = [one for entity in about for one in entries_of(desk, reader, entity)]
    claims = [c for entity in entries for c in reading.claims(desk, reader, dossier, subject=entity) if suffices_for(use, c)]
    kept = tuple(allowed(desk, reader, dossier, claims, laid))
    return Used(kept, len(claims) - len(kept))


def law(desk: Desk, reader: Reader, dossier: bytes, card: Mechanism, person: bytes, refused: Collection[bytes] = ()) -> qualify.LawPage:
    """The norms of the body, read on what the use of this body accepts. Claims ``refused`` (their refs) show no context here."""
    use, entries = use_of(desk, card), entries_of(desk, reader, person)
    floor = {Level.OPEN: qualify.Floor.DRAFT, Level.CHECKED: qualify.Floor.CHECKED}.get(use.floor, qualify.Floor.VERIFIED)

    def among(claim: reading.ClaimView) -> bool:
        own = claim.subject in entries and claim.property not in desk.catalogue.pattern.facts
        return suffices_for(use, claim) and (own or claim.ref not in refused)

    return qualify.qualify(desk, reader, dossier, card.norms, floor, person, among, card.norm_variant)


def refused_refs(desk: Desk, reader: Reader, dossier: bytes, laid: Layout) -> frozenset[bytes]:
    """In a dossier about many, the claims whose source does not allow this use: they show no context that is pleaded there."""
    if reading.dossier(desk, reader, dossier).subject_kind == "person":
        return frozenset()
    use = use_of(desk, laid.card)
    claims = [claim for claim in reading.claims(desk, reader, dossier) if suffices_for(use, claim)]
    return frozenset(claim.ref for claim in claims) - {claim.ref for claim in allowed(desk, reader, dossier, claims, laid)}


def persons_of(desk: Desk, reader: Reader, dossier: bytes, laid: Layout, target: bytes) -> list[bytes]:
    """The persons a document speaks of: the dossier's main person; or all of it who agreed, for a body that hears of many."""
    if laid.form.subjects != ALL:
        return [qualify.main_person(desk, reader, dossier)]
    found = [one.entity for one in qualify.persons(desk, reader, dossier) if one.entity != target]
    return [person for person in found if person_allows_any(desk, reader, dossier, person, laid.ways, laid.card.names)]


def subjects(desk: Desk, reader: Reader, dossier: bytes, laid: Layout, choice: Choice) -> list[Subject]:
    """The same with the names they go by in this document."""
    found = []
    for number, person in enumerate(persons_of(desk, reader, dossier, laid, choice.target), start=1):
        entries, label = reading.same_as(desk, reader, person), reading.entity(desk, reader, person).label
        known = tuple(one.entity for one in entries if one.entity != person)
        if _named(desk, reader, dossier, person, laid):
            found.append(Subject(person, label, frozenset(), known))
        else:
            facts = _naming_facts(desk)
            naming = [c.value for entry in (person, *known) for c in reading.claims(desk, reader, dossier, subject=entry, properties=facts)]
            hidden = stems([*(one.label for one in entries), *naming])
            found.append(Subject(person, desk.catalogue.texts.say("filing.person", choice.language, number=number), hidden, known))
    return found


def _named(desk: Desk, reader: Reader, dossier: bytes, person: bytes, laid: Layout) -> bool:
    """One scope that lets the person be named is enough; a form without such scopes goes to a body that needs the name."""
    if laid.form.anonymous:
        return False
    ways = [[scope] for scope in laid.form.named_by]
    return not ways or person_allows_any(desk, reader, dossier, person, ways, laid.card.names)


def hidden_names(desk: Desk, reader: Reader, dossier: bytes, laid: Layout, choice: Choice, about: Sequence[Subject]) -> frozenset[str]:
    """By which beginnings the names are found that must stand nowhere in a document: of those whom it speaks of under another name, and of
    every other person of the dossier who did not agree to be named. Holders of office and the official proposed are not asked.

    A word that is also a part of a name that may stand there, as the family name of relatives is, is not looked for.
    """
    subjects_of, claims = {entry for one in about for entry in one.entries}, reading.claims(desk, reader, dossier)
    asked = asked_persons(desk, reader, dossier, claims, subjects_of)
    office = {claim.subject for claim in claims} - asked
    free, kept = [one.label for one in about if not one.hidden], list[str]()
    naming = desk.catalogue.records[_NAMING[0]].facts
    for one in reading.entities(desk, reader, dossier):
        if one.kind != PERSON or one.entity in subjects_of:
            continue
        if one.entity == choice.target or one.entity in office or _agrees(desk, reader, dossier, one.entity, laid):
            free.append(one.label)
        else:
            kept += [one.label, *(claim.value for claim in claims if claim.subject == one.entity and claim.property in naming)]
    stays = stems(free)
    words = [word for name in kept for word in name.split() if not names_in(word, stays)]
    return stems(words).union(*(one.hidden for one in about))


def _agrees(desk: Desk, reader: Reader, dossier: bytes, person: bytes, laid: Layout) -> bool:
    """To go there and to be named there."""
    return person_allows_any(desk, reader, dossier, person, laid.ways, laid.card.names) and _named(desk, reader, dossier, person, laid)


def _naming_facts(desk: Desk) -> tuple[str, ...]:
    return tuple(fact for name in _NAMING for fact in desk.catalogue.records[name].facts)


def compose(desk: Desk, reader: Reader, dossier: bytes, laid: Layout, choice: Choice, answering: Collection[bytes]) -> Brief:
    """The document as it would be written now, in the words in which each sentence may go out. ``answering``: who answers for what
    rests on no claim."""
    about = subjects(desk, reader, dossier, laid, choice)
    used = usable(desk, reader, dossier, [one.entity for one in about], laid)
    on_target = usable(desk, reader, dossier, [choice.target] if choice.target else [], laid)
    unnamed = Unnamed(hidden_names(desk, reader, dossier, laid, choice, about), desk.catalogue.texts.say("filing.somebody", choice.language))
    claims = (*used.claims, *on_target.claims)
    annexes, numbers = _annexes(desk, reader, claims, unnamed.hidden, choice.language)
    shown = disclosure.open_refs(desk, reader, dossier, laid.form, laid.card.names, claims, {choice.target})
    kept_apart = confidential_items(desk, reader, dossier, laid, about, choice.target)
    catalogue, directory = desk.catalogue, people.directory(desk)
    say = catalogue.texts.say
    material = filing.Material(
        person=", ".join(one.label for one in about) if len(about) < 4 else say("filing.persons", choice.language, count=len(about)),
        lines=[line for one in about for line in _lines(desk, used.claims, one, numbers, shown, unnamed)],
        qualifications=_qualified(desk, reader, dossier, laid, about),
        annexes=annexes,
        own_words=choice.own_words,
        marking=say("filing.invented", choice.language) if directory.marking else None,
        meta=((say("filing.date", choice.language), desk.clock().date().isoformat()), (say("filing.from", choice.language), directory.name)),
        consents=_consents(desk, reader, dossier, laid, about, choice.language),
        submitter=submitters.profile(desk, reader, choice.language),
        target=reading.entity(desk, reader, choice.target).label if choice.target else "",
        target_lines=_target_lines(desk, reader, on_target.claims, numbers, choice, shown, unnamed),
        sources=disclosure.graded(desk, reader, claims, numbers, shown, choice.language),
        request=choice.request,
        unsaid=_unsaid(desk, reader, dossier, laid, about, {claim.ref for claim in claims}),
        closed=frozenset(number for item, number in numbers.items() if item in kept_apart),
        posts=_posts(desk, reader, choice.target),
    )
    knowledge = filing.Knowledge(catalogue.vocabulary, catalogue.templates, catalogue.rulebook, catalogue.texts, catalogue.places)
    document = filing.compose(laid.card, laid.form, choice.language, material, knowledge)
    said = circles.assessments(desk, reader, dossier, choice.use, sentences(document), answering)
    return composed.in_other_words(document, said.reworded)


def _posts(desk: Desk, reader: Reader, target: bytes) -> list[frozenset[bytes]]:
    """The claims of each post of the official proposed."""
    if not target:
        return []
    return [frozenset(claim.ref for claim in one.claims) for one in reading.posts(desk, reader, person=target)]


def confidential_items(desk: Desk, reader: Reader, dossier: bytes, laid: Layout, about: Sequence[Subject], target: bytes) -> frozenset[bytes]:
    """Items of evidence that go to this body alone and are not shown to the official proposed."""
    return disclosure.confidential_items(desk, reader, dossier, laid.form, laid.card.names, [one.entity for one in about], target)


def _unsaid(desk: Desk, reader: Reader, dossier: bytes, laid: Layout, about: Sequence[Subject], printed: set[bytes]) -> frozenset[str]:
    """Norms of the body against which claims on these persons stand, of whatever level, that are not printed: nobody may write that there
    are none."""
    if not any(part.kind == "against" for part in laid.form.parts):
        return frozenset()
    card, draft = laid.card, qualify.Floor.DRAFT
    pages = [qualify.qualify(desk, reader, dossier, card.norms, draft, one.entity, variant=card.norm_variant) for one in about]
    read = [q for page in pages for q in page.qualifications]
    return frozenset(q.norm for q in read if not refs_against(q) <= printed)


def _qualified(desk: Desk, reader: Reader, dossier: bytes, laid: Layout, about: Sequence[Subject]) -> list[Qualification]:
    refused = refused_refs(desk, reader, dossier, laid)
    return [q for one in about for q in law(desk, reader, dossier, laid.card, one.entity, refused).qualifications]


def _lines(
    desk: Desk, claims: Sequence[reading.ClaimView], about: Subject, annexes: Mapping[bytes, int], shown: frozenset[bytes], unnamed: Unnamed
) -> list[filing.Line]:
    """Claims on one person. Who is not named loses the facts that name them, and their name out of every other text; so does
    everybody else who must not be named."""
    naming = _naming_facts(desk) if about.hidden else ()
    lines = []
    for claim in claims:
        if claim.subject not in about.entries or claim.property in naming:
            continue
        with suppress(ValueFault, NotFound):
            value = desk.catalogue.vocabulary.parse_value(claim.property, claim.value)
            numbers = (annexes[claim.evidence],) if claim.evidence in annexes else ()
            told = _hide(desk, claim.property, value, about, unnamed)
            place = (claim.valid_from, claim.low, claim.level, numbers, about.label, claim.ref in shown, claim.certainty)
            lines.append(filing.Line(claim.ref, claim.property, told, *place))
    return lines


def _hide(desk: Desk, fact: str, value: Value, about: Subject, unnamed: Unnamed) -> Value:
    """Only words that somebody chose hold a name; a code of a list does not, whatever it looks like."""
    if not desk.catalogue.vocabulary.is_free(fact):
        return value

    def hidden(text: str) -> str:
        return without_names(without_names(text, about.hidden, about.label), unnamed.hidden, unnamed.instead)

    return hidden(value) if isinstance(value, str) else tuple(map(hidden, value)) if isinstance(value, tuple) else value


def _target_lines(
    desk: Desk,
    reader: Reader,
    claims: Sequence[reading.ClaimView],
    annexes: Mapping[bytes, int],
    choice: Choice,
    shown: frozenset[bytes],
    unnamed: Unnamed,
) -> list[filing.Line]:
    if not choice.target:
        return []
    about = Subject(choice.target, reading.entity(desk, reader, choice.target).label, frozenset())
    return _lines(desk, claims, about, annexes, shown, unnamed)


def _annexes(
    desk: Desk, reader: Reader, claims: Sequence[reading.ClaimView], hidden: frozenset[str], language: str
) -> tuple[list[Annex], dict[bytes, int]]:
    """The items of evidence that used claims stand on, numbered in the order in which they were received. A title that would name
    somebody who is not to be named is left out."""
    wanted = {claim.evidence for claim in claims if claim.evidence}
    found = []
    for item in wanted:
        with suppress(NotFound):
            found.append(reading.evidence(desk, reader, item))
    ordered = sorted(found, key=lambda kept: (kept.received, kept.object))
    untitled = desk.catalogue.texts.say("filing.annex_untitled", language)
    annexes = [
        Annex(i, untitled if names_in(kept.title, hidden) else kept.title, kept.sha256, kept.media_type, kept.size)
        for i, kept in enumerate(ordered, start=1)
    ]
    return annexes, {kept.object: i for i, kept in enumerate(ordered, start=1)}


def _consents(desk: Desk, reader: Reader, dossier: bytes, laid: Layout, about: Sequence[Subject], language: str) -> tuple[str, ...]:
    """What each person agreed to of what this body asks, in words; what was not agreed is said as plainly."""
    catalogue, today = desk.catalogue, desk.clock().date()
    found = []
    for scope_id in dict.fromkeys((*laid.card.consent_required, *laid.card.consent_any_of, *laid.card.consent_asked)):
        scope = catalogue.consent.scope(scope_id)
        for one in about:
            said = answers_of(desk, reader, dossier, one.entity)
            answer = may(scope, said, today, laid.card.names)
            state = ("surrogate" if answer.because == SURROGATE else "given") if answer.holds else "not_given"
            found.append(catalogue.texts.say(f"filing.consent.{state}", language, person=one.label, scope=scope.label[language]))
    return tuple(found)


def names_standing(document: Brief, hidden: frozenset[str], form: Form) -> list[str]:
    """Texts of a document, whatever they are, in which a name stands that must not; the fixed words of the form are nobody's."""
    fixed = {words.get(document.language) for words in (*all_words(form), *form.labels.values())}
    return [text for text in texts(document) if _NUMBER.sub("", text) not in fixed and names_in(text, hidden)]
