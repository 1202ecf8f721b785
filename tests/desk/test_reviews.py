"""A monthly review can be counted again: over the same records, whatever was added, disputed or let in afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from letapis.core.errors import Damaged, LetapisError, NotFound
from letapis.core.reviews import COUNTED, PUBLISHED, below, digest, month_end, read_line
from letapis.desk import claims, dossiers, figures, reading, reviews, verify
from letapis.engines.db.models import Record as Row
from tests.desk.test_figures import RULE, day, people_held, person_held, publish
from tests.team import Team


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


def _counted(view: reviews.ReviewView) -> dict[str, int]:
    return {line.rule: line.value for line in view.lines if line.kind == COUNTED}


def test_the_same_numbers_come_out_whatever_happened_since(team: Team) -> None:
    first = team.desks[0]
    people_held(team, "2026-03-01", "2026-04-01", "2026-05-01")
    publish(team, figures.propose(first, team.reader(), RULE, day(first)))
    made = reviews.make(first, team.reader(), day(first)[:7], "A quiet month.")
    view = reviews.review(first, team.reader(), made)
    assert _counted(view)[RULE] == 3 and [line.value for line in view.lines if line.kind == PUBLISHED] == [3]
    assert len(view.logs) == 3 and all(size and len(root) == 32 for _, size, root in view.logs) and view.text == "A quiet month."

    home = reading.resolve_dossier(first, team.reader(), "F-0")
    person, source = reading.entities(first, team.reader(), home)[0].entity, reading.sources(first, team.reader(), home)[0].source
    claims.add_claims(first, team.reader(), home, [claims.Cut("detention.end", "2026-06-01", person, source, "was_told")])
    other = reading.resolve_dossier(first, team.reader(), "F-1")
    verify.dispute_claim(first, team.reader(), reading.claims(first, team.reader(), other)[0].rid, "Another person.")
    person_held(first, "F-9", others=[desk.me for desk in team.desks[1:]])
    team.settle()
    for desk in team.desks[1:]:
        for note in reading.notes(desk, desk.reader("work"), reading.resolve_dossier(desk, desk.reader("work"), "F-9")):
            verify.check_passage(desk, desk.reader("work"), reading.passages(desk, desk.reader("work"), note.note)[0].ref)
    team.settle()
    assert figures.count(first, team.reader(), RULE, day(first)).count.value == 2, "one is out, one is doubtful, one is new"
    for number in range(3):
        again = reviews.again(team.desks[number], team.reader(number), made)
        assert again.same_records and again.more == 0 and again.lines == view.lines, number


def test_the_count_over_records_is_the_count_over_tables(team: Team) -> None:
    first = team.desks[0]
    people_held(team, "2026-03-01", "2024-04-01", "2026-05")
    made = reviews.review(first, team.reader(), reviews.make(first, team.reader(), day(first)[:7]))
    for line in made.lines:
        now = figures.count(first, team.reader(), line.rule, line.day).count
        assert (line.value, line.silent, line.withheld) == (now.value, len(now.silent), now.withheld)
    assert _counted(made)[RULE] == 2 and next(line.silent for line in made.lines if line.rule == RULE) == 1


def test_what_came_late_or_is_not_held_is_said(team: Team) -> None:
    """A record from before the review which only came in afterwards is not passed over in silence."""
    first, second = team.desks[0], team.desks[1]
    people_held(team, "2026-03-01", "2026-04-01")
    late = first.store.rows("SELECT id FROM db_record WHERE type = 'claim' ORDER BY id DESC LIMIT 1")[0][0]
    first.store.run("UPDATE db_record SET state = %s WHERE id = %s", (Row.QUARANTINED, late))
    made = reviews.make(first, team.reader(), day(first)[:7])
    assert reviews.again(first, team.reader(), made).same_records
    first.store.run("UPDATE db_record SET state = %s WHERE id = %s", (Row.OK, late))
    again = reviews.again(first, team.reader(), made)
    assert (again.same_records, again.more) == (False, 1)
    view = reviews.review(first, team.reader(), made)
    assert reviews.verdict(view, again) == "reviews.late"
    assert reviews.verdict(view, replace(again, more=0)) == "reviews.fewer"
    assert reviews.verdict(view, replace(again, same_records=True, lines=view.lines)) == "reviews.same"
    assert reviews.verdict(view, replace(again, same_records=True, lines=())) == "reviews.same_records_other"
    assert {line.rule: line.value for line in again.lines if line.kind == COUNTED}[RULE] == 2

    person_held(second, "H-1")
    whole = reviews.make(second, team.reader(1), day(second)[:7])
    dossier = reading.resolve_dossier(second, team.reader(1), "H-1")
    dossiers.admit_to_dossier(second, team.reader(1), dossier, [team.desks[2].me])
    team.settle()
    fewer = reviews.again(first, team.reader(), whole)
    assert not fewer.same_records and fewer.more < 0
    assert reviews.verdict(reviews.review(first, team.reader(), whole), fewer) == "reviews.fewer"
    assert reviews.again(team.desks[2], team.reader(2), whole).same_records, "who was let in later counts the same"


def test_a_month_that_is_none_is_refused(team: Team) -> None:
    desk, reader = team.desks[0], team.reader()
    for nonsense in ("2999-01", "2026", "2026-13", "2026-11-01", ""):
        with pytest.raises(LetapisError) as caught:
            reviews.make(desk, reader, nonsense)
        assert caught.value.code == "reviews.month"
    with pytest.raises(NotFound):
        reviews.review(desk, reader, b"x" * 16)
    assert reviews.reviews(desk, reader) == []


def test_months_and_lines() -> None:
    assert month_end("2026-02", date(2026, 3, 5)) == date(2026, 2, 28) and month_end("2026-03", date(2026, 3, 5)) == date(2026, 3, 5)
    for text in ("", "counted held 2026-01-01 1 2", "counted held 2026-01-01 1 2 x", "counted held 2026-01-01 1 2 -3"):
        with pytest.raises(Damaged):
            read_line(text)
    assert read_line("counted held 2026-01-01 1 2 3").to_text() == "counted held 2026-01-01 1 2 3"
    assert digest([]) == digest([]) and below([], {}) == []
