"""Recognition at the desk: prepared, voted on, written down by one and confirmed by another, and what becomes of it."""

from collections.abc import Callable

import pytest

from letapis.core.errors import LetapisError, NotFound, Refused, UsageError
from letapis.core.language import LANGUAGES
from letapis.core.published import decode_statement, encode_statement
from letapis.core.recognition import RECOGNISES
from letapis.core.recognition_criteria import Held, TierState, Verdict
from letapis.core.records import Draft
from letapis.desk import claims, dossiers, ledger, one_person, reading, recognition, recognition_waiting, sources, statements, verify, vote_dossier
from letapis.desk.opening import Desk
from letapis.desk.recognition import OutcomeForm, VoteForm
from letapis.desk.statements import StatementForm
from tests.team import Team

SAID = StatementForm(
    "2026-05-01", "recognised", dict.fromkeys(LANGUAGES, "Vydumka is a political prisoner"), dict.fromkeys(LANGUAGES, "We demand release."),
    ("Pryklad Centre", " Pryklad  Centre ", "Vydumka Watch"), "3.1", "https://example.org/statement",
)  # fmt: skip


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


def a_case(desk: Desk, others: list[bytes] | None = None, code: str = "PRY-7") -> tuple[bytes, bytes]:
    dossier = dossiers.new_dossier(desk, code, "Pryklad", "person", "Janka Vydumka")
    reader = desk.reader("work")
    if others:
        dossiers.admit_to_dossier(desk, reader, dossier, others, False)
    return dossier, reading.entities(desk, reader, dossier)[0].entity


def told(desk: Desk, dossier: bytes, person: bytes, **facts: str) -> None:
    reader = desk.reader("work")
    known = reading.sources(desk, reader, dossier)
    source = known[0].source if known else sources.add_source(desk, reader, dossier, sources.SourceForm("Klon", kind="media"))
    cuts = [claims.Cut(fact.replace("__", "."), value, subject=person, source=source, basis="saw") for fact, value in facts.items()]
    claims.add_claims(desk, reader, dossier, cuts)


CARRIED = {
    "detention__start": "2026-03-01",
    "charge__based_on": "expression",
    "discrim__ground": "political_opinion",
    "charge__violence_evidenced": "no",
    "charge__hate_advocacy_evidenced": "no",
}


def states(desk: Desk, dossier: bytes, person: bytes) -> dict[str, TierState]:
    return {one.ground: one.state for one in vote_dossier.prepare(desk, desk.reader("work"), dossier, person).tiers}


def test_the_dossier_for_the_vote_says_what_is_met_and_what_blocks(team: Team) -> None:
    desk = team.desks[0]
    dossier, person = a_case(desk)
    told(desk, dossier, person, detention__start="2026-03-01", charge__based_on="expression")
    prepared = vote_dossier.prepare(desk, desk.reader("work"), dossier, person)
    assert [one.ground for one in prepared.tiers] == ["3.1", "3.2"] and prepared.held.state == "held"
    first = {one.key: one for one in prepared.tiers[0].criteria}
    assert (first["G"].verdict, first["A"].verdict, first["M"].verdict) == (Verdict.MET, Verdict.MET, Verdict.UNKNOWN)
    assert first["A"].one_of and not first["G"].one_of and first["A"].refs[0] in prepared.claims
    assert prepared.tiers[0].state is TierState.BLOCKED and [one.key for one in prepared.tiers[0].blocks] == ["X1", "X2"]
    assert prepared.questions[0] in {"charge.violence_evidenced", "charge.defensive_or_provoked"}, "what blocks is asked first"
    told(desk, dossier, person, **{**CARRIED, "detention__end": "2026-04-01"})
    assert states(desk, dossier, person)["3.1"] is TierState.OPEN, "the motive waits for a reviewer"
    prepared = vote_dossier.prepare(desk, desk.reader("work"), dossier, person)
    assert [one.key for one in prepared.tiers[0].criteria if one.waits] == ["M"] and prepared.held == Held("released", "2026-04-01")
    verify.judge_element(desk, desk.reader("work"), dossier, "PP-2013-T1", "M", True, "A campaign against journalists.", person)
    assert states(desk, dossier, person)["3.1"] is TierState.CARRIED


def test_an_exclusion_that_stands_excludes(team: Team) -> None:
    desk = team.desks[0]
    dossier, person = a_case(desk)
    told(desk, dossier, person, **{**CARRIED, "charge__hate_advocacy_evidenced": "yes"})
    assert set(states(desk, dossier, person).values()) == {TierState.EXCLUDED}


