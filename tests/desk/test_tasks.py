"""Tasks: who may have one, how they change hands without a reason, and what stays when two change the same one."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.agenda import Due, due_on, may_fall_within, month_of, week_of
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.desk import items, ledger, reading, tasks
from letapis.desk.dossiers import admit_to_dossier, new_dossier
from letapis.desk.opening import Desk
from tests.team import Team

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(DAYS, DAYS)
def test_a_task_is_overdue_only_when_its_last_possible_day_has_passed(day: date, today: date) -> None:
    month = day.isoformat()[:7]
    assert due_on(day.isoformat(), today) is (Due.OVERDUE if day < today else Due.NOW if day == today else Due.LATER)
    assert (due_on(month, today) is Due.NOW) == (month == today.isoformat()[:7])
    assert due_on(month, today) is not Due.OVERDUE or due_on(day.isoformat(), today) is Due.OVERDUE
    assert due_on("", today) is Due.OPEN


@given(DAYS)
def test_a_week_begins_on_monday_and_a_month_on_the_first(day: date) -> None:
    (monday, sunday), (first, last) = week_of(day), month_of(day)
    assert monday.weekday() == 0 and sunday - monday == timedelta(days=6) and monday <= day <= sunday
    assert first.day == 1 and (last + timedelta(days=1)).day == 1 and first <= day <= last
    assert may_fall_within(day.isoformat()[:7], first, first) and may_fall_within(day.isoformat(), monday, sunday)
    assert not may_fall_within(day.isoformat(), sunday + timedelta(days=1), sunday + timedelta(days=9))


def test_the_calendar_has_ends() -> None:
    assert week_of(date.min)[0] == date.min and week_of(date.max)[1] == date.max and month_of(date.max)[1] == date.max


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


@pytest.fixture
def dossier(team: Team) -> bytes:
    """Held by the first two members, not by the third."""
    made = new_dossier(team.desks[0], "K1", "Pryklad", "person", "Vydumka")
    admit_to_dossier(team.desks[0], team.reader(), made, [team.desks[1].me])
    team.settle()
    return made


def states(desk: Desk, team: Team, task: bytes) -> tuple[str, bytes]:
    found = reading.item(desk, team.reader(team.desks.index(desk)), task)
    return found.state, found.owner


def test_a_task_is_added_changed_and_finished(team: Team, dossier: bytes) -> None:
    desk, reader = team.desks[0], team.reader()
    task = tasks.add_task(desk, reader, tasks.TaskForm(" Ring the lawyer ", "call", desk.me, "2026-12-01"), dossier)
    assert [found.item for found in reading.open_tasks(desk, reader, desk.me)] == [task]
    tasks.change_task(desk, reader, task, tasks.TaskForm("Write to the lawyer", "other", desk.me))
    found = reading.item(desk, reader, task)
    assert (found.text("text"), found.text("due"), found.text("kind"), found.dossier) == ("Write to the lawyer", "", "other", dossier)
    for state in ("done", "open", "dropped"):
        tasks.set_state(desk, reader, task, state)
        assert states(desk, team, task) == (state, desk.me)
    assert reading.open_tasks(desk, reader, desk.me) == [] and len(reading.versions(desk, reader, task)) == 5


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (tasks.TaskForm(" "), "tasks.text"),
        (tasks.TaskForm("x" * 2001), "tasks.text"),
        (tasks.TaskForm("x", "dance"), "tasks.kind"),
        (tasks.TaskForm("x", due="tomorrow"), "tasks.due"),
        (tasks.TaskForm("x", due="2026-02-30"), "tasks.due"),
    ],
)
def test_what_is_no_task_is_refused(team: Team, dossier: bytes, form: tasks.TaskForm, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        tasks.add_task(team.desks[0], team.reader(), form, dossier)
    assert caught.value.code == code


def test_nobody_gets_a_task_that_they_could_not_see(team: Team, dossier: bytes) -> None:
    """The third member does not hold the dossier; a stranger is no member at all."""
    first, second, third = team.desks
    reader = team.reader()
    for owner in (third.me, b"s" * 16):
        with pytest.raises(Refused):
            tasks.add_task(first, reader, tasks.TaskForm("Ring", owner=owner), dossier)
    task = tasks.add_task(first, reader, tasks.TaskForm("Ring"), dossier)
    with pytest.raises(Refused):
        tasks.hand_over(first, reader, task, third.me)
    team.settle()
    with pytest.raises(NotFound):
        tasks.hand_over(third, team.reader(2), task, third.me)
    tasks.hand_over(second, team.reader(1), task, second.me)
    team.settle()
    assert states(first, team, task) == ("open", second.me)
    everybody_s = tasks.add_task(first, reader, tasks.TaskForm("Buy paper", owner=third.me))
    team.settle()
    assert states(third, team, everybody_s) == ("open", third.me)


def test_all_my_tasks_go_to_a_colleague_and_what_cannot_go_stays(team: Team, dossier: bytes) -> None:
    first, second, third = team.desks
    reader = team.reader()
    held = [tasks.add_task(first, reader, tasks.TaskForm(f"Ring {n}", owner=first.me), dossier) for n in range(3)]
    common = tasks.add_task(first, reader, tasks.TaskForm("Buy paper", owner=first.me))
    done = tasks.add_task(first, reader, tasks.TaskForm("Done before", owner=first.me))
    tasks.set_state(first, reader, done, "done")
    assert tasks.hand_over_all(first, reader, third.me) == tasks.Handed(1, 3)
    assert tasks.hand_over_all(first, reader, second.me) == tasks.Handed(3, 0)
    assert {reading.item(first, reader, task).owner for task in held} == {second.me}
    assert (reading.item(first, reader, common).owner, reading.item(first, reader, done).owner) == (third.me, first.me)
    assert not any(version.record.text("reason") for task in held for version in reading.versions(first, reader, task))
    team.settle()
    assert tasks.hand_over_all(second, team.reader(1), b"") == tasks.Handed(3, 0)
    for nobody in (first.me, b"s" * 16):
        with pytest.raises(Refused):
            tasks.hand_over_all(first, reader, nobody)


def test_two_versions_wait_until_somebody_looked_at_both(team: Team, dossier: bytes) -> None:
    first, second, _ = team.desks
    task = tasks.add_task(first, team.reader(), tasks.TaskForm("Ring", owner=first.me), dossier)
    team.settle()
    tasks.change_task(first, team.reader(), task, tasks.TaskForm("Ring in the morning", owner=first.me))
    tasks.set_state(second, team.reader(1), task, "done")
    team.settle()
    reader = team.reader()
    found = reading.item(first, reader, task)
    assert found.contested
    with pytest.raises(Refused, match=r"items\.contested"):
        tasks.set_state(first, reader, task, "done")
    with pytest.raises(Refused, match=r"items\.contested"):
        tasks.hand_over(first, reader, task, second.me)
    assert tasks.hand_over_all(first, reader, second.me).handed == 0
    mine = next(version for version in reading.versions(first, reader, task) if version.record.text("text") == "Ring in the morning")
    with pytest.raises(NotFound):
        items.keep_version(first, reader, "task", task, b"\x00" * 32, found.heads)
    items.keep_version(first, reader, "task", task, mine.ref, found.heads)
    team.settle()
    kept = reading.item(second, team.reader(1), task)
    assert (kept.contested, kept.state, kept.text("text")) == (False, "open", "Ring in the morning")
    assert {version.record.text("state") for version in reading.versions(second, team.reader(1), task)} == {"open", "done"}


def test_what_came_while_somebody_typed_is_not_overwritten(team: Team, dossier: bytes) -> None:
    """The form was made before the colleague's version arrived; what is saved names only what the writer saw."""
    first, second, _ = team.desks
    task = tasks.add_task(first, team.reader(), tasks.TaskForm("Ring", owner=first.me), dossier)
    team.settle()
    seen = reading.item(first, team.reader(), task).heads
    tasks.hand_over(second, team.reader(1), task, second.me)
    team.settle()
    tasks.change_task(first, team.reader(), task, tasks.TaskForm("Ring in the morning", owner=first.me), seen)
    found = reading.item(first, team.reader(), task)
    assert found.contested and {version.record.raw("owner") for version in reading.versions(first, team.reader(), task) if version.is_head} == {
        first.me,
        second.me,
    }
    with pytest.raises(NotFound):
        tasks.change_task(first, team.reader(), task, tasks.TaskForm("x"), (b"\x00" * 32,))


def test_a_draft_goes_into_one_transaction_with_others(team: Team, dossier: bytes) -> None:
    desk, reader = team.desks[0], team.reader()
    work = reading.dossier(desk, reader, dossier).work
    drafts = [tasks.draft_task(desk, work, dossier, kind, "No news of him after three days", due="2026-11-29") for kind in tasks.KINDS]
    ledger.append(desk, drafts)
    found = reading.items(desk, reader, "task", dossier=dossier, state="open")
    assert {task.text("kind") for task in found} == set(tasks.KINDS) and {task.day for task in found} == {"2026-11-29"}
