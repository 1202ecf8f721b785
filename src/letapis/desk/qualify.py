"""How a dossier stands against norms, element by element, with the claims that carry each and the questions that are missing."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from letapis.core.access import Reader
from letapis.core.errors import NotFound, UsageError
from letapis.core.judging import Word, latest_words, settle
from letapis.core.qualify import Qualification, evaluate_all, questions
from letapis.core.situation import ClaimFact, Situation, facts_from
from letapis.core.standing import Level
from letapis.core.vocabulary import ValueFault, Vocabulary
from letapis.desk import reading
from letapis.desk.opening import Desk


class Floor(StrEnum):
    """At which standing claims are read: a draft takes all, a body with a prima facie standard what is checked, a finding what is verified."""

    DRAFT = "draft"
    CHECKED = "checked"
    VERIFIED = "verified"


_LEVELS = {Floor.DRAFT: Level.OPEN, Floor.CHECKED: Level.CHECKED, Floor.VERIFIED: Level.VERIFIED}


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
    people = [e.entity for e in reading.entities(desk, reader, dossier) if e.kind == "person"]
    if not people:
        raise NotFound("qualify.no_person")
    return people[0]


def claim_facts(vocabulary: Vocabulary, claims: Sequence[reading.ClaimView]) -> list[ClaimFact]:
    """Claims as rules read them: those that count, were not replaced, and whose property and value this vocabulary knows.

    A colleague with a newer vocabulary may have recorded what ours cannot read; such a claim is shown in the dossier and feeds nothing.
    """
    facts = []
    for claim in claims:
        if claim.replaced or claim.level < Level.OPEN or claim.property not in vocabulary:
            continue
        with suppress(ValueFault):
            value = vocabulary.parse_value(claim.property, claim.value)
            facts.append(ClaimFact(claim.ref, claim.property, value, claim.level, claim.partial))
    return facts


def words_of(desk: Desk, reader: Reader, dossier: bytes) -> list[Word]:
    """Every counted judgement of a reviewer in the dossier."""
    rulings = reading.rulings_of_dossier(desk, reader, dossier, ("judge",))
    return [Word(r.norm, r.element, r.member, r.holds, r.ref, (r.recorded, r.ref)) for r in rulings if r.counts]


def qualify(
    desk: Desk,
    reader: Reader,
    dossier: bytes,
    norms: Sequence[str] | None = None,
    floor: str = Floor.DRAFT,
    person: bytes = b"",
    among: Callable[[reading.ClaimView], bool] | None = None,
) -> LawPage:
    """Read norms (the first set when None) on one person of the dossier; ``among`` narrows the claims that are read.

    Raises UsageError for an unknown floor, NotFound for a norm or person.
    """
    if floor not in set(Floor):
        raise UsageError("qualify.floor")
    level = _LEVELS[Floor(floor)]
    who = person or main_person(desk, reader, dossier)
    claims = [c for c in reading.claims(desk, reader, dossier, subject=who) if among is None or among(c)]
    situation = facts_from(claim_facts(desk.catalogue.vocabulary, claims), int(level))
    words = words_of(desk, reader, dossier)
    rulebook = desk.catalogue.rulebook
    chosen = rulebook.first_set if norms is None else norms
    found = evaluate_all(rulebook, situation, settle(words), chosen, as_of=desk.clock().date())
    named = {ref for q in found for e in q.elements for part in (*e.satisfied, *e.defeated, *e.open_defeaters) for ref in part.refs}
    missing = tuple(Question(fact, touched) for fact, touched in questions(found))
    kept = {c.ref: c for c in claims if c.ref in named}
    return LawPage(dossier, who, Floor(floor), found, missing, latest_words(words), kept, situation)
