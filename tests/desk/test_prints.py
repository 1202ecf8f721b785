"""Prints: numbers grow within a dossier, two desks apart may give the same one and the ids tell them apart, and a print is crossed off once."""

from collections.abc import Callable

import pytest

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.desk import prints, reading, tasks
from letapis.desk.dossiers import admit_to_dossier, new_dossier
from tests.team import Team


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


def test_numbers_grow_within_a_dossier(team: Team) -> None:
    first, second = team.desks
    one, other = (new_dossier(first, code, "Pryklad") for code in ("K1", "K2"))
    admit_to_dossier(first, team.reader(), one, [second.me])
    numbers = [prints.log_print(first, team.reader(), dossier, "grid").number for dossier in (one, one, other)]
    assert numbers == [1, 2, 1]
    team.settle()
    apart = [prints.log_print(team.desks[n], team.reader(n), one, "grid") for n in (0, 1)]
    assert [made.number for made in apart] == [3, 3] and apart[0].print != apart[1].print
    team.settle()
    assert prints.log_print(first, team.reader(), one, "timeline").number == 4
    assert [item.number for item in reading.items(second, team.reader(1), "print", dossier=one)] == [1, 2, 3, 3]


def test_what_is_no_print_is_refused_and_one_is_crossed_off_once(team: Team) -> None:
    desk = team.desks[0]
    dossier = new_dossier(desk, "K1", "Pryklad")
    reader = team.reader()
    for what, copies, purpose, code in (
        ("poem", 1, "", "what"),
        ("grid", 0, "", "copies"),
        ("grid", 100, "", "copies"),
        ("grid", 1, "x" * 501, "purpose"),
    ):
        with pytest.raises(UsageError, match=f"prints.{code}"):
            prints.log_print(desk, reader, dossier, what, copies, purpose)
    home = reading.dossier(desk, reader, dossier)
    with pytest.raises(Refused, match=r"prints\.no_raw"):
        prints.log_print(desk, Reader(desk.me, reader.compartments - {home.raw}, "work"), dossier, "account")
    with pytest.raises(NotFound):
        prints.log_print(desk, Reader(desk.me, frozenset(), "work"), dossier, "grid")
    made = prints.log_print(desk, reader, dossier, "account", 3, " For the lawyer ")
    with pytest.raises(UsageError, match=r"prints\.day"):
        prints.mark_destroyed(desk, reader, made.print, "soon")
    prints.mark_destroyed(desk, reader, made.print, "2026-11-25")
    found = reading.item(desk, reader, made.print)
    assert (found.state, found.number, found.text("purpose"), found.text("destroyed")) == ("destroyed", 1, "For the lawyer", "2026-11-25")
    with pytest.raises(Refused, match=r"prints\.destroyed_already"):
        prints.mark_destroyed(desk, reader, made.print, "2026-11-25")
    with pytest.raises(NotFound):
        prints.mark_destroyed(desk, reader, tasks.add_task(desk, reader, tasks.TaskForm("x"), dossier), "2026-11-25")
