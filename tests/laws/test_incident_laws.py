"""A record signed after *compromised since* changes nothing until somebody else confirms it: laws on working items."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from tests.team import Team, endorse_all

from letapis.core.records import Value
from letapis.desk import dossiers, doubtful, items, ledger, reading, removal
from letapis.desk.opening import Desk

MakeTeam = Callable[..., Team]


class Writer:
    """Two members who write tasks, hearings and advocacy of one dossier and change each other's, by chance."""

    def __init__(self, team: Team, dossier: bytes, seed: int) -> None:
        self.team, self.dossier, self.chance, self.said = team, dossier, random.Random(seed), 0

    def act(self, number: int) -> None:
        desk, reader = self.team.desks[number], self.team.reader(number)
        self.said += 1
        known = reading.items(desk, reader, "task", "hearing", dossier=self.dossier)
        if known and self.chance.random() < 0.6:
            one = self.chance.choice(known)
            items.change(desk, reader, one.type, one.item, {"text": f"changed {self.said}", "state": self.chance.choice(["open", "done"])})
            return
        kind = self.chance.choice(["task", "hearing"])
        body: dict[str, Value] = {"dossier": self.dossier, "text": f"said {self.said}", "state": "open"}
        body |= {"kind": "call"} if kind == "task" else {"day": "2026-12-01", "court": "Pryklad"}
        items.new(desk, kind, reading.dossier(desk, reader, self.dossier).work, body)


def shown(desk: Desk) -> list[tuple[Any, ...]]:
    """What the desk shows of every working item: latest version, state, all heads."""
    reader = desk.reader("work")
    found = reading.items(desk, reader, "task", "hearing")
    return sorted((i.item, i.type, i.state, i.ref, i.author, frozenset(i.heads)) for i in found)


@pytest.mark.parametrize("seed", range(4))
def test_what_was_signed_afterwards_changes_nothing_until_it_is_confirmed(make_team: MakeTeam, seed: int) -> None:
    team = make_team(3)
    first, second = team.desks[:2]
    dossier = dossiers.new_dossier(first, "P-1", "Pryklad")
    dossiers.admit_to_dossier(first, team.reader(), dossier, [second.me])
    team.settle()
    writer = Writer(team, dossier, seed)
    for number in writer.chance.choices((0, 1), k=6):
        writer.act(number)
        team.sync(number, 1 - number)
    team.settle()
    before = shown(first)
    since = int(first.store.rows("SELECT size FROM db_logstate WHERE device = %s", (second.device,))[0][0])
    for _ in range(5):
        writer.act(1)
    team.settle()
    after = shown(first)
    assert after != before
    removal.remove_device(first, team.reader(), second.device, "taken", compromised_since=since)
    rest = Team([first, team.desks[2]], team.relay)
    rest.settle()
    endorse_all(rest)
    rest.settle()
    assert shown(first) == before
    ledger.rebuild(first)
    assert shown(first) == before
    waiting = [one.ref for one in doubtful.after(first, team.reader(), second.device, since)]
    for number, ref in enumerate(writer.chance.sample(waiting, len(waiting))):
        assert (shown(first) == before) or number
        doubtful.reconfirm(first, team.reader(), second.device, [ref], "she told me herself")
    assert shown(first) == after
    ledger.rebuild(first)
    assert shown(first) == after
