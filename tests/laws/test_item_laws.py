"""Working items of two desks that hear of each other by chance: no version is lost, and no conflict is settled by who did not see it."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.desk.tables import projections
from tests.team import Team

from letapis.core.errors import Refused
from letapis.desk import dossiers, items, ledger, reading

MakeTeam = Callable[..., Team]
ITEMS, ROUNDS = 12, 7


class Play:
    """Two members who look at tasks and change them, each from what they looked at last or from nothing at all."""

    def __init__(self, team: Team, seed: int) -> None:
        self.team, self.chance, self.said = team, random.Random(seed), 0
        first = team.desks[0]
        dossier = dossiers.new_dossier(first, "P-1", "Pryklad")
        dossiers.admit_to_dossier(first, team.reader(), dossier, [team.desks[1].me])
        work = reading.dossier(first, team.reader(), dossier).work
        body = {"dossier": dossier, "kind": "call", "text": "first", "state": "open"}
        self.tasks = [items.new(first, "task", work, body) for _ in range(ITEMS)]
        team.settle()
        self.looked = {(number, task): self.of(number, task).heads for number in (0, 1) for task in self.tasks}
        self.refused = self.stood = 0

    def of(self, number: int, task: bytes) -> reading.ItemView:
        return reading.item(self.team.desks[number], self.team.reader(number), task)

    def versions(self, number: int, task: bytes) -> dict[bytes, str]:
        return {v.ref: v.record.text("text") for v in reading.versions(self.team.desks[number], self.team.reader(number), task)}

    def act(self, number: int, task: bytes) -> None:
        desk, reader = self.team.desks[number], self.team.reader(number)
        before, known = self.of(number, task).heads, self.versions(number, task)
        deed, named = self.chance.choice(("look", "blind", "form", "keep")), self.looked[number, task]
        if deed == "look":
            self.looked[number, task] = before
            return
        seen = () if deed == "blind" else named
        self.said += 1
        try:
            if deed == "keep":
                items.keep_version(desk, reader, "task", task, self.chance.choice(seen), seen)
            else:
                items.change(desk, reader, "task", task, {"text": f"said {self.said}"}, seen)
        except Refused as refusal:
            assert refusal.code == "items.contested" and len(before) > 1 and not set(before) <= set(seen)
            assert self.of(number, task).heads == before and self.versions(number, task) == known
            self.refused += 1
            return
        assert len(before) == 1 or set(before) <= set(seen), "a conflict was settled that nobody saw"
        after = self.versions(number, task)
        (made,) = set(after) - set(known)
        assert known.items() <= after.items()
        assert set(self.of(number, task).heads) == (set(before) - set(seen or before)) | {made}
        self.stood += len(before) == 1 and not set(before) <= set(seen or before)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_lost_and_nothing_is_settled_unseen(make_team: MakeTeam, seed: int) -> None:
    """In the second play one clock is hours behind: what was written with a version in view takes its place all the same."""
    play = Play(make_team(2), seed)
    clock: Any = play.team.desks[1].clock
    clock.now -= timedelta(hours=2 * seed)
    for _ in range(ROUNDS):
        for task in play.tasks:
            for number in play.chance.choices((0, 1), k=2):
                play.act(number, task)
        play.team.sync(*play.chance.choice(((0, 1), (1, 0), (0, 1, 0))))
    play.team.settle()
    for task in play.tasks:
        one, other = play.of(0, task), play.of(1, task)
        assert (one.ref, one.heads, one.text("text")) == (other.ref, other.heads, other.text("text"))
        assert play.versions(0, task) == play.versions(1, task)
    assert play.refused > 10 and play.stood > 5
    live = [projections(desk) for desk in play.team.desks]
    assert live[0]["db_item"] == live[1]["db_item"]
    for desk, tables in zip(play.team.desks, live, strict=True):
        ledger.rebuild(desk)
        assert projections(desk) == tables
