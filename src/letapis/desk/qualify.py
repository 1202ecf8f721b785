"""How a dossier stands against norms, element by element, with the claims that carry each and the questions that are missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from letapis.core.access import Reader
from letapis.core.compare import Change, changes
from letapis.core.dates import bounds, is_partial_date
from letapis.core.deciding import Deciding, deciding
from letapis.core.errors import NotFound, UsageError
from letapis.core.judging import Word, latest_words, settle, words_for
from letapis.core.qualify import Qualification, evaluate_all, questions
from letapis.core.situation import Situation
from letapis.core.standing import Level
from letapis.desk import law_facts, reading, refold
from letapis.desk.opening import Desk
from letapis.engines.catalogue import Catalogue


class Floor(StrEnum):
    """At which standing claims are read: a draft takes all, a body with a prima facie standard what is checked, a finding what is verified."""

    DRAFT = "draft"
    CHECKED = "checked"
    VERIFIED = "verified"


LEVELS: Final = {Floor.DRAFT: Level.OPEN, Floor.CHECKED: Level.CHECKED, Floor.VERIFIED: Level.VERIFIED}


@dataclass(frozen=True)
class Question:
    """A fact that nobody has recorded at this floor, and the norms whose result it could move."""

    fact: str
    norms: tuple[str, ...]


@dataclass(frozen=True)
class LawPage:
    """Results for one person of a dossier. ``claims`` holds every claim that a result names, by its reference."""

    dossier: bytes
    person: bytes
    floor: Floor
    qualifications: tuple[Qualification, ...]
    questions: tuple[Question, ...]
    words: Mapping[tuple[str, str], tuple[Word, ...]]
    claims: Mapping[bytes, reading.ClaimView]
    situation: Situation


def main_person(desk: Desk, reader: Reader, dossier: bytes) -> bytes:
    """The person whom the dossier is about: the first one named in it. Raises NotFound when there is none."""
    people = persons(desk, reader, dossier)
    if not people:
        raise NotFound("qualify.no_person")
    return people[0].entity


def persons(desk: Desk, reader: Reader, dossier: bytes) -> list[reading.EntityView]:
    """The persons of a dossier, who can be read against norms; the first one is whom it is about. Entries that are one person stand once."""
    read_as = reading.joined(desk, reader, dossier)
    found = reading.entities(desk, reader, dossier)
    return [entity for entity in found if entity.kind == "person" and read_as.get(entity.entity, entity.entity) == entity.entity]


def _words(judgements: Iterable[reading.RulingView], main: bytes, read_as: Mapping[bytes, bytes]) -> list[Word]:
    """Reviewers' words from judgements that count; one that names no person is about the main one."""
    about = [(r, read_as.get(who, who)) for r in judgements for who in r.parties or (main,)]
    return [Word(r.norm, r.element, r.member, r.holds, r.ref, (r.recorded, r.ref), who) for r, who in about]


def counted_words(desk: Desk, reader: Reader, dossier: bytes) -> list[Word]:
    """Every judgement of a reviewer in the dossier that counts and was not taken back."""
    said = reading.rulings_of_dossier(desk, reader, dossier, ("judge",))
    if not said:
        return []
    live = refold.live_of_kind(desk, dossier, "judge")
    people = persons(desk, reader, dossier)
    counted = (word for word in said if word.ref in live)
    return _words(counted, people[0].entity if people else b"", reading.joined(desk, reader, dossier))


def qualify(
    desk: Desk,
    reader: Reader,
    dossier: bytes,
    norms: Sequence[str] | None = None,
    floor: str = Floor.DRAFT,
    person: bytes = b"",
    among: Callable[[reading.ClaimView], bool] | None = None,
    variant: str = "",
) -> LawPage:
    """Read norms (the first set when None) on one person of the dossier; ``among`` narrows the claims that are read, ``variant`` names the
    logic that a body reads norms with. In a dossier about many it narrows what shows the context too.

    Raises UsageError for an unknown floor, NotFound for a norm or person.
    """
    now = _now(desk, reader, dossier, floor, person, whole=False)
    if among is not None:
        now = replace(now, claims=[c for c in now.claims if among(c)], everyone=[c for c in now.everyone if among(c)])
    return _page(now, desk.catalogue, desk.catalogue.rulebook.first_set if norms is None else norms, variant)


@dataclass(frozen=True)
class _Told:
    """What is read of one person: claims and reviewers' words, on which floor and as of which day.

    ``everyone``: every claim where the dossier is about many, and ``people`` the persons in it; nothing where it is about one.
    ``read_as``: entries that are one person with another, by the one as which they are read.
    """

    dossier: bytes
    person: bytes
    floor: Floor
    claims: Sequence[reading.ClaimView]
    words: Sequence[Word]
    day: date
    everyone: Sequence[reading.ClaimView] = ()
    people: Sequence[bytes] = ()
    read_as: Mapping[bytes, bytes] = field(default_factory=dict)


def day_of(text: str) -> date:
    """The last day that somebody may mean: a month ends with its last day. Raises UsageError for what is no date."""
    if not is_partial_date(text):
        raise UsageError("lawthen.no_day")
    return bounds(text)[1]


def floor_of(name: str) -> Floor:
    """Raises UsageError for a word that is none."""
    if name not in set(Floor):
        raise UsageError("qualify.floor")
    return Floor(name)


