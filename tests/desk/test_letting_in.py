"""A colleague who writes in the organisation's compartment lets nobody into another one, and says of none what it is."""

from collections.abc import Callable

import pytest

from letapis.core.errors import Locked
from letapis.core.records import Draft
from letapis.desk import (
    claims,
    compartments,
    dossiers,
    keyring,
    ledger,
    people,
    projections,
    publishing,
    reading,
    removal,
    renewal,
    settings,
    sources,
)
from letapis.desk.opening import Desk
from tests.team import Team, endorse_all, make_team

__all__ = ["make_team"]


@pytest.fixture
def unbound(monkeypatch: pytest.MonkeyPatch) -> Callable[[Desk, Draft], None]:
    """A desk whose program was changed, so that it records what it likes."""

    def write(desk: Desk, draft: Draft) -> None:
        with monkeypatch.context() as changed:
            changed.setattr(projections, "_of_itself", lambda record: record)
            ledger.append(desk, [draft])

    return write


def home_of(team: Team) -> reading.DossierView:
    """A dossier of the first desk and the fourth; the third knows of it only what lies on the relay: the numbers of its compartments."""
    first = team.desks[0]
    made = dossiers.new_dossier(first, "PRY-1", "Vydumka", "person", "Vydumka Kanareyka")
    dossiers.admit_to_dossier(first, team.reader(), made, [team.desks[1].me, team.desks[3].me])
    team.settle()
    return reading.dossier(first, team.reader(), made)


def holds(desk: Desk, compartment: bytes) -> bool:
    return bool(desk.store.rows("SELECT 1 FROM db_compartmentkey WHERE compartment = %s", (compartment,)))


def test_who_lets_themselves_in_from_elsewhere_is_given_no_key_when_keys_are_renewed(
    make_team: Callable[..., Team], unbound: Callable[[Desk, Draft], None]
) -> None:
    team = make_team(4, plain=(3,))
    first, _, third, fourth = team.desks
    home = home_of(team)
    org = bytes.fromhex(settings.value(third.store, "common:ORG"))
    unbound(third, Draft("grant", org, {"compartment": home.work, "epoch": 1, "member": third.me}))
    reports = team.sync()
    assert "ledger.other_compartment" in reports[3].faults
    removal.remove_member(first, team.reader(), fourth.me, "an invented reason")
    team.sync()
    endorse_all(team)
    team.settle()
    assert first.epochs()[home.work] > 1 and not holds(third, home.work)
    assert reading.holders(first, home.work) >= {first.me} and third.me not in reading.holders(first, home.work)


def test_what_a_compartment_is_stands_in_it_alone(make_team: Callable[..., Team], unbound: Callable[[Desk, Draft], None]) -> None:
    team = make_team(4, plain=(3,))
    first, second, third, fourth = team.desks
    org = bytes.fromhex(settings.value(third.store, "common:ORG"))
    home = dossiers.new_dossier(first, "PRY-1", "Vydumka", "person", "Vydumka Kanareyka")
    pub = reading.dossier(first, team.reader(), home).pub
    unbound(third, Draft("compartment", org, {"compartment": pub, "class": "WORK", "dossier": third.me, "epoch": 7}))
    team.sync(2, 1)
    assert not second.store.rows("SELECT 1 FROM db_compartment WHERE compartment = %s", (pub,))
    dossiers.admit_to_dossier(first, team.reader(), home, [second.me])
    team.settle()
    assert second.store.rows("SELECT klass, dossier FROM db_compartment WHERE compartment = %s", (pub,)) == [("PUB", home)]
    assert holds(second, pub) and not holds(fourth, pub)


def test_who_reads_nothing_of_a_compartment_gives_no_key_under_which_all_that_is_new_would_be_sealed(
    make_team: Callable[..., Team], monkeypatch: pytest.MonkeyPatch
) -> None:
    team = make_team(4, plain=(3,))
    first, second, third, fourth = team.desks
    home, own = home_of(team), 99 << 16
    third.agent.new_compartment(home.work, own)
    compartments.keep_key(third, home.work, own)
    row = (home.work, "WORK", home.dossier, own)
    third.store.run("INSERT INTO db_compartment (compartment, klass, dossier, epoch) VALUES (%s, %s, %s, %s)", row)
    given = {device.device: [(home.work, own)] for one in (first, second, fourth) for device in people.directory(third).devices_of(one.me)}
    with monkeypatch.context() as changed:
        changed.setattr(publishing, "owed", lambda _: given)
        team.sync(2)
    for report in team.sync(0, 1, 3):
        assert report.faults == ("sync.key_giver",)
    assert first.epochs()[home.work] == second.epochs()[home.work] == fourth.epochs()[home.work] == 1
    source = sources.add_source(first, team.reader(), home.dossier, sources.SourceForm("S1", "person", "B", "public"))
    claims.write_note(first, team.reader(), home.dossier, claims.NoteForm("canary", "Vydumka canary words", "en", source, "heard"))
    team.sync(0, 2, 0, 1, 2)
    assert not third.store.rows("SELECT 1 FROM db_record WHERE compartment = %s", (home.work,))
    assert second.store.rows("SELECT text FROM db_note") == [("Vydumka canary words",)]


