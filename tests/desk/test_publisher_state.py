"""What a publisher is told: the next step, who is over soon, by when to build; and a build that takes away without waiting for anybody."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from letapis.core.errors import Refused
from letapis.core.published import REMOVED, Card
from letapis.desk import public_record, publisher_state, releases, snapshots
from letapis.desk.opening import Desk
from tests.desk.publishing import LOOK, Newsroom, newsroom
from tests.public import card_of
from tests.team import Team, make_team

__all__ = ["make_team"]


@pytest.fixture
def room(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> Newsroom:
    return newsroom(make_team, make_desk, (1,))


def until(room: Newsroom, card: Card, days: int) -> str:
    """Make a card public that may stand so many days more. Its last day."""
    first, last = room.team.desks[0], (room.press.clock().date() + timedelta(days=days)).isoformat()
    ref = public_record.propose_card(first, room.reader(), room.dossiers[0], card, days=("", last))
    room.team.sync(0, 1, 2)
    for number in (1, 2):
        public_record.approve(room.team.desks[number], room.reader(number), ref, LOOK)
    room.team.sync(1, 2, 3)
    return last


def test_who_is_over_soon_is_said_with_the_day_of_the_next_build(room: Newsroom) -> None:
    assert publisher_state.standing(room.press, room.press_reader).command == publisher_state.COMMANDS["build"]
    none = snapshots.plan(room.press, room.press_reader)
    assert publisher_state.due(none.published, none.ends) == "" and not publisher_state.lapses(none.published, none.ends, date(2026, 11, 26))
    later, soon = until(room, card_of(2), 15), until(room, card_of(3), 5)
    made, today = room.build(), room.press.clock().date()
    assert made.ends == {card_of(2).card: later, card_of(3).card: soon}
    assert publisher_state.lapses(made.published, made.ends, today) == (publisher_state.Lapse(soon, card_of(3).card),)
    assert [one.last for one in publisher_state.lapses(made.published, made.ends, today + timedelta(days=1))] == [soon, later]
    assert publisher_state.due(made.published, made.ends) == (date.fromisoformat(soon) + timedelta(days=1)).isoformat()
    assert publisher_state.standing(room.press, room.press_reader).step == "upload"
    releases.uploaded(room.press, room.press_reader, 1)
    assert publisher_state.standing(room.press, room.press_reader).step == "build"


def test_what_is_over_goes_though_somebody_is_silent_and_nothing_new_comes(room: Newsroom) -> None:
    until(room, card_of(3), 3)
    room.build()
    room.public(card_of(4))
    room.press.clock.now += timedelta(days=5)  # type: ignore[attr-defined]
    waits = snapshots.plan(room.press, room.press_reader)
    with pytest.raises(Refused, match=r"publishing\.stale"):
        snapshots.require_fresh(waits)
    made = snapshots.plan_less(room.press, room.press_reader)
    snapshots.require_fresh(made)
    assert {one.card.card for one in waits.published.entries} == {card_of(1).card, card_of(4).card}
    assert {one.card.card for one in made.published.entries} == {card_of(1).card}
    assert [(one.card, one.what, one.because) for one in made.changes] == [(card_of(3).card, REMOVED, "consent_withdrawn")]
    room.record(made)
    assert not snapshots.plan_less(room.press, room.press_reader).changes
    assert publisher_state.standing(room.press, room.press_reader).step == "exchange"
