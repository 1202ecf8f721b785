"""An exchange counts its files, may be ended between any two of them or killed there, and the next one brings what was left."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from letapis.core.errors import Busy
from letapis.desk import audit, dossiers, evidence, reading, sync
from letapis.desk.opening import Desk, open_desk
from tests.team import Team

MakeTeam = Callable[..., Team]


@pytest.fixture
def team(make_team: MakeTeam) -> Team:
    """The first has left three dossiers with an original each on the relay; the second has looked at none of it and wrote two of its own."""
    team = make_team(2)
    first, second = team.desks
    for number in range(3):
        dossier = dossiers.new_dossier(first, f"P-{number}", "Pryklad", "person", "Vydumka Prykladny")
        evidence.keep_text(first, first.reader("work"), dossier, "Letter", f"An invented letter {number}.")
        dossiers.admit_to_dossier(first, team.reader(0), dossier, [second.me])
    team.sync(0)
    for number in range(2):
        dossiers.new_dossier(second, f"OWN-{number}", "Pryklad")
    return team


def is_whole(team: Team) -> bool:
    """After both have exchanged once more the second has it all, sound, and the first lacks nothing that was left for it."""
    team.settle()
    second = team.desks[1]
    codes = {one.code for one in reading.dossiers(second, team.reader(1))}
    assert audit.audit(second, processes=1).faults == ()
    return codes == {"P-0", "P-1", "P-2", "OWN-0", "OWN-1"} and len(list(evidence.objects(second).names())) == 3


def test_it_counts_to_the_end_and_never_backwards(team: Team) -> None:
    heard: list[tuple[int, int]] = []
    sync.sync(team.desks[1], team.reader(1), lambda done, total: heard.append((done, total)))
    assert heard == sorted(heard) and all(done <= total for done, total in heard)
    assert heard[-1][0] == heard[-1][1] >= 8 and [done for done, _ in heard[:-1]] == list(range(len(heard) - 1))
    heard.clear()
    sync.sync(team.desks[1], team.reader(1), lambda done, total: heard.append((done, total)))
    assert heard == [(1, 1)], "nothing new is still an end"


def test_ended_between_any_two_files_it_is_gone_on_with(team: Team) -> None:
    """Each run is ended at its third file, until one gets through."""
    second, runs = team.desks[1], 0

    def listen(done: int, total: int) -> None:
        if done >= 2 and done < total:
            raise Busy("doing.stopped")

    while True:
        runs += 1
        try:
            sync.sync(second, team.reader(1), listen)
            break
        except Busy as error:
            assert error.code == "doing.stopped" and runs < 30
    assert runs > 3 and is_whole(team)


_CHILD = """
import os, signal, sys
from pathlib import Path
from tests import conftest
from letapis.desk import sync
from letapis.desk.opening import open_desk
from letapis.engines.keys.local import LocalAgent

folder, at = Path(sys.argv[1]), int(sys.argv[2])
agent = LocalAgent.from_seed(bytes([2]) * 32, bytes([2]) * 16, "device.invalid/0000000000000002", "log.invalid/0000000000000002")
desk = open_desk(folder, agent, conftest.Clock(), alias="killed")

def listen(done, total):
    if done == at:
        os.kill(os.getpid(), signal.SIGKILL)

sync.sync(desk, desk.reader("work"), listen)
"""


def again(desk: Desk) -> Desk:
    return open_desk(desk.workspace, desk.agent, desk.clock, alias=desk.store.alias)


@pytest.mark.parametrize("at", [2, 6])
def test_killed_in_the_middle_it_is_gone_on_with(team: Team, at: int) -> None:
    second = team.desks[1]
    second.store.close()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(second.workspace), str(at)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    team.desks[1] = again(second)
    assert is_whole(team)
