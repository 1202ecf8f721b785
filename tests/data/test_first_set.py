"""Every norm that this release shows: one set of facts that carries it, one that speaks against it, one that leaves it open.

The people behind these facts are invented. ``carried`` reaches the norm (indicated once a reviewer confirmed its judgement elements),
``against`` changes some of these facts so that the norm is contradicted, ``without`` takes facts away so that it stays open.
"""

from dataclasses import dataclass

import pytest

from letapis.core.qualify import Judgement, Qualification, Status, evaluate
from letapis.core.situation import settled
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

RULEBOOK = catalogue().rulebook
CONFIRMED = {(n.id, e.key): Judgement(True, b"m" * 16, b"r" * 32) for n in RULEBOOK.norms.values() for e in n.elements if e.judge}

ARREST: dict[str, Value] = {"detention.start": "2021-02-03", "act.country": "BY", "act.date": "2021-02-03"}
CRIMINAL: dict[str, Value] = {**ARREST, "detention.legal_basis": "criminal"}


@dataclass(frozen=True)
class Example:
    norm: str
    base: dict[str, Value]
    carried: dict[str, Value]
    against: dict[str, Value]
    without: tuple[str, ...] = ()


def no(*facts: str) -> dict[str, Value]:
    return dict.fromkeys(facts, False)


def yes(*facts: str) -> dict[str, Value]:
    return dict.fromkeys(facts, True)


COMFORT = no(
    *(f"custody.{name}" for name in ("overcrowding", "no_bedding", "light_24h", "no_hygiene", "cold", "food_denied", "medical_denied")),
    *(f"custody.{name}" for name in ("toilet_no_privacy", "no_exercise", "harsher_than_comparators", "mixed_with_convicted")),
    "contact.letters_denied",
    "discipline.family_ban",
)
FAIR_DEFENCE = yes("lawyer.access", "lawyer.confidential", "lawyer.choice", "lawyer.case_file_access")
FREE = no("charge.law_vague", "detention.new_charge_before_release")
LAWFUL = yes("restriction.law_precise", "restriction.aim_stated", "restriction.necessity_reasoned", "restriction.proportionate")
NO_MOTIVE: dict[str, Value] = {
    "discrim.ground": (),
    "discrim.similar_cases": 0,
    **no("officials.public_guilt_statement", "election.excluded_by_case"),
}
PEACEFUL = no("charge.violence_evidenced", "charge.hate_advocacy_evidenced")

