"""Sync through a relay folder: a union of what honest devices leave there."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from letapis.core.errors import Locked, Refused, UsageError
from letapis.core.records import Draft, Value
from letapis.desk import audit, dossiers, ledger, logs, people, reading, relaying, sync
from letapis.desk.opening import Desk
from letapis.engines.relay import RelayStore
from tests.conftest import Clock
from tests.desk.tables import projections
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


def claimed(team: Team, number: int, dossier: bytes, label: str) -> None:
    dossiers.add_entity(team.desks[number], team.reader(number), dossier, "person", label)


def shared(team: Team, *numbers: int) -> bytes:
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "P-1", "Pryklad", "person", "Vydumka 0")
    dossiers.admit_to_dossier(desk, team.reader(), dossier, [team.desks[n].me for n in numbers])
    team.settle()
    return dossier


def people_at(desk: Desk) -> set[str]:
    return {str(row[0]) for row in desk.store.rows("SELECT label FROM db_entity")}


def without_private(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """The projections that desks share; each member has a compartment of their own beside them."""
    own = {bytes(row[0]) for row in desk.store.rows("SELECT compartment FROM db_compartment WHERE klass = 'PRIVATE'")}

    def is_shared(row: tuple[object, ...]) -> bool:
        return not own & {value for value in row if isinstance(value, bytes)}

    return {table: list(filter(is_shared, rows)) for table, rows in projections(desk).items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_order_of_syncs_all_end_alike(make_team: MakeTeam, seed: int) -> None:
    team = make_team(3)
    dossier = shared(team, 1, 2)
    chance = random.Random(seed)
    for step in range(12):
        number = chance.randrange(3)
        claimed(team, number, dossier, f"Vydumka {step} of {number}")
        if chance.random() < 0.6:
            team.sync(chance.randrange(3))
    team.settle()
    first = without_private(team.desks[0])
    assert {f"Vydumka {step}" for step in range(12)} == {name.rpartition(" of ")[0] for name in people_at(team.desks[0]) if " of " in name}
    assert without_private(team.desks[1]) == first and without_private(team.desks[2]) == first


def test_what_was_taken_in_through_the_relay_is_sound(make_team: MakeTeam) -> None:
    team = make_team(3)
    dossier = shared(team, 1, 2)
    for number in range(3):
        claimed(team, number, dossier, f"Vydumka {number + 1}")
    team.settle()
    for desk in team.desks:
        checked = audit.audit(desk, processes=1)
        assert checked.faults == () and checked.records > 10


def test_everybody_can_check_everybody_s_whole_log(make_team: MakeTeam) -> None:
    """Also the records that a colleague may not read have their leaf here: so nobody shows two logs unseen."""
    team = make_team(2)
    dossiers.new_dossier(team.desks[0], "P-9", "Pryklad", "person", "Vydumka hidden")
    team.settle()
    sizes = [{log.device: log.frontier for log in logs.logs(desk.store)} for desk in team.desks]
    assert sizes[0] == sizes[1] and "Vydumka hidden" not in people_at(team.desks[1])


def test_who_is_granted_later_reads_what_was_written_before(make_team: MakeTeam) -> None:
    team = make_team(3)
    dossier = shared(team, 1)
    claimed(team, 1, dossier, "Vydumka earlier")
    team.settle()
    dossiers.admit_to_dossier(team.desks[1], team.reader(1), dossier, [team.desks[2].me])
    team.settle()
    assert {"Vydumka 0", "Vydumka earlier"} <= people_at(team.desks[2])


def test_without_raw_the_words_as_said_do_not_come(make_team: MakeTeam) -> None:
    team = make_team(2)
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "P-1", "Pryklad")
    dossiers.admit_to_dossier(desk, team.reader(), dossier, [team.desks[1].me], raw=False)
    team.settle()
    home = reading.dossier(desk, team.reader(), dossier)
    assert home.work in team.desks[1].epochs() and home.raw not in team.desks[1].epochs()


# ---- silence -----------------------------------------------------------------------------------------------------------


def clock_of(desk: Desk) -> Clock:
    assert isinstance(desk.clock, Clock)
    return desk.clock


def test_a_silent_device_is_named_after_three_days(make_team: MakeTeam) -> None:
    team = make_team(2)
    first, second = team.desks
    assert team.sync(0)[0].silent_devices == ()
    clock_of(first).now += timedelta(days=3, minutes=5)
    assert team.sync(0)[0].silent_devices == (second.device,)
    clock_of(second).now = clock_of(first).now
    team.sync(1)
    assert team.sync(0)[0].silent_devices == ()
    said = sync.freshness(first, team.reader())[second.device]
    assert said is not None and clock_of(first).now - said < timedelta(hours=1)


def test_a_device_that_never_spoke_is_silent(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    team = make_team(1)
    team.admit(make_desk(2))
    (report,) = team.sync(0)
    assert sync.freshness(team.desks[0], team.reader()) == {team.desks[1].device: None}
    assert report.silent_devices == (team.desks[1].device,)


def test_a_clock_ahead_of_ours_does_not_keep_a_device_fresh(make_team: MakeTeam) -> None:
    team = make_team(2)
    clock_of(team.desks[1]).now += timedelta(days=400)
    claimed_by = team.desks[1].device
    team.sync(1, 0)
    said = sync.freshness(team.desks[0], team.reader())[claimed_by]
    assert said is not None and said <= clock_of(team.desks[0]).now


def test_a_word_is_said_again_after_some_hours_only(make_team: MakeTeam) -> None:
    team = make_team(2)

    def words() -> int:
        return len(RelayStore(team.relay).list("notes"))

    before = words()
    team.settle()
    assert words() == before
    clock_of(team.desks[0]).now += timedelta(hours=7)
    team.sync(0)
    assert words() == before + 1


# ---- the relay's place -------------------------------------------------------------------------------------------------


def test_sync_needs_a_relay_and_an_organisation(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = make_desk(1)
    with pytest.raises(Refused, match=r"sync\.no_relay"):
        sync.sync(desk, desk.reader("work"))
    sync.set_relay(desk, str(tmp_path / "relay"))
    assert sync.relay_address(desk) == str(tmp_path / "relay")
    with pytest.raises(Locked, match=r"members\.no_organisation"):
        sync.sync(desk, desk.reader("work"))


def test_a_read_without_a_reader_is_refused(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(1)
    for call in (sync.sync, sync.freshness, sync.relay_faults):
        with pytest.raises(reading.ReaderRequired):
            call(desk, None)  # type: ignore[arg-type]


def test_a_relay_inside_the_workspace_or_nowhere_is_refused(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(1)
    inside = (str(desk.workspace), str(desk.workspace / "objects"))
    for address, code in (("", "address"), ("  ", "address"), (inside[0], "address_inside"), (inside[1], "address_inside")):
        with pytest.raises(UsageError, match=rf"sync\.{code}$"):
            sync.set_relay(desk, address)
    with pytest.raises(UsageError, match=r"blobs\.address"):
        sync.set_relay(desk, "gopher://relay.invalid/")


def test_at_a_new_relay_everything_is_left_anew(make_team: MakeTeam, tmp_path: Path) -> None:
    team = make_team(2)
    shared(team, 1)
    team.relay = tmp_path / "other"
    for desk in team.desks:
        sync.set_relay(desk, str(team.relay))
    for _ in range(2):
        for report in team.sync():
            assert report.faults == () and report.received == 0
    late = tmp_path / "third"
    sync.set_relay(team.desks[0], str(late))
    assert team.sync(0)[0].sent > 10
    sync.set_relay(team.desks[0], str(late))  # the same again
    assert team.sync(0)[0].sent == 0


def test_many_records_go_in_batches_that_others_accept(make_team: MakeTeam) -> None:
    team = make_team(2)
    dossier = shared(team, 1)
    home = reading.dossier(team.desks[0], team.reader(), dossier)
    body: dict[str, Value] = {"dossier": dossier, "kind": "person", "label": "V" * 1500}
    ledger.append(team.desks[0], [Draft("entity", home.work, body | {"entity": number.to_bytes(16, "big")}) for number in range(1, 1300)])
    before = set(RelayStore(team.relay).list("records"))
    team.sync(0)
    batches = [name for name in RelayStore(team.relay).list("records") if name not in before]
    assert len(batches) >= 3 and max((team.relay / name).stat().st_size for name in batches) < 2 << 20
    assert team.sync(1)[0].received == 1299


def test_a_record_too_large_for_the_relay_is_named_and_stops_nothing(make_team: MakeTeam, monkeypatch: pytest.MonkeyPatch) -> None:
    team = make_team(2)
    dossier = shared(team, 1)
    monkeypatch.setattr(relaying, "MAX_RECORD", 2000)
    claimed(team, 0, dossier, "V" * 150)
    home = reading.dossier(team.desks[0], team.reader(), dossier)
    note: dict[str, Value] = {"dossier": dossier, "note": b"n" * 16, "title": "long", "text": "слова " * 1000, "language": "be"}
    ledger.append(team.desks[0], [Draft("note", home.work, note)])
    assert team.sync(0)[0].faults == ("sync.record_size",)
    team.sync(1)
    assert "V" * 150 in people_at(team.desks[1])