def test_from_a_round_to_a_recognition_of_two(team: Team) -> None:
    one, two = team.desks
    dossier, person = a_case(one, [two.me])
    reader = one.reader("work")
    assert recognition.of_person(one, reader, dossier, person) is None and not recognition_waiting.under_review(one, reader)
    round_ = recognition.open_round(one, reader, dossier, person, "2026-04-01", "Please vote until May.")
    recognition.vote(one, reader, round_, VoteForm("Pryklad Centre", "for", "2026-04-02", "Beliefs only."))
    recognition.vote(one, reader, round_, VoteForm("Vydumka Watch", "abstain", "2026-04-03"))
    assert recognition.tally(one, reader, round_).carried
    statement = statements.write(one, reader, dossier, SAID)
    form = OutcomeForm("recognised", "2026-05-01", "3.1", statement=statement)
    assert recognition.doubts(one, reader, dossier, person, form) == ("criteria_unknown",) or recognition.doubts(one, reader, dossier, person, form)
    with pytest.raises(UsageError, match=r"recognition\.override"):
        recognition.record_outcome(one, reader, dossier, person, form)
    form = OutcomeForm("recognised", "2026-05-01", "3.1", "", "The organisations saw the case file.", statement)
    decided = recognition.record_outcome(one, reader, dossier, person, form)
    with pytest.raises(Refused, match=r"recognition\.own"):
        recognition.confirm(one, reader, decided)
    assert recognition.of_person(one, reader, dossier, person) is None, "one alone decides nothing"
    team.settle()
    there = two.reader("work")
    assert [waits.course.waiting[0].decided for waits in recognition_waiting.under_review(two, there)] == [decided]
    assert (recognition_waiting.waits_for_me(one, reader), recognition_waiting.waits_for_me(two, there)) == (0, 1)
    recognition.confirm(two, there, decided)
    assert recognition_waiting.waits_for_me(two, there) == 0
    with pytest.raises(Refused, match=r"recognition\.decided"):
        recognition.confirm(two, there, decided)
    team.settle()
    found = recognition.of_person(one, reader, dossier, person)
    assert found is not None and (found.outcome, found.day, found.ground, found.demand) == ("recognised", "2026-05-01", "3.1", "immediate_release")
    assert found.decided_by == (one.me, two.me) and found.outcome in RECOGNISES and not recognition_waiting.under_review(one, reader)
    assert found.statement is not None and found.statement.signatories == ("Pryklad Centre", "Vydumka Watch")
    assert decode_statement(encode_statement(found.statement)) == found.statement
    # Withdrawn: by two, with a reason, and it stays so.
    with pytest.raises(UsageError, match=r"recognition\.reason"):
        recognition.record_outcome(two, there, dossier, person, OutcomeForm("withdrawn", "2026-06-01"))
    gone = recognition.record_outcome(two, there, dossier, person, OutcomeForm("withdrawn", "2026-06-01", text="New facts of violence."))
    team.settle()
    recognition.confirm(one, reader, gone)
    after = recognition.of_person(one, reader, dossier, person)
    assert after is not None and (after.outcome, after.ground) == ("withdrawn", "")
    assert [each.said.outcome for each in recognition.course(one, reader, dossier, person).decisions] == ["recognised", "withdrawn"]


def test_a_confirmation_that_is_taken_back_makes_nobody_recognised_anew(team: Team) -> None:
    one, two = team.desks
    dossier, person = a_case(one, [two.me])
    decided = []
    for form in (OutcomeForm("recognised", "2026-05-01", "3.1", override="Told so."), OutcomeForm("withdrawn", "2026-06-01", text="New facts.")):
        decided.append(recognition.record_outcome(one, one.reader("work"), dossier, person, form))
        team.settle()
        recognition.confirm(two, two.reader("work"), decided[-1])
        team.settle()
    reader = two.reader("work")
    (ruling,) = reading.rulings_on(two, [recognition.course(two, reader, dossier, person).decisions[-1].said.ref])
    home = reading.dossier(two, reader, dossier)
    ledger.append(two, [Draft("decision", home.work, {"dossier": dossier, "kind": "withdraw", "targets": (ruling.ref,)})])
    found = recognition.of_person(two, reader, dossier, person)
    assert found is not None and found.outcome == "withdrawn"


