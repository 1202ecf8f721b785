"""The verbs that say where a dossier can go."""

from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]


def test_bodies_are_listed_shown_and_confirmed(hand: Hand) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    found = hand.does("mechanism", "list", "PRY-1")
    ways = {one["id"]: one["way"] for one in found["cards"]}
    assert len(ways) == 25 and ways["HRCTTEE"] == "closed" and ways["WGAD-REGULAR"] == "conditional" and found["advice"] == []
    said = hand.says("mechanism", "list", "PRY-1", "--person", "Janka Vydumka")
    assert texts().say("mechanisms.way.closed", "en") in said and "7 February 2023" in said
    one = hand.does("mechanism", "show", "PRY-1", "WGAD-REGULAR")
    assert "detention.start" in {fact for gate in one["waiting"] for fact in gate["missing"]} and one["overdue"] is True
    assert "hrc-wg-ad@un.org" in hand.says("mechanism", "show", "PRY-1", "WGAD-REGULAR")
    hand.does("mechanism", "confirm", "WGAD-REGULAR", "--text", "Read on the site.")
    again = hand.does("mechanism", "show", "PRY-1", "WGAD-REGULAR")
    assert again["overdue"] is False and again["confirmed"] < again["due"]
    assert texts().say("mechanisms.review_due", "en") in hand.says("mechanism", "show", "PRY-1", "WGAD-REGULAR")
    assert hand.fails("mechanism", "confirm", "NO-SUCH") == (3, "law.unknown_mechanism")
    assert hand.fails("mechanism", "show", "PRY-1", "NO-SUCH") == (3, "law.unknown_mechanism")