def _page(told: _Told, data: Catalogue, norms: Sequence[str] | None, variant: str = "") -> LawPage:
    """Read norms (all when None) of these data on what is told."""
    level, words = int(LEVELS[told.floor]), words_for(told.words, told.person, (data.pattern.chapeau,))
    situation = law_facts.own_situation(data, told.claims, level)
    if told.everyone:
        acts = law_facts.acts(data, law_facts.situations(data, told.people, told.everyone, level, told.read_as), told.words)
        situation = law_facts.together(situation, law_facts.context(data, acts, told.everyone, level))
    found = evaluate_all(data.rulebook, situation, settle(words), norms, variant or None, as_of=told.day)
    named = {ref for q in found for e in q.elements for ref in e.named}
    missing = tuple(Question(fact, touched) for fact, touched in questions(found))
    kept = {c.ref: c for c in (*told.everyone, *told.claims) if c.ref in named}
    return LawPage(told.dossier, told.person, told.floor, found, missing, latest_words(words), kept, situation)


def deciding_questions(desk: Desk, law: LawPage) -> tuple[Deciding, ...]:
    """Of the open questions of a page, those to which one answer alone would change the status of a norm; the most useful first."""
    data = desk.catalogue
    judgements = settle(word for words in law.words.values() for word in words)
    return deciding(data.rulebook, data.vocabulary, law.situation, judgements, law.qualifications, desk.clock().date())


@dataclass(frozen=True)
class Comparison:
    """Two readings of one person with what differs. ``claims`` holds every claim that either names, as it is worth today."""

    before: LawPage
    after: LawPage
    changes: tuple[Change, ...]
    claims: Mapping[bytes, reading.ClaimView]


def compare_days(desk: Desk, reader: Reader, dossier: bytes, day: date, floor: str = Floor.DRAFT, person: bytes = b"") -> Comparison:
    """What the record supported at the end of a day, and what it supports now, norm by norm, by the same rulebook.

    Raises UsageError for an unknown floor or a day that has not come, NotFound for a person.
    """
    today = desk.clock().date()
    if day > today:
        raise UsageError("qualify.day_to_come")
    then = reading.then(desk, reader, dossier, day)
    now = _now(desk, reader, dossier, floor, person)
    said = [claim for claim in then.claims if now.read_as.get(claim.subject, claim.subject) == now.person]
    everyone = then.claims if now.everyone else ()
    words = _words(then.judgements, main_person(desk, reader, dossier), now.read_as)
    before = _page(replace(now, claims=said, words=words, day=day, everyone=everyone), desk.catalogue, None)
    return _compared(before, _page(now, desk.catalogue, None), now)


def compare_rules(desk: Desk, reader: Reader, dossier: bytes, other: Catalogue, floor: str = Floor.DRAFT, person: bytes = b"") -> Comparison:
    """What another rulebook makes of the same claims, and what this desk's rulebook makes of them. Raises as ``compare_days``."""
    now = _now(desk, reader, dossier, floor, person)
    return _compared(_page(now, other, None), _page(now, desk.catalogue, None), now)


def _now(desk: Desk, reader: Reader, dossier: bytes, floor: str, person: bytes, whole: bool = True) -> _Told:
    """What is told today. ``whole``: of everybody; else, of others than the person, only of those whose files may document an act."""
    read_as = reading.joined(desk, reader, dossier)
    who = person or main_person(desk, reader, dossier)
    who = read_as.get(who, who)
    home = reading.dossier(desk, reader, dossier)
    of_many = home.subject_kind != "person"
    people = [person.entity for person in persons(desk, reader, dossier)] if of_many else []
    entries = [who, *(entry for entry, first in read_as.items() if first == who != entry)]
    everyone = (reading.claims(desk, reader, dossier) if whole else _of_acts(desk, reader, dossier, entries, read_as)) if of_many else []
    own = everyone or [claim for entry in entries for claim in reading.claims(desk, reader, dossier, subject=entry)]
    claims = [claim for claim in own if claim.subject in entries]
    words = counted_words(desk, reader, dossier)
    return _Told(dossier, who, floor_of(floor), claims, words, desk.clock().date(), everyone, people, read_as)


def _of_acts(desk: Desk, reader: Reader, dossier: bytes, entries: Sequence[bytes], read_as: Mapping[bytes, bytes]) -> list[reading.ClaimView]:
    """What is told of a person, of all whose files may document an act by what is told of them, and of the pattern itself."""
    told, shows = reading.facts_told(desk, reader, dossier), law_facts.may_show(desk.catalogue)
    by_person: dict[bytes, set[str]] = {}
    for entry, facts in told.items():
        by_person.setdefault(read_as.get(entry, entry), set()).update(facts)
    may = [entry for entry in told if shows(by_person[read_as.get(entry, entry)])]
    return reading.claims_on(desk, reader, dossier, {*entries, *may}, desk.catalogue.pattern.facts)


def _compared(before: LawPage, after: LawPage, now: _Told) -> Comparison:
    current = {claim.ref: claim for claim in (*now.everyone, *now.claims)}
    named = {**before.claims, **after.claims}
    return Comparison(before, after, changes(before.qualifications, after.qualifications), {ref: current.get(ref, one) for ref, one in named.items()})
