"""Journeys of devices at the desk: announced, named by the gates, ended."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.gates import freshness
from letapis.core.travelling import AWAY, ENDED
from letapis.desk import apart, away, items, log_words, members, sync, travel
from tests.conftest import NOON
from tests.team import Team

MakeTeam = Callable[..., Team]
TODAY = NOON.date()


def later(team: Team, **named: float) -> None:
    for desk in team.desks:
        desk.clock.now = NOON + timedelta(**named)  # type: ignore[attr-defined]


def gate(team: Team, number: int = 0) -> str:
    desk, reader = team.desks[number], team.reader(number)
    return freshness(log_words.freshness(desk, reader), desk.clock(), 48, travelling=away.away_now(desk, reader)).because


def test_a_silent_traveller_is_named_and_blocks_again_afterwards(make_team: MakeTeam) -> None:
    team = make_team(3)
    travel.start_journey(team.desks[1], team.reader(1), team.desks[1].device, TODAY, TODAY + timedelta(days=10))
    team.settle()
    assert gate(team) == "law.fresh"
    later(team, days=5)
    team.sync(0, 2)
    (report,) = team.sync(0)
    assert gate(team) == "law.fresh_travelling" and report.silent_devices == ()
    assert travel.silent_travellers(team.desks[0], team.reader(), 48) == (team.desks[1].device,)
    later(team, days=12)
    team.sync(0, 2)
    assert sync.sync(team.desks[0], team.reader()).silent_devices == (team.desks[1].device,)
    assert gate(team) == "law.stale" and travel.silent_travellers(team.desks[0], team.reader(), 48) == ()
    team.sync(1, 0)
    assert gate(team) == "law.fresh"


def test_who_may_say_it_and_for_how_long(make_team: MakeTeam) -> None:
    team = make_team(3, plain=(3,))
    plain, reader = team.desks[2], team.reader(2)
    with pytest.raises(Refused, match=r"travel\.not_yours"):
        travel.start_journey(plain, reader, team.desks[0].device, TODAY, TODAY)
    for first, last in ((0, -1), (0, 63), (-9, -2)):
        with pytest.raises(UsageError, match=r"travel\.dates"):
            travel.start_journey(plain, reader, plain.device, TODAY + timedelta(days=first), TODAY + timedelta(days=last))
    with pytest.raises(UsageError, match=r"travel\.device"):
        travel.start_journey(plain, reader, "device.invalid/none", TODAY, TODAY)
    travel.start_journey(team.desks[0], team.reader(), plain.device, TODAY, TODAY + timedelta(days=2))  # a keeper, for somebody
    team.settle()
    assert away.away_now(plain, reader) == {plain.device}


def test_a_journey_that_a_bystander_wrote_counts_for_nothing(make_team: MakeTeam) -> None:
    """A changed program writes what it likes; what it wrote keeps nobody's dispute back."""
    team = make_team(3, plain=(3,))
    plain, first = team.desks[2], team.desks[0]
    body = {"member": first.me, "device": first.device, "day": "2026-11-20", "until": "2026-12-20", "state": AWAY}
    items.new(plain, "travel", members.common_compartment(plain, "ORG"), body)
    private = apart.private(plain, team.reader(2))
    items.new(plain, "travel", private, {**body, "device": plain.device, "member": plain.me})
    team.settle()
    assert away.away_now(team.desks[1], team.reader(1)) == frozenset()
    assert len(travel.journeys(team.desks[1], team.reader(1))) == 1


def test_it_ends_by_anybody_while_nothing_is_put_away(make_team: MakeTeam) -> None:
    team = make_team(2)
    made = travel.start_journey(team.desks[1], team.reader(1), team.desks[1].device, TODAY, TODAY + timedelta(days=2))
    team.settle()
    travel.end_journey(team.desks[0], team.reader(), made)
    team.settle()
    assert travel.journey(team.desks[1], team.reader(1), made).journey.state == ENDED and not away.away_now(team.desks[1], team.reader(1))
    with pytest.raises(NotFound):
        travel.end_journey(team.desks[0], team.reader(), b"n" * 16)