def test_what_is_refused(team: Team) -> None:
    one = team.desks[0]
    dossier, person = a_case(one)
    reader = one.reader("work")

    def record(**told: str) -> bytes:
        return recognition.record_outcome(one, reader, dossier, person, OutcomeForm(**{"outcome": "refused", "day": "2026-05-01"} | told))  # type: ignore[arg-type]

    for told_, code in (
        ({"outcome": "guilty"}, "outcome"), ({"day": "2026-13-01"}, "day"), ({"day": "2999-01-01"}, "day"), ({}, "reason"),
        ({"outcome": "recognised"}, "ground"), ({"outcome": "withdrawn", "text": "x"}, "nothing_to_withdraw"),
    ):  # fmt: skip
        with pytest.raises(LetapisError) as fault:
            record(**told_)  # type: ignore[arg-type]
        assert fault.value.code == f"recognition.{code}"
    with pytest.raises(UsageError):
        recognition.open_round(one, reader, dossier, b"0" * 16)
    with pytest.raises(NotFound):
        recognition.courses(one, reader, b"0" * 16)
    for changes in ({"signatories": ()}, {"titles": {"en": "T"}, "texts": {}}, {"link": "http://example.org"}, {"outcome": "x"}):
        with pytest.raises(UsageError):
            statements.write(one, reader, dossier, StatementForm(**(SAID.__dict__ | changes)))
    own = record(text="Not in custody.")
    recognition.take_back(one, reader, own)
    assert recognition.course(one, reader, dossier, person).waiting == ()
    with pytest.raises(Refused):
        recognition.confirm(one, reader, own)


def test_repressed_and_not_recognised_is_decided_as_such(team: Team) -> None:
    one, two = team.desks
    dossier, person = a_case(one, [two.me])
    form = OutcomeForm("repressed_not_recognised", "2026-05-01", text="Fined, never held.")
    decided = recognition.record_outcome(one, one.reader("work"), dossier, person, form)
    team.settle()
    recognition.confirm(two, two.reader("work"), decided)
    found = recognition.of_person(two, two.reader("work"), dossier, person)
    assert found is not None and found.outcome == "repressed_not_recognised"


def test_one_statement_serves_persons_of_several_dossiers(team: Team) -> None:
    one = team.desks[0]
    (first, _), (second, _) = a_case(one), a_case(one, code="PRY-8")
    reader = one.reader("work")
    ident = statements.write(one, reader, first, SAID)
    assert [each.statement for each in statements.elsewhere(one, reader, second)] == [ident.hex()]
    statements.choose(one, reader, second, ident)
    statements.choose(one, reader, second, ident)
    assert statements.in_dossier(one, reader, second) == statements.in_dossier(one, reader, first)
    statements.write(one, reader, second, StatementForm(**(SAID.__dict__ | {"link": "", "signatories": ("Pryklad Centre",)})), ident)
    (changed,) = statements.in_dossier(one, reader, first)
    assert (changed.link, changed.signatories) == ("", ("Pryklad Centre",)), "written anew everywhere together"
    assert statements.elsewhere(one, reader, second) == []


def test_a_recognition_after_release_demands_rehabilitation(team: Team) -> None:
    one = team.desks[0]
    dossier, person = a_case(one)
    told(one, dossier, person, **CARRIED)
    reader = one.reader("work")
    form = OutcomeForm("recognised_ex_post_facto", "2026-05-01", "3.2", override="Vote by letter.")
    assert "still_held" in recognition.doubts(one, reader, dossier, person, form)
    recognition.record_outcome(one, reader, dossier, person, form)
    (waits,) = recognition.course(one, reader, dossier, person).waiting
    assert (waits.ground, waits.demand) == ("3.2", "rehabilitation")


def test_who_is_entered_twice_has_one_way(team: Team) -> None:
    """What was decided under the other entry stands for the person, and before the merge for that entry alone."""
    one, two = team.desks
    dossier, first = a_case(one, [two.me])
    second = dossiers.add_entity(one, one.reader("work"), dossier, "person", "VYDUMKA Janka")
    reader = one.reader("work")
    decided = recognition.record_outcome(one, reader, dossier, second, OutcomeForm("refused_for_now", "2026-05-01", text="Too little is known."))
    team.settle()
    recognition.confirm(two, two.reader("work"), decided)
    team.settle()
    assert recognition.of_person(one, reader, dossier, first) is None
    one_person.decide(one, reader, first, second, "same", "One birth date.")
    for entry in (first, second):
        found = recognition.of_person(one, reader, dossier, entry)
        assert found is not None and found.outcome == "refused_for_now"
    (way,) = recognition.courses(one, reader, dossier).values()
    assert len(way.decisions) == 1
