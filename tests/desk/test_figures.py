"""Figures at the desk: proposed by a count, published by two others, never changed, and nothing else is told."""

from collections.abc import Callable

import pytest

from letapis.core.errors import LetapisError, NotFound, Refused, UsageError
from letapis.core.records import Draft
from letapis.desk import claims, dossiers, figures, items, ledger, reading, sources, verify
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from tests.team import Team

RULE = "held_checked"


def person_held(desk: Desk, code: str, start: str = "2026-03-01", raw: bool = True, others: list[bytes] | None = None) -> bytes:
    """A dossier of one person with a note that says when they were taken. Returns the person."""
    dossier = dossiers.new_dossier(desk, code, "Pryklad", "person", f"Vydumka {code}")
    reader = desk.reader("work")
    person = reading.entities(desk, reader, dossier)[0].entity
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Klon", kind="media"))
    note = claims.write_note(desk, reader, dossier, claims.NoteForm("Call", "They took him.", "en", source, "saw", person))
    claims.cut_claims(desk, reader, note, 0, 14, [claims.Cut("detention.start", start)])
    if others:
        dossiers.admit_to_dossier(desk, reader, dossier, others, raw)
    return person


def check_everything(desk: Desk) -> None:
    reader = desk.reader("work")
    for home in reading.dossiers(desk, reader):
        for note in reading.notes(desk, reader, home.dossier):
            for passage in reading.passages(desk, reader, note.note):
                verify.check_passage(desk, reader, passage.ref)


def people_held(team: Team, *starts: str) -> list[bytes]:
    """Persons at the first desk, checked by all others."""
    first, others = team.desks[0], [desk.me for desk in team.desks[1:]]
    found = [person_held(first, f"F-{i}", start, others=others) for i, start in enumerate(starts)]
    team.settle()
    for desk in team.desks[1:]:
        check_everything(desk)
    team.settle()
    return found


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


def day(desk: Desk) -> str:
    return desk.clock().date().isoformat()


def publish(team: Team, figure: bytes, looked: bool = True) -> None:
    team.settle()
    for number in (1, 2):
        figures.approve(team.desks[number], team.reader(number), figure, looked)
    team.settle()


def test_nothing_is_told_before_two_others_stand_behind_it(team: Team) -> None:
    first = team.desks[0]
    persons = people_held(team, "2026-03-01", "2026-04-01", "2026-05-01")
    figure = figures.propose(first, team.reader(), RULE, day(first))
    view = figures.figure(first, team.reader(), figure)
    assert (view.value, set(view.persons), view.withheld, view.published) == (3, set(persons), 3, "")
    assert figures.answers(first, team.reader()) == []
    with pytest.raises(Refused, match=r"figures\.own"):
        figures.approve(first, team.reader(), figure)
    team.settle()
    figures.approve(team.desks[1], team.reader(1), figure)
    with pytest.raises(Refused, match=r"figures\.approved_already"):
        figures.approve(team.desks[1], team.reader(1), figure)
    assert figures.answers(team.desks[1], team.reader(1)) == []
    team.settle()
    figures.approve(team.desks[2], team.reader(2), figure)
    team.settle()
    for number in range(3):
        (answer,) = figures.answers(team.desks[number], team.reader(number))
        assert (answer.figure.value, answer.before, answer.change) == (3, None, 0)
        assert set(answer.sentences) == {"en", "be", "ru"} and "At least 3 persons" in answer.sentences["en"]


def test_new_information_changes_no_published_figure(team: Team) -> None:
    first = team.desks[0]
    people_held(team, "2026-03-01", "2026-04-01", "2026-05-01")
    publish(team, figures.propose(first, team.reader(), RULE, day(first)))
    people = reading.entities(first, team.reader(), reading.resolve_dossier(first, team.reader(), "F-0"))
    source = reading.sources(first, team.reader(), people[0].dossier)[0].source
    told = claims.Cut("detention.end", "2026-06-01", people[0].entity, source, "was_told")
    claims.add_claims(first, team.reader(), people[0].dossier, [told])
    assert figures.count(first, team.reader(), RULE, day(first)).count.value == 2
    assert figures.answers(first, team.reader())[0].figure.value == 3


def test_a_correction_is_a_new_figure_with_a_reason(team: Team) -> None:
    first = team.desks[0]
    people_held(team, "2026-03-01", "2026-04-01", "2026-05-01")
    wrong = figures.propose(first, team.reader(), RULE, "2026-04-15")
    with pytest.raises(Refused, match=r"figures\.not_to_correct"):
        figures.propose(first, team.reader(), RULE, "2026-04-15", wrong, "A typing mistake.")
    publish(team, wrong)
    for arguments, code in (
        ((RULE, "2026-04-15"), "figures.published_already"),
        ((RULE, "2026-04-15", wrong, " "), "figures.because"),
        ((RULE, "2026-04-15", b"x" * 16, "Why"), "reading.not_found"),
        (("held", "2026-04-15", wrong, "Why"), "figures.nobody"),
        (("detained_that_day", "2026-04-01", wrong, "Why"), "figures.not_to_correct"),
    ):
        with pytest.raises(LetapisError) as caught:
            figures.propose(first, team.reader(), *arguments)
        assert caught.value.code == code
    right = figures.propose(first, team.reader(), RULE, "2026-05-15", wrong, "News of May came in.")
    assert figures.answers(first, team.reader())[0].figure.figure == wrong
    publish(team, right)
    (answer,) = figures.answers(first, team.reader())
    assert (answer.figure.figure, answer.figure.value, answer.before) == (right, 3, None)
    assert figures.figure(first, team.reader(), wrong).corrected_by == right and figures.figure(first, team.reader(), wrong).value == 2