def test_a_new_key_may_come_before_the_word_that_its_giver_was_let_in(make_team: Callable[..., Team]) -> None:
    """Whoever was let in lately gives the new keys after a removal: the first who hears of both at once takes them."""
    team = make_team(4)
    first, second, third, fourth = team.desks
    made = dossiers.new_dossier(first, "PRY-1", "Vydumka", "person", "Vydumka Kanareyka")
    dossiers.admit_to_dossier(first, team.reader(), made, [second.me, fourth.me])
    team.settle()
    home = reading.dossier(first, team.reader(), made)
    dossiers.admit_to_dossier(first, team.reader(), made, [third.me])
    team.sync(0, 2)
    removal.remove_member(third, team.reader(2), fourth.me, "an invented reason")
    team.sync(2, 0)
    endorse_all(Team([first], team.relay))
    team.sync(2, 0, 2)
    faults = [fault for report in team.sync(1, 1) for fault in report.faults]
    assert "sync.key_giver" not in faults and second.epochs()[home.work] == third.epochs()[home.work] > 1


def planted(team: Team, work: bytes, dossier: bytes, monkeypatch: pytest.MonkeyPatch, *, said: bool) -> None:
    """The third makes a key of a compartment that it knows by its number alone and gives it to the second, who holds none of it yet."""
    third, own = team.desks[2], 99 << 16
    third.agent.new_compartment(work, own)
    compartments.keep_key(third, work, own)
    third.store.run("INSERT INTO db_compartment (compartment, klass, dossier, epoch) VALUES (%s, 'WORK', %s, %s)", (work, dossier, own))
    if said:
        about = {"compartment": work, "class": "WORK", "dossier": dossier}
        drafts = [Draft("compartment", work, about | {"epoch": epoch}) for epoch in (1, own)]
        drafts += [Draft("grant", work, {"compartment": work, "epoch": own, "member": desk.me}) for desk in team.desks[:3]]
        ledger.append(third, drafts)
    given = {device.device: [(work, own)] for device in people.directory(third).devices_of(team.desks[1].me)}
    with monkeypatch.context() as changed:
        changed.setattr(publishing, "owed", lambda _: given)
        team.sync(2)
    team.sync(1)


def test_a_false_key_that_comes_before_the_true_one_seals_nothing(make_team: Callable[..., Team], monkeypatch: pytest.MonkeyPatch) -> None:
    team = make_team(4, plain=(3,))
    first, second, third, _ = team.desks
    made = dossiers.new_dossier(first, "PRY-1", "Vydumka", "person", "Vydumka Kanareyka")
    home = reading.dossier(first, team.reader(), made)
    planted(team, home.work, made, monkeypatch, said=False)
    with pytest.raises(Locked, match=r"keys\.unconfirmed"):
        ledger.append(second, [Draft("grant", home.work, {"compartment": home.work, "epoch": 1, "member": second.me})])
    dossiers.admit_to_dossier(first, team.reader(), made, [second.me])
    team.sync(0, 1)
    assert second.epochs()[home.work] == 1
    source = sources.add_source(second, team.reader(1), made, sources.SourceForm("S1", "person", "B", "public"))
    claims.write_note(second, team.reader(1), made, claims.NoteForm("canary", "Vydumka canary words", "en", source, "heard"))
    team.sync(1, 2, 0)
    assert not third.store.rows("SELECT 1 FROM db_record WHERE compartment = %s", (home.work,))
    assert first.store.rows("SELECT text FROM db_note") == [("Vydumka canary words",)]
    assert reading.holders(second, home.work) == {first.me, second.me}


def test_where_two_compartments_pass_for_one_nothing_is_written(make_team: Callable[..., Team], monkeypatch: pytest.MonkeyPatch) -> None:
    """The third says in it, under its own key, that it began the compartment and let everybody in."""
    team = make_team(4, plain=(3,))
    first, second, third, _ = team.desks
    made = dossiers.new_dossier(first, "PRY-1", "Vydumka", "person", "Vydumka Kanareyka")
    home = reading.dossier(first, team.reader(), made)
    planted(team, home.work, made, monkeypatch, said=True)
    dossiers.admit_to_dossier(first, team.reader(), made, [second.me])
    team.sync(0, 1)
    with pytest.raises(Locked, match=r"keys\.unconfirmed"):
        sources.add_source(second, team.reader(1), made, sources.SourceForm("S1", "person", "B", "public"))
    team.settle()
    assert first.epochs()[home.work] == 1 and third.me not in reading.holders(first, home.work)


@pytest.mark.parametrize(("ahead", "taken"), [(keyring.AHEAD_AT_MOST, True), (keyring.AHEAD_AT_MOST + 1, False)])
def test_a_holder_leaves_room_for_the_keys_after_theirs(
    make_team: Callable[..., Team], monkeypatch: pytest.MonkeyPatch, ahead: int, taken: bool
) -> None:
    """Who was let in gives a key of a number near the last: those who hold an earlier one can still renew it and remove somebody."""
    team = make_team(4)
    first, second, *_ = team.desks
    home, epoch = home_of(team), ahead << keyring.GENERATION
    second.agent.new_compartment(home.work, epoch)
    compartments.keep_key(second, home.work, epoch)
    given = {device.device: [(home.work, epoch)] for device in people.directory(second).devices_of(first.me)}
    with monkeypatch.context() as changed:
        changed.setattr(publishing, "owed", lambda _: given)
        team.sync(1)
    reports = team.sync(2, 0)
    assert (first.epochs()[home.work] == epoch) == taken and ("sync.key_epoch" in reports[1].faults) != taken
    with first.store.transaction():
        renewal._renew(first, home.work)
    renewed = first.epochs()[home.work]
    assert renewed >> keyring.GENERATION == (ahead if taken else 0) + 1 and renewed < 1 << 31
