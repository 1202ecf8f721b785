"""Sync through a relay folder: a union of what honest devices leave there."""

from collections.abc import Callable

from letapis.desk import dossiers, people, reading
from tests.team import Team

MakeTeam = Callable[..., Team]


def test_three_who_joined_know_one_directory(make_team: MakeTeam) -> None:
    team = make_team(3)
    for desk in team.desks:
        folded = people.directory(desk)
        assert len(folded.active_members()) == 3 and len(folded.active_devices()) == 3
        assert folded == people.directory(team.desks[0])


def test_nothing_new_means_nothing_sent(make_team: MakeTeam) -> None:
    team = make_team(2)
    for report in team.sync():
        assert (report.sent, report.received, report.faults, report.silent_devices) == (0, 0, (), ())


def test_a_dossier_reaches_only_those_admitted(make_team: MakeTeam) -> None:
    team = make_team(3)
    first, second, third = team.desks
    dossier = dossiers.new_dossier(first, "P-1", "Pryklad", "person", "Vydumka Prykladny")
    dossiers.admit_to_dossier(first, team.reader(0), dossier, [second.me])
    team.settle()
    assert [d.code for d in reading.dossiers(second, team.reader(1))] == ["P-1"]
    assert reading.dossiers(third, team.reader(2)) == []
