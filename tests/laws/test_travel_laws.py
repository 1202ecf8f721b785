"""Whoever says what of journeys in whatever order: all desks agree on who travels, and nobody hands a key to what was put away."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import NOON
from tests.team import Team

from letapis.core.travelling import AWAY, ENDED, PACKED
from letapis.desk import away, dossiers, items, members, people, publishing, reading

MakeTeam = Callable[..., Team]


def say(team: Team, chance: random.Random, number: int) -> None:
    """A member writes or changes a journey as a changed program might: of any device, in any state."""
    desk, reader = team.desks[number], team.reader(number)
    known = reading.items(desk, reader, "travel")
    state = chance.choice([AWAY, PACKED, ENDED])
    if known and chance.random() < 0.6:
        items.change(desk, reader, "travel", chance.choice(known).item, {"state": state})
        return
    device = chance.choice(list(people.directory(desk).devices.values()))
    first = NOON.date() + timedelta(days=chance.randint(-5, 5))
    body = {"member": device.member, "device": device.device, "day": first.isoformat(), "state": state}
    items.new(desk, "travel", members.common_compartment(desk, "ORG"), {**body, "until": (first + timedelta(days=chance.randint(0, 90))).isoformat()})


@pytest.mark.parametrize("seed", range(3))
def test_all_desks_agree_on_who_travels_and_what_is_withheld(make_team: MakeTeam, seed: int) -> None:
    team, chance = make_team(3), random.Random(seed)
    for _ in range(7):
        number = chance.randrange(3)
        say(team, chance, number)
        team.sync(*chance.sample(range(3), chance.randint(1, 3)))
    dossier = dossiers.new_dossier(team.desks[0], "P-1", "Pryklad")
    dossiers.admit_to_dossier(team.desks[0], team.reader(), dossier, [desk.me for desk in team.desks[1:]])
    assert not set(publishing.owed(team.desks[0])) & set(away.kept_by_packed(team.desks[0]))
    team.settle(3)
    found = [(away.away_now(desk, team.reader(n)), away.kept_by_packed(desk), away.welcomed(desk)) for n, desk in enumerate(team.desks)]
    assert found[0] == found[1] == found[2]
    home = reading.dossier(team.desks[0], team.reader(), dossier)
    for desk in team.desks[1:]:
        assert (home.work in desk.epochs()) == (desk.device not in found[0][1])
