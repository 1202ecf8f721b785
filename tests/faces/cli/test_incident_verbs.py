"""Incidents and journeys at the command line: what a person alone can say, and what is refused."""

from datetime import UTC, datetime, timedelta

from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]


def test_a_journey_is_announced_listed_and_ended(hand: Hand) -> None:
    assert hand.does("travel", "list") == {"journeys": []} and hand.says("travel", "list")
    last = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
    made = hand.does("travel", "start", "--until", last)["journey"]
    (listed,) = hand.does("travel", "list")["journeys"]
    assert (listed["journey"], listed["until"], listed["state"]) == (made, last, "away")
    assert made[:8] in hand.says("travel", "list")
    assert hand.fails("travel", "start", "--until", "some day") == (2, "travel.dates")
    assert hand.fails("travel", "start", "--until", last, "--device", "nobody's") == (2, "travel.device")
    assert hand.fails("travel", "end", "abc") == (2, "cli.journey")
    assert hand.does("travel", "end", made[:8])["state"] == "ended"


def test_who_is_alone_puts_nothing_away_and_leads_nothing(hand: Hand) -> None:
    assert hand.fails("travel", "pack")[1] == "travel.no_journey"
    assert hand.fails("travel", "unpack")[1] == "travel.not_packed"
    assert hand.does("incident", "show") == {"incidents": []} and hand.says("incident", "show")
    me = hand.does("member", "list")["members"][0]["name"]
    assert hand.fails("incident", "open", me, "--kind", "taken")[1] == "incidents.oneself"
    assert hand.fails("incident", "open", me, "--kind", "taken", "--since", "yesterday") == (2, "cli.when")
    assert hand.fails("incident", "show", "abcd") == (2, "cli.incident")
    assert hand.fails("incident", "close", "abcd") == (2, "cli.incident")