def test_a_small_difference_asks_to_be_looked_at(team: Team) -> None:
    first = team.desks[0]
    people_held(team, "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01")
    publish(team, figures.propose(first, team.reader(), RULE, "2026-05-15"))
    figure = figures.propose(first, team.reader(), RULE, "2026-06-15")
    team.settle()
    view = figures.figure(team.desks[1], team.reader(1), figure)
    assert len(figures.singled_out(team.desks[1], team.reader(1), view)) == 1
    with pytest.raises(Refused, match=r"figures\.singles_out"):
        figures.approve(team.desks[1], team.reader(1), figure)
    newcomer = next(iter(figures.singled_out(first, team.reader(), view)))
    home = reading.entity(first, team.reader(), newcomer).dossier
    sources.record_consent(first, team.reader(), home, newcomer, [sources.ConsentForm("publish_named", "given")])
    team.settle()
    assert not figures.singled_out(team.desks[1], team.reader(1), view)
    publish(team, figure, looked=False)
    (answer,) = figures.answers(first, team.reader())
    assert (answer.change, answer.figure.value) == (1, 4)


def test_who_said_no_to_statistics_is_not_counted(team: Team) -> None:
    first = team.desks[0]
    persons = people_held(team, "2026-03-01", "2026-04-01")
    home = reading.entity(first, team.reader(), persons[0]).dossier
    sources.record_consent(first, team.reader(), home, persons[0], [sources.ConsentForm("statistics_anonymised", "refused")])
    assert figures.count(first, team.reader(), RULE, day(first)).count.persons == (persons[1],)


def test_a_count_of_nobody_and_a_day_that_is_none_are_refused(team: Team) -> None:
    desk, reader = team.desks[0], team.reader()
    with pytest.raises(Refused, match=r"figures\.nobody"):
        figures.propose(desk, reader, RULE, day(desk))
    for nonsense in ("2999-01-01", "2026-11", "today", "20261126"):
        with pytest.raises(UsageError, match=r"figures\.day"):
            figures.count(desk, reader, RULE, nonsense)
    with pytest.raises(UsageError, match=r"figures\.rule"):
        figures.count(desk, reader, "all", day(desk))
    with pytest.raises(NotFound):
        figures.figure(desk, reader, b"x" * 16)


def test_persons_are_ids_to_who_does_not_hold_their_dossier(make_team: Callable[..., Team]) -> None:
    team = make_team(3)
    first = team.desks[0]
    persons = people_held(team, "2026-03-01")
    person_held(first, "S-1", "2026-01-01")
    figure = figures.propose(first, team.reader(), RULE, day(first))
    with pytest.raises(Refused, match=r"figures\.proposed_already"):
        figures.propose(first, team.reader(), RULE, day(first))
    team.settle()
    view = figures.figure(team.desks[1], team.reader(1), figure)
    assert reading.person_labels(team.desks[1], team.reader(1), view.persons) == {persons[0]: ("Vydumka F-0", "F-0")}
    first.store.run("UPDATE db_member SET state = 'removed' WHERE member = %s", (first.me,))
    assert reading.person_labels(first, first.reader("work"), view.persons) == {}
    with pytest.raises(NotFound):
        figures.approve(first, first.reader("work"), figure)


def test_another_version_takes_nothing_over(team: Team) -> None:
    """A program that is not ours writes a figure anew: what was published stays, what was not counts as first recorded."""
    first = team.desks[0]
    people_held(team, "2026-03-01", "2026-04-01", "2026-05-01")
    figure = figures.propose(first, team.reader(), RULE, day(first))
    publish(team, figure)
    known = reading.item(first, team.reader(), figure)
    body = {**known.record.body, "value": 300}
    org = common_compartment(first, "ORG")
    ledger.append(first, [items.draft(first, "figure", org, body, figure, known.heads)])
    assert figures.figure(first, team.reader(), figure).value == 3 and figures.answers(first, team.reader())[0].figure.value == 3
    work = reading.dossiers(first, team.reader())[0].work
    ledger.append(first, [Draft("figure", work, {**body, "figure": b"y" * 16})])
    assert len(figures.figures(first, team.reader())) == 1, "a figure stands in the organisation's compartment or nowhere"
