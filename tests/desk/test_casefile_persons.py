"""A case file asks every person of a dossier of whom it tells, not only the main one; holders of office are not asked."""

from letapis.core.one_person import SAME
from letapis.core.standing import Level
from letapis.desk import casefile_plan, claims, dossiers, one_person, reading, sources, verify
from letapis.desk.opening import Desk
from tests.desk.casework import Work, desk, work_at

__all__ = ["desk"]

WORDS = "Vydumka was there."


def told_of(desk: Desk, work: Work, fact: str, value: str) -> bytes:
    """A second person and one claim on them, cut from the original. Returns the person."""
    reader = desk.reader("work")
    second = dossiers.add_entity(desk, reader, work.dossier, "person", "Vydumka Second")
    note = claims.write_note(desk, reader, work.dossier, claims.NoteForm("Second", WORDS, "en", work.source, "saw", second, work.item))
    claims.cut_claims(desk, reader, note, 0, len(WORDS), [claims.Cut(fact, value)])
    return second


def plan(desk: Desk, work: Work, floor: Level = Level.OPEN) -> casefile_plan.Plan:
    return casefile_plan.make_plan(desk, desk.reader("submit"), work.dossier, "An invented court", casefile_plan.Choice(floor=floor))


def why(made: casefile_plan.Plan, person: bytes) -> list[tuple[str, str]]:
    return [(one.because.because, one.who) for one in made.stays if one.claim.subject == person]


def answer(desk: Desk, work: Work, person: bytes, word: str) -> None:
    sources.record_consent(desk, desk.reader("work"), work.dossier, person, [sources.ConsentForm("case_file_share", word, how="written")])


def test_who_refused_keeps_the_claims_on_them_and_the_original_at_home(desk: Desk) -> None:
    work = work_at(desk)
    second = told_of(desk, work, "person.sex", "female")
    assert why(plan(desk, work), second) == [("law.consent_never_asked", casefile_plan.PERSON)]
    answer(desk, work, second, "refused")
    made = plan(desk, work)
    assert why(made, second) == [("law.consent_refused", casefile_plan.PERSON)]
    assert [(one.item.object, one.because.because) for one in made.items_stay] == [(work.item, "casefile.item_says_more")]
    answer(desk, work, second, "given")
    assert all(who != casefile_plan.PERSON for _, who in why(plan(desk, work), second))


def test_a_holder_of_office_is_not_asked(desk: Desk) -> None:
    work = work_at(desk)
    judge = told_of(desk, work, "office.body", "Vydumka district court")
    assert all(who != casefile_plan.PERSON for _, who in why(plan(desk, work), judge))


def asked(desk: Desk, work: Work, person: bytes, floor: Level = Level.OPEN) -> bool:
    return {who for _, who in why(plan(desk, work, floor), person)} == {casefile_plan.PERSON}


def test_a_post_that_nobody_checked_or_that_was_taken_back_spares_nobody_the_question(desk: Desk) -> None:
    work = work_at(desk)
    judge = told_of(desk, work, "office.body", "Vydumka district court")
    assert asked(desk, work, judge, Level.CHECKED) and not asked(desk, work, judge)
    (claim,) = reading.claims(desk, desk.reader("work"), work.dossier, subject=judge)
    verify.retract_claim(desk, desk.reader("work"), claim.rid, "It was another Vydumka.")
    assert asked(desk, work, judge)


def test_a_holder_of_office_who_answered_is_held_to_it(desk: Desk) -> None:
    work = work_at(desk)
    judge = told_of(desk, work, "office.body", "Vydumka district court")
    answer(desk, work, judge, "refused")
    assert why(plan(desk, work), judge) == [("law.consent_refused", casefile_plan.PERSON)]


def test_a_refusal_holds_for_every_entry_of_one_person(desk: Desk) -> None:
    work, reader = work_at(desk), desk.reader("work")
    first, again = told_of(desk, work, "person.sex", "female"), told_of(desk, work, "office.body", "Vydumka district court")
    third = told_of(desk, work, "person.sex", "female")
    answer(desk, work, first, "refused")
    answer(desk, work, third, "given")
    assert not asked(desk, work, again) and not asked(desk, work, third)
    for other in (again, third):
        one_person.decide(desk, reader, first, other, SAME, "The same papers.")
    assert why(plan(desk, work), third) == [("law.consent_refused", casefile_plan.PERSON)]
    assert asked(desk, work, again)
