"""A removed member counts for nothing afterwards and opens nothing that is written afterwards."""

from collections.abc import Callable

import pytest

from letapis.core.errors import Locked, Refused, UsageError
from letapis.core.membership import State
from letapis.core.records import Draft, Value
from letapis.desk import dossiers, ledger, logs, members, people, publishing, reading, relaying, removal, renewal, sync
from letapis.desk.opening import Desk
from letapis.engines.relay import RelayStore
from tests.team import Team, endorse_all

MakeTeam = Callable[..., Team]


def shared_dossier(team: Team, *numbers: int) -> reading.DossierView:
    """A dossier of the first desk, with these colleagues admitted."""
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "P-1", "Pryklad", "person", "Vydumka Prykladny")
    dossiers.admit_to_dossier(desk, team.reader(), dossier, [team.desks[n].me for n in numbers])
    team.settle()
    return reading.dossier(desk, team.reader(), dossier)


def remove(team: Team, number: int) -> None:
    """The first desk proposes, everybody else stands behind it."""
    removal.remove_member(team.desks[0], team.reader(), team.desks[number].me, "an invented reason")
    others = Team([desk for n, desk in enumerate(team.desks) if n != number], team.relay)
    others.settle(1)
    endorse_all(others)
    others.settle()


def names_of(desk: Desk) -> set[str]:
    """Who stands in the tables of a desk, whoever may read them."""
    return {str(row[0]) for row in desk.store.rows("SELECT label FROM db_entity")}


def files(team: Team, kind: str) -> list[str]:
    return list(RelayStore(team.relay).list(kind))


def opens(desk: Desk, name: str, team: Team) -> bool:
    """The keys of this device open a file of the relay."""
    place = relaying.place_of(name)
    data = RelayStore(team.relay).get(name)
    try:
        if place is not None:
            (relaying.open_batch if name.startswith("records") else relaying.open_wraps)(desk, place, data)
        else:
            relaying.open_word(desk, bytes.fromhex(name[6:]), data, members.common_compartment(desk, "ORG"))
    except Locked:
        return False
    return True


def test_removed_member_opens_nothing_new(make_team: MakeTeam) -> None:
    team = make_team(3)
    home = shared_dossier(team, 1, 2)
    remove(team, 2)
    before = set(files(team, ""))
    dossiers.add_entity(team.desks[0], team.reader(), home.dossier, "person", "Vydumka after")
    Team(team.desks[:2], team.relay).settle()
    assert "Vydumka after" in names_of(team.desks[1])
    removed = team.desks[2]
    team.sync(2)
    assert "Vydumka after" not in names_of(removed)
    fresh = [name for name in files(team, "") if name not in before and (name.count("/") != 1 or name.startswith("notes/"))]
    assert fresh and not any(opens(removed, name, team) for name in fresh)
    assert all(opens(team.desks[1], name, team) for name in fresh if name.startswith(("records/", "keys/")))


def test_everything_stands_anew_under_the_new_key_and_the_old_files_go(make_team: MakeTeam) -> None:
    team = make_team(3)
    home = shared_dossier(team, 1, 2)
    old = {name for name in files(team, "records") if home.work.hex() in name}
    assert old
    remove(team, 2)
    now = {name for name in files(team, "records") if home.work.hex() in name}
    assert now and not now & old
    epoch = team.desks[0].epochs()[home.work]
    assert {relaying.place_of(name).epoch for name in now} == {epoch}  # type: ignore[union-attr]
    rows = team.desks[1].store.rows("SELECT DISTINCT epoch FROM db_record WHERE compartment = %s", (home.work,))  # who put it in force
    assert [row[0] for row in rows] == [epoch]
    assert team.desks[1].epochs()[home.work] == epoch
    with pytest.raises(Locked):
        team.desks[2].agent.unwrap_deks(home.work, epoch, [(bytes(16), bytes(60))])


