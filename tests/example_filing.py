"""One invented record, rich enough for every form: more than forty claims on each of two persons, four annexes, an official; and its documents."""

from dataclasses import replace
from datetime import date
from functools import cache

from letapis.core import filing
from letapis.core.accounts import Line
from letapis.core.brief import Annex, Brief
from letapis.core.elements import Judgement
from letapis.core.forms import ALL
from letapis.core.qualify import Qualification, evaluate_all
from letapis.core.situation import ClaimFact, facts_from
from letapis.core.standing import Level
from letapis.core.submitters import Submitter
from letapis.core.vocabulary import FactType
from letapis.engines.catalogue import catalogue

ON = date(2026, 11, 26)
PERSONS = ("Aleś Pryklad", "Alena Vydumka")
OFFICIAL = "Uladzimir Vydumka"
FACTS = """
identity.birth_date=1988-05-02; identity.nationality=BY; identity.profession=volunteer of an election committee
detention.start=2024-11-12; act.country=BY; act.date=2024-11-12; detention.masked_agents=true @2024-11-12; detention.force_used=true @2024-11-12
detention.reasons_given=false @2024-11-12; detention.warrant_shown=false @2024-11-12; privacy.home_search=true @2024-11-12
privacy.device_seized=true @2024-11-12; lawyer.access=false @2024-11-12; contact.letters_last_received=2025-03
contact.incommunicado_days=21 @2024-11-12; harm.type=beating @2024-11-13; custody.medical_denied=true @2024-12; charge.law_vague=true
charge.based_on=expression @2024-11-20; restriction.necessity_reasoned=false; contact.parcels_denied=true @2025-04
assembly.participated=true @2020-08-23; assembly.peaceful=true @2020-08-23; hearing.closed=true @2025-05-20
trial.witness_requests_refused=true @2025-05-20; sentence.months=36 @2025-05-21; sentence.type=imprisonment @2025-05-21
solitary.days=20 @2025-08; discipline.measure=shizo @2025-08; complaint.made=true @2024-12-01; complaint.investigation_effective=false @2025-02
detention.ongoing=true; procedure.submitter_identified=true; exile.relatives_targeted=true @2025-01; actor.official_capacity=true
actor.organ_type=state_organ; departure.date=2025-09; departure.destination=LT; departure.border_crossed=true @2025-09
passport.renewal_refused=true @2025-10
"""
OFFICE = "identity.name=Uladzimir Vydumka; office.post=Head of an investigation department @2021-03; actor.official_capacity=true @2024-11-12"
ANNEXES = (
    Annex(1, "Account of a relative, signed", b"\x01" * 32, "application/pdf", 182_044),
    Annex(2, "Judgment of the invented district court, scan", b"\x02" * 32, "application/pdf", 903_221),
    Annex(3, "Photograph of injuries", b"\x03" * 32, "image/jpeg", 2_201_443),
    Annex(4, "Letters from the remand prison", b"\x04" * 32, "application/pdf", 88_410),
)


def named(person: str) -> str:
    """What is claimed of a person's name."""
    first, family = person.split()
    return f"identity.first_name={first}; identity.family_name={family}"


def lines(facts: str, person: str, first: int) -> list[Line]:
    """One claim for each ``fact=value @day``; every third is verified, and each stands on one of the annexes."""
    vocabulary, found = catalogue().vocabulary, []
    for number, part in enumerate((part for row in facts.split("\n") for part in row.split(";") if "=" in part), start=first):
        told, _, day = (word.strip() for word in part.partition("@"))
        fact, _, text = told.partition("=")
        value = vocabulary.parse_value(fact, text)
        low = day or (str(value) if vocabulary.fact(fact).type is FactType.DATE else "9999-99-99")
        level = Level.CHECKED if number % 3 else Level.VERIFIED
        found.append(Line(bytes([number]) * 32, fact, value, day, low, level, (1 + number % len(ANNEXES),), person))
    return found


@cache
def example(mechanism: str, language: str) -> Brief:
    """The document of one form, approved, made from all of it."""
    known = catalogue()
    card, form, say = known.mechanisms[mechanism], known.forms[mechanism], known.texts.say
    persons = PERSONS if form.subjects == ALL else PERSONS[:1]
    if form.anonymous:
        persons = tuple(say("filing.person", language, number=number) for number, _ in enumerate(persons, start=1))
    told = [
        line for number, person in enumerate(persons) for line in lines(FACTS if form.anonymous else named(person) + FACTS, person, 1 + 100 * number)
    ]
    material = filing.Material(
        ", ".join(persons),
        told,
        [one for person in persons for one in _law(mechanism, [line for line in told if line.person == person])],
        ANNEXES,
        {},
        say("filing.invented", language),
        ((say("filing.date", language), ON.isoformat()), (say("filing.from", language), "Vydumka Centre")),
        (f"{persons[0]}: {say('filing.invented', language)}",),
        Submitter("Vydumka Centre"),
        OFFICIAL if form.target else "",
        lines(OFFICE, OFFICIAL, 210) if form.target else (),
        request=next(iter(form.requests), ""),
    )
    knowledge = filing.Knowledge(known.vocabulary, known.templates, known.rulebook, known.texts, known.places)
    made = filing.compose(card, form, language, material, knowledge)
    return replace(made, approved=True)


def _law(mechanism: str, told: list[Line]) -> list[Qualification]:
    """The norms of the body on one person, with every element that a person decides held to be there."""
    rulebook, norms = catalogue().rulebook, catalogue().mechanisms[mechanism].norms
    judged = {(norm, element.key): Judgement(True, b"m" * 16, b"j" * 32) for norm in norms for element in rulebook.norm(norm).elements}
    facts = facts_from([ClaimFact(one.ref, one.property, one.value, one.level) for one in told], int(Level.CHECKED))
    return evaluate_all(rulebook, facts, judged, norms, as_of=ON)


def label(ref: bytes) -> str:
    """The printed name of a claim, as a desk would give it."""
    return f"C-{ref[0]:03} ({ref.hex()[:8]}), checked by two members, source graded B"
