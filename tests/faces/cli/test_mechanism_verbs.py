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


def test_a_question_of_a_body_is_answered(hand: Hand) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    waiting = {gate["item"] for gate in hand.does("mechanism", "show", "PRY-1", "ODIHR")["waiting"] if gate["because"] == "law.check_person"}
    (check,) = waiting
    hand.does("mechanism", "answer", "PRY-1", "ODIHR", check, "yes", "--reason", "The call is open until May.")
    assert check not in {gate["item"] for gate in hand.does("mechanism", "show", "PRY-1", "ODIHR")["waiting"]}
    hand.does("mechanism", "answer", "PRY-1", "ODIHR", check, "no", "--reason", "It closed.")
    assert hand.does("mechanism", "show", "PRY-1", "ODIHR")["way"] == "closed"
    hand.does("mechanism", "answer", "PRY-1", "WGAD-REGULAR", "SP-COMMUNICATION", "yes", "--reason", "The document names it.")
    assert hand.fails("mechanism", "answer", "PRY-1", "WGAD-REGULAR", "WGEID", "yes", "--reason", "x") == (2, "gate_words.question")
    assert hand.fails("mechanism", "answer", "PRY-1", "WGAD-REGULAR", "liberty", "yes", "--reason", "x") == (2, "gate_words.question")
    assert hand.fails("mechanism", "answer", "PRY-1", "ODIHR", check, "yes", "--reason", " ") == (2, "gate_words.reason")
