"""Teams: members of one organisation, each at a desk of their own, who meet only through a relay folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from letapis.core.access import Reader
from letapis.desk import members, people, sync
from letapis.desk.opening import Desk

PASSPHRASE = "six plainly invented words for tests"


@dataclass
class Team:
    """Desks in the order in which their members joined; the first founded the organisation."""

    desks: list[Desk]
    relay: Path

    def reader(self, number: int = 0) -> Reader:
        return self.desks[number].reader("work")

    def sync(self, *numbers: int) -> list[sync.SyncReport]:
        """Sync the desks with these numbers in this order; all of them when none is named."""
        return [sync.sync(self.desks[n], self.reader(n)) for n in (numbers or range(len(self.desks)))]

    def settle(self, rounds: int = 2) -> None:
        for _ in range(rounds):
            self.sync()

    def admit(self, newcomer: Desk, keeper: bool = True, custodian: bool = True) -> members.Admitted:
        """Let a newcomer in at the first desk, as two people would: request, fingerprint by voice, welcome."""
        request = members.join_request(newcomer.agent, "laptop")
        typed = members.read_request(request).fingerprint
        name = f"Vydumka {len(self.desks) + 1}"
        admitted = members.admit(self.desks[0], self.reader(), request, name, typed, keeper, custodian)
        assert members.accept_welcome(newcomer, admitted.welcome) == admitted.root_words
        sync.set_relay(newcomer, str(self.relay))
        self.desks.append(newcomer)
        return admitted


@pytest.fixture
def make_team(make_desk: Callable[..., Desk], tmp_path: Path) -> Callable[..., Team]:
    """``make_team(count)``: desks that joined one after the other; keepers and custodians all, synced twice. Numbers in ``plain`` are
    neither."""

    def make(count: int = 3, plain: Sequence[int] = ()) -> Team:
        first = make_desk(1)
        team = Team([first], tmp_path / "relay")
        members.found_organisation(first, "Pryklad", "Vydumka 1", marking="PRY")
        sync.set_relay(first, str(team.relay))
        for number in range(2, count + 1):
            trusted = number not in plain
            team.admit(make_desk(number), keeper=trusted, custodian=trusted)
            team.settle(1)
            endorse_all(team)
        team.settle()
        return team

    return make


def endorse_all(team: Team) -> None:
    """Every keeper stands behind everything that waits, as far as they know of it."""
    for number, desk in enumerate(team.desks):
        if desk.me not in people.directory(desk).keepers():
            continue
        for proposal in members.pending_entries(desk, team.reader(number)):
            if desk.me not in proposal.supporters:
                members.endorse_entry(desk, team.reader(number), proposal.ref)
    team.settle(1)