EXAMPLES = [
    Example(
        "ICCPR-7",
        ARREST,
        {"harm.severe": True, "harm.official_involved": True, "harm.lawful_sanction_only": False},
        {"harm.lawful_sanction_only": True},
        ("harm.lawful_sanction_only",),
    ),
    Example(
        "ICCPR-9-1-LAWFUL", ARREST, {"detention.legal_basis": "none"}, {"detention.legal_basis": "criminal", "detention.domestic_basis_valid": True}
    ),
    Example(
        "ICCPR-9-1-ARB",
        ARREST,
        {"charge.based_on": ("expression",), **PEACEFUL},
        {
            "charge.based_on": ("other_conduct",),
            **FREE,
            **yes("detention.individualised_reasons", "detention.alternatives_considered", "lawyer.confidential"),
            "detention.consecutive_short_arrests": 0,
            "contact.incommunicado_days": 0,
            "lawyer.first_access_h": 3,
        },
        ("charge.based_on",),
    ),
    Example(
        "ICCPR-9-2",
        ARREST,
        no("detention.reasons_given"),
        {**yes("detention.reasons_given", "charge.informed", "charge.informed_language_ok"), "charge.informed_delay_h": 5},
    ),
    Example(
        "ICCPR-9-3",
        CRIMINAL,
        {"judge.first_appearance_h": 72, "judge.authority": "prosecutor"},
        {
            "judge.first_appearance_h": 20,
            "judge.authority": "judge",
            "detention.ordered_by": "judge",
            "detention.individualised_reasons": True,
            "detention.pretrial_days": 30,
            "judge.physical_presence": True,
        },
    ),
    Example(
        "ICCPR-9-4",
        ARREST,
        no("detention.review_available"),
        {
            **yes(
                "detention.review_available", "detention.review_effective", "detention.review_person_present", "lawyer.access", "lawyer.confidential"
            ),
            **no("hearing.closed"),
        },
    ),
    Example(
        "ICCPR-9-5",
        ARREST,
        no("detention.domestic_basis_valid", "detention.compensation_available"),
        yes("detention.compensation_available"),
        ("detention.compensation_available",),
    ),
    Example("ICCPR-10", ARREST, yes("custody.overcrowding", "custody.no_bedding"), {**COMFORT, "contact.family_denied_days": 0}),
    Example(
        "ICCPR-14-1",
        CRIMINAL,
        {**yes("hearing.closed"), **no("hearing.closure_reasoned")},
        {
            **no("hearing.closed", "trial.judge_not_independent", "trial.judge_not_impartial", "trial.military_court"),
            **no("trial.equality_of_arms_breached"),
            **yes("hearing.verdict_public"),
        },
        ("hearing.closure_reasoned",),
    ),
    Example("ICCPR-14-3-B", CRIMINAL, no("lawyer.confidential"), {**FAIR_DEFENCE, "lawyer.first_access_h": 3}),
    Example(
        "ICCPR-14-3-D",
        CRIMINAL,
        {**yes("trial.in_absentia"), **no("trial.notice_given")},
        {**yes("trial.notice_given", "trial.retrial_right", "lawyer.access", "lawyer.choice"), **no("trial.remote_participation_refused")},
        ("trial.notice_given",),
    ),
    Example(
        "ICCPR-19",
        ARREST,
        {"expression.act": "a post about an election", **no("restriction.necessity_reasoned")},
        LAWFUL,
        ("restriction.necessity_reasoned",),
    ),
    Example(
        "ICCPR-21",
        ARREST,
        {**yes("assembly.participated", "assembly.peaceful"), **no("restriction.necessity_reasoned")},
        LAWFUL,
        ("assembly.peaceful",),
    ),
    Example(
        "ICCPR-26",
        ARREST,
        {"custody.special_marking": True, "discrim.ground": ("political_opinion",), "discrim.justified": False},
        {"discrim.justified": True},
        ("discrim.ground",),
    ),
    Example(
        "WGAD-I",
        ARREST,
        {"judge.authority": "prosecutor", "detention.warrant_shown": True},
        {
            "judge.authority": "judge",
            "judge.first_appearance_h": 20,
            "contact.incommunicado_days": 0,
            **yes("detention.reasons_given", "detention.review_available", "detention.review_effective", "detention.acknowledged"),
            **no("detention.continued_after_term", "detention.after_amnesty", "charge.law_vague"),
        },
        ("judge.authority",),
    ),
    Example("WGAD-II", ARREST, {"charge.based_on": ("assembly",), **no("restriction.necessity_reasoned")}, LAWFUL, ("charge.based_on",)),
    Example(
        "WGAD-III",
        ARREST,
        {"lawyer.access": False, "sentence.months": 24},
        {"lawyer.access": True, "sentence.months": 6, **no("interrogation.coercion", "trial.in_absentia", "trial.judge_not_independent")},
        ("lawyer.access",),
    ),
    Example(
        "WGAD-V",
        ARREST,
        {"person.role": ("hrd",), "discrim.similar_cases": 5},
        {"person.role": (), "discrim.ground": ()},
        ("discrim.similar_cases",),
    ),
    Example(
        "PP-2013-T1",
        ARREST,
        {"charge.based_on": ("expression",), "discrim.ground": ("political_opinion",), **PEACEFUL},
        yes("charge.hate_advocacy_evidenced"),
        ("charge.violence_evidenced",),
    ),
    Example(
        "PP-2013-T2",
        ARREST,
        {"lawyer.access": False, "discrim.ground": ("political_opinion",), **PEACEFUL},
        yes("charge.hate_advocacy_evidenced"),
        ("charge.hate_advocacy_evidenced",),
    ),
]


def read(example: Example, facts: dict[str, Value], confirmed: bool = True) -> Qualification:
    return evaluate(RULEBOOK.norms[example.norm], settled({**example.base, **facts}), RULEBOOK, CONFIRMED if confirmed else {})


by_norm = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.norm)


def test_every_norm_of_the_first_set_has_its_examples() -> None:
    assert [example.norm for example in EXAMPLES] == list(RULEBOOK.first_set)


@by_norm
def test_the_facts_that_carry_a_norm(example: Example) -> None:
    assert read(example, example.carried).status is Status.INDICATED
    unconfirmed = read(example, example.carried, confirmed=False)
    judged = any(e.judge and e.role == "constitutive" and e.result == "met" for e in unconfirmed.elements)
    assert unconfirmed.status is Status.ARGUABLE or not judged
    assert unconfirmed.reached


@by_norm
def test_the_facts_that_speak_against_a_norm(example: Example) -> None:
    assert read(example, {**example.carried, **example.against}).status is Status.CONTRADICTED


@by_norm
def test_the_facts_that_leave_a_norm_open(example: Example) -> None:
    missing = example.without or tuple(example.carried)
    left = {fact: value for fact, value in example.carried.items() if fact not in missing}
    result = read(example, left)
    assert result.status is Status.INSUFFICIENT_FACTS
    assert set(missing) & set(result.missing)


@by_norm
def test_outside_its_time_a_treaty_does_not_apply(example: Example) -> None:
    norm = RULEBOOK.norms[example.norm]
    result = read(example, {**example.carried, "detention.start": "1970", "act.date": "1970"})
    if norm.gates.treaty:
        assert result.status is Status.NOT_APPLICABLE
        assert [gate.answer.because for gate in result.gates if gate.truth is False] == ["law.gate_before_validity"]
    else:
        assert result.gates[0].answer.because == "law.gate_before_adoption"


@by_norm
def test_a_private_actor_is_not_the_state(example: Example) -> None:
    result = read(example, {**example.carried, "actor.organ_type": "private", "harm.official_involved": False})
    assert result.status in (Status.NOT_APPLICABLE, Status.INSUFFICIENT_FACTS, Status.ARGUABLE, Status.CONTRADICTED)
    if RULEBOOK.norms[example.norm].gates.attribution == "presumed":
        assert result.status is Status.NOT_APPLICABLE