def test_who_comes_later_reads_what_was_written_before_the_removal(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    team = make_team(3)
    home = shared_dossier(team, 1, 2)
    dossiers.add_entity(team.desks[1], team.reader(1), home.dossier, "person", "Vydumka of the second")
    team.settle()
    remove(team, 2)
    team = Team(team.desks[:2], team.relay)
    team.admit(make_desk(9))
    team.settle()
    endorse_all(team)
    team.settle()
    dossiers.admit_to_dossier(team.desks[0], team.reader(), home.dossier, [team.desks[2].me])
    team.settle()
    assert {"Vydumka Prykladny", "Vydumka of the second"} <= names_of(team.desks[2])
    assert people.directory(team.desks[2]) == people.directory(team.desks[0])


def test_later_records_of_a_removed_member_count_for_nothing(make_team: MakeTeam) -> None:
    team = make_team(3)
    home = shared_dossier(team, 1, 2)
    dossiers.add_entity(team.desks[2], team.reader(2), home.dossier, "person", "Vydumka in time")
    team.settle()
    removal.remove_member(team.desks[0], team.reader(), team.desks[2].me, "an invented reason")
    dossiers.add_entity(team.desks[2], team.reader(2), home.dossier, "person", "Vydumka too late")
    team.sync(2)
    others = Team(team.desks[:2], team.relay)
    others.settle()
    endorse_all(others)
    others.settle()
    for number in (0, 1):
        found = names_of(team.desks[number])
        assert "Vydumka in time" in found and "Vydumka too late" not in found


def test_a_removal_waits_for_a_second_keeper(make_team: MakeTeam) -> None:
    team = make_team(3)
    entry = removal.remove_member(team.desks[0], team.reader(), team.desks[2].me, "an invented reason")
    epochs = dict(team.desks[0].epochs())
    team.settle()
    assert people.directory(team.desks[1]).members[team.desks[2].me].state is State.ACTIVE
    assert [p.ref for p in members.pending_entries(team.desks[1], team.reader(1))] == [entry.ref]
    assert dict(team.desks[0].epochs()) == epochs
    members.endorse_entry(team.desks[1], team.reader(1), entry.ref)
    Team(team.desks[:2], team.relay).settle()
    assert people.directory(team.desks[0]).members[team.desks[2].me].state is State.REMOVED
    org = members.common_compartment(team.desks[0], "ORG")
    assert team.desks[0].epochs()[org] > epochs[org] and team.desks[1].epochs()[org] == team.desks[0].epochs()[org]


def test_whoever_puts_a_removal_in_force_gives_new_keys_at_once_and_nobody_twice(make_team: MakeTeam) -> None:
    team = make_team(3)
    home = shared_dossier(team, 1, 2)
    entry = removal.remove_member(team.desks[0], team.reader(), team.desks[2].me, "an invented reason")
    team.sync(0, 1)
    members.endorse_entry(team.desks[1], team.reader(1), entry.ref)
    epoch = team.desks[1].epochs()[home.work]
    assert epoch > 1 and team.desks[0].epochs()[home.work] == 1
    Team(team.desks[:2], team.relay).settle()
    assert [desk.epochs()[home.work] for desk in team.desks] == [epoch, epoch, 1]


def test_keys_from_a_device_that_was_removed_meanwhile_are_left_alone(make_team: MakeTeam) -> None:
    """The bundle was honest when it was given; those who stay give the same keys and the newer ones."""
    team = make_team(3)
    dossier = dossiers.new_dossier(team.desks[2], "P-3", "Pryklad", "person", "Vydumka of the third")
    dossiers.admit_to_dossier(team.desks[2], team.reader(2), dossier, [team.desks[0].me, team.desks[1].me])
    team.sync(2, 0)  # the second has not seen it yet
    removal.remove_member(team.desks[0], team.reader(), team.desks[2].me, "an invented reason")
    pair = Team(team.desks[:2], team.relay)
    pair.settle()
    endorse_all(pair)
    pair.settle()
    (report, _) = pair.sync()
    assert report.faults == () and "Vydumka of the third" in names_of(team.desks[1])


def test_a_dossier_that_no_remover_holds_is_renewed_before_anything_is_left_in_it(make_team: MakeTeam) -> None:
    team = make_team(4)
    holder, gone = team.desks[2], team.desks[3]
    dossier = dossiers.new_dossier(holder, "P-2", "Pryklad")
    dossiers.admit_to_dossier(holder, team.reader(2), dossier, [gone.me])
    team.settle()
    home = reading.dossier(holder, team.reader(2), dossier)
    assert not any(home.work in desk.epochs() for desk in team.desks[:2])
    entry = removal.remove_member(team.desks[0], team.reader(), gone.me, "an invented reason")
    team.sync(0, 1)
    members.endorse_entry(team.desks[1], team.reader(1), entry.ref)
    team.sync(1)
    dossiers.add_entity(holder, team.reader(2), dossier, "person", "Vydumka of one who does not know yet")
    before = set(files(team, "records"))
    team.sync(2)
    assert holder.epochs()[home.work] > 1
    fresh = [name for name in files(team, "records") if name not in before and home.work.hex() in name]
    assert fresh and not any(opens(gone, name, team) for name in fresh)
    assert renewal.renew_keys(holder) == 0  # once


def test_records_left_behind_by_one_who_was_away_go_out_under_the_new_key(make_team: MakeTeam) -> None:
    team = make_team(4)
    home = shared_dossier(team, 1, 2, 3)
    dossiers.add_entity(team.desks[1], team.reader(1), home.dossier, "person", "Vydumka meanwhile")  # not synced yet
    entry = removal.remove_member(team.desks[0], team.reader(), team.desks[3].me, "an invented reason")
    team.sync(0, 2)
    members.endorse_entry(team.desks[2], team.reader(2), entry.ref)
    team.sync(2, 0)  # in force; the first desk gives new keys while the second is away
    before = set(files(team, "records"))
    team.sync(1, 0)
    fresh = [name for name in files(team, "records") if name not in before and home.work.hex() in name]
    assert fresh and not any(opens(team.desks[3], name, team) for name in fresh)
    assert "Vydumka meanwhile" in names_of(team.desks[0])


def test_a_lost_device_goes_and_the_member_stays(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    team = make_team(2)
    second = make_desk(7, member=team.desks[1].me)
    request = members.join_request(second.agent, "telephone")
    typed = members.read_request(request).fingerprint
    admitted = members.add_device(team.desks[0], team.reader(), request, team.desks[1].me, typed)
    members.accept_welcome(second, admitted.welcome)
    sync.set_relay(second, str(team.relay))
    team.settle()
    endorse_all(team)
    trio = Team([*team.desks, second], team.relay)
    trio.settle()
    home = shared_dossier(trio, 1)
    assert home.work in second.epochs()
    removal.remove_device(team.desks[0], team.reader(), team.desks[1].device, "left on a train")
    rest = Team([team.desks[0], second], team.relay)
    rest.settle()
    endorse_all(rest)
    rest.settle()
    directory = people.directory(second)
    assert directory.devices[team.desks[1].device].state is State.REMOVED
    assert directory.members[second.me].state is State.ACTIVE
    assert second.epochs()[home.work] == team.desks[0].epochs()[home.work] > 1
    assert team.desks[1].device not in publishing.owed(team.desks[0])


def test_nobody_removes_themselves_or_a_stranger_or_without_being_keeper(make_team: MakeTeam) -> None:
    team = make_team(2, plain=(2,))
    first, second = team.desks
    with pytest.raises(Refused, match=r"removal\.oneself"):
        removal.remove_member(first, team.reader(), first.me, "a reason")
    with pytest.raises(Refused, match=r"removal\.oneself"):
        removal.remove_device(first, team.reader(), first.device, "a reason")
    with pytest.raises(UsageError, match=r"removal\.unknown"):
        removal.remove_member(first, team.reader(), bytes(16), "a reason")
    with pytest.raises(UsageError, match=r"removal\.unknown"):
        removal.remove_device(first, team.reader(), "device.invalid/none", "a reason")
    with pytest.raises(UsageError, match=r"removal\.reason"):
        removal.remove_member(first, team.reader(), second.me, " ")
    with pytest.raises(UsageError, match=r"removal\.since"):
        removal.remove_device(first, team.reader(), second.device, "a reason", compromised_since=10_000)
    with pytest.raises(Refused, match=r"members\.keepers_only"):
        removal.remove_member(second, team.reader(1), first.me, "a reason")


def test_what_a_compromised_device_signed_weighs_nothing_until_reconfirmed(make_team: MakeTeam) -> None:
    team = make_team(3, plain=(3,))
    home = shared_dossier(team, 1, 2)
    device = team.desks[2].device
    size = next(log.frontier.size for log in logs.logs(team.desks[0].store) if log.device == device)
    dossiers.add_entity(team.desks[2], team.reader(2), home.dossier, "person", "Vydumka doubtful")
    team.settle()
    assert "Vydumka doubtful" in names_of(team.desks[0])
    removal.remove_device(team.desks[0], team.reader(), device, "found in other hands", compromised_since=size)
    Team(team.desks[:2], team.relay).settle()
    endorse_all(Team(team.desks[:2], team.relay))
    Team(team.desks[:2], team.relay).settle()
    assert "Vydumka doubtful" not in names_of(team.desks[1])


def test_drafts_of_a_removed_device_are_refused_by_the_directory(make_team: MakeTeam) -> None:
    team = make_team(3)
    remove(team, 2)
    org = members.common_compartment(team.desks[2], "ORG")
    body: dict[str, Value] = {"member": team.desks[2].me, "name": "Vydumka again", "keeper": True, "custodian": True}
    ledger.append(team.desks[2], [Draft("member", org, body)])
    team.sync(2)
    Team(team.desks[:2], team.relay).settle()
    assert people.directory(team.desks[0]).members[team.desks[2].me].state is State.REMOVED
