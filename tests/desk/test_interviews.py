"""An interview at the desk: warned, not walled off; passed in sections by several hands; what it says of others stays inside."""

from collections.abc import Callable
from pathlib import Path

import pytest

from letapis.core.brief import Sentence
from letapis.core.errors import LetapisError, NotFound, Refused, UsageError
from letapis.core.standing import Level
from letapis.desk import casefile, circles, claims, dossiers, fellows, interview_sections, interviews, reading, sources
from letapis.desk.contacts import ContactForm, keep_contact
from letapis.desk.interview_sections import join, pass_section, split, talk
from letapis.desk.interviews import Preparation, add_text, plan_interview, prepare, view
from letapis.desk.opening import Desk
from tests.canary import canary, search
from tests.desk.casework import Work, desk, work_at
from tests.team import Team

__all__ = ["desk"]

PART = "Нас трымалі ў камеры. Матрацаў не было.\n" * 80
TALK = f"{PART}\nНаступнага дня быў суд, суддзя прачытала прысуд.\n{PART}\nПотым яго збілі дубінкамі.\n{PART}"


@pytest.fixture
def work(desk: Desk) -> Work:
    return work_at(desk)


def _person(desk: Desk, work: Work) -> bytes:
    return reading.entities(desk, desk.reader("work"), work.dossier)[0].entity


def _told(desk: Desk, work: Work, text: str = TALK) -> bytes:
    ident = plan_interview(desk, desk.reader("work"), work.dossier, work.source, _person(desk, work), "2026-12-01")
    add_text(desk, desk.reader("work"), ident, "Talk", text, "be", "saw")
    return ident


