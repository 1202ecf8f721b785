"""The same exchange with an agent in a process of its own, and with the tables of one desk in a PostgreSQL."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from letapis.desk import dossiers, identity, members, opening, people, reading, removal, sources, sync
from letapis.desk.audit import audit
from letapis.desk.opening import Desk, open_desk
from letapis.engines.keys import wire
from letapis.engines.keys.client import AgentClient
from letapis.engines.keys.supervisor import agent_command
from letapis.engines.keys.workspace import Workspace, create_workspace
from letapis.engines.seal import PassphraseCost
from tests.conftest import Clock
from tests.postgres import Cluster
from tests.team import PASSPHRASE, Team, endorse_all

CHEAP = PassphraseCost(memory_kib=64, passes=1, lanes=1)
PERSON = identity.Details("Vydumka Prykladny", "1990")
MakeTeam = Callable[..., Team]
MakeDesk = Callable[..., Desk]


def started(workspace: Workspace) -> subprocess.Popen[bytes]:
    """The agent of a workspace as a process that has unlocked itself."""
    reader, writer = os.pipe()
    os.write(writer, PASSPHRASE.encode() + b"\n")
    os.close(writer)
    environment = {**os.environ, "PYTHONPATH": str(Path(wire.__file__).parents[3])}
    command = agent_command(workspace.path, reader)
    process = subprocess.Popen(command, pass_fds=(reader,), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    os.close(reader)
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    return process


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose keys are in an agent process."""
    workspace, _ = create_workspace(tmp_path / "served", b"\x0a" * 16, PASSPHRASE, cost=CHEAP)
    process = started(workspace)
    client = AgentClient.of(workspace)
    desk = open_desk(workspace.path, client, Clock(), alias="served")
    yield desk
    desk.close()
    client.close()
    process.kill()
    process.communicate()


def whole_exchange(team: Team) -> None:
    """A dossier is shared, an identity is opened by both, a third colleague comes and goes."""
    first, second = team.desks
    dossier = dossiers.new_dossier(first, "P-1", "Pryklad", "person", "Vydumka 0")
    source = sources.add_source(first, team.reader(), dossier, sources.SourceForm("S1", "person", "B"), PERSON)
    dossiers.admit_to_dossier(first, team.reader(), dossier, [second.me])
    team.settle()
    dossiers.add_entity(second, team.reader(1), dossier, "person", "Vydumka of the second")
    request = identity.request_identity(second, team.reader(1), source, "an invented hearing").header.id
    team.settle()
    identity.share_identity(first, team.reader(), request, PASSPHRASE)
    team.settle()
    assert identity.open_identity(second, team.reader(1), request, PASSPHRASE) == PERSON
    team.settle()
    labels = [{entity.label for entity in reading.entities(desk, desk.reader("work"), dossier)} for desk in team.desks]
    assert labels[0] == labels[1] == {"Vydumka 0", "Vydumka of the second"}
    for desk in team.desks:
        assert audit(desk, processes=1).faults == ()


def test_keys_in_a_process_of_their_own_do_the_same(make_team: MakeTeam, served: Desk) -> None:
    team = make_team(1)
    team.admit(served)
    team.settle()
    whole_exchange(team)
    removal.remove_member(served, served.reader("work"), team.desks[0].me, "an invented reason")
    before = served.epochs()
    assert all(epoch > 1 for compartment, epoch in before.items() if compartment in team.desks[0].epochs())
    assert team.sync(1)[0].faults == ()


@pytest.mark.postgres
def test_a_desk_on_postgresql_does_the_same(make_team: MakeTeam, make_desk: MakeDesk, postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    team = make_team(1)
    monkeypatch.setattr(opening, "database_address", lambda _: postgres.address())
    office = make_desk(2)
    monkeypatch.undo()
    assert office.store.postgres
    team.admit(office)
    team.settle()
    whole_exchange(team)
    late = make_desk(3)
    team.admit(late)
    team.settle()
    endorse_all(team)
    team.settle()
    removal.remove_member(office, office.reader("work"), late.me, "an invented reason")
    pair = Team(team.desks[:2], team.relay)
    pair.settle()
    endorse_all(pair)
    pair.settle()
    assert people.directory(office) == people.directory(team.desks[0]) and late.me not in people.directory(office).keepers()
    org = members.common_compartment(office, "ORG")
    assert office.epochs()[org] == team.desks[0].epochs()[org] > 1
    sync.set_relay(office, str(team.relay.with_name("other")))
    (report,) = pair.sync(1)
    assert report.sent > 20 and report.faults == ()
