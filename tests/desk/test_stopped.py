"""Long work that is ended while it counts leaves nothing half done, and can be begun again at once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from letapis.core.errors import Busy, Refused
from letapis.core.standing import Level
from letapis.desk import dossiers, evidence, kept, packing, reading, travel
from letapis.desk.audit import audit
from letapis.desk.backup import backup
from letapis.desk.casefile import Choice, export_case_file
from letapis.desk.opening import Desk
from tests.conftest import NOON
from tests.desk.casework import office as founded
from tests.desk.casework import work_at
from tests.desk.test_backup import alone, office
from tests.team import Team

__all__ = ["alone", "office"]


def stop_at(place: int) -> Callable[[int, int], None]:
    def listen(done: int, total: int) -> None:
        if done >= place and done < total:
            raise Busy("doing.stopped")

    return listen


def test_a_case_file_leaves_no_folder_and_no_word_of_a_hand_over(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = founded(make_desk(1))
    work = work_at(desk)
    evidence.keep_text(desk, desk.reader("work"), work.dossier, "Second", "An invented page.")
    home, counted = tmp_path / "out", "SELECT count(*) FROM db_record"
    home.mkdir()
    before = desk.store.rows(counted)
    about = (home / "case", "An invented court", "a hearing", Choice(floor=Level.OPEN))
    for place in (0, 1):
        with pytest.raises(Busy, match=r"doing\.stopped"):
            export_case_file(desk, desk.reader("submit"), work.dossier, *about, stop_at(place))
        assert not list(home.iterdir()) and desk.store.rows(counted) == before
    assert export_case_file(desk, desk.reader("submit"), work.dossier, *about).items == 2


def test_a_backup_leaves_no_file(alone: Desk, tmp_path: Path) -> None:
    work_at(alone)
    home = tmp_path / "out"
    home.mkdir()
    with pytest.raises(Busy, match=r"doing\.stopped"):
        backup(alone, home / "copy", stop_at(0))
    assert not list(home.iterdir()) and backup(alone, home / "copy").objects == 1


def test_before_a_journey_nothing_is_put_away(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk = team.desks[1]
    dossier = dossiers.new_dossier(desk, "AWAY-1", "Pryklad", "person", "Vydumka Prykladny")
    dossiers.admit_to_dossier(desk, team.reader(1), dossier, [team.desks[0].me])
    travel.start_journey(desk, team.reader(1), desk.device, NOON.date(), NOON.date() + timedelta(days=5))
    team.settle()
    for place in (0, 1):
        with pytest.raises(Busy, match=r"doing\.stopped"):
            packing.pack(desk, team.reader(1), [], stop_at(place))
        assert packing.status(desk, team.reader(1)) is None
        assert [one.code for one in reading.dossiers(desk, team.reader(1))] == ["AWAY-1"]
    assert audit(desk, processes=1).faults == ()
    assert packing.pack(desk, team.reader(1), []).records > 0


def test_what_is_typed_while_things_are_put_away_is_not_lost(make_team: Callable[..., Team]) -> None:
    """It is refused in the transaction in which texts would leave, and a second time until the writer was told of the text."""
    team = make_team(2)
    desk = team.desks[1]
    dossier = dossiers.new_dossier(desk, "AWAY-1", "Pryklad", "person", "Vydumka Prykladny")
    reader = team.reader(1)
    dossiers.admit_to_dossier(desk, reader, dossier, [team.desks[0].me])
    travel.start_journey(desk, reader, desk.device, NOON.date(), NOON.date() + timedelta(days=5))
    team.settle()
    kept.keep(desk, reader, "/notes#note", {"text": ["known to be lost"]})
    shown, later = kept.typed(desk, reader), NOON + timedelta(minutes=5)
    object.__setattr__(desk, "clock", lambda: later)  # a desk is frozen; only a test moves its clock

    def type_on(done: int, total: int) -> None:
        kept.keep(desk, desk.reader("work"), "/notes#note", {"text": ["two hours of typing"]})

    for progress in (type_on, None):
        with pytest.raises(Refused, match=r"travel\.typed_meanwhile"):
            packing.pack(desk, team.reader(1), [], progress, shown)
        found = kept.kept(desk, reader, "/notes#note")
        assert found is not None and found.fields["text"] == ["two hours of typing"]
    assert packing.status(desk, team.reader(1)) is None and [one.code for one in reading.dossiers(desk, team.reader(1))] == ["AWAY-1"]
    assert packing.pack(desk, team.reader(1), [], None, kept.typed(desk, reader)).records > 0
    assert kept.typed(desk, reader) == kept.Typed()