def test_an_account_that_exists_is_named_before_the_talk_and_stops_nobody(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    ident = plan_interview(desk, reader, work.dossier, work.source)
    known = view(desk, reader, ident)
    assert [one.title for one in known.accounts] == ["Talk"] and "interview.warn.account_here" in known.warnings
    prepare(desk, reader, ident, Preparation("elsewhere", "Invented Watch", "Kalina vouches", "high", "her brother is inside"))
    told = view(desk, reader, ident)
    assert {"interview.warn.account_elsewhere", "interview.warn.risk_high", "interview.warn.contact_unknown"} <= set(told.warnings)
    assert "interview.warn.referral_missing" not in told.warnings
    add_text(desk, reader, ident, "Second talk", "Only what was missing.", "en", "saw")
    assert len(view(desk, reader, ident).accounts) == 1, "its own text is none of them"


def test_what_the_person_allows_is_asked_apart_from_what_the_source_allows(desk: Desk, work: Work) -> None:
    reader, person = desk.reader("work"), _person(desk, work)
    ident = plan_interview(desk, reader, work.dossier, work.source, person)
    sources.record_consent(desk, reader, work.dossier, work.source, [sources.ConsentForm("keep_internal", "given")])
    assert "interview.warn.consent_unasked" in view(desk, reader, ident).warnings
    by_another = sources.ConsentForm("keep_internal", "given", surrogate=True, reason="her brother")
    for answer in (by_another, sources.ConsentForm("keep_internal", "ask_again")):
        sources.record_consent(desk, reader, work.dossier, person, [answer])
        assert "interview.warn.consent_unasked" in view(desk, reader, ident).warnings, "somebody else answered, or it is to be asked"
    sources.record_consent(desk, reader, work.dossier, person, [sources.ConsentForm("keep_internal", "given")])
    assert "interview.warn.consent_unasked" not in view(desk, reader, ident).warnings


def test_the_state_of_the_contact_and_of_the_telephone_is_read_from_the_contact(desk: Desk, work: Work) -> None:
    ident = plan_interview(desk, desk.reader("work"), work.dossier, work.source)
    keep_contact(desk, desk.reader("work"), work.source, ContactForm(channel="signal", safety="safe", device="trusted"))
    assert not {w for w in view(desk, desk.reader("work"), ident).warnings if "contact" in w or "device" in w}


@pytest.mark.parametrize("what", ["child", "grave"])
def test_children_and_sexual_violence_are_heard_by_trained_people_only(desk: Desk, work: Work, what: str) -> None:
    reader = desk.reader("work")
    ident = plan_interview(desk, reader, work.dossier, work.source)
    prepare(desk, reader, ident, Preparation(child=what == "child", grave=what == "grave"))
    with pytest.raises(Refused) as refused:
        add_text(desk, reader, ident, "Talk", "words", "en", "saw")
    assert refused.value.code == "interviews.needs_trained" and not talk_exists(desk, ident)
    prepare(desk, reader, ident, Preparation(child=what == "child", grave=what == "grave", trained=True))
    assert add_text(desk, reader, ident, "Talk", "words", "en", "saw")


def talk_exists(desk: Desk, ident: bytes) -> bool:
    return bool(interviews.interview(desk, desk.reader("work"), ident).record.raw("note"))


def test_sections_are_passed_one_by_one_and_the_next_that_waits_follows(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    ident = _told(desk, work)
    found = talk(desk, reader, ident)
    assert len(found.sections) >= 3 and found.passed == 0 and "conditions" in found.sections[0].topics
    hard = [one for one in found.sections if "treatment" in one.topics]
    assert hard
    with pytest.raises(UsageError):
        pass_section(desk, reader, hard[0].section, ["treatment"])
    after, seen = found.sections[1].section, []
    while after:
        seen.append(after)
        after = pass_section(desk, reader, after, ["conditions"], summary="one line")
    assert seen[0] == found.sections[1].section and seen[-1] == found.sections[0].section
    assert talk(desk, reader, ident).passed == len(found.sections)
    interviews.move_on(desk, reader, ident, "later_pass")
    assert interviews.interview(desk, reader, ident).state == "later_pass"


def test_joining_and_splitting_keep_every_word(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    ident = _told(desk, work)
    first = talk(desk, reader, ident).sections
    pass_section(desk, reader, first[0].section, ["conditions"])
    join(desk, reader, first[0].section)
    joined = talk(desk, reader, ident).sections
    assert len(joined) == len(first) - 1 and joined[0].end == first[1].end and not joined[0].passed
    with pytest.raises(NotFound):
        talk(desk, reader, ident).number(first[1].section)
    made = split(desk, reader, joined[0].section, first[1].start)
    again = talk(desk, reader, ident).sections
    assert [(one.start, one.end) for one in again] == [(one.start, one.end) for one in first] and again[1].section == made
    for wrong in (lambda: split(desk, reader, made, 1), lambda: join(desk, reader, again[-1].section)):
        with pytest.raises((UsageError, Refused)):
            wrong()


def test_two_who_pass_apart_meet_and_one_who_joins_reopens(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    one, other = team.desks
    work = work_at(one)
    dossiers.admit_to_dossier(one, team.reader(), work.dossier, [other.me])
    ident = _told(one, work)
    team.settle()
    sections = talk(other, team.reader(1), ident).sections
    pass_section(one, team.reader(0), sections[0].section, ["conditions"])
    pass_section(other, team.reader(1), sections[1].section, ["trial"])
    team.settle()
    assert talk(one, team.reader(0), ident).passed == 2
    pass_section(one, team.reader(0), sections[2].section, ["medical"])
    join(other, team.reader(1), sections[1].section)
    team.settle()
    for number, each in enumerate(team.desks):
        found = talk(each, team.reader(number), ident)
        assert [(s.start, s.passed) for s in found.sections[:2]] == [(0, True), (sections[1].start, False)]
        assert found.sections[1].end == sections[2].end and found.sections[-1].end == len(TALK)


def test_questions_that_are_missing_lead_to_the_sections_that_may_answer_them(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    ident = _told(desk, work)
    wanted = interview_sections.missing(desk, reader, ident, mechanism="WGAD-REGULAR")
    by_fact = {one.fact: one for one in wanted}
    vocabulary = desk.catalogue.vocabulary
    assert wanted and all(one.norms for one in wanted)
    asked = [vocabulary.fact(one.fact).asked_of for one in wanted]
    assert asked == sorted(asked, key=lambda who: who != "person")
    assert any(one.sections for fact, one in by_fact.items() if fact.startswith(("trial.", "charge.", "hearing.")))
    norm = wanted[0].norms[0]
    assert interview_sections.missing(desk, reader, ident, norm)
    for lost in ({"norm": "X"}, {"mechanism": "X"}):
        with pytest.raises(NotFound):
            interview_sections.missing(desk, reader, ident, **lost)


def test_a_claim_about_a_fellow_prisoner_stays_inside(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk, other = team.desks
    work = work_at(desk)
    reader = desk.reader("work")
    fellow = dossiers.add_entity(desk, reader, work.dossier, "person", "Fellow Vydumka")
    agreed = dossiers.add_entity(desk, reader, work.dossier, "person", "Agreed Vydumka")
    sources.record_consent(desk, reader, work.dossier, agreed, [sources.ConsentForm("keep_internal", "given")])
    ident = _told(desk, work)
    note = talk(desk, reader, ident).note.note
    made = claims.cut_claims(
        desk, reader, note, 0, 21, [claims.Cut("custody.no_bedding", "yes", subject=who) for who in (_person(desk, work), fellow, agreed)]
    )
    found = reading.claims_by_ref(desk, reader, [one.ref for one in made])
    assert [found[one.ref].circle for one in made] == ["", "cell", ""]
    assert [one.subject for one in fellows.waiting(desk, reader, work.dossier)] == [fellow]
    fixed = claims.correct_claim(desk, reader, made[1].header.id, claims.Cut("custody.no_bedding", "no", subject=fellow))
    assert reading.claims_by_ref(desk, reader, [fixed.ref])[fixed.ref].circle == "cell", "a correction does not let it out"
    dossiers.admit_to_dossier(desk, reader, work.dossier, [other.me], raw=False)
    team.settle()
    hidden = other.reader("work")
    assert reading.claims(other, hidden, work.dossier) and not fellows.waiting(other, hidden, work.dossier)
    for ask in (lambda: view(other, hidden, ident), lambda: talk(other, hidden, ident)):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(Refused):
        plan_interview(other, hidden, work.dossier, work.source)


def test_no_words_of_its_author_let_a_claim_about_a_fellow_prisoner_out(make_team: Callable[..., Team]) -> None:
    """Not even a wide circle that was ticked by hand: another member has to weigh it, and may take that back."""
    team = make_team(2)
    desk, other = team.desks
    work = work_at(desk)
    fellow = dossiers.add_entity(desk, team.reader(), work.dossier, "person", "Fellow Vydumka")
    note = talk(desk, team.reader(), _told(desk, work)).note.note
    cut = claims.Cut("custody.no_bedding", "yes", subject=fellow, circle="public")
    (made,) = claims.cut_claims(desk, team.reader(), note, 0, 21, [cut])
    dossiers.admit_to_dossier(desk, team.reader(), work.dossier, [other.me])
    team.settle()
    sentence, form = Sentence("She had no bedding.", (made.ref,)), circles.AssessmentForm("She may be asked who told.", "not_needed")
    with pytest.raises(Refused):
        circles.require_clear(desk, team.reader(0), work.dossier, "WGAD-REGULAR", [sentence])
    with pytest.raises(Refused):
        circles.assess(desk, team.reader(0), work.dossier, "WGAD-REGULAR", [sentence], form)
    (weighed,) = circles.assess(other, team.reader(1), work.dossier, "WGAD-REGULAR", [sentence], form)
    team.settle()
    circles.require_clear(desk, team.reader(0), work.dossier, "WGAD-REGULAR", [sentence])
    assert not fellows.waiting(desk, team.reader(0), work.dossier) and fellows.about_fellows(desk, team.reader(0), work.dossier)
    circles.withdraw_assessment(other, team.reader(1), work.dossier, weighed.ref)
    team.settle()
    assert [one.ref for one in fellows.waiting(desk, team.reader(0), work.dossier)] == [made.ref]


def test_what_is_missing_is_said_before_anything_is_recorded(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    ident = plan_interview(desk, reader, work.dossier, work.source)
    wrong: list[tuple[str, Callable[[], object]]] = [
        ("interviews.source", lambda: plan_interview(desk, reader, work.dossier, b"\xee" * 16)),
        ("interviews.subject", lambda: plan_interview(desk, reader, work.dossier, work.source, b"\xee" * 16)),
        ("interviews.day", lambda: plan_interview(desk, reader, work.dossier, work.source, day="soon")),
        ("interviews.choice", lambda: prepare(desk, reader, ident, Preparation("perhaps"))),
        ("interviews.elsewhere", lambda: prepare(desk, reader, ident, Preparation("elsewhere"))),
        ("interviews.risk_reason", lambda: prepare(desk, reader, ident, Preparation(risk="low"))),
        ("interviews.referral", lambda: prepare(desk, reader, ident, Preparation(referral="x" * 201))),
        ("interviews.state", lambda: interviews.move_on(desk, reader, ident, "closed")),
        ("claims.note_text", lambda: add_text(desk, reader, ident, "Talk", " \n", "en", "saw")),
        ("reading.not_found", lambda: talk(desk, reader, ident)),
        ("reading.not_found", lambda: interview_sections.talk_of(desk, reader, ident)),
        ("reading.not_found", lambda: view(desk, reader, work.source)),
    ]
    for code, do in wrong:
        with pytest.raises(LetapisError) as fault:
            do()
        assert fault.value.code == code
    add_text(desk, reader, ident, "Talk", "words", "en", "saw")
    with pytest.raises(Refused):
        add_text(desk, reader, ident, "Talk", "words", "en", "saw")
    section = talk(desk, reader, ident).sections[0].section
    for do in (lambda: pass_section(desk, reader, section, ["weather"]), lambda: pass_section(desk, reader, section, [], summary="x" * 201)):
        with pytest.raises(UsageError):
            do()


def test_nothing_of_an_interview_is_in_a_case_file(desk: Desk, work: Work, tmp_path: Path) -> None:
    reader = desk.reader("submit")
    ident = plan_interview(desk, reader, work.dossier, work.source, _person(desk, work))
    prepare(desk, reader, ident, Preparation("elsewhere", canary(1), canary(2), "high", canary(3)))
    add_text(desk, reader, ident, canary(4), canary(5), "be", "saw")
    section = talk(desk, reader, ident).sections[0].section
    pass_section(desk, reader, section, [], summary=canary(6))
    out = tmp_path / "case"
    casefile.export_case_file(desk, reader, work.dossier, out, "An invented court", "a hearing", casefile.Choice(floor=Level.OPEN))
    assert not search([out]) and not search([desk.workspace])
