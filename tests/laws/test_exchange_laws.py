"""Whatever people do in whatever order: those who stay end with the same records, and those who left open nothing that came later."""

import random
from collections.abc import Callable

import pytest
from tests.team import Team, endorse_all

from letapis.core.errors import LetapisError, Locked
from letapis.core.membership import State
from letapis.desk import dossiers, members, people, reading, relaying, removal
from letapis.desk.audit import audit
from letapis.desk.opening import Desk
from letapis.engines.relay import RelayStore

MakeTeam = Callable[..., Team]


class Walk:
    """A team that does things by chance: records, admits, syncs, removes one of its own."""

    def __init__(self, team: Team, seed: int) -> None:
        self.team, self.chance = team, random.Random(seed)
        self.gone: int | None = None
        self.said = 0

    def staying(self) -> list[int]:
        return [number for number in range(len(self.team.desks)) if number != self.gone]

    def step(self) -> None:
        action = self.chance.choice([self.open_dossier, self.say, self.say, self.say, self.admit, self.sync, self.sync, self.sync])
        action(self.chance.choice(self.staying()))

    def open_dossier(self, number: int) -> None:
        self.said += 1
        dossiers.new_dossier(self.team.desks[number], f"P-{self.said}", "Pryklad", "person", f"Vydumka {self.said}")

    def _home(self, number: int) -> reading.DossierView | None:
        found = reading.dossiers(self.team.desks[number], self.team.reader(number))
        return self.chance.choice(found) if found else None

    def say(self, number: int) -> None:
        home = self._home(number)
        if home is not None:
            self.said += 1
            dossiers.add_entity(self.team.desks[number], self.team.reader(number), home.dossier, "person", f"Vydumka {self.said}")

    def admit(self, number: int) -> None:
        home, other = self._home(number), self.chance.choice(self.staying())
        if home is not None and other != number:
            dossiers.admit_to_dossier(self.team.desks[number], self.team.reader(number), home.dossier, [self.team.desks[other].me])

    def sync(self, number: int) -> None:
        (report,) = self.team.sync(number)
        assert set(report.faults) <= {"blobs.missing"}

    def remove(self) -> None:
        """One goes; a colleague endorses as soon as they hear of it; the others hear of it when they next sync."""
        by, second, self.gone = self.chance.sample(range(len(self.team.desks)), 3)
        entry = removal.remove_member(self.team.desks[by], self.team.reader(by), self.team.desks[self.gone].me, "an invented reason")
        self.team.sync(by, second)
        members.endorse_entry(self.team.desks[second], self.team.reader(second), entry.ref)
        self.team.sync(second)


def labels(desk: Desk) -> dict[bytes, set[str]]:
    """By dossier that a desk holds, the people in it."""
    held = reading.dossiers(desk, desk.reader("work"))
    return {home.dossier: {entity.label for entity in reading.entities(desk, desk.reader("work"), home.dossier)} for home in held}


def openable(desk: Desk, relay: RelayStore) -> set[str]:
    """Files of records, keys and words that the keys of a desk open."""
    found = set()
    for name in relay.list():
        place = relaying.place_of(name)
        try:
            if name.startswith("notes/"):
                relaying.open_word(desk, bytes.fromhex(name[6:]), relay.get(name), members.common_compartment(desk, "ORG"))
            elif place is not None:
                (relaying.open_batch if name.startswith("records/") else relaying.open_wraps)(desk, place, relay.get(name))
            else:
                continue
        except Locked:
            continue
        found.add(name)
    return found


@pytest.mark.parametrize("seed", [pytest.param(n, marks=[pytest.mark.long] if n > 3 else []) for n in range(1, 13)])
def test_those_who_stay_agree_and_those_who_left_open_nothing_new(make_team: MakeTeam, seed: int) -> None:
    walk = Walk(make_team(4), seed)
    team = walk.team
    for _ in range(8):
        walk.step()
    walk.remove()
    assert walk.gone is not None
    gone, pair = team.desks[walk.gone], [team.desks[number] for number in walk.staying()]
    rest = Team(pair, team.relay)
    known = openable(gone, RelayStore(team.relay))
    walk.chance.shuffle(pair)
    rest.settle()
    for _ in range(10):
        walk.step()
    rest.settle(3)
    endorse_all(rest)
    assert [report.faults for report in rest.sync()] == [()] * 3
    everything: dict[bytes, set[str]] = {}
    for desk in pair:
        for dossier, found in labels(desk).items():
            assert everything.setdefault(dossier, found) == found
        assert people.directory(desk) == people.directory(pair[0])
        assert people.directory(desk).members[gone.me].state is State.REMOVED
        assert audit(desk, processes=1).faults == ()
    assert openable(gone, RelayStore(team.relay)) <= known


def test_a_removed_desk_goes_on_alone_without_harm(make_team: MakeTeam) -> None:
    """Whoever was removed may go on recording and leaving files; it reaches nobody's tables and breaks no sync."""
    team = make_team(3)
    walk = Walk(team, 5)
    walk.open_dossier(0)
    dossier = reading.dossiers(team.desks[0], team.reader())[0].dossier
    dossiers.admit_to_dossier(team.desks[0], team.reader(), dossier, [desk.me for desk in team.desks[1:]])
    team.settle()
    entry = removal.remove_member(team.desks[0], team.reader(), team.desks[2].me, "an invented reason")
    team.sync(0, 1)
    members.endorse_entry(team.desks[1], team.reader(1), entry.ref)
    rest = Team(team.desks[:2], team.relay)
    rest.settle()
    before = [labels(desk) for desk in rest.desks]
    for number in range(4):
        try:
            dossiers.add_entity(team.desks[2], team.reader(2), dossier, "person", f"Vydumka too late {number}")
        except LetapisError:
            break
        team.sync(2)
        for report in rest.sync():
            assert report.faults == ()
    assert [labels(desk) for desk in rest.desks] == before
