"""Real workspaces of one invented organisation on a disk, made in this process with a cheap passphrase cost, for tests that start real processes."""

import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from letapis.desk import members, sync
from letapis.desk.opening import Desk, open_desk
from letapis.engines.keys.workspace import create_workspace
from letapis.engines.seal import PassphraseCost
from tests.faces.cli.players import Player
from tests.team import Team, endorse_all

CHEAP = PassphraseCost(memory_kib=8192, passes=1, lanes=1)


def made(home: Path, names: Sequence[str], relay: Path) -> list[Player]:
    """One workspace for each name, all keepers and custodians who know each other, synced through ``relay``. Nothing is open afterwards."""
    players = []
    with ExitStack() as after:
        desks = []
        for name in names:
            player = Player(home, name)
            desk, player.passphrase = _workspace(player.workspace, after)
            desks.append(desk)
            players.append(player)
        first = desks[0]
        team = Team([first], relay)
        members.found_organisation(first, "Invented Centre", "Vydumka 1", marking="invented")
        sync.set_relay(first, str(relay))
        for desk in desks[1:]:
            team.admit(desk)
            team.settle(1)
            endorse_all(team)
        team.settle()
    return players


def _workspace(path: Path, after: ExitStack) -> tuple[Desk, str]:
    workspace, passphrase = create_workspace(path, secrets.token_bytes(16), cost=CHEAP)
    (path / "invented").touch(mode=0o600)
    agent = workspace.unlock(passphrase)
    after.callback(agent.lock)
    desk = open_desk(workspace.path, agent, alias=f"made-{secrets.token_hex(6)}")
    after.callback(desk.close)
    return desk, passphrase
