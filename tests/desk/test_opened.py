"""What is told when much was opened: a number and a day, to the keepers and to the member, and nothing that says what it was."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from letapis.desk import dossiers, items, ledger, opened, reading, settings
from letapis.desk.opened import DOSSIERS, THINGS, Told
from letapis.desk.opening import Desk
from tests.team import Team

FLOOR = 30
TITLE = "Canary title naming Prykladny"


def _open(team: Team, number: int, first: int, last: int, kind: str = DOSSIERS) -> list[bool]:
    """Open things with these numbers, each twice: a thing counts once while the desk is open."""
    desk = team.desks[number]
    return [opened.count(desk, kind, bytes([n % 256, n // 256] * 8)) for n in range(first, last + 1) for _ in range(2)][::2]


def _later(desk: Desk, days: int) -> None:
    now: datetime = desk.clock() + timedelta(days=days)
    object.__setattr__(desk, "clock", lambda: now)  # a desk is frozen; only a test moves its clock


def test_below_the_threshold_nothing_is_written(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk, reader = team.desks[0], team.reader()
    before = desk.store.rows("SELECT count(*) FROM db_record")
    assert not any(_open(team, 0, 1, FLOOR)) and opened.told(desk, reader) == []
    assert desk.store.rows("SELECT count(*) FROM db_record") == before
    assert [(one.measure.id, one.today, one.usual, one.threshold) for one in opened.measured(desk, reader)] == [
        ("dossiers", FLOOR, 0, FLOOR),
        ("things", 0, 0, 150),
    ]


def test_passing_is_recorded_at_once_and_again_when_it_doubles(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk = team.desks[0]
    said = _open(team, 0, 1, 70)
    assert [n for n, news in enumerate(said, 1) if news] == [31, 61]
    assert opened.told(desk, team.reader()) == [Told(desk.me, desk.clock().date().isoformat(), DOSSIERS, 61, FLOOR)]


def test_a_member_is_compared_with_their_own_days(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk, reader = team.desks[0], team.reader()
    for _ in range(3):
        _open(team, 0, 1, 20)
        _later(desk, 1)
    assert not any(_open(team, 0, 1, 60)) and opened.measured(desk, reader)[0].threshold == 60
    assert _open(team, 0, 61, 61) == [True]
    _later(desk, 40)
    assert opened.measured(desk, reader)[0].threshold == FLOOR, "old days are forgotten"


def test_keepers_see_a_number_and_a_day_and_the_others_only_their_own(make_team: Callable[..., Team]) -> None:
    team = make_team(4, plain=(3, 4))
    _open(team, 2, 1, 31)
    team.settle()
    mine = opened.told(team.desks[2], team.reader(2))
    assert [one.member for one in mine] == [team.desks[2].me]
    assert opened.told(team.desks[0], team.reader(0)) == opened.told(team.desks[1], team.reader(1)) == mine
    assert opened.told(team.desks[3], team.reader(3)) == [] and not reading.items(team.desks[3], team.reader(3), "much_opened")
    assert {one.member for one in opened.whom_to_tell(team.desks[2], team.reader(2))} == {team.desks[0].me, team.desks[1].me}
    _open(team, 0, 1, 31)
    team.settle()
    assert {one.member for one in opened.told(team.desks[1], team.reader(1))} == {team.desks[0].me, team.desks[2].me}
    assert opened.told(team.desks[2], team.reader(2)) == mine, "a keeper's number is not the members'"


def test_a_later_version_does_not_take_it_back(make_team: Callable[..., Team]) -> None:
    team = make_team(3, plain=(3,))
    _open(team, 2, 1, 31)
    desk, reader = team.desks[2], team.reader(2)
    before = opened.told(desk, reader)
    (item,) = reading.items(desk, reader, "much_opened")
    lower = {**item.record.body, "count": 1, "state": "ended", "day": "2020-01-01"}
    ledger.append(desk, [items.draft(desk, "much_opened", item.compartment, lower, item.item, item.heads)])
    team.settle()
    assert before[0] in opened.told(team.desks[0], team.reader(0))


def test_neither_the_record_nor_the_disk_says_what_was_opened(make_team: Callable[..., Team]) -> None:
    """Whoever holds every key of this desk, and reads all its tables, finds numbers."""
    team = make_team(1)
    desk = team.desks[0]
    made = [dossiers.new_dossier(desk, f"EX-{number}", TITLE, "person", "") for number in range(3)]
    for dossier in made:
        opened.count(desk, DOSSIERS, dossier)
    _open(team, 0, 1, 40)
    (item,) = reading.items(desk, team.reader(), "much_opened")
    assert set(item.record.body) == {"opened", "day", "kind", "count", "threshold", "state"} and not item.dossier
    kept = settings.value(desk.store, "opened.days")
    assert kept == f'{{"{desk.clock().date().isoformat()}": {{"dossiers": 43}}}}'
    told = [str(row[0]) for row in desk.store.rows("SELECT value FROM db_setting")]
    assert not any(dossier.hex() in value or TITLE in value for value in told for dossier in made)


def test_what_was_opened_is_forgotten_with_the_day_and_the_process(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk, reader = team.desks[0], team.reader()
    _open(team, 0, 1, 5, THINGS)
    _later(desk, 1)
    _open(team, 0, 9, 9, THINGS)
    assert len(desk.kept["opened"][1]) == 1
    desk.kept.pop("opened")  # what closing the desk does
    _open(team, 0, 9, 9, THINGS)
    assert opened.measured(desk, reader)[1].today == 2


@pytest.mark.parametrize("kind", [DOSSIERS, THINGS])
def test_there_is_no_asking_about_somebody_else(make_team: Callable[..., Team], kind: str) -> None:
    team = make_team(2)
    _open(team, 1, 1, 3, kind)
    assert all(one.today == 0 for one in opened.measured(team.desks[0], team.reader(1)))
